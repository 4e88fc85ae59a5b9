//! What a test does with a page. Every call blocks, has a deadline, and panics with the selector and the engine's name.

use std::cell::{Cell, RefCell};
use std::fs;
use std::future::Future;
use std::path::Path;
use std::time::{Duration, Instant};

use fantoccini::elements::Element;
use fantoccini::error::{CmdError, NewSessionError};
use fantoccini::wd::WebDriverCompatibleCommand;
use fantoccini::{Client, ClientBuilder, Locator};
use http::Method;
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value, json};
use tokio::runtime::Runtime;
use url::{ParseError, Url};

use crate::driver::{Browser, Driver, Scheme};

const CALL_DEADLINE: Duration = Duration::from_secs(30);
/// For what the page does by itself; generous, for a test machine may be busy.
pub const PATIENCE: Duration = Duration::from_secs(15);

/// A browser window under test.
#[derive(Debug)]
pub struct Page {
    browser: Browser,
    pub(crate) client: Client,
    runtime: Runtime,
    /// Chromium's log is emptied by reading it, so what was read is kept.
    log: RefCell<Vec<String>>,
    forgiven: Cell<bool>,
    // Last: the driver ends after the session.
    _driver: Driver,
}

impl Page {
    /// A fresh browser of this kind, in the light scheme.
    #[must_use]
    pub fn start(browser: Browser) -> Self {
        Self::start_in(browser, Scheme::Light)
    }

    /// A fresh browser of this kind whose system prefers `scheme`.
    ///
    /// # Panics
    /// When the browser does not start.
    #[must_use]
    pub fn start_in(browser: Browser, scheme: Scheme) -> Self {
        let driver = Driver::start(browser, scheme);
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build();
        let runtime = runtime.expect("a runtime for the driver's client");
        let session: Result<Client, NewSessionError> = runtime.block_on(async {
            let mut builder = ClientBuilder::new(HttpConnector::new());
            builder.capabilities(driver.capabilities.clone());
            let session = tokio::time::timeout(CALL_DEADLINE * 2, builder.connect(&driver.url)).await;
            session.unwrap_or_else(|_| panic!("{browser:?} does not begin a session"))
        });
        let client = session.unwrap_or_else(|error| panic!("{browser:?} does not begin a session: {error}"));
        let page = Self {
            browser,
            client,
            runtime,
            log: RefCell::default(),
            forgiven: Cell::new(false),
            _driver: driver,
        };
        if browser == Browser::Chromium {
            page.emulate_scheme(scheme);
        }
        page
    }

    /// The engine.
    #[must_use]
    pub fn browser(&self) -> Browser {
        self.browser
    }

    fn run<T>(&self, what: &str, call: impl Future<Output = Result<T, CmdError>>) -> Result<T, String> {
        let call = async { tokio::time::timeout(CALL_DEADLINE, call).await };
        match self.runtime.block_on(call) {
            Ok(Ok(value)) => Ok(value),
            Ok(Err(error)) => Err(format!("{:?}: {what}: {error}", self.browser)),
            Err(_) => Err(format!("{:?}: {what}: no answer in {CALL_DEADLINE:?}", self.browser)),
        }
    }

    #[track_caller]
    pub(crate) fn must<T>(&self, what: &str, call: impl Future<Output = Result<T, CmdError>>) -> T {
        self.run(what, call).unwrap_or_else(|problem| panic!("{problem}"))
    }

    /// Loads an address, without waiting for the page's wasm.
    #[track_caller]
    pub fn goto(&self, url: &str) {
        self.keep_complaints();
        self.must(url, self.client.goto(url));
    }

    /// Loads the page again, and waits until its wasm has started.
    #[track_caller]
    pub fn reload(&self) {
        self.keep_complaints();
        self.must("reload", self.client.refresh());
        self.wait_until_started();
    }

    /// Loads an address of the page, and waits until its wasm has started.
    #[track_caller]
    pub fn open(&self, url: &str) {
        self.goto(url);
        self.wait_until_started();
    }

    /// Waits until the wasm has started.
    #[track_caller]
    pub fn wait_until_started(&self) {
        self.wait_until(
            "the page has started",
            "return document.documentElement.dataset.started !== undefined",
        );
    }

    /// Runs a function body in the page and gives back what it returns.
    #[track_caller]
    pub fn eval(&self, script: &str) -> Value {
        self.eval_with(script, vec![])
    }

    /// As [`Page::eval`], with `arguments`.
    #[track_caller]
    pub fn eval_with(&self, script: &str, arguments: Vec<Value>) -> Value {
        self.must(script, self.client.execute(script, arguments))
    }

    /// As [`Page::eval`], for a body that ends by calling its last argument with the result.
    #[track_caller]
    pub fn eval_async(&self, script: &str) -> Value {
        self.must(script, self.client.execute_async(script, vec![]))
    }

