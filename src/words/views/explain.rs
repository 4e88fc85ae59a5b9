//! Every figure of the report with its formula, what goes into it, and where that comes from.

use super::Context;
use crate::catalogue::Text;
use crate::report::explain::{Explanation, Figure, Origin, explain};
use crate::units::format;
use crate::words::table::{Cell, Column, Row, Table};
use crate::words::view::{Block, Control, ControlKind, View};

/// All explanations, one table each.
#[must_use]
pub fn view(context: &Context) -> View {
    let all = explain(context.scenario, context.report);
    let wanted = context.answers.get("figure");
    let known = all.iter().any(|one| one.figure.key() == wanted);
    let mut options = vec![(String::new(), "All figures".to_owned())];
    options.extend(all.iter().map(|one| (one.figure.key().to_owned(), name(one.figure).to_owned())));
    let mut blocks = vec![
        Block::Control(Control {
            key: Text::Borrowed("figure"),
            label: "Figure".into(),
            value: if known { wanted.to_owned() } else { String::new() },
            kind: ControlKind::Select(options),
        }),
        Block::Text("What a figure is computed from, and where that comes from.".into()),
    ];
    for one in all.iter().filter(|one| !known || one.figure.key() == wanted) {
        blocks.push(Block::Heading(format!("{}: {}", name(one.figure), amount(one.result, one.unit))));
        blocks.push(Block::Text(formula(one)));
        blocks.push(Block::Table(inputs(one)));
    }
    View { blocks }
}

/// A figure's name.
#[must_use]
pub fn name(figure: Figure) -> &'static str {
    match figure {
        Figure::ApiBill => "API bill a month",
        Figure::BlendedPrice => "Blended API price",
        Figure::GpuMonth => "A purchase for a month",
        Figure::PlannedTokens => "Tokens a month that a purchase is planned for",
        Figure::Purchases => "Purchases",
        Figure::Hardware => "GPU bill a month",
        Figure::Engineering => "Engineering a month",
        Figure::SelfHosted => "Self-hosted bill a month",
        Figure::Utilisation => "Utilisation",
        Figure::Throughput => "Tokens/s of a replica",
        Figure::Ttft => "Time to first token",
        Figure::Tpot => "Time per output token",
        Figure::Memory => "Memory of one GPU",
        Figure::FirstBreakeven => "First breakeven",
        Figure::DurableBreakeven => "Cheaper for good above",
    }
}

/// A formula as it is read: names without underscores, the signs of print.
fn formula(one: &Explanation) -> String {
    let text =
        one.formula.replace('_', " ").replace(" * ", " × ").replace(" / ", " ÷ ").replace(" - ", " − ");
    format!("= {text}").replace("ceil(", "rounded up (")
}

/// A value with its unit.
fn amount(value: f64, unit: &str) -> String {
    match unit.strip_prefix('$') {
        Some(per) => format!("{}{per}", format::usd(value)),
        None if unit.is_empty() => format::compact(value),
        None => format!("{} {unit}", format::compact(value)),
    }
}

fn inputs(one: &Explanation) -> Table {
    let rows = one.inputs.iter().map(|input| Row {
        cells: vec![
            Cell::of(input.name.replace('_', " ")),
            Cell::of(amount(input.value, input.unit)).key(input.value),
            from(&input.origin),
        ],
        strong: false,
    });
    Table {
        columns: vec![Column::text("Input"), Column::figure("Value"), Column::text("From")],
        rows: rows.collect(),
        ..Table::default()
    }
}

/// Where it comes from; another figure opens by a click.
fn from(origin: &Origin) -> Cell {
    let cell = Cell::of(self::origin(origin));
    match origin {
        Origin::Figure(figure) => cell.opens(*figure),
        _ => cell,
    }
}

fn origin(origin: &Origin) -> String {
    match origin {
        Origin::Given(field) => format!("your input: {}", field.field().label),
        Origin::Default(field) => match field.field().automatic() {
            Some(rule) => format!("{}: {rule}", field.field().label),
            None => format!("default of {}", field.field().label),
        },
        Origin::Fact(row) => format!("{}, {}", row.source, row.as_of),
        Origin::Figure(figure) => format!("see {}", name(*figure)),
        Origin::Model(band) => {
            let percent = |factor: f64| format::percent((factor - 1.0).abs() * 100.0);
            format!("sizing model, −{} +{}", percent(band.low), percent(band.high))
        }
        Origin::Derived => "follows from the inputs".into(),
    }
}
