//! A view on a `config.json`: one lookup over the nested language configuration and the top level, under any of the
//! names that a field has had.

use serde_json::{Map, Value};

use super::ImportError;
use crate::engine::invalid::{Invalid, Reason};

/// Largest file that is read; real ones are below 3 MB.
const MOST_BYTES: usize = 16 << 20;

/// Keys under which multimodal configurations keep their language model.
const LANGUAGE: [&str; 4] = ["text_config", "llm_config", "language_config", "thinker_config"];

/// A parsed configuration.
pub struct Config {
    top: Map<String, Value>,
    text: Map<String, Value>,
}

impl Config {
    /// Parses a configuration, forgiving what Python writes and JSON forbids (`Infinity`, `NaN`).
    pub fn parse(text: &str) -> Result<Self, ImportError> {
        if text.len() > MOST_BYTES {
            return Err(ImportError::TooLarge);
        }
        let plain = without_non_finite(text);
        let value: Value = serde_json::from_str(plain.trim_start_matches('\u{feff}'))
            .map_err(|error| ImportError::Syntax { line: error.line(), column: error.column() })?;
        let Value::Object(top) = value else { return Err(ImportError::NotOfThisKind) };
        let mut text = Map::new();
        for key in LANGUAGE {
            if let Some(Value::Object(inner)) = top.get(key) {
                text = inner.clone();
                // Some nest once more.
                for key in LANGUAGE {
                    if let Some(Value::Object(deeper)) = inner.get(key) {
                        text = deeper.clone();
                    }
                }
                break;
            }
        }
        Ok(Self { top, text })
    }

    /// The first of `keys` that is stated and not null, the language model's before the top level's.
    pub fn get(&self, keys: &[&str]) -> Option<&Value> {
        let stated = |map: &'_ Map<String, Value>, key: &str| map.get(key).is_some_and(|v| !v.is_null());
        keys.iter().find_map(|key| {
            let map = [&self.text, &self.top].into_iter().find(|map| stated(map, key))?;
            map.get(*key)
        })
    }

    /// A whole number under any of `keys`.
    pub fn whole(&self, field: &'static str, keys: &[&str]) -> Result<Option<u32>, Invalid> {
        let Some(value) = self.get(keys) else { return Ok(None) };
        let number = match value {
            Value::Number(number) => number.as_f64(),
            Value::String(text) => text.trim().parse().ok(),
            _ => None,
        };
        let max = 4_000_000_000.0;
        match number {
            Some(n) if n.fract() == 0.0 && (0.0..=max).contains(&n) => Ok(Some(n as u32)),
            Some(_) => Err(Invalid::new(field, Reason::OutOfRange { min: 0.0, max })),
            None => Err(Invalid::new(field, Reason::NotFinite)),
        }
    }

    /// A truth value under any of `keys`.
    pub fn flag(&self, keys: &[&str]) -> Option<bool> {
        self.get(keys)?.as_bool()
    }

    /// A text under any of `keys`, empty when absent.
    pub fn text(&self, keys: &[&str]) -> &str {
        self.get(keys).and_then(Value::as_str).unwrap_or_default()
    }

    /// A list under any of `keys`.
    pub fn list(&self, keys: &[&str]) -> Option<&[Value]> {
        self.get(keys)?.as_array().map(Vec::as_slice)
    }

    /// The type of the language model.
    pub fn model_type(&self) -> &str {
        let inner = self.text.get("model_type").and_then(Value::as_str).unwrap_or_default();
        if inner.is_empty() {
            self.top.get("model_type").and_then(Value::as_str).unwrap_or_default()
        } else {
            inner
        }
    }

    /// The type of the whole, language and vision together.
    pub fn whole_type(&self) -> &str {
        self.top.get("model_type").and_then(Value::as_str).unwrap_or_default()
    }

    /// An object of the top level.
    pub fn part(&self, key: &str) -> Option<&Map<String, Value>> {
        self.get(&[key])?.as_object()
    }

    /// Whether a language model is nested in it.
    pub fn is_multimodal(&self) -> bool {
        !self.text.is_empty()
    }
}

/// Replaces `Infinity`, `-Infinity` and `NaN` outside of strings by null.
pub fn without_non_finite(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let (mut rest, mut quoted) = (text, false);
    while let Some(letter) = rest.chars().next() {
        let token = ["-Infinity", "Infinity", "NaN"].into_iter().find(|token| rest.starts_with(token));
        if let (false, Some(token)) = (quoted, token) {
            plain.push_str("null");
            rest = &rest[token.len()..];
            continue;
        }
        let mut length = letter.len_utf8();
        if quoted && letter == '\\' {
            length += rest[1..].chars().next().map_or(0, char::len_utf8);
        } else if letter == '"' {
            quoted = !quoted;
        }
        plain.push_str(&rest[..length]);
        rest = &rest[length..];
    }
    plain
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
        assert_eq!(error, Some(ImportError::Syntax { line: 2, column: 12 }));
        assert_eq!(Config::parse("[1]").err(), Some(ImportError::NotOfThisKind));
    }
}
