//! The page as a person meets it, in three engines, under its real security policy, below a deep path.

use browser_tests::{Site, in_every_browser};

const DEEP: &str = "/some/deep/path/";

in_every_browser!(starts_without_a_complaint, |page| {
    let site = Site::of_dist(DEEP);
    page.open(site.url());
    assert!(page.count("h1") >= 1, "the wasm has run");
    assert_eq!(page.complaints(), Vec::<String>::new());
    let strays: Vec<_> =
        site.requests().into_iter().filter(|r| r.status != 200 || !r.path.starts_with(DEEP)).collect();
    assert_eq!(
        strays.iter().filter(|r| !r.path.ends_with("favicon.ico")).collect::<Vec<_>>(),
        Vec::<&_>::new()
    );
});

// The zero above means something only if a violation is seen.
in_every_browser!(a_violation_of_the_policy_is_seen, |page| {
    let site = Site::of_dist(DEEP);
    page.open(site.url());
    page.eval("const i = new Image(); i.src = 'http://127.0.0.1:9/x.png'; document.body.append(i);");
    page.wait_until("a complaint", "return window.__complaints.some((line) => line.includes('img-src'))");
});

// Hosts send the header, the page brings the meta tag: they must say the same.
#[test]
fn the_meta_policy_is_the_published_one() {
    let html = std::fs::read_to_string(browser_tests::dist().join("index.html")).expect("dist/index.html");
    let policy = browser_tests::site::published_policy();
    assert!(html.contains(&policy), "index.html's meta policy differs from public/_headers: {policy}");
}
