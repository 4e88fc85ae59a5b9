//! Every view, whatever its name: it opens, says something, and axe-core finds nothing, light and dark.

use std::time::Instant;

use browser_tests::{Browser, Page, Scheme};
use serde_json::json;

use crate::layout::{axe_core, violations};
use crate::{assert_stands, fresh, string};

/// Numbers that are none, and what a program says in place of a text.
const SLIPS: &str = "return document.querySelector('#view').textContent.match(/\\b(NaN|undefined|null|inf|Infinity|Some\\(|None)\\b/g) ?? []";

fn all_open(browser: Browser, scheme: Scheme) {
    let page = Page::start_in(browser, scheme);
    fresh(&page);
    page.eval(&axe_core());
    let labels = page.views();
    assert!(labels.len() >= 12, "{labels:?}");
    let mut slowest = (0, String::new());
    let mut found = Vec::new();
    for label in &labels {
        let began = Instant::now();
        page.open_view(label);
        slowest = slowest.max((began.elapsed().as_millis(), label.clone()));
        let text = string(&page.eval("return document.querySelector('#view').innerText"));
        let rows = page.count("#view tbody tr");
        assert!(rows > 0 || text.len() > 100, "{label} shows {rows} rows and says {text:?}");
        assert_eq!(page.eval(SLIPS), json!([]), "{label}");
        assert!(!text.contains("could not be made"), "{label}: {text}");
        found.extend(violations(&page).into_iter().map(|one| format!("{label}: {one}")));
    }
    println!(
        "{browser:?}, {scheme:?}: {} views, the slowest in {} ms: {}",
        labels.len(),
        slowest.0,
        slowest.1
    );
    assert!(found.is_empty(), "{found:#?}");
    assert_stands(&page);
    page.assert_quiet();
}

#[test]
fn light_chromium() {
    all_open(Browser::Chromium, Scheme::Light);
}

#[test]
fn light_firefox() {
    all_open(Browser::Firefox, Scheme::Light);
}

#[test]
fn light_webkit() {
    all_open(Browser::WebKit, Scheme::Light);
}

#[test]
fn dark_chromium() {
    all_open(Browser::Chromium, Scheme::Dark);
}

#[test]
fn dark_firefox() {
    all_open(Browser::Firefox, Scheme::Dark);
}

#[test]
fn dark_webkit() {
    all_open(Browser::WebKit, Scheme::Dark);
}
