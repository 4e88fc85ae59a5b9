//! Training and fine-tuning: memory of one GPU, and GPU-hours.
//!
//! Bytes per parameter, Adam in mixed precision; `n` GPUs share what is sharded:
//!
//! ```text
//! full      16 per parameter         2 weight + 2 gradient + 4 master copy + 8 moments
//! LoRA      2 per frozen parameter + 16 per adapter parameter
//! QLoRA     4.127 bits per frozen parameter of the layers, 16-bit embedding and head + 16 per adapter parameter
//! adapters  rank·(in + out) per adapted matrix: attention, and feed-forward where it is dense
//! activations per GPU   tokens·( d·2·L + 34·d + 6·V )   one checkpoint per layer, one layer in full, logits
//!                       tokens·( 34·d·L + 6·V )          without recomputation
//! ```
//!
//! Operations per token: 6·N (full), 4·N (a frozen base needs no gradient of its weights), 2·N more when activations
//! are recomputed, and `6·L·s·H·h` for causal attention; `GPU-hours = operations ÷ (peak · utilisation) ÷ 3600`.
//! `N` counts what one token passes through. Utilisation counts recomputed operations as work.
//!
//! ```
//! // 175 B parameters, 300 B tokens, recomputed, at 153 TFLOPS on each of 384 GPUs: 83 days
//! let days: f64 = 8.0 * 175e9 * 300e9 / (384.0 * 153e12) / 86_400.0;
//! assert!((days - 82.7).abs() < 0.1);
//! ```

use super::accelerator::Accelerator;
use super::architecture::Architecture;
use super::invalid::{Invalid, Reason, count, within};
use crate::units::{Bytes, Hours};

/// What is trained.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Method {
    /// Every parameter.
    Full,
    /// Adapters beside a 16-bit base.
    Lora {
        /// Rank of the adapters.
        rank: u32,
    },
    /// Adapters beside a 4-bit base.
    Qlora {
        /// Rank of the adapters.
        rank: u32,
    },
}

/// A training run.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Training {
    /// What is trained.
    pub method: Method,
    /// Tokens per sequence.
    pub sequence: f64,
    /// Sequences per GPU and step.
    pub batch: u32,
    /// GPUs.
    pub gpus: u32,
    /// Whether weights, gradients and optimiser state are sharded over all GPUs (ZeRO-3, FSDP).
    pub sharded: bool,
    /// Whether activations are recomputed in the backward pass.
    pub recompute: bool,
    /// Tokens of the whole run.
    pub tokens: f64,
    /// Share of the 16-bit peak that is reached.
    pub utilisation: f64,
}

/// Memory and time of a training run.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TrainingPlan {
    /// Parameters that are trained.
    pub trained: f64,
    /// Weights per GPU, frozen and trained.
    pub weights: Bytes,
    /// Gradients per GPU.
    pub gradients: Bytes,
    /// Master copy and moments per GPU.
    pub optimiser: Bytes,
    /// Activations per GPU.
    pub activations: Bytes,
    /// What is missing per GPU; zero when it fits.
    pub missing: Bytes,
    /// GPU-hours of the run.
    pub gpu_hours: Hours,
}

impl TrainingPlan {
    /// All memory of one GPU.
    #[must_use]
    pub fn memory(&self) -> Bytes {
        self.weights + self.gradients + self.optimiser + self.activations
    }
}

/// Bytes per frozen parameter of QLoRA: 4-bit values, an 8-bit scale per 64, a 32-bit scale per 256 of those.
const QLORA: f64 = (4.0 + 8.0 / 64.0 + 32.0 / (64.0 * 256.0)) / 8.0;

/// Context and fragmentation that no tensor explains, per GPU.
pub const RESERVE: Bytes = Bytes::new(2e9);

