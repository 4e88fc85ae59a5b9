//! The laws that the planner's plans obey; `planner_search.rs` compares it with a search that leaves out nothing.

mod support;

use llm_breakeven::catalogue::{Catalogue, Commitment};
use llm_breakeven::engine;
use llm_breakeven::engine::limits::arithmetic;
use llm_breakeven::engine::memory::Parallel;
use llm_breakeven::engine::planner::{Filter, Lost, Ranked, Ranking, plan};
use llm_breakeven::engine::sizing::Ask;
use llm_breakeven::engine::weight_format::WeightFormat;
use llm_breakeven::scenario::{FieldId, Scenario};
use llm_breakeven::units::FlopsPerSecond;
use std::time::Instant;
use support::random::{Dice, random};

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
            // a fleet that scales to zero is paid by the minute; any other is planned to the target load at its peak
            let paid_by_the_hour = scenario.name(FieldId::Fleet) != Some("zero");
            assert!(
                !paid_by_the_hour || ranked.utilisation <= scenario.target_load() * 1.000_001,
                "{ranked:?}"
            );
            assert!(ranked.utilisation <= 1.000_001, "{ranked:?}");
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
            let as_cheap = ranking.plans.iter().any(|o| o.month == ranked.month && o.tpot() < ranked.tpot());
            assert!(!(ranked.pareto && as_cheap), "as cheap and faster: {ranked:?}");
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
