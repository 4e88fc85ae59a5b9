//! Importing is total: shorter, damaged and random files of every kind end in rows or in words that say what to do.

#[path = "support/files.rs"]
mod files;

use files::samples;
use llm_breakeven::catalogue::{Catalogue, model_text};
use llm_breakeven::import::{Imported, Unreadable, read_any, runs};
use llm_breakeven::scenario::Scenario;
use llm_breakeven::units::Date;
use llm_breakeven::words::views::imports::usage_file;
use llm_breakeven::words::{imports as words, prices};
use proptest::prelude::*;

fn import_file(name: &str, bytes: &[u8]) -> Result<Imported, Unreadable> {
    read_any(name, bytes, Date::EPOCH, Catalogue::builtin())
}

/// Every error and problem has words that end.
fn spoken(result: &Result<Imported, Unreadable>) {
    let said = |text: String| assert!(text.ends_with(['.', '?']) && text.len() < 700, "{text}");
    match result {
        Err(error) => said(words::unreadable(error)),
        Ok(Imported::Prices(import)) => {
            import.problems.iter().for_each(|problem| said(prices::problem(problem)));
            said(prices::summary(import));
        }
        Ok(Imported::Model { read, .. }) => {
            read.notices.iter().for_each(|notice| said(words::notice(notice)));
            said(words::shape(&read.model));
            let text = model_text::encode(&read.model);
            assert!(model_text::decode(&text).is_ok(), "{text}");
        }
        Ok(Imported::Usage(Err(error))) => said(usage_file::refused(*error)),
        Ok(Imported::Usage(Ok(usage))) => {
            said(usage_file::summary(usage, 0.0));
            let mut scenario = Scenario::default();
            for (field, text) in usage.sets(scenario.hours_per_month(), 5.5) {
                scenario
                    .set_text(field, &text, Catalogue::builtin())
                    .unwrap_or_else(|error| panic!("{error:?}"));
            }
        }
        Ok(Imported::Weights(weights)) => said(words::weights(weights)),
        Ok(Imported::Scenarios { read, .. }) => {
            read.notices.iter().for_each(|notice| said(llm_breakeven::words::errors::notice(notice)));
        }
        Ok(Imported::Runs { runs, problems }) => {
            problems.iter().for_each(|(_, error)| said(words::damage(error)));
            for run in runs {
                said(words::taken(run, runs::total(run).value()));
                let mut scenario = Scenario::default();
                for (field, text) in runs::sets(run, Some(1), Catalogue::builtin()) {
                    scenario
                        .set_text(field, &text, Catalogue::builtin())
                        .unwrap_or_else(|error| panic!("{error:?}"));
                }
            }
        }
    }
}

#[test]
fn every_shorter_file_ends_in_words() {
    for (name, bytes) in samples() {
        for end in 0..bytes.len() {
            spoken(&import_file(name, &bytes[..end]));
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 3_000, failure_persistence: None, ..ProptestConfig::default() })]

    /// Bytes changed, doubled and cut out, and figures replaced by nonsense.
    #[test]
    fn damaged_files_end_in_words(
        kind in 0usize..15,
        places in prop::collection::vec((0.0..1.0f64, any::<u8>()), 1..6),
        nonsense in prop::sample::select(vec!["-1", "1e308", "NaN", "null", "\"x\"", "[]", "{}", "0", "1e-9", "18446744073709551615"]),
        cut in (0.0..1.0f64, 0usize..8),
    ) {
        let samples = samples();
        let (name, bytes) = &samples[kind % samples.len()];
        let at = |share: f64, length: usize| ((share * length as f64) as usize).min(length.saturating_sub(1));
        let mut bytes = bytes.clone();
        for (share, byte) in &places {
            let place = at(*share, bytes.len());
            bytes[place] = *byte;
        }
        spoken(&import_file(name, &bytes));
        let start = at(cut.0, bytes.len());
        bytes.drain(start..(start + cut.1).min(bytes.len()));
        spoken(&import_file(name, &bytes));
        // a figure of the sound file
        if let Ok(text) = std::str::from_utf8(&samples[kind % samples.len()].1) {
            let figures: Vec<(usize, &str)> = text.match_indices(|c: char| c.is_ascii_digit()).collect();
            if !figures.is_empty() {
                let (start, _) = figures[at(places[0].0, figures.len())];
                let end = start + text[start..].find(|c: char| !c.is_ascii_digit()).unwrap_or(1);
                let text = format!("{}{nonsense}{}", &text[..start], &text[end..]);
                spoken(&import_file(name, text.as_bytes()));
            }
        }
    }

    #[test]
    fn any_bytes_end_in_words(bytes in prop::collection::vec(any::<u8>(), 0..300), text in "\\PC{0,200}") {
        spoken(&import_file("x", &bytes));
        for head in ["", "{", "[", "{\"a\": {\"litellm_provider\": ", "InstanceType,AcceleratorName,AcceleratorCount,Price\n",
            "Serving Benchmark Result\n", "{\"hidden_size\": 64, "] {
            spoken(&import_file("x", format!("{head}{text}").as_bytes()));
        }
        let mut marked = b"GGUF\x03\0\0\0".to_vec();
        marked.extend(&bytes);
        spoken(&import_file("x", &marked));
    }
}
