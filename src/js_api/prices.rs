//! `priceUsage`: the exact bill of one request.
//!
//! The request comes as JSON, which keeps the digits that were written; `shared.js` makes it of an object.

use super::value::{plain, thrown};
use crate::engine::api_bill::{Bill, Line};
use crate::import::bill::price_request;
use crate::import::json::Writer;
use crate::units::Decimal;
use crate::words::prices as words;
use wasm_bindgen::prelude::*;

/// What a request costs that is written as JSON.
///
/// # Errors
/// A `FieldError` object.
#[wasm_bindgen(js_name = priceUsage)]
pub fn price_usage(request: &str) -> Result<JsValue, JsValue> {
    match price_request(request) {
        Ok(bill) => Ok(plain(&mut |json| write_bill(json, &bill))),
        Err(error) => Err(thrown(&error.field, &words::reason(&error), &words::hint(&error))),
    }
}

fn write_bill(json: &mut Writer, bill: &Bill) {
    amount(json, "input_usd", bill.input);
    amount(json, "output_usd", bill.output);
    amount(json, "total_usd", bill.total);
    json.key("lines").list(&mut |json| bill.lines.iter().for_each(|line| write_line(json, line)));
    json.key("unpriced").list(&mut |json| bill.unpriced.iter().for_each(|key| json.text(key)));
    json.key("unknown").list(&mut |json| bill.unknown.iter().for_each(|key| json.text(key)));
}

fn write_line(json: &mut Writer, line: &Line) {
    json.object(&mut |json| {
        json.key("key").text(&line.unit.usage_key);
        amount(json, "quantity", line.quantity);
        amount(json, "price", line.price);
        json.key("per").number(Some(line.per.into()));
        amount(json, "usd", line.amount);
    });
}

fn amount(json: &mut Writer, key: &str, amount: Decimal) {
    json.key(key).text(&amount.to_string());
}
