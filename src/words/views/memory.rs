//! What lies in the memory of one GPU of a replica, as a bar, and how fast the replica is, with what is known about it.

use super::Context;
use crate::catalogue::Text;
use crate::chart::scene::{Anchor, Mark, Role, Scene, text_width};
use crate::chart::sheet::Sheet;
use crate::engine::memory::MemoryPlan;
use crate::engine::provenance::Tier;
use crate::engine::{Infeasible, Plan};
use crate::report::explain::Figure;
use crate::units::{Bytes, format};
use crate::words::names;
use crate::words::table::{Cell, Column, Row, Table};
use crate::words::verdict::{binds, verdict};
use crate::words::view::{Block, View};

/// The view.
#[must_use]
pub fn view(context: &Context) -> View {
    let report = context.report;
    let gpu = names::gpu(&report.gpu);
    match &report.plan {
        Ok(plan) => {
            let mut blocks = Vec::new();
            if let Some(served) = &plan.replica.modelled {
                let format = plan.replica.format.map_or("", names::format);
                let stored = context.scenario.weight_size();
                let stored = stored.map(|size| format!(", {} as stored", gigabytes(size)));
                let title = format!(
                    "One of {} × {gpu}, weights in {format}{}",
                    plan.replica.gpus,
                    stored.unwrap_or_default()
                );
                blocks.push(Block::Heading(title));
                let shown = memory(&served.memory, context);
                blocks.extend(shown.into_iter().map(|block| opening(context, block, served.memory.memory)));
            }
            blocks.push(Block::Heading("One replica".into()));
            blocks.push(Block::Table(speed(context, plan)));
            View { blocks }
        }
        Err(why) => {
            let mut blocks = vec![Block::Alert(verdict(report).text())];
            if let Infeasible::DoesNotFit { gpus, memory: plan } = why {
                blocks.push(Block::Heading(format!("One of {gpus} × {gpu}")));
                blocks.extend(memory(plan, context));
            }
            View { blocks }
        }
    }
}

/// The table of a GPU's memory, whose sum opens its formula.
fn opening(context: &Context, block: Block, whole: Bytes) -> Block {
    let Block::Table(mut table) = block else { return block };
    for row in table.rows.iter_mut().filter(|row| row.strong) {
        if let Some(cell) = row.cells.get_mut(1) {
            *cell = context.opened(std::mem::take(cell), Figure::Memory, whole.value() / 1e9);
        }
    }
    Block::Table(table)
}

fn gigabytes(size: Bytes) -> String {
    format!("{:.1} GB", size.value() / 1e9)
}

/// What lies in the memory of one GPU.
fn parts(memory: &MemoryPlan) -> Vec<Part<'static>> {
    let cache = memory.cache.max(Bytes::ZERO);
    vec![
        ("Weights", memory.weights, Role::Reserved),
        ("Workspace: context, graphs, activations", memory.workspace, Role::OnDemand),
        ("KV cache", cache, Role::Spot),
        ("Left unused by the engine", memory.unused, Role::Range),
    ]
}

/// The memory of the replica, and the same as a table.
fn memory(memory: &MemoryPlan, context: &Context) -> Vec<Block> {
    let missing = (!memory.fits()).then_some(("Missing for one request", memory.missing));
    let note = "For your engine, cache format and split, with the engine's default share of memory.";
    stacked(memory.memory, &parts(memory), missing, note, context)
}

/// A part of a GPU's memory: name, size, colour.
pub(super) type Part<'a> = (&'a str, Bytes, Role);

/// Parts of a GPU's memory as a stacked bar, and the same as a table.
pub(super) fn stacked(
    whole: Bytes,
    parts: &[Part],
    missing: Option<(&str, Bytes)>,
    note: &str,
    context: &Context,
) -> Vec<Block> {
    let named = parts.iter().map(|(name, size, _)| format!("{name} {}", gigabytes(*size)));
    let label = format!("{} of memory: {}", gigabytes(whole), named.collect::<Vec<_>>().join(", "));
    let line = |name: &str, size: Bytes, strong| {
        let share = format::percent(size / whole * 100.0);
        Row { cells: vec![Cell::of(name), Cell::of(gigabytes(size)), Cell::of(share)], strong }
    };
    let mut rows: Vec<Row> = parts.iter().map(|(name, size, _)| line(name, *size, false)).collect();
    rows.push(line("One GPU", whole, true));
    rows.extend(missing.map(|(name, size)| line(name, size, true)));
    let table = Table {
        columns: vec![Column::text("Memory of one GPU"), Column::figure(""), Column::figure("Share")],
        rows,
        note: Text::Owned(format!("{note} Gigabytes of 10⁹ bytes.")),
        ..Table::default()
    };
    let words: Vec<String> =
        parts.iter().map(|(name, size, _)| format!("{name} {}", gigabytes(*size))).collect();
    let legend = parts.iter().zip(&words).map(|((.., role), words)| ("rect", *role, words.as_str()));
    let legend: Vec<_> = legend.collect();
    let title = format!("Memory of one GPU, {}", gigabytes(whole));
    let sheet = Sheet { title: &title, legend: &legend, ..Sheet::default() };
    let mut blocks = context.picture("memory", label, bar(whole, parts, context.width), sheet).to_vec();
    blocks.push(Block::Table(table));
    blocks
}

