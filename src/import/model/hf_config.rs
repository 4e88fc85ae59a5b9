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
use super::layers::{FeedForward, Layer, layers};
use super::{ImportError, Notice, Unmodelled, attention, counts, family, number_format, vision};
use crate::catalogue::Text;
use crate::catalogue::model::{Attention, Model, Moe, Parameters};
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
    if let Some(kind) = family::refused(config) {
        return Err(ImportError::Unmodelled(kind, config.model_type().to_owned()));
    }
    let mut notices = config.assumed();
    let mut model = skeleton(config, name, &mut notices)?;
    let keys = ["num_hidden_layers", "n_layers", "n_layer", "num_layers"];
    let listed = whole(config, "num_hidden_layers", &keys)?;
    let out_of_range = Invalid::new("num_hidden_layers", Reason::OutOfRange { min: 1.0, max: 2_000.0 });
    // Refused before a list of that length is made.
    if listed.is_some_and(|layers| layers > 2_000) {
        return Err(out_of_range.into());
    }
    let layers = layers(config, listed, model.moe.is_some())
        .map_err(|name| ImportError::Unmodelled(Unmodelled::OtherLayers, name))?;
    if layers.is_empty() || layers.len() > 2_000 {
        return Err(out_of_range.into());
    }
    model.layers = layers.len() as u32;
    model.attention = attention::of(config, &model, &layers)?;
    if let Some(moe) = &mut model.moe {
        moe.moe_layers = Some(layers.iter().filter(|layer| layer.1 == FeedForward::Experts).count() as u32);
    }
    // Checks every dimension before any product of them is formed.
    Architecture::new(&model)?;
    tally(config, &mut model, &layers, &mut notices);
    Architecture::new(&model)?;
    Ok(Imported { model, notices })
}

pub(super) fn whole(config: &Config, field: &'static str, keys: &[&str]) -> Result<Option<u32>, Invalid> {
    config.whole(field, keys)
}

pub(super) fn need(config: &Config, field: &'static str, keys: &[&str]) -> Result<u32, Invalid> {
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
    let width = ["hidden_size", "d_model", "n_embd", "n_embed"];
    if config.get(&width).is_none() && config.get(&["vocab_size"]).is_none() {
        return Err(ImportError::NotOfThisKind);
    }
    let hidden_size = need(config, "hidden_size", &width)?;
    let attention_heads =
        need(config, "num_attention_heads", &["num_attention_heads", "n_heads", "n_head", "num_heads"])?;
    let kv_heads = kv_heads(config, attention_heads, notices)?;
    let head_dim = whole(config, "head_dim", &["head_dim", "attention_head_dim", "kv_channels"])?;
    let latent = whole(config, "kv_lora_rank", &["kv_lora_rank"])?.is_some();
    let head_dim = head_dim.filter(|width| *width > 0).or_else(|| {
        let derived = hidden_size.checked_div(attention_heads).filter(|w| w * attention_heads == hidden_size);
        derived.filter(|_| !latent)
    });
    let tied_embeddings = config.flag(&["tie_word_embeddings"]).unwrap_or_else(|| {
        let tied = family::tied_by_default(config);
        notices.push(Notice::Assumed { field: "tie_word_embeddings", value: tied.to_string() });
        tied
    });
    let max_context = whole(
        config,
        "max_position_embeddings",
        &["max_position_embeddings", "max_seq_len", "n_positions", "seq_length", "max_sequence_length"],
    )?;
    // where both are stated, the larger one is meant; tokenisers write absurd ones
    let length = config.get(&["model_max_length"]).and_then(Value::whole).filter(|length| *length <= 1 << 24);
    let max_context = max_context.max(length.map(|length| length as u32));
    let (native_dtype, assumed) = number_format::of(config);
    notices.extend(assumed.map(Notice::Format));
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
        native_dtype,
        licence: None,
        notes: None,
        unverified: Text::default(),
        source: Text::Borrowed("imported config.json"),
        as_of: Date::EPOCH,
    })
}

fn kv_heads(config: &Config, heads: u32, notices: &mut Vec<Notice>) -> Result<u32, Invalid> {
    let multi = config.flag(&["multi_query"]) == Some(true);
    // Falcon's first generation also states a number that does not count.
    let first = config.model_type() == "falcon" && config.flag(&["new_decoder_architecture"]) != Some(true);
    if multi && first {
        return Ok(1);
    }
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
    if multi && config.flag(&["new_decoder_architecture"]) != Some(true) {
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
        (None, "falcon" | "gpt2" | "gpt-sw3" | "bloom" | "gpt_bigcode" | "gptj" | "gpt_neo" | "codegen") => {
            Some(hidden.saturating_mul(4))
        }
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
        "moe_k",
    ];
    let active_experts = need(config, "num_experts_per_tok", &keys)?;
    let keys = ["moe_intermediate_size", "expert_intermediate_size", "intermediate_size"];
    let llama4 = config.model_type() == "llama4_text";
    let intermediate_size = need(config, "moe_intermediate_size", &keys)?;
    let keys = [
        "shared_expert_intermediate_size",
        "moe_shared_expert_intermediate_size",
        "share_expert_dim",
        "shared_intermediate_size",
    ];
    let shared = whole(config, "shared_expert_intermediate_size", &keys)?;
    let keys = ["n_shared_experts", "num_shared_experts", "moe_num_shared_experts", "num_shared_expert"];
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

/// Counts the parameters and says what is not counted.
fn tally(config: &Config, model: &mut Model, layers: &[Layer], notices: &mut Vec<Notice>) {
    if !family::is_known(config) {
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
        embedding: Some(embedding.saturating_add(whole(counts::layer_embedding(config, model.layers)))),
        lm_head: Some(if model.tied_embeddings { 0 } else { embedding }),
        routed_experts: Some(whole(counted.routed)),
        vision: Some(vision.unwrap_or(0)),
        published_total_b: None,
        published_active_b: None,
    };
}
