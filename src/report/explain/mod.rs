//! Any figure of a report with its formula, its inputs and where they come from: one structure for page and JSON.
//!
//! A formula is text in the names of its inputs, with `+ − * / ( )`, `ceil( )` and plain numbers, so that it can be shown,
//! and evaluated to the result. An input that is itself a figure of the report is explained under that figure's name.
//!
//! ```
//! use llm_breakeven::{catalogue::Catalogue, engine, report::explain::{Figure, explain}, scenario::Scenario};
//! let scenario = Scenario::default();
//! let report = engine::evaluate(&scenario, Catalogue::builtin()).unwrap();
//! let all = explain(&scenario, &report, Catalogue::builtin());
//! let bill = all.iter().find(|one| one.figure == Figure::ApiBill).unwrap();
//! assert_eq!(bill.formula, "volume * blended_price / 1000000");
//! let value = |name| bill.inputs.iter().find(|input| input.name == name).unwrap().value;
//! assert!((value("volume") * value("blended_price") / 1e6 - bill.result).abs() < 1e-6);
//! ```

pub mod draws;
mod figure;
mod mix;
pub mod months;
mod speed;

pub use figure::Figure;

use super::breakdown::{self, Line};
use crate::catalogue::{Catalogue, Provenance};
use crate::engine::breakeven::StepCost;
use crate::engine::provenance::Band;
use crate::engine::{Plan, Report};
use crate::scenario::{FieldId, Scenario, default_of};
use crate::units::{Tokens, Usd};

/// Where a value comes from.
#[derive(Clone, Debug, PartialEq)]
pub enum Origin {
    /// The user's answer.
    Given(FieldId),
    /// The field's default.
    Default(FieldId),
    /// A fact of the catalogue.
    Fact(Provenance),
    /// Another figure of the report.
    Figure(Figure),
    /// The sizing model; measurements lie in its band in eight of ten cases.
    Model(Band),
    /// A consequence of the choices: counts of GPUs, lines of a bill.
    Derived,
    /// One of many draws of the uncertain inputs: its place among them by size, and how many they are.
    Draw(usize, usize),
}

/// A value that goes into a figure.
#[derive(Clone, Debug, PartialEq)]
pub struct Input {
    /// Its name in the formula.
    pub name: &'static str,
    /// The value.
    pub value: f64,
    /// Its unit; empty for plain numbers and shares.
    pub unit: &'static str,
    /// Where it comes from.
    pub origin: Origin,
}

/// A figure, opened.
#[derive(Clone, Debug, PartialEq)]
pub struct Explanation {
    /// Which.
    pub figure: Figure,
    /// How it is computed.
    pub formula: String,
    /// From what.
    pub inputs: Vec<Input>,
    /// The result, in `unit`.
    pub result: f64,
    /// Its unit.
    pub unit: &'static str,
}

fn input(name: &'static str, value: f64, unit: &'static str, origin: Origin) -> Input {
    Input { name, value, unit, origin }
}

fn open(figure: Figure, formula: &str, unit: &'static str, result: f64, inputs: Vec<Input>) -> Explanation {
    Explanation { figure, formula: formula.to_owned(), inputs, result, unit }
}

/// A field's origin.
fn field(scenario: &Scenario, id: FieldId) -> Origin {
    if *scenario.get(id) == default_of(id) { Origin::Default(id) } else { Origin::Given(id) }
}

fn same(a: f64, b: f64) -> bool {
    (a - b).abs() <= 1e-9 * a.abs().max(b.abs())
}

/// Every figure of the report that it has, in the order of its way from the API to the breakeven, and those of the cheapest
/// mix of both.
#[must_use]
pub fn explain(scenario: &Scenario, report: &Report, catalogue: &Catalogue) -> Vec<Explanation> {
    let mut all = api(scenario, report);
    if let Ok(plan) = &report.plan {
        all.extend(hardware(scenario, report, plan));
        all.extend(bills(scenario, report, plan));
        all.extend(speed::all(scenario, plan));
        all.extend(breakevens(scenario, report, plan));
        all.extend(mix::all(scenario, report, catalogue));
    }
    all
}

