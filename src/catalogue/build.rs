//! Build script: checks the facts in `data/*.toml` and packs them for `decode`.
//!
//! A row without source or date, a duplicate id, an accelerator or a model that no table has, or a price that is no
//! number stops the build, with the file and the row.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[path = "build/check.rs"]
mod check;
#[path = "columns.rs"]
mod columns;
#[path = "ids.rs"]
#[allow(dead_code)]
mod ids;
#[path = "build/pack.rs"]
mod pack;
#[path = "build/rows.rs"]
mod rows;

use std::path::Path;

fn main() {
    println!("cargo::rerun-if-changed=src/catalogue");
    let data =
        Path::new(&std::env::var("CARGO_MANIFEST_DIR").expect("cargo sets it")).join("src/catalogue/data");
    let out = std::env::var("OUT_DIR").expect("cargo sets it");
    let tables = check::TABLES.map(|table| {
        let file = data.join(table.file);
        let text =
            std::fs::read_to_string(&file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
        match rows::expand(&text) {
            Ok(rows) => (table, rows),
            Err(error) => panic!("{}: {error}", table.file),
        }
    });
    let errors = check::all(&tables);
    assert!(errors.is_empty(), "\n{}\n", errors.join("\n"));
    for (file, told) in [("catalogue.txt", &[][..]), ("page_catalogue.txt", columns::TOLD)] {
        let packed: Vec<String> = tables
            .iter()
            .map(|(table, rows)| {
                let of_it = told.iter().filter(|(of, _)| table.file.starts_with(of));
                let without: Vec<&str> = of_it.map(|(_, column)| *column).collect();
                pack::table(&table.columns(), rows, &without)
            })
            .collect();
        std::fs::write(Path::new(&out).join(file), packed.join("\x1d")).expect("OUT_DIR can be written");
    }
}
