//! The version of a built page: `boot.js` with its digest, a meta element with the version, and the service worker's
//! list of files.
//!
//! `boot.js` keeps its name, which an old page may still ask for; the digest behind it keeps a host's or browser's copy of
//! an older one from being taken for it.

use crate::files::{self, put};
use std::fs;
use std::io::Result;
use std::path::Path;

/// Kept for offline use under their own names.
const NAMED: [&str; 4] = ["icon-192.png", "icon-512.png", "icon.svg", "manifest.webmanifest"];

/// Seals a page that has everything.
pub fn seal(dist: &Path) -> Result<()> {
    let boot = fs::read(dist.join("boot.js"))?;
    let boot = (format!("./boot.js?{}", files::short(&boot)), files::integrity(&boot));
    let mut hashed = vec![boot.clone()];
    for name in files::names(dist)?.into_iter().filter(|name| is_hashed(name)) {
        let digest = files::integrity(&fs::read(dist.join(&name))?);
        hashed.push((format!("./{name}"), digest));
    }
    let mut worker = fs::read_to_string(dist.join("sw.js"))?;
    let list: String = hashed.iter().map(|(name, digest)| format!("\n    [{name:?}, {digest:?}],")).collect();
    put(&mut worker, "/*HASHED*/", &format!("{list}\n"))?;
    let list: Vec<String> = NAMED.iter().map(|name| format!("{:?}", format!("./{name}"))).collect();
    put(&mut worker, "/*NAMED*/", &list.join(", "))?;
    files::change_page(dist, |page| {
        put(page, "src=\"./boot.js\"", &format!("src=\"{}\" integrity=\"{}\"", boot.0, boot.1))?;
        let mut all = [worker.as_bytes(), page.as_bytes()].concat();
        for name in NAMED {
            all.extend(fs::read(dist.join(name))?);
        }
        let version = files::short(&all);
        put(&mut worker, "@VERSION@", &version)?;
        put(page, "<!--version-->", &format!("<meta name=\"version\" content=\"{version}\">"))
    })?;
    fs::write(dist.join("sw.js"), worker)
}

/// Whether a name carries a digest of the content, as Trunk's names and ours do.
fn is_hashed(name: &str) -> bool {
    // Trunk leaves leading zeros out
    let hex = |part: &str| part.bytes().take_while(u8::is_ascii_hexdigit).count() >= 12;
    name.match_indices('-').any(|(at, _)| hex(&name[at + 1..]))
}
