//! The number format of a checkpoint, from the quantisation section or the dtype of its configuration.

use super::config::Config;
use crate::catalogue::model::NativeDtype;
use crate::import::value::Value;

/// The number format of the checkpoint, from its quantisation or its dtype; with what is assumed where the file tells of a
/// quantisation that has no format here.
pub fn of(config: &Config) -> (NativeDtype, Option<&'static str>) {
    let told = |format: NativeDtype| (format, None);
    if let Some(quantised) = config.part("quantization_config").or_else(|| config.part("compression_config"))
    {
        let text =
            |key: &str| quantised.get(key).and_then(Value::text).unwrap_or_default().to_ascii_lowercase();
        let (method, algorithm) = (text("quant_method"), text("quant_algo"));
        let four = config.text(&["expert_dtype"]) == "fp4";
        if four || algorithm.contains("nvfp4") || algorithm.contains("mixed") {
            return told(NativeDtype::Nvfp4);
        }
        // Quark names the type of the weights
        let quark = quantised.at("global_quant_config").at("weight").at("dtype").text().unwrap_or_default();
        if [&*algorithm, &*method, quark].iter().any(|name| name.contains("fp8")) {
            return told(NativeDtype::Fp8);
        }
        if method == "mxfp4" || quark == "fp4" {
            return told(NativeDtype::Mxfp4Experts);
        }
        let bits =
            bits(quantised).or_else(|| (quantised.at("load_in_4bit").bool() == Some(true)).then_some(4));
        return match (&*method, bits) {
            ("compressed-tensors", Some(4)) if config.get(&["kv_lora_rank"]).is_some() => {
                told(NativeDtype::Int4Experts)
            }
            (_, Some(4)) | ("awq" | "gptq", None) => told(NativeDtype::Int4),
            (_, Some(8)) if quantised_as_float(quantised) => told(NativeDtype::Fp8),
            (_, Some(8)) => told(NativeDtype::Int8),
            (_, Some(16)) => told(NativeDtype::Bf16),
            (_, Some(1..=6)) => (NativeDtype::Int4, Some("4 bit")),
            (_, Some(7)) => (NativeDtype::Int8, Some("8 bit")),
            _ => (NativeDtype::Bf16, Some("16 bit")),
        };
    }
    told(match config.text(&["dtype", "torch_dtype"]) {
        "float32" => NativeDtype::Fp32,
        "float16" => NativeDtype::Fp16,
        _ => NativeDtype::Bf16,
    })
}

/// Bits per weight of a quantisation, at the top or in its first group.
fn bits(quantised: &Value) -> Option<u64> {
    let own = ["bits", "w_bit", "weight_bits"].iter().find_map(|key| quantised.get(key)?.whole());
    own.or_else(|| first_group(quantised)?.get("num_bits")?.whole())
}

fn quantised_as_float(quantised: &Value) -> bool {
    first_group(quantised)
        .and_then(|weights| weights.get("type"))
        .is_some_and(|kind| kind.text() == Some("float"))
}

fn first_group<'v, 'a>(quantised: &'v Value<'a>) -> Option<&'v Value<'a>> {
    quantised.get("config_groups")?.entries().first()?.value.get("weights")
}
