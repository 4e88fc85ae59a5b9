//! A self-hosted cost with many step sizes: one for each hourly weight, as a scaled fleet has.
//!
//! Let `t` be the volume in units in which an hour of weight `w` needs `z = w·t + o` purchases (`o` < 1: the part of a
//! purchase that spare replicas take). Weight `w` stands for the share `b_w` of the month in which a purchase needed
//! from that weight on is billed. With `p_w = ⌈z⌉ + extra` purchases, `N` of them at the largest weight,
//!
//! ```text
//! G(t) = F + c·[ r·q·N + f·Σ_w b_w · max(0, p_w − r·N) ]
//! ```
//!
//! where the share `r` of the peak fleet is reserved at `q` of the price, paid always, and serves the base; all above it
//! costs `f` of the price. A fleet that scales to zero bills of its last purchase only the part of the hour that works.
//!
//! Weights are whole numbers with greatest common divisor `d`, so all steps repeat with period `T = 1/d`, and each period
//! adds the same to the API bill and to `G`. Once the signs of `p_w − r·N` are settled, a walk over one period tells by
//! how much self-hosting loses at worst and at best; dividing by the gain of a period gives the period of the last loss
//! and that of the first win. So the answers are exact, however many steps lie in between.
//!
//! ```
//! use llm_breakeven::engine::breakeven::{Breakeven, StepCost};
//! use llm_breakeven::engine::breakeven_shape::Shape;
//! use llm_breakeven::units::{Tokens, Usd, UsdPerMTok};
//! // four hours a day at weight 4, twenty at weight 1: 36 weighted hours; a purchase serves 4 MTok at weight 4
//! let mut shape = Shape::default();
//! shape.share[4] = 4.0 / 24.0;
//! shape.share[1] = 20.0 / 24.0;
//! let steps = StepCost::shaped(Usd::ZERO, Usd::new(24.0), Tokens::new(4e6), shape);
//! // 12 MTok: three purchases for four hours, one for the other twenty
//! assert!((steps.at(Tokens::new(12e6)).value() - (3.0 * 4.0 + 20.0)).abs() < 1e-9);
//! // at full load $36 for 16 MTok; at $2.60/MTok the fourth purchase for the peak is the first that wins, past $36
//! let breakeven = Breakeven::new(UsdPerMTok::new(2.6), steps);
//! assert!((breakeven.first().unwrap().value() - 36.0 / 2.6 * 1e6).abs() < 1.0);
//! ```

use super::demand::LEVELS;

/// Two positions nearer than this are one: far below any step, far above rounding.
fn slack(z: f64) -> f64 {
    1e-10 + z * 1e-14
}

/// Periods that are walked, at most, until the signs of all terms are settled.
const MOST_PERIODS: f64 = 200.0;

/// How a purchase is billed in the hour in which it is only partly needed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Partial {
    /// Start-up, hours: billed before the work.
    pub startup: f64,
    /// Shortest time that is billed, hours.
    pub minimum: f64,
}

/// The step sizes of a cost, and what a step costs.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Shape {
    /// By weight: share of the month for which a purchase is billed that is needed from this weight on.
    pub share: [f64; LEVELS],
    /// Part of a purchase that spare replicas take before any demand, 0 to less than 1.
    pub offset: f64,
    /// Purchases in every hour beside those for demand.
    pub extra: f64,
    /// Purchases in hours without demand.
    pub idle: f64,
    /// Billing of partly needed purchases; `None` bills whole hours.
    pub partial: Option<Partial>,
    /// Share of the peak fleet that is reserved, 0 to 1.
    pub reserved: f64,
    /// Reserved price over the purchase's price.
    pub reserved_rate: f64,
    /// Price of all other hours over the purchase's price.
    pub flexible_rate: f64,
}

impl Default for Shape {
    fn default() -> Self {
        Self {
            share: [0.0; LEVELS],
            offset: 0.0,
            extra: 0.0,
            idle: 0.0,
            partial: None,
            reserved: 0.0,
            reserved_rate: 1.0,
            flexible_rate: 1.0,
        }
    }
}

/// On which side of a step a position is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Side {
    /// The position itself, which still belongs to the step below.
    At,
    /// Just above it.
    Above,
}

/// What a position costs, in purchase-months.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Counts {
    /// Purchases at the peak.
    pub peak: f64,
    /// Paid purchase-months, reserved ones as whole months.
    pub paid: f64,
    /// What is paid for them, in purchase-months at the undiscounted price.
    pub charged: f64,
}