    /// Waits until a function body returns something true.
    #[track_caller]
    pub fn wait_until(&self, what: &str, condition: &str) {
        let began = Instant::now();
        loop {
            match self.run(what, self.client.execute(condition, vec![])) {
                Ok(value) if is_true(&value) => return,
                outcome if began.elapsed() > PATIENCE => panic!(
                    "{:?}: not in {PATIENCE:?}: {what} ({condition}); last: {outcome:?}; complaints: {:?}",
                    self.browser,
                    self.complaints()
                ),
                _ => std::thread::sleep(Duration::from_millis(30)),
            }
        }
    }

    /// Waits until an element's text contains `part`.
    #[track_caller]
    pub fn wait_for_text(&self, selector: &str, part: &str) {
        let condition = format!(
            "const e = document.querySelector({}); return !!e && e.textContent.includes({});",
            json!(selector),
            json!(part)
        );
        self.wait_until(&format!("{selector} says {part:?}"), &condition);
    }

    #[track_caller]
    pub(crate) fn find(&self, selector: &str) -> Element {
        self.must(selector, self.client.find(Locator::Css(selector)))
    }

    /// How many elements match.
    #[track_caller]
    pub fn count(&self, selector: &str) -> usize {
        self.must(selector, self.client.find_all(Locator::Css(selector))).len()
    }

    /// The rendered text of the first match.
    #[track_caller]
    pub fn text(&self, selector: &str) -> String {
        let element = self.find(selector);
        self.must(selector, element.text())
    }

    /// An attribute of the first match.
    #[track_caller]
    pub fn attribute(&self, selector: &str, name: &str) -> Option<String> {
        let element = self.find(selector);
        self.must(selector, element.attr(name))
    }

    /// What a field holds.
    #[track_caller]
    pub fn value(&self, selector: &str) -> String {
        let element = self.find(selector);
        self.must(selector, element.prop("value")).unwrap_or_default()
    }

    /// Clicks the first match.
    #[track_caller]
    pub fn click(&self, selector: &str) {
        // WebKit's driver misses what it has to scroll to
        self.eval_with(
            "document.querySelector(arguments[0])?.scrollIntoView({ block: 'center' })",
            vec![json!(selector)],
        );
        let element = self.find(selector);
        self.must(selector, element.click());
    }

    /// Types at the end of what a field holds, key by key, the page reacting to each.
    #[track_caller]
    pub fn type_keys(&self, selector: &str, keys: &str) {
        let element = self.find(selector);
        for key in keys.chars() {
            self.must(selector, element.send_keys(&key.to_string()));
        }
    }

    /// Presses keys wherever the focus is (see [`fantoccini::key::Key`]).
    #[track_caller]
    pub fn press(&self, keys: &str) {
        let focused = self.must("the focused element", self.client.active_element());
        self.must("keys", focused.send_keys(keys));
    }

    /// Replaces what a field holds, typing key by key.
    #[track_caller]
    pub fn fill(&self, selector: &str, text: &str) {
        // WebKit gives the keyboard into a frame only to a click
        self.click(selector);
        self.eval_with("document.querySelector(arguments[0]).select()", vec![json!(selector)]);
        self.type_keys(selector, "\u{e003}"); // Backspace
        self.type_keys(selector, text);
    }

    /// Sets a field in one go, as filling in by a password manager or a slider's jump does.
    #[track_caller]
    pub fn set(&self, selector: &str, text: &str) {
        let script = "const e = document.querySelector(arguments[0]); e.value = arguments[1];
            for (const type of ['input', 'change']) e.dispatchEvent(new Event(type, { bubbles: true }));";
        self.eval_with(script, vec![json!(selector), json!(text)]);
    }

    /// Chooses an option by its value.
    #[track_caller]
    pub fn choose(&self, selector: &str, value: &str) {
        let element = self.find(selector);
        self.must(selector, element.select_by_value(value));
    }

    /// Looks into the frame that matches, until [`Page::leave_frame`].
    #[track_caller]
    pub fn enter_frame(&self, selector: &str) {
        let frame = self.find(selector);
        self.must(selector, frame.enter_frame());
    }

    /// As [`Page::enter_frame`], for the frame that a function body returns: one in a shadow tree no selector finds.
    #[track_caller]
    pub fn enter_frame_of(&self, script: &str) {
        let found = self.eval(script);
        let reference = found.as_object().and_then(|object| object.values().next()).and_then(Value::as_str);
        let reference = reference.unwrap_or_else(|| panic!("{:?}: no element: {script}", self.browser));
        let frame = Element::from_element_id(self.client.clone(), reference.to_owned().into());
        self.must(script, frame.enter_frame());
    }

    /// Back to the page around the frame.
    #[track_caller]
    pub fn leave_frame(&self) {
        self.must("the page around the frame", self.client.clone().enter_parent_frame());
    }

