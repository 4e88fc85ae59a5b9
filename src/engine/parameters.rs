//! Where a model's parameters sit: what is multiplied for every token, what is only looked up, what is routed.
//!
//! Per layer, with hidden size `d`, `H` query heads, `KV` key/value heads, head width `h`, inner width `f`:
//!
//! ```text
//! attention       2·d·H·h + 2·d·KV·h
//! MLA             d·q + q·H·(nope+rope) + d·(kv+rope) + kv·H·(nope+v) + H·v·d
//! gated delta     d·(2·kh·kd + 2·vh·vd) + vh·vd·d
//! feed-forward    3·d·f   (2·d·f when not gated)
//! MoE             E·3·d·m  +  shared 3·d·s  +  router d·E
//! embedding, head V·d each, one matrix when tied
//! ```
//!
//! Where the catalogue knows the exact total, the components add up to it exactly: norms, biases and what the
//! equations do not name go to the component that can hold them.
//!
//! ```
//! // One attention layer and one gated feed-forward layer of Llama 3 8B: d = 4096, H = 32, KV = 8, h = 128
//! let (d, q, kv, f) = (4096_u64, 32 * 128, 8 * 128, 14336);
//! let layer = 2 * d * q + 2 * d * kv + 3 * d * f;
//! let norms = 2 * d;
//! let total = 32 * (layer + norms) + d + 2 * 128_256 * d;
//! assert_eq!(total, 8_030_261_248); // as published
//! ```

use super::architecture::Routing;
use super::invalid::{Invalid, Reason, count};
use crate::catalogue::model::{LinearLayer, Model, Moe};

/// Parameters by component.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Components {
    /// Token mixers: attention projections, linear-attention projections, indexers.
    pub attention: f64,
    /// Dense feed-forward layers.
    pub dense: f64,
    /// Routed experts, all of them.
    pub experts: f64,
    /// Shared experts, routers and projections around the experts.
    pub shared: f64,
    /// Input embedding; zero when the head shares it.
    pub embedding: f64,
    /// Output head.
    pub head: f64,
    /// Vision or audio tower.
    pub vision: f64,
    /// Norms, biases and the like.
    pub other: f64,
    /// Share of `attention` that is the value projection (GGUF gives it more bits).
    pub value_share: f64,
    /// Share of `attention` that is the output projection.
    pub output_share: f64,
    /// Share of the feed-forward matrices that is the down projection.
    pub down_share: f64,
    /// Whether MoE layers have experts that every token passes through.
    pub shares_experts: bool,
    /// Inner width of the feed-forward layers, which decides whether GGUF can use blocks of 256.
    pub inner_width: u32,
}

impl Components {
    /// All parameters.
    #[must_use]
    pub fn total(&self) -> f64 {
        self.attention
            + self.dense
            + self.experts
            + self.shared
            + self.embedding
            + self.head
            + self.vision
            + self.other
    }

    /// Parameters multiplied for every token, routed experts and head apart.
    #[must_use]
    pub fn every_token(&self) -> f64 {
        self.attention + self.dense + self.shared
    }
}

/// Parameters by component, routing, and the number of dense feed-forward layers.
type Split = (Components, Option<Routing>, f64);

/// Splits the model's parameters and resolves its routing.
pub(super) fn components(model: &Model, head_dim: f64, value_dim: f64) -> Result<Split, Invalid> {
    let hidden = f64::from(model.hidden_size);
    let gated = split(model, head_dim, value_dim, 3.0)?;
    let plain = split(model, head_dim, value_dim, 2.0)?;
    let vocabulary = f64::from(model.vocab_size) * hidden;
    let Some(total) = model.parameters.total else {
        return Ok(gated);
    };
    if !(1_000..=1_u64 << 46).contains(&total) {
        return Err(Invalid::new("parameters", Reason::OutOfRange { min: 1e3, max: 7e13 }));
    }
    // No configuration field says whether feed-forward layers are gated; the count does.
    let miss = |candidate: &Components| (total as f64 - candidate.total()).abs();
    let (mut parts, routing, dense) = if miss(&plain.0) < miss(&gated.0) { plain } else { gated };
    let residual = total as f64 - parts.total();
    if -residual > total as f64 * 0.5 || total as f64 <= vocabulary {
        return Err(Invalid::new("parameters", Reason::Contradicts { other: "layers" }));
    }
    settle(model, &mut parts, residual);
    Ok((parts, routing, dense))
}

