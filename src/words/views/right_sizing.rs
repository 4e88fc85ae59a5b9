//! The reference article's right-sizing claims beside what the engine computes.

use super::super::names;
use super::super::table::{Cell, Column, Row, Side, Table};
use super::super::view::{Block, View};
use super::Context;
use crate::catalogue::{Catalogue, Text};
use crate::engine::right_sizing::{Checked, Claim, Computed, Place, Said, check};
use crate::engine::sizing::Ask;
use crate::units::format;

/// The view.
#[must_use]
pub fn view(context: &Context) -> View {
    let checked = check(context.catalogue, &Ask::of(context.scenario));
    let held = checked.iter().filter(|one| one.holds).count();
    let text = format!(
        "Of {} claims on memory, hardware and speed, {held} hold: figures within a tenth, and hardware that runs the model in the format that \
         is named, for requests like yours.",
        checked.len()
    );
    View { blocks: vec![Block::Text(text), Block::Table(table(&checked, context.catalogue))] }
}

/// A row for each claim.
#[must_use]
pub fn table(checked: &[Checked], catalogue: &Catalogue) -> Table {
    let rows = checked.iter().map(|one| {
        let claim = one.claim;
        let place = match claim.place {
            Place::Table => "table",
            Place::Faq => "answers",
            Place::Impact => "example",
        };
        let side = if one.holds { Side::Gpu } else { Side::Neutral };
        let cells = vec![
            Cell::of(subject(claim, catalogue)).small(place),
            Cell::of(claim.format.map_or("–", names::format)),
            Cell::of(said(claim)),
            Cell::of(computed(one)),
            Cell::of(error(one)),
            Cell::of(if one.holds { "yes" } else { "no" }).side(side),
        ];
        Row { cells, strong: !one.holds }
    });
    Table {
        columns: vec![
            Column::text("Model and hardware"),
            Column::text("Weights"),
            Column::text("The article says"),
            Column::text("Computed"),
            Column::figure("Error"),
            Column::text("Holds"),
        ],
        rows: rows.collect(),
        sortable: false,
        sorted: 0,
        note: Text::Borrowed(
            "Article of 2026-03-16. A class of sizes is computed for its smallest and largest model in the catalogue, and the article's figure \
             is scaled to their sizes before it is compared. Error: what is said over what is computed. Memory counts weights, workspace and one of \
             your requests; all experts of a mixture are resident, whichever are active. Speeds count input and output unless they are said to \
             be of output.",
        ),
    }
}

/// Models of a class and the hardware that is named for them.
fn subject(claim: &Claim, catalogue: &Catalogue) -> String {
    let (low, high) = claim.billions;
    let class = if low == high { format!("{low}B") } else { format!("{low}–{high}B") };
    let name = |id: &str| catalogue.model(id).map_or(id.to_owned(), names::model);
    let models = match claim.models {
        (small, large) if small == large => name(large),
        (small, large) => format!("{}, {}", name(small), name(large)),
    };
    let hardware = claim.gpu.map_or(String::new(), |(id, count)| {
        let gpu = catalogue
            .gpu(id)
            .map_or(id.to_owned(), |gpu| format!("{}, {:.0} GB", names::gpu(gpu), gpu.nominal_gb));
        format!(" on {count} × {gpu}")
    });
    format!("{class} ({models}){hardware}")
}

fn range(low: f64, high: f64, unit: &str) -> String {
    let figure = |value: f64| {
        if value < 100.0 { format!("{}", (value * 10.0).round() / 10.0) } else { format::grouped(value) }
    };
    let (low, high) = (figure(low), figure(high));
    if low == high { format!("{low} {unit}") } else { format!("{low}–{high} {unit}") }
}

fn said(claim: &Claim) -> String {
    match claim.said {
        Said::Weights(low, high) => range(low, high, "GB"),
        Said::Total(low, high) => range(low, high, "GB in all"),
        Said::Runs => "runs".into(),
        Said::Serves(low, high) => range(low, high, "tokens/s"),
        Said::Generates(output) => range(output, output, "output tokens/s"),
    }
}

fn computed(one: &Checked) -> String {
    match one.computed {
        Computed::Gigabytes(small, large) => range(small, large, "GB"),
        Computed::Runs { format, cache } => {
            format!("runs in {}, {:.1} GB left for the cache", names::format(format), cache.value() / 1e9)
        }
        Computed::Misses { missing, instead } => {
            let missing = format!("misses {:.1} GiB on each GPU", missing.gib());
            instead
                .map_or(missing.clone(), |format| format!("{missing}; {} would fit", names::format(format)))
        }
        Computed::CannotSplit { dimension } => format!("cannot be split: the number must divide {dimension}"),
        Computed::Speed { served, limit } => format!(
            "{} tokens/s; no software exceeds {}",
            format::grouped(served.value()),
            format::grouped(limit.value())
        ),
        Computed::Unknown => "not in this catalogue".into(),
    }
}

fn error(one: &Checked) -> String {
    match one.error {
        None => "–".into(),
        // ten times too much says less in per cent
        Some(error) if error >= 1.0 => format!("{} ×", format::grouped(error + 1.0)),
        Some(error) => {
            let sign = if error > 0.0005 { "+" } else { "" };
            format!("{sign}{}", format::percent(error * 100.0)).replace('-', "−")
        }
    }
}
