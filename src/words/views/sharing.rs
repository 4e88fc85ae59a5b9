//! Less than a GPU for the scenario's model: slices of one, other models beside it, adapters on top of it.

use super::Context;
use super::memory::{Part, stacked};
use crate::catalogue::{Catalogue, Text};
use crate::chart::scene::Role;
use crate::engine::accelerator::Accelerator;
use crate::engine::architecture::Architecture;
use crate::engine::invalid::Invalid;
use crate::engine::memory::{MemoryPlan, Parallel};
use crate::engine::sharing::{self, adapter_memory, adapter_overhead, memory_eighths, residents, slice};
use crate::engine::sizing::{Ask, Site};
use crate::engine::throughput::Refusal;
use crate::engine::weight_format::WeightFormat;
use crate::units::{Bytes, format, parse};
use crate::words::errors::quoted;
use crate::words::imports::invalid;
use crate::words::names;
use crate::words::price_matrix::select;
use crate::words::table::{Cell, Column, Row, Table};
use crate::words::verdict::binds;
use crate::words::view::{Block, Control, ControlKind, View};

/// Colours of the models on one GPU.
const ROLES: [Role; 3] = [Role::Reserved, Role::Spot, Role::Gpu];

/// Keys of the choices of further models.
const OTHERS: [&str; 2] = ["second", "third"];

/// The view.
#[must_use]
pub fn view(context: &Context) -> View {
    let mut blocks = Vec::new();
    match Accelerator::try_from(&context.report.gpu) {
        Err(error) => blocks.push(Block::Alert(invalid(&error))),
        Ok(accelerator) => {
            slices(&mut blocks, &accelerator, context);
            neighbours(&mut blocks, &accelerator, context);
            adapters(&mut blocks, &accelerator, context);
        }
    }
    View { blocks }
}

/// The memory of a model on one GPU.
fn alone(
    context: &Context,
    model: &crate::catalogue::Model,
    accelerator: &Accelerator,
) -> Result<(WeightFormat, MemoryPlan, Architecture), Invalid> {
    sharing::alone(context.scenario, model, model.id == context.report.model.id, accelerator)
}

// --- slices ------------------------------------------------------------------------------------------------------

fn slices(blocks: &mut Vec<Block>, accelerator: &Accelerator, context: &Context) {
    let (gpu, model) = (&context.report.gpu, &context.report.model);
    blocks.push(Block::Heading("A slice of the GPU (MIG)".into()));
    let Some(most) = gpu.mig_slices else {
        blocks.push(Block::Text(format!("{} cannot be cut into slices.", names::gpu(gpu))));
        return;
    };
    let architecture = match Architecture::new(model) {
        Ok(architecture) => architecture,
        Err(error) => return blocks.push(Block::Alert(invalid(&error))),
    };
    let ask = Ask::of(context.scenario);
    let rows = (1..=most).filter(|count| most != 7 || memory_eighths(*count).is_some());
    let rows: Vec<Row> = rows
        .filter_map(|count| {
            let part = slice(accelerator, count, most).ok()?;
            let site =
                Site { architecture: &architecture, accelerator: &part, ask: &ask, measurements: Vec::new() };
            let served = site
                .formats(context.scenario, model.native_dtype)
                .into_iter()
                .map(|format| (format, site.setup(format, Parallel::SINGLE).capacity(&ask.demand)));
            Some(slice_row(count, most, &part, accelerator, served))
        })
        .collect();
    blocks.push(Block::Table(Table {
        columns: vec![
            Column::text("Slice"),
            Column::figure("Of them on a GPU"),
            Column::text("Weights"),
            Column::figure("Tokens/s of each"),
            Column::figure("Of the whole GPU"),
            Column::wide("TPOT, ms"),
            Column { wide_only: true, ..Column::text("Bound by") },
        ],
        rows,
        note: Text::Borrowed(
            "A slice has its sevenths of the compute and its eighths of memory and bandwidth. Tokens count input and output at full load \
             within your limits on latency, as the calibrated model has them for a GPU of that size: no measurement of slices is behind them.",
        ),
        ..Table::default()
    }));
}

