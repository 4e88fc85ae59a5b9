//! Ids that can stand in a link, and the nearest one to a mistyped word.

/// A word of unreserved URL characters: lower case, with anything but `a–z 0–9 . _ -` as one `-`.
///
/// ```
/// use llm_breakeven::catalogue::slug;
/// assert_eq!(slug("NC A100 v4"), "nc-a100-v4");
/// assert_eq!(slug("@cf/meta llama"), "cf-meta-llama");
/// ```
#[must_use]
pub fn slug(text: &str) -> String {
    let mut word = String::with_capacity(text.len());
    push_slug(&mut word, text);
    word
}

/// Appends the [`slug`] of a text.
pub fn push_slug(out: &mut String, text: &str) {
    let start = out.len();
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'0'..=b'9' | b'.' | b'_' => out.push(char::from(byte)),
            b'A'..=b'Z' => out.push(char::from(byte.to_ascii_lowercase())),
            _ if out.len() == start || out.ends_with('-') => {}
            _ => out.push('-'),
        }
    }
    if out.len() > start && out.ends_with('-') {
        out.pop();
    }
}

/// The id most like `wanted`: one that contains it or starts like it, or that is a few keystrokes away.
///
/// ```
/// use llm_breakeven::catalogue::did_you_mean;
/// let ids = ["h100-sxm", "a100-sxm-80gb", "l40s"];
/// assert_eq!(did_you_mean("h100sxm", ids.into_iter()), Some("h100-sxm"));
/// assert_eq!(did_you_mean("zebra", ids.into_iter()), None);
/// ```
#[must_use]
pub fn did_you_mean<'a>(wanted: &str, ids: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let wanted = slug(wanted);
    if wanted.is_empty() {
        return None;
    }
    let score = |id: &str| {
        let distance = edit_distance(&wanted, id);
        // A few keystrokes: a third of the word; or the id spells the word out further.
        let near = distance * 3 <= wanted.len().max(3);
        (near || (wanted.len() >= 2 && id.contains(wanted.as_str()))).then_some(distance)
    };
    ids.filter_map(|id| score(id).map(|distance| (distance, id)))
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, id)| id)
}

/// Levenshtein distance over bytes, `O(|a|·|b|)`; words longer than 64 bytes are compared by their start.
fn edit_distance(a: &str, b: &str) -> usize {
    let (a, b) = (&a.as_bytes()[..a.len().min(64)], &b.as_bytes()[..b.len().min(64)]);
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.iter().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, y) in b.iter().enumerate() {
            let replaced = diagonal + usize::from(x != y);
            diagonal = row[j + 1];
            row[j + 1] = replaced.min(diagonal + 1).min(row[j] + 1);
        }
    }
    row[b.len()]
}
