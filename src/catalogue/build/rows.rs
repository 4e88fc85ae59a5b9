//! Rows of a data file: a `[[group]]` is a row itself, or a header whose fields each of its `rows` inherits.

use toml::{Table, Value};

/// The rows of a file with what they inherit.
pub fn expand(text: &str) -> Result<Vec<Table>, String> {
    let file: Table = text.parse().map_err(|error| format!("{error}"))?;
    let groups = match file.get("group") {
        Some(Value::Array(groups)) => groups.as_slice(),
        None => &[],
        Some(_) => return Err("`group` must be written [[group]]".to_owned()),
    };
    let mut rows = Vec::new();
    for group in groups {
        let Value::Table(group) = group else { return Err("`group` must be written [[group]]".to_owned()) };
        let mut header = group.clone();
        let Some(items) = header.remove("rows") else {
            rows.push(header);
            continue;
        };
        for item in items.as_array().ok_or("`rows` must be a list")? {
            let mut row = header.clone();
            row.extend(item.as_table().ok_or("a row must be a table")?.clone());
            rows.push(row);
        }
    }
    Ok(rows)
}

/// The cell of a column, as `decode` reads it; empty when the row lacks it.
pub fn cell(row: &Table, column: &str) -> String {
    let value = match column.split_once('.') {
        Some((outer, inner)) => row.get(outer).and_then(|table| table.get(inner)),
        None => row.get(column),
    };
    match value {
        None => String::new(),
        Some(Value::Array(items)) => {
            items.iter().map(|item| words(column, item)).collect::<Vec<_>>().join(";")
        }
        Some(value) => plain(value),
    }
}

/// The words of a list item: its fields in the order that `decode` reads, `-` for those that it lacks.
fn words(column: &str, item: &Value) -> String {
    let fields: &[&str] = match column {
        "tiers" => &["above", "input", "output", "cache_read", "cache_write"],
        "windows" => &["start", "end", "input", "output", "cache_read"],
        "services" => &["tier", "input", "output", "cache_read"],
        "next" => &["from", "input", "output"],
        _ => return plain(item),
    };
    let word = |field: &&str| item.get(*field).map_or("-".to_owned(), plain);
    fields.iter().map(word).collect::<Vec<_>>().join(" ")
}

fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Integer(number) => number.to_string(),
        Value::Float(number) => number.to_string(),
        Value::Boolean(flag) => flag.to_string(),
        Value::Datetime(day) => day.to_string(),
        other => panic!("no cell can hold {other}"),
    }
}
