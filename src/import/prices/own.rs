//! The file that this calculator writes of a user's own prices, and reads again: everything that a row says, so that
//! the rows come back as they were.
//!
//! A person can write it too: an API price needs `provider`, `model`, `input` and `output`, an offer `provider`,
//! `gpu` and `usd` (of the whole instance, with its `count` of GPUs).

use super::super::json::Writer;
use super::super::value::Value;
use super::names::row;
use super::{Issue, MAX_USD_PER_GPU_HOUR, Place, Sink};
use crate::catalogue::{
    ApiPrice, Basis, Commitment, Match, NextPrices, Offer, OpenWeights, Overlay, PriceTier, PriceWindow,
    Provenance, ProviderKind, ServicePrices, ServiceTier, Text, did_you_mean,
};
use crate::units::{Date, UsdPerHour, UsdPerMTok};

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

/// Keys of the kinds of providers.
const KINDS: [(ProviderKind, &str); 5] = [
    (ProviderKind::FirstParty, "first-party"),
    (ProviderKind::Host, "host"),
    (ProviderKind::Cloud, "cloud"),
    (ProviderKind::Aggregator, "aggregator"),
    (ProviderKind::Reference, "reference"),
];

/// The overlay as a file, for download; [`super::read`] reads it.
///
/// ```
/// use llm_breakeven::catalogue::{Catalogue, Overlay};
/// use llm_breakeven::import::prices::{read, write_overlay};
/// use llm_breakeven::units::Date;
/// let catalogue = Catalogue::builtin();
/// let mine = Overlay { api_prices: catalogue.api_prices[..2].to_vec(), ..Overlay::default() };
/// let file = write_overlay(&mine);
/// let back = read("mine.json", file.as_bytes(), Date::EPOCH, catalogue).unwrap();
/// assert_eq!(back.api_prices.len(), 2);
/// assert_eq!(back.api_prices[0].provenance, mine.api_prices[0].provenance);
/// ```
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

fn text(json: &mut Writer, key: &str, text: Option<&str>) {
    if let Some(text) = text {
        json.key(key).text(text);
    }
}

fn number(json: &mut Writer, key: &str, number: Option<f64>) {
    if number.is_some() {
        json.key(key).number(number);
    }
}

fn price(json: &mut Writer, key: &str, price: Option<UsdPerMTok>) {
    number(json, key, price.map(UsdPerMTok::value));
}

fn provenance(json: &mut Writer, provenance: &Provenance) {
    json.key("source").text(&provenance.source);
    json.key("as_of").text(&provenance.as_of.to_string());
}

fn write_api(json: &mut Writer, row: &ApiPrice) {
    let some = [Some(row.input), Some(row.output), row.cache_read, row.cache_write, row.cache_write_1h];
    let batch = [row.batch_input, row.batch_output, row.batch_cache_read];
    let kind = KINDS.iter().find(|(kind, _)| *kind == row.kind).map(|(_, key)| *key);
    let open = match row.open_weights {
        OpenWeights::Yes => Some("yes"),
        OpenWeights::No => Some("no"),
        OpenWeights::Unknown => None,
    };
    json.object(&mut |json| {
        json.key("provider").text(&row.provider);
        json.key("model").text(&row.model_name);
        for (field, value) in API_FIELDS.iter().zip(some.iter().chain(&batch)) {
            price(json, field, *value);
        }
        text(json, "open_model", row.open_model.as_deref());
        text(json, "name", row.display_name.as_deref());
        text(json, "kind", kind);
        text(json, "open_weights", open);
        text(json, "match", (row.model_match == Match::Architecture).then_some("architecture"));
        number(json, "context", row.context_window.map(f64::from));
        text(json, "deprecated", row.deprecated.then_some("yes"));
        text(json, "note", row.note.as_deref());
        if !row.tiers.is_empty() {
            json.key("tiers").list(&mut |json| row.tiers.iter().for_each(|tier| write_tier(json, tier)));
        }
        if !row.windows.is_empty() {
            let windows = row.windows.iter();
            json.key("windows").list(&mut |json| windows.clone().for_each(|one| write_window(json, one)));
        }
        if !row.services.is_empty() {
            let services = row.services.iter();
            json.key("services").list(&mut |json| services.clone().for_each(|one| write_service(json, one)));
        }
        if let Some(next) = row.next {
            json.key("next").object(&mut |json| {
                json.key("from").text(&next.from.to_string());
                price(json, "input", Some(next.input));
                price(json, "output", Some(next.output));
            });
        }
        provenance(json, &row.provenance);
    });
}

fn write_service(json: &mut Writer, service: &ServicePrices) {
    json.object(&mut |json| {
        json.key("tier").text(service.tier.key());
        price(json, "input", service.input);
        price(json, "output", service.output);
        price(json, "cache_read", service.cache_read);
    });
}

