//! What is wrong with prices, usage and price lists, and what to write instead.

use super::errors::quoted;
use crate::engine::api_bill::{BillError, Problem};
use crate::import::prices::{self as import, Format, Import, ImportError, ImportProblem, Issue, Skipped};
use crate::units::format;

/// Why there is no bill.
#[must_use]
pub fn reason(error: &BillError) -> String {
    match &error.problem {
        Problem::NotANumber => "This is no number.".into(),
        Problem::NotAnObject => "This is no object of keys and values.".into(),
        Problem::UnknownField => "There is no such field.".into(),
        Problem::Negative => "This is below zero.".into(),
        Problem::UnknownPrice => "Nothing that is billed has this key.".into(),
        Problem::PartExceedsWhole { whole, available } => {
            format!("It is part of {whole}, of which there are {available}.")
        }
        Problem::WholeMissing { part } => format!("{part} is counted, and it is part of this, which is not."),
        Problem::OverlapMissing { one, other } => {
            format!(
                "{one} and {other} are counted and may overlap; this is what is in both, and it is not counted."
            )
        }
        Problem::NothingCounted => "None of these keys counts anything that is billed.".into(),
        Problem::NoPrices => "No price is given.".into(),
        Problem::NotATime => "This is no date or time of day.".into(),
        Problem::NotAShare => "This is no share between 0 and 1.".into(),
        Problem::TooLarge => "The amount has more digits than can be computed exactly.".into(),
    }
}

/// What to write instead.
#[must_use]
pub fn hint(error: &BillError) -> String {
    match &error.problem {
        Problem::NotANumber if error.field.starts_with("prices") => {
            "Write a number or a decimal as text, such as \"0.075\".".into()
        }
        Problem::NotANumber => "Write a number such as 1000.".into(),
        Problem::NotAnObject => {
            "Write { prices: { input_mtok: 0.6, output_mtok: 2.4 }, usage: { input_tokens: 1000 } }.".into()
        }
        Problem::UnknownField => {
            "Fields are prices, usage, timestamp, context, variants, retries and discount.".into()
        }
        Problem::Negative => "Write zero or more.".into(),
        Problem::UnknownPrice => {
            "Keys are such as input_mtok, output_mtok, cache_read_mtok or web_searches_kcount.".into()
        }
        Problem::PartExceedsWhole { whole, .. } => format!("Count these tokens in {whole} too."),
        Problem::WholeMissing { .. } => {
            "Give the whole too: input_tokens contain cached tokens, output_tokens contain reasoning.".into()
        }
        Problem::OverlapMissing { .. } => "Count what is in both; 0 when nothing is.".into(),
        Problem::NothingCounted => {
            "Use input_tokens and output_tokens; some APIs call them prompt_tokens and completion_tokens."
                .into()
        }
        Problem::NoPrices => {
            "Give at least input_mtok and output_mtok, in dollars per million tokens.".into()
        }
        Problem::NotATime => "Write 2026-11-23T12:00:00Z, or 16:30:00 for a time of day.".into(),
        Problem::NotAShare => "Write 0.1 for 10 %.".into(),
        Problem::TooLarge => "Use smaller counts or prices with fewer digits.".into(),
    }
}

/// Why nothing of a file was read, with what to do.
#[must_use]
pub fn file_error(error: &ImportError) -> String {
    let kinds = "LiteLLM, genai-prices, models.dev or SkyPilot price list, or a file saved here";
    match error {
        ImportError::TooLarge(bytes) => {
            let [size, most] = [*bytes, import::MAX_BYTES].map(|bytes| format::exact(bytes as f64 / 1e6));
            format!("The file has {size} MB; up to {most} MB are read.")
        }
        ImportError::NotText(at) => format!("The file is not text from byte {at} on. Choose a {kinds}."),
        ImportError::UnknownFormat => format!("The file is none of the known kinds. Choose a {kinds}."),
    }
}

/// Where a problem of a file is, and what it is.
#[must_use]
pub fn problem(problem: &ImportProblem) -> String {
    let ImportProblem { line, row, field, issue } = problem;
    let line = line.map_or_else(String::new, |line| format!("Line {line}, "));
    let field = if field.is_empty() { String::new() } else { format!(", {field}") };
    format!("{line}{}{field}: {}", quoted(row), self::issue(issue))
}

