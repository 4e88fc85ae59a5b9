//! A view on a `config.json`: one lookup over the nested language configuration and the top level, under any of the
//! names that a field has had.

use std::borrow::Cow;

use super::{ImportError, Notice};
use crate::engine::invalid::{Invalid, Reason};
use crate::import::json;
use crate::import::value::{Entry, Value};

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
    /// What a family states under other names, or leaves to its code: under the usual names.
    derived: Value<'a>,
    /// Those of them that are left to its code.
    assumed: &'static [Default],
}

/// A field that a family leaves to its code, and the value there.
type Default = (&'static str, &'static str);

/// Gemma 3 states what differs from its smallest multimodal model.
const GEMMA3: &[Default] = &[
    ("vocab_size", "262208"),
    ("hidden_size", "2304"),
    ("intermediate_size", "9216"),
    ("num_hidden_layers", "26"),
    ("num_attention_heads", "8"),
    ("num_key_value_heads", "4"),
    ("head_dim", "256"),
    ("sliding_window", "4096"),
];

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
        let config = Self { top, text, derived: Value::Null, assumed: &[] };
        let assumed = if config.model_type() == "gemma3_text" { GEMMA3 } else { &[] };
        let mut derived = config.usual_names();
        let missing = assumed.iter().filter(|(key, _)| config.get(&[key]).is_none());
        derived.extend(missing.map(|(key, value)| entry(key, Cow::Borrowed(value))));
        Ok(Self { derived: Value::Map(derived), assumed, ..config })
    }

    /// What a family states in a place or a unit of its own, where others state it.
    fn usual_names(&self) -> Vec<Entry<'a>> {
        let number = |value: Option<&Value<'a>>| match value {
            Some(Value::Number(text)) => Some(text.clone()),
            _ => None,
        };
        let inner = |part: &str, key: &str| number(self.top.at(part).get(key));
        let own = |key: &str| number(self.get(&[key]));
        let whole = |key: &str| self.get(&[key]).and_then(Value::whole);
        let part = |all: Option<u64>, of: Option<u64>| {
            let part = all?.checked_div(of?)?;
            Some(Cow::Owned(part.to_string()))
        };
        let fields = match self.model_type() {
            "dbrx" => vec![
                ("num_key_value_heads", inner("attn_config", "kv_n_heads")),
                ("num_experts", inner("ffn_config", "moe_num_experts")),
                ("num_experts_per_tok", inner("ffn_config", "moe_top_k")),
                ("moe_intermediate_size", inner("ffn_config", "ffn_hidden_size")),
            ],
            "mpt" => vec![("num_key_value_heads", inner("attn_config", "kv_n_heads"))],
            "chatglm" => vec![
                ("vocab_size", own("padded_vocab_size")),
                ("intermediate_size", own("inner_hidden_size")),
                (
                    "num_key_value_heads",
                    own("multi_query_group_num")
                        .filter(|_| self.flag(&["multi_query_attention"]) == Some(true)),
                ),
            ],
            "gemma4_text" => {
                vec![("global_head_dim", own("global_head_dim").or_else(|| self.one_head_dim()))]
            }
            // gate and up together
            "qwen" => vec![("intermediate_size", part(whole("intermediate_size"), Some(2)))],
            "minicpm3" => vec![(
                "v_head_dim",
                own("v_head_dim").or_else(|| part(whole("hidden_size"), whole("num_attention_heads"))),
            )],
            // without experts the shared part is all there is
            "granitemoehybrid" if whole("num_local_experts") == Some(0) => {
                vec![("intermediate_size", own("shared_intermediate_size"))]
            }
            _ => Vec::new(),
        };
        fields.into_iter().filter_map(|(key, value)| Some(entry(key, value?))).collect()
    }

    /// The head width of layers that differ, where they are listed one by one.
    fn one_head_dim(&self) -> Option<Cow<'a, str>> {
        let layers = self.get(&["per_layer_config"])?.entries();
        let width = layers.first()?.value.at("head_dim");
        match width {
            Value::Number(text) if layers.iter().all(|one| one.value.at("head_dim") == width) => {
                Some(text.clone())
            }
            _ => None,
        }
    }

    /// What was taken from the family's code.
    pub fn assumed(&self) -> Vec<Notice> {
        let taken = self.assumed.iter().filter(|(key, _)| self.derived.get(key).is_some());
        taken.map(|&(field, value)| Notice::Assumed { field, value: value.to_owned() }).collect()
    }

    /// The first of `keys` that is stated, not null and not an infinite number; the language model's before the top
    /// level's.
    pub fn get(&self, keys: &[&str]) -> Option<&Value<'a>> {
        let infinite = |value: &&Value| matches!(value, Value::Number(text) if text == "NaN");
        let mut places =
            keys.iter().flat_map(|key| [self.derived.get(key), self.text.get(key), self.top.get(key)]);
        places.find_map(|value| value.filter(|value| !infinite(value)))
    }

    /// A whole number under any of `keys`.
    pub fn whole(&self, field: &'static str, keys: &[&str]) -> Result<Option<u32>, Invalid> {
        let Some(mut value) = self.get(keys) else { return Ok(None) };
        if let Value::List(each) = value {
            // one figure for each layer
            let alike = each.iter().take(MOST_ITEMS).all(|one| Some(one) == each.first());
            value = each.first().filter(|_| alike).ok_or(Invalid::new(field, Reason::Unsupported))?;
        }
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

fn entry<'a>(key: &'static str, value: Cow<'a, str>) -> Entry<'a> {
    Entry { key: Cow::Borrowed(key), line: 0, value: Value::Number(value) }
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
