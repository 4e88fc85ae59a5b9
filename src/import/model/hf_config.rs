//! A Hugging Face `config.json` as a model: dimensions, layers, experts, exact parameter counts, number format, and
//! notices of everything that the file left open.
//!
//! ```
//! let config = r#"{"model_type": "llama", "hidden_size": 4096, "num_hidden_layers": 32, "intermediate_size": 14336,
//!   "num_attention_heads": 32, "num_key_value_heads": 8, "vocab_size": 128256, "tie_word_embeddings": false}"#;
//! let read = llm_breakeven::import::model::hf_config::read(config, "my/model").unwrap();
//! assert_eq!(read.model.parameters.total, Some(8_030_261_248));
//! assert_eq!(read.model.head_dim, Some(128));
//! ```

use super::config::Config;
use super::layers::{FeedForward, Layer, Mixer, layers};
use super::{ImportError, Notice, counts, number_format, vision};
use crate::catalogue::Text;
use crate::catalogue::model::{
    Attention, AttentionKind, CompressedLayers, KvHeads, LinearLayer, Mla, Model, Moe, Parameters,
    SparseIndexer,
};
use crate::catalogue::model_text::OWN;
use crate::engine::architecture::Architecture;
use crate::engine::invalid::{Invalid, Reason};
use crate::import::value::Value;
use crate::units::Date;

/// A model and what to know about it.
#[derive(Clone, Debug, PartialEq)]
pub struct Imported {
    /// The model.
    pub model: Model,
    /// What was assumed or left out.
    pub notices: Vec<Notice>,
}

/// Reads a configuration; `name` is what the model will be called.
///
/// # Errors
/// Where the text stops being JSON, that it is no model's configuration, or the field to mend.
pub fn read(text: &str, name: &str) -> Result<Imported, ImportError> {
    of(&Config::parse(text)?, name)
}

/// Whether a tree of values has what only a model's configuration has.
pub(in crate::import) fn fits(value: &Value) -> bool {
    let has = |value: &Value| {
        let stated = |keys: &[&str]| keys.iter().any(|key| value.get(key).is_some());
        stated(&["hidden_size", "d_model", "n_embd"]) || stated(&["num_hidden_layers", "n_layer", "n_layers"])
    };
    has(value) || super::config::LANGUAGE.iter().any(|key| value.get(key).is_some_and(has))
}

/// As [`read`], of a configuration that is parsed.
pub(in crate::import) fn of(config: &Config, name: &str) -> Result<Imported, ImportError> {
    let mut notices = Vec::new();
    let mut model = skeleton(config, name, &mut notices)?;
    let listed = whole(config, "num_hidden_layers", &["num_hidden_layers", "n_layers", "n_layer"])?;
    let out_of_range = Invalid::new("num_hidden_layers", Reason::OutOfRange { min: 1.0, max: 2_000.0 });
    // Refused before a list of that length is made.
    if listed.is_some_and(|layers| layers > 2_000) {
        return Err(out_of_range.into());
    }
    let layers = layers(config, listed, model.moe.is_some());
    if layers.is_empty() || layers.len() > 2_000 {
        return Err(out_of_range.into());
    }
    model.layers = layers.len() as u32;
    attend(config, &mut model, &layers)?;
    if let Some(moe) = &mut model.moe {
        moe.moe_layers = Some(layers.iter().filter(|layer| layer.1 == FeedForward::Experts).count() as u32);
    }
    // Checks every dimension before any product of them is formed.
    Architecture::new(&model)?;
    tally(config, &mut model, &layers, &mut notices);
    Architecture::new(&model)?;
    Ok(Imported { model, notices })
}

fn whole(config: &Config, field: &'static str, keys: &[&str]) -> Result<Option<u32>, Invalid> {
    config.whole(field, keys)
}

fn need(config: &Config, field: &'static str, keys: &[&str]) -> Result<u32, Invalid> {
    let value = whole(config, field, keys)?.ok_or(Invalid::new(field, Reason::Unknown))?;
    // Products of four dimensions must stay far from overflow.
    if value > 1 << 24 {
        Err(Invalid::new(field, Reason::OutOfRange { min: 1.0, max: 16e6 }))
    } else {
        Ok(value)
    }
}

