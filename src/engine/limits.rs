//! What no software can exceed: the memory that weights need, and the arithmetic that tokens need.
//!
//! * Every parameter must be resident (all experts of a mixture too): `weights = parameters × bytes each`.
//! * Every token, read or written, costs at least `2 × active parameters` operations, so a replica of `g` GPUs with
//!   a dense peak of `F` operations/s cannot pass `g·F / (2·active)` tokens/s, whatever the batch.
//!
//! Both are bounds of physics, not estimates: a plan beyond them is refused, not priced.
//!
//! ```
//! use llm_breakeven::engine::limits::{arithmetic, weights};
//! use llm_breakeven::units::FlopsPerSecond;
//! // Llama 3 70B on an A100 at its dense INT8 peak: 4,422 tokens/s, so 6,430 is impossible
//! assert_eq!(arithmetic(70.55e9, FlopsPerSecond::new(624e12), 1).value().round(), 4422.0);
//! assert_eq!(weights(70.55e9, 2.0).value(), 141.1e9);
//! ```

use crate::units::{Bytes, FlopsPerSecond, TokensPerSecond};

/// Bytes that `parameters` take at `bytes_per_parameter` (2 for FP16, 1 for FP8 or INT8, 0.5 for 4 bits).
#[must_use]
pub fn weights(parameters: f64, bytes_per_parameter: f64) -> Bytes {
    Bytes::new(parameters * bytes_per_parameter)
}

/// The most tokens/s that `gpus` GPUs can compute for a model with `active` parameters per token.
#[must_use]
pub fn arithmetic(active: f64, peak: FlopsPerSecond, gpus: u32) -> TokensPerSecond {
    TokensPerSecond::new(peak.value() * f64::from(gpus) / (2.0 * active))
}
