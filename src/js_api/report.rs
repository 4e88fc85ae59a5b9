//! What `evaluate` answers.

use super::sizing::{infeasible, replica};
use super::value::{numbers, optional_numbers, texts};
use crate::catalogue::{Catalogue, Provenance};
use crate::engine::api_bill::month::MonthBill;
use crate::engine::breakeven::Interval;
use crate::engine::fleet::Policy;
use crate::engine::portfolio::{self, Hybrid, Source};
use crate::engine::{ApiSide, GpuBill, Plan, Report, Winner};
use crate::import::json::Writer;
use crate::report::explain::{Explanation, Input, Origin};
use crate::scenario::{Scenario, link};
use crate::units::Tokens;
use crate::words::{notices, verdict};

/// Most breakeven intervals that are listed.
const MOST_INTERVALS: usize = 100;

pub(super) fn write(json: &mut Writer, report: &Report, scenario: &Scenario) {
    let plan = report.plan.as_ref();
    json.key("verdict").text(&verdict::verdict(report).text());
    json.key("winner").optional_text(report.winner().map(|winner| match winner {
        Winner::Api => "api",
        Winner::Gpu => "gpu",
        Winner::Tie => "tie",
    }));
    json.key("api").object(&mut |json| api(json, &report.api));
    json.key("plan");
    self::plan(json, plan.ok());
    json.key("infeasible").optional_text(plan.err().map(infeasible));
    json.key("breakeven");
    breakeven(json, plan.ok());
    json.key("mix");
    let spot = portfolio::spot_may_serve(scenario);
    mix(json, plan.ok().zip(portfolio::hybrid(scenario, Catalogue::builtin(), report, spot)));
    json.key("notices").list(&mut |json| {
        report.notices.iter().for_each(|notice| json.text(&notices::notice(notice)));
    });
    json.key("link").text(&link::encode(scenario));
}

fn provenance(json: &mut Writer, row: Option<&Provenance>) {
    json.key("asOf").optional_text(row.map(|row| row.as_of.to_string()).as_deref());
    json.key("source").optional_text(row.map(|row| &*row.source));
}

fn api(json: &mut Writer, api: &ApiSide) {
    let card = api.card.as_ref();
    json.key("id").optional_text(card.map(|card| &*card.id));
    numbers(
        json,
        &[
            ("inputUsdPerMTok", api.input.value()),
            ("outputUsdPerMTok", api.output.value()),
            ("blendedUsdPerMTok", api.blended.value()),
            ("usdPerMonth", api.bill.value()),
        ],
    );
    provenance(json, card.map(|card| &card.provenance));
    json.key("medianOf").number(api.median_of.map(|count| count as f64));
    json.key("bill").object(&mut |json| month(json, &api.month));
    match api.provisioned {
        None => json.key("provisioned").null(),
        Some(cost) => json.key("provisioned").object(&mut |json| {
            let (units, month) = (f64::from(cost.units), cost.total().value());
            numbers(json, &[("units", units), ("usdPerMonth", month)]);
        }),
    }
}

fn month(json: &mut Writer, bill: &MonthBill) {
    numbers(
        json,
        &[
            ("inputUsd", bill.input.value()),
            ("cacheReadUsd", bill.cache_read.value()),
            ("cacheWriteUsd", bill.cache_write.value()),
            ("outputUsd", bill.output.value()),
            ("batchUsd", bill.batch.value()),
            ("feesUsd", bill.fees.value()),
        ],
    );
    json.key("batchUnpriced").flag(bill.batch_unpriced);
    json.key("serviceUnpriced").flag(bill.service_unpriced);
}

fn plan(json: &mut Writer, plan: Option<&Plan>) {
    let Some(plan) = plan else { return json.null() };
    let offer = plan.offer.as_ref();
    json.object(&mut |json| {
        json.key("offer").optional_text(offer.map(|offer| &*offer.id));
        provenance(json, offer.map(|offer| &offer.provenance));
        json.key("medianOf").number(plan.median_of.map(|count| count as f64));
        numbers(
            json,
            &[
                ("usdPerGpuHour", plan.purchase.price.value()),
                ("gpus", plan.gpus()),
                ("gpusPerReplica", plan.replica.gpus.into()),
                ("replicas", plan.replicas()),
                ("tokensPerSecondPerReplica", plan.replica.tokens_per_second.value()),
                ("utilisation", plan.utilisation),
                ("peakFactor", plan.peak_factor),
                ("paidGpus", plan.paid * f64::from(plan.purchase.gpus)),
            ],
        );
        texts(
            json,
            &[("tier", super::sizing::tier(plan.replica.tier)), ("policy", policy(plan.fleet.policy))],
        );
        json.key("replica").object(&mut |json| replica(json, &plan.replica));
        bill(json, &plan.bill);
    });
}

const fn policy(policy: Policy) -> &'static str {
    match policy {
        Policy::AlwaysOn => "always",
        Policy::Scheduled => "scheduled",
        Policy::Autoscaled => "auto",
        Policy::ScaleToZero => "zero",
    }
}

