//! What the conformance tests share: where the golden files are, and models as rows of the catalogue.
#![allow(dead_code, reason = "each test binary uses its own part")]

pub mod random;

use std::path::PathBuf;

use llm_breakeven::catalogue::model::*;
use llm_breakeven::engine::architecture::Architecture;
use llm_breakeven::units::Date;
use serde_json::Value;

/// A folder named by an environment variable, by default beside the repository; `None`, said aloud, when absent.
pub fn folder(variable: &str, default: &str) -> Option<PathBuf> {
    let path = std::env::var_os(variable)
        .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(default), PathBuf::from);
    if path.is_dir() {
        return Some(path);
    }
    eprintln!("{variable} ({}) is absent: nothing compared", path.display());
    None
}

/// A golden file.
pub fn golden(name: &str) -> Option<Value> {
    let path = folder("GOLDEN_DIR", "../shared/golden")?.join(name);
    let Ok(text) = std::fs::read_to_string(&path) else {
        eprintln!("{} is absent: nothing compared", path.display());
        return None;
    };
    Some(serde_json::from_str(&text).unwrap())
}

/// Whether the cases of the shared files are compared, whose number is known: other cases may be fewer.
pub fn enough(compared: usize, least: usize) {
    let least = if others() { 1 } else { least };
    assert!(compared >= least, "only {compared} figures were compared");
}

/// A file of another shared folder.
pub fn shared_json(variable: &str, default: &str, name: &str) -> Option<Value> {
    let text = std::fs::read_to_string(folder(variable, default)?.join(name)).ok()?;
    // Python writes infinity into JSON.
    Some(serde_json::from_str(&text.replace("Infinity", "1e308")).unwrap())
}

/// The rows from which the catalogue is compiled.
pub fn models() -> Option<Vec<Value>> {
    let file = shared_json("DATA_DIR", "../shared/data", "models.json")?;
    Some(file["models"].as_array().unwrap().clone())
}

/// A number as `f64`, NaN when it is none.
pub fn number(value: &Value) -> f64 {
    value.as_f64().unwrap_or(f64::NAN)
}

/// What a case calls itself.
pub fn id(case: &Value) -> String {
    let named = ["id", "cmd", "file", "model"].iter().find_map(|key| case[key].as_str());
    named.map_or_else(|| case.to_string().chars().take(80).collect(), str::to_owned)
}

/// A figure with a binary unit, as bytes.
pub fn printed(text: &Value) -> Option<f64> {
    let (figure, unit) = text.as_str()?.split_once(' ')?;
    let unit = ["B", "KB", "MB", "GB", "TB"].iter().position(|one| unit.replace('i', "") == *one)?;
    Some(figure.parse::<f64>().ok()? * 1024_f64.powi(unit as i32))
}

/// Whether a figure is as near to another as it must be; both are told.
pub fn close(what: &str, ours: f64, theirs: f64, tolerance: f64) {
    let error = (ours / theirs - 1.0).abs();
    println!("{what}: {ours:.4} against {theirs:.4} ({:+.2} %)", (ours / theirs - 1.0) * 100.0);
    assert!(error <= tolerance, "{what}: {ours} against {theirs}, off by {:.2} %", error * 100.0);
}

/// Whether a file was of use; one of other models than the catalogue's may compare nothing.
pub fn used(compared: u32) {
    assert!(compared > 0 || others(), "nothing compared");
}

/// Whether other cases than the shared ones are compared.
pub fn others() -> bool {
    std::env::var_os("GOLDEN_DIR").is_some()
}

/// The cases under a key of a golden file.
pub fn cases(file: &Value, key: &str) -> Vec<Value> {
    file[key].as_array().cloned().unwrap_or_default()
}

