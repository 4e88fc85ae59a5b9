//! Files named by their content, digests, and marks of a text.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use sha2::{Digest, Sha256, Sha384};
use std::io::{Error, Result};
use std::path::Path;

/// The digest as `integrity` attributes and `fetch` take it.
pub fn integrity(bytes: &[u8]) -> String {
    format!("sha384-{}", BASE64_STANDARD.encode(Sha384::digest(bytes)))
}

/// The digest as a content security policy takes it.
pub fn policy_hash(text: &str) -> String {
    format!("'sha256-{}'", BASE64_STANDARD.encode(Sha256::digest(text)))
}

/// What a file is named by: 16 hexadecimal digits.
pub fn short(bytes: &[u8]) -> String {
    Sha384::digest(bytes)[..8].iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Replaces a mark that must be there.
pub fn put(text: &mut String, mark: &str, by: &str) -> Result<()> {
    let at = text.find(mark).ok_or_else(|| Error::other(format!("{mark} is missing")))?;
    text.replace_range(at..at + mark.len(), by);
    Ok(())
}

/// Changes `index.html`.
pub fn change_page(dist: &Path, change: impl FnOnce(&mut String) -> Result<()>) -> Result<()> {
    let file = dist.join("index.html");
    let mut page = std::fs::read_to_string(&file)?;
    change(&mut page)?;
    std::fs::write(file, page)
}

/// The names of a folder's files, in their order.
pub fn names(folder: &Path) -> Result<Vec<String>> {
    let mut names = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        names.extend(entry?.file_name().into_string());
    }
    names.sort();
    Ok(names)
}

/// The one name that begins and ends like this.
pub fn name_like(dist: &Path, start: &str, end: &str) -> Result<String> {
    let found = names(dist)?.into_iter().find(|name| name.starts_with(start) && name.ends_with(end));
    found.ok_or_else(|| Error::other(format!("no file {start}…{end}")))
}
