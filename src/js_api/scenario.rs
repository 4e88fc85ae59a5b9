//! Plain objects in: keys are checked, and a scenario is read field by field.

use super::value::thrown;
use crate::catalogue::Catalogue;
use crate::import::json::Writer;
use crate::scenario::fields::{FieldError, Value};
use crate::scenario::{FieldId, Scenario};
use crate::words::errors;
use js_sys::{Array, Object, Reflect};
use wasm_bindgen::prelude::*;

/// A value of an object; undefined where its own code fails.
pub(super) fn get(object: &JsValue, key: &str) -> JsValue {
    Reflect::get(object, &key.into()).unwrap_or(JsValue::UNDEFINED)
}

/// Whether nothing is given; a `FieldError` for what is no object, or has another key than `known`.
///
/// # Errors
/// A `FieldError` object.
pub(super) fn is_empty(object: &JsValue, known: &[&str], example: &str) -> Result<bool, JsValue> {
    if object.is_undefined() || object.is_null() {
        return Ok(true);
    }
    if !object.is_object() || Array::is_array(object) {
        return Err(thrown("", "This is no object.", &["Write ", example, "."].concat()));
    }
    let keys = Object::keys(object.unchecked_ref::<Object>());
    for key in keys.iter().filter_map(|key| key.as_string()) {
        if !known.contains(&&*key) {
            let hint = match crate::catalogue::did_you_mean(&key, known.iter().copied()) {
                Some(near) => ["Did you mean ", near, "?"].concat(),
                None => ["Fields are: ", &known.join(", "), "."].concat(),
            };
            return Err(thrown(&key, "There is no such field.", &hint));
        }
    }
    Ok(false)
}

/// What is thrown for a refused value.
pub(super) fn refused(error: &FieldError) -> JsValue {
    thrown(error.field.field().name, &errors::reason(error), &errors::hint(error))
}

/// Reads a scenario, whose object may also have the keys `others`.
///
/// # Errors
/// A `FieldError` object.
pub(super) fn read(object: &JsValue, others: &[&'static str]) -> Result<Scenario, JsValue> {
    let mut scenario = Scenario::default();
    let mut known: Vec<&str> = FieldId::ALL.iter().map(|id| id.field().name).collect();
    known.extend(others);
    if is_empty(object, &known, "{ volume: \"5B\" }")? {
        return Ok(scenario);
    }
    // hours convert the others, and the day says which rows there are
    let first = [FieldId::HoursPerMonth, FieldId::AsOf];
    let rest = FieldId::ALL.iter().copied().filter(|id| !first.contains(id));
    for id in first.into_iter().chain(rest) {
        let value = get(object, id.field().name);
        let result = match (value.as_f64(), value.as_string()) {
            _ if value.is_undefined() => Ok(()),
            _ if value.is_null() => scenario.set(id, Value::Automatic, Catalogue::builtin()),
            (Some(number), _) => scenario.set(id, Value::Number(number), Catalogue::builtin()),
            (None, Some(text)) => scenario.set_text(id, &text, Catalogue::builtin()),
            (None, None) => {
                let reason = "It is no number and no text.";
                return Err(thrown(id.field().name, reason, "Write a number or a text."));
            }
        };
        result.map_err(|error| refused(&error))?;
    }
    Ok(scenario)
}

/// A scenario as the fields of an object; what is left to the engine is left out.
pub(super) fn write(json: &mut Writer, scenario: &Scenario) {
    for id in FieldId::ALL {
        match scenario.get(*id) {
            Value::Number(number) => json.key(id.field().name).number(Some(*number)),
            Value::Name(name) => json.key(id.field().name).text(name),
            Value::Automatic => {}
        }
    }
}
