//! Which replica serves the model: GPUs, number format and tokens/s, with how well they are known.
//!
//! A request has `n` tokens, of which the input share is input: ISL = share·n, OSL = (1 − share)·n. For each split
//! (1, 2, 4, 8 GPUs a stage, or as the scenario says) and each candidate format, the [throughput] model gives the
//! capacity within memory and within the limits on latency; the replica with the most tokens/s per GPU is taken. Its
//! tokens/s are
//!
//! 1. the user's own figure, if given, as long as the hardware could compute it; else
//! 2. the model's figure times *measured ÷ modelled* of a published measurement of the same model, GPU, number of
//!    GPUs and format (nearest input share); else
//! 3. the model's figure, with its band.
//!
//! With γ draft tokens a step, drafting one costs `(one layer + head) ÷ (all layers + head)` of a step: drafts come
//! from a head of one layer (multi-token prediction, EAGLE).
//!
//! ```
//! use llm_breakeven::{catalogue::Catalogue, engine::sizing::Ask, scenario::Scenario};
//! // 2,000 tokens a request, 70 % of them input
//! let ask = Ask::of(&Scenario::default());
//! assert!((ask.demand.isl - 1_400.0).abs() < 1e-9 && (ask.demand.osl - 600.0).abs() < 1e-9);
//! ```
//!
//! [throughput]: super::throughput

use super::Infeasible;
use super::accelerator::Accelerator;
use super::architecture::Architecture;
use super::choice::Chosen;
use super::constants::CALIBRATED;
use super::invalid::{Invalid, Reason};
use super::kv_cache::KvFormat;
use super::limits;
use super::measured::{self, Measured};
use super::memory::{Engine, MemoryPlan, Parallel, Serving};
use super::throughput::{Demand, Generation, Refusal, Setup, Speculation, Throughput, Tier};
use super::weight_format::WeightFormat;
use crate::catalogue::{Catalogue, Measurement, model::NativeDtype};
use crate::scenario::{FieldId, Scenario};
use crate::units::{Bytes, FlopsPerSecond, Milliseconds, TokensPerSecond};

/// GPUs of one stage of a replica that is left to the engine.
pub const TENSOR: [u32; 4] = [1, 2, 4, 8];

/// What a scenario asks of any replica: all of its sizing but model, GPU, format and split.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Ask {
    /// Tokens of one request, and how fast it must be answered.
    pub demand: Demand,
    /// Software.
    pub engine: Engine,
    /// Format of the cache.
    pub cache: KvFormat,
    /// Draft tokens a step, and the chance that one is accepted.
    pub drafts: Option<(u32, f64)>,
    /// What the weights of the scenario's model take as they are stored, where that is given.
    pub weight_size: Option<Bytes>,
}

impl Ask {
    /// What `scenario` asks.
    #[must_use]
    pub fn of(scenario: &Scenario) -> Self {
        let tokens = scenario.request_tokens();
        // the model wants at least one token each way
        let isl = (tokens * scenario.input_share()).max(1.0);
        let osl = (tokens - isl).max(1.0);
        let limit = |id| scenario.optional(id).map(Milliseconds::new);
        let demand = Demand {
            isl,
            osl,
            // something is always new
            cached: scenario.share(FieldId::CachedShare).min(0.99),
            ttft_limit: limit(FieldId::TtftLimit),
            tpot_limit: limit(FieldId::TpotLimit),
        };
        let drafts = scenario.number(FieldId::DraftTokens) as u32;
        Self {
            demand,
            engine: scenario.name(FieldId::ServingEngine).and_then(Engine::from_key).unwrap_or_default(),
            cache: scenario.name(FieldId::KvFormat).and_then(KvFormat::from_key).unwrap_or_default(),
            drafts: (drafts > 0).then(|| (drafts, scenario.share(FieldId::Acceptance).min(0.99))),
            weight_size: scenario.weight_size(),
        }
    }
}

/// A replica that serves the model.
#[derive(Clone, Debug, PartialEq)]
pub struct Replica {
    /// GPUs that hold it.
    pub gpus: u32,
    /// How it spreads over them.
    pub parallel: Parallel,
    /// Number format of its weights; `None` when only an own figure for unmodelled hardware is known.
    pub format: Option<WeightFormat>,
    /// Input and output tokens/s.
    pub tokens_per_second: TokensPerSecond,
    /// How they are known.
    pub tier: Tier,
    /// The published measurement that corrects them.
    pub measurement: Option<Measurement>,
    /// What the model says about it at these tokens/s; `None` for hardware that is not modelled.
    pub modelled: Option<Throughput>,
}

