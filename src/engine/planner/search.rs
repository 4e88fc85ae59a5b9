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
use crate::engine::sizing::{Ask, Replica, Site, TENSOR, nearer};
use crate::engine::throughput::Refusal;
use crate::engine::weight_format::WeightFormat;
use crate::units::{Hours, Tokens, Usd};

/// What is bought for.
pub(super) struct Workload {
    pub volume: Tokens,
    pub input_share: f64,
    pub hours: Hours,
    pub load: f64,
}

/// One search.
pub(super) struct Search<'a> {
    pub native: NativeDtype,
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
        let mut found: Vec<Ranked> = Vec::new();
        let mut lost: Vec<(WeightFormat, u32, Refusal)> = Vec::new();
        let mut least_stage: Option<u32> = None;
        let formats = self.formats(&site);
        for &format in &formats {
            let (replicas, refusal) = size(&site, format, &mut ranking.sized);
            lost.extend(refusal.map(|(gpus, refusal)| (format, gpus, refusal)));
            for replica in replicas {
                let stage = replica.parallel.tensor;
                least_stage = Some(least_stage.map_or(stage, |least: u32| least.min(stage)));
                found.extend(offers.iter().filter_map(|shelf| self.price(&gpu.id, format, &replica, shelf)));
            }
        }
        if found.is_empty() {
            if let Some(gpus) = least_stage {
                return Err(Lost::NoInstance { gpus });
            }
            let nearest =
                lost.into_iter().fold(None, |best, (_, gpus, refusal)| Some(nearer(best, gpus, refusal)));
            return Err(nearest.map_or(Lost::NotCalibrated, |(gpus, refusal)| Lost::of(gpus, &refusal)));
        }
        let rejected = |format, why| Rejected { gpu: gpu.id.clone(), format: Some(format), why };
        for (format, gpus, refusal) in lost {
            ranking.rejected.push(rejected(format, Lost::of(gpus, &refusal)));
        }
        let beaten: Vec<bool> = (0..found.len())
            .map(|plan| (0..found.len()).any(|by| self.makes_superfluous(&found, by, plan)))
            .collect();
        for format in formats {
            let own = |plan: &usize| found[*plan].format == format;
            let cheapest = (0..found.len())
                .filter(own)
                .min_by(|a, b| found[*a].month.value().total_cmp(&found[*b].month.value()));
            if let Some(plan) = cheapest.filter(|_| (0..found.len()).filter(own).all(|plan| beaten[plan]))
                && let Some(by) =
                    (0..found.len()).find(|by| !beaten[*by] && self.makes_superfluous(&found, *by, plan))
            {
                let (than, month, instead) = (found[by].format, found[plan].month, found[by].month);
                ranking.rejected.push(rejected(format, Lost::Dearer { than, month, instead }));
            }
        }
        let kept = found.into_iter().zip(beaten).filter(|(_, beaten)| !beaten);
        ranking.plans.extend(kept.map(|(plan, _)| plan));
        Ok(())
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
        let mut kept: Vec<WeightFormat> = Vec::new();
        let all = WeightFormat::NAMED.into_iter().filter(|format| self.is_published(*format));
        let all: Vec<WeightFormat> = all.filter(|format| format.bits() >= self.least_bits).collect();
        for &format in &all {
            let beaten = |by: &&WeightFormat| **by != format && self.beats(site, **by, format);
            // of two that beat each other the first stays
            let by = all.iter().find(beaten);
            if by.is_none_or(|by| self.beats(site, format, *by) && !kept.contains(by)) {
                kept.push(format);
            }
        }
        kept
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
        let Workload { volume, input_share, hours, load } = self.workload;
        let mut best: Option<(Usd, Purchase, StepCost, &Offer)> = None;
        for offer in shelf.iter().filter(|offer| choice::holds(offer, replica.parallel)) {
            let each = (replica.gpus, replica.tokens_per_second);
            let purchase = Purchase::new(each.0, each.1, offer.gpus_per_instance, offer.price_per_gpu());
            let steps = StepCost::new(Usd::ZERO, purchase.month(hours), purchase.tokens(load, hours));
            let month = steps.at(volume);
            if best.as_ref().is_none_or(|(least, ..)| month < *least) {
                best = Some((month, purchase, steps, offer));
            }
        }
        let (month, purchase, steps, offer) = best?;
        let purchases = steps.purchases(volume);
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
            purchases,
            month,
            at_volume: month.per_mtok(volume),
            at_full_load: steps.at_full_load(),
            input: price(prefill, input_share),
            output: price(1.0 - prefill, 1.0 - input_share),
            utilisation: volume / (purchase.tokens(1.0, hours) * purchases),
            pareto: false,
        })
    }
}

/// What each split of a format serves; where none serves, the refusal that is nearest to serving.
///
/// Stages come where the widest split that the model allows does not hold it.
fn size(site: &Site, format: WeightFormat, sized: &mut u32) -> (Vec<Replica>, Option<(u32, Refusal)>) {
    let (mut replicas, mut nearest) = (Vec::new(), None);
    let mut attempt = |parallel: Parallel, nearest: &mut Option<(u32, Refusal)>| {
        *sized += 1;
        match site.serve(format, parallel) {
            Ok((replica, _)) => replicas.push(replica),
            Err(refusal) => *nearest = Some(nearer(nearest.take(), parallel.gpus(), refusal)),
        }
        replicas.is_empty()
    };
    let mut none = true;
    for tensor in TENSOR {
        none = attempt(Parallel::of(tensor, 1), &mut nearest);
    }
    if none && let Some((widest, Refusal::DoesNotFit(_))) = nearest {
        for stages in STAGES {
            attempt(Parallel::of(widest, stages), &mut nearest);
        }
    }
    let refusal = nearest.filter(|_| replicas.is_empty());
    (replicas, refusal)
}
