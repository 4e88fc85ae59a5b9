//! Every view of the worker: well-formed, finite, and unchanged by its way to the page.

use llm_breakeven::catalogue::Catalogue;
use llm_breakeven::scenario::{FieldId, Scenario, link};
use llm_breakeven::words::table::Table;
use llm_breakeven::words::view::{Answers, Block, View};
use llm_breakeven::words::views::{Maker, VIEWS};

fn scenarios() -> Vec<Scenario> {
    let links = [
        "",
        "1;t=200B;in=90",
        "1;m=llama-3.1-405b;gpu=t4",
        "1;t=1k;fte=0",
        "1;m=deepseek-r1;gpu=b200;t=1T;day=business;gr=5",
        "1;gpu=mi300x;tps=2000;pg=2;pi=1;po=2",
    ];
    links.iter().map(|text| link::decode(text, Catalogue::builtin()).scenario).collect()
}

fn view(name: &str, scenario: &Scenario, answers: &Answers) -> View {
    Maker::default().show(name, scenario, answers, Catalogue::builtin().newest(), 720.0)
}

#[test]
fn every_view_is_well_formed_and_survives_its_way() {
    for (name, label) in VIEWS {
        for scenario in scenarios() {
            let view = view(name, &scenario, &Answers::default());
            assert!(!view.blocks.is_empty(), "{label} is empty");
            let text = view.encode();
            for word in ["NaN", "inf\t", "-inf"] {
                assert!(!text.contains(word), "{label} says {word} for {}", link::encode(&scenario));
            }
            for block in &view.blocks {
                if let Block::Table(table) = block {
                    assert!(table.rows.iter().all(|row| row.cells.len() == table.columns.len()), "{label}");
                    assert!(table.sorted < table.columns.len(), "{label}");
                }
            }
            // pictures are kept to a tenth of a pixel, so compare what is written
            assert!(View::decode(&text).encode() == text, "{label} changes on its way");
        }
    }
}

#[test]
fn what_a_click_takes_is_a_scenario() {
    for (name, _) in VIEWS {
        let start = Scenario::default();
        for block in view(name, &start, &Answers::default()).blocks {
            let Block::Table(table) = block else { continue };
            for cell in table.rows.iter().flat_map(|row| &row.cells) {
                let mut scenario = start.clone();
                for (id, text) in &cell.sets {
                    scenario
                        .set_text(*id, text, Catalogue::builtin())
                        .unwrap_or_else(|error| panic!("{name}: {error:?}"));
                }
            }
        }
    }
}

#[test]
fn any_text_is_some_view() {
    for text in ["", "\n\n", "d\tx", "r", "T", "T\tx\nc\nr\nd", "G\nq\tgpu\t1 2", "C\tno", "\\", "Z\t1"] {
        let view = View::decode(text);
        assert_eq!(View::decode(&view.encode()), view, "{text:?}");
    }
    let mut answers = Answers::default();
    answers.set("paste", "a\tb\n{\"c\": 1}\\".into());
    answers.set("open", "1".into());
    assert_eq!(Answers::decode(&answers.encode()), answers);
}

#[test]
fn amounts_are_written_in_the_own_currency_at_the_own_rate() {
    let catalogue = Catalogue::builtin();
    let in_euro = link::decode("1;cur=EUR;fx=0.5", catalogue).scenario;
    let bills = |scenario: &Scenario| view("bills", scenario, &Answers::default()).table().unwrap().clone();
    let (euro, dollar) = (bills(&in_euro), bills(&Scenario::default()));
    let total = |table: &Table| {
        table.rows.iter().find(|row| row.cells[0].text == "API").unwrap().cells[2].text.clone()
    };
    assert_eq!((total(&dollar).as_str(), total(&euro).as_str()), ("$3,600", "€1,800"));
    // a typed amount with the currency's sign or code is one in that currency; without, in dollars
    let mut typed = in_euro.clone();
    for (text, price) in [("€0.25", 0.5), ("0.25 EUR", 0.5), ("0.25", 0.25), ("$0.25", 0.25)] {
        typed.set_text(FieldId::ApiInput, text, catalogue).unwrap();
        assert_eq!(typed.number(FieldId::ApiInput), price, "{text}");
    }
    assert!(typed.set_text(FieldId::ApiInput, "£0.25", catalogue).is_err());
    assert!(typed.set_text(FieldId::Currency, "euros", catalogue).is_err());
}
