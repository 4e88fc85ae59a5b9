//! The cheapest mix of reserved, on-demand and spot GPUs and the API, beside the two pure answers.

use super::super::table::{Cell, Column, Row, Side, Table};
use super::super::view::{Block, Control, ControlKind, View};
use super::Context;
use crate::catalogue::Text;
use crate::engine::Plan;
use crate::engine::portfolio::{self, Hybrid, Part, Source};
use crate::report::explain::Figure;
use crate::units::{Tokens, Usd, format};

/// The view.
#[must_use]
pub fn view(context: &Context) -> View {
    let mix = portfolio::hybrid(context.scenario, context.catalogue, context.report, spot(context));
    let (Ok(plan), Some(mix)) = (&context.report.plan, mix) else {
        let text = "Without a plan for GPUs the API serves everything; the verdict says why there is none.";
        return View { blocks: vec![Block::Text(text.into())] };
    };
    let volume = context.report.volume;
    View {
        blocks: vec![
            spot_control(context),
            Block::Text(summary(&mix, volume)),
            Block::Text(breakeven(&mix, plan)),
            Block::Table(split(context, &mix, plan, volume)),
            Block::Heading("Level by level".into()),
            Block::Table(levels(&mix, plan)),
        ],
    }
}

/// Whether spot may serve: as answered, at first where the scenario has some.
pub(super) fn spot(context: &Context) -> bool {
    match context.answers.given("spot") {
        Some(answer) => answer == "1",
        None => portfolio::spot_may_serve(context.scenario),
    }
}

pub(super) fn spot_control(context: &Context) -> Block {
    Block::Control(Control {
        key: Text::Borrowed("spot"),
        label: "Spot instances may serve".into(),
        value: if spot(context) { "1".into() } else { String::new() },
        kind: ControlKind::Check,
    })
}

fn source(source: Source, plan: &Plan) -> &'static str {
    match source {
        Source::Reserved if plan.owned.is_some() => "Bought",
        Source::Reserved => "Reserved",
        Source::OnDemand => "On demand",
        Source::Spot => "Spot",
        Source::Api => "API",
    }
}

fn side(source: Source) -> Side {
    if source == Source::Api { Side::Api } else { Side::Gpu }
}

fn saved(mix: Usd, pure: Usd) -> String {
    match (pure - mix).value() {
        saved if saved >= 0.005 => {
            format!("saves {} ({})", format::usd(saved), format::percent(saved / pure.value() * 100.0))
        }
        saved if saved <= -0.005 => format!("costs {} more", format::usd(-saved)),
        _ => "costs the same".into(),
    }
}

fn summary(mix: &Hybrid, volume: Tokens) -> String {
    let parts = mix.stack.parts();
    let [.., api] = &parts;
    if parts[..3].iter().all(|part| part.units == 0.0) {
        return format!(
            "No GPU is worth its cost at any level of this demand: the API serves everything for {}, the scenario's fleet would cost {}.",
            format::usd(mix.total.value()),
            format::usd(mix.all_gpu.value())
        );
    }
    let routed = api.tokens / volume;
    let to_api = if routed > 0.0 {
        format!("{} of the tokens ({}) go to the API", format::percent(routed * 100.0), tokens(api.tokens))
    } else {
        "nothing goes to the API".into()
    };
    format!(
        "The cheapest mix costs {} a month: against the API alone it {}, against the scenario's fleet alone it {}; {to_api}.",
        format::usd(mix.total.value()),
        saved(mix.total, mix.all_api),
        saved(mix.total, mix.all_gpu),
    )
}

/// Where the mix wins, beside where the fleet does.
fn breakeven(mix: &Hybrid, plan: &Plan) -> String {
    let turns = |first: Option<Tokens>, durable: Option<Tokens>| match (first, durable) {
        (Some(first), Some(durable)) if first < durable => {
            format!("first above {} tokens a month, for good above {}", tokens(first), tokens(durable))
        }
        (_, Some(durable)) => format!("for good above {} tokens a month", tokens(durable)),
        (Some(first), None) => format!("above {} tokens a month for a while", tokens(first)),
        (None, None) => "at no volume".into(),
    };
    let fleet = turns(plan.breakeven.first(), plan.breakeven.durable());
    if mix.breakeven.never() {
        return format!(
            "No mix is cheaper than the API alone at any volume: even the purchase that would be best used costs {}/MTok, fully loaded, the \
             API {}/MTok.",
            format::usd(mix.at_full_load.value()),
            format::usd(mix.prices.api.value())
        );
    }
    let mixed = turns(mix.breakeven.first(), mix.breakeven.durable());
    format!(
        "A mix is cheaper than the API alone {mixed}; your fleet alone {fleet}. “Breakeven” lists every stretch, the chart above draws the mix \
         at every volume."
    )
}

