//! The reference article's right-sizing claims, recomputed: what each model needs, and whether the hardware that the
//! article names for it holds it and serves what it says.
//!
//! ```text
//! weights said    parameters × bytes                     computed   bytes of every component, scales included
//! hardware said   model on n × GPU                       computed   weights + workspace + one request ≤ share of memory
//! speed said      tokens/s, input and output             computed   capacity, and the limit of the hardware
//! error         = said ÷ computed − 1                    weights: said × the model's parameters ÷ the class's
//! ```
//!
//! A class of sizes stands for its smallest and its largest model of the catalogue. The figures are the article's of
//! 2026-03-16; the sentences are not.
//!
//! ```
//! use llm_breakeven::{catalogue::Catalogue, engine::right_sizing::{Computed, check}, engine::sizing::Ask, scenario::Scenario};
//! let checked = check(Catalogue::builtin(), &Ask::of(&Scenario::default()));
//! // "two A100 40GB run a 70B model in FP16": they miss 33 GiB each
//! let two = checked.iter().find(|one| one.claim.gpu == Some(("a100-sxm-40gb", 2)) && one.claim.format.is_some());
//! assert!(matches!(two.unwrap().computed, Computed::Misses { missing, .. } if missing.gib() > 30.0));
//! ```

use super::accelerator::Accelerator;
use super::architecture::Architecture;
use super::memory::{Parallel, plan};
use super::sizing::{Ask, Site};
use super::throughput::Refusal;
use super::weight_format::WeightFormat;
use crate::catalogue::Catalogue;
use crate::units::{Bytes, TokensPerSecond};
use Place::{Faq, Impact, Table};
use WeightFormat::{Bf16, Int4, Int8};

/// Where the article makes a claim.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// Its right-sizing table, and the principles under it.
    Table,
    /// Its questions and answers.
    Faq,
    /// Its worked examples of cost.
    Impact,
}

/// What is claimed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Said {
    /// Gigabytes of memory for the weights, from the class's smallest model to its largest.
    Weights(f64, f64),
    /// Gigabytes with cache and activations.
    Total(f64, f64),
    /// The hardware runs it.
    Runs,
    /// The hardware serves so many tokens/s, input and output.
    Serves(f64, f64),
    /// The hardware generates so many output tokens/s.
    Generates(f64),
}

/// A claim of the article.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Claim {
    /// Where it stands.
    pub place: Place,
    /// The class of models, as billions of parameters.
    pub billions: (f64, f64),
    /// Catalogue ids of the smallest and the largest model that stand for the class.
    pub models: (&'static str, &'static str),
    /// Format of the weights; `None` where the article names none.
    pub format: Option<WeightFormat>,
    /// GPU of the catalogue and how many; `None` for claims on memory alone.
    pub gpu: Option<(&'static str, u32)>,
    /// What it says.
    pub said: Said,
}

/// What the engine says instead.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Computed {
    /// Gigabytes, for the class's smallest and largest model.
    Gigabytes(f64, f64),
    /// It runs.
    Runs {
        /// The widest format in which it does.
        format: WeightFormat,
        /// What is left for the cache, on all GPUs together.
        cache: Bytes,
    },
    /// It does not fit in the format that is claimed, or in any where none is.
    Misses {
        /// What is missing on each GPU.
        missing: Bytes,
        /// The widest format that would fit, if any does.
        instead: Option<WeightFormat>,
    },
    /// So many GPUs cannot share the model.
    CannotSplit {
        /// The dimension that their number does not divide.
        dimension: u32,
    },
    /// What it serves, and what no software could exceed; in the measure of the claim.
    Speed {
        /// Served.
        served: TokensPerSecond,
        /// The limit.
        limit: TokensPerSecond,
    },
    /// The catalogue lacks the model or the GPU.
    Unknown,
}

