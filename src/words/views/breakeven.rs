//! The breakeven of every fleet: from which volume it is cheaper than the API alone, in which stretches, in other units.

use super::{Context, hybrid};
use crate::catalogue::Text;
use crate::engine::breakeven::{Interval, one_line};
use crate::engine::portfolio::{self, Hybrid};
use crate::engine::{Plan, evaluate};
use crate::report::explain::Figure;
use crate::scenario::fields::Kind;
use crate::scenario::{FieldId, Scenario};
use crate::units::{Hours, Tokens, UsdPerMTok, format};
use crate::words::table::{Cell, Column, Row, Side, Table};
use crate::words::verdict::verdict;
use crate::words::view::{Block, View};

/// Stretches that are listed of each fleet; there can be millions.
const MOST: usize = 30;

/// The view.
#[must_use]
pub fn view(context: &Context) -> View {
    let mix = portfolio::hybrid(context.scenario, context.catalogue, context.report, hybrid::spot(context));
    let (Ok(plan), Some(mix)) = (&context.report.plan, mix) else {
        return View { blocks: vec![Block::Alert(verdict(context.report).text())] };
    };
    let mut blocks = vec![
        hybrid::spot_control(context),
        Block::Text(said(context.report.api.blended, plan, &mix)),
        Block::Table(fleets(context, plan, &mix)),
    ];
    let turns = [plan.breakeven.durable(), mix.breakeven.durable()];
    if turns.iter().any(Option::is_some) {
        blocks.push(Block::Heading("In other units".into()));
        blocks.push(Block::Table(units(context, turns)));
        blocks.push(Block::Heading("Every stretch in which it is cheaper".into()));
        blocks.push(Block::Table(stretches(plan, &mix)));
    }
    View { blocks }
}

fn tokens(count: Tokens) -> String {
    format::compact(count.value())
}

fn each(price: UsdPerMTok) -> String {
    format!("{}/MTok", format::usd(price.value()))
}

/// The answer of the fleet and of the mix, and why where there is none.
fn said(api: UsdPerMTok, plan: &Plan, mix: &Hybrid) -> String {
    let fleet = match plan.breakeven.durable() {
        Some(durable) => {
            format!(
                "Your fleet is cheaper than the API alone for good above {} tokens a month.",
                tokens(durable)
            )
        }
        None if plan.breakeven.never() => format!(
            "Your fleet is cheaper than the API alone at no volume: fully loaded, its GPUs cost {}, the API {}.",
            each(plan.breakeven.at_full_load()),
            each(api)
        ),
        None => {
            "Your fleet is cheaper than the API alone in some stretches, but at no volume for good.".into()
        }
    };
    let together = match mix.breakeven.durable() {
        Some(durable) => format!(
            " A mix, whose GPUs serve only what they serve more cheaply than the API, is cheaper for good above {}.",
            tokens(durable)
        ),
        None => format!(
            " No mix is: even the purchase that would be best used costs {}, fully loaded.",
            each(mix.at_full_load)
        ),
    };
    fleet + &together
}

fn never_or(volume: Option<Tokens>) -> Cell {
    Cell::of(volume.map_or("never".into(), tokens))
}

/// Every fleet with its first and its durable breakeven.
fn fleets(context: &Context, plan: &Plan, mix: &Hybrid) -> Table {
    let row = |name: Cell, turns: [Cell; 2], count: f64, full: Cell, strong| Row {
        cells: [name].into_iter().chain(turns).chain([Cell::of(format::grouped(count)), full]).collect(),
        strong,
    };
    let opened = |volume: Option<Tokens>, figure| {
        let cell = never_or(volume);
        volume.map_or(cell.clone(), |volume| context.opened(cell, figure, volume.value()))
    };
    let price = |price: UsdPerMTok| Cell::of(format::usd(price.value()));
    let (own, alone) = (&plan.breakeven, &plan.hardware_breakeven);
    let full = context.opened(price(own.at_full_load()), Figure::FullLoad, own.at_full_load().value());
    let turns =
        [opened(own.first(), Figure::FirstBreakeven), opened(own.durable(), Figure::DurableBreakeven)];
    let policy = context.scenario.name(FieldId::Fleet).unwrap_or_default();
    let name =
        Cell::of("Your fleet").small(if plan.owned.is_some() { "bought".to_owned() } else { label(policy) });
    let mut rows = vec![row(name, turns, own.count(), full, true)];
    rows.extend(others(context, plan).into_iter().map(|(key, other)| {
        let one = &other.breakeven;
        let name = Cell::of(format!("The same, {}", label(key))).sets(vec![(FieldId::Fleet, key.to_owned())]);
        let turns = [never_or(one.first()), never_or(one.durable())];
        row(name, turns, one.count(), price(one.at_full_load()), false)
    }));
    let turns = [never_or(alone.first()), opened(alone.durable(), Figure::HardwareBreakeven)];
    let name = Cell::of("Your GPUs alone").small("nobody to pay");
    rows.push(row(name, turns, alone.count(), price(alone.at_full_load()), false));
    let both = &mix.breakeven;
    let turns = [opened(both.first(), Figure::MixFirst), opened(both.durable(), Figure::MixDurable)];
    let name = Cell::of("The cheapest mix").small("GPUs and API");
    rows.push(row(name, turns, both.count(), price(mix.at_full_load), true));
    let line = one_line(plan.purchase.price, context.report.api.blended, 1.0, context.report.hours);
    let turns = [Cell::of(tokens(line)), Cell::of("–")];
    rows.push(Row {
        cells: [Cell::of("The one-line formula").small("one GPU that could serve anything")]
            .into_iter()
            .chain(turns)
            .chain([Cell::of("–"), Cell::of("–")])
            .collect(),
        strong: false,
    });
    Table {
        columns: vec![
            Column::text("Tokens a month"),
            Column::figure("Cheaper above"),
            Column::figure("For good above"),
            Column::wide("Stretches"),
            Column::wide("$/MTok at full load"),
        ],
        rows,
        note: Text::Owned(format!(
            "Against the API alone at {}. Exact: every step of the bills is counted, none is sampled. Above the first a win can end where the \
             next instance is due. A mix that is cheaper anywhere is cheaper for good from some volume on. An underlined figure opens its formula.",
            each(context.report.api.blended)
        )),
        ..Table::default()
    }
}

