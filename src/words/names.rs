//! Names of catalogue rows as people say them.

use crate::catalogue::{ApiPrice, Commitment, Gpu, Model, Offer};
use crate::engine::weight_format::WeightFormat;
use crate::units::format as figures;

/// Providers whose name is not their key with a capital letter.
const PROVIDERS: &[(&str, &str)] = &[
    ("aws", "AWS"),
    ("gcp", "Google Cloud"),
    ("azure", "Azure"),
    ("oci", "Oracle"),
    ("ovhcloud", "OVHcloud"),
    ("runpod", "RunPod"),
    ("coreweave", "CoreWeave"),
    ("openai", "OpenAI"),
    ("deepinfra", "DeepInfra"),
    ("sambanova", "SambaNova"),
    ("vertex_ai", "Vertex AI"),
    ("lambda_ai", "Lambda"),
    ("wandb", "Weights & Biases"),
    ("datacrunch", "DataCrunch"),
    ("massedcompute", "Massed Compute"),
    ("watsonx", "watsonx"),
    ("x-ai", "xAI"),
    ("zai", "Z.ai"),
    ("vast", "Vast.ai"),
    ("openrouter", "OpenRouter"),
    ("deepseek", "DeepSeek"),
    ("minimax", "MiniMax"),
    ("moonshotai", "Moonshot AI"),
    ("ai21", "AI21"),
    ("dashscope", "DashScope"),
    ("friendliai", "FriendliAI"),
    ("gmi", "GMI"),
    ("article", "the reference article"),
];

/// A provider's name.
#[must_use]
pub fn provider(key: &str) -> String {
    if let Some((_, name)) = PROVIDERS.iter().find(|(known, _)| *known == key) {
        return (*name).to_owned();
    }
    let mut letters = key.replace('_', " ");
    if let Some(first) = letters.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    letters
}

/// A model's name: that of its repository, without the organisation and the "Instruct" that all of them carry.
#[must_use]
pub fn model(row: &Model) -> String {
    let name = row.hf_id.rsplit('/').next().unwrap_or(&row.id);
    name.trim_end_matches("-hf").trim_end_matches("-Instruct").replace(['-', '_'], " ")
}

/// A GPU's name without its memory, which is shown beside it, and without what stands in brackets.
#[must_use]
pub fn gpu(row: &Gpu) -> String {
    let name = row.name.split(" (").next().unwrap_or_default();
    let words = name.split(' ').filter(|word| !word.ends_with("GB"));
    words.collect::<Vec<_>>().join(" ")
}

/// A number format of weights.
#[must_use]
pub fn format(format: WeightFormat) -> &'static str {
    match format {
        WeightFormat::Fp32 => "32 bit",
        WeightFormat::Bf16 => "16 bit",
        WeightFormat::Fp8 => "FP8",
        WeightFormat::Int8 => "INT8",
        WeightFormat::Int4 => "INT4",
        WeightFormat::Nvfp4 => "NVFP4",
        WeightFormat::Mxfp4 => "MXFP4",
        WeightFormat::Gguf(_) => "GGUF",
    }
}

/// What is promised for a price.
#[must_use]
pub fn commitment(commitment: Commitment) -> &'static str {
    match commitment {
        Commitment::OnDemand => "on-demand",
        Commitment::Reserved1y => "reserved 1 y",
        Commitment::Reserved3y => "reserved 3 y",
        Commitment::Spot => "spot",
    }
}

/// An offer on one line: provider, instance, region, commitment, price.
#[must_use]
pub fn offer(row: &Offer) -> String {
    let mut parts = vec![provider(&row.provider)];
    parts.extend(row.instance.as_deref().map(str::to_owned));
    parts.extend(row.region.as_deref().map(str::to_owned));
    if row.basis == crate::catalogue::Basis::Article {
        parts.push("as the article printed it".into());
    }
    let price = figures::usd(row.price_per_gpu().value());
    format!("{}, {}, {price} per GPU-hour", parts.join(" "), commitment(row.commitment))
}

/// An API price on one line: provider, model, prices.
#[must_use]
pub fn api_price(row: &ApiPrice) -> String {
    let (input, output) = (figures::usd(row.input.value()), figures::usd(row.output.value()));
    let name = row.display_name.as_deref().unwrap_or(&row.model_name);
    format!("{}: {name}, {input} in, {output} out", provider(&row.provider))
}
