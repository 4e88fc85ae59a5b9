//! Narrow screens, and what axe-core finds.

use std::fs;
use std::path::PathBuf;

use browser_tests::{Browser, Page, Scheme, Site, in_every_browser};
use serde_json::json;

use crate::{fresh, string, tabs, wait_for_shown};

/// What sticks out on the right, by tag and class.
const TOO_WIDE: &str = "
    const wide = document.documentElement.scrollWidth > innerWidth;
    return wide ? [...document.querySelectorAll('body *')].filter((e) => e.getBoundingClientRect().right > innerWidth + 1)
        .map((e) => `${e.tagName}.${e.className.baseVal ?? e.className}#${e.id}`) : []";

// Firefox and WebKit cannot make a window this narrow, so in all three a frame is.
in_every_browser!(nothing_overflows_at_320_px, |page| {
    let app = Site::of_dist("/app/");
    let folder = browser_tests::root().join(format!("target/browser-tests/narrow-{:?}", page.browser()));
    fs::create_dir_all(&folder).expect("a folder");
    let html = format!(
        "<!doctype html><html lang=en><meta charset=utf-8><title>narrow</title><iframe src={} width=320 height=700></iframe>",
        app.url()
    );
    fs::write(folder.join("index.html"), html).expect("a page with a frame");
    let host = Site::of_folder("/", &folder, &format!("default-src 'self'; frame-src {}", app.address()));
    page.goto(host.url());
    page.enter_frame("iframe");
    page.wait_until_started();
    assert_eq!(page.eval("return innerWidth <= 320"), true);
    page.eval(&axe_core());
    for (tab, label) in tabs(page).iter().zip(page.views()) {
        page.eval(&format!("document.getElementById('{tab}').click()"));
        page.wait_for_view(&label);
        assert_eq!(page.eval(TOO_WIDE), json!([]), "{label}");
        // tables scroll in boxes of their own
        let view =
            page.eval("const v = document.querySelector('#view'); return v.scrollWidth - v.clientWidth");
        assert!(view.as_f64().is_some_and(|over| over <= 1.0), "{label} is {view} px too wide");
        assert_eq!(violations(page), [""; 0], "{label}");
    }
    page.eval("const e = document.querySelector('#volume'); e.focus(); e.value = 'x'.repeat(200); e.dispatchEvent(new Event('input', { bubbles: true }))");
    page.wait_until("an error", "return !!document.querySelector('.error')");
    assert_eq!(page.eval(TOO_WIDE), json!([]), "with an error");
    page.assert_quiet();
    page.leave_frame();
});

/// The text of axe-core, to be run in the page.
pub fn axe_core() -> String {
    let tools = std::env::var_os("LLM_BREAKEVEN_TOOLS")
        .map_or_else(|| browser_tests::root().join(".tools"), PathBuf::from);
    let file = tools.join("npm-tests/node_modules/axe-core/axe.min.js");
    fs::read_to_string(&file).unwrap_or_else(|error| panic!("{}: {error}. Run ./dev setup.", file.display()))
}

/// Rule and place of everything that axe-core finds now.
pub fn violations(page: &Page) -> Vec<String> {
    let found = page.eval_async(
        "const done = arguments[arguments.length - 1];
         axe.run(document, { resultTypes: ['violations'] })
            .then((result) => done(result.violations.map((v) => `${v.id}: ${v.nodes.slice(0, 4).map((n) => n.target.join(' ') + ' [' + n.any.map((a) => a.message).join('; ') + ']').join(' , ')}`)))
            .catch((error) => done([String(error)]))",
    );
    found.as_array().into_iter().flatten().map(string).collect()
}

#[test]
fn axe_finds_nothing() {
    let page = Page::start(Browser::Chromium);
    let (site, axe) = (Site::of_dist("/"), axe_core());
    let mut all = Vec::new();
    for (width, height) in [(1360, 900), (360, 800)] {
        for scheme in [Scheme::Light, Scheme::Dark] {
            page.emulate_scheme(scheme);
            page.resize(width, height);
            page.goto("about:blank");
            page.open(&format!("{}#1;t=5B;zz=1", site.url()));
            page.eval(&axe);
            let look = |what: &str, all: &mut Vec<String>| {
                all.extend(
                    violations(&page).into_iter().map(|v| format!("{width} px, {scheme:?}, {what}: {v}")),
                );
            };
            for label in page.views() {
                page.open_view(&label);
                look(&label, &mut all);
            }
            page.set("#volume", "bananas");
            page.focus("#volume");
            page.wait_until("an error", "return !!document.querySelector('.error')");
            look("with an error", &mut all);
            page.set("#volume", "5B");
            page.set("#gpu", "t4");
            look("without a plan", &mut all);
            page.blur();
            page.press("?");
            wait_for_shown(&page, ".help-panel", true);
            look("help", &mut all);
        }
    }
    page.open(&format!("{}?embed", site.url()));
    page.eval(&axe);
    all.extend(violations(&page).into_iter().map(|v| format!("embedded: {v}")));
    assert!(all.is_empty(), "{all:#?}");
    page.assert_quiet();
}

// The zero above means something only if axe-core finds what is wrong.
#[test]
fn axe_finds_what_is_wrong() {
    let page = Page::start(Browser::Chromium);
    fresh(&page);
    page.eval(&axe_core());
    page.eval("document.querySelector('#volume').insertAdjacentHTML('afterend', '<img src=\"data:,\">')");
    assert!(
        violations(&page).iter().any(|line| line.starts_with("image-alt")),
        "an image without a text is seen"
    );
}
