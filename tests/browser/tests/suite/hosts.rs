//! A live calculator inside sites made with documentation tools, on another origin, under each host's own strict policy.
//!
//! The sites in `tests/browser/hosts` are built once in a run, by the tools themselves; each engine gets a copy in which
//! the calculator has the address of its own server.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use browser_tests::{Browser, Page, Site, in_every_browser};
use serde_json::json;
use sha2::{Digest, Sha256};

use crate::{string, verdict};

/// What the sources call the calculator.
const PLACEHOLDER: &str = "https://calculator.example/";

/// A documentation tool.
pub struct Tool {
    name: &'static str,
    /// Where it leaves the site, in the folder of the sources.
    output: &'static str,
    /// The page with the elements, if it is not the first.
    page: &'static str,
    /// What switches its colours, one click after the other; the first that is shown is clicked.
    switch: &'static [&'static str],
    built: OnceLock<PathBuf>,
}

impl Tool {
    const fn new(
        name: &'static str,
        output: &'static str,
        page: &'static str,
        switch: &'static [&'static str],
    ) -> Self {
        Self { name, output, page, switch, built: OnceLock::new() }
    }

    /// The program that builds the sources.
    fn command(&self) -> Command {
        let hosts = tools();
        let (program, arguments): (PathBuf, &[&str]) = match self.name {
            "mkdocs" => (hosts.join("python/bin/python"), &["-m", "mkdocs", "build", "--strict"]),
            "sphinx" => (hosts.join("python/bin/python"), &["-m", "sphinx", "-W", ".", "built"]),
            "docusaurus" => {
                ("node".into(), &["../node_modules/@docusaurus/core/bin/docusaurus.mjs", "build"])
            }
            "starlight" => ("node".into(), &["../node_modules/astro/astro.js", "build"]),
            _ => ("mdbook".into(), &["build"]),
        };
        let mut command = Command::new(program);
        command.args(arguments).env("ASTRO_TELEMETRY_DISABLED", "1");
        command
    }

    /// Where the sources are built: those of Node's tools beside the packages, where alone all of them find each other.
    fn workplace(&self) -> PathBuf {
        let beside = tools().join(self.name);
        if beside.join("node_modules").is_dir() {
            return beside.join(format!("site-{}", std::process::id()));
        }
        browser_tests::root().join("target/browser-tests/hosts").join(self.name)
    }

    /// The folder with the built site.
    fn built(&self) -> &Path {
        self.built.get_or_init(|| {
            let place = self.workplace();
            let _ = fs::remove_dir_all(&place);
            let sources = Path::new(env!("CARGO_MANIFEST_DIR")).join("hosts").join(self.name);
            copied(&sources, &place, |_| None);
            let run = self.command().current_dir(&place).output();
            let run =
                run.unwrap_or_else(|error| panic!("{} does not start: {error}. Run ./dev setup.", self.name));
            let said =
                [run.stdout, run.stderr].map(|text| String::from_utf8_lossy(&text).into_owned()).concat();
            assert!(run.status.success(), "{}: {said}", self.name);
            let built = browser_tests::root().join("target/browser-tests/sites").join(self.name);
            let _ = fs::remove_dir_all(&built);
            copied(&place.join(self.output), &built, |_| None);
            let _ = fs::remove_dir_all(&place);
            built
        })
    }

    /// The site with the calculator's address in it, served under its policy.
    fn serve(&self, browser: Browser, calculator: &Site) -> Site {
        let copy =
            browser_tests::root().join(format!("target/browser-tests/hosts-{}-{browser:?}", self.name));
        let _ = fs::remove_dir_all(&copy);
        copied(self.built(), &copy, |text| {
            text.contains(PLACEHOLDER).then(|| text.replace(PLACEHOLDER, calculator.url()))
        });
        Site::of_folder(
            "/docs/",
            &copy,
            &policy(
                &copy.join(if self.page.is_empty() { "index.html" } else { self.page }),
                calculator.address(),
            ),
        )
    }
}

/// The folder with the documentation tools.
fn tools() -> PathBuf {
    let tools = std::env::var_os("LLM_BREAKEVEN_TOOLS")
        .map_or_else(|| browser_tests::root().join(".tools"), PathBuf::from);
    tools.join("hosts")
}

/// Copies a folder; `change` may alter its texts.
fn copied(from: &Path, to: &Path, change: impl Fn(&str) -> Option<String> + Copy) {
    fs::create_dir_all(to).expect("a folder");
    for entry in fs::read_dir(from).unwrap_or_else(|error| panic!("{}: {error}", from.display())).flatten() {
        let (path, target) = (entry.path(), to.join(entry.file_name()));
        if path.is_dir() {
            copied(&path, &target, change);
            continue;
        }
        let content = fs::read(&path).expect("a file of the site");
        let changed = String::from_utf8(content.clone()).ok().and_then(|text| change(&text));
        fs::write(target, changed.map_or(content, String::into_bytes)).expect("a copy");
    }
}

