//! `importFile`: price lists, models and benchmarks of others, in a program of their own.

use super::rows::{write_api, write_offer};
use super::value::{numbers, optional_numbers, plain, texts, thrown};
use crate::catalogue::{Catalogue, model_text};
use crate::import::benchmark::Benchmark;
use crate::import::json::Writer;
use crate::import::model::checkpoint::Checkpoint;
use crate::import::model::hf_config;
use crate::import::prices::{Import, ImportProblem, Skipped};
use crate::import::usage::Usage;
use crate::import::{Imported, read_any, runs};
use crate::scenario::{FieldId, Scenario, link};
use crate::units::{Date, Milliseconds};
use crate::words::views::imports::{benchmark, usage_file};
use crate::words::{imports, prices as words};
use wasm_bindgen::prelude::*;

/// What a file holds.
///
/// # Errors
/// A `FieldError` object when nothing of it can be read.
#[wasm_bindgen(js_name = importFile)]
pub fn import_file(name: &str, bytes: &[u8], today: &str) -> Result<JsValue, JsValue> {
    let no_date = || thrown("today", "This is no date.", "Write a date such as 2026-11-23.");
    let today = Date::parse(today).ok_or_else(no_date)?;
    let imported = read_any(name, bytes, today, Catalogue::builtin()).map_err(|error| {
        let said = imports::unreadable(&error);
        // the first sentence says what it is, the rest what to do
        let (reason, hint) = said.split_once(". ").unwrap_or((&said, imports::KINDS));
        thrown("bytes", &[reason.trim_end_matches('.'), "."].concat(), hint)
    })?;
    if let Imported::Usage(Err(error)) = &imported {
        let said = usage_file::refused(*error);
        let (reason, hint) = said.split_once(". ").unwrap_or((&said, imports::KINDS));
        return Err(thrown("bytes", &[reason, "."].concat(), hint));
    }
    Ok(plain(&mut |json| match &imported {
        Imported::Prices(import) => {
            json.key("kind").text("prices");
            write_prices(json, import);
        }
        Imported::Model { read, checkpoint } => write_model(json, read, checkpoint.as_ref()),
        Imported::Weights(checkpoint) => {
            texts(json, &[("kind", "weights"), ("summary", &imports::weights(checkpoint))]);
            write_checkpoint(json, checkpoint);
            let size = checkpoint.size().map(benchmark::size_text);
            write_sets(json, size.map(|text| (FieldId::WeightSize, text)).into_iter().collect());
        }
        Imported::Scenarios { read, stopped } => {
            json.key("kind").text("scenarios");
            let link = link::encode_all(&read.scenario, &read.others, Catalogue::builtin().newest());
            json.key("link").text(&link);
            json.key("notices").list(&mut |json| {
                imports::scenarios(read, *stopped).iter().skip(1).for_each(|line| json.text(line));
            });
        }
        Imported::Usage(usage) => drop(usage.as_ref().map(|usage| write_usage(json, usage))),
        Imported::Runs { runs, problems } => {
            json.key("kind").text("runs");
            json.key("runs").list(&mut |json| runs.iter().for_each(|run| write_run(json, run)));
            json.key("problems").list(&mut |json| {
                for (place, error) in problems {
                    json.object(&mut |json| {
                        numbers(json, &[("run", *place as f64)]);
                        json.key("message").text(&imports::damage(error));
                    });
                }
            });
        }
    }))
}

fn write_model(json: &mut Writer, read: &hf_config::Imported, checkpoint: Option<&Checkpoint>) {
    let model = &read.model;
    texts(
        json,
        &[
            ("kind", "model"),
            ("name", &model.hf_id),
            ("summary", &imports::shape(model)),
            ("ownModel", &model_text::encode(model)),
        ],
    );
    let count = |count: Option<u64>| count.map(|count| count as f64);
    optional_numbers(
        json,
        &[
            ("parameters", count(model.parameters.total)),
            ("activeParameters", count(model.parameters.active)),
            ("maxContext", model.max_context.map(f64::from)),
        ],
    );
    json.key("notices").list(&mut |json| {
        read.notices.iter().for_each(|notice| json.text(&imports::notice(notice)));
    });
    json.key("checkpoint");
    match checkpoint {
        Some(checkpoint) => json.object(&mut |json| write_checkpoint(json, checkpoint)),
        None => json.null(),
    }
    let sets = benchmark::model_sets(model, checkpoint);
    write_sets(json, sets.into_iter().filter(|(_, text)| !text.is_empty()).collect());
}

fn write_checkpoint(json: &mut Writer, checkpoint: &Checkpoint) {
    numbers(json, &[("bytes", checkpoint.bytes as f64), ("tensors", checkpoint.tensors as f64)]);
    json.key("checkpointParameters").number(checkpoint.parameters.map(|count| count as f64));
}

fn write_usage(json: &mut Writer, usage: &Usage) {
    texts(json, &[("kind", "usage"), ("summary", &usage_file::summary(usage, 0.0))]);
    numbers(
        json,
        &[
            ("requests", usage.requests),
            ("inputTokens", usage.input),
            ("outputTokens", usage.output),
            ("cachedInputTokens", usage.cached),
            ("hours", usage.hours.value()),
            ("skippedRows", usage.skipped.0 as f64),
        ],
    );
    write_sets(json, usage.sets(Scenario::default().hours_per_month(), 0.0));
}

/// What puts it into a scenario.
fn write_sets(json: &mut Writer, sets: Vec<(FieldId, String)>) {
    json.key("scenario").object(&mut |json| {
        let mut scenario = Scenario::default();
        for (id, text) in &sets {
            // texts say 1.46M where a caller expects a number
            let read = scenario.set_text(*id, text, Catalogue::builtin());
            match scenario.optional(*id).filter(|_| read.is_ok()) {
                Some(number) => json.key(id.field().name).number(Some(number)),
                None => json.key(id.field().name).text(text),
            }
        }
    });
}

fn write_run(json: &mut Writer, run: &Benchmark) {
    json.object(&mut |json| {
        texts(json, &[("tool", imports::tool(run.tool)), ("model", &run.model), ("gpu", &run.gpu)]);
        optional_numbers(
            json,
            &[
                ("inputTokens", Some(run.isl)),
                ("outputTokens", Some(run.osl)),
                ("concurrency", run.concurrency),
                ("outputTokensPerSecond", Some(run.output.value())),
                ("ttftMs", run.ttft.map(Milliseconds::value)),
                ("tpotMs", run.tpot.map(Milliseconds::value)),
            ],
        );
        write_sets(json, runs::sets(run, None, Catalogue::builtin()));
    });
}

fn write_prices(json: &mut Writer, import: &Import) {
    texts(json, &[("format", import.format.key()), ("summary", &words::summary(import))]);
    json.key("apiPrices").list(&mut |json| import.api_prices.iter().for_each(|row| write_api(json, row)));
    json.key("offers").list(&mut |json| import.offers.iter().for_each(|row| write_offer(json, row)));
    json.key("problems").list(&mut |json| import.problems.iter().for_each(|one| write_problem(json, one)));
    json.key("skipped").object(&mut |json| {
        for why in Skipped::ALL.into_iter().filter(|why| import.skipped.of(*why) > 0) {
            json.key(words::skipped(why)).number(Some(import.skipped.of(why) as f64));
        }
    });
}

fn write_problem(json: &mut Writer, one: &ImportProblem) {
    json.object(&mut |json| {
        json.key("line").number(one.line.map(f64::from));
        texts(json, &[("row", &one.row), ("field", &one.field), ("message", &words::problem(one))]);
    });
}
