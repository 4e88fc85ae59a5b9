//! A scenario as a readable URL fragment: `1;t=5B;in=70;gpu=h200-sxm;d=2026-11-24;k=7f3a`.
//!
//! * The first part is the version of the format, the last a checksum; between them `key=value` in the order of the
//!   field table. Fields at their default are left out, but not `d`, the day whose prices answer it: the same scenario
//!   on the same day gives the same bytes, and the same answer later.
//! * `vs` begins another scenario to compare with, as its differences to the first; there are four at most.
//! * Only characters that nothing re-encodes are written: `A–Z a–z 0–9 - . _ ~ * , ; =`.
//! * Decoding is total: any text gives a scenario and a list of [`Notice`]s about what could not be used.
//! * A link of an older version is read against the defaults of that version.
//!
//! ```
//! use llm_breakeven::{catalogue::Catalogue, scenario::{Scenario, link}};
//! let catalogue = Catalogue::builtin();
//! let decoded = link::decode("#1;t=24M/day;in=80;vs;gpu=h200-sxm", catalogue);
//! assert_eq!(decoded.scenario.volume().value(), 730e6);
//! assert_eq!((decoded.others[0].gpu(), decoded.others[0].volume().value()), ("h200-sxm", 730e6));
//! assert_eq!(decoded.notices, [link::Notice::NoChecksum]);
//! let text = link::encode(&decoded.scenario);
//! assert_eq!(link::decode(&text, catalogue).scenario, decoded.scenario);
//! ```

use super::fields::{Default as Given, FieldError};
use super::{FieldId, Scenario, default_of, value_of};
use crate::catalogue::Catalogue;
use crate::units::{Date, number};

/// A version of the format: its name, and defaults that were others then.
type Version = (&'static str, &'static [(FieldId, Given)]);

/// All versions, the one that is written last. When the default of a field moves, the next version is added here, and
/// the one before it keeps the old default: a link means for ever what it meant when it was made.
const VERSIONS: &[Version] = &[("1", &[])];

/// Longest link that is read; longer texts are cut there with a notice. No link of four scenarios is longer.
pub const MAX_LENGTH: usize = 12_000;

/// Longest link that mail programs and chats leave whole. Links of longer scenarios work, but a file is safer.
pub const SAFE_LENGTH: usize = 1_500;

/// Most scenarios in one link.
pub const MOST_SCENARIOS: usize = 4;

/// Notices that are kept of one link: a text that is no link would give thousands.
const MOST_NOTICES: usize = 12;

/// What begins another scenario.
const VERSUS: &str = "vs";

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
    /// Its day is later than the newest prices of this page, which are used.
    LaterDay(Date),
    /// More than [`MOST_SCENARIOS`]; the rest was not read.
    TooMany,
    /// There is no checksum: written by hand, or cut.
    NoChecksum,
    /// The checksum does not match: changed by hand, or damaged on the way.
    WrongChecksum,
    /// Longer than [`MAX_LENGTH`]; the rest was not read.
    TooLong,
    /// So many of so many settings were used.
    Used(usize, usize),
}

/// A scenario out of a link, and what was wrong with it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Decoded {
    /// Complete in any case.
    pub scenario: Scenario,
    /// Those to compare with.
    pub others: Vec<Scenario>,
    /// In the order of the link.
    pub notices: Vec<Notice>,
}

/// The fragment (without `#`) of a scenario, with the day of the built-in prices unless it has its own.
#[must_use]
pub fn encode(scenario: &Scenario) -> String {
    encode_all(scenario, &[], Catalogue::builtin().newest())
}

/// The fragment of a scenario and those to compare with; `today` is the day of the prices of those that have none.
#[must_use]
pub fn encode_all(scenario: &Scenario, others: &[Scenario], today: Date) -> String {
    let day = |scenario: &Scenario| scenario.day().unwrap_or(today).to_string();
    let mut body = VERSIONS.last().map_or("", |(version, _)| version).to_owned();
    let mut push = |parts: &[&str]| parts.iter().for_each(|part| body += part);
    for &id in FieldId::ALL {
        if id == FieldId::AsOf {
            push(&[";", id.field().key, "=", &day(scenario)]);
        } else if *scenario.get(id) != default_of(id) {
            push(&[";", id.field().key, "=", &scenario.text(id)]);
        }
    }
    for other in others {
        push(&[";", VERSUS]);
        for &id in FieldId::ALL {
            let text = |scenario: &Scenario| {
                if id == FieldId::AsOf { day(scenario) } else { scenario.text(id) }
            };
            let own = text(other);
            if own != text(scenario) {
                push(&[";", id.field().key, "=", &own]);
            }
        }
    }
    let sum = checksum(&body);
    format!("{body};k={sum:04x}")
}

/// The scenario of a fragment, with or without `#`, raw or percent-encoded; an empty one gives the defaults.
#[must_use]
pub fn decode(fragment: &str, catalogue: &Catalogue) -> Decoded {
    decode_by(VERSIONS, fragment, catalogue)
}

