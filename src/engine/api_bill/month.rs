//! A month of requests at pay-per-token prices, in `f64`.
//!
//! # Equations
//!
//! A mix of `i` input and `o` output tokens, a share `b` of it in batches:
//!
//! ```text
//! input    = i · [ (1 − b)·((1 − r − w)·p_in + r·p_read + w·p_write) + b·((1 − r)·q_in + r·q_read) ]
//! output   = o · [ (1 − b)·p_out + b·q_out ]
//! fees     = requests · fee
//! A        = (input + output + fees) · (1 + retries) · (1 − discount)
//! ```
//!
//! `r` and `w` are the shares of input that are read from and written to the cache (in batches nothing is written);
//! reasoning tokens are output. A price that the list lacks falls back: `p_read`, `p_write` to `p_in`; the one-hour
//! write price to the five-minute one; `q_read` to `q_in`; batch prices to the standard ones. `p` are those of the
//! context tier that the tokens of one request reach, and batch prices then rise in proportion; with prices by time
//! of day each `p` is the mean over the hours in which the tokens are sent, `Σ_h share_h · p(h)` over the hours `h` of
//! the day in UTC. A service tier (flex, priority) replaces `p_in`, `p_out` and `p_read` by its own, which rise with
//! the context tier like batch prices; batches are batches whatever the tier.
//!
//! What a mix with GPUs sends to the API in its busiest hours is billed at this mean too.
//! For a given mix `A` is proportional to the volume: `A(V) = a · V` with the blended price `a`. It is piecewise linear
//! when the mix depends on the volume, as it does beyond provisioned capacity ([`super::provisioned`]).
//!
//! # Worked example
//!
//! 70 MTok in, half of it cached at a tenth of $0.60, and 30 MTok out at $2.40: `35·0.6 + 35·0.06 + 30·2.4 = 95.1`.
//!
//! ```
//! use llm_breakeven::{catalogue::Catalogue, engine::api_bill::month::{Workload, bill}, units::{Tokens, UsdPerMTok}};
//! let mut row = Catalogue::builtin().api_price("article~hosted-llama-3-70b-article-example").unwrap().clone();
//! row.cache_read = Some(UsdPerMTok::new(0.06));
//! let workload = Workload { cached_share: 0.5, ..Workload::of(Tokens::new(70e6), Tokens::new(30e6)) };
//! let bill = bill(&row, &workload);
//! assert!((bill.total.value() - 95.10).abs() < 1e-9 && (bill.blended.value() - 0.951).abs() < 1e-12);
//! ```

use crate::catalogue::{ApiPrice, PriceTier, PriceWindow, ServiceTier};
use crate::units::{Tokens, Usd, UsdPerMTok};

/// What is sent in a month.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Workload {
    /// Input tokens, cached ones too.
    pub input: Tokens,
    /// Output tokens, reasoning too.
    pub output: Tokens,
    /// Input tokens of one request, for the context tier; `None` stays below every tier.
    pub per_request: Option<Tokens>,
    /// Requests, for fees.
    pub requests: f64,
    /// Share of input that is read from the cache, 0 to 1.
    pub cached_share: f64,
    /// Share of input that is written to the cache, 0 to 1 − `cached_share`.
    pub written_share: f64,
    /// Whether it is written for an hour rather than five minutes.
    pub written_for_an_hour: bool,
    /// Share of everything that is sent in batches, 0 to 1.
    pub batch_share: f64,
    /// How soon the rest is answered.
    pub service: ServiceTier,
    /// Share of requests that are sent once more.
    pub retries: f64,
    /// Negotiated discount, 0 to 1.
    pub discount: f64,
    /// Fee of one request.
    pub fee: Usd,
    /// Share of the tokens in each hour of the day, UTC; sums to 1.
    pub hours: [f64; 24],
}

/// The month's bill, after retries and discount.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct MonthBill {
    /// Input at the full price.
    pub input: Usd,
    /// Input read from the cache.
    pub cache_read: Usd,
    /// Input written to the cache.
    pub cache_write: Usd,
    /// Output.
    pub output: Usd,
    /// Input and output of batches.
    pub batch: Usd,
    /// Fees per request.
    pub fees: Usd,
    /// All of it.
    pub total: Usd,
    /// The total over all tokens of the workload.
    pub blended: UsdPerMTok,
    /// Whether a batch share was asked for that the list has no price for, and so was billed at the standard one.
    pub batch_unpriced: bool,
    /// Whether a service tier was asked for that the list has no price for, and so was billed as the standard one.
    pub service_unpriced: bool,
}

