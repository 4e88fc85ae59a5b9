//! The row of an open-weight model: the facts that size its memory and its work, each with a source and a date.
//!
//! A row records what a published configuration says and nothing derived from it: bytes, tokens per second and
//! "fits" are the engine's. What no source states is `None`, and stays unknown until the engine says what it assumed.

use std::borrow::Cow;

use crate::units::Date;

/// Text that is static in the compiled catalogue and owned in an imported model.
pub type Text = Cow<'static, str>;

/// One open-weight model.
#[derive(Clone, Debug, PartialEq)]
pub struct Model {
    /// Stable id of the catalogue, such as `llama-3.3-70b`; used in links.
    pub id: Text,
    /// Repository id `organisation/name` of the reference checkpoint.
    pub hf_id: Text,
    /// Family under which the picker lists it, such as `Qwen 3 MoE`.
    pub family: Text,
    /// Parameter counts.
    pub parameters: Parameters,
    /// Number of layers of the main model (multi-token-prediction layers are not counted).
    pub layers: u32,
    /// Width of the residual stream.
    pub hidden_size: u32,
    /// Query heads per attention layer.
    pub attention_heads: u32,
    /// Key/value heads per attention layer (of the sliding layers where `attention.global` is set).
    pub kv_heads: u32,
    /// Width of one head; `None` for MLA, whose widths are in `attention.mla`.
    pub head_dim: Option<u32>,
    /// Inner width of a dense feed-forward layer; `None` when every layer is MoE or when it varies per layer.
    pub intermediate_size: Option<u32>,
    /// Vocabulary rows of the embedding.
    pub vocab_size: u32,
    /// Whether the output head shares the embedding matrix.
    pub tied_embeddings: bool,
    /// Mixture of experts, if it is one.
    pub moe: Option<Moe>,
    /// What the layers do about context.
    pub attention: Attention,
    /// Longest context of the configuration, in tokens.
    pub max_context: Option<u32>,
    /// Number format of the published checkpoint.
    pub native_dtype: NativeDtype,
    /// Licence, only where a source states it.
    pub licence: Option<Text>,
    /// What to know about the row, in one sentence.
    pub notes: Option<Text>,
    /// Names of the fields that no second source confirms, comma-separated; empty when all are.
    pub unverified: Text,
    /// Where the dimensions come from.
    pub source: Text,
    /// Day of the source.
    pub as_of: Date,
}

/// Parameter counts of a model. The exact ones come from instantiating the architecture.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Parameters {
    /// All parameters, vision tower included.
    pub total: Option<u64>,
    /// Parameters that one token passes through, embedding and head included.
    pub active: Option<u64>,
    /// Input embedding.
    pub embedding: Option<u64>,
    /// Output head; zero when it is tied to the embedding.
    pub lm_head: Option<u64>,
    /// All routed experts of all layers.
    pub routed_experts: Option<u64>,
    /// Vision (or audio) tower and projector.
    pub vision: Option<u64>,
    /// Total in billions as the publisher rounds it.
    pub published_total_b: Option<f64>,
    /// Active in billions as the publisher rounds it.
    pub published_active_b: Option<f64>,
}

/// Mixture-of-experts layers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Moe {
    /// Routed experts per MoE layer.
    pub experts: u32,
    /// Routed experts per token.
    pub active_experts: u32,
    /// Inner width of one routed expert.
    pub intermediate_size: u32,
    /// Experts that every token passes through.
    pub shared_experts: Option<u32>,
    /// Inner width of all shared experts together, where the configuration states it.
    pub shared_intermediate_size: Option<u32>,
    /// Dense layers before the first MoE layer.
    pub first_dense_layers: Option<u32>,
    /// Number of MoE layers, where the configuration lists them; otherwise the engine derives it.
    pub moe_layers: Option<u32>,
    /// Width that routed experts work in, where it is not the hidden size.
    pub latent_size: Option<u32>,
}

