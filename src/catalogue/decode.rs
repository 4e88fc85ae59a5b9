//! Reads the packed tables.
//!
//! A table is a line with its name and number of rows, then one block per column of `columns`, all separated by `\x1d`.
//! A block starts with its form: `=` nothing in any row; `,` one cell per row separated by `\n`; `#` a dictionary
//! of cells separated by `\n`, then `\x1e`, then one character per row, `#` being the first entry.

use super::{Provenance, Text, Was};
use crate::units::{Date, number};

/// Where the packed text is not what this version reads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DecodeError {
    /// Table.
    pub table: &'static str,
    /// Row, from 0.
    pub row: usize,
    /// Column, from 0.
    pub column: usize,
}

impl std::fmt::Display for DecodeError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "packed table {}: row {}, column {}", self.table, self.row, self.column)
    }
}

impl std::error::Error for DecodeError {}

enum Column {
    Empty,
    Cells(std::str::Split<'static, char>),
    Dictionary(Vec<&'static str>, std::str::Bytes<'static>),
}

impl Column {
    fn new(block: &'static str) -> Self {
        match (block.get(..1), block.get(1..)) {
            (Some(","), Some(cells)) => Self::Cells(cells.split('\n')),
            (Some("#"), Some(rest)) => {
                let (entries, codes) = rest.split_once('\x1e').unwrap_or_default();
                Self::Dictionary(entries.split('\n').collect(), codes.bytes())
            }
            _ => Self::Empty,
        }
    }

    fn next(&mut self) -> Option<&'static str> {
        match self {
            Self::Empty => Some(""),
            Self::Cells(cells) => cells.next(),
            Self::Dictionary(entries, codes) => {
                entries.get(usize::from(codes.next()?.checked_sub(b'#')?)).copied()
            }
        }
    }
}

/// The blocks of all tables.
pub(super) fn tables(packed: &'static str) -> std::str::Split<'static, char> {
    packed.split('\x1d')
}

/// Decodes the next table.
pub(super) fn rows<T>(
    blocks: &mut std::str::Split<'static, char>,
    table: &'static str,
    decode: impl Fn(&mut Row) -> T,
) -> Result<Vec<T>, DecodeError> {
    let error = |row, column| DecodeError { table, row, column };
    let mut head = blocks.next().unwrap_or_default().split(' ');
    let mut number = || head.next().and_then(|word| word.parse::<usize>().ok());
    let (Some(count), Some(width)) = (number(), number()) else { return Err(error(0, 0)) };
    let columns = blocks.take(width).map(Column::new).collect();
    let mut row = Row { columns, at: 0, failed: None };
    let mut rows = Vec::with_capacity(count);
    for index in 0..count {
        row.at = 0;
        rows.push(decode(&mut row));
        if row.at != width {
            row.failed = Some(row.at);
        }
        if let Some(column) = row.failed {
            return Err(error(index, column));
        }
    }
    Ok(rows)
}

/// One row, read from left to right.
pub(super) struct Row {
    columns: Vec<Column>,
    at: usize,
    failed: Option<usize>,
}

impl Row {
    #[inline(never)]
    fn cell(&mut self) -> &'static str {
        let cell = self.columns.get_mut(self.at).and_then(Column::next);
        if cell.is_none() {
            self.failed = Some(self.at);
        }
        self.at += 1;
        cell.unwrap_or_default()
    }

    /// Reads the cell as `read` does; an empty one is `None`.
    fn parsed<T>(&mut self, read: impl Fn(&'static str) -> Option<T>) -> Option<T> {
        let cell = self.cell();
        if cell.is_empty() {
            return None;
        }
        let value = read(cell);
        if value.is_none() {
            self.failed = Some(self.at - 1);
        }
        value
    }

    #[inline(never)]
    pub(super) fn text(&mut self) -> Text {
        Text::Borrowed(self.cell())
    }

    #[inline(never)]
    pub(super) fn optional_text(&mut self) -> Option<Text> {
        self.parsed(|cell| Some(Text::Borrowed(cell)))
    }

    #[inline(never)]
    pub(super) fn optional(&mut self) -> Option<f64> {
        self.parsed(number::parse)
    }

    /// A number that must be there.
    pub(super) fn number(&mut self) -> f64 {
        self.optional().unwrap_or_else(|| {
            self.failed = Some(self.at - 1);
            0.0
        })
    }

    #[inline(never)]
    pub(super) fn whole(&mut self) -> Option<u32> {
        self.parsed(|cell| cell.parse().ok())
    }

    #[inline(never)]
    pub(super) fn whole64(&mut self) -> Option<u64> {
        self.parsed(|cell| cell.parse().ok())
    }

    /// A whole number that is zero when the cell is empty.
    pub(super) fn count(&mut self) -> u32 {
        self.whole().unwrap_or_default()
    }

    /// `true`, or nothing.
    pub(super) fn flag(&mut self) -> bool {
        !self.cell().is_empty()
    }

    /// A word of a closed set; the default when the cell is empty.
    pub(super) fn key<T: Default>(&mut self, from_key: impl Fn(&str) -> Option<T>) -> T {
        self.parsed(from_key).unwrap_or_default()
    }

    /// Items separated by `;`, each of words separated by spaces.
    pub(super) fn list<T>(&mut self, item: impl Fn(&[&'static str]) -> Option<T>) -> Vec<T> {
        let words = |text: &'static str| item(&text.split(' ').collect::<Vec<_>>());
        self.parsed(|cell| cell.split(';').map(words).collect::<Option<Vec<_>>>()).unwrap_or_default()
    }

    /// A row of a past: until when, whether there was none, and the row.
    pub(super) fn was<T>(&mut self, decode: impl Fn(&mut Self) -> T) -> Was<T> {
        let until = self.parsed(Date::parse).unwrap_or(Date::EPOCH);
        Was { until, absent: self.flag(), row: decode(self) }
    }

    /// The last two columns of every table.
    #[inline(never)]
    pub(super) fn provenance(&mut self) -> Provenance {
        let source = self.text();
        let as_of = self.parsed(Date::parse).unwrap_or(Date::EPOCH);
        Provenance { source, as_of }
    }
}
