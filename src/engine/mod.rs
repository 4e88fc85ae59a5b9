//! The model: a scenario and the catalogue in, numbers and enums out; no clock, no language, no browser.
//!
//! ```
//! use llm_breakeven::{catalogue::Catalogue, engine, scenario::Scenario};
//! let report = engine::evaluate(&Scenario::default(), Catalogue::builtin()).unwrap();
//! let plan = report.plan.unwrap();
//! // the bill is the sum of its lines
//! assert_eq!(plan.bill.total(), plan.bill.hardware + plan.bill.engineering + plan.bill.infrastructure);
//! ```

pub mod accelerator;
mod activations;
pub mod api_bill;
pub mod architecture;
pub mod breakeven;
pub mod breakeven_shape;
pub mod breakeven_walk;
pub mod choice;
pub mod constants;
pub mod demand;
pub mod fleet;
mod fleet_discount;
pub mod fleet_notice;
pub mod guide;
pub mod horizon;
pub mod invalid;
pub mod kv_cache;
pub mod limits;
pub mod measured;
pub mod memory;
pub mod mix;
pub mod owned;
pub mod parameters;
pub mod plan;
pub mod planner;
pub mod portfolio;
pub mod portfolio_breakeven;
pub mod portfolio_units;
pub mod provenance;
mod rates;
pub mod right_sizing;
pub mod served;
pub mod sharing;
pub mod sizing;
pub mod step_time;
pub mod throughput;
pub mod training;
pub mod uncertainty;
pub mod weight_format;

use crate::catalogue::{ApiPrice, Catalogue, Gpu, Model, ServiceTier};
use crate::scenario::fields::FieldError;
use crate::scenario::{FieldId, Scenario};
use crate::units::{Hours, Milliseconds, Tokens, TokensPerSecond, Usd, UsdPerMTok};
use api_bill::month::{self, MonthBill, Workload};
use api_bill::provisioned::{ProvisionedCost, cheapest_month};
use demand::Profile;
use fleet_notice::Notice;
use memory::MemoryPlan;
pub use plan::{GpuBill, Plan};
use sizing::Replica;
use throughput::Refusal;

/// Everything that the engine says about a scenario.
#[derive(Clone, Debug, PartialEq)]
pub struct Report {
    /// The volume that was asked about.
    pub volume: Tokens,
    /// The part of it that is input, 0 to 1.
    pub input_share: f64,
    /// The part of the output that is reasoning, 0 to 1.
    pub reasoning_share: f64,
    /// Hours that were counted as a month.
    pub hours: Hours,
    /// The open model.
    pub model: Model,
    /// The GPU.
    pub gpu: Gpu,
    /// The API side.
    pub api: ApiSide,
    /// The self-hosted side, or why there is none.
    pub plan: Result<Plan, Infeasible>,
    /// Choices that contradict each other, and what was done.
    pub notices: Vec<Notice>,
}

/// The pay-per-token side.
#[derive(Clone, Debug, PartialEq)]
pub struct ApiSide {
    /// The price list row; it names what is compared even when own prices replace its figures. `None` when own
    /// prices are given for a model that nobody hosts.
    pub card: Option<ApiPrice>,
    /// How many hosts the row was chosen from; `None` when the scenario names it.
    pub median_of: Option<usize>,
    /// Input price in use.
    pub input: UsdPerMTok,
    /// Output price in use.
    pub output: UsdPerMTok,
    /// Price of the average token at the scenario's input share.
    pub blended: UsdPerMTok,
    /// The month's bill.
    pub bill: Usd,
    /// What it is made of.
    pub month: MonthBill,
    /// The month with the cheapest number of provisioned units instead, where the scenario gives their price and rate.
    pub provisioned: Option<ProvisionedCost>,
}

/// Why there is no plan to price.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Infeasible {
    /// Nobody in the catalogue rents this GPU, and no own price is given.
    NoOffer,
    /// Nobody in the catalogue rents an instance with the GPUs of one stage, and no own price is given.
    NoInstance {
        /// GPUs of one stage.
        gpus: u32,
    },
    /// Nothing is known about this model's speed on this GPU, and no own figure is given.
    UnknownThroughput,
    /// Weights, workspace and one sequence do not fit, even on the largest replica searched.
    DoesNotFit {
        /// GPUs of that replica.
        gpus: u32,
        /// One of its GPUs.
        memory: MemoryPlan,
    },
    /// No replica keeps the limits on latency, however few requests it serves; the best that one does alone.
    Latency {
        /// GPUs of that replica.
        gpus: u32,
        /// Its TTFT.
        ttft: Milliseconds,
        /// Its TPOT.
        tpot: Milliseconds,
    },
    /// The sizing model refuses it for another reason.
    Refused(Refusal),
    /// The given tokens/s are more than the GPUs can compute at their fastest number format.
    TooFast {
        /// As given.
        given: TokensPerSecond,
        /// The bound.
        limit: TokensPerSecond,
    },
}

