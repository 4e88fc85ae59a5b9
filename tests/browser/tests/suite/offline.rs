//! The service worker: the page without a network after one visit, updates that are offered and never forced, and
//! nothing of it in frames.

use std::fs;
use std::path::{Path, PathBuf};
use std::thread::sleep;
use std::time::Duration;

use browser_tests::{Page, Site, in_every_browser};
use serde_json::{Value, json};

use crate::{DEEP, assert_stands, copy_with, fresh, shown, string, verdict, wait_for_shown};

/// Longer than the page waits before it registers the worker.
const REGISTERED_BY: Duration = Duration::from_millis(2500);

/// Waits until the page's files are kept.
#[track_caller]
pub fn wait_until_kept(page: &Page) {
    assert_eq!(page.eval("return 'serviceWorker' in navigator"), true, "this engine has service workers");
    page.wait_until("the worker is in charge", "return !!navigator.serviceWorker.controller");
}

/// As a hand reloads: Firefox's driver goes past the service worker.
#[track_caller]
fn reload(page: &Page) {
    page.eval("window.__old = true; setTimeout(() => location.reload(), 0)");
    page.wait_until(
        "the page anew",
        "return !window.__old && document.documentElement.dataset.started !== undefined",
    );
}

/// The names of the kept versions.
fn caches(page: &Page) -> Vec<String> {
    let names = page.eval_async("caches.keys().then(arguments[arguments.length - 1])");
    names.as_array().into_iter().flatten().map(string).collect()
}

in_every_browser!(works_without_a_network_after_one_visit, |page| {
    let site = fresh(page);
    wait_until_kept(page);
    site.stop();
    // opened before the network went: the larger views are there too
    page.open_view("Hardware ranking");
    assert!(page.count("#view tbody tr") > 5);
    // and opened without it, by a link, with another query
    // each with a volume of its own: Firefox's driver may still answer from the page before
    for (query, volume) in [("", "7B"), ("?n=1", "8B"), ("index.html", "9B")] {
        page.open(&format!("{}{query}#1;t={volume}", site.url()));
        page.wait_for_text(".verdict", &format!("{volume} tokens a month"));
        assert_stands(page);
    }
    for view in page.views() {
        page.open_view(&view);
        assert!(
            !page
                .eval("return document.querySelector('#view').textContent")
                .to_string()
                .contains("could not be made")
        );
    }
    page.fill("#volume", "90B");
    page.wait_for_text(".verdict", "90B tokens a month");
    page.wait_for_fragment("t=90B");
    reload(page);
    page.wait_for_text(".verdict", "90B tokens a month");
    assert_stands(page);
});

// What is kept must be the published files, or an update could never be told from damage.
in_every_browser!(what_is_kept_is_what_the_site_has, |page| {
    let site = fresh(page);
    wait_until_kept(page);
    let found = page.eval_async(
        "const done = arguments[arguments.length - 1];
         (async () => {
             const [name] = await caches.keys(), cache = await caches.open(name), found = [];
             for (const { url } of await cache.keys()) {
                 const [kept, there] = await Promise.all([cache.match(url), fetch(url, { cache: 'reload' })]);
                 const [a, b] = await Promise.all([kept.arrayBuffer(), there.arrayBuffer()]);
                 found.push([url, a.byteLength > 0 && a.byteLength === b.byteLength]);
             }
             done(found);
         })().catch((error) => done(String(error)));",
    );
    let found = found.as_array().unwrap_or_else(|| panic!("{found}")).clone();
    for ending in ["/", ".css", ".wasm", ".txt", "manifest.webmanifest", "icon.svg", "icon-512.png"] {
        assert!(found.iter().any(|one| string(&one[0]).ends_with(ending)), "{ending} is kept: {found:?}");
    }
    assert!(found.len() >= 14 && found.iter().all(|one| one[1] == true), "{found:?}");
    assert!(found.iter().all(|one| string(&one[0]).starts_with(site.url())));
});

