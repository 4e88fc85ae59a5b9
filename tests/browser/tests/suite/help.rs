//! Keys, help, colours.

use browser_tests::{Browser, Page, Scheme, in_every_browser, keys};

use crate::{assert_stands, fresh, tabs, verdict, wait_for_shown};

in_every_browser!(single_keys_act, |page| {
    fresh(page);
    page.press("/");
    page.wait_until("the volume has the keyboard", "return document.activeElement.id === 'volume'");
    // in a field the same keys are text
    page.press("t");
    assert!(page.value("#volume").contains('t'));
    page.press(keys::ESCAPE);
    page.blur();
    let tabs = tabs(page);
    page.click(&format!("#{}", tabs[tabs.len() - 1]));
    page.blur();
    page.press("t");
    page.wait_until("the table", &selected(&tabs[0]));
    page.press("c");
    // whether a browser under test may write to the clipboard differs; that it is told does not
    page.wait_until(
        "told",
        "return /Link copied|address bar/.test(document.querySelector('.toast').textContent)",
    );
    let before = verdict(page);
    page.set("#volume", "70B");
    page.wait_for_fragment("t=70B");
    page.blur();
    page.press("u");
    page.wait_until("undone", "return !location.href.includes('t=70B')");
    page.wait_for_text(".verdict", "5B tokens a month");
    assert_eq!(verdict(page), before);
    assert_stands(page);
});

in_every_browser!(help_opens_and_closes, |page| {
    fresh(page);
    page.press("?");
    wait_for_shown(page, ".help-panel", true);
    page.press("?");
    wait_for_shown(page, ".help-panel", false);
    page.click("nav button:last-of-type");
    wait_for_shown(page, ".help-panel", true);
    page.press(keys::ESCAPE);
    wait_for_shown(page, ".help-panel", false);
    page.press("?");
    wait_for_shown(page, ".help-panel", true);
    page.click(".help-panel input");
    page.blur();
    page.press("/");
    assert_ne!(page.eval("return document.activeElement.id"), "volume", "keys are off");
    page.click(".help-panel button");
    wait_for_shown(page, ".help-panel", false);
});

/// Whether a tab is the open one.
fn selected(tab: &str) -> String {
    format!("return document.getElementById('{tab}').getAttribute('aria-selected') === 'true'")
}

const PAPER: &str = "return getComputedStyle(document.body).backgroundColor.match(/[\\d.]+/g).slice(0, 3).reduce((a, b) => a + Number(b), 0)";

fn brightness(page: &Page) -> f64 {
    page.eval(PAPER).as_f64().expect("a colour")
}

in_every_browser!(the_button_changes_the_colours, |page| {
    fresh(page);
    let theme = "nav .page-only:nth-last-of-type(2)";
    let is = |name: Option<&str>| {
        let want = name.map_or("null".to_owned(), |name| format!("'{name}'"));
        page.wait_until(
            "the theme",
            &format!("return document.documentElement.getAttribute('data-theme') === {want}"),
        );
    };
    is(None);
    page.click(theme);
    is(Some("light"));
    let light = brightness(page);
    page.click(theme);
    is(Some("dark"));
    assert!(brightness(page) + 300.0 < light, "dark is darker");
    page.click(theme);
    is(None);
});

fn dark(browser: Browser) {
    let page = Page::start_in(browser, Scheme::Dark);
    fresh(&page);
    assert!(brightness(&page) < 200.0, "the system's dark is followed: {}", brightness(&page));
    page.assert_quiet();
}

#[test]
fn dark_system_chromium() {
    dark(Browser::Chromium);
}

#[test]
fn dark_system_firefox() {
    dark(Browser::Firefox);
}

#[test]
fn dark_system_webkit() {
    dark(Browser::WebKit);
}
