//! The view of own files and prices: whatever was imported, it is shown whole, and every click on it is accepted.

#[path = "support/files.rs"]
mod files;

use files::samples;
use llm_breakeven::catalogue::Catalogue;
use llm_breakeven::engine::evaluate;
use llm_breakeven::import::desk::{Desk, Outcome};
use llm_breakeven::scenario::{FieldId, Scenario};
use llm_breakeven::units::Date;
use llm_breakeven::words::view::{Answers, Block, ControlKind, View};
use llm_breakeven::words::views::{Context, imports};

fn today() -> Date {
    Date::parse("2026-11-23").unwrap()
}

fn answers(given: &[(&str, &str)]) -> Answers {
    Answers(given.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect())
}

fn view(desk: &Desk, answers: &Answers) -> View {
    let catalogue = Catalogue::builtin().with(desk.overlay());
    let scenario = Scenario::default();
    let report = evaluate(&scenario, &catalogue).unwrap();
    let context = Context {
        scenario: &scenario,
        others: &[],
        report: &report,
        catalogue: &catalogue,
        desk,
        answers,
        home: "",
        today: today(),
        width: 700.0,
        progress: &|_| {},
        explained: Default::default(),
    };
    imports::view(&context)
}

/// Does what a request with these answers does.
fn asked(desk: &mut Desk, given: &[(&str, &str)]) -> View {
    let answers = answers(given);
    imports::act(desk, &answers, today(), Catalogue::builtin());
    view(desk, &answers)
}

/// Every click of a view on a fresh scenario, without own rows: links carry values, not own rows.
fn clicks(name: &str, view: &View) -> usize {
    let mut clicks = 0;
    let mut click = |sets: &[(FieldId, String)]| {
        let mut scenario = Scenario::default();
        for (field, text) in sets {
            let set = scenario.set_text(*field, text, Catalogue::builtin());
            assert!(set.is_ok(), "{name}: {set:?}");
        }
        assert!(evaluate(&scenario, Catalogue::builtin()).is_ok(), "{name}: {sets:?}");
        clicks += usize::from(!sets.is_empty());
    };
    for block in &view.blocks {
        match block {
            Block::Take(_, sets) => click(sets),
            Block::Table(table) => {
                for row in &table.rows {
                    assert_eq!(row.cells.len(), table.columns.len(), "{name}");
                    row.cells.iter().for_each(|cell| click(&cell.sets));
                }
            }
            _ => {}
        }
    }
    clicks
}

fn alerts(view: &View) -> Vec<&str> {
    fn text(block: &Block) -> Option<&str> {
        match block {
            Block::Alert(text) => Some(text.as_str()),
            _ => None,
        }
    }
    view.blocks.iter().filter_map(text).collect()
}

#[test]
fn every_import_is_shown_and_can_be_taken() {
    for (name, bytes) in samples() {
        let mut desk = Desk::default();
        desk.take(name, &bytes, today(), Catalogue::builtin());
        let view = view(&desk, &Answers::default());
        // numbers by which columns are sorted keep fifteen digits
        let once = View::decode(&view.encode());
        assert_eq!(View::decode(&once.encode()), once, "{name}");
        assert_eq!(once.blocks.len(), view.blocks.len(), "{name}");
        assert_eq!(alerts(&view), [] as [&str; 0], "{name}");
        // the small file's weights are too few for the model that is open
        assert_eq!(clicks(name, &view) > 0, name != "model.safetensors", "{name}");
    }
}

