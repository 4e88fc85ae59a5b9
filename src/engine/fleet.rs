//! What a self-hosted month costs: whole instances, planned to a target load.
//!
//! A replica on `g` GPUs sustains `μ` tokens/s, of which the share `ρ` (target load) is planned to be used. An
//! instance has `k` GPUs at `p` dollars per GPU-hour. The smallest purchase is
//!
//! * one instance with `⌊k/g⌋` replicas when a replica fits into an instance, otherwise
//! * `⌈g/k⌉` instances for one replica,
//!
//! so a month of `H` hours costs `p·k·H` per instance and a purchase serves `replicas·μ·ρ·H·3600` tokens.
//! Utilisation = served ÷ servable tokens is what comes out, never what goes in.
//!
//! When demand is uneven, hour `h` of the week needs `n_h = max(n_min, ⌈d_h·π ÷ (μρ)⌉) + spare` replicas. What is billed is
//! the policy's: *always on* the largest of them in every hour; *scheduled* those of each hour; *autoscaled* those and
//! the start-up before each run of hours (never stopped for less than a start-up), one replica at least; *scaled to zero*
//! of the last purchase of each hour only start-up and work. The share `r` of the peak fleet is reserved, paid always, and
//! serves the base; the hours above it are spot in the share `s ÷ (1 − r)`. A spot instance that is interrupted `λ` times a
//! day loses a start-up `L` each time, so `1 + λL` spot hours are bought for one that serves.
//!
//! ```
//! use llm_breakeven::engine::fleet::Purchase;
//! use llm_breakeven::units::{Hours, TokensPerSecond, UsdPerHour};
//! // replicas of 2 GPUs at 8,781 tokens/s on single-GPU instances at $3.29, planned to 70 %
//! let purchase = Purchase::new(2, TokensPerSecond::new(8781.0), 1, UsdPerHour::new(3.29));
//! assert_eq!((purchase.instances, purchase.replicas), (2, 1));
//! assert!((purchase.month(Hours::new(730.0)).value() - 4803.40).abs() < 1e-9);
//! assert_eq!(purchase.tokens(0.7, Hours::new(730.0)).value().round(), 16_153_527_600.0);
//! ```

use super::breakeven::StepCost;
use super::breakeven_shape::{Partial, Shape};
use super::demand::{LEVELS, Profile, WEEK};
use crate::units::{Hours, Tokens, TokensPerSecond, Usd, UsdPerHour};

/// The smallest number of whole instances that serve at least one replica.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Purchase {
    /// Instances in it.
    pub instances: u32,
    /// GPUs in it, used or not.
    pub gpus: u32,
    /// Replicas that run on it.
    pub replicas: u32,
    /// Tokens/s that one replica sustains.
    pub per_replica: TokensPerSecond,
    /// Price of one GPU-hour.
    pub price: UsdPerHour,
}

impl Purchase {
    /// For replicas of `gpus_per_replica` on instances of `gpus_per_instance` (both at least 1).
    #[must_use]
    pub fn new(
        gpus_per_replica: u32,
        per_replica: TokensPerSecond,
        gpus_per_instance: u32,
        price: UsdPerHour,
    ) -> Self {
        let (replica, instance) = (gpus_per_replica.max(1), gpus_per_instance.max(1));
        let instances = replica.div_ceil(instance);
        Self {
            instances,
            gpus: instances * instance,
            replicas: (instance / replica).max(1),
            per_replica,
            price,
        }
    }

    /// What it costs for `hours`.
    #[must_use]
    pub fn month(&self, hours: Hours) -> Usd {
        self.price * f64::from(self.gpus) * hours
    }

    /// Tokens that it serves in `hours` at `load` (0 to 1) of its capacity.
    #[must_use]
    pub fn tokens(&self, load: f64, hours: Hours) -> Tokens {
        self.per_replica * hours * f64::from(self.replicas) * load
    }
}

/// When replicas run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Policy {
    /// As many as the peak needs, around the clock.
    #[default]
    AlwaysOn,
    /// As many as each hour needs, by a timetable that is known in advance.
    Scheduled,
    /// As many as each hour needs, started ahead of it and billed from then; one at least.
    Autoscaled,
    /// Started for the work of an hour and stopped after it.
    ScaleToZero,
}

