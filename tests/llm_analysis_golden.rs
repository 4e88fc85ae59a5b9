//! Caches as llm-analysis estimates them, and the single stream that FasterTransformer measured.

mod support;

use llm_breakeven::engine::accelerator::{Accelerator, Family, Link};
use llm_breakeven::engine::architecture::Architecture;
use llm_breakeven::engine::constants::CALIBRATED;
use llm_breakeven::engine::kv_cache::{KvCache, KvFormat};
use llm_breakeven::engine::memory::{Engine, Parallel, Serving};
use llm_breakeven::engine::provenance::Generation;
use llm_breakeven::engine::step_time::Replica;
use llm_breakeven::engine::weight_format::WeightFormat;
use llm_breakeven::units::{Bytes, BytesPerSecond, FlopsPerSecond};
use serde_json::Value;
use support::{cases, close, golden, id, model, models, number, used};

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
        let arch = &file["model_configs_used"][case["model"].as_str().unwrap_or_default()];
        // Formats are named by bits of weights, activations and embedding; the cache follows the activations.
        let sixteen = case["dtype"].as_str().is_some_and(|dtype| dtype.contains("a16"));
        if cache.is_nan() || !arch.is_object() || !sixteen {
            continue;
        }
        let tokens = number(&expected["seq_len"]) + number(&expected["num_tokens_to_generate"]);
        let kept = KvCache::new(&described(arch), KvFormat::Fp16);
        let sequences = number(&expected["batch_size_per_gpu"]) / number(&case["tp"]);
        close(&id(&case), kept.bytes(tokens) * sequences, cache, 0.01);
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
        int8: None,
        fp4: None,
        family: Family::Nvidia,
    };
    for row in measured["rows"].as_array().unwrap() {
        let tensor = u32::try_from(row["tp"].as_u64().unwrap_or(1)).unwrap();
        let serving = Serving {
            memory_share: Some(0.97),
            ..Serving::new(Engine::Vllm, WeightFormat::Bf16, KvFormat::Fp16, Parallel::of(tensor, 1))
        };
        let replica = Replica::new(&arch, &a100, &serving, &CALIBRATED, Generation::Current).unwrap();
        let batch = number(&setup["batch"]);
        let decode = replica.decode(batch, number(&setup["context"])).total() * 1e3;
        let prefill = replica.prefill(batch, number(&setup["context"]), 0.0).total() * 1e3;
        let times = &row["measured_ms"];
        close(&format!("decode, TP {}", row["tp"]), decode, number(&times["decode_per_token"]), 0.3);
        close(&format!("prefill, TP {}", row["tp"]), prefill, number(&times["prefill"]), 0.3);
    }
}
