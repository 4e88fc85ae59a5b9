//! Prices that moved, so that the catalogue of an earlier day can be made: a link is answered with the prices of its day.
//!
//! A row of the past says how a row was up to and with a day, or that there was none yet. The tables are kept by
//! `./dev prices`, which adds rows and never changes one.
//!
//! ```
//! use llm_breakeven::{catalogue::{Catalogue, Was}, units::Date};
//! let [then, later] = ["2026-11-24", "2026-11-25"].map(|day| Date::parse(day).unwrap());
//! let mut catalogue = Catalogue::builtin().clone();
//! let mut row = catalogue.offers[0].clone();
//! row.price_per_instance = row.price_per_instance * 2.0;
//! catalogue.past.offers.push(Was { until: then, absent: false, row: row.clone() });
//! assert_eq!(catalogue.as_of(Some(then)).offer(&row.id), Some(&row));
//! assert_eq!(*catalogue.as_of(Some(later)), catalogue);
//! ```

use std::borrow::Cow;
use std::sync::{Mutex, PoisonError};

use super::{ApiPrice, Catalogue, Offer};
use crate::units::Date;

/// How a row was.
#[derive(Clone, Debug, PartialEq)]
pub struct Was<T> {
    /// The last day on which it was so.
    pub until: Date,
    /// There was no such row yet; of `row` only the id counts.
    pub absent: bool,
    /// The row.
    pub row: T,
}

/// What rows were before they moved, in the order in which they did: their days never go back.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Past {
    /// API prices.
    pub api_prices: Vec<Was<ApiPrice>>,
    /// GPU offers.
    pub offers: Vec<Was<Offer>>,
}

impl Past {
    /// The last day of the catalogue that was in force on a day; `None` when it is the current one.
    #[must_use]
    pub fn era(&self, day: Date) -> Option<Date> {
        let price = self.api_prices.iter().map(|was| was.until).find(|until| *until >= day);
        let offer = self.offers.iter().map(|was| was.until).find(|until| *until >= day);
        price.into_iter().chain(offer).min()
    }
}

/// How a row was on a day; `None` when it is still so.
fn was<T>(past: &[Was<T>], day: Date, is: impl Fn(&T) -> bool) -> Option<&Was<T>> {
    past.iter().find(|was| was.until >= day && is(&was.row))
}

/// Undoes what moved after a day, the last move first. A row that went comes behind those of its provider, as the tables
/// are in their order.
fn undo<T>(rows: &mut Vec<T>, past: &mut Vec<Was<T>>, day: Date, key: impl Fn(&T) -> (&str, &str)) {
    while past.last().is_some_and(|was| was.until >= day) {
        let Some(was) = past.pop() else { return };
        let (provider, id) = key(&was.row);
        match (rows.iter().position(|row| key(row).1 == id), was.absent) {
            (Some(at), true) => drop(rows.remove(at)),
            (Some(at), false) => rows[at] = was.row,
            (None, true) => {}
            (None, false) => {
                let last = rows.iter().rposition(|row| key(row).0 == provider);
                rows.insert(last.map_or(rows.len(), |last| last + 1), was.row);
            }
        }
    }
}

impl Catalogue {
    /// Takes the prices back to those of a day.
    fn take_back(&mut self, day: Date) {
        undo(&mut self.api_prices, &mut self.past.api_prices, day, |row| (&row.provider, &row.id));
        undo(&mut self.offers, &mut self.past.offers, day, |row| (&row.provider, &row.id));
    }

    /// The catalogue with the prices of a day; itself when none has moved since.
    #[must_use]
    pub fn as_of(&self, day: Option<Date>) -> Cow<'_, Self> {
        let Some(day) = day.filter(|day| self.past.era(*day).is_some()) else { return Cow::Borrowed(self) };
        let mut then = self.clone();
        then.take_back(day);
        Cow::Owned(then)
    }

    /// The built-in facts as of a day. Kept for the life of the page: there are no more of them than days on which
    /// prices moved.
    pub fn at(day: Option<Date>) -> &'static Self {
        static MADE: Mutex<Vec<(Date, &'static Catalogue)>> = Mutex::new(Vec::new());
        let now = Self::builtin();
        let Some(era) = day.and_then(|day| now.past.era(day)) else { return now };
        let mut made = MADE.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, then)) = made.iter().find(|(one, _)| *one == era) {
            return then;
        }
        // decoded anew, for the page can do that and not copy; it worked before
        let mut then = Self::decode(Self::packed()).unwrap_or_default();
        then.take_back(era);
        let then: &'static Self = Box::leak(Box::new(then));
        made.push((era, then));
        then
    }

    /// Whether an API price was listed on a day, or is today.
    #[must_use]
    pub fn lists_api_price(&self, id: &str, day: Option<Date>) -> bool {
        let then = day.and_then(|day| was(&self.past.api_prices, day, |row| row.id == id));
        then.map_or_else(|| self.api_price(id).is_some(), |was| !was.absent)
    }

    /// Whether an offer was listed on a day, or is today.
    #[must_use]
    pub fn lists_offer(&self, id: &str, day: Option<Date>) -> bool {
        let then = day.and_then(|day| was(&self.past.offers, day, |row| row.id == id));
        then.map_or_else(|| self.offer(id).is_some(), |was| !was.absent)
    }
}