/// Prices of the month: of the tier reached, averaged over the hours.
#[derive(Clone, Copy)]
struct Prices {
    input: UsdPerMTok,
    output: UsdPerMTok,
    read: UsdPerMTok,
    write: UsdPerMTok,
    batch_input: UsdPerMTok,
    batch_output: UsdPerMTok,
    batch_read: UsdPerMTok,
}

impl Workload {
    /// Plain input and output: nothing cached, batched or retried, spread evenly over the day.
    #[must_use]
    pub const fn of(input: Tokens, output: Tokens) -> Self {
        Self {
            input,
            output,
            per_request: None,
            requests: 0.0,
            cached_share: 0.0,
            written_share: 0.0,
            written_for_an_hour: false,
            batch_share: 0.0,
            service: ServiceTier::Standard,
            retries: 0.0,
            discount: 0.0,
            fee: Usd::ZERO,
            hours: [1.0 / 24.0; 24],
        }
    }
}

/// Bills a month.
#[must_use]
pub fn bill(row: &ApiPrice, workload: &Workload) -> MonthBill {
    let share = |value: f64| value.clamp(0.0, 1.0);
    let prices = prices(row, workload);
    let factor = (1.0 + workload.retries.max(0.0)) * (1.0 - share(workload.discount));
    let (batch, cached) = (share(workload.batch_share), share(workload.cached_share));
    let written = workload.written_share.clamp(0.0, 1.0 - cached);
    let (now, later) = (1.0 - batch, batch);
    let input = workload.input * (now * (1.0 - cached - written)) * prices.input * factor;
    let cache_read = workload.input * (now * cached) * prices.read * factor;
    let cache_write = workload.input * (now * written) * prices.write * factor;
    let output = workload.output * now * prices.output * factor;
    let batch = (workload.input * (later * (1.0 - cached)) * prices.batch_input
        + workload.input * (later * cached) * prices.batch_read
        + workload.output * later * prices.batch_output)
        * factor;
    let fees = workload.fee * workload.requests * factor;
    let total = input + cache_read + cache_write + output + batch + fees;
    let tokens = workload.input + workload.output;
    let blended = if tokens.value() > 0.0 { total.per_mtok(tokens) } else { UsdPerMTok::ZERO };
    let batch_unpriced = later > 0.0 && row.batch_input.is_none() && row.batch_output.is_none();
    let service_unpriced =
        now > 0.0 && workload.service != ServiceTier::Standard && row.service(workload.service).is_none();
    MonthBill {
        input,
        cache_read,
        cache_write,
        output,
        batch,
        fees,
        total,
        blended,
        batch_unpriced,
        service_unpriced,
    }
}

fn prices(row: &ApiPrice, workload: &Workload) -> Prices {
    let tier = workload.per_request.and_then(|size| reached(&row.tiers, size));
    let mean =
        |base: UsdPerMTok, of: fn(&PriceWindow) -> Option<UsdPerMTok>| over_the_day(row, workload, base, of);
    let of_tier = |of: fn(&PriceTier) -> Option<UsdPerMTok>| tier.and_then(of);
    let input = of_tier(|tier| tier.input).unwrap_or_else(|| mean(row.input, |window| window.input));
    let output = of_tier(|tier| tier.output).unwrap_or_else(|| mean(row.output, |window| window.output));
    let listed_read = row.cache_read.map(|base| mean(base, |window| window.cache_read));
    let read = of_tier(|tier| tier.cache_read).or(listed_read).unwrap_or(input);
    let short = of_tier(|tier| tier.cache_write).or(row.cache_write).unwrap_or(input);
    let long = row.cache_write_1h.map(|price| in_proportion(price, row.input, input));
    let write = if workload.written_for_an_hour { long.unwrap_or(short) } else { short };
    let batch_input = row.batch_input.map_or(input, |price| in_proportion(price, row.input, input));
    let batch_output = row.batch_output.map_or(output, |price| in_proportion(price, row.output, output));
    let listed = row.batch_cache_read.map(|price| in_proportion(price, row.input, input));
    // without any batch price, cached tokens stay what they are
    let batch_read = listed.unwrap_or(if row.batch_input.is_some() { batch_input } else { read });
    let prices = Prices { input, output, read, write, batch_input, batch_output, batch_read };
    match row.service(workload.service) {
        None => prices,
        Some(service) => {
            let raised = |price: Option<UsdPerMTok>, base, current| {
                price.map_or(current, |price| in_proportion(price, base, current))
            };
            let input_at = raised(service.input, row.input, input);
            // without a price of its own for cached input, it keeps its part of the input price
            let read_at = match (service.cache_read, row.cache_read) {
                (Some(price), Some(base)) => in_proportion(price, base, read),
                _ => in_proportion(read, input, input_at),
            };
            Prices {
                input: input_at,
                output: raised(service.output, row.output, output),
                read: read_at,
                write: in_proportion(write, input, input_at),
                ..prices
            }
        }
    }
}