    /// The address in the location bar.
    #[track_caller]
    pub fn url(&self) -> String {
        self.must("the address", self.client.current_url()).into()
    }

    /// Makes the inside of the window this large, as far as the engine can (Firefox ends at about 450 px of width).
    #[track_caller]
    pub fn resize(&self, width: u32, height: u32) {
        if self.browser == Browser::Chromium {
            let size = json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": false });
            self.devtools("Emulation.setDeviceMetricsOverride", size);
            return;
        }
        self.must("resize", self.client.set_window_size(width, height));
        let inside = self.eval("return [innerWidth, innerHeight]");
        let extra =
            |index: usize, wanted: u32| wanted.saturating_sub(inside[index].as_u64().unwrap_or(0) as u32);
        let (more_width, more_height) = (extra(0, width), extra(1, height));
        if more_width + more_height > 0 {
            self.must("resize", self.client.set_window_size(width + more_width, height + more_height));
        }
    }

    /// Switches light and dark while the page runs; only Chromium can.
    #[track_caller]
    pub fn emulate_scheme(&self, scheme: Scheme) {
        let value = if scheme == Scheme::Dark { "dark" } else { "light" };
        let features = json!([{ "name": "prefers-color-scheme", "value": value }]);
        self.devtools("Emulation.setEmulatedMedia", json!({ "features": features }));
    }

    /// A command of Chromium's developer tools.
    #[track_caller]
    pub fn devtools(&self, command: &str, parameters: Value) -> Value {
        assert_eq!(self.browser, Browser::Chromium, "only Chromium has {command}");
        let body = json!({ "cmd": command, "params": parameters });
        self.must(command, self.client.issue_cmd(Vendor { path: "goog/cdp/execute", body }))
    }

    /// Everything that a person would have found in the console of the watched pages that this window showed: policy
    /// violations, errors, warnings.
    #[track_caller]
    pub fn complaints(&self) -> Vec<String> {
        self.keep_complaints();
        self.log.borrow().clone()
    }

    /// Panics when there is anything in the console, unless [`Page::forgive`] was called.
    #[track_caller]
    pub fn assert_quiet(&self) {
        let complaints = self.complaints();
        assert!(self.forgiven.get() || complaints.is_empty(), "{:?}: {complaints:#?}", self.browser);
    }

    /// This test provokes complaints.
    pub fn forgive(&self) {
        self.forgiven.set(true);
    }

    /// Takes the complaints over from the page, which forgets them when it goes.
    fn keep_complaints(&self) {
        let script = "return window.__complaints ? window.__complaints.splice(0) : []";
        let seen = self.run("the console", self.client.execute(script, vec![])).unwrap_or_default();
        let lines = seen.as_array().into_iter().flatten().map(Value::to_string);
        self.log.borrow_mut().extend(lines);
        self.keep_log();
    }

    /// Chromium's own log has what no script can see, such as a preload that nothing used.
    fn keep_log(&self) {
        if self.browser != Browser::Chromium {
            return;
        }
        let log = self.client.issue_cmd(Vendor { path: "se/log", body: json!({ "type": "browser" }) });
        let Ok(Value::Array(entries)) = self.run("the browser's log", log) else { return };
        let bad = entries.iter().filter(|entry| entry["level"] == "SEVERE" || entry["level"] == "WARNING");
        self.log.borrow_mut().extend(bad.map(|entry| entry["message"].to_string()));
    }

    /// A picture of the window (in Chromium of the whole page) into a PNG file. WebKit's driver hangs on this call, so
    /// there it does nothing.
    #[track_caller]
    pub fn screenshot(&self, file: &Path) {
        if self.browser == Browser::WebKit {
            return;
        }
        let picture = self.must("screenshot", self.client.screenshot());
        fs::create_dir_all(file.parent().expect("a file in a folder")).expect("the folder for pictures");
        fs::write(file, picture).expect("the picture's file");
    }
}

impl Drop for Page {
    fn drop(&mut self) {
        // Politely first; the driver's drop ends what is left.
        let goodbye = self.client.clone().close();
        let _ = self.runtime.block_on(async { tokio::time::timeout(Duration::from_secs(5), goodbye).await });
    }
}

fn is_true(value: &Value) -> bool {
    !matches!(value, Value::Null | Value::Bool(false)) && value != &json!(0) && value != &json!("")
}

/// A driver's own command, below the session's address.
#[derive(Debug)]
struct Vendor {
    path: &'static str,
    body: Value,
}

impl WebDriverCompatibleCommand for Vendor {
    fn endpoint(&self, base: &Url, session: Option<&str>) -> Result<Url, ParseError> {
        base.join(&format!("session/{}/{}", session.unwrap_or_default(), self.path))
    }

    fn method_and_body(&self, _: &Url) -> (Method, Option<String>) {
        (Method::POST, Some(self.body.to_string()))
    }
}
