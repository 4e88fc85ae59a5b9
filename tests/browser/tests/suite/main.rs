//! The page as a person meets it, in three engines, under its real security policy, below a deep path.
//!
//! `in_every_browser!` also fails a test when anything is left in the console: a policy violation, an error, a warning.

#![allow(clippy::expect_used, clippy::panic)] // tests

mod choices;
mod drawing;
mod embed;
mod every_view;
mod help;
mod hostile;
mod hosts;
mod imports;
mod layout;
mod links;
mod module;
mod more;
mod nonsense;
mod offline;
mod pictures;
mod prices;
mod security;
mod share;
mod single_file;
mod start;
mod typing;
mod views;
mod worker;
mod years_later;

use std::fs;
use std::path::Path;

use browser_tests::{Page, Site};
use serde_json::{Value, json};

/// Where the page lies on the test's host.
const DEEP: &str = "/some/deep/path/";

/// The page in a browser that showed nothing before.
fn fresh(page: &Page) -> Site {
    let site = Site::of_dist(DEEP);
    page.open(site.url());
    site
}

/// The sentence on top.
fn verdict(page: &Page) -> String {
    string(&page.eval("return document.querySelector('.verdict').textContent"))
}

fn string(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

/// The page lives: its answer and its inputs are there, and no card says that it broke.
#[track_caller]
fn assert_stands(page: &Page) {
    let script =
        "return document.querySelector('#crash').hidden && document.querySelector('#boot-message').hidden
        && document.querySelector('.verdict').textContent.length > 40
        && document.querySelectorAll('.levers input[type=text]').length > 8";
    assert_eq!(page.eval(script), true, "the page broke: {}", crash(page));
}

fn crash(page: &Page) -> String {
    string(&page.eval("return document.querySelector('#crash-details').textContent"))
}

/// Chooses an option of the open view; drivers do not say `input` when they choose one, as browsers do.
#[track_caller]
fn answer(page: &Page, key: &str, value: &str) {
    // in one go, for the view may be made anew at once, with another element in its place
    let script = "const list = document.querySelector(`#view [data-key=${arguments[0]}]`);
        list.focus(); list.value = arguments[1]; const chosen = list.value;
        for (const type of ['input', 'change']) list.dispatchEvent(new Event(type, { bubbles: true }));
        return chosen;";
    let chosen = page.eval_with(script, vec![json!(key), json!(value)]);
    assert_eq!(chosen, value, "there is no such option");
    page.wait_until(
        "the view is made anew",
        "return !document.querySelector('#view').hasAttribute('aria-busy')",
    );
}

/// Clicks what a JavaScript expression finds in the open view, which it calls `view`, as soon as it is there.
#[track_caller]
fn click_in_view(page: &Page, found: &str) {
    let mark = format!(
        "const view = document.querySelector('#view');
         if (view.hasAttribute('aria-busy')) return false; // it is about to be made anew
         view.querySelectorAll('[data-hit]').forEach((e) => e.removeAttribute('data-hit'));
         const hit = {found}; hit?.setAttribute('data-hit', ''); return !!hit;"
    );
    page.wait_until(found, &mark);
    page.click("#view [data-hit]");
}

/// Clicks the button of the open view whose label begins like this.
#[track_caller]
fn press(page: &Page, label: &str) {
    let json = json!(label);
    click_in_view(
        page,
        &format!("[...view.querySelectorAll('button')].find((e) => e.textContent.startsWith({json}))"),
    );
}

/// The texts of the cells of every row, of all tables of the open view.
fn rows(page: &Page) -> Vec<Vec<String>> {
    let rows = page.eval(
        "return [...document.querySelectorAll('#view tbody tr')].map((row) => [...row.cells].map((cell) => cell.textContent))",
    );
    let texts = |row: &Value| row.as_array().into_iter().flatten().map(string).collect();
    rows.as_array().into_iter().flatten().map(texts).collect()
}

/// A copy of the built page; `change` may alter a file by its name, or leave it out.
fn copy_with(folder: &Path, change: impl Fn(&str, &mut Vec<u8>) -> bool) {
    let _ = fs::remove_dir_all(folder);
    fs::create_dir_all(folder).expect("a folder for the changed page");
    for entry in fs::read_dir(browser_tests::dist()).expect("dist").flatten() {
        let Ok(mut content) = fs::read(entry.path()) else { continue };
        if change(&entry.file_name().to_string_lossy(), &mut content) {
            fs::write(folder.join(entry.file_name()), content).expect("a copy");
        }
    }
}

/// The ids of the tabs, in their order.
fn tabs(page: &Page) -> Vec<String> {
    let ids = page.eval("return [...document.querySelectorAll('[role=tab]')].map((tab) => tab.id)");
    ids.as_array().into_iter().flatten().map(string).collect()
}

/// Whether an element is there and shown.
fn shown(page: &Page, selector: &str) -> bool {
    page.eval_with(SHOWN, vec![selector.into()]) == true
}

const SHOWN: &str = "return [...document.querySelectorAll(arguments[0])].some((element) => element.getClientRects().length > 0)";

#[track_caller]
fn wait_for_shown(page: &Page, selector: &str, wanted: bool) {
    let json = Value::from(selector);
    let condition = SHOWN.replace("arguments[0]", &json.to_string()).replacen("return", "return (", 1);
    page.wait_until(&format!("{selector} is shown: {wanted}"), &format!("{condition}) === {wanted}"));
}
