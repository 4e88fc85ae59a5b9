//! One GPU after the other: formats, splits, purchases, and what makes a plan superfluous.

use super::shelf::Shelf;
use super::{Lost, Ranked, Ranking, Rejected, STAGES};
use crate::catalogue::model::NativeDtype;
use crate::catalogue::{Gpu, Measurement, Offer, Text};
use crate::engine::accelerator::Accelerator;
use crate::engine::architecture::Architecture;
use crate::engine::breakeven::StepCost;
use crate::engine::choice;
use crate::engine::constants::CALIBRATED;
use crate::engine::fleet::Purchase;
use crate::engine::memory::{Engine, Parallel};
use crate::engine::plan::Terms;
use crate::engine::sizing::{Ask, Replica, Site, TENSOR, nearer};
use crate::engine::throughput::Refusal;
use crate::engine::weight_format::WeightFormat;
use crate::units::{Tokens, Usd};

/// What is bought for.
pub(super) struct Workload {
    pub volume: Tokens,
    pub input_share: f64,
    /// Demand and fleet; the commitment is the offer's.
    pub terms: Terms,
    /// Off every price, 0 to 1.
    pub discount: f64,
}

/// One search.
pub(super) struct Search<'a> {
    pub native: NativeDtype,
    /// The scenario's format, where the size of the weights is given and so no other can be had.
    pub format: Option<WeightFormat>,
    pub measurements: Vec<&'a Measurement>,
    pub ask: Ask,
    pub shelf: Shelf<'a>,
    pub least_bits: u32,
    pub workload: Workload,
}

impl Search<'_> {
    /// Adds the plans of one GPU, or says why there are none.
    pub fn gpu(&self, gpu: &Gpu, architecture: &Architecture, ranking: &mut Ranking) -> Result<(), Lost> {
        let accelerator = Accelerator::try_from(gpu).map_err(|_| Lost::NotCalibrated)?;
        let offers = self.shelf.of(&gpu.id);
        if offers.is_empty() {
            return Err(Lost::NoOffer);
        }
        let measurements = self.measurements.iter().copied().filter(|row| row.gpu == gpu.id);
        let site = Site {
            architecture,
            accelerator: &accelerator,
            ask: &self.ask,
            measurements: measurements.collect(),
        };
        let (mut found, mut lost) = (Vec::new(), Vec::new());
        for format in self.formats(&site) {
            let (replicas, refusal) = size(&site, format, &mut ranking.sized);
            let before = found.len();
            for replica in &replicas {
                found.extend(offers.iter().filter_map(|shelf| self.price(&gpu.id, format, replica, shelf)));
            }
            if found.len() == before {
                let why = refusal.map(|(gpus, refusal)| Lost::of(gpus, &refusal));
                lost.push((format, why.unwrap_or_else(|| unheld(&replicas))));
            }
        }
        if found.is_empty() {
            let whys = lost.into_iter().map(|(_, why)| why);
            return Err(whys.max_by(|a, b| a.nearness().total_cmp(&b.nearness())).unwrap_or(Lost::NoFormat));
        }
        let rejected = |format, why| Rejected { gpu: gpu.id.clone(), format: Some(format), why };
        ranking.rejected.extend(lost.into_iter().map(|(format, why)| rejected(format, why)));
        let kept = self.undominated(found, |format, why| ranking.rejected.push(rejected(format, why)));
        ranking.plans.extend(kept);
        Ok(())
    }

    /// The plans that none makes superfluous; `told` which formats vanish with the others.
    fn undominated(&self, found: Vec<Ranked>, mut told: impl FnMut(WeightFormat, Lost)) -> Vec<Ranked> {
        let beats = |by: &usize, plan: usize| self.makes_superfluous(&found, *by, plan);
        let beaten: Vec<bool> =
            (0..found.len()).map(|plan| (0..found.len()).any(|by| beats(&by, plan))).collect();
        for format in WeightFormat::NAMED {
            let own = |plan: &usize| found[*plan].format == format;
            let month = |plan: &usize| found[*plan].month.value();
            let cheapest = (0..found.len()).filter(own).min_by(|a, b| month(a).total_cmp(&month(b)));
            let Some(plan) = cheapest.filter(|_| (0..found.len()).filter(own).all(|plan| beaten[plan]))
            else {
                continue;
            };
            // whatever beats it is kept or beaten by what is kept
            if let Some(by) = (0..found.len()).find(|by| !beaten[*by] && beats(by, plan)) {
                let (than, month, instead) = (found[by].format, found[plan].month, found[by].month);
                told(format, Lost::Dearer { than, month, instead });
            }
        }
        found.into_iter().zip(beaten).filter(|(_, beaten)| !beaten).map(|(plan, _)| plan).collect()
    }

    /// Whether the plan at `by` is as cheap as the one at `plan`, as fast and as precise, under the same commitment;
    /// of equals the first stays.
    fn makes_superfluous(&self, plans: &[Ranked], by: usize, plan: usize) -> bool {
        let (other, this) = (&plans[by], &plans[plan]);
        let bits = |plan: &Ranked| self.precision(plan.format);
        let facts = (other.month <= this.month, other.tpot() <= this.tpot(), bits(other) >= bits(this));
        let equal = other.month == this.month && other.tpot() == this.tpot() && bits(other) == bits(this);
        by != plan
            && other.commitment == this.commitment
            && facts == (true, true, true)
            && (!equal || by < plan)
    }

    /// Formats worth sizing, widest first.
    fn formats(&self, site: &Site) -> Vec<WeightFormat> {
        let wide = |format: &WeightFormat| format.bits() >= self.least_bits && self.is_published(*format);
        // of weights of a given size there is one format
        if let Some(format) = self.format.or_else(|| site.stored(self.native)) {
            return if format.bits() >= self.least_bits { vec![format] } else { Vec::new() };
        }
        let all: Vec<WeightFormat> = WeightFormat::NAMED.into_iter().filter(wide).collect();
        let beaten = |at: usize| {
            let format = all[at];
            // of two that beat each other the first stays
            (0..all.len()).any(|by| {
                by != at
                    && self.beats(site, all[by], format)
                    && (by < at || !self.beats(site, format, all[by]))
            })
        };
        (0..all.len()).filter(|at| !beaten(*at)).map(|at| all[at]).collect()
    }

    /// Whether weights in this format are to be had and mean something to the engine.
    fn is_published(&self, format: WeightFormat) -> bool {
        let microscaled = self.native == NativeDtype::Mxfp4Experts;
        let llama_cpp = self.ask.engine == Engine::LlamaCpp;
        (format == WeightFormat::Mxfp4) == microscaled
            // llama.cpp's types are named by their 16, 8 and 4 bits
            && !(llama_cpp && matches!(format, WeightFormat::Fp8 | WeightFormat::Nvfp4))
    }

    /// Bits that mean something: those of the published checkpoint at the most.
    fn precision(&self, format: WeightFormat) -> u32 {
        format.bits().min(WeightFormat::from(self.native).bits())
    }

    /// Whether `one` is as precise as `other`, as small and as fast on this GPU.
    fn beats(&self, site: &Site, one: WeightFormat, other: WeightFormat) -> bool {
        let facts = |format| {
            let serving = site.setup(format, Parallel::SINGLE).serving;
            let arithmetic = site.accelerator.arithmetic(serving.weights).ok()?;
            let rate = arithmetic.peak.value() * arithmetic.efficiency(&CALIBRATED);
            Some((rate, serving.weight_bytes(site.architecture)))
        };
        let (Some((rate, bytes)), Some((others, theirs))) = (facts(one), facts(other)) else {
            return false;
        };
        self.precision(one) >= self.precision(other) && rate >= others && bytes.at_most(&theirs)
    }

    /// The plan of a replica on what one commitment's shelf has for it.
    fn price(&self, gpu: &Text, format: WeightFormat, replica: &Replica, shelf: &[&Offer]) -> Option<Ranked> {
        let Workload { volume, input_share, discount, ref terms } = self.workload;
        let mut best: Option<(Usd, Purchase, StepCost, &Offer)> = None;
        for offer in shelf.iter().filter(|offer| choice::holds(offer, replica.parallel)) {
            let each = (replica.gpus, replica.tokens_per_second);
            let purchase = Purchase::new(
                each.0,
                each.1,
                offer.gpus_per_instance,
                offer.price_per_gpu() * (1.0 - discount),
            );
            let steps = terms.on_demand(&purchase);
            let month = steps.at(volume);
            if best.as_ref().is_none_or(|(least, ..)| month < *least) {
                best = Some((month, purchase, steps, offer));
            }
        }
        let (month, purchase, steps, offer) = best?;
        let counts = steps.counts(volume);
        let prefill = match input_share {
            share if share <= 0.0 => 0.0,
            share if share >= 1.0 => 1.0,
            _ => replica.modelled.map_or(input_share, |served| served.prefill_share),
        };
        let price = |cost: f64, share: f64| (share > 0.0).then(|| (month * cost).per_mtok(volume * share));
        Some(Ranked {
            gpu: gpu.clone(),
            format,
            replica: replica.clone(),
            offer: offer.id.clone(),
            commitment: offer.commitment,
            purchase,
            purchases: counts.peak,
            paid: counts.paid,
            month,
            at_volume: month.per_mtok(volume),
            at_full_load: steps.at_full_load(),
            input: price(prefill, input_share),
            output: price(1.0 - prefill, 1.0 - input_share),
            utilisation: volume / (purchase.tokens(1.0, terms.hours) * counts.paid),
            pareto: false,
        })
    }
}

