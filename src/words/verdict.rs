//! The answer as a sentence or three, and the line of small print under it.

use super::{Sentence, Tone, names};
use crate::engine::breakeven::Breakeven;
use crate::engine::invalid;
use crate::engine::provenance::Tier;
use crate::engine::throughput::{Binds, Refusal};
use crate::engine::{Infeasible, Plan, Report, Winner};
use crate::report::explain::Figure;
use crate::scenario::FieldId;
use crate::units::money::{self, Currency};
use crate::units::{Bytes, Date, Tokens, format};

fn tokens(volume: Tokens) -> String {
    format::compact(volume.value())
}

/// The verdict: what to do, what it costs either way, and where that changes.
#[must_use]
pub fn verdict(report: &Report) -> Sentence {
    let volume = format!("{} tokens a month", tokens(report.volume));
    let at =
        |sentence: Sentence| sentence.plain(" At ").span(Tone::Input(FieldId::Volume), volume).plain(", ");
    match &report.plan {
        Ok(plan) => {
            let headline = match report.winner() {
                Some(Winner::Gpu) => "Host it yourself.",
                Some(Winner::Tie) => "Either: they cost the same.",
                _ => "Stay on the API.",
            };
            let sentence = at(Sentence::default().span(Tone::Strong, headline));
            turns(compared(sentence, report, plan), report, plan)
        }
        Err(why) => {
            let sentence = at(Sentence::default().span(Tone::Strong, "No plan to compare."))
                .span(Tone::Input(FieldId::Model), names::model(&report.model))
                .plain(" from ")
                .span(Tone::Input(FieldId::ApiPrice), api_name(report))
                .plain(" costs ")
                .figure(Tone::Api, Figure::ApiBill, format::usd(report.api.bill.value()))
                .plain(". ");
            infeasible(sentence, report, why)
        }
    }
}

fn api_name(report: &Report) -> String {
    report.api.card.as_ref().map_or("an API at your prices".into(), |card| names::provider(&card.provider))
}

/// What both sides cost at the scenario's volume.
fn compared(sentence: Sentence, report: &Report, plan: &Plan) -> Sentence {
    let price = format::usd(plan.purchase.price.value());
    let each = if plan.gpus() > 1.0 { " each" } else { "" };
    let hardware =
        format!("{} × {} at {price}/h{each}", format::compact(plan.gpus()), names::gpu(&report.gpu));
    sentence
        .span(Tone::Input(FieldId::Model), names::model(&report.model))
        .plain(" on ")
        .span(Tone::Gpu, hardware)
        .plain(" costs ")
        .figure(Tone::Gpu, Figure::SelfHosted, format::usd(plan.bill.total().value()))
        .plain(if serves_same_model(report) { "; the same model from " } else { "; from " })
        .span(Tone::Input(FieldId::ApiPrice), api_name(report))
        .plain(" ")
        .figure(Tone::Api, Figure::ApiBill, format::usd(report.api.bill.value()))
        .plain(". ")
}

fn serves_same_model(report: &Report) -> bool {
    report.api.card.as_ref().is_some_and(|card| card.open_model.as_deref() == Some(&*report.model.id))
}

/// Where the answer changes.
fn turns(sentence: Sentence, report: &Report, plan: &Plan) -> Sentence {
    let breakeven = &plan.breakeven;
    let Some(durable) = breakeven.durable() else {
        return sentence
            .plain("No volume changes that: even fully loaded, these GPUs cost ")
            .figure(
                Tone::Gpu,
                Figure::FullLoad,
                format!("{}/MTok", format::usd(breakeven.at_full_load().value())),
            )
            .plain(", the API ")
            .figure(
                Tone::Api,
                Figure::BlendedPrice,
                format!("{}/MTok", format::usd(report.api.blended.value())),
            )
            .plain(".");
    };
    let for_good = |sentence: Sentence, text| {
        sentence.plain(text).figure(Tone::Strong, Figure::DurableBreakeven, tokens(durable)).plain(".")
    };
    if report.volume > durable {
        return for_good(sentence, "Self-hosting is cheaper, for good, above ");
    }
    if report.winner() == Some(Winner::Gpu) {
        let end = breakeven.winning().find_map(|i| i.to.filter(|to| *to >= report.volume)).unwrap_or(durable);
        let sentence = sentence
            .plain("That holds up to ")
            .span(Tone::Strong, tokens(end))
            .plain(", where the next instance is due");
        return for_good(sentence, "; for good above ");
    }
    ahead(sentence, breakeven, report.volume, durable)
}