/// One bar over the memory; what does not fit stands out beyond its end.
fn bar(whole: Bytes, parts: &[Part], width: f64) -> Scene {
    const TOP: f64 = 4.0;
    const HEIGHT: f64 = 34.0;
    let used: f64 = parts.iter().map(|(_, size, _)| size.value()).sum();
    let scale = width / used.max(whole.value()).max(1.0);
    let mut scene = Scene { width, height: 62.0, marks: Vec::new() };
    let mut x = 0.0;
    for (name, size, role) in parts {
        let wide = size.value() * scale;
        scene.marks.push(Mark::Rect(*role, [x, TOP, (wide - 1.0).max(0.0), HEIGHT]));
        let short = name.split(':').next().unwrap_or(name);
        let text = format!("{short} {}", gigabytes(*size));
        if text_width(&text, 12.0) < wide {
            scene.marks.push(Mark::Text(Role::Label, (x + 2.0, TOP + HEIGHT + 16.0), Anchor::Start, text));
        }
        x += wide;
    }
    let end = whole.value() * scale;
    if end < width - 1.0 {
        scene.marks.push(Mark::Path(Role::You, vec![(end, 0.0), (end, TOP + HEIGHT + 4.0)]));
    }
    scene
}

/// Speed and latency, with how well they are known.
fn speed(context: &Context, plan: &Plan) -> Table {
    let replica = &plan.replica;
    let rate = replica.tokens_per_second.value();
    let mut lines: Vec<(&str, Cell, String)> =
        vec![("GPUs", Cell::of(replica.gpus.to_string()), String::new())];
    let known = match (replica.tier, &replica.measurement) {
        (Tier::Own, _) => "your figure".to_owned(),
        (_, Some(row)) => format!("scaled from a published measurement of {} + {} tokens", row.isl, row.osl),
        (Tier::Roofline, _) => "the limit of the hardware".into(),
        _ => "estimated by the calibrated model".into(),
    };
    let opened = |text: String, figure, value| context.opened(Cell::of(text), figure, value);
    lines.push((
        "Tokens/s, input and output",
        opened(format::grouped(rate), Figure::Throughput, rate),
        known,
    ));
    if let Some(served) = &replica.modelled {
        let [low, high] = [served.band.low, served.band.high].map(|factor| format::grouped(rate * factor));
        let of = if replica.tier == Tier::Own {
            "what repeated runs differ by"
        } else {
            "eight in ten measurements lie in it"
        };
        lines.push(("Its band", Cell::of(format!("{low}–{high}")), of.into()));
        lines.push(("Requests at once", Cell::of(format::grouped(served.running)), "at full load".into()));
        let longest = format::grouped(f64::from(served.memory.longest_context));
        lines.push((
            "Longest context that fits",
            Cell::of(format!("{longest} tokens")),
            "one request alone".into(),
        ));
        let tpot = format!("{:.0} ms", served.tpot.value());
        let tpot = opened(tpot, Figure::Tpot, served.tpot.value());
        lines.push(("TPOT, time per output token", tpot, "at full load; at your target load lower".into()));
        let (low, high) = served.ttft_range();
        let range = format!("{}–{} ms", format::grouped(low.value()), format::grouped(high.value()));
        let ttft = format!("{} ms", format::grouped(served.ttft.value()));
        let ttft = opened(ttft, Figure::Ttft, served.ttft.value());
        lines.push((
            "TTFT, time to first token",
            ttft,
            format!("at full load; {range} as requests arrive apart or all at once"),
        ));
        lines.push(("Bound by", Cell::of(binds(served.binds)), "what keeps it from serving more".into()));
    }
    let rows = lines.into_iter().map(|(name, figure, note)| Row {
        cells: vec![Cell::of(name), figure, Cell::of(note)],
        strong: false,
    });
    Table {
        columns: vec![
            Column::text("Speed"),
            Column::figure(""),
            Column { wide_only: true, ..Column::text("") },
        ],
        rows: rows.collect(),
        ..Table::default()
    }
}
