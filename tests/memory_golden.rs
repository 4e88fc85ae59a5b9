//! Memory against what engines measured and what established estimators print.

mod support;

use llm_breakeven::engine::accelerator::{Accelerator, Family, Link};
use llm_breakeven::engine::architecture::Architecture;
use llm_breakeven::engine::constants::CALIBRATED;
use llm_breakeven::engine::kv_cache::{KvCache, KvFormat, VllmLayout};
use llm_breakeven::engine::memory::{Engine, Parallel, Serving, llama_cpp_buffer, plan, weights_per_gpu};

use llm_breakeven::engine::weight_format::{GgufType, WeightFormat};
use llm_breakeven::units::{Bytes, BytesPerSecond, FlopsPerSecond};
use serde_json::Value;
use support::{architecture, cases, close, golden, id, model, models, number, others, printed, row, used};

const GIB: f64 = Bytes::GIB;

/// The number format that a case's dtype or the name of its model tells.
fn format(named: &str) -> WeightFormat {
    let says = |words: &[&str]| words.iter().any(|word| named.contains(word));
    match () {
        () if says(&["nvfp4"]) => WeightFormat::Nvfp4,
        () if says(&["mxfp4", "gpt-oss"]) => WeightFormat::Mxfp4,
        () if says(&["w4a16", "awq", "gptq", "int4"]) => WeightFormat::Int4,
        () if says(&["w8a8", "int8"]) => WeightFormat::Int8,
        () if says(&["fp8"]) => WeightFormat::Fp8,
        () if says(&["float32", "fp32"]) => WeightFormat::Fp32,
        () => WeightFormat::Bf16,
    }
}

fn serving(case: &Value) -> Serving {
    let degree = |key: &str| u32::try_from(case[key].as_u64().unwrap_or(1)).unwrap();
    let named = |key: &str| case[key].as_str().unwrap_or_default().to_owned();
    Serving {
        engine: Engine::Vllm,
        weights: format(&(named("dtype") + " " + &named("model")).to_lowercase()),
        cache: if named("kv_dtype").starts_with("fp8") { KvFormat::Fp8 } else { KvFormat::Fp16 },
        parallel: Parallel::of(degree("tp"), degree("pp")),
        memory_share: Some(case["gpu_memory_utilization"].as_f64().unwrap_or(0.95)),
        max_sequences: None,
        flash_attention: true,
        weight_size: None,
    }
}

fn h100(memory_gib: f64) -> Accelerator {
    Accelerator {
        memory: Bytes::from_gib(memory_gib),
        bandwidth: BytesPerSecond::new(3.35e12),
        fp16: FlopsPerSecond::new(989e12),
        fp8: Some(FlopsPerSecond::new(1979e12)),
        int8: Some(FlopsPerSecond::new(1979e12)),
        fp4: None,
        link: Link { fabric: true, one_way: BytesPerSecond::new(450e9), peer_to_peer: true },
        family: Family::Nvidia,
    }
}

/// The model that a case names; one that the catalogue lacks is told and not compared.
fn known(models: &[Value], case: &Value) -> Option<Architecture> {
    let name = case["model"].as_str().unwrap_or_default();
    let model = architecture(models, name);
    if model.is_none() {
        eprintln!("{}: no model called {name}, not compared", case["id"]);
    }
    model
}

#[test]
fn weights_measured_by_vllm() {
    let (Some(file), Some(models)) = (golden("vllm_measured_memory.json"), models()) else { return };
    let mut compared = 0;
    for case in cases(&file, "cases_vllm_h100").iter().chain(&cases(&file, "cases_external")) {
        let measured = &case["measured"];
        let weights = number(&measured["weight_gib_per_gpu"]).max(number(&measured["weights_gib"]));
        if weights.is_nan() {
            continue;
        }
        let Some(model) = known(&models, case) else { continue };
        let serving = serving(case);
        let ours = weights_per_gpu(&serving.weights.weights(&model), &model, &serving).gib();
        close(&id(case), ours, weights, 0.01);
        compared += 1;
    }
    used(compared);
}

