//! Which hardware serves the scenario cheapest: every calibrated GPU, format, split, offer and commitment.
//!
//! For each GPU that someone rents, each candidate format and 1, 2, 4 or 8 GPUs a stage, [`super::sizing`] says what a
//! replica serves within memory and latency limits; where the widest split does not hold the model, or holds less cache
//! than weights, it is tried with 2, 4 and 8 stages. The month is that of [`super::plan`]: whole instances, planned to
//! the target load, following demand as the scenario's fleet does.
//!
//! ```text
//! month       = GPUs alone, at the cheapest offer of each commitment
//! $/MTok      = month ÷ V at this volume; at full load that of a purchase that is used to its target load
//! input's     = φ·month ÷ (s·V)         output's = (1−φ)·month ÷ ((1−s)·V)
//! ```
//!
//! where `s` is the input share and `φ` the share of the replica's time that goes to prefill: input pays for the time
//! that it takes.
//!
//! A row is left out when another one on the same GPU under the same commitment costs no more, answers no slower and
//! holds weights of no less precision; what a model was not published in adds none. Formats that another one beats in
//! precision, bytes and arithmetic are not sized. Nothing else is pruned: `tests/planner_search.rs` compares with a search
//! that leaves out nothing.
//!
//! ```
//! use llm_breakeven::{catalogue::Catalogue, engine::planner::{self, Filter}, scenario::Scenario};
//! let ranking = planner::plan(&Scenario::default(), Catalogue::builtin(), &Filter::default()).unwrap();
//! let (first, last) = (&ranking.plans[0], &ranking.plans[ranking.plans.len() - 1]);
//! assert!(first.pareto && first.month <= last.month);
//! ```

mod search;
mod shelf;

use super::architecture::Architecture;
use super::choice;
use super::fleet::Purchase;
use super::invalid::Invalid;
use super::plan::Terms;
use super::sizing::{Ask, Replica};
use super::throughput::Refusal;
use super::weight_format::WeightFormat;
use crate::catalogue::{Catalogue, Commitment, Text};
use crate::scenario::fields::FieldError;
use crate::scenario::{FieldId, Scenario};
use crate::units::{Bytes, Milliseconds, Usd, UsdPerMTok, order};
use search::{Search, Workload};
use shelf::Shelf;

/// Stages that are tried where one is short of memory.
pub const STAGES: [u32; 3] = [2, 4, 8];

/// Which offers and formats take part; all of them by default.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Filter<'a> {
    /// Only this provider's offers.
    pub provider: Option<&'a str>,
    /// Only offers of regions whose name begins so.
    pub region: Option<&'a str>,
    /// Only this commitment.
    pub commitment: Option<Commitment>,
    /// Only weights of at least so many bits: 4, 8 or 16.
    pub least_bits: u32,
}

/// What the search found.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Ranking {
    /// Plans that serve the scenario within its limits, cheapest first.
    pub plans: Vec<Ranked>,
    /// What lost, and why.
    pub rejected: Vec<Rejected>,
    /// Replicas that were sized.
    pub sized: u32,
}

/// A plan.
#[derive(Clone, Debug, PartialEq)]
pub struct Ranked {
    /// Id of the GPU.
    pub gpu: Text,
    /// Number format of the weights.
    pub format: WeightFormat,
    /// The replica: its split, its tokens/s and how they are known, its latencies and what binds it.
    pub replica: Replica,
    /// Id of the offer.
    pub offer: Text,
    /// What the offer asks for.
    pub commitment: Commitment,
    /// The smallest purchase.
    pub purchase: Purchase,
    /// How many of them the volume needs at its peak.
    pub purchases: f64,
    /// How many of them are paid for the whole month, on average.
    pub paid: f64,
    /// What they cost a month, GPUs alone.
    pub month: Usd,
    /// The average token at this volume.
    pub at_volume: UsdPerMTok,
    /// The average token when every purchase is at its target load.
    pub at_full_load: UsdPerMTok,
    /// An input token at this volume; `None` when the volume has none.
    pub input: Option<UsdPerMTok>,
    /// An output token at this volume; `None` when the volume has none.
    pub output: Option<UsdPerMTok>,
    /// Served ÷ servable tokens.
    pub utilisation: f64,
    /// Whether no plan is both cheaper and faster per token.
    pub pareto: bool,
}

/// A family of plans that lost.
#[derive(Clone, Debug, PartialEq)]
pub struct Rejected {
    /// Id of the GPU.
    pub gpu: Text,
    /// The format, where the GPU has plans in another; `None` for the whole GPU.
    pub format: Option<WeightFormat>,
    /// Why.
    pub why: Lost,
}

