//! Exact parameter counts of vision towers and their projectors, for the families whose shape is known.

use super::config::Config;
use crate::import::value::Value;

/// Parameters of the vision part; `None` when there is one whose shape is not known.
pub fn count(config: &Config, text_hidden: u32) -> Option<u64> {
    let Some(tower) = config.part("vision_config") else { return Some(0) };
    let get = |key: &str| number(tower, key);
    let text = u64::from(text_hidden);
    match config.whole_type() {
        "qwen3_vl" | "qwen3_vl_moe" | "qwen3_5" | "qwen3_5_moe" => qwen(tower),
        "mistral3" => {
            let (hidden, patch) = (get("hidden_size")?, get("patch_size")?);
            let merge = config.get(&["spatial_merge_size"]).and_then(Value::whole).unwrap_or(2);
            let layer = 4 * hidden * hidden + 3 * hidden * get("intermediate_size")? + 2 * hidden;
            let projector = hidden + hidden * merge * merge * hidden + hidden * text + text * text;
            Some(3 * patch * patch * hidden + hidden + get("num_hidden_layers")? * layer + projector)
        }
        "gemma4" => {
            let (hidden, patch) = (get("hidden_size")?, get("patch_size")?);
            let norms = 4 * hidden + 2 * get("head_dim")?;
            let layer = 4 * hidden * hidden + 3 * hidden * get("intermediate_size")? + norms;
            let positions = 2 * get("position_embedding_size")? * hidden;
            Some(3 * patch * patch * hidden + positions + get("num_hidden_layers")? * layer + hidden * text)
        }
        "kimi_k25" => moonvit(tower),
        "qwen2_vl" => qwen2(tower),
        "qwen2_5_vl" => qwen25(tower),
        "gemma3" => {
            let hidden = get("hidden_size")?;
            Some(siglip(tower)? + hidden * text + hidden)
        }
        _ => None,
    }
}

fn number(tower: &Value, key: &str) -> Option<u64> {
    tower.get(key)?.whole().filter(|n| *n < 1 << 15)
}

fn qwen(tower: &Value) -> Option<u64> {
    let get = |key: &str| number(tower, key);
    let (hidden, inner, patch) = (get("hidden_size")?, get("intermediate_size")?, get("patch_size")?);
    let voxels = get("in_channels")? * get("temporal_patch_size")? * patch * patch;
    let layer = 4 * hidden * hidden + 8 * hidden + 2 * hidden * inner + inner + hidden;
    let merged = hidden * get("spatial_merge_size")?.pow(2);
    let out = get("out_hidden_size")?;
    let merger = merged * merged + merged + merged * out + out;
    // Mergers of intermediate layers normalise after shuffling, the last one before.
    let deep = tower.at("deepstack_visual_indexes").items().len() as u64;
    Some(
        voxels * hidden
            + hidden
            + get("num_position_embeddings")? * hidden
            + get("depth")? * layer
            + 2 * hidden
            + merger
            + deep * (2 * merged + merger),
    )
}

fn moonvit(tower: &Value) -> Option<u64> {
    let get = |key: &str| number(tower, key);
    let (hidden, inner, patch) = (get("vt_hidden_size")?, get("vt_intermediate_size")?, get("patch_size")?);
    let positions = get("init_pos_emb_height")? * get("init_pos_emb_width")?;
    let layer = 4 * hidden * hidden + 8 * hidden + 2 * hidden * inner + inner + hidden;
    let (merged, text) = (4 * get("mm_hidden_size")?, get("text_hidden_size")?);
    let projector = 2 * hidden + merged * merged + merged + merged * text + text;
    Some(
        3 * patch * patch * hidden
            + hidden
            + positions * hidden
            + get("vt_num_hidden_layers")? * layer
            + 2 * hidden
            + projector,
    )
}

/// The picture encoder of Qwen 2 VL: plain layers with biases.
fn qwen2(tower: &Value) -> Option<u64> {
    let get = |key: &str| number(tower, key);
    let (hidden, out) = (get("embed_dim")?, get("hidden_size")?);
    let inner = hidden * get("mlp_ratio")?;
    let layer = 4 * hidden * hidden + 8 * hidden + 2 * hidden * inner + inner + hidden;
    Some(voxels(tower, hidden)? + get("depth")? * layer + 2 * hidden + merger(tower, hidden, out)?)
}

/// That of Qwen 2.5 VL: gated layers, norms without biases.
fn qwen25(tower: &Value) -> Option<u64> {
    let get = |key: &str| number(tower, key);
    let (hidden, inner, out) = (get("hidden_size")?, get("intermediate_size")?, get("out_hidden_size")?);
    let layer = 4 * hidden * hidden + 6 * hidden + 3 * hidden * inner + 2 * inner + hidden;
    Some(voxels(tower, hidden)? + get("depth")? * layer + hidden + merger(tower, hidden, out)?)
}

/// The first projection of Qwen's: patches over two pictures of a film.
fn voxels(tower: &Value, hidden: u64) -> Option<u64> {
    let get = |key: &str| number(tower, key);
    Some(get("in_chans")? * get("temporal_patch_size")? * get("patch_size")?.pow(2) * hidden)
}

/// The two layers that make one token of neighbouring patches.
fn merger(tower: &Value, hidden: u64, out: u64) -> Option<u64> {
    let merged = hidden * number(tower, "spatial_merge_size")?.pow(2);
    Some(merged * merged + merged + merged * out + out)
}

/// SigLIP without its pooling head.
fn siglip(tower: &Value) -> Option<u64> {
    let get = |key: &str| number(tower, key);
    let (hidden, inner, patch) = (get("hidden_size")?, get("intermediate_size")?, get("patch_size")?);
    let positions = get("image_size")?.checked_div(patch)?.pow(2);
    let layer = 4 * hidden * hidden + 8 * hidden + 2 * hidden * inner + inner + hidden;
    Some(
        3 * patch * patch * hidden
            + hidden
            + positions * hidden
            + get("num_hidden_layers")? * layer
            + 2 * hidden,
    )
}