impl Replica {
    fn new(parallel: Parallel, format: WeightFormat, served: Throughput) -> Self {
        Self {
            gpus: parallel.gpus(),
            parallel,
            format: Some(format),
            tokens_per_second: served.input + served.output,
            tier: served.tier,
            measurement: None,
            modelled: Some(served),
        }
    }

    /// One of which only the user's figure is known.
    fn stated(own: TokensPerSecond, gpus: u32) -> Self {
        Self {
            gpus,
            parallel: Parallel::of(gpus, 1),
            format: None,
            tokens_per_second: own,
            tier: Tier::Own,
            measurement: None,
            modelled: None,
        }
    }

    /// Memory of one of its GPUs, where it is modelled.
    #[must_use]
    pub fn memory(&self) -> Option<&MemoryPlan> {
        self.modelled.as_ref().map(|served| &served.memory)
    }
}

/// A model on a GPU, ready to be sized for what is asked.
#[derive(Clone, Debug)]
pub struct Site<'a> {
    /// The model.
    pub architecture: &'a Architecture,
    /// The GPU.
    pub accelerator: &'a Accelerator,
    /// What is asked.
    pub ask: &'a Ask,
    /// Published measurements of this model on this GPU.
    pub measurements: Vec<&'a Measurement>,
}

impl<'a> Site<'a> {
    /// Formats to try, best first: the scenario's, else that of weights of the given size, else what suits the GPU.
    #[must_use]
    pub fn formats(&self, scenario: &Scenario, native: NativeDtype) -> Vec<WeightFormat> {
        let asked = scenario.name(FieldId::Format).and_then(WeightFormat::from_key);
        match asked.or_else(|| self.stored(native)) {
            Some(format) => vec![format],
            None => formats(native, self.accelerator),
        }
    }

    /// The format in which weights of the given size are stored.
    #[must_use]
    pub fn stored(&self, native: NativeDtype) -> Option<WeightFormat> {
        let size = self.ask.weight_size?;
        Some(WeightFormat::of_size(size, native.into(), self.architecture))
    }

    /// The setup of a format and a split.
    #[must_use]
    pub fn setup(&self, format: WeightFormat, parallel: Parallel) -> Setup<'a> {
        let llama_cpp = self.ask.engine == Engine::LlamaCpp;
        let format = if llama_cpp { format.in_llama_cpp() } else { format };
        Setup {
            architecture: self.architecture,
            accelerator: self.accelerator,
            serving: Serving {
                weight_size: self.ask.weight_size,
                ..Serving::new(self.ask.engine, format, self.ask.cache, parallel)
            },
            generation: Generation::Current,
            speculation: self.ask.drafts.map(|(draft_tokens, acceptance)| Speculation {
                draft_tokens,
                acceptance,
                draft_cost: draft_cost(self.architecture),
            }),
            constants: &CALIBRATED,
        }
    }

    /// What a format and a split serve, corrected by the nearest published measurement of the same; with
    /// measured ÷ modelled, 1 where nothing is published.
    ///
    /// # Errors
    /// As [`Setup::capacity`].
    pub fn serve(&self, format: WeightFormat, parallel: Parallel) -> Result<(Replica, f64), Refusal> {
        let setup = self.setup(format, parallel);
        match self.published(&setup) {
            Some((row, correction)) => {
                let served = measured::corrected(&setup, &self.ask.demand, correction, Tier::Published)?;
                let replica = Replica::new(parallel, format, served);
                Ok((Replica { measurement: Some(row.clone()), ..replica }, correction))
            }
            None => Ok((Replica::new(parallel, format, setup.capacity(&self.ask.demand)?), 1.0)),
        }
    }

    /// The published measurement with the nearest input share, and measured ÷ modelled.
    fn published(&self, setup: &Setup) -> Option<(&'a Measurement, f64)> {
        let Serving { engine, weights, parallel, .. } = setup.serving;
        if engine == Engine::LlamaCpp || parallel.pipeline > 1 {
            return None;
        }
        let Demand { isl, osl, .. } = self.ask.demand;
        let distance = |row: &Measurement| (row.input_share() - isl / (isl + osl)).abs();
        let same = |row: &&&Measurement| row.gpus == parallel.tensor && row.format == weights.key();
        let rows = self.measurements.iter().filter(same);
        let row = rows.min_by(|a, b| distance(a).total_cmp(&distance(b)))?;
        let measured = Measured {
            isl: f64::from(row.isl),
            osl: f64::from(row.osl),
            concurrency: None,
            output: row.tokens_per_second * (1.0 - row.input_share()),
        };
        // what is published was measured with TensorRT-LLM, a 16-bit cache and no drafts
        let serving = Serving::new(Engine::TensorRtLlm, weights, KvFormat::Fp16, parallel);
        let theirs = Setup { serving, speculation: None, ..*setup };
        Some((row, measured::correction(&theirs, &measured).ok()?))
    }

    /// The replica with the most tokens/s per GPU, in the first format of which any split fits. Measurements of one
    /// split say nothing about another, so splits are compared as modelled.
    fn best(&self, formats: &[WeightFormat], splits: &[Parallel]) -> Result<Replica, Infeasible> {
        let mut nearest = None;
        for &format in formats {
            let mut best: Option<(Replica, f64)> = None;
            for &parallel in splits {
                match self.serve(format, parallel) {
                    Ok((replica, correction)) => {
                        let each = replica.tokens_per_second.value() / correction / f64::from(replica.gpus);
                        if best.as_ref().is_none_or(|(_, most)| each > *most) {
                            best = Some((replica, each));
                        }
                    }
                    Err(refusal) => nearest = Some(nearer(nearest, parallel.gpus(), refusal)),
                }
            }
            if let Some((best, _)) = best {
                return Ok(best);
            }
        }
        Err(nearest.map_or(Infeasible::UnknownThroughput, |(gpus, refusal)| infeasible(gpus, refusal)))
    }
}

