//! The page as a person meets it, in three engines, under its real security policy, below a deep path.
//!
//! `in_every_browser!` also fails a test when anything is left in the console: a policy violation, an error, a warning.

#![allow(clippy::expect_used, clippy::panic)] // tests

mod book;
mod choices;
mod help;
mod layout;
mod links;
mod nonsense;
mod start;
mod typing;
mod views;

use browser_tests::{Page, Site};
use serde_json::Value;

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