/// Books the parameters that the equations do not name, so that the components add up to the exact total.
fn settle(model: &Model, parts: &mut Components, residual: f64) {
    let body = parts.every_token();
    let small = 0.02 * body;
    if residual < 0.0 {
        // The row overstates some width (a layer without its feed-forward part, say): shrink what it overstates.
        let all = body + parts.experts;
        let scale = (all + residual).max(0.0) / all;
        parts.attention *= scale;
        parts.dense *= scale;
        parts.shared *= scale;
        parts.experts *= scale;
        parts.other = 0.0;
    } else if !model.attention.compressed.is_empty() && residual > small {
        parts.attention += residual;
    } else if model.moe.is_some() && residual > small {
        parts.shared += residual;
    } else if residual > small {
        parts.dense += residual;
    } else {
        parts.other += residual;
    }
}

fn split(model: &Model, head_dim: f64, value_dim: f64, matrices: f64) -> Result<Split, Invalid> {
    let hidden = f64::from(model.hidden_size);
    let vocabulary = f64::from(model.vocab_size) * hidden;
    let (attention, value, output) = mixers(model, head_dim, value_dim);
    let feed_forward = feed_forward_layers(model);
    let routing = match &model.moe {
        Some(moe) => Some(routing(model, moe, feed_forward, matrices)?),
        None => None,
    };
    let moe_layers = routing.map_or(0.0, |r| r.layers);
    let dense_layers = (feed_forward - moe_layers).max(0.0);
    let width = f64::from(model.intermediate_size.unwrap_or(0));
    let (experts, shared) = match (&model.moe, routing) {
        (Some(moe), Some(routing)) => experts(model, moe, routing, matrices),
        _ => (0.0, 0.0),
    };
    let looked_up = model.parameters.embedding.map_or(0.0, |embedding| embedding as f64);
    let per_layer = (looked_up - vocabulary).max(0.0);
    let parts = Components {
        attention,
        dense: dense_layers * matrices * hidden * width,
        experts,
        shared,
        // some embed each token for each layer too
        embedding: if model.tied_embeddings { 0.0 } else { vocabulary } + per_layer,
        head: vocabulary,
        vision: model.parameters.vision.unwrap_or(0) as f64,
        other: 0.0,
        value_share: share(value, attention),
        output_share: share(output, attention),
        down_share: 1.0 / matrices,
        shares_experts: shared > routing.map_or(0.0, |r| 1.5 * r.layers * r.experts * hidden),
        inner_width: model.moe.map_or(model.intermediate_size.unwrap_or(0), |moe| moe.intermediate_size),
    };
    Ok((parts, routing, dense_layers))
}

fn share(part: f64, whole: f64) -> f64 {
    if whole > 0.0 { part / whole } else { 0.0 }
}

/// Layers with a feed-forward part. In models that interleave single-purpose layers, those without a token mixer;
/// elsewhere every layer has one, even where architecture search removed the attention.
fn feed_forward_layers(model: &Model) -> f64 {
    let attention = &model.attention;
    let compressed: u32 = attention.compressed.iter().map(|group| group.layers).sum();
    let mixing = attention.full_layers + attention.sliding_layers + attention.linear_layers + compressed;
    if attention.linear_layers > 0 && mixing < model.layers {
        f64::from(model.layers - mixing)
    } else {
        f64::from(model.layers)
    }
}

fn routing(model: &Model, moe: &Moe, feed_forward: f64, matrices: f64) -> Result<Routing, Invalid> {
    let experts = count("experts", moe.experts, 1, 65_536)?;
    let active = count("active_experts", moe.active_experts, 1, moe.experts)?;
    count("moe_intermediate_size", moe.intermediate_size, 1, 1 << 20)?;
    let width = f64::from(moe.latent_size.unwrap_or(model.hidden_size));
    let one_layer = experts * matrices * width * f64::from(moe.intermediate_size);
    let first_dense = f64::from(moe.first_dense_layers.unwrap_or(0));
    let layers = match (moe.moe_layers, model.parameters.routed_experts) {
        (Some(layers), _) => f64::from(layers),
        (None, Some(routed)) if routed > 0 => (routed as f64 / one_layer).round(),
        _ => feed_forward - first_dense,
    };
    if layers < 1.0 || layers > feed_forward {
        let layers = (feed_forward - first_dense).max(1.0);
        return Ok(Routing { experts, active, layers, expert_width: moe.intermediate_size });
    }
    Ok(Routing { experts, active, layers, expert_width: moe.intermediate_size })
}

