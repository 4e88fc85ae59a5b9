//! What an API provider bills, to the last digit.
//!
//! # One request
//!
//! Usage counts units `u` (`input_tokens`, `cache_read_tokens`, …); some are part of others: cached tokens are part of
//! the input, reasoning tokens of the output, cached audio tokens of both cached and audio tokens. Each priced unit is
//! billed for what no more special priced unit takes:
//!
//! ```text
//! billed(u) = count(u) − Σ billed(v)   over priced units v that are part of u
//! amount(u) = billed(u) × price(u) ÷ per(u)          per: 1e6 tokens, 1e3 things, 3,600 s
//! total     = Σ amount(u) × (1 + retries) × (1 − discount)
//! ```
//!
//! A priced overlap of two counts, as cached audio tokens are of cached and of audio tokens, must be counted when both are.
//!
//! So cached tokens bill at the input price where no cached price exists, and a cached price of zero is zero. A long-context
//! tier is chosen by the request's whole input, strictly above the threshold, and then prices all of its units.
//! `requests_kcount` counts the request itself. All arithmetic is decimal and exact.
//!
//! # Worked example
//!
//! 300,000 tokens of input, of which 100,000 are written to the cache for five minutes and 100,000 for an hour, at
//! $3, $3.75 and $6 per million, doubled above 200,000: `0.1·6 + 0.1·7.5 + 0.1·12 = 2.55`.
//!
//! ```
//! use llm_breakeven::engine::api_bill::{Price, PriceAbove, PriceCard, Usage, price_usage};
//! use llm_breakeven::units::Decimal;
//! let mut card = PriceCard::default();
//! for (key, base, long) in [("input_mtok", 300, 600), ("cache_write_mtok", 375, 750), ("cache_write_1h_mtok", 600, 1200)] {
//!     let above = PriceAbove { above: Decimal::whole(200_000), price: Decimal::new(long, 2) };
//!     card.set(key, Price { base: Decimal::new(base, 2), tiers: vec![above] }).unwrap();
//! }
//! let usage = Usage::of([
//!     ("input_tokens", 300_000), ("cache_write_tokens", 200_000),
//!     ("cache_write_5m_tokens", 100_000), ("cache_write_1h_tokens", 100_000),
//! ]);
//! assert_eq!(price_usage(&card, &usage).unwrap().total.to_string(), "2.55");
//! ```
//!
//! Prices by date and time of day and by service tier (batch, flex, priority) are chosen by a [`PriceSheet`]; a month of
//! requests is billed by [`month`], and capacity bought by the hour by [`provisioned`].

mod card;
pub mod month;
pub mod provisioned;
mod sheet;
mod unit;

pub use card::{Price, PriceAbove, PriceCard};
pub use sheet::{Condition, PriceSheet, Timestamp, Variant, second_of_day};
pub use unit::Unit;

use crate::units::Decimal;

/// What one request, or a sum of requests of one tier, used.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Usage {
    counts: Vec<(Unit, Decimal)>,
    unknown: Vec<String>,
}

/// An exact bill, in dollars.
#[derive(Clone, Debug, PartialEq)]
pub struct Bill {
    /// What was billed, one line per priced unit that was used.
    pub lines: Vec<Line>,
    /// The lines of input.
    pub input: Decimal,
    /// The lines of output.
    pub output: Decimal,
    /// All lines, web searches and the like too.
    pub total: Decimal,
    /// What quantity × price was multiplied with in every amount: `(1 + retries) × (1 − discount)`.
    pub factor: Decimal,
    /// Usage that no price covers: counted, and not billed.
    pub unpriced: Vec<String>,
    /// Usage keys that are no units, such as `total_tokens`: ignored.
    pub unknown: Vec<String>,
}

/// One line of a bill.
#[derive(Clone, Debug, PartialEq)]
pub struct Line {
    /// What was used.
    pub unit: Unit,
    /// How much of it, without what other lines bill.
    pub quantity: Decimal,
    /// The price that applied.
    pub price: Decimal,
    /// How many the price is for.
    pub per: u32,
    /// Dollars.
    pub amount: Decimal,
}

