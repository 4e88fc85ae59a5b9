//! The open models of the catalogue to choose from: size, what a token of context costs in memory, who hosts them.

use super::Context;
use crate::catalogue::{Catalogue, Model, Text};
use crate::engine::architecture::Architecture;
use crate::engine::choice;
use crate::engine::kv_cache::{KvCache, KvFormat};
use crate::scenario::FieldId;
use crate::units::{Date, format};
use crate::words::names;
use crate::words::table::{Cell, Column, Row, Table};
use crate::words::view::{Block, Control, ControlKind, View};

/// The list with its search.
#[must_use]
pub fn view(context: &Context) -> View {
    let search = context.answers.get("search").to_owned();
    let control = Control {
        key: Text::Borrowed("search"),
        label: "Search the models".into(),
        value: search.clone(),
        kind: ControlKind::Search,
    };
    let table = table(context.catalogue, context.scenario.model(), &search, context.today);
    View { blocks: vec![Block::Control(control), Block::Table(table)] }
}

/// The models whose name, family or id has every word of the search.
#[must_use]
pub fn table(catalogue: &Catalogue, current: &str, search: &str, today: Date) -> Table {
    let words: Vec<String> = search.split_whitespace().map(str::to_ascii_lowercase).collect();
    let found = catalogue.models.iter().filter(|model| {
        let text = format!("{} {}", model.hf_id, model.id).to_ascii_lowercase();
        words.iter().all(|word| text.contains(word.as_str()))
    });
    Table {
        columns: vec![
            Column::text("Model"),
            Column::figure("Parameters"),
            Column::figure("Active"),
            Column::wide("Context"),
            Column::wide("KV per 1,000 tokens"),
            Column::figure("Hosts"),
            Column::figure("Median price"),
            Column::wide("As of"),
        ],
        rows: found.map(|model| row(catalogue, model, current, today)).collect(),
        sortable: true,
        sorted: 0,
        note: Text::Borrowed(
            "A click on a name takes the model. Active parameters are those that a token passes through. The KV cache is that of 16 bit \
             at 1,000 tokens. The price is the mean of input and output at the median host, dollars per million tokens.",
        ),
    }
}

fn row(catalogue: &Catalogue, model: &Model, current: &str, today: Date) -> Row {
    let count = |count: Option<u64>| match count {
        Some(count) => Cell::of(format::compact(count as f64)).key(count as f64),
        None => Cell::of("–").key(0.0),
    };
    let cache =
        Architecture::new(model).map(|shape| KvCache::new(&shape, KvFormat::Fp16).bytes(1000.0) / 1e6);
    let cache = match cache {
        Ok(megabytes) => Cell::of(format!("{} MB", format::grouped(megabytes))).key(megabytes),
        Err(_) => Cell::of("–").key(0.0),
    };
    let mut prices: Vec<f64> =
        choice::hosts(catalogue, &model.id).map(|card| (card.input + card.output).value() / 2.0).collect();
    prices.sort_by(f64::total_cmp);
    let median = match prices.get(prices.len().saturating_sub(1) / 2) {
        Some(price) => Cell::of(format::usd(*price)).key(*price),
        None => Cell::of("–").key(1e9),
    };
    let stale = today.days_since(model.as_of) > 90;
    let cells = vec![
        Cell::of(names::model(model))
            .sets(vec![(FieldId::OwnModel, String::new()), (FieldId::Model, model.id.to_string())]),
        count(model.parameters.total),
        count(model.parameters.active),
        count(model.max_context.map(u64::from)),
        cache,
        Cell::of(prices.len().to_string()).key(prices.len() as f64),
        median,
        Cell::of(model.as_of.to_string()).small(if stale { "90+ days old" } else { "" }),
    ];
    Row { cells, strong: model.id == current }
}