/// As strict as this site allows: nothing from elsewhere but the calculator's script and frame, and of inline scripts
/// only the site's own.
fn policy(page: &Path, calculator: &str) -> String {
    let html = fs::read_to_string(page).expect("the site's page");
    let inline = html.split("<script").skip(1).filter_map(|rest| {
        let (attributes, rest) = rest.split_once('>')?;
        let (script, _) = rest.split_once("</script>")?;
        (!attributes.contains("src=")).then_some(script)
    });
    let hashes = inline.map(|script| format!(" 'sha256-{}'", BASE64_STANDARD.encode(Sha256::digest(script))));
    format!(
        "default-src 'self'; script-src 'self' {calculator}{}; style-src 'self' 'unsafe-inline'; \
         img-src 'self' data:; font-src 'self' data:; frame-src {calculator}; \
         base-uri 'none'; form-action 'none'",
        hashes.collect::<String>()
    )
}

/// The frame of an element.
pub fn frame_of(id: &str) -> String {
    format!("return document.querySelector('#{id}').shadowRoot.querySelector('iframe')")
}

/// Waits until the element's calculator has said that it is ready.
pub fn wait_for_calculator(page: &Page, id: &str) {
    page.wait_until(
        "the element is defined",
        &format!("return !!document.querySelector('#{id}')?.shadowRoot?.querySelector('iframe')"),
    );
    page.eval(&format!("document.querySelector('#{id}').scrollIntoView({{ behavior: 'instant' }})"));
    page.wait_until(
        "what was written inside the element has given way",
        &format!(
            "const root = document.querySelector('#{id}').shadowRoot; return !root.querySelector('slot') && root.querySelector('iframe').style.height !== ''"
        ),
    );
}

/// Height of the frame, as the host draws it.
fn drawn_height(page: &Page, id: &str) -> f64 {
    let script =
        format!("return document.querySelector('#{id}').shadowRoot.querySelector('iframe').clientHeight");
    page.eval(&script).as_f64().unwrap_or_default()
}

/// The content's height, seen from inside.
fn content_height(page: &Page, id: &str) -> f64 {
    page.enter_frame_of(&frame_of(id));
    let height =
        page.eval("return document.body.getBoundingClientRect().height").as_f64().unwrap_or_default();
    page.leave_frame();
    height
}

/// Waits until the frame is as high as its content, and tells how high that is.
#[track_caller]
pub fn wait_for_height(page: &Page, id: &str) -> f64 {
    let began = std::time::Instant::now();
    loop {
        let (drawn, content) = (drawn_height(page, id), content_height(page, id));
        if (drawn - content).abs() <= 1.0 {
            return drawn;
        }
        assert!(
            began.elapsed() < browser_tests::page::PATIENCE,
            "{:?}: #{id} is {drawn} px high, its content {content}",
            page.browser()
        );
        std::thread::sleep(std::time::Duration::from_millis(50));
    }
}

/// Everything that holds for every tool.
fn live_in(page: &Page, tool: &Tool) {
    let calculator = Site::of_dist("/calculator/");
    let host = tool.serve(page.browser(), &calculator);
    page.goto(&format!("{}{}", host.url(), tool.page));
    let (address, history) = (page.url(), page.eval("return history.length"));
    page.eval("window.heard = []; document.addEventListener('change', (e) => e.detail && heard.push([e.target.id, e.detail.scenario, e.detail.link]))");
    wait_for_calculator(page, "live");
    let before = wait_for_height(page, "live");
    assert!(before > 300.0, "{before} px");

    page.enter_frame_of(&frame_of("live"));
    page.wait_for_text(".verdict", "12B tokens a month");
    assert_eq!(page.eval("return document.documentElement.dataset.theme"), "light");
    assert_eq!(page.eval("return document.querySelector('#model').disabled"), true);
    let said = verdict(page);
    fill_in_frame(page, "#volume", "300B");
    page.wait_for_text(".verdict", "300B tokens a month");
    assert_ne!(verdict(page), said);
    // an error needs room
    page.set("#requestTokens", "bananas");
    page.wait_until("an error", "return !!document.querySelector('.error')");
    page.leave_frame();
    assert!(wait_for_height(page, "live") > before, "the frame follows its content");
    page.wait_until("the host hears of the change", "return heard.length > 0");
    let heard = page.eval("return heard[0]");
    assert_eq!(heard[0], "live");
    assert!(string(&heard[1]).contains(";t=300B;pg=2.25;"), "{heard}");
    assert_eq!(string(&heard[2]), format!("{}#{}", calculator.url(), string(&heard[1])));

    // some switches go through a third state
    for _ in 0..3 {
        if is_dark_soon(page) {
            break;
        }
        switch_colours(page, tool);
    }
    page.enter_frame_of(&frame_of("live"));
    page.wait_until("dark as its host", "return document.documentElement.dataset.theme === 'dark'");
    page.assert_quiet();
    page.leave_frame();

    wait_for_calculator(page, "card");
    assert!(wait_for_height(page, "card") < 260.0);
    page.enter_frame_of(&frame_of("card"));
    page.wait_for_text(".verdict", "tokens a month");
    assert_eq!(page.eval("return [...document.querySelectorAll('.cost, .levers, .small-print, button')].filter((e) => e.getClientRects().length).length"), 0);
    assert_eq!(page.eval("return document.documentElement.dataset.theme"), "dark");
    page.assert_quiet();
    page.leave_frame();
    assert_eq!(page.url(), address, "the host's address is its own");
    assert_eq!(page.eval("return history.length"), history, "the host's history is its own");
    assert_eq!(page.eval("return heard.filter(([id]) => id !== 'live')"), json!([]));
}

