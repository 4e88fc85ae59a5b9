//! Packs a table column by column, so that like stands by like and compresses well. The form is told in `decode.rs`.

use toml::Table;

use crate::rows::cell;

/// The packed table, empty in the columns that are left out.
pub fn table(columns: &[&str], rows: &[Table], without: &[&str]) -> String {
    let mut blocks = vec![format!("{} {}", rows.len(), columns.len())];
    blocks.extend(columns.iter().map(|column| {
        if without.contains(column) {
            return EMPTY.to_owned();
        }
        block(&rows.iter().map(|row| cell(row, column)).collect::<Vec<_>>())
    }));
    blocks.join("\x1d")
}

/// A column with nothing in any row.
const EMPTY: &str = "=";

fn block(cells: &[String]) -> String {
    if cells.iter().all(String::is_empty) {
        return EMPTY.to_owned();
    }
    let mut entries: Vec<&str> = Vec::new();
    let mut codes = String::new();
    for cell in cells {
        let at = entries.iter().position(|entry| entry == cell).unwrap_or_else(|| {
            entries.push(cell);
            entries.len() - 1
        });
        codes.push(char::from_u32(u32::from(b'#') + u32::try_from(at).expect("few")).expect("a character"));
    }
    // One byte per row: from '#' to '~'.
    if entries.len() <= 92 && entries.len() * 3 <= cells.len() {
        format!("#{}\x1e{codes}", entries.join("\n"))
    } else {
        format!(",{}", cells.join("\n"))
    }
}
