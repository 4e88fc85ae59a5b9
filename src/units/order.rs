//! Sorting by a number, compiled once: each instance of the standard library's sort costs 5 kB of wasm.

/// Sorts by rising `key`, keeping the order of equals; NaN last.
///
/// ```
/// let mut words = vec!["three", "a", "to"];
/// llm_breakeven::units::order::by_number(&mut words, |word| word.len() as f64);
/// assert_eq!(words, ["a", "to", "three"]);
/// ```
pub fn by_number<T>(items: &mut Vec<T>, key: impl Fn(&T) -> f64) {
    let order = permutation(items.iter().map(key).collect());
    let mut taken: Vec<Option<T>> = items.drain(..).map(Some).collect();
    items.extend(order.into_iter().filter_map(|index| taken.get_mut(index).and_then(Option::take)));
}

/// A number that orders texts by their first eight letters, whatever their case.
#[must_use]
pub fn of_text(text: &str) -> f64 {
    let letters = text.bytes().map(|byte| byte.to_ascii_lowercase()).chain(std::iter::repeat(0));
    letters.take(8).fold(0.0, |key, byte| key * 256.0 + f64::from(byte))
}

fn permutation(keys: Vec<f64>) -> Vec<usize> {
    let mut keyed: Vec<(f64, usize)> = keys.into_iter().zip(0..).collect();
    keyed.sort_unstable_by(|(a, i), (b, j)| a.total_cmp(b).then(i.cmp(j)));
    keyed.into_iter().map(|(_, index)| index).collect()
}