/// The tier of the highest threshold that a request of this size exceeds.
fn reached(tiers: &[PriceTier], size: Tokens) -> Option<&PriceTier> {
    tiers.iter().filter(|tier| size.value() > f64::from(tier.above)).max_by_key(|tier| tier.above)
}

/// `price` raised as `base` is raised to `current`.
fn in_proportion(price: UsdPerMTok, base: UsdPerMTok, current: UsdPerMTok) -> UsdPerMTok {
    if base.value() > 0.0 { price * (current / base) } else { price }
}

/// The mean price over the hours in which tokens are sent.
fn over_the_day(
    row: &ApiPrice,
    workload: &Workload,
    base: UsdPerMTok,
    of: fn(&PriceWindow) -> Option<UsdPerMTok>,
) -> UsdPerMTok {
    let inside = |window: &PriceWindow| -> f64 {
        (0..24).map(|hour| workload.hours[hour] * covered(window, hour)).sum()
    };
    let windows = row.windows.iter().filter_map(|window| of(window).map(|price| (inside(window), price)));
    windows.fold(base, |mean, (share, price)| mean + (price - base) * share)
}

/// The part of an hour of the day that lies in a window, 0 to 1.
fn covered(window: &PriceWindow, hour: usize) -> f64 {
    let overlap = |from: usize, to: usize| (to.min(hour * 60 + 60)).saturating_sub(from.max(hour * 60));
    let (start, end) = (usize::from(window.start), usize::from(window.end));
    let minutes = if end < start { overlap(start, 1440) + overlap(0, end) } else { overlap(start, end) };
    minutes as f64 / 60.0
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::{Workload, bill};
    use crate::catalogue::{ApiPrice, Catalogue, PriceTier, PriceWindow, ServicePrices, ServiceTier};
    use crate::engine::api_bill::{PriceCard, Usage, price_usage};
    use crate::units::{Tokens, Usd, UsdPerMTok};

    fn row(input: f64, output: f64) -> ApiPrice {
        let mut row =
            Catalogue::builtin().api_prices.iter().find(|row| row.provider == "article").unwrap().clone();
        (row.input, row.output) = (UsdPerMTok::new(input), UsdPerMTok::new(output));
        row
    }

    fn mtok(input: f64, output: f64) -> Workload {
        Workload::of(Tokens::new(input * 1e6), Tokens::new(output * 1e6))
    }

    fn close(found: f64, expected: f64) {
        assert!((found - expected).abs() < 1e-9 * expected.abs().max(1.0), "{found} is not {expected}");
    }

    #[test]
    fn batches_retries_and_discount() {
        let mut row = row(2.0, 8.0);
        let workload = Workload { batch_share: 0.25, ..mtok(100.0, 10.0) };
        let unpriced = bill(&row, &workload);
        assert!(unpriced.batch_unpriced);
        close(unpriced.total.value(), 280.0);
        (row.batch_input, row.batch_output) = (Some(UsdPerMTok::new(1.0)), Some(UsdPerMTok::new(4.0)));
        let priced = bill(&row, &workload);
        assert!(!priced.batch_unpriced);
        close(priced.total.value(), 280.0 * 0.875);
        let with_both = bill(&row, &Workload { retries: 0.02, discount: 0.1, ..workload });
        close(with_both.total.value(), 245.0 * 1.02 * 0.9);
    }

    #[test]
    fn a_cached_price_of_zero_is_zero_and_none_is_the_input_price() {
        let mut row = row(1.0, 1.0);
        let workload = Workload { cached_share: 0.4, ..mtok(10.0, 0.0) };
        close(bill(&row, &workload).total.value(), 10.0);
        row.cache_read = Some(UsdPerMTok::ZERO);
        close(bill(&row, &workload).total.value(), 6.0);
    }

    #[test]
    fn the_tier_is_that_of_one_request_and_strictly_above() {
        let mut row = row(1.0, 2.0);
        let price = |value| Some(UsdPerMTok::new(value));
        row.batch_input = price(0.5);
        row.tiers = vec![PriceTier {
            above: 200_000,
            input: price(2.0),
            output: price(3.0),
            cache_read: None,
            cache_write: None,
        }];
        let of = |size: f64, batch_share: f64| {
            let workload = Workload { per_request: Some(Tokens::new(size)), batch_share, ..mtok(1.0, 1.0) };
            bill(&row, &workload).total.value()
        };
        close(of(200_000.0, 0.0), 3.0);
        close(of(200_001.0, 0.0), 5.0);
        close(of(200_001.0, 1.0), 1.0 + 3.0);
    }

    #[test]
    fn prices_by_time_of_day_are_weighed_by_the_hours() {
        let mut row = row(1.0, 1.0);
        let price = |value| Some(UsdPerMTok::new(value));
        let window =
            |start, end| PriceWindow { start, end, input: price(3.0), output: None, cache_read: None };
        row.windows = vec![window(60, 240), window(1410, 30)];
        // 3 h + 1 h of 24 at 3 instead of 1
        close(bill(&row, &mtok(24.0, 0.0)).total.value(), 24.0 + 2.0 * 4.0);
        let mut noon = mtok(24.0, 0.0);
        noon.hours = [0.0; 24];
        noon.hours[12] = 1.0;
        close(bill(&row, &noon).total.value(), 24.0);
    }

    #[test]
    fn a_service_tier_has_its_own_prices() {
        let mut row = row(2.0, 8.0);
        let price = |value| Some(UsdPerMTok::new(value));
        row.cache_read = price(0.2);
        let flex = Workload { service: ServiceTier::Flex, ..mtok(10.0, 1.0) };
        let unpriced = bill(&row, &flex);
        assert!(unpriced.service_unpriced);
        close(unpriced.total.value(), 28.0);
        row.services = vec![
            ServicePrices {
                tier: ServiceTier::Flex,
                input: price(1.0),
                output: price(4.0),
                cache_read: price(0.1),
            },
            ServicePrices {
                tier: ServiceTier::Priority,
                input: price(3.5),
                output: price(14.0),
                cache_read: None,
            },
        ];
        assert!(!bill(&row, &flex).service_unpriced);
        close(bill(&row, &flex).total.value(), 14.0);
        let half_cached = |service| Workload { service, cached_share: 0.5, ..mtok(10.0, 1.0) };
        close(bill(&row, &half_cached(ServiceTier::Flex)).total.value(), 5.0 + 0.5 + 4.0);
        // a tenth of the input price, as in the standard tier
        close(bill(&row, &half_cached(ServiceTier::Priority)).total.value(), 17.5 + 1.75 + 14.0);
        close(bill(&row, &half_cached(ServiceTier::Standard)).total.value(), 10.0 + 1.0 + 8.0);
        // batches are batches
        row.batch_input = price(1.0);
        row.batch_output = price(4.0);
        let batched = Workload { batch_share: 1.0, service: ServiceTier::Priority, ..mtok(10.0, 1.0) };
        close(bill(&row, &batched).total.value(), 14.0);
        row.tiers = vec![PriceTier {
            above: 1000,
            input: price(4.0),
            output: None,
            cache_read: None,
            cache_write: None,
        }];
        let long = Workload { per_request: Some(Tokens::new(2000.0)), ..flex };
        close(bill(&row, &long).total.value(), 20.0 + 4.0);
    }

    #[test]
    fn fees_are_per_request() {
        let workload = Workload { requests: 1000.0, fee: Usd::new(0.005), ..mtok(1.0, 0.0) };
        close(bill(&row(0.0, 0.0), &workload).fees.value(), 5.0);
    }

    #[test]
    fn agrees_with_the_exact_bill_on_every_catalogue_row() {
        for row in &Catalogue::builtin().api_prices {
            if !row.windows.is_empty() {
                continue;
            }
            let usage = Usage::of([
                ("input_tokens", 300_000),
                ("cache_read_tokens", 90_000),
                ("cache_write_tokens", 30_000),
                ("output_tokens", 7_000),
            ]);
            let exact = price_usage(&PriceCard::of(row), &usage).unwrap().total.to_f64();
            let workload = Workload {
                per_request: Some(Tokens::new(300_000.0)),
                cached_share: 0.3,
                written_share: 0.1,
                ..mtok(0.3, 0.007)
            };
            close(bill(row, &workload).total.value(), exact);
        }
    }
}
