//! LiteLLM's `model_prices_and_context_window.json`: a map from `provider/model` to its prices per token.

use std::borrow::Cow;

use super::super::value::{Entry, Value};
use super::names::{provider, row};
use super::{Issue, Place, Sink, Skipped, insert};
use crate::catalogue::{PriceTier, ServicePrices, ServiceTier};
use crate::units::{Date, UsdPerMTok};

/// The example entry of the file, which is no model.
const EXAMPLE: &str = "sample_spec";

pub(super) fn fits(value: &Value) -> bool {
    let known = |entry: &Entry| {
        entry.value.get("litellm_provider").is_some() || entry.value.get("input_cost_per_token").is_some()
    };
    value.entries().iter().take(50).any(known)
}

pub(super) fn rows(value: &Value, sink: &mut Sink) {
    for entry in value.entries().iter().filter(|entry| entry.key != EXAMPLE) {
        model(entry, sink);
    }
}

fn model(entry: &Entry, sink: &mut Sink) {
    let (prices, at) = (&entry.value, Place { line: Some(entry.line), row: &entry.key });
    let mode = prices.get("mode").and_then(Value::text).unwrap_or("chat");
    if !["chat", "completion", "responses"].contains(&mode) {
        return sink.skip(Skipped::NotText);
    }
    let ended = prices.get("deprecation_date").and_then(Value::text).and_then(Date::parse);
    if ended.is_some_and(|day| day <= sink.today()) {
        return sink.skip(Skipped::Deprecated);
    }
    let Some(theirs) = prices.get("litellm_provider").and_then(Value::text) else {
        return sink.problem(at.line, at.row, "litellm_provider", Issue::Missing);
    };
    let per_mtok = |field: &str, sink: &mut Sink| sink.price(at, prices, field, 1e6);
    let before = sink.import.problems.len();
    let pair = (per_mtok("input_cost_per_token", sink), per_mtok("output_cost_per_token", sink));
    let (Some(input), Some(output)) = pair else {
        if sink.import.problems.len() == before {
            sink.skip(Skipped::NoPrice);
        }
        return;
    };
    if input == 0.0 || output == 0.0 {
        return sink.skip(Skipped::NoPrice);
    }
    let ours = provider(theirs);
    let mut row = row(ours, &name(&entry.key, theirs), input, output, &sink.provenance);
    let price = |field: &str, sink: &mut Sink| per_mtok(field, sink).map(UsdPerMTok::new);
    row.cache_read = price("cache_read_input_token_cost", sink);
    row.cache_write = price("cache_creation_input_token_cost", sink).filter(|price| price.value() > 0.0);
    row.cache_write_1h = price("cache_creation_input_token_cost_above_1hr", sink);
    row.batch_input = price("input_cost_per_token_batches", sink);
    row.batch_output = price("output_cost_per_token_batches", sink);
    row.batch_cache_read = price("cache_read_input_token_cost_batches", sink);
    row.tiers = tiers(at, prices, sink);
    row.services = services(at, prices, sink);
    row.context_window = prices.get("max_input_tokens").and_then(Value::number).map(|tokens| tokens as u32);
    sink.api_price(at.line, row);
}

/// The model without the provider in front of it.
fn name<'a>(key: &'a str, provider: &str) -> Cow<'a, str> {
    // makers on Google's cloud share one prefix
    let prefix = if provider.starts_with("vertex_ai") { "vertex_ai" } else { provider };
    let split = key.split_once('/').filter(|(first, _)| first.replace('-', "_") == prefix.replace('-', "_"));
    let without = split.map_or(key, |(_, rest)| rest);
    Cow::Borrowed(without.strip_prefix("accounts/fireworks/models/").unwrap_or(without))
}

/// Prices of fields such as `input_cost_per_token_flex`.
fn services(at: Place, prices: &Value, sink: &mut Sink) -> Vec<ServicePrices> {
    let tiers = [ServiceTier::Flex, ServiceTier::Priority].map(|tier| {
        let mut price = |field: &str| {
            sink.price(at, prices, &format!("{field}_{}", tier.key()), 1e6).map(UsdPerMTok::new)
        };
        let (input, output) = (price("input_cost_per_token"), price("output_cost_per_token"));
        ServicePrices { tier, input, output, cache_read: price("cache_read_input_token_cost") }
    });
    tiers.into_iter().filter(|service| service.input.is_some() && service.output.is_some()).collect()
}

/// Prices of fields such as `input_cost_per_token_above_200k_tokens`.
fn tiers(at: Place, prices: &Value, sink: &mut Sink) -> Vec<PriceTier> {
    let threshold = |field: &str| -> Option<u32> {
        let count = field.strip_prefix("input_cost_per_token_above_")?.strip_suffix("k_tokens")?;
        count.parse::<u32>().ok()?.checked_mul(1000)
    };
    let mut found = Vec::new();
    for above in prices.entries().iter().filter_map(|entry| threshold(&entry.key)) {
        insert(&mut found, above);
    }
    let tier = |above: u32| {
        let mut price = |field: &str| {
            let field = format!("{field}_above_{}k_tokens", above / 1000);
            sink.price(at, prices, &field, 1e6).map(UsdPerMTok::new)
        };
        PriceTier {
            above,
            input: price("input_cost_per_token"),
            output: price("output_cost_per_token"),
            cache_read: price("cache_read_input_token_cost"),
            cache_write: price("cache_creation_input_token_cost"),
        }
    };
    found.into_iter().map(tier).collect()
}