/// Who is paid for GPU-hours, and at what discount.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Commitments {
    /// Part of the peak fleet that is reserved, 0 to 1.
    pub reserved: f64,
    /// Part that is spot, 0 to 1 − reserved.
    pub spot: f64,
    /// Off the on-demand price, 0 to 1.
    pub reserved_discount: f64,
    /// Off the on-demand price, 0 to 1.
    pub spot_discount: f64,
    /// How often a day one spot instance is taken away.
    pub interruptions: f64,
}

/// How demand becomes billed hours.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Fleet {
    /// When replicas run.
    pub policy: Policy,
    /// Until a new instance serves.
    pub startup: Hours,
    /// The shortest time for which a started instance is billed.
    pub minimum: Hours,
    /// Replicas beyond need.
    pub spare: u32,
    /// Reserved and spot.
    pub commitments: Commitments,
}

/// The share of the month for which a purchase is billed, by the weight from which on it is needed.
pub type Billed = [f64; LEVELS];

impl Commitments {
    /// Hours bought for one hour of spot that serves: `1 + λL`, for a purchase of `instances`.
    #[must_use]
    pub fn spot_hours(&self, instances: u32, startup: Hours) -> f64 {
        1.0 + self.interruptions * f64::from(instances) * startup.value() / 24.0
    }

    /// What an hour that is not reserved costs over the on-demand price.
    #[must_use]
    pub fn flexible_rate(&self, instances: u32, startup: Hours) -> f64 {
        let rest = 1.0 - self.reserved;
        if self.spot <= 0.0 || rest <= 0.0 {
            return 1.0;
        }
        let spot = (self.spot / rest).min(1.0);
        1.0 - spot + spot * (1.0 - self.spot_discount) * self.spot_hours(instances, startup)
    }
}

impl Fleet {
    /// Which share of the month is billed for a purchase needed from each weight on.
    #[must_use]
    pub fn billed(&self, profile: &Profile) -> Billed {
        let mut billed = [0.0; LEVELS];
        let startup = match self.policy {
            Policy::AlwaysOn => {
                billed[usize::from(profile.top())] = 1.0;
                return billed;
            }
            // its start-ups and minimum are in the hour's own bill
            Policy::ScaleToZero | Policy::Scheduled => 0.0,
            Policy::Autoscaled => self.startup.value(),
        };
        let minimum = if self.policy == Policy::ScaleToZero { 0.0 } else { self.minimum.value() };
        // days that are alike are looked at once
        let weights = &profile.weights()[..if profile.is_daily() { 24 } else { WEEK }];
        let mut used = [false; LEVELS];
        weights.iter().for_each(|weight| used[usize::from(*weight)] = true);
        let least = used.iter().position(|used| *used).unwrap_or_default();
        let quiet = weights.iter().position(|weight| usize::from(*weight) == least).unwrap_or_default();
        // from a quietest hour on, so that only weights that are always needed lack a gap
        let (early, late) = weights.split_at(quiet);
        let mut before = 0.0;
        for weight in (1..LEVELS).rev().filter(|weight| used[*weight]) {
            // more hours in use never bill less: whoever scales would keep it running
            let share = if weight == least {
                1.0
            } else {
                let needed = late.iter().chain(early).map(|one| usize::from(*one) >= weight);
                (runs(needed, startup, minimum) / weights.len() as f64).max(before)
            };
            billed[weight] = share - before;
            before = share;
        }
        billed[0] = 1.0 - before;
        billed
    }

