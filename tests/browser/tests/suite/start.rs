//! The first view: there before any script, the same after it, and quiet.

use std::fs;

use browser_tests::paint::first_visit;
use browser_tests::{Site, in_every_browser};
use llm_breakeven::catalogue::Catalogue;
use llm_breakeven::scenario::link;
use serde_json::json;

use crate::{DEEP, assert_stands, copy_with, fresh, string};

in_every_browser!(shows_answer_chart_and_table, |page| {
    let site = fresh(page);
    assert_stands(page);
    for mark in ["path.api", "path.gpu", "rect.win", "path.you", "circle.cross", "text.you-label"] {
        assert!(page.count(&format!(".plot svg {mark}")) >= 1, "the chart has no {mark}");
    }
    assert!(page.count(".view table tbody tr") >= 10, "the table has rows");
    assert!(page.text(".view table").contains("you"), "the own volume is in it");
    assert!(page.text(".verdict").contains("tokens a month"));
    let strays: Vec<_> = site
        .requests()
        .into_iter()
        .filter(|request| request.status != 200 || !request.path.starts_with(DEEP))
        .filter(|request| !request.path.ends_with("favicon.ico"))
        .collect();
    assert_eq!(strays, []);
    let elsewhere = page.eval_with(
        "return performance.getEntriesByType('resource').map((e) => e.name).filter((n) => !n.startsWith(arguments[0]))",
        vec![json!(site.address())],
    );
    assert_eq!(elsewhere, json!([]));
});

in_every_browser!(the_first_view_needs_no_script, |page| {
    fresh(page);
    let html = fs::read_to_string(browser_tests::dist().join("index.html")).expect("dist/index.html");
    // all that can be read, and all that inputs hold; the chart is drawn for its width, so it may differ, and the
    // views under it are drawn by the program
    let script = "
        const seen = (root) => {
            const app = root.querySelector('#app').cloneNode(true);
            app.querySelectorAll('.plot, #view').forEach((drawn) => { drawn.innerHTML = ''; });
            const texts = [];
            const walker = document.createTreeWalker(app, NodeFilter.SHOW_TEXT);
            for (let node; (node = walker.nextNode());) texts.push(node.data);
            const inputs = [...app.querySelectorAll('input[type=text]')].map((e) => [e.id, e.getAttribute('value'), e.placeholder]);
            const lists = [...root.querySelectorAll('#app select')].map((e) => [e.id, e.value]);
            return { text: texts.join('').replace(/\\s+/g, ''), inputs, lists };
        };
        const before = seen(new DOMParser().parseFromString(arguments[0], 'text/html'));
        return [before, seen(document), document.querySelector('.verdict').textContent];";
    let answer = page.eval_with(script, vec![json!(html)]);
    assert_eq!(answer[0]["text"], answer[1]["text"]);
    assert_eq!(answer[0]["inputs"], answer[1]["inputs"]);
    assert_eq!(answer[0]["lists"], answer[1]["lists"]);
    let first_words: String = string(&answer[2]).chars().take_while(|c| *c != '.').collect();
    assert!(first_words.len() > 8 && html.contains(&first_words), "the file itself says: {first_words}");
});

// The console being empty means something only if a violation is seen.
in_every_browser!(a_violation_of_the_policy_is_seen, |page| {
    fresh(page);
    page.forgive();
    page.eval("const i = new Image(); i.src = 'http://127.0.0.1:9/x.png'; document.body.append(i);");
    page.wait_until("a complaint", "return window.__complaints.some((line) => line.includes('img-src'))");
});

// A blocked file must not leave a page that looks alive and does nothing.
in_every_browser!(a_missing_wasm_is_told, |page| {
    page.forgive();
    let folder = browser_tests::root().join(format!("target/browser-tests/broken-{:?}", page.browser()));
    copy_with(&folder, |name, _| !name.ends_with(".wasm"));
    let site = Site::of_folder("/", &folder, &browser_tests::site::published_policy());
    page.goto(site.url());
    page.wait_until("a message", "return !document.querySelector('#boot-message').hidden");
    assert!(page.text("#boot-message").contains("could not start its calculator"));
    assert!(page.text(".verdict").contains("tokens a month"), "the prerendered answer stays");
});

// A bug anywhere in the program must end in a card that keeps the address, not in a dead page. A catalogue that the
// program cannot read is such a bug.
in_every_browser!(a_bug_shows_the_crash_card, |page| {
    page.forgive();
    let folder = browser_tests::root().join(format!("target/browser-tests/bug-{:?}", page.browser()));
    copy_with(&folder, |name, content| {
        if name.starts_with("catalogue-") {
            *content = b"no catalogue".to_vec();
        } else if name == "index.html" {
            let html = String::from_utf8_lossy(content);
            // its digest would catch the change before the program sees it
            let at = html.find("name=\"catalogue\"").expect("the catalogue in the head");
            let rest = html[at..].replacen("data-integrity", "data-was", 1);
            *content = format!("{}{rest}", &html[..at]).into_bytes();
        }
        true
    });
    let site = Site::of_folder("/", &folder, &browser_tests::site::published_policy());
    page.goto(&format!("{}#1;t=7B", site.url()));
    page.wait_until("the card", "return !document.querySelector('#crash').hidden");
    assert!(page.text("#crash").contains("Your inputs are safe"));
    assert!(page.text("#crash-details").contains("panicked at"), "{}", page.text("#crash-details"));
    assert_eq!(page.fragment(), "1;t=7B");
});

// Hosts send the header, the page brings the meta tag: they must say the same.
#[test]
fn the_meta_policy_is_the_published_one() {
    let html = fs::read_to_string(browser_tests::dist().join("index.html")).expect("dist/index.html");
    let policy = browser_tests::site::published_policy();
    assert!(html.contains(&policy), "index.html's meta policy differs from public/_headers: {policy}");
}

// Only Chromium tells what moves. A link brings another answer, of another length: what stands below it may move a little.
#[test]
fn nothing_moves_on_a_slow_first_visit() {
    let site = Site::of_untouched_dist("/");
    let catalogue = Catalogue::builtin();
    let scenario = link::decode("1;m=deepseek-v3;t=200B;gpu=h200-sxm", catalogue).scenario;
    let link = format!("#{}", link::encode(&scenario));
    for (address, allowed) in [("", 0.0), ("?embed&card", 0.0), (&*link, 0.1)] {
        for size in [(1360, 900), (360, 800)] {
            let visit = first_visit(&site, address, size);
            assert!(visit.shifts <= allowed, "{address:?} at {size:?}: {visit:?}");
        }
    }
}
