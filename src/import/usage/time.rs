//! Times as usage exports write them.

use crate::units::Date;

/// A time to the minute.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Moment {
    /// Minutes since 1970.
    pub minute: i64,
    /// Whether it is not on a whole minute.
    pub seconds: bool,
    /// Counted from the file's start, which is taken for a Monday midnight.
    pub relative: bool,
    /// Whether it names its zone, or is counted in one: without, it is a clock's.
    pub zoned: bool,
}

/// Seconds below this cannot be meant since 1970.
const RELATIVE: f64 = 3e8;

/// The Monday that stands for the start of a file that does not name its day: 1970-01-05.
const MONDAY: i64 = 4 * 1_440;

/// Reads `2026-11-24`, `2026-11-24T10:31:07.5Z`, with a blank for `T` and an offset for `Z`, or a number of seconds,
/// milliseconds, microseconds or nanoseconds since 1970.
pub(super) fn moment(text: &[u8]) -> Option<Moment> {
    let text = text.trim_ascii();
    match text.get(4) {
        Some(b'-' | b'/') if text.len() >= 10 => calendar(text),
        _ => number(text),
    }
}

fn number(text: &[u8]) -> Option<Moment> {
    let given: f64 = std::str::from_utf8(text).ok()?.parse().ok()?;
    if !(0.0..1e20).contains(&given) {
        return None;
    }
    let seconds = match given {
        n if n >= 1e17 => n / 1e9,
        n if n >= 1e14 => n / 1e6,
        n if n >= 1e11 => n / 1e3,
        n => n,
    };
    let minute = (seconds / 60.0).floor();
    let relative = seconds < RELATIVE;
    let start = if relative { MONDAY } else { 0 };
    Some(Moment { minute: minute as i64 + start, seconds: minute * 60.0 != seconds, relative, zoned: true })
}

fn two(text: &[u8], at: usize) -> Option<i64> {
    match text.get(at..at + 2)? {
        [a @ b'0'..=b'9', b @ b'0'..=b'9'] => Some(i64::from(a - b'0') * 10 + i64::from(b - b'0')),
        _ => None,
    }
}

fn calendar(text: &[u8]) -> Option<Moment> {
    let year = two(text, 0)? * 100 + two(text, 2)?;
    let date = Date::new(year as u16, two(text, 5)? as u8, two(text, 8)? as u8)?;
    let day = i64::from(date.day_number()) * 1_440;
    let whole = Moment { minute: day, seconds: false, relative: false, zoned: false };
    if text.len() == 10 {
        return Some(whole);
    }
    if !matches!(text[10], b'T' | b't' | b' ') {
        return None;
    }
    let (hour, minute) = (two(text, 11)?, two(text, 14)?);
    if hour > 24 || minute > 59 {
        return None;
    }
    let mut rest = &text[16..];
    let mut seconds = false;
    if let [b':', ..] = rest {
        let end = rest
            .iter()
            .position(|c| !c.is_ascii_digit() && !matches!(c, b':' | b'.' | b','))
            .unwrap_or(rest.len());
        seconds = rest[..end].iter().any(|c| (b'1'..=b'9').contains(c));
        rest = &rest[end..];
    }
    let zone = rest.trim_ascii();
    let minute = day + hour * 60 + minute - offset(zone)?;
    Some(Moment { minute, seconds, relative: false, zoned: !zone.is_empty() })
}

/// Minutes east of UTC: `Z`, `UTC`, `+01:00`, `-0500`, `+02`; nothing is the file's own clock, at first UTC.
fn offset(text: &[u8]) -> Option<i64> {
    let sign = match text {
        [] | b"Z" | b"z" | b"UTC" | b"GMT" => return Some(0),
        [b'+', ..] => 1,
        [b'-', ..] => -1,
        _ => return None,
    };
    let minutes = match text.len() {
        3 => 0,
        5 => two(text, 3)?,
        6 => two(text, 4)?,
        _ => return None,
    };
    Some(sign * (two(text, 1)? * 60 + minutes))
}

#[cfg(test)]
mod tests {
    use super::{Moment, moment};

    fn at(text: &str) -> Option<Moment> {
        moment(text.as_bytes())
    }

    #[test]
    fn one_minute_in_every_spelling() {
        let minute = at("2026-11-24T10:31:00Z").unwrap().minute;
        assert_eq!(minute, 29_925_271);
        for text in [
            "2026-11-24 10:31",
            "2026-11-24T10:31:00.000000",
            "2026-11-24 10:31:00 UTC",
            "2026-11-24T12:31:00+02:00",
            "2026-11-24T05:31:00-0500",
            "2026-11-24T11:31+01",
            "2026/11/24 10:31:00",
            "1795516260",
            "1795516260000",
            "1795516260000000",
            "1795516260.0",
        ] {
            assert_eq!(at(text).map(|m| (m.minute, m.seconds)), Some((minute, false)), "{text}");
        }
        assert!(at("2026-11-24T10:31:07Z").unwrap().seconds && at("1795516261").unwrap().seconds);
        assert!(at("2026-11-24 10:31:00.25").unwrap().seconds);
        assert_eq!(at("2026-11-24").unwrap().minute % 1_440, 0);
        for (text, zoned) in [
            ("2026-11-24T12:31:00+02:00", true),
            ("2026-11-24T10:31:00Z", true),
            ("1795516260", true),
            ("2026-11-24 10:31:00", false),
            ("2026-11-24", false),
        ] {
            assert_eq!(at(text).unwrap().zoned, zoned, "{text}");
        }
    }

    #[test]
    fn small_numbers_count_from_a_monday() {
        assert_eq!(
            at("61"),
            Some(Moment { minute: 4 * 1_440 + 1, seconds: true, relative: true, zoned: true })
        );
    }

    #[test]
    fn what_is_no_time_is_refused() {
        for text in [
            "",
            "yesterday",
            "2026-13-01",
            "2026-11-24x",
            "2026-11-24T25:00",
            "2026-11-24T10:61",
            "-5",
            "1e30",
            "NaN",
            "2026-11-24T10:31:00 CET",
        ] {
            assert_eq!(at(text), None, "{text}");
        }
    }
}