/// Routed and shared parameters of all MoE layers.
fn experts(model: &Model, moe: &Moe, routing: Routing, matrices: f64) -> (f64, f64) {
    let hidden = f64::from(model.hidden_size);
    let latent = f64::from(moe.latent_size.unwrap_or(model.hidden_size));
    let inner = f64::from(moe.intermediate_size);
    let counted = routing.layers * routing.experts * matrices * latent * inner;
    let routed = model.parameters.routed_experts.map_or(counted, |known| known as f64);
    let shared_width = match (moe.shared_intermediate_size, moe.shared_experts) {
        (Some(width), _) if width > 0 => f64::from(width),
        (_, Some(shared)) => f64::from(shared) * inner,
        _ => 0.0,
    };
    let around = if moe.latent_size.is_some() { 2.0 * hidden * latent } else { 0.0 };
    let shared = matrices * hidden * shared_width + hidden * routing.experts + around;
    (routed, routing.layers * shared)
}

/// Parameters of all token mixers, and of the value and output projections among them.
fn mixers(model: &Model, head_dim: f64, value_dim: f64) -> (f64, f64, f64) {
    let attention = &model.attention;
    let hidden = f64::from(model.hidden_size);
    let heads = f64::from(model.attention_heads);
    let kv = f64::from(model.kv_heads);
    let value = hidden * kv * value_dim;
    let output = heads * value_dim * hidden;
    let plain = hidden * heads * head_dim + hidden * kv * head_dim + value + output;
    let full = match (attention.mla, attention.global) {
        (Some(mla), _) => {
            let (rank, rope) = (f64::from(mla.kv_lora_rank), f64::from(mla.qk_rope_head_dim));
            let (nope, v) = (f64::from(mla.qk_nope_head_dim), f64::from(mla.v_head_dim));
            let query = match mla.q_lora_rank {
                Some(q) => f64::from(q) * (hidden + heads * (nope + rope)),
                None => hidden * heads * (nope + rope),
            };
            query + hidden * (rank + rope) + rank * heads * (nope + v) + heads * v * hidden
        }
        (None, Some(global)) => {
            let width = f64::from(global.head_dim);
            let pair = if attention.key_is_value { 1.0 } else { 2.0 };
            2.0 * hidden * heads * width + pair * hidden * f64::from(global.kv_heads) * width
        }
        (None, None) => plain,
    };
    let indexer = attention.sparse.map_or(0.0, |sparse| {
        let query = attention.mla.and_then(|mla| mla.q_lora_rank).map_or(hidden, f64::from);
        let width = f64::from(sparse.head_dim);
        f64::from(sparse.heads) * (width * query + hidden) + hidden * width
    });
    let full_layers = f64::from(attention.full_layers);
    let sliding_layers = f64::from(attention.sliding_layers);
    let linear = attention.linear.map_or(0.0, |layer| linear_layer(layer, hidden));
    let total =
        full_layers * (full + indexer) + sliding_layers * plain + f64::from(attention.linear_layers) * linear;
    // MLA and linear layers have no plain value projection: GGUF treats theirs like the rest.
    let plain_layers = if attention.mla.is_some() { 0.0 } else { full_layers } + sliding_layers;
    (total, plain_layers * value, plain_layers * output)
}

/// Projections of one linear layer (convolutions and per-head scalars are in the residual).
fn linear_layer(layer: LinearLayer, hidden: f64) -> f64 {
    match layer {
        LinearLayer::DeltaNet { key_heads, value_heads, key_dim, value_dim, .. } => {
            let key = f64::from(key_heads) * f64::from(key_dim);
            let value = f64::from(value_heads) * f64::from(value_dim);
            hidden * (2.0 * key + 2.0 * value + 2.0 * f64::from(value_heads)) + value * hidden
        }
        LinearLayer::Mamba2 { heads, head_dim, state, groups, .. } => {
            let inner = f64::from(heads) * f64::from(head_dim);
            let shared = 2.0 * f64::from(groups) * f64::from(state);
            hidden * (2.0 * inner + shared + f64::from(heads)) + inner * hidden
        }
        LinearLayer::Mamba1 { expand, state, dt_rank, .. } => {
            let inner = f64::from(expand) * hidden;
            let (state, rank) = (f64::from(state), f64::from(dt_rank));
            hidden * 2.0 * inner + inner * (rank + 2.0 * state) + rank * inner + inner * (hidden + state)
        }
    }
}
