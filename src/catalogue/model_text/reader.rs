//! Reads the text of a model from left to right.

use super::super::Text;
use super::super::model::{
    Attention, AttentionKind, CompressedLayers, KvHeads, LinearLayer, Mla, Model, Moe, NativeDtype,
    Parameters, SparseIndexer,
};
use super::{DTYPES, KINDS, ModelTextError, OWN};
use crate::units::{Date, number};

/// A text that is read from its start; the first mistake is kept and everything after it is empty.
pub(super) struct Reader<'a> {
    /// Bytes of the whole text.
    pub whole: usize,
    /// What is not read yet.
    pub rest: &'a str,
    /// The first mistake.
    pub failed: Option<ModelTextError>,
}

impl Reader<'_> {
    /// The model, unless there is a mistake.
    pub fn read(mut self) -> Result<Model, ModelTextError> {
        let model = self.model();
        match self.failed {
            Some(error) => Err(error),
            None => Ok(model),
        }
    }

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
            let hex = || u8::try_from(number::hexadecimal(name.get(at + 1..at + 3)?)?).ok();
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