/// Parameters of adapters of a rank on the attention and the dense feed-forward matrices.
#[must_use]
pub fn adapter_parameters(architecture: &Architecture, rank: u32) -> f64 {
    let hidden = architecture.hidden;
    let query = f64::from(architecture.heads) * architecture.head_dim;
    let value = f64::from(architecture.heads) * architecture.value_dim;
    let pair = f64::from(architecture.kv_heads) * (architecture.head_dim + architecture.value_dim);
    let attention = (hidden + query) + (2.0 * hidden + pair) + (value + hidden);
    let dense = if architecture.routing.is_some() {
        0.0
    } else {
        (1.0 / architecture.components.down_share).round()
            * (hidden + f64::from(architecture.components.inner_width))
    };
    f64::from(rank) * architecture.layers * (attention + dense)
}

/// Plans a run.
///
/// # Errors
/// A field out of its range.
pub fn plan(
    architecture: &Architecture,
    accelerator: &Accelerator,
    training: &Training,
) -> Result<TrainingPlan, Invalid> {
    accelerator.check()?;
    let sequence = within("sequence", training.sequence, 1.0, 1e7)?;
    let batch = count("batch", training.batch, 1, 1 << 20)?;
    let gpus = count("gpus", training.gpus, 1, 1_000_000)?;
    let tokens = within("tokens", training.tokens, 1.0, 1e16)?;
    let utilisation = within("utilisation", training.utilisation, 0.01, 1.0)?;
    let parts = &architecture.components;
    let total = parts.total();
    let (frozen, trained) = match training.method {
        Method::Full => (0.0, total),
        Method::Lora { rank } => (2.0 * total, adapters(architecture, rank)?),
        Method::Qlora { rank } => {
            let wide = parts.embedding + parts.head + parts.other + parts.vision;
            (QLORA * (total - wide) + 2.0 * wide, adapters(architecture, rank)?)
        }
    };
    let shards = if training.sharded { gpus } else { 1.0 };
    let (weights, gradients) = ((frozen + 2.0 * trained) / shards, 2.0 * trained / shards);
    let optimiser = 12.0 * trained / shards;
    let held = batch * sequence;
    let per_layer = if training.recompute { 2.0 } else { 34.0 };
    let in_full = if training.recompute { 34.0 } else { 0.0 };
    let activations = held
        * (architecture.hidden * (per_layer * architecture.layers + in_full)
            + 6.0 * f64::from(architecture.vocab));
    let needed = weights + gradients + optimiser + activations + RESERVE.value();
    let active = total
        - parts.vision
        - architecture.routing.map_or(0.0, |routing| parts.experts * (1.0 - routing.active_share()));
    let attention = 6.0 * sequence * architecture.mixers.full * architecture.mixers.full_width;
    let passes = if training.method == Method::Full { 6.0 } else { 4.0 };
    let again = if training.recompute { 2.0 } else { 0.0 };
    let operations = tokens * ((passes + again) * active + attention);
    Ok(TrainingPlan {
        trained,
        weights: Bytes::new(weights),
        gradients: Bytes::new(gradients),
        optimiser: Bytes::new(optimiser),
        activations: Bytes::new(activations),
        missing: Bytes::new((needed - accelerator.memory.value()).max(0.0)),
        gpu_hours: Hours::new(operations / (accelerator.fp16.value() * utilisation) / 3600.0),
    })
}

/// Numbers of GPUs that are tried, fewest first.
const SIZES: [u32; 8] = [1, 2, 4, 8, 16, 32, 64, 128];

/// The run on the fewest GPUs that hold it, or on those that are asked for; the largest that was tried when none hold it.
///
/// # Errors
/// As [`plan`].
pub fn fewest(
    architecture: &Architecture,
    accelerator: &Accelerator,
    training: &Training,
    asked: Option<u32>,
) -> Result<(u32, TrainingPlan), Invalid> {
    let asked = asked.map(|gpus| [gpus]);
    let sizes = asked.as_ref().map_or(SIZES.as_slice(), |one| one.as_slice());
    let mut last = Err(Invalid::new("gpus", Reason::Unknown));
    for &gpus in sizes {
        let made = plan(architecture, accelerator, &Training { gpus, ..*training })?;
        last = Ok((gpus, made));
        if made.missing <= Bytes::ZERO {
            break;
        }
    }
    last
}

fn adapters(architecture: &Architecture, rank: u32) -> Result<f64, Invalid> {
    count("rank", rank, 1, 4_096)?;
    Ok(adapter_parameters(architecture, rank))
}
