//! What someone has imported so far: files of prices one on top of the other, single typed prices, the last model and
//! the last benchmark.
//!
//! ```
//! use llm_breakeven::{catalogue::Catalogue, import::desk::Desk, units::Date};
//! let (catalogue, today) = (Catalogue::builtin(), Date::parse("2026-11-23").unwrap());
//! let mut desk = Desk::default();
//! let file = r#"{"groq/llama-3.3-70b-versatile": {"litellm_provider": "groq", "mode": "chat",
//!     "input_cost_per_token": 3e-7, "output_cost_per_token": 7.9e-7}}"#;
//! desk.take("prices.json", file.as_bytes(), today, catalogue);
//! assert_eq!(desk.sheets()[0].count.changed, 1);
//! let row = desk.overlay().api_prices[0].clone();
//! assert_eq!(catalogue.with(desk.overlay()).api_price(&row.id).unwrap().input.value(), 0.3);
//! desk.remove(0);
//! assert!(desk.overlay().is_empty());
//! ```

use super::benchmark::Benchmark;
use super::model::checkpoint::Checkpoint;
use super::model::{ImportError, Notice, hf_config};
use super::prices::{
    Format, Import, ImportProblem, SkippedRows, TYPED, TypedApiPrice, TypedOffer, typed_api_price,
    typed_offer, write_overlay,
};
use super::usage::{Usage, UsageError};
use super::{Imported, Unreadable, read_any};
use crate::catalogue::{Catalogue, Difference, Model, Overlay, OverlayCount};
use crate::engine::architecture::Architecture;
use crate::engine::weight_format::WeightFormat;
use crate::scenario::link::Decoded;
use crate::units::{Bytes, Date};

/// Prices that differ from the catalogue's by more than this share are pointed out.
pub const DISAGREEMENT: f64 = 0.05;

/// One source of prices.
#[derive(Clone, Debug, PartialEq)]
pub struct Sheet {
    /// Name of the file, or [`TYPED`].
    pub name: String,
    /// What it held.
    pub import: Import,
    /// What it does to the catalogue.
    pub count: OverlayCount,
    /// Where it and the catalogue disagree by more than [`DISAGREEMENT`].
    pub differences: Vec<Difference>,
}

/// What the last import was.
#[derive(Clone, Debug, PartialEq)]
pub enum Outcome {
    /// Prices: the place of their sheet.
    Prices(usize),
    /// A model's shape.
    Model {
        /// The model, and what was assumed.
        read: Box<hf_config::Imported>,
        /// The checkpoint, if it came from one.
        checkpoint: Option<Checkpoint>,
    },
    /// The size of a checkpoint.
    Weights(Checkpoint),
    /// Results of benchmarks, and the places and mistakes of those that could not be read.
    Runs(Vec<Benchmark>, Vec<(usize, ImportError)>),
    /// Scenarios, and the line at which their file breaks off.
    Scenarios(Box<Decoded>, Option<u32>),
    /// What a workload asked for.
    Usage(Result<Box<Usage>, UsageError>),
    /// Nothing was read.
    Unreadable(Unreadable),
    /// A typed price was refused.
    Refused(ImportProblem),
}

/// Everything that was imported.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Desk {
    sheets: Vec<Sheet>,
    overlay: Overlay,
    last: Option<(String, Outcome)>,
    model: Option<Box<hf_config::Imported>>,
    weights: Option<Checkpoint>,
}

/// Whether weights of a size are those of a model in its own format, give or take what is beside them: scales, a vision
/// tower, layers for prediction.
fn is_of(size: Bytes, model: &Model) -> bool {
    Architecture::new(model).is_ok_and(|shape| {
        let computed = WeightFormat::from(model.native_dtype).weights(&shape).total();
        (size.value() / computed).ln().abs() < 0.25
    })
}

impl Desk {
    /// Reads a file or a pasted text; `catalogue` is the one without own rows.
    pub fn take(&mut self, name: &str, bytes: &[u8], today: Date, catalogue: &Catalogue) {
        let outcome = match read_any(name, bytes, today, catalogue) {
            Err(error) => Outcome::Unreadable(error),
            Ok(Imported::Prices(import)) => Outcome::Prices(self.put(name, import, catalogue)),
            Ok(Imported::Runs { runs, problems }) => Outcome::Runs(runs, problems),
            Ok(Imported::Scenarios { read, stopped }) => Outcome::Scenarios(read, stopped),
            Ok(Imported::Usage(usage)) => Outcome::Usage(usage),
            Ok(Imported::Model { read, checkpoint }) => {
                self.model = Some(read);
                if checkpoint.is_some() {
                    self.weights = None;
                }
                self.counted(checkpoint)
            }
            Ok(Imported::Weights(weights)) => {
                self.weights = Some(weights.clone());
                match self.model {
                    Some(_) => self.counted(None),
                    None => Outcome::Weights(weights),
                }
            }
        };
        self.last = Some((name.to_owned(), outcome));
    }

