//! Every view under the chart as one kind of data: columns and rows of cells, with what a click on a cell does.
//!
//! The page draws all of them with one component, and exports read the same rows.

use super::names;
use super::table::{Cell, Column, Row, Side, Table};
use crate::catalogue::{Basis, Catalogue, Commitment, Offer, Provenance, Text};
use crate::engine::Report;
use crate::engine::provenance::Tier;
use crate::report::breakdown::{self, Line};
use crate::report::cost_table::{self, Mark};
use crate::report::explain::Figure;
use crate::scenario::FieldId;
use crate::units::{Date, Usd, format};

fn dollars(amount: Usd) -> Cell {
    Cell::of(format::usd(amount.value()))
}

fn or_dash<T>(value: Option<T>, show: impl FnOnce(T) -> String) -> Cell {
    Cell::of(value.map_or("–".into(), show))
}

fn row(cells: Vec<Cell>) -> Row {
    Row { cells, strong: false }
}

/// Cost at a range of volumes.
#[must_use]
pub fn cost(report: &Report) -> Table {
    let rows = cost_table::rows(report).into_iter().map(|entry| {
        let note = match entry.mark {
            Mark::Round => "",
            Mark::You => "you",
            Mark::Breakeven => "breakeven",
            Mark::Durable => "breakeven for good",
        };
        let cheaper = match entry.gpu.map(|gpu| (gpu - entry.api).value()) {
            None => Cell::of("–"),
            Some(_) if matches!(entry.mark, Mark::Breakeven | Mark::Durable) => Cell::of("equal"),
            Some(d) if d > 0.0 => Cell::of(format!("API by {}", format::usd(d))).side(Side::Api),
            Some(d) => Cell::of(format!("GPUs by {}", format::usd(-d))).side(Side::Gpu),
        };
        let volume = entry.volume.value();
        let opened = |cell: Cell, figure| if entry.mark == Mark::You { cell.opens(figure) } else { cell };
        let cells = vec![
            Cell::of(format::compact(volume))
                .small(note)
                .sets(vec![(FieldId::Volume, format::exact(volume.round()))]),
            opened(dollars(entry.api), Figure::ApiBill),
            entry.gpu.map_or(Cell::of("–"), |gpu| opened(dollars(gpu), Figure::SelfHosted)),
            or_dash(entry.gpus, format::compact),
            entry.utilisation.map_or(Cell::of("–"), |share| {
                opened(Cell::of(format::percent(share * 100.0)), Figure::Utilisation)
            }),
            cheaper,
        ];
        Row { cells, strong: entry.mark == Mark::You }
    });
    Table {
        columns: vec![
            Column::figure("Tokens a month"),
            Column::figure("API"),
            Column::figure("Self-hosted"),
            Column::wide("GPUs"),
            Column::wide("Utilisation"),
            Column::figure("Cheaper"),
        ],
        rows: rows.collect(),
        sortable: false,
        sorted: 0,
        note: Text::Borrowed("A click on a volume takes it."),
    }
}

/// What the bills are made of; `opened` lets an amount of a line, or of a whole bill, open its formula.
#[must_use]
pub fn bills(report: &Report, opened: &dyn Fn(Cell, Option<Line>, Side, Usd) -> Cell) -> Table {
    let gpu_total = report.plan.as_ref().ok().map(|plan| plan.bill.total());
    let most = gpu_total.map_or(report.api.bill, |total| total.max(report.api.bill));
    let share = |amount: Usd| if most.value() > 0.0 { (amount / most).max(0.0) } else { 0.0 };
    let row = |name: &str, line: Option<Line>, amount: Usd, side| Row {
        cells: vec![
            Cell::of(name),
            if line.is_none() { Cell::default() } else { Cell::bar(share(amount), side) },
            opened(dollars(amount), line, side, amount),
            Cell::of(format::usd(amount.per_mtok(report.volume).value())),
        ],
        strong: line.is_none(),
    };
    let lines = |lines: Vec<(Line, Usd)>, side| {
        lines.into_iter().map(move |(line, amount)| row(line_name(line), Some(line), amount, side))
    };
    let mut rows: Vec<Row> = lines(breakdown::api(report), Side::Api).collect();
    rows.push(row("API", None, report.api.bill, Side::Api));
    rows.extend(lines(breakdown::gpu(report), Side::Gpu));
    rows.extend(gpu_total.map(|total| row("Self-hosted", None, total, Side::Gpu)));
    Table {
        columns: vec![
            Column::figure("A month"),
            Column::text(""),
            Column::figure("$"),
            Column::wide("$/MTok"),
        ],
        rows,
        sortable: false,
        sorted: 0,
        note: Text::Borrowed(
            "An underlined amount opens its formula. Whole instances are bought. Storage and egress count where given. Not counted: migration, downtime, taxes.",
        ),
    }
}

fn line_name(line: Line) -> &'static str {
    match line {
        Line::ApiInput => "Input tokens",
        Line::ApiCacheRead => "Cached input, read",
        Line::ApiCacheWrite => "Cached input, written",
        Line::ApiOutput => "Output tokens",
        Line::ApiReasoning => "Reasoning tokens",
        Line::ApiBatch => "Batches",
        Line::ApiFees => "Fees",
        Line::Hardware => "GPU instances",
        Line::Startups => "Start-ups",
        Line::Commitments => "Reserved and spot",
        Line::Capital => "Bought GPUs: wear and interest",
        Line::Power => "Power",
        Line::Colocation => "Colocation",
        Line::Maintenance => "Maintenance",
        Line::Storage => "Storage",
        Line::Egress => "Egress",
        Line::Engineering => "Engineering",
        Line::Infrastructure => "Infrastructure",
    }
}

