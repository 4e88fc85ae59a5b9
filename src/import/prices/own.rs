//! The file that this calculator writes of a user's own prices, and reads again.

use super::super::json::Writer;
use super::super::value::Value;
use super::names::row;
use super::{Issue, MAX_USD_PER_GPU_HOUR, Place, Sink};
use crate::catalogue::{ApiPrice, Basis, Commitment, Offer, Overlay, did_you_mean};
use crate::units::{UsdPerHour, UsdPerMTok};

/// The key that marks the file, with its version.
const MARK: &str = "llm_breakeven_prices";

/// Prices per million tokens of an API row.
const API_FIELDS: [&str; 8] = [
    "input",
    "output",
    "cache_read",
    "cache_write",
    "cache_write_1h",
    "batch_input",
    "batch_output",
    "batch_cache_read",
];

/// The overlay as a file, for download; [`super::read`] reads it.
#[must_use]
pub fn write(overlay: &Overlay) -> String {
    let mut json = Writer::default();
    json.object(&mut |json| {
        json.key(MARK).number(Some(1.0));
        json.key("api_prices")
            .list(&mut |json| overlay.api_prices.iter().for_each(|row| write_api(json, row)));
        json.key("offers").list(&mut |json| overlay.offers.iter().for_each(|row| write_offer(json, row)));
    });
    // a row per line
    json.finish().replace("{\"provider\"", "\n{\"provider\"")
}

fn write_api(json: &mut Writer, row: &ApiPrice) {
    let some = [Some(row.input), Some(row.output), row.cache_read, row.cache_write, row.cache_write_1h];
    let batch = [row.batch_input, row.batch_output, row.batch_cache_read];
    json.object(&mut |json| {
        json.key("provider").text(&row.provider);
        json.key("model").text(&row.model_name);
        for (field, price) in API_FIELDS.iter().zip(some.iter().chain(&batch)) {
            json.key(field).number(price.map(UsdPerMTok::value));
        }
        json.key("open_model").optional_text(row.open_model.as_deref());
    });
}

fn write_offer(json: &mut Writer, row: &Offer) {
    json.object(&mut |json| {
        json.key("provider").text(&row.provider);
        json.key("instance").optional_text(row.instance.as_deref());
        json.key("region").optional_text(row.region.as_deref());
        json.key("gpu").text(&row.gpu);
        json.key("count").number(Some(row.gpus_per_instance.into()));
        json.key("commitment").text(row.commitment.key());
        json.key("usd").number(Some(row.price_per_instance.value()));
    });
}

pub(super) fn fits(value: &Value) -> bool {
    value.get(MARK).is_some()
}

pub(super) fn rows(value: &Value, sink: &mut Sink, gpus: &[&str]) {
    let list = |field: &str| value.get(field).map(Value::items).unwrap_or_default();
    for item in list("api_prices") {
        api(item, sink);
    }
    for item in list("offers") {
        offer(item, sink, gpus);
    }
}

/// A text field that must be there.
fn needed<'v>(item: &'v Value, field: &str, row: &str, sink: &mut Sink) -> Option<&'v str> {
    let text = item.get(field).and_then(Value::text).filter(|text| !text.trim().is_empty());
    if text.is_none() {
        sink.problem(line(item), row, field, Issue::Missing);
    }
    text
}

fn line(item: &Value) -> Option<u32> {
    item.entries().first().map(|entry| entry.line)
}

fn api(item: &Value, sink: &mut Sink) {
    let Some(provider) = needed(item, "provider", "api_prices", sink) else { return };
    let Some(model) = needed(item, "model", provider, sink) else { return };
    let place = format!("{provider}/{model}");
    let at = Place { line: line(item), row: &place };
    let prices = API_FIELDS.map(|field| sink.price(at, item, field, 1.0));
    let (Some(input), Some(output)) = (prices[0], prices[1]) else {
        for (field, price) in API_FIELDS.iter().zip(prices).take(2) {
            if price.is_none() && item.get(field).is_none() {
                sink.problem(at.line, at.row, field, Issue::Missing);
            }
        }
        return;
    };
    let mut row = row(provider, model, input, output, &sink.provenance);
    let [_, _, read, write, hour, batch_input, batch_output, batch_read] =
        prices.map(|price| price.map(UsdPerMTok::new));
    (row.cache_read, row.cache_write, row.cache_write_1h) = (read, write, hour);
    (row.batch_input, row.batch_output, row.batch_cache_read) = (batch_input, batch_output, batch_read);
    row.open_model = item.get("open_model").and_then(Value::text).map(|id| id.to_owned().into());
    sink.api_price(at.line, row);
}

fn offer(item: &Value, sink: &mut Sink, gpus: &[&str]) {
    let Some(provider) = needed(item, "provider", "offers", sink) else { return };
    let Some(gpu) = needed(item, "gpu", provider, sink) else { return };
    let line = line(item);
    if !gpus.contains(&gpu) {
        let like = did_you_mean(gpu, gpus.iter().copied()).map(str::to_owned);
        return sink.problem(line, provider, "gpu", Issue::UnknownGpu(gpu.to_owned(), like));
    }
    let text = |field: &str| item.get(field).and_then(Value::text).map(|text| text.to_owned().into());
    let count =
        item.get("count").map_or(Some(1.0), Value::number).filter(|count| (1.0..1000.0).contains(count));
    let Some(count) = count.map(|count| count as u32) else {
        let given = item.get("count").map(Value::shown).unwrap_or_default();
        return sink.problem(line, provider, "count", Issue::NotANumber(given));
    };
    let issue = match item.get("usd").map(|usd| usd.number().ok_or_else(|| usd.shown())) {
        None => Issue::Missing,
        Some(Err(given)) => Issue::NotANumber(given),
        Some(Ok(price)) if price < 0.0 => Issue::Negative(price),
        Some(Ok(price)) if price / f64::from(count) > MAX_USD_PER_GPU_HOUR => {
            Issue::Absurd(price / f64::from(count))
        }
        Some(Ok(price)) => {
            let key = item.get("commitment").and_then(Value::text).unwrap_or_default();
            let offer = Offer {
                id: String::new().into(),
                provider: provider.to_owned().into(),
                instance: text("instance"),
                gpu: gpu.to_owned().into(),
                gpus_per_instance: count,
                region: text("region"),
                commitment: Commitment::from_key(key).unwrap_or_default(),
                basis: Basis::List,
                price_per_instance: UsdPerHour::new(price),
                note: None,
                provenance: sink.provenance.clone(),
            };
            return sink.import.offers.push(offer.with_id());
        }
    };
    sink.problem(line, provider, "usd", issue);
}
