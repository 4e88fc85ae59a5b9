//! Results of benchmarks as a table, the run that is taken, and what it and a model's shape put into the scenario.

use super::{MOST_SHOWN, control, rest};
use crate::catalogue::model::NativeDtype;
use crate::catalogue::{Catalogue, Model, Text, model_text};
use crate::engine::{Infeasible, evaluate};
use crate::import::benchmark::Benchmark;
use crate::import::model::ImportError;
use crate::import::model::checkpoint::Checkpoint;
use crate::import::runs;
use crate::scenario::{FieldId, Scenario};
use crate::units::{Bytes, Milliseconds, format};
use crate::words::imports as words;
use crate::words::table::{Cell, Column, Row, Table};
use crate::words::view::{Block, ControlKind};
use crate::words::views::Context;

/// What an imported model puts into the scenario: its shape, the format it is published in where that is not 16 bit, the
/// size of its weights where a checkpoint states it, and llama.cpp for a GGUF file. A speed that was measured for another
/// model goes.
pub fn model_sets(model: &Model, checkpoint: Option<&Checkpoint>) -> Vec<(FieldId, String)> {
    let format = match model.native_dtype {
        NativeDtype::Fp32 | NativeDtype::Bf16 | NativeDtype::Fp16 => "",
        NativeDtype::Fp8 => "fp8",
        NativeDtype::Int8 => "int8",
        NativeDtype::Int4 | NativeDtype::Int4Experts => "int4",
        NativeDtype::Mxfp4Experts => "mxfp4",
        NativeDtype::Nvfp4 => "nvfp4",
    };
    let mut sets = vec![
        (FieldId::OwnModel, model_text::encode(model)),
        (FieldId::Format, format.to_owned()),
        (FieldId::Throughput, String::new()),
    ];
    if checkpoint.is_some_and(|weights| !weights.architecture.is_empty()) {
        sets.push((FieldId::ServingEngine, "llamacpp".to_owned()));
    }
    // after what it belongs to: another model or format takes it away
    let size = checkpoint.and_then(Checkpoint::size);
    sets.push((FieldId::WeightSize, size.map_or(String::new(), size_text)));
    sets
}

/// A size as the field takes it.
pub fn size_text(size: Bytes) -> String {
    format::exact(size.value() / 1e9)
}

/// The runs, the best of them, and what could not be read.
pub fn show(
    blocks: &mut Vec<Block>,
    all: &[Benchmark],
    problems: &[(usize, ImportError)],
    context: &Context,
) {
    for (place, error) in problems.iter().take(MOST_SHOWN) {
        blocks.push(Block::Alert(format!("Result {place}: {}", words::damage(error))));
    }
    rest(blocks, problems.len(), "results that could not be read");
    let planned = context.report.plan.as_ref().ok().map(|plan| plan.replica.gpus);
    let gpus = context.answers.given("gpus").and_then(|text| text.trim().parse().ok()).or(planned);
    let gpus = gpus.filter(|gpus| (1..=64).contains(gpus));
    let value = gpus.map_or(String::new(), |gpus: u32| gpus.to_string());
    blocks.push(control("gpus", "GPUs of the server that was measured", &value, ControlKind::Line));
    let best = runs::best(all, context.scenario);
    match best {
        Err(why) => blocks.push(Block::Alert(words::no_run(why).into())),
        Ok(best) => take(blocks, &all[best], gpus, context),
    }
    blocks.push(Block::Table(table(all, best.ok(), gpus, context)));
    rest(blocks, all.len(), "runs");
}

/// The best run: what is taken, and how it compares with the estimate.
fn take(blocks: &mut Vec<Block>, run: &Benchmark, gpus: Option<u32>, context: &Context) {
    let total = runs::total(run).value();
    blocks.push(Block::Text(format!("{}: {}", words::tool(run.tool), words::taken(run, total))));
    let sets = runs::sets(run, gpus, context.catalogue);
    if !run.model.is_empty() && !sets.iter().any(|(field, _)| *field == FieldId::Model) {
        blocks.push(Block::Text(format!(
            "The list has no model called {}: the figure is taken for {}. Choose another if that is wrong.",
            crate::words::errors::quoted(&run.model),
            crate::words::names::model(&context.report.model)
        )));
    }
    match against_estimate(&sets, context.scenario, context.catalogue) {
        Some(Ok(estimate)) => blocks.push(Block::Text(format!(
            "The estimate for the same requests on the same GPUs is {} tokens/s: measured is {:.2} of it.",
            format::grouped(estimate),
            total / estimate
        ))),
        Some(Err(limit)) => blocks.push(Block::Alert(format!(
            "{} tokens/s are more than these GPUs can compute, which is {} at most. Write the GPUs of the server above, and \
             choose its GPU and model.",
            format::grouped(total),
            format::grouped(limit)
        ))),
        None => {}
    }
    blocks.push(Block::Take("Use this run".into(), sets));
}

/// What the engine estimates where the run was measured; or the limit that the run breaks.
fn against_estimate(
    sets: &[(FieldId, String)],
    scenario: &Scenario,
    catalogue: &Catalogue,
) -> Option<Result<f64, f64>> {
    let mut same = scenario.clone();
    same.set_text(FieldId::Throughput, "", catalogue).ok()?;
    for (field, text) in sets.iter().filter(|(field, _)| *field != FieldId::Throughput) {
        same.set_text(*field, text, catalogue).ok()?;
    }
    let estimate = evaluate(&same, catalogue).ok()?.plan.ok()?.replica.tokens_per_second.value();
    let (_, measured) = sets.iter().find(|(field, _)| *field == FieldId::Throughput)?;
    same.set_text(FieldId::Throughput, measured, catalogue).ok()?;
    match evaluate(&same, catalogue).ok()?.plan {
        Err(Infeasible::TooFast { limit, .. }) => Some(Err(limit.value())),
        _ if estimate > 0.0 => Some(Ok(estimate)),
        _ => None,
    }
}

fn table(all: &[Benchmark], best: Option<usize>, gpus: Option<u32>, context: &Context) -> Table {
    let ms = |time: Option<Milliseconds>| {
        time.map_or(Cell::of("–").key(f64::MAX), |time| {
            Cell::of(format!("{} ms", format::compact(time.value()))).key(time.value())
        })
    };
    let figure = |value: f64| Cell::of(format::grouped(value)).key(value);
    let rows = all.iter().enumerate().take(MOST_SHOWN).map(|(at, run)| {
        let load = run.concurrency.map_or(Cell::of("by rate").key(f64::MAX), figure);
        let kept = runs::keeps_limits(run, context.scenario);
        let total = figure(runs::total(run).value()).sets(runs::sets(run, gpus, context.catalogue));
        let cells = vec![
            load.small(if kept { "" } else { "beyond your limits" }),
            figure(run.isl),
            figure(run.osl),
            total,
            figure(run.output.value()),
            ms(run.ttft),
            ms(run.tpot),
        ];
        Row { cells, strong: best == Some(at) }
    });
    Table {
        columns: vec![
            Column::figure("In flight"),
            Column::wide("Tokens in"),
            Column::wide("Tokens out"),
            Column::figure("Tokens/s"),
            Column::wide("Output/s"),
            Column::figure("TTFT"),
            Column::figure("TPOT"),
        ],
        rows: rows.collect(),
        sortable: true,
        sorted: 0,
        note: Text::Borrowed(
            "Medians where the tool states them. A click on a run's tokens/s takes that run.",
        ),
    }
}
