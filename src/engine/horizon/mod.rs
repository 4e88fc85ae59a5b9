//! Month by month: growing volume, moving prices, commitments that cannot shrink, and a cost paid once.
//!
//! Month `t` = 1 … `N` serves `V_t = V·(1+g)^(t−1)` tokens. With yearly drifts `a` (API) and `d` (GPU), yearly discount
//! rate `r` and the one-off cost `M`:
//!
//! ```text
//! API_t  = A(V_t)·(1+a)^((t−1)/12)
//! GPU_t  = Σ commitments + free(V_t)·(1+d)^((t−1)/12) + other(V_t)
//! NPV    = −M + Σ (API_t − GPU_t)·(1+r)^(−t/12)
//! payback: the first month at whose end  M + Σ GPU ≤ Σ API
//! ```
//!
//! A commitment is signed when the month needs more than is held: for the part that is missing, at that month's price,
//! for `T` months. It keeps its price and cannot shrink; when it ends, what is needed then is signed anew. Paying on
//! demand is a commitment of one month. Bought hardware is one of its life's length that pays its monthly equivalent
//! (depreciation, capital, power), which has the present value of buying when the discount rate is the cost of capital.
//!
//! People and infrastructure keep their price. Everything is a closed sum: no simulation, no randomness.
//!
//! A worked example: $1,000 a month at the API against $600 of GPUs, and $1,000 to migrate.
//!
//! ```
//! use llm_breakeven::engine::horizon::{Costs, Terms, project};
//! use llm_breakeven::units::{Tokens, Usd};
//! let nothing = |_: Tokens| Usd::ZERO;
//! let costs = Costs {
//!     api: &|volume: Tokens| Usd::new(volume.value() / 1e6),
//!     locked: &nothing,
//!     free: &|_: Tokens| Usd::new(600.0),
//!     other: &nothing,
//! };
//! let terms = Terms { months: 12, migration: Usd::new(1_000.0), ..Terms::default() };
//! let horizon = project(&costs, &terms, Tokens::new(1e9), None);
//! // $400 a month pays $1,000 back in the third month; after a year 12 · 400 − 1,000 are left
//! assert_eq!(horizon.payback, Some(3));
//! assert_eq!(horizon.npv.value(), 3_800.0);
//! ```

pub mod outlook;

use super::Winner;
use crate::units::{Tokens, Usd};

/// What a month of a volume costs at today's prices.
#[derive(Clone, Copy)]
pub struct Costs<'a> {
    /// The API's bill.
    pub api: &'a dyn Fn(Tokens) -> Usd,
    /// GPUs under a commitment, or bought.
    pub locked: &'a dyn Fn(Tokens) -> Usd,
    /// GPUs that are paid by the hour.
    pub free: &'a dyn Fn(Tokens) -> Usd,
    /// People, infrastructure and everything else of self-hosting.
    pub other: &'a dyn Fn(Tokens) -> Usd,
}

/// How the months differ from today.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Terms {
    /// Months that are looked at, 1 to 60.
    pub months: u32,
    /// Growth of the volume a month; 0.05 is 5 %; above −1.
    pub growth: f64,
    /// Drift of API prices a year; −0.3 is 30 % cheaper each year; above −1.
    pub api_drift: f64,
    /// Drift of GPU prices a year; above −1.
    pub gpu_drift: f64,
    /// Discount rate a year, effective; at least 0.
    pub discount: f64,
    /// Paid once, before the first month, to move away from the API.
    pub migration: Usd,
    /// Months for which a commitment binds; 1 or less binds nothing beyond the month.
    pub commitment: u32,
}

impl Default for Terms {
    /// A year in which nothing changes.
    fn default() -> Self {
        Self {
            months: 12,
            growth: 0.0,
            api_drift: 0.0,
            gpu_drift: 0.0,
            discount: 0.0,
            migration: Usd::ZERO,
            commitment: 1,
        }
    }
}

