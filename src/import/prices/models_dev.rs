//! models.dev's `api.json`: a map of providers, each with a map of models and prices per million tokens.

use super::super::value::{Entry, Value};
use super::names::{provider, row};
use super::{Issue, Place, Sink, Skipped, insert};
use crate::catalogue::{OpenWeights, PriceTier};
use crate::units::UsdPerMTok;

pub(super) fn fits(value: &Value) -> bool {
    let is_model = |entry: &Entry| matches!(entry.value, Value::Map(_));
    let is_provider =
        |entry: &Entry| entry.value.get("models").is_some_and(|models| models.entries().iter().any(is_model));
    value.entries().iter().any(is_provider)
}

pub(super) fn rows(value: &Value, sink: &mut Sink) {
    for one in value.entries() {
        for entry in one.value.get("models").map(Value::entries).unwrap_or_default() {
            model(&one.key, entry, sink);
        }
    }
}

fn model(theirs: &str, entry: &Entry, sink: &mut Sink) {
    let (item, place) = (&entry.value, format!("{theirs}/{}", entry.key));
    let at = Place { line: Some(entry.line), row: &place };
    let Some(cost) = item.get("cost") else { return sink.skip(Skipped::NoPrice) };
    if item.get("status").and_then(Value::text) == Some("deprecated") {
        return sink.skip(Skipped::Deprecated);
    }
    let before = sink.import.problems.len();
    let pair = (sink.price(at, cost, "input", 1.0), sink.price(at, cost, "output", 1.0));
    let (Some(input), Some(output)) = pair else {
        if sink.import.problems.len() == before {
            sink.problem(at.line, at.row, "cost", Issue::Missing);
        }
        return;
    };
    if input == 0.0 || output == 0.0 {
        return sink.skip(Skipped::NoPrice);
    }
    let mut row = row(provider(theirs), &entry.key, input, output, &sink.provenance);
    row.display_name = item.get("name").and_then(Value::text).map(|name| name.to_owned().into());
    row.open_weights = match item.get("open_weights").and_then(Value::bool) {
        Some(true) => OpenWeights::Yes,
        Some(false) => OpenWeights::No,
        None => OpenWeights::Unknown,
    };
    row.cache_read = sink.price(at, cost, "cache_read", 1.0).map(UsdPerMTok::new);
    row.cache_write = sink.price(at, cost, "cache_write", 1.0).map(UsdPerMTok::new);
    row.context_window =
        item.get("limit").and_then(|limit| limit.get("context")?.number()).map(|tokens| tokens as u32);
    row.tiers = tiers(at, cost, sink);
    sink.api_price(at.line, row);
}

/// Prices of long requests: a list of tiers by size of the context, or the older single one above 200,000 tokens.
fn tiers(at: Place, cost: &Value, sink: &mut Sink) -> Vec<PriceTier> {
    let size = |item: &Value| {
        let tier = item.get("tier")?;
        let of_context = tier.get("type").and_then(Value::text).is_none_or(|kind| kind == "context");
        tier.get("size")?.number().filter(|size| of_context && *size > 0.0).map(|size| size as u32)
    };
    let listed = cost.get("tiers").map(Value::items).unwrap_or_default();
    let mut found: Vec<(u32, &Value)> = listed.iter().filter_map(|item| Some((size(item)?, item))).collect();
    if found.is_empty() {
        found.extend(cost.get("context_over_200k").map(|long| (200_000, long)));
    }
    let mut thresholds = Vec::new();
    for (above, _) in &found {
        insert(&mut thresholds, *above);
    }
    let tier = |above: u32| {
        let item = found.iter().find(|(size, _)| *size == above).map_or(&Value::Null, |(_, item)| item);
        let mut price = |field: &str| sink.price(at, item, field, 1.0).map(UsdPerMTok::new);
        let (input, output) = (price("input"), price("output"));
        let (cache_read, cache_write) = (price("cache_read"), price("cache_write"));
        PriceTier { above, input, output, cache_read, cache_write }
    };
    thresholds.into_iter().map(tier).collect()
}
