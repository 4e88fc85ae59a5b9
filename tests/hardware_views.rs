//! Sharing a GPU and fine-tuning as views: what a reader can reach, and that bad answers are answered.

use llm_breakeven::catalogue::Catalogue;
use llm_breakeven::scenario::{Scenario, link};
use llm_breakeven::words::table::Table;
use llm_breakeven::words::view::{Answers, Block, View};
use llm_breakeven::words::views::Maker;

fn view(name: &str, link: &str, answers: &[(&str, &str)]) -> View {
    let catalogue = Catalogue::builtin();
    let scenario: Scenario = link::decode(link, catalogue).scenario;
    let answers = answers.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect();
    Maker::default().show(name, &scenario, &Answers(answers), catalogue.newest(), 720.0)
}

fn tables(view: &View) -> Vec<&Table> {
    view.blocks.iter().filter_map(|b| if let Block::Table(table) = b { Some(table) } else { None }).collect()
}

fn alerts(view: &View) -> Vec<&str> {
    view.blocks.iter().filter_map(|b| if let Block::Alert(text) = b { Some(&**text) } else { None }).collect()
}

fn cell<'a>(table: &'a Table, name: &str, column: usize) -> &'a str {
    let row = table.rows.iter().find(|row| row.cells[0].text.starts_with(name));
    &row.unwrap_or_else(|| panic!("no row {name}")).cells[column].text
}

#[test]
fn a_fine_tuning_run_has_memory_time_and_cost() {
    let run = view("fine-tuning", "1;m=llama-3.1-8b;pg=2", &[]);
    assert!(alerts(&run).is_empty(), "{:?}", alerts(&run));
    let [memory, methods, gpus] = tables(&run)[..] else { panic!("three tables") };
    assert_eq!(cell(memory, "One GPU", 2), "100%");
    // 16 bytes for each of 8 B parameters take two GPUs of 80 GB, adapters one
    assert_eq!((cell(methods, "LoRA", 1), cell(methods, "QLoRA", 1)), ("1", "1"));
    assert!(cell(methods, "All parameters", 1).parse::<u32>().unwrap() >= 2);
    let key = |row: usize, column: usize| methods.rows[row].cells[column].key.unwrap();
    assert!((key(0, 5) / (key(0, 3) * 2.0) - 1.0).abs() < 1e-9, "GPU-hours at the price of the scenario");
    assert!(
        gpus.rows.len() > 10 && gpus.rows.windows(2).all(|two| two[0].cells[5].key <= two[1].cells[5].key)
    );
    let ten = view("fine-tuning", "1;m=llama-3.1-8b;pg=2", &[("tokens", "1B")]);
    assert!((tables(&ten)[1].rows[0].cells[5].key.unwrap() / key(0, 5) - 10.0).abs() < 1e-9);
}

#[test]
fn odd_answers_are_refused_by_name() {
    for (key, value, word) in [
        ("tokens", "many", "Tokens of the run"),
        ("sequence", "-5", "sequence"),
        ("utilisation", "0", "utilisation"),
        ("utilisation", "1e300", ""),
        ("rank", "0", "rank"),
        ("batch", "NaN", "Sequences per GPU"),
        ("gpus", "0", "gpus"),
    ] {
        let text = view("fine-tuning", "", &[(key, value)]);
        assert!(alerts(&text).iter().any(|one| one.contains(word)), "{key}={value}: {:?}", alerts(&text));
    }
    for (key, value) in [("sequences", "x"), ("adapters", "-1"), ("rank", "1e9")] {
        assert_eq!(alerts(&view("sharing", "", &[(key, value)])).len(), 1, "{key}={value}");
    }
}

#[test]
fn slices_neighbours_and_adapters_share_a_gpu() {
    let small = view("sharing", "1;m=llama-3.1-8b;gpu=h100-sxm", &[]);
    let [slices, memory, adapters] = tables(&small)[..] else { panic!("three tables") };
    assert_eq!(slices.rows.len(), 5, "slices of 1, 2, 3, 4 and 7 sevenths");
    assert_eq!(
        (cell(slices, "1 of 7", 1), cell(slices, "3 of 7", 1), cell(slices, "whole", 1)),
        ("7", "2", "1")
    );
    assert!(cell(memory, "Llama 3.1 8B", 1).ends_with(" GB"));
    assert_eq!(cell(adapters, "One adapter", 1), "83.9 MB");
    let crowded =
        view("sharing", "1;m=llama-3.1-8b;gpu=h100-sxm", &[("second", "llama-3.3-70b"), ("sequences", "64")]);
    assert!(tables(&crowded)[1].rows.iter().any(|row| row.cells[0].text.starts_with("Missing of the ")));
    let uncut = view("sharing", "1;m=llama-3.1-8b;gpu=l40s", &[]);
    assert!(uncut.blocks.iter().any(|b| matches!(b, Block::Text(text) if text.contains("cannot be cut"))));
}

/// Someone who runs a model where the memory model sees half a GB too little is believed; weights that do not fit are not.
#[test]
fn a_measured_figure_beats_the_memory_model_but_not_the_weights() {
    let catalogue = Catalogue::builtin();
    let report = |text: &str| {
        llm_breakeven::engine::evaluate(&link::decode(text, catalogue).scenario, catalogue).unwrap().plan
    };
    // 8 B parameters in 16 bit are 16.1 GB; an L4 has room for them and little else
    assert!(report("1;m=llama-3.1-8b;gpu=l4;g=1;w=fp16;pg=1;req=60000").is_err());
    let own = report("1;m=llama-3.1-8b;gpu=l4;g=1;w=fp16;pg=1;req=60000;tps=300").unwrap();
    assert_eq!(own.replica.tokens_per_second.value(), 300.0);
    assert!(report("1;m=llama-3.3-70b;gpu=l4;g=1;w=fp16;pg=1;tps=300").is_err());
    assert!(
        report("1;m=llama-3.1-8b;gpu=l4;g=1;w=fp16;pg=1;req=60000;tps=1M").is_err(),
        "above the arithmetic limit"
    );
}