/// How the layers keep context. `full + sliding + linear + compressed` may be less than `layers`: the rest have
/// no token mixer (a feed-forward layer of its own, or attention removed by architecture search).
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Attention {
    /// Sharing of key/value heads.
    pub kind: AttentionKind,
    /// Layers whose cache grows with every token.
    pub full_layers: u32,
    /// Layers whose cache stops at `sliding_window` tokens (or at a chunk of that size).
    pub sliding_layers: u32,
    /// Window of the sliding layers, tokens.
    pub sliding_window: Option<u32>,
    /// Layers with a recurrent state of fixed size.
    pub linear_layers: u32,
    /// The state of those layers.
    pub linear: Option<LinearLayer>,
    /// Ranks of multi-head latent attention.
    pub mla: Option<Mla>,
    /// Key/value heads of the full layers where they differ from those of the sliding layers.
    pub global: Option<KvHeads>,
    /// Width of a value head where it is not that of a key head.
    pub value_head_dim: Option<u32>,
    /// Whether the full layers use one projection for keys and values (weights only; the cache holds both).
    pub key_is_value: bool,
    /// Sparse attention: each token attends to `top_k` others chosen by an indexer.
    pub sparse: Option<SparseIndexer>,
    /// Layers that keep one entry per `ratio` tokens beside a sliding window, grouped by ratio.
    pub compressed: Cow<'static, [CompressedLayers]>,
    /// Layers that reuse another layer's cache and keep none.
    pub shared_kv_layers: u32,
}

/// Sharing of key/value heads among query heads.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum AttentionKind {
    /// One key/value head per query head.
    Mha,
    /// One key/value head per group of query heads.
    #[default]
    Gqa,
    /// One key/value head for all.
    Mqa,
    /// Multi-head latent attention: one compressed vector per token.
    Mla,
}

/// Ranks and widths of multi-head latent attention.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Mla {
    /// Rank of the compressed key/value vector.
    pub kv_lora_rank: u32,
    /// Rank of the compressed query; `None` when queries are not compressed.
    pub q_lora_rank: Option<u32>,
    /// Width of the part of a query/key head without position.
    pub qk_nope_head_dim: u32,
    /// Width of the part with position, shared by all heads.
    pub qk_rope_head_dim: u32,
    /// Width of a value head.
    pub v_head_dim: u32,
}

/// A count of key/value heads and their width.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct KvHeads {
    /// Heads.
    pub kv_heads: u32,
    /// Width of one.
    pub head_dim: u32,
}

/// The indexer of sparse attention.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SparseIndexer {
    /// Tokens (or compressed entries) that each token attends to.
    pub top_k: u32,
    /// Width of the indexer's key, one per token and layer.
    pub head_dim: u32,
    /// Indexer heads.
    pub heads: u32,
}

/// Layers whose cache keeps one entry per `ratio` tokens.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CompressedLayers {
    /// How many layers.
    pub layers: u32,
    /// Tokens per entry.
    pub ratio: u32,
}

/// A layer with a recurrent state instead of a cache.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LinearLayer {
    /// Gated delta rule (Qwen3-Next class) and Kimi delta attention.
    DeltaNet {
        /// Key heads.
        key_heads: u32,
        /// Value heads; the state is `value_heads × key_dim × value_dim`.
        value_heads: u32,
        /// Width of a key head.
        key_dim: u32,
        /// Width of a value head.
        value_dim: u32,
        /// Taps of the short convolution.
        conv: u32,
    },
    /// Mamba-2; the state is `heads × head_dim × state`.
    Mamba2 {
        /// Heads.
        heads: u32,
        /// Width of one head.
        head_dim: u32,
        /// State size per channel.
        state: u32,
        /// Groups that share B and C.
        groups: u32,
        /// Taps of the short convolution.
        conv: u32,
    },
    /// Mamba-1; the state is `expand·hidden × state`.
    Mamba1 {
        /// Inner width as a multiple of the hidden size.
        expand: u32,
        /// State size per channel.
        state: u32,
        /// Rank of the time-step projection.
        dt_rank: u32,
        /// Taps of the short convolution.
        conv: u32,
    },
}

/// Number format of a published checkpoint.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum NativeDtype {
    /// 32-bit floats.
    Fp32,
    /// bfloat16.
    #[default]
    Bf16,
    /// IEEE half.
    Fp16,
    /// 8-bit floats in the linear layers.
    Fp8,
    /// 8-bit integers in the linear layers.
    Int8,
    /// 4-bit integers in the linear layers (AWQ, GPTQ).
    Int4,
    /// MXFP4 in the routed experts, 16 bit elsewhere.
    Mxfp4Experts,
    /// 4-bit integers in the routed experts, 16 bit elsewhere.
    Int4Experts,
    /// NVFP4 in the linear layers.
    Nvfp4,
}
