//! What a row must have to be let in.

use std::collections::{BTreeMap, BTreeSet};

use toml::{Table, Value};

use crate::rows::cell;
use crate::{columns, ids};

/// A data file and its columns.
#[derive(Clone, Copy)]
pub struct TableSpec {
    /// File name in `data/`.
    pub file: &'static str,
    /// Columns of the packed table, but for those of a past.
    columns: &'static [&'static str],
    /// Whether it says how the rows of another table were.
    past: bool,
    /// Columns that every row must have.
    required: &'static [&'static str],
    /// Columns that make a row's id.
    key: &'static [&'static str],
}

impl TableSpec {
    /// All columns of the packed table.
    pub fn columns(&self) -> Vec<&'static str> {
        let before: &[&str] = if self.past { columns::PAST } else { &[] };
        [before, self.columns].concat()
    }

    /// The table of this one's past.
    const fn past(self, file: &'static str, key: &'static [&'static str]) -> Self {
        Self { file, past: true, key, ..self }
    }
}

const OFFERS: TableSpec = TableSpec {
    file: "offers.toml",
    columns: columns::OFFERS,
    past: false,
    required: &["provider", "gpu", "commitment", "usd"],
    key: &["provider", "instance", "gpu", "region", "basis", "commitment"],
};

const API_PRICES: TableSpec = TableSpec {
    file: "api_prices.toml",
    columns: columns::API_PRICES,
    past: false,
    required: &["provider", "kind", "model", "input", "output"],
    key: &["provider", "model"],
};

/// The tables in packing order.
pub const TABLES: [TableSpec; 7] = [
    TableSpec {
        file: "gpus.toml",
        columns: columns::GPUS,
        past: false,
        required: &["id", "name", "vendor", "architecture", "memory_gb", "bandwidth", "link"],
        key: &["id"],
    },
    OFFERS,
    API_PRICES,
    TableSpec {
        file: "models.toml",
        columns: columns::MODELS,
        past: false,
        required: &["id", "hf_id", "family", "layers", "hidden", "heads", "kv_heads", "vocab", "context"],
        key: &["id"],
    },
    TableSpec {
        file: "measurements.toml",
        columns: columns::MEASUREMENTS,
        past: false,
        required: &["models", "format", "gpu", "gpus", "isl", "osl", "out", "engine"],
        key: &["models", "gpu", "gpus", "format", "isl", "osl", "engine"],
    },
    API_PRICES.past("api_prices_past.toml", &["until", "provider", "model"]),
    OFFERS
        .past("offers_past.toml", &["until", "provider", "instance", "gpu", "region", "basis", "commitment"]),
];

/// Columns with a closed set of words.
const WORDS: &[(&str, &[&str])] = &[
    ("commitment", &["on-demand", "reserved-1y", "reserved-3y", "spot"]),
    ("basis", &["list", "cheapest", "median", "article"]),
    ("kind", &["first-party", "host", "cloud", "aggregator", "reference"]),
    ("match", &["architecture"]),
    ("attn.kind", &["mha", "gqa", "mqa", "mla"]),
    ("dtype", &["fp32", "bf16", "fp16", "fp8", "int8", "int4", "mxfp4-experts", "int4-experts", "nvfp4"]),
];

/// All that is wrong, one line each.
pub fn all(tables: &[(TableSpec, Vec<Table>)]) -> Vec<String> {
    let ids_of = |file: &str| -> BTreeSet<String> {
        let rows = tables.iter().filter(|(spec, _)| spec.file == file).flat_map(|(_, rows)| rows);
        rows.map(|row| cell(row, "id")).collect()
    };
    let (gpus, models) = (ids_of("gpus.toml"), ids_of("models.toml"));
    let mut errors = Vec::new();
    for (spec, rows) in tables {
        let mut seen = BTreeMap::new();
        let mut latest = String::new();
        for (index, row) in rows.iter().enumerate() {
            let name = id(spec, row);
            let until = cell(row, "until");
            if until < latest {
                errors.push(format!("{} row {} ({name}): `until` goes back", spec.file, index + 1));
            }
            latest = until;
            let mut fail =
                |what: String| errors.push(format!("{} row {} ({name}): {what}", spec.file, index + 1));
            row_errors(spec, row, &mut fail);
            for (column, known) in [("gpu", &gpus), ("open_model", &models)] {
                let wanted = cell(row, column);
                if !wanted.is_empty() && !known.contains(&wanted) && !known.is_empty() {
                    fail(format!("unknown {column} `{wanted}`"));
                }
            }
            if let Some(first) = seen.insert(name.clone(), index + 1) {
                fail(format!("same id as row {first}"));
            }
        }
    }
    errors
}

fn id(spec: &TableSpec, row: &Table) -> String {
    let parts = spec.key.iter().map(|column| cell(row, column)).filter(|part| !part.is_empty());
    parts.map(|part| ids::slug(&part)).collect::<Vec<_>>().join("~")
}

fn row_errors(spec: &TableSpec, row: &Table, fail: &mut impl FnMut(String)) {
    for column in spec.required.iter().chain(&["source", "as_of"]) {
        if cell(row, column).is_empty() {
            fail(format!("`{column}` is missing"));
        }
    }
    for column in ["as_of", "until"] {
        if (column == "as_of" || spec.past) && !is_date(&cell(row, column)) {
            fail(format!("`{column}` must be a date such as 2026-11-23"));
        }
    }
    for (column, words) in WORDS {
        let word = cell(row, column);
        if !word.is_empty() && !words.contains(&word.as_str()) {
            fail(format!("`{column}` must be one of {}", words.join(", ")));
        }
    }
    known_fields(spec, row, fail);
    values(row, fail);
}

/// A misspelt field must not be dropped in silence.
fn known_fields(spec: &TableSpec, row: &Table, fail: &mut impl FnMut(String)) {
    let columns = spec.columns();
    for (field, value) in row {
        let inner = value.as_table().into_iter().flat_map(Table::keys).map(|key| format!("{field}.{key}"));
        let names: Vec<String> = if value.is_table() { inner.collect() } else { vec![field.clone()] };
        for name in names.iter().filter(|name| !columns.contains(&name.as_str()) && *name != "hand") {
            fail(format!("no column `{name}`"));
        }
    }
}

/// Numbers are finite and not negative; text has no control characters.
fn values(row: &Table, fail: &mut impl FnMut(String)) {
    for (field, value) in row {
        match value {
            Value::Float(number) if !number.is_finite() || *number < 0.0 => {
                fail(format!("`{field}` is {number}"))
            }
            Value::Integer(number) if *number < 0 => fail(format!("`{field}` is {number}")),
            Value::String(text) if text.chars().any(char::is_control) => {
                fail(format!("`{field}` has a control character"));
            }
            Value::Table(inner) => values(inner, fail),
            Value::Array(items) => {
                items.iter().filter_map(Value::as_table).for_each(|inner| values(inner, fail))
            }
            _ => {}
        }
    }
}

fn is_date(text: &str) -> bool {
    let parts: Vec<&str> = text.split('-').collect();
    let number = |at: usize, digits: usize| -> Option<u32> {
        parts.get(at).filter(|part| part.len() == digits).and_then(|part| part.parse().ok())
    };
    parts.len() == 3
        && number(0, 4).is_some()
        && number(1, 2).is_some_and(|month| (1..=12).contains(&month))
        && number(2, 2).is_some_and(|day| (1..=31).contains(&day))
}
