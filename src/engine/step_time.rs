//! How long one step of a replica takes: reading weights and cache, multiplying, talking, and everything else.
//!
//! With tensor parallelism `t`, stages `p`, attention groups `a`, and `b = B/p` sequences per stage, one decode step
//! (one token for each of `B` sequences) takes `p` times
//!
//! ```text
//! weights   W/(t·p) ÷ (bw·η_b)                          routed experts × coverage(b) ÷ η_e × uneven
//! compute   2·b·P/(t·p) ÷ (F·η_c)                       routed experts × k/E ÷ η_e × uneven
//! cache     (b/a)·bytes(x)/spread ÷ (bw·η_k)
//! attention 4·(b/a)·x·width·L/(t/a)/p ÷ (F₁₆·η_a)
//! between   b·moved bytes/p ÷ (bw·η_b)              norms, rotation, activation, to experts and back
//! links     2·L/p · [ α·(1 + log₂t/4) + 2·b·d·2·(t−1)/t ÷ (link·η_l) ]      α of an exchange between attention groups
//! overhead  ε·kernels/p + step/p + sequence·b        kernels counted per kind of layer
//! ```
//!
//! and a prefill of `N` prompt tokens the same with `b = N`, a causal attention term, no head, and its own overhead
//! per kernel; where an engine launches each kernel of it by itself, at least host·kernels. Where `g` groups of GPUs hold different experts, all wait for the busiest: *uneven* is the largest of `g`
//! random counts over their mean, else 1. Efficiencies η are the calibrated constants; everything else is a fact of the model or the GPU. Terms
//! add up: measurements do not tell a sum from a maximum, and the sum is smooth.
//!
//! ```
//! // Llama 3.1 8B in fp8 on one H100, one sequence: 7.5 GB of matrices at 3.35 TB/s × 0.926
//! let weights_ms: f64 = (6.98e9 + 2.0 * 0.525e9) / (3.35e12 * 0.926) * 1e3;
//! assert!((weights_ms - 2.59).abs() < 0.01);
//! ```

use super::accelerator::{Accelerator, Arithmetic};
use super::activations::Activations;
use super::architecture::{Architecture, Routing};
use super::constants::Constants;
use super::invalid::Invalid;
use super::kv_cache::KvCache;
use super::memory::{Engine, Parallel, Serving, cache_spread};
use super::provenance::Generation;
use super::rates::Rates;
use super::weight_format::WeightBytes;

/// Seconds of one step by cause.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct StepTime {
    /// Reading weights, and moving activations between products.
    pub weights: f64,
    /// Reading the cache.
    pub cache: f64,
    /// Matrix products and attention.
    pub compute: f64,
    /// Exchanging activations between GPUs.
    pub links: f64,
    /// Launching, scheduling, sampling.
    pub overhead: f64,
}

impl StepTime {
    /// All of it.
    #[must_use]
    pub fn total(&self) -> f64 {
        self.weights + self.cache + self.compute + self.links + self.overhead
    }

    /// Everything `factor` times as long.
    #[must_use]
    pub fn scaled(&self, factor: f64) -> Self {
        Self {
            weights: self.weights * factor,
            cache: self.cache * factor,
            compute: self.compute * factor,
            links: self.links * factor,
            overhead: self.overhead * factor,
        }
    }

    /// Both, one after the other.
    #[must_use]
    pub fn plus(&self, other: &Self) -> Self {
        Self {
            weights: self.weights + other.weights,
            cache: self.cache + other.cache,
            compute: self.compute + other.compute,
            links: self.links + other.links,
            overhead: self.overhead + other.overhead,
        }
    }
}

/// A model on a replica, ready to be timed.
#[derive(Clone, Debug)]
pub struct Replica<'a> {
    architecture: &'a Architecture,
    weights: WeightBytes,
    cache: KvCache,
    rates: Rates,
    arithmetic: Arithmetic,
    tensor: f64,
    stages: f64,
    groups: f64,
    expert_groups: f64,
    spread: f64,
    chunk: f64,
    bubble: f64,
    launches: f64,
    /// Seconds per token in which activations move between products.
    moved: f64,
}