/// Why there is no bill: which field, and what is wrong with it.
#[derive(Clone, Debug, PartialEq)]
pub struct BillError {
    /// Path of the field, such as `usage.cache_read_tokens`.
    pub field: String,
    /// What is wrong.
    pub problem: Problem,
}

/// What can be wrong with prices and usage.
#[derive(Clone, Debug, PartialEq)]
pub enum Problem {
    /// Not a number.
    NotANumber,
    /// Not an object of keys and values.
    NotAnObject,
    /// No request has such a field.
    UnknownField,
    /// Below zero.
    Negative,
    /// No unit has such a price.
    UnknownPrice,
    /// A part is larger than its whole.
    PartExceedsWhole {
        /// The whole.
        whole: String,
        /// How much of the whole there is.
        available: Decimal,
    },
    /// A part was counted, but not its whole.
    WholeMissing {
        /// The part.
        part: String,
    },
    /// Two counts may overlap in what has a price of its own, and the overlap was not counted.
    OverlapMissing {
        /// One of them.
        one: String,
        /// The other.
        other: String,
    },
    /// Nothing that is billed was counted.
    NothingCounted,
    /// No price is given.
    NoPrices,
    /// Not a time such as `2026-11-23T12:00:00Z`.
    NotATime,
    /// Not a share between 0 and 1.
    NotAShare,
    /// More digits than an exact amount can carry.
    TooLarge,
}

impl Bill {
    fn empty(unknown: Vec<String>) -> Self {
        let (input, output, total) = (Decimal::ZERO, Decimal::ZERO, Decimal::ZERO);
        let factor = Decimal::whole(1);
        Self { lines: Vec::new(), input, output, total, factor, unpriced: Vec::new(), unknown }
    }
}

impl Usage {
    /// Whole counts by usage key.
    #[must_use]
    pub fn of<const N: usize>(counts: [(&str, u64); N]) -> Self {
        let mut usage = Self::default();
        for (key, count) in counts {
            // a count that is not negative is always taken
            let _ = usage.set(key, Decimal::whole(count.into()));
        }
        usage
    }

    /// Sets a count.
    ///
    /// # Errors
    /// When the count is negative.
    pub fn set(&mut self, key: &str, count: Decimal) -> Result<(), BillError> {
        if count.is_negative() {
            return Err(BillError { field: format!("usage.{key}"), problem: Problem::Negative });
        }
        match Unit::of_usage(key) {
            Some(unit) => {
                self.counts.retain(|(known, _)| *known != unit);
                self.counts.push((unit, count));
            }
            None => self.unknown.push(key.to_owned()),
        }
        Ok(())
    }

    fn count(&self, unit: &Unit) -> Option<Decimal> {
        self.counts.iter().find(|(known, _)| known == unit).map(|(_, count)| *count)
    }

    /// All input tokens of the request.
    fn total_input(&self) -> Decimal {
        let input = self.counts.iter().find(|(unit, _)| unit.usage_key == "input_tokens");
        input.map_or(Decimal::ZERO, |(_, count)| *count)
    }
}

