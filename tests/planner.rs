//! The planner against a search that leaves out nothing, and the laws that its plans obey.

use llm_breakeven::catalogue::{Catalogue, Commitment};
use llm_breakeven::engine::accelerator::Accelerator;
use llm_breakeven::engine::architecture::Architecture;
use llm_breakeven::engine::breakeven::StepCost;
use llm_breakeven::engine::fleet::Purchase;
use llm_breakeven::engine::limits::arithmetic;
use llm_breakeven::engine::memory::Parallel;
use llm_breakeven::engine::planner::{Filter, Lost, Ranked, Ranking, STAGES, plan};
use llm_breakeven::engine::sizing::{Ask, Site, TENSOR};
use llm_breakeven::engine::throughput::Refusal;
use llm_breakeven::engine::weight_format::WeightFormat;
use llm_breakeven::engine::{self, choice};
use llm_breakeven::scenario::{FieldId, Scenario};
use llm_breakeven::units::{FlopsPerSecond, Usd};
use std::time::Instant;

fn scenario(fields: &[(FieldId, &str)]) -> Scenario {
    let mut scenario = Scenario::default();
    for (field, text) in fields {
        scenario.set_text(*field, text, Catalogue::builtin()).unwrap();
    }
    scenario
}

fn ranking(scenario: &Scenario) -> Ranking {
    plan(scenario, Catalogue::builtin(), &Filter::default()).unwrap()
}

/// Numbers that are the same on every machine.
struct Dice(u64);

impl Dice {
    fn roll(&mut self) -> f64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 11) as f64 / (1_u64 << 53) as f64
    }

    fn between(&mut self, low: f64, high: f64) -> f64 {
        low * (high / low).powf(self.roll())
    }

    fn pick<'a, T>(&mut self, items: &'a [T]) -> &'a T {
        &items[(self.roll() * items.len() as f64) as usize]
    }
}

