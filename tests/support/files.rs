//! Small sound files of every kind that can be imported.
#![allow(dead_code, reason = "each test binary uses its own part")]

/// A GGUF header with a text, numbers, and tensors of (name, dimensions, type).
pub fn gguf(numbers: &[(&str, u32)], tensors: &[(&str, &[u64], u32)]) -> Vec<u8> {
    let mut bytes = b"GGUF\x03\0\0\0".to_vec();
    let text = |bytes: &mut Vec<u8>, text: &str| {
        bytes.extend((text.len() as u64).to_le_bytes());
        bytes.extend(text.as_bytes());
    };
    bytes.extend((tensors.len() as u64).to_le_bytes());
    bytes.extend((numbers.len() as u64 + 2).to_le_bytes());
    for (key, value) in [("general.architecture", "llama"), ("general.name", "My Llama")] {
        text(&mut bytes, key);
        bytes.extend(8_u32.to_le_bytes());
        text(&mut bytes, value);
    }
    for (key, number) in numbers {
        // those of a split file belong to no architecture
        text(&mut bytes, &if key.starts_with("split.") { (*key).to_owned() } else { format!("llama.{key}") });
        bytes.extend(4_u32.to_le_bytes());
        bytes.extend(number.to_le_bytes());
    }
    for (name, dimensions, kind) in tensors {
        text(&mut bytes, name);
        bytes.extend((dimensions.len() as u32).to_le_bytes());
        dimensions.iter().for_each(|size| bytes.extend(size.to_le_bytes()));
        bytes.extend(kind.to_le_bytes());
        bytes.extend(0_u64.to_le_bytes());
    }
    bytes
}

/// Two layers, 1,024 wide, four key/value heads of eight, in 4 bit blocks.
pub fn small_gguf() -> Vec<u8> {
    let numbers = [
        ("block_count", 2),
        ("embedding_length", 1024),
        ("feed_forward_length", 2048),
        ("attention.head_count", 8),
        ("attention.head_count_kv", 4),
        ("context_length", 4096),
    ];
    let mut tensors: Vec<(String, Vec<u64>, u32)> = vec![
        ("token_embd.weight".into(), vec![1024, 32_000], 12),
        ("output.weight".into(), vec![1024, 32_000], 14),
        ("output_norm.weight".into(), vec![1024], 0),
    ];
    for layer in 0..2 {
        for (name, sizes) in [
            ("attn_q", [1024, 1024]),
            ("attn_k", [1024, 512]),
            ("attn_v", [1024, 512]),
            ("attn_output", [1024, 1024]),
            ("ffn_gate", [1024, 2048]),
            ("ffn_up", [1024, 2048]),
            ("ffn_down", [2048, 1024]),
        ] {
            tensors.push((format!("blk.{layer}.{name}.weight"), sizes.to_vec(), 12));
        }
    }
    let tensors: Vec<(&str, &[u64], u32)> =
        tensors.iter().map(|(name, sizes, kind)| (name.as_str(), sizes.as_slice(), *kind)).collect();
    gguf(&numbers, &tensors)
}

pub fn small_safetensors() -> Vec<u8> {
    let header = r#"{"__metadata__": {"format": "pt"},
        "model.embed_tokens.weight": {"dtype": "BF16", "shape": [100, 64], "data_offsets": [0, 12800]},
        "model.layers.0.mlp.up_proj.weight": {"dtype": "F8_E4M3", "shape": [128, 64], "data_offsets": [12800, 20992]}}"#;
    let mut bytes = (header.len() as u64).to_le_bytes().to_vec();
    bytes.extend(header.as_bytes());
    bytes
}

pub const CONFIG: &str = r#"{"model_type": "llama", "_name_or_path": "me/mine", "hidden_size": 4096, "num_hidden_layers": 32,
  "intermediate_size": 14336, "num_attention_heads": 32, "num_key_value_heads": 8, "vocab_size": 128256}"#;
pub const INDEX: &str = r#"{"metadata": {"total_size": 16060522496, "total_parameters": 8030261249},
  "weight_map": {"lm_head.weight": "model-4.safetensors"}}"#;
pub const LITELLM: &str = r#"{"groq/llama-3.3-70b-versatile": {"litellm_provider": "groq", "mode": "chat",
  "input_cost_per_token": 5.9e-7, "output_cost_per_token": 7.9e-7}}"#;
pub const GENAI: &str =
    r#"[{"id": "deepseek", "models": [{"id": "m", "prices": {"input_mtok": 0.15, "output_mtok": 0.6}}]}]"#;
pub const MODELS_DEV: &str =
    r#"{"togetherai": {"models": {"a/b": {"cost": {"input": 0.88, "output": 0.9}}}}}"#;
pub const SKYPILOT: &str = "InstanceType,AcceleratorName,AcceleratorCount,Price,SpotPrice,Region\n\
  p5.48xlarge,H100,8.0,55.04,20.5,us-east-1\n";
pub const OWN: &str = r#"{"llm_breakeven_prices": 1,
"api_prices": [{"provider": "me", "model": "m", "input": 1, "output": 2}],
"offers": [{"provider": "me", "gpu": "h100-sxm", "usd": 2}]}"#;
pub const USAGE_CSV: &str = "start_time,end_time,num_model_requests,input_tokens,output_tokens,input_cached_tokens,model\n\
  1793491200,1793494800,10,15000,5000,1000,m\n1793494800,1793498400,20,30000,10000,,m\n";
pub const USAGE_JSON: &str = r#"{"object": "page", "data": [{"object": "bucket", "start_time": 1730419200, "end_time": 1730505600,
  "results": [{"input_tokens": 1000, "output_tokens": 500, "input_cached_tokens": 800, "num_model_requests": 5, "model": null}]}]}"#;
pub fn fixture(name: &str) -> Vec<u8> {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/benchmarks").join(name);
    std::fs::read(path).unwrap()
}

/// A small sound file of every kind.
pub fn samples() -> Vec<(&'static str, Vec<u8>)> {
    let mut samples: Vec<(&str, Vec<u8>)> = vec![
        ("config.json", CONFIG.into()),
        ("model.safetensors.index.json", INDEX.into()),
        ("model.gguf", small_gguf()),
        ("model.safetensors", small_safetensors()),
        ("litellm.json", LITELLM.into()),
        ("data.json", GENAI.into()),
        ("api.json", MODELS_DEV.into()),
        ("vms.csv", SKYPILOT.into()),
        ("own-prices.json", OWN.into()),
        ("usage.csv", USAGE_CSV.into()),
        ("usage.json", USAGE_JSON.into()),
    ];
    for name in
        ["vllm.json", "sglang.jsonl", "guidellm.json", "aiperf.json", "llama-bench.json", "console.txt"]
    {
        samples.push((name, fixture(name)));
    }
    samples
}
