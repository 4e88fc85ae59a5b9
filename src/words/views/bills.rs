//! What both bills are made of, and what provisioned throughput would cost instead of paying per token.

use super::Context;
use crate::catalogue::Text;
use crate::engine::api_bill::provisioned::{self, Provisioned};
use crate::engine::demand::WEEK;
use crate::report::breakdown::Line;
use crate::report::explain::Figure;
use crate::scenario::FieldId;
use crate::units::{TokensPerSecond, Usd, format};
use crate::words::table::{Cell, Column, Row, Side, Table};
use crate::words::view::{Block, View};
use crate::words::{notices, tables};

/// The view.
#[must_use]
pub fn view(context: &Context) -> View {
    let of_api = context.report.notices.iter().filter(|notice| notice.is_of_api());
    let mut blocks: Vec<Block> = of_api.map(|notice| Block::Alert(notices::notice(notice))).collect();
    let opened = |cell: Cell, line: Option<Line>, side: Side, amount: Usd| match figure(line, side) {
        Some(figure) => context.opened(cell, figure, amount.value()),
        None => cell,
    };
    blocks.push(Block::Table(tables::bills(context.report, &opened)));
    match provisioned::of_scenario(context.scenario) {
        Some((offer, week)) => {
            blocks.push(Block::Heading("Provisioned throughput".into()));
            blocks.push(Block::Table(provisioned_table(context, &offer, &week)));
        }
        None if [FieldId::ProvisionedPrice, FieldId::ProvisionedRate]
            .into_iter()
            .any(|id| context.scenario.optional(id).is_some()) =>
        {
            blocks.push(Block::Alert(
                "Provisioned throughput needs both: the price of a unit and the tokens a second that it serves."
                    .into(),
            ));
        }
        None => {}
    }
    View { blocks }
}

/// The figure that a line of the bills, or one of the bills, is.
fn figure(line: Option<Line>, side: Side) -> Option<Figure> {
    match line {
        None if side == Side::Api => Some(Figure::ApiBill),
        None => Some(Figure::SelfHosted),
        Some(Line::ApiInput) => Some(Figure::ApiInput),
        Some(Line::ApiOutput) => Some(Figure::ApiOutput),
        Some(Line::Hardware) => Some(Figure::Hardware),
        Some(Line::Engineering) => Some(Figure::Engineering),
        Some(Line::Infrastructure) => Some(Figure::Infrastructure),
        Some(_) => None,
    }
}

/// The cheapest number of units, one more and one less, beside paying per token; what units do not serve is paid per
/// token.
fn provisioned_table(context: &Context, offer: &Provisioned, week: &[TokensPerSecond]) -> Table {
    let report = context.report;
    // a month is its hours' worth of weeks
    let weeks = report.hours.value() / WEEK as f64;
    let spill = report.api.blended;
    let best = offer.cheapest(week, Some(spill));
    let mut counts = vec![0, best.saturating_sub(1), best, best.saturating_add(1)];
    counts.sort_unstable();
    counts.dedup();
    let rows = counts.into_iter().map(|units| {
        let cost = offer.cost(units, week, Some(spill));
        let month = |amount: Usd| Cell::of(format::usd((amount * weeks).value()));
        let note = if units == best { "cheapest" } else { "" };
        Row {
            cells: vec![
                Cell::of(units.to_string()).small(note),
                month(cost.reserved),
                month(cost.spilled),
                Cell::of(format::compact(cost.spilled_tokens.value() * weeks)),
                month(cost.total()).side(Side::Api),
            ],
            strong: units == best,
        }
    });
    Table {
        columns: vec![
            Column::figure("Units"),
            Column::figure("Units, a month"),
            Column::figure("Rest, per token"),
            Column::wide("Tokens of the rest"),
            Column::figure("Together"),
        ],
        rows: rows.collect(),
        note: Text::Borrowed(
            "Units are paid every hour of the month. What an hour of your profile asks beyond them is paid per token at your blended price.",
        ),
        ..Table::default()
    }
}
