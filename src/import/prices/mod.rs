//! Price lists of others, as catalogue rows: LiteLLM, genai-prices, models.dev and SkyPilot files, dropped on the page
//! or named to `prices`.
//!
//! A bad row costs that row: the problem names its line, key and field, and the rest of the file is read. Prices are
//! dollars per million tokens or per instance-hour, whatever the file's unit.
//!
//! ```
//! use llm_breakeven::{catalogue::Catalogue, import::prices, units::Date};
//! let file = r#"{"groq/llama-3.3-70b-versatile": {"litellm_provider": "groq", "mode": "chat",
//!     "input_cost_per_token": 5.9e-7, "output_cost_per_token": 7.9e-7}}"#;
//! let today = Date::parse("2026-11-23").unwrap();
//! let import = prices::read("prices.json", file.as_bytes(), today, Catalogue::builtin()).unwrap();
//! let row = &import.api_prices[0];
//! assert_eq!((&*row.id, row.input.value()), ("groq~llama-3.3-70b-versatile", 0.59));
//! assert_eq!(row.open_model.as_deref(), Some("llama-3.3-70b"));
//! ```

mod csv;
mod genai_prices;
mod litellm;
mod models_dev;
mod names;
mod own;
mod python;
mod skypilot;
mod typed;

use std::collections::BTreeMap;

pub use own::write as write_overlay;
pub use typed::{TYPED, TypedApiPrice, TypedOffer, api_price as typed_api_price, offer as typed_offer};

use super::{json, value::Value};
use crate::catalogue::{ApiPrice, Catalogue, Offer, Overlay, Provenance, did_you_mean};
use crate::units::Date;
use names::OpenModels;

/// Largest file that is read, bytes: three times what the largest real list has.
pub const MAX_BYTES: usize = 64_000_000;

/// A price below this many dollars per million tokens is taken for one per token; the cheapest models cost 0.01.
pub const MIN_USD_PER_MTOK: f64 = 1e-4;

/// A price above this many dollars per million tokens is taken for a wrong unit.
pub const MAX_USD_PER_MTOK: f64 = 1_000.0;

/// A price above this many dollars per GPU and hour is taken for a wrong unit.
pub const MAX_USD_PER_GPU_HOUR: f64 = 500.0;

/// Known kinds of files.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Format {
    /// LiteLLM's `model_prices_and_context_window.json`: dollars per token.
    LiteLlm,
    /// genai-prices' `data.json`, or `data.py` of its package: dollars per million tokens.
    GenaiPrices,
    /// models.dev's `api.json`: dollars per million tokens.
    ModelsDev,
    /// SkyPilot's `vms.csv` of a cloud: dollars per instance-hour.
    SkyPilot,
    /// What [`write_overlay`] wrote.
    Own,
}

/// What a file held.
#[derive(Clone, Debug, PartialEq)]
pub struct Import {
    /// The kind of file.
    pub format: Format,
    /// API prices, first come first kept.
    pub api_prices: Vec<ApiPrice>,
    /// GPU offers.
    pub offers: Vec<Offer>,
    /// What could not be read, in file order.
    pub problems: Vec<ImportProblem>,
    /// Rows that are nothing to compare, such as image generation or machines without accelerator, by reason.
    pub skipped: SkippedRows,
}

/// Why a row was left out without being wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Skipped {
    /// Embeddings, images, audio, moderation: not text in, text out.
    NotText,
    /// Free, or no price stated.
    NoPrice,
    /// No accelerator in the machine.
    NoAccelerator,
    /// A price of the accelerator without its machine.
    AcceleratorOnly,
    /// The same offer in another availability zone, not cheaper.
    Zone,
    /// A router's price of another provider's service.
    Routed,
    /// No longer offered on that day.
    Deprecated,
}

impl Skipped {
    /// All, in the order in which they are listed.
    pub const ALL: [Self; 7] = [
        Self::NotText,
        Self::NoPrice,
        Self::NoAccelerator,
        Self::AcceleratorOnly,
        Self::Zone,
        Self::Routed,
        Self::Deprecated,
    ];
}

/// How many rows were left out, by reason.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SkippedRows([usize; Skipped::ALL.len()]);

impl SkippedRows {
    /// The rows of one reason.
    #[must_use]
    pub const fn of(self, why: Skipped) -> usize {
        self.0[why as usize]
    }

    /// All of them.
    #[must_use]
    pub fn total(self) -> usize {
        self.0.iter().sum()
    }
}

/// Why a row or field was not taken.
#[derive(Clone, Debug, PartialEq)]
pub struct ImportProblem {
    /// Line in the file, from 1, where it is known.
    pub line: Option<u32>,
    /// The row: its key, or provider and model.
    pub row: String,
    /// The field.
    pub field: String,
    /// What is wrong with it.
    pub issue: Issue,
}

