//! A static host on 127.0.0.1: folders below paths, right content types, the response headers of `public/_headers`.

use std::collections::HashMap;
use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Component, Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;

/// Runs before the page's own scripts and keeps what went wrong, for [`crate::Page::complaints`].
pub const WATCH_JS: &str = include_str!("watch.js");
const WATCH_PATH: &str = "/watch-for-complaints.js";

/// A folder below a path, and the security policy that its answers carry.
#[derive(Clone, Debug)]
struct Mount {
    path: String,
    folder: PathBuf,
    policy: String,
    watched: bool,
}

/// One file that a browser asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// The path with its query.
    pub path: String,
    /// The answer's status.
    pub status: u16,
}

/// A static host that serves until the process ends.
#[derive(Debug)]
pub struct Site {
    address: String,
    home: String,
    shared: Arc<Shared>,
}

/// What every answer needs.
#[derive(Debug)]
struct Shared {
    mounts: Vec<Mount>,
    requests: Mutex<Vec<Request>>,
    /// Of what is measured: each file is compressed once.
    compressed: Mutex<HashMap<String, Vec<u8>>>,
    stopped: AtomicBool,
}

impl Site {
    /// The built page below `path` (which starts and ends with a slash), under its real policy, with complaints kept.
    #[must_use]
    pub fn of_dist(path: &str) -> Self {
        Self::serve(vec![Self::dist_mount(path, true)])
    }

    /// The built page exactly as it is, compressed as hosts do, for measurements.
    #[must_use]
    pub fn of_untouched_dist(path: &str) -> Self {
        Self::serve(vec![Self::dist_mount(path, false)])
    }

    /// Another site's `folder` below `path` under `policy`, with complaints kept.
    #[must_use]
    pub fn of_folder(path: &str, folder: &Path, policy: &str) -> Self {
        Self::serve(vec![Mount {
            path: path.into(),
            folder: folder.into(),
            policy: policy.into(),
            watched: true,
        }])
    }

    fn dist_mount(path: &str, watched: bool) -> Mount {
        Mount { path: path.into(), folder: crate::dist(), policy: published_policy(), watched }
    }

    fn serve(mounts: Vec<Mount>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = format!("http://{}", listener.local_addr().expect("the server's address"));
        let home = format!("{address}{}", mounts[0].path);
        let (requests, compressed) = (Mutex::default(), Mutex::default());
        let shared = Arc::new(Shared { mounts, requests, compressed, stopped: AtomicBool::new(false) });
        let site = Self { address, home, shared: Arc::clone(&shared) };
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let shared = Arc::clone(&shared);
                // A browser that hangs up early is no failure.
                thread::spawn(move || answer(&stream, &shared).ok());
            }
        });
        site
    }

    /// From now on the site cannot be reached: every connection ends without an answer. Only the script that watches
    /// the console is still there.
    pub fn stop(&self) {
        self.shared.stopped.store(true, Ordering::SeqCst);
    }

    /// The address of the first folder.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.home
    }

    /// Scheme, host and port.
    #[must_use]
    pub fn address(&self) -> &str {
        &self.address
    }

    /// What browsers asked for so far.
    #[must_use]
    pub fn requests(&self) -> Vec<Request> {
        self.shared.requests.lock().expect("the list of requests").clone()
    }
}

/// The policy in `public/_headers`, which hosts send.
///
/// # Panics
/// When the file names none.
#[must_use]
pub fn published_policy() -> String {
    let headers = fs::read_to_string(crate::root().join("public/_headers")).expect("public/_headers");
    let policy = headers.lines().find_map(|line| line.trim().strip_prefix("Content-Security-Policy: "));
    policy.expect("a Content-Security-Policy in public/_headers").to_owned()
}

