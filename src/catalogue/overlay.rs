//! A user's own prices on top of the catalogue.

use std::collections::BTreeMap;

use super::{ApiPrice, Catalogue, Offer, Provenance, Text};

/// Rows that replace those of the same id, or are added.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Overlay {
    /// API prices.
    pub api_prices: Vec<ApiPrice>,
    /// GPU offers.
    pub offers: Vec<Offer>,
}

/// What an overlay does to a catalogue.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct OverlayCount {
    /// Rows whose price it changes.
    pub changed: usize,
    /// Rows that it repeats with the same price.
    pub same: usize,
    /// Rows that the catalogue did not have.
    pub added: usize,
}

/// A price of an overlay that is not the catalogue's.
#[derive(Clone, Debug, PartialEq)]
pub struct Difference {
    /// Id of the row.
    pub id: Text,
    /// `input` or `output` of an API price, `usd` of an offer's instance.
    pub field: &'static str,
    /// The overlay's price.
    pub own: f64,
    /// The catalogue's price.
    pub catalogue: f64,
    /// Where the catalogue has it from.
    pub provenance: Provenance,
}

impl Difference {
    /// Own ÷ catalogue − 1; infinite where the catalogue has none.
    #[must_use]
    pub fn change(&self) -> f64 {
        if self.catalogue > 0.0 { self.own / self.catalogue - 1.0 } else { f64::INFINITY }
    }
}

impl Overlay {
    /// Whether it changes nothing.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.api_prices.is_empty() && self.offers.is_empty()
    }

    /// Adds the rows of `other`, which win over rows of the same id.
    pub fn extend(&mut self, other: Self) {
        merge(&mut self.api_prices, other.api_prices, |row| &row.id);
        merge(&mut self.offers, other.offers, |row| &row.id);
    }

    /// Prices that differ from those of `catalogue` by more than a share of them, in the overlay's order.
    #[must_use]
    pub fn differences(&self, catalogue: &Catalogue, share: f64) -> Vec<Difference> {
        let mut found = Vec::new();
        let mut compare = |id: &Text, field, own: f64, old: f64, provenance: &Provenance| {
            if (own - old).abs() > share * old {
                let (id, provenance) = (id.clone(), provenance.clone());
                found.push(Difference { id, field, own, catalogue: old, provenance });
            }
        };
        let prices = index(&catalogue.api_prices, |row| &row.id);
        for row in &self.api_prices {
            let Some(old) = prices.get(&*row.id).map(|at| &catalogue.api_prices[*at]) else { continue };
            compare(&row.id, "input", row.input.value(), old.input.value(), &old.provenance);
            compare(&row.id, "output", row.output.value(), old.output.value(), &old.provenance);
        }
        let offers = index(&catalogue.offers, |row| &row.id);
        for row in &self.offers {
            let Some(old) = offers.get(&*row.id).map(|at| &catalogue.offers[*at]) else { continue };
            let (own, listed) = (row.price_per_instance.value(), old.price_per_instance.value());
            compare(&row.id, "usd", own, listed, &old.provenance);
        }
        found
    }

    /// What it would change in `catalogue`.
    #[must_use]
    pub fn count(&self, catalogue: &Catalogue) -> OverlayCount {
        let mut count = OverlayCount::default();
        let mut add = |same: Option<bool>| match same {
            Some(true) => count.same += 1,
            Some(false) => count.changed += 1,
            None => count.added += 1,
        };
        let prices = index(&catalogue.api_prices, |row| &row.id);
        for row in &self.api_prices {
            let old = prices.get(&*row.id).map(|at| &catalogue.api_prices[*at]);
            add(old.map(|old| (old.input, old.output) == (row.input, row.output)));
        }
        let offers = index(&catalogue.offers, |row| &row.id);
        for row in &self.offers {
            let old = offers.get(&*row.id).map(|at| &catalogue.offers[*at]);
            add(old.map(|old| old.price_per_instance == row.price_per_instance));
        }
        count
    }
}

impl Catalogue {
    /// This catalogue with the overlay's rows in place of those of the same id, and its other rows behind. What the
    /// overlay does not say about an API row it replaces, such as the open model behind it, stays.
    #[must_use]
    pub fn with(&self, overlay: &Overlay) -> Self {
        let mut catalogue = self.clone();
        let mut prices = overlay.api_prices.clone();
        for row in &mut prices {
            if let Some(old) = self.api_price(&row.id) {
                row.open_model = row.open_model.take().or_else(|| old.open_model.clone());
                row.display_name = row.display_name.take().or_else(|| old.display_name.clone());
                row.context_window = row.context_window.or(old.context_window);
                (row.kind, row.open_weights, row.model_match) = (old.kind, old.open_weights, old.model_match);
            }
        }
        merge(&mut catalogue.api_prices, prices, |row| &row.id);
        merge(&mut catalogue.offers, overlay.offers.clone(), |row| &row.id);
        catalogue
    }
}

/// The place of each id.
fn index<T>(rows: &[T], id: impl Fn(&T) -> &str) -> BTreeMap<String, usize> {
    rows.iter().enumerate().map(|(at, row)| (id(row).to_owned(), at)).collect()
}

fn merge<T>(rows: &mut Vec<T>, others: Vec<T>, id: impl Fn(&T) -> &str) {
    let mut places = index(rows, &id);
    for row in others {
        match places.get(id(&row)) {
            Some(at) => rows[*at] = row,
            None => {
                places.insert(id(&row).to_owned(), rows.len());
                rows.push(row);
            }
        }
    }
}