/// Whether the calculator is dark within three seconds: the host's message has its way to go, also on a busy machine.
fn is_dark_soon(page: &Page) -> bool {
    page.enter_frame_of(&frame_of("live"));
    let dark = (0..20).any(|_| {
        std::thread::sleep(std::time::Duration::from_millis(150));
        page.eval("return document.documentElement.dataset.theme") == "dark"
    });
    page.leave_frame();
    dark
}

/// Uses the host's own switch.
fn switch_colours(page: &Page, tool: &Tool) {
    for selector in tool.switch {
        page.eval_with(
            // it is at the top of the page, where some hosts would glide slowly
            "scrollTo({ top: 0, behavior: 'instant' });
             document.querySelectorAll('[data-hit]').forEach((e) => e.removeAttribute('data-hit'));
             [...document.querySelectorAll(arguments[0])].find((e) => e.getClientRects().length && e.getBoundingClientRect().top >= 0)?.setAttribute('data-hit', '')",
            vec![json!(selector)],
        );
        if *selector == "starlight-theme-select select" {
            page.set("[data-hit]", "dark");
        } else {
            page.click("[data-hit]");
        }
    }
}

static MDBOOK: Tool =
    Tool::new("mdbook", "book", "element.html", &["#mdbook-theme-toggle", "#mdbook-theme-coal"]);
static MKDOCS: Tool = Tool::new("mkdocs", "site", "", &["[data-md-component=palette] label"]);
static SPHINX: Tool = Tool::new("sphinx", "built", "", &["button.theme-toggle"]);
static DOCUSAURUS: Tool = Tool::new("docusaurus", "build", "", &["nav button[class*=toggleButton]"]);
static STARLIGHT: Tool = Tool::new("starlight", "dist", "", &["starlight-theme-select select"]);

in_every_browser!(an_element_in_mdbook, |page| { live_in(page, &MDBOOK) });
in_every_browser!(an_element_in_mkdocs_material, |page| { live_in(page, &MKDOCS) });
in_every_browser!(an_element_in_sphinx_with_furo, |page| { live_in(page, &SPHINX) });
in_every_browser!(an_element_in_docusaurus, |page| { live_in(page, &DOCUSAURUS) });
in_every_browser!(an_element_in_starlight, |page| { live_in(page, &STARLIGHT) });

/// What of the page is not shown in a frame.
const VISIBLE_PAGE_PARTS: &str = "
    return [...document.querySelectorAll('.page-only, footer, .views, .tagline')]
        .filter((e) => e.getClientRects().length > 0).map((e) => e.textContent)";

in_every_browser!(plain_frames_in_mdbook, |page| {
    let calculator = Site::of_dist("/calculator/");
    let host = MDBOOK.serve(page.browser(), &calculator);
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
        assert_eq!(page.eval(VISIBLE_PAGE_PARTS), json!([]));
        assert!(page.count("a.embed-only[target=_blank]") == 1, "a way to the whole page");
        let scheme = string(&page.eval("return document.documentElement.dataset.theme || ''"));
        assert_eq!(scheme == "dark", dark);
        let before = verdict(page);
        fill_in_frame(page, "#volume", "300B");
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

/// Types into a field of a frame of another origin.
fn fill_in_frame(page: &Page, selector: &str, text: &str) {
    match page.browser() {
        Browser::WebKit => page.set(selector, text), // its driver cannot type there
        _ => page.fill(selector, text),
    }
}
