//! The planner against a search that leaves out nothing, and the laws that its plans obey.

use llm_breakeven::catalogue::Catalogue;
use llm_breakeven::engine::planner::{Filter, plan};
use llm_breakeven::scenario::{FieldId, Scenario};
use std::time::Instant;

fn scenario(fields: &[(FieldId, &str)]) -> Scenario {
    let mut scenario = Scenario::default();
    for (field, text) in fields {
        scenario.set_text(*field, text, Catalogue::builtin()).unwrap();
    }
    scenario
}

/// `cargo test --release --no-default-features --test planner speed -- --ignored --nocapture`
#[test]
#[ignore = "a measurement: of use in a release build on a quiet machine"]
fn speed() {
    let catalogue = Catalogue::builtin();
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
                std::hint::black_box(plan(&scenario, catalogue, &Filter::default()).unwrap());
                began.elapsed().as_secs_f64() * 1e3
            })
            .collect();
        times.sort_by(f64::total_cmp);
        let ranking = plan(&scenario, catalogue, &Filter::default()).unwrap();
        println!(
            "{fields:?}: median {:.2} ms, p95 {:.2} ms, {} sized, {} plans, {} on the front, {} rejected",
            times[50],
            times[95],
            ranking.sized,
            ranking.plans.len(),
            ranking.plans.iter().filter(|plan| plan.pareto).count(),
            ranking.rejected.len(),
        );
    }
}

#[test]
fn show() {
    let ranking = plan(&Scenario::default(), Catalogue::builtin(), &Filter::default()).unwrap();
    for p in ranking.plans.iter() {
        println!(
            "{} {:?} tp{} pp{} {} ${:.0} {}gpus in {:.2?} out {:.2?} tok/s {:.0} tpot {:.1} ttft {:.0} util {:.2} {} {:?} {:?}",
            p.gpu,
            p.format,
            p.replica.parallel.tensor,
            p.replica.parallel.pipeline,
            p.offer,
            p.month.value(),
            p.gpus(),
            p.input.map(|x| x.value()),
            p.output.map(|x| x.value()),
            p.replica.tokens_per_second.value(),
            p.tpot().value(),
            p.replica.modelled.unwrap().ttft.value(),
            p.utilisation,
            if p.pareto { "*" } else { "" },
            p.replica.tier,
            p.replica.modelled.unwrap().binds
        );
    }
    for r in &ranking.rejected {
        println!("{:?}", r);
    }
    println!("{} offers", Catalogue::builtin().offers.len());
}