/// Windows that open above the scenario's volume.
fn ahead(sentence: Sentence, breakeven: &Breakeven, volume: Tokens, durable: Tokens) -> Sentence {
    let next = breakeven.winning().take(1000).find(|interval| interval.from >= volume);
    let sentence = sentence.plain("Self-hosting is cheaper ");
    let sentence = match next.and_then(|interval| interval.to.map(|to| (interval.from, to))) {
        Some((from, to)) => sentence
            .plain("from ")
            .span(Tone::Strong, tokens(from))
            .plain(" to ")
            .span(Tone::Strong, tokens(to))
            .plain(", and for good above "),
        None => sentence.plain("for good above "),
    };
    sentence.figure(Tone::Strong, Figure::DurableBreakeven, tokens(durable)).plain(".")
}

fn gigabytes(size: Bytes) -> String {
    format!("{:.0} GB", size.value() / 1e9)
}

fn infeasible(sentence: Sentence, report: &Report, why: &Infeasible) -> Sentence {
    let gpu = names::gpu(&report.gpu);
    sentence.plain(match why {
        Infeasible::NoOffer => {
            format!("Nobody in the price lists rents {gpu} on demand: write a price per GPU-hour to compare.")
        }
        Infeasible::NoInstance { gpus } => format!(
            "Nobody in the price lists rents {gpus} × {gpu} in one instance, as a replica needs: write a price per GPU-hour to compare."
        ),
        Infeasible::UnknownThroughput => {
            format!("How fast {gpu} serves it is not known here: write the tokens/s per replica that you measured.")
        }
        Infeasible::DoesNotFit { gpus, memory } => format!(
            "It does not fit on {gpus} × {gpu}: weights, workspace and one request need {} more on each of them ({} there).",
            gigabytes(memory.missing),
            gigabytes(memory.memory)
        ),
        Infeasible::TooFast { given, limit } => format!(
            "{} tokens/s per replica is impossible: at their fastest number format these GPUs compute at most {}.",
            format::grouped(given.value()),
            format::grouped(limit.value())
        ),
        Infeasible::Latency { gpus, ttft, tpot } => format!(
            "No replica keeps these limits on latency: one request alone on {gpus} × {gpu} takes {} ms to its first token and {} ms per token.",
            format::grouped(ttft.value()),
            format::grouped(tpot.value())
        ),
        Infeasible::Refused(refusal) => refused(refusal, report),
    })
}

fn refused(refusal: &Refusal, report: &Report) -> String {
    match refusal {
        Refusal::Invalid(invalid) => match (invalid.field, invalid.reason) {
            ("tp", invalid::Reason::MustDivide { dimension }) => {
                format!(
                    "This number of GPUs cannot share the model: it must divide {dimension} (its heads or vocabulary)."
                )
            }
            ("pp", invalid::Reason::MustDivide { dimension }) => {
                format!("{dimension} GPUs per replica cannot be divided among these pipeline stages.")
            }
            ("isl", invalid::Reason::OutOfRange { max, .. }) => {
                format!("A request is longer than the model's context of {} tokens.", format::grouped(max))
            }
            (field, _) => {
                format!("{} cannot be sized: its {field} is not known or not usable.", report.model.id)
            }
        },
        Refusal::DoesNotFit(_) | Refusal::TooSlow { .. } => "No replica keeps the limits.".into(),
    }
}

