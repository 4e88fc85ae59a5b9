//! Which prices apply when: dated prices, times of day, service tiers.
//!
//! The last entry of the schedule whose condition holds applies, else the first. On top of it, of the variants whose
//! context matches, the first that prices a unit does.

use super::{BillError, Price, PriceCard, Problem};
use crate::catalogue::{ApiPrice, PriceWindow};
use crate::units::{Date, Decimal, UsdPerMTok};

/// All prices of a model.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PriceSheet {
    /// Standard prices, later ones over earlier ones.
    pub schedule: Vec<(Condition, PriceCard)>,
    /// Prices for a context such as `processing = batch` or `service_tier = flex`.
    pub variants: Vec<Variant>,
}

/// Prices of some units in some context.
#[derive(Clone, Debug, PartialEq)]
pub struct Variant {
    /// All of these must be so.
    pub when: Vec<(String, String)>,
    /// And this.
    pub condition: Condition,
    /// The prices.
    pub prices: PriceCard,
}

/// When prices apply.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Condition {
    /// At all times.
    #[default]
    Always,
    /// From the beginning of this day, UTC.
    From(Date),
    /// Every day from the first until before the second second of the day, UTC; over midnight when the first is later.
    Between(u32, u32),
}

/// A moment, to the second, UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Timestamp {
    /// Days since 1970-01-01.
    pub day: i32,
    /// Second of the day.
    pub second: u32,
}

const DAY: i32 = 86_400;

impl Condition {
    /// Whether it holds at a moment. Without one, dated prices are taken as begun and times of day as not now.
    #[must_use]
    pub fn holds(self, moment: Option<Timestamp>) -> bool {
        match (self, moment) {
            (Self::Always, _) | (Self::From(_), None) => true,
            (Self::Between(..), None) => false,
            (Self::From(date), Some(moment)) => moment.day >= date.day_number(),
            (Self::Between(start, end), Some(Timestamp { second, .. })) if end < start => {
                second >= start || second < end
            }
            (Self::Between(start, end), Some(Timestamp { second, .. })) => (start..end).contains(&second),
        }
    }
}

impl PriceSheet {
    /// A sheet with the same prices at all times.
    #[must_use]
    pub fn always(card: PriceCard) -> Self {
        Self { schedule: vec![(Condition::Always, card)], variants: Vec::new() }
    }

    /// The prices of a catalogue row: standard ones, those by time of day, `processing = batch` and
    /// `service_tier = flex` or `priority`.
    #[must_use]
    pub fn of(row: &ApiPrice) -> Self {
        let standard = PriceCard::of(row);
        let priced = |prices: [(&str, Option<UsdPerMTok>); 3]| {
            let mut card = PriceCard::default();
            for (key, price) in prices {
                if let Some(price) = price.and_then(|price| Decimal::from_f64(price.value())) {
                    // the keys are known and catalogue prices are not negative
                    let _ = card.set(key, Price::flat(price));
                }
            }
            card
        };
        let window = |window: &PriceWindow| {
            let [start, end] = [window.start, window.end].map(|minute| u32::from(minute) * 60);
            let prices = [
                ("input_mtok", window.input),
                ("output_mtok", window.output),
                ("cache_read_mtok", window.cache_read),
            ];
            (Condition::Between(start, end), standard.clone().overridden_by(&priced(prices)))
        };
        let windows = row.windows.iter().map(window).collect::<Vec<_>>();
        let batch = priced([
            ("input_mtok", row.batch_input),
            ("output_mtok", row.batch_output),
            // where batches have a price of their own and none for cached input, that is input
            ("cache_read_mtok", row.batch_cache_read.or(row.cache_read.and(row.batch_input))),
        ]);
        let services = row.services.iter().map(|service| {
            let prices = priced([
                ("input_mtok", service.input),
                ("output_mtok", service.output),
                ("cache_read_mtok", service.cache_read),
            ]);
            ("service_tier", service.tier.key(), prices)
        });
        let all = std::iter::once(("processing", "batch", batch)).chain(services);
        let variants = all.filter(|(.., prices)| !prices.is_empty()).map(|(key, value, prices)| {
            let when = vec![(key.to_owned(), value.to_owned())];
            Variant { when, condition: Condition::Always, prices }
        });
        let variants = variants.collect();
        let mut schedule = vec![(Condition::Always, standard)];
        schedule.extend(windows);
        Self { schedule, variants }
    }

