//! Laws that hold for every input: no figure above the hardware, no NaN, more of a resource never hurts.

use llm_breakeven::catalogue::Catalogue;
use llm_breakeven::engine::accelerator::Accelerator;
use llm_breakeven::engine::architecture::Architecture;
use llm_breakeven::engine::constants::CALIBRATED;
use llm_breakeven::engine::kv_cache::{KvCache, KvFormat};
use llm_breakeven::engine::measured::corrected;
use llm_breakeven::engine::memory::{Engine, Parallel, Serving, plan, size_range};
use llm_breakeven::engine::throughput::{Demand, Generation, Refusal, Setup, Speculation, Throughput, Tier};
use llm_breakeven::engine::weight_format::{GgufType, WeightFormat};
use llm_breakeven::units::{BytesPerSecond, Milliseconds};
use proptest::prelude::*;
use proptest::sample::select;

fn models() -> Vec<(String, Architecture)> {
    let usable = |m: &llm_breakeven::catalogue::Model| {
        m.parameters.total.is_some().then(|| (m.id.to_string(), Architecture::new(m).unwrap()))
    };
    Catalogue::builtin().models.iter().filter_map(usable).collect()
}

fn gpus() -> Vec<Accelerator> {
    Catalogue::builtin().gpus.iter().filter_map(|gpu| Accelerator::try_from(gpu).ok()).collect()
}

const FORMATS: [WeightFormat; 9] = [
    WeightFormat::Fp32,
    WeightFormat::Bf16,
    WeightFormat::Fp8,
    WeightFormat::Int8,
    WeightFormat::Int4,
    WeightFormat::Nvfp4,
    WeightFormat::Mxfp4,
    WeightFormat::Gguf(GgufType::Q4_K_M),
    WeightFormat::Gguf(GgufType::Q8_0),
];
const ENGINES: [Engine; 5] =
    [Engine::Vllm, Engine::Sglang, Engine::TensorRtLlm, Engine::LlamaCpp, Engine::Transformers];

fn serving() -> impl Strategy<Value = Serving> {
    let cache = select(vec![KvFormat::Fp16, KvFormat::Fp8, KvFormat::Q8_0, KvFormat::Q4_0]);
    let degrees = (select(vec![1_u32, 2, 4, 8]), select(vec![1_u32, 2, 4]));
    (select(ENGINES.to_vec()), select(FORMATS.to_vec()), cache, degrees).prop_map(
        |(engine, weights, cache, degrees)| Serving {
            engine,
            weights,
            cache,
            parallel: Parallel::of(degrees.0, degrees.1),
            memory_share: None,
            max_sequences: None,
            flash_attention: true,
            weight_size: None,
        },
    )
}

fn demand() -> impl Strategy<Value = Demand> {
    (0.0..5.0_f64, 0.0..4.5_f64, 0.0..0.95_f64).prop_map(|(isl, osl, cached)| Demand {
        isl: 10_f64.powf(isl).round(),
        osl: 10_f64.powf(osl).round(),
        cached,
        ttft_limit: None,
        tpot_limit: None,
    })
}

fn figures(t: &Throughput) -> [f64; 10] {
    [
        t.output.value(),
        t.input.value(),
        t.requests,
        t.tpot.value(),
        t.ttft.value(),
        t.bound.value(),
        t.running,
        t.memory.weights.value(),
        t.memory.sequences,
        t.step.total(),
    ]
}

