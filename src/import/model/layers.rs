//! What each layer of a configuration is: its token mixer and its feed-forward part.

use super::config::Config;
use crate::import::value::Value;

/// A token mixer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mixer {
    /// Attention over everything.
    Full,
    /// Attention over a window or a chunk.
    Sliding,
    /// A recurrent state.
    Linear,
    /// One entry per so many tokens, beside a window.
    Compressed(u32),
    /// None.
    None,
}

/// A feed-forward part.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FeedForward {
    /// A dense one.
    Dense,
    /// Experts.
    Experts,
    /// None.
    None,
}

/// One layer.
pub type Layer = (Mixer, FeedForward);

/// Lists the layers, or counts them as plain ones when nothing says otherwise.
///
/// # Errors
/// The name of a layer that is not modelled.
pub fn layers(config: &Config, count: Option<u32>, experts: bool) -> Result<Vec<Layer>, String> {
    if let Some(single) = single_purpose(config) {
        return Ok(single);
    }
    let count = count.unwrap_or(0) as usize;
    let mixers = match listed(config, count) {
        Some(mixers) => mixers?,
        None => mixers(config, count),
    };
    let layer = |i| (mixers.get(i).copied().unwrap_or(Mixer::Full), feed_forward(config, i, experts));
    Ok((0..count).map(layer).collect())
}

/// The mixers of a list that names them.
fn listed(config: &Config, count: usize) -> Option<Result<Vec<Mixer>, String>> {
    if config.get(&["compress_ratios"]).is_some() {
        return None;
    }
    let names = config.list(&["layer_types", "layers_block_type", "attention_layers"])?;
    Some(names.iter().take(count).map(|name| named(name.text().unwrap_or_default())).collect())
}

/// Number of layers that a list of single-purpose layers implies.
fn single_purpose(config: &Config) -> Option<Vec<Layer>> {
    let named = |name: &str| match name {
        "mamba" | "linear_attention" | "M" => (Mixer::Linear, FeedForward::None),
        "attention" | "full_attention" | "*" => (Mixer::Full, FeedForward::None),
        "moe" | "E" => (Mixer::None, FeedForward::Experts),
        _ => (Mixer::None, FeedForward::Dense),
    };
    if let Some(list) = config.list(&["layers_block_type", "layer_types"])
        && list.iter().any(|name| matches!(name.text(), Some("mlp" | "moe")))
    {
        return Some(list.iter().map(|name| named(name.text().unwrap_or_default())).collect());
    }
    let pattern = config.text(&["hybrid_override_pattern"]);
    let letters = || pattern.chars().filter(|c| !c.is_whitespace());
    (!pattern.is_empty()).then(|| letters().map(|c| named(c.encode_utf8(&mut [0; 4]))).collect())
}

fn mixers(config: &Config, count: usize) -> Vec<Mixer> {
    if let Some(list) = config.list(&["compress_ratios"]) {
        // An entry beyond the layers is of the prediction layer. Zero is a window alone.
        return list
            .iter()
            .take(count)
            .map(|ratio| match ratio.whole() {
                Some(ratio) if ratio > 0 => Mixer::Compressed(ratio.min(1 << 24) as u32),
                _ => Mixer::Sliding,
            })
            .collect();
    }
    if let Some(list) = config.list(&["attn_layer_indices"]) {
        let full = |i: usize| list.iter().any(|n| n.whole() == Some(i as u64));
        return (0..count).map(|i| if full(i) { Mixer::Full } else { Mixer::Linear }).collect();
    }
    if let Some(list) = config.list(&["hybrid_layer_pattern"]) {
        return list
            .iter()
            .map(|flag| if flag.whole() == Some(1) { Mixer::Sliding } else { Mixer::Full })
            .collect();
    }
    if config.model_type() == "bamba" {
        return vec![Mixer::Linear; count];
    }
    if let Some(linear) = config.part("linear_attn_config") {
        let full = linear.get("full_attn_layers").map(Value::items);
        let is_full = |i: usize| {
            full.is_some_and(|list| list.iter().take(count).any(|n| n.whole() == Some(i as u64 + 1)))
        };
        return (0..count).map(|i| if is_full(i) { Mixer::Full } else { Mixer::Linear }).collect();
    }
    if config.get(&["attention_chunk_size"]).is_some() {
        // Llama 4: three chunked layers, then one without position and over everything.
        let interval = small(config, "no_rope_layer_interval").unwrap_or(4);
        return every(count, interval, Mixer::Full, Mixer::Sliding);
    }
    if let Some(interval) = small(config, "full_attention_interval") {
        return every(count, interval, Mixer::Full, Mixer::Linear);
    }
    if let (Some(period), Some(offset)) =
        (small(config, "attn_layer_period"), small(config, "attn_layer_offset"))
    {
        let full = |i: usize| i % period.max(1) == offset;
        return (0..count).map(|i| if full(i) { Mixer::Full } else { Mixer::Linear }).collect();
    }
    if let Some(blocks) = config.list(&["block_configs"]) {
        let keeps = |block: &Value| {
            let is = |flag: &str| block.at("attention").at(flag).bool() == Some(true);
            !is("no_op") && !is("replace_with_linear")
        };
        return blocks.iter().map(|block| if keeps(block) { Mixer::Full } else { Mixer::None }).collect();
    }
    windowed(config, count)
}