/// A site in a folder of its own, whose version can be changed.
struct Published {
    folder: PathBuf,
    version: String,
}

impl Published {
    fn new(page: &Page, name: &str) -> (Self, Site) {
        let folder = browser_tests::root().join(format!("target/browser-tests/{name}-{:?}", page.browser()));
        copy_with(&folder, |_, _| true);
        let html = fs::read_to_string(folder.join("index.html")).expect("index.html");
        let (_, rest) = html.split_once("name=\"version\" content=\"").expect("a version");
        let version = rest.split('"').next().expect("its end").to_owned();
        let site = Site::of_folder(DEEP, &folder, &browser_tests::site::published_policy());
        (Self { folder, version }, site)
    }

    /// As another build would: another version with another heading, in these of its two files.
    fn publish(&mut self, version: &str, files: &[&str]) {
        for name in files {
            let file = self.folder.join(name);
            let text = fs::read_to_string(&file).expect("a file of the page");
            assert!(text.contains(&self.version), "{name} has the version");
            let text = text.replace(&self.version, version);
            let text = text.replace(">LLM Breakeven</h1>", &format!(">LLM Breakeven {version}</h1>"));
            write(&file, &text);
        }
        self.version = version.into();
    }
}

/// In one go, for the site may be reading it.
fn write(file: &Path, text: &str) {
    let new = file.with_extension("new");
    fs::write(&new, text).expect("a file of the page");
    fs::rename(new, file).expect("a file of the page");
}

const TOAST: &str = "#update";
const HEADING: &str = "header h1";

in_every_browser!(an_update_is_offered_and_waits, |page| {
    let (mut published, _site) = Published::new(page, "update");
    page.open(_site.url());
    wait_until_kept(page);
    assert_eq!(caches(page).len(), 1);
    assert!(!shown(page, TOAST), "the first version is no update");

    published.publish("version-2", &["index.html", "sw.js"]);
    reload(page);
    assert_eq!(page.text(HEADING), "LLM Breakeven", "the kept version comes first");
    wait_for_shown(page, TOAST, true);
    assert!(page.text(TOAST).contains("A new version is there"));
    page.eval("window.__same = true");
    page.fill("#volume", "9B");
    page.wait_for_fragment("t=9B");
    page.click("#update button:last-of-type");
    wait_for_shown(page, TOAST, false);
    sleep(Duration::from_millis(500));
    assert_eq!(page.eval("return window.__same"), true, "nothing reloads unasked");

    reload(page);
    wait_for_shown(page, TOAST, true);
    assert_eq!(page.text(HEADING), "LLM Breakeven", "it still waits");
    page.click("#update button");
    page.wait_until(
        "the new version",
        "return document.querySelector('header h1')?.textContent === 'LLM Breakeven version-2'",
    );
    page.wait_until_started();
    page.wait_for_text(".verdict", "9B tokens a month");
    assert!(!shown(page, TOAST));

    published.publish("version-3", &["index.html", "sw.js"]);
    reload(page);
    wait_for_shown(page, TOAST, true);
    page.click("#update button");
    page.wait_until(
        "the next version",
        "return document.querySelector('header h1')?.textContent === 'LLM Breakeven version-3'",
    );
    page.wait_until_started();
    page.open_view("Hardware ranking");
    let kept = caches(page);
    assert!(kept.len() == 2 && kept.iter().all(|name| !name.ends_with(&published.first())), "{kept:?}");
    assert_stands(page);
});

impl Published {
    /// The version of the real build.
    fn first(&self) -> String {
        let html = fs::read_to_string(browser_tests::dist().join("sw.js")).expect("sw.js");
        let (_, rest) = html.split_once("VERSION = \"").expect("a version");
        rest.split('"').next().expect("its end").to_owned()
    }
}