/// A repository or catalogue id without what does not change the architecture.
fn stem(name: &str) -> String {
    let mut stem = name.rsplit('/').next().unwrap().to_lowercase().replace(['_', ' '], "-");
    // before a version too: Mixtral-8x7B-Instruct-v0.1
    stem = stem.replace("-instruct", "");
    for suffix in ["-dynamic", "-fp8", "-nvfp4", "-instruct", "-it", "-bf16", "-hf", "-base"] {
        if let Some(short) = stem.strip_suffix(suffix) {
            stem = short.to_owned();
        }
    }
    stem.strip_prefix("meta-").map_or(stem.clone(), str::to_owned)
}

/// The row of a model that a golden file names by repository or by name.
pub fn row<'a>(models: &'a [Value], name: &str) -> Option<&'a Value> {
    let wanted = stem(name);
    let named = |wanted: &str, stem: &dyn Fn(&str) -> String| {
        models.iter().find(|m| ["hf_id", "id"].iter().any(|key| stem(m[key].as_str().unwrap()) == wanted))
    };
    // A point release keeps its family's architecture: V3.1 has the shape of V3.
    named(&wanted, &stem).or_else(|| named(&without_point(&wanted), &|name| without_point(&stem(name))))
}

/// The row of exactly this model, whatever its number format.
pub fn exact_row<'a>(models: &'a [Value], name: &str) -> Option<&'a Value> {
    let wanted = stem(name);
    models.iter().find(|m| stem(m["hf_id"].as_str().unwrap()) == wanted)
}

/// A name without the point releases in it: `deepseek-v3.1` becomes `deepseek-v3`.
fn without_point(name: &str) -> String {
    let mut plain = String::new();
    let mut letters = name.chars().peekable();
    while let Some(letter) = letters.next() {
        let version = plain.ends_with(|c: char| c.is_ascii_digit());
        if letter == '.' && version {
            while letters.peek().is_some_and(char::is_ascii_digit) {
                letters.next();
            }
        } else {
            plain.push(letter);
        }
    }
    plain
}

/// The architecture of a model that a golden file names.
pub fn architecture(models: &[Value], name: &str) -> Option<Architecture> {
    row(models, name).map(|row| Architecture::new(&model(row)).unwrap())
}

fn small(value: &Value) -> Option<u32> {
    value.as_u64().map(|n| u32::try_from(n).unwrap())
}

fn text(value: &Value) -> Text {
    value.as_str().unwrap_or_default().to_owned().into()
}

/// A row of `models.json` as the catalogue encodes it.
pub fn model(row: &Value) -> Model {
    let params = &row["params"];
    let count = |key: &str| params[key].as_u64();
    let moe = &row["moe"];
    Model {
        id: text(&row["id"]),
        hf_id: text(&row["hf_id"]),
        family: text(&row["family"]),
        parameters: Parameters {
            total: count("computed_total"),
            active: count("computed_active"),
            embedding: count("computed_embedding"),
            lm_head: count("computed_lm_head"),
            routed_experts: count("computed_routed_experts"),
            vision: count("computed_vision"),
            published_total_b: params["published_total_b"].as_f64(),
            published_active_b: params["published_active_b"].as_f64(),
        },
        layers: small(&row["layers"]).unwrap(),
        hidden_size: small(&row["hidden_size"]).unwrap(),
        attention_heads: small(&row["attention_heads"]).unwrap(),
        kv_heads: small(&row["kv_heads"]).unwrap(),
        head_dim: small(&row["head_dim"]),
        intermediate_size: small(&row["intermediate_size"]),
        vocab_size: small(&row["vocab_size"]).unwrap(),
        tied_embeddings: row["tie_embeddings"] == true,
        moe: moe.is_object().then(|| Moe {
            experts: small(&moe["experts"]).unwrap(),
            active_experts: small(&moe["active_experts"]).unwrap(),
            intermediate_size: small(&moe["moe_intermediate_size"]).unwrap(),
            shared_experts: small(&moe["shared_experts"]),
            shared_intermediate_size: small(&moe["shared_intermediate_size"]),
            first_dense_layers: small(&moe["first_dense_layers"]),
            moe_layers: small(&row["attention"]["pattern"]["moe"]),
            latent_size: small(&row["attention"]["extra_config"]["moe_latent_size"]),
        }),
        attention: attention(&row["attention"]),
        max_context: small(&row["max_context"]),
        native_dtype: NativeDtype::Bf16,
        licence: None,
        notes: None,
        unverified: Text::default(),
        source: text(&row["config_source"]),
        as_of: Date::new(2026, 11, 23).unwrap(),
    }
}