impl<'a> Replica<'a> {
    /// Prepares a model for an accelerator.
    ///
    /// # Errors
    /// A format that the accelerator does not run.
    pub fn new(
        architecture: &'a Architecture,
        accelerator: &Accelerator,
        serving: &Serving,
        constants: &Constants,
        generation: Generation,
    ) -> Result<Self, Invalid> {
        let arithmetic = accelerator.arithmetic(serving.weights)?;
        let rates = Rates::new(accelerator, &arithmetic, serving, constants, generation);
        let Parallel { tensor, pipeline, attention_data, expert_groups } = serving.parallel;
        let activations = Activations::new(architecture, &constants.moves);
        let moved =
            activations.bytes(f64::from(tensor), f64::from(attention_data), f64::from(expert_groups.max(1)));
        Ok(Self {
            architecture,
            weights: serving.weight_bytes(architecture),
            cache: KvCache::new(architecture, serving.cache),
            moved: moved / f64::from(pipeline) / rates.weights,
            rates,
            arithmetic,
            tensor: f64::from(tensor),
            stages: f64::from(pipeline),
            groups: f64::from(attention_data),
            expert_groups: f64::from(expert_groups),
            spread: cache_spread(architecture, serving),
            // Tokens per prefill iteration: engines cap them to bound activations (llama.cpp's physical batch).
            chunk: if serving.engine == Engine::LlamaCpp { 512.0 } else { 8_192.0 },
            launches: architecture.launches(&constants.kernels),
            bubble: 1.0 + constants.pipeline_bubble * (f64::from(pipeline) - 1.0),
        })
    }

    /// Loss to idle pipeline stages, a factor on steps.
    #[must_use]
    pub fn bubble(&self) -> f64 {
        self.bubble
    }

    /// Stages of the pipeline.
    #[must_use]
    pub fn stages(&self) -> f64 {
        self.stages
    }

    /// Prompt tokens that one prefill iteration takes at most.
    #[must_use]
    pub fn chunk(&self) -> f64 {
        self.chunk
    }

    /// One token for each of `batch` sequences that hold `context` tokens.
    #[must_use]
    pub fn decode(&self, batch: f64, context: f64) -> StepTime {
        let (parts, mixers) = (&self.architecture.components, &self.architecture.mixers);
        let sequences = batch / self.stages;
        let gpus = self.tensor * self.stages;
        let always = parts.every_token() + parts.head;
        let mut step = StepTime {
            weights: self.matrices(true) / self.rates.weights,
            compute: 2.0 * sequences * always / gpus / self.rates.compute,
            ..StepTime::default()
        };
        if let Some(routing) = self.architecture.routing {
            let (reads, works) = self.uneven(&routing, sequences);
            let touched = self.weights.experts * routing.coverage(sequences);
            step.weights += touched / gpus / self.rates.experts * reads;
            let active = parts.experts * routing.active_share();
            step.compute += 2.0 * sequences * active / gpus / self.rates.expert_compute * works;
        }
        let attended = mixers.top_k.map_or(context, |top| context.min(top));
        let local = sequences / self.groups;
        step.cache = local * self.cache.bytes(attended) / self.spread / self.rates.cache;
        let width = mixers.full_width * mixers.full;
        let group = self.tensor / self.groups * self.stages;
        step.compute += 4.0 * local * attended * width / group / self.rates.attention;
        step.links = self.links(sequences);
        step.weights += self.moved * sequences;
        step.overhead = (self.rates.launch_decode * self.launches + self.rates.step) / self.stages
            + self.rates.sequence * sequences;
        step.scaled(self.stages)
    }

    /// `prompts` prompts of `isl` tokens of which the share `cached` is already in the cache. A prompt alone keeps one
    /// attention group busy, the others wait.
    #[must_use]
    pub fn prefill(&self, prompts: f64, isl: f64, cached: f64) -> StepTime {
        self.prefill_on(self.groups.min(prompts.max(1.0)), prompts, isl, cached)
    }

