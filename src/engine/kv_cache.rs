//! Bytes of context that one sequence keeps: *fixed bytes per sequence + bytes per token*, per kind of layer.
//!
//! ```text
//! MHA, GQA, MQA      2·KV·h·kvb                 per token and layer
//! MLA                (rank + rope)·kvb          per token and layer
//! sliding window     2·KV·h·kvb                 per token, at most `window` of them
//! linear, SSM        heads·k·v·4 B + taps       once per sequence and layer
//! compressed         h·kvb ÷ ratio              per token, beside a window
//! ```
//!
//! No single "bytes per token" exists for a hybrid model; ask for [`KvCache::bytes`] at a length.
//!
//! ```
//! use llm_breakeven::engine::kv_cache::{KvCache, Window};
//! // Gemma 3 27B in 16 bit: 10 full and 52 sliding layers of 16 heads × 128, window 1024
//! let cache = KvCache { per_token: 10.0 * 8192.0, windows: vec![Window { per_token: 52.0 * 8192.0, tokens: 1024.0 }],
//!                       per_sequence: 0.0, state: 0.0 };
//! assert!((cache.bytes(131_072.0) / 1_073_741_824.0 - 10.406).abs() < 1e-3); // GiB, not 81.4
//! ```

use super::architecture::Architecture;

/// Number format of the cache.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum KvFormat {
    /// 16 bit.
    #[default]
    Fp16,
    /// 8 bit.
    Fp8,
    /// llama.cpp's `q8_0`: 34 bytes per 32 elements.
    Q8_0,
    /// llama.cpp's `q4_0`: 18 bytes per 32 elements.
    Q4_0,
}

impl KvFormat {
    /// The format with this name in scenarios.
    #[must_use]
    pub fn from_key(key: &str) -> Option<Self> {
        match key {
            "fp16" => Some(Self::Fp16),
            "fp8" => Some(Self::Fp8),
            _ => None,
        }
    }

    /// Bytes per element.
    #[must_use]
    pub fn bytes(self) -> f64 {
        match self {
            Self::Fp16 => 2.0,
            Self::Fp8 => 1.0,
            Self::Q8_0 => 34.0 / 32.0,
            Self::Q4_0 => 18.0 / 32.0,
        }
    }
}

/// What one sequence keeps, as a function of its length.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct KvCache {
    /// Bytes per token of the layers that grow without bound.
    pub per_token: f64,
    /// Layers that stop growing.
    pub windows: Vec<Window>,
    /// Bytes per sequence whatever its length.
    pub per_sequence: f64,
    /// The part of `per_sequence` that is recurrent state.
    pub state: f64,
}

/// Layers whose cache stops growing at a window.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Window {
    /// Bytes per token of all those layers.
    pub per_token: f64,
    /// Tokens after which they stop.
    pub tokens: f64,
}

impl KvCache {
    /// The cache of a model in a format.
    #[must_use]
    pub fn new(architecture: &Architecture, format: KvFormat) -> Self {
        let mixers = &architecture.mixers;
        let element = format.bytes();
        let cached = mixers.full + mixers.sliding;
        let own = if cached > 0.0 { (cached - mixers.shared) / cached } else { 1.0 };
        // The indexer keeps 8-bit keys with a 32-bit scale, whatever the format of the cache.
        let indexer = if mixers.indexer_elements > 0.0 { mixers.indexer_elements + 4.0 } else { 0.0 };
        let entry = architecture.head_dim * element;
        let mut per_token = mixers.full * own * (mixers.full_elements * element + indexer);
        let mut windows = Vec::new();
        for &(layers, ratio) in &mixers.compressed {
            // Only finely compressed layers are searched, so only they carry indexer keys.
            let keys = if mixers.top_k.is_some() && ratio < 32.0 { indexer } else { 0.0 };
            per_token += layers * (entry + keys) / ratio;
            if mixers.window > 0.0 {
                windows.push(Window { per_token: layers * entry, tokens: mixers.window });
            }
        }
        if mixers.sliding > 0.0 {
            let bytes = if mixers.compressed.is_empty() { mixers.sliding_elements * element } else { entry };
            windows.push(Window { per_token: mixers.sliding * own * bytes, tokens: mixers.window });
        }
        let state = mixers.linear * mixers.state_bytes;
        Self { per_token, windows, per_sequence: state, state }
    }

    /// Bytes of a sequence of `tokens`.
    #[must_use]
    pub fn bytes(&self, tokens: f64) -> f64 {
        let tokens = tokens.max(0.0);
        let windows: f64 = self.windows.iter().map(|w| w.per_token * tokens.min(w.tokens)).sum();
        self.per_sequence + self.per_token * tokens + windows
    }

    /// Bytes per token while no window is full: the slope that engines without a hybrid cache manager pay always.
    #[must_use]
    pub fn uniform_per_token(&self) -> f64 {
        self.per_token + self.windows.iter().map(|w| w.per_token).sum::<f64>()
    }

    /// The longest sequence that fits into `bytes`, in whole tokens, at most `limit`; zero when none does.
    #[must_use]
    pub fn longest(&self, bytes: f64, limit: u32) -> u32 {
        if self.bytes(f64::from(limit)) <= bytes {
            return limit;
        }
        let (mut fits, mut too_long) = (0_u32, limit);
        while too_long - fits > 1 {
            let middle = fits + (too_long - fits) / 2;
            if self.bytes(f64::from(middle)) <= bytes {
                fits = middle;
            } else {
                too_long = middle;
            }
        }
        fits
    }
}

/// How vLLM lays the cache out in blocks, which decides the "GPU KV cache size" that it prints.
///
/// It reserves for each request of `max_model_len` tokens: full layers whole blocks of it; sliding layers
/// `min(window − 1 + batched tokens, max_model_len)` rounded up to blocks, plus one block; recurrent layers two
/// blocks each, a block being widened until one holds a whole state. It prints pool ÷ reservation × `max_model_len`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct VllmLayout {
    /// `--max-model-len`.
    pub max_model_len: f64,
    /// `--max-num-batched-tokens`.
    pub batched_tokens: f64,
    /// Tokens per block.
    pub block: f64,
}

impl VllmLayout {
    /// Bytes that one request of `max_model_len` reserves.
    #[must_use]
    pub fn reservation(&self, architecture: &Architecture, format: KvFormat) -> f64 {
        let cache = KvCache::new(architecture, format);
        let mixers = &architecture.mixers;
        let layer = mixers.full_elements * format.bytes();
        let recurrent = mixers.linear > 0.0 && layer > 0.0;
        // A block is widened until one full layer's part of it holds a recurrent layer's state.
        let block = if recurrent {
            self.block.max((mixers.state_bytes / layer / self.block).ceil() * self.block)
        } else {
            self.block
        };
        let blocks = |tokens: f64| (tokens / block).ceil() * block;
        let full = cache.per_token * blocks(self.max_model_len);
        let sliding: f64 = cache
            .windows
            .iter()
            .map(|w| {
                let kept = (w.tokens - 1.0 + self.batched_tokens).min(self.max_model_len);
                w.per_token * (blocks(kept) + block)
            })
            .sum();
        let states = if recurrent { 2.0 * mixers.linear * layer * block } else { cache.state };
        full + sliding + states
    }

    /// Tokens that vLLM prints for a pool of `bytes`.
    #[must_use]
    pub fn printed_tokens(&self, architecture: &Architecture, format: KvFormat, bytes: f64) -> f64 {
        bytes / self.reservation(architecture, format) * self.max_model_len
    }
}