/// A window without a list of layers: all of them, or every so many, by the habit of the family.
fn windowed(config: &Config, count: usize) -> Vec<Mixer> {
    if small(config, "sliding_window").is_none() {
        return vec![Mixer::Full; count];
    }
    if let Some(pattern) = small(config, "sliding_window_pattern") {
        return every(count, pattern, Mixer::Full, Mixer::Sliding);
    }
    match config.model_type() {
        "cohere2" => every(count, 4, Mixer::Full, Mixer::Sliding),
        "gemma2" => every(count, 2, Mixer::Full, Mixer::Sliding),
        "gemma3" | "gemma3_text" => every(count, 6, Mixer::Full, Mixer::Sliding),
        "gpt_oss" => every(count, 2, Mixer::Full, Mixer::Sliding),
        "mistral" | "mixtral" | "phi3" | "starcoder2" | "ministral" => vec![Mixer::Sliding; count],
        // Qwen and its kin state a window and leave it off unless told.
        _ if config.flag(&["use_sliding_window"]) == Some(true) => vec![Mixer::Sliding; count],
        _ => vec![Mixer::Full; count],
    }
}

/// `last` on every `interval`-th layer, `others` between.
fn every(count: usize, interval: usize, last: Mixer, others: Mixer) -> Vec<Mixer> {
    let interval = interval.max(1);
    (0..count).map(|i| if (i + 1) % interval == 0 { last } else { others }).collect()
}

fn small(config: &Config, key: &str) -> Option<usize> {
    config.get(&[key])?.whole().map(|n| n.min(1 << 24) as usize)
}

fn named(name: &str) -> Result<Mixer, String> {
    match name {
        // with an indexer they still keep everything
        "full_attention"
        | "attention"
        | "global"
        | "indexed_attention"
        | "deepseek_sparse_attention"
        | "minimax_m3_sparse" => Ok(Mixer::Full),
        "sliding_attention" | "chunked_attention" | "local" => Ok(Mixer::Sliding),
        "linear_attention" | "mamba" | "mamba2" => Ok(Mixer::Linear),
        _ => Err(name.chars().take(40).collect()),
    }
}

fn feed_forward(config: &Config, layer: usize, experts: bool) -> FeedForward {
    let or_dense = |routed: bool| if routed { FeedForward::Experts } else { FeedForward::Dense };
    if !experts {
        return or_dense(false);
    }
    if let Some(list) = config.list(&["mlp_layer_types"]) {
        return or_dense(list.get(layer).is_some_and(|kind| kind.text() == Some("sparse")));
    }
    if let Some(list) = config.list(&["moe_layer_freq"]) {
        return or_dense(list.get(layer).is_some_and(|flag| flag.whole() != Some(0)));
    }
    if let Some(list) = config.list(&["mlp_only_layers"])
        && list.iter().any(|n| n.whole() == Some(layer as u64))
    {
        return or_dense(false);
    }
    let enumerated = config.text(&["moe_layers_enum"]);
    if !enumerated.is_empty() {
        return or_dense(enumerated.split(',').any(|n| n.trim().parse() == Ok(layer)));
    }
    if let Some(step) = small(config, "interleave_moe_layer_step") {
        return or_dense((layer + 1).is_multiple_of(step.max(1)));
    }
    if let (Some(period), Some(offset)) =
        (small(config, "expert_layer_period"), small(config, "expert_layer_offset"))
    {
        return or_dense(layer % period.max(1) == offset);
    }
    if let Some(start) = small(config, "moe_layer_start_index") {
        // the last one may be stated as minus one
        let end = small(config, "moe_layer_end_index").unwrap_or(usize::MAX);
        let interval = small(config, "moe_layer_interval").unwrap_or(1).max(1);
        return or_dense((start..=end).contains(&layer) && (layer + 1).is_multiple_of(interval));
    }
    let step = small(config, "decoder_sparse_step").unwrap_or(1).max(1);
    let first = small(config, "first_k_dense_replace").unwrap_or(0);
    or_dense(layer >= first && (layer + 1).is_multiple_of(step))
}
