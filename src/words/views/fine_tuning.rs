//! Fine-tuning the scenario's model: what fits in memory, how long it takes, and what the GPU-hours cost.

use super::Context;
use super::memory::stacked;
use crate::catalogue::{Gpu, Text};
use crate::chart::scene::Role;
use crate::engine::accelerator::Accelerator;
use crate::engine::architecture::Architecture;
use crate::engine::choice;
use crate::engine::invalid::Invalid;
use crate::engine::training::{Method, RESERVE, Training, TrainingPlan, fewest};
use crate::scenario::FieldId;
use crate::units::{Bytes, UsdPerHour, format, parse};
use crate::words::errors::quoted;
use crate::words::imports::invalid;
use crate::words::names;
use crate::words::price_matrix::select;
use crate::words::table::{Cell, Column, Row, Table};
use crate::words::view::{Answers, Block, Control, ControlKind, View};

/// What the reader asked for.
struct Asked {
    method: Method,
    rank: u32,
    gpus: Option<u32>,
    run: Training,
}

/// Key, label and value at first of each number.
const NUMBERS: [(&str, &str, &str); 6] = [
    ("tokens", "Tokens of the run", "100M"),
    ("sequence", "Tokens a sequence", "2,048"),
    ("batch", "Sequences per GPU and step", "1"),
    ("rank", "Rank of the adapters", "16"),
    ("gpus", "GPUs (empty: the fewest that fit)", ""),
    ("utilisation", "Share of the 16-bit peak reached, %", "40"),
];

impl Asked {
    /// The answers, or the label of the one that is no number.
    fn of(answers: &Answers) -> Result<Self, String> {
        let text = |key: &str, first: &'static str| answers.given(key).unwrap_or(first).to_owned();
        let number = |at: usize| {
            let (key, label, first) = NUMBERS[at];
            let given = text(key, first);
            parse::number(&given).map_err(|_| {
                format!(
                    "{label}: {} is no number. Write one such as {}.",
                    quoted(&given),
                    if first.is_empty() { "8" } else { first }
                )
            })
        };
        let whole = |at: usize| number(at).map(|number| number.clamp(0.0, 4e9) as u32);
        let rank = whole(3)?;
        let method = match answers.get("method") {
            "full" => Method::Full,
            "qlora" => Method::Qlora { rank },
            _ => Method::Lora { rank },
        };
        let gpus = if text("gpus", "").trim().is_empty() { None } else { Some(whole(4)?) };
        let run = Training {
            method,
            sequence: number(1)?,
            batch: whole(2)?,
            gpus: gpus.unwrap_or(1),
            sharded: true,
            recompute: answers.given("recompute").is_none_or(|answer| answer == "1"),
            tokens: number(0)?,
            utilisation: number(5)? / 100.0,
        };
        Ok(Self { method, rank, gpus, run })
    }

    /// The run on the fewest GPUs that hold it, or on those that are asked for; the largest that was tried when none
    /// hold it.
    fn on(
        &self,
        architecture: &Architecture,
        gpu: &Gpu,
        method: Method,
    ) -> Result<(u32, TrainingPlan), Invalid> {
        let accelerator = Accelerator::try_from(gpu)?;
        fewest(architecture, &accelerator, &Training { method, ..self.run }, self.gpus)
    }
}

/// The view.
#[must_use]
pub fn view(context: &Context) -> View {
    let mut blocks = controls(context.answers);
    let made = Asked::of(context.answers).and_then(|asked| {
        let architecture = Architecture::new(&context.report.model).map_err(|error| invalid(&error))?;
        let own =
            asked.on(&architecture, &context.report.gpu, asked.method).map_err(|error| invalid(&error))?;
        Ok((asked, architecture, own))
    });
    match made {
        Err(text) => blocks.push(Block::Alert(text)),
        Ok((asked, architecture, (gpus, own))) => {
            let price = choice::hourly(context.scenario, context.catalogue, &context.report.gpu);
            blocks.push(Block::Text(sentence(context, &asked, gpus, &own, price)));
            blocks.push(Block::Heading(format!("One of {gpus} × {}", names::gpu(&context.report.gpu))));
            blocks.extend(memory(&own, context));
            blocks.push(Block::Heading("Other ways to train it".into()));
            blocks.push(Block::Table(methods(&asked, &architecture, context)));
            blocks.push(Block::Heading("Other GPUs".into()));
            blocks.push(Block::Table(hardware(&asked, &architecture, context)));
        }
    }
    View { blocks }
}

fn controls(answers: &Answers) -> Vec<Block> {
    let methods = [
        ("lora", "LoRA: adapters beside a 16-bit base"),
        ("qlora", "QLoRA: adapters beside a 4-bit base"),
        ("full", "All parameters"),
    ];
    let options = methods.map(|(key, label)| (key.to_owned(), label.to_owned())).to_vec();
    let chosen = answers.given("method").unwrap_or("lora");
    let mut blocks = vec![select("method", "Train", chosen, options)];
    blocks.extend(NUMBERS.map(|(key, label, first)| {
        Block::Control(Control {
            key: Text::Borrowed(key),
            label: label.into(),
            value: answers.given(key).unwrap_or(first).to_owned(),
            kind: ControlKind::Line,
        })
    }));
    blocks.push(Block::Control(Control {
        key: Text::Borrowed("recompute"),
        label: "Recompute activations (less memory, a third more work)".into(),
        value: answers.given("recompute").unwrap_or("1").to_owned(),
        kind: ControlKind::Check,
    }));
    blocks
}