/// A slice: what it serves in the first format that fits, or what is missing.
fn slice_row(
    count: u32,
    most: u32,
    part: &Accelerator,
    whole: &Accelerator,
    served: impl Iterator<Item = (WeightFormat, Result<crate::engine::throughput::Throughput, Refusal>)>,
) -> Row {
    let copies = sharing::copies(count, most, part, whole);
    let mut why = String::new();
    let mut found = None;
    for (format, result) in served {
        match result {
            Ok(throughput) => {
                found = Some((format, throughput));
                break;
            }
            Err(refusal) => why = self::why(&refusal),
        }
    }
    let name = if count == most { "whole GPU".to_owned() } else { format!("{count} of {most}") };
    let name = Cell::of(name).small(format!("{:.1} GB", part.memory.value() / 1e9));
    let mut cells = vec![name, Cell::of(copies.to_string())];
    match found {
        Some((format, throughput)) => {
            let each = (throughput.input + throughput.output).value();
            cells.extend([
                Cell::of(names::format(format)),
                Cell::of(format::grouped(each)),
                Cell::of(format::grouped(each * f64::from(copies))),
                Cell::of(format!("{:.1}", throughput.tpot.value())),
                Cell::of(binds(throughput.binds)),
            ]);
        }
        None => cells.extend([Cell::of(why), Cell::of("–"), Cell::of("–"), Cell::of("–"), Cell::of("–")]),
    }
    Row { cells, strong: count == most }
}

fn why(refusal: &Refusal) -> String {
    match refusal {
        Refusal::DoesNotFit(plan) => format!("misses {:.1} GB", plan.missing.value() / 1e9),
        Refusal::TooSlow { tpot, .. } => format!("too slow: {:.1} ms per token", tpot.value()),
        Refusal::Invalid(_) => "cannot be sized".into(),
    }
}

// --- neighbours --------------------------------------------------------------------------------------------------

fn line(key: &'static str, label: &str, value: String) -> Block {
    Block::Control(Control { key: Text::Borrowed(key), label: label.into(), value, kind: ControlKind::Line })
}

/// A whole number that was answered, or why it is none.
fn whole(context: &Context, key: &str, label: &str, first: u32) -> Result<u32, String> {
    match context.answers.given(key) {
        None => Ok(first),
        Some(given) => parse::number(given)
            .ok()
            .filter(|number| (1.0..=1e6).contains(number))
            .map(|number| number as u32)
            .ok_or_else(|| {
                format!(
                    "{label}: {} is no number from 1 to 1,000,000. Write one such as {first}.",
                    quoted(given)
                )
            }),
    }
}

fn models(catalogue: &Catalogue) -> Vec<(String, String)> {
    let none = [(String::new(), "none".to_owned())];
    none.into_iter()
        .chain(catalogue.models.iter().map(|one| (one.id.to_string(), names::model(one))))
        .collect()
}

/// Several models in the memory of one GPU.
fn neighbours(blocks: &mut Vec<Block>, accelerator: &Accelerator, context: &Context) {
    const LABEL: &str = "Requests at once, each model";
    blocks.push(Block::Heading("Several models on one GPU".into()));
    for (key, label) in OTHERS.into_iter().zip(["Beside it", "And"]) {
        blocks.push(select(key, label, context.answers.get(key), models(context.catalogue)));
    }
    let given = context.answers.given("sequences").map_or("4".to_owned(), str::to_owned);
    blocks.push(line("sequences", LABEL, given));
    let sequences = match whole(context, "sequences", LABEL, 4) {
        Ok(sequences) => f64::from(sequences),
        Err(text) => return blocks.push(Block::Alert(text)),
    };
    let others = OTHERS.iter().filter_map(|key| context.catalogue.model(context.answers.get(key)));
    let mut plans = Vec::new();
    for model in [&context.report.model].into_iter().chain(others) {
        match alone(context, model, accelerator) {
            Ok((format, plan, _)) => plans.push((model, format, plan)),
            Err(error) => {
                return blocks.push(Block::Alert(format!("{}: {}", names::model(model), invalid(&error))));
            }
        }
    }
    let memory = accelerator.memory;
    // what the engine of the first model leaves unused stays unused
    let share = (1.0 - plans[0].2.unused.max(Bytes::ZERO) / memory).clamp(0.05, 1.0);
    let held: Vec<(MemoryPlan, f64)> = plans.iter().map(|(_, _, plan)| (*plan, sequences)).collect();
    let missing = match residents(memory, share, &held) {
        Ok(missing) => missing,
        Err(error) => return blocks.push(Block::Alert(invalid(&error))),
    };
    let named: Vec<(String, Bytes, Role)> = plans
        .iter()
        .zip(ROLES)
        .map(|((model, format, plan), role)| {
            let size = plan.weights + plan.workspace + plan.sequence * sequences;
            (format!("{}: {}, {sequences} requests", names::model(model), names::format(*format)), size, role)
        })
        .collect();
    let used: Bytes = named.iter().map(|(_, size, _)| *size).sum();
    let mut parts: Vec<Part> = named.iter().map(|(name, size, role)| (name.as_str(), *size, *role)).collect();
    parts.push(("Free or left unused", (memory - used).max(Bytes::ZERO), Role::Range));
    let of = format!("Missing of the {} that the engine may take", format::percent(share * 100.0));
    let missing = (missing > Bytes::ZERO).then_some((&*of, missing));
    let note = "Each model with its own engine: weights, workspace and the cache of its requests. They share compute and bandwidth.";
    blocks.extend(stacked(memory, &parts, missing, note, context));
}