/// The dimensions that do not depend on the list of layers.
fn skeleton(config: &Config, name: &str, notices: &mut Vec<Notice>) -> Result<Model, ImportError> {
    let width = ["hidden_size", "d_model", "n_embd"];
    if config.get(&width).is_none() && config.get(&["vocab_size"]).is_none() {
        return Err(ImportError::NotOfThisKind);
    }
    let hidden_size = need(config, "hidden_size", &width)?;
    let attention_heads = need(config, "num_attention_heads", &["num_attention_heads", "n_heads", "n_head"])?;
    let kv_heads = kv_heads(config, attention_heads, notices)?;
    let head_dim = whole(config, "head_dim", &["head_dim", "attention_head_dim"])?;
    let latent = whole(config, "kv_lora_rank", &["kv_lora_rank"])?.is_some();
    let head_dim = head_dim.filter(|width| *width > 0).or_else(|| {
        let derived = hidden_size.checked_div(attention_heads).filter(|w| w * attention_heads == hidden_size);
        derived.filter(|_| !latent)
    });
    let tied_embeddings = config.flag(&["tie_word_embeddings"]).unwrap_or_else(|| {
        let tied = counts::tied_by_default(config.model_type());
        notices.push(Notice::Assumed { field: "tie_word_embeddings", value: tied.to_string() });
        tied
    });
    let max_context = whole(
        config,
        "max_position_embeddings",
        &["max_position_embeddings", "max_seq_len", "n_positions", "seq_length", "max_sequence_length"],
    )?;
    Ok(Model {
        id: Text::Borrowed(OWN),
        hf_id: name.to_owned().into(),
        family: config.whole_type().to_owned().into(),
        parameters: Parameters::default(),
        layers: 0,
        hidden_size,
        attention_heads,
        kv_heads,
        head_dim: if latent { None } else { head_dim },
        intermediate_size: intermediate(config, hidden_size)?,
        vocab_size: need(config, "vocab_size", &["vocab_size"])?,
        tied_embeddings,
        moe: experts(config)?,
        attention: Attention::default(),
        max_context: max_context.filter(|length| *length > 0),
        native_dtype: number_format::of(config),
        licence: None,
        notes: None,
        unverified: Text::default(),
        source: Text::Borrowed("imported config.json"),
        as_of: Date::EPOCH,
    })
}

fn kv_heads(config: &Config, heads: u32, notices: &mut Vec<Notice>) -> Result<u32, Invalid> {
    // In sliding layers where those differ: the row's own figure is of the sliding layers.
    let keys = ["swa_num_key_value_heads", "num_key_value_heads", "num_kv_heads", "n_head_kv"];
    if let Some(stated) = whole(config, "num_key_value_heads", &keys)? {
        return Ok(stated);
    }
    if let Some(blocks) = config.list(&["block_configs"]) {
        let group = blocks.iter().find_map(|block| block.at("attention").at("n_heads_in_group").whole());
        if let Some(group) = group.filter(|group| *group > 0) {
            return Ok(heads / (group.min(u64::from(heads)) as u32));
        }
    }
    if config.flag(&["multi_query"]) == Some(true) && config.flag(&["new_decoder_architecture"]) != Some(true)
    {
        return Ok(1);
    }
    notices.push(Notice::Assumed { field: "num_key_value_heads", value: heads.to_string() });
    Ok(heads)
}

fn intermediate(config: &Config, hidden: u32) -> Result<Option<u32>, Invalid> {
    let keys = [
        "intermediate_size_mlp",
        "dense_intermediate_size",
        "intermediate_size",
        "ffn_dim",
        "ffn_hidden_size",
        "n_inner",
    ];
    if let Some(stated) = whole(config, "intermediate_size", &keys)? {
        return Ok(Some(stated));
    }
    let ratio = whole(config, "expansion_ratio", &["expansion_ratio"])?;
    Ok(match (ratio, config.model_type()) {
        (Some(ratio), _) => Some(ratio.saturating_mul(hidden)),
        (None, "falcon" | "gpt2" | "bloom") => Some(hidden.saturating_mul(4)),
        _ => None,
    })
}

