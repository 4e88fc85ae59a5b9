//! Every figure of a view that opens a formula: the formula is there, its value is the cell's; and the figures that a reader
//! looks for all open one.

use llm_breakeven::catalogue::Catalogue;
use llm_breakeven::engine;
use llm_breakeven::engine::horizon::outlook::outlook;
use llm_breakeven::engine::uncertainty::{DRAWS, Study};
use llm_breakeven::report::explain::{Explanation, draws, explain, months};
use llm_breakeven::scenario::{Scenario, link};
use llm_breakeven::units::format;
use llm_breakeven::words::table::{Cell, Table};
use llm_breakeven::words::tables;
use llm_breakeven::words::view::{Answers, Block, View};
use llm_breakeven::words::views::{Maker, VIEWS};

fn of(text: &str) -> Scenario {
    link::decode(text, Catalogue::builtin()).scenario
}

fn view(name: &str, scenario: &Scenario) -> View {
    let mut answers = Answers::default();
    if name == "ranking" {
        answers.set("form", "every".into());
    }
    Maker::default().show(name, scenario, &answers, Catalogue::builtin().newest(), 720.0)
}

fn tables_of(view: &View) -> impl Iterator<Item = &Table> {
    view.blocks.iter().filter_map(|block| match block {
        Block::Table(table) => Some(table),
        _ => None,
    })
}

/// All that can be opened for a scenario.
fn explanations(scenario: &Scenario) -> Vec<Explanation> {
    let catalogue = Catalogue::builtin();
    let report = engine::evaluate(scenario, catalogue).unwrap();
    let mut all = explain(scenario, &report, catalogue);
    all.extend(
        outlook(scenario, &report, catalogue)
            .iter()
            .flat_map(|found| months::months(scenario, &report, found)),
    );
    if let Ok(study) = Study::new(scenario, catalogue)
        && study.likely.is_some()
    {
        all.extend(draws::draws(&report, &study.draw(0..DRAWS).summary()));
    }
    all
}

/// Whether a cell says a value, in one of the ways in which values are written.
fn says(cell: &Cell, value: f64) -> bool {
    let written = [
        format::usd(value),
        format::usd(value.abs()),
        format::compact(value),
        format::grouped(value),
        format::percent(value * 100.0),
        format!("{value:.0}"),
        format!("{value:.1}"),
    ];
    // without unit and without what stands before it
    let text = cell.text.trim_end_matches(" ms").trim_end_matches(" GB").trim_end_matches("/MTok");
    let text = text.trim_start_matches("loses ").trim_start_matches("saves ");
    written.iter().any(|way| way == text)
}

#[test]
fn what_a_cell_opens_has_the_value_of_the_cell() {
    let links = [
        "",
        "1;t=200B;in=90",
        "1;t=40B;gpu=h200-sxm;day=business;fleet=auto;gr=5;mig=20000",
        "1;t=100B;gpu=h200-sxm;day=burst;rsv=30;spot=50;cc=40;bs=20",
        "1;m=llama-3.1-8b;t=300B;gpu=l40s;hw=buy",
        "1;m=deepseek-r1;gpu=b200;t=1T;fte=0;ip=10;infra=500",
        "1;gpu=mi300x;tps=2000;pg=2;pi=1;po=2",
        "1;m=llama-3.1-405b;gpu=t4",
    ];
    let mut opened = 0;
    for text in links {
        let scenario = of(text);
        let known = explanations(&scenario);
        for (name, _) in VIEWS {
            let view = view(name, &scenario);
            let cells = tables_of(&view).flat_map(|table| &table.rows).flat_map(|row| &row.cells);
            for cell in cells.filter(|cell| !cell.opens.is_empty() && *name != "explain") {
                let found = known.iter().find(|one| one.figure.key() == cell.opens);
                let one = found.unwrap_or_else(|| panic!("{name} {text}: {cell:?} opens nothing"));
                assert!(says(cell, one.result), "{name} {text}: {cell:?} is not {} {}", one.result, one.unit);
                opened += 1;
            }
        }
        // the page makes this one itself
        let report = engine::evaluate(&scenario, Catalogue::builtin()).unwrap();
        for cell in
            tables::cost(&report).rows.iter().flat_map(|row| &row.cells).filter(|c| !c.opens.is_empty())
        {
            let one = known.iter().find(|one| one.figure.key() == cell.opens).unwrap();
            assert!(says(cell, one.result), "{text}: {cell:?} is not {}", one.result);
            opened += 1;
        }
    }
    println!("{opened} cells open a formula of their value");
    assert!(opened > 250, "{opened}");
}