#[test]
fn cache_tokens_measured_by_vllm() {
    let (Some(file), Some(models)) = (golden("vllm_measured_memory.json"), models()) else { return };
    let mut compared = 0;
    for case in cases(&file, "cases_vllm_h100").iter().chain(&cases(&file, "cases_external")) {
        let (pool, tokens) =
            (number(&case["measured"]["kv_pool_gib"]), number(&case["measured"]["kv_tokens"]));
        let Some(model) = known(&models, case) else { continue };
        let serving = serving(case);
        let cache = KvCache::new(&model, serving.cache);
        let id = &id(case);
        let derived = number(&case["derived"]["bytes_per_token"]);
        if derived.is_finite() {
            // vLLM without its hybrid cache manager keeps every layer's pages alike, windows or not.
            let page = (model.mixers.full + model.mixers.sliding) * model.mixers.sliding_elements * 2.0;
            close(&format!("{id}: bytes per token"), page, derived, 0.01);
            close(id, pool * GIB / page, tokens, 0.01);
            compared += 1;
        } else if pool.is_finite() && tokens.is_finite() {
            let ours = (pool * GIB / cache.uniform_per_token() / 16.0).floor() * 16.0;
            close(id, ours, tokens, 0.01);
            let length = number(&case["max_model_len"]);
            let concurrency = number(&case["measured"]["max_concurrency"]);
            if concurrency.is_finite() && length.is_finite() {
                close(&format!("{id}: concurrency"), ours / length, concurrency, 0.01);
            }
            compared += 1;
        }
    }
    used(compared);
}

/// From the model alone to the pool: weights, workspace and the engine's share together.
#[test]
fn pools_planned_for_vllm() {
    let (Some(file), Some(models)) = (golden("vllm_measured_memory.json"), models()) else { return };
    for case in &cases(&file, "cases_vllm_h100") {
        let pool = number(&case["measured"]["kv_pool_gib"]);
        // An old release took three more GiB for activations; the model is of the current one.
        if pool.is_nan() || case["vllm_version"] == "0.16.0" {
            continue;
        }
        let Some(model) = known(&models, case) else { continue };
        let plan = plan(&model, &h100(79.19), &serving(case), 1024.0, 128.0, &CALIBRATED).unwrap();
        // other models need other activations: of those it is the plan of the GPU that must be right
        let whole = if others() { plan.memory.gib() } else { pool };
        close(&id(case), 1.0 + (plan.cache.gib() - pool) / whole, 1.0, 0.02);
    }
}

#[test]
fn cache_of_hybrid_layers() {
    let (Some(file), Some(models)) = (golden("vllm_measured_memory.json"), models()) else { return };
    for case in cases(&file, "cases_kv_architectures_llamacpp_semantics") {
        let name = case["model"].as_str().unwrap_or_default().to_lowercase();
        let Some(model) = architecture(&models, &name) else {
            eprintln!("{name}: no such model, not compared");
            continue;
        };
        let bytes = KvCache::new(&model, KvFormat::Fp16).bytes(number(&case["ctx"]));
        close(&name, bytes / GIB, number(&case["expected_gib"]), 0.01);
        let naive = number(&case["naive_gib"]);
        assert!((bytes / GIB / naive - 1.0).abs() > 0.1, "{name}: as wrong as the naive rule");
    }
}

