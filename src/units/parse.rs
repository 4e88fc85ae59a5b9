//! What people type, as numbers: `5B`, `1.2M/day`, `$0.28`, `70 %`, `1,5`, `$1,800/month`.
//!
//! A text is a number (with grouping, a decimal point or comma, and a scale letter) followed by the rest of a
//! unit. Every [`Unit`] knows which rests it understands and how they convert; all others are refused by name, so
//! that "80 GiB" in a price field is an error and not a price.

use super::number::{self, rounded};

/// The unit in which a field holds its number, and in which a bare number is understood.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// Tokens a month; also `/day`, `/h`, `/min`, `/s`, `/year`.
    TokensPerMonth,
    /// Tokens a second; also `/min`, `/h`, `/day`.
    TokensPerSecond,
    /// Dollars per million tokens; also `/token`, `/1k`, `/B`.
    UsdPerMTok,
    /// Dollars an hour; also `/month`, `/day`, `/year`.
    UsdPerHour,
    /// Dollars a month; also `/year`, `/day`, `/h`.
    UsdPerMonth,
    /// Dollars a year; also `/month`.
    UsdPerYear,
    /// Per cent; `0.7` means 0.7 %.
    Percent,
    /// A plain number of things.
    Count,
    /// Hours.
    Hours,
    /// Things of this name, such as `ms` or `/day`.
    Of(&'static str),
    /// Dollars, for each of this, such as `kWh`; without a name for dollars alone.
    Usd(&'static str),
}

impl Unit {
    /// Whether it counts money.
    #[must_use]
    pub fn is_money(self) -> bool {
        use Unit::{Usd, UsdPerHour, UsdPerMTok, UsdPerMonth, UsdPerYear};
        matches!(self, UsdPerMTok | UsdPerHour | UsdPerMonth | UsdPerYear | Usd(_))
    }
}

/// Why a text is no number of its unit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ParseError {
    /// Nothing was typed.
    Empty,
    /// No number was found at the start.
    NotANumber,
    /// The number is followed by something that this unit does not know.
    UnknownUnit(String),
}

/// Reads a number with scale letter and nothing after it.
///
/// # Errors
/// [`ParseError`] when there is no number or something follows it.
pub fn number(text: &str) -> Result<f64, ParseError> {
    match split(text)? {
        (value, "") => Ok(value),
        (_, rest) => Err(ParseError::UnknownUnit(rest.to_owned())),
    }
}

/// Reads a quantity into `unit`; `hours_per_month` (720 or 730) converts between hours, days and months.
///
/// ```
/// use llm_breakeven::units::parse::{quantity, Unit};
/// assert_eq!(quantity("5B", Unit::TokensPerMonth, 730.0), Ok(5e9));
/// assert_eq!(quantity("1.2M/day", Unit::TokensPerMonth, 720.0), Ok(36e6));
/// assert_eq!(quantity("$0.28", Unit::UsdPerMTok, 730.0), Ok(0.28));
/// assert_eq!(quantity("$0.00028 / 1k tokens", Unit::UsdPerMTok, 730.0), Ok(0.28));
/// assert!(quantity("80 GiB", Unit::UsdPerHour, 730.0).is_err());
/// ```
///
/// # Errors
/// [`ParseError`] when there is no number, or the unit behind it is not one of `unit`'s.
pub fn quantity(text: &str, unit: Unit, hours_per_month: f64) -> Result<f64, ParseError> {
    let (value, rest) = split(text)?;
    let unknown = || ParseError::UnknownUnit(rest.trim().to_owned());
    let spelled = spelling(rest);
    let factor = factor(unit, &spelled, hours_per_month).ok_or_else(unknown)?;
    Ok(if factor == 1.0 { value } else { rounded(value * factor, 15) })
}

/// The unit's text reduced to its spelling: lower case, "per" as "/", without blanks, filler words and plurals.
fn spelling(rest: &str) -> String {
    const SHORT: [(&str, &str); 23] = [
        ("per", "/"),
        ("a", "/"),
        ("an", "/"),
        ("tokens", "tok"),
        ("token", "tok"),
        ("dollars", "$"),
        ("usd", "$"),
        ("months", "mo"),
        ("month", "mo"),
        ("hours", "h"),
        ("hour", "h"),
        ("hr", "h"),
        ("minute", "min"),
        ("seconds", "s"),
        ("second", "s"),
        ("sec", "s"),
        ("years", "y"),
        ("year", "y"),
        ("yr", "y"),
        ("days", "d"),
        ("day", "d"),
        ("percent", "%"),
        ("gpuh", "h"),
    ];
    let mut text = String::new();
    // words are runs of letters; everything else stands for itself
    for word in rest.to_ascii_lowercase().split_inclusive(|c: char| !c.is_alphabetic()) {
        let letters = word.trim_end_matches(|c: char| !c.is_alphabetic());
        let short = SHORT.iter().find(|(long, _)| *long == letters).map_or(letters, |(_, short)| short);
        text.push_str(short);
        text.extend(word[letters.len()..].chars().filter(|c| !c.is_whitespace() && *c != '-'));
    }
    text
}

