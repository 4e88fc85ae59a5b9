//! What the layers of a configuration keep of the context: heads, ranks, windows, states, indexers.

use super::config::Config;
use super::counts;
use super::hf_config::{need, whole};
use super::layers::{Layer, Mixer};
use crate::catalogue::model::{
    Attention, AttentionKind, CompressedLayers, KvHeads, LinearLayer, Mla, Model, SparseIndexer,
};
use crate::engine::invalid::{Invalid, Reason};
use crate::import::value::Value;

/// What the layers keep.
pub fn of(config: &Config, model: &Model, layers: &[Layer]) -> Result<Attention, Invalid> {
    let count = |wanted: Mixer| layers.iter().filter(|layer| layer.0 == wanted).count() as u32;
    let mut compressed: Vec<CompressedLayers> = Vec::new();
    for ratio in layers
        .iter()
        .filter_map(|layer| if let Mixer::Compressed(ratio) = layer.0 { Some(ratio) } else { None })
    {
        match compressed.iter_mut().find(|group| group.ratio == ratio) {
            Some(group) => group.layers += 1,
            None => compressed.push(CompressedLayers { layers: 1, ratio }),
        }
    }
    let mla = mla(config)?;
    let linear_layers = count(Mixer::Linear);
    let (full, sliding) = (count(Mixer::Full), count(Mixer::Sliding));
    Ok(Attention {
        kind: match (mla, model.kv_heads) {
            (Some(_), _) => AttentionKind::Mla,
            (None, 1) => AttentionKind::Mqa,
            (None, kv) if kv == model.attention_heads => AttentionKind::Mha,
            _ => AttentionKind::Gqa,
        },
        full_layers: full,
        sliding_layers: sliding,
        sliding_window: whole(
            config,
            "sliding_window",
            &["sliding_window", "attention_chunk_size", "window_size"],
        )?
        .filter(|_| sliding > 0 || !compressed.is_empty()),
        linear_layers,
        linear: if linear_layers > 0 { linear(config)? } else { None },
        mla,
        global: global(config, model)?,
        value_head_dim: whole(config, "v_head_dim", &["swa_v_head_dim", "v_head_dim"])?
            .filter(|_| mla.is_none()),
        key_is_value: config.flag(&["attention_k_eq_v"]) == Some(true),
        sparse: sparse(config)?,
        compressed: compressed.into(),
        // layers that look at a picture keep nothing of the text
        shared_kv_layers: (0..layers.len()).filter(|layer| counts::is_cross(config, *layer)).count() as u32
            + whole(config, "num_kv_shared_layers", &["num_kv_shared_layers"])?.unwrap_or(0),
    })
}

fn mla(config: &Config) -> Result<Option<Mla>, Invalid> {
    let Some(kv_lora_rank) = whole(config, "kv_lora_rank", &["kv_lora_rank"])? else { return Ok(None) };
    Ok(Some(Mla {
        kv_lora_rank,
        q_lora_rank: whole(config, "q_lora_rank", &["q_lora_rank"])?.filter(|rank| *rank > 0),
        qk_nope_head_dim: need(config, "qk_nope_head_dim", &["qk_nope_head_dim"])?,
        qk_rope_head_dim: need(config, "qk_rope_head_dim", &["qk_rope_head_dim"])?,
        v_head_dim: need(config, "v_head_dim", &["v_head_dim"])?,
    }))
}

/// Heads of the full layers where the sliding ones have others.
fn global(config: &Config, model: &Model) -> Result<Option<KvHeads>, Invalid> {
    if let Some(head_dim) = whole(config, "global_head_dim", &["global_head_dim"])? {
        let kv_heads = whole(config, "num_global_key_value_heads", &["num_global_key_value_heads"])?;
        return Ok(Some(KvHeads { kv_heads: kv_heads.unwrap_or(model.kv_heads), head_dim }));
    }
    if config.get(&["swa_num_key_value_heads"]).is_some() {
        let kv_heads = need(config, "num_key_value_heads", &["num_key_value_heads"])?;
        return Ok(Some(KvHeads { kv_heads, head_dim: model.head_dim.unwrap_or(0) }));
    }
    Ok(None)
}

fn linear(config: &Config) -> Result<Option<LinearLayer>, Invalid> {
    let get = |key: &'static str| need(config, key, &[key]);
    if let Some(part) = config.part("linear_attn_config") {
        let inner = |key: &'static str| {
            let value = part.get(key).and_then(Value::whole).filter(|n| *n < 1 << 20);
            value.map(|n| n as u32).ok_or(Invalid::new(key, Reason::Unknown))
        };
        let (heads, width) = (inner("num_heads")?, inner("head_dim")?);
        let conv = inner("short_conv_kernel_size")?;
        return Ok(Some(LinearLayer::DeltaNet {
            key_heads: heads,
            value_heads: heads,
            key_dim: width,
            value_dim: width,
            conv,
        }));
    }
    if config.get(&["linear_num_value_heads"]).is_some() {
        return Ok(Some(LinearLayer::DeltaNet {
            key_heads: get("linear_num_key_heads")?,
            value_heads: get("linear_num_value_heads")?,
            key_dim: get("linear_key_head_dim")?,
            value_dim: get("linear_value_head_dim")?,
            conv: get("linear_conv_kernel_dim")?,
        }));
    }
    // families name the same five numbers in two ways
    let names = [
        ["mamba_num_heads", "mamba_head_dim", "ssm_state_size", "n_groups", "conv_kernel"],
        ["mamba_n_heads", "mamba_d_head", "mamba_d_state", "mamba_n_groups", "mamba_d_conv"],
    ];
    if let Some([heads, head_dim, state, groups, conv]) =
        names.iter().find(|names| config.get(&names[..1]).is_some())
    {
        return Ok(Some(LinearLayer::Mamba2 {
            heads: get(heads)?,
            head_dim: get(head_dim)?,
            state: get(state)?,
            groups: get(groups)?,
            conv: get(conv)?,
        }));
    }
    let hidden = need(config, "hidden_size", &["hidden_size"])?;
    Ok(Some(LinearLayer::Mamba1 {
        expand: get("mamba_expand")?,
        state: get("mamba_d_state")?,
        dt_rank: whole(config, "mamba_dt_rank", &["mamba_dt_rank"])?.unwrap_or(hidden.div_ceil(16)),
        conv: get("mamba_d_conv")?,
    }))
}

fn sparse(config: &Config) -> Result<Option<SparseIndexer>, Invalid> {
    if let Some(top_k) = whole(config, "index_topk", &["index_topk"])? {
        return Ok(Some(SparseIndexer {
            top_k,
            head_dim: need(config, "index_head_dim", &["index_head_dim"])?,
            heads: need(config, "index_n_heads", &["index_n_heads"])?,
        }));
    }
    let Some(part) = config.part("sparse_attention_config") else { return Ok(None) };
    let get = |key: &str| part.get(key).and_then(Value::whole).map(|n| n.min(1 << 20) as u32);
    Ok(
        match (
            get("sparse_topk_blocks"),
            get("sparse_block_size"),
            get("sparse_index_dim"),
            get("sparse_num_index_heads"),
        ) {
            (Some(blocks), Some(size), Some(head_dim), Some(heads)) => {
                Some(SparseIndexer { top_k: blocks.saturating_mul(size), head_dim, heads })
            }
            _ => None,
        },
    )
}
