//! The planner against a search that leaves out nothing.

mod support;

use llm_breakeven::catalogue::{Catalogue, Commitment};
use llm_breakeven::engine::accelerator::Accelerator;
use llm_breakeven::engine::architecture::Architecture;
use llm_breakeven::engine::choice;
use llm_breakeven::engine::fleet::Purchase;
use llm_breakeven::engine::memory::Parallel;
use llm_breakeven::engine::plan::Terms;
use llm_breakeven::engine::planner::{Filter, Ranked, Ranking, STAGES, plan};
use llm_breakeven::engine::sizing::{Ask, Replica, Site, TENSOR};
use llm_breakeven::engine::throughput::Refusal;
use llm_breakeven::engine::weight_format::WeightFormat;
use llm_breakeven::scenario::{FieldId, Scenario};
use llm_breakeven::units::Usd;
use support::random::{Dice, random};

fn ranking(scenario: &Scenario) -> Ranking {
    plan(scenario, Catalogue::builtin(), &Filter::default()).unwrap()
}

/// A plan of the search that leaves out nothing.
struct Plain {
    gpu: String,
    format: WeightFormat,
    parallel: Parallel,
    commitment: Commitment,
    offer: String,
    month: Usd,
    tpot: f64,
}

/// Every split that serves; stages where the widest one is short of memory.
fn replicas(site: &Site, format: WeightFormat) -> Vec<Replica> {
    let serve = |tensor, stages| site.serve(format, Parallel::of(tensor, stages)).map(|(replica, _)| replica);
    let results = TENSOR.map(|tensor| (tensor, serve(tensor, 1)));
    let slow = results.iter().any(|(_, result)| matches!(result, Err(Refusal::TooSlow { .. })));
    let short = match results.iter().rfind(|(_, result)| result.is_ok()) {
        Some((tensor, Ok(replica))) => {
            replica.memory().is_some_and(|memory| memory.cache < memory.weights).then_some(*tensor)
        }
        _ if slow => None,
        _ => results
            .iter()
            .rev()
            .find_map(|(tensor, result)| matches!(result, Err(Refusal::DoesNotFit(_))).then_some(*tensor)),
    };
    let staged = short.into_iter().flat_map(|tensor| STAGES.map(|stages| serve(tensor, stages)));
    let staged: Vec<_> = staged.collect();
    results.into_iter().map(|(_, result)| result).chain(staged).filter_map(Result::ok).collect()
}

/// Every calibrated GPU × format × split × offer that serves, priced.
fn exhaustive(scenario: &Scenario, formats: &[WeightFormat]) -> Vec<Plain> {
    let catalogue = Catalogue::builtin();
    let model = catalogue.model(scenario.model()).unwrap();
    let Ok(architecture) = Architecture::new(model) else { return Vec::new() };
    let ask = Ask::of(scenario);
    let newest = catalogue.newest();
    let (terms, discount) = (Terms::rented(scenario), scenario.share(FieldId::GpuDiscount));
    let mut plans = Vec::new();
    for gpu in &catalogue.gpus {
        let Ok(accelerator) = Accelerator::try_from(gpu) else { continue };
        let rows = catalogue.measurements.iter();
        let measurements = rows.filter(|row| row.is_of(&model.id) && row.gpu == gpu.id).collect();
        let site = Site { architecture: &architecture, accelerator: &accelerator, ask: &ask, measurements };
        for &format in formats {
            for replica in replicas(&site, format) {
                for offer in catalogue.offers_of(&gpu.id).filter(|offer| offer.can_be_rented()) {
                    let peers = catalogue
                        .offers_of(&gpu.id)
                        .filter(|other| other.can_be_rented() && other.commitment == offer.commitment);
                    let any_current = peers.into_iter().any(|other| !other.provenance.is_stale(newest));
                    if !choice::holds(offer, replica.parallel)
                        || (any_current && offer.provenance.is_stale(newest))
                    {
                        continue;
                    }
                    let purchase = Purchase::new(
                        replica.gpus,
                        replica.tokens_per_second,
                        offer.gpus_per_instance,
                        offer.price_per_gpu() * (1.0 - discount),
                    );
                    plans.push(Plain {
                        gpu: gpu.id.to_string(),
                        format,
                        parallel: replica.parallel,
                        commitment: offer.commitment,
                        offer: offer.id.to_string(),
                        month: terms.on_demand(&purchase).at(scenario.volume()),
                        tpot: replica.modelled.unwrap().tpot.value(),
                    });
                }
            }
        }
    }
    plans
}

