//! Exact parameter counts from a configuration: matrices, biases, norms, gates, sinks, indexers.
//!
//! ```text
//! total = embedding + head (unless tied) + final norm + Σ layers (norms + token mixer + feed-forward)
//! ```
//!
//! What a family adds to the plain decoder (query/key norms, biases, gates) is looked up by its type; an unknown
//! type is counted as a plain gated decoder, and the caller says so.

use super::config::Config;
use super::family::{self, Family, Normalised};
use super::layers::{FeedForward, Layer, Mixer};
use crate::catalogue::model::{LinearLayer, Mla, Model, Moe, SparseIndexer};
use crate::import::value::Value;

/// Parameters of the language model.
///
/// In 128 bits: a nonsensical file must end in a refusal, not in an overflow.
#[derive(Clone, Copy, Debug, Default)]
pub struct Counts {
    /// All of them.
    pub total: u128,
    /// Routed experts.
    pub routed: u128,
    /// Passed through by one token.
    pub active: u128,
}

/// Counts the language model of a configuration whose dimensions are already in `model`.
pub fn count(config: &Config, model: &Model, layers: &[Layer]) -> Counts {
    let family = family::of(config);
    let hidden = u128::from(model.hidden_size);
    let mut counts = Counts { total: outside(config, model, &family), ..Counts::default() };
    let mut unused = 0;
    for (index, &(mixer, feed_forward)) in layers.iter().enumerate() {
        let norms = family.norms.saturating_sub(removed_parts(config, index));
        counts.total += norms * family.norm * hidden + family.scalars + layer_input(config, hidden);
        counts.total += mixer_parameters(config, model, &family, index, mixer);
        if shares_cache(config, layers.len(), index) && model.attention.mla.is_none() {
            counts.total = counts.total.saturating_sub(own_keys(model, mixer));
        }
        match (feed_forward, &model.moe) {
            (FeedForward::Experts, Some(moe)) => {
                let (routed, around) = experts(config, model, moe, family.matrices);
                counts.routed += routed;
                counts.total += routed + around;
                unused +=
                    routed / u128::from(moe.experts.max(1)) * u128::from(moe.experts - moe.active_experts);
            }
            (FeedForward::Dense | FeedForward::Experts, _) => {
                let doubled = shares_cache(config, layers.len(), index)
                    && config.flag(&["use_double_wide_mlp"]) == Some(true);
                let width = dense_width(config, model, index) * if doubled { 2 } else { 1 };
                counts.total += family.matrices * hidden * width;
                counts.total += if family.inner_bias { (family.matrices - 1) * width + hidden } else { 0 };
            }
            (FeedForward::None, _) => {}
        }
    }
    if config.get(&["hc_mult"]).is_some() {
        let streams = whole(config, "hc_mult");
        counts.total += streams * streams * hidden + streams + 1;
    }
    counts.active = counts.total - unused;
    counts
}

/// Embedding, head, positions and norms outside of the layers.
fn outside(config: &Config, model: &Model, family: &Family) -> u128 {
    let (hidden, vocabulary) = (u128::from(model.hidden_size), u128::from(model.vocab_size));
    // some embed in fewer channels and project
    let narrow = Some(whole(config, "word_embed_proj_dim")).filter(|width| *width > 0 && *width != hidden);
    let projections = narrow.map_or(0, |width| 2 * width * hidden);
    // a few rows for what stands for pictures
    let rows = vocabulary + if config.model_type() == "mllama_text_model" { 8 } else { 0 };
    let width = narrow.unwrap_or(hidden);
    rows * width
        + if model.tied_embeddings { 0 } else { vocabulary * width }
        + if family.head_bias { vocabulary } else { 0 }
        + projections
        + family.positions * hidden
        + layer_embedding(config, model.layers)
        + whole(config, "hidden_size_per_layer_input")
        + family.outer_norms * family.norm * hidden
}

/// Parts that architecture search took out of a layer: each goes with its norm.
fn removed_parts(config: &Config, layer: usize) -> u128 {
    let block = config.list(&["block_configs"]).and_then(|blocks| blocks.get(layer));
    let removed = |part: &str| block.is_some_and(|block| block.at(part).at("no_op").bool() == Some(true));
    u128::from(removed("attention")) + u128::from(removed("ffn"))
}

