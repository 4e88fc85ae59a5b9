//! Which replica serves the model: GPUs, number format and tokens/s, with how well they are known.
//!
//! A request has `n` tokens, of which the input share is input: ISL = share·n, OSL = (1 − share)·n. For each number
//! of GPUs 1, 2, 4, 8 that the scenario leaves open, and each candidate format, the [throughput] model gives
//! the capacity within memory; the replica with the most tokens/s per GPU is taken. Its tokens/s are then
//!
//! 1. the user's own figure, if given, as long as the hardware could compute it; else
//! 2. the model's figure times *measured ÷ modelled* of a published measurement of the same model, GPU, number of
//!    GPUs and format (nearest input share); else
//! 3. the model's figure, with its band.
//!
//! [throughput]: super::throughput

use super::Infeasible;
use super::accelerator::Accelerator;
use super::architecture::Architecture;
use super::choice::Chosen;
use super::constants::CALIBRATED;
use super::kv_cache::KvFormat;
use super::limits;
use super::measured::{self, Measured};
use super::memory::{Engine, MemoryPlan, Parallel, Serving};
use super::throughput::{Band, Demand, Generation, Refusal, Setup, Throughput};
use super::weight_format::WeightFormat;
use crate::catalogue::{Catalogue, Measurement, model::NativeDtype};
use crate::scenario::{FieldId, Scenario};
use crate::units::{FlopsPerSecond, TokensPerSecond};

/// Replicas larger than this many GPUs are not searched.
const MOST_GPUS: u32 = 8;

/// How a replica's tokens/s are known, best first.
#[derive(Clone, Debug, PartialEq)]
pub enum Tier {
    /// The user's own figure.
    Own,
    /// The model, corrected by a published measurement.
    Published(Measurement),
    /// The model; measured figures lie within the band in eight of ten cases.
    Modelled(Band),
}

/// A replica that serves the model.
#[derive(Clone, Debug, PartialEq)]
pub struct Replica {
    /// GPUs that hold it.
    pub gpus: u32,
    /// Number format of its weights; `None` when only an own figure for unmodelled hardware is known.
    pub format: Option<WeightFormat>,
    /// Input and output tokens/s.
    pub tokens_per_second: TokensPerSecond,
    /// How they are known.
    pub tier: Tier,
    /// What the model says about it; `None` for hardware that is not modelled.
    pub modelled: Option<Throughput>,
}

/// The replica for a scenario.
///
/// # Errors
/// Why no replica can serve it.
pub fn replica(scenario: &Scenario, catalogue: &Catalogue, chosen: &Chosen) -> Result<Replica, Infeasible> {
    let hardware = Architecture::new(&chosen.model)
        .and_then(|architecture| Ok((architecture, Accelerator::try_from(&chosen.gpu)?)));
    let Ok((architecture, accelerator)) = hardware else {
        return unmodelled(scenario, chosen);
    };
    let search = Search { architecture, accelerator, demand: demand(scenario) };
    let best = search.best(scenario, chosen)?;
    if let Some(own) = scenario.throughput() {
        let limit = arithmetic_limit(chosen, best.gpus);
        if let Some(limit) = limit.filter(|limit| own > *limit) {
            return Err(Infeasible::TooFast { given: own, limit });
        }
        return Ok(Replica { tokens_per_second: own, tier: Tier::Own, ..best });
    }
    Ok(search.corrected(best, scenario, catalogue))
}

/// Tokens in and out of one request.
fn demand(scenario: &Scenario) -> Demand {
    let tokens = scenario.request_tokens();
    // the model wants at least one token each way
    let isl = (tokens * scenario.input_share()).max(1.0);
    let osl = (tokens - isl).max(1.0);
    Demand { isl, osl, cached: 0.0, ttft_limit: None, tpot_limit: None }
}

struct Search {
    architecture: Architecture,
    accelerator: Accelerator,
    demand: Demand,
}

