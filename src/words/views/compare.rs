//! Up to four scenarios side by side: what each costs, and the inputs in which they differ. All of them travel in the
//! link; the open one is A.

use super::Context;
use crate::catalogue::{Catalogue, model_text};
use crate::engine::{self, Report, Winner};
use crate::import::scenario_file;
use crate::report::explain::Figure;
use crate::scenario::fields::{Kind, Syntax, Table as Rows};
use crate::scenario::link::{self, MOST_SCENARIOS, SAFE_LENGTH};
use crate::scenario::{FieldId, Scenario};
use crate::units::parse::Unit;
use crate::units::{Tokens, Usd, format};
use crate::words::table::{Cell, Column, Row, Side, Table};
use crate::words::view::{Block, View};
use crate::words::{errors, names};

/// What the columns are called.
const LETTERS: [char; MOST_SCENARIOS] = ['A', 'B', 'C', 'D'];

/// The scenarios as a view.
#[must_use]
pub fn view(context: &Context) -> View {
    let (open, others) = (context.scenario, context.others);
    let newest = Catalogue::builtin().newest();
    let text = link::encode_all(open, others, newest);
    let mut blocks = Vec::new();
    if others.is_empty() {
        blocks.push(Block::Text(
            "Keep the scenario as it is now, then change its inputs: up to four stand here side by side, and the link holds \
             them all."
                .into(),
        ));
    }
    blocks.push(Block::Table(table(context)));
    if text.len() > SAFE_LENGTH {
        blocks.push(Block::Alert(format!(
            "The link has {} characters. Some programs cut links after {}: save the file instead.",
            format::grouped(text.len() as f64),
            format::grouped(SAFE_LENGTH as f64)
        )));
    }
    let opened = |open: &Scenario, others: &[Scenario]| link::encode_all(open, others, newest);
    if others.len() + 1 < MOST_SCENARIOS {
        let letter = LETTERS[others.len() + 1];
        let kept = [others, std::slice::from_ref(open)].concat();
        blocks.push(Block::Open(format!("Keep this scenario as {letter}"), opened(open, &kept)));
    }
    for (at, letter) in LETTERS.iter().skip(1).take(others.len()).enumerate() {
        let mut swapped = others.to_vec();
        let next = std::mem::replace(&mut swapped[at], open.clone());
        blocks.push(Block::Open(format!("Open {letter}"), opened(&next, &swapped)));
        let mut fewer = others.to_vec();
        fewer.remove(at);
        blocks.push(Block::Open(format!("Drop {letter}"), opened(open, &fewer)));
    }
    let file = scenario_file::write(open, others, newest);
    blocks.push(Block::Save("Save as a file".into(), "llm-breakeven-scenario.json".into(), file));
    View { blocks }
}

/// Lets the figures of the open scenario open their formulas.
fn open(context: &Context, rows: &mut [Row], report: &Report) {
    let plan = report.plan.as_ref().ok();
    let figures = [
        (1, Figure::ApiBill, Some(report.api.bill.value())),
        (2, Figure::SelfHosted, plan.map(|plan| plan.bill.total().value())),
        (3, Figure::DurableBreakeven, plan.and_then(|plan| plan.breakeven.durable()).map(Tokens::value)),
        (5, Figure::Utilisation, plan.map(|plan| plan.utilisation)),
    ];
    for (row, figure, value) in figures {
        if let (Some(cell), Some(value)) = (rows.get_mut(row).and_then(|row| row.cells.get_mut(1)), value) {
            *cell = context.opened(std::mem::take(cell), figure, value);
        }
    }
}

fn table(context: &Context) -> Table {
    let (open_one, others) = (context.scenario, context.others);
    let all: Vec<&Scenario> = std::iter::once(open_one).chain(others).collect();
    let reports: Vec<Result<Report, String>> = all
        .iter()
        .map(|scenario| {
            engine::evaluate(scenario, Catalogue::builtin()).map_err(|error| errors::reason(&error))
        })
        .collect();
    let column = |label: String| Column { label: label.into(), text: true, wide_only: false };
    let heads = LETTERS.iter().zip(&all).enumerate().map(|(at, (letter, _))| {
        column(if at == 0 { format!("{letter}, open") } else { letter.to_string() })
    });
    let mut rows = answers(&reports);
    if let Some(report) = reports.first().and_then(|report| report.as_ref().ok()) {
        open(context, &mut rows, report);
    }
    for &id in FieldId::ALL {
        let texts: Vec<String> = all.iter().map(|scenario| scenario.text(id)).collect();
        if texts.iter().all(|text| *text == texts[0]) {
            continue;
        }
        let cells = all.iter().zip(&texts).enumerate().map(|(at, (scenario, text))| {
            if at > 0 && *text == texts[0] {
                Cell::default().small("same")
            } else {
                Cell::of(shown(scenario, id))
            }
        });
        let label = Cell::of(id.field().label);
        rows.push(Row { cells: std::iter::once(label).chain(cells).collect(), strong: false });
    }
    let note = if others.is_empty() {
        ""
    } else {
        "Below the answers: the inputs that differ. Percentages are against A."
    };
    Table {
        columns: std::iter::once(column(String::new())).chain(heads).collect(),
        rows,
        note: note.into(),
        ..Table::default()
    }
}

