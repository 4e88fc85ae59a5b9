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
const SAME: Band = Band { low: 0.95, high: 1.05 };

/// Band of a corrected figure at another shape.
const OTHER: Band = Band { low: 0.84, high: 1.19 };

/// Capacity for `demand`, corrected by what was measured on the same setup.
///
/// # Errors
/// As [`Setup::capacity`]; and `output_throughput` when the measurement exceeds what the hardware can do.
pub fn capacity(setup: &Setup, demand: &Demand, measured: &Measured) -> Result<Throughput, Refusal> {
    let r = correction(setup, measured)?;
    // Limits on latency are limits on the corrected latencies.
    let relaxed = |limit: Option<Milliseconds>| limit.map(|limit| limit * r);
    let asked =
        Demand { ttft_limit: relaxed(demand.ttft_limit), tpot_limit: relaxed(demand.tpot_limit), ..*demand };
    let modelled = setup.capacity(&asked)?;
    let output = (modelled.output * r).min(modelled.bound);
    let r = output / modelled.output;
    let same = (measured.isl / demand.isl).ln().abs() < 0.1
        && (measured.osl / demand.osl).ln().abs() < 0.1
        && measured
            .concurrency
            .is_none_or(|concurrency| (concurrency / modelled.concurrency).ln().abs() < 0.1);
    Ok(Throughput {
        output,
        input: modelled.input * r,
        requests: modelled.requests * r,
        tpot: modelled.tpot / r,
        ttft: modelled.ttft / r,
        step: modelled.step.scaled(1.0 / r),
        tier: Tier::Measured,
        band: if same { SAME } else { OTHER },
        ..modelled
    })
}

/// Measured ÷ modelled at the measurement's own shape and load.
///
/// # Errors
/// As [`capacity`].
pub fn correction(setup: &Setup, measured: &Measured) -> Result<f64, Refusal> {
    let modelled = same_load(setup, measured)?;
    let output = measured.output.value();
    if output > modelled.bound.value() {
        let max = modelled.bound.value();
        return Err(Invalid::new("output_throughput", Reason::OutOfRange { min: 1e-3, max }).into());
    }
    Ok(output / modelled.output.value())
}

/// As [`correction`], for a measurement that stands published. The bound is that of the sequences which the memory model
/// lets run; where memory is nearly full, servers fit more, so it cannot refute what someone measured.
///
/// # Errors
/// As [`Setup::capacity`].
pub fn published_correction(setup: &Setup, measured: &Measured) -> Result<f64, Refusal> {
    Ok(measured.output / same_load(setup, measured)?.output)
}

/// What the model says about the measurement's own shape and load.
fn same_load(setup: &Setup, measured: &Measured) -> Result<Throughput, Refusal> {
    within("output_throughput", measured.output.value(), 1e-3, 1e9)?;
    let own =
        Demand { isl: measured.isl, osl: measured.osl, cached: 0.0, ttft_limit: None, tpot_limit: None };
    match measured.concurrency {
        Some(concurrency) => setup.at_concurrency(&own, concurrency),
        None => setup.capacity(&own),
    }
}
