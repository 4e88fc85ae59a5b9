//! A model's row resolved into what the equations need: no unknowns, only positive numbers, component counts.
//!
//! What the row leaves open is derived from what it states (a head width from the hidden size, the number of MoE
//! layers from the count of routed experts); what cannot be derived is refused by name.

use super::constants::Kernels;
use super::invalid::{Invalid, Reason, count};
use super::parameters::{Components, components};
use crate::catalogue::model::{AttentionKind, LinearLayer, Mla, Model};

/// A model as the engine sees it. Dimensions are `f64` because every use is in a product of rates and bytes.
#[derive(Clone, Debug, PartialEq)]
pub struct Architecture {
    /// Layers.
    pub layers: f64,
    /// Width of the residual stream.
    pub hidden: f64,
    /// Query heads.
    pub heads: u32,
    /// Key/value heads (of the sliding layers where the full ones differ).
    pub kv_heads: u32,
    /// Width of a key head.
    pub head_dim: f64,
    /// Width of a value head.
    pub value_dim: f64,
    /// Vocabulary.
    pub vocab: u32,
    /// Longest context, where stated.
    pub max_context: Option<u32>,
    /// Routing, if any.
    pub routing: Option<Routing>,
    /// Layers with a dense feed-forward part.
    pub dense_layers: f64,
    /// Layers by what they keep.
    pub mixers: Mixers,
    /// Parameters by where they sit.
    pub components: Components,
}

/// How tokens meet experts.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Routing {
    /// Routed experts per MoE layer.
    pub experts: f64,
    /// Routed experts per token.
    pub active: f64,
    /// MoE layers.
    pub layers: f64,
    /// Inner width of one expert.
    pub expert_width: u32,
}

impl Routing {
    /// Expected share of the experts that `tokens` independent tokens touch, `1 − (1 − k/E)^n`.
    #[must_use]
    pub fn coverage(&self, tokens: f64) -> f64 {
        1.0 - (1.0 - self.active_share()).powf(tokens.max(0.0))
    }

    /// Share of the routed parameters that one token uses, `k/E`.
    #[must_use]
    pub fn active_share(&self) -> f64 {
        self.active / self.experts
    }
}

/// Layers by what they keep of the context.
#[derive(Clone, Debug, PartialEq)]
pub struct Mixers {
    /// Layers whose cache grows without bound.
    pub full: f64,
    /// Key/value elements that one token leaves in one full layer.
    pub full_elements: f64,
    /// Query heads × (key width + value width) ÷ 2 of a full layer: half of it is FLOPs per attended token ÷ 2.
    pub full_width: f64,
    /// Layers whose cache stops at the window.
    pub sliding: f64,
    /// Key/value elements per token in one sliding layer.
    pub sliding_elements: f64,
    /// The window.
    pub window: f64,
    /// Layers with a recurrent state.
    pub linear: f64,
    /// Bytes of state per sequence and linear layer.
    pub state_bytes: f64,
    /// Heads over which that state can be split.
    pub state_heads: u32,
    /// Compressed layers as (layers, tokens per entry).
    pub compressed: Vec<(f64, f64)>,
    /// Multi-head latent attention.
    pub mla: Option<Mla>,
    /// Tokens that a query attends to at most, under sparse attention.
    pub top_k: Option<f64>,
    /// Elements of the indexer's key per token and full layer.
    pub indexer_elements: f64,
    /// Layers whose cache belongs to another layer.
    pub shared: f64,
}

impl Architecture {
    /// Resolves a catalogue row or an imported model.
    ///
    /// # Errors
    /// A dimension that is zero, absurd, missing or contradicts another.
    pub fn new(model: &Model) -> Result<Self, Invalid> {
        let layers = count("layers", model.layers, 1, 2_000)?;
        let hidden = count("hidden_size", model.hidden_size, 1, 1 << 20)?;
        count("attention_heads", model.attention_heads, 1, 4_096)?;
        count("kv_heads", model.kv_heads, 1, 4_096)?;
        count("vocab_size", model.vocab_size, 1, 10_000_000)?;
        if model.kv_heads > model.attention_heads {
            return Err(Invalid::new("kv_heads", Reason::Contradicts { other: "attention_heads" }));
        }
        let head_dim = head_dim(model)?;
        let value_dim = model.attention.value_head_dim.map_or(head_dim, f64::from);
        let mixers = mixers(model, head_dim, value_dim)?;
        let (components, routing, dense_layers) = components(model, head_dim, value_dim)?;
        Ok(Self {
            layers,
            hidden,
            heads: model.attention_heads,
            kv_heads: model.kv_heads,
            head_dim,
            value_dim,
            vocab: model.vocab_size,
            max_context: model.max_context,
            routing,
            dense_layers,
            mixers,
            components,
        })
    }

    /// Kernels that one step launches.
    #[must_use]
    pub fn launches(&self, kernels: &Kernels) -> f64 {
        let mixers = &self.mixers;
        let latent = mixers.mla.is_some() || !mixers.compressed.is_empty();
        let compressed: f64 = mixers.compressed.iter().map(|group| group.0).sum();
        let attention = if latent { kernels.latent } else { kernels.attention };
        let shared = if self.components.shares_experts { kernels.shared } else { 0.0 };
        (mixers.full + mixers.sliding + compressed) * attention
            + mixers.linear * kernels.linear
            + self.dense_layers * kernels.dense
            + self.routing.map_or(0.0, |routing| routing.layers * (kernels.experts + shared))
    }

