//! The cheapest mix of reserved, on-demand and spot purchases and the API for a demand that is not flat.
//!
//! Demand is cut into levels of one purchase each. The i-th purchase is needed while more than `i − 1` are: the share `f_i`
//! of the hours, in which it serves `t_i` tokens. A month of it costs
//!
//! ```text
//! reserved   c·(1 − d_r)                    paid always
//! on-demand  c·b_i                          b_i: f_i with the start-up before each run of hours
//! spot       c·(1 − d_s)·b_i·(1 + λL)       with what interruptions lose
//! API        a·t_i
//! ```
//!
//! and the cheapest serves that level. `f_i` falls with `i`, so the base is reserved, the shoulder on demand or spot, and
//! the peak goes to the API (screening curves, as power plants are planned). Engineering and other fixed cost is paid as soon
//! as one purchase is worth it at all; otherwise the API takes everything.
//!
//! ```
//! use llm_breakeven::engine::portfolio::{Prices, Source, stack};
//! use llm_breakeven::engine::demand::Profile;
//! use llm_breakeven::engine::fleet::{Fleet, Policy};
//! use llm_breakeven::units::{Tokens, Usd, UsdPerMTok};
//! // twenty hours need one purchase, four need four; a purchase costs $100 a month and serves 1 MTok in every hour
//! let prices = Prices {
//!     month: Usd::new(100.0), reserved_rate: Some(0.6), on_demand: true, spot_rate: None,
//!     api: UsdPerMTok::new(0.12),
//! };
//! let fleet = Fleet { policy: Policy::Autoscaled, ..Fleet::default() };
//! let stack = stack(&Profile::burst(), &fleet, &prices, Tokens::new(720e6 * 1.5), 4.0);
//! // the base: $60 reserved against $86 of tokens; the peak: on demand for a sixth of the hours, $16.67 against $14.40
//! assert_eq!(stack.slices.iter().map(|slice| (slice.units, slice.source)).collect::<Vec<_>>(),
//!     [(1.0, Source::Reserved), (3.0, Source::Api)]);
//! assert!((stack.total().value() - (60.0 + 3.0 * 14.40)).abs() < 1e-9);
//! ```

use super::Report;
use super::breakeven::StepCost;
use super::breakeven_walk::Crossings;
use super::demand::{LEVELS, Profile, WEEK};
use super::fleet::{Billed, Fleet, Policy};
use super::fleet_discount::discount;
use super::plan::{Plan, Terms};
use crate::catalogue::{Catalogue, Commitment};
use crate::scenario::{FieldId, Scenario};
use crate::units::{Tokens, Usd, UsdPerMTok, order};

/// Who serves a level.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// Purchases that are paid always: reserved or bought.
    Reserved,
    /// Purchases that are paid by the hour.
    OnDemand,
    /// Purchases that can be taken away.
    Spot,
    /// The API.
    Api,
}

impl Source {
    /// All, from the base of the stack to its peak.
    pub const ALL: [Self; 4] = [Self::Reserved, Self::OnDemand, Self::Spot, Self::Api];
}

/// What each source costs.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Prices {
    /// A purchase for a whole month on demand.
    pub month: Usd,
    /// Reserved price over it; `None` where nothing can be reserved.
    pub reserved_rate: Option<f64>,
    /// Whether it can be had by the hour.
    pub on_demand: bool,
    /// Spot price over it with what interruptions lose; `None` where there is no spot.
    pub spot_rate: Option<f64>,
    /// The API.
    pub api: UsdPerMTok,
}

/// Levels of demand that are alike.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Slice {
    /// How many levels of one purchase.
    pub units: f64,
    /// Share of the month in which each is needed.
    pub needed: f64,
    /// Tokens a month that each serves.
    pub tokens: Tokens,
    /// Who serves them cheapest.
    pub source: Source,
    /// What each costs a month.
    pub cost: Usd,
}

/// The levels from base to peak, each with its cheapest source.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Stack {
    /// Base first.
    pub slices: Vec<Slice>,
}

/// What a source takes of the whole.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Part {
    /// The source.
    pub source: Source,
    /// Purchases of it; of the API the levels that it serves.
    pub units: f64,
    /// Tokens a month.
    pub tokens: Tokens,
    /// Dollars a month.
    pub cost: Usd,
}

impl Stack {
    /// What all levels cost.
    #[must_use]
    pub fn total(&self) -> Usd {
        self.slices.iter().map(|slice| slice.cost * slice.units).sum()
    }

    /// What each source takes, from base to peak.
    #[must_use]
    pub fn parts(&self) -> [Part; 4] {
        Source::ALL.map(|source| {
            let of = || self.slices.iter().filter(move |slice| slice.source == source);
            Part {
                source,
                units: of().map(|slice| slice.units).sum(),
                tokens: of().map(|slice| slice.tokens * slice.units).sum(),
                cost: of().map(|slice| slice.cost * slice.units).sum(),
            }
        })
    }

