//! Every figure of the report with its formula, what goes into it, and where that comes from.

use super::Context;
use crate::catalogue::Text;
use crate::engine::horizon::outlook::outlook;
use crate::report::explain::{Explanation, Figure, Origin, draws, explain, months};
use crate::units::format;
use crate::words::table::{Cell, Column, Row, Table};
use crate::words::view::{Block, Control, ControlKind, View};

/// What the figures of views are explained by: those of the report, the mix and the months.
#[must_use]
pub fn of_views(context: &Context) -> Vec<Explanation> {
    let (scenario, report) = (context.scenario, context.report);
    let mut all = explain(scenario, report, context.catalogue);
    let months_of = |found| months::months(scenario, report, &found);
    all.extend(outlook(scenario, report, context.catalogue).map(months_of).unwrap_or_default());
    all
}

/// All explanations, one table each.
#[must_use]
pub fn view(context: &Context) -> View {
    let mut all = of_views(context);
    if let Ok(Some((drawn, ..))) = super::uncertainty::draws(context) {
        all.extend(draws::draws(context.report, &drawn.summary()));
    }
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
        Figure::ApiInput => "API, input a month",
        Figure::ApiOutput => "API, output a month",
        Figure::Infrastructure => "Infrastructure a month",
        Figure::HardwareBreakeven => "GPUs alone, cheaper for good above",
        Figure::DurablePerDay => "Cheaper for good above, a day",
        Figure::DurablePerHour => "Cheaper for good above, an hour",
        Figure::DurablePerSecond => "Cheaper for good above, a second",
        Figure::DurableRequests => "Cheaper for good above, requests a month",
        Figure::FullLoad => "Self-hosted at full load",
        Figure::Mix => "The cheapest mix, a month",
        Figure::MixFirst => "The mix, first breakeven",
        Figure::MixDurable => "The mix, cheaper for good above",
        Figure::MonthsApi => "API over all months",
        Figure::MonthsSelfHosted => "Self-hosted over all months",
        Figure::MonthsSaving => "Saved over all months",
        Figure::Npv => "Net present value",
        Figure::Payback => "Paid back at the end of month",
        Figure::Regret => "The most that a commitment loses when demand falls",
        Figure::Probability => "Draws in which self-hosting is cheaper",
        Figure::SavingLow => "Saving that one draw in ten is below",
        Figure::SavingMiddle => "Saving that half of the draws are below",
        Figure::SavingHigh => "Saving that nine draws in ten are below",
        Figure::DurableLow => "Breakeven that one draw in ten is below",
        Figure::DurableMiddle => "Breakeven that half of the draws are below",
        Figure::DurableHigh => "Breakeven that nine draws in ten are below",
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
        Origin::Draw(place, of) => format!(
            "draw {} of {} by size, from the ranges under “How sure”",
            format::grouped(*place as f64),
            format::grouped(*of as f64)
        ),
    }
}
