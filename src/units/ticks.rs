//! Round numbers for logarithmic axes and tables.

use super::number;

/// Values 1, 2 and 5 times powers of ten in `min..=max`, thinned until at most `most` are left.
///
/// ```
/// use llm_breakeven::units::ticks::logarithmic;
/// assert_eq!(logarithmic(1e9, 2e10, 9), [1e9, 2e9, 5e9, 1e10, 2e10]);
/// assert_eq!(logarithmic(1e6, 1e12, 4), [1e6, 1e8, 1e10, 1e12]);
/// ```
#[must_use]
pub fn logarithmic(min: f64, max: f64, most: usize) -> Vec<f64> {
    let (low, high) = (min.log10().floor() as i32, max.log10().ceil() as i32);
    let inside = |value: &f64| *value >= min * (1.0 - 1e-9) && *value <= max * (1.0 + 1e-9);
    // from text, which is exact where 10f64.powi is not
    let power = |digit: u8, exponent: i32| number::parse(&format!("{digit}e{exponent}")).unwrap_or(f64::NAN);
    for digits in [&[1, 2, 5][..], &[1, 3], &[1]] {
        let all = (low..=high).flat_map(|exponent| digits.iter().map(move |digit| power(*digit, exponent)));
        let ticks: Vec<f64> = all.filter(inside).collect();
        if ticks.len() <= most {
            return ticks;
        }
    }
    for stride in 2..=high.abs_diff(low).max(2) {
        let exponents = (low..=high).filter(|exponent| exponent.rem_euclid(stride as i32) == 0);
        let ticks: Vec<f64> = exponents.map(|exponent| power(1, exponent)).filter(inside).collect();
        if ticks.len() <= most {
            return ticks;
        }
    }
    Vec::new()
}

/// The nearest 1, 2 or 5 times a power of ten that is not above (`up` false) or not below (`up` true) `value`.
#[must_use]
pub fn round_out(value: f64, up: bool) -> f64 {
    let exponent = value.log10().floor();
    let candidates = [1.0, 2.0, 5.0, 10.0].map(|digit| digit * 10f64.powf(exponent));
    let slack = 1e-9;
    if up {
        candidates.into_iter().find(|c| *c >= value * (1.0 - slack)).unwrap_or(value)
    } else {
        candidates.into_iter().rev().find(|c| *c <= value * (1.0 + slack)).unwrap_or(value)
    }
}