fn answer(stream: &TcpStream, shared: &Shared) -> std::io::Result<()> {
    let mut lines = BufReader::new(stream).lines();
    let first = lines.next().unwrap_or_else(|| Ok(String::new()))?;
    let mut takes_brotli = false;
    for line in lines.by_ref() {
        let line = line?.to_ascii_lowercase();
        if line.is_empty() {
            break;
        }
        takes_brotli |= line.starts_with("accept-encoding:") && line.contains("br");
    }
    let target = first.split(' ').nth(1).unwrap_or("/").to_owned();
    let path = target.split('?').next().unwrap_or("/");
    if shared.stopped.load(Ordering::SeqCst) && path != WATCH_PATH {
        return Ok(());
    }
    let Answer { status, kind, mut body, policy, measured } = look_up(path, &shared.mounts);
    let compressed = measured && takes_brotli;
    if compressed {
        let mut known = shared.compressed.lock().expect("the compressed files");
        body = known.entry(path.to_owned()).or_insert_with(|| brotli(&body)).clone();
    }
    if path != WATCH_PATH {
        shared.requests.lock().expect("the list of requests").push(Request { path: target.clone(), status });
    }
    let mut out = stream;
    write!(
        out,
        "HTTP/1.1 {status} x\r\nContent-Type: {kind}\r\nContent-Length: {}\r\nContent-Security-Policy: {policy}\r\n\
         X-Content-Type-Options: nosniff\r\nReferrer-Policy: no-referrer\r\nCache-Control: {}\r\n\
         Access-Control-Allow-Origin: *\r\n{}Connection: close\r\n\r\n",
        body.len(),
        // As in public/_headers: the wasm's name changes with its content.
        if kind == "application/wasm" { "public, max-age=31536000, immutable" } else { "no-cache" },
        if compressed { "Content-Encoding: br\r\n" } else { "" }
    )?;
    if !first.starts_with("HEAD ") {
        out.write_all(&body)?;
    }
    out.flush()
}

/// What a browser gets for a path.
struct Answer {
    status: u16,
    kind: &'static str,
    body: Vec<u8>,
    policy: String,
    /// Whether it is compressed as hosts do.
    measured: bool,
}

fn look_up(path: &str, mounts: &[Mount]) -> Answer {
    let plain = |status, kind, body: &[u8], policy: &str| Answer {
        status,
        kind,
        body: body.into(),
        policy: policy.into(),
        measured: false,
    };
    let missing = |policy: &str| plain(404, "text/plain", b"not found", policy);
    if path == WATCH_PATH {
        return plain(200, "text/javascript", WATCH_JS.as_bytes(), "");
    }
    if path == "/favicon.ico" {
        return plain(204, "image/x-icon", b"", ""); // browsers ask for it unasked
    }
    let Some(mount) = mounts.iter().find(|mount| path.starts_with(&mount.path)) else { return missing("") };
    let mut file = mount.folder.join(&path[mount.path.len()..]);
    if path.ends_with('/') {
        file.push("index.html");
    }
    let stays_inside = file.components().all(|part| part != Component::ParentDir);
    let body = if stays_inside { fs::read(&file).ok() } else { None };
    let Some(body) = body else { return missing(&mount.policy) };
    let kind = content_type(&file);
    let body = if mount.watched && kind.starts_with("text/html") { with_watch(&body) } else { body };
    Answer { status: 200, kind, body, policy: mount.policy.clone(), measured: !mount.watched }
}

/// At the level of hosts that compress beforehand.
#[must_use]
pub fn brotli(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    let parameters = brotli::enc::BrotliEncoderParams { quality: 11, lgwin: 22, ..Default::default() };
    brotli::BrotliCompress(&mut &bytes[..], &mut out, &parameters).expect("brotli");
    out
}

/// The only thing that the tested page has more than the published one.
fn with_watch(html: &[u8]) -> Vec<u8> {
    let html = String::from_utf8_lossy(html);
    let script = format!("<script src=\"{WATCH_PATH}\"></script>");
    match html.find("<meta charset") {
        Some(at) => format!("{}{script}{}", &html[..at], &html[at..]).into_bytes(),
        None => panic!("the page has no <meta charset>"),
    }
}

fn content_type(file: &Path) -> &'static str {
    match file.extension().and_then(|extension| extension.to_str()).unwrap_or_default() {
        "html" => "text/html; charset=utf-8",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "wasm" => "application/wasm",
        "json" => "application/json",
        "webmanifest" => "application/manifest+json",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "ico" => "image/x-icon",
        "woff2" => "font/woff2",
        "txt" => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}
