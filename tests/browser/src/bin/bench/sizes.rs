//! What a visitor downloads, and what others embed, against the budgets.

use std::fmt::Write as _;
use std::fs;

use browser_tests::site::brotli;
use browser_tests::{Browser, Page, Site};

fn compressed(bytes: &[u8]) -> usize {
    brotli(bytes).len()
}

fn kb(bytes: usize) -> String {
    format!("{:.1}", bytes as f64 / 1000.0)
}

/// Writes the sizes, and gives back what is over its budget.
pub fn write(out: &mut String) -> Vec<String> {
    let mut broken = Vec::new();
    let requests = first_load();
    let mut rows = Vec::new();
    let mut total = 0;
    for name in &requests {
        let bytes = fs::read(browser_tests::dist().join(name)).expect("a file of the page");
        let small = compressed(&bytes);
        total += small;
        rows.push((name.clone(), bytes.len(), small));
    }
    let _ = writeln!(out, "## Sizes\n\n| file of the first load | raw | brotli |\n|---|---:|---:|");
    for (name, raw, small) in &rows {
        let _ = writeln!(out, "| {} | {} | {} |", without_digest(name), kb(*raw), kb(*small));
    }
    let of = |extension: &str| {
        rows.iter().filter(|row| row.0.ends_with(extension)).map(|row| row.2).sum::<usize>()
    };
    let mut budgets = vec![
        ("HTML with the prerendered view", of(".html"), 14_000),
        ("CSS", of(".css"), 8_000),
        ("JavaScript", of(".js"), 9_000),
        ("wasm", of(".wasm"), 180_000),
        ("first load", total, 215_000),
    ];
    let dist = browser_tests::dist();
    if let Ok(bytes) = fs::read(dist.join("embed.js")) {
        budgets.push(("embed.js", compressed(&bytes), 2_000));
    }
    let package = browser_tests::root().join("pkg");
    let module = ["llm_breakeven_bg.wasm", "llm_breakeven.js", "index.js"];
    let module =
        module.iter().map(|name| compressed(&fs::read(package.join(name)).expect("a file of pkg/"))).sum();
    budgets.push(("ES module", module, 90_000));
    let _ = writeln!(out, "\n| budget | is | allowed | |\n|---|---:|---:|---|");
    for (what, is, allowed) in budgets {
        row(out, &mut broken, what, &kb(is), &kb(allowed), is <= allowed);
    }
    for name in fs::read_dir(&dist).into_iter().flatten().flatten().map(|entry| entry.file_name()) {
        let name = name.to_string_lossy().into_owned();
        let later = ["workbench-", "worker-", "sw.js", "manifest", "icon", "llm-breakeven.html"];
        if later.iter().any(|start| name.starts_with(start)) {
            let size = compressed(&fs::read(dist.join(&name)).expect("a file of the worker"));
            row(
                out,
                &mut broken,
                &format!("not in the first load: {}", without_digest(&name)),
                &kb(size),
                "–",
                true,
            );
        }
    }
    let few = requests.len() <= 7;
    row(out, &mut broken, "requests of the first load", &requests.len().to_string(), "7", few);
    broken
}

fn row(out: &mut String, broken: &mut Vec<String>, what: &str, is: &str, allowed: &str, kept: bool) {
    let _ = writeln!(out, "| {what} | {is} | {allowed} | {} |", if kept { "kept" } else { "**broken**" });
    if !kept {
        broken.push(format!("{what}: {is}, {allowed} allowed"));
    }
}

/// `app-5ea2ef0a29a33b3a.js` as `app.js`, so that the table changes only when sizes do.
fn without_digest(name: &str) -> String {
    let hex_at = |at: usize| name[at + 1..].bytes().take_while(u8::is_ascii_hexdigit).count();
    // Trunk leaves leading zeros out
    let mut dashes = name.match_indices('-').map(|(at, _)| at).filter(|at| hex_at(*at) >= 12);
    dashes.next().map_or(name.to_owned(), |at| format!("{}{}", &name[..at], &name[at + 1 + hex_at(at)..]))
}

/// The files that a browser asks for until the page has started.
fn first_load() -> Vec<String> {
    let site = Site::of_untouched_dist("/");
    let page = Page::start(Browser::Chromium);
    page.open(site.url());
    let names = site.requests().into_iter().filter(|request| request.status == 200);
    let path =
        |request: browser_tests::site::Request| request.path.split('?').next().unwrap_or_default().to_owned();
    let names = names.map(|request| path(request).trim_start_matches('/').to_owned());
    names.map(|name| if name.is_empty() { "index.html".into() } else { name }).collect()
}
