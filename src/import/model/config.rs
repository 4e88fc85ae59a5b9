//! A view on a `config.json`: one lookup over the nested language configuration and the top level, under any of the
//! names that a field has had.

use super::ImportError;
use crate::engine::invalid::{Invalid, Reason};
use crate::import::json;
use crate::import::value::Value;

/// Largest file that is read; real ones are below 3 MB.
const MOST_BYTES: usize = 16 << 20;

/// Longest list that is looked at: more than twice the layers of any model that is accepted.
const MOST_ITEMS: usize = 4_096;

/// Keys under which multimodal configurations keep their language model.
pub const LANGUAGE: [&str; 4] = ["text_config", "llm_config", "language_config", "thinker_config"];

/// A parsed configuration.
pub struct Config<'a> {
    top: Value<'a>,
    text: Value<'a>,
}

impl<'a> Config<'a> {
    /// Parses a configuration.
    pub fn parse(text: &'a str) -> Result<Self, ImportError> {
        if text.len() > MOST_BYTES {
            return Err(ImportError::TooLarge);
        }
        let (top, stopped) = json::read(text);
        if let Some(line) = stopped {
            return Err(ImportError::Syntax { line });
        }
        Self::of(top)
    }

    /// A configuration that is parsed already.
    pub fn of(top: Value<'a>) -> Result<Self, ImportError> {
        if !top.is_map() {
            return Err(ImportError::NotOfThisKind);
        }
        let nested = |value: &Value<'a>| {
            let mut maps = LANGUAGE.iter().filter_map(|key| value.get(key)).filter(|inner| inner.is_map());
            maps.next().cloned()
        };
        // Some nest once more.
        let text = nested(&top).map(|inner| nested(&inner).unwrap_or(inner)).unwrap_or(Value::Null);
        Ok(Self { top, text })
    }

    /// The first of `keys` that is stated, not null and not an infinite number; the language model's before the top
    /// level's.
    pub fn get(&self, keys: &[&str]) -> Option<&Value<'a>> {
        let infinite = |value: &&Value| matches!(value, Value::Number(text) if text == "NaN");
        let mut places = keys.iter().flat_map(|key| [self.text.get(key), self.top.get(key)]);
        places.find_map(|value| value.filter(|value| !infinite(value)))
    }

    /// A whole number under any of `keys`.
    pub fn whole(&self, field: &'static str, keys: &[&str]) -> Result<Option<u32>, Invalid> {
        let Some(value) = self.get(keys) else { return Ok(None) };
        let max = 4_000_000_000.0;
        match value.number() {
            Some(n) if n.fract() == 0.0 && (0.0..=max).contains(&n) => Ok(Some(n as u32)),
            Some(_) => Err(Invalid::new(field, Reason::OutOfRange { min: 0.0, max })),
            None => Err(Invalid::new(field, Reason::NotFinite)),
        }
    }

    /// A truth value under any of `keys`.
    pub fn flag(&self, keys: &[&str]) -> Option<bool> {
        self.get(keys)?.bool()
    }

    /// A text under any of `keys`, empty when absent.
    pub fn text(&self, keys: &[&str]) -> &str {
        self.get(keys).and_then(Value::text).unwrap_or_default()
    }

    /// A list under any of `keys`.
    pub fn list(&self, keys: &[&str]) -> Option<&[Value<'a>]> {
        match self.get(keys)? {
            Value::List(items) => Some(items.get(..MOST_ITEMS).unwrap_or(items)),
            _ => None,
        }
    }

    /// The type of the language model.
    pub fn model_type(&self) -> &str {
        let inner = self.text.get("model_type").and_then(Value::text).unwrap_or_default();
        if inner.is_empty() {
            self.top.get("model_type").and_then(Value::text).unwrap_or_default()
        } else {
            inner
        }
    }

    /// The type of the whole, language and vision together.
    pub fn whole_type(&self) -> &str {
        self.top.get("model_type").and_then(Value::text).unwrap_or_default()
    }

    /// An object of the top level.
    pub fn part(&self, key: &str) -> Option<&Value<'a>> {
        self.get(&[key]).filter(|value| value.is_map())
    }

    /// Whether a language model is nested in it.
    pub fn is_multimodal(&self) -> bool {
        self.text.is_map()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forgives_what_python_writes() {
        let config =
            Config::parse(r#"{"a": [0.0, Infinity], "b": "NaN \" Infinity", "c": -Infinity}"#).unwrap();
        assert_eq!(config.text(&["b"]), "NaN \" Infinity");
        assert_eq!(config.get(&["c"]), None);
    }

    #[test]
    fn says_where_json_ends() {
        let error = Config::parse("{\n \"layers\": }").err();
        assert_eq!(error, Some(ImportError::Syntax { line: 2 }));
        assert_eq!(Config::parse("[1]").err(), Some(ImportError::NotOfThisKind));
    }
}