    /// The prices of one moment and context (`processing`, `service_tier`, … and their values).
    #[must_use]
    pub fn card(&self, moment: Option<Timestamp>, context: &[(String, String)]) -> PriceCard {
        let begun = self.schedule.iter().rev().find(|(condition, _)| condition.holds(moment));
        let standard = begun.or(self.schedule.first()).map(|(_, card)| card.clone()).unwrap_or_default();
        let fits = |variant: &&Variant| {
            variant.condition.holds(moment) && variant.when.iter().all(|wanted| context.contains(wanted))
        };
        // the first that prices a unit wins, so it is laid on last
        self.variants
            .iter()
            .filter(fits)
            .rev()
            .fold(standard, |card, variant| card.overridden_by(&variant.prices))
    }
}

impl Timestamp {
    /// Reads `2026-11-23`, `2026-11-23T12:00:00Z`, `2026-11-23 12:00:00.5+01:00`; without an offset it is UTC.
    ///
    /// # Errors
    /// [`Problem::NotATime`] for anything else.
    pub fn parse(text: &str) -> Result<Self, BillError> {
        let error = || BillError { field: "timestamp".to_owned(), problem: Problem::NotATime };
        Self::read(text.trim()).ok_or_else(error)
    }

    fn read(text: &str) -> Option<Self> {
        let (date, time) = match text.split_once(['T', 't', ' ']) {
            Some((date, time)) => (date, time),
            None => (text, "00:00"),
        };
        let (time, offset) = split_offset(time)?;
        let second = i32::try_from(second_of_day(time)?).ok()? - offset;
        let day = Date::parse(date)?.day_number() + second.div_euclid(DAY);
        Some(Self { day, second: second.rem_euclid(DAY).unsigned_abs() })
    }
}

/// The time and the seconds that its zone is ahead of UTC.
fn split_offset(time: &str) -> Option<(&str, i32)> {
    if let Some(time) = time.strip_suffix(['Z', 'z']) {
        return Some((time, 0));
    }
    let Some(at) = time.rfind(['+', '-']) else { return Some((time, 0)) };
    let seconds = i32::try_from(second_of_day(time.get(at + 1..)?)?).ok()?;
    Some((time.get(..at)?, if time.get(at..=at)? == "-" { -seconds } else { seconds }))
}