/// The name of a fleet's policy.
fn label(key: &str) -> String {
    let Kind::Choice(choices) = FieldId::Fleet.field().kind else { return String::new() };
    choices
        .iter()
        .find(|choice| choice.key == key)
        .map_or(String::new(), |choice| choice.label.to_lowercase())
}

/// The plans of the other policies, those that turn elsewhere.
fn others(context: &Context, plan: &Plan) -> Vec<(&'static str, Plan)> {
    let Kind::Choice(choices) = FieldId::Fleet.field().kind else { return Vec::new() };
    let own = context.scenario.name(FieldId::Fleet);
    if plan.owned.is_some() {
        return Vec::new();
    }
    let same = |a: Option<Tokens>, b: Option<Tokens>| match (a, b) {
        (Some(a), Some(b)) => (a / b - 1.0).abs() < 1e-6,
        (a, b) => a == b,
    };
    let turns = |other: &Plan| {
        let (own, other) = (&plan.breakeven, &other.breakeven);
        !same(own.first(), other.first()) || !same(own.durable(), other.durable())
    };
    let of = |key: &'static str| {
        let mut scenario: Scenario = context.scenario.clone();
        scenario.set_text(FieldId::Fleet, key, context.catalogue).ok()?;
        let other = evaluate(&scenario, context.catalogue).ok()?.plan.ok()?;
        turns(&other).then_some((key, other))
    };
    choices.iter().filter(|choice| Some(choice.key) != own).filter_map(|choice| of(choice.key)).collect()
}

/// The durable breakevens by month, day, hour and second, and in requests.
fn units(context: &Context, [own, mix]: [Option<Tokens>; 2]) -> Table {
    let hours = context.report.hours;
    let day = Hours::new(24.0);
    let size = context.scenario.request_tokens();
    let lines: [(&str, Figure, f64); 5] = [
        ("Tokens a month", Figure::DurableBreakeven, 1.0),
        ("Tokens a day", Figure::DurablePerDay, day / hours),
        ("Tokens an hour", Figure::DurablePerHour, 1.0 / hours.value()),
        ("Tokens a second", Figure::DurablePerSecond, 1.0 / (hours.value() * 3600.0)),
        ("Requests a month", Figure::DurableRequests, 1.0 / size),
    ];
    let rows = lines.into_iter().map(|(name, figure, factor)| {
        let amount = |volume: Option<Tokens>| volume.map(|volume| volume.value() * factor);
        let cell = |amount: Option<f64>| Cell::of(amount.map_or("never".into(), format::compact));
        let (own, mix) = (amount(own), amount(mix));
        let fleet = own.map_or(cell(None), |own| context.opened(cell(Some(own)), figure, own));
        Row { cells: vec![Cell::of(name), fleet, cell(mix)], strong: false }
    });
    Table {
        columns: vec![
            Column::text("Cheaper for good above"),
            Column::figure("Your fleet"),
            Column::figure("The cheapest mix"),
        ],
        rows: rows.collect(),
        note: Text::Owned(format!(
            "A month of {} hours, requests of {} tokens.",
            format::grouped(hours.value()),
            format::grouped(size)
        )),
        ..Table::default()
    }
}

/// Every stretch of both, the smallest volumes first.
fn stretches(plan: &Plan, mix: &Hybrid) -> Table {
    let row = |name: &str, window: &Interval| Row {
        cells: vec![
            Cell::of(name).side(Side::Gpu),
            Cell::of(tokens(window.from)),
            Cell::of(window.to.map_or("for good".into(), tokens)),
        ],
        strong: window.to.is_none(),
    };
    let mut rows: Vec<Row> = plan.breakeven.winning().take(MOST).map(|one| row("Your fleet", &one)).collect();
    rows.extend(mix.breakeven.winning().take(MOST).map(|one| row("The mix", &one)));
    let most = plan.breakeven.count().max(mix.breakeven.count());
    let note = if most > MOST as f64 {
        format!("The first {MOST} of each; the table above counts them.")
    } else {
        "All there are.".into()
    };
    Table {
        columns: vec![
            Column::text("Cheaper than the API alone"),
            Column::figure("above, tokens a month"),
            Column::figure("up to"),
        ],
        rows,
        note: Text::Owned(note),
        ..Table::default()
    }
}