/// What one of the spelled unit is in `unit`; `None` when the two do not go together.
fn factor(unit: Unit, spelled: &str, hours: f64) -> Option<f64> {
    let per_month = |period: &str| match period {
        "" | "/mo" | "mo" => Some(1.0),
        "/d" | "d" => Some(hours / 24.0),
        "/h" | "h" => Some(hours),
        "/min" => Some(hours * 60.0),
        "/s" => Some(hours * 3600.0),
        "/y" | "y" => Some(1.0 / 12.0),
        _ => None,
    };
    match unit {
        Unit::TokensPerMonth => per_month(spelled.strip_prefix("tok").unwrap_or(spelled)),
        Unit::TokensPerSecond => match spelled.strip_prefix("tok").unwrap_or(spelled) {
            "" | "/s" => Some(1.0),
            "/min" => Some(1.0 / 60.0),
            "/h" => Some(1.0 / 3600.0),
            "/d" => Some(1.0 / 86_400.0),
            _ => None,
        },
        Unit::UsdPerMTok => match spelled.strip_prefix('$').unwrap_or(spelled) {
            "" | "/mtok" | "/1mtok" | "/m" | "/1m" | "/milliontok" | "/million" => Some(1.0),
            "/tok" => Some(1e6),
            "/ktok" | "/1ktok" | "/k" | "/1k" | "/1000tok" | "/1,000tok" => Some(1e3),
            "/btok" | "/b" | "/1b" | "/1btok" => Some(1e-3),
            _ => None,
        },
        Unit::UsdPerHour => match spelled.strip_prefix('$').unwrap_or(spelled) {
            "" | "/h" | "h" | "/gpu/h" | "/gpuh" | "/h/gpu" => Some(1.0),
            "/mo" => Some(1.0 / hours),
            "/d" => Some(1.0 / 24.0),
            "/y" => Some(1.0 / (hours * 12.0)),
            _ => None,
        },
        Unit::UsdPerMonth => per_month(spelled.strip_prefix('$').unwrap_or(spelled)),
        Unit::UsdPerYear => match spelled.strip_prefix('$').unwrap_or(spelled) {
            "" | "/y" => Some(1.0),
            "/mo" => Some(12.0),
            _ => None,
        },
        Unit::Percent => matches!(spelled, "" | "%").then_some(1.0),
        Unit::Count => matches!(spelled, "" | "gpu" | "gpus" | "×" | "x" | "fte").then_some(1.0),
        Unit::Hours => matches!(spelled, "" | "h" | "h/mo").then_some(1.0),
        Unit::Of(name) => (spelled.is_empty() || spelled == spelling(name)).then_some(1.0),
        Unit::Usd(per) => {
            let rest = spelled.strip_prefix('$').unwrap_or(spelled);
            (rest.is_empty() || rest.strip_prefix('/') == Some(&per.to_ascii_lowercase())).then_some(1.0)
        }
    }
}

/// Splits a text into its number (scale letter applied) and what follows it.
fn split(text: &str) -> Result<(f64, &str), ParseError> {
    let text = text.trim();
    if text.is_empty() {
        return Err(ParseError::Empty);
    }
    let text = text.trim_start_matches(['$', '~', '≈']).trim_start();
    let end = end_of_digits(text);
    let digits = normalise(&text[..end]).ok_or(ParseError::NotANumber)?;
    let rest = &text[end..];
    let (power, rest) = scale(rest);
    let text = if power == 0 { digits } else { with_exponent(&digits, power) };
    number::parse(&text).map(|value| (value, rest.trim())).ok_or(ParseError::NotANumber)
}

/// Adds to the exponent of a float literal as text: multiplying would round (`1.1B` must be exactly 1,100,000,000).
fn with_exponent(digits: &str, power: i32) -> String {
    let (mantissa, exponent) = digits.split_once('e').unwrap_or((digits, "0"));
    format!("{mantissa}e{}", exponent.parse::<i32>().unwrap_or(0).saturating_add(power))
}

/// Where the number ends: digits, separators, sign, and an exponent that has digits.
fn end_of_digits(text: &str) -> usize {
    let bytes = text.as_bytes();
    let mut end = 0;
    for (index, c) in text.char_indices() {
        let grouping_blank = matches!(c, ' ' | '\u{a0}' | '\u{202f}' | '\'' | '_')
            && index > 0
            && text[index + c.len_utf8()..].starts_with(|next: char| next.is_ascii_digit());
        let sign = index == 0 && matches!(c, '-' | '+' | '−');
        if c.is_ascii_digit() || matches!(c, '.' | ',') || grouping_blank || sign {
            end = index + c.len_utf8();
        } else {
            break;
        }
    }
    let exponent = text[end..].strip_prefix(['e', 'E']).map(|rest| {
        let digits = rest.strip_prefix(['-', '+']).unwrap_or(rest);
        let count = digits.bytes().take_while(u8::is_ascii_digit).count();
        (count, rest.len() - digits.len() + count)
    });
    match exponent {
        Some((count, length)) if count > 0 && end > 0 && bytes[end - 1].is_ascii_digit() => end + 1 + length,
        _ => end,
    }
}