/// A claim beside what the engine says.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Checked {
    /// The claim.
    pub claim: &'static Claim,
    /// What the engine says.
    pub computed: Computed,
    /// Said ÷ computed − 1, for models of the sizes that were computed; `None` for yes or no.
    pub error: Option<f64>,
    /// Whether the claim holds: figures within a tenth, hardware that runs it.
    pub holds: bool,
}

const fn weights(
    billions: (f64, f64),
    models: (&'static str, &'static str),
    format: WeightFormat,
    said: (f64, f64),
) -> Claim {
    let said = Said::Weights(said.0, said.1);
    Claim { place: Table, billions, models, format: Some(format), gpu: None, said }
}

const fn runs(
    place: Place,
    billions: (f64, f64),
    model: &'static str,
    format: Option<WeightFormat>,
    gpu: (&'static str, u32),
) -> Claim {
    Claim { place, billions, models: (model, model), format, gpu: Some(gpu), said: Said::Runs }
}

const fn speed(place: Place, format: WeightFormat, gpu: (&'static str, u32), said: Said) -> Claim {
    Claim { place, billions: B70, models: M70, format: Some(format), gpu: Some(gpu), said }
}

const B3: (f64, f64) = (1.0, 3.0);
const B8: (f64, f64) = (7.0, 8.0);
const B13: (f64, f64) = (13.0, 13.0);
const B34: (f64, f64) = (30.0, 34.0);
const B70: (f64, f64) = (70.0, 70.0);
const B120: (f64, f64) = (110.0, 120.0);
const B400: (f64, f64) = (400.0, 400.0);
const M3: (&str, &str) = ("llama-3.2-1b", "llama-3.2-3b");
const M8: (&str, &str) = ("llama-2-7b", "llama-3.1-8b");
const M13: (&str, &str) = ("llama-2-13b", "llama-2-13b");
const M34: (&str, &str) = ("qwen2.5-32b", "yi-34b");
const M70: (&str, &str) = ("llama-3-70b", "llama-3-70b");
const M120: (&str, &str) = ("mistral-large-2-123b", "mistral-large-2-123b");
const M400: (&str, &str) = ("llama-4-maverick", "llama-4-maverick");

/// Every claim on memory, hardware and speed, in the order of the article's table, its examples and its answers.
pub const CLAIMS: &[Claim] = &[
    weights(B3, M3, Bf16, (2.0, 6.0)),
    weights(B3, M3, Int8, (1.0, 3.0)),
    weights(B3, M3, Int4, (0.5, 1.5)),
    runs(Table, B3, M3.1, None, ("t4", 1)),
    weights(B8, M8, Bf16, (14.0, 16.0)),
    weights(B8, M8, Int8, (7.0, 8.0)),
    weights(B8, M8, Int4, (4.0, 5.0)),
    runs(Table, B8, M8.1, Some(Bf16), ("a10g", 1)),
    runs(Table, B8, M8.1, Some(Int8), ("t4", 1)),
    weights(B13, M13, Bf16, (26.0, 26.0)),
    weights(B13, M13, Int8, (13.0, 13.0)),
    weights(B13, M13, Int4, (7.0, 8.0)),
    runs(Table, B13, M13.1, Some(Int8), ("a10g", 1)),
    runs(Table, B13, M13.1, Some(Bf16), ("l40s", 1)),
    weights(B34, M34, Bf16, (60.0, 68.0)),
    weights(B34, M34, Int8, (30.0, 34.0)),
    weights(B34, M34, Int4, (17.0, 20.0)),
    runs(Table, B34, M34.1, Some(Int8), ("l40s", 1)),
    runs(Table, B34, M34.1, Some(Int4), ("a100-sxm-40gb", 1)),
    weights(B70, M70, Bf16, (140.0, 140.0)),
    weights(B70, M70, Int8, (70.0, 70.0)),
    weights(B70, M70, Int4, (35.0, 40.0)),
    runs(Table, B70, M70.1, Some(Int8), ("a100-sxm-80gb", 1)),
    runs(Table, B70, M70.1, Some(Int4), ("l40s", 1)),
    runs(Table, B70, M70.1, None, ("a100-sxm-40gb", 2)),
    weights(B120, M120, Bf16, (220.0, 240.0)),
    weights(B120, M120, Int8, (110.0, 120.0)),
    weights(B120, M120, Int4, (60.0, 70.0)),
    runs(Table, B120, M120.1, None, ("h100-sxm", 2)),
    runs(Table, B120, M120.1, None, ("a100-sxm-80gb", 3)),
    weights(B400, M400, Bf16, (200.0, 200.0)),
    weights(B400, M400, Int8, (100.0, 100.0)),
    weights(B400, M400, Int4, (55.0, 55.0)),
    runs(Table, B400, M400.1, None, ("h100-sxm", 4)),
    runs(Table, B400, M400.1, None, ("a100-sxm-80gb", 8)),
    speed(Table, Int4, ("l40s", 1), Said::Serves(2_000.0, 4_000.0)),
    // ten million tokens an hour; fifty billion a month of 720 hours on three GPUs
    speed(Impact, Int8, ("a100-sxm-80gb", 1), Said::Serves(2_777.8, 2_777.8)),
    speed(Impact, Int8, ("a100-sxm-80gb", 1), Said::Serves(6_430.0, 6_430.0)),
    Claim {
        place: Faq,
        billions: B70,
        models: M70,
        format: Some(Bf16),
        gpu: None,
        said: Said::Total(150.0, 160.0),
    },
    runs(Faq, B70, M70.1, Some(Bf16), ("a100-sxm-40gb", 2)),
    runs(Faq, B70, M70.1, Some(Int8), ("l40s", 1)),
    speed(Faq, Int8, ("a100-sxm-80gb", 1), Said::Generates(4_000.0)),
];

/// Every claim beside what the engine says, for requests, cache format and engine as asked; limits on latency do not
/// count.
#[must_use]
pub fn check(catalogue: &Catalogue, ask: &Ask) -> Vec<Checked> {
    let mut ask = *ask;
    (ask.demand.ttft_limit, ask.demand.tpot_limit, ask.weight_size) = (None, None, None);
    CLAIMS.iter().map(|claim| checked(catalogue, &ask, claim)).collect()
}

fn checked(catalogue: &Catalogue, ask: &Ask, claim: &'static Claim) -> Checked {
    let model = |id: &str| Architecture::new(catalogue.model(id)?).ok();
    let gpu = claim.gpu.map(|(id, count)| {
        catalogue.gpu(id).and_then(|gpu| Accelerator::try_from(gpu).ok()).map(|gpu| (gpu, count))
    });
    let models = (model(claim.models.0), model(claim.models.1));
    let computed = match (&models, gpu) {
        ((Some(small), Some(large)), None) => gigabytes(small, large, ask, claim),
        ((_, Some(large)), Some(Some((gpu, count)))) => on_hardware(large, &gpu, count, ask, claim),
        _ => Computed::Unknown,
    };
    let billions = |architecture: &Architecture| architecture.components.total() / 1e9;
    let sizes = (models.0.as_ref().map(billions), models.1.as_ref().map(billions));
    let error = error(claim, sizes.0.zip(sizes.1), computed);
    let holds = match computed {
        Computed::Runs { format, .. } => claim.format.is_none_or(|said| said == format),
        Computed::Gigabytes(..) | Computed::Speed { .. } => error.is_some_and(|error| error.abs() <= 0.1),
        Computed::Misses { .. } | Computed::CannotSplit { .. } | Computed::Unknown => false,
    };
    Checked { claim, computed, error, holds }
}

/// Weights of the smallest and the largest model; for a total also workspace and one request, on one endless GPU.
fn gigabytes(small: &Architecture, large: &Architecture, ask: &Ask, claim: &Claim) -> Computed {
    let format = claim.format.unwrap_or(Bf16);
    let of = |architecture: &Architecture| {
        let weights = format.weights(architecture).total();
        let more = match claim.said {
            Said::Total(..) => {
                let tokens = ask.demand.isl + ask.demand.osl;
                super::kv_cache::KvCache::new(architecture, ask.cache).bytes(tokens)
                    + super::constants::CALIBRATED.workspace_gb * 1e9
            }
            _ => 0.0,
        };
        (weights + more) / 1e9
    };
    Computed::Gigabytes(of(small), of(large))
}

fn on_hardware(
    architecture: &Architecture,
    gpu: &Accelerator,
    count: u32,
    ask: &Ask,
    claim: &Claim,
) -> Computed {
    let site = Site { architecture, accelerator: gpu, ask, measurements: Vec::new() };
    let parallel = Parallel::of(count, 1);
    if let Err(super::invalid::Invalid { reason: super::invalid::Reason::MustDivide { dimension }, .. }) =
        parallel.check(architecture)
    {
        return Computed::CannotSplit { dimension };
    }
    if matches!(claim.said, Said::Serves(..) | Said::Generates(_)) {
        return served(&site, parallel, claim);
    }
    let memory = |format: WeightFormat| {
        let setup = site.setup(format, parallel);
        let (isl, osl) = (ask.demand.isl, ask.demand.osl);
        plan(architecture, gpu, &setup.serving, isl, osl, setup.constants).ok()
    };
    let widest = [Bf16, Int8, Int4]
        .into_iter()
        .find_map(|format| memory(format).filter(super::memory::MemoryPlan::fits).map(|plan| (format, plan)));
    // the format that is claimed, where it fits
    let own = claim.format.and_then(|format| Some((format, memory(format)?)));
    match (own, widest) {
        (Some((format, plan)), _) | (None, Some((format, plan))) if plan.fits() => {
            Computed::Runs { format, cache: plan.cache * f64::from(count) }
        }
        (Some((_, plan)), widest) => {
            Computed::Misses { missing: plan.missing, instead: widest.map(|(format, _)| format) }
        }
        _ => memory(Int4)
            .map_or(Computed::Unknown, |plan| Computed::Misses { missing: plan.missing, instead: None }),
    }
}

fn served(site: &Site, parallel: Parallel, claim: &Claim) -> Computed {
    let format = claim.format.unwrap_or(Int8);
    let demand = &site.ask.demand;
    let both = match claim.said {
        Said::Generates(_) => 1.0,
        _ => (demand.isl + demand.osl) / demand.osl,
    };
    let limit = site.setup(format, parallel).limit(demand, None);
    match (site.serve(format, parallel), limit) {
        (Ok((replica, _)), Ok(limit)) => {
            let output = replica.modelled.map_or(TokensPerSecond::ZERO, |served| served.output);
            Computed::Speed { served: output * both, limit: limit * both }
        }
        (Err(Refusal::DoesNotFit(memory)), _) => Computed::Misses { missing: memory.missing, instead: None },
        _ => Computed::Unknown,
    }
}

/// Said ÷ computed − 1: of weights at the end that is further off, for models of `sizes` billions of parameters; of
/// speeds zero wherever the range holds the figure.
fn error(claim: &Claim, sizes: Option<(f64, f64)>, computed: Computed) -> Option<f64> {
    let off = |said: f64, computed: f64| said / computed - 1.0;
    let further = |a: f64, b: f64| if a.abs() >= b.abs() { a } else { b };
    // of a range the nearest figure
    let nearest = |low: f64, high: f64, computed: f64| off(computed.max(low).min(high), computed);
    match (claim.said, computed) {
        (Said::Weights(low, high) | Said::Total(low, high), Computed::Gigabytes(small, large)) => {
            let (least, most) = sizes?;
            let (low, high) = (low * least / claim.billions.0, high * most / claim.billions.1);
            let one = claim.models.0 == claim.models.1;
            Some(if one { nearest(low, high, small) } else { further(off(low, small), off(high, large)) })
        }
        (Said::Serves(low, high), Computed::Speed { served, .. }) => Some(nearest(low, high, served.value())),
        (Said::Generates(said), Computed::Speed { served, .. }) => Some(off(said, served.value())),
        _ => None,
    }
}