fn write_tier(json: &mut Writer, tier: &PriceTier) {
    json.object(&mut |json| {
        json.key("above").number(Some(tier.above.into()));
        price(json, "input", tier.input);
        price(json, "output", tier.output);
        price(json, "cache_read", tier.cache_read);
        price(json, "cache_write", tier.cache_write);
    });
}

fn write_window(json: &mut Writer, window: &PriceWindow) {
    json.object(&mut |json| {
        json.key("start").number(Some(window.start.into()));
        json.key("end").number(Some(window.end.into()));
        price(json, "input", window.input);
        price(json, "output", window.output);
        price(json, "cache_read", window.cache_read);
    });
}

fn write_offer(json: &mut Writer, row: &Offer) {
    json.object(&mut |json| {
        json.key("provider").text(&row.provider);
        text(json, "instance", row.instance.as_deref());
        text(json, "region", row.region.as_deref());
        json.key("gpu").text(&row.gpu);
        json.key("count").number(Some(row.gpus_per_instance.into()));
        json.key("commitment").text(row.commitment.key());
        text(json, "basis", (row.basis != Basis::List).then(|| row.basis.key()));
        json.key("usd").number(Some(row.price_per_instance.value()));
        text(json, "note", row.note.as_deref());
        provenance(json, &row.provenance);
    });
}

pub(super) fn fits(value: &Value) -> bool {
    value.get(MARK).is_some()
}

