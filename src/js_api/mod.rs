//! The JavaScript module: the engine without the page, for Node, bundlers and plain scripts.
//!
//! Plain objects in and out. What a caller can mend is thrown as `{ field, reason, hint }`. Two programs share this
//! folder: the engine (feature `module`), and what is needed less often (feature `importer`): readers of files, shared GPUs
//! and training, loaded when one of them is first called. `types.d.ts` has the types; `docs/module.md` says how to use it.

#[cfg(feature = "module")]
pub mod facts;
#[cfg(feature = "importer")]
pub mod files;
mod hardware;
#[cfg(feature = "module")]
pub mod prices;
#[cfg(feature = "module")]
pub mod ranking;
#[cfg(feature = "module")]
mod report;
mod rows;
mod scenario;
#[cfg(feature = "importer")]
pub mod share;
#[cfg(feature = "module")]
pub mod sizing;
#[cfg(feature = "importer")]
pub mod train;
mod value;

use crate::catalogue::Catalogue;
use wasm_bindgen::prelude::*;

#[cfg(feature = "module")]
pub use engine::{decode_link, encode_link, evaluate, explain, schema, version};

/// Hands over the packed catalogue, once, before anything else is called.
#[wasm_bindgen]
pub fn install(packed: String) {
    Catalogue::install(packed);
}

#[cfg(feature = "module")]
mod engine {
    use super::{report, scenario, value};
    use crate::catalogue::Catalogue;
    use crate::report::schema as fields;
    use crate::scenario::link;
    use crate::words::errors;
    use js_sys::{Array, JSON};
    use wasm_bindgen::prelude::*;

    /// What self-hosting costs against the API, and where they cross.
    ///
    /// # Errors
    /// A `FieldError` object.
    #[wasm_bindgen]
    pub fn evaluate(scenario: &JsValue) -> Result<JsValue, JsValue> {
        let scenario = scenario::read(scenario, &[])?;
        let report = crate::engine::evaluate(&scenario, Catalogue::builtin())
            .map_err(|error| scenario::refused(&error))?;
        Ok(value::plain(&mut |json| report::write(json, &report, &scenario)))
    }

    /// Every figure of the answer with its formula, its inputs and where they come from.
    ///
    /// # Errors
    /// A `FieldError` object.
    #[wasm_bindgen]
    pub fn explain(scenario: &JsValue) -> Result<JsValue, JsValue> {
        let scenario = scenario::read(scenario, &[])?;
        let report = crate::engine::evaluate(&scenario, Catalogue::builtin())
            .map_err(|error| scenario::refused(&error))?;
        let all = crate::report::explain::explain(&scenario, &report, Catalogue::builtin());
        Ok(value::plain(&mut |json| report::explanations(json, &all)))
    }

    /// The link fragment of a scenario.
    ///
    /// # Errors
    /// A `FieldError` object.
    #[wasm_bindgen(js_name = encodeLink)]
    pub fn encode_link(scenario: &JsValue, others: &JsValue) -> Result<String, JsValue> {
        let scenario = scenario::read(scenario, &[])?;
        let mut more = Vec::new();
        if !others.is_undefined() && !others.is_null() {
            if !Array::is_array(others) || Array::from(others).length() >= link::MOST_SCENARIOS as u32 {
                let hint = "Give a list of up to three scenarios.";
                return Err(value::thrown("others", "This cannot be compared.", hint));
            }
            for one in Array::from(others).iter() {
                more.push(scenario::read(&one, &[])?);
            }
        }
        Ok(link::encode_all(&scenario, &more, Catalogue::builtin().newest()))
    }

    /// The scenario of a link fragment; any text gives one.
    ///
    /// # Errors
    /// A `FieldError` object when it is no text.
    #[wasm_bindgen(js_name = decodeLink)]
    pub fn decode_link(fragment: &JsValue) -> Result<JsValue, JsValue> {
        let no_text = || value::thrown("fragment", "This is no text.", "Write \"1;t=5B\".");
        let fragment = fragment.as_string().ok_or_else(no_text)?;
        let decoded = link::decode(&fragment, Catalogue::builtin());
        Ok(value::plain(&mut |json| {
            json.key("scenario").object(&mut |json| scenario::write(json, &decoded.scenario));
            json.key("others").list(&mut |json| {
                for other in &decoded.others {
                    json.object(&mut |json| scenario::write(json, other));
                }
            });
            json.key("notices").list(&mut |json| {
                decoded.notices.iter().for_each(|notice| json.text(&errors::notice(notice)));
            });
        }))
    }

    /// The JSON Schema of a scenario.
    #[wasm_bindgen]
    #[must_use]
    pub fn schema() -> JsValue {
        JSON::parse(&fields::scenario()).unwrap_or(JsValue::NULL)
    }

    /// The version of the module.
    #[wasm_bindgen]
    #[must_use]
    pub fn version() -> String {
        env!("CARGO_PKG_VERSION").to_owned()
    }
}