/// Demand that falls.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Fall {
    /// The last month before it; 0 when it has fallen from the start.
    pub after: u32,
    /// What is lost of every later month's volume, 0 to 1.
    pub share: f64,
}

/// One month.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Month {
    /// From 1.
    pub month: u32,
    /// Tokens served in it.
    pub volume: Tokens,
    /// The API's bill.
    pub api: Usd,
    /// The self-hosted bill.
    pub gpu: Usd,
    /// Of it, paid for commitments that the month does not need.
    pub idle: Usd,
    /// All API bills until its end.
    pub api_total: Usd,
    /// All self-hosted bills until its end, with the one-off cost.
    pub gpu_total: Usd,
}

/// The cheaper side changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Crossing {
    /// The first month in which `cheaper` is.
    pub month: u32,
    /// The side that is cheaper from there on.
    pub cheaper: Winner,
}

/// All months and what they add up to.
#[derive(Clone, Debug, PartialEq)]
pub struct Horizon {
    /// In order, from month 1.
    pub months: Vec<Month>,
    /// Present value of self-hosting instead of using the API, the one-off cost included.
    pub npv: Usd,
    /// The month at whose end self-hosting has first cost no more than the API in total.
    pub payback: Option<u32>,
    /// Months in which the cheaper side of the month changes.
    pub crossings: Vec<Crossing>,
    /// Months at whose end the side that is cheaper in total changes. The one-off cost counts as month 0.
    pub total_crossings: Vec<Crossing>,
    /// What commitments still cost after the last month.
    pub owed: Usd,
}

impl Horizon {
    /// What self-hosting saves over all months, the one-off cost paid; negative when the API is cheaper.
    #[must_use]
    pub fn saving(&self) -> Usd {
        self.months.last().map_or(Usd::ZERO, |month| month.api_total - month.gpu_total)
    }
}

/// Capacity that is paid for until its term ends.
struct Lot {
    /// First month in which it is no longer paid.
    ends: u32,
    /// What it costs a month at today's price.
    today: Usd,
    /// Its price against today's.
    factor: f64,
}

/// The commitments that are held.
#[derive(Default)]
struct Ledger(Vec<Lot>);

impl Ledger {
    /// Signs what the month lacks; returns what is paid, and the part of that which is not needed.
    fn month(&mut self, month: u32, need: Usd, factor: f64, term: u32) -> (Usd, Usd) {
        self.0.retain(|lot| lot.ends > month);
        let held: Usd = self.0.iter().map(|lot| lot.today).sum();
        if need > held {
            self.0.push(Lot { ends: month.saturating_add(term.max(1)), today: need - held, factor });
        }
        let paid: Usd = self.0.iter().map(|lot| lot.today * lot.factor).sum();
        // what is not needed is idle at the average price of what is held
        let idle = if held > need { paid * ((held - need) / held) } else { Usd::ZERO };
        (paid, idle)
    }

    /// What is still to be paid after `month`.
    fn owed(&self, month: u32) -> Usd {
        self.0
            .iter()
            .map(|lot| lot.today * lot.factor * f64::from((lot.ends - 1).saturating_sub(month)))
            .sum()
    }
}