impl Search {
    fn setup(&self, engine: Engine, format: WeightFormat, gpus: u32) -> Setup<'_> {
        let serving = Serving {
            engine,
            weights: format,
            cache: KvFormat::Fp16,
            parallel: Parallel { tensor: gpus, pipeline: 1, attention_data: 1 },
            memory_share: None,
            max_sequences: None,
            flash_attention: true,
            checkpoint: None,
        };
        Setup {
            architecture: &self.architecture,
            accelerator: &self.accelerator,
            serving,
            generation: Generation::Current,
            speculation: None,
            constants: &CALIBRATED,
        }
    }

    /// The replica with the most tokens/s per GPU, in the first format of which any size fits.
    fn best(&self, scenario: &Scenario, chosen: &Chosen) -> Result<Replica, Infeasible> {
        let sizes = match scenario.gpus_per_replica() {
            Some(gpus) => vec![gpus],
            None => (0..).map(|power| 1 << power).take_while(|gpus| *gpus <= MOST_GPUS).collect(),
        };
        let mut nearest = None;
        for format in formats(scenario, chosen, &self.accelerator) {
            let mut best: Option<Replica> = None;
            for &gpus in &sizes {
                match self.setup(Engine::Vllm, format, gpus).capacity(&self.demand) {
                    Ok(served) => {
                        let candidate = Replica::modelled(gpus, format, served);
                        if best.as_ref().is_none_or(|best| candidate.per_gpu() > best.per_gpu()) {
                            best = Some(candidate);
                        }
                    }
                    Err(refusal) => nearest = nearer(nearest, gpus, refusal),
                }
            }
            if let Some(best) = best {
                return Ok(best);
            }
        }
        Err(match nearest {
            Some((gpus, Refusal::DoesNotFit(memory))) => Infeasible::DoesNotFit { gpus, memory },
            Some((_, refusal)) => Infeasible::Refused(refusal),
            None => Infeasible::UnknownThroughput,
        })
    }

    /// The replica with its tokens/s corrected by the nearest published measurement of the same thing.
    fn corrected(&self, best: Replica, scenario: &Scenario, catalogue: &Catalogue) -> Replica {
        let Some(format) = best.format else { return best };
        let distance = |row: &Measurement| (row.input_share() - scenario.input_share()).abs();
        let same = |row: &&Measurement| {
            row.is_of(scenario.model())
                && row.gpu == scenario.gpu()
                && row.gpus == best.gpus
                && row.format == key(format)
        };
        let rows = catalogue.measurements.iter().filter(same);
        let Some(row) = rows.min_by(|a, b| distance(a).total_cmp(&distance(b))) else { return best };
        let measured = Measured {
            isl: f64::from(row.isl),
            osl: f64::from(row.osl),
            concurrency: None,
            output: row.tokens_per_second * (1.0 - row.input_share()),
        };
        let setup = self.setup(Engine::TensorRtLlm, format, row.gpus);
        let Ok(correction) = measured::published_correction(&setup, &measured) else { return best };
        let limit = best.modelled.map_or(f64::INFINITY, |served| served.bound_total().value());
        let corrected = (best.tokens_per_second * correction).value().min(limit);
        Replica {
            tokens_per_second: TokensPerSecond::new(corrected),
            tier: Tier::Published(row.clone()),
            ..best
        }
    }
}

impl Replica {
    fn modelled(gpus: u32, format: WeightFormat, served: Throughput) -> Self {
        Self {
            gpus,
            format: Some(format),
            tokens_per_second: served.input + served.output,
            tier: Tier::Modelled(served.band),
            modelled: Some(served),
        }
    }

    fn per_gpu(&self) -> f64 {
        self.tokens_per_second.value() / f64::from(self.gpus)
    }

    /// Memory of one of its GPUs, where it is modelled.
    #[must_use]
    pub fn memory(&self) -> Option<&MemoryPlan> {
        self.modelled.as_ref().map(|served| &served.memory)
    }
}

impl Throughput {
    /// Input and output tokens/s that the hardware cannot exceed.
    #[must_use]
    pub fn bound_total(&self) -> TokensPerSecond {
        self.bound * ((self.input + self.output) / self.output)
    }
}