fn bill(json: &mut Writer, bill: &GpuBill) {
    numbers(
        json,
        &[
            ("usdPerMonth", bill.total().value()),
            ("hardwareUsdPerMonth", bill.hardware.value()),
            ("engineeringUsdPerMonth", bill.engineering.value()),
            ("infrastructureUsdPerMonth", bill.infrastructure.value()),
            ("storageUsdPerMonth", bill.storage.value()),
            ("egressUsdPerMonth", bill.egress.value()),
            ("startupsUsdPerMonth", bill.startups.value()),
            ("savedUsdPerMonth", bill.saved.value()),
        ],
    );
}

fn breakeven(json: &mut Writer, plan: Option<&Plan>) {
    let Some(plan) = plan else { return json.null() };
    let breakeven = &plan.breakeven;
    json.object(&mut |json| {
        let alone = plan.hardware_breakeven.durable().map(Tokens::value);
        optional_numbers(json, &[("hardwareOnlyDurable", alone)]);
        let listed: Vec<Interval> = breakeven.winning().take(MOST_INTERVALS).collect();
        turns(json, (breakeven.first(), breakeven.durable()), breakeven.count(), &listed);
    });
}

/// Where a side turns, and the stretches that it wins: the first ones, and the last where that is for good.
fn turns(
    json: &mut Writer,
    (first, durable): (Option<Tokens>, Option<Tokens>),
    count: f64,
    listed: &[Interval],
) {
    let numbers = [
        ("first", first.map(Tokens::value)),
        ("durable", durable.map(Tokens::value)),
        ("intervals", Some(count)),
    ];
    optional_numbers(json, &numbers);
    json.key("winning").list(&mut |json| {
        let ended = listed.iter().filter_map(|one| Some((one.from, Some(one.to?))));
        for (from, to) in ended.chain(durable.map(|from| (from, None))) {
            let ends = [("from", Some(from.value())), ("to", to.map(Tokens::value))];
            json.object(&mut |json| optional_numbers(json, &ends));
        }
    });
}

/// The cheapest mix of GPUs and API, what each source takes, and where it beats the API alone.
fn mix(json: &mut Writer, mix: Option<(&Plan, Hybrid)>) {
    let Some((plan, mix)) = mix else { return json.null() };
    json.object(&mut |json| {
        numbers(
            json,
            &[
                ("usdPerMonth", mix.total.value()),
                ("fixedUsdPerMonth", mix.fixed.value()),
                ("cheapestUsdPerMTok", mix.at_full_load.value()),
            ],
        );
        json.key("parts").list(&mut |json| {
            for part in mix.stack.parts().iter().filter(|part| part.units > 0.0) {
                json.object(&mut |json| {
                    let source = match part.source {
                        Source::Reserved => "reserved",
                        Source::OnDemand => "on-demand",
                        Source::Spot => "spot",
                        Source::Api => "api",
                    };
                    texts(json, &[("source", source)]);
                    let own = if part.source == Source::Api { 0.0 } else { part.units };
                    let gpus = own * f64::from(plan.purchase.gpus);
                    let (tokens, cost) = (part.tokens.value(), part.cost.value());
                    numbers(json, &[("gpus", gpus), ("tokens", tokens), ("usdPerMonth", cost)]);
                });
            }
        });
        let found = &mix.breakeven;
        let listed: Vec<Interval> = found.winning().take(MOST_INTERVALS).collect();
        json.key("breakeven").object(&mut |json| {
            turns(json, (found.first(), found.durable()), found.count(), &listed);
        });
    });
}

/// Each figure under its key.
pub(super) fn explanations(json: &mut Writer, all: &[Explanation]) {
    for one in all {
        json.key(one.figure.key()).object(&mut |json| {
            texts(json, &[("formula", &one.formula), ("unit", one.unit)]);
            numbers(json, &[("result", one.result)]);
            json.key("inputs").list(&mut |json| one.inputs.iter().for_each(|input| explained(json, input)));
        });
    }
}

fn explained(json: &mut Writer, input: &Input) {
    json.object(&mut |json| {
        texts(json, &[("name", input.name), ("unit", input.unit)]);
        numbers(json, &[("value", input.value)]);
        let (kind, of) = match &input.origin {
            Origin::Given(field) => ("given", Some(field.field().name)),
            Origin::Default(field) => ("default", Some(field.field().name)),
            Origin::Figure(figure) => ("figure", Some(figure.key())),
            Origin::Fact(_) => ("fact", None),
            Origin::Model(_) => ("model", None),
            Origin::Derived | Origin::Draw(..) => ("derived", None),
        };
        json.key("from").text(kind);
        match &input.origin {
            Origin::Fact(row) => provenance(json, Some(row)),
            Origin::Model(band) => numbers(json, &[("low", band.low), ("high", band.high)]),
            _ => drop(of.map(|of| json.key("of").text(of))),
        }
    });
}
