//! Names of the same thing in different lists.

use std::collections::BTreeMap;

use crate::catalogue::{ApiPrice, Catalogue, Match, Provenance, ProviderKind};
use crate::units::UsdPerMTok;

/// Names of providers in other lists, and here.
const PROVIDERS: [(&str, &str); 26] = [
    ("alibaba", "dashscope"),
    ("amazon-bedrock", "aws"),
    ("azure_ai", "azure"),
    ("bedrock", "aws"),
    ("bedrock_converse", "aws"),
    ("cloudflare-workers-ai", "cloudflare"),
    ("cohere_chat", "cohere"),
    ("crusoecloud", "crusoe"),
    ("datacrunch", "verda"),
    ("fireworks-ai", "fireworks"),
    ("fireworks_ai", "fireworks"),
    ("gemini", "google"),
    ("google-vertex", "vertex_ai"),
    ("lambda_ai", "lambda"),
    ("lambdalabs", "lambda"),
    ("moonshot", "moonshotai"),
    ("nebius-token-factory", "nebius"),
    ("novita-ai", "novita"),
    ("text-completion-openai", "openai"),
    ("togetherai", "together"),
    ("together_ai", "together"),
    ("vertex", "vertex_ai"),
    ("vertex_ai_beta", "vertex_ai"),
    ("xai", "x-ai"),
    ("zai-org", "zai"),
    ("z-ai", "zai"),
];

/// The provider under the name that the catalogue uses.
pub(super) fn provider(name: &str) -> &str {
    // LiteLLM keeps a provider per maker on Google's cloud
    let name =
        name.split_once('-').filter(|(first, _)| *first == "vertex_ai").map_or(name, |(first, _)| first);
    PROVIDERS.iter().find(|(theirs, _)| *theirs == name).map_or(name, |(_, ours)| ours)
}

/// What a provider is, as far as its name tells.
pub(super) fn kind(provider: &str) -> ProviderKind {
    const MAKERS: &str = " ai21 amazon_nova anthropic arcee cohere dashscope deepseek google minimax mistral moonshotai \
                          openai perplexity x-ai zai ";
    match provider {
        "aws" | "azure" | "databricks" | "oci" | "snowflake" | "vertex_ai" | "watsonx" => ProviderKind::Cloud,
        "openrouter" => ProviderKind::Aggregator,
        maker if MAKERS.contains(&format!(" {maker} ")) => ProviderKind::FirstParty,
        _ => ProviderKind::Host,
    }
}

/// A row with input and output prices and nothing else known.
pub(super) fn row(provider: &str, model: &str, input: f64, output: f64, provenance: &Provenance) -> ApiPrice {
    ApiPrice {
        id: ApiPrice::id_of(provider, model).into(),
        provider: provider.to_owned().into(),
        kind: kind(provider),
        model_name: model.to_owned().into(),
        provenance: provenance.clone(),
        ..ApiPrice::flat(UsdPerMTok::new(input), UsdPerMTok::new(output))
    }
}

/// Which open model a hosted name means, learned from the catalogue.
pub(super) struct OpenModels {
    /// Place in `ids` by name.
    by_name: BTreeMap<String, usize>,
    ids: Vec<String>,
}

impl OpenModels {
    pub fn of(catalogue: &Catalogue) -> Self {
        let mut by_name = BTreeMap::new();
        for (at, model) in catalogue.models.iter().enumerate() {
            by_name.insert(plain(&model.hf_id), at);
            by_name.insert(plain(&model.id), at);
        }
        let ids: Vec<String> = catalogue.models.iter().map(|model| model.id.to_string()).collect();
        for price in catalogue.api_prices.iter().filter(|price| price.model_match == Match::Name) {
            let at = price.open_model.as_ref().and_then(|model| ids.iter().position(|id| *id == **model));
            if let Some(at) = at {
                by_name.entry(plain(&price.model_name)).or_insert(at);
            }
        }
        Self { by_name, ids }
    }

    pub fn find(&self, name: &str) -> Option<String> {
        self.ids.get(*self.by_name.get(&plain(name))?).cloned()
    }
}

/// The last part of a name without case, punctuation and words that do not change the weights.
fn plain(name: &str) -> String {
    let last = name.rsplit('/').next().unwrap_or(name).to_ascii_lowercase();
    let words = last.split(['-', '_', ':', '@', ' ']).filter(|word| {
        !["instruct", "it", "hf", "turbo", "fp8", "chat", "versatile", "maas", "latest"].contains(word)
    });
    words.flat_map(str::chars).filter(|one| one.is_ascii_alphanumeric()).collect()
}
