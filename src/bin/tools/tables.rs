//! Models and accelerators as `point_tables.json` names them, else as the catalogue does, turned into what the engine
//! takes.

use std::borrow::Cow;

use llm_breakeven::catalogue::model::*;
use llm_breakeven::catalogue::{Catalogue, Gpu};
use llm_breakeven::engine::accelerator::{Accelerator, Family, Link};
use llm_breakeven::engine::architecture::Architecture;
use llm_breakeven::units::{Bytes, BytesPerSecond, Date, FlopsPerSecond};
use serde_json::Value;

/// The tables of one points file.
pub struct Tables(Value);

impl Tables {
    /// Reads the tables.
    pub fn parse(text: &str) -> Result<Self, String> {
        serde_json::from_str(text).map(Self).map_err(|error| error.to_string())
    }

    /// A model by the name that points use.
    pub fn model(&self, name: &str) -> Option<Architecture> {
        let name = self.0["model_aliases"][name].as_str().unwrap_or(name);
        let row = &self.0["models"][name];
        let listed = row.is_object().then(|| Architecture::new(&model(name, row)).ok()).flatten();
        listed.or_else(|| Architecture::new(catalogue_model(name)?).ok())
    }

    /// An accelerator by the name that points use.
    pub fn accelerator(&self, name: &str) -> Option<Accelerator> {
        let row = &self.0["gpus"][name];
        let listed = row.is_object().then(|| accelerator(row));
        listed.or_else(|| Accelerator::try_from(catalogue_gpu(name)?).ok())
    }

    /// The family of an accelerator.
    pub fn family(&self, gpu: &str) -> Option<Family> {
        self.accelerator(gpu).map(|accelerator| accelerator.family)
    }

    /// Whether a model routes, and how many parameters it has.
    pub fn shape(&self, name: &str) -> (bool, f64) {
        self.model(name).map_or((false, 0.0), |a| (a.routing.is_some(), a.components.total()))
    }
}

/// Letters and digits of a name in lower case, without the organisation, the number format and the kind of training.
fn bare(name: &str) -> String {
    let last = name.rsplit('/').next().unwrap_or_default();
    let mut plain: String =
        last.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect();
    for ending in ["awq", "gptq", "fp8", "nvfp4", "instruct", "chat", "hf", "it"] {
        plain.truncate(plain.strip_suffix(ending).map_or(plain.len(), str::len));
    }
    plain
}

/// The model of the catalogue with this name.
fn catalogue_model(name: &str) -> Option<&'static Model> {
    let wanted = bare(name);
    let named = |model: &&Model| bare(&model.id) == wanted || bare(&model.hf_id) == wanted;
    Catalogue::builtin().models.iter().find(named).filter(|_| !wanted.is_empty())
}

/// The GPU of the catalogue with this name; where several begin with it, the one on a board of its own socket.
fn catalogue_gpu(name: &str) -> Option<&'static Gpu> {
    let wanted = bare(name);
    let gpus = || Catalogue::builtin().gpus.iter();
    let same = gpus().find(|gpu| bare(&gpu.id) == wanted || bare(&gpu.name) == wanted);
    let begins = |gpu: &&Gpu| bare(&gpu.id).starts_with(&wanted);
    same.or_else(|| gpus().filter(begins).max_by_key(|gpu| gpu.id.contains("sxm")))
        .filter(|_| !wanted.is_empty())
}

fn number(row: &Value, key: &str) -> u32 {
    row[key].as_u64().unwrap_or(0) as u32
}