    /// How much of a demand of `level` purchases each source serves, from base to peak.
    #[must_use]
    pub fn served(&self, level: f64) -> [f64; 4] {
        let (mut served, mut below) = ([0.0; 4], 0.0);
        for slice in &self.slices {
            served[slice.source as usize] += (level - below).clamp(0.0, slice.units);
            below += slice.units;
        }
        served
    }

    /// Everything at the API.
    fn all_api(self, api: UsdPerMTok) -> Self {
        let to_api = |slice: Slice| Slice { source: Source::Api, cost: slice.tokens * api, ..slice };
        Self { slices: self.slices.into_iter().map(to_api).collect() }
    }
}

/// The cheapest source for each level of a demand that needs `peak` purchases (any number above zero) in its busiest
/// hour. Start-up and minimum are the fleet's.
#[must_use]
pub fn stack(profile: &Profile, fleet: &Fleet, prices: &Prices, volume: Tokens, peak: f64) -> Stack {
    levels(profile, &billed(profile, fleet), prices, volume, peak)
}

/// The share of the month for which a level is billed that is on by the hour, by weight.
fn billed(profile: &Profile, fleet: &Fleet) -> Billed {
    Fleet { policy: Policy::Autoscaled, ..*fleet }.billed(profile)
}

fn levels(profile: &Profile, billed: &Billed, prices: &Prices, volume: Tokens, peak: f64) -> Stack {
    let top = f64::from(profile.top());
    let mut count = [0.0; LEVELS];
    for weight in profile.weights() {
        count[usize::from(*weight)] += 1.0;
    }
    // a level that only rounding begins is none
    let level = |weight: usize| {
        let exact = peak * weight as f64 / top;
        if (exact - exact.round()).abs() < 1e-9 * exact.max(1.0) { exact.round() } else { exact }
    };
    let used: Vec<usize> = (1..LEVELS).filter(|weight| count[*weight] > 0.0).collect();
    let mut bounds: Vec<f64> =
        used.iter().flat_map(|weight| [level(*weight).floor(), level(*weight).ceil()]).chain([0.0]).collect();
    order::by_number(&mut bounds, |bound| *bound);
    bounds.dedup();
    // tokens of a purchase that is busy for a month
    let busy = volume * (top / (profile.mean() * peak));
    let slice = |from: f64, to: f64| {
        let (mut needed, mut paid, mut served) = (0.0, 0.0, 0.0);
        for &weight in &used {
            let part = (level(weight) - from).clamp(0.0, 1.0);
            if part > 0.0 {
                needed += count[weight] / WEEK as f64;
                paid += billed[weight];
                served += part * count[weight] / WEEK as f64;
            }
        }
        let tokens = busy * served;
        let (source, cost) = prices.cheapest(paid, tokens);
        Slice { units: to - from, needed, tokens, source, cost }
    };
    Stack { slices: bounds.windows(2).map(|pair| slice(pair[0], pair[1])).collect() }
}

impl Prices {
    /// What a level that is billed for a share of the month costs from whom it can be had; nearest to the base first.
    pub(super) fn purchases(&self, billed: f64) -> impl Iterator<Item = (Source, Usd)> + use<> {
        let offers = [
            (Source::Reserved, self.reserved_rate.map(|rate| self.month * rate)),
            (Source::OnDemand, self.on_demand.then(|| self.month * billed)),
            (Source::Spot, self.spot_rate.map(|rate| self.month * (rate * billed))),
        ];
        offers.into_iter().filter_map(|(source, cost)| Some((source, cost?)))
    }

    /// The cheapest source of a level that is billed for a share of the month; of equals the one nearest to the base.
    fn cheapest(&self, billed: f64, tokens: Tokens) -> (Source, Usd) {
        let mut best = (Source::Api, tokens * self.api);
        for (source, cost) in self.purchases(billed) {
            if cost < best.1 || cost == best.1 && best.0 == Source::Api {
                best = (source, cost);
            }
        }
        best
    }
}

/// What the cheapest mix of a plan costs, at any volume.
#[derive(Clone, Debug, PartialEq)]
pub struct Mix {
    pub(super) profile: Profile,
    pub(super) billed: Billed,
    pub(super) prices: Prices,
    /// Tokens a month for each purchase at the peak.
    pub(super) step: Tokens,
    /// Engineering and other fixed cost.
    pub(super) fixed: Usd,
}

impl Mix {
    /// The mix around a report's plan; `None` without a plan. `spot` says whether spot may serve.
    #[must_use]
    pub fn new(scenario: &Scenario, catalogue: &Catalogue, report: &Report, spot: bool) -> Option<Self> {
        let plan = report.plan.as_ref().ok()?;
        let terms = Terms::of(scenario, &mut Vec::new());
        let mut prices = prices(scenario, catalogue, report, plan, &terms);
        prices.spot_rate = prices.spot_rate.filter(|_| spot);
        let step = plan.purchase.tokens(terms.load, terms.hours) / terms.profile.peak_factor();
        let billed = billed(&terms.profile, &plan.fleet);
        Some(Self { profile: terms.profile, billed, prices, step, fixed: StepCost::fixed(&plan.full_cost) })
    }

