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

use super::table::Table;
pub use super::view_text::sets_of;
use super::view_text::{
    control_of, encode_control, encode_scene, encode_table, line, lines, mark_of, number_of, read_table,
    readable, sets_text,
};
use crate::catalogue::Text;
use crate::chart::scene::Scene;
use crate::scenario::FieldId;

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
    /// A text to copy: its label, and the text. A link can also be handed to other programs.
    Copy(String, String),
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
                Block::Copy(label, text) => line(&mut out, &["L", label, text]),
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
                ("L", _) => blocks.push(Block::Copy(cell(1), cell(2))),
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