/// What can be wrong with a field of a file.
#[derive(Clone, Debug, PartialEq)]
pub enum Issue {
    /// The text is not what its ending promised from this line on.
    Syntax,
    /// Not a number.
    NotANumber(String),
    /// Below zero.
    Negative(f64),
    /// So high that the unit must be another one; in dollars per million tokens or per GPU-hour.
    Absurd(f64),
    /// Stands where a price per token does, and is a plausible one per million tokens: a factor of a million.
    PerMTok(f64),
    /// Stands where a price per million tokens does, and is a plausible one per token: a factor of a million.
    PerToken(f64),
    /// Needed and not there.
    Missing,
    /// An accelerator that the catalogue does not have, and the most similar one that it has.
    UnknownGpu(String, Option<String>),
    /// An open model that the catalogue does not have, and the most similar one that it has. The row is kept.
    UnknownModel(String, Option<String>),
    /// The row was there before, at this line, with another price.
    Duplicate(Option<u32>),
}

/// Why nothing of a file was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ImportError {
    /// More than [`MAX_BYTES`].
    TooLarge(usize),
    /// Not UTF-8 from this byte on.
    NotText(usize),
    /// None of the known kinds.
    UnknownFormat,
}

/// Puts what a tree of values holds into a sink.
type Reader<'r> = &'r dyn Fn(&Value, &mut Sink);

/// Reads a file; `today` is the day that its rows are dated.
///
/// # Errors
/// When the file is too large, not text, or of no known kind. Everything else is a problem of a row.
pub fn read(name: &str, bytes: &[u8], today: Date, catalogue: &Catalogue) -> Result<Import, ImportError> {
    if bytes.len() > MAX_BYTES {
        return Err(ImportError::TooLarge(bytes.len()));
    }
    let text = std::str::from_utf8(bytes).map_err(|error| ImportError::NotText(error.valid_up_to()))?;
    let tree = match text.trim_start_matches('\u{feff}').trim_start().chars().next() {
        Some('{' | '[') => json::read(text),
        _ => return read_text(name, text, today, catalogue),
    };
    read_tree(name, tree, today, catalogue)
}

/// Reads a text that is not JSON.
pub(super) fn read_text(
    name: &str,
    text: &str,
    today: Date,
    catalogue: &Catalogue,
) -> Result<Import, ImportError> {
    if text.contains("ModelPrice(") {
        return read_tree(name, python::read(text), today, catalogue);
    }
    skypilot::read(name, text, today, catalogue)
}

/// Reads a tree of values and the line at which it breaks off.
pub(super) fn read_tree(
    name: &str,
    (value, stopped): (Value, Option<u32>),
    today: Date,
    catalogue: &Catalogue,
) -> Result<Import, ImportError> {
    let source = name.rsplit(['/', '\\']).next().unwrap_or(name);
    let gpus: Vec<&str> = catalogue.gpus.iter().map(|gpu| &*gpu.id).collect();
    let models: Vec<&str> = catalogue.models.iter().map(|model| &*model.id).collect();
    let own = |value: &Value, sink: &mut Sink| own::rows(value, sink, &gpus, &models);
    let (format, read): (_, Reader) = match () {
        () if own::fits(&value) => (Format::Own, &own),
        () if models_dev::fits(&value) => (Format::ModelsDev, &models_dev::rows),
        () if genai_prices::fits(&value) => (Format::GenaiPrices, &genai_prices::rows),
        () if litellm::fits(&value) => (Format::LiteLlm, &litellm::rows),
        () => return Err(ImportError::UnknownFormat),
    };
    let mut sink = Sink::new(format, source, today, OpenModels::of(catalogue));
    read(&value, &mut sink);
    if let Some(line) = stopped {
        sink.problem(Some(line), source, "", Issue::Syntax);
    }
    Ok(sink.import)
}

impl Import {
    /// The rows as own prices on top of a catalogue.
    #[must_use]
    pub fn into_overlay(self) -> Overlay {
        Overlay { api_prices: self.api_prices, offers: self.offers }
    }
}

impl Format {
    /// The word that begins the source of its rows.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::LiteLlm => "litellm",
            Self::GenaiPrices => "genai-prices",
            Self::ModelsDev => "models.dev",
            Self::SkyPilot => "SkyPilot",
            Self::Own => "own prices",
        }
    }
}

/// The open model of the catalogue that a name of a host or a repository means.
#[must_use]
pub fn open_model(catalogue: &Catalogue, name: &str) -> Option<String> {
    OpenModels::of(catalogue).find(name)
}