#[test]
fn two_parameters_per_hybrid_model() {
    let (Some(file), Some(models)) = (golden("kv_hybrid_two_parameter.json"), models()) else { return };
    let mut compared = 0;
    for case in cases(&file, "cases") {
        let observed = &case["observed"];
        let (pool, tokens) = (number(&observed["kv_GiB"]), number(&observed["kv_tokens"]));
        if pool.is_nan() || tokens.is_nan() {
            continue;
        }
        let id = &id(&case);
        let first_word = id.split([' ', ',']).next().unwrap_or_default();
        let Some(model) = architecture(&models, first_word) else {
            eprintln!("{id}: no such model, not compared");
            continue;
        };
        let assumed = &case["derived"]["assumed"];
        let words: Vec<&str> = id.split([' ', ',']).collect();
        let length = words.iter().position(|w| *w == "max_model_len");
        let length = length.and_then(|i| words.get(i + 1)?.parse::<f64>().ok());
        let layout = VllmLayout {
            max_model_len: length.unwrap_or_else(|| number(&assumed["max_model_len"])),
            batched_tokens: assumed["max_num_batched_tokens"].as_f64().unwrap_or(8192.0),
            block: assumed["block"].as_f64().unwrap_or(16.0),
        };
        let format = if id.contains("fp8 KV") { KvFormat::Fp8 } else { KvFormat::Fp16 };
        close(id, layout.printed_tokens(&model, format, pool * GIB), tokens, 0.01);
        let slope = number(&case["derived"]["slope_B_per_token"]);
        if slope.is_finite() {
            close(&format!("{id}: slope"), KvCache::new(&model, format).per_token, slope, 0.0001);
        }
        compared += 1;
    }
    used(compared);
}

#[test]
fn llama_cpp_as_gguf_parser_estimates() {
    let (Some(file), Some(models)) = (golden("gguf_parser_memory.json"), models()) else { return };
    let (mut compared, mut by_format, mut by_size) = (0, 0.0, 0.0);
    for case in cases(&file, "cases") {
        let (meta, name) = (&case["meta"], id(&case));
        let dimension = |key: &str| case["arch"][key].as_str().and_then(|text| text.parse::<u32>().ok());
        let stated = |key: &str| meta[key].as_str()?.split(' ').next()?.parse::<f64>().ok();
        let wanted = ["layers", "embedding_len", "vocab", "ffn_len"].map(dimension);
        let (Some(params), false) = (stated("params"), wanted.contains(&None)) else {
            eprintln!("{name}: no dimensions, not compared");
            continue;
        };
        // The same shape may be published under many names: dispatch on the dimensions.
        let shape = |m: &Value| {
            ["layers", "hidden_size", "vocab_size", "intermediate_size"]
                .map(|key| m[key].as_u64().and_then(|size| u32::try_from(size).ok()))
        };
        let near = |m: &Value| number(&m["params"]["computed_total"]) / 1e9 / params - 1.0;
        let Some(found) = models.iter().find(|m| shape(m) == wanted && near(m).abs() < 0.01) else {
            eprintln!("no model of that shape: {name}");
            continue;
        };
        let model = Architecture::new(&model(found)).unwrap();
        let kind = match meta["quant"].as_str().unwrap_or_default() {
            "Q2_K" => GgufType::Q2_K,
            "Q3_K_M" => GgufType::Q3_K_M,
            "Q4_K_M" => GgufType::Q4_K_M,
            "Q5_0" => GgufType::Q5_0,
            "Q5_K_M" => GgufType::Q5_K_M,
            "Q6_K" => GgufType::Q6_K,
            "Q8_0" => GgufType::Q8_0,
            "Q4_0" => GgufType::Q4_0,
            "F16" => GgufType::F16,
            other => {
                eprintln!("{name}: unknown type {other}, not compared");
                continue;
            }
        };
        let bytes = WeightFormat::Gguf(kind).weights(&model);
        let (Some(file), Some(bits)) = (printed(&meta["size"]), stated("bpw")) else { continue };
        close(&name, bytes.total() / GIB, file / GIB, 0.05);
        close("  bits per weight", bytes.total() * 8.0 / model.components.total(), bits, 0.05);
        compared += 1;
        let vram = ["vram_uma", "vram_nonuma"].map(|key| printed(&case["expected"][key]).map(|b| b / GIB));
        // the picture encoder's buffers are no part of the model
        let ([Some(uma), Some(stated)], false) = (vram, name.contains("mmproj")) else { continue };
        let context = number(&case["context"]);
        let flash = case["flash_attention"] != "Disabled";
        let cache = match model.mixers.mla {
            // its releases had keys and values of all heads in the cache
            Some(mla) => {
                let width = f64::from(mla.qk_nope_head_dim + mla.qk_rope_head_dim + mla.v_head_dim);
                2.0 * model.layers * f64::from(model.heads) * width * context
            }
            None => KvCache::new(&model, KvFormat::Fp16).bytes(context),
        };
        let mapped = cache + llama_cpp_buffer(&model, 0.0, true).value();
        close("  GPU memory beside mapped weights", mapped / GIB, uma, 0.05);
        let serving =
            Serving { engine: Engine::LlamaCpp, weights: WeightFormat::Gguf(kind), ..serving(&case) };
        let beside = cache + llama_cpp_buffer(&model, context, flash).value();
        let whole = |serving: &Serving| {
            (weights_per_gpu(&serving.weight_bytes(&model), &model, serving).value() + beside) / GIB
        };
        close("  GPU memory", whole(&serving), stated, 0.05);
        // with the file's own size, printed to two digits, at least as near
        let exact = Serving { weight_size: Some(Bytes::new(file)), ..serving };
        assert!((exact.weight_bytes(&model).total() / file - 1.0).abs() < 1e-9, "{name}");
        close("  GPU memory by the file's size", whole(&exact), stated, 0.05);
        by_format += (whole(&serving) / stated - 1.0).abs();
        by_size += (whole(&exact) / stated - 1.0).abs();
    }
    // of other files by no more than what is in no weight
    let more = if others() { 0.01 * f64::from(compared) } else { 1e-9 };
    assert!(by_size <= by_format + more, "{by_size} by the file's size, {by_format} by the format");
    used(compared);
}

