//! How a browser starts: the one place. A browser that cannot be had fails the test, it is not skipped.

use std::io::{BufRead, BufReader};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};
use std::{env, fs, thread};

use fantoccini::wd::Capabilities;
use serde_json::{Value, json};

use crate::process::Program;

const STARTS_WITHIN: Duration = Duration::from_secs(30);

/// A browser engine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Browser {
    /// Chromium with its own driver.
    Chromium,
    /// Firefox with geckodriver.
    Firefox,
    /// WebKitGTK's small browser with its driver, on a virtual screen.
    WebKit,
}

/// What the system says about light and dark.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Scheme {
    /// `prefers-color-scheme: light`
    #[default]
    Light,
    /// `prefers-color-scheme: dark`
    Dark,
}

/// A running driver. Its browser ends with it.
#[derive(Debug)]
pub struct Driver {
    /// Where it listens.
    pub url: String,
    /// What to ask for when a session begins.
    pub capabilities: Capabilities,
    // In the order of their end: the driver with its browser, the screen, the folder.
    _program: Program,
    _screen: Option<Screen>,
    _home: Home,
}

impl Driver {
    /// Starts the driver of `browser` and waits until it listens.
    ///
    /// # Panics
    /// When a program is missing or does not listen in time.
    #[must_use]
    pub fn start(browser: Browser, scheme: Scheme) -> Self {
        let home = Home::new();
        let port = free_port();
        let screen = (browser == Browser::WebKit).then(Screen::start);
        let mut command = match browser {
            Browser::Chromium => chromium_driver(port),
            Browser::Firefox => firefox_driver(port),
            Browser::WebKit => webkit_driver(port, screen.as_ref(), scheme),
        };
        command.env("HOME", &home.path).env("TMPDIR", &home.path).stdout(Stdio::null()).stderr(Stdio::null());
        let program = Program::start(&mut command);
        wait_until_listening(port, browser);
        let capabilities = match browser {
            Browser::Chromium => chromium_capabilities(),
            Browser::Firefox => firefox_capabilities(scheme),
            Browser::WebKit => webkit_capabilities(),
        };
        let Value::Object(capabilities) = capabilities else { unreachable!("capabilities are objects") };
        let url = format!("http://127.0.0.1:{port}");
        Self { url, capabilities, _program: program, _screen: screen, _home: home }
    }
}

fn chromium_driver(port: u16) -> Command {
    let mut command = Command::new("chromedriver");
    command.arg(format!("--port={port}"));
    command
}

fn chromium_capabilities() -> Value {
    json!({
        "browserName": "chrome",
        "goog:loggingPrefs": { "browser": "ALL" },
        "goog:chromeOptions": {
            "binary": program(&["chromium", "google-chrome", "chromium-browser"]),
            "args": [
                "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-quic",
                "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync",
                "--force-color-profile=srgb", "--window-size=1360,900",
            ],
        },
    })
}

fn firefox_driver(port: u16) -> Command {
    let mut command = Command::new("geckodriver");
    command.args([
        "--host",
        "127.0.0.1",
        "--port",
        &port.to_string(),
        "--websocket-port",
        &free_port().to_string(),
    ]);
    command
}

fn firefox_capabilities(scheme: Scheme) -> Value {
    json!({
        "browserName": "firefox",
        "moz:firefoxOptions": {
            "binary": program(&["firefox-esr", "firefox"]),
            "args": ["-headless", "--width=1360", "--height=900"],
            "prefs": {
                "layout.css.prefers-color-scheme.content-override": if scheme == Scheme::Dark { 0 } else { 1 },
                "app.update.enabled": false,
                "network.captive-portal-service.enabled": false,
                "network.connectivity-service.enabled": false,
                "browser.safebrowsing.malware.enabled": false,
                "browser.safebrowsing.phishing.enabled": false,
                "datareporting.policy.dataSubmissionEnabled": false,
                "extensions.update.enabled": false,
            },
        },
    })
}