fn tokens(count: Tokens) -> String {
    format::compact(count.value())
}

/// What each source takes, and the sums.
fn split(context: &Context, mix: &Hybrid, plan: &Plan, volume: Tokens) -> Table {
    let gpus = |part: &Part| match part.source {
        Source::Api => Cell::of("–"),
        _ => Cell::of(format::compact(part.units * f64::from(plan.purchase.gpus))),
    };
    let row = |part: &Part| Row {
        cells: vec![
            Cell::of(source(part.source, plan)),
            Cell::bar(part.tokens / volume, side(part.source)),
            gpus(part),
            Cell::of(tokens(part.tokens)).small(format::percent(part.tokens / volume * 100.0)),
            Cell::of(format::usd(part.cost.value())),
            Cell::of(format::usd(part.cost.per_mtok(part.tokens).value())),
        ],
        strong: false,
    };
    let sum = |name: &str, cost: Usd, figure: Option<Figure>| Row {
        cells: vec![
            Cell::of(name),
            Cell::default(),
            Cell::default(),
            Cell::default(),
            match figure {
                Some(figure) => context.opened(Cell::of(format::usd(cost.value())), figure, cost.value()),
                None => Cell::of(format::usd(cost.value())),
            },
            Cell::of(format::usd(cost.per_mtok(volume).value())),
        ],
        strong: figure == Some(Figure::Mix),
    };
    let parts = mix.stack.parts();
    let mut rows: Vec<Row> = parts.iter().filter(|part| part.units > 0.0).map(row).collect();
    if mix.fixed.value() > 0.0 {
        rows.push(sum("Engineering and other fixed cost", mix.fixed, None));
    }
    rows.push(sum("The mix", mix.total, Some(Figure::Mix)));
    rows.push(sum("API alone", mix.all_api, Some(Figure::ApiBill)));
    rows.push(sum("Your fleet alone", mix.all_gpu, Some(Figure::SelfHosted)));
    Table {
        columns: vec![
            Column::text("Served by"),
            Column::text("Part of the tokens"),
            Column::figure("GPUs"),
            Column::figure("Tokens a month"),
            Column::figure("$ a month"),
            Column::wide("$/MTok"),
        ],
        rows,
        note: Text::Borrowed(
            "Spot is priced with what interruptions lose. The mix has no spare replicas: the API stands in for what fails. It needs a router \
             that sends the overflow to the API.",
        ),
        ..Table::default()
    }
}

/// Levels of demand from the base to the peak.
fn levels(mix: &Hybrid, plan: &Plan) -> Table {
    let mut below = 0.0;
    let rows = mix.stack.slices.iter().map(|slice| {
        let from = below + 1.0;
        below += slice.units;
        let name = if slice.units > 1.0 {
            format!("{}–{}", format::compact(from), format::compact(below))
        } else {
            format::compact(from)
        };
        let cells = vec![
            Cell::of(name),
            Cell::of(format::percent(slice.needed * 100.0)),
            Cell::of(tokens(slice.tokens)),
            Cell::of(source(slice.source, plan)).side(side(slice.source)),
            Cell::of(format::usd(slice.cost.value())),
            Cell::of(format::usd((slice.tokens * mix.prices.api).value())),
        ];
        Row { cells, strong: false }
    });
    Table {
        columns: vec![
            Column::figure("Purchase"),
            Column::figure("Needed"),
            Column::figure("Tokens a month"),
            Column::text("Cheapest"),
            Column::figure("$ a month each"),
            Column::wide("at the API"),
        ],
        rows: rows.collect(),
        note: Text::Borrowed(
            "The second purchase is needed while demand is above what one serves, and so on: each level goes to whoever serves it cheapest.",
        ),
        ..Table::default()
    }
}