fn sentence(
    context: &Context,
    asked: &Asked,
    gpus: u32,
    own: &TrainingPlan,
    price: Option<UsdPerHour>,
) -> String {
    let model = names::model(&context.report.model);
    let hardware = format!("{gpus} × {}", names::gpu(&context.report.gpu));
    if own.missing > Bytes::ZERO {
        return format!(
            "{model} does not fit on {hardware}, sharded over all of them: {:.1} GB are missing on each. Take more GPUs, shorter \
             sequences or adapters.",
            own.missing.value() / 1e9
        );
    }
    let hours = own.gpu_hours.value();
    let cost = price.map_or("no price is known".into(), |price| {
        format!("{} at {}/h", format::usd(hours * price.value()), format::usd(price.value()))
    });
    format!(
        "{} tokens through {model} take {} GPU-hours: {} on {hardware}, {cost}. {} parameters are trained.",
        format::compact(asked.run.tokens),
        format::compact(hours),
        time(hours / f64::from(gpus)),
        format::compact(own.trained),
    )
}

/// Hours as people say them.
fn time(hours: f64) -> String {
    match hours {
        hours if hours < 1.0 => format!("{:.0} min", (hours * 60.0).ceil()),
        hours if hours < 48.0 => format!("{hours:.1} h"),
        hours => format!("{} days", format::compact(hours / 24.0)),
    }
}

fn memory(own: &TrainingPlan, context: &Context) -> Vec<Block> {
    let total = Accelerator::try_from(&context.report.gpu).map_or(Bytes::ZERO, |one| one.memory);
    let parts = [
        ("Weights", own.weights, Role::Reserved),
        ("Gradients", own.gradients, Role::OnDemand),
        ("Optimiser: master copy, moments", own.optimiser, Role::Spot),
        ("Activations", own.activations, Role::Gpu),
        ("Context and fragmentation", RESERVE, Role::Win),
        ("Free", (total - own.memory() - RESERVE).max(Bytes::ZERO), Role::Range),
    ];
    let missing = (own.missing > Bytes::ZERO).then_some(("Missing", own.missing));
    let note = "Adam in mixed precision. Weights, gradients and optimiser are sharded over the GPUs; each holds its own activations.";
    stacked(total, &parts, missing, note, context)
}

/// A row: GPUs, memory, time and cost of a run.
fn row(
    name: Cell,
    made: Result<(u32, TrainingPlan), Invalid>,
    price: Option<UsdPerHour>,
    strong: bool,
) -> Option<Row> {
    let (gpus, made) = made.ok()?;
    let fits = made.missing <= Bytes::ZERO;
    let hours = made.gpu_hours.value();
    let none = || Cell::of("–").key(f64::MAX);
    let figure = |value: f64, text: String| if fits { Cell::of(text).key(value) } else { none() };
    let count = if fits { gpus.to_string() } else { format!("more than {gpus}") };
    let cost = price.map(|price| hours * price.value());
    Some(Row {
        cells: vec![
            name,
            Cell::of(count).key(f64::from(gpus)),
            Cell::of(format!("{:.1}", (made.memory() + RESERVE).value() / 1e9)).key(made.memory().value()),
            figure(hours, format::compact(hours)),
            figure(hours / f64::from(gpus), time(hours / f64::from(gpus))),
            cost.map_or_else(none, |cost| figure(cost, format::usd(cost))),
        ],
        strong,
    })
}

fn table(first: &'static str, rows: Vec<Row>, note: &'static str, sortable: bool) -> Table {
    Table {
        columns: vec![
            Column::text(first),
            Column::figure("GPUs"),
            Column::wide("GB on each"),
            Column::wide("GPU-hours"),
            Column::figure("Time"),
            Column::figure("Cost"),
        ],
        rows,
        sortable,
        sorted: if sortable { 5 } else { 0 },
        note: Text::Borrowed(note),
    }
}

fn methods(asked: &Asked, architecture: &Architecture, context: &Context) -> Table {
    let rank = asked.rank;
    let all = [
        ("LoRA", Method::Lora { rank }),
        ("QLoRA", Method::Qlora { rank }),
        ("All parameters", Method::Full),
    ];
    let gpu = &context.report.gpu;
    let price = choice::hourly(context.scenario, context.catalogue, gpu);
    let rows = all.into_iter().filter_map(|(name, method)| {
        row(Cell::of(name), asked.on(architecture, gpu, method), price, method == asked.method)
    });
    table(
        "Trained",
        rows.collect(),
        "Adapters sit beside attention and dense feed-forward matrices. A frozen base needs two thirds of the work. QLoRA's unpacking of \
         4-bit weights is in the share of the peak that you state.",
        false,
    )
}

fn hardware(asked: &Asked, architecture: &Architecture, context: &Context) -> Table {
    let mut rows: Vec<Row> = context
        .catalogue
        .gpus
        .iter()
        .filter_map(|gpu| {
            let price = choice::hourly(context.scenario, context.catalogue, gpu)?;
            let name = format!("{}, {:.0} GB", names::gpu(gpu), gpu.nominal_gb);
            let click = Cell::of(name).sets(vec![(FieldId::Gpu, gpu.id.to_string())]);
            row(
                click,
                asked.on(architecture, gpu, asked.method),
                Some(price),
                gpu.id == context.report.gpu.id,
            )
        })
        .collect();
    crate::units::order::by_number(&mut rows, |row| row.cells[5].key.unwrap_or(f64::MAX));
    table(
        "GPU",
        rows,
        "On demand at the median provider, GPUs alone, at the same share of each GPU's 16-bit peak. A click on a GPU takes it.",
        true,
    )
}