    /// GPUs over which one sequence's cache divides under tensor parallelism `tp`: at most one per key/value head,
    /// and one for MLA, whose single compressed vector every GPU holds.
    #[must_use]
    pub fn cache_shards(&self, tp: f64) -> f64 {
        if self.mixers.mla.is_some() || !self.mixers.compressed.is_empty() {
            1.0
        } else {
            tp.min(f64::from(self.kv_heads))
        }
    }
}

fn head_dim(model: &Model) -> Result<f64, Invalid> {
    if let Some(mla) = model.attention.mla {
        let width = mla.qk_nope_head_dim + mla.qk_rope_head_dim;
        count("kv_lora_rank", mla.kv_lora_rank, 1, 1 << 16)?;
        count("v_head_dim", mla.v_head_dim, 1, 1 << 16)?;
        return count("qk_nope_head_dim", width, 1, 1 << 16);
    }
    if model.attention.kind == AttentionKind::Mla {
        return Err(Invalid::new("kv_lora_rank", Reason::Unknown));
    }
    match model.head_dim {
        Some(width) => count("head_dim", width, 1, 1 << 16),
        None if model.hidden_size.is_multiple_of(model.attention_heads) => {
            Ok(f64::from(model.hidden_size / model.attention_heads))
        }
        None => Err(Invalid::new("head_dim", Reason::Unknown)),
    }
}

fn mixers(model: &Model, head_dim: f64, value_dim: f64) -> Result<Mixers, Invalid> {
    let attention = &model.attention;
    let compressed: u32 = attention.compressed.iter().map(|group| group.layers).sum();
    let stated = u64::from(attention.full_layers)
        + u64::from(attention.sliding_layers)
        + u64::from(attention.linear_layers)
        + u64::from(compressed);
    if stated > u64::from(model.layers) || stated == 0 {
        return Err(Invalid::new("full_layers", Reason::Contradicts { other: "layers" }));
    }
    let needs_window = attention.sliding_layers > 0;
    if needs_window && attention.sliding_window.unwrap_or(0) == 0 {
        return Err(Invalid::new("sliding_window", Reason::Unknown));
    }
    let heads = f64::from(model.attention_heads);
    let pair = f64::from(model.kv_heads) * (head_dim + value_dim);
    let (full_elements, full_width) = match (attention.mla, attention.global) {
        (Some(mla), _) => (
            f64::from(mla.kv_lora_rank + mla.qk_rope_head_dim),
            heads * f64::from(2 * mla.kv_lora_rank + mla.qk_rope_head_dim) / 2.0,
        ),
        (None, Some(global)) => {
            let width = f64::from(global.head_dim);
            let value = model.attention.value_head_dim.map_or(width, f64::from);
            (f64::from(global.kv_heads) * (width + value), heads * (width + value) / 2.0)
        }
        (None, None) => (pair, heads * (head_dim + value_dim) / 2.0),
    };
    let (state_bytes, state_heads) = state(model)?;
    Ok(Mixers {
        full: f64::from(attention.full_layers),
        full_elements,
        full_width,
        sliding: f64::from(attention.sliding_layers),
        sliding_elements: pair,
        window: f64::from(attention.sliding_window.unwrap_or(0)),
        linear: f64::from(attention.linear_layers),
        state_bytes,
        state_heads,
        compressed: attention
            .compressed
            .iter()
            .filter(|group| group.layers > 0)
            .map(|group| (f64::from(group.layers), f64::from(group.ratio.max(1))))
            .collect(),
        mla: attention.mla,
        top_k: attention.sparse.map(|sparse| f64::from(sparse.top_k.max(1))),
        indexer_elements: attention.sparse.map_or(0.0, |sparse| f64::from(sparse.head_dim)),
        shared: f64::from(attention.shared_kv_layers.min(attention.full_layers + attention.sliding_layers)),
    })
}

/// Bytes of one linear layer's state per sequence: the recurrent matrix in 32 bit, the short convolution's taps in
/// 16 bit; and the heads it divides over.
fn state(model: &Model) -> Result<(f64, u32), Invalid> {
    if model.attention.linear_layers == 0 {
        return Ok((0.0, 1));
    }
    let wide = |a: u32, b: u32| f64::from(a) * f64::from(b);
    let (matrix, channels, conv, heads) = match model.attention.linear {
        None => return Err(Invalid::new("linear", Reason::Unknown)),
        Some(LinearLayer::DeltaNet { key_heads, value_heads, key_dim, value_dim, conv }) => {
            let channels = 2.0 * wide(key_heads, key_dim) + wide(value_heads, value_dim);
            (wide(value_heads, key_dim) * f64::from(value_dim), channels, conv, value_heads)
        }
        Some(LinearLayer::Mamba2 { heads, head_dim, state, groups, conv }) => {
            let inner = wide(heads, head_dim);
            (inner * f64::from(state), inner + 2.0 * wide(groups, state), conv, heads)
        }
        Some(LinearLayer::Mamba1 { expand, state, conv, .. }) => {
            let inner = wide(expand, model.hidden_size);
            (inner * f64::from(state), inner, conv, model.attention_heads)
        }
    };
    Ok((4.0 * matrix + 2.0 * channels * f64::from(conv.saturating_sub(1)), heads.max(1)))
}
