//! The answer as one sentence or two, and the line of small print under it.

use super::{Sentence, Tone, names};
use crate::engine::breakeven::Breakeven;
use crate::engine::choice::Tier;
use crate::engine::{Infeasible, Plan, Report, Winner};
use crate::scenario::FieldId;
use crate::units::{Tokens, format};

fn tokens(volume: Tokens) -> String {
    format::compact(volume.value())
}

/// The verdict.
#[must_use]
pub fn verdict(report: &Report) -> Sentence {
    let opening = Sentence::default()
        .plain("At ")
        .span(Tone::Input(FieldId::Volume), format!("{} tokens a month", tokens(report.volume)))
        .plain(", ");
    match &report.plan {
        Ok(plan) => advice(compared(opening, report, plan), report, plan),
        Err(why) => {
            let side = opening
                .span(Tone::Input(FieldId::Model), names::model(&report.model))
                .plain(" from ")
                .span(Tone::Api, api_name(report))
                .plain(" costs ")
                .span(Tone::Api, format::usd(report.api.bill.value()))
                .plain(". ");
            infeasible(side, report, *why)
        }
    }
}

fn api_name(report: &Report) -> String {
    report.api.card.as_ref().map_or("an API at your prices".into(), |card| names::provider(&card.provider))
}

/// What both sides cost at the scenario's volume.
fn compared(opening: Sentence, report: &Report, plan: &Plan) -> Sentence {
    let price = format::usd(plan.purchase.price.value());
    opening
        .span(Tone::Input(FieldId::Model), names::model(&report.model))
        .plain(" on ")
        .span(Tone::Gpu, format!("{} × {} at {price}/h", format::compact(plan.gpus()), report.gpu.name))
        .plain(" costs ")
        .span(Tone::Gpu, format::usd(plan.bill.total().value()))
        .plain(if serves_same_model(report) { "; the same model from " } else { "; from " })
        .span(Tone::Input(FieldId::ApiPrice), api_name(report))
        .plain(" costs ")
        .span(Tone::Api, format::usd(report.api.bill.value()))
        .plain(". ")
}

fn serves_same_model(report: &Report) -> bool {
    report.api.card.as_ref().is_some_and(|card| card.open_model.as_deref() == Some(&*report.model.id))
}

/// What follows from it, and where that changes.
fn advice(sentence: Sentence, report: &Report, plan: &Plan) -> Sentence {
    let breakeven = &plan.breakeven;
    let Some(durable) = breakeven.durable() else {
        return sentence
            .plain("Stay on the API at any volume: even fully loaded, these GPUs cost ")
            .span(Tone::Gpu, format!("{}/MTok", format::usd(breakeven.at_full_load().value())))
            .plain(" and the API ")
            .span(Tone::Api, format!("{}/MTok", format::usd(report.api.blended.value())))
            .plain(".");
    };
    match report.winner() {
        Some(Winner::Gpu) if report.volume > durable => sentence
            .plain("Self-hosting is cheaper above ")
            .span(Tone::Strong, tokens(durable))
            .plain(", for good."),
        Some(Winner::Gpu) => {
            let end =
                breakeven.winning().find_map(|i| i.to.filter(|to| *to >= report.volume)).unwrap_or(durable);
            sentence
                .plain("Self-hosting is cheaper here, but only up to ")
                .span(Tone::Strong, tokens(end))
                .plain(", where the next instance is due; for good above ")
                .span(Tone::Strong, tokens(durable))
                .plain(".")
        }
        _ => stay(sentence.plain("Stay on the API: "), breakeven, report.volume, durable),
    }
}

fn stay(sentence: Sentence, breakeven: &Breakeven, volume: Tokens, durable: Tokens) -> Sentence {
    // the next window that opens above the scenario's volume
    let next = breakeven.winning().take(1000).find(|interval| interval.from >= volume);
    match next.and_then(|interval| interval.to.map(|to| (interval.from, to))) {
        Some((from, to)) => sentence
            .plain("self-hosting is cheaper from ")
            .span(Tone::Strong, tokens(from))
            .plain(" to ")
            .span(Tone::Strong, tokens(to))
            .plain(", and for good above ")
            .span(Tone::Strong, tokens(durable))
            .plain("."),
        None => sentence
            .plain("self-hosting is cheaper above ")
            .span(Tone::Strong, tokens(durable))
            .plain(", for good."),
    }
}

fn infeasible(sentence: Sentence, report: &Report, why: Infeasible) -> Sentence {
    let gpu = report.gpu.name.as_ref();
    match why {
        Infeasible::NoOffer => sentence.plain(format!(
            "Nobody in the price lists rents {gpu} on demand: write a price per GPU-hour to compare."
        )),
        Infeasible::UnknownThroughput => sentence.plain(format!(
            "How fast {gpu} serves it is not known here: write the tokens/s per replica that you measured."
        )),
        Infeasible::TooLarge { weights, memory } => sentence.plain(format!(
            "It does not fit: even at 4 bits its weights need {:.0} GB and the GPUs of a replica have {:.0} GB.",
            weights.value() / 1e9,
            memory.value() / 1e9
        )),
        Infeasible::TooFast { given, limit } => sentence.plain(format!(
            "{} tokens/s per replica is impossible: at their fastest number format these GPUs compute at most {}.",
            format::compact(given.value()),
            format::compact(limit.value())
        )),
    }
}

/// The small print under the verdict: label and figure.
#[must_use]
pub fn small_print(report: &Report) -> Vec<(&'static str, String)> {
    let mut lines = Vec::new();
    if let Ok(plan) = &report.plan {
        let alone = plan.hardware_breakeven.durable();
        lines.push(("Counting GPUs alone, breakeven", alone.map_or("never".into(), tokens)));
        lines.push(("Utilisation", format::percent(plan.utilisation * 100.0)));
        lines.push(("Speed", speed(plan)));
    }
    let providers = report.plan.as_ref().ok().and_then(|plan| plan.median_of).filter(|count| *count > 1);
    if let Some(count) = providers {
        lines.push(("GPU price", format!("median of {count} providers")));
    }
    if let Some(hosts) = report.api.median_of.filter(|hosts| *hosts > 1) {
        lines.push(("API price", format!("median of {hosts} hosts")));
    }
    let dates = [
        report.api.card.as_ref().map(|card| card.provenance.as_of),
        report.plan.as_ref().ok().and_then(|plan| plan.offer.as_ref()).map(|offer| offer.provenance.as_of),
    ];
    if let Some(oldest) = dates.into_iter().flatten().min() {
        lines.push(("Prices of", oldest.to_string()));
    }
    lines
}

/// A replica's tokens/s and how they are known.
fn speed(plan: &Plan) -> String {
    let figure = format::grouped(plan.throughput.tokens_per_second.value());
    match &plan.throughput.tier {
        Tier::Own => format!("{figure} tokens/s, your figure"),
        Tier::Published(row) => format!("{figure} tokens/s, measured at {} in, {} out", row.isl, row.osl),
    }
}
