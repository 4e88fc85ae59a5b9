//! Does it fit: weights, workspace and cache of one GPU against its memory.
//!
//! With tensor parallelism `t`, pipeline stages `p`, attention-data-parallel groups `a`, per GPU:
//!
//! ```text
//! W      = the fullest stage: its layers' attention/(t/a) + dense/(t/a) + experts/t, and (embedding or head)/t
//!          each part as its format stores it; where the size of all is known, each part × known ÷ computed
//! ws     = 3.0 GB (+2 GB with experts; half on cards below 30 GB)      context, graphs, activations
//!          llama.cpp: 0.5 GB + logits and hidden states of one physical batch
//! vLLM, SGLang      cache = u·M − W − ws        u is a share of all memory
//! TensorRT-LLM      cache = u·(M − W − ws)      u is a share of what weights leave free
//! B_max  = a·cache·shards·p ÷ bytes(x)          x = s+o without eviction (TensorRT-LLM), s+o/2 with it
//! fits   ⇔ B_max ≥ a                           every attention group holds one sequence
//! ```
//!
//! A worked example: Llama 3 70B in 16 bit (141.1 GB) on one H100.
//!
//! ```
//! // 85.9 GB × 0.9 − 141.1 GB − 3 GB: it misses by 66.8 GB before the first token of context
//! let missing: f64 = 141.1 + 3.0 - 85.9 * 0.9;
//! assert!((missing - 66.79).abs() < 0.01);
//! ```

use super::accelerator::Accelerator;
use super::architecture::Architecture;
use super::constants::Constants;
use super::invalid::{Invalid, Reason, count, within};
use super::kv_cache::{KvCache, KvFormat};
use super::weight_format::{WeightBytes, WeightFormat};
use crate::units::Bytes;

/// Software that serves the model.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Engine {
    /// vLLM (and engines with its scheduler).
    #[default]
    Vllm,
    /// SGLang.
    Sglang,
    /// TensorRT-LLM.
    TensorRtLlm,
    /// llama.cpp.
    LlamaCpp,
    /// Hugging Face transformers: eager Python, one batch at a time.
    Transformers,
}

impl Engine {
    /// The engine with this name in scenarios.
    #[must_use]
    pub fn from_key(key: &str) -> Option<Self> {
        match key {
            "vllm" => Some(Self::Vllm),
            "sglang" => Some(Self::Sglang),
            "trtllm" => Some(Self::TensorRtLlm),
            "llamacpp" => Some(Self::LlamaCpp),
            _ => None,
        }
    }
}

/// How one replica spreads over GPUs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Parallel {
    /// GPUs per stage, TP.
    pub tensor: u32,
    /// Stages, PP.
    pub pipeline: u32,
    /// Groups of a stage that attend to different sequences.
    pub attention_data: u32,
    /// Groups of a stage that hold different experts, EP; those of a group share each of its experts.
    pub expert_groups: u32,
}

impl Parallel {
    /// One GPU.
    pub const SINGLE: Self = Self::of(1, 1);

    /// `tensor` GPUs in each of `pipeline` stages.
    #[must_use]
    pub const fn of(tensor: u32, pipeline: u32) -> Self {
        Self { tensor, pipeline, attention_data: 1, expert_groups: 1 }
    }

    /// GPUs of one replica.
    #[must_use]
    pub const fn gpus(self) -> u32 {
        self.tensor * self.pipeline
    }

    /// Whether a model can be split this way: TP divides heads, vocabulary and expert width, and divides or is
    /// divided by the key/value heads; there is a layer for each stage; attention and expert groups divide TP.
    ///
    /// # Errors
    /// The degree to change and the dimension it does not divide.
    pub fn check(self, architecture: &Architecture) -> Result<(), Invalid> {
        count("tp", self.tensor, 1, 1_024)?;
        count("pp", self.pipeline, 1, architecture.layers as u32)?;
        count("attention_dp", self.attention_data, 1, self.tensor)?;
        if !self.tensor.is_multiple_of(self.attention_data) {
            return Err(Invalid::new("attention_dp", Reason::MustDivide { dimension: self.tensor }));
        }
        count("ep", self.expert_groups, 1, self.tensor)?;
        if !self.tensor.is_multiple_of(self.expert_groups) {
            return Err(Invalid::new("ep", Reason::MustDivide { dimension: self.tensor }));
        }
        let tensor = self.tensor / self.attention_data;
        let divides = |dimension: u32| dimension.is_multiple_of(tensor);
        for dimension in [architecture.heads, architecture.vocab] {
            if !divides(dimension) {
                return Err(Invalid::new("tp", Reason::MustDivide { dimension }));
            }
        }
        let kv_heads = architecture.kv_heads;
        if architecture.mixers.mla.is_none() && !divides(kv_heads) && !tensor.is_multiple_of(kv_heads) {
            return Err(Invalid::new("tp", Reason::MustDivide { dimension: kv_heads }));
        }
        Ok(())
    }
}