/// Who is cheaper at the scenario's volume.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Winner {
    /// The API.
    Api,
    /// Self-hosting.
    Gpu,
    /// The same cost to the cent.
    Tie,
}

impl Report {
    /// Who is cheaper at the scenario's volume; `None` without a feasible plan.
    #[must_use]
    pub fn winner(&self) -> Option<Winner> {
        Some(Winner::of(self.api.bill, self.plan.as_ref().ok()?.bill.total()))
    }
}

impl Winner {
    /// Who is cheaper; less than half a cent is no difference.
    #[must_use]
    pub fn of(api: Usd, gpu: Usd) -> Self {
        match (gpu - api).value() {
            d if d.abs() < 0.005 => Self::Tie,
            d if d > 0.0 => Self::Api,
            _ => Self::Gpu,
        }
    }
}

/// The price of the average token: `input share × input price + (1 − input share) × output price`.
///
/// ```
/// use llm_breakeven::{engine::blended, units::UsdPerMTok};
/// let price = blended(UsdPerMTok::new(0.60), UsdPerMTok::new(2.40), 0.7);
/// assert!((price.value() - 1.14).abs() < 1e-12);
/// ```
#[must_use]
pub fn blended(input: UsdPerMTok, output: UsdPerMTok, input_share: f64) -> UsdPerMTok {
    input * input_share + output * (1.0 - input_share)
}

/// What a scenario's volume and prices leave as it is: the rows that it names, and the replica that serves it.
#[derive(Clone, Debug, PartialEq)]
pub struct Basis {
    /// The rows.
    pub chosen: choice::Chosen,
    /// The replica, or why there is none.
    pub replica: Result<Replica, Infeasible>,
}

impl Basis {
    /// The first, slower half of [`evaluate`].
    ///
    /// # Errors
    /// As for [`evaluate`].
    pub fn new(scenario: &Scenario, catalogue: &Catalogue) -> Result<Self, FieldError> {
        let chosen = choice::choose(scenario, catalogue)?;
        let replica = sizing::replica(scenario, catalogue, &chosen);
        Ok(Self { chosen, replica })
    }

    /// Both bills alone, for who asks many thousand times.
    pub(crate) fn sides(
        &self,
        scenario: &Scenario,
        catalogue: &Catalogue,
    ) -> (MonthBill, Result<Plan, Infeasible>) {
        let month = bill_at(scenario, &api_prices(scenario, self.chosen.card.as_ref()));
        let replica = self.replica.clone();
        let plan = plan::plan(scenario, catalogue, &self.chosen.gpu, replica, month.blended, &mut Vec::new());
        (month, plan)
    }

    /// What the API takes for a million tokens of input and of output in this scenario, with its caches, batches, retries,
    /// fees and discounts: its bill is a sum of both.
    #[must_use]
    pub fn api_by_side(&self, scenario: &Scenario) -> (UsdPerMTok, UsdPerMTok) {
        let prices = api_prices(scenario, self.chosen.card.as_ref());
        let volume = scenario.volume();
        let of = |input: Tokens, output: Tokens| {
            let all = workload(scenario);
            bill_of(scenario, &prices, Workload { input, output, ..all }).total.per_mtok(volume)
        };
        (of(volume, Tokens::ZERO), of(Tokens::ZERO, volume))
    }

    /// The second half: what this replica costs at the scenario's volume and prices.
    #[must_use]
    pub fn report(self, scenario: &Scenario, catalogue: &Catalogue) -> Report {
        let Self { chosen, replica } = self;
        let api = api_side(scenario, &chosen);
        let mut notices = fleet_notice::api(scenario, &api);
        let plan = plan::plan(scenario, catalogue, &chosen.gpu, replica, api.blended, &mut notices);
        Report {
            volume: scenario.volume(),
            input_share: scenario.input_share(),
            reasoning_share: scenario.share(FieldId::ReasoningShare),
            hours: scenario.hours_per_month(),
            model: chosen.model,
            gpu: chosen.gpu,
            api,
            plan,
            notices,
        }
    }
}

