//! The months of a scenario: its growth, drifts, commitment and one-off cost around the plan of its report.
//!
//! What is committed follows from the plan: an offer that is reserved for one or three years, hardware that is bought for
//! its life, or the share of GPU-hours that is reserved for a year. With the share `r` reserved at the discount `d` and `s`
//! on spot at the discount `e`, of each dollar for GPUs `r·(1−d) ÷ (r·(1−d) + s·(1−e) + 1−r−s)` is committed.
//!
//! ```
//! use llm_breakeven::{catalogue::Catalogue, engine, engine::horizon::outlook::outlook, scenario::{FieldId, Scenario}};
//! let catalogue = Catalogue::builtin();
//! let mut scenario = Scenario::default();
//! scenario.set_text(FieldId::Horizon, "24", catalogue).unwrap();
//! scenario.set_text(FieldId::DiscountRate, "0", catalogue).unwrap();
//! let report = engine::evaluate(&scenario, catalogue).unwrap();
//! let found = outlook(&scenario, &report).unwrap();
//! // nothing grows, nothing drifts: 24 times the month
//! let month = report.api.bill - report.plan.unwrap().bill.total();
//! assert!((found.horizon.npv.value() / month.value() - 24.0).abs() < 1e-9);
//! ```

use super::{Costs, Fall, Horizon, Regret, Terms, project, regret};
use crate::catalogue::Commitment;
use crate::engine::{Plan, Report};
use crate::scenario::{FieldId, Scenario};
use crate::units::{Tokens, Usd};

/// What a year's reservation saves where the scenario does not say: the article's $5.20 against $8.17 for an H100.
pub const RESERVED_1Y: f64 = 1.0 - 5.20 / 8.17;
/// What three years save: the article's $3.50 against $8.17.
pub const RESERVED_3Y: f64 = 1.0 - 3.50 / 8.17;
/// Months after which demand falls, in the table of regrets.
pub const AFTER: [u32; 4] = [0, 3, 6, 9];
/// How far it falls.
pub const FALLS: [f64; 4] = [0.25, 0.5, 0.75, 1.0];

/// The months of a scenario and the risk of its commitment.
#[derive(Clone, Debug, PartialEq)]
pub struct Outlook {
    /// How the months differ from today.
    pub terms: Terms,
    /// All months.
    pub horizon: Horizon,
    /// The part of the GPU bill that is committed, 0 to 1.
    pub committed: f64,
    /// The commitment whose regret is asked: its months, and its discount on the on-demand price, 0 to 1.
    pub commitment: (u32, f64),
    /// Whether the plan has this commitment; otherwise it is what a year's reservation would mean.
    pub held: bool,
    /// Its regret over its whole term, for every fall after each of [`AFTER`], in the order of [`FALLS`].
    pub regrets: Vec<Regret>,
}

/// The months of a scenario; `None` without a feasible plan.
#[must_use]
pub fn outlook(scenario: &Scenario, report: &Report) -> Option<Outlook> {
    let plan = report.plan.as_ref().ok()?;
    let (committed, months, discount) = commitment(scenario, plan);
    let terms = Terms {
        months: scenario.number(FieldId::Horizon) as u32,
        growth: scenario.share(FieldId::Growth),
        api_drift: scenario.share(FieldId::ApiDrift),
        gpu_drift: scenario.share(FieldId::GpuDrift),
        discount: scenario.share(FieldId::DiscountRate),
        migration: Usd::new(scenario.number(FieldId::Migration)),
        commitment: months,
    };
    let hardware = |volume: Tokens| plan.hardware_only.at(volume);
    let costs = Costs {
        api: &|volume| volume * report.api.blended,
        locked: &|volume| hardware(volume) * committed,
        free: &|volume| hardware(volume) * (1.0 - committed),
        other: &|volume| plan.full_cost.at(volume) - hardware(volume),
    };
    let horizon = project(&costs, &terms, report.volume, None);
    let held = committed > 0.0;
    let months = if held { months } else { 12 };
    let saved = if held { discount } else { RESERVED_1Y };
    // what the same GPUs cost on demand: the committed part without its discount
    let undiscounted = 1.0 - committed + committed / (1.0 - discount).max(0.01);
    let on_demand = |volume: Tokens| hardware(volume) * undiscounted;
    let whole = Terms { months, commitment: months, ..terms };
    let regrets = AFTER
        .iter()
        .filter(|after| **after < months)
        .flat_map(|after| FALLS.map(|share| Fall { after: *after, share }))
        .map(|fall| regret(&on_demand, saved, &whole, report.volume, fall))
        .collect();
    Some(Outlook { terms, horizon, committed, commitment: (months, saved), held, regrets })
}

/// The committed part of the GPU bill, the months of the commitment, and its discount on the on-demand price.
fn commitment(scenario: &Scenario, plan: &Plan) -> (f64, u32, f64) {
    let own = scenario.optional(FieldId::ReservedDiscount).map(|percent| percent / 100.0);
    if scenario.name(FieldId::Hardware) == Some("buy") {
        // bought hardware is compared with renting the offer that would stand in for it
        let rented = plan.offer.as_ref().map(|offer| offer.price_per_gpu());
        let saved = rented.map_or(0.0, |rented| 1.0 - plan.purchase.price / rented);
        let life = (scenario.number(FieldId::HardwareLife) * 12.0).round();
        return (1.0, life as u32, if saved.is_finite() { saved.min(0.99) } else { 0.0 });
    }
    match plan.offer.as_ref().map(|offer| offer.commitment) {
        Some(Commitment::Reserved1y) => (1.0, 12, own.unwrap_or(RESERVED_1Y)),
        Some(Commitment::Reserved3y) => (1.0, 36, own.unwrap_or(RESERVED_3Y)),
        _ => {
            let (reserved, spot) =
                (scenario.share(FieldId::ReservedShare), scenario.share(FieldId::SpotShare));
            let saved = own.unwrap_or(RESERVED_1Y);
            let paid = reserved * (1.0 - saved);
            let rest =
                (1.0 - reserved - spot).max(0.0) + spot * (1.0 - scenario.share(FieldId::SpotDiscount));
            let part = if paid > 0.0 { paid / (paid + rest) } else { 0.0 };
            (part, if part > 0.0 { 12 } else { 1 }, saved)
        }
    }
}