/// What runs on a replica.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Serving {
    /// Software.
    pub engine: Engine,
    /// Format of the weights.
    pub weights: WeightFormat,
    /// Format of the cache.
    pub cache: KvFormat,
    /// Spread.
    pub parallel: Parallel,
    /// Share of memory that the engine may use; the engine's default when `None`.
    pub memory_share: Option<f64>,
    /// Most sequences at once; the engine's default when `None`.
    pub max_sequences: Option<u32>,
    /// Whether attention avoids materialising its scores. Every engine does by default; llama.cpp can be told not to.
    pub flash_attention: bool,
    /// Size of the weights as they are stored, where it is known: the components are scaled to it.
    pub weight_size: Option<Bytes>,
}

impl Serving {
    /// An engine with its own defaults.
    #[must_use]
    pub const fn new(engine: Engine, weights: WeightFormat, cache: KvFormat, parallel: Parallel) -> Self {
        Self {
            engine,
            weights,
            cache,
            parallel,
            memory_share: None,
            max_sequences: None,
            flash_attention: true,
            weight_size: None,
        }
    }

    /// Bytes of the weights by component.
    #[must_use]
    pub fn weight_bytes(&self, architecture: &Architecture) -> WeightBytes {
        let bytes = self.weights.weights(architecture);
        self.weight_size.map_or(bytes, |known| bytes.scaled(known.value() / bytes.total()))
    }

    /// Share of memory that the engine may use.
    #[must_use]
    pub fn share(&self) -> f64 {
        self.memory_share.unwrap_or(match self.engine {
            Engine::Vllm | Engine::Sglang => 0.90,
            Engine::TensorRtLlm => 0.93,
            Engine::LlamaCpp | Engine::Transformers => 0.97,
        })
    }

    /// Most sequences at once.
    #[must_use]
    pub fn sequence_limit(&self, accelerator: &Accelerator) -> f64 {
        let limit = self.max_sequences.unwrap_or(match self.engine {
            // vLLM doubles its default twice on GPUs of the H100's class and above.
            Engine::Vllm if accelerator.fp8.is_some() && accelerator.memory.value() >= 70e9 => 1_024,
            Engine::Vllm | Engine::Transformers => 256,
            Engine::Sglang => 2_048,
            Engine::TensorRtLlm => 4_096,
            Engine::LlamaCpp => 512,
        });
        f64::from(limit) * f64::from(self.parallel.attention_data)
    }
}

/// Memory of one GPU of a replica, and what it allows.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct MemoryPlan {
    /// What the GPU has.
    pub memory: Bytes,
    /// Weights on the fullest GPU.
    pub weights: Bytes,
    /// Context, graphs and activations.
    pub workspace: Bytes,
    /// Left unused by the engine's share.
    pub unused: Bytes,
    /// Left for the cache; negative when weights alone do not fit.
    pub cache: Bytes,
    /// Cache of one sequence of the planned length on one GPU.
    pub sequence: Bytes,
    /// Sequences at once, over the whole replica; zero when it does not fit.
    pub sequences: f64,
    /// Longest single sequence, tokens.
    pub longest_context: u32,
    /// What is missing per GPU for one sequence; zero when it fits.
    pub missing: Bytes,
}

impl MemoryPlan {
    /// Whether weights, workspace and one sequence fit.
    #[must_use]
    pub fn fits(&self) -> bool {
        self.missing.value() <= 0.0
    }
}

/// The least and the most that a model's weights can take, 1 to 36 bits per parameter: another size is of another model.
#[must_use]
pub fn size_range(architecture: &Architecture) -> (Bytes, Bytes) {
    let parameters = architecture.components.total();
    (Bytes::new(parameters / 8.0), Bytes::new(parameters * 4.5))
}

/// Weights on the fullest GPU of a replica.
///
/// Embedding and head sit on the first and the last stage: with pipelining the fullest stage holds one of them.
/// llama.cpp leaves the embedding in host memory.
#[must_use]
pub fn weights_per_gpu(bytes: &WeightBytes, architecture: &Architecture, serving: &Serving) -> Bytes {
    let Parallel { tensor, pipeline, attention_data, .. } = serving.parallel;
    let tensor_all = f64::from(tensor);
    let tensor_attention = f64::from(tensor / attention_data.max(1)).max(1.0);
    let stages = f64::from(pipeline);
    let body = (bytes.attention + bytes.dense) / tensor_attention + bytes.experts / tensor_all;
    let embedding = if serving.engine == Engine::LlamaCpp { 0.0 } else { bytes.embedding };
    let vision = bytes.vision / tensor_all;
    if pipeline == 1 {
        return Bytes::new(body + (embedding + bytes.head) / tensor_all + vision);
    }
    // Layers that do not divide evenly go to the stages between the first and the last.
    let each = (architecture.layers / stages).floor();
    let left_over = architecture.layers - each * stages;
    let between = each + if left_over > 0.0 { 1.0 } else { 0.0 };
    let at_the_ends = each + if left_over > stages - 2.0 { 1.0 } else { 0.0 };
    let layer = body / architecture.layers;
    let ends = embedding.max(bytes.head) / tensor_all + vision;
    Bytes::new((between * layer).max(at_the_ends * layer + ends))
}