/// Every price that the reference article prints, and what today's sources say instead.
#[must_use]
pub fn article_prices(catalogue: &Catalogue) -> Table {
    let articles = catalogue.offers.iter().filter(|offer| offer.basis == Basis::Article);
    let rows = articles.map(|article| {
        let today = catalogue.today_instead(article);
        let gpu = catalogue.gpu(&article.gpu);
        let change = today.map(|offer| (offer.price_per_gpu() / article.price_per_gpu() - 1.0) * 100.0);
        let commitment = match article.commitment {
            Commitment::OnDemand => "",
            other => names::commitment(other),
        };
        row(vec![
            Cell::of(gpu.map_or(article.gpu.to_string(), names::gpu))
                .small(gpu.map_or(String::new(), |gpu| format!("{:.0} GB", gpu.nominal_gb))),
            Cell::of(names::provider(&article.provider)).small(commitment),
            price(article, ""),
            today.map_or(Cell::of("–"), |offer| price(offer, &offer.provenance.as_of.to_string())),
            or_dash(change, |change| {
                format!("{}{}", if change > 0.0 { "+" } else { "" }, format::percent(change))
            }),
        ])
    });
    Table {
        columns: vec![
            Column::text("GPU"),
            Column::text("Provider"),
            Column::figure("Article, 2026-03"),
            Column::figure("Newest source"),
            Column::wide("Difference"),
        ],
        rows: rows.collect(),
        sortable: false,
        sorted: 0,
        note: Text::Borrowed(
            "Dollars per GPU-hour. A click on a price puts it into the scenario. The newest source is of the same provider, GPU and \
               commitment; a dash where no source lists one.",
        ),
    }
}

/// A price that can be taken into the scenario: its GPU first, because a new GPU resets the offer.
fn price(offer: &Offer, small: &str) -> Cell {
    Cell::of(format::usd(offer.price_per_gpu().value()))
        .small(small)
        .sets(vec![(FieldId::Gpu, offer.gpu.to_string()), (FieldId::Offer, offer.id.to_string())])
}

/// What is assumed and where each fact comes from; `today` tells which are older than 90 days.
#[must_use]
pub fn sources(report: &Report, today: Date) -> Table {
    let origin = |provenance: &Provenance| {
        let age = if provenance.is_stale(today) { "; older than 90 days" } else { "" };
        format!("{} ({}{age})", provenance.source, provenance.as_of)
    };
    let mut facts: Vec<(&str, String, String)> = Vec::new();
    if let Some(card) = &report.api.card {
        let mut from = origin(&card.provenance);
        if let Some(other) = &card.disagreement {
            let (field, price) = (other.field.replace('_', " "), format::usd(other.other.value()));
            from += &format!("; {} lists {price} for {field}", other.source);
        }
        if let Some(next) = &card.next {
            from += &format!("; {}", super::price_lists::announced(next));
        }
        facts.push(("API price", names::api_price(card), from));
    }
    if let Some(total) = report.model.parameters.total {
        let value = format!("{} parameters", format::compact(total as f64));
        facts.push(("Model", value, format!("{} ({})", report.model.source, report.model.as_of)));
    }
    let gpu = &report.gpu;
    facts.push(("GPU", format!("{}, {:.1} GiB", names::gpu(gpu), gpu.memory.gib()), origin(&gpu.provenance)));
    if let Ok(plan) = &report.plan {
        if let Some(offer) = &plan.offer {
            facts.push(("GPU price", names::offer(offer), origin(&offer.provenance)));
        }
        facts.push(match (plan.replica.tier, &plan.replica.measurement) {
            (Tier::Own, _) => ("Speed", "your figure".into(), "you".into()),
            (_, Some(row)) => (
                "Speed",
                format!(
                    "{} tokens/s measured on {} GPUs, {}, {} in, {} out; scaled to your requests",
                    format::grouped(row.tokens_per_second.value()),
                    row.gpus,
                    row.format,
                    row.isl,
                    row.osl
                ),
                origin(&row.provenance),
            ),
            (_, None) => (
                "Speed",
                "roofline with continuous batching".into(),
                "constants fitted to published measurements".into(),
            ),
        });
    }
    facts.push(("Month", format!("{} hours", report.hours.value()), "convention".into()));
    let rows = facts
        .into_iter()
        .map(|(what, value, from)| row(vec![Cell::of(what), Cell::of(value), Cell::of(from)]));
    Table {
        columns: vec![Column::text("Fact"), Column::text("In use"), Column::text("Source and date")],
        rows: rows.collect(),
        sortable: false,
        sorted: 0,
        note: Text::Borrowed(
            "API bill = input tokens × input price + output tokens × output price. Self-hosted bill = whole instances × price × hours + \
               engineering + infrastructure; instances = volume ÷ (tokens/s × target load × seconds of the month), rounded up. Prices are \
               medians over today's hosts and providers unless you choose a row or write a price.",
        ),
    }
}