pub(super) fn rows(value: &Value, sink: &mut Sink, gpus: &[&str], models: &[&str]) {
    let list = |field: &str| value.get(field).map(Value::items).unwrap_or_default();
    for item in list("api_prices") {
        api(item, sink, models);
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

fn given(item: &Value, field: &str) -> Option<Text> {
    item.get(field).and_then(Value::text).map(|text| text.to_owned().into())
}

/// Source and day of a row, those of the file where it states none.
fn source(item: &Value, sink: &Sink) -> Provenance {
    let day = item.get("as_of").and_then(Value::text).and_then(Date::parse);
    let file = &sink.provenance;
    Provenance {
        source: given(item, "source").unwrap_or_else(|| file.source.clone()),
        as_of: day.unwrap_or(file.as_of),
    }
}

fn api(item: &Value, sink: &mut Sink, models: &[&str]) {
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
    let mut row = row(provider, model, input, output, &source(item, sink));
    let [_, _, read, write, hour, batch_input, batch_output, batch_read] =
        prices.map(|price| price.map(UsdPerMTok::new));
    (row.cache_read, row.cache_write, row.cache_write_1h) = (read, write, hour);
    (row.batch_input, row.batch_output, row.batch_cache_read) = (batch_input, batch_output, batch_read);
    row.open_model = given(item, "open_model");
    if let Some(unknown) = row.open_model.take_if(|id| !models.contains(&&**id)) {
        let few = sink.import.problems.len() < 100;
        let like = if few { did_you_mean(&unknown, models.iter().copied()) } else { None };
        let issue = Issue::UnknownModel(unknown.into_owned(), like.map(str::to_owned));
        sink.problem(at.line, at.row, "open_model", issue);
    }
    described(item, &mut row);
    row.tiers = tiers(at, item, sink);
    row.windows = windows(at, item, sink);
    row.services = services(at, item, sink);
    row.next = next(at, item, sink);
    sink.api_price(at.line, row);
}

/// What a row says beside its prices.
fn described(item: &Value, row: &mut ApiPrice) {
    let word = |field: &str| item.get(field).and_then(Value::text).unwrap_or_default();
    row.display_name = given(item, "name");
    row.note = given(item, "note");
    if let Some((kind, _)) = KINDS.iter().find(|(_, key)| *key == word("kind")) {
        row.kind = *kind;
    }
    row.open_weights = match word("open_weights") {
        "yes" => OpenWeights::Yes,
        "no" => OpenWeights::No,
        _ => OpenWeights::Unknown,
    };
    row.model_match = if word("match") == "architecture" { Match::Architecture } else { Match::Name };
    row.deprecated = word("deprecated") == "yes";
    row.context_window = item.get("context").and_then(Value::whole).map(|tokens| tokens as u32);
}

fn tiers(at: Place, item: &Value, sink: &mut Sink) -> Vec<PriceTier> {
    let mut tiers = Vec::new();
    for tier in item.get("tiers").map(Value::items).unwrap_or_default() {
        let mut price = |field: &str| sink.price(at, tier, field, 1.0).map(UsdPerMTok::new);
        let (input, output) = (price("input"), price("output"));
        let (cache_read, cache_write) = (price("cache_read"), price("cache_write"));
        match tier.get("above").and_then(Value::whole) {
            Some(above) => {
                let above = above.min(u32::MAX.into()) as u32;
                tiers.push(PriceTier { above, input, output, cache_read, cache_write });
            }
            None => sink.problem(at.line, at.row, "above", Issue::Missing),
        }
    }
    tiers
}

fn windows(at: Place, item: &Value, sink: &mut Sink) -> Vec<PriceWindow> {
    let mut windows = Vec::new();
    for window in item.get("windows").map(Value::items).unwrap_or_default() {
        let mut price = |field: &str| sink.price(at, window, field, 1.0).map(UsdPerMTok::new);
        let (input, output, cache_read) = (price("input"), price("output"), price("cache_read"));
        let minute =
            |field: &str| window.get(field).and_then(Value::whole).filter(|minute| *minute <= 24 * 60);
        match (minute("start"), minute("end")) {
            (Some(start), Some(end)) => {
                let (start, end) = (start as u16, end as u16);
                windows.push(PriceWindow { start, end, input, output, cache_read });
            }
            _ => sink.problem(at.line, at.row, "start", Issue::Missing),
        }
    }
    windows
}

fn next(at: Place, item: &Value, sink: &mut Sink) -> Option<NextPrices> {
    let next = item.get("next")?;
    let mut price = |field: &str| sink.price(at, next, field, 1.0).map(UsdPerMTok::new);
    let (input, output) = (price("input"), price("output"));
    let from = next.get("from").and_then(Value::text).and_then(Date::parse);
    if from.is_none() {
        sink.problem(at.line, at.row, "from", Issue::Missing);
    }
    Some(NextPrices { from: from?, input: input?, output: output? })
}

fn services(at: Place, item: &Value, sink: &mut Sink) -> Vec<ServicePrices> {
    let mut services = Vec::new();
    for service in item.get("services").map(Value::items).unwrap_or_default() {
        let mut price = |field: &str| sink.price(at, service, field, 1.0).map(UsdPerMTok::new);
        let (input, output, cache_read) = (price("input"), price("output"), price("cache_read"));
        match service.get("tier").and_then(Value::text).and_then(ServiceTier::from_key) {
            Some(tier) => services.push(ServicePrices { tier, input, output, cache_read }),
            None => sink.problem(at.line, at.row, "tier", Issue::Missing),
        }
    }
    services
}

fn offer(item: &Value, sink: &mut Sink, gpus: &[&str]) {
    let Some(provider) = needed(item, "provider", "offers", sink) else { return };
    let Some(gpu) = needed(item, "gpu", provider, sink) else { return };
    let line = line(item);
    if !gpus.contains(&gpu) {
        return sink.unknown_gpu(line, provider, "gpu", gpu, gpus);
    }
    let count =
        item.get("count").map_or(Some(1.0), Value::number).filter(|count| (1.0..1000.0).contains(count));
    let Some(count) = count.map(|count| count as u32) else {
        let given = item.get("count").map(Value::shown).unwrap_or_default();
        return sink.problem(line, provider, "count", Issue::NotANumber(given));
    };
    let issue = match item.get("usd").map(|usd| usd.number().ok_or_else(|| usd.shown())) {
        None => Issue::Missing,
        Some(Err(given)) => Issue::NotANumber(given),
        Some(Ok(price)) => match per_gpu_issue(price, count) {
            Some(issue) => issue,
            None => {
                let word = |field: &str| item.get(field).and_then(Value::text).unwrap_or_default();
                let offer = Offer {
                    id: Text::default(),
                    provider: provider.to_owned().into(),
                    instance: given(item, "instance"),
                    gpu: gpu.to_owned().into(),
                    gpus_per_instance: count,
                    region: given(item, "region"),
                    commitment: Commitment::from_key(word("commitment")).unwrap_or_default(),
                    basis: Basis::from_key(word("basis")).unwrap_or_default(),
                    price_per_instance: UsdPerHour::new(price),
                    note: given(item, "note"),
                    provenance: source(item, sink),
                };
                return sink.offer(line, offer);
            }
        },
    };
    sink.problem(line, provider, "usd", issue);
}

/// What is wrong with the price of an instance of so many GPUs.
pub(super) fn per_gpu_issue(price: f64, gpus: u32) -> Option<Issue> {
    let per_gpu = price / f64::from(gpus.max(1));
    match price {
        price if !price.is_finite() => Some(Issue::NotANumber(price.to_string())),
        price if price < 0.0 => Some(Issue::Negative(price)),
        _ if per_gpu > MAX_USD_PER_GPU_HOUR => Some(Issue::Absurd(per_gpu)),
        _ => None,
    }
}
