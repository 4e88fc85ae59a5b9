//! What SECURITY.md promises of the page: digests, no request after it is there, a frame without any right.

use std::fs;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use browser_tests::{Browser, Page, Site, in_every_browser};
use serde_json::json;
use sha2::{Digest, Sha384};

use crate::{DEEP, assert_stands, copy_with, fresh};

fn integrity(bytes: &[u8]) -> String {
    format!("sha384-{}", BASE64_STANDARD.encode(Sha384::digest(bytes)))
}

/// Every file of the page that a tag can have a digest for has one, and it is right.
#[test]
fn everything_that_the_page_loads_has_its_digest() {
    let dist = browser_tests::dist();
    let html = fs::read_to_string(dist.join("index.html")).expect("index.html");
    let (head, _) = html.split_once("</head>").expect("a head");
    let mut checked = Vec::new();
    for tag in head
        .split('<')
        .filter(|tag| ["src=\"./", "href=\"./", "content=\"./"].iter().any(|at| tag.contains(at)))
    {
        let (_, name) = tag.split_once("=\"./").expect("a name");
        let name = name.split(['"', '?']).next().expect("its end");
        // no attribute of the platform has a digest for these; the service worker checks the worker's
        // and the page does not load the last
        if name.starts_with("worker-") || ["manifest.webmanifest", "oembed.json"].contains(&name) {
            continue;
        }
        let digest = integrity(&fs::read(dist.join(name)).expect("a file of the page"));
        assert!(tag.contains(&digest), "{name}: {tag}");
        checked.push(name.to_owned());
    }
    assert_eq!(checked.len(), 6, "two styles, boot.js, program, glue, catalogue: {checked:?}");
    let worker = fs::read_dir(&dist)
        .expect("dist")
        .flatten()
        .find(|e| e.file_name().to_string_lossy().starts_with("worker-"));
    let worker = fs::read_to_string(worker.expect("the worker").path()).expect("text");
    assert_eq!(worker.matches("integrity: \"sha384-").count(), 2, "its program and its catalogue");
}

// One letter more in any of these must not run, and must be told.
in_every_browser!(a_changed_file_does_not_run, |page| {
    page.forgive();
    for (kind, (start, end)) in
        [("boot", ("boot", ".js")), ("glue", ("app-", ".js")), ("catalogue", ("catalogue-", ".txt"))]
    {
        let folder =
            browser_tests::root().join(format!("target/browser-tests/changed-{kind}-{:?}", page.browser()));
        copy_with(&folder, |name, content| {
            if name.starts_with(start) && name.ends_with(end) {
                content.extend(b"\nwindow.__changed = 1;\n");
            }
            true
        });
        let site = Site::of_folder("/", &folder, &browser_tests::site::published_policy());
        page.goto(site.url());
        if kind == "boot" {
            std::thread::sleep(std::time::Duration::from_millis(700));
        } else {
            page.wait_until("a message", "return !document.querySelector('#boot-message').hidden");
        }
        let ran = page
            .eval("return window.__changed === 1 || document.documentElement.dataset.started !== undefined");
        assert_eq!(ran, false, "a changed {kind} does not run");
        assert!(page.text(".verdict").contains("tokens a month"), "the prerendered answer stays");
    }
});

/// Uses what can be used: inputs, every view, a file, help, theme, undo.
#[track_caller]
fn use_it(page: &Page) {
    for (field, text) in [("#volume", "9B"), ("#gpuPrice", "2.25"), ("#engineers", "1")] {
        page.set(field, text);
    }
    page.wait_for_text(".verdict", "9B tokens a month");
    for view in page.views() {
        page.open_view(&view);
    }
    page.open_view("Your data");
    page.set("#view [data-key=paste]", r#"{"acme/one": {"litellm_provider": "acme", "mode": "chat", "input_cost_per_token": 3e-7, "output_cost_per_token": 7e-7}}"#);
    crate::press(page, "Read what is pasted");
    page.wait_for_text("#view", "Last import: ");
    page.click("[data-act=theme]");
    for _ in ["open", "close"] {
        page.click("[data-act=help]");
    }
    page.click("[data-act=undo]");
}

in_every_browser!(nothing_is_asked_for_once_it_is_there, |page| {
    let site = fresh(page);
    page.wait_until("kept for offline use", "return !!navigator.serviceWorker.controller");
    use_it(page);
    let (before, loaded) =
        (site.requests(), page.eval("return performance.getEntriesByType('resource').length"));
    use_it(page);
    std::thread::sleep(std::time::Duration::from_millis(500));
    assert_eq!(site.requests(), before, "nothing is asked for after load");
    assert_eq!(page.eval("return performance.getEntriesByType('resource').length"), loaded);
    let strays: Vec<_> = before
        .iter()
        .filter(|request| request.status != 200 || !request.path.starts_with(DEEP))
        .filter(|request| !request.path.ends_with("favicon.ico"))
        .collect();
    assert!(strays.is_empty(), "only the page's own files: {strays:?}");
    let elsewhere = page.eval_with(
        "return performance.getEntriesByType('resource').map((e) => e.name).filter((n) => !n.startsWith(arguments[0]))",
        vec![json!(site.address())],
    );
    assert_eq!(elsewhere, json!([]));
});

/// WebKit takes 'self' in a frame without an origin for nothing, so there the frame needs the right to its own origin.
fn rights(browser: Browser) -> &'static str {
    if browser == Browser::WebKit { "allow-scripts allow-same-origin" } else { "allow-scripts" }
}

in_every_browser!(a_frame_without_any_right_works, |page| {
    let calculator = Site::of_dist("/calculator/");
    let folder = browser_tests::root().join(format!("target/browser-tests/sandbox-{:?}", page.browser()));
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).expect("a folder");
    let html = format!(
        "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>Host</title><iframe title=\"Calculator\" sandbox=\"{}\" width=\"900\" height=\"700\" src=\"{}?embed#1;t=12B\"></iframe>",
        rights(page.browser()),
        calculator.url()
    );
    fs::write(folder.join("index.html"), html).expect("the host's page");
    let policy =
        format!("default-src 'none'; script-src 'self'; img-src 'self'; frame-src {}", calculator.address());
    let host = Site::of_folder("/", &folder, &policy);
    page.goto(host.url());
    page.enter_frame("iframe");
    page.wait_until_started();
    page.wait_for_text(".verdict", "12B tokens a month");
    if page.browser() != Browser::WebKit {
        let storage = page.eval("try { return localStorage.length } catch (error) { return error.name }");
        assert_eq!(storage, "SecurityError", "the frame has no storage");
    }
    page.set("#volume", "300B");
    page.wait_for_text(".verdict", "300B tokens a month");
    page.wait_for_fragment("t=300B");
    assert_stands(page);
    page.assert_quiet();
    page.leave_frame();
});
