//! API prices out of the packed table.

use super::api_price::{
    ApiPrice, Match, NextPrices, OpenWeights, PriceTier, PriceWindow, ProviderKind, ServicePrices,
    ServiceTier, SourceDisagreement,
};
use super::decode::Row;
use crate::units::{Date, UsdPerMTok, number};

pub(super) fn decode(row: &mut Row) -> ApiPrice {
    let price = |value: Option<f64>| value.map(UsdPerMTok::new);
    let [provider, kind, model_name] = [row.text(), row.text(), row.text()];
    let (display_name, open_model, open) = (row.optional_text(), row.optional_text(), row.text());
    ApiPrice {
        id: ApiPrice::id_of(&provider, &model_name).into(),
        provider,
        kind: ProviderKind::from_key(&kind).unwrap_or_default(),
        model_name,
        display_name,
        open_weights: match &*open {
            "true" => OpenWeights::Yes,
            "false" => OpenWeights::No,
            _ if open_model.is_some() => OpenWeights::Yes,
            _ => OpenWeights::Unknown,
        },
        open_model,
        model_match: if row.text().is_empty() { Match::Name } else { Match::Architecture },
        input: UsdPerMTok::new(row.number()),
        output: UsdPerMTok::new(row.number()),
        cache_read: price(row.optional()),
        cache_write: price(row.optional()),
        cache_write_1h: price(row.optional()),
        batch_input: price(row.optional()),
        batch_output: price(row.optional()),
        batch_cache_read: price(row.optional()),
        tiers: row.list(tier),
        windows: row.list(window),
        services: row.list(service),
        next: row.list(next).pop(),
        context_window: row.whole(),
        deprecated: !row.text().is_empty(),
        disagreement: row.list(disagreement).pop(),
        note: row.optional_text(),
        provenance: row.provenance(),
    }
}

/// `above input output cache_read cache_write`, `-` for none.
fn tier(words: &[&'static str]) -> Option<PriceTier> {
    let [above, input, output, cache_read, cache_write] = *words else { return None };
    Some(PriceTier {
        above: above.parse().ok()?,
        input: price(input),
        output: price(output),
        cache_read: price(cache_read),
        cache_write: price(cache_write),
    })
}

/// `hh:mm hh:mm input output cache_read`.
fn window(words: &[&'static str]) -> Option<PriceWindow> {
    let [start, end, input, output, cache_read] = *words else { return None };
    let minute = |word: &str| {
        let (hours, minutes) = word.split_once(':')?;
        Some(hours.parse::<u16>().ok()? * 60 + minutes.parse::<u16>().ok()?)
    };
    Some(PriceWindow {
        start: minute(start)?,
        end: minute(end)?,
        input: price(input),
        output: price(output),
        cache_read: price(cache_read),
    })
}

/// `tier input output cache_read`.
fn service(words: &[&'static str]) -> Option<ServicePrices> {
    let [tier, input, output, cache_read] = *words else { return None };
    Some(ServicePrices {
        tier: ServiceTier::from_key(tier)?,
        input: price(input),
        output: price(output),
        cache_read: price(cache_read),
    })
}

/// `yyyy-mm-dd input output`.
fn next(words: &[&'static str]) -> Option<NextPrices> {
    let [from, input, output] = *words else { return None };
    Some(NextPrices { from: Date::parse(from)?, input: price(input)?, output: price(output)? })
}

/// `field figure source`.
fn disagreement(words: &[&'static str]) -> Option<SourceDisagreement> {
    let [field, other, source] = *words else { return None };
    Some(SourceDisagreement {
        field: field.into(),
        other: UsdPerMTok::new(number::parse(other)?),
        source: source.into(),
    })
}

fn price(word: &str) -> Option<UsdPerMTok> {
    number::parse(word).map(UsdPerMTok::new)
}
