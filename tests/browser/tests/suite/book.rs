//! A live calculator inside a book made with mdBook, on another origin, under the host's own strict policy.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use browser_tests::{Browser, Site, in_every_browser};
use sha2::{Digest, Sha256};

use crate::{string, verdict};

/// Builds `tests/browser/book` with the calculator's address in it.
fn build(browser: Browser, calculator: &str) -> PathBuf {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("book");
    let copy = browser_tests::root().join(format!("target/browser-tests/book-{browser:?}"));
    let _ = fs::remove_dir_all(&copy);
    fs::create_dir_all(copy.join("src")).expect("a folder for the book");
    fs::copy(source.join("book.toml"), copy.join("book.toml")).expect("book.toml");
    for chapter in fs::read_dir(source.join("src")).expect("the chapters").flatten() {
        let text = fs::read_to_string(chapter.path()).expect("a chapter");
        let text = text.replace("https://calculator.example/", calculator);
        fs::write(copy.join("src").join(chapter.file_name()), text).expect("a chapter");
    }
    let built = Command::new("mdbook").arg("build").arg(&copy).output();
    let built = built.unwrap_or_else(|error| panic!("mdbook does not start: {error}. Run ./dev setup."));
    assert!(built.status.success(), "{}", String::from_utf8_lossy(&built.stderr));
    copy.join("book")
}

/// As strict as this book allows: nothing from elsewhere but the calculator's frame, of inline scripts only its own.
fn policy(book: &Path, calculator: &str) -> String {
    let html = fs::read_to_string(book.join("index.html")).expect("the book's page");
    let inline = html.split("<script>").skip(1).filter_map(|rest| rest.split("</script>").next());
    let hashes = inline.map(|script| format!(" 'sha256-{}'", BASE64_STANDARD.encode(Sha256::digest(script))));
    format!(
        "default-src 'none'; script-src 'self'{}; style-src 'self' 'unsafe-inline'; img-src 'self' data:; \
         font-src 'self'; frame-src 'self' {calculator}; base-uri 'none'; form-action 'none'",
        hashes.collect::<String>()
    )
}

/// What of the page is not shown in a frame.
const VISIBLE_PAGE_PARTS: &str = "
    return [...document.querySelectorAll('.page-only, footer, .views, .tagline')]
        .filter((e) => e.getClientRects().length > 0).map((e) => e.textContent)";

in_every_browser!(a_live_calculator_in_a_book, |page| {
    let calculator = Site::of_dist("/calculator/");
    let book = build(page.browser(), calculator.url());
    let host = Site::of_folder("/book/", &book, &policy(&book, calculator.address()));
    page.goto(host.url());
    let (address, history) = (page.url(), page.eval("return history.length"));

    for (frame, answer, dark) in [("#plain", "tokens a month", false), ("#own", "12B tokens a month", true)] {
        assert_eq!(page.attribute(frame, "loading").as_deref(), Some("lazy"));
        page.eval(&format!("document.querySelector('{frame}').scrollIntoView()"));
        page.enter_frame(frame);
        page.wait_until_started();
        page.wait_for_text(".verdict", answer);
        let seen = page.eval("const r = document.querySelector('.verdict').getBoundingClientRect(); return r.height > 20 && r.top >= 0 && r.top < innerHeight");
        assert_eq!(seen, true, "the verdict is in sight");
        assert_eq!(page.count(".plot svg path.api"), 1);
        assert_eq!(page.eval(VISIBLE_PAGE_PARTS), serde_json::json!([]));
        assert!(page.count("a.embed-only[target=_blank]") == 1, "a way to the whole page");
        let scheme = string(&page.eval("return document.documentElement.dataset.theme || ''"));
        assert_eq!(scheme == "dark", dark);
        let before = verdict(page);
        if page.browser() == Browser::WebKit {
            page.set("#volume", "300B"); // its driver cannot type into a frame of another origin
        } else {
            page.fill("#volume", "300B");
        }
        page.wait_for_text(".verdict", "300B tokens a month");
        assert_ne!(verdict(page), before);
        page.wait_for_fragment("t=300B");
        assert_eq!(page.eval("return document.documentElement.scrollWidth <= innerWidth"), true);
        page.assert_quiet();
        page.leave_frame();
    }

    assert_eq!(page.url(), address, "the host's address is its own");
    assert_eq!(page.eval("return history.length"), history, "the host's history is its own");
    assert!(calculator.requests().len() >= 6, "the frames loaded the calculator");
});