fn api(scenario: &Scenario, report: &Report) -> Vec<Explanation> {
    let side = &report.api;
    let volume = input("volume", report.volume.value(), "tokens", field(scenario, FieldId::Volume));
    let blended = side.blended.value();
    let priced = |id| match (&side.card, scenario.optional(id)) {
        (Some(card), None) => Origin::Fact(card.provenance.clone()),
        _ => field(scenario, id),
    };
    let share = report.input_share;
    let plain = side.input.value() * share + side.output.value() * (1.0 - share);
    let mut lines = Vec::new();
    let price = if same(plain, blended) {
        let formula = "input_share * input_price + (1 - input_share) * output_price";
        let part = input("input_share", share, "", field(scenario, FieldId::InputShare));
        let of_input = input("input_price", side.input.value(), "$/MTok", priced(FieldId::ApiInput));
        let of_output = input("output_price", side.output.value(), "$/MTok", priced(FieldId::ApiOutput));
        let mut line = |figure, formula: &str, amount: Usd, price: &Input| {
            let inputs = vec![volume.clone(), part.clone(), price.clone()];
            lines.push(open(figure, formula, "$", amount.value(), inputs));
        };
        let month = &side.month;
        line(Figure::ApiInput, "volume * input_share * input_price / 1000000", month.input, &of_input);
        line(
            Figure::ApiOutput,
            "volume * (1 - input_share) * output_price / 1000000",
            month.output,
            &of_output,
        );
        open(Figure::BlendedPrice, formula, "$/MTok", blended, vec![part, of_input, of_output])
    } else {
        // caches, batches, retries, discounts, fees: the lines of the bill over its tokens
        let lines: Vec<Input> = breakdown::api(report)
            .into_iter()
            .map(|(line, amount)| input(name(line), amount.value(), "$", Origin::Derived))
            .collect();
        let formula = format!("({}) / volume * 1000000", sum(&lines));
        let inputs = lines.into_iter().chain([volume.clone()]).collect();
        open(Figure::BlendedPrice, &formula, "$/MTok", blended, inputs)
    };
    let price_of = input("blended_price", blended, "$/MTok", Origin::Figure(Figure::BlendedPrice));
    let formula = "volume * blended_price / 1000000";
    let bill = open(Figure::ApiBill, formula, "$", side.bill.value(), vec![volume, price_of]);
    [bill, price].into_iter().chain(lines).collect()
}

/// A line of a bill as a name in formulas.
fn name(line: Line) -> &'static str {
    match line {
        Line::ApiInput => "input_tokens",
        Line::ApiCacheRead => "cache_reads",
        Line::ApiCacheWrite => "cache_writes",
        Line::ApiOutput => "output_tokens",
        Line::ApiReasoning => "reasoning_tokens",
        Line::ApiBatch => "batches",
        Line::ApiFees => "request_fees",
        _ => "other",
    }
}

/// The names of inputs, added.
fn sum(inputs: &[Input]) -> String {
    inputs.iter().map(|input| input.name).collect::<Vec<_>>().join(" + ")
}

/// A month of the smallest purchase: rented by the hour, or bought.
fn gpu_month(scenario: &Scenario, report: &Report, plan: &Plan) -> Explanation {
    let purchase = &plan.purchase;
    let month = purchase.month(report.hours).value();
    let gpus = input("gpus", f64::from(purchase.gpus), "GPUs", Origin::Derived);
    if let Some(owned) = &plan.owned {
        let part = |name, amount: Usd, id| input(name, amount.value(), "$", field(scenario, id));
        let inputs = vec![
            part("capital", owned.capital, FieldId::PurchasePrice),
            part("power", owned.power, FieldId::Electricity),
            part("colocation", owned.colocation, FieldId::Colocation),
            part("maintenance", owned.maintenance, FieldId::Maintenance),
            gpus,
        ];
        let formula = "(capital + power + colocation + maintenance) * gpus";
        return open(Figure::GpuMonth, formula, "$", month, inputs);
    }
    let discount = scenario.share(FieldId::GpuDiscount);
    let (listed, origin) = match (scenario.gpu_price(), &plan.offer) {
        (None, Some(offer)) => (offer.price_per_gpu(), Origin::Fact(offer.provenance.clone())),
        (own, _) => (own.unwrap_or(purchase.price), field(scenario, FieldId::GpuPrice)),
    };
    let inputs = vec![
        input("gpu_price", listed.value(), "$/h", origin),
        input("gpu_discount", discount, "", field(scenario, FieldId::GpuDiscount)),
        gpus,
        input("hours", report.hours.value(), "h", field(scenario, FieldId::HoursPerMonth)),
    ];
    open(Figure::GpuMonth, "gpu_price * (1 - gpu_discount) * gpus * hours", "$", month, inputs)
}