/// A line of the small print: what it is, its text, and the figure whose formula can be opened.
pub type Line = (&'static str, String, Option<Figure>);

/// The small print under the verdict. `today` tells whether prices are older than 90 days; a page that is made before it is
/// read does not know the day.
#[must_use]
pub fn small_print(report: &Report, today: Option<Date>) -> Vec<Line> {
    let mut lines: Vec<Line> = Vec::new();
    if let Ok(plan) = &report.plan {
        let alone = plan.hardware_breakeven.durable();
        lines.push((
            "GPUs alone, without people",
            alone.map_or("never cheaper".into(), |v| format!("cheaper above {}", tokens(v))),
            alone.map(|_| Figure::HardwareBreakeven),
        ));
        lines.push(("Utilisation", format::percent(plan.utilisation * 100.0), Some(Figure::Utilisation)));
        lines.push(("A replica serves", speed(plan), Some(Figure::Throughput)));
        if let Some(served) = &plan.replica.modelled {
            lines.push(("Bound by", binds(served.binds).into(), None));
        }
    }
    let providers = report.plan.as_ref().ok().and_then(|plan| plan.median_of).filter(|count| *count > 1);
    let hosts = report.api.median_of.filter(|hosts| *hosts > 1);
    let prices = match (hosts, providers) {
        (Some(hosts), Some(count)) => Some(format!("medians of {hosts} hosts and {count} GPU providers")),
        (Some(hosts), None) => Some(format!("API: median of {hosts} hosts")),
        (None, Some(count)) => Some(format!("GPU: median of {count} providers")),
        (None, None) => None,
    };
    let facts = [
        report.api.card.as_ref().map(|card| &card.provenance),
        report.plan.as_ref().ok().and_then(|plan| plan.offer.as_ref()).map(|offer| &offer.provenance),
    ];
    if let Some(oldest) = facts.into_iter().flatten().min_by_key(|fact| fact.as_of) {
        let stale = today.is_some_and(|today| oldest.is_stale(today));
        let age = if stale { ": older than 90 days" } else { "" };
        let rule = prices.map_or("of".into(), |rule| [&rule, ","].concat());
        lines.push(("Prices", format!("{rule} {}{age}", oldest.as_of), None));
    }
    let month = &report.api.month;
    let missing =
        [(month.batch_unpriced, "batch price"), (month.service_unpriced, "price of this service tier")];
    for (_, what) in missing.into_iter().filter(|(missing, _)| *missing) {
        lines.push(("Not in this host's list", [what, ": the standard one is taken"].concat(), None));
    }
    if let Some(cost) = report.api.provisioned.filter(|cost| cost.units > 0) {
        let (units, month) = (format::grouped(cost.units.into()), format::usd(cost.total().value()));
        lines.push((
            "Provisioned units",
            format!("{units} would cost {month} a month with the rest per token"),
            None,
        ));
    }
    let currency = money::shown();
    if currency != Currency::DOLLAR {
        lines.push((
            "Currency",
            format!("{} {} to the US dollar, your rate", format::exact(currency.rate()), currency.code()),
            None,
        ));
    }
    lines
}

/// A replica's tokens/s and how well they are known.
fn speed(plan: &Plan) -> String {
    let replica = &plan.replica;
    let figure = format::grouped(replica.tokens_per_second.value());
    let known = match (replica.tier, &replica.measurement, &replica.modelled) {
        (Tier::Own, ..) => "your figure".into(),
        (_, Some(row), _) => format!("scaled from a published {} + {} measurement", row.isl, row.osl),
        (_, None, Some(served)) => {
            let percent = |factor: f64| format::percent((factor - 1.0).abs() * 100.0);
            format!("estimate −{} +{}", percent(served.band.low), percent(served.band.high))
        }
        (_, None, None) => "estimate".into(),
    };
    format!("{figure} tokens/s ({known})")
}

/// What keeps a replica from serving more.
#[must_use]
pub fn binds(binds: Binds) -> &'static str {
    match binds {
        Binds::Bandwidth => "memory bandwidth",
        Binds::Cache => "reading the KV cache",
        Binds::Compute => "compute",
        Binds::Interconnect => "the link between GPUs",
        Binds::Overhead => "scheduling overhead",
        Binds::Memory => "memory for the KV cache",
        Binds::Latency => "latency limits",
    }
}
