//! Numbers as text: `exact` for what is read back (links, input fields), the rest for what is looked at.
//!
//! Displayed figures carry three significant digits, because inputs are estimates; exact text carries the
//! shortest digits that parse to the same number.

use super::money;

/// Powers of a thousand with their letter, largest first.
const SCALES: [(i32, &str); 4] = [(12, "T"), (9, "B"), (6, "M"), (3, "k")];

/// The shortest text that [`super::parse::number`] reads back as exactly this number.
///
/// ```
/// use llm_breakeven::units::format::exact;
/// assert_eq!(exact(5e9), "5B");
/// assert_eq!(exact(1_234_567.0), "1.234567M");
/// assert_eq!(exact(0.28), "0.28");
/// assert_eq!(exact(8192.0), "8.192k");
/// ```
#[must_use]
pub fn exact(value: f64) -> String {
    let scientific = format!("{value:e}");
    let Some((digits, exponent)) = scientific.split_once('e') else {
        return scientific; // "NaN" or "inf": no number of ours, but never a panic
    };
    let exponent: i32 = exponent.parse().unwrap_or(0);
    for (power, letter) in SCALES {
        if (power..power + 3).contains(&exponent) {
            return shift_point(digits, exponent - power) + letter;
        }
    }
    if (-7..3).contains(&exponent) { shift_point(digits, exponent) } else { scientific }
}

/// Moves the decimal point of `d.ddd` by `places`, as text, so that no digit changes.
fn shift_point(digits: &str, places: i32) -> String {
    let (sign, digits) = digits.strip_prefix('-').map_or(("", digits), |rest| ("-", rest));
    let plain: String = digits.chars().filter(char::is_ascii_digit).collect();
    let point = 1 + places;
    let text = if point <= 0 {
        format!("0.{}{plain}", "0".repeat(point.unsigned_abs() as usize))
    } else {
        let point = point.unsigned_abs() as usize;
        if plain.len() <= point {
            format!("{plain}{}", "0".repeat(point - plain.len()))
        } else {
            format!("{}.{}", &plain[..point], &plain[point..])
        }
    };
    format!("{sign}{text}")
}

/// A count to three significant digits with its letter: `7.39B`, `815M`, `12`.
#[must_use]
pub fn compact(value: f64) -> String {
    let magnitude = value.abs();
    for (power, letter) in SCALES {
        let unit = 10f64.powi(power);
        // 999,600 must become 1M, not 1000k
        if magnitude >= unit * 0.9995 {
            return significant(value / unit) + letter;
        }
    }
    significant(value)
}

/// Three significant digits, at most two decimals for numbers of one and more, trailing zeros dropped.
fn significant(value: f64) -> String {
    if value == 0.0 {
        return "0".into();
    }
    let decimals = (2 - value.abs().log10().floor() as i32).clamp(0, 9) as usize;
    trim_zeros(format!("{value:.decimals$}"))
}

fn trim_zeros(text: String) -> String {
    if !text.contains('.') {
        return text;
    }
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// A whole number with grouped thousands: `4,803`.
#[must_use]
pub fn grouped(value: f64) -> String {
    let digits = format!("{:.0}", value.abs());
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    // a value that rounds to zero has no sign
    if value < 0.0 && digits != "0" { format!("−{text}") } else { text }
}

/// An amount of dollars, in the currency that is shown: `$0.28`, `$41.20`, `$4,803`, `$1.25M`.
#[must_use]
pub fn usd(value: f64) -> String {
    let currency = money::shown();
    let value = value * currency.rate();
    let sign = if value < 0.0 { "−" } else { "" };
    let magnitude = value.abs();
    let text = if magnitude >= 999_500.0 {
        compact(magnitude)
    } else if magnitude >= 99.995 {
        grouped(magnitude)
    } else if magnitude >= 0.995 || magnitude == 0.0 {
        format!("{magnitude:.2}")
    } else {
        let text = significant(magnitude);
        // cents are written with two places
        if text.len() == 3 { text + "0" } else { text }
    };
    let text = if text == "0.00" { "0".to_owned() } else { text };
    [sign, &currency.sign(), &text].concat()
}

/// An amount of money on an axis, without needless cents: `$500`, `$10k`, `$2M`.
#[must_use]
pub fn usd_tick(value: f64) -> String {
    let currency = money::shown();
    [currency.sign(), compact(value * currency.rate())].concat()
}

/// A percentage with at most one decimal: `33%`, `0.4%`.
#[must_use]
pub fn percent(value: f64) -> String {
    let decimals = usize::from(value.abs() < 9.95);
    trim_zeros(format!("{value:.decimals$}")) + "%"
}

/// A date as its month.
///
/// ```
/// use llm_breakeven::units::{Date, format};
/// assert_eq!(format::month(Date::parse("2027-03-31").unwrap()), "Mar 2027");
/// ```
#[must_use]
pub fn month(date: super::Date) -> String {
    const MONTHS: [&str; 12] =
        ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    format!("{} {}", MONTHS[usize::from(date.month() - 1) % 12], date.year())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exact_text_reads_back_as_the_same_number() {
        for value in
            [0.0, 1.0, 0.1, 5e9, 0.333_333_333_333_333, 123.456, 999.9e9, 1e15, 6.25e-7, 1e-22, 1e22, 730.0]
        {
            let text = exact(value);
            assert_eq!(super::super::parse::number(&text), Ok(value), "{text}");
        }
    }

    #[test]
    fn shown_figures_have_three_digits() {
        let counts =
            [(7.389e9, "7.39B"), (814_736_842.0, "815M"), (999_960.0, "1M"), (12.0, "12"), (0.0, "0")];
        for (value, text) in counts {
            assert_eq!(compact(value), text);
        }
        let money = [
            (0.28, "$0.28"),
            (0.6, "$0.60"),
            (0.0896, "$0.0896"),
            (0.028, "$0.028"),
            (41.2, "$41.20"),
            (4803.4, "$4,803"),
            (1_250_000.0, "$1.25M"),
            (-872.0, "−$872"),
            (0.0, "$0"),
            (0.999, "$1.00"),
            (99.996, "$100"),
        ];
        for (value, text) in money {
            assert_eq!(usd(value), text);
        }
        assert_eq!(percent(33.3), "33%");
        assert_eq!(percent(0.42), "0.4%");
        assert_eq!(percent(70.0), "70%");
    }
}