/// All months of a volume, with an optional fall of demand.
#[must_use]
pub fn project(costs: &Costs, terms: &Terms, volume: Tokens, fall: Option<Fall>) -> Horizon {
    let mut ledger = Ledger::default();
    let mut totals = (Usd::ZERO, terms.migration);
    let mut npv = Usd::ZERO - terms.migration;
    let mut months = Vec::new();
    for month in 1..=terms.months {
        let passed = f64::from(month - 1);
        let left = fall.filter(|fall| month > fall.after).map_or(1.0, |fall| 1.0 - fall.share);
        let volume = volume * ((1.0 + terms.growth).powf(passed) * left);
        let drifted = |drift: f64| (1.0 + drift).powf(passed / 12.0);
        let api = (costs.api)(volume) * drifted(terms.api_drift);
        let price = drifted(terms.gpu_drift);
        let (committed, idle) = ledger.month(month, (costs.locked)(volume), price, terms.commitment);
        let gpu = committed + (costs.free)(volume) * price + (costs.other)(volume);
        totals = (totals.0 + api, totals.1 + gpu);
        npv += (api - gpu) * (1.0 + terms.discount).powf(-f64::from(month) / 12.0);
        months.push(Month { month, volume, api, gpu, idle, api_total: totals.0, gpu_total: totals.1 });
    }
    let payback = months.iter().find(|month| month.gpu_total <= month.api_total).map(|month| month.month);
    let crossings = crossings(Winner::Tie, months.iter().map(|month| (month.month, month.api, month.gpu)));
    let total_crossings = self::crossings(
        Winner::of(Usd::ZERO, terms.migration),
        months.iter().map(|month| (month.month, month.api_total, month.gpu_total)),
    );
    Horizon { npv, payback, crossings, total_crossings, owed: ledger.owed(terms.months), months }
}

/// Where the cheaper side changes; a tie changes nothing, and the first side to be cheaper is no change.
fn crossings(start: Winner, months: impl Iterator<Item = (u32, Usd, Usd)>) -> Vec<Crossing> {
    let mut cheaper = start;
    let mut found = Vec::new();
    for (month, api, gpu) in months {
        let now = Winner::of(api, gpu);
        if now == Winner::Tie || now == cheaper {
            continue;
        }
        if cheaper != Winner::Tie {
            found.push(Crossing { month, cheaper: now });
        }
        cheaper = now;
    }
    found
}

/// What a commitment costs against the same GPUs on demand when demand falls.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Regret {
    /// When, and by how much.
    pub fall: Fall,
    /// All self-hosted bills of the horizon with the commitment.
    pub committed: Usd,
    /// The same on demand.
    pub on_demand: Usd,
}

impl Regret {
    /// What the commitment loses; negative when it is still the cheaper way.
    #[must_use]
    pub fn loss(&self) -> Usd {
        self.committed - self.on_demand
    }
}

/// The regret of `terms.commitment` on all GPUs, at `discount` (0 to 1) off the on-demand cost of a month's GPUs.
///
/// ```
/// use llm_breakeven::engine::horizon::{Fall, Terms, regret};
/// use llm_breakeven::units::{Tokens, Usd};
/// // $1 per MTok on demand, 40 % off for a year; demand halves after six months:
/// // 12 · 600 = 7,200 committed; 6 · 1,000 + 6 · 500 = 9,000 on demand
/// let on_demand = |volume: Tokens| Usd::new(volume.value() / 1e6);
/// let terms = Terms { commitment: 12, ..Terms::default() };
/// let fall = Fall { after: 6, share: 0.5 };
/// let found = regret(&on_demand, 0.4, &terms, Tokens::new(1e9), fall);
/// assert_eq!((found.committed.value(), found.on_demand.value()), (7_200.0, 9_000.0));
/// assert_eq!(found.loss().value(), -1_800.0);
/// ```
#[must_use]
pub fn regret(
    on_demand: &dyn Fn(Tokens) -> Usd,
    discount: f64,
    terms: &Terms,
    volume: Tokens,
    fall: Fall,
) -> Regret {
    let nothing = |_: Tokens| Usd::ZERO;
    let reserved = |volume: Tokens| on_demand(volume) * (1.0 - discount);
    let total = |locked: &dyn Fn(Tokens) -> Usd, free: &dyn Fn(Tokens) -> Usd| {
        let costs = Costs { api: &nothing, locked, free, other: &nothing };
        // moving away from the API costs the same either way
        let terms = Terms { migration: Usd::ZERO, ..*terms };
        project(&costs, &terms, volume, Some(fall)).months.iter().map(|month| month.gpu).sum()
    };
    Regret { fall, committed: total(&reserved, &nothing), on_demand: total(&nothing, on_demand) }
}
