//! Memory against what engines measured and what established estimators print.

mod support;

use llm_breakeven::engine::accelerator::{Accelerator, Family, Link};
use llm_breakeven::engine::architecture::Architecture;
use llm_breakeven::engine::constants::CALIBRATED;
use llm_breakeven::engine::kv_cache::{KvCache, KvFormat, VllmLayout};
use llm_breakeven::engine::memory::{Engine, Parallel, Serving, llama_cpp_buffer, plan, weights_per_gpu};
use llm_breakeven::engine::step_time::Replica;
use llm_breakeven::engine::weight_format::{GgufType, WeightFormat};
use llm_breakeven::units::{Bytes, BytesPerSecond, FlopsPerSecond};
use serde_json::Value;
use support::{architecture, golden, model, models, number, row};

const GIB: f64 = Bytes::GIB;

fn close(what: &str, ours: f64, theirs: f64, tolerance: f64) {
    let error = (ours / theirs - 1.0).abs();
    println!("{what}: {ours:.4} against {theirs:.4} ({:+.2} %)", (ours / theirs - 1.0) * 100.0);
    assert!(error <= tolerance, "{what}: {ours} against {theirs}, off by {:.2} %", error * 100.0);
}

fn serving(case: &Value) -> Serving {
    let degree = |key: &str| u32::try_from(case[key].as_u64().unwrap_or(1)).unwrap();
    let named = |key: &str| case[key].as_str().unwrap_or_default().to_owned();
    Serving {
        engine: Engine::Vllm,
        weights: if named("dtype").starts_with("fp8") || named("model").contains("FP8") {
            WeightFormat::Fp8
        } else {
            WeightFormat::Bf16
        },
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

/// Whether a file was of use; one of other models than the catalogue's may compare nothing.
fn used(compared: u32) {
    println!("{compared} compared");
    assert!(compared > 0 || std::env::var_os("GOLDEN_DIR").is_some(), "nothing compared");
}

fn cases(file: &Value, key: &str) -> Vec<Value> {
    file[key].as_array().cloned().unwrap_or_default()
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
        close(case["id"].as_str().unwrap(), ours, weights, 0.01);
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
        let id = case["id"].as_str().unwrap();
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
        close(case["id"].as_str().unwrap(), plan.cache.gib(), pool, 0.02);
    }
}

#[test]
fn cache_of_hybrid_layers() {
    let (Some(file), Some(models)) = (golden("vllm_measured_memory.json"), models()) else { return };
    for case in cases(&file, "cases_kv_architectures_llamacpp_semantics") {
        let name = case["model"].as_str().unwrap().to_lowercase();
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
        let id = case["id"].as_str().unwrap();
        let first_word = id.split([' ', ',']).next().unwrap();
        let Some(model) = architecture(&models, first_word) else {
            eprintln!("{id}: no such model, not compared");
            continue;
        };
        let assumed = &case["derived"]["assumed"];
        let words: Vec<&str> = id.split([' ', ',']).collect();
        let length = words.iter().position(|w| *w == "max_model_len").map(|i| words[i + 1].parse().unwrap());
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
        let meta = &case["meta"];
        let arch = &case["arch"];
        if !arch["layers"].is_string() {
            eprintln!("{}: no dimensions, not compared", case["cmd"]);
            continue;
        }
        let dimension = |key: &str| arch[key].as_str().unwrap().parse::<u32>().unwrap();
        let params = meta["params"].as_str().unwrap().split(' ').next().unwrap().parse::<f64>().unwrap();
        // The same shape may be published under many names: dispatch on the dimensions.
        let Some(found) = models.iter().find(|m| {
            m["layers"] == dimension("layers")
                && m["hidden_size"] == dimension("embedding_len")
                && m["vocab_size"] == dimension("vocab")
                && m["intermediate_size"] == dimension("ffn_len")
                && (number(&m["params"]["computed_total"]) / 1e9 / params - 1.0).abs() < 0.01
        }) else {
            eprintln!("no model of that shape: {}", case["cmd"]);
            continue;
        };
        let model = Architecture::new(&model(found)).unwrap();
        let kind = match meta["quant"].as_str().unwrap() {
            "Q4_K_M" => GgufType::Q4_K_M,
            "Q5_K_M" => GgufType::Q5_K_M,
            "Q6_K" => GgufType::Q6_K,
            "Q8_0" => GgufType::Q8_0,
            "Q4_0" => GgufType::Q4_0,
            "F16" => GgufType::F16,
            other => {
                eprintln!("{}: unknown type {other}, not compared", case["cmd"]);
                continue;
            }
        };
        let bytes = WeightFormat::Gguf(kind).weights(&model);
        let size: f64 = meta["size"].as_str().unwrap().split(' ').next().unwrap().parse().unwrap();
        close(case["cmd"].as_str().unwrap(), bytes.total() / GIB, size, 0.05);
        let bits: f64 = meta["bpw"].as_str().unwrap().split(' ').next().unwrap().parse().unwrap();
        close("  bits per weight", bytes.total() * 8.0 / model.components.total(), bits, 0.05);
        compared += 1;
        if case["cmd"].as_str().unwrap().contains("mmproj") {
            continue; // the picture encoder's buffers are no part of the model
        }
        let printed = |key: &str| {
            let (value, unit) = case["expected"][key].as_str().unwrap().split_once(' ').unwrap();
            value.parse::<f64>().unwrap() / if unit == "MiB" { 1024.0 } else { 1.0 }
        };
        let context = number(&case["context"]);
        let flash = case["flash_attention"] != "Disabled";
        let cache = KvCache::new(&model, KvFormat::Fp16).bytes(context);
        let mapped = cache + llama_cpp_buffer(&model, 0.0, true).value();
        close("  GPU memory beside mapped weights", mapped / GIB, printed("vram_uma"), 0.05);
        let serving =
            Serving { engine: Engine::LlamaCpp, weights: WeightFormat::Gguf(kind), ..serving(&case) };
        let beside = cache + llama_cpp_buffer(&model, context, flash).value();
        let whole = |serving: &Serving| {
            (weights_per_gpu(&serving.weight_bytes(&model), &model, serving).value() + beside) / GIB
        };
        let stated = printed("vram_nonuma");
        close("  GPU memory", whole(&serving), stated, 0.05);
        // with the file's own size, printed to two digits, at least as near
        let exact = Serving { weight_size: Some(Bytes::from_gib(size)), ..serving };
        assert!((exact.weight_bytes(&model).total() / GIB / size - 1.0).abs() < 1e-9, "{}", case["cmd"]);
        close("  GPU memory by the file's size", whole(&exact), stated, 0.05);
        by_format += (whole(&serving) / stated - 1.0).abs();
        by_size += (whole(&exact) / stated - 1.0).abs();
    }
    println!("off from GPU memory, summed: {by_format:.4} by the format, {by_size:.4} by the file's size");
    assert!(by_size <= by_format + 1e-9, "{by_size} by the file's size, {by_format} by the format");
    used(compared);
}

#[test]
fn whole_models_as_accelerate_prints_them() {
    let Some(file) = golden("accelerate_estimate_memory.json") else { return };
    for case in cases(&file, "cases") {
        // Sizes of the same model in several types follow from one count: take it from the 32-bit row.
        let bytes = |text: &str| {
            let (value, unit) = text.split_once(' ').unwrap();
            value.parse::<f64>().unwrap() * if unit == "GB" { GIB } else { GIB / 1024.0 }
        };
        let (Some(total), Some(dtype)) = (case["total"].as_str(), case["dtype"].as_str()) else { continue };
        let same = |other: &&Value| other["model"] == case["model"] && other["dtype"] == "float32";
        let all = cases(&file, "cases");
        let Some(full) = all.iter().find(same) else { continue };
        let parameters = full["params_for_check"]
            .as_f64()
            .or_else(|| full["adam_bytes"]["model"].as_f64().map(|b| b / 4.0))
            .unwrap_or_else(|| bytes(full["total"].as_str().unwrap()) / 4.0);
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
        close(&format!("{} {dtype}", case["model"]), parameters * each, bytes(total), 0.005);
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

/// The dense decoder that llm-analysis describes by a few numbers.
fn described(arch: &Value) -> Architecture {
    let whole = |key: &str| u32::try_from(arch[key].as_u64().unwrap()).unwrap();
    let template = &models().unwrap()[0];
    let mut plain = model(template);
    plain.parameters = Default::default();
    plain.layers = whole("num_layers");
    plain.attention.full_layers = plain.layers;
    plain.hidden_size = whole("hidden_dim");
    plain.attention_heads = whole("n_head");
    plain.kv_heads = arch["num_key_value_heads"].as_u64().map_or(plain.attention_heads, |n| n as u32);
    plain.head_dim = None;
    plain.intermediate_size = Some(whole("ffn_embed_dim"));
    plain.vocab_size = whole("vocab_size");
    if arch["model_type"].is_null() {
        // Two matrices per feed-forward layer: said by the total.
        let body = 4.0 * f64::from(plain.hidden_size) + 2.0 * f64::from(whole("ffn_embed_dim"));
        let layers = f64::from(plain.layers) * f64::from(plain.hidden_size) * body;
        let vocabulary = 2.0 * f64::from(plain.vocab_size) * f64::from(plain.hidden_size);
        plain.parameters.total = Some((layers + vocabulary) as u64);
    }
    Architecture::new(&plain).unwrap()
}

#[test]
fn cache_as_llm_analysis_estimates() {
    let (Some(file), Some(_)) = (golden("llm_analysis_roofline.json"), models()) else { return };
    let mut compared = 0;
    for case in cases(&file, "summary_cases") {
        let expected = &case["expected"];
        let cache = number(&expected["kv_cache_memory_per_gpu"]);
        let arch = &file["model_configs_used"][case["model"].as_str().unwrap()];
        // Formats are named by bits of weights, activations and embedding; the cache follows the activations.
        let sixteen = case["dtype"].as_str().is_some_and(|dtype| dtype.contains("a16"));
        if cache.is_nan() || !arch.is_object() || !sixteen {
            continue;
        }
        let tokens = number(&expected["seq_len"]) + number(&expected["num_tokens_to_generate"]);
        let kept = KvCache::new(&described(arch), KvFormat::Fp16);
        let sequences = number(&expected["batch_size_per_gpu"]) / number(&case["tp"]);
        close(case["file"].as_str().unwrap(), kept.bytes(tokens) * sequences, cache, 0.01);
        compared += 1;
    }
    used(compared);
}

/// A batch of one on an engine of 2022: measured, and not part of the calibration.
#[test]
fn single_stream_as_fastertransformer_measured() {
    let (Some(file), Some(_)) = (golden("llm_analysis_roofline.json"), models()) else { return };
    let measured = &file["fastertransformer_13b_measured"];
    let (arch, setup) = (described(&measured["model"]), &measured["setup"]);
    let gpu = &measured["gpu"];
    let a100 = Accelerator {
        memory: Bytes::new(number(&gpu["mem_per_GPU_in_GB"]) * 1e9),
        bandwidth: BytesPerSecond::new(number(&gpu["hbm_bandwidth_in_GB_per_sec"]) * 1e9),
        fp16: FlopsPerSecond::new(number(&gpu["peak_fp16_TFLOPS"]) * 1e12),
        fp8: None,
        link: Link {
            fabric: true,
            one_way: BytesPerSecond::new(number(&gpu["intra_node_bandwidth_in_GB_per_sec"]) * 1e9),
            peer_to_peer: true,
        },
        ..h100(40.0)
    };
    for row in measured["rows"].as_array().unwrap() {
        let serving = Serving { memory_share: Some(0.97), ..serving(row) };
        let replica = Replica::new(&arch, &a100, &serving, &CALIBRATED).unwrap();
        let batch = number(&setup["batch"]);
        let decode = replica.decode(batch, number(&setup["context"])).total() * 1e3;
        let prefill = replica.prefill(batch, number(&setup["context"]), 0.0).total() * 1e3;
        let times = &row["measured_ms"];
        close(&format!("decode, TP {}", row["tp"]), decode, number(&times["decode_per_token"]), 0.3);
        close(&format!("prefill, TP {}", row["tp"]), prefill, number(&times["prefill"]), 0.3);
    }
}
