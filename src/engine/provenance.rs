//! How well a figure is known: where it comes from, its band, and what the age of the serving software does to it.
//!
//! `stated = modelled × speed(generation)`; eight of ten measured figures lie within `stated × [low, high]`. Source:
//! measurements that the constants had not seen, whole groups and whole sources (`ACCURACY.md`). The bands reach further
//! down than up, because vendors publish what is tuned and users run what is not.
//!
//! ```
//! use llm_breakeven::engine::accelerator::Family;
//! use llm_breakeven::engine::memory::Engine;
//! use llm_breakeven::engine::provenance::{Generation, speed};
//! // vLLM of 2024 served three quarters of what its current releases serve
//! assert_eq!(speed(Generation::Year2024, Engine::Vllm, Family::Nvidia).0, 0.74);
//! ```

use super::accelerator::Family;
use super::memory::Engine;

/// Age and tuning of the serving software: the ratio of what it was measured at to what the constants describe.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Generation {
    /// Releases of 2025 and later.
    #[default]
    Current,
    /// Releases of 2024.
    Year2024,
    /// Tuned for a benchmark submission.
    Tuned,
}

/// How a figure is known, best first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Tier {
    /// The user's own figure, or the model corrected by the user's measurement.
    Own,
    /// The model, corrected by a published measurement of the same model, GPU, split and format.
    Published,
    /// The calibrated model.
    Calibrated,
    /// The limit of the hardware, which the model would have exceeded.
    Roofline,
}

/// Band of a figure: 10th and 90th percentile of measured ÷ stated.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Band {
    /// Low factor.
    pub low: f64,
    /// High factor.
    pub high: f64,
}

impl Band {
    /// The band of a figure of which nothing above `most` times it is possible.
    #[must_use]
    pub fn up_to(self, most: f64) -> Self {
        Self { high: self.high.min(most.max(1.0)), ..self }
    }

    /// What eight of ten measurements of `figure` lie between.
    #[must_use]
    pub fn around(self, figure: f64) -> (f64, f64) {
        (figure * self.low, figure * self.high)
    }
}

/// 10th and 90th percentile of measured ÷ stated TTFT of requests that wait for no other one.
pub const TTFT_ALONE: Band = Band { low: 0.7, high: 1.4 };

/// Measured ÷ modelled of a generation of engines, with its 10th and 90th percentile.
#[must_use]
pub fn speed(generation: Generation, engine: Engine, family: Family) -> (f64, Band) {
    let band = |low, high| Band { low, high };
    let family = if family == Family::GeForce { Family::Nvidia } else { family };
    match (generation, family, engine) {
        // its age is in the rates of its kernels
        (_, Family::Nvidia, Engine::LlamaCpp) => (1.0, band(0.64, 1.5)),
        (Generation::Current, Family::Nvidia, _) => (1.0, band(0.45, 1.25)),
        (Generation::Tuned, Family::Nvidia, _) => (1.1, band(0.8, 1.3)),
        (Generation::Year2024, Family::Nvidia, Engine::TensorRtLlm) => (0.9, band(0.7, 1.3)),
        (Generation::Year2024, Family::Nvidia, _) => (0.74, band(0.6, 1.3)),
        (Generation::Current, Family::Amd, _) => (1.0, band(0.33, 1.3)),
        (Generation::Tuned, Family::Amd, _) => (1.7, band(0.6, 1.3)),
        (Generation::Year2024, Family::Amd, _) => (0.36, band(0.5, 2.0)),
        (_, Family::Apple | Family::GeForce, _) => (1.0, band(0.6, 1.5)),
    }
}