fn decode_by(versions: &[Version], fragment: &str, catalogue: &Catalogue) -> Decoded {
    let text = percent_decoded(fragment.strip_prefix('#').unwrap_or(fragment));
    let mut decoded = Decoded::default();
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
    let (version, parts) = body.split_once(';').unwrap_or((body, ""));
    match versions.iter().find(|(name, _)| *name == version) {
        Some((_, moved)) => {
            for (id, default) in *moved {
                decoded.scenario.values[*id as usize] = value_of(*default);
            }
        }
        None => decoded.notices.push(Notice::UnknownVersion(version.to_owned())),
    }
    let used = read_all(parts, &mut decoded, catalogue);
    decoded.notices.truncate(MOST_NOTICES);
    let whole = match sum {
        None => Some(Notice::NoChecksum),
        Some(sum) if number::hexadecimal(sum) != Some(checksum(body).into()) => Some(Notice::WrongChecksum),
        Some(_) => None,
    };
    decoded.notices.extend(whole);
    decoded.notices.extend(used);
    decoded
}

/// Reads scenario after scenario, and says how many settings were used if not all were.
fn read_all(parts: &str, decoded: &mut Decoded, catalogue: &Catalogue) -> Option<Notice> {
    let mut scenarios = Vec::<Vec<&str>>::from([Vec::new()]);
    for part in parts.split(';').filter(|part| !part.is_empty()) {
        match scenarios.last_mut() {
            Some(last) if part != VERSUS => last.push(part),
            _ => scenarios.push(Vec::new()),
        }
    }
    let given = scenarios.iter().map(Vec::len).sum();
    let mut used = 0;
    for (at, parts) in scenarios.iter().enumerate() {
        if at == MOST_SCENARIOS {
            decoded.notices.push(Notice::TooMany);
            break;
        }
        let mut scenario = decoded.scenario.clone();
        used += read_parts(parts, &mut scenario, &mut decoded.notices, catalogue);
        if at == 0 {
            decoded.scenario = scenario;
        } else {
            decoded.others.push(scenario);
        }
    }
    (used < given).then_some(Notice::Used(used, given))
}

/// Applies `key=value` parts, and counts those that were used. Hours and the day go first: hours convert the others, and
/// the day says which rows there are.
fn read_parts(
    parts: &[&str],
    scenario: &mut Scenario,
    notices: &mut Vec<Notice>,
    catalogue: &Catalogue,
) -> usize {
    let mut values: Vec<(FieldId, &str)> = Vec::new();
    for part in parts {
        let (key, value) = part.split_once('=').unwrap_or((part, ""));
        match FieldId::ALL.iter().copied().find(|id| id.field().key == key) {
            None => notices.push(Notice::UnknownKey((*part).to_owned())),
            Some(id) if values.iter().any(|(seen, _)| *seen == id) => notices.push(Notice::Repeated(id)),
            Some(id) => values.push((id, value)),
        }
    }
    let first = |id| matches!(id, FieldId::HoursPerMonth | FieldId::AsOf);
    let mut used = 0;
    let in_turn =
        [true, false].into_iter().flat_map(|turn| values.iter().filter(move |(id, _)| first(*id) == turn));
    for &(id, value) in in_turn {
        match scenario.set_text(id, value, catalogue) {
            Ok(()) => used += 1,
            Err(error) => notices.push(Notice::BadValue(error)),
        }
        let later = Date::parse(value).filter(|day| id == FieldId::AsOf && *day > catalogue.newest());
        notices.extend(later.map(Notice::LaterDay));
    }
    used
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

#[cfg(test)]
mod tests {
    use super::*;

    /// A day on which two defaults moved: links made before keep theirs, in the scenarios to compare with too.
    #[test]
    fn a_link_of_an_older_version_keeps_its_defaults() {
        let versions: &[Version] = &[
            (
                "0",
                &[(FieldId::Gpu, Given::Name("a100-sxm-80gb")), (FieldId::TargetLoad, Given::Number(50.0))],
            ),
            ("1", &[]),
        ];
        let catalogue = Catalogue::builtin();
        let old = decode_by(versions, "0;t=20B;vs;load=80", catalogue);
        assert_eq!((old.scenario.gpu(), old.scenario.target_load()), ("a100-sxm-80gb", 0.5));
        assert_eq!((old.others[0].gpu(), old.others[0].target_load()), ("a100-sxm-80gb", 0.8));
        assert_eq!(old.notices, [Notice::NoChecksum]);
        // written anew it is of the newest version and means the same
        let text = encode(&old.scenario);
        assert!(text.starts_with("1;t=20B;gpu=a100-sxm-80gb;load=50;d="), "{text}");
        assert_eq!(decode_by(versions, &text, catalogue).scenario, old.scenario);
        assert_eq!(decode_by(versions, "1;t=20B", catalogue).scenario.gpu(), "h100-sxm");
    }
}
