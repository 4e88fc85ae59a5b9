//! One way in for whatever someone drops or pastes: what it is, is told from its bytes, not from its name.
//!
//! | file | becomes |
//! |---|---|
//! | LiteLLM, genai-prices, models.dev, SkyPilot, own prices | [`Imported::Prices`] |
//! | Hugging Face `config.json`, GGUF | [`Imported::Model`] |
//! | safetensors, its index | [`Imported::Weights`] |
//! | usage exports, of any size | [`Imported::Usage`] |
//! | vLLM, SGLang, GuideLLM, genai-perf/AIPerf, llama-bench | [`Imported::Runs`] |
//! | scenarios saved here | [`Imported::Scenarios`] |
//!
//! A text is parsed once, and every kind is read from the same tree of values. Of GGUF and safetensors files the
//! beginning is enough.
//!
//! ```
//! use llm_breakeven::{catalogue::Catalogue, import::{Imported, Seen, Unreadable, read_any}, units::Date};
//! let read = |text: &str| read_any("dropped.json", text.as_bytes(), Date::EPOCH, Catalogue::builtin());
//! let config = r#"{"model_type": "llama", "hidden_size": 4096, "num_hidden_layers": 32, "intermediate_size": 14336,
//!   "num_attention_heads": 32, "num_key_value_heads": 8, "vocab_size": 128256, "tie_word_embeddings": false}"#;
//! assert!(matches!(read(config), Ok(Imported::Model { .. })));
//! assert_eq!(read(r#"{"name": "left-pad"}"#), Err(Unreadable::Unknown(Seen::Json(vec!["name".into()]))));
//! ```

use super::benchmark::{self, Benchmark};
use super::json;
use super::model::checkpoint::{Checkpoint, gguf_header, safetensors_header, safetensors_index_of};
use super::model::config::Config;
use super::model::{ImportError, gguf, hf_config};
use super::prices::{self, Import, MAX_BYTES};
use super::scenario_file;
use super::usage::{Usage, UsageError, UsageReader};
use super::value::Value;
use crate::catalogue::Catalogue;
use crate::scenario::link::Decoded;
use crate::units::Date;

/// What a file was.
#[derive(Clone, Debug, PartialEq)]
pub enum Imported {
    /// A price list.
    Prices(Import),
    /// A model's shape, with what its checkpoint says when that is where it comes from.
    Model {
        /// The model, and what was assumed.
        read: Box<hf_config::Imported>,
        /// The checkpoint.
        checkpoint: Option<Checkpoint>,
    },
    /// The size of a checkpoint, which does not tell the shape.
    Weights(Checkpoint),
    /// What a workload asked for, or why that cannot be told.
    Usage(Result<Box<Usage>, UsageError>),
    /// Results of benchmarks.
    Runs {
        /// Those that could be read.
        runs: Vec<Benchmark>,
        /// Place in the file, from 1, and mistake of the others.
        problems: Vec<(usize, ImportError)>,
    },
    /// Scenarios that were saved.
    Scenarios {
        /// As those of a link.
        read: Box<Decoded>,
        /// The line at which the file breaks off.
        stopped: Option<u32>,
    },
}

/// Why nothing of a file was read.
#[derive(Clone, Debug, PartialEq)]
pub enum Unreadable {
    /// More than [`MAX_BYTES`].
    TooLarge(usize),
    /// Not UTF-8 from this byte on.
    NotText(usize),
    /// JSON up to this line, and too little of it to tell what it is.
    Syntax(u32),
    /// None of the known kinds.
    Unknown(Seen),
    /// Of this kind, with a mistake.
    Damaged(Kind, ImportError),
}

/// What an unknown file looks like.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Seen {
    /// Nothing in it.
    Empty,
    /// A web page.
    Html,
    /// JSON with these keys first.
    Json(Vec<String>),
    /// Another text, with this first line.
    Text(String),
}

/// Kinds of files of which a mistake spoils the whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Hugging Face `config.json`.
    Config,
    /// GGUF.
    Gguf,
    /// A safetensors file.
    Safetensors,
    /// The index of a sharded checkpoint.
    Index,
    /// Results of a benchmark.
    Benchmark,
}

