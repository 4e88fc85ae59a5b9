//! Measured beats modelled: one measurement corrects the model for the same model on the same hardware.
//!
//! ```text
//! r = measured ÷ modelled at the measurement's own shape and load
//! rates × r, times ÷ r at every other shape, never above the hardware's limit
//! ```
//!
//! Between shapes of one deployment the model's error is smaller than between deployments: of 40,000 pairs of
//! measurements of the same model, GPU, split, format and engine, eight in ten agree within 0.84–1.19 after one has
//! corrected the other.
//!
//! ```
//! // 2,000 measured where 1,600 were modelled; 900 modelled elsewhere become 1,125
//! let correction: f64 = 2000.0 / 1600.0;
//! assert_eq!(900.0 * correction, 1125.0);
//! ```

use super::invalid::{Invalid, Reason, within};
use super::provenance::{Band, Tier};
use super::throughput::{Demand, Refusal, Setup, Throughput};
use crate::units::{Milliseconds, TokensPerSecond};

/// What was measured.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Measured {
    /// Input tokens per request.
    pub isl: f64,
    /// Output tokens per request.
    pub osl: f64,
    /// Requests in flight; `None` for as many as the server takes.
    pub concurrency: Option<f64>,
    /// Output tokens per second of the replica.
    pub output: TokensPerSecond,
}

/// Band of a corrected figure at the measurement's own shape: what repeated runs differ by.
pub(super) const SAME: Band = Band { low: 0.95, high: 1.05 };

/// Band of a corrected figure at another shape.
const OTHER: Band = Band { low: 0.84, high: 1.19 };

/// Capacity for `demand`, corrected by what was measured on the same setup.
///
/// # Errors
/// As [`Setup::capacity`]; and `output_throughput` when the measurement exceeds what the hardware can do.
pub fn capacity(setup: &Setup, demand: &Demand, measured: &Measured) -> Result<Throughput, Refusal> {
    let served = corrected(setup, demand, correction(setup, measured)?, Tier::Own)?;
    let near = |a: f64, b: f64| (a / b).ln().abs() < 0.1;
    let same = near(measured.isl, demand.isl)
        && near(measured.osl, demand.osl)
        && measured.concurrency.is_none_or(|concurrency| near(concurrency, served.concurrency));
    // the other shape's band is already cut to what is possible
    let band = if same { SAME.up_to(served.band.high) } else { served.band };
    Ok(Throughput { band, ..served })
}

/// Capacity for `demand` times `correction`, known as `tier` says, at most [`Setup::limit`].
///
/// # Errors
/// As [`Setup::capacity`]; limits on latency are limits on the corrected latencies.
pub fn corrected(setup: &Setup, demand: &Demand, correction: f64, tier: Tier) -> Result<Throughput, Refusal> {
    let relaxed = |limit: Option<Milliseconds>| limit.map(|limit| limit * correction);
    let asked =
        Demand { ttft_limit: relaxed(demand.ttft_limit), tpot_limit: relaxed(demand.tpot_limit), ..*demand };
    let modelled = setup.capacity(&asked).map_err(|refusal| match refusal {
        Refusal::TooSlow { ttft, tpot } => {
            Refusal::TooSlow { ttft: ttft / correction, tpot: tpot / correction }
        }
        other => other,
    })?;
    let limit = setup.limit(demand, None)?;
    let output = (modelled.output * correction).min(limit);
    let band = OTHER.up_to(limit / output);
    // the rounding of the ratio must not lift it above the limit
    Ok(Throughput { output, tier, band, ..modelled.scaled(output / modelled.output) })
}

/// Measured ÷ modelled at the measurement's own shape and load.
///
/// # Errors
/// As [`capacity`].
pub fn correction(setup: &Setup, measured: &Measured) -> Result<f64, Refusal> {
    let output = within("output_throughput", measured.output.value(), 1e-3, 1e9)?;
    let own =
        Demand { isl: measured.isl, osl: measured.osl, cached: 0.0, ttft_limit: None, tpot_limit: None };
    let modelled = match measured.concurrency {
        Some(concurrency) => setup.at_concurrency(&own, concurrency),
        None => setup.capacity(&own),
    }?;
    // Not the bound of the sequences that the memory model lets run: where memory is nearly full, servers fit more.
    let max = setup.limit(&own, measured.concurrency)?.value();
    if output > max {
        return Err(Invalid::new("output_throughput", Reason::OutOfRange { min: 1e-3, max }).into());
    }
    Ok(output / modelled.output.value())
}
