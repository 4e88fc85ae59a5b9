//! The bill of prices and usage as JSON writes them, for the JavaScript module and the conformance tests.
//!
//! Read from the file reader's values rather than by derived code: a wrong value is named by its field, numbers keep
//! the digits that were written, and the module stays small.

use super::json::read as read_json;
use super::value::Value;
use crate::engine::api_bill::{
    Bill, BillError, Condition, Price, PriceAbove, PriceCard, PriceSheet, Problem, Timestamp, Usage, Variant,
    price_usage, second_of_day,
};
use crate::units::{Date, Decimal};

/// What a request costs that is written as JSON: `prices`, `usage`, and if need be `timestamp`, `context`, `variants`,
/// `retries` and `discount`.
///
/// ```
/// use llm_breakeven::import::bill::price_request;
/// let bill = price_request(r#"{
///     "prices": {"input_mtok": {"base": "0.15", "tiers": [{"start": 128000, "price": "0.30"}]}, "output_mtok": 0.6},
///     "usage": {"input_tokens": 128001, "output_tokens": 1000},
///     "timestamp": "2026-11-23T12:00:00Z"
/// }"#).unwrap();
/// assert_eq!(bill.total.to_string(), "0.0390003");
/// ```
///
/// # Errors
/// Names the first field that is wrong; the empty field when the text is no JSON object.
pub fn price_request(json: &str) -> Result<Bill, BillError> {
    let (request, stopped) = read_json(json);
    if stopped.is_some() || !matches!(request, Value::Map(_)) {
        return Err(error("", Problem::NotAnObject));
    }
    const FIELDS: [&str; 7] = ["prices", "usage", "timestamp", "context", "variants", "retries", "discount"];
    if let Some(unknown) = request.entries().iter().find(|entry| !FIELDS.contains(&&*entry.key)) {
        return Err(error(&unknown.key, Problem::UnknownField));
    }
    let moment = match request.get("timestamp") {
        None => None,
        Some(time) => Some(Timestamp::parse(time.text().unwrap_or_default())?),
    };
    let mut usage = Usage::default();
    for entry in map(&request, "usage", "usage")?.entries() {
        if entry.value != Value::Null {
            let field = ["usage.", &entry.key].concat();
            usage.set(&entry.key, number(&entry.value, &field)?)?;
        }
    }
    let context = words(map(&request, "context", "context")?);
    let bill = price_usage(&sheet(&request)?.card(moment, &context), &usage)?;
    scaled(bill, factor(&request)?)
}

fn error(field: &str, problem: Problem) -> BillError {
    BillError { field: field.to_owned(), problem }
}

/// A map that may be missing.
fn map<'v, 'a>(value: &'v Value<'a>, key: &str, field: &str) -> Result<&'v Value<'a>, BillError> {
    match value.get(key) {
        None => Ok(&Value::Null),
        Some(map @ Value::Map(_)) => Ok(map),
        Some(_) => Err(error(field, Problem::NotAnObject)),
    }
}

fn number(value: &Value, field: &str) -> Result<Decimal, BillError> {
    let text = match value {
        Value::Number(text) | Value::Text(text) => text.trim(),
        _ => "",
    };
    Decimal::parse(text).ok_or_else(|| error(field, Problem::NotANumber))
}

/// Keys and texts of a map.
fn words(value: &Value) -> Vec<(String, String)> {
    let text = |value: &Value| value.text().unwrap_or_default().to_owned();
    value.entries().iter().map(|entry| (entry.key.to_string(), text(&entry.value))).collect()
}

fn sheet(request: &Value) -> Result<PriceSheet, BillError> {
    let mut sheet = PriceSheet::default();
    match request.get("prices") {
        None => sheet.schedule.push((Condition::Always, PriceCard::default())),
        Some(Value::List(dated)) => {
            for one in dated {
                let prices = map(one, "prices", "prices.prices")?;
                sheet.schedule.push((condition(one)?, card(prices)?));
            }
        }
        Some(prices @ Value::Map(_)) => sheet.schedule.push((Condition::Always, card(prices)?)),
        Some(_) => return Err(error("prices", Problem::NotAnObject)),
    }
    for one in request.get("variants").map(Value::items).unwrap_or_default() {
        let prices = card(map(one, "prices", "variants.prices")?)?;
        let when = words(map(one, "when", "variants.when")?);
        sheet.variants.push(Variant { when, condition: condition(one)?, prices });
    }
    Ok(sheet)
}

fn card(prices: &Value) -> Result<PriceCard, BillError> {
    let mut card = PriceCard::default();
    for entry in prices.entries() {
        let field = ["prices.", &entry.key].concat();
        let price = match &entry.value {
            Value::Null => continue,
            tiered @ Value::Map(_) => {
                let mut tiers = Vec::new();
                for tier in tiered.get("tiers").map(Value::items).unwrap_or_default() {
                    let part = |key: &str| number(tier.get(key).unwrap_or(&Value::Null), &field);
                    tiers.push(PriceAbove { above: part("start")?, price: part("price")? });
                }
                Price { base: number(tiered.get("base").unwrap_or(&Value::Null), &field)?, tiers }
            }
            flat => Price::flat(number(flat, &field)?),
        };
        card.set(&entry.key, price)?;
    }
    Ok(card)
}

fn condition(dated: &Value) -> Result<Condition, BillError> {
    let constraint = map(dated, "constraint", "prices.constraint")?;
    let text = |key: &str| constraint.get(key).map(|value| value.text().unwrap_or_default());
    let wrong = |key: &str| error(&["prices.constraint.", key].concat(), Problem::NotATime);
    // times of day may carry a zone; all known lists write UTC
    let time = |text: &str, key: &str| {
        second_of_day(text.trim_end_matches('Z').trim_end_matches("+00:00")).ok_or_else(|| wrong(key))
    };
    match (text("start_date"), text("start_time"), text("end_time")) {
        (Some(date), ..) => Ok(Condition::From(Date::parse(date).ok_or_else(|| wrong("start_date"))?)),
        (None, Some(start), Some(end)) => {
            Ok(Condition::Between(time(start, "start_time")?, time(end, "end_time")?))
        }
        (None, None, None) => Ok(Condition::Always),
        (None, Some(_), None) => Err(wrong("end_time")),
        (None, None, Some(_)) => Err(wrong("start_time")),
    }
}

/// `(1 + retries) × (1 − discount)`.
fn factor(request: &Value) -> Result<Decimal, BillError> {
    let share = |field: &str| request.get(field).map_or(Ok(Decimal::ZERO), |value| number(value, field));
    let (retries, discount) = (share("retries")?, share("discount")?);
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
    let times = |amount: Decimal| amount.times(factor).ok_or_else(|| error("usage", Problem::TooLarge));
    for amount in [&mut bill.input, &mut bill.output, &mut bill.total] {
        *amount = times(*amount)?;
    }
    for line in &mut bill.lines {
        line.amount = times(line.amount)?;
    }
    bill.factor = factor;
    Ok(bill)
}