/// A plain float literal from a number with grouping; `None` when it is none.
///
/// One comma with other than three digits behind it is a decimal comma; otherwise commas group thousands.
fn normalise(text: &str) -> Option<String> {
    let text: String = text
        .chars()
        .filter(|c| !matches!(c, ' ' | '\u{a0}' | '\u{202f}' | '\'' | '_' | '+'))
        .map(|c| if c == '−' { '-' } else { c.to_ascii_lowercase() })
        .collect();
    let has_empty_group = text.contains(",,") || text.contains(",.");
    let commas = text.matches(',').count();
    let after = text.rsplit(',').next().map_or(0, |tail| tail.bytes().take_while(u8::is_ascii_digit).count());
    let decimal_comma = commas == 1 && !text.contains('.') && after != 3;
    let text = if decimal_comma { text.replace(',', ".") } else { text.replace(',', "") };
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    (digits > 0 && !has_empty_group && text.matches('.').count() <= 1).then_some(text)
}

/// The power of ten of a scale letter or word at the start, and what follows it.
fn scale(rest: &str) -> (i32, &str) {
    let rest = rest.trim_start();
    let lower = rest.to_ascii_lowercase();
    // longest first, so that "million" is not read as "m"; a letter counts only where a word ends
    for (word, power) in [
        ("thousand", 3),
        ("trillion", 12),
        ("billion", 9),
        ("million", 6),
        ("mrd", 9),
        ("mio", 6),
        ("bn", 9),
        ("mm", 6),
        ("k", 3),
        ("m", 6),
        ("b", 9),
        ("g", 9),
        ("t", 12),
    ] {
        if let Some(tail) = lower.strip_prefix(word)
            && !tail.starts_with(|c: char| c.is_alphabetic() && !tail.starts_with("tok"))
        {
            return (power, &rest[word.len()..]);
        }
    }
    (0, rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tokens(text: &str) -> Result<f64, ParseError> {
        quantity(text, Unit::TokensPerMonth, 730.0)
    }

    #[test]
    fn understands_how_people_write_volumes() {
        for (text, value) in [
            ("5B", 5e9),
            ("5 b", 5e9),
            ("5,000,000,000", 5e9),
            ("5 000 000 000", 5e9),
            ("1.1B", 1_100_000_000.0),
            ("1,5B", 1.5e9),
            ("1,500M", 1.5e9),
            ("5e9", 5e9),
            ("5 billion tokens", 5e9),
            ("5 billion tokens per month", 5e9),
            ("2 Mrd", 2e9),
            ("5BTok/month", 5e9),
            ("100/s", 100.0 * 730.0 * 3600.0),
            ("1.131579M/h", 1_131_579.0 * 730.0),
            ("12B/year", 1e9),
            ("24M/day", 730e6),
            ("10 million tokens an hour", 7.3e9),
        ] {
            assert_eq!(tokens(text), Ok(value), "{text}");
        }
    }

    #[test]
    fn understands_prices() {
        let price = |text| quantity(text, Unit::UsdPerMTok, 730.0);
        for text in
            ["$0.28", "0.28", "0,28", "$0.28/MTok", "0.28 USD per million tokens", "$0.28 / 1M", "280/B"]
        {
            assert_eq!(price(text), Ok(0.28), "{text}");
        }
        assert_eq!(price("$0.00000028/token"), Ok(0.28));
        let hour = |text| quantity(text, Unit::UsdPerHour, 720.0);
        assert_eq!(hour("$1.29/hr"), Ok(1.29));
        assert_eq!(hour("$1,440/month"), Ok(2.0));
        assert_eq!(quantity("200k", Unit::UsdPerYear, 730.0), Ok(200_000.0));
        assert_eq!(quantity("70 %", Unit::Percent, 730.0), Ok(70.0));
    }

    #[test]
    fn says_what_it_does_not_understand() {
        assert_eq!(tokens(""), Err(ParseError::Empty));
        assert_eq!(tokens("  "), Err(ParseError::Empty));
        for text in ["lots", ".", "-", "1.2.3", "5,,5", "5,.5", "$", "e9", "NaN", "inf", "∞", "，"] {
            assert_eq!(tokens(text), Err(ParseError::NotANumber), "{text}");
        }
        assert_eq!(tokens("5 bananas"), Err(ParseError::UnknownUnit("bananas".into())));
        assert_eq!(tokens("5 GiB"), Err(ParseError::UnknownUnit("GiB".into())));
        assert_eq!(tokens("3 tokens/fortnight"), Err(ParseError::UnknownUnit("tokens/fortnight".into())));
        assert_eq!(quantity("5B/day", Unit::Percent, 730.0), Err(ParseError::UnknownUnit("/day".into())));
    }
}