fn same(plain: &Plain, ranked: &Ranked) -> bool {
    plain.gpu == ranked.gpu
        && plain.format == ranked.format
        && plain.parallel == ranked.replica.parallel
        && plain.commitment == ranked.commitment
}

#[test]
fn equals_the_search_that_leaves_out_nothing() {
    let mut dice = Dice(20_261_124);
    let (mut scenarios, mut compared, mut kept) = (0, 0, 0);
    while scenarios < 240 {
        let scenario = random(&mut dice);
        let ranking = ranking(&scenario);
        let native = Catalogue::builtin().model(scenario.model()).unwrap().native_dtype;
        let microscaled = WeightFormat::from(native) == WeightFormat::Mxfp4;
        let formats: Vec<WeightFormat> =
            WeightFormat::NAMED.into_iter().filter(|f| (*f == WeightFormat::Mxfp4) == microscaled).collect();
        let precision = |format: WeightFormat| format.bits().min(WeightFormat::from(native).bits());
        let all = exhaustive(&scenario, &formats);
        // each plan is in the full search, at the lowest price there
        for ranked in &ranking.plans {
            let months = all.iter().filter(|plain| same(plain, ranked)).map(|plain| plain.month.value());
            assert_eq!(months.reduce(f64::min), Some(ranked.month.value()), "{ranked:?}");
            assert!(all.iter().any(|plain| same(plain, ranked) && plain.offer == ranked.offer));
        }
        // each plan of the full search is ranked or no better than one that is
        for plain in &all {
            let covered = ranking.plans.iter().any(|ranked| {
                ranked.gpu == plain.gpu
                    && ranked.commitment == plain.commitment
                    && ranked.month.value() <= plain.month.value()
                    && precision(ranked.format) >= precision(plain.format)
                    && ranked.tpot().value() <= plain.tpot
            });
            let sized = ranking.plans.iter().any(|r| r.gpu == plain.gpu && r.format == plain.format)
                || ranking.rejected.iter().any(|r| r.gpu == plain.gpu && r.format == Some(plain.format));
            assert!(
                covered || !sized,
                "{} {:?} {:?} at {}: ${} {} ms",
                plain.gpu,
                plain.format,
                plain.parallel,
                plain.offer,
                plain.month.value(),
                plain.tpot
            );
            compared += 1;
        }
        kept += ranking.plans.len();
        scenarios += 1;
    }
    println!("{scenarios} scenarios: {kept} plans ranked of {compared}");
    assert!(compared > 100_000);
}

/// A format that is not sized because another one is as precise, as small and as fast could not have been cheaper.
#[test]
fn formats_that_are_not_sized_are_no_loss() {
    let mut dice = Dice(7);
    let mut compared = 0;
    for _ in 0..60 {
        let mut scenario = random(&mut dice);
        scenario.set_text(FieldId::TpotLimit, "", Catalogue::builtin()).unwrap();
        scenario.set_text(FieldId::TtftLimit, "", Catalogue::builtin()).unwrap();
        let ranking = ranking(&scenario);
        let native = WeightFormat::from(Catalogue::builtin().model(scenario.model()).unwrap().native_dtype);
        if native == WeightFormat::Mxfp4 {
            continue;
        }
        // how many stages are tried depends on the format
        let one_stage = |plain: &Plain| plain.parallel.pipeline == 1;
        for plain in exhaustive(&scenario, &WeightFormat::NAMED[..5]).into_iter().filter(one_stage) {
            let mut own = ranking.plans.iter().filter(|ranked| ranked.gpu == plain.gpu);
            if own.clone().any(|ranked| ranked.replica.measurement.is_some()) {
                continue;
            }
            let cheapest = own.find(|ranked| ranked.commitment == plain.commitment);
            let cheapest = cheapest.unwrap_or_else(|| panic!("{} {:?}", plain.gpu, plain.commitment));
            assert!(
                cheapest.month.value() <= plain.month.value() * 1.000_001,
                "{} {:?}",
                plain.gpu,
                plain.format
            );
            compared += 1;
        }
    }
    assert!(compared > 10_000);
}
