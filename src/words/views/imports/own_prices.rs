//! Own prices: what the last file changed, all rows with what they put into the scenario, and the files they are from.

use super::{MOST_SHOWN, button, control, remove_key, rest};
use crate::catalogue::{ApiPrice, Catalogue, Offer, Overlay, Text};
use crate::import::desk::{DISAGREEMENT, Desk};
use crate::import::prices::{ImportProblem, Skipped};
use crate::units::{UsdPerMTok, format};
use crate::words::table::{Cell, Column, Row, Table};
use crate::words::take;
use crate::words::view::{Block, Control, ControlKind};
use crate::words::views::Context;
use crate::words::{names, prices};

/// Most own rows whose file every view carries: about a megabyte.
const MOST_SAVED: usize = 4_000;

/// Most own rows that are shown; a search narrows them.
const MOST_ROWS: usize = 200;

/// What the sheet at this place did.
pub fn result(blocks: &mut Vec<Block>, desk: &Desk, at: usize) {
    let Some(sheet) = desk.sheets().get(at) else { return };
    let count = sheet.count;
    blocks.push(Block::Text(format!(
        "{} {} change a price of the catalogue, {} are new, {} repeat one.",
        prices::summary(&sheet.import),
        count.changed,
        count.added,
        count.same
    )));
    let left: Vec<String> = Skipped::ALL
        .into_iter()
        .filter(|why| sheet.import.skipped.of(*why) > 0)
        .map(|why| format!("{} {}", sheet.import.skipped.of(why), prices::skipped(why)))
        .collect();
    if !left.is_empty() {
        blocks.push(Block::Text(format!("Left out: {}.", left.join("; "))));
    }
    let problems = &sheet.import.problems;
    if !problems.is_empty() {
        blocks.push(Block::Table(problem_table(problems)));
        rest(blocks, problems.len(), "problems");
    }
    if !sheet.differences.is_empty() {
        let rows = sheet.differences.iter().take(MOST_SHOWN).map(|one| {
            let percent = 100.0 * one.change();
            let change = if percent.is_finite() { format!("{percent:+.0} %") } else { "new".into() };
            let source = &one.provenance;
            Row {
                cells: vec![
                    Cell::of(one.id.to_string()).small(one.field),
                    Cell::of(format::usd(one.own)).key(one.own),
                    Cell::of(format::usd(one.catalogue)).key(one.catalogue),
                    Cell::of(change).key(percent.min(1e9)),
                    Cell::of(source.source.to_string()).small(source.as_of.to_string()),
                ],
                strong: false,
            }
        });
        blocks.push(Block::Table(Table {
            columns: vec![
                Column::text("Price"),
                Column::figure("Own"),
                Column::figure("Catalogue"),
                Column::figure("Difference"),
                Column { wide_only: true, ..Column::text("Catalogue's source") },
            ],
            rows: rows.collect(),
            sortable: true,
            sorted: 3,
            note: Text::Owned(format!(
                "Prices that differ from the catalogue's by more than {}. Yours are used.",
                format::percent(100.0 * DISAGREEMENT)
            )),
        }));
        rest(blocks, sheet.differences.len(), "differences");
    }
}

fn problem_table(problems: &[ImportProblem]) -> Table {
    let rows = problems.iter().take(MOST_SHOWN).map(|problem| {
        let line = problem
            .line
            .map_or(Cell::of("–").key(1e9), |line| Cell::of(line.to_string()).key(f64::from(line)));
        let short: String = problem.row.chars().take(60).collect();
        let reason = prices::issue(&problem.issue);
        let cells = vec![line, Cell::of(short), Cell::of(problem.field.clone()), Cell::of(reason)];
        Row { cells, strong: false }
    });
    Table {
        columns: vec![
            Column::figure("Line"),
            Column::text("Row"),
            Column::text("Field"),
            Column::text("What is wrong"),
        ],
        rows: rows.collect(),
        sortable: true,
        sorted: 0,
        note: Text::Borrowed("Everything else in the file was read."),
    }
}