// --- adapters ----------------------------------------------------------------------------------------------------

/// LoRA adapters on the replica of the scenario, or on one GPU where there is none.
fn adapters(blocks: &mut Vec<Block>, accelerator: &Accelerator, context: &Context) {
    blocks.push(Block::Heading("LoRA adapters on one base".into()));
    let asked = [("adapters", "Adapters in memory", 10), ("rank", "Rank", 16)].map(|(key, label, first)| {
        let given = context.answers.given(key).map_or(first.to_string(), str::to_owned);
        blocks.push(line(key, label, given));
        whole(context, key, label, first)
    });
    let [Ok(count), Ok(rank)] = asked else {
        return blocks.extend(asked.into_iter().filter_map(Result::err).map(Block::Alert));
    };
    let replica = context.report.plan.as_ref().ok().map(|plan| &plan.replica);
    let (gpus, plan) = match replica.and_then(|replica| Some((replica.gpus, *replica.memory()?))) {
        Some(known) => known,
        None => match alone(context, &context.report.model, accelerator) {
            Ok((_, plan, _)) => (1, plan),
            Err(error) => return blocks.push(Block::Alert(invalid(&error))),
        },
    };
    let Ok(architecture) = Architecture::new(&context.report.model) else { return };
    let all = adapter_memory(&architecture, rank, count);
    let each = all / f64::from(gpus);
    let left = plan.cache - each;
    let requests = (left / plan.sequence).max(0.0).floor();
    let before = (plan.cache.max(Bytes::ZERO) / plan.sequence).floor();
    let rows = [
        ("One adapter", format!("{:.1} MB", all.value() / f64::from(count) / 1e6)),
        ("All of them, on each GPU", format!("{:.2} GB", each.value() / 1e9)),
        ("KV cache left on each GPU", format!("{:.1} GB", left.value().max(0.0) / 1e9)),
        (
            "Requests that its memory holds",
            format!("{} instead of {}", format::grouped(requests), format::grouped(before)),
        ),
        ("More arithmetic per token", format::percent(adapter_overhead(&architecture, rank) * 100.0)),
    ];
    let rows = rows
        .into_iter()
        .map(|(name, figure)| Row { cells: vec![Cell::of(name), Cell::of(figure)], strong: false });
    blocks.push(Block::Table(Table {
        columns: vec![Column::text("Adapters"), Column::figure("")],
        rows: rows.collect(),
        note: Text::Owned(format!(
            "In 16 bit, on a replica of {gpus} GPU{}. Engines lose 5 to 15 % of tokens/s to the extra kernels; that is not measured here and \
             not in any figure above.",
            if gpus == 1 { "" } else { "s" }
        )),
        ..Table::default()
    }));
    if left <= plan.sequence {
        blocks.push(Block::Alert(
            "The adapters leave no room for a request. Take fewer, a smaller rank or more GPUs.".into(),
        ));
    }
}
