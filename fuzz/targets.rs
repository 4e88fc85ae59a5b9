//! What every input must keep, whatever its bytes: nothing panics, everything read can be written and read again, every
//! problem has words. libFuzzer calls these through `fuzz_targets/`.

#![allow(dead_code)] // each target uses one

use std::str::from_utf8;

use llm_breakeven::catalogue::{Catalogue, model_text};
use llm_breakeven::engine::uncertainty::range;
use llm_breakeven::engine::{self, uncertainty};
use llm_breakeven::import::{Imported, read_any, runs, scenario_file};
use llm_breakeven::scenario::link::{self, MAX_LENGTH, MOST_SCENARIOS};
use llm_breakeven::scenario::{FieldId, Scenario};
use llm_breakeven::units::Date;
use llm_breakeven::words::views::imports::usage_file;
use llm_breakeven::words::{errors, imports, prices, verdict};

/// A link: what is decoded is a fixpoint, has an answer or a reason, and every notice has words.
pub fn link(data: &[u8]) {
    let Ok(text) = from_utf8(data) else { return };
    let catalogue = Catalogue::builtin();
    let decoded = link::decode(text, catalogue);
    assert!(decoded.others.len() < MOST_SCENARIOS);
    for notice in &decoded.notices {
        let said = errors::notice(notice);
        assert!(said.ends_with(['.', '?']) && said.len() < 700, "{said}");
    }
    again(&decoded);
    for scenario in std::iter::once(&decoded.scenario).chain(&decoded.others) {
        answered(scenario);
    }
}

/// Written, read and written again: the same scenarios and the same bytes, without a complaint.
fn again(decoded: &link::Decoded) {
    let catalogue = Catalogue::builtin();
    let written = link::encode_all(&decoded.scenario, &decoded.others, catalogue.newest());
    assert!(written.len() <= MAX_LENGTH, "{}", written.len());
    assert!(written.bytes().all(|b| b.is_ascii_alphanumeric() || b"-._~*,;=".contains(&b)), "{written}");
    let read = link::decode(&written, catalogue);
    assert_eq!(read.notices, [], "{written}");
    assert_eq!((&read.scenario, &read.others), (&decoded.scenario, &decoded.others), "{written}");
    assert_eq!(link::encode_all(&read.scenario, &read.others, catalogue.newest()), written);
}

/// An answer is finite, or its refusal has words.
fn answered(scenario: &Scenario) {
    match engine::evaluate(scenario, Catalogue::builtin()) {
        Ok(report) => {
            assert!(report.api.bill.value().is_finite());
            if let Ok(plan) = &report.plan {
                assert!(plan.bill.total().value().is_finite() && plan.utilisation.is_finite());
            }
            let said = verdict::verdict(&report).text();
            assert!(!said.contains("NaN") && !said.contains("inf"), "{said}");
        }
        Err(error) => assert!(!errors::reason(&error).is_empty()),
    }
}

/// A file of any kind: price lists, models, checkpoints, benchmarks, scenarios.
pub fn import(data: &[u8]) {
    let catalogue = Catalogue::builtin();
    let said = |text: String| assert!(text.ends_with(['.', '?']) && text.len() < 1_500, "{text}");
    match read_any("dropped", data, Date::EPOCH, catalogue) {
        Err(error) => said(imports::unreadable(&error)),
        Ok(Imported::Prices(import)) => {
            import.problems.iter().for_each(|problem| said(prices::problem(problem)));
            for row in &import.api_prices {
                assert!(row.input.value().is_finite() && row.output.value() >= 0.0, "{row:?}");
            }
            assert!(import.offers.iter().all(|row| row.price_per_gpu().value().is_finite()));
        }
        Ok(Imported::Model { read, .. }) => {
            read.notices.iter().for_each(|notice| said(imports::notice(notice)));
            own_text(&model_text::encode(&read.model));
        }
        Ok(Imported::Usage(Err(error))) => said(usage_file::refused(error)),
        Ok(Imported::Usage(Ok(usage))) => {
            // UTC, and the ends of what zones there are
            for ahead in [-12.0, 0.0, 5.5, 14.0] {
                said(usage_file::summary(&usage, ahead));
                let mut scenario = Scenario::default();
                for (field, text) in usage.sets(scenario.hours_per_month(), ahead) {
                    scenario.set_text(field, &text, catalogue).expect("usage sets what a field takes");
                }
            }
        }
        Ok(Imported::Weights(weights)) => said(imports::weights(&weights)),
        Ok(Imported::Runs { runs, problems }) => {
            problems.iter().for_each(|(_, error)| said(imports::damage(error)));
            for run in &runs {
                let mut scenario = Scenario::default();
                for (field, text) in runs::sets(run, Some(1), catalogue) {
                    scenario.set_text(field, &text, catalogue).expect("a benchmark sets what a field takes");
                }
            }
        }
        Ok(Imported::Scenarios { read, stopped }) => {
            imports::scenarios(&read, stopped).into_iter().for_each(said);
            again(&read);
            let file = scenario_file::write(&read.scenario, &read.others, catalogue.newest());
            let Ok(Imported::Scenarios { read: back, .. }) =
                read_any("x", file.as_bytes(), Date::EPOCH, catalogue)
            else {
                panic!("{file}");
            };
            assert_eq!((&back.scenario, &back.others), (&read.scenario, &read.others), "{file}");
        }
    }
}

/// The text of an own model, as links carry it.
pub fn own_model(data: &[u8]) {
    if let Ok(text) = from_utf8(data) {
        own_text(text);
    }
}

fn own_text(text: &str) {
    let mut scenario = Scenario::default();
    if scenario.set_text(FieldId::OwnModel, text, Catalogue::builtin()).is_ok() {
        again(&link::Decoded { scenario: scenario.clone(), ..Default::default() });
        answered(&scenario);
    }
}

/// Ranges of uncertain inputs: those that are accepted are drawn from.
pub fn ranges(data: &[u8]) {
    let Ok(text) = from_utf8(data) else { return };
    let catalogue = Catalogue::builtin();
    if let Ok(read) = range::parse(text) {
        // fifteen digits are kept: what is written is a fixpoint
        let written = range::text(&read);
        assert_eq!(range::parse(&written).map(|read| range::text(&read)), Ok(written), "{text}");
    }
    let mut scenario = Scenario::default();
    if scenario.set_text(FieldId::Ranges, text, catalogue).is_ok()
        && let Ok(study) = uncertainty::Study::new(&scenario, catalogue)
    {
        let _ = study.draw(0..4).summary();
    }
}