/// All own rows, the files they are from, and what can be done with them.
pub fn list(blocks: &mut Vec<Block>, desk: &Desk, context: &Context) {
    if desk.sheets().is_empty() {
        return;
    }
    let overlay = desk.overlay();
    blocks.push(Block::Heading("Own prices".into()));
    for (at, sheet) in desk.sheets().iter().enumerate() {
        let rows = sheet.import.api_prices.len() + sheet.import.offers.len();
        blocks.push(Block::Control(Control {
            key: Text::Owned(remove_key(at)),
            label: format!("Remove {} ({rows} prices)", sheet.name),
            value: String::new(),
            kind: ControlKind::Button,
        }));
    }
    let search = context.answers.get("search");
    blocks.push(control("search", "Search own prices", search, ControlKind::Search));
    let words: Vec<String> = search.split_whitespace().map(str::to_ascii_lowercase).collect();
    let admits = |text: &str| {
        let text = text.to_ascii_lowercase();
        words.iter().all(|word| text.contains(word))
    };
    let (rows, all) = rows(overlay, context.catalogue, &admits);
    blocks.push(Block::Table(Table {
        columns: vec![
            Column::text("Provider"),
            Column::text("Model or GPU"),
            Column::figure("Price"),
            Column::figure("Output"),
            Column { wide_only: true, ..Column::text("Source") },
        ],
        rows,
        sortable: true,
        sorted: 0,
        note: Text::Borrowed(
            "API prices per million input tokens, GPU prices per GPU-hour. A click on a price puts it into the scenario, and so \
             into its link, with its cached, cache-write and batch prices but without context tiers, times of day and service tiers; \
             the list itself stays in this browser: save it as a file.",
        ),
    }));
    if all > MOST_ROWS {
        blocks.push(Block::Text(format!("{MOST_ROWS} of {all} are shown; search for the others.")));
    }
    // a long file goes with the view only when someone asks for it
    if all <= MOST_SAVED || context.answers.yes("save") {
        blocks.push(Block::Save("Save own prices".into(), "own-prices.json".into(), desk.export()));
    } else {
        blocks.push(button("save", "Prepare a file of own prices"));
    }
    blocks.push(button("clear", "Forget all own prices"));
}

/// Rows that a search admits, as many as are shown, and how many there are.
fn rows(overlay: &Overlay, catalogue: &Catalogue, admits: &dyn Fn(&str) -> bool) -> (Vec<Row>, usize) {
    let prices = overlay
        .api_prices
        .iter()
        .filter(|row| admits(&[&*row.provider, " ", &row.model_name, " ", &row.provenance.source].concat()));
    let offers = overlay.offers.iter().filter(|row| {
        let instance = row.instance.as_deref().unwrap_or_default();
        admits(&[&*row.provider, " ", &row.gpu, " ", instance, " ", &row.provenance.source].concat())
    });
    let all = prices.clone().count() + offers.clone().count();
    let prices = prices.map(api_row);
    let shown = prices.chain(offers.map(|row| offer_row(row, catalogue))).take(MOST_ROWS);
    (shown.collect(), all)
}

fn api_row(row: &ApiPrice) -> Row {
    let price = |price: UsdPerMTok| Cell::of(format::usd(price.value())).key(price.value());
    let cells = vec![
        Cell::of(names::provider(&row.provider)),
        Cell::of(row.name()),
        price(row.input).sets(take::api_price(row)),
        price(row.output),
        Cell::of(row.provenance.source.to_string()).small(row.provenance.as_of.to_string()),
    ];
    Row { cells, strong: false }
}

fn offer_row(row: &Offer, catalogue: &Catalogue) -> Row {
    let price = row.price_per_gpu().value();
    let gpu = catalogue.gpu(&row.gpu).map_or_else(|| row.gpu.to_string(), names::gpu);
    let place = [row.instance.as_deref(), row.region.as_deref()];
    let place = place.into_iter().flatten().collect::<Vec<_>>().join(" ");
    let cells = vec![
        Cell::of(names::provider(&row.provider)).small(place),
        Cell::of(gpu).small(names::commitment(row.commitment)),
        Cell::of(format::usd(price)).small("per GPU-hour").key(price).sets(take::offer(row)),
        Cell::of("–").key(1e9),
        Cell::of(row.provenance.source.to_string()).small(row.provenance.as_of.to_string()),
    ];
    Row { cells, strong: false }
}