/// What is told of replicas for whose stages nobody rents an instance: the smallest stage.
fn unheld(replicas: &[Replica]) -> Lost {
    let stages = replicas.iter().map(|replica| replica.parallel.tensor);
    Lost::NoInstance { gpus: stages.min().unwrap_or(1) }
}

/// What each split of a format serves; where none serves, the refusal that is nearest to serving.
///
/// Stages come where the widest split that the model allows does not hold it, or holds less cache than weights.
fn size(site: &Site, format: WeightFormat, sized: &mut u32) -> (Vec<Replica>, Option<(u32, Refusal)>) {
    let (mut replicas, mut nearest) = (Vec::new(), None);
    let mut attempt = |parallel: Parallel| {
        *sized += 1;
        match site.serve(format, parallel) {
            Ok((replica, _)) => replicas.push(replica),
            Err(refusal) => nearest = Some(nearer(nearest.take(), parallel.gpus(), refusal)),
        }
        // GPUs of a stage that is short of memory
        match (replicas.last().map(|replica| (replica.parallel.tensor, replica.memory())), &nearest) {
            (Some((tensor, Some(memory))), _) => (memory.cache < memory.weights).then_some(tensor),
            (None, Some((gpus, Refusal::DoesNotFit(_)))) => Some(*gpus),
            _ => None,
        }
    };
    let short = TENSOR.map(|tensor| attempt(Parallel::of(tensor, 1)));
    if let Some(tensor) = short.into_iter().next_back().flatten() {
        for stages in STAGES {
            attempt(Parallel::of(tensor, stages));
        }
    }
    let refusal = nearest.filter(|_| replicas.is_empty());
    (replicas, refusal)
}
