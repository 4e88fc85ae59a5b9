//! Reading is total: whatever the bytes, the answer is a model or an error, never a panic, never a NaN.

use llm_breakeven::engine::accelerator::Accelerator;
use llm_breakeven::engine::architecture::Architecture;
use llm_breakeven::engine::constants::CALIBRATED;
use llm_breakeven::engine::kv_cache::{KvCache, KvFormat};
use llm_breakeven::engine::memory::{Engine, Parallel, Serving, plan};
use llm_breakeven::import::model::checkpoint::{gguf_header, safetensors_index};
use llm_breakeven::import::model::hf_config::read;
use proptest::prelude::*;
use proptest::sample::select;

const KEYS: [&str; 56] = [
    "hidden_size",
    "num_hidden_layers",
    "num_attention_heads",
    "num_key_value_heads",
    "head_dim",
    "intermediate_size",
    "vocab_size",
    "tie_word_embeddings",
    "max_position_embeddings",
    "sliding_window",
    "layer_types",
    "model_type",
    "num_experts",
    "num_experts_per_tok",
    "moe_intermediate_size",
    "n_shared_experts",
    "first_k_dense_replace",
    "kv_lora_rank",
    "q_lora_rank",
    "qk_nope_head_dim",
    "qk_rope_head_dim",
    "v_head_dim",
    "index_topk",
    "index_head_dim",
    "index_n_heads",
    "compress_ratios",
    "hc_mult",
    "o_groups",
    "o_lora_rank",
    "linear_num_value_heads",
    "linear_num_key_heads",
    "linear_key_head_dim",
    "linear_value_head_dim",
    "linear_conv_kernel_dim",
    "full_attention_interval",
    "hybrid_override_pattern",
    "mamba_num_heads",
    "mamba_head_dim",
    "ssm_state_size",
    "n_groups",
    "conv_kernel",
    "layers_block_type",
    "global_head_dim",
    "attention_chunk_size",
    "block_configs",
    "moe_layer_freq",
    "sparse_attention_config",
    "linear_attn_config",
    "vision_config",
    "text_config",
    "quantization_config",
    "attn_layer_period",
    "attn_layer_offset",
    "expert_layer_period",
    "mamba_expand",
    "num_kv_shared_layers",
];

const VALUES: [&str; 34] = [
    "0",
    "1",
    "2",
    "4",
    "8",
    "61",
    "64",
    "128",
    "4096",
    "65536",
    "1048576",
    "4294967295",
    "18446744073709551615",
    "-1",
    "1.5",
    "1e308",
    "NaN",
    "-Infinity",
    "null",
    "true",
    "false",
    "\"\"",
    "\"llama\"",
    "\"nemotron_h\"",
    "\"deepseek_v4\"",
    "\"MEM*-\"",
    "[]",
    "[4, 128, 0]",
    "[\"full_attention\", \"linear_attention\"]",
    "[\"mamba\", \"moe\", \"attention\"]",
    "[{\"attention\": {\"n_heads_in_group\": 0}, \"ffn\": {\"ffn_mult\": 1e300}}]",
    "{}",
    "{\"hidden_size\": 64, \"full_attn_layers\": [1], \"num_heads\": 4}",
    "{\"quant_algo\": \"NVFP4\"}",
];

const SOUND: [(&str, &str); 7] = [
    ("hidden_size", "64"),
    ("num_hidden_layers", "4"),
    ("num_attention_heads", "4"),
    ("num_key_value_heads", "2"),
    ("intermediate_size", "128"),
    ("vocab_size", "128"),
    ("model_type", "\"qwen3\""),
];

fn config() -> impl Strategy<Value = String> {
    let odd = prop::collection::vec((select(KEYS.to_vec()), select(VALUES.to_vec())), 0..14);
    odd.prop_map(|odd| {
        let kept = SOUND.iter().filter(|(key, _)| !odd.iter().any(|(other, _)| other == key));
        let fields: Vec<String> =
            kept.chain(odd.iter()).map(|(key, value)| format!("\"{key}\": {value}")).collect();
        format!("{{{}}}", fields.join(", "))
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn odd_configurations(text in config()) {
        if let Ok(read) = read(&text, "odd") {
            let model = Architecture::new(&read.model).unwrap();
            let parts = &model.components;
            for part in [parts.attention, parts.dense, parts.experts, parts.shared, parts.embedding, parts.head, parts.vision] {
                prop_assert!(part.is_finite() && part >= 0.0, "{text}: {parts:?}");
            }
            prop_assert!((parts.total() / read.model.parameters.total.unwrap() as f64 - 1.0).abs() < 1e-9, "{text}");
            let cache = KvCache::new(&model, KvFormat::Fp16).bytes(1e6);
            prop_assert!(cache.is_finite() && cache >= 0.0, "{text}: {cache}");
        }
    }

    #[test]
    fn any_text(text in "\\PC{0,200}", bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let _ = (read(&text, "any"), safetensors_index(&text), gguf_header(&bytes));
        let mut marked = b"GGUF\x03\0\0\0".to_vec();
        marked.extend(&bytes);
        let _ = gguf_header(&marked);
    }
}

/// An imported model is sized like one of the catalogue.
#[test]
fn an_imported_model_is_sized() {
    let text = r#"{"model_type": "llama", "hidden_size": 8192, "num_hidden_layers": 80, "intermediate_size": 28672,
        "num_attention_heads": 64, "num_key_value_heads": 8, "vocab_size": 128256, "tie_word_embeddings": false}"#;
    let model = Architecture::new(&read(text, "mine").unwrap().model).unwrap();
    let catalogue = llm_breakeven::catalogue::Catalogue::builtin();
    let listed = Architecture::new(catalogue.model("llama-3-70b").unwrap()).unwrap();
    let gpu = Accelerator::try_from(catalogue.gpu("h100-sxm").unwrap()).unwrap();
    let serving = Serving {
        engine: Engine::Vllm,
        weights: llm_breakeven::engine::weight_format::WeightFormat::Fp8,
        cache: KvFormat::Fp16,
        parallel: Parallel::of(2, 1),
        memory_share: None,
        max_sequences: None,
        flash_attention: true,
        weight_size: None,
    };
    let sized = |model| plan(model, &gpu, &serving, 1000.0, 500.0, &CALIBRATED).unwrap();
    assert_eq!(sized(&model).weights, sized(&listed).weights);
    assert_eq!(sized(&model).sequences, sized(&listed).sequences);
}