#[test]
fn whole_models_as_accelerate_prints_them() {
    let Some(file) = golden("accelerate_estimate_memory.json") else { return };
    for case in cases(&file, "cases") {
        let (Some(total), Some(dtype)) = (printed(&case["total"]), case["dtype"].as_str()) else { continue };
        // Sizes of the same model in several types follow from one count: take it from the 32-bit row.
        let same = |other: &&Value| other["model"] == case["model"] && other["dtype"] == "float32";
        let all = cases(&file, "cases");
        let Some(full) = all.iter().find(same) else { continue };
        let parameters = full["params_for_check"]
            .as_f64()
            .or_else(|| full["adam_bytes"]["model"].as_f64().map(|b| b / 4.0))
            .or_else(|| Some(printed(&full["total"])? / 4.0));
        let Some(parameters) = parameters else { continue };
        let each = match dtype {
            "float32" => WeightFormat::Fp32.bytes_per_parameter(),
            "float16" | "bfloat16" => WeightFormat::Bf16.bytes_per_parameter(),
            "int8" => WeightFormat::Int8.bytes_per_parameter(),
            // accelerate's "int4" has no scales.
            "int4" => 0.5,
            other => {
                eprintln!("{}: unknown type {other}, not compared", case["model"]);
                continue;
            }
        };
        close(&format!("{} {dtype}", case["model"]), parameters * each, total, 0.005);
    }
}

#[test]
fn tensor_parallelism_divides_heads_and_vocabulary() {
    let Some(models) = models() else { return };
    let split = |name: &str, tensor: u32| {
        let model = Architecture::new(&model(row(&models, name).unwrap())).unwrap();
        Parallel::of(tensor, 1).check(&model).is_ok()
    };
    assert!(!split("qwen3-14b", 5), "vLLM refuses: 40 heads, but a vocabulary of 151,936");
    assert!(split("qwen3-14b", 8));
    assert!(!split("llama-3-70b", 3), "three GPUs do not divide 64 heads");
    assert!(split("llama-3-70b", 16));
    assert!(!split("falcon-7b", 2), "71 heads divide by nothing");
}
