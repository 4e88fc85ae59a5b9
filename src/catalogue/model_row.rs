//! Reads the packed row of an open model.

use std::borrow::Cow;

use super::decode::Row;
use super::model::{
    Attention, AttentionKind, CompressedLayers, KvHeads, LinearLayer, Mla, Model, Moe, NativeDtype,
    Parameters, SparseIndexer,
};

pub(super) fn decode(row: &mut Row) -> Model {
    let [id, hf_id, family] = [row.text(), row.text(), row.text()];
    let parameters = Parameters {
        total: row.whole64(),
        active: row.whole64(),
        embedding: row.whole64(),
        lm_head: row.whole64(),
        routed_experts: row.whole64(),
        vision: row.whole64(),
        published_total_b: row.optional(),
        published_active_b: row.optional(),
    };
    let [layers, hidden_size, attention_heads, kv_heads] =
        [row.count(), row.count(), row.count(), row.count()];
    let (head_dim, intermediate_size, vocab_size) = (row.whole(), row.whole(), row.count());
    let tied_embeddings = row.flag();
    let (moe, attention) = (moe(row), attention(row));
    let (max_context, native_dtype, licence, notes) =
        (row.whole(), row.key(dtype), row.optional_text(), row.optional_text());
    let unverified = row.text();
    let provenance = row.provenance();
    Model {
        id,
        hf_id,
        family,
        parameters,
        layers,
        hidden_size,
        attention_heads,
        kv_heads,
        head_dim,
        intermediate_size,
        vocab_size,
        tied_embeddings,
        moe,
        attention,
        max_context,
        native_dtype,
        licence,
        notes,
        unverified,
        source: provenance.source,
        as_of: provenance.as_of,
    }
}

fn moe(row: &mut Row) -> Option<Moe> {
    let experts = row.whole();
    let moe = Moe {
        experts: experts.unwrap_or_default(),
        active_experts: row.count(),
        intermediate_size: row.count(),
        shared_experts: row.whole(),
        shared_intermediate_size: row.whole(),
        first_dense_layers: row.whole(),
        moe_layers: row.whole(),
        latent_size: row.whole(),
    };
    experts.map(|_| moe)
}

fn attention(row: &mut Row) -> Attention {
    let kind = row.key(kind);
    let [full_layers, sliding_layers] = [row.count(), row.count()];
    let (sliding_window, linear_layers) = (row.whole(), row.count());
    Attention {
        kind,
        full_layers,
        sliding_layers,
        sliding_window,
        linear_layers,
        linear: row.list(linear).pop(),
        mla: row.list(mla).pop(),
        global: row.list(global).pop(),
        value_head_dim: row.whole(),
        key_is_value: row.flag(),
        sparse: row.list(sparse).pop(),
        compressed: Cow::Owned(row.list(compressed)),
        shared_kv_layers: row.count(),
    }
}

fn kind(key: &str) -> Option<AttentionKind> {
    Some(match key {
        "mha" => AttentionKind::Mha,
        "gqa" => AttentionKind::Gqa,
        "mqa" => AttentionKind::Mqa,
        "mla" => AttentionKind::Mla,
        _ => return None,
    })
}

fn dtype(key: &str) -> Option<NativeDtype> {
    Some(match key {
        "fp32" => NativeDtype::Fp32,
        "bf16" => NativeDtype::Bf16,
        "fp16" => NativeDtype::Fp16,
        "fp8" => NativeDtype::Fp8,
        "int8" => NativeDtype::Int8,
        "int4" => NativeDtype::Int4,
        "mxfp4-experts" => NativeDtype::Mxfp4Experts,
        "int4-experts" => NativeDtype::Int4Experts,
        "nvfp4" => NativeDtype::Nvfp4,
        _ => return None,
    })
}

/// All words as numbers; `None` unless there are exactly `N` of them.
fn numbers<const N: usize>(words: &[&str]) -> Option<[u32; N]> {
    let numbers: Option<Vec<u32>> = words.iter().map(|word| word.parse().ok()).collect();
    numbers?.try_into().ok()
}

fn linear(words: &[&'static str]) -> Option<LinearLayer> {
    let (name, rest) = words.split_first()?;
    Some(match *name {
        "deltanet" => {
            let [key_heads, value_heads, key_dim, value_dim, conv] = numbers(rest)?;
            LinearLayer::DeltaNet { key_heads, value_heads, key_dim, value_dim, conv }
        }
        "mamba2" => {
            let [heads, head_dim, state, groups, conv] = numbers(rest)?;
            LinearLayer::Mamba2 { heads, head_dim, state, groups, conv }
        }
        "mamba1" => {
            let [expand, state, dt_rank, conv] = numbers(rest)?;
            LinearLayer::Mamba1 { expand, state, dt_rank, conv }
        }
        _ => return None,
    })
}

fn mla(words: &[&'static str]) -> Option<Mla> {
    let [kv, query, rest @ ..] = words else { return None };
    let [qk_nope_head_dim, qk_rope_head_dim, v_head_dim] = numbers(rest)?;
    Some(Mla {
        kv_lora_rank: kv.parse().ok()?,
        q_lora_rank: query.parse().ok(),
        qk_nope_head_dim,
        qk_rope_head_dim,
        v_head_dim,
    })
}

fn global(words: &[&'static str]) -> Option<KvHeads> {
    let [kv_heads, head_dim] = numbers(words)?;
    Some(KvHeads { kv_heads, head_dim })
}

fn sparse(words: &[&'static str]) -> Option<SparseIndexer> {
    let [top_k, head_dim, heads] = numbers(words)?;
    Some(SparseIndexer { top_k, head_dim, heads })
}

fn compressed(words: &[&'static str]) -> Option<CompressedLayers> {
    let [layers, ratio] = numbers(words)?;
    Some(CompressedLayers { layers, ratio })
}