/// Reads `hh`, `hh:mm` or `hh:mm:ss` with a fraction that is dropped; `None` for anything else.
#[must_use]
pub fn second_of_day(text: &str) -> Option<u32> {
    let mut parts = text.split(':');
    let mut next = |limit: u32| -> Option<Option<u32>> {
        let Some(part) = parts.next() else { return Some(None) };
        let whole = part.split('.').next()?;
        let ok = whole.len() == 2 && whole.bytes().all(|byte| byte.is_ascii_digit());
        Some(Some(whole.parse().ok().filter(|value| ok && *value < limit)?))
    };
    let (hours, minutes, seconds) = (next(24)??, next(60)?.unwrap_or(0), next(60)?.unwrap_or(0));
    parts.next().is_none().then_some(hours * 3600 + minutes * 60 + seconds)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::{Condition, PriceCard, PriceSheet, Timestamp, Variant};
    use crate::catalogue::Catalogue;
    use crate::engine::api_bill::{Price, Usage, price_usage};
    use crate::units::{Date, Decimal};

    fn card(input: i128) -> PriceCard {
        let mut card = PriceCard::default();
        card.set("input_mtok", Price::flat(Decimal::whole(input))).unwrap();
        card
    }

    fn at(text: &str) -> Option<Timestamp> {
        Some(Timestamp::parse(text).unwrap())
    }

    #[test]
    fn reads_moments() {
        let noon = at("2026-11-23T12:00:00Z");
        for same in ["2026-11-23 12:00", "2026-11-23T13:00:00+01:00", "2026-11-23T07:30:00.123-04:30"] {
            assert_eq!(at(same), noon, "{same}");
        }
        assert_eq!(at("2026-11-23"), at("2026-11-23T00:00:00Z"));
        assert_eq!(at("2026-11-23T00:30:00+02:00"), at("2026-11-22T22:30:00Z"));
        for bad in
            ["", "now", "2026-02-30", "2026-11-23T25:00", "2026-11-23T12:00:61", "2026-11-23T1:00", "12:00"]
        {
            assert!(Timestamp::parse(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn the_last_price_that_holds_applies() {
        let date = Date::parse("2026-06-01").unwrap();
        let night = Condition::Between(23 * 3600, 3600);
        let schedule = vec![(Condition::Always, card(1)), (Condition::From(date), card(2)), (night, card(3))];
        let sheet = PriceSheet { schedule, variants: Vec::new() };
        for (moment, price) in [
            (at("2026-05-31T12:00:00Z"), 1),
            (at("2026-06-01T12:00:00Z"), 2),
            (at("2026-06-01T23:00:00Z"), 3),
            (at("2026-06-02T00:59:59Z"), 3),
            (at("2026-06-02T01:00:00Z"), 2),
            (None, 2),
        ] {
            assert_eq!(sheet.card(moment, &[]), card(price), "{moment:?}");
        }
    }

    #[test]
    fn a_catalogue_row_prices_by_time_of_day_and_in_batches() {
        let catalogue = Catalogue::builtin();
        let usage = Usage::of([("input_tokens", 1_000_000), ("output_tokens", 1_000_000)]);
        let flash = PriceSheet::of(catalogue.api_price("deepseek~deepseek-v4-flash").unwrap());
        let total =
            |moment: &str| price_usage(&flash.card(at(moment), &[]), &usage).unwrap().total.to_string();
        assert_eq!(total("2026-11-23T05:00:00Z"), "0.75");
        assert_eq!(total("2026-11-23T09:59:59Z"), "1.5");
        let batched =
            catalogue.api_prices.iter().find(|row| row.batch_input.is_some() && row.windows.is_empty());
        let sheet = PriceSheet::of(batched.unwrap());
        let batch = [("processing".to_owned(), "batch".to_owned())];
        let bill = price_usage(&sheet.card(None, &batch), &usage).unwrap();
        assert_eq!(Decimal::from_f64(batched.unwrap().batch_input.unwrap().value()), Some(bill.input));
    }

    #[test]
    fn variants_price_some_units_in_their_context() {
        let word = |key: &str, value: &str| (key.to_owned(), value.to_owned());
        let batch = |prices| Variant {
            when: vec![word("processing", "batch")],
            condition: Condition::Always,
            prices,
        };
        let mut standard = card(4);
        standard.set("output_mtok", Price::flat(Decimal::whole(8))).unwrap();
        let sheet = PriceSheet {
            schedule: vec![(Condition::Always, standard)],
            variants: vec![batch(card(2)), batch(card(1))],
        };
        let usage = Usage::of([("input_tokens", 1_000_000), ("output_tokens", 1_000_000)]);
        let total =
            |context: &[(String, String)]| price_usage(&sheet.card(None, context), &usage).unwrap().total;
        assert_eq!(total(&[]), Decimal::whole(12));
        assert_eq!(total(&[word("processing", "batch")]), Decimal::whole(10));
        assert_eq!(total(&[word("processing", "flex")]), Decimal::whole(12));
    }
}
