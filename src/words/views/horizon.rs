//! Months ahead: what both sides cost in total, what it is worth today, and the risk of a commitment.

use super::Context;
use crate::chart::lines::{Line, Lines};
use crate::chart::scene::Role;
use crate::chart::sheet::Sheet;
use crate::engine::Winner;
use crate::engine::horizon::Crossing;
use crate::engine::horizon::outlook::{FALLS, Outlook, outlook};
use crate::report::explain::Figure;
use crate::units::{Date, Usd, format};
use crate::words::table::{Cell, Column, Row, Side, Table};
use crate::words::view::{Block, View};

/// The months of the scenario.
#[must_use]
pub fn view(context: &Context) -> View {
    let Some(found) = outlook(context.scenario, context.report, context.catalogue) else {
        let text = "No feasible plan, so no months to compare: the verdict above says what is missing.";
        return View { blocks: vec![Block::Alert(text.into())] };
    };
    let sheet = Sheet { up: "paid in total", across: "month", ..Sheet::default() };
    let mut blocks = vec![Block::Text(summary(&found, context.today)), Block::Table(worth(context, &found))];
    blocks.extend(context.picture("months", said(&found), picture(&found, context), sheet));
    blocks.extend([
        Block::Table(months(context, &found)),
        Block::Heading("If demand falls".into()),
        Block::Text(commitment(&found)),
        Block::Table(regrets(context, &found)),
    ]);
    View { blocks }
}

fn usd(amount: Usd) -> String {
    format::usd(amount.value())
}

fn side(winner: Winner) -> &'static str {
    match winner {
        Winner::Api => "the API",
        Winner::Gpu => "self-hosting",
        Winner::Tie => "neither",
    }
}

/// When a month begins: the first today, the others on the same day of later months.
fn begins(month: u32, today: Date) -> String {
    format::month(today.months_later(month.saturating_sub(1)))
}

/// When a month ends.
fn ends(month: u32, today: Date) -> String {
    format::month(today.months_later(month))
}

fn crossings(list: &[Crossing], change: &str, today: Date) -> String {
    let part = |one: &Crossing| {
        format!("{} from month {} ({}) on", side(one.cheaper), one.month, begins(one.month, today))
    };
    let parts: Vec<String> = list.iter().take(4).map(part).collect();
    let more = if list.len() > 4 { ", and it changes again after that" } else { "" };
    format!(" {change}: {}{more}.", parts.join(", "))
}

fn summary(found: &Outlook, today: Date) -> String {
    let horizon = &found.horizon;
    let months = found.terms.months;
    let saving = horizon.saving();
    let way = if saving.value() < 0.0 { "costs" } else { "saves" };
    let amount = format::usd(saving.value().abs());
    let mut text = format!("Over {months} months self-hosting {way} {amount} against the API");
    text += &format!("; today that is worth {} (net present value).", usd(horizon.npv));
    text += &match horizon.payback {
        Some(1) => " It is paid back in the first month.".to_owned(),
        Some(month) => format!(" It is paid back at the end of month {month} ({}).", ends(month, today)),
        None => " It is not paid back within these months.".to_owned(),
    };
    if !horizon.crossings.is_empty() {
        text += &crossings(&horizon.crossings, "The cheaper side of the month changes", today);
    }
    if !horizon.total_crossings.is_empty() {
        text += &crossings(&horizon.total_crossings, "In total the cheaper side is then", today);
    }
    if horizon.owed.value() > 0.0 {
        text += &format!(" After the last month {} of commitments are still to be paid.", usd(horizon.owed));
    }
    text
}

fn said(found: &Outlook) -> String {
    let last = found.horizon.months.last();
    let (api, gpu) = last.map_or((Usd::ZERO, Usd::ZERO), |month| (month.api_total, month.gpu_total));
    let months = found.terms.months;
    format!("Total cost over {months} months: API {}, self-hosted {}.", usd(api), usd(gpu))
}

fn picture(found: &Outlook, context: &Context) -> crate::chart::scene::Scene {
    let months = &found.horizon.months;
    let line = |role, name: &str, start: Usd, total: fn(&crate::engine::horizon::Month) -> Usd| Line {
        role,
        name: name.to_owned(),
        points: std::iter::once((0.0, start.value()))
            .chain(months.iter().map(|month| (f64::from(month.month), total(month).value())))
            .collect(),
    };
    let paid = found.horizon.payback.and_then(|month| months.get(month as usize - 1));
    let marked = paid.map(|month| {
        (
            f64::from(month.month),
            month.gpu_total.value(),
            format!("paid back {}", ends(month.month, context.today)),
        )
    });
    let lines = vec![
        line(Role::Gpu, "Self-hosted", found.terms.migration, |month| month.gpu_total),
        line(Role::Api, "API", Usd::ZERO, |month| month.api_total),
    ];
    let below = |month: f64| match month {
        0.0 => "today".into(),
        passed if passed.fract() == 0.0 => format::month(context.today.months_later(passed as u32)),
        _ => String::new(),
    };
    Lines { lines, marked: marked.into_iter().collect(), x: &below, y: &format::usd_tick }
        .draw(context.width, 320.0)
}