/// Time to draft a token as a share of a decode step: one layer and the head of what a token passes through.
fn draft_cost(architecture: &Architecture) -> f64 {
    let parts = &architecture.components;
    let body = parts.every_token()
        + architecture.routing.map_or(0.0, |routing| parts.experts * routing.active_share());
    (body / architecture.layers + parts.head) / (body + parts.head)
}

/// The replica for a scenario.
///
/// # Errors
/// Why no replica can serve it.
pub fn replica(scenario: &Scenario, catalogue: &Catalogue, chosen: &Chosen) -> Result<Replica, Infeasible> {
    let own = scenario.throughput();
    let splits = splits(scenario)?;
    let hardware = Architecture::new(&chosen.model)
        .and_then(|architecture| Ok((architecture, Accelerator::try_from(&chosen.gpu)?)));
    let Ok((architecture, accelerator)) = hardware else {
        return unmodelled(scenario, chosen);
    };
    let mut ask = Ask::of(scenario);
    if own.is_some() {
        // an own figure is what is sustained within the limits
        (ask.demand.ttft_limit, ask.demand.tpot_limit) = (None, None);
    }
    let rows = catalogue.measurements.iter();
    let site = Site {
        architecture: &architecture,
        accelerator: &accelerator,
        ask: &ask,
        measurements: rows.filter(|row| row.gpu == chosen.gpu.id && row.is_of(&chosen.model.id)).collect(),
    };
    let best = site.best(&site.formats(scenario, chosen.model.native_dtype), &splits);
    let Some(own) = own else { return best };
    let best = match best {
        // Someone runs it: weights must fit, but how much an engine needs beside them is no law.
        Err(Infeasible::DoesNotFit { gpus, memory }) if memory.weights <= memory.memory => {
            let parallel = splits.into_iter().find(|split| split.gpus() == gpus);
            within_arithmetic(own, scenario, chosen, gpus)?;
            let parallel = parallel.unwrap_or(Parallel::of(gpus, 1));
            return Ok(Replica { parallel, ..Replica::stated(own, gpus) });
        }
        best => best?,
    };
    let limit = within_arithmetic(own, scenario, chosen, best.gpus)?;
    let band = limit.map_or(measured::SAME, |limit| measured::SAME.up_to(limit / own));
    let served = best.modelled.map(|served| Throughput {
        tier: Tier::Own,
        band,
        ..served.scaled(own / best.tokens_per_second)
    });
    Ok(Replica { tokens_per_second: own, tier: Tier::Own, measurement: None, modelled: served, ..best })
}

