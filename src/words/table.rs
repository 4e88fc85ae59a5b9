//! What every view is made of: columns and rows of cells, with what a click on a cell does.

use crate::catalogue::Text;
use crate::report::explain::Figure;
use crate::scenario::FieldId;
use crate::units::{format, order};

/// A table with its heads, and a line of explanation under it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Table {
    /// Columns from left to right; the first names the row.
    pub columns: Vec<Column>,
    /// Rows from top to bottom; each has a cell for each column.
    pub rows: Vec<Row>,
    /// Whether its heads sort it.
    pub sortable: bool,
    /// The column by which a sortable one is sorted at first.
    pub sorted: usize,
    /// How to read it, what is assumed.
    pub note: Text,
}

/// A column's head.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    /// What it holds, with its unit.
    pub label: Text,
    /// Text rather than figures.
    pub text: bool,
    /// Left out on narrow screens.
    pub wide_only: bool,
}

/// A row.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// The cells.
    pub cells: Vec<Cell>,
    /// Stands out: the scenario's own row, a total.
    pub strong: bool,
}

/// A cell.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Cell {
    /// What it says.
    pub text: String,
    /// Said smaller behind it.
    pub small: String,
    /// Whose side it is on.
    pub side: Side,
    /// A bar of this share of the width, 0 to 1, instead of text.
    pub bar: Option<f64>,
    /// What a click puts into the scenario, in this order; an empty text leaves the field to the engine.
    pub sets: Vec<(FieldId, String)>,
    /// The figure whose formula a click opens, by its key; empty for none.
    pub opens: Text,
    /// What a sortable column is sorted by; by its text when there is none.
    pub key: Option<f64>,
}

/// Whose side a cell is on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Side {
    /// Neither's.
    #[default]
    Neutral,
    /// The API's.
    Api,
    /// Self-hosting's.
    Gpu,
}

impl Cell {
    pub(crate) fn of(text: impl Into<String>) -> Self {
        Self { text: text.into(), ..Self::default() }
    }

    pub(crate) fn small(self, text: impl Into<String>) -> Self {
        Self { small: text.into(), ..self }
    }

    pub(crate) fn side(self, side: Side) -> Self {
        Self { side, ..self }
    }

    pub(crate) fn sets(self, sets: Vec<(FieldId, String)>) -> Self {
        Self { sets, ..self }
    }

    pub(crate) fn opens(self, figure: Figure) -> Self {
        Self { opens: Text::Borrowed(figure.key()), ..self }
    }

    pub(crate) fn key(self, key: f64) -> Self {
        Self { key: Some(key), ..self }
    }

    pub(crate) fn bar(share: f64, side: Side) -> Self {
        Self { bar: Some(share), side, ..Self::default() }
    }

    /// What it is sorted by.
    fn order(&self) -> f64 {
        self.key.unwrap_or_else(|| order::of_text(&self.text))
    }
}

impl Column {
    /// Figures.
    pub(crate) const fn figure(label: &'static str) -> Self {
        Self { label: Text::Borrowed(label), text: false, wide_only: false }
    }

    /// Figures that narrow screens leave out.
    pub(crate) const fn wide(label: &'static str) -> Self {
        Self { label: Text::Borrowed(label), text: false, wide_only: true }
    }

    /// Text.
    pub(crate) const fn text(label: &'static str) -> Self {
        Self { label: Text::Borrowed(label), text: true, wide_only: false }
    }
}

impl Table {
    /// The rows sorted by a column, downwards if asked.
    pub fn sort(&mut self, column: usize, down: bool) {
        let sign = if down { -1.0 } else { 1.0 };
        order::by_number(&mut self.rows, |row| row.cells.get(column).map_or(0.0, |cell| sign * cell.order()));
    }

    /// The table as CSV with a head line; cells are quoted where they must be.
    ///
    /// ```
    /// use llm_breakeven::{catalogue::Catalogue, words::tables};
    /// let csv = tables::article_prices(Catalogue::builtin()).csv();
    /// assert!(csv.starts_with("GPU,Provider,\"Article, 2026-03\",Newest source,Difference\r\n"));
    /// ```
    #[must_use]
    pub fn csv(&self) -> String {
        let heads = self.columns.iter().map(|column| column.label.to_string());
        let mut text = csv_line(heads);
        for row in &self.rows {
            text += &csv_line(row.cells.iter().map(plain));
        }
        text
    }
}

impl Table {
    /// The table as Markdown; a bar of `|` in a cell is escaped.
    ///
    /// ```
    /// use llm_breakeven::{catalogue::Catalogue, words::tables};
    /// let text = tables::article_prices(Catalogue::builtin()).markdown();
    /// assert!(text.starts_with("| GPU | Provider | Article, 2026-03 | Newest source | Difference |\n|:--|:--|--:|"), "{text}");
    /// ```
    #[must_use]
    pub fn markdown(&self) -> String {
        let line = |cells: Vec<String>| format!("| {} |\n", cells.join(" | "));
        let mut text = line(self.columns.iter().map(|column| column.label.to_string()).collect());
        let rules = self.columns.iter().map(|column| if column.text { ":--" } else { "--:" });
        text += &format!("|{}|\n", rules.collect::<Vec<_>>().join("|"));
        for row in &self.rows {
            text += &line(row.cells.iter().map(|cell| plain(cell).replace('|', "\\|")).collect());
        }
        text
    }
}

/// A cell's text with its small print.
fn plain(cell: &Cell) -> String {
    match (cell.small.as_str(), cell.bar) {
        (_, Some(share)) => format::percent(share * 100.0),
        ("", None) => cell.text.clone(),
        (small, None) => format!("{} ({small})", cell.text),
    }
}

fn csv_line(cells: impl Iterator<Item = String>) -> String {
    let quoted = cells.map(|cell| {
        if cell.contains([',', '"', '\n', '\r']) {
            format!("\"{}\"", cell.replace('"', "\"\""))
        } else {
            cell
        }
    });
    quoted.collect::<Vec<_>>().join(",") + "\r\n"
}