fn webkit_driver(port: u16, screen: Option<&Screen>, scheme: Scheme) -> Command {
    let mut command = Command::new("WebKitWebDriver");
    command.arg(format!("--port={port}")).arg("--host=127.0.0.1");
    command.env("DISPLAY", screen.map_or(String::new(), |screen| screen.display.clone()));
    // Containers have neither the name spaces of its sandbox nor a graphics card.
    command.env("WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS", "1");
    command.env("WEBKIT_DISABLE_DMABUF_RENDERER", "1").env("WEBKIT_DISABLE_COMPOSITING_MODE", "1");
    command.env("GTK_THEME", if scheme == Scheme::Dark { "Adwaita:dark" } else { "Adwaita" });
    command.env_remove("WAYLAND_DISPLAY").env("GDK_BACKEND", "x11");
    command
}

fn webkit_capabilities() -> Value {
    let browser = mini_browser().expect("WebKit's MiniBrowser is not there: run ./dev setup");
    json!({ "webkitgtk:browserOptions": { "binary": browser, "args": ["--automation"] } })
}

fn mini_browser() -> Option<PathBuf> {
    let folders = ["/usr/lib", "/usr/lib64", "/usr/libexec"];
    let nested =
        folders.iter().filter_map(|folder| fs::read_dir(folder).ok()).flatten().flatten().map(|e| e.path());
    let parents = folders.iter().map(PathBuf::from).chain(nested);
    let names = ["webkit2gtk-4.1", "webkitgtk-6.0", "webkit2gtk-4.0"];
    parents
        .flat_map(|parent| names.map(|name| parent.join(name).join("MiniBrowser")))
        .find(|candidate| candidate.is_file())
}

/// The first of `names` that is on the PATH.
fn program(names: &[&str]) -> PathBuf {
    let path = env::var_os("PATH").unwrap_or_default();
    names
        .iter()
        .flat_map(|name| env::split_paths(&path).map(move |folder| folder.join(name)))
        .find(|candidate| candidate.is_file())
        .unwrap_or_else(|| panic!("none of {names:?} is on the PATH: run ./dev setup"))
}

fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    listener.local_addr().expect("the port").port()
}

fn wait_until_listening(port: u16, browser: Browser) {
    let began = Instant::now();
    while TcpStream::connect(("127.0.0.1", port)).is_err() {
        assert!(began.elapsed() < STARTS_WITHIN, "the driver of {browser:?} does not listen");
        thread::sleep(Duration::from_millis(20));
    }
}

/// A virtual screen that picks its own number, so that several can run.
#[derive(Debug)]
struct Screen {
    display: String,
    _program: Program,
}

impl Screen {
    fn start() -> Self {
        let mut command = Command::new("Xvfb");
        command.args(["-displayfd", "1", "-screen", "0", "1400x1000x24", "-nolisten", "tcp"]);
        command.stdout(Stdio::piped()).stderr(Stdio::null());
        let mut program = Program::start(&mut command);
        let out = program.child().stdout.take().expect("the screen's output");
        let mut number = String::new();
        BufReader::new(out).read_line(&mut number).expect("the screen's number");
        assert!(!number.trim().is_empty(), "Xvfb did not start");
        Self { display: format!(":{}", number.trim()), _program: program }
    }
}

/// A fresh folder for a browser's profile. Its path is short, for sockets are made in it.
#[derive(Debug)]
struct Home {
    path: PathBuf,
}

impl Home {
    fn new() -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let name = format!("lb-{}-{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
        let path = env::temp_dir().join(name);
        fs::create_dir_all(&path).expect("a folder for the browser's profile");
        Self { path }
    }
}

impl Drop for Home {
    fn drop(&mut self) {
        remove(&self.path);
    }
}

/// A browser that is ending may still write into its folder.
fn remove(path: &Path) {
    for _ in 0..20 {
        if fs::remove_dir_all(path).is_ok() || !path.exists() {
            return;
        }
        thread::sleep(Duration::from_millis(50));
    }
}