/// Whether a layer uses the keys and values of one before it.
fn shares_cache(config: &Config, layers: usize, layer: usize) -> bool {
    layer as u128 + whole(config, "num_kv_shared_layers") >= layers as u128
}

/// Keys, values and the norm of keys, of a layer that has its own.
fn own_keys(model: &Model, mixer: Mixer) -> u128 {
    let (heads, width) = match (mixer, model.attention.global) {
        (Mixer::Full, Some(global)) => (global.kv_heads, global.head_dim),
        _ => (model.kv_heads, model.head_dim.unwrap_or(0)),
    };
    let width = u128::from(width);
    2 * u128::from(model.hidden_size) * u128::from(heads) * width + width
}

/// Rows of an embedding for each layer (Gemma's small ones): looked up, never multiplied.
pub fn layer_embedding(config: &Config, layers: u32) -> u128 {
    whole(config, "vocab_size_per_layer_input")
        * whole(config, "hidden_size_per_layer_input")
        * u128::from(layers)
}

/// What brings that embedding into a layer: its share of the common projection, a gate, a projection and a norm.
fn layer_input(config: &Config, hidden: u128) -> u128 {
    match whole(config, "hidden_size_per_layer_input") {
        0 => 0,
        width => 3 * width * hidden + hidden,
    }
}

/// A whole number, bounded so that products of five of them fit into 128 bits.
fn whole(config: &Config, key: &str) -> u128 {
    config.get(&[key]).and_then(Value::whole).unwrap_or(0).min(1 << 24).into()
}

fn dense_width(config: &Config, model: &Model, layer: usize) -> u128 {
    if let Some(block) = config.list(&["block_configs"]).and_then(|blocks| blocks.get(layer)) {
        return searched_width(block.at("ffn"), u128::from(model.hidden_size));
    }
    for key in ["intermediate_size_mlp", "dense_intermediate_size"] {
        if config.get(&[key]).is_some() {
            return whole(config, key);
        }
    }
    u128::from(model.intermediate_size.unwrap_or(0))
}

/// Inner width of a layer whose configuration was found by search: two thirds of a multiple of the hidden size,
/// rounded up to 256.
fn searched_width(block: &Value, hidden: u128) -> u128 {
    if block.at("no_op").bool() == Some(true) {
        return 0;
    }
    let multiple = block.at("ffn_mult").number().unwrap_or(0.0).clamp(0.0, 64.0);
    ((2.0 * multiple * hidden as f64 / 3.0) as u128).div_ceil(256) * 256
}

/// Routed experts of one layer, and what every token passes through beside them.
fn experts(config: &Config, model: &Model, moe: &Moe, matrices: u128) -> (u128, u128) {
    let (hidden, inner) = (u128::from(model.hidden_size), u128::from(moe.intermediate_size));
    let (experts, latent) = (u128::from(moe.experts), u128::from(moe.latent_size.unwrap_or(0)));
    let width = if latent > 0 { latent } else { hidden };
    let gpt_oss = config.model_type() == "gpt_oss";
    let biases = if gpt_oss { experts * (2 * inner + hidden) } else { 0 };
    let routed = experts * matrices * width * inner + biases;
    let shared = match (moe.shared_intermediate_size, moe.shared_experts) {
        (Some(width), _) if width > 0 => u128::from(width),
        (_, Some(shared)) => u128::from(shared) * inner,
        _ => 0,
    };
    let mut around = hidden * experts + matrices * hidden * shared + 2 * hidden * latent;
    match config.model_type() {
        // A gate on the shared expert.
        "qwen2_moe" | "qwen3_next" | "qwen3_5_moe_text" => around += hidden,
        // Biases of the router, and what it corrects its choice by.
        "gpt_oss" | "ernie4_5_moe" | "laguna" => around += experts,
        // A dense layer beside the experts, three more norms, a router scale per channel and one per expert.
        "gemma4_text" => {
            around += matrices * hidden * u128::from(model.intermediate_size.unwrap_or(0)) + 3 * hidden;
            around += hidden + experts;
        }
        _ => {}
    }
    (routed, around)
}

