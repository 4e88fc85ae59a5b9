//! What lies under the chart, as data: texts, tables, pictures and controls, in the order in which they are read.
//!
//! Views that need much code or time are made in a worker; they reach the page as text in the form of
//! [`View::encode`]: one line for each thing, its first cell a letter for its kind, cells apart by tabs.
//! [`View::decode`] is total: what it does not know it leaves out.
//!
//! ```
//! use llm_breakeven::words::view::{Block, View};
//! let view = View { blocks: vec![Block::Text("two\nlines\tand a tab".into())] };
//! assert_eq!(View::decode(&view.encode()), view);
//! ```

use super::table::{Cell, Column, Row, Side, Table};
use crate::catalogue::Text;
use crate::chart::scene::{Anchor, Mark, Role, Scene};
use crate::scenario::FieldId;
use crate::units::number;

/// One view.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct View {
    /// From top to bottom.
    pub blocks: Vec<Block>,
}

/// A part of a view.
#[derive(Clone, Debug, PartialEq)]
pub enum Block {
    /// A heading.
    Heading(String),
    /// A paragraph.
    Text(String),
    /// Something is wrong, and what to do.
    Alert(String),
    /// A table.
    Table(Table),
    /// A picture, and what it says in words.
    Picture(String, Scene),
    /// Something to answer; the view is made anew with every answer.
    Control(Control),
    /// A file to save: label, file name, text.
    Save(String, String, String),
    /// A button that puts values into the scenario.
    Take(String, Vec<(FieldId, String)>),
    /// A button that opens a link here: label, fragment.
    Open(String, String),
}

/// An input of a view. Controls in a row are drawn side by side.
#[derive(Clone, Debug, PartialEq)]
pub struct Control {
    /// Names its answer.
    pub key: Text,
    /// What it asks.
    pub label: String,
    /// The answer in use.
    pub value: String,
    /// How it is answered.
    pub kind: ControlKind,
}

/// How a control is answered.
#[derive(Clone, Debug, PartialEq)]
pub enum ControlKind {
    /// A search text.
    Search,
    /// Yes (`1`) or no (empty).
    Check,
    /// One of a list: value and label.
    Select(Vec<(String, String)>),
    /// A line of text.
    Line,
    /// Many lines, to paste into; answered by the button behind it.
    Area,
    /// Files, dropped or chosen.
    File,
    /// A click; its answer is `1` for the one request that follows.
    Button,
    /// The 24 hours of some days, to draw the profile on; its value are their weights. What is drawn goes into the scenario,
    /// on all of these days (0 is Monday), written as digits.
    Hours(String),
}

/// What the controls of a view were answered.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Answers(pub Vec<(String, String)>);

impl Answers {
    /// The answer of a control, empty when there is none.
    #[must_use]
    pub fn get(&self, key: &str) -> &str {
        self.given(key).unwrap_or_default()
    }

    /// The answer of a control that was touched.
    #[must_use]
    pub fn given(&self, key: &str) -> Option<&str> {
        self.0.iter().find(|(one, _)| one == key).map(|(_, value)| value.as_str())
    }

    /// Whether a check or button was answered with yes.
    #[must_use]
    pub fn yes(&self, key: &str) -> bool {
        self.get(key) == "1"
    }

    /// Replaces an answer.
    pub fn set(&mut self, key: &str, value: String) {
        self.0.retain(|(one, _)| one != key);
        self.0.push((key.to_owned(), value));
    }

    /// One line for each: key, tab, value.
    #[must_use]
    pub fn encode(&self) -> String {
        let mut text = String::new();
        for (key, value) in &self.0 {
            line(&mut text, &[key, value]);
        }
        text
    }

    /// What [`Self::encode`] wrote.
    #[must_use]
    pub fn decode(text: &str) -> Self {
        Self(
            lines(text)
                .filter_map(|mut cells| cells.pop().zip(cells.pop()))
                .map(|(value, key)| (key, value))
                .collect(),
        )
    }
}

impl View {
    /// A view of one table.
    #[must_use]
    pub fn of(table: Table) -> Self {
        Self { blocks: vec![Block::Table(table)] }
    }

    /// Its first table, for exports.
    #[must_use]
    pub fn table(&self) -> Option<&Table> {
        self.blocks.iter().find_map(|block| match block {
            Block::Table(table) => Some(table),
            _ => None,
        })
    }

    /// The view as text.
    #[must_use]
    pub fn encode(&self) -> String {
        let mut out = String::new();
        for block in &self.blocks {
            match block {
                Block::Heading(text) => line(&mut out, &["H", readable(text)]),
                Block::Text(text) => line(&mut out, &["P", readable(text)]),
                Block::Alert(text) => line(&mut out, &["A", readable(text)]),
                Block::Save(label, name, text) => line(&mut out, &["S", label, name, text]),
                Block::Take(label, sets) => line(&mut out, &["B", label, &sets_text(sets)]),
                Block::Open(label, link) => line(&mut out, &["O", label, link]),
                Block::Table(table) => encode_table(&mut out, table),
                Block::Picture(label, scene) => encode_scene(&mut out, label, scene),
                Block::Control(control) => encode_control(&mut out, control),
            }
        }
        out
    }