/// Reads whatever it is; `name` is that of the file, `today` the day its prices are dated.
///
/// # Errors
/// That it is none of the known kinds, and what it looks like; or the mistake that spoils it.
pub fn read_any(
    name: &str,
    bytes: &[u8],
    today: Date,
    catalogue: &Catalogue,
) -> Result<Imported, Unreadable> {
    if bytes.starts_with(b"GGUF") {
        let damaged = |error| Unreadable::Damaged(Kind::Gguf, error);
        let header = gguf_header(bytes).map_err(damaged)?;
        return match gguf::model(&header, stem(name)) {
            Ok(read) => Ok(Imported::Model { read: Box::new(read), checkpoint: Some(header) }),
            // its size is right even where its shape is not stated in full
            Err(_) if header.bytes > 0 => Ok(Imported::Weights(header)),
            Err(error) => Err(damaged(error)),
        };
    }
    // eight bytes of length, then the header
    if bytes.get(8) == Some(&b'{') && bytes.get(6..8) == Some(&[0, 0]) {
        let damaged = |error| Unreadable::Damaged(Kind::Safetensors, error);
        let header = safetensors_header(bytes).map_err(damaged)?;
        return Ok(Imported::Weights(Checkpoint { part: is_part(name), ..header }));
    }
    if let Some(mut reader) = UsageReader::of(bytes) {
        reader.push(bytes);
        return Ok(Imported::Usage(reader.finish().map(Box::new)));
    }
    if bytes.len() > MAX_BYTES {
        return Err(Unreadable::TooLarge(bytes.len()));
    }
    let text = std::str::from_utf8(bytes).map_err(|error| Unreadable::NotText(error.valid_up_to()))?;
    match text.trim_start_matches('\u{feff}').trim_start().chars().next() {
        None => Err(Unreadable::Unknown(Seen::Empty)),
        Some('{' | '[') => json_text(name, text, today, catalogue),
        Some('<') => Err(Unreadable::Unknown(Seen::Html)),
        Some(_) if text.contains(benchmark::TABLE) => runs(benchmark::console(text)),
        Some(_) => prices::read_text(name, text, today, catalogue).map(Imported::Prices).map_err(|_| {
            let line = text.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
            Unreadable::Unknown(Seen::Text(line.chars().take(60).collect()))
        }),
    }
}

fn json_text(name: &str, text: &str, today: Date, catalogue: &Catalogue) -> Result<Imported, Unreadable> {
    let (value, stopped) = json::read(text);
    let damaged = |kind: Kind| move |error| Unreadable::Damaged(kind, error);
    let syntax = |kind: Kind| stopped.map(|line| Unreadable::Damaged(kind, ImportError::Syntax { line }));
    if benchmark::fits(&value) {
        // what follows the first value may be the next of several
        return match json::read_all(text) {
            Ok(values) => runs(benchmark::runs(&values)),
            Err(line) => Err(Unreadable::Damaged(Kind::Benchmark, ImportError::Syntax { line })),
        };
    }
    if value.get(scenario_file::MARK).is_some() {
        return Ok(Imported::Scenarios { read: Box::new(scenario_file::read(&value, catalogue)), stopped });
    }
    if value.get("weight_map").is_some() {
        return match syntax(Kind::Index) {
            Some(error) => Err(error),
            None => safetensors_index_of(&value).map(Imported::Weights).map_err(damaged(Kind::Index)),
        };
    }
    if hf_config::fits(&value) {
        if let Some(error) = syntax(Kind::Config) {
            return Err(error);
        }
        let name = model_name(name, &value);
        let config = Config::of(value).map_err(damaged(Kind::Config))?;
        let read = hf_config::of(&config, &name).map_err(damaged(Kind::Config))?;
        return Ok(Imported::Model { read: Box::new(read), checkpoint: None });
    }
    let first = value.items().first().unwrap_or(&value);
    let keys = first.entries().iter().take(3).map(|entry| entry.key.chars().take(30).collect()).collect();
    prices::read_tree(name, (value, stopped), today, catalogue)
        .map(Imported::Prices)
        .map_err(|_| stopped.map_or(Unreadable::Unknown(Seen::Json(keys)), Unreadable::Syntax))
}

fn runs(all: Vec<benchmark::Run>) -> Result<Imported, Unreadable> {
    let (mut runs, mut problems) = (Vec::new(), Vec::new());
    for (at, run) in all.into_iter().enumerate() {
        match run {
            Ok(run) => runs.push(run),
            Err(error) => problems.push((at + 1, error)),
        }
    }
    if runs.is_empty() {
        let first = problems.into_iter().next().map_or(ImportError::NotOfThisKind, |(_, error)| error);
        return Err(Unreadable::Damaged(Kind::Benchmark, first));
    }
    Ok(Imported::Runs { runs, problems })
}

/// Whether a name is that of one file of several: `model-00001-of-00004.safetensors`.
fn is_part(name: &str) -> bool {
    let number = |text: &str| text.parse::<u32>().ok();
    let counts = stem(name)
        .rsplit_once("-of-")
        .map(|(before, all)| (before.rsplit('-').next().and_then(number), number(all)));
    matches!(counts, Some((Some(_), Some(all))) if all > 1)
}

/// A file's name without folder and ending.
fn stem(name: &str) -> &str {
    let file = name.rsplit(['/', '\\']).next().unwrap_or(name);
    let stem = file.rsplit_once('.').map_or(file, |(stem, _)| stem);
    if stem.is_empty() { "own model" } else { stem }
}

/// What a configuration calls its model; every such file is called `config.json`.
fn model_name(name: &str, config: &Value) -> String {
    let own = ["_name_or_path", "name_or_path"].iter().find_map(|key| config.get(key)?.text());
    // a folder of someone's machine is no name
    let own = own.filter(|own| !own.is_empty() && !own.starts_with(['/', '.', '~']) && own.len() < 100);
    let file = Some(stem(name)).filter(|stem| !stem.starts_with("config") && !stem.starts_with("pasted"));
    let kind = config.get("model_type").and_then(Value::text);
    // downloads write the slash of a repository as two dashes
    own.or(file).or(kind).unwrap_or("own model").replacen("--", "/", 1)
}
