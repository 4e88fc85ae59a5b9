//! The breakeven in two dimensions: for each volume of input the output above which self-hosting is cheaper.

use super::Context;
use crate::chart::lines::{Line, Lines};
use crate::chart::scene::Role;
use crate::chart::sheet::Sheet;
use crate::engine::Basis;
use crate::engine::breakeven::{FrontierPoint, frontier};
use crate::scenario::FieldId;
use crate::units::{Tokens, UsdPerMTok, format, number};
use crate::words::table::{Cell, Column, Row, Table};
use crate::words::view::{Block, View};

/// Points of the curve.
const POINTS: u32 = 160;

/// Rows of the table.
const ROWS: u32 = 12;

/// The view.
#[must_use]
pub fn view(context: &Context) -> View {
    let basis = Basis::new(context.scenario, context.catalogue);
    let (Ok(plan), Ok(basis)) = (&context.report.plan, basis) else {
        let text = "No feasible plan, so nothing to compare: the verdict above says what is missing.";
        return View { blocks: vec![Block::Alert(text.into())] };
    };
    let report = context.report;
    let prices = basis.api_by_side(context.scenario);
    let now = (report.volume * report.input_share, report.volume * (1.0 - report.input_share));
    let reach = reach(now.0, plan.breakeven.durable(), report.input_share);
    let along = |count: u32| -> Vec<Tokens> {
        (0..=count).map(|at| reach * (f64::from(at) / f64::from(count))).collect()
    };
    let mut blocks = vec![Block::Text(said(prices, now, &frontier(prices, plan.full_cost, &[now.0])))];
    let points = frontier(prices, plan.full_cost, &along(POINTS));
    if points.iter().any(|point| point.durable.is_some()) {
        let label = "Output tokens a month above which self-hosting is cheaper for good, for each volume of input tokens.";
        let sheet = Sheet { up: "output tokens a month", across: "input tokens a month", ..Sheet::default() };
        let drawn = picture(&points, now, context.width);
        blocks.extend(context.picture("input-output", label.into(), drawn, sheet));
    }
    blocks.push(Block::Table(table(&frontier(prices, plan.full_cost, &along(ROWS)))));
    View { blocks }
}

/// How far the axis of input goes: to a round number beyond the scenario's own and the breakeven's.
fn reach(now: Tokens, durable: Option<Tokens>, share: f64) -> Tokens {
    let turn = durable.map_or(0.0, |volume| (volume * share).value());
    let most = now.value().max(turn).max(1e6) * 1.6;
    Tokens::new(number::rounded(most, 1))
}

fn tokens(count: Tokens) -> String {
    format::compact(count.value())
}

fn said((input, output): (UsdPerMTok, UsdPerMTok), now: (Tokens, Tokens), there: &[FrontierPoint]) -> String {
    let usd = |price: UsdPerMTok| format::usd(price.value());
    let price = format!("The API takes {}/MTok of input and {}/MTok of output. ", usd(input), usd(output));
    let at = format!("At {} input tokens a month self-hosting is ", tokens(now.0));
    let turn = match there.first().map(|point| (point.first, point.durable)) {
        Some((Some(first), Some(durable))) if first < durable => format!(
            "first cheaper above {} output tokens, and for good above {}",
            tokens(first),
            tokens(durable)
        ),
        Some((_, Some(durable))) if durable == Tokens::ZERO => "cheaper for good whatever the output".into(),
        Some((_, Some(durable))) => format!("cheaper for good above {} output tokens", tokens(durable)),
        _ => "at no output cheaper for good".into(),
    };
    format!("{price}{at}{turn}; you have {}.", tokens(now.1))
}

fn picture(points: &[FrontierPoint], now: (Tokens, Tokens), width: f64) -> crate::chart::scene::Scene {
    let line = |role, name: &str, of: fn(&FrontierPoint) -> Option<Tokens>| Line {
        role,
        name: name.into(),
        points: points.iter().filter_map(|point| Some((point.input.value(), of(point)?.value()))).collect(),
    };
    let count = |value: f64| format::compact(value);
    Lines {
        lines: vec![
            line(Role::Mix, "cheaper for a while", |point| point.first),
            line(Role::Gpu, "cheaper for good above", |point| point.durable),
        ],
        marked: vec![(now.0.value(), now.1.value(), "you".into())],
        x: &count,
        y: &count,
    }
    .draw(width, 320.0)
}

fn table(points: &[FrontierPoint]) -> Table {
    let cell = |output: Option<Tokens>, input: Tokens| {
        let Some(output) = output else { return Cell::of("never") };
        let all = input + output;
        let cell = Cell::of(tokens(output));
        if all.value() < 1e3 {
            return cell;
        }
        // a click takes the point: its volume and its share of input
        let share = number::rounded(input / all * 100.0, 6);
        cell.sets(vec![
            (FieldId::Volume, format::exact(all.value().ceil())),
            (FieldId::InputShare, format::exact(share)),
        ])
    };
    let row = |point: &FrontierPoint| Row {
        cells: vec![
            Cell::of(tokens(point.input)),
            cell(point.first, point.input),
            cell(point.durable, point.input),
        ],
        strong: false,
    };
    Table {
        columns: vec![
            Column::figure("Input tokens a month"),
            Column::figure("Cheaper for a while above, output tokens"),
            Column::figure("Cheaper for good above, output tokens"),
        ],
        rows: points.iter().map(row).collect(),
        note: "Exact at the replica's tokens/s of your input share: another mix of input and output is served at another speed. A click \
               takes the point."
            .into(),
        ..Table::default()
    }
}