/// A scenario of everything that sizing and ranking read.
fn random(dice: &mut Dice) -> Scenario {
    let catalogue = Catalogue::builtin();
    let model = dice.pick(&catalogue.models).id.to_string();
    let mut fields = vec![
        (FieldId::Model, model),
        (FieldId::Volume, format!("{:.0}", dice.between(1e7, 1e13))),
        (FieldId::InputShare, format!("{:.0}", dice.roll() * 100.0)),
        (FieldId::RequestTokens, format!("{:.0}", dice.between(50.0, 8_000.0))),
        (FieldId::TargetLoad, format!("{:.0}", 20.0 + dice.roll() * 80.0)),
        (FieldId::ServingEngine, (*dice.pick(&["vllm", "vllm", "sglang", "trtllm", "llamacpp"])).into()),
        (FieldId::KvFormat, (*dice.pick(&["fp16", "fp8"])).into()),
        (FieldId::CachedShare, format!("{:.0}", dice.roll() * 90.0)),
        // the scenario's own hardware must not matter
        (FieldId::Gpu, dice.pick(&catalogue.gpus).id.to_string()),
        (FieldId::Format, (*dice.pick(&["", "fp16", "int4"])).into()),
    ];
    if dice.roll() < 0.4 {
        fields.push((FieldId::TpotLimit, format!("{:.1}", dice.between(5.0, 200.0))));
    }
    if dice.roll() < 0.3 {
        fields.push((FieldId::TtftLimit, format!("{:.0}", dice.between(50.0, 5_000.0))));
    }
    if dice.roll() < 0.2 {
        fields.push((FieldId::DraftTokens, "3".into()));
    }
    let mut scenario = Scenario::default();
    for (field, text) in fields {
        scenario.set_text(field, &text, catalogue).unwrap();
    }
    scenario
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

/// Every calibrated GPU × format × split × offer that serves, priced.
fn exhaustive(scenario: &Scenario, formats: &[WeightFormat]) -> Vec<Plain> {
    let catalogue = Catalogue::builtin();
    let model = catalogue.model(scenario.model()).unwrap();
    let Ok(architecture) = Architecture::new(model) else { return Vec::new() };
    let ask = Ask::of(scenario);
    let newest = catalogue.newest();
    let mut plans = Vec::new();
    for gpu in &catalogue.gpus {
        let Ok(accelerator) = Accelerator::try_from(gpu) else { continue };
        let rows = catalogue.measurements.iter();
        let measurements = rows.filter(|row| row.is_of(&model.id) && row.gpu == gpu.id).collect();
        let site = Site { architecture: &architecture, accelerator: &accelerator, ask: &ask, measurements };
        for &format in formats {
            let results = TENSOR.map(|tensor| (tensor, site.serve(format, Parallel::of(tensor, 1))));
            // stages where the widest split is short of memory
            let widest = results.iter().rfind(|(_, result)| result.is_ok());
            let slow = results.iter().any(|(_, result)| matches!(result, Err(Refusal::TooSlow { .. })));
            let short = match widest {
                Some((tensor, Ok((replica, _)))) => {
                    let memory = replica.memory().unwrap();
                    (memory.cache < memory.weights).then_some(*tensor)
                }
                _ if slow => None,
                _ => results.iter().rev().find_map(|(tensor, result)| {
                    matches!(result, Err(Refusal::DoesNotFit(_))).then_some(*tensor)
                }),
            };
            let staged = short
                .into_iter()
                .flat_map(|tensor| STAGES.map(|stages| site.serve(format, Parallel::of(tensor, stages))));
            let staged: Vec<_> = staged.collect();
            let one_stage = results.into_iter().map(|(_, result)| result);
            let served = one_stage
                .chain(staged)
                .filter_map(Result::ok)
                .map(|(replica, _)| (replica.parallel, replica));
            for (parallel, replica) in served {
                for offer in catalogue.offers_of(&gpu.id).filter(|offer| offer.can_be_rented()) {
                    let peers = catalogue
                        .offers_of(&gpu.id)
                        .filter(|other| other.can_be_rented() && other.commitment == offer.commitment);
                    let any_current = peers.into_iter().any(|other| !other.provenance.is_stale(newest));
                    if !choice::holds(offer, parallel) || (any_current && offer.provenance.is_stale(newest)) {
                        continue;
                    }
                    let hours = scenario.hours_per_month();
                    let purchase = Purchase::new(
                        replica.gpus,
                        replica.tokens_per_second,
                        offer.gpus_per_instance,
                        offer.price_per_gpu(),
                    );
                    let tokens = purchase.tokens(scenario.target_load(), hours);
                    plans.push(Plain {
                        gpu: gpu.id.to_string(),
                        format,
                        parallel,
                        commitment: offer.commitment,
                        offer: offer.id.to_string(),
                        month: StepCost::new(Usd::ZERO, purchase.month(hours), tokens).at(scenario.volume()),
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

#[test]
fn plans_obey_physics_and_limits() {
    let catalogue = Catalogue::builtin();
    let mut dice = Dice(1);
    let mut checked = 0;
    for _ in 0..200 {
        let scenario = random(&mut dice);
        let model = catalogue.model(scenario.model()).unwrap();
        let ask = Ask::of(&scenario);
        let ranking = ranking(&scenario);
        for ranked in &ranking.plans {
            let served = ranked.replica.modelled.unwrap();
            for figure in [
                ranked.month.value(),
                ranked.at_volume.value(),
                ranked.at_full_load.value(),
                ranked.utilisation,
            ] {
                assert!(figure.is_finite() && figure > 0.0, "{ranked:?}");
            }
            assert!(ranked.utilisation <= scenario.target_load() * 1.000_001, "{ranked:?}");
            assert!(
                ask.demand.tpot_limit.is_none_or(|limit| served.tpot.value() <= limit.value() * 1.000_001)
            );
            assert!(
                ask.demand.ttft_limit.is_none_or(|limit| served.ttft.value() <= limit.value() * 1.000_001)
            );
            assert!(served.memory.fits() && ranked.replica.gpus <= 64);
            let dense = catalogue.gpu(&ranked.gpu).unwrap().dense;
            let peaks = [dense.fp16, dense.fp8, dense.int8, dense.fp4].into_iter().flatten();
            let peak = peaks.reduce(FlopsPerSecond::max).unwrap();
            if let Some(active) = model.parameters.active {
                let computed = served.output.value() + served.input.value() * (1.0 - ask.demand.cached);
                // embeddings are looked up, not multiplied
                let active = active as f64 - model.parameters.embedding.unwrap_or(0) as f64;
                let limit = arithmetic(active.max(1.0), peak, ranked.replica.gpus);
                let generous = 1.1; // the head works on output only, and counts of parameters are rounded
                assert!(computed <= limit.value() * generous, "{ranked:?}");
            }
            // input and output together pay the bill
            let share = scenario.input_share();
            let paid = ranked.input.map_or(0.0, |price| price.value() * share)
                + ranked.output.map_or(0.0, |price| price.value() * (1.0 - share));
            assert!((paid / ranked.at_volume.value() - 1.0).abs() < 1e-9, "{ranked:?}");
            checked += 1;
        }
        assert!(ranking.plans.is_sorted_by(|a, b| a.month <= b.month));
        for ranked in &ranking.plans {
            let better = |other: &Ranked| other.month <= ranked.month && other.tpot() < ranked.tpot();
            let earlier = ranking.plans.iter().take_while(|other| !std::ptr::eq(*other, ranked));
            assert!(!(ranked.pareto && earlier.into_iter().any(|o| o.tpot() <= ranked.tpot())));
            assert!(
                ranked.pareto
                    || ranking
                        .plans
                        .iter()
                        .any(|o| better(o) || (o.tpot() == ranked.tpot() && o.month <= ranked.month))
            );
        }
    }
    assert!(checked > 5_000);
}

#[test]
fn every_gpu_is_ranked_or_has_a_reason() {
    let mut dice = Dice(3);
    for _ in 0..100 {
        let ranking = ranking(&random(&mut dice));
        for gpu in &Catalogue::builtin().gpus {
            let ranked = ranking.plans.iter().any(|plan| plan.gpu == gpu.id);
            let whole = ranking.rejected.iter().any(|lost| lost.gpu == gpu.id && lost.format.is_none());
            assert!(ranked != whole, "{}: ranked {ranked}, rejected {whole}", gpu.id);
        }
    }
}

#[test]
fn a_plan_put_into_the_scenario_costs_what_was_said() {
    let catalogue = Catalogue::builtin();
    let mut dice = Dice(5);
    let mut compared = 0;
    while compared < 300 {
        let mut scenario = random(&mut dice);
        scenario.set_text(FieldId::ApiInput, "1", catalogue).unwrap();
        scenario.set_text(FieldId::ApiOutput, "2", catalogue).unwrap();
        let ranking = ranking(&scenario);
        if ranking.plans.is_empty() {
            continue;
        }
        for _ in 0..5 {
            let ranked = dice.pick(&ranking.plans);
            for (field, text) in ranked.settings() {
                scenario.set_text(field, &text, catalogue).unwrap();
            }
            let report = engine::evaluate(&scenario, catalogue).unwrap();
            let plan = report.plan.unwrap_or_else(|why| panic!("{ranked:?}: {why:?}"));
            assert!((plan.replica.tokens_per_second / ranked.replica.tokens_per_second - 1.0).abs() < 1e-9);
            assert!((plan.bill.hardware / ranked.month - 1.0).abs() < 1e-9, "{ranked:?}");
            assert!((plan.gpus() - ranked.gpus()).abs() < 0.5);
            compared += 1;
        }
    }
}

#[test]
fn reasons_are_true() {
    let catalogue = Catalogue::builtin();
    let why = |fields: &[(FieldId, &str)], filter: &Filter, gpu: &str| {
        let ranking = plan(&scenario(fields), catalogue, filter).unwrap();
        ranking.rejected.iter().find(|lost| lost.gpu == gpu && lost.format.is_none()).map(|lost| lost.why)
    };
    let all = Filter::default();
    assert_eq!(why(&[], &all, "gaudi3"), Some(Lost::NotCalibrated));
    assert_eq!(why(&[], &all, "mi355x"), Some(Lost::NoOffer));
    let wide = Filter { least_bits: 16, ..all };
    let kimi = [(FieldId::Model, "kimi-k2")];
    assert!(matches!(why(&kimi, &wide, "t4"), Some(Lost::DoesNotFit { missing, .. }) if missing.gib() > 1.0));
    let strict = [(FieldId::TpotLimit, "5")];
    assert!(matches!(why(&strict, &all, "l4"), Some(Lost::Latency { tpot, .. }) if tpot.value() > 5.0));
    let only = Filter { provider: Some("lambda"), ..all };
    assert_eq!(why(&[], &only, "l40s"), Some(Lost::NoOffer));
    // one V100 or T4 an instance cannot hold what needs eight that share a link
    let single = Filter { provider: Some("aws"), commitment: Some(Commitment::OnDemand), ..all };
    assert!(matches!(why(&[], &single, "t4"), None | Some(Lost::NoInstance { .. })));
    for ranked in plan(&Scenario::default(), catalogue, &single).unwrap().plans {
        let offer = catalogue.offer(&ranked.offer).unwrap();
        assert!(offer.provider == "aws" && offer.commitment == Commitment::OnDemand);
        assert!(offer.instance.is_none() || offer.gpus_per_instance >= ranked.replica.parallel.tensor);
    }
    assert!(
        plan(&Scenario::default(), catalogue, &wide).unwrap().plans.iter().all(|p| p.format.bits() >= 16)
    );
    let europe = Filter { region: Some("eu"), ..all };
    let plans = plan(&Scenario::default(), catalogue, &europe).unwrap().plans;
    let of = |offer: &str| catalogue.offer(offer).unwrap().region.clone().unwrap();
    assert!(!plans.is_empty() && plans.iter().all(|plan| of(&plan.offer).starts_with("eu")));
}

/// What one instance does not hold is spread over stages.
#[test]
fn models_larger_than_an_instance_come_in_stages() {
    let ranking = ranking(&scenario(&[(FieldId::Model, "deepseek-v3")]));
    let on = |gpu: &str| ranking.plans.iter().filter(|plan| plan.gpu == gpu).cloned().collect::<Vec<_>>();
    // 671 GB of weights over GPUs of 80 GB: eight do not hold them
    let int8 = on("a100-sxm-80gb").into_iter().find(|plan| plan.format == WeightFormat::Int8);
    let parallel = int8.expect("DeepSeek V3 in INT8 over A100s").replica.parallel;
    assert!(parallel.pipeline >= 2 && parallel.tensor == 8, "{parallel:?}");
    assert!(on("h200-sxm").iter().any(|plan| plan.replica.parallel == Parallel::of(8, 1)));
}

/// `cargo test --release --no-default-features --test planner speed -- --ignored --nocapture`
#[test]
#[ignore = "a measurement: of use in a release build on a quiet machine"]
fn speed() {
    for fields in [
        vec![],
        vec![(FieldId::TpotLimit, "30"), (FieldId::TtftLimit, "1000")],
        vec![(FieldId::Model, "deepseek-r1")],
        vec![(FieldId::Model, "llama-3.1-8b"), (FieldId::TpotLimit, "15")],
        vec![(FieldId::Model, "gpt-oss-120b"), (FieldId::TpotLimit, "20")],
    ] {
        let scenario = scenario(&fields);
        let mut times: Vec<f64> = (0..100)
            .map(|_| {
                let began = Instant::now();
                std::hint::black_box(ranking(&scenario));
                began.elapsed().as_secs_f64() * 1e3
            })
            .collect();
        times.sort_by(f64::total_cmp);
        let ranking = ranking(&scenario);
        let front = ranking.plans.iter().filter(|plan| plan.pareto).count();
        println!(
            "{fields:?}: median {:.2} ms, p95 {:.2} ms; {} sized, {} plans, {front} on the front, {} rejected",
            times[50],
            times[95],
            ranking.sized,
            ranking.plans.len(),
            ranking.rejected.len(),
        );
    }
}

#[test]
fn show() {
    for c in llm_breakeven::engine::right_sizing::check(Catalogue::builtin(), &Ask::of(&Scenario::default()))
    {
        println!(
            "{:?} {} {:?} {:?} {:?} => {:?} {:?} {}",
            c.claim.place,
            c.claim.models.1,
            c.claim.format,
            c.claim.gpu,
            c.claim.said,
            c.computed,
            c.error,
            c.holds
        );
    }
}