#[test]
fn a_pasted_model_goes_into_the_scenario() {
    let mut desk = Desk::default();
    let view = asked(&mut desk, &[("paste", files::CONFIG), ("read", "1")]);
    let Some(Block::Take(label, sets)) = view.blocks.iter().find(|block| matches!(block, Block::Take(..)))
    else {
        panic!("nothing to take")
    };
    assert_eq!((label.as_str(), sets[0].0), ("Use mine", FieldId::OwnModel));
    let mut scenario = Scenario::default();
    sets.iter().for_each(|(field, text)| scenario.set_text(*field, text, Catalogue::builtin()).unwrap());
    let report = evaluate(&scenario, Catalogue::builtin()).unwrap();
    assert_eq!(report.model.parameters.total, Some(8_030_261_248));
    let texts: Vec<&str> = view
        .blocks
        .iter()
        .filter_map(|block| if let Block::Text(text) = block { Some(text.as_str()) } else { None })
        .collect();
    assert!(texts.iter().any(|text| text.contains("“tie_word_embeddings” is not stated")), "{texts:?}");
}

#[test]
fn nonsense_and_refusals_say_what_to_do() {
    let mut desk = Desk::default();
    let view = asked(&mut desk, &[("paste", "hello"), ("read", "1")]);
    assert!(alerts(&view)[0].starts_with("This is a text of no known kind: it begins with “hello”. Choose"));
    let typed = [("ap-provider", "me"), ("ap-model", "m"), ("ap-input", "0.1"), ("add-api", "1")];
    let view = asked(&mut desk, &typed);
    assert_eq!(alerts(&view), ["“me/m”, output: is missing; add it."]);
    // what was typed is still there
    let typed = |view: &View, key: &str| {
        let control = view.blocks.iter().find_map(|block| match block {
            Block::Control(control) if control.key == key => Some(control.value.clone()),
            _ => None,
        });
        control.unwrap_or_default()
    };
    assert_eq!(typed(&view, "ap-input"), "0.1");
    let view = asked(&mut desk, &[("usage", "{\"prices\": 1}"), ("bill", "1")]);
    assert!(alerts(&view)[0].starts_with("“me/m”") && alerts(&view).len() == 2, "{:?}", alerts(&view));
}

#[test]
fn typed_prices_are_listed_removed_and_saved() {
    let mut desk = Desk::default();
    let api = [
        ("ap-provider", "me"),
        ("ap-model", "llama-3.3-70b"),
        ("ap-input", "$0.1"),
        ("ap-output", "0.4"),
        ("add-api", "1"),
    ];
    let view = asked(&mut desk, &api);
    assert_eq!((alerts(&view).len(), clicks("typed", &view)), (0, 1));
    let gpu = [("gp-provider", "me"), ("gp-price", "1.99"), ("gp-count", "8"), ("add-gpu", "1")];
    let view = asked(&mut desk, &gpu);
    assert_eq!((alerts(&view).len(), clicks("typed", &view)), (0, 2));
    let saved = view.blocks.iter().find_map(|block| match block {
        Block::Save(_, name, text) => Some((name.clone(), text.clone())),
        _ => None,
    });
    let (name, text) = saved.unwrap();
    let rows = desk.overlay().clone();
    assert!(asked(&mut desk, &[("remove-0", "1")]).blocks.len() < view.blocks.len());
    assert!(desk.overlay().is_empty());
    desk.take(&name, text.as_bytes(), today(), Catalogue::builtin());
    assert_eq!(desk.overlay(), &rows);
    assert!(matches!(desk.last(), Some((_, Outcome::Prices(0)))));
    asked(&mut desk, &[("clear", "1")]);
    assert_eq!(desk, Desk::default());
}

#[test]
fn a_benchmark_beyond_physics_is_refused_in_words() {
    let mut desk = Desk::default();
    let run = r#"{"completed": 10, "duration": 10.0, "total_input_tokens": 1500000000, "total_output_tokens": 500000000,
        "output_throughput": 50000000.0}"#;
    let run = run.replace("\"completed\": 10", "\"completed\": 1000000");
    let view = asked(&mut desk, &[("paste", &run), ("read", "1"), ("gpus", "1")]);
    assert!(
        alerts(&view).iter().any(|text| text.contains("more than these GPUs can compute")),
        "{:?}",
        alerts(&view)
    );
    let kinds = view
        .blocks
        .iter()
        .filter(|block| matches!(block, Block::Control(one) if one.kind == ControlKind::File));
    assert_eq!(kinds.count(), 1);
}
