//! What an update moved, as rows of the past.

use llm_breakeven::catalogue::Provenance;
use llm_breakeven::units::Date;
use toml::{Table, Value};

use crate::rows::cell;
use crate::tables::Data;
use crate::update::id_of;

/// What says nothing about the price: a row that differs in these alone has not moved.
const BESIDE: [&str; 6] = ["source", "as_of", "note", "disagreement", "name", "next"];

/// Adds to `past` how rows were until a day, and says how many. The days of a past never go back: after an update with newer
/// files, one with older files is as of the newer ones' day.
pub fn remember(kind: Data, before: &[Table], after: &[Table], until: Date, past: &mut Vec<Table>) -> usize {
    let count = past.len();
    let last = past.last().and_then(|was| Date::parse(&cell(was, "until")));
    let until = last.map_or(until, |last| last.max(until));
    let day = Value::String(until.to_string());
    let mut add = |mut row: Table, absent: bool| {
        let id = id_of(kind, &row);
        // of a day with several updates the first one says how it was before
        if past.iter().any(|was| id_of(kind, was) == id && was.get("until") == Some(&day)) {
            return;
        }
        row.remove("hand");
        row.insert("until".to_owned(), day.clone());
        if absent {
            row.insert("absent".to_owned(), Value::Boolean(true));
        }
        past.push(row);
    };
    for old in before {
        let id = id_of(kind, old);
        match after.iter().find(|row| id_of(kind, row) == id) {
            Some(new) if !moved(kind, old, new) && !was_stale(old, new, until) => {}
            _ => add(old.clone(), false),
        }
    }
    for new in after {
        let id = id_of(kind, new);
        if !before.iter().any(|row| id_of(kind, row) == id) {
            add(new.clone(), true);
        }
    }
    past.len() - count
}

/// Whether what is asked for changed.
fn moved(kind: Data, old: &Table, new: &Table) -> bool {
    let fields = kind.columns().iter().filter(|field| !BESIDE.contains(field));
    fields.into_iter().any(|field| cell(old, field) != cell(new, field))
}

/// Whether a price was too old to be chosen and now is not: its day decided, and is kept.
fn was_stale(old: &Table, new: &Table, until: Date) -> bool {
    let stale = |row: &Table| {
        let as_of = Date::parse(&cell(row, "as_of")).unwrap_or(Date::EPOCH);
        Provenance { source: "".into(), as_of }.is_stale(until)
    };
    stale(old) && !stale(new)
}