/// Of a view: the first cell of a row, the column, and what it opens.
const HEADLINES: &[(&str, &str, usize, &str)] = &[
    ("bills", "Input tokens", 2, "apiInput"),
    ("bills", "Output tokens", 2, "apiOutput"),
    ("bills", "API", 2, "apiBill"),
    ("bills", "GPU instances", 2, "hardware"),
    ("bills", "Engineering", 2, "engineering"),
    ("bills", "Infrastructure", 2, "infrastructure"),
    ("bills", "Self-hosted", 2, "selfHosted"),
    ("breakeven", "Your fleet", 1, "firstBreakeven"),
    ("breakeven", "Your fleet", 2, "durableBreakeven"),
    ("breakeven", "Your fleet", 4, "fullLoad"),
    ("breakeven", "Your GPUs alone", 2, "hardwareBreakeven"),
    ("breakeven", "The cheapest mix", 1, "mixFirst"),
    ("breakeven", "The cheapest mix", 2, "mixDurable"),
    ("breakeven", "Tokens a month", 1, "durableBreakeven"),
    ("breakeven", "Tokens a day", 1, "durablePerDay"),
    ("breakeven", "Tokens an hour", 1, "durablePerHour"),
    ("breakeven", "Tokens a second", 1, "durablePerSecond"),
    ("breakeven", "Requests a month", 1, "durableRequests"),
    ("hybrid", "The mix", 4, "mix"),
    ("hybrid", "API alone", 4, "apiBill"),
    ("hybrid", "Your fleet alone", 4, "selfHosted"),
    ("time", "API", 1, "monthsApi"),
    ("time", "Self-hosted, with what is paid once", 1, "monthsSelfHosted"),
    ("time", "Saved by self-hosting", 1, "monthsSaving"),
    ("time", "Net present value", 1, "npv"),
    ("time", "Paid back at the end of month", 1, "payback"),
    ("time", "after month 3", 4, "regret"),
    ("memory", "One GPU", 1, "memory"),
    ("memory", "Tokens/s, input and output", 1, "throughput"),
    ("memory", "TPOT, time per output token", 1, "tpot"),
    ("memory", "TTFT, time to first token", 1, "ttft"),
    ("uncertainty", "Saving of self-hosting a month", 1, "savingLow"),
    ("uncertainty", "Saving of self-hosting a month", 2, "savingMiddle"),
    ("uncertainty", "Saving of self-hosting a month", 3, "savingHigh"),
    ("uncertainty", "Cheaper for good above, tokens a month", 2, "durableMiddle"),
    ("uncertainty", "Draws in which self-hosting is cheaper", 2, "probability"),
    ("compare", "API, a month", 1, "apiBill"),
    ("compare", "Self-hosted, a month", 1, "selfHosted"),
    ("compare", "Breakeven, for good", 1, "durableBreakeven"),
];

#[test]
fn the_figures_that_a_reader_looks_for_open_their_formula() {
    let scenario = of("1;t=100B;gpu=h200-sxm;mig=5000");
    for (name, row, column, figure) in HEADLINES {
        let view = view(name, &scenario);
        let rows = tables_of(&view).flat_map(|table| &table.rows);
        let mut cells = rows.filter(|one| one.cells[0].text == *row).filter_map(|one| one.cells.get(*column));
        assert!(cells.any(|cell| cell.opens == *figure), "{name}: {row} {column} does not open {figure}");
    }
    // the plan in use, once it is one that is ranked: the first is taken by a click
    let first = tables_of(&view("ranking", &scenario)).next().unwrap().rows[0].cells[1].sets.clone();
    let mut taken = scenario.clone();
    first.iter().for_each(|(id, text)| taken.set_text(*id, text, Catalogue::builtin()).unwrap());
    let ranking = view("ranking", &taken);
    let own = tables_of(&ranking).flat_map(|table| &table.rows).find(|row| row.strong).unwrap();
    for (column, figure) in [(1, "hardware"), (8, "throughput"), (9, "tpot"), (11, "utilisation")] {
        assert_eq!(own.cells[column].opens, figure, "{:?}", own.cells);
    }
    // where a formula is opened it is alone
    let mut answers = Answers::default();
    answers.set("figure", "npv".into());
    let shown = Maker::default().show("explain", &scenario, &answers, Catalogue::builtin().newest(), 720.0);
    assert_eq!(tables_of(&shown).count(), 1);
}

#[test]
fn only_fleets_that_turn_elsewhere_stand_beside_your_own() {
    let names = |text: &str| {
        let view = view("breakeven", &of(text));
        let table = tables_of(&view).next().unwrap();
        table.rows.iter().map(|row| row.cells[0].text.clone()).collect::<Vec<_>>()
    };
    let flat = names("1;t=100B;gpu=h200-sxm");
    assert_eq!(
        flat,
        [
            "Your fleet",
            "The same, scaled to zero",
            "Your GPUs alone",
            "The cheapest mix",
            "The one-line formula"
        ]
    );
    assert!(names("1;t=100B;gpu=h200-sxm;day=business").contains(&"The same, scheduled".to_owned()));
}