fn experts(config: &Config) -> Result<Option<Moe>, Invalid> {
    if config.flag(&["enable_moe_block"]) == Some(false) {
        return Ok(None);
    }
    let keys = ["num_local_experts", "n_routed_experts", "num_experts", "moe_num_experts"];
    let Some(experts) = whole(config, "num_experts", &keys)?.filter(|experts| *experts > 0) else {
        return Ok(None);
    };
    let keys = [
        "num_experts_per_tok",
        "num_experts_per_token",
        "experts_per_token",
        "top_k_experts",
        "moe_top_k",
        "moe_topk",
    ];
    let active_experts = need(config, "num_experts_per_tok", &keys)?;
    let keys = ["moe_intermediate_size", "expert_intermediate_size", "intermediate_size"];
    let llama4 = config.model_type() == "llama4_text";
    let intermediate_size = need(config, "moe_intermediate_size", &keys)?;
    let keys = ["shared_expert_intermediate_size", "moe_shared_expert_intermediate_size", "share_expert_dim"];
    let shared = whole(config, "shared_expert_intermediate_size", &keys)?;
    let keys = ["n_shared_experts", "num_shared_experts", "moe_num_shared_experts"];
    let shared_experts = whole(config, "n_shared_experts", &keys)?;
    Ok(Some(Moe {
        experts,
        active_experts,
        intermediate_size,
        shared_experts: if llama4 { Some(1) } else { shared_experts },
        shared_intermediate_size: shared,
        first_dense_layers: whole(config, "first_k_dense_replace", &["first_k_dense_replace"])?,
        moe_layers: None,
        latent_size: whole(config, "moe_latent_size", &["moe_latent_size", "routed_expert_hidden_size"])?,
    }))
}

/// What the layers keep.
fn attend(config: &Config, model: &mut Model, layers: &[Layer]) -> Result<(), Invalid> {
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
    model.attention = Attention {
        kind: match (mla, model.kv_heads) {
            (Some(_), _) => AttentionKind::Mla,
            (None, 1) => AttentionKind::Mqa,
            (None, kv) if kv == model.attention_heads => AttentionKind::Mha,
            _ => AttentionKind::Gqa,
        },
        full_layers: full,
        sliding_layers: sliding,
        sliding_window: whole(config, "sliding_window", &["sliding_window", "attention_chunk_size"])?
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
        shared_kv_layers: whole(config, "num_kv_shared_layers", &["num_kv_shared_layers"])?.unwrap_or(0),
    };
    Ok(())
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
    if config.get(&["mamba_num_heads"]).is_some() {
        return Ok(Some(LinearLayer::Mamba2 {
            heads: get("mamba_num_heads")?,
            head_dim: get("mamba_head_dim")?,
            state: get("ssm_state_size")?,
            groups: get("n_groups")?,
            conv: get("conv_kernel")?,
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

/// Counts the parameters and says what is not counted.
fn tally(config: &Config, model: &mut Model, layers: &[Layer], notices: &mut Vec<Notice>) {
    if !counts::is_known(config) {
        notices.push(Notice::UnknownArchitecture(config.model_type().to_owned()));
    }
    let counted = counts::count(config, model, layers);
    let vision = vision::count(config, model.hidden_size);
    if vision.is_none() {
        notices.push(Notice::NotCounted("vision_config"));
    }
    for part in ["audio_config", "talker_config"] {
        if config.part(part).is_some() {
            notices.push(Notice::NotCounted(part));
        }
    }
    let keys = ["num_nextn_predict_layers", "mtp_num_hidden_layers", "num_mtp_modules"];
    if let Some(layers) =
        config.get(&keys).and_then(Value::whole).filter(|layers| (1..1_000).contains(layers))
    {
        notices.push(Notice::PredictionLayers(layers as u32));
    }
    if config.is_multimodal() && config.model_type() == config.whole_type() {
        notices
            .push(Notice::Assumed { field: "text_config.model_type", value: config.whole_type().to_owned() });
    }
    let embedding = u64::from(model.vocab_size) * u64::from(model.hidden_size);
    let whole = |count: u128| u64::try_from(count).unwrap_or(u64::MAX);
    model.parameters = Parameters {
        total: Some(whole(counted.total).saturating_add(vision.unwrap_or(0))),
        active: Some(whole(counted.active)),
        embedding: Some(embedding),
        lm_head: Some(if model.tied_embeddings { 0 } else { embedding }),
        routed_experts: Some(whole(counted.routed)),
        vision: Some(vision.unwrap_or(0)),
        published_total_b: None,
        published_active_b: None,
    };
}
