//! The article's claims on memory and speed, and what naive calculators print: contradicted by name.

mod support;

use llm_breakeven::catalogue::{Catalogue, Model};
use llm_breakeven::engine::accelerator::Accelerator;
use llm_breakeven::engine::architecture::Architecture;
use llm_breakeven::engine::constants::CALIBRATED;
use llm_breakeven::engine::kv_cache::{KvCache, KvFormat};
use llm_breakeven::engine::memory::{Engine, MemoryPlan, Parallel, Serving, plan};
use llm_breakeven::engine::throughput::{Demand, Generation, Refusal, Setup, Throughput};
use llm_breakeven::engine::weight_format::WeightFormat;
use llm_breakeven::units::Bytes;
use serde_json::Value;
use support::{golden, number};

fn model(id: &str) -> Architecture {
    Architecture::new(Catalogue::builtin().model(id).unwrap()).unwrap()
}

fn gpu(id: &str) -> Accelerator {
    Accelerator::try_from(Catalogue::builtin().gpu(id).unwrap()).unwrap()
}

fn serving(weights: WeightFormat, tensor: u32) -> Serving {
    Serving {
        engine: Engine::Vllm,
        weights,
        cache: KvFormat::Fp16,
        parallel: Parallel::of(tensor, 1),
        memory_share: None,
        max_sequences: None,
        flash_attention: true,
        weight_size: None,
    }
}

fn memory(model: &Architecture, gpu: &Accelerator, weights: WeightFormat, tensor: u32) -> MemoryPlan {
    plan(model, gpu, &serving(weights, tensor), 512.0, 256.0, &CALIBRATED).unwrap()
}

fn capacity(
    model: &Architecture,
    gpu: &Accelerator,
    weights: WeightFormat,
    tensor: u32,
    isl: f64,
    osl: f64,
) -> Result<Throughput, Refusal> {
    let generation = Generation::Current;
    let serving = serving(weights, tensor);
    let setup = Setup {
        architecture: model,
        accelerator: gpu,
        serving,
        generation,
        speculation: None,
        constants: &CALIBRATED,
    };
    setup.capacity(&Demand { isl, osl, cached: 0.0, ttft_limit: None, tpot_limit: None })
}

/// The dense model of the catalogue whose size is nearest to `billions`.
fn dense_of(billions: f64) -> &'static Model {
    let size = |m: &&Model| (m.parameters.total.unwrap_or(0) as f64 / 1e9 / billions).ln().abs();
    let dense = |m: &&Model| m.moe.is_none() && m.parameters.total.is_some();
    Catalogue::builtin().models.iter().filter(dense).min_by(|a, b| size(a).total_cmp(&size(b))).unwrap()
}

fn format(bytes: f64) -> WeightFormat {
    match bytes {
        b if b >= 2.0 => WeightFormat::Bf16,
        b if b >= 1.0 => WeightFormat::Int8,
        _ => WeightFormat::Int4,
    }
}

/// Claims of the form "so many parameters at so many bytes on so many GPUs", wherever the file makes one.
#[test]
fn claims_of_fit_are_computed() {
    let Some(file) = golden("article_claims.json") else { return };
    let mut compared = 0;
    for case in file["cases"].as_array().unwrap() {
        let (input, expected) = (&case["input"], &case["expected"]);
        let (billions, bytes, vram) =
            (number(&input["params_b"]), number(&input["bytes"]), number(&input["vram"]));
        if billions.is_nan() || vram.is_nan() {
            continue;
        }
        let model = Architecture::new(dense_of(billions)).unwrap();
        let gpus = input["gpus"].as_u64().unwrap_or(1) as u32;
        // `vram` is of one GPU where their number is given, else of all together.
        let fits = |bytes: f64| {
            let card = Accelerator { memory: Bytes::new(vram * 1e9), ..gpu("h100-sxm") };
            memory(&model, &card, format(bytes), gpus).fits()
        };
        for (key, bytes) in [("fits", bytes), ("fits_fp16", 2.0), ("fits_int8", 1.0)] {
            if let Some(claim) = expected[key].as_bool() {
                assert_eq!(fits(bytes), claim, "{}: {}", case["id"], case["claim"]);
                compared += 1;
            }
        }
    }
    assert!(compared > 0);
}

#[test]
fn two_a100_40gb_do_not_hold_llama_70b_in_16_bit() {
    let a100 = gpu("a100-sxm-40gb");
    let plan = memory(&model("llama-3-70b"), &a100, WeightFormat::Bf16, 2);
    assert!(!plan.fits());
    assert!(plan.missing.gib() > 25.0, "{} GiB per GPU missing", plan.missing.gib());
    assert!(memory(&model("llama-3-70b"), &gpu("a100-sxm-80gb"), WeightFormat::Bf16, 4).fits());
}

#[test]
fn l40s_does_not_hold_llama_70b_in_int8() {
    assert!(!memory(&model("llama-3-70b"), &gpu("l40s"), WeightFormat::Int8, 1).fits());
    assert!(memory(&model("llama-3-70b"), &gpu("l40s"), WeightFormat::Int8, 2).fits());
}

#[test]
fn three_gpus_do_not_split_64_heads() {
    let parallel = Parallel::of(3, 1);
    assert_eq!(parallel.check(&model("llama-3-70b")).unwrap_err().field, "tp");
}

