//! A model's shape as text that fits into a link: `1l80h8192a64k8d128f28672v128256u80x131072p70553706496,me~mine`.
//!
//! ```text
//! text  = "1" field* "," name      the version, the fields in the order of the table below, the name
//! field = letter item ("." item)*  items are whole numbers; an empty one is unknown, empty ones at the end are left out
//! name  = A–Z a–z 0–9 - . _ as they are, "/" as "~", every other byte as "*" and two hexadecimal digits
//! ```
//!
//! | field | items |
//! |---|---|
//! | `l` `h` `a` `k` `d` `f` `v` | layers, hidden size, heads, key/value heads, head width, feed-forward width, vocabulary |
//! | `t` | 1: the head shares the embedding |
//! | `m` | experts, active, width, shared, shared width, first dense layers, MoE layers, latent width |
//! | `q` | attention: 0 MHA, 2 MQA, 3 MLA; left out for GQA |
//! | `u`, `s` | full layers; sliding layers, window |
//! | `n` | linear layers, 1 DeltaNet / 2 Mamba-2 / 3 Mamba-1, its dimensions in the order of [`LinearLayer`] |
//! | `c` | MLA: key/value rank, query rank, width without position, with position, of a value |
//! | `g`, `b`, `e` | heads and width of the full layers; width of a value; 1: key is value |
//! | `i` | sparse attention: tokens, width, heads of the indexer |
//! | `r` | compressed layers, tokens per entry, and so on for each group |
//! | `o`, `x`, `y` | layers without a cache of their own; longest context; number format |
//! | `p` | parameters: total, active, embedding, head, routed experts, vision |
//!
//! The same model gives the same text, and only characters that nothing re-encodes in a link are written. Reading is
//! total. What a link does not need is not kept: family, licence, notes.
//!
//! ```
//! use llm_breakeven::catalogue::{Catalogue, model_text};
//! let model = Catalogue::builtin().model("llama-3.3-70b").unwrap();
//! let text = model_text::encode(model);
//! assert!(text.len() < 150, "{text}");
//! let back = model_text::decode(&text).unwrap();
//! assert_eq!((back.parameters.total, &back.hf_id), (model.parameters.total, &model.hf_id));
//! assert_eq!(model_text::decode("1h4096,mine"), Err(model_text::ModelTextError::Missing("layers")));
//! ```

mod reader;

use super::model::{Attention, AttentionKind, LinearLayer, Model, NativeDtype};
use reader::Reader;

/// Longest text that is read.
pub const MAX_LENGTH: usize = 400;

/// Longest name that is written, in characters of the text.
const MAX_NAME: usize = 64;

/// Id of a model that was read from such a text.
pub const OWN: &str = "own";

/// Why a text is no model.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ModelTextError {
    /// Longer than [`MAX_LENGTH`].
    TooLong,
    /// It does not begin with the version that is understood.
    Version,
    /// Not understood from this byte on.
    Unreadable(usize),
    /// A field without which there is no model.
    Missing(&'static str),
}

/// Attention kinds by their number.
const KINDS: [AttentionKind; 4] =
    [AttentionKind::Mha, AttentionKind::Gqa, AttentionKind::Mqa, AttentionKind::Mla];

/// Number formats by their number.
const DTYPES: [NativeDtype; 9] = [
    NativeDtype::Fp32,
    NativeDtype::Bf16,
    NativeDtype::Fp16,
    NativeDtype::Fp8,
    NativeDtype::Int8,
    NativeDtype::Int4,
    NativeDtype::Mxfp4Experts,
    NativeDtype::Int4Experts,
    NativeDtype::Nvfp4,
];

/// The text of a model.
#[must_use]
pub fn encode(model: &Model) -> String {
    let mut text = Writer { text: "1".to_owned() };
    let some = |number: u32| Some(u64::from(number));
    let any = |number: Option<u32>| number.map(u64::from);
    let positive = |number: u32| some(number).filter(|number| *number > 0);
    text.field('l', &[some(model.layers)]);
    text.field('h', &[some(model.hidden_size)]);
    text.field('a', &[some(model.attention_heads)]);
    text.field('k', &[some(model.kv_heads)]);
    text.field('d', &[any(model.head_dim)]);
    text.field('f', &[any(model.intermediate_size)]);
    text.field('v', &[some(model.vocab_size)]);
    text.field('t', &[positive(model.tied_embeddings.into())]);
    if let Some(moe) = model.moe {
        let shared = [moe.shared_experts, moe.shared_intermediate_size, moe.first_dense_layers];
        let [shared, shared_width, dense] = shared.map(any);
        let sizes = [some(moe.experts), some(moe.active_experts), some(moe.intermediate_size)];
        let rest = [shared, shared_width, dense, any(moe.moe_layers), any(moe.latent_size)];
        text.field('m', &[&sizes[..], &rest].concat());
    }
    attention(&mut text, &model.attention);
    text.field('x', &[any(model.max_context)]);
    let dtype = DTYPES.iter().position(|dtype| *dtype == model.native_dtype);
    text.field('y', &[dtype.map(|at| at as u64).filter(|_| model.native_dtype != NativeDtype::Bf16)]);
    let counts = &model.parameters;
    let counts =
        [counts.total, counts.active, counts.embedding, counts.lm_head, counts.routed_experts, counts.vision];
    text.field('p', &counts);
    text.name(&model.hf_id);
    text.text
}

