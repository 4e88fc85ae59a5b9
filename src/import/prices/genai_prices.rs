//! genai-prices' data: a list of providers, each with models and prices per million tokens that may have tiers and
//! may depend on the date, the time of day and the kind of processing.

use super::super::value::{Entry, Value};
use super::names::{provider, row};
use super::{Issue, Place, Sink, Skipped, insert};
use crate::catalogue::{ApiPrice, NextPrices, PriceTier, PriceWindow, ServicePrices, ServiceTier};
use crate::engine::api_bill::second_of_day;
use crate::units::{Date, UsdPerMTok};

pub(super) fn fits(value: &Value) -> bool {
    let is_provider =
        |item: &Value| item.get("models").is_some_and(|models| matches!(models, Value::List(_)));
    value.items().iter().any(is_provider)
}

pub(super) fn rows(value: &Value, sink: &mut Sink) {
    for one in value.items() {
        let Some(id) = one.get("id").and_then(Value::text) else {
            sink.problem(None, "provider", "id", Issue::Missing);
            continue;
        };
        for item in one.get("models").map(Value::items).unwrap_or_default() {
            model(id, item, sink);
        }
    }
}

fn model(theirs: &str, item: &Value, sink: &mut Sink) {
    // Hugging Face adds its own margin to other hosts' prices
    if theirs.starts_with("huggingface_") {
        return sink.skip(Skipped::Routed);
    }
    let line = item.entries().first().map(|entry| entry.line);
    let Some(name) = item.get("id").and_then(Value::text) else {
        return sink.problem(line, theirs, "id", Issue::Missing);
    };
    if item.get("deprecated").and_then(Value::bool) == Some(true) {
        return sink.skip(Skipped::Deprecated);
    }
    let place = format!("{theirs}/{name}");
    let at = Place { line, row: &place };
    let Some(prices) = item.get("prices").and_then(|prices| standard(prices, sink.today())) else {
        return sink.skip(Skipped::NoPrice);
    };
    let before = sink.import.problems.len();
    let base = |field: &str, sink: &mut Sink| base(at, prices, field, sink);
    let (Some(input), Some(output)) = (base("input_mtok", sink), base("output_mtok", sink)) else {
        if sink.import.problems.len() == before {
            sink.skip(Skipped::NotText);
        }
        return;
    };
    if input == 0.0 || output == 0.0 {
        return sink.skip(Skipped::NoPrice);
    }
    let mut row = row(provider(theirs), name, input, output, &sink.provenance);
    row.display_name = item.get("name").and_then(Value::text).map(|name| name.to_owned().into());
    let price = |field: &str, sink: &mut Sink| base(field, sink).map(UsdPerMTok::new);
    row.cache_read = price("cache_read_mtok", sink);
    row.cache_write = price("cache_write_mtok", sink);
    row.cache_write_1h = price("cache_write_1h_mtok", sink);
    row.tiers = tiers(at, prices, sink);
    row.windows = windows(at, item, sink);
    row.next = next(at, item, sink);
    row.context_window = item.get("context_window").and_then(Value::number).map(|tokens| tokens as u32);
    variants(at, item, &mut row, sink);
    sink.api_price(line, row);
}

/// The prices of a day: the last that have begun; those of a time of day are windows on top.
fn standard<'v, 'a>(prices: &'v Value<'a>, today: Date) -> Option<&'v Value<'a>> {
    if let Value::Map(_) = prices {
        return Some(prices);
    }
    let holds = |item: &&Value| match item.get("constraint") {
        None => true,
        Some(constraint) => begun(constraint, today),
    };
    let last = prices.items().iter().rev().find(holds).or(prices.items().first())?;
    last.get("prices")
}

fn begun(constraint: &Value, today: Date) -> bool {
    constraint
        .get("start_date")
        .and_then(Value::text)
        .and_then(Date::parse)
        .is_some_and(|start| start <= today)
}

/// A price, or the base of one with tiers.
fn base(at: Place, prices: &Value, field: &str, sink: &mut Sink) -> Option<f64> {
    match prices.get(field)? {
        tiered @ Value::Map(_) => sink.price(at, tiered, "base", 1.0),
        _ => sink.price(at, prices, field, 1.0),
    }
}

