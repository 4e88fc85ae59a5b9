//! A scenario as a readable URL fragment: `1;t=5B;in=70;gpu=h100-sxm;k=7f3a`.
//!
//! * The first part is the version of the format, the last a checksum; between them `key=value` in the order of the
//!   field table. Fields at their default are left out. The same scenario gives the same bytes.
//! * Only characters that nothing re-encodes are written: `A–Z a–z 0–9 - . _ ~ * , ; =`.
//! * Decoding is total: any text gives a scenario and a list of [`Notice`]s about what could not be used.
//!
//! ```
//! use llm_breakeven::{catalogue::Catalogue, scenario::{Scenario, link}};
//! let catalogue = Catalogue::builtin();
//! let decoded = link::decode("#1;t=24M/day;in=80", catalogue);
//! assert_eq!(decoded.scenario.volume().value(), 730e6);
//! assert_eq!(decoded.notices, [link::Notice::NoChecksum]);
//! let text = link::encode(&decoded.scenario);
//! assert_eq!(link::decode(&text, catalogue).scenario, decoded.scenario);
//! ```

use super::fields::FieldError;
use super::{FieldId, Scenario, default_of};
use crate::catalogue::Catalogue;

/// The version that is written.
const VERSION: &str = "1";

/// Longest link that is read; longer texts are cut there with a notice. Written links stay below 1,500 characters
/// unless nearly every field holds fifteen digits.
pub const MAX_LENGTH: usize = 4000;

/// What was wrong with a link.
#[derive(Clone, Debug, PartialEq)]
pub enum Notice {
    /// Written by a newer version of the page, or no link of ours: read as far as it is understood.
    UnknownVersion(String),
    /// A key that this version does not know, with its value.
    UnknownKey(String),
    /// A field's value could not be used; the default stands in.
    BadValue(FieldError),
    /// The same key more than once: the first counts.
    Repeated(FieldId),
    /// There is no checksum: written by hand, or cut.
    NoChecksum,
    /// The checksum does not match: changed by hand, or damaged on the way.
    WrongChecksum,
    /// Longer than [`MAX_LENGTH`]; the rest was not read.
    TooLong,
}

/// A scenario out of a link, and what was wrong with it.
#[derive(Clone, Debug, PartialEq)]
pub struct Decoded {
    /// Complete in any case.
    pub scenario: Scenario,
    /// In the order of the link.
    pub notices: Vec<Notice>,
}

/// The fragment (without `#`) of a scenario.
#[must_use]
pub fn encode(scenario: &Scenario) -> String {
    let mut body = VERSION.to_owned();
    for &id in FieldId::ALL {
        if *scenario.get(id) != default_of(id) {
            body += &format!(";{}={}", id.field().key, scenario.text(id));
        }
    }
    let sum = checksum(&body);
    format!("{body};k={sum:04x}")
}

/// The scenario of a fragment, with or without `#`, raw or percent-encoded; an empty one gives the defaults.
#[must_use]
pub fn decode(fragment: &str, catalogue: &Catalogue) -> Decoded {
    let text = percent_decoded(fragment.strip_prefix('#').unwrap_or(fragment));
    let mut decoded = Decoded { scenario: Scenario::default(), notices: Vec::new() };
    if text.trim().is_empty() {
        return decoded;
    }
    let text = match text.char_indices().nth(MAX_LENGTH) {
        Some((end, _)) => {
            decoded.notices.push(Notice::TooLong);
            &text[..end]
        }
        None => text.as_str(),
    };
    let (body, sum) = text.rsplit_once(";k=").map_or((text, None), |(body, sum)| (body, Some(sum)));
    let mut parts = body.split(';');
    let version = parts.next().unwrap_or_default();
    if version != VERSION {
        decoded.notices.push(Notice::UnknownVersion(version.to_owned()));
    }
    read_parts(parts.filter(|part| !part.is_empty()), &mut decoded, catalogue);
    match sum {
        None => decoded.notices.push(Notice::NoChecksum),
        Some(sum) if u16::from_str_radix(sum, 16) != Ok(checksum(body)) => {
            decoded.notices.push(Notice::WrongChecksum);
        }
        Some(_) => {}
    }
    decoded
}

/// Applies `key=value` parts; hours first, because they convert days and hours of the others.
fn read_parts<'a>(parts: impl Iterator<Item = &'a str>, decoded: &mut Decoded, catalogue: &Catalogue) {
    let mut seen = Vec::new();
    let mut values = Vec::new();
    for part in parts {
        let (key, value) = part.split_once('=').unwrap_or((part, ""));
        match FieldId::ALL.iter().copied().find(|id| id.field().key == key) {
            None => decoded.notices.push(Notice::UnknownKey(part.to_owned())),
            Some(id) if seen.contains(&id) => decoded.notices.push(Notice::Repeated(id)),
            Some(id) => {
                seen.push(id);
                values.push((id, value));
            }
        }
    }
    let (hours, others): (Vec<_>, Vec<_>) =
        values.into_iter().partition(|(id, _)| *id == FieldId::HoursPerMonth);
    for (id, value) in hours.into_iter().chain(others) {
        if let Err(error) = decoded.scenario.set_text(id, value, catalogue) {
            decoded.notices.push(Notice::BadValue(error));
        }
    }
}

/// Sixteen bits of FNV-1a: enough to notice a cut or a typing error, short enough to read out.
fn checksum(text: &str) -> u16 {
    let hash =
        text.bytes().fold(0x811c_9dc5_u32, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193));
    ((hash >> 16) ^ (hash & 0xffff)) as u16
}

/// Undoes percent-encoding, which mail programs and chats add; what is no valid encoding stays as it is.
fn percent_decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&byte, tail)) = rest.split_first() {
        let pair = tail.get(..2).filter(|pair| pair.iter().all(u8::is_ascii_hexdigit));
        let hex = pair.and_then(|pair| std::str::from_utf8(pair).ok());
        match hex.filter(|_| byte == b'%').and_then(|pair| u8::from_str_radix(pair, 16).ok()) {
            Some(decoded) => {
                bytes.push(decoded);
                rest = &tail[2..];
            }
            None => {
                bytes.push(byte);
                rest = tail;
            }
        }
    }
    String::from_utf8(bytes).unwrap_or_else(|_| text.to_owned())
}