    /// What a month costs by volume, GPUs alone: `purchase` planned to `load` (0 to 1) for `profile`.
    #[must_use]
    pub fn cost(
        &self,
        purchase: &Purchase,
        load: f64,
        hours: Hours,
        profile: &Profile,
        billed: &Billed,
    ) -> StepCost {
        let step = purchase.tokens(load, hours) / profile.peak_factor();
        let month = purchase.month(hours);
        let mix = &self.commitments;
        let flexible_rate = mix.flexible_rate(purchase.instances, self.startup);
        let reserved_rate = 1.0 - mix.reserved_discount;
        if self.policy == Policy::AlwaysOn && self.spare == 0 {
            let rate = mix.reserved * reserved_rate + (1.0 - mix.reserved) * flexible_rate;
            return StepCost::new(Usd::ZERO, month * rate, step);
        }
        let (spare, whole) = (f64::from(self.spare), f64::from(purchase.replicas));
        let to_zero = self.policy == Policy::ScaleToZero;
        let least = if self.policy == Policy::Autoscaled { 1.0 } else { 0.0 };
        let shape = Shape {
            share: *billed,
            offset: if to_zero { 0.0 } else { (spare % whole) / whole },
            extra: if to_zero { (spare / whole).ceil() } else { (spare / whole).floor() },
            idle: ((spare + least) / whole).ceil(),
            partial: to_zero.then_some(Partial {
                startup: self.startup.value().min(1.0),
                minimum: self.minimum.value().min(1.0),
            }),
            reserved: mix.reserved,
            reserved_rate,
            flexible_rate,
        };
        StepCost::shaped(Usd::ZERO, month, step, shape)
    }

    /// Purchases in an hour of the week.
    #[must_use]
    pub fn purchases(&self, purchase: &Purchase, rate: TokensPerSecond, load: f64, peak_to_mean: f64) -> f64 {
        let needed = rate * peak_to_mean / (purchase.per_replica * load);
        let least = if self.policy == Policy::Autoscaled { 1.0 } else { 0.0 };
        let replicas = (needed - needed * 1e-12).ceil().max(least) + f64::from(self.spare);
        (replicas / f64::from(purchase.replicas)).ceil()
    }
}

/// Billed hours of a circle of hours, of which the first is not needed: each run of needed hours with the start-up before
/// it, and not less than the minimum; a gap that is not longer is billed through.
fn runs(needed: impl Iterator<Item = bool>, startup: f64, minimum: f64) -> f64 {
    let bill = |run: f64, gap: f64| run + startup.max(minimum - run).min(gap);
    let (mut billed, mut gap, mut run) = (0.0, 0.0, 0.0);
    // the gap before the first run goes on after the last
    let mut first = None;
    for needed in needed.chain([false]) {
        if needed {
            run += 1.0;
            continue;
        }
        if run > 0.0 {
            if first.is_none() {
                first = Some((run, gap));
            } else {
                billed += bill(run, gap);
            }
            (gap, run) = (0.0, 0.0);
        }
        gap += 1.0;
    }
    // the hour that ended the last run is the first one again
    billed + first.map_or(0.0, |(run, before)| bill(run, before + gap - 1.0))
}

/// What a mix of commitments saves against paying on demand for everything: `Σ share × discount`.
///
/// Shares and discounts are 0 to 1; shares that do not add up to 1 leave the rest on demand.
///
/// ```
/// use llm_breakeven::engine::fleet::mixed_saving;
/// // 30 % reserved at 36.35 % off, 50 % spot at 60 % off, 20 % on demand
/// assert!((mixed_saving(&[(0.3, 0.3635), (0.5, 0.6), (0.2, 0.0)]) - 0.409).abs() < 1e-4);
/// ```
#[must_use]
pub fn mixed_saving(parts: &[(f64, f64)]) -> f64 {
    parts.iter().map(|(share, discount)| share * discount).sum()
}

/// The share of GPU-hours that a day saves by running `off_peak` instead of `peak` GPUs outside `peak_hours`.
///
/// ```
/// use llm_breakeven::engine::fleet::scaling_saving;
/// // the article's 62.5 % for "4 to 1" needs 20 off-peak hours; business hours give half
/// assert_eq!(scaling_saving(4.0, 1.0, 4.0), 0.625);
/// assert_eq!(scaling_saving(4.0, 1.0, 8.0), 0.5);
/// ```
#[must_use]
pub fn scaling_saving(peak: f64, off_peak: f64, peak_hours: f64) -> f64 {
    (1.0 - off_peak / peak) * (24.0 - peak_hours) / 24.0
}
