//! A bill as plain data, for the JavaScript module: amounts are decimal texts, because a binary number would round them.

use serde::Serialize;

use super::{Bill, Line};

/// A [`Bill`] with its amounts as text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PlainBill {
    /// Dollars for input.
    pub input_usd: String,
    /// Dollars for output.
    pub output_usd: String,
    /// All dollars.
    pub total_usd: String,
    /// What was billed.
    pub lines: Vec<PlainLine>,
    /// Usage that no price covers.
    pub unpriced: Vec<String>,
    /// Usage keys that were ignored.
    pub unknown: Vec<String>,
}

/// A [`Line`] with its amounts as text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PlainLine {
    /// Usage key.
    pub key: String,
    /// How much of it, without what other lines bill.
    pub quantity: String,
    /// Dollars for so many of them.
    pub price: String,
    /// So many.
    pub per: u32,
    /// Dollars, after retries and discount.
    pub usd: String,
}

impl From<&Bill> for PlainBill {
    fn from(bill: &Bill) -> Self {
        Self {
            input_usd: bill.input.to_string(),
            output_usd: bill.output.to_string(),
            total_usd: bill.total.to_string(),
            lines: bill.lines.iter().map(PlainLine::from).collect(),
            unpriced: bill.unpriced.clone(),
            unknown: bill.unknown.clone(),
        }
    }
}

impl From<&Line> for PlainLine {
    fn from(line: &Line) -> Self {
        Self {
            key: line.unit.usage_key.clone(),
            quantity: line.quantity.to_string(),
            price: line.price.to_string(),
            per: line.per,
            usd: line.amount.to_string(),
        }
    }
}
