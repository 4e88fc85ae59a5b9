//! The months of a scenario: its growth, drifts, commitment and one-off cost around the plan of its report.
//!
//! What is committed follows from the plan: all of an offer that is reserved for one or three years, all hardware that is
//! bought, for its life; or the share `r` of the peak fleet that is reserved for a year: `r · purchases · (1 − discount)`
//! months of a purchase.
//!
//! ```
//! use llm_breakeven::{catalogue::Catalogue, engine, engine::horizon::outlook::outlook, scenario::{FieldId, Scenario}};
//! let catalogue = Catalogue::builtin();
//! let mut scenario = Scenario::default();
//! scenario.set_text(FieldId::Horizon, "24", catalogue).unwrap();
//! scenario.set_text(FieldId::DiscountRate, "0", catalogue).unwrap();
//! let report = engine::evaluate(&scenario, catalogue).unwrap();
//! let found = outlook(&scenario, &report, catalogue).unwrap();
//! // nothing grows, nothing drifts: 24 times the month
//! let month = report.api.bill - report.plan.unwrap().bill.total();
//! assert!((found.horizon.npv.value() / month.value() - 24.0).abs() < 1e-9);
//! ```

use super::{Costs, Fall, Horizon, Regret, Terms, project, regret};
use crate::catalogue::{Catalogue, Commitment, Text};
use crate::engine::{Plan, Report, evaluate, fleet_discount, plan};
use crate::scenario::fields::Value;
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

impl Outlook {
    /// The fall of demand by which the commitment loses most.
    #[must_use]
    pub fn worst(&self) -> Option<&Regret> {
        self.regrets.iter().max_by(|a, b| a.loss().value().total_cmp(&b.loss().value()))
    }
}

/// The months of a scenario; `None` without a feasible plan.
#[must_use]
pub fn outlook(scenario: &Scenario, report: &Report, catalogue: &Catalogue) -> Option<Outlook> {
    let plan = report.plan.as_ref().ok()?;
    let bound = bound(scenario, report, plan, catalogue);
    let terms = Terms {
        months: scenario.number(FieldId::Horizon) as u32,
        growth: scenario.share(FieldId::Growth),
        api_drift: scenario.share(FieldId::ApiDrift),
        gpu_drift: scenario.share(FieldId::GpuDrift),
        discount: scenario.share(FieldId::DiscountRate),
        migration: Usd::new(scenario.number(FieldId::Migration)),
        commitment: if bound.held() { bound.months } else { 1 },
    };
    let hardware = |volume: Tokens| plan.hardware_only.at(volume);
    let month = plan.purchase.month(report.hours);
    let locked = |volume: Tokens| match bound.part {
        Part::All => hardware(volume),
        Part::Share(share) => {
            let peak = plan.hardware_only.counts(volume).peak;
            (month * (share * peak * (1.0 - bound.discount))).min(hardware(volume))
        }
    };
    let costs = Costs {
        api: &|volume| volume * report.api.blended,
        locked: &locked,
        free: &|volume| hardware(volume) - locked(volume),
        other: &|volume| plan.full_cost.at(volume) - hardware(volume),
    };
    let horizon = project(&costs, &terms, report.volume, None);
    let fleet = plan::Terms::of(scenario, &mut Vec::new()).on_demand(&plan.purchase);
    // an offer that is reserved, or hardware that is bought, has the discount in its price
    let undiscounted = match bound.part {
        Part::All => 1.0 / (1.0 - bound.discount),
        Part::Share(_) => 1.0,
    };
    let on_demand = |volume: Tokens| fleet.at(volume) * undiscounted;
    let whole = Terms { months: bound.months, commitment: bound.months, ..terms };
    let falls = AFTER
        .iter()
        .filter(|after| **after < bound.months)
        .flat_map(|after| FALLS.map(|share| Fall { after: *after, share }));
    let regrets = falls.map(|fall| regret(&on_demand, bound.discount, &whole, report.volume, fall)).collect();
    let now = hardware(report.volume);
    let committed = if now.value() > 0.0 { locked(report.volume) / now } else { 0.0 };
    let commitment = (bound.months, bound.discount);
    Some(Outlook { terms, horizon, committed, commitment, held: bound.held(), regrets })
}

/// What is committed.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Part {
    /// Every GPU, at a price that has the discount in it.
    All,
    /// This share of the peak fleet; 0 for nothing.
    Share(f64),
}

/// A commitment: what, for how many months, at what discount on the on-demand price.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Bound {
    part: Part,
    months: u32,
    discount: f64,
}

impl Bound {
    fn held(&self) -> bool {
        self.part != Part::Share(0.0)
    }
}

fn bound(scenario: &Scenario, report: &Report, plan: &Plan, catalogue: &Catalogue) -> Bound {
    let provider = plan.offer.as_ref().map(|offer| &*offer.provider);
    let own = scenario.optional(FieldId::ReservedDiscount).map(|percent| percent / 100.0);
    let saved = |commitment, article| {
        let listed = || fleet_discount::discount(catalogue, &report.gpu.id, provider, commitment);
        // a discount of all would leave nothing to compare with
        own.or_else(listed).unwrap_or(article).min(0.99)
    };
    if plan.owned.is_some() {
        let life = (scenario.number(FieldId::HardwareLife) * 12.0).round();
        return Bound {
            part: Part::All,
            months: life as u32,
            discount: against_renting(scenario, plan, catalogue),
        };
    }
    match plan.offer.as_ref().map(|offer| offer.commitment) {
        Some(commitment @ Commitment::Reserved1y) => {
            Bound { part: Part::All, months: 12, discount: saved(commitment, RESERVED_1Y) }
        }
        Some(commitment @ Commitment::Reserved3y) => {
            Bound { part: Part::All, months: 36, discount: saved(commitment, RESERVED_3Y) }
        }
        _ => {
            let mix = &plan.fleet.commitments;
            let discount = if mix.reserved > 0.0 {
                mix.reserved_discount
            } else {
                saved(Commitment::Reserved1y, RESERVED_1Y)
            };
            Bound { part: Part::Share(mix.reserved), months: 12, discount }
        }
    }
}

/// What a bought GPU-hour saves against a rented one; negative where it costs more, 0 where nobody rents it.
fn against_renting(scenario: &Scenario, plan: &Plan, catalogue: &Catalogue) -> f64 {
    let mut rented = scenario.clone();
    let set = rented.set(FieldId::Hardware, Value::Name(Text::Borrowed("rent")), catalogue);
    let price = set.ok().and_then(|()| evaluate(&rented, catalogue).ok()).and_then(|report| report.plan.ok());
    let saved = price.map_or(0.0, |rent| 1.0 - plan.purchase.price / rent.purchase.price);
    if saved.is_finite() { saved.min(0.99) } else { 0.0 }
}