    /// Takes what a usage file says.
    pub fn take_usage(&mut self, name: &str, usage: Result<Usage, UsageError>) {
        self.last = Some((name.to_owned(), Outcome::Usage(usage.map(Box::new))));
    }

    /// The model with the parameters that its checkpoint states, when both were imported and belong together.
    fn counted(&mut self, checkpoint: Option<Checkpoint>) -> Outcome {
        let Some(read) = &mut self.model else {
            return Outcome::Weights(self.weights.clone().unwrap_or_default());
        };
        if let Some(weights) = &self.weights {
            let total = read.model.parameters.total.unwrap_or_default();
            let stated = weights.parameters.filter(|_| !weights.part);
            match stated {
                Some(count) if count.abs_diff(total) <= total / 10 => {
                    read.model.parameters.total = Some(count);
                    read.notices.retain(|notice| !matches!(notice, Notice::Counted(_)));
                    read.notices.push(Notice::Counted(count));
                }
                // most indexes state no count: by their size
                None if weights.size().is_some_and(|size| is_of(size, &read.model)) => {}
                // of another model: its size is shown by itself
                _ if checkpoint.is_none() => return Outcome::Weights(weights.clone()),
                _ => {}
            }
        }
        Outcome::Model { read: read.clone(), checkpoint: checkpoint.or_else(|| self.weights.clone()) }
    }

    /// Adds a typed API price.
    pub fn type_api_price(&mut self, typed: &TypedApiPrice, today: Date, catalogue: &Catalogue) {
        self.typed(typed_api_price(typed, today, catalogue), catalogue);
    }

    /// Adds a typed GPU price.
    pub fn type_offer(&mut self, typed: &TypedOffer, today: Date, catalogue: &Catalogue) {
        self.typed(typed_offer(typed, today, catalogue), catalogue);
    }

    fn typed(&mut self, rows: Result<Overlay, ImportProblem>, catalogue: &Catalogue) {
        let outcome = match rows {
            Err(problem) => Outcome::Refused(problem),
            Ok(rows) => {
                // typed rows share a sheet
                let before = self.sheets.iter().find(|sheet| sheet.name == TYPED);
                let mut all = before.map(Sheet::rows).unwrap_or_default();
                all.extend(rows);
                let import = Import {
                    format: Format::Own,
                    api_prices: all.api_prices,
                    offers: all.offers,
                    problems: Vec::new(),
                    skipped: SkippedRows::default(),
                };
                Outcome::Prices(self.put(TYPED, import, catalogue))
            }
        };
        self.last = Some((TYPED.to_owned(), outcome));
    }

    /// Puts prices on top of the others, in place of an earlier file of the same name.
    fn put(&mut self, name: &str, import: Import, catalogue: &Catalogue) -> usize {
        self.sheets.retain(|sheet| sheet.name != name);
        let mut sheet =
            Sheet { name: name.to_owned(), import, count: OverlayCount::default(), differences: Vec::new() };
        let rows = sheet.rows();
        (sheet.count, sheet.differences) = (rows.count(catalogue), rows.differences(catalogue, DISAGREEMENT));
        self.sheets.push(sheet);
        self.merge();
        self.sheets.len() - 1
    }

    fn merge(&mut self) {
        self.overlay = Overlay::default();
        for sheet in &self.sheets {
            self.overlay.extend(sheet.rows());
        }
    }

    /// Takes a sheet away; its rows show what is under them again.
    pub fn remove(&mut self, at: usize) {
        if at < self.sheets.len() {
            self.sheets.remove(at);
            if matches!(&self.last, Some((_, Outcome::Prices(_)))) {
                self.last = None;
            }
            self.merge();
        }
    }

    /// Forgets everything.
    pub fn clear(&mut self) {
        *self = Self::default();
    }

    /// All own rows.
    #[must_use]
    pub fn overlay(&self) -> &Overlay {
        &self.overlay
    }

    /// The sources of prices, in the order in which they lie on each other.
    #[must_use]
    pub fn sheets(&self) -> &[Sheet] {
        &self.sheets
    }

    /// What came last, and its name.
    #[must_use]
    pub fn last(&self) -> Option<(&str, &Outcome)> {
        self.last.as_ref().map(|(name, outcome)| (name.as_str(), outcome))
    }

    /// All own rows as a file, which [`Self::take`] reads again.
    #[must_use]
    pub fn export(&self) -> String {
        write_overlay(&self.overlay)
    }
}

impl Sheet {
    /// Its rows.
    #[must_use]
    pub fn rows(&self) -> Overlay {
        Overlay { api_prices: self.import.api_prices.clone(), offers: self.import.offers.clone() }
    }
}
