//! Hourly weights as text: one character an hour, or a list of numbers out of a spreadsheet.

/// The largest weight.
pub const MOST: u8 = 35;

/// Loads as weights, in proportion, the largest 35; `None` when there is none above zero or one is no number.
#[must_use]
pub fn scaled(loads: &[f64]) -> Option<Vec<u8>> {
    let most = loads.iter().copied().fold(0.0, f64::max);
    if !(most > 0.0 && most.is_finite()) || loads.iter().any(|load| load.is_nan() || *load < 0.0) {
        return None;
    }
    // an hour with any load at all keeps some
    let weight =
        |load: &f64| if *load > 0.0 { (load / most * f64::from(MOST)).round().max(1.0) as u8 } else { 0 };
    Some(loads.iter().map(weight).collect())
}

/// Weights as text: `0`–`9` and `a`–`z`.
#[must_use]
pub fn text(weights: &[u8]) -> String {
    weights.iter().filter_map(|weight| char::from_digit(u32::from(*weight), 36)).collect()
}

/// The text of 24 or 168 weights, given as that text or as so many numbers, apart by blanks, commas, semicolons or tabs.
///
/// ```
/// use llm_breakeven::scenario::weights::read;
/// let text = "00000000125zzz5210000000";
/// assert_eq!(read(text).as_deref(), Some(text));
/// let numbers = "0 0 0 0 0 0 0 0, 10, 20, 50, 350, 350, 350, 50, 20, 10, 0 0 0 0 0 0 0";
/// assert_eq!(read(numbers).as_deref(), Some(text));
/// assert_eq!(read("1 2 3"), None);
/// ```
#[must_use]
pub fn read(given: &str) -> Option<String> {
    let plain = given.bytes().all(|c| c.is_ascii_digit() || c.is_ascii_lowercase());
    if plain {
        let good = matches!(given.len(), 24 | 168) && given.bytes().any(|c| c != b'0');
        return good.then(|| given.to_owned());
    }
    let parts = given.split([' ', ',', ';', '\t', '\n', '\r']).filter(|part| !part.is_empty());
    let loads: Vec<f64> = parts.map(|part| crate::units::number::parse(part).unwrap_or(f64::NAN)).collect();
    if !matches!(loads.len(), 24 | 168) {
        return None;
    }
    scaled(&loads).map(|weights| text(&weights))
}
