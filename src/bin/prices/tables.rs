//! The TOML tables: groups of rows that share a header, one row per line, so that a diff shows what changed.

use std::path::Path;

use toml::{Table, Value};

use crate::{columns, rows};

/// Which table.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Data {
    /// `api_prices.toml`.
    ApiPrices,
    /// `offers.toml`.
    Offers,
}

/// A table's rows with what they inherit, and the comment above them.
pub struct DataFile {
    comment: String,
    /// Whether it holds how rows were.
    past: bool,
    /// The rows, in file order.
    pub rows: Vec<Table>,
}

impl Data {
    const fn file(self, past: bool) -> &'static str {
        match (self, past) {
            (Self::ApiPrices, false) => "api_prices.toml",
            (Self::Offers, false) => "offers.toml",
            (Self::ApiPrices, true) => "api_prices_past.toml",
            (Self::Offers, true) => "offers_past.toml",
        }
    }

    /// Columns of a row.
    pub const fn columns(self) -> &'static [&'static str] {
        match self {
            Self::ApiPrices => columns::API_PRICES,
            Self::Offers => columns::OFFERS,
        }
    }

    /// Fields that stand once above the rows that share them; `until` only in a past.
    const fn header(self) -> &'static [&'static str] {
        match self {
            Self::ApiPrices => &["until", "source", "as_of", "provider", "kind"],
            Self::Offers => &["until", "source", "as_of", "provider", "commitment", "basis"],
        }
    }
}

/// Reads a table.
pub fn read(folder: &Path, kind: Data, past: bool) -> Result<DataFile, String> {
    let path = folder.join(kind.file(past));
    let text = std::fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))?;
    let comment =
        text.lines().take_while(|line| line.starts_with('#')).map(|line| format!("{line}\n")).collect();
    Ok(DataFile {
        comment,
        past,
        rows: rows::expand(&text).map_err(|error| format!("{}: {error}", path.display()))?,
    })
}

/// Writes a table.
pub fn write(folder: &Path, kind: Data, table: &DataFile) -> Result<(), String> {
    let path = folder.join(kind.file(table.past));
    std::fs::write(&path, print(kind, table)).map_err(|error| format!("{}: {error}", path.display()))
}

/// The file as text.
pub fn print(kind: Data, table: &DataFile) -> String {
    let mut groups: Vec<(Vec<String>, Vec<&Table>)> = Vec::new();
    for row in &table.rows {
        let header: Vec<String> = kind.header().iter().filter_map(|field| line(field, row)).collect();
        match groups.iter_mut().find(|(known, _)| *known == header) {
            Some((_, rows)) => rows.push(row),
            None => groups.push((header, vec![row])),
        }
    }
    let mut text = table.comment.clone();
    for (header, rows) in groups {
        text += &format!("\n[[group]]\n{}\nrows = [\n", header.join("\n"));
        for row in rows {
            let fields = kind
                .columns()
                .iter()
                .chain(&["hand", "absent"])
                .filter(|field| !kind.header().contains(field));
            let cells: Vec<String> = fields.filter_map(|field| line(field, row)).collect();
            text += &format!("  {{ {} }},\n", cells.join(", "));
        }
        text += "]\n";
    }
    text
}

fn line(field: &str, row: &Table) -> Option<String> {
    row.get(field).map(|value| format!("{field} = {}", inline(value)))
}

fn inline(value: &Value) -> String {
    match value {
        Value::Float(number) => number.to_string(),
        Value::Array(items) => format!("[{}]", items.iter().map(inline).collect::<Vec<_>>().join(", ")),
        Value::Table(table) => {
            let cells: Vec<String> = table.keys().filter_map(|key| line(key, table)).collect();
            format!("{{ {} }}", cells.join(", "))
        }
        other => other.to_string(),
    }
}