    /// The same where prompts never cease: every attention group has some of its own.
    #[must_use]
    pub fn prefill_steady(&self, prompts: f64, isl: f64, cached: f64) -> StepTime {
        self.prefill_on(self.groups, prompts, isl, cached)
    }

    fn prefill_on(&self, groups: f64, prompts: f64, isl: f64, cached: f64) -> StepTime {
        let (parts, mixers) = (&self.architecture.components, &self.architecture.mixers);
        let fresh = isl * (1.0 - cached);
        let tokens = prompts * fresh;
        let gpus = self.tensor * self.stages;
        let iterations = (tokens / self.chunk).max(1.0);
        let mut step = StepTime {
            weights: iterations * self.matrices(false) / self.rates.weights,
            compute: 2.0 * tokens * parts.every_token() / gpus / self.rates.compute,
            ..StepTime::default()
        };
        if let Some(routing) = self.architecture.routing {
            let (reads, works) = self.uneven(&routing, tokens / iterations);
            let touched = self.weights.experts * routing.coverage(tokens / iterations);
            step.weights += iterations * touched / gpus / self.rates.weights * reads;
            let active = parts.experts * routing.active_share();
            step.compute += 2.0 * tokens * active / gpus / self.rates.expert_compute * works;
        }
        let busy = self.tensor / self.groups * groups * self.stages;
        let reach = isl * (1.0 + cached);
        let full = mixers.full * mixers.top_k.map_or(reach, |top| reach.min(2.0 * top));
        let window = mixers.sliding * reach.min(2.0 * mixers.window);
        let attended = 2.0 * tokens * (full * self.prefill_width() + window * self.sliding_width());
        step.compute += attended / busy / self.rates.attention;
        step.links = self.links(tokens);
        step.weights += self.moved * tokens;
        step.overhead =
            iterations * (self.rates.launch_prefill * self.launches + self.rates.step) / self.stages;
        step.scaled(self.stages)
    }

    /// Seconds that the host needs to launch a prefill of `tokens`, where the engine launches each kernel by itself.
    #[must_use]
    pub fn host(&self, tokens: f64) -> f64 {
        (tokens / self.chunk).max(1.0) * self.rates.launch_eager * self.launches
    }

    /// A prefill of `tokens` that takes at least as long as its launches: the host runs ahead of the GPU unless there
    /// is little to compute.
    #[must_use]
    pub fn launched(&self, prefill: StepTime, tokens: f64) -> StepTime {
        let late = (self.host(tokens) - prefill.total()).max(0.0);
        StepTime { overhead: prefill.overhead + late, ..prefill }
    }

    /// What the busiest group of experts reads and computes, over the mean of all groups, when `tokens` tokens choose
    /// their experts independently: of `g` counts with mean `m` and variance `v` the largest is about `m + √(2·v·ln g)`.
    fn uneven(&self, routing: &Routing, tokens: f64) -> (f64, f64) {
        let groups = self.expert_groups;
        let coverage = routing.coverage(tokens);
        if groups <= 1.0 || coverage <= 0.0 {
            return (1.0, 1.0);
        }
        let largest = |mean: f64, variance: f64| 1.0 + (2.0 * variance * groups.ln()).sqrt() / mean;
        let touched = routing.experts / groups * coverage;
        let chosen = tokens * routing.active / groups;
        let reads = largest(touched, touched * (1.0 - coverage)).min(1.0 / coverage);
        (reads.min(groups), largest(chosen, chosen).min(groups))
    }

    /// Bytes per GPU of the matrices that every token passes through. Attention groups hold them each.
    fn matrices(&self, head: bool) -> f64 {
        let head = if head { self.weights.head } else { 0.0 };
        ((self.weights.attention + self.weights.dense) * self.groups + head) / (self.tensor * self.stages)
    }