/// Where readers put what they find.
struct Sink {
    import: Import,
    provenance: Provenance,
    open_models: OpenModels,
    /// Place in `api_prices` or `offers` of each id, and its line.
    seen: BTreeMap<String, (usize, Option<u32>)>,
}

impl Sink {
    fn new(format: Format, file: &str, today: Date, open_models: OpenModels) -> Self {
        let import = Import {
            format,
            api_prices: Vec::new(),
            offers: Vec::new(),
            problems: Vec::new(),
            skipped: SkippedRows::default(),
        };
        let source = format!("{} ({file})", format.key()).into();
        Self { import, provenance: Provenance { source, as_of: today }, open_models, seen: BTreeMap::new() }
    }

    fn today(&self) -> Date {
        self.provenance.as_of
    }

    fn skip(&mut self, why: Skipped) {
        self.import.skipped.0[why as usize] += 1;
    }

    /// An accelerator that is not known, with the most similar one as long as there are few of them: looking for it
    /// costs time, and such files repeat it on thousands of lines.
    fn unknown_gpu(&mut self, line: Option<u32>, row: &str, field: &str, name: &str, gpus: &[&str]) {
        let few = self.import.problems.len() < 100;
        let like = if few { did_you_mean(name, gpus.iter().copied()) } else { None };
        self.problem(line, row, field, Issue::UnknownGpu(name.to_owned(), like.map(str::to_owned)));
    }

    fn problem(&mut self, line: Option<u32>, row: &str, field: &str, issue: Issue) {
        let (row, field) = (row.to_owned(), field.to_owned());
        self.import.problems.push(ImportProblem { line, row, field, issue });
    }

    /// A price in dollars per million tokens; `None` when there is none or it is refused.
    fn price(&mut self, at: Place, value: &Value, field: &str, per_mtok: f64) -> Option<f64> {
        let value = value.get(field)?;
        let Some(number) = value.number() else {
            self.problem(at.line, at.row, field, Issue::NotANumber(value.shown()));
            return None;
        };
        // a price per token times a million must not end in …0000001
        let price = rounded(number * per_mtok);
        let issue = match price {
            price if price < 0.0 => Issue::Negative(number),
            // what is dear per token by a factor of a million is priced per million tokens, and the reverse
            price
                if price > MAX_USD_PER_MTOK
                    && per_mtok > 1.0
                    && (0.01..=MAX_USD_PER_MTOK).contains(&number) =>
            {
                Issue::PerMTok(number)
            }
            price if price > MAX_USD_PER_MTOK => Issue::Absurd(price),
            price if price > 0.0 && price < MIN_USD_PER_MTOK && per_mtok == 1.0 => Issue::PerToken(number),
            price => return Some(price),
        };
        self.problem(at.line, at.row, field, issue);
        None
    }

    /// Keeps an offer; a second one of the same id is a problem only when its price differs.
    fn offer(&mut self, line: Option<u32>, offer: Offer) {
        let offer = offer.with_id();
        // no id of an API price has a space
        let key = ["offer ", &offer.id].concat();
        if let Some(&(at, first)) = self.seen.get(&key) {
            if self.import.offers[at].price_per_instance != offer.price_per_instance {
                self.problem(line, &offer.id.clone(), "id", Issue::Duplicate(first));
            }
            return;
        }
        self.seen.insert(key, (self.import.offers.len(), line));
        self.import.offers.push(offer);
    }

    /// Keeps an API price; a second one of the same id is a problem only when it differs.
    fn api_price(&mut self, line: Option<u32>, mut row: ApiPrice) {
        if row.open_model.is_none() {
            row.open_model = self.open_models.find(&row.model_name).map(Into::into);
        }
        if let Some(&(at, first)) = self.seen.get(&*row.id) {
            let kept = &self.import.api_prices[at];
            if (kept.input, kept.output) != (row.input, row.output) {
                self.problem(line, &row.id.clone(), "id", Issue::Duplicate(first));
            }
            return;
        }
        self.seen.insert(row.id.to_string(), (self.import.api_prices.len(), line));
        self.import.api_prices.push(row);
    }
}

/// Where a value stands.
#[derive(Clone, Copy)]
struct Place<'a> {
    line: Option<u32>,
    row: &'a str,
}

/// To a billionth of a dollar: what a list means by `5.9e-7` per token is 0.59 per million.
fn rounded(number: f64) -> f64 {
    (number * 1e9).round() / 1e9
}

/// Most thresholds of one row: real ones have two.
const MOST_TIERS: usize = 16;

/// Adds a number to a short sorted list that does not have it yet.
fn insert(sorted: &mut Vec<u32>, number: u32) {
    let at = sorted.iter().take_while(|one| **one < number).count();
    if sorted.get(at) != Some(&number) && sorted.len() < MOST_TIERS {
        sorted.insert(at, number);
    }
}