fn hardware(scenario: &Scenario, report: &Report, plan: &Plan) -> Vec<Explanation> {
    let purchase = &plan.purchase;
    let hours = report.hours;
    let month = purchase.month(hours);
    let of_hours = input("hours", hours.value(), "h", field(scenario, FieldId::HoursPerMonth));
    let mut all = vec![gpu_month(scenario, report, plan)];
    let step = plan.hardware_only.step();
    all.push(open(
        Figure::PlannedTokens,
        "tokens_per_second * replicas * target_load * hours * 3600 / peak_to_mean",
        "tokens",
        step.value(),
        vec![
            input(
                "tokens_per_second",
                purchase.per_replica.value(),
                "tokens/s",
                Origin::Figure(Figure::Throughput),
            ),
            input("replicas", f64::from(purchase.replicas), "", Origin::Derived),
            input("target_load", scenario.target_load(), "", field(scenario, FieldId::TargetLoad)),
            of_hours,
            input("peak_to_mean", plan.peak_factor, "", field(scenario, FieldId::Profile)),
        ],
    ));
    let volume = input("volume", report.volume.value(), "tokens", field(scenario, FieldId::Volume));
    let counts = plan.hardware_only.counts(report.volume);
    // spare replicas and shares of an instance make the count another than that of the demand alone
    let demand = report.volume / step;
    let other = counts.peak - (demand - demand * 1e-12).ceil();
    let planned = input("planned_tokens", step.value(), "tokens", Origin::Figure(Figure::PlannedTokens));
    let mut inputs = vec![volume, planned];
    let formula = if other == 0.0 {
        "ceil(volume / planned_tokens)"
    } else {
        inputs.push(input("spare", other, "", field(scenario, FieldId::Spare)));
        "ceil(volume / planned_tokens) + spare"
    };
    all.push(open(Figure::Purchases, formula, "", counts.peak, inputs));
    let bill = plan.hardware_only.at(report.volume);
    let whole = plan.hardware_only.purchase();
    let charged = counts.charged * (whole / month);
    all.push(open(
        Figure::Hardware,
        "gpu_month * charged_months",
        "$",
        bill.value(),
        vec![
            input("gpu_month", month.value(), "$", Origin::Figure(Figure::GpuMonth)),
            // purchase-months at the full price: fewer than purchases when they are off part of the time or discounted
            input(
                "charged_months",
                charged,
                "",
                if same(charged, counts.peak) { Origin::Figure(Figure::Purchases) } else { Origin::Derived },
            ),
        ],
    ));
    all
}

fn bills(scenario: &Scenario, report: &Report, plan: &Plan) -> Vec<Explanation> {
    let engineers =
        [FieldId::Engineers, FieldId::Salary].map(|id| (scenario.number(id), field(scenario, id)));
    let [(engineers, by), (salary, paid)] = engineers;
    let bill = &plan.bill;
    let line = |name, amount: Usd, origin| input(name, amount.value(), "$", origin);
    let lines = vec![
        line("gpus", bill.hardware, Origin::Figure(Figure::Hardware)),
        line("engineering", bill.engineering, Origin::Figure(Figure::Engineering)),
        line("infrastructure", bill.infrastructure, Origin::Figure(Figure::Infrastructure)),
        line("storage", bill.storage, field(scenario, FieldId::Storage)),
        line("egress", bill.egress, field(scenario, FieldId::Egress)),
    ];
    vec![
        open(
            Figure::Engineering,
            "engineers * salary / 12",
            "$",
            plan.bill.engineering.value(),
            vec![input("engineers", engineers, "", by), input("salary", salary, "$/year", paid)],
        ),
        open(
            Figure::Infrastructure,
            "a_month + share * gpus",
            "$",
            bill.infrastructure.value(),
            vec![
                line("a_month", scenario.infrastructure(), field(scenario, FieldId::Infrastructure)),
                input(
                    "share",
                    scenario.share(FieldId::InfrastructureShare),
                    "",
                    field(scenario, FieldId::InfrastructureShare),
                ),
                line("gpus", bill.hardware, Origin::Figure(Figure::Hardware)),
            ],
        ),
        open(Figure::SelfHosted, &sum(&lines), "$", plan.bill.total().value(), lines),
        open(
            Figure::Utilisation,
            "volume / (servable_tokens * paid_purchases)",
            "",
            plan.utilisation,
            vec![
                input("volume", report.volume.value(), "tokens", field(scenario, FieldId::Volume)),
                input("servable_tokens", plan.servable.value(), "tokens", Origin::Derived),
                input(
                    "paid_purchases",
                    plan.paid,
                    "",
                    if same(plan.paid, plan.purchases) {
                        Origin::Figure(Figure::Purchases)
                    } else {
                        Origin::Derived
                    },
                ),
            ],
        ),
    ]
}