/// What all months come to; each figure opens its formula.
fn worth(context: &Context, found: &Outlook) -> Table {
    let horizon = &found.horizon;
    let (api, gpu) =
        horizon.months.last().map_or((Usd::ZERO, Usd::ZERO), |month| (month.api_total, month.gpu_total));
    let amount = |name: &str, amount: Usd, figure, strong| Row {
        cells: vec![Cell::of(name), context.opened(Cell::of(usd(amount)), figure, amount.value())],
        strong,
    };
    let paid = match horizon.payback {
        Some(month) => {
            let cell = Cell::of(month.to_string()).small(ends(month, context.today));
            context.opened(cell, Figure::Payback, f64::from(month))
        }
        None => Cell::of("not within these months"),
    };
    Table {
        columns: vec![Column::text("All months together"), Column::figure("")],
        rows: vec![
            amount("API", api, Figure::MonthsApi, false),
            amount("Self-hosted, with what is paid once", gpu, Figure::MonthsSelfHosted, false),
            amount("Saved by self-hosting", horizon.saving(), Figure::MonthsSaving, true),
            amount("Net present value", horizon.npv, Figure::Npv, false),
            Row { cells: vec![Cell::of("Paid back at the end of month"), paid], strong: false },
        ],
        note: "An underlined figure opens its formula.".into(),
        ..Table::default()
    }
}

fn months(context: &Context, found: &Outlook) -> Table {
    let today = context.today;
    let last = found.horizon.months.len() as u32;
    let total = |amount: Usd, figure, month: u32| {
        let cell = Cell::of(usd(amount));
        if month == last { context.opened(cell, figure, amount.value()) } else { cell }
    };
    let rows = found.horizon.months.iter().map(|month| {
        let cheaper = Winner::of(month.api, month.gpu);
        let cell = match cheaper {
            Winner::Api => Cell::of("API").side(Side::Api),
            Winner::Gpu => Cell::of("Self-hosted").side(Side::Gpu),
            Winner::Tie => Cell::of("equal"),
        };
        let cells = vec![
            Cell::of(month.month.to_string()).small(begins(month.month, today)),
            Cell::of(format::compact(month.volume.value())),
            Cell::of(usd(month.api)),
            Cell::of(usd(month.gpu)),
            Cell::of(usd(month.idle)),
            total(month.api_total, Figure::MonthsApi, month.month),
            total(month.gpu_total, Figure::MonthsSelfHosted, month.month),
            cell,
        ];
        Row { cells, strong: found.horizon.payback == Some(month.month) }
    });
    let note = "Month 1 begins today. Growth and drifts as set under At what other cost. The one-off cost is in the self-hosted total from the start. \
                People and infrastructure keep their price. Idle: commitments that the month does not need.";
    Table {
        columns: vec![
            Column::figure("Month"),
            Column::wide("Tokens"),
            Column::figure("API"),
            Column::figure("Self-hosted"),
            Column::wide("Idle"),
            Column::wide("API in total"),
            Column::wide("Self-hosted in total"),
            Column::figure("Cheaper"),
        ],
        rows: rows.collect(),
        note: note.into(),
        ..Table::default()
    }
}

fn commitment(found: &Outlook) -> String {
    let (months, discount) = found.commitment;
    let percent = format::percent(discount * 100.0);
    if found.held {
        let part = format::percent(found.committed * 100.0);
        return format!(
            "{part} of the GPU bill is committed for {months} months, {percent} under the on-demand price. What such a \
             commitment on all GPUs loses (or still saves) over its term against paying on demand:"
        );
    }
    format!(
        "Nothing is committed. A reservation of {months} months at {percent} off would lose (or still save) this over its \
         term against paying on demand:"
    )
}

fn regrets(context: &Context, found: &Outlook) -> Table {
    let rows = found.regrets.chunks(FALLS.len()).map(|row| {
        let first = match row[0].fall.after {
            0 => "from the start".to_owned(),
            after => format!("after month {after}"),
        };
        let cells = row.iter().map(|regret| {
            let loss = regret.loss().value();
            let amount = format::usd(loss.abs());
            let cell = if loss > 0.005 {
                Cell::of(format!("loses {amount}")).side(Side::Api)
            } else {
                Cell::of(format!("saves {amount}")).side(Side::Gpu)
            };
            let worst = found.worst().is_some_and(|worst| worst.fall == regret.fall);
            if worst { context.opened(cell, Figure::Regret, loss) } else { cell }
        });
        Row { cells: std::iter::once(Cell::of(first)).chain(cells).collect(), strong: false }
    });
    Table {
        columns: vec![
            Column::figure("Demand falls"),
            Column::figure("by 25%"),
            Column::figure("by 50%"),
            Column::figure("by 75%"),
            Column::figure("to nothing"),
        ],
        rows: rows.collect(),
        note: "A commitment is signed for what each month needs and cannot shrink before it ends; on demand shrinks with \
               the demand."
            .into(),
        ..Table::default()
    }
}
