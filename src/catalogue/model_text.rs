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

use super::Text;
use super::model::{
    Attention, AttentionKind, CompressedLayers, KvHeads, LinearLayer, Mla, Model, Moe, NativeDtype,
    Parameters, SparseIndexer,
};
use crate::units::Date;

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
    let counts = [
        counts.total,
        counts.active,
        counts.embedding,
        counts.lm_head,
        counts.routed_experts,
        counts.vision,
    ];
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
    let mut reader = Reader { whole: text.len(), rest, failed: None };
    let model = reader.model();
    match reader.failed {
        Some(error) => Err(error),
        None => Ok(model),
    }
}

/// A text that is read from its start; the first mistake is kept and everything after it is empty.
struct Reader<'a> {
    whole: usize,
    rest: &'a str,
    failed: Option<ModelTextError>,
}

impl Reader<'_> {
    /// The items of a field, as many as there may be; all unknown when the field is not next.
    fn items<const N: usize>(&mut self, letter: char) -> [Option<u64>; N] {
        let mut items = [None; N];
        let mut at = 0;
        self.each(letter, &mut |number| {
            let place = items.get_mut(at);
            at += 1;
            place.map(|place| *place = number).is_some()
        });
        items
    }

    /// Hands over each item of the field if it is next; an item that is not taken is a mistake.
    fn each(&mut self, letter: char, take: &mut dyn FnMut(Option<u64>) -> bool) {
        let Some(mut rest) = self.rest.strip_prefix(letter) else { return };
        loop {
            let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
            let (number, after) = rest.split_at(digits);
            let limit = match letter {
                'p' => 1 << 46,
                'x' => 1 << 31,
                // products of dimensions must stay far from overflow
                _ => 1 << 24,
            };
            let number = if digits == 0 { Some(None) } else { number.parse().ok().map(Some) };
            let number = number.filter(|number| number.is_none_or(|number| number < limit));
            if !number.is_some_and(&mut *take) {
                return self.fail(ModelTextError::Unreadable(self.whole - rest.len()));
            }
            self.rest = after;
            match after.strip_prefix('.') {
                Some(next) => rest = next,
                None => return,
            }
        }
    }

    fn fail(&mut self, error: ModelTextError) {
        self.failed = self.failed.or(Some(error));
        self.rest = "";
    }

    fn one(&mut self, letter: char) -> Option<u32> {
        let [number] = self.items(letter);
        number.map(|number| number as u32)
    }

    fn need(&mut self, letter: char, field: &'static str) -> u32 {
        let number = self.one(letter).filter(|number| *number > 0);
        if number.is_none() {
            self.fail(ModelTextError::Missing(field));
        }
        number.unwrap_or_default()
    }

    /// Numbers of which the first tells whether there is such a thing.
    fn numbers<const N: usize>(&mut self, letter: char) -> Option<[u32; N]> {
        let items: [Option<u64>; N] = self.items(letter);
        items.first().copied().flatten()?;
        Some(items.map(|item| item.unwrap_or_default() as u32))
    }

    fn model(&mut self) -> Model {
        let layers = self.need('l', "layers");
        let hidden_size = self.need('h', "hidden_size");
        let attention_heads = self.need('a', "attention_heads");
        let kv_heads = self.need('k', "kv_heads");
        let (head_dim, intermediate_size) = (self.one('d'), self.one('f'));
        let vocab_size = self.need('v', "vocab_size");
        let tied_embeddings = self.one('t').is_some();
        let (moe, attention) = (self.moe(), self.attention());
        let max_context = self.one('x');
        let native_dtype = self.one('y').map_or(Some(&NativeDtype::Bf16), |at| DTYPES.get(at as usize));
        if native_dtype.is_none() {
            self.fail(ModelTextError::Unreadable(self.whole - self.rest.len()));
        }
        let [total, active, embedding, lm_head, routed_experts, vision] = self.items('p');
        Model {
            id: Text::Borrowed(OWN),
            hf_id: self.name().into(),
            family: Text::Borrowed(""),
            parameters: Parameters {
                total,
                active,
                embedding,
                lm_head,
                routed_experts,
                vision,
                published_total_b: None,
                published_active_b: None,
            },
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
            native_dtype: native_dtype.copied().unwrap_or_default(),
            licence: None,
            notes: None,
            unverified: Text::Borrowed(""),
            source: Text::Borrowed(""),
            as_of: Date::EPOCH,
        }
    }

    fn moe(&mut self) -> Option<Moe> {
        let items: [Option<u64>; 8] = self.items('m');
        let [experts, active, width, rest @ ..] = items.map(|item| item.map(|number| number as u32));
        let [shared_experts, shared_intermediate_size, first_dense_layers, moe_layers, latent_size] = rest;
        Some(Moe {
            experts: experts?,
            active_experts: active.unwrap_or_default(),
            intermediate_size: width.unwrap_or_default(),
            shared_experts,
            shared_intermediate_size,
            first_dense_layers,
            moe_layers,
            latent_size,
        })
    }

    fn attention(&mut self) -> Attention {
        let kind = self.one('q').map_or(Some(&AttentionKind::Gqa), |at| KINDS.get(at as usize));
        if kind.is_none() {
            self.fail(ModelTextError::Unreadable(self.whole - self.rest.len()));
        }
        let full_layers = self.one('u').unwrap_or_default();
        let [sliding, window] = self.items('s').map(|item| item.map(|number| number as u32));
        let (linear_layers, linear) = self.linear();
        let [kv, query, nope, rope, value] = self.items('c').map(|item| item.map(|number| number as u32));
        let mla = kv.map(|kv_lora_rank| Mla {
            kv_lora_rank,
            q_lora_rank: query,
            qk_nope_head_dim: nope.unwrap_or_default(),
            qk_rope_head_dim: rope.unwrap_or_default(),
            v_head_dim: value.unwrap_or_default(),
        });
        let global = self.numbers('g').map(|[kv_heads, head_dim]| KvHeads { kv_heads, head_dim });
        let (value_head_dim, key_is_value) = (self.one('b'), self.one('e').is_some());
        let sparse = self.numbers('i');
        let sparse = sparse.map(|[top_k, head_dim, heads]| SparseIndexer { top_k, head_dim, heads });
        let mut groups = Vec::new();
        self.each('r', &mut |number| {
            groups.push(number.unwrap_or_default() as u32);
            true
        });
        let pairs = groups.chunks_exact(2).map(|pair| CompressedLayers { layers: pair[0], ratio: pair[1] });
        Attention {
            kind: kind.copied().unwrap_or_default(),
            full_layers,
            sliding_layers: sliding.unwrap_or_default(),
            sliding_window: window,
            linear_layers,
            linear,
            mla,
            global,
            value_head_dim,
            key_is_value,
            sparse,
            compressed: pairs.collect(),
            shared_kv_layers: self.one('o').unwrap_or_default(),
        }
    }

    fn linear(&mut self) -> (u32, Option<LinearLayer>) {
        let items: [Option<u64>; 7] = self.items('n');
        let [layers, kind, a, b, c, d, e] = items.map(|item| item.unwrap_or_default() as u32);
        let linear = match kind {
            1 => LinearLayer::DeltaNet { key_heads: a, value_heads: b, key_dim: c, value_dim: d, conv: e },
            2 => LinearLayer::Mamba2 { heads: a, head_dim: b, state: c, groups: d, conv: e },
            3 => LinearLayer::Mamba1 { expand: a, state: b, dt_rank: c, conv: d },
            _ => return (layers, None),
        };
        (layers, Some(linear))
    }

    /// The name, which ends the text.
    fn name(&mut self) -> String {
        let Some(name) = self.rest.strip_prefix(',') else {
            self.fail(ModelTextError::Unreadable(self.whole - self.rest.len()));
            return String::new();
        };
        let mut bytes = Vec::with_capacity(name.len());
        let mut at = 0;
        while let Some(byte) = name.as_bytes().get(at) {
            let hex = || u8::from_str_radix(name.get(at + 1..at + 3)?, 16).ok();
            let read = match byte {
                b'~' => Some(b'/'),
                b'*' => hex(),
                byte => Some(*byte).filter(|byte| byte.is_ascii_alphanumeric() || b"-._".contains(byte)),
            };
            let Some(read) = read else {
                self.fail(ModelTextError::Unreadable(self.whole - name.len() + at));
                return String::new();
            };
            bytes.push(read);
            at += if *byte == b'*' { 3 } else { 1 };
        }
        String::from_utf8_lossy(&bytes).into_owned()
    }
}
