//! The built page in Chromium, Firefox and WebKit, over WebDriver: what the tests, the pictures and the benchmarks share.
//!
//! [`driver`] is the one place that says how a browser starts, [`site`] serves `dist/` the way a static host does, and
//! [`page`] is what a test does with a page, [`paint`] how a slow first visit looks. Calls block and panic with a message: they are for tests.

pub mod driver;
pub mod keys;
pub mod page;
pub mod paint;
pub mod process;
pub mod site;
pub mod views;

pub use driver::{Browser, Scheme};
pub use page::Page;
pub use site::Site;

use std::path::{Path, PathBuf};

/// The repository's folder.
#[must_use]
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().expect("the repository's folder")
}

/// The release build of the page, which every test runs against.
#[must_use]
pub fn dist() -> PathBuf {
    // a copy, when others build at the same time
    let dist = std::env::var_os("LLM_BREAKEVEN_DIST").map_or_else(|| root().join("dist"), PathBuf::from);
    assert!(dist.join("index.html").is_file(), "dist/index.html is missing: run ./dev build");
    dist
}

/// One test in all three engines: `in_every_browser!(name, |page| { … })` makes `name::chromium`, `name::firefox` and
/// `name::webkit`, each with a browser of its own showing nothing yet, and ends them whatever happens. What is in the
/// console at the end fails the test.
#[macro_export]
macro_rules! in_every_browser {
    ($(#[$meta:meta])* $name:ident, |$page:ident| $body:block) => {
        $(#[$meta])*
        mod $name {
            #[allow(unused_imports)]
            use super::*;

            fn body($page: &$crate::Page) $body

            #[test]
            fn chromium() {
                $crate::in_browser($crate::Browser::Chromium, body);
            }

            #[test]
            fn firefox() {
                $crate::in_browser($crate::Browser::Firefox, body);
            }

            #[test]
            fn webkit() {
                $crate::in_browser($crate::Browser::WebKit, body);
            }
        }
    };
}

/// Runs a test in a fresh browser; anything in the console afterwards fails it.
pub fn in_browser(browser: Browser, test: fn(&Page)) {
    let page = Page::start(browser);
    test(&page);
    page.assert_quiet();
}