    /// Query heads × mean of key and value width. MLA expands keys and values for prompts.
    fn prefill_width(&self) -> f64 {
        let mixers = &self.architecture.mixers;
        mixers.mla.map_or(mixers.full_width, |mla| {
            let widths = mla.qk_nope_head_dim + mla.qk_rope_head_dim + mla.v_head_dim;
            f64::from(self.architecture.heads) * f64::from(widths) / 2.0
        })
    }

    fn sliding_width(&self) -> f64 {
        f64::from(self.architecture.heads) * (self.architecture.head_dim + self.architecture.value_dim) / 2.0
    }

    /// Exchanges of one stage: two all-reduces per layer; with attention groups, dispatching tokens to their experts
    /// and combining the results instead.
    fn links(&self, tokens: f64) -> f64 {
        if self.tensor <= 1.0 {
            return 0.0;
        }
        let layers = self.architecture.layers / self.stages;
        let hidden = self.architecture.hidden;
        let others = (self.tensor - 1.0) / self.tensor;
        let message = if self.groups > 1.0 { self.rates.exchange } else { self.rates.reduce };
        let latency = 2.0 * layers * message * (1.0 + 0.25 * self.tensor.log2());
        let bytes = if self.groups > 1.0 {
            let copies = self.architecture.routing.map_or(1.0, |r| r.active.min(self.tensor));
            tokens / self.groups * hidden * 1.5 * copies * others
        } else {
            2.0 * tokens * hidden * 2.0 * 2.0 * others
        };
        latency + layers * bytes / self.rates.link
    }

    /// The least time in which the hardware could generate one token for each of `batch` sequences, and prefill
    /// what replaces them, at the data sheet's peaks with everything overlapped: memory or arithmetic, whichever is
    /// longer.
    #[must_use]
    pub fn ideal_step(&self, accelerator: &Accelerator, batch: f64, load: &IdealLoad) -> f64 {
        let parts = &self.architecture.components;
        let gpus = self.tensor * self.stages;
        let coverage = self.architecture.routing.map_or(0.0, |r| r.coverage(batch));
        let shared = self.weights.experts * coverage + batch * self.cache.bytes(load.attended);
        let memory = (self.matrices(true) + shared / gpus) / accelerator.bandwidth.value();
        let active = self.architecture.routing.map_or(0.0, |r| parts.experts * r.active_share());
        let body = parts.every_token() + active;
        let operations = 2.0 * batch * (body + parts.head) + 2.0 * batch * load.prompt_tokens * body;
        let arithmetic = operations / gpus / self.arithmetic.peak.value();
        (memory / load.tokens_per_step).max(arithmetic)
    }
}

impl Replica<'_> {
    /// Seconds that one generated token, with what it brings of prompts, takes of the arithmetic at the least, and
    /// seconds that one reading of what a token passes through takes: no batch is so lucky as to touch fewer experts.
    #[must_use]
    pub fn least(&self, accelerator: &Accelerator, load: &IdealLoad) -> StepTime {
        let parts = &self.architecture.components;
        let gpus = self.tensor * self.stages;
        let share = self.architecture.routing.map_or(0.0, |routing| routing.active_share());
        let body = parts.every_token() + parts.experts * share;
        let operations = 2.0 * (body + parts.head) + 2.0 * load.prompt_tokens * body;
        let bytes =
            self.weights.attention + self.weights.dense + self.weights.head + self.weights.experts * share;
        StepTime {
            compute: operations / gpus / accelerator.highest_peak(),
            weights: bytes / gpus / accelerator.bandwidth.value() / load.tokens_per_step,
            ..StepTime::default()
        }
    }
}

/// What the ideal step must move at the least.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct IdealLoad {
    /// Tokens that each sequence attends to.
    pub attended: f64,
    /// Fresh prompt tokens per generated token.
    pub prompt_tokens: f64,
    /// Tokens per sequence that one reading of the weights can yield: one, or all drafts and one.
    pub tokens_per_step: f64,
}
