//! What the scenario says of its limits, engine, cache, stages and drafts is what is sized.

use llm_breakeven::catalogue::Catalogue;
use llm_breakeven::engine::memory::Parallel;
use llm_breakeven::engine::provenance::Tier;
use llm_breakeven::engine::throughput::{Binds, Throughput};
use llm_breakeven::engine::{Infeasible, Plan, evaluate};
use llm_breakeven::scenario::{FieldId, Scenario};

/// One model on one GPU for which nothing is published, so that only the fields change what is said.
const PLAIN: [(FieldId, &str); 4] = [
    (FieldId::Model, "llama-3.1-8b"),
    (FieldId::Gpu, "h100-sxm"),
    (FieldId::Format, "fp8"),
    (FieldId::GpusPerReplica, "1"),
];

fn plan(fields: &[(FieldId, &str)]) -> Result<Plan, Infeasible> {
    let mut scenario = Scenario::default();
    for (field, text) in PLAIN.iter().chain(fields) {
        scenario.set_text(*field, text, Catalogue::builtin()).unwrap();
    }
    evaluate(&scenario, Catalogue::builtin()).unwrap().plan
}

fn served(fields: &[(FieldId, &str)]) -> Throughput {
    plan(fields).unwrap().replica.modelled.unwrap()
}

#[test]
fn limits_on_latency_are_kept_or_said_to_be_impossible() {
    let free = served(&[]);
    for limit in ["20", "10", "6"] {
        let kept = served(&[(FieldId::TpotLimit, limit)]);
        assert!(kept.tpot.value() <= limit.parse().unwrap() && kept.tpot < free.tpot);
        assert!(kept.output < free.output && kept.binds == Binds::Latency);
    }
    let first = served(&[(FieldId::TtftLimit, "150")]);
    assert!(first.ttft.value() <= 150.0 && first.ttft < free.ttft);
    match plan(&[(FieldId::TpotLimit, "0.5")]) {
        Err(Infeasible::Latency { gpus: 1, ttft, tpot }) => {
            assert!(tpot.value() > 0.5 && tpot < free.tpot && ttft.value() > 0.0);
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn limits_hold_for_what_a_measurement_corrects() {
    let published = [(FieldId::Model, "llama-3.3-70b"), (FieldId::GpusPerReplica, "2")];
    let free = plan(&published).unwrap();
    assert_eq!(free.replica.tier, Tier::Published);
    for limit in [15.0, 25.0, 35.0] {
        let text = limit.to_string();
        let limited = plan(&[published[0], published[1], (FieldId::TpotLimit, &text)]).unwrap();
        let served = limited.replica.modelled.unwrap();
        assert!(served.tpot.value() <= limit * 1.000_001, "{served:?}");
        let total = served.output + served.input;
        assert!((total / limited.replica.tokens_per_second - 1.0).abs() < 1e-9);
    }
}

#[test]
fn ttft_is_a_range_around_what_is_said() {
    let served = served(&[]);
    let (low, high) = served.ttft_range();
    assert!(low < served.ttft && served.ttft < high);
}

#[test]
fn an_8_bit_cache_holds_more_and_a_shared_input_is_not_prefilled() {
    let long = (FieldId::RequestTokens, "20,000");
    let (wide, narrow) = (served(&[long]), served(&[long, (FieldId::KvFormat, "fp8")]));
    assert!(narrow.memory.sequences > wide.memory.sequences * 1.9);
    let cached = served(&[long, (FieldId::CachedShare, "80")]);
    assert!(cached.output > wide.output && cached.ttft < wide.ttft);
    assert!(cached.prefill_share < wide.prefill_share);
    // all of it cached is still a number
    assert!(served(&[(FieldId::CachedShare, "100"), (FieldId::InputShare, "100")]).input.value().is_finite());
}

#[test]
fn the_engine_counts() {
    let of = |engine| served(&[(FieldId::ServingEngine, engine)]);
    // llama.cpp holds 8.5 bits for 8 and computes slower
    assert!(of("llamacpp").output < of("vllm").output * 0.8);
    // TensorRT-LLM reserves the whole output
    assert!(of("trtllm").memory.sequence > of("vllm").memory.sequence);
    assert!(of("sglang").ttft > of("vllm").ttft);
}

#[test]
fn drafts_that_are_accepted_answer_faster_when_few_run() {
    let strict = (FieldId::TtftLimit, "60");
    let plain = served(&[strict]);
    let with = |acceptance| served(&[strict, (FieldId::DraftTokens, "3"), (FieldId::Acceptance, acceptance)]);
    assert!(with("90").tpot < plain.tpot, "{:?} {:?}", with("90").tpot, plain.tpot);
    assert!(with("0").tpot > plain.tpot);
}

#[test]
fn stages_divide_the_replica() {
    let four = [(FieldId::Model, "llama-3.3-70b"), (FieldId::GpusPerReplica, "4")];
    let staged = plan(&[four[0], four[1], (FieldId::PipelineStages, "2")]).unwrap();
    assert_eq!((staged.replica.parallel, staged.replica.gpus), (Parallel::of(2, 2), 4));
    let odd = plan(&[four[0], four[1], (FieldId::PipelineStages, "3")]);
    assert!(matches!(odd, Err(Infeasible::Refused(_))), "{odd:?}");
    let left_open = [(FieldId::Model, "llama-3.3-70b"), (FieldId::GpusPerReplica, "")];
    let staged = plan(&[left_open[0], left_open[1], (FieldId::PipelineStages, "2")]).unwrap();
    assert_eq!(staged.replica.parallel.pipeline, 2);
}

#[test]
fn an_own_figure_is_within_limits_and_below_the_arithmetic() {
    // what was measured is what is sustained within the limits
    let own = plan(&[(FieldId::Throughput, "5,000"), (FieldId::TpotLimit, "0.5")]).unwrap().replica;
    assert_eq!((own.tier, own.tokens_per_second.value()), (Tier::Own, 5_000.0));
    assert!((own.modelled.unwrap().output.value() - 1_500.0).abs() < 1e-6);
    let impossible = [(FieldId::Throughput, "150,000")];
    assert!(matches!(plan(&impossible), Err(Infeasible::TooFast { .. })));
    // input that is cached is not computed
    assert!(plan(&[impossible[0], (FieldId::CachedShare, "90")]).is_ok());
}

#[test]
fn one_instance_holds_a_stage() {
    let t4 = [(FieldId::Gpu, "t4"), (FieldId::Format, "int8"), (FieldId::GpusPerReplica, "8")];
    match plan(&t4) {
        Err(Infeasible::NoInstance { gpus: 8 }) => {}
        Ok(plan) => {
            let offer = plan.offer.unwrap();
            assert!(offer.instance.is_none() || offer.gpus_per_instance >= 8, "{offer:?}");
        }
        other => panic!("{other:?}"),
    }
}
