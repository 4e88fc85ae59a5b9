//! A GGUF header as a model: its numbers under llama.cpp's names, its parameters from the tensors themselves.

use super::checkpoint::Checkpoint;
use super::hf_config::Imported;
use super::{ImportError, Notice};
use crate::catalogue::Text;
use crate::catalogue::model::{Attention, AttentionKind, Mla, Model, Moe, NativeDtype, Parameters};
use crate::catalogue::model_text::OWN;
use crate::engine::architecture::Architecture;
use crate::engine::invalid::{Invalid, Reason};
use crate::units::Date;

/// The numbers of a header, under names without the architecture in front.
struct Header<'a>(&'a Checkpoint);

impl Header<'_> {
    /// A whole number of the architecture.
    fn get(&self, name: &str) -> Option<u32> {
        let key = [&self.0.architecture, ".", name].concat();
        let (_, number) = self.0.figures.iter().find(|(known, _)| *known == key)?;
        // products of dimensions must stay far from overflow
        (number.fract() == 0.0 && (1.0..=f64::from(1 << 24)).contains(number)).then_some(*number as u32)
    }

    fn need(&self, field: &'static str, name: &str) -> Result<u32, Invalid> {
        self.get(name).ok_or(Invalid::new(field, Reason::Unknown))
    }
}

/// The model of a header.
///
/// # Errors
/// The dimension that is missing; and that a header does not state the state of recurrent layers in full.
pub fn model(checkpoint: &Checkpoint, name: &str) -> Result<Imported, ImportError> {
    let header = Header(checkpoint);
    if header.get("ssm.state_size").is_some() || header.get("ssm.conv_kernel").is_some() {
        return Err(Invalid::new("ssm", Reason::Unsupported).into());
    }
    let mut notices = Vec::new();
    let layers = header.need("block_count", "block_count")?;
    let hidden_size = header.need("embedding_length", "embedding_length")?;
    let attention_heads = header.need("attention.head_count", "attention.head_count")?;
    let vocabulary = checkpoint.embedding.map(|[rows, _]| rows.min(1 << 24) as u32);
    let vocab_size = vocabulary.or(header.get("vocab_size"));
    let vocab_size = vocab_size.ok_or(Invalid::new("vocab_size", Reason::Unknown))?;
    let kv_heads = header.get("attention.head_count_kv").unwrap_or_else(|| {
        let value = attention_heads.to_string();
        notices.push(Notice::Assumed { field: "attention.head_count_kv", value });
        attention_heads
    });
    let mla = mla(&header);
    let attention = attention(&header, layers, (attention_heads, kv_heads), mla, &mut notices);
    let embedding = u64::from(vocab_size) * u64::from(hidden_size);
    let model = Model {
        id: Text::Borrowed(OWN),
        hf_id: if checkpoint.name.is_empty() { name } else { &checkpoint.name }.to_owned().into(),
        family: checkpoint.architecture.clone().into(),
        parameters: Parameters {
            // the other files of a split one hold the rest
            total: checkpoint.parameters.filter(|_| !checkpoint.part),
            embedding: Some(embedding),
            lm_head: Some(if checkpoint.head { embedding } else { 0 }),
            routed_experts: Some(checkpoint.routed).filter(|routed| *routed > 0 && !checkpoint.part),
            ..Parameters::default()
        },
        layers,
        hidden_size,
        attention_heads,
        kv_heads: if mla.is_some() { attention_heads } else { kv_heads },
        head_dim: if mla.is_some() { None } else { header.get("attention.key_length") }
            .or_else(|| hidden_size.checked_div(attention_heads).filter(|_| mla.is_none())),
        intermediate_size: header.get("feed_forward_length"),
        vocab_size,
        tied_embeddings: !checkpoint.head,
        moe: moe(&header)?,
        attention,
        max_context: header.get("context_length"),
        native_dtype: format(checkpoint),
        licence: None,
        notes: None,
        unverified: Text::default(),
        source: Text::Borrowed("imported GGUF header"),
        as_of: Date::EPOCH,
    };
    Architecture::new(&model)?;
    Ok(Imported { model, notices })
}

fn moe(header: &Header) -> Result<Option<Moe>, Invalid> {
    let Some(experts) = header.get("expert_count") else { return Ok(None) };
    Ok(Some(Moe {
        experts,
        active_experts: header.need("expert_used_count", "expert_used_count")?,
        intermediate_size: header
            .get("expert_feed_forward_length")
            .or(header.get("feed_forward_length"))
            .ok_or(Invalid::new("expert_feed_forward_length", Reason::Unknown))?,
        shared_experts: header.get("expert_shared_count"),
        shared_intermediate_size: header.get("expert_shared_feed_forward_length"),
        first_dense_layers: header.get("leading_dense_block_count"),
        moe_layers: None,
        latent_size: None,
    }))
}

fn mla(header: &Header) -> Option<Mla> {
    let kv_lora_rank = header.get("attention.kv_lora_rank")?;
    let rope = header.get("rope.dimension_count").unwrap_or(64);
    // newer files state the widths of the compressed form beside those of the heads
    let key = header.get("attention.key_length_mla").or(header.get("attention.key_length")).unwrap_or(192);
    let value = header.get("attention.value_length_mla").or(header.get("attention.value_length"));
    Some(Mla {
        kv_lora_rank,
        q_lora_rank: header.get("attention.q_lora_rank"),
        qk_nope_head_dim: key.saturating_sub(rope).max(1),
        qk_rope_head_dim: rope,
        v_head_dim: value.unwrap_or(128),
    })
}

fn attention(
    header: &Header,
    layers: u32,
    (heads, kv_heads): (u32, u32),
    mla: Option<Mla>,
    notices: &mut Vec<Notice>,
) -> Attention {
    let window = header.get("attention.sliding_window").filter(|_| mla.is_none());
    // which layers have the window is known to llama.cpp, not to the file
    let every = match &*header.0.architecture {
        "gemma2" | "gpt-oss" => Some(2),
        "gemma3" => Some(6),
        "llama4" | "cohere2" => Some(4),
        _ => None,
    };
    let sliding = match (window, every) {
        (Some(_), Some(every)) => layers - layers / every,
        (Some(window), None) => {
            let value = format!("not used, although {window} is stated");
            notices.push(Notice::Assumed { field: "attention.sliding_window", value });
            0
        }
        _ => 0,
    };
    Attention {
        kind: match (mla, kv_heads) {
            (Some(_), _) => AttentionKind::Mla,
            (None, 1) => AttentionKind::Mqa,
            (None, kv) if kv == heads => AttentionKind::Mha,
            _ => AttentionKind::Gqa,
        },
        full_layers: layers - sliding,
        sliding_layers: sliding,
        sliding_window: window.filter(|_| sliding > 0),
        mla,
        ..Attention::default()
    }
}

/// The number format nearest to the mean bits of a weight.
fn format(checkpoint: &Checkpoint) -> NativeDtype {
    match checkpoint.bits() {
        Some(bits) if bits < 6.0 => NativeDtype::Int4,
        Some(bits) if bits < 12.0 => NativeDtype::Int8,
        Some(bits) if bits > 24.0 => NativeDtype::Fp32,
        _ => NativeDtype::Bf16,
    }
}