fn model(name: &str, row: &Value) -> Model {
    let get = |key| number(row, key);
    let layers = get("L");
    let tied = row["tie"] == true;
    let model = Model {
        id: name.to_owned().into(),
        hf_id: Text::default(),
        family: Text::default(),
        parameters: Parameters::default(),
        layers,
        hidden_size: get("d"),
        attention_heads: get("H"),
        kv_heads: get("KV"),
        head_dim: Some(get("hd")),
        intermediate_size: Some(get("ff")),
        vocab_size: get("V"),
        tied_embeddings: tied,
        moe: (get("E") > 0).then(|| Moe {
            experts: get("E"),
            active_experts: get("topk"),
            intermediate_size: get("mff"),
            shared_experts: None,
            shared_intermediate_size: row["sh"].as_u64().map(|n| n as u32),
            first_dense_layers: Some(get("nd")),
            moe_layers: Some(layers - get("nd")),
            latent_size: None,
        }),
        attention: attention(row),
        max_context: None,
        native_dtype: NativeDtype::Bf16,
        licence: None,
        notes: None,
        unverified: Text::default(),
        source: Cow::Borrowed("point_tables.json"),
        as_of: Date::new(2026, 11, 23).unwrap_or(DAY_ZERO),
    };
    if row["gated"] == false { plain(model) } else { model }
}

fn attention(row: &Value) -> Attention {
    let (linear, mla) = (&row["lin"], &row["mla"]);
    let window = |i: usize| row["swa"][i].as_u64().map(|n| n as u32);
    let (linear_layers, sliding_layers) = (number(linear, "n"), window(0).unwrap_or(0));
    Attention {
        kind: if mla.is_object() { AttentionKind::Mla } else { AttentionKind::Gqa },
        full_layers: number(row, "L") - linear_layers - sliding_layers,
        sliding_layers,
        sliding_window: window(1),
        linear_layers,
        linear: linear.is_object().then(|| LinearLayer::DeltaNet {
            key_heads: number(linear, "kh"),
            value_heads: number(linear, "vh"),
            key_dim: number(linear, "kd"),
            value_dim: number(linear, "vd"),
            conv: 0,
        }),
        mla: mla.is_object().then(|| Mla {
            kv_lora_rank: number(mla, "kvl"),
            q_lora_rank: Some(number(mla, "ql")),
            qk_nope_head_dim: number(mla, "nope"),
            qk_rope_head_dim: number(mla, "rope"),
            v_head_dim: number(mla, "v"),
        }),
        sparse: row["dsa"].as_u64().map(|top_k| SparseIndexer {
            top_k: top_k as u32,
            head_dim: 128,
            heads: 32,
        }),
        ..Attention::default()
    }
}

const DAY_ZERO: Date = match Date::new(1970, 1, 1) {
    Some(date) => date,
    None => unreachable!(),
};

/// Says by its total that the feed-forward layers have two matrices.
fn plain(mut model: Model) -> Model {
    let product = |a: u32, b: u32| u64::from(a) * u64::from(b);
    let hidden = model.hidden_size;
    let head = u64::from(model.head_dim.unwrap_or(0));
    let heads = u64::from(model.attention_heads) + u64::from(model.kv_heads);
    let inner = model.intermediate_size.unwrap_or(0);
    let layer = 2 * u64::from(hidden) * heads * head + 2 * product(hidden, inner);
    let vocabulary = product(model.vocab_size, hidden) * if model.tied_embeddings { 1 } else { 2 };
    model.parameters.total = Some(u64::from(model.layers) * layer + vocabulary);
    model
}

fn accelerator(row: &Value) -> Accelerator {
    let figure = |key: &str| row[key].as_f64();
    let peak = |key: &str| figure(key).map(|tera| FlopsPerSecond::new(tera * 1e12));
    let family = row["fam"].as_str().unwrap_or_default();
    let fabric = figure("nvl").filter(|speed| *speed > 0.0);
    Accelerator {
        memory: Bytes::new(figure("mem").unwrap_or(0.0) * 1e9),
        bandwidth: BytesPerSecond::new(figure("bw").unwrap_or(0.0) * 1e9),
        fp16: peak("f16").unwrap_or(FlopsPerSecond::ZERO),
        fp8: peak("f8"),
        int8: peak("f8"),
        fp4: peak("f4"),
        link: Link {
            fabric: fabric.is_some(),
            one_way: BytesPerSecond::new(fabric.or(figure("pcie")).unwrap_or(0.0) * 1e9),
            peer_to_peer: family != "geforce",
        },
        family: match family {
            "apple" => Family::Apple,
            "geforce" => Family::GeForce,
            name if name.starts_with("cdna") => Family::Amd,
            _ => Family::Nvidia,
        },
    }
}
