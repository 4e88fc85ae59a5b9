//! The text between the worker and the page: one line for each part of a [view](super::view), cells apart by tabs.

use super::table::{Cell, Column, Row, Side, Table};
use super::view::{Control, ControlKind};
use crate::catalogue::Text;
use crate::chart::scene::{Anchor, Mark, Role, Scene};
use crate::scenario::FieldId;
use crate::units::number;

/// Adds a line of cells.
pub(super) fn line(out: &mut String, cells: &[&str]) {
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
pub(super) fn lines(text: &str) -> impl Iterator<Item = Vec<String>> {
    text.split('\n').filter(|line| !line.is_empty()).map(|line| line.split('\t').map(plain).collect())
}

/// A cell without its escapes.
pub(super) fn plain(cell: &str) -> String {
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

pub(super) fn number_of(text: &str) -> f64 {
    number::parse(text).unwrap_or_default()
}

pub(super) fn flag(on: bool) -> &'static str {
    if on { "1" } else { "" }
}

/// Values for fields as `key=value` joined by semicolons, as in links.
pub(super) fn sets_text(sets: &[(FieldId, String)]) -> String {
    let parts: Vec<String> = sets.iter().map(|(id, value)| [id.field().key, "=", value].concat()).collect();
    parts.join(";")
}

/// What [`Block::Take`](super::view::Block::Take) and cells carry, out of `key=value` joined by semicolons.
#[must_use]
pub fn sets_of(text: &str) -> Vec<(FieldId, String)> {
    let parts = text.split(';').filter_map(|part| part.split_once('='));
    let named = parts.filter_map(|(key, value)| {
        FieldId::ALL.iter().find(|id| id.field().key == key).map(|id| (*id, value.to_owned()))
    });
    named.collect()
}

/// The start of a text that only a damaged or hostile file can have made so long.
pub(super) fn readable(text: &str) -> &str {
    const LONGEST: usize = 2_000;
    text.char_indices().nth(LONGEST).and_then(|(end, _)| text.get(..end)).unwrap_or(text)
}

pub(super) fn encode_table(out: &mut String, table: &Table) {
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

pub(super) fn read_table(table: &mut Table, kind: &str, cells: &[String]) {
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

pub(super) fn encode_scene(out: &mut String, label: &str, scene: &Scene) {
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

pub(super) fn mark_of(kind: &str, cells: &[String]) -> Option<Mark> {
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

pub(super) fn encode_control(out: &mut String, control: &Control) {
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

pub(super) fn control_of(cells: &[String]) -> Option<Control> {
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
