//! Prices and usage as JSON writes them, for the JavaScript module and the conformance tests.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::sheet::{Variant, second_of_day};
use super::{
    Bill, BillError, Condition, Price, PriceAbove, PriceCard, PriceSheet, Problem, Timestamp, Usage,
    price_usage,
};
use crate::units::{Date, Decimal};

/// One question: what does this usage cost at these prices?
///
/// ```
/// use llm_breakeven::engine::api_bill::{PriceRequest, price_request};
/// let request: PriceRequest = serde_json::from_str(r#"{
///     "prices": {"input_mtok": {"base": "0.15", "tiers": [{"start": 128000, "price": "0.30"}]}, "output_mtok": 0.6},
///     "usage": {"input_tokens": 128001, "output_tokens": 1000},
///     "timestamp": "2026-11-23T12:00:00Z"
/// }"#).unwrap();
/// assert_eq!(price_request(&request).unwrap().total.to_string(), "0.0390003");
/// ```
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PriceRequest {
    #[serde(default)]
    prices: Prices,
    #[serde(default)]
    usage: BTreeMap<String, Option<Number>>,
    #[serde(default)]
    timestamp: Option<String>,
    /// Such as `{"processing": "batch"}` or `{"service_tier": "flex"}`.
    #[serde(default)]
    context: BTreeMap<String, String>,
    #[serde(default)]
    variants: Vec<VariantInput>,
    /// Share of requests that are sent once more, 0 or more.
    #[serde(default)]
    retries: Option<Number>,
    /// Negotiated discount, 0 to 1.
    #[serde(default)]
    discount: Option<Number>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(untagged)]
enum Prices {
    Schedule(Vec<Dated>),
    Card(CardInput),
}

impl Default for Prices {
    fn default() -> Self {
        Self::Card(CardInput::new())
    }
}

type CardInput = BTreeMap<String, Option<PriceInput>>;

#[derive(Clone, Debug, Deserialize)]
struct Dated {
    #[serde(default)]
    constraint: Option<Constraint>,
    prices: CardInput,
}

#[derive(Clone, Debug, Deserialize)]
struct VariantInput {
    when: BTreeMap<String, String>,
    #[serde(default)]
    constraint: Option<Constraint>,
    prices: CardInput,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
struct Constraint {
    start_date: Option<String>,
    start_time: Option<String>,
    end_time: Option<String>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(untagged)]
enum PriceInput {
    Tiered { base: Number, tiers: Vec<TierInput> },
    Flat(Number),
}

#[derive(Clone, Debug, Deserialize)]
struct TierInput {
    start: Number,
    price: Number,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(untagged)]
enum Number {
    Whole(i64),
    Float(f64),
    Text(String),
}

impl Number {
    fn read(&self, field: impl FnOnce() -> String) -> Result<Decimal, BillError> {
        let number = match self {
            Self::Whole(number) => Some(Decimal::whole(i128::from(*number))),
            Self::Float(number) => Decimal::from_f64(*number),
            Self::Text(text) => Decimal::parse(text.trim()),
        };
        number.ok_or_else(|| BillError { field: field(), problem: Problem::NotANumber })
    }
}

/// Answers a request.
///
/// # Errors
/// Names the first field that is wrong.
pub fn price_request(request: &PriceRequest) -> Result<Bill, BillError> {
    let moment = request.timestamp.as_deref().map(Timestamp::parse).transpose()?;
    let context: Vec<_> = request.context.clone().into_iter().collect();
    let mut usage = Usage::default();
    for (key, count) in &request.usage {
        if let Some(count) = count {
            usage.set(key, count.read(|| format!("usage.{key}"))?)?;
        }
    }
    let bill = price_usage(&sheet(request)?.card(moment, &context), &usage)?;
    scaled(bill, factor(request)?)
}

fn sheet(request: &PriceRequest) -> Result<PriceSheet, BillError> {
    let schedule = match &request.prices {
        Prices::Card(prices) => vec![(Condition::Always, card(prices)?)],
        Prices::Schedule(dated) => dated
            .iter()
            .map(|one| Ok((condition(one.constraint.as_ref())?, card(&one.prices)?)))
            .collect::<Result<_, _>>()?,
    };
    let variant = |one: &VariantInput| {
        let when = one.when.clone().into_iter().collect();
        Ok(Variant { when, condition: condition(one.constraint.as_ref())?, prices: card(&one.prices)? })
    };
    Ok(PriceSheet { schedule, variants: request.variants.iter().map(variant).collect::<Result<_, _>>()? })
}

fn card(prices: &CardInput) -> Result<PriceCard, BillError> {
    let mut card = PriceCard::default();
    for (key, price) in prices {
        let Some(price) = price else { continue };
        let field = || format!("prices.{key}");
        let price = match price {
            PriceInput::Flat(base) => Price::flat(base.read(field)?),
            PriceInput::Tiered { base, tiers } => {
                let tier = |tier: &TierInput| {
                    Ok(PriceAbove { above: tier.start.read(field)?, price: tier.price.read(field)? })
                };
                Price { base: base.read(field)?, tiers: tiers.iter().map(tier).collect::<Result<_, _>>()? }
            }
        };
        card.set(key, price)?;
    }
    Ok(card)
}

fn condition(constraint: Option<&Constraint>) -> Result<Condition, BillError> {
    let Some(constraint) = constraint else { return Ok(Condition::Always) };
    let error =
        |field: &str| BillError { field: format!("prices.constraint.{field}"), problem: Problem::NotATime };
    // times of day may carry a zone; all known lists write UTC
    let time = |text: &str, field| {
        second_of_day(text.trim_end_matches('Z').trim_end_matches("+00:00")).ok_or(error(field))
    };
    match (&constraint.start_date, &constraint.start_time, &constraint.end_time) {
        (Some(date), ..) => Ok(Condition::From(Date::parse(date).ok_or(error("start_date"))?)),
        (None, Some(start), Some(end)) => {
            Ok(Condition::Between(time(start, "start_time")?, time(end, "end_time")?))
        }
        (None, None, None) => Ok(Condition::Always),
        (None, Some(_), None) => Err(error("end_time")),
        (None, None, Some(_)) => Err(error("start_time")),
    }
}

/// `(1 + retries) × (1 − discount)`.
fn factor(request: &PriceRequest) -> Result<Decimal, BillError> {
    let error = |field: &str, problem| BillError { field: field.to_owned(), problem };
    let share = |number: &Option<Number>, field: &str| {
        number.as_ref().map_or(Ok(Decimal::ZERO), |number| number.read(|| field.to_owned()))
    };
    let (retries, discount) = (share(&request.retries, "retries")?, share(&request.discount, "discount")?);
    if retries.is_negative() {
        return Err(error("retries", Problem::Negative));
    }
    let one = Decimal::whole(1);
    if discount.is_negative() || discount > one {
        return Err(error("discount", Problem::NotAShare));
    }
    let product = one.plus(retries).zip(one.minus(discount)).and_then(|(more, less)| more.times(less));
    product.ok_or_else(|| error("retries", Problem::TooLarge))
}

fn scaled(mut bill: Bill, factor: Decimal) -> Result<Bill, BillError> {
    let times = |amount: Decimal| {
        let error = || BillError { field: "usage".to_owned(), problem: Problem::TooLarge };
        amount.times(factor).ok_or_else(error)
    };
    for amount in [&mut bill.input, &mut bill.output, &mut bill.total] {
        *amount = times(*amount)?;
    }
    for line in &mut bill.lines {
        line.amount = times(line.amount)?;
    }
    bill.factor = factor;
    Ok(bill)
}