fn attention(text: &mut Writer, attention: &Attention) {
    let some = |number: u32| Some(u64::from(number));
    let any = |number: Option<u32>| number.map(u64::from);
    let positive = |number: u32| some(number).filter(|number| *number > 0);
    let kind = KINDS.iter().position(|kind| *kind == attention.kind);
    text.field('q', &[kind.map(|at| at as u64).filter(|_| attention.kind != AttentionKind::Gqa)]);
    text.field('u', &[positive(attention.full_layers)]);
    text.field('s', &[positive(attention.sliding_layers), any(attention.sliding_window)]);
    let linear = match attention.linear {
        None => Vec::new(),
        Some(LinearLayer::DeltaNet { key_heads, value_heads, key_dim, value_dim, conv }) => {
            vec![1, key_heads, value_heads, key_dim, value_dim, conv]
        }
        Some(LinearLayer::Mamba2 { heads, head_dim, state, groups, conv }) => {
            vec![2, heads, head_dim, state, groups, conv]
        }
        Some(LinearLayer::Mamba1 { expand, state, dt_rank, conv }) => vec![3, expand, state, dt_rank, conv],
    };
    let mut items = vec![positive(attention.linear_layers)];
    items.extend(linear.into_iter().map(some));
    text.field('n', &items);
    if let Some(mla) = attention.mla {
        let [nope, rope, value] = [mla.qk_nope_head_dim, mla.qk_rope_head_dim, mla.v_head_dim].map(some);
        text.field('c', &[some(mla.kv_lora_rank), any(mla.q_lora_rank), nope, rope, value]);
    }
    if let Some(global) = attention.global {
        text.field('g', &[some(global.kv_heads), some(global.head_dim)]);
    }
    text.field('b', &[any(attention.value_head_dim)]);
    text.field('e', &[positive(attention.key_is_value.into())]);
    if let Some(sparse) = attention.sparse {
        text.field('i', &[some(sparse.top_k), some(sparse.head_dim), some(sparse.heads)]);
    }
    let mut groups = Vec::new();
    for group in attention.compressed.iter() {
        groups.extend([some(group.layers), some(group.ratio)]);
    }
    text.field('r', &groups);
    text.field('o', &[positive(attention.shared_kv_layers)]);
}

/// A text under construction.
struct Writer {
    text: String,
}

impl Writer {
    /// A field; nothing when no item is known.
    fn field(&mut self, letter: char, items: &[Option<u64>]) {
        let known = items.iter().rposition(Option::is_some).map_or(0, |last| last + 1);
        for (at, item) in items.iter().take(known).enumerate() {
            self.text.push(if at == 0 { letter } else { '.' });
            if let Some(number) = item {
                self.text.push_str(&number.to_string());
            }
        }
    }

    fn name(&mut self, name: &str) {
        const HEX: &[u8; 16] = b"0123456789ABCDEF";
        self.text.push(',');
        let start = self.text.len();
        for letter in name.chars() {
            let before = self.text.len();
            let mut bytes = [0; 4];
            for byte in letter.encode_utf8(&mut bytes).bytes() {
                match byte {
                    b'/' => self.text.push('~'),
                    byte if byte.is_ascii_alphanumeric() || b"-._".contains(&byte) => {
                        self.text.push(char::from(byte));
                    }
                    byte => {
                        let digit = |value: u8| char::from(HEX[usize::from(value & 15)]);
                        self.text.extend(['*', digit(byte >> 4), digit(byte)]);
                    }
                }
            }
            if self.text.len() - start > MAX_NAME {
                self.text.truncate(before);
                return;
            }
        }
    }
}

/// The model of a text.
///
/// # Errors
/// Where the text stops being one, or what it lacks. That its dimensions make sense is for the engine to say.
pub fn decode(text: &str) -> Result<Model, ModelTextError> {
    if text.len() > MAX_LENGTH {
        return Err(ModelTextError::TooLong);
    }
    let rest = text.strip_prefix('1').ok_or(ModelTextError::Version)?;
    Reader { whole: text.len(), rest, failed: None }.read()
}
