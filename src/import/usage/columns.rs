//! What the columns of usage exports are called, and the counts that they hold.
//!
//! Names are compared without case, spaces and signs: `promptTokens`, `prompt_tokens` and `Prompt Tokens` are one.

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Column {
    /// When.
    Time,
    /// Input tokens; with those that were cached, unless these have columns of the two kinds below.
    Input,
    /// Output tokens.
    Output,
    /// Input and output together.
    Total,
    /// Of the input, read from a cache.
    Cached,
    /// Beside the input, read from a cache.
    CacheRead,
    /// Beside the input, written to a cache.
    CacheWrite,
    /// Of the output, reasoning.
    Reasoning,
    /// Requests that the row sums up.
    Requests,
}

const NAMES: [(Column, &[&str]); 9] = [
    (
        Column::Time,
        &[
            "timestamp",
            "timestamputc",
            "timestampms",
            "timestamps",
            "time",
            "datetime",
            "date",
            "day",
            "hour",
            "ts",
            "created",
            "createdat",
            "createdatutc",
            "starttime",
            "starttimeiso",
            "starttimeutc",
            "startingat",
            "requesttime",
            "requestcreatedat",
            "requesttimestamp",
            "usagedate",
            "usagedateutc",
            "aggregationtimestamp",
            "bucketstart",
            "eventtime",
            "loggedat",
            "arrivaltime",
            "arrivedat",
        ],
    ),
    (
        Column::Input,
        &[
            "inputtokens",
            "inputtokencount",
            "prompttokens",
            "prompttokencount",
            "tokensprompt",
            "tokensinput",
            "tokensin",
            "contexttokens",
            "ncontexttokenstotal",
            "requesttokens",
            "usageinputtokens",
            "usageprompttokens",
            "usageinputtokensnocache",
            "uncachedinputtokens",
            "numprefilltokens",
            "genaiusageinputtokens",
        ],
    ),
    (
        Column::Output,
        &[
            "outputtokens",
            "outputtokencount",
            "completiontokens",
            "completiontokencount",
            "tokenscompletion",
            "tokensoutput",
            "tokensout",
            "generatedtokens",
            "ngeneratedtokenstotal",
            "responsetokens",
            "usageoutputtokens",
            "usagecompletiontokens",
            "candidatestokencount",
            "numdecodetokens",
            "genaiusageoutputtokens",
        ],
    ),
    (Column::Total, &["totaltokens", "tokenstotal", "tokens", "totaltokencount", "usagetotaltokens"]),
    (
        Column::Cached,
        &[
            "inputcachedtokens",
            "cachedtokens",
            "cachedinputtokens",
            "cachedprompttokens",
            "tokenscached",
            "ncachedcontexttokenstotal",
            "cachedcontenttokencount",
        ],
    ),
    (
        Column::CacheRead,
        &["cachereadinputtokens", "usageinputtokenscacheread", "cachereadtokens", "cacheread"],
    ),
    (
        Column::CacheWrite,
        &[
            "cachecreationinputtokens",
            "usageinputtokenscachewrite",
            "usageinputtokenscachewrite5m",
            "usageinputtokenscachewrite1h",
            "cachewritetokens",
            "cachewrite",
            "ephemeral5minputtokens",
            "ephemeral1hinputtokens",
        ],
    ),
    (Column::Reasoning, &["reasoningtokens", "outputreasoningtokens", "nativetokensreasoning"]),
    (Column::Requests, &["nummodelrequests", "nrequests", "numrequests", "requests", "requestcount"]),
];

/// Keys that only files of other kinds have.
pub(super) const FOREIGN: [&[u8]; 4] = [b"benchmarks", b"weight_map", b"hidden_size", b"request_throughput"];

/// What a column of this name holds.
///
/// ```
/// use llm_breakeven::import::usage::columns::{Column, of_name};
/// assert_eq!(of_name(b"Prompt Tokens"), Some(Column::Input));
/// assert_eq!(of_name(b"usage_input_tokens_cache_read"), Some(Column::CacheRead));
/// assert_eq!(of_name(b"model"), None);
/// ```
#[must_use]
pub fn of_name(name: &[u8]) -> Option<Column> {
    let plain: Vec<u8> =
        name.iter().filter(|c| c.is_ascii_alphanumeric()).map(u8::to_ascii_lowercase).collect();
    let found = NAMES.iter().find(|(_, names)| names.iter().any(|one| one.as_bytes() == plain));
    found.map(|(column, _)| *column)
}