    /// Its levels at a volume, were the fixed cost paid already.
    fn levels(&self, volume: Tokens) -> Stack {
        levels(&self.profile, &self.billed, &self.prices, volume, volume / self.step)
    }

    /// The cost of a month: that of the levels with the fixed cost, or the API's.
    #[must_use]
    pub fn at(&self, volume: Tokens) -> Usd {
        (self.levels(volume).total() + self.fixed).min(volume * self.prices.api)
    }

    /// What it costs to serve on GPUs what at least half of all hours need, and all above it at the API: the steady base
    /// and the peaks, whatever is cheapest.
    #[must_use]
    pub fn base_and_peaks(&self, volume: Tokens) -> Usd {
        let own = Prices { api: UsdPerMTok::new(f64::INFINITY), ..self.prices };
        let on_gpus = levels(&self.profile, &self.billed, &own, volume, volume / self.step);
        let cost = |slice: &Slice| match slice.needed {
            needed if needed >= 0.5 => slice.cost * slice.units,
            _ => slice.tokens * self.prices.api * slice.units,
        };
        on_gpus.slices.iter().map(cost).sum::<Usd>() + self.fixed
    }
}

/// Whether spot may serve in a scenario's mix where nobody says otherwise: where its own fleet has some.
#[must_use]
pub fn spot_may_serve(scenario: &Scenario) -> bool {
    scenario.number(FieldId::SpotShare) > 0.0
}

/// The mix for a scenario, beside the two pure answers.
#[derive(Clone, Debug, PartialEq)]
pub struct Hybrid {
    /// Levels and their sources.
    pub stack: Stack,
    /// The stack without infrastructure share.
    pub prices: Prices,
    /// Engineering and other fixed cost, zero when everything goes to the API.
    pub fixed: Usd,
    /// All of it.
    pub total: Usd,
    /// Everything at the API.
    pub all_api: Usd,
    /// Everything on the scenario's fleet.
    pub all_gpu: Usd,
    /// Purchases needed in each hour of the week, in parts of one.
    pub week: Vec<f64>,
    /// Every volume at which the mix is cheaper than the API alone.
    pub breakeven: Crossings,
    /// What a million tokens cost on the level that a purchase serves cheapest, were it full.
    pub at_full_load: UsdPerMTok,
    /// What the steady base on GPUs and the peaks at the API cost.
    pub base_and_peaks: Usd,
}

/// The cheapest mix for a report's plan; `None` without a plan.
///
/// Spare replicas are left out: the API stands in for what fails. `spot` says whether spot may serve: it is nearly always
/// the cheapest, and can be gone everywhere at once.
#[must_use]
pub fn hybrid(scenario: &Scenario, catalogue: &Catalogue, report: &Report, spot: bool) -> Option<Hybrid> {
    let plan = report.plan.as_ref().ok()?;
    let mix = Mix::new(scenario, catalogue, report, spot)?;
    let stack = mix.levels(report.volume);
    let all_api = report.api.bill;
    let mixed = stack.parts().iter().any(|part| part.source != Source::Api && part.units > 0.0);
    let (stack, fixed) = if mixed && stack.total() + mix.fixed < all_api {
        (stack, mix.fixed)
    } else {
        (stack.all_api(mix.prices.api), Usd::ZERO)
    };
    let peak = report.volume / mix.step;
    let top = f64::from(mix.profile.top());
    let week = mix.profile.weights().iter().map(|weight| peak * f64::from(*weight) / top).collect();
    let total = stack.total() + fixed;
    Some(Hybrid {
        stack,
        prices: mix.prices,
        fixed,
        total,
        all_api,
        all_gpu: plan.bill.total(),
        week,
        breakeven: mix.breakeven(),
        at_full_load: mix.at_full_load(),
        base_and_peaks: mix.base_and_peaks(report.volume),
    })
}

/// What a purchase of the plan costs under each commitment, with the infrastructure share on top.
fn prices(scenario: &Scenario, catalogue: &Catalogue, report: &Report, plan: &Plan, terms: &Terms) -> Prices {
    let month = plan.purchase.month(terms.hours) * (1.0 + scenario.share(FieldId::InfrastructureShare));
    let api = report.api.bill.per_mtok(report.volume);
    if terms.bought {
        return Prices { month, reserved_rate: Some(1.0), on_demand: false, spot_rate: None, api };
    }
    let provider = plan.offer.as_ref().map(|offer| &*offer.provider);
    let off = |id: FieldId, commitment| {
        let own = scenario.optional(id).map(|percent| percent / 100.0);
        own.or_else(|| discount(catalogue, scenario.gpu(), provider, commitment))
    };
    let mix = &terms.fleet.commitments;
    let lost = mix.spot_hours(plan.purchase.instances, terms.fleet.startup);
    Prices {
        month,
        reserved_rate: off(FieldId::ReservedDiscount, Commitment::Reserved1y).map(|off| 1.0 - off),
        on_demand: true,
        spot_rate: off(FieldId::SpotDiscount, Commitment::Spot).map(|off| (1.0 - off) * lost),
        api,
    }
}
