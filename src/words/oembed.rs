//! What a program that is given the page's address may show in its place, as an oEmbed answer.
//!
//! It is one file, so it says the same for every link: a fragment never reaches a server. Who asks gets the default
//! scenario in a frame, if the page's public address was known when it was built, else a link with a title.

/// The answer of a page at `address`, which ends with a slash.
///
/// ```
/// use llm_breakeven::words::oembed::json;
/// assert!(json(None).contains("\"type\": \"link\""));
/// assert!(json(Some("https://x.example/llm/")).contains("<iframe src=\\\"https://x.example/llm/?embed\\\""));
/// ```
#[must_use]
pub fn json(address: Option<&str>) -> String {
    let title = "LLM Breakeven: API or GPU, and from what volume";
    let head = format!(
        "{{\n  \"version\": \"1.0\",\n  \"title\": \"{title}\",\n  \"provider_name\": \"LLM Breakeven\",\n  \"cache_age\": 86400,\n"
    );
    let Some(address) = address else { return format!("{head}  \"type\": \"link\"\n}}\n") };
    let (width, height) = (760, 860);
    let html = format!(
        "<iframe src=\\\"{address}?embed\\\" width=\\\"{width}\\\" height=\\\"{height}\\\" title=\\\"{title}\\\" loading=\\\"lazy\\\"></iframe>"
    );
    format!(
        "{head}  \"provider_url\": \"{address}\",\n  \"type\": \"rich\",\n  \"width\": {width},\n  \"height\": {height},\n  \"html\": \"{html}\"\n}}\n"
    )
}

/// A public address as it was given for the build: nothing but letters, digits and what addresses are made of.
///
/// # Errors
/// What is wrong with it.
pub fn address(given: &str) -> Result<&str, &'static str> {
    let plain = given.bytes().all(|b| b.is_ascii_alphanumeric() || b"-._~:/".contains(&b));
    if !plain || !(given.starts_with("https://") || given.starts_with("http://")) {
        return Err("it must be a plain http(s) address without query and fragment");
    }
    if given.ends_with('/') { Ok(given) } else { Err("it must end with a slash") }
}