/// llama.cpp's compute buffer for a context of `tokens`: logits and hidden states of one physical batch of 512 in
/// 32 bit, and the attention scores of one layer where flash attention is off.
#[must_use]
pub fn llama_cpp_buffer(architecture: &Architecture, tokens: f64, flash_attention: bool) -> Bytes {
    const BATCH: f64 = 512.0;
    let scores = if flash_attention { 0.0 } else { f64::from(architecture.heads) * tokens };
    Bytes::new(4.0 * BATCH * (f64::from(architecture.vocab) + architecture.hidden + scores))
}

/// What a GPU's driver takes for a process, beside llama.cpp's own buffers.
const LLAMA_CPP_CONTEXT: Bytes = Bytes::new(0.5e9);

/// Context, graphs and activations of one GPU, for sequences of `tokens`.
#[must_use]
pub fn workspace(
    architecture: &Architecture,
    accelerator: &Accelerator,
    serving: &Serving,
    tokens: f64,
    constants: &Constants,
) -> Bytes {
    let experts = if architecture.routing.is_some() { constants.workspace_moe_gb } else { 0.0 };
    let small = if accelerator.memory.value() < 30e9 { 0.5 } else { 1.0 };
    if serving.engine == Engine::LlamaCpp {
        return LLAMA_CPP_CONTEXT + llama_cpp_buffer(architecture, tokens, serving.flash_attention);
    }
    Bytes::new((constants.workspace_gb + experts) * 1e9 * small)
}

/// Plans the memory of a replica for sequences of `isl` input and `osl` output tokens.
///
/// # Errors
/// A field out of its range, or a split that the model does not allow. That it does not fit is no error: see
/// [`MemoryPlan::missing`].
pub fn plan(
    architecture: &Architecture,
    accelerator: &Accelerator,
    serving: &Serving,
    isl: f64,
    osl: f64,
    constants: &Constants,
) -> Result<MemoryPlan, Invalid> {
    accelerator.check()?;
    serving.parallel.check(architecture)?;
    within("isl", isl, 0.0, 1e8)?;
    within("osl", osl, 0.0, 1e8)?;
    let share = within("memory_share", serving.share(), 0.05, 1.0)?;
    if let Some(size) = serving.weight_size {
        let (least, most) = size_range(architecture);
        within("weight_size", size.value(), least.value(), most.value())?;
    }
    count("max_sequences", serving.max_sequences.unwrap_or(1), 1, 1_000_000)?;
    let memory = accelerator.memory;
    let weights = weights_per_gpu(&serving.weight_bytes(architecture), architecture, serving);
    let workspace = workspace(architecture, accelerator, serving, isl + osl, constants);
    let left = memory - weights - workspace;
    let cache = match serving.engine {
        Engine::TensorRtLlm if left > Bytes::ZERO => left * share,
        Engine::TensorRtLlm => left,
        _ => memory * share - weights - workspace,
    };
    let kept = KvCache::new(architecture, serving.cache);
    // Engines that evict and recompute plan for half the output; TensorRT-LLM reserves all of it.
    let planned = if serving.engine == Engine::TensorRtLlm { isl + osl } else { isl + 0.5 * osl };
    let spread = cache_spread(architecture, serving);
    let sequence = Bytes::new((kept.bytes(planned) / spread).max(1.0));
    let room = (cache / sequence) * f64::from(serving.parallel.attention_data);
    let sequences = room.min(serving.sequence_limit(accelerator));
    // Each attention group must hold a whole sequence: groups do not share their cache.
    let fits = cache >= sequence;
    Ok(MemoryPlan {
        memory,
        weights,
        workspace,
        unused: memory - weights - workspace - cache,
        cache,
        sequence,
        sequences: if fits { sequences } else { 0.0 },
        longest_context: kept
            .longest(cache.value().max(0.0) * spread, architecture.max_context.unwrap_or(1 << 24)),
        missing: if fits { Bytes::ZERO } else { sequence - cache },
    })
}

/// GPUs over which one sequence's cache is spread: key/value heads under TP, times stages.
#[must_use]
pub fn cache_spread(architecture: &Architecture, serving: &Serving) -> f64 {
    let tensor = f64::from(serving.parallel.tensor) / f64::from(serving.parallel.attention_data);
    architecture.cache_shards(tensor) * f64::from(serving.parallel.pipeline)
}