/// Of two refusals the one that is nearer to fitting: the larger replica.
fn nearer(old: Option<(u32, Refusal)>, gpus: u32, refusal: Refusal) -> Option<(u32, Refusal)> {
    match (&old, &refusal) {
        // splits that do not divide the model say less than missing memory
        (Some((_, Refusal::DoesNotFit(_))), Refusal::Invalid(_)) => old,
        (Some((more, Refusal::DoesNotFit(_))), Refusal::DoesNotFit(_)) if *more >= gpus => old,
        _ => Some((gpus, refusal)),
    }
}

/// Formats to try, best first: the scenario's, or the smallest that the GPU computes natively and then 4 bits.
fn formats(scenario: &Scenario, chosen: &Chosen, accelerator: &Accelerator) -> Vec<WeightFormat> {
    if let Some(format) = scenario.name(FieldId::Format).and_then(from_key) {
        return vec![format];
    }
    match chosen.model.native_dtype {
        NativeDtype::Mxfp4Experts => vec![WeightFormat::Mxfp4],
        _ if accelerator.fp8.is_some() => vec![WeightFormat::Fp8, WeightFormat::Int4],
        _ => vec![WeightFormat::Bf16, WeightFormat::Int8, WeightFormat::Int4],
    }
}

/// A format as measurements and links spell it.
#[must_use]
pub fn key(format: WeightFormat) -> &'static str {
    match format {
        WeightFormat::Fp32 => "fp32",
        WeightFormat::Bf16 => "fp16",
        WeightFormat::Fp8 => "fp8",
        WeightFormat::Int8 => "int8",
        WeightFormat::Int4 => "int4",
        WeightFormat::Nvfp4 => "nvfp4",
        WeightFormat::Mxfp4 => "mxfp4",
        WeightFormat::Gguf(_) => "gguf",
    }
}

/// The format of a scenario's key.
#[must_use]
pub fn from_key(key_of: &str) -> Option<WeightFormat> {
    use WeightFormat::{Bf16, Fp8, Int4, Int8, Mxfp4, Nvfp4};
    [Bf16, Fp8, Int8, Int4, Nvfp4, Mxfp4].into_iter().find(|format| key(*format) == key_of)
}

/// Hardware or a model for which nothing is calibrated: only an own figure counts, within physics.
fn unmodelled(scenario: &Scenario, chosen: &Chosen) -> Result<Replica, Infeasible> {
    let own = scenario.throughput().ok_or(Infeasible::UnknownThroughput)?;
    let gpus = scenario.gpus_per_replica().unwrap_or_else(|| smallest_replica(chosen));
    if let Some(limit) = arithmetic_limit(chosen, gpus).filter(|limit| own > *limit) {
        return Err(Infeasible::TooFast { given: own, limit });
    }
    Ok(Replica { gpus, format: None, tokens_per_second: own, tier: Tier::Own, modelled: None })
}

/// The most tokens/s at the GPU's fastest number format, where both sides are known.
fn arithmetic_limit(chosen: &Chosen, gpus: u32) -> Option<TokensPerSecond> {
    let dense = &chosen.gpu.dense;
    let peak =
        [dense.fp16, dense.int8, dense.fp8, dense.fp4].into_iter().flatten().reduce(FlopsPerSecond::max)?;
    let active = chosen.model.parameters.active?;
    Some(limits::arithmetic(active as f64, peak, gpus))
}

/// The smallest power of two of GPUs that holds one byte per parameter with a tenth to spare.
fn smallest_replica(chosen: &Chosen) -> u32 {
    let needed =
        chosen.model.parameters.total.map_or(0.0, |total| limits::weights(total as f64, 1.1).value());
    let sizes = [1, 2, 4, 8, 16, 32];
    sizes.into_iter().find(|gpus| chosen.gpu.memory.value() * f64::from(*gpus) >= needed).unwrap_or(64)
}
