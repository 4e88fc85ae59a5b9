//! Plain objects out: results are written as JSON and parsed, which needs no derived code per type.

use crate::import::json::Writer;
use js_sys::JSON;
use wasm_bindgen::prelude::*;

/// Bytes of a GiB.
pub(super) const GIB: f64 = (1u32 << 30) as f64;

/// The object with these fields.
pub(super) fn plain(fields: &mut dyn FnMut(&mut Writer)) -> JsValue {
    let mut json = Writer::default();
    json.object(fields);
    // what the writer writes is JSON
    JSON::parse(&json.finish()).unwrap_or(JsValue::NULL)
}

/// A `FieldError` object.
pub(super) fn thrown(field: &str, reason: &str, hint: &str) -> JsValue {
    plain(&mut |json| texts(json, &[("field", field), ("reason", reason), ("hint", hint)]))
}

/// Fields that are numbers; what is not finite is null.
pub(super) fn numbers(json: &mut Writer, fields: &[(&str, f64)]) {
    for (key, number) in fields {
        json.key(key).number(Some(*number));
    }
}

/// Fields that are numbers or null.
pub(super) fn optional_numbers(json: &mut Writer, fields: &[(&str, Option<f64>)]) {
    for (key, number) in fields {
        json.key(key).number(*number);
    }
}

/// Fields that are texts.
pub(super) fn texts(json: &mut Writer, fields: &[(&str, &str)]) {
    for (key, text) in fields {
        json.key(key).text(text);
    }
}