/// What is wrong with a field, to stand behind its name.
#[must_use]
pub fn issue(issue: &Issue) -> String {
    match issue {
        Issue::Syntax => {
            "the file breaks off here; the rows before were read. Save it whole for the rest.".into()
        }
        Issue::NotANumber(given) => format!("{} is no number; write one such as 0.28.", quoted(given)),
        Issue::Negative(price) => format!("{} is below zero; write what is charged.", format::exact(*price)),
        Issue::Absurd(price) => {
            format!("{} is too much per million tokens or GPU-hour; check the unit.", format::usd(*price))
        }
        Issue::PerMTok(price) => format!(
            "{} per token would be {} per million tokens: this is a price per million. Divide it by 1,000,000.",
            format::usd(*price),
            format::usd(*price * 1e6)
        ),
        Issue::PerToken(price) => format!(
            "{} per million tokens is less than any model costs: this is a price per token. Multiply it by 1,000,000.",
            format::exact(*price)
        ),
        Issue::Missing => "is missing; add it.".into(),
        Issue::UnknownGpu(given, None) => {
            format!("no accelerator is called {}; use an id of the GPU list.", quoted(given))
        }
        Issue::UnknownGpu(given, Some(like)) => {
            format!("no accelerator is called {}. Did you mean {like}?", quoted(given))
        }
        Issue::UnknownModel(given, None) => {
            format!("no open model is called {}; the price is kept without it.", quoted(given))
        }
        Issue::UnknownModel(given, Some(like)) => {
            format!(
                "no open model is called {}; the price is kept without it. Did you mean {like}?",
                quoted(given)
            )
        }
        Issue::Duplicate(None) => "was there before with another price; the first is used.".into(),
        Issue::Duplicate(Some(first)) => {
            format!("was there before, in line {first}, with another price; the first is used.")
        }
    }
}

/// What a file held, in one sentence.
#[must_use]
pub fn summary(import: &Import) -> String {
    let name = match import.format {
        Format::LiteLlm => "LiteLLM's price list",
        Format::GenaiPrices => "genai-prices' data",
        Format::ModelsDev => "models.dev's list",
        Format::SkyPilot => "A SkyPilot catalogue",
        Format::Own => "Own prices",
    };
    let count = |number: usize, one: &str| format!("{number} {one}{}", if number == 1 { "" } else { "s" });
    let left = import.skipped.total();
    let read =
        [count(import.api_prices.len(), "API price"), count(import.offers.len(), "GPU offer")].join(" and ");
    let problems = count(import.problems.len(), "problem");
    format!("{name}: {read}; {left} other rows left out; {problems}.")
}

/// Why rows were left out.
#[must_use]
pub const fn skipped(why: Skipped) -> &'static str {
    match why {
        Skipped::NotText => "not text in and text out",
        Skipped::NoPrice => "free, or without a price",
        Skipped::NoAccelerator => "without accelerator",
        Skipped::AcceleratorOnly => "an accelerator without its machine",
        Skipped::Zone => "another zone of the same offer",
        Skipped::Routed => "a router's price of another host",
        Skipped::Deprecated => "no longer offered",
    }
}

#[cfg(test)]
mod tests {
    use super::{hint, problem, reason};
    use crate::engine::api_bill::{BillError, PriceCard, Problem, Usage, price_usage};
    use crate::import::prices::{ImportProblem, Issue};

    #[test]
    fn every_error_says_why_and_what_to_do() {
        let part = Problem::WholeMissing { part: "cache_read_tokens".into() };
        for problem in
            [Problem::NotANumber, Problem::NoPrices, Problem::NothingCounted, part, Problem::TooLarge]
        {
            let error = BillError { field: "usage".into(), problem };
            assert!(reason(&error).ends_with('.') && hint(&error).ends_with('.'), "{error:?}");
        }
        let error = price_usage(&PriceCard::default(), &Usage::default()).err();
        assert_eq!(error.as_ref().map(reason).as_deref(), Some("No price is given."));
    }

    #[test]
    fn a_problem_names_its_place() {
        let one = ImportProblem {
            line: Some(7),
            row: "me/m".into(),
            field: "input".into(),
            issue: Issue::NotANumber("x".into()),
        };
        assert_eq!(problem(&one), "Line 7, “me/m”, input: “x” is no number; write one such as 0.28.");
    }
}