// While a host publishes, it may give the new worker and the old page, or a file that is not the listed one.
in_every_browser!(half_a_version_is_not_installed, |page| {
    let (mut published, site) = Published::new(page, "half");
    published.publish("version-2", &["sw.js"]);
    page.forgive(); // engines tell the failure in the console
    page.open(site.url());
    sleep(REGISTERED_BY);
    page.wait_until("the worker was tried", "return navigator.serviceWorker.getRegistrations().then((all) => all.every((one) => !one.installing))");
    assert_eq!(page.eval("return navigator.serviceWorker.controller"), Value::Null);
    assert_eq!(caches(page), [""; 0], "nothing is left of it");
    assert_stands(page);

    write(
        &published.folder.join("sw.js"),
        &fs::read_to_string(browser_tests::dist().join("sw.js")).expect("sw.js"),
    );
    reload(page);
    wait_until_kept(page);
    assert_eq!(caches(page).len(), 1, "the next visit succeeds");
});

in_every_browser!(frames_and_embeds_leave_it_alone, |page| {
    let folder = browser_tests::root().join(format!("target/browser-tests/framed-{:?}", page.browser()));
    let _ = fs::remove_dir_all(&folder);
    copy_with(&folder.join("page"), |_, _| true);
    let html = "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>Host</title><iframe title=\"Calculator\" src=\"./page/\" width=\"900\" height=\"600\"></iframe>";
    fs::write(folder.join("index.html"), html).expect("the page around");
    let policy = format!("{}; frame-src 'self'", browser_tests::site::published_policy());
    let site = Site::of_folder("/", &folder, &policy);
    page.open(&format!("{}page/?embed", site.url()));
    sleep(REGISTERED_BY);
    page.goto(site.url());
    page.enter_frame("iframe");
    page.wait_until_started();
    sleep(REGISTERED_BY);
    page.leave_frame();
    let asked: Vec<_> =
        site.requests().into_iter().filter(|request| request.path.contains("sw.js")).collect();
    assert_eq!(asked, []);
    let all = page.eval_async("navigator.serviceWorker.getRegistrations().then((all) => arguments[arguments.length - 1](all.length))");
    assert_eq!(all, 0);
});

#[test]
fn it_can_be_installed() {
    let dist = browser_tests::dist();
    let read = |name: &str| fs::read(dist.join(name)).unwrap_or_else(|error| panic!("{name}: {error}"));
    let manifest: Value = serde_json::from_slice(&read("manifest.webmanifest")).expect("JSON");
    for key in ["name", "short_name", "start_url", "display"] {
        assert!(manifest[key].is_string(), "{key}");
    }
    assert_eq!((&manifest["start_url"], &manifest["scope"]), (&json!("./"), &json!("./")), "below any path");
    let icons = manifest["icons"].as_array().expect("icons");
    for icon in icons.iter().filter(|icon| icon["type"] == "image/png") {
        let bytes = read(icon["src"].as_str().expect("a file").trim_start_matches("./"));
        let side = |at: usize| u32::from_be_bytes(bytes[at..at + 4].try_into().expect("four bytes"));
        assert_eq!(format!("{}x{}", side(16), side(20)), icon["sizes"].as_str().expect("a size"));
    }
    for wanted in ["192x192", "512x512", "any"] {
        assert!(icons.iter().any(|icon| icon["sizes"] == wanted), "{wanted}");
    }
    assert!(icons.iter().any(|icon| icon["purpose"] == "maskable"));
}

in_every_browser!(the_manifest_comes_after_the_first_load, |page| {
    fresh(page);
    page.wait_until(
        "the manifest",
        "return document.querySelector('link[rel=manifest]')?.getAttribute('href') === './manifest.webmanifest'",
    );
});

// `verdict` is what every other test reads; here it says that the kept page is the same page.
in_every_browser!(the_kept_page_answers_the_same, |page| {
    let site = fresh(page);
    let answer = verdict(page);
    wait_until_kept(page);
    site.stop();
    page.open(&format!("{}?again", site.url()));
    assert_eq!(verdict(page), answer);
});