#[test]
fn all_experts_of_a_mixture_are_resident() {
    let Some(file) = golden("article_claims.json") else { return };
    for case in file["cases"].as_array().unwrap() {
        let (billions, gigabytes) =
            (number(&case["input"]["total_params_b"]), number(&case["expected"]["weights_gb"]));
        if billions.is_nan() || gigabytes.is_nan() {
            continue;
        }
        let routed = Catalogue::builtin().models.iter().filter(|m| m.moe.is_some());
        let near = |m: &Model| (m.parameters.total.unwrap_or(0) as f64 / 1e9 / billions).ln().abs();
        let nearest = routed.min_by(|a, b| near(a).total_cmp(&near(b))).unwrap();
        let weights = format(number(&case["input"]["bytes"])).weights(&Architecture::new(nearest).unwrap());
        assert!(
            (weights.total() / 1e9 / gigabytes - 1.0).abs() < 0.02,
            "{}: {}",
            nearest.id,
            weights.total()
        );
    }
    // "400B+ (MoE): 200+ GB (active parameters)": the experts that are not active take their room all the same.
    let maverick = model("llama-4-maverick");
    assert!(!memory(&maverick, &gpu("h100-sxm"), WeightFormat::Int8, 4).fits());
    assert!(!memory(&maverick, &gpu("h100-sxm"), WeightFormat::Bf16, 8).fits());
}

/// "10M+ tokens/hr on a single A100 80GB": 2,778 tokens/s of 70 B parameters are 392 TFLOPS, the GPU has 312.
#[test]
fn one_a100_does_not_serve_ten_million_tokens_an_hour_of_70b() {
    let (llama, a100) = (model("llama-3-70b"), gpu("a100-sxm-80gb"));
    assert!(matches!(
        capacity(&llama, &a100, WeightFormat::Bf16, 1, 700.0, 300.0),
        Err(Refusal::DoesNotFit(_))
    ));
    for weights in [WeightFormat::Int8, WeightFormat::Int4] {
        let t = capacity(&llama, &a100, weights, 1, 700.0, 300.0).unwrap();
        let total = t.input.value() + t.output.value();
        assert!(total < 2778.0, "{weights:?}: {total}");
    }
}

/// "50B tokens a month on three A100": 6,430 tokens/s each is above even the INT8 peak.
#[test]
fn three_a100_do_not_serve_fifty_billion_a_month() {
    let t =
        capacity(&model("llama-3-70b"), &gpu("a100-sxm-80gb"), WeightFormat::Int8, 1, 700.0, 300.0).unwrap();
    let share = t.input.value() / t.output.value();
    assert!(t.bound.value() * (1.0 + share) < 6430.0, "{:?}", t.bound);
}

/// "an L40S runs a quantised Llama 3 70B at 2,000-4,000 tokens/s".
#[test]
fn l40s_does_not_generate_two_thousand_tokens_of_70b() {
    let t = capacity(&model("llama-3-70b"), &gpu("l40s"), WeightFormat::Int4, 1, 256.0, 256.0).unwrap();
    assert!(t.output.value() < 1000.0, "{:?}", t.output);
}

/// "4,000 output tokens/s on an A100": possible for 8 B parameters, not for the 70 B of the surrounding text.
#[test]
fn four_thousand_tokens_on_an_a100_are_of_a_small_model() {
    let a100 = gpu("a100-sxm-80gb");
    let large = capacity(&model("llama-3-70b"), &a100, WeightFormat::Int8, 1, 512.0, 512.0).unwrap();
    assert!(large.output.value() < 1000.0, "{:?}", large.output);
    let small = capacity(&model("llama-3-8b"), &a100, WeightFormat::Bf16, 1, 128.0, 1024.0).unwrap();
    assert!(small.output.value() > 2500.0, "{:?}", small.output);
}

fn examples(file: &Value) -> Vec<(String, Value)> {
    let tools = file["tools"].as_array().unwrap().iter();
    tools.map(|t| (t["tool"].as_str().unwrap().to_owned(), t["example"].clone())).collect()
}

/// What naive calculators print for the cache, beside the true figure.
#[test]
fn naive_cache_rules_are_not_ours() {
    let Some(file) = golden("naive_peers_negative.json") else { return };
    let mut compared = 0;
    for (tool, example) in examples(&file) {
        let context = number(&example["ctx"]);
        let truth = [("true_kv_gb", 1e9), ("true_llama3_8b_kv_gb", 1e9), ("true_kv_mb", 1_048_576.0)];
        for (key, unit) in truth {
            let truth = number(&example[key]) * unit;
            if truth.is_nan() {
                continue;
            }
            let large = number(&example["params_b"]) > 30.0;
            let cache =
                KvCache::new(&model(if large { "llama-3-70b" } else { "llama-3-8b" }), KvFormat::Fp16);
            let ours = cache.bytes(context);
            assert!((ours / truth - 1.0).abs() < 0.01, "{tool}: {ours} against the true {truth}");
            for (key, unit) in [("kv_gb", 1e9), ("kv_mb", 1_048_576.0)] {
                let naive = number(&example[key]) * unit;
                assert!(naive.is_nan() || (naive / ours) > 2.0, "{tool}: {naive}");
            }
            compared += 1;
        }
    }
    assert!(compared > 0);
}

/// The speed of one stream is not the capacity of a batch.
#[test]
fn single_stream_speed_is_not_capacity() {
    let Some(file) = golden("naive_peers_negative.json") else { return };
    for (tool, example) in examples(&file) {
        let (speed, active) = (number(&example["tok_s"]), number(&example["active_b"]));
        if speed.is_nan() || active.is_nan() {
            continue;
        }
        let llama = Architecture::new(dense_of(active)).unwrap();
        let card = gpu("a100-sxm-80gb");
        let t = capacity(&llama, &card, format(number(&example["bytes"])), 2, 512.0, 256.0).unwrap();
        assert!(t.output.value() > 10.0 * speed, "{tool}: {:?} against {speed}", t.output);
    }
}