/// Splits to try: the scenario's, or each number of GPUs a stage.
///
/// # Errors
/// GPUs that the stages cannot share.
pub fn splits(scenario: &Scenario) -> Result<Vec<Parallel>, Infeasible> {
    let stages = (scenario.number(FieldId::PipelineStages) as u32).max(1);
    match scenario.gpus_per_replica() {
        Some(gpus) if !gpus.is_multiple_of(stages) => {
            let reason = Reason::MustDivide { dimension: gpus };
            Err(Infeasible::Refused(Invalid::new("pp", reason).into()))
        }
        Some(gpus) => Ok(vec![Parallel::of(gpus / stages, stages)]),
        None => Ok(TENSOR.map(|tensor| Parallel::of(tensor, stages)).to_vec()),
    }
}

/// Of two refusals the one that is nearer to serving: too slow before too large, the larger replica, the faster one;
/// splits that do not divide the model say least.
pub(super) fn nearer(old: Option<(u32, Refusal)>, gpus: u32, new: Refusal) -> (u32, Refusal) {
    let rank = |refusal: &Refusal, gpus: u32| match refusal {
        Refusal::Invalid(_) => (0, 0.0),
        Refusal::DoesNotFit(_) => (1, f64::from(gpus)),
        Refusal::TooSlow { tpot, .. } => (2, -tpot.value()),
    };
    match old {
        Some(old) if rank(&old.1, old.0) >= rank(&new, gpus) => old,
        _ => (gpus, new),
    }
}

/// A refusal as the report says it.
fn infeasible(gpus: u32, refusal: Refusal) -> Infeasible {
    match refusal {
        Refusal::DoesNotFit(memory) => Infeasible::DoesNotFit { gpus, memory },
        Refusal::TooSlow { ttft, tpot } => Infeasible::Latency { gpus, ttft, tpot },
        Refusal::Invalid(_) => Infeasible::Refused(refusal),
    }
}

/// Formats to try, best first: the smallest that the GPU computes natively, and then 4 bits.
fn formats(native: NativeDtype, accelerator: &Accelerator) -> Vec<WeightFormat> {
    match native {
        NativeDtype::Mxfp4Experts => vec![WeightFormat::Mxfp4],
        _ if accelerator.fp8.is_some() => vec![WeightFormat::Fp8, WeightFormat::Int4],
        _ => vec![WeightFormat::Bf16, WeightFormat::Int8, WeightFormat::Int4],
    }
}

/// Hardware or a model for which nothing is calibrated: only an own figure counts, within physics.
fn unmodelled(scenario: &Scenario, chosen: &Chosen) -> Result<Replica, Infeasible> {
    let own = scenario.throughput().ok_or(Infeasible::UnknownThroughput)?;
    let gpus = scenario.gpus_per_replica().unwrap_or_else(|| smallest_replica(chosen));
    within_arithmetic(own, scenario, chosen, gpus)?;
    Ok(Replica::stated(own, gpus))
}

/// Refuses an own figure above what the GPUs compute at their fastest number format, and says what that is, where both
/// sides are known. Input that is already cached is not computed.
fn within_arithmetic(
    own: TokensPerSecond,
    scenario: &Scenario,
    chosen: &Chosen,
    gpus: u32,
) -> Result<Option<TokensPerSecond>, Infeasible> {
    let dense = &chosen.gpu.dense;
    let peaks = [dense.fp16, dense.int8, dense.fp8, dense.fp4];
    let peak = peaks.into_iter().flatten().reduce(FlopsPerSecond::max);
    let (Some(peak), Some(active)) = (peak, chosen.model.parameters.active) else { return Ok(None) };
    let computed = 1.0 - scenario.input_share() * scenario.share(FieldId::CachedShare).min(0.99);
    let limit = limits::arithmetic(active as f64 * computed, peak, gpus);
    if own > limit { Err(Infeasible::TooFast { given: own, limit }) } else { Ok(Some(limit)) }
}

/// The smallest power of two of GPUs that holds one byte per parameter with a tenth to spare.
fn smallest_replica(chosen: &Chosen) -> u32 {
    let needed =
        chosen.model.parameters.total.map_or(0.0, |total| limits::weights(total as f64, 1.1).value());
    let sizes = [1, 2, 4, 8, 16, 32];
    sizes.into_iter().find(|gpus| chosen.gpu.memory.value() * f64::from(*gpus) >= needed).unwrap_or(64)
}
