//! Less than a GPU: slices of one, several models on one, adapters on one base.
//!
//! ```text
//! slice      compute k/7 of the peaks, memory and bandwidth in eighths: 1, 2, 4, 4, 8 eighths for k = 1, 2, 3, 4, 7
//! residents  Σ (weights + workspace + cache) ≤ memory × share
//! adapters   2 bytes × rank·(in + out) per adapted matrix, each
//! ```
//!
//! ```
//! use llm_breakeven::engine::sharing::memory_eighths;
//! // A "3g" slice of a GPU with seven: three sevenths of the compute and half of the memory
//! assert_eq!(memory_eighths(3), Some(4.0));
//! assert_eq!(memory_eighths(5), None);
//! ```

use super::accelerator::Accelerator;
use super::architecture::Architecture;
use super::invalid::{Invalid, Reason, within};
use super::memory::{self, MemoryPlan, Parallel};
use super::sizing::{Ask, Site};
use super::training::adapter_parameters;
use super::weight_format::WeightFormat;
use crate::catalogue::Model;
use crate::scenario::Scenario;
use crate::units::{Bytes, BytesPerSecond, FlopsPerSecond};

/// Eighths of memory that come with `slices` sevenths of the compute; `None` where no such slice exists.
#[must_use]
pub fn memory_eighths(slices: u32) -> Option<f64> {
    match slices {
        1 => Some(1.0),
        2 => Some(2.0),
        3 | 4 => Some(4.0),
        7 => Some(8.0),
        _ => None,
    }
}

/// A slice of `accelerator`: `slices` of the `most` that it can be cut into.
///
/// # Errors
/// A number of slices that does not exist.
pub fn slice(accelerator: &Accelerator, slices: u32, most: u32) -> Result<Accelerator, Invalid> {
    let unsupported = Invalid::new("mig_slices", Reason::Unsupported);
    if slices == 0 || slices > most {
        return Err(Invalid::new("mig_slices", Reason::OutOfRange { min: 1.0, max: f64::from(most) }));
    }
    let compute = f64::from(slices) / f64::from(most);
    // GPUs that are cut into other than seven parts divide memory as they divide compute.
    let memory = if most == 7 { memory_eighths(slices).ok_or(unsupported)? / 8.0 } else { compute };
    let scaled = |peak: FlopsPerSecond| peak * compute;
    Ok(Accelerator {
        memory: accelerator.memory * memory,
        bandwidth: accelerator.bandwidth * memory,
        fp16: scaled(accelerator.fp16),
        fp8: accelerator.fp8.map(scaled),
        int8: accelerator.int8.map(scaled),
        fp4: accelerator.fp4.map(scaled),
        // Slices do not reach each other directly.
        link: super::accelerator::Link {
            fabric: false,
            one_way: BytesPerSecond::new(32e9),
            peer_to_peer: false,
        },
        ..*accelerator
    })
}

/// The memory of a model on one GPU in the first format that fits, else in the last; the size of the scenario's weights is
/// that of its `own` model.
///
/// # Errors
/// A dimension or a field to mend.
pub fn alone(
    scenario: &Scenario,
    model: &Model,
    own: bool,
    accelerator: &Accelerator,
) -> Result<(WeightFormat, MemoryPlan, Architecture), Invalid> {
    let architecture = Architecture::new(model)?;
    let mut ask = Ask::of(scenario);
    ask.weight_size = ask.weight_size.filter(|_| own);
    let (isl, osl) = (ask.demand.isl, ask.demand.osl);
    let mut last = Err(Invalid::new("format", Reason::Unsupported));
    let site = Site { architecture: &architecture, accelerator, ask: &ask, measurements: Vec::new() };
    for format in site.formats(scenario, model.native_dtype) {
        let setup = site.setup(format, Parallel::SINGLE);
        let made = memory::plan(&architecture, accelerator, &setup.serving, isl, osl, setup.constants)?;
        last = Ok((format, made));
        if made.fits() {
            break;
        }
    }
    last.map(|(format, made)| (format, made, architecture))
}

/// How many slices of `count` of the `most` are on a GPU at once.
#[must_use]
pub fn copies(count: u32, most: u32, part: &Accelerator, whole: &Accelerator) -> u32 {
    (most / count).min((whole.memory / part.memory).round() as u32).max(1)
}

/// What several models on one GPU miss; zero when they fit. Each is given its plan on the GPU alone and the number
/// of sequences that it must hold.
///
/// # Errors
/// A number of sequences or a share out of range.
pub fn residents(memory: Bytes, share: f64, models: &[(MemoryPlan, f64)]) -> Result<Bytes, Invalid> {
    within("memory_share", share, 0.05, 1.0)?;
    let mut needed = Bytes::ZERO;
    for (plan, sequences) in models {
        let sequences = within("sequences", *sequences, 1.0, 1e6)?;
        needed += plan.weights + plan.workspace + plan.sequence * sequences;
    }
    Ok((needed - memory * share).max(Bytes::ZERO))
}

/// Memory of `adapters` adapters of a rank in 16 bit, over the whole replica.
#[must_use]
pub fn adapter_memory(architecture: &Architecture, rank: u32, adapters: u32) -> Bytes {
    Bytes::new(2.0 * adapter_parameters(architecture, rank) * f64::from(adapters))
}

/// Arithmetic that one adapter adds to a token: two operations per adapter parameter, relative to the base.
#[must_use]
pub fn adapter_overhead(architecture: &Architecture, rank: u32) -> f64 {
    let parts = &architecture.components;
    let active = parts.every_token()
        + architecture.routing.map_or(0.0, |routing| parts.experts * routing.active_share());
    adapter_parameters(architecture, rank) / active
}