/// The tiers of all prices, by threshold.
fn tiers(at: Place, prices: &Value, sink: &mut Sink) -> Vec<PriceTier> {
    let mut steps = |field: &str| {
        let items =
            prices.get(field).and_then(|price| price.get("tiers")).map(Value::items).unwrap_or_default();
        let step =
            |item: &Value| Some((item.get("start")?.number()? as u32, sink.price(at, item, "price", 1.0)?));
        items.iter().filter_map(step).collect::<Vec<_>>()
    };
    let fields = ["input_mtok", "output_mtok", "cache_read_mtok", "cache_write_mtok"].map(&mut steps);
    let mut thresholds = Vec::new();
    for (above, _) in fields.iter().flatten() {
        insert(&mut thresholds, *above);
    }
    let tier = |above: u32| {
        let price = |field: usize| {
            let reached = fields[field].iter().filter(|(start, _)| *start <= above);
            reached.max_by_key(|(start, _)| *start).map(|(_, price)| UsdPerMTok::new(*price))
        };
        PriceTier { above, input: price(0), output: price(1), cache_read: price(2), cache_write: price(3) }
    };
    thresholds.into_iter().map(tier).collect()
}

/// Prices by time of day.
fn windows(at: Place, item: &Value, sink: &mut Sink) -> Vec<PriceWindow> {
    let minute = |text: &str| second_of_day(text.get(..5)?).map(|second| (second / 60) as u16);
    let window = |item: &Value| {
        let (constraint, prices) = (item.get("constraint")?, item.get("prices")?);
        let time = |field: &str| constraint.get(field).and_then(Value::text).and_then(minute);
        let (start, end) = (time("start_time")?, time("end_time")?);
        let mut price = |field: &str| base(at, prices, field, sink).map(UsdPerMTok::new);
        let (input, output) = (price("input_mtok"), price("output_mtok"));
        Some(PriceWindow { start, end, input, output, cache_read: price("cache_read_mtok") })
    };
    item.get("prices").map(Value::items).unwrap_or_default().iter().filter_map(window).collect()
}

/// The first prices that begin after the day of the file.
fn next(at: Place, item: &Value, sink: &mut Sink) -> Option<NextPrices> {
    let starts = |item: &Value| item.get("constraint")?.get("start_date")?.text().and_then(Date::parse);
    let later = item.get("prices")?.items().iter().filter_map(|one| Some((starts(one)?, one.get("prices")?)));
    let (from, prices) = later.filter(|(from, _)| *from > sink.today()).min_by_key(|(from, _)| *from)?;
    let mut price = |field: &str| base(at, prices, field, sink).map(UsdPerMTok::new);
    Some(NextPrices { from, input: price("input_mtok")?, output: price("output_mtok")? })
}

/// The prices of batches and of service tiers: the first of each that have begun.
fn variants(at: Place, item: &Value, row: &mut ApiPrice, sink: &mut Sink) {
    let today = sink.today();
    let variants = item.get("price_variants").map(Value::items).unwrap_or_default();
    let find = |key: &str, value: &str| {
        let fits = |variant: &&Value| {
            let when = variant.get("when").map(Value::entries).unwrap_or_default();
            let wanted = |entry: &Entry| entry.key == key && entry.value.text() == Some(value);
            when.len() == 1
                && when.iter().all(wanted)
                && variant.get("constraint").is_none_or(|constraint| begun(constraint, today))
        };
        variants.iter().find(fits).and_then(|variant| variant.get("prices"))
    };
    let mut price = |prices: &Value, field: &str| base(at, prices, field, sink).map(UsdPerMTok::new);
    if let Some(prices) = find("processing", "batch") {
        row.batch_input = price(prices, "input_mtok");
        row.batch_output = price(prices, "output_mtok");
        row.batch_cache_read = price(prices, "cache_read_mtok");
    }
    for tier in [ServiceTier::Flex, ServiceTier::Priority] {
        let Some(prices) = find("service_tier", tier.key()) else { continue };
        let (input, output) = (price(prices, "input_mtok"), price(prices, "output_mtok"));
        let cache_read = price(prices, "cache_read_mtok");
        if input.is_some() || output.is_some() {
            row.services.push(ServicePrices { tier, input, output, cache_read });
        }
    }
}