fn attention(row: &Value) -> Attention {
    let extra = &row["extra_config"];
    let get = |key: &str| small(&row[key]);
    let need = |key: &str| small(&extra[key]).unwrap();
    let kind = row["kind"].as_str().unwrap();
    let linear = if extra["linear_num_value_heads"].is_u64() {
        Some(LinearLayer::DeltaNet {
            key_heads: need("linear_num_key_heads"),
            value_heads: need("linear_num_value_heads"),
            key_dim: need("linear_key_head_dim"),
            value_dim: need("linear_value_head_dim"),
            conv: need("linear_conv_kernel_dim"),
        })
    } else if extra["mamba_num_heads"].is_u64() {
        Some(LinearLayer::Mamba2 {
            heads: need("mamba_num_heads"),
            head_dim: need("mamba_head_dim"),
            state: need("ssm_state_size"),
            groups: need("n_groups"),
            conv: need("conv_kernel"),
        })
    } else if extra["mamba_d_state"].is_u64() {
        Some(LinearLayer::Mamba1 {
            expand: need("mamba_expand"),
            state: need("mamba_d_state"),
            dt_rank: need("mamba_dt_rank"),
            conv: need("mamba_d_conv"),
        })
    } else {
        None
    };
    let linear_layers = get("linear_layers").unwrap();
    let mut ratios: Vec<u32> = Vec::new();
    if let Some(list) = extra["compress_ratios"].as_array() {
        ratios = list.iter().map(|r| u32::try_from(r.as_u64().unwrap()).unwrap()).collect();
        ratios.pop(); // the last entry is the multi-token-prediction layer
    }
    let mut compressed: Vec<CompressedLayers> = Vec::new();
    for ratio in ratios.into_iter().filter(|&ratio| ratio > 0) {
        match compressed.iter_mut().find(|group| group.ratio == ratio) {
            Some(group) => group.layers += 1,
            None => compressed.push(CompressedLayers { layers: 1, ratio }),
        }
    }
    let squeezed: u32 = compressed.iter().map(|group| group.layers).sum();
    Attention {
        kind: match kind {
            "mha" => AttentionKind::Mha,
            "mqa" => AttentionKind::Mqa,
            kind if kind.starts_with("mla") => AttentionKind::Mla,
            _ => AttentionKind::Gqa,
        },
        full_layers: get("full_layers").unwrap().saturating_sub(squeezed),
        sliding_layers: get("sliding_layers").unwrap(),
        sliding_window: get("sliding_window").or(if squeezed > 0 { Some(128) } else { None }),
        linear_layers,
        linear: linear.or((linear_layers > 0).then_some(LinearLayer::DeltaNet {
            key_heads: 32,
            value_heads: 32,
            key_dim: 128,
            value_dim: 128,
            conv: 4,
        })),
        mla: get("kv_lora_rank").map(|kv_lora_rank| Mla {
            kv_lora_rank,
            q_lora_rank: get("q_lora_rank"),
            qk_nope_head_dim: get("qk_nope_head_dim").unwrap(),
            qk_rope_head_dim: get("qk_rope_head_dim").unwrap(),
            v_head_dim: get("v_head_dim").unwrap(),
        }),
        global: small(&extra["global_head_dim"])
            .map(|head_dim| KvHeads { kv_heads: need("num_global_key_value_heads"), head_dim }),
        value_head_dim: small(&extra["swa_v_head_dim"]),
        key_is_value: extra["attention_k_eq_v"] == true,
        sparse: row["sparse_indexer"].is_object().then(|| SparseIndexer {
            top_k: need("index_topk"),
            head_dim: need("index_head_dim"),
            heads: need("index_n_heads"),
        }),
        compressed: compressed.into(),
        shared_kv_layers: 0,
    }
}
