//! The whole page as one file, opened from disk: no server, no other file, no request.

use std::fs;
use std::path::PathBuf;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use browser_tests::{Page, in_every_browser, site};
use serde_json::json;
use sha2::{Digest, Sha256};

use crate::{assert_stands, string, verdict};

const NAME: &str = "llm-breakeven.html";

fn built() -> String {
    let file = browser_tests::dist().join(NAME);
    fs::read_to_string(file).expect("dist/llm-breakeven.html is missing: run ./dev build --single-file")
}

/// A copy, alone in a folder with a space in its name, and with the script that watches the console.
fn copy(page: &Page) -> PathBuf {
    let folder = browser_tests::root().join(format!("target/browser-tests/one file {:?}", page.browser()));
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).expect("a folder");
    let hash = BASE64_STANDARD.encode(Sha256::digest(site::WATCH_JS));
    let html = built().replacen("script-src ", &format!("script-src 'sha256-{hash}' "), 1);
    let html = html.replacen("<title>", &format!("<script>{}</script><title>", site::WATCH_JS), 1);
    let file = folder.join(NAME);
    fs::write(&file, html).expect("the copy");
    file
}

fn open(page: &Page, fragment: &str) {
    let file = copy(page).display().to_string().replace(' ', "%20");
    page.open(&format!("file://{file}{fragment}"));
    assert_eq!(page.eval("return window.__complaints.length === 0 && location.protocol"), "file:");
}

in_every_browser!(opens_from_disk_and_answers, |page| {
    open(page, "");
    assert_stands(page);
    let before = verdict(page);
    page.fill("#volume", "3.5B");
    page.wait_for_text(".verdict", "3.5B tokens a month");
    page.wait_for_fragment("t=3.5B");
    assert_ne!(verdict(page), before);
    page.click("nav .page-only"); // undo
    page.wait_until(
        "undone",
        &format!("return document.querySelector('.verdict').textContent === {}", json!(before)),
    );
    assert_eq!(page.count(".plot svg path.api"), 1);
    let asked = page.eval("return performance.getEntriesByType('resource').map((e) => e.name).filter((n) => !/^(blob|data):/.test(n))");
    assert_eq!(asked, json!([]), "nothing is asked for");
});

in_every_browser!(has_every_view_of_the_page, |page| {
    open(page, "#1;t=7B;gpu=h200-sxm");
    page.wait_for_text(".verdict", "7B tokens a month");
    for view in page.views() {
        page.open_view(&view);
        let text = string(&page.eval("return document.querySelector('#view').textContent"));
        assert!(text.len() > 40 && !text.contains("could not be made"), "{view}: {text}");
    }
    page.open_view("Hardware ranking");
    assert!(page.count("#view tbody tr") > 5);
    assert!(page.fragment().contains("gpu=h200-sxm"), "the link stays: {}", page.fragment());
    assert_stands(page);
});

#[test]
fn names_no_file_and_allows_no_one_else() {
    let html = built();
    let (head, _) = html.split_once("</head>").expect("a head");
    for part in ["'unsafe-inline'", "'unsafe-eval'", "'self'", "connect-src", "http:", "https:"] {
        let (_, policy) = head.split_once("Content-Security-Policy").expect("a policy");
        assert!(!policy[..policy.find('>').expect("its end")].contains(part), "{part}");
    }
    for part in ["src=\"", "rel=\"stylesheet\"", "rel=\"manifest\"", "modulepreload", "name=\"version\""] {
        assert!(!head.contains(part), "{part}");
    }
    assert_eq!(html.matches("<script type=\"module\">").count(), 2);
    assert_eq!(html.matches("'sha256-").count(), 2 + html.matches("<style>").count());
}
