//! Decimal text to binary numbers, without the tables that the standard library brings for the last digit of numbers
//! that nobody writes: they would be the largest part of the page after the facts.

/// Powers of ten that a binary number holds exactly.
const EXACT: [f64; 23] = [
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18,
    1e19, 1e20, 1e21, 1e22,
];

/// Largest whole number up to which all are exact.
const WHOLE: u128 = 1 << 53;

/// Reads `12`, `-0.5`, `.5`, `1e-7`; `None` for anything else, also for `inf` and `nan`.
///
/// The result is the nearest number for up to 38 significant digits, which is all that price lists and people write.
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
    let power = EXACT.get(exponent.unsigned_abs() as usize);
    match power {
        Some(power) if digits <= WHOLE && exponent <= 0 => digits as f64 / power,
        Some(power) if digits <= WHOLE && digits as f64 * power <= WHOLE as f64 => digits as f64 * power,
        _ if digits == 0 || exponent < -400 => 0.0,
        _ if exponent > 400 => f64::INFINITY,
        _ => nearest(digits, exponent),
    }
}

/// The nearest number to `digits × 10^exponent`, by whole numbers as long as it takes.
#[inline(never)]
fn nearest(digits: u128, exponent: i32) -> f64 {
    // limbs of 32 bits, the lowest first
    let mut limbs: Vec<u32> = (0..4).map(|at| (digits >> (32 * at)) as u32).collect();
    let mut shift = 0;
    let mut dropped = false;
    if exponent < 0 {
        // room for the quotient to keep 64 bits: 10^k has fewer than 4·k bits
        let room = exponent.unsigned_abs().div_ceil(8) + 2;
        limbs.splice(0..0, (0..room).map(|_| 0));
        shift = 32 * room;
    }
    for step in steps_of_ten(exponent.unsigned_abs()) {
        dropped |= if exponent < 0 { divide(&mut limbs, step) } else { multiply(&mut limbs, step) };
    }
    while limbs.last() == Some(&0) {
        limbs.pop();
    }
    // the top 64 bits; the last of them stands for all that follow
    let limb = |back: usize| limbs.len().checked_sub(back).and_then(|at| limbs.get(at)).copied().unwrap_or(0);
    let zeros = limb(1).leading_zeros();
    let top = (u128::from(limb(1)) << 64 | u128::from(limb(2)) << 32 | u128::from(limb(3))) << zeros;
    let below = limbs.len().saturating_sub(3);
    dropped |= top as u32 != 0 || limbs.iter().take(below).any(|limb| *limb != 0);
    let bits = (top >> 32) as u64 | u64::from(dropped);
    let places = 32 * (limbs.len() as i32 - 2) - zeros as i32 - shift as i32;
    // in two steps, so that the power itself neither vanishes nor overflows
    bits as f64 * 2_f64.powi(places / 2) * 2_f64.powi(places - places / 2)
}

/// `10^exponent` as factors that fit a limb.
fn steps_of_ten(exponent: u32) -> impl Iterator<Item = u32> {
    let rest = exponent % 9;
    (0..exponent / 9).map(|_| 1_000_000_000).chain((rest > 0).then(|| 10_u32.pow(rest)))
}

/// Multiplies; nothing is dropped.
fn multiply(limbs: &mut Vec<u32>, factor: u32) -> bool {
    let mut carry = 0;
    for limb in limbs.iter_mut() {
        let product = u64::from(*limb) * u64::from(factor) + carry;
        *limb = product as u32;
        carry = product >> 32;
    }
    limbs.push(carry as u32);
    false
}

/// Divides; whether a remainder was dropped.
fn divide(limbs: &mut [u32], divisor: u32) -> bool {
    let mut rest = 0_u64;
    for limb in limbs.iter_mut().rev() {
        let above = rest << 32 | u64::from(*limb);
        *limb = (above / u64::from(divisor)) as u32;
        rest = above % u64::from(divisor);
    }
    rest != 0
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
        for text in
            ["0", "-0.0", "5.", ".5", "+3", "00012.50", "1e22", "9007199254740993", "0.30000000000000004"]
        {
            assert_eq!(float(text), text.parse().ok(), "{text}");
        }
    }

    #[test]
    fn extremes_are_exact() {
        for text in [
            "1e308",
            "1.7976931348623157e308",
            "1.8e308",
            "1e300",
            "2.2250738585072014e-308",
            "1e-300",
            "123e-40",
            "1e999",
            "1e-999",
            "9007199254740993e23",
        ] {
            assert_eq!(float(text), text.parse().ok(), "{text}");
        }
    }

    proptest! {
        #[test]
        fn is_the_nearest_number(digits: u128, exponent in -330_i32..=300) {
            // numbers too small for all their digits are left out
            prop_assume!(digits == 0 || digits.ilog10() as i32 + exponent > -307);
            let text = format!("{digits}e{exponent}");
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
                prop_assert!(found == expected || (found - expected).abs() <= expected.abs() * 1e-15 || expected.abs() < 1e-307);
            }
        }
    }
}