fn mixer_parameters(config: &Config, model: &Model, family: &Family, layer: usize, mixer: Mixer) -> u128 {
    if config.get(&["compress_ratios"]).is_some() {
        return compressed(config, model, mixer);
    }
    match mixer {
        Mixer::None => {
            let replaced = config.list(&["block_configs"]).and_then(|blocks| blocks.get(layer));
            let linear = replaced
                .is_some_and(|block| block.at("attention").at("replace_with_linear").bool() == Some(true));
            if linear { u128::from(model.hidden_size).pow(2) } else { 0 }
        }
        Mixer::Linear => model.attention.linear.map_or(0, |state| linear(config, model, state)),
        _ => attention(config, model, family, layer, mixer),
    }
}

fn attention(config: &Config, model: &Model, family: &Family, layer: usize, mixer: Mixer) -> u128 {
    let hidden = u128::from(model.hidden_size);
    let each = config.list(&["num_attention_heads_per_layer"]).and_then(|list| list.get(layer)?.whole());
    let heads = u128::from(each.unwrap_or(u64::from(model.attention_heads)).min(1 << 24));
    if let Some(mla) = model.attention.mla {
        let own = config
            .list(&["indexer_types"])
            .is_none_or(|list| list.get(layer).and_then(Value::text) == Some("full"));
        let indexer =
            model.attention.sparse.filter(|_| own).map_or(0, |sparse| indexer(hidden, &mla, &sparse));
        return latent(hidden, heads, &mla) + indexer;
    }
    let mut width = u128::from(model.head_dim.unwrap_or(0));
    let mut kv = u128::from(model.kv_heads);
    let mut pair = 2;
    if let (Mixer::Full, Some(global)) = (mixer, model.attention.global) {
        (width, kv) = (u128::from(global.head_dim), u128::from(global.kv_heads));
        pair = if model.attention.key_is_value { 1 } else { 2 };
    }
    let value = model.attention.value_head_dim.map_or(width, u128::from);
    let projections = if pair == 1 { width } else { width + value };
    // Qwen's gate came before the field that tells of it.
    let newer = ["qwen3_next", "qwen3_5_text", "qwen3_5_moe_text"].contains(&config.model_type());
    let gated = config.flag(&["attn_output_gate"]).unwrap_or(newer);
    let mut total = hidden * heads * width * if gated { 2 } else { 1 } + hidden * kv * projections;
    total += heads * value * hidden;
    total += match family.normalised {
        Normalised::No => 0,
        Normalised::Head => 2 * width,
        Normalised::All => (heads + kv) * width,
    };
    if family.query_bias {
        total += (heads + 2 * kv) * width;
    }
    if family.output_bias {
        total += hidden;
    }
    let sinks = match config.model_type() {
        "gpt_oss" => true,
        "mimo_v2_flash" => mixer == Mixer::Sliding,
        _ => false,
    };
    total += if sinks { heads } else { 0 };
    // MiniMax M3 lists the layers that have an indexer
    let frequency =
        config.part("sparse_attention_config").map(|part| part.at("sparse_attention_freq").items());
    if let (Some(sparse), Some(list)) = (model.attention.sparse, frequency)
        && list.get(layer).and_then(Value::whole) == Some(1)
    {
        let width = u128::from(sparse.head_dim);
        total += hidden * width * (u128::from(sparse.heads) + 1) + 2 * width;
    }
    if is_cross(config, layer) {
        total += 2 * width + 2;
    }
    // One output gate per head.
    let gates = config.model_type().starts_with("step3p")
        || config.model_type() == "laguna" && config.flag(&["gating"]) != Some(false);
    total + if gates { hidden * heads } else { 0 }
}

/// Whether a layer attends to a picture instead of the text: with norms of query and key, and two gates.
pub fn is_cross(config: &Config, layer: usize) -> bool {
    config
        .list(&["cross_attention_layers"])
        .is_some_and(|list| list.iter().any(|n| n.whole() == Some(layer as u64)))
}

fn latent(hidden: u128, heads: u128, mla: &Mla) -> u128 {
    let (rank, rope) = (u128::from(mla.kv_lora_rank), u128::from(mla.qk_rope_head_dim));
    let (nope, value) = (u128::from(mla.qk_nope_head_dim), u128::from(mla.v_head_dim));
    let query = match mla.q_lora_rank.map(u128::from) {
        Some(q) => hidden * q + q + q * heads * (nope + rope),
        None => hidden * heads * (nope + rope),
    };
    query + hidden * (rank + rope) + rank + rank * heads * (nope + value) + heads * value * hidden
}

