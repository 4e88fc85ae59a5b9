//! The shape of the code: one direction of imports, no browser in the core, files of a readable length.

use std::fs;
use std::path::{Path, PathBuf};

/// Modules in the order in which a number is made.
const ORDER: [&str; 9] =
    ["units", "catalogue", "scenario", "engine", "import", "report", "chart", "words", "app"];

fn sources(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files.extend(sources(&path));
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            files.push(path);
        }
    }
    files
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src")
}

/// The module that a file belongs to, and its place in the order.
fn place(path: &Path) -> Option<(String, usize)> {
    let first = path.strip_prefix(root()).unwrap().components().next()?;
    let name = first.as_os_str().to_str()?.trim_end_matches(".rs").to_owned();
    let index = ORDER.iter().position(|module| *module == name)?;
    Some((name, index))
}

/// Every `crate::module` that a text names, in code or in links of its documentation.
fn named(text: &str) -> impl Iterator<Item = &str> {
    text.match_indices("crate::").filter_map(|(at, _)| {
        let rest = &text[at + "crate::".len()..];
        let end = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '_')?;
        Some(&rest[..end])
    })
}

#[test]
fn imports_go_one_way() {
    let mut checked = 0;
    for path in sources(&root()) {
        let Some((module, index)) = place(&path) else { continue };
        let text = fs::read_to_string(&path).unwrap();
        for other in named(&text) {
            let Some(target) = ORDER.iter().position(|module| *module == other) else { continue };
            assert!(target <= index, "{}: {module} names {other}, which comes after it", path.display());
            checked += 1;
        }
    }
    assert!(checked > 50, "only {checked} imports were looked at");
}

#[test]
fn the_core_names_no_browser() {
    for path in sources(&root()) {
        let Some((module, _)) = place(&path) else { continue };
        if module == "app" {
            continue;
        }
        let text = fs::read_to_string(&path).unwrap();
        for word in ["web_sys", "js_sys", "wasm_bindgen", "leptos::", "SystemTime", "Instant::now"] {
            assert!(!text.contains(word), "{} names {word}", path.display());
        }
    }
}

#[test]
fn files_are_short_and_the_page_is_free_of_markup_holes() {
    for path in sources(&root()) {
        let text = fs::read_to_string(&path).unwrap();
        let lines = text.lines().count();
        assert!(lines <= 400, "{} has {lines} lines", path.display());
        assert!(!text.contains("inner_html") && !text.contains("style=\""), "{}", path.display());
    }
}

#[test]
fn the_typescript_types_name_every_field() {
    let types = fs::read_to_string(root().join("js_api/types.d.ts")).unwrap();
    for id in llm_breakeven::scenario::FieldId::ALL {
        let name = id.field().name;
        assert!(types.contains(&format!("  {name}?: ")), "{name} is missing in the types");
    }
}

#[test]
fn field_keys_are_unique_and_fit_links() {
    let fields: Vec<_> = llm_breakeven::scenario::FieldId::ALL.iter().map(|id| id.field()).collect();
    for (index, field) in fields.iter().enumerate() {
        assert!(field.key.bytes().all(|b| b.is_ascii_lowercase()) && field.key != "k", "{}", field.key);
        for other in &fields[..index] {
            assert!(field.key != other.key && field.name != other.name, "{}", field.name);
        }
    }
}