/// Bills usage at the prices of a card.
///
/// # Errors
/// When a part of the usage exceeds its whole, or an amount has more digits than fit.
pub fn price_usage(card: &PriceCard, usage: &Usage) -> Result<Bill, BillError> {
    if card.is_empty() {
        return Err(BillError { field: "prices".to_owned(), problem: Problem::NoPrices });
    }
    let billed = |unit: &Unit| card.entries.iter().any(|entry| entry.unit.includes(unit));
    if usage.counts.is_empty() && !usage.unknown.is_empty() {
        return Err(BillError { field: "usage".to_owned(), problem: Problem::NothingCounted });
    }
    let mut bill = Bill::empty(usage.unknown.clone());
    for (unit, count) in &usage.counts {
        if !billed(unit) && !count.is_zero() {
            bill.unpriced.push(unit.usage_key.clone());
        }
    }
    let too_large = || BillError { field: "usage".to_owned(), problem: Problem::TooLarge };
    for (entry, quantity) in quantities(card, usage)? {
        let price = entry.price.at(usage.total_input());
        let amount =
            price.times(quantity).and_then(|product| product.over(entry.per)).ok_or_else(too_large)?;
        let sum = |side: Decimal| side.plus(amount).ok_or_else(too_large);
        bill.total = sum(bill.total)?;
        if entry.unit.is_input() {
            bill.input = sum(bill.input)?;
        } else if entry.unit.is_output() {
            bill.output = sum(bill.output)?;
        }
        if !quantity.is_zero() {
            bill.lines.push(Line { unit: entry.unit.clone(), quantity, price, per: entry.per, amount });
        }
    }
    Ok(bill)
}

/// What each priced unit is billed for: its count without that of the more special priced units.
fn quantities<'a>(card: &'a PriceCard, usage: &Usage) -> Result<Vec<(&'a card::Entry, Decimal)>, BillError> {
    let mut billed: Vec<(&card::Entry, Decimal)> = Vec::with_capacity(card.entries.len());
    let deepest = card.entries.iter().map(|entry| entry.unit.depth()).max().unwrap_or(0);
    let of_depth = |depth: u32| card.entries.iter().filter(move |entry| entry.unit.depth() == depth);
    // the special ones first
    for entry in (0..=deepest).rev().flat_map(of_depth) {
        let count = count_of(&entry.unit, usage)?;
        let parts = billed.iter().filter(|(part, _)| entry.unit.includes(&part.unit));
        let mut rest = Some(count);
        for (_, quantity) in parts.clone() {
            rest = rest.and_then(|rest| rest.minus(*quantity));
        }
        let field = |unit: &Unit| format!("usage.{}", unit.usage_key);
        let rest = rest.ok_or(BillError { field: field(&entry.unit), problem: Problem::TooLarge })?;
        if rest.is_negative() {
            let largest =
                parts.max_by_key(|(_, quantity)| *quantity).map_or(&entry.unit, |(part, _)| &part.unit);
            let problem = Problem::PartExceedsWhole { whole: entry.unit.usage_key.clone(), available: count };
            return Err(BillError { field: field(largest), problem });
        }
        billed.push((entry, rest));
    }
    Ok(billed)
}

/// The count of a priced unit; zero when neither it nor a part of it was counted.
fn count_of(unit: &Unit, usage: &Usage) -> Result<Decimal, BillError> {
    if let Some(count) = usage.count(unit) {
        return Ok(count);
    }
    if unit.is_requests() {
        return Ok(Decimal::whole(1));
    }
    let part = usage.counts.iter().find(|(part, count)| unit.includes(part) && !count.is_zero());
    match part {
        None => match overlapping(unit, usage) {
            None => Ok(Decimal::ZERO),
            Some((one, other)) => {
                let (one, other) = (one.usage_key.clone(), other.usage_key.clone());
                let problem = Problem::OverlapMissing { one, other };
                Err(BillError { field: format!("usage.{}", unit.usage_key), problem })
            }
        },
        Some((part, _)) => {
            let problem = Problem::WholeMissing { part: part.usage_key.clone() };
            Err(BillError { field: format!("usage.{}", unit.usage_key), problem })
        }
    }
}

/// Two counts of which `unit` is the overlap, such as cached and audio tokens of cached audio tokens.
fn overlapping<'a>(unit: &Unit, usage: &'a Usage) -> Option<(&'a Unit, &'a Unit)> {
    let counted = usage.counts.iter().filter(|(_, count)| !count.is_zero()).map(|(unit, _)| unit);
    let mut pairs = counted.clone().flat_map(|one| counted.clone().map(move |other| (one, other)));
    pairs.find(|(one, other)| unit.is_overlap(one, other))
}