impl Shape {
    /// The largest weight in use, at least 1.
    #[must_use]
    pub fn top(&self) -> usize {
        (1..LEVELS).rev().find(|weight| self.share[*weight] > 0.0).unwrap_or(1)
    }

    /// The weights above zero that are billed.
    pub(super) fn weights(&self) -> impl Iterator<Item = usize> + use<'_> {
        (1..LEVELS).filter(|weight| self.share[*weight] > 0.0)
    }

    /// After how much `t` all steps repeat.
    pub(super) fn period(&self) -> f64 {
        let divisor = self.weights().fold(0, gcd);
        1.0 / divisor.max(1) as f64
    }

    /// Whole purchases begun and the part of the last one in use.
    fn level(&self, weight: usize, t: f64, side: Side) -> (f64, f64) {
        let z = weight as f64 * t + self.offset;
        let done = match side {
            Side::At => (z - slack(z)).ceil() - 1.0,
            Side::Above => (z + slack(z)).floor(),
        };
        (done, (z - done).clamp(0.0, 1.0))
    }

    /// Purchases billed in an hour of this weight, those for the peak included.
    fn purchases(&self, weight: usize, t: f64, side: Side) -> f64 {
        if weight == 0 {
            return self.idle;
        }
        let (done, part) = self.level(weight, t, side);
        self.extra + done + self.last(part)
    }

    /// What is billed of the last purchase, of which `part` is needed, 0 to 1.
    pub(super) fn last(&self, part: f64) -> f64 {
        self.partial.map_or(1.0, |billing| (billing.startup + part).max(billing.minimum).min(1.0))
    }

    /// Parts of the last purchase at which its bill bends: where the minimum ends, where the hour is full, and where the
    /// reserved purchases end, of which there are `base`. Those outside 0 to 1 are no bends.
    pub(super) fn bends(&self, done: f64, base: f64) -> impl Iterator<Item = f64> + use<> {
        let bends = self.partial.map(|billing| {
            [billing.minimum, 1.0, base - self.extra - done].map(|billed| billed - billing.startup)
        });
        bends.into_iter().flatten().filter(|part| *part > 0.0 && *part < 1.0)
    }

    /// Purchases of a position and what is paid for them.
    pub(super) fn counts(&self, t: f64, side: Side) -> Counts {
        let peak = self.extra + self.level(self.top(), t, side).0 + 1.0;
        let base = self.reserved * peak;
        let mut flexible = self.share[0] * (self.idle - base).max(0.0);
        for weight in self.weights() {
            flexible += self.share[weight] * (self.purchases(weight, t, side) - base).max(0.0);
        }
        let charged = base * self.reserved_rate + flexible * self.flexible_rate;
        Counts { peak, paid: base + flexible, charged }
    }

    /// Purchase-months that each unit of `t` adds in the long run.
    pub(super) fn slope(&self) -> f64 {
        let base = self.reserved * self.top() as f64;
        let flexible: f64 = self.weights().map(|w| self.share[w] * (w as f64 - base).max(0.0)).sum();
        base * self.reserved_rate + flexible * self.flexible_rate
    }

    /// The next position at which the cost steps or bends.
    pub(super) fn next(&self, t: f64) -> f64 {
        let top = self.top();
        let base = self.reserved * (self.extra + self.level(top, t, Side::Above).0 + 1.0);
        let mut next = f64::INFINITY;
        for weight in self.weights() {
            let (done, part) = self.level(weight, t, Side::Above);
            let later = self.bends(done, base).filter(|at| *at > part + slack(done));
            let bend = later.fold(1.0, f64::min);
            next = next.min((done + bend - self.offset) / weight as f64);
        }
        next
    }

    /// Periods after which every hour is for good above or below the reserved purchases.
    pub(super) fn settled(&self) -> f64 {
        if self.reserved <= 0.0 {
            return 0.0;
        }
        let (least, r) = (self.extra + self.offset, self.reserved);
        let base = r * self.top() as f64;
        let after = |weight: usize| {
            let distance = weight as f64 - base;
            if weight == 0 {
                ((self.idle / r - least) / self.top() as f64).max(0.0)
            } else if distance.abs() < 1e-9 {
                0.0
            } else if distance > 0.0 {
                (r * (least + 1.0) - least) / distance
            } else {
                (least * (1.0 - r) + 1.0) / -distance
            }
        };
        let latest = self.weights().chain([0]).map(after).fold(0.0, f64::max);
        (latest / self.period()).ceil().min(MOST_PERIODS)
    }
}

pub(super) fn gcd(a: usize, b: usize) -> usize {
    if b == 0 { a } else { gcd(b, a % b) }
}