fn indexer(hidden: u128, mla: &Mla, sparse: &SparseIndexer) -> u128 {
    let (heads, width) = (u128::from(sparse.heads), u128::from(sparse.head_dim));
    let query = mla.q_lora_rank.map_or(hidden, u128::from);
    query * heads * width + hidden * width + 2 * width + hidden * heads
}

fn linear(config: &Config, model: &Model, layer: LinearLayer) -> u128 {
    let hidden = u128::from(model.hidden_size);
    let area = |a: u32, b: u32| u128::from(a) * u128::from(b);
    match layer {
        LinearLayer::DeltaNet { key_heads, value_heads, key_dim, value_dim, conv } => {
            let (key, value) = (area(key_heads, key_dim), area(value_heads, value_dim));
            let heads = u128::from(value_heads);
            if config.part("linear_attn_config").is_some() {
                // Kimi: decay per channel, and gates of low rank
                let low = hidden * u128::from(key_dim) + u128::from(key_dim) * value;
                let gates = 2 * low + value + heads + hidden * heads + u128::from(value_dim);
                return hidden * (2 * key + value)
                    + u128::from(conv) * (2 * key + value)
                    + gates
                    + value * hidden;
            }
            let gates = 2 * hidden * heads + 2 * heads + u128::from(value_dim);
            hidden * (2 * key + 2 * value) + u128::from(conv) * (2 * key + value) + gates + value * hidden
        }
        LinearLayer::Mamba2 { heads, head_dim, state, groups, conv } => {
            let inner = area(heads, head_dim);
            let mixed = inner + 2 * area(groups, state);
            let biased = config.flag(&["use_conv_bias", "mamba_conv_bias"]) == Some(true);
            let bias = if biased { mixed } else { 0 };
            hidden * (inner + mixed + u128::from(heads))
                + mixed * u128::from(conv)
                + bias
                + 3 * u128::from(heads)
                + inner
                + inner * hidden
        }
        LinearLayer::Mamba1 { expand, state, dt_rank, conv } => {
            let inner = u128::from(expand) * hidden;
            let (state, rank) = (u128::from(state), u128::from(dt_rank));
            let norms = rank + 2 * state;
            hidden * 2 * inner
                + inner * (u128::from(conv) + 1)
                + inner * (rank + 2 * state)
                + rank * inner
                + inner
                + inner * state
                + inner
                + norms
                + inner * hidden
        }
    }
}

/// Attention with compressed entries (DeepSeek V4): low-rank query and grouped low-rank output, one key/value head,
/// a compressor per compressed layer, an indexer where entries are fine, and mixing of several residual streams.
fn compressed(config: &Config, model: &Model, mixer: Mixer) -> u128 {
    let (hidden, heads) = (u128::from(model.hidden_size), u128::from(model.attention_heads));
    let width = u128::from(model.head_dim.unwrap_or(0));
    let (query, output) = (whole(config, "q_lora_rank"), whole(config, "o_lora_rank"));
    let groups = whole(config, "o_groups").max(1);
    let streams = whole(config, "hc_mult");
    let mix = (2 + streams) * streams;
    let compressor = |ratio: u128, width: u128| {
        // The finest ratio overlaps its windows and keeps two sets.
        let sets = if ratio == 4 { 2 } else { 1 };
        ratio * sets * width + 2 * hidden * sets * width + width
    };
    let own = hidden * query + query + query * heads * width + hidden * width + width;
    let out = heads * width / groups * groups * output + groups * output * hidden;
    let mixing = 2 * (mix * streams * hidden + mix + 3);
    let entries = match (mixer, model.attention.sparse) {
        (Mixer::Compressed(4), Some(sparse)) => {
            let (index, keys) = (u128::from(sparse.heads), u128::from(sparse.head_dim));
            compressor(4, width) + query * index * keys + hidden * index + compressor(4, keys)
        }
        (Mixer::Compressed(ratio), _) => compressor(u128::from(ratio), width),
        _ => 0,
    };
    own + out + heads + mixing + entries
}