/// What each scenario comes to.
fn answers(reports: &[Result<Report, String>]) -> Vec<Row> {
    let row = |label: &str, strong: bool, cell: &dyn Fn(&Report) -> Cell| Row {
        cells: std::iter::once(Cell::of(label))
            .chain(reports.iter().map(|report| report.as_ref().map_or(Cell::of("–"), cell)))
            .collect(),
        strong,
    };
    let first = reports.first().and_then(|report| report.as_ref().ok());
    let against = |own: Option<Usd>, of: &dyn Fn(&Report) -> Option<Usd>, side: Side| {
        let cell = own.map_or(Cell::of("–"), |usd| Cell::of(format::usd(usd.value())).side(side));
        match (own, first.and_then(of)) {
            (Some(own), Some(base)) if base.value() > 0.0 && (own - base).value().abs() > 0.005 => {
                cell.small(format!("{:+.0}%", (own / base - 1.0) * 100.0))
            }
            _ => cell,
        }
    };
    let api = |report: &Report| Some(report.api.bill);
    let gpu = |report: &Report| report.plan.as_ref().ok().map(|plan| plan.bill.total());
    vec![
        row("Cheaper", true, &|report| match report.winner() {
            Some(Winner::Gpu) => Cell::of("Self-hosting").side(Side::Gpu),
            Some(Winner::Api) => Cell::of("API").side(Side::Api),
            Some(Winner::Tie) => Cell::of("Neither"),
            None => Cell::of("No plan"),
        }),
        row("API, a month", false, &|report| against(api(report), &api, Side::Api)),
        row("Self-hosted, a month", false, &|report| against(gpu(report), &gpu, Side::Gpu)),
        row("Breakeven, for good", false, &|report| match &report.plan {
            Ok(plan) => Cell::of(
                plan.breakeven.durable().map_or("never".into(), |volume| format::compact(volume.value())),
            ),
            Err(_) => Cell::of("–"),
        }),
        row("GPUs", false, &|report| match &report.plan {
            Ok(plan) => Cell::of(format!("{} × {}", format::compact(plan.gpus()), names::gpu(&report.gpu))),
            Err(_) => Cell::of("–"),
        }),
        row("Utilisation", false, &|report| match &report.plan {
            Ok(plan) => Cell::of(format::percent(plan.utilisation * 100.0)),
            Err(_) => Cell::of("–"),
        }),
    ]
}

/// A field's value as a reader knows it.
fn shown(scenario: &Scenario, id: FieldId) -> String {
    let (text, catalogue) = (scenario.text(id), Catalogue::at(scenario.day()));
    let named = |name: Option<String>| name.unwrap_or_else(|| text.clone());
    match id.field().kind {
        _ if text.is_empty() => {
            id.field().automatic().map_or("none".into(), |rule| format!("automatic: {rule}"))
        }
        Kind::Number { unit, .. } => {
            let number = scenario.number(id);
            match unit {
                Unit::Percent => format::percent(number),
                Unit::TokensPerMonth | Unit::TokensPerSecond => format::compact(number),
                Unit::UsdPerMTok | Unit::UsdPerHour | Unit::UsdPerMonth | Unit::UsdPerYear | Unit::Usd(_) => {
                    format::usd(number)
                }
                Unit::Of(name) => format!("{} {name}", format::exact(number)),
                _ if number.fract() == 0.0 => format::grouped(number),
                _ => format::exact(number),
            }
        }
        Kind::Choice(choices) => {
            named(choices.iter().find(|choice| choice.key == text).map(|choice| choice.label.to_owned()))
        }
        Kind::Row(Rows::Models) => named(catalogue.model(&text).map(names::model)),
        Kind::Row(Rows::Gpus) => named(catalogue.gpu(&text).map(names::gpu)),
        Kind::Row(Rows::ApiPrices) => named(catalogue.api_price(&text).map(names::api_price)),
        Kind::Row(Rows::Offers) => named(catalogue.offer(&text).map(names::offer)),
        Kind::Text(Syntax::Model) => named(model_text::decode(&text).ok().map(|model| names::model(&model))),
        Kind::Text(Syntax::Weights) => format!("own, {} hours", text.len()),
        Kind::Set(_) | Kind::Text(_) => text,
    }
}
