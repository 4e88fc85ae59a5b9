//! Decimal text and binary numbers of fifteen digits, which is all that prices, volumes and speeds need.
//!
//! A decimal of at most fifteen digits and 22 places is a whole number below 2^53 times or divided by a power of ten
//! that is itself exact, so one rounding gives the nearest `f64`. That replaces the standard library's general
//! parser and its tables, a twentieth of the page's code.

/// Significant digits that a number keeps.
const DIGITS: i32 = 15;
/// Powers of ten up to this one are exact.
const EXACT_POWER: i32 = 22;

/// Reads `12`, `-0.5`, `.5`, `1e-7`, `2.5E3`; `None` for anything else. Digits after the fifteenth are rounded away.
///
/// ```
/// use llm_breakeven::units::number::parse;
/// assert_eq!(parse("0.28"), Some(0.28));
/// assert_eq!(parse("1.234567e9"), Some(1_234_567_000.0));
/// assert_eq!(parse("1,5"), None);
/// ```
#[must_use]
pub fn parse(text: &str) -> Option<f64> {
    let (negative, text) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    let (digits, exponent) = match text.split_once(['e', 'E']) {
        Some((digits, exponent)) => (digits, exponent.parse::<i32>().ok()?),
        None => (text, 0),
    };
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let all = || whole.bytes().chain(fraction.bytes());
    if all().next().is_none() || !all().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let (mut mantissa, mut taken, mut dropped) = (0u64, 0, 0);
    for byte in all() {
        let digit = u64::from(byte - b'0');
        if taken < DIGITS {
            mantissa = mantissa * 10 + digit;
            taken += i32::from(mantissa > 0);
        } else {
            // the first digit that is left out rounds
            mantissa += u64::from(dropped == 0 && digit >= 5);
            dropped += 1;
        }
    }
    let places = i32::try_from(fraction.len()).ok()?;
    let value = scaled(mantissa as f64, exponent.saturating_add(dropped).saturating_sub(places));
    Some(if negative { -value } else { value })
}

/// The number with at most `digits` significant digits (15 at most) and 22 places.
///
/// ```
/// use llm_breakeven::units::number::rounded;
/// assert_eq!(rounded(0.1 + 0.2, 15), 0.3);
/// assert_eq!(rounded(7_389_123_456.0, 3), 7_390_000_000.0);
/// ```
#[must_use]
pub fn rounded(value: f64, digits: i32) -> f64 {
    if value == 0.0 || !value.is_finite() {
        return value;
    }
    let magnitude = value.abs().log10().floor() as i32;
    let places = (digits.min(DIGITS) - 1 - magnitude).min(EXACT_POWER);
    scaled(scaled(value, places).round(), -places)
}

/// `value × 10^exponent`, with one rounding while the power is exact.
fn scaled(value: f64, exponent: i32) -> f64 {
    let power = |exponent: i32| 10f64.powi(exponent.min(EXACT_POWER));
    let mut value = value;
    let mut left = exponent.clamp(-400, 400);
    while left > 0 {
        value *= power(left);
        left -= left.min(EXACT_POWER);
    }
    while left < 0 {
        value /= power(-left);
        left += (-left).min(EXACT_POWER);
    }
    value
}

/// A number of hexadecimal digits alone: the standard library's reader would also take a sign.
///
/// ```
/// use llm_breakeven::units::number::hexadecimal;
/// assert_eq!((hexadecimal("7F"), hexadecimal("+6"), hexadecimal("")), (Some(127), None, None));
/// ```
#[must_use]
pub fn hexadecimal(digits: &str) -> Option<u32> {
    let plain = digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    u32::from_str_radix(digits, 16).ok().filter(|_| plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn agrees_with_the_standard_library() {
        for text in [
            "0",
            "1",
            "0.1",
            "21.957642",
            "1e22",
            "1e-22",
            "999999999999999",
            "0.000001",
            "123456.789",
            "5e9",
            "1.1e9",
            "-2.5",
            "00012",
            ".5",
            "7.",
            "6.25e-7",
            "8191.9999",
        ] {
            assert_eq!(parse(text), text.parse().ok(), "{text}");
        }
        for text in ["", ".", "-", "e5", "1e", "1.2.3", "inf", "NaN", "1_000", " 1", "1e5.5", "١"] {
            assert_eq!(parse(text), None, "{text}");
        }
    }

    #[test]
    fn fifteen_digits_survive_text() {
        let mut state = 42u64;
        for _ in 0..100_000 {
            // a linear congruential generator is random enough here
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            let exponent = (state >> 8) % 28;
            let value = rounded((state >> 11) as f64 / 10f64.powi(exponent as i32), 15);
            let text = format!("{value:e}");
            assert_eq!(parse(&text), Some(value), "{text}");
            assert_eq!(text.parse(), Ok(value), "{text}");
        }
    }
}
