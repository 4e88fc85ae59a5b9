//! The prices of one model at one moment.

use super::unit::Unit;
use super::{BillError, Problem};
use crate::catalogue::ApiPrice;
use crate::units::{Decimal, UsdPerMTok};

/// The prices that apply to one request, by unit.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PriceCard {
    pub(super) entries: Vec<Entry>,
}

/// One priced unit.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Entry {
    pub unit: Unit,
    /// How many of the unit the price is for.
    pub per: u32,
    pub price: Price,
}

/// A price, with those of long requests.
#[derive(Clone, Debug, PartialEq)]
pub struct Price {
    /// Dollars per million tokens (thousand things, hour, …).
    pub base: Decimal,
    /// Prices of the whole request when its total input is strictly above a threshold.
    pub tiers: Vec<PriceAbove>,
}

/// The price of requests above a threshold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PriceAbove {
    /// Total input of the request must be strictly above this, tokens.
    pub above: Decimal,
    /// The price that then applies to all of them.
    pub price: Decimal,
}

impl Price {
    /// A price without tiers.
    #[must_use]
    pub const fn flat(base: Decimal) -> Self {
        Self { base, tiers: Vec::new() }
    }

    /// The price for a request with this much input: that of the highest threshold below it.
    #[must_use]
    pub fn at(&self, total_input: Decimal) -> Decimal {
        let reached = self.tiers.iter().filter(|tier| total_input > tier.above);
        reached.max_by_key(|tier| tier.above).map_or(self.base, |tier| tier.price)
    }
}

impl PriceCard {
    /// Sets the price of a unit, as price lists key it: `input_mtok`, `cache_write_1h_mtok`, `web_searches_kcount`.
    ///
    /// # Errors
    /// When no such unit can be priced, or the price is negative.
    pub fn set(&mut self, key: &str, price: Price) -> Result<(), BillError> {
        let error = |problem| BillError { field: format!("prices.{key}"), problem };
        let (unit, per) = Unit::of_price(key).ok_or_else(|| error(Problem::UnknownPrice))?;
        let amounts = price.tiers.iter().flat_map(|tier| [tier.price, tier.above]);
        if amounts.chain([price.base]).any(Decimal::is_negative) {
            return Err(error(Problem::Negative));
        }
        self.entries.retain(|entry| entry.unit != unit);
        self.entries.push(Entry { unit, per, price });
        Ok(())
    }

    /// The card with `other`'s prices in place of its own.
    #[must_use]
    pub fn overridden_by(mut self, other: &Self) -> Self {
        for entry in &other.entries {
            self.entries.retain(|own| own.unit != entry.unit);
            self.entries.push(entry.clone());
        }
        self
    }

    /// Whether nothing is priced.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// The standard prices of a catalogue row, with its tiers; not its batch prices nor its times of day.
    ///
    /// ```
    /// use llm_breakeven::{catalogue::Catalogue, engine::api_bill::{PriceCard, Usage, price_usage}};
    /// let row = Catalogue::builtin().api_price("article~hosted-llama-3-70b-article-example").unwrap();
    /// let usage = Usage::of([("input_tokens", 7_000_000), ("output_tokens", 3_000_000)]);
    /// let bill = price_usage(&PriceCard::of(row), &usage).unwrap();
    /// assert_eq!(bill.total.to_string(), "11.4");
    /// ```
    #[must_use]
    pub fn of(row: &ApiPrice) -> Self {
        let mut card = Self::default();
        let mut add = |key: &str,
                       base: Option<UsdPerMTok>,
                       tier: fn(&crate::catalogue::PriceTier) -> Option<UsdPerMTok>| {
            let exact = |price: UsdPerMTok| Decimal::from_f64(price.value());
            let Some(base) = base.and_then(exact) else { return };
            let tiers = row.tiers.iter().filter_map(|row| {
                Some(PriceAbove { above: Decimal::whole(row.above.into()), price: exact(tier(row)?)? })
            });
            // the keys are known and catalogue prices are not negative
            let _ = card.set(key, Price { base, tiers: tiers.collect() });
        };
        add("input_mtok", Some(row.input), |tier| tier.input);
        add("output_mtok", Some(row.output), |tier| tier.output);
        add("cache_read_mtok", row.cache_read, |tier| tier.cache_read);
        add("cache_write_mtok", row.cache_write, |tier| tier.cache_write);
        add("cache_write_1h_mtok", row.cache_write_1h, |_| None);
        card
    }
}