/// Counts of one row, or sums of many; `None` where nothing is said.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Counts {
    pub(super) input: Option<f64>,
    pub(super) output: Option<f64>,
    pub(super) total: Option<f64>,
    pub(super) cached: Option<f64>,
    pub(super) read: Option<f64>,
    pub(super) written: Option<f64>,
    pub(super) reasoning: Option<f64>,
    pub(super) requests: Option<f64>,
}

fn plus(a: Option<f64>, b: Option<f64>) -> Option<f64> {
    match (a, b) {
        (Some(a), Some(b)) => Some(a + b),
        (a, b) => a.or(b),
    }
}

impl Counts {
    /// The place of a column's count.
    pub(super) fn of(&mut self, column: Column) -> Option<&mut Option<f64>> {
        Some(match column {
            Column::Time => return None,
            Column::Input => &mut self.input,
            Column::Output => &mut self.output,
            Column::Total => &mut self.total,
            Column::Cached => &mut self.cached,
            Column::CacheRead => &mut self.read,
            Column::CacheWrite => &mut self.written,
            Column::Reasoning => &mut self.reasoning,
            Column::Requests => &mut self.requests,
        })
    }

    /// Adds a count: a file may have several columns of a kind.
    pub(super) fn put(&mut self, column: Column, count: f64) {
        if let Some(place) = self.of(column) {
            *place = plus(*place, Some(count));
        }
    }

    /// Whether it says anything about tokens.
    pub(super) fn any(&self) -> bool {
        [self.input, self.output, self.total, self.read, self.written].iter().any(Option::is_some)
    }

    /// These counts with those of `others` added; a total is split where input and output are known.
    pub(super) fn add(&mut self, other: &Self) {
        self.input = plus(self.input, other.input);
        self.output = plus(self.output, other.output);
        self.total = plus(self.total, Some(other.unsplit()).filter(|left| *left > 0.0));
        self.cached = plus(self.cached, other.cached);
        self.read = plus(self.read, other.read);
        self.written = plus(self.written, other.written);
        self.reasoning = plus(self.reasoning, other.reasoning);
    }

    /// Own counts where there are some, otherwise those of `parts`.
    pub(super) fn or(&self, parts: &Self) -> Self {
        Self {
            input: self.input.or(parts.input),
            output: self.output.or(parts.output),
            total: self.total.or(parts.total),
            cached: self.cached.or(parts.cached),
            read: self.read.or(parts.read),
            written: self.written.or(parts.written),
            reasoning: self.reasoning.or(parts.reasoning),
            requests: self.requests.or(parts.requests),
        }
    }

    /// Input, with what was read from or written to a cache.
    pub(super) fn all_input(&self) -> f64 {
        [self.input, self.read, self.written].into_iter().flatten().sum()
    }

    /// What was read from a cache.
    pub(super) fn all_cached(&self) -> f64 {
        let cached = self.cached.unwrap_or_default() + self.read.unwrap_or_default();
        cached.min(self.all_input())
    }

    /// A total of which the parts are not said.
    pub(super) fn unsplit(&self) -> f64 {
        if self.input.is_some() || self.output.is_some() { 0.0 } else { self.total.unwrap_or_default() }
    }

    /// All tokens.
    pub(super) fn tokens(&self) -> f64 {
        self.all_input() + self.output.unwrap_or_default() + self.unsplit()
    }
}

/// A count as written: digits, perhaps with commas between thousands; nothing counts as zero.
pub(super) fn count(text: &[u8]) -> Option<f64> {
    let text = text.trim_ascii();
    let mut number = 0.0;
    for (at, digit) in text.iter().enumerate() {
        match digit {
            b'0'..=b'9' => number = number * 10.0 + f64::from(digit - b'0'),
            b',' if at > 0 => {}
            _ => {
                return std::str::from_utf8(text)
                    .ok()?
                    .parse()
                    .ok()
                    .filter(|n: &f64| n.is_finite() && *n >= 0.0);
            }
        }
    }
    Some(number)
}