fn setup<'a>(model: &'a Architecture, gpu: &'a Accelerator, serving: Serving) -> Setup<'a> {
    let generation = Generation::Current;
    Setup {
        architecture: model,
        accelerator: gpu,
        serving,
        generation,
        speculation: None,
        constants: &CALIBRATED,
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn nothing_exceeds_the_hardware(
        model in select(models()), gpu in select(gpus()), serving in serving(), demand in demand(),
        generation in select(vec![Generation::Current, Generation::Year2024, Generation::Tuned]),
        speculation in prop::option::of((1_u32..8, 0.0..0.99_f64, 0.0..0.5_f64)),
    ) {
        let speculation = speculation.map(|(draft_tokens, acceptance, draft_cost)| {
            Speculation { draft_tokens, acceptance, draft_cost }
        });
        let setup = Setup { generation, speculation, ..setup(&model.1, &gpu, serving) };
        if let Ok(t) = setup.capacity(&demand) {
            for figure in figures(&t) {
                prop_assert!(figure.is_finite() && figure > 0.0, "{} {t:?}", model.0);
            }
            prop_assert!(t.output <= t.bound, "{} {t:?}", model.0);
            // Two operations per active parameter and token, at the highest peak there is.
            let active = model.1.components.every_token()
                + model.1.routing.map_or(0.0, |r| model.1.components.experts * r.active_share());
            let tokens = t.output.value() + t.input.value() * (1.0 - demand.cached);
            let gpus = f64::from(serving.parallel.gpus());
            prop_assert!(2.0 * active * tokens <= gpu.highest_peak() * gpus * 1.0001, "{} {t:?}", model.0);
            let held = t.memory.weights + t.memory.workspace;
            prop_assert!(held <= t.memory.memory);
        }
    }

    #[test]
    fn no_correction_exceeds_the_arithmetic(
        model in select(models()), gpu in select(gpus()), serving in serving(), demand in demand(),
        correction in 0.1..50.0_f64,
    ) {
        let setup = setup(&model.1, &gpu, serving);
        if let Ok(t) = corrected(&setup, &demand, correction, Tier::Published) {
            let limit = setup.limit(&demand, None).unwrap();
            prop_assert!(t.output <= limit, "{} {t:?}", model.0);
            prop_assert!(setup.capacity(&demand).unwrap().output <= limit);
            prop_assert!(setup.limit(&demand, Some(t.running)).unwrap() <= limit);
            // rates and latencies move together
            prop_assert!((t.input / t.output * demand.osl / demand.isl - 1.0).abs() < 1e-9);
            prop_assert!((0.0..=1.0).contains(&t.prefill_share));
        }
    }

    #[test]
    fn more_bandwidth_never_hurts(
        model in select(models()), gpu in select(gpus()), serving in serving(), demand in demand(),
    ) {
        let mut faster = gpu;
        faster.bandwidth = BytesPerSecond::new(gpu.bandwidth.value() * 1.5);
        let before = setup(&model.1, &gpu, serving).capacity(&demand);
        let after = setup(&model.1, &faster, serving).capacity(&demand);
        if let (Ok(before), Ok(after)) = (before, after) {
            prop_assert!(after.output.value() >= before.output.value() * 0.999_999);
        }
    }

    /// The size of the weights as stored is what is held and read: more of it leaves no more room and no more speed.
    #[test]
    fn heavier_weights_never_help(
        model in select(models()), gpu in select(gpus()), serving in serving(), demand in demand(),
        share in 0.01..0.9_f64, more in 1.0..3.0_f64,
    ) {
        let (least, most) = size_range(&model.1);
        let light = least + (most - least) * share;
        let heavy = (light * more).min(most);
        let of = |size| Serving { weight_size: Some(size), ..serving };
        let held = of(light).weight_bytes(&model.1).total();
        prop_assert!((held / light.value() - 1.0).abs() < 1e-12);
        let planned = |serving: &Serving| plan(&model.1, &gpu, serving, demand.isl, demand.osl, &CALIBRATED);
        if let (Ok(few), Ok(many)) = (planned(&of(light)), planned(&of(heavy))) {
            prop_assert!(many.weights >= few.weights && many.cache <= few.cache);
            prop_assert!(many.sequences <= few.sequences && many.longest_context <= few.longest_context);
            prop_assert!(!many.fits() || few.fits());
        }
        let served = |serving| setup(&model.1, &gpu, serving).capacity(&demand);
        if let (Ok(few), Ok(many)) = (served(of(light)), served(of(heavy))) {
            prop_assert!(many.output.value() <= few.output.value() * 1.000_001, "{} {few:?} {many:?}", model.0);
        }
    }

    #[test]
    fn longer_context_never_adds_room(
        model in select(models()), gpu in select(gpus()), serving in serving(), demand in demand(),
    ) {
        let longer = Demand { isl: demand.isl * 2.0, ..demand };
        let setup = setup(&model.1, &gpu, serving);
        if let (Ok(short), Ok(long)) = (setup.capacity(&demand), setup.capacity(&longer)) {
            prop_assert!(long.memory.sequences <= short.memory.sequences);
            prop_assert!(long.requests <= short.requests * 1.000_001);
        }
    }

    #[test]
    fn latency_rises_with_concurrency(
        model in select(models()), gpu in select(gpus()), serving in serving(), demand in demand(),
        concurrency in 1.0..500.0_f64,
    ) {
        let setup = setup(&model.1, &gpu, serving);
        let few = setup.at_concurrency(&demand, concurrency);
        let many = setup.at_concurrency(&demand, concurrency * 2.0);
        if let (Ok(few), Ok(many)) = (few, many) {
            prop_assert!(many.tpot.value() >= few.tpot.value() * 0.999, "{} {few:?} {many:?}", model.0);
            prop_assert!(many.output.value() >= few.output.value() * 0.98, "{} {few:?} {many:?}", model.0);
        }
    }

    #[test]
    fn capacity_keeps_its_limits(
        model in select(models()), gpu in select(gpus()), serving in serving(), demand in demand(),
        tpot in 1.0..200.0_f64, ttft in 10.0..20_000.0_f64,
    ) {
        let limited = Demand {
            tpot_limit: Some(Milliseconds::new(tpot)), ttft_limit: Some(Milliseconds::new(ttft)), ..demand
        };
        let setup = setup(&model.1, &gpu, serving);
        match (setup.capacity(&demand), setup.capacity(&limited)) {
            (Ok(free), Ok(kept)) => {
                prop_assert!(kept.tpot.value() <= tpot && kept.ttft.value() <= ttft);
                prop_assert!(kept.output.value() <= free.output.value() * 1.02);
            }
            (Ok(_), Err(Refusal::TooSlow { ttft: alone, tpot: each })) => {
                prop_assert!(alone.value() > ttft || each.value() > tpot);
            }
            (Ok(_), other) => prop_assert!(false, "{other:?}"),
            (Err(_), limited) => prop_assert!(limited.is_err()),
        }
    }

    #[test]
    fn cache_grows_with_length(model in select(models()), tokens in 0.0..1e6_f64) {
        let cache = KvCache::new(&model.1, KvFormat::Fp16);
        prop_assert!(cache.bytes(tokens + 1.0) >= cache.bytes(tokens));
        let longest = cache.longest(cache.bytes(tokens), 2_000_000);
        prop_assert!(f64::from(longest) >= tokens.floor());
    }

    #[test]
    fn absurd_demands_are_refused_by_name(value in select(vec![
        f64::NAN, f64::INFINITY, f64::NEG_INFINITY, -1.0, 0.0, 1e300,
    ]), which in 0..3) {
        let model = &models()[0].1;
        let gpu = gpus()[0];
        let serving = Serving {
            engine: Engine::Vllm, weights: WeightFormat::Bf16, cache: KvFormat::Fp16,
            parallel: Parallel::SINGLE, memory_share: None, max_sequences: None, flash_attention: true, weight_size: None,
        };
        let mut demand = Demand { isl: 100.0, osl: 100.0, cached: 0.0, ttft_limit: None, tpot_limit: None };
        let field = match which {
            0 => { demand.isl = value; "isl" }
            1 => { demand.osl = value; "osl" }
            _ => { demand.tpot_limit = Some(Milliseconds::new(value)); "tpot_limit" }
        };
        match setup(model, &gpu, serving).capacity(&demand) {
            Err(Refusal::Invalid(invalid)) => prop_assert_eq!(invalid.field, field),
            other => prop_assert!(false, "{:?}", other),
        }
    }
}

#[test]
fn contradictory_models_are_refused_by_name() {
    let sound = Catalogue::builtin().models[0].clone();
    type Change = fn(&mut llm_breakeven::catalogue::Model);
    let cases: [(&str, Change); 9] = [
        ("layers", |m| m.layers = 0),
        ("hidden_size", |m| m.hidden_size = 0),
        ("attention_heads", |m| m.attention_heads = 0),
        ("kv_heads", |m| m.kv_heads = m.attention_heads * 2),
        ("kv_heads", |m| m.kv_heads = 0),
        ("vocab_size", |m| m.vocab_size = 0),
        ("full_layers", |m| m.attention.full_layers = 10_000),
        ("head_dim", |m| m.head_dim = Some(0)),
        ("parameters", |m| m.parameters.total = Some(u64::MAX)),
    ];
    for (field, change) in cases {
        let mut model = sound.clone();
        change(&mut model);
        assert_eq!(Architecture::new(&model).unwrap_err().field, field);
    }
}

#[test]
fn every_model_of_the_catalogue_resolves() {
    for model in &Catalogue::builtin().models {
        assert!(Architecture::new(model).is_ok(), "{}: {:?}", model.id, Architecture::new(model));
    }
    println!("{} models, {} accelerators", Catalogue::builtin().models.len(), gpus().len());
}
