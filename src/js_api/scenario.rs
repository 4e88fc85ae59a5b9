//! Plain objects in: keys are checked, and a scenario is read field by field.

use super::value::thrown;
use crate::catalogue::Catalogue;
#[cfg(feature = "module")]
use crate::import::json::Writer;
use crate::scenario::fields::{FieldError, Value};
use crate::scenario::{FieldId, Scenario};
#[cfg(feature = "importer")]
use crate::units::{format, parse};
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

/// A quantity as a number or a text such as 100M, within a range.
///
/// # Errors
/// A `FieldError` object.
#[cfg(feature = "importer")]
pub(super) fn quantity(
    object: &JsValue,
    key: &str,
    default: f64,
    (min, max): (f64, f64),
) -> Result<f64, JsValue> {
    let value = given(object, key);
    let Some(value) = value else { return Ok(default) };
    let number = value.as_f64().or_else(|| parse::number(&value.as_string()?).ok());
    number.filter(|number| (min..=max).contains(number)).ok_or_else(|| {
        let hint = ["Write ", &format::compact(min), " to ", &format::compact(max), "."].concat();
        thrown(key, "This is no such number.", &hint)
    })
}

/// A whole number from 1 to a million.
///
/// # Errors
/// A `FieldError` object.
#[cfg(feature = "importer")]
pub(super) fn count(object: &JsValue, key: &str, default: u32) -> Result<u32, JsValue> {
    let number = quantity(object, key, default.into(), (1.0, 1e6))?;
    if number.fract() == 0.0 {
        Ok(number as u32)
    } else {
        Err(thrown(key, "This is no whole number.", "Write 1 to 1M."))
    }
}

/// A list of up to `most` texts.
///
/// # Errors
/// A `FieldError` object.
#[cfg(feature = "importer")]
pub(super) fn texts_of(object: &JsValue, key: &str, most: usize) -> Result<Vec<String>, JsValue> {
    let Some(value) = given(object, key) else { return Ok(Vec::new()) };
    let texts: Option<Vec<String>> = Array::is_array(&value)
        .then(|| Array::from(&value).iter().map(|one| one.as_string()).collect())
        .flatten();
    texts.filter(|texts| texts.len() <= most).ok_or_else(|| {
        thrown(
            key,
            "This is no list of texts.",
            &["Give a list of up to ", &most.to_string(), " texts."].concat(),
        )
    })
}

/// A value of an object that may be left out.
#[cfg(feature = "importer")]
pub(super) fn given(object: &JsValue, key: &str) -> Option<JsValue> {
    if object.is_undefined() || object.is_null() {
        return None;
    }
    let value = get(object, key);
    (!value.is_undefined() && !value.is_null()).then_some(value)
}

/// A scenario as the fields of an object; what is left to the engine is left out.
#[cfg(feature = "module")]
pub(super) fn write(json: &mut Writer, scenario: &Scenario) {
    for id in FieldId::ALL {
        match scenario.get(*id) {
            Value::Number(number) => json.key(id.field().name).number(Some(*number)),
            Value::Name(name) => json.key(id.field().name).text(name),
            Value::Automatic => {}
        }
    }
}