/// Where self-hosting gets cheaper, by the month, in smaller units and in requests.
fn breakevens(scenario: &Scenario, report: &Report, plan: &Plan) -> Vec<Explanation> {
    let turns = [
        (Figure::FirstBreakeven, plan.breakeven.first(), &plan.full_cost),
        (Figure::DurableBreakeven, plan.breakeven.durable(), &plan.full_cost),
        (Figure::HardwareBreakeven, plan.hardware_breakeven.durable(), &plan.hardware_only),
    ];
    let turns = turns.into_iter().filter_map(|(figure, volume, cost)| Some((figure, volume?, cost)));
    let mut all: Vec<Explanation> =
        turns.map(|(figure, volume, cost)| breakeven(figure, volume, report, cost)).collect();
    let step = plan.full_cost.step();
    let full = plan.breakeven.at_full_load();
    let of_step = vec![
        input("purchase_at_full_load", (step * full).value(), "$", Origin::Derived),
        input("planned_tokens", step.value(), "tokens", Origin::Figure(Figure::PlannedTokens)),
    ];
    let formula = "purchase_at_full_load / planned_tokens * 1000000";
    all.push(open(Figure::FullLoad, formula, "$/MTok", full.value(), of_step));
    let Some(durable) = plan.breakeven.durable() else { return all };
    let volume = input("breakeven", durable.value(), "tokens", Origin::Figure(Figure::DurableBreakeven));
    let hours = || input("hours", report.hours.value(), "h", field(scenario, FieldId::HoursPerMonth));
    let size = scenario.request_tokens();
    let request = || input("request_tokens", size, "tokens", field(scenario, FieldId::RequestTokens));
    let mut smaller = |figure, formula: &str, value: f64, by: Input, unit| {
        all.push(open(figure, formula, unit, value, vec![volume.clone(), by]));
    };
    let hour = durable.value() / report.hours.value();
    smaller(Figure::DurablePerDay, "breakeven / hours * 24", hour * 24.0, hours(), "tokens");
    smaller(Figure::DurablePerHour, "breakeven / hours", hour, hours(), "tokens");
    smaller(Figure::DurablePerSecond, "breakeven / hours / 3600", hour / 3600.0, hours(), "tokens");
    smaller(Figure::DurableRequests, "breakeven / request_tokens", durable.value() / size, request(), "");
    all
}

/// At a breakeven both bills are the same, or the next purchase is due.
fn breakeven(figure: Figure, volume: Tokens, report: &Report, steps: &StepCost) -> Explanation {
    let cost = steps.at(volume);
    let price = report.api.blended;
    let result = volume.value();
    if same(cost.tokens_at(price).value(), result) {
        let there = input("self_hosted_there", cost.value(), "$", Origin::Derived);
        let price = input("blended_price", price.value(), "$/MTok", Origin::Figure(Figure::BlendedPrice));
        let formula = "self_hosted_there / blended_price * 1000000";
        return open(figure, formula, "tokens", result, vec![there, price]);
    }
    let step = steps.step();
    let inputs = vec![
        input("planned_tokens", step.value(), "tokens", Origin::Figure(Figure::PlannedTokens)),
        input("full_purchases", volume / step, "", Origin::Derived),
    ];
    open(figure, "planned_tokens * full_purchases", "tokens", result, inputs)
}