    /// What [`Self::encode`] wrote.
    #[must_use]
    pub fn decode(text: &str) -> Self {
        let mut blocks = Vec::new();
        for cells in lines(text) {
            let cell = |at: usize| cells.get(at).cloned().unwrap_or_default();
            match (cells[0].as_str(), blocks.last_mut()) {
                ("H", _) => blocks.push(Block::Heading(cell(1))),
                ("P", _) => blocks.push(Block::Text(cell(1))),
                ("A", _) => blocks.push(Block::Alert(cell(1))),
                ("S", _) => blocks.push(Block::Save(cell(1), cell(2), cell(3))),
                ("B", _) => blocks.push(Block::Take(cell(1), sets_of(&cell(2)))),
                ("O", _) => blocks.push(Block::Open(cell(1), cell(2))),
                ("C", _) => blocks.extend(control_of(&cells).map(Block::Control)),
                ("T", _) => blocks.push(Block::Table(Table {
                    sortable: cell(1) == "1",
                    sorted: number_of(&cell(2)) as usize,
                    note: Text::Owned(cell(3)),
                    ..Table::default()
                })),
                ("G", _) => {
                    let scene =
                        Scene { width: number_of(&cell(2)), height: number_of(&cell(3)), marks: Vec::new() };
                    blocks.push(Block::Picture(cell(1), scene));
                }
                (kind, Some(Block::Table(table))) => read_table(table, kind, &cells),
                (kind, Some(Block::Picture(_, scene))) => scene.marks.extend(mark_of(kind, &cells)),
                _ => {}
            }
        }
        Self { blocks }
    }
}

/// Adds a line of cells.
fn line(out: &mut String, cells: &[&str]) {
    for (at, cell) in cells.iter().enumerate() {
        if at > 0 {
            out.push('\t');
        }
        for c in cell.chars() {
            match c {
                '\t' => out.push_str("\\t"),
                '\n' => out.push_str("\\n"),
                '\\' => out.push_str("\\\\"),
                c => out.push(c),
            }
        }
    }
    out.push('\n');
}

/// The cells of each line.
fn lines(text: &str) -> impl Iterator<Item = Vec<String>> {
    text.split('\n').filter(|line| !line.is_empty()).map(|line| line.split('\t').map(plain).collect())
}

/// A cell without its escapes.
fn plain(cell: &str) -> String {
    let mut out = String::with_capacity(cell.len());
    let mut chars = cell.chars();
    while let Some(c) = chars.next() {
        match c {
            '\\' => match chars.next() {
                Some('t') => out.push('\t'),
                Some('n') => out.push('\n'),
                other => out.extend(other),
            },
            c => out.push(c),
        }
    }
    out
}

fn number_of(text: &str) -> f64 {
    number::parse(text).unwrap_or_default()
}

fn flag(on: bool) -> &'static str {
    if on { "1" } else { "" }
}

/// Values for fields as `key=value` joined by semicolons, as in links.
fn sets_text(sets: &[(FieldId, String)]) -> String {
    let parts: Vec<String> = sets.iter().map(|(id, value)| [id.field().key, "=", value].concat()).collect();
    parts.join(";")
}

/// What [`Block::Take`] and cells carry, out of `key=value` joined by semicolons.
#[must_use]
pub fn sets_of(text: &str) -> Vec<(FieldId, String)> {
    let parts = text.split(';').filter_map(|part| part.split_once('='));
    let named = parts.filter_map(|(key, value)| {
        FieldId::ALL.iter().find(|id| id.field().key == key).map(|id| (*id, value.to_owned()))
    });
    named.collect()
}

/// The start of a text that only a damaged or hostile file can have made so long.
fn readable(text: &str) -> &str {
    const LONGEST: usize = 2_000;
    text.char_indices().nth(LONGEST).and_then(|(end, _)| text.get(..end)).unwrap_or(text)
}

fn encode_table(out: &mut String, table: &Table) {
    line(out, &["T", flag(table.sortable), &table.sorted.to_string(), &table.note]);
    for column in &table.columns {
        line(out, &["c", &column.label, flag(column.text), flag(column.wide_only)]);
    }
    for row in &table.rows {
        line(out, &["r", flag(row.strong)]);
        for cell in &row.cells {
            let optional = |value: Option<f64>| {
                value.map_or(String::new(), |value| number::rounded(value, 12).to_string())
            };
            let side = match cell.side {
                Side::Neutral => "",
                Side::Api => "a",
                Side::Gpu => "g",
            };
            let (bar, key) = (optional(cell.bar), optional(cell.key));
            let (text, small) = (readable(&cell.text), readable(&cell.small));
            line(out, &["d", text, small, side, &bar, &key, &sets_text(&cell.sets), &cell.opens]);
        }
    }
}

