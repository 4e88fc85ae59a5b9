//! Decimal text to binary numbers, without the tables that the standard library brings for the last digit of numbers
//! that nobody writes: they would be the largest part of the page after the facts.

/// Powers of ten that a binary number holds exactly.
const EXACT: [f64; 23] = [
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20,
    1e21, 1e22,
];

/// Largest whole number up to which all are exact.
const WHOLE: u128 = 1 << 53;

/// Reads `12`, `-0.5`, `.5`, `1e-7`; `None` for anything else, also for `inf` and `nan`.
///
/// The result is the nearest number for up to 38 digits of which up to 21 are decimals, which is all that price lists
/// and people write; beyond that it may be off by a few units in the last place.
///
/// ```
/// use llm_breakeven::units::float;
/// assert_eq!(float("0.1"), Some(0.1));
/// assert_eq!(float("-2.5E3"), Some(-2500.0));
/// assert_eq!(float("1,5"), None);
/// ```
#[must_use]
pub fn float(text: &str) -> Option<f64> {
    let (mantissa, exponent) = match text.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, exponent.parse::<i32>().ok()?),
        None => (text, 0),
    };
    let unsigned = mantissa.strip_prefix(['-', '+']).unwrap_or(mantissa);
    let (before, after) = unsigned.split_once('.').unwrap_or((unsigned, ""));
    if before.is_empty() && after.is_empty() {
        return None;
    }
    let (mut digits, mut exponent) = (0_u128, exponent.clamp(-9999, 9999));
    for (at, byte) in before.bytes().chain(after.bytes()).enumerate() {
        if !byte.is_ascii_digit() {
            return None;
        }
        let decimal = at >= before.len();
        match digits.checked_mul(10).and_then(|more| more.checked_add(u128::from(byte - b'0'))) {
            Some(more) => {
                digits = more;
                exponent = exponent.saturating_sub(i32::from(decimal));
            }
            // digits that no longer fit only count by their place
            None => exponent = exponent.saturating_add(i32::from(!decimal)),
        }
    }
    let size = scaled(digits, exponent);
    Some(if mantissa.starts_with('-') { -size } else { size })
}

/// `digits × 10^exponent`.
fn scaled(digits: u128, exponent: i32) -> f64 {
    let places = exponent.unsigned_abs() as usize;
    match (exponent < 0, EXACT.get(places)) {
        (false, Some(power)) if digits <= WHOLE && digits as f64 * power <= WHOLE as f64 => digits as f64 * power,
        (true, Some(power)) if digits <= WHOLE => digits as f64 / power,
        (true, Some(_)) if places <= 21 => quotient(digits, 10_u128.pow(exponent.unsigned_abs())),
        (false, _) => match 10_u128.checked_pow(exponent.unsigned_abs()).and_then(|power| digits.checked_mul(power)) {
            Some(whole) => whole as f64,
            None => digits as f64 * 10_f64.powi(exponent.min(400)),
        },
        // in two steps, so that the power itself does not vanish
        (true, _) if exponent < -290 => digits as f64 / 1e290 / 10_f64.powi((-exponent - 290).min(400)),
        (true, _) => digits as f64 / 10_f64.powi(-exponent),
    }
}

/// The nearest number to `above / below`, for `below` up to 10^21.
fn quotient(above: u128, below: u128) -> f64 {
    let shift = above.leading_zeros();
    // at least 57 bits, of which the last stands for all that follow
    let whole = (above << shift) / below;
    let rest = u128::from(whole * below != above << shift);
    // 2^-shift is exact
    (whole | rest) as f64 * f64::from_bits(u64::from(1023 - shift) << 52)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::float;
    use proptest::prelude::*;

    #[test]
    fn refuses_what_is_no_number() {
        for text in ["", "-", ".", "e5", "1e", "1 0", "0x1", "inf", "NaN", "1.2.3", "--1", "1e1.5", "é"] {
            assert_eq!(float(text), None, "{text}");
        }
        for text in ["0", "-0.0", "5.", ".5", "+3", "00012.50", "1e22", "9007199254740993", "0.30000000000000004"] {
            assert_eq!(float(text), text.parse().ok(), "{text}");
        }
    }

    #[test]
    fn extremes_are_near() {
        for text in ["1e308", "1.7976931348623157e308", "5e-324", "2.2250738585072014e-308", "1e-300", "123e-40", "1e999", "1e-999"] {
            let (found, expected) = (float(text).unwrap(), text.parse::<f64>().unwrap());
            let near = found == expected || ((found - expected) / expected).abs() < 1e-14 || expected < 1e-307;
            assert!(near, "{text}: {found:e}");
        }
    }

    proptest! {
        #[test]
        fn is_the_nearest_number(digits: u128, places in 0_i32..=21) {
            let text = format!("{digits}e-{places}");
            prop_assert_eq!(float(&text), text.parse().ok());
        }

        #[test]
        fn reads_what_is_printed(number in -1e15_f64..1e15) {
            prop_assert_eq!(float(&number.to_string()), Some(number));
            let scientific = format!("{number:e}");
            prop_assert_eq!(float(&scientific), scientific.parse().ok());
        }

        #[test]
        fn any_text_ends(text in "[-+0-9.eE]{0,60}") {
            let expected: Option<f64> = text.parse().ok();
            let found = float(&text);
            prop_assert_eq!(found.is_some(), expected.is_some());
            if let (Some(found), Some(expected)) = (found, expected) {
                prop_assert!(found == expected || (found - expected).abs() <= expected.abs() * 1e-14 || expected.abs() < 1e-300);
            }
        }
    }
}