/// Why a family lost.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Lost {
    /// Nothing is calibrated for this vendor, or a figure of the GPU is unknown.
    NotCalibrated,
    /// Nobody rents it under the filter.
    NoOffer,
    /// Nobody rents an instance with the GPUs of one stage.
    NoInstance {
        /// GPUs of the smallest stage that serves.
        gpus: u32,
    },
    /// Even its largest replica misses memory.
    DoesNotFit {
        /// GPUs of that replica.
        gpus: u32,
        /// What is missing on each of them.
        missing: Bytes,
    },
    /// A request alone misses the limits on latency.
    Latency {
        /// GPUs of the fastest replica.
        gpus: u32,
        /// Its TTFT.
        ttft: Milliseconds,
        /// Its TPOT.
        tpot: Milliseconds,
    },
    /// The model cannot be split or is not known well enough.
    Invalid(Invalid),
    /// The filter leaves no format in which the model is published.
    NoFormat,
    /// Another format on the same GPU costs no more, is no slower and no less precise.
    Dearer {
        /// That format.
        than: WeightFormat,
        /// What this one costs a month at the least.
        month: Usd,
        /// What that one does.
        instead: Usd,
    },
}

impl Ranked {
    /// GPUs that are paid for at the peak.
    #[must_use]
    pub fn gpus(&self) -> f64 {
        self.purchases * f64::from(self.purchase.gpus)
    }

    /// TPOT at its tokens/s.
    #[must_use]
    pub fn tpot(&self) -> Milliseconds {
        self.replica.modelled.map_or(Milliseconds::ZERO, |served| served.tpot)
    }

    /// What puts it into a scenario, as text for each field, in this order: a new GPU resets the offer. Empty is
    /// automatic: own figures were of other hardware.
    #[must_use]
    pub fn settings(&self) -> Vec<(FieldId, String)> {
        let parallel = self.replica.parallel;
        vec![
            (FieldId::Gpu, self.gpu.to_string()),
            (FieldId::Format, self.format.key().into()),
            (FieldId::GpusPerReplica, parallel.gpus().to_string()),
            (FieldId::PipelineStages, parallel.pipeline.to_string()),
            (FieldId::Offer, self.offer.to_string()),
            (FieldId::Throughput, String::new()),
            (FieldId::GpuPrice, String::new()),
            (FieldId::InstanceGpus, String::new()),
            // rented under the offer's own commitment
            (FieldId::Hardware, "rent".into()),
            (FieldId::ReservedShare, "0".into()),
            (FieldId::SpotShare, "0".into()),
        ]
    }
}

impl Lost {
    /// How near it came to a plan: of all formats of a GPU the nearest says why the GPU lost.
    fn nearness(&self) -> f64 {
        match self {
            Self::NoFormat | Self::NotCalibrated | Self::NoOffer | Self::Invalid(_) => 0.0,
            Self::DoesNotFit { missing, .. } => 1.0 / (1.0 + missing.value()),
            Self::NoInstance { .. } => 2.0,
            Self::Latency { tpot, .. } => 3.0 + 1.0 / (1.0 + tpot.value()),
            Self::Dearer { .. } => 5.0,
        }
    }

    fn of(gpus: u32, refusal: &Refusal) -> Self {
        match *refusal {
            Refusal::DoesNotFit(memory) => Self::DoesNotFit { gpus, missing: memory.missing },
            Refusal::TooSlow { ttft, tpot } => Self::Latency { gpus, ttft, tpot },
            Refusal::Invalid(invalid) => Self::Invalid(invalid),
        }
    }
}

/// Ranks every plan for the scenario's model, volume, requests and limits. The scenario's own GPU, format, split,
/// offer and figures for them do not matter.
///
/// # Errors
/// A [`FieldError`] when the model is not in this catalogue.
pub fn plan(scenario: &Scenario, catalogue: &Catalogue, filter: &Filter) -> Result<Ranking, FieldError> {
    let catalogue = &*catalogue.as_of(scenario.day());
    let model = choice::model(scenario, catalogue)?;
    let architecture = Architecture::new(&model);
    let ask = Ask::of(scenario);
    let measurements = catalogue.measurements.iter().filter(|row| row.is_of(&model.id));
    let search = Search {
        native: model.native_dtype,
        format: ask.weight_size.and(scenario.name(FieldId::Format)).and_then(WeightFormat::from_key),
        measurements: measurements.collect(),
        ask,
        shelf: Shelf::new(catalogue, scenario.day().unwrap_or(catalogue.newest()), filter),
        least_bits: filter.least_bits,
        workload: Workload {
            volume: scenario.volume(),
            input_share: scenario.input_share(),
            terms: Terms::rented(scenario),
            discount: scenario.share(FieldId::GpuDiscount),
        },
    };
    let mut ranking = Ranking::default();
    for gpu in &catalogue.gpus {
        let lost = match &architecture {
            Err(invalid) => Some(Lost::Invalid(*invalid)),
            Ok(architecture) => search.gpu(gpu, architecture, &mut ranking).err(),
        };
        ranking.rejected.extend(lost.map(|why| Rejected { gpu: gpu.id.clone(), format: None, why }));
    }
    // of those that cost the same the faster one comes first
    order::by_number(&mut ranking.plans, |plan| plan.tpot().value());
    order::by_number(&mut ranking.plans, |plan| plan.month.value());
    mark_front(&mut ranking.plans);
    Ok(ranking)
}

/// Marks the plans than which none is as cheap and as fast, and one of both more. They come cheapest first, and of equals
/// the fastest.
fn mark_front(plans: &mut [Ranked]) {
    let mut fastest = f64::INFINITY;
    for plan in plans {
        plan.pareto = plan.tpot().value() < fastest;
        fastest = fastest.min(plan.tpot().value());
    }
}