fn read_table(table: &mut Table, kind: &str, cells: &[String]) {
    let cell = |at: usize| cells.get(at).cloned().unwrap_or_default();
    let optional = |at: usize| cells.get(at).and_then(|text| number::parse(text));
    match (kind, table.rows.last_mut()) {
        ("c", _) => table.columns.push(Column {
            label: Text::Owned(cell(1)),
            text: cell(2) == "1",
            wide_only: cell(3) == "1",
        }),
        ("r", _) => table.rows.push(Row { cells: Vec::new(), strong: cell(1) == "1" }),
        ("d", Some(row)) => row.cells.push(Cell {
            text: cell(1),
            small: cell(2),
            side: match cell(3).as_str() {
                "a" => Side::Api,
                "g" => Side::Gpu,
                _ => Side::Neutral,
            },
            bar: optional(4),
            key: optional(5),
            sets: sets_of(&cell(6)),
            opens: Text::Owned(cell(7)),
        }),
        _ => {}
    }
}

fn encode_scene(out: &mut String, label: &str, scene: &Scene) {
    let text = |numbers: &[f64]| {
        let short: Vec<String> =
            numbers.iter().map(|number| ((number * 10.0).round() / 10.0).to_string()).collect();
        short.join(" ")
    };
    line(out, &["G", label, &text(&[scene.width]), &text(&[scene.height])]);
    for mark in &scene.marks {
        match mark {
            Mark::Path(role, points) => {
                let flat: Vec<f64> = points.iter().flat_map(|(x, y)| [*x, *y]).collect();
                line(out, &["p", role.class(), &text(&flat)]);
            }
            Mark::Rect(role, numbers) => line(out, &["q", role.class(), &text(numbers)]),
            Mark::Circle(role, numbers) => line(out, &["o", role.class(), &text(numbers)]),
            Mark::Text(role, (x, y), anchor, words) => {
                line(out, &["t", role.class(), &text(&[*x, *y]), anchor.svg(), words]);
            }
        }
    }
}

fn mark_of(kind: &str, cells: &[String]) -> Option<Mark> {
    let role = Role::of_class(cells.get(1)?)?;
    let numbers: Vec<f64> = cells.get(2)?.split(' ').map(number_of).collect();
    Some(match (kind, numbers.as_slice()) {
        ("p", flat) => Mark::Path(role, flat.chunks_exact(2).map(|pair| (pair[0], pair[1])).collect()),
        ("q", &[x, y, width, height]) => Mark::Rect(role, [x, y, width, height]),
        ("o", &[x, y, r]) => Mark::Circle(role, [x, y, r]),
        ("t", &[x, y]) => {
            let anchor = match cells.get(3)?.as_str() {
                "middle" => Anchor::Middle,
                "end" => Anchor::End,
                _ => Anchor::Start,
            };
            Mark::Text(role, (x, y), anchor, cells.get(4)?.clone())
        }
        _ => return None,
    })
}

fn encode_control(out: &mut String, control: &Control) {
    let kind = match control.kind {
        ControlKind::Search => "search",
        ControlKind::Check => "check",
        ControlKind::Select(_) => "select",
        ControlKind::Line => "line",
        ControlKind::Area => "area",
        ControlKind::File => "file",
        ControlKind::Button => "button",
        ControlKind::Hours(_) => "hours",
    };
    let mut cells = vec!["C", kind, &control.key, &control.label, &control.value];
    if let ControlKind::Select(options) = &control.kind {
        cells.extend(options.iter().flat_map(|(value, label)| [value.as_str(), label.as_str()]));
    }
    if let ControlKind::Hours(days) = &control.kind {
        cells.push(days);
    }
    line(out, &cells);
}

fn control_of(cells: &[String]) -> Option<Control> {
    let [_, kind, key, label, value, options @ ..] = cells else { return None };
    let kind = match kind.as_str() {
        "search" => ControlKind::Search,
        "check" => ControlKind::Check,
        "select" => ControlKind::Select(
            options.chunks_exact(2).map(|pair| (pair[0].clone(), pair[1].clone())).collect(),
        ),
        "line" => ControlKind::Line,
        "area" => ControlKind::Area,
        "file" => ControlKind::File,
        "button" => ControlKind::Button,
        "hours" => ControlKind::Hours(options.first().cloned().unwrap_or_default()),
        _ => return None,
    };
    Some(Control { key: Text::Owned(key.clone()), label: label.clone(), value: value.clone(), kind })
}