/// Answers a scenario with the catalogue's facts, and with the prices of its day.
///
/// The same scenario and catalogue give the same report.
///
/// # Errors
/// A [`FieldError`] when a row that the scenario needs is not in this catalogue.
pub fn evaluate(scenario: &Scenario, catalogue: &Catalogue) -> Result<Report, FieldError> {
    answer(scenario, &catalogue.as_of(scenario.day()))
}

/// [`evaluate`] for who has the catalogue of the scenario's day at hand.
///
/// # Errors
/// As for [`evaluate`].
pub fn answer(scenario: &Scenario, then: &Catalogue) -> Result<Report, FieldError> {
    Ok(Basis::new(scenario, then)?.report(scenario, then))
}

/// The API's bill of the month. Own prices replace the listed ones; what the list says beside them (cache, batch) then
/// changes in proportion, and its context tiers and hours no longer apply, because a negotiated price is one price.
fn api_side(scenario: &Scenario, chosen: &choice::Chosen) -> ApiSide {
    let prices = api_prices(scenario, chosen.card.as_ref());
    let month = bill_at(scenario, &prices);
    let (input, output) = (prices.input, prices.output);
    let card = chosen.card.clone();
    ApiSide {
        card,
        median_of: chosen.median_of,
        input,
        output,
        blended: month.blended,
        bill: month.total,
        month,
        provisioned: cheapest_month(scenario, month.blended),
    }
}

/// The prices in use: the card's with the scenario's own in their place.
fn api_prices(scenario: &Scenario, card: Option<&ApiPrice>) -> ApiPrice {
    // without a card both prices are given: `choose` saw to that
    let mut prices = card.cloned().unwrap_or_else(|| ApiPrice::flat(UsdPerMTok::ZERO, UsdPerMTok::ZERO));
    let (own_input, own_output) = scenario.own_api_prices();
    prices.negotiate(own_input, own_output);
    let own = |id: FieldId, listed: Option<UsdPerMTok>| scenario.optional(id).map(UsdPerMTok::new).or(listed);
    prices.cache_read = own(FieldId::ApiCached, prices.cache_read);
    prices.cache_write = own(FieldId::ApiCacheWrite, prices.cache_write);
    if scenario.optional(FieldId::ApiCacheWrite).is_some() {
        prices.cache_write_1h = None;
    }
    prices.batch_input = own(FieldId::ApiBatchInput, prices.batch_input);
    prices.batch_output = own(FieldId::ApiBatchOutput, prices.batch_output);
    if scenario.optional(FieldId::ApiBatchInput).is_some() {
        prices.batch_cache_read = None;
    }
    prices
}

/// The scenario's month at the prices of a list, with its caching, batches, hours of the day, retries and discount.
#[must_use]
pub fn bill_at(scenario: &Scenario, prices: &ApiPrice) -> MonthBill {
    bill_of(scenario, prices, workload(scenario))
}

/// The bill of a workload, whose hours are the scenario's where prices depend on them.
fn bill_of(scenario: &Scenario, prices: &ApiPrice, mut workload: Workload) -> MonthBill {
    if !prices.windows.is_empty() {
        let ahead = scenario.number(FieldId::UtcOffset);
        workload.hours = Profile::of_scenario(scenario).0.hours_of_the_day(ahead);
    }
    month::bill(prices, &workload)
}

/// What the scenario sends to the API in a month, spread evenly over the day.
fn workload(scenario: &Scenario) -> Workload {
    let input = scenario.input_share();
    let service = scenario.name(FieldId::ServiceTier).and_then(ServiceTier::from_key);
    Workload {
        service: service.unwrap_or_default(),
        per_request: Some(Tokens::new(scenario.request_tokens() * input)),
        requests: scenario.volume().value() / scenario.request_tokens(),
        cached_share: scenario.share(FieldId::CachedShare),
        written_share: scenario.share(FieldId::WrittenShare),
        written_for_an_hour: scenario.name(FieldId::CacheLifetime) == Some("1h"),
        batch_share: scenario.share(FieldId::BatchShare),
        retries: scenario.share(FieldId::Retries),
        discount: scenario.share(FieldId::ApiDiscount),
        fee: Usd::new(scenario.number(FieldId::RequestFee) / 1e3),
        ..Workload::of(scenario.volume() * input, scenario.volume() * (1.0 - input))
    }
}
