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
//! ```
//! use llm_breakeven::engine::fleet::Purchase;
//! use llm_breakeven::units::{Hours, TokensPerSecond, UsdPerHour};
//! // replicas of 2 GPUs at 8,781 tokens/s on single-GPU instances at $3.29, planned to 70 %
//! let purchase = Purchase::new(2, TokensPerSecond::new(8781.0), 1, UsdPerHour::new(3.29));
//! assert_eq!((purchase.instances, purchase.replicas), (2, 1));
//! assert!((purchase.month(Hours::new(730.0)).value() - 4803.40).abs() < 1e-9);
//! assert_eq!(purchase.tokens(0.7, Hours::new(730.0)).value().round(), 16_153_527_600.0);
//! ```

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
