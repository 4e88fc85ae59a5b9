//! The view that puts scenarios side by side, and the links behind its buttons.

#![allow(clippy::unwrap_used)]

use llm_breakeven::catalogue::Catalogue;
use llm_breakeven::scenario::{FieldId, link};
use llm_breakeven::words::view::{Answers, Block, View};
use llm_breakeven::words::views::Maker;

fn view(text: &str) -> View {
    let catalogue = Catalogue::builtin();
    let decoded = link::decode(text, catalogue);
    let mut maker = Maker::default();
    maker.compare_with(decoded.others);
    maker.show("compare", &decoded.scenario, &Answers::default(), catalogue.newest(), 720.0)
}

/// The link behind a button.
fn behind(view: &View, label: &str) -> link::Decoded {
    let link = view.blocks.iter().find_map(|block| match block {
        Block::Open(one, link) if one == label => Some(link),
        _ => None,
    });
    let decoded = link::decode(link.unwrap_or_else(|| panic!("{label}: {view:?}")), Catalogue::builtin());
    assert_eq!(decoded.notices, []);
    decoded
}

#[test]
fn a_scenario_is_kept_and_then_there_are_two() {
    let alone = view("1;t=20B");
    // its answers stand there already, as those of A
    assert_eq!(alone.table().unwrap().columns.len(), 2);
    let kept = behind(&alone, "Keep this scenario as B");
    assert_eq!(kept.others, std::slice::from_ref(&kept.scenario));
}

#[test]
fn what_differs_is_shown_and_what_does_not_is_not() {
    let view = view("1;t=20B;fte=1;vs;gpu=h200-sxm;vs;t=50B;fte=0.5;vs;m=llama-3.1-405b;gpu=t4");
    let table = view.table().unwrap();
    let heads: Vec<&str> = table.columns.iter().map(|column| &*column.label).collect();
    assert_eq!(heads, ["", "A, open", "B", "C", "D"]);
    let row = |label: &str| {
        let row = table.rows.iter().find(|row| row.cells[0].text == label)?;
        Some(row.cells[1..].iter().map(|cell| [&*cell.text, &*cell.small].concat()).collect::<Vec<_>>())
    };
    assert_eq!(row("Tokens a month").unwrap(), ["20B", "same", "50B", "same"]);
    assert_eq!(row("Engineers").unwrap(), ["1", "same", "0.5", "same"]);
    assert!(row("GPU").unwrap()[1].contains("H200") && row("GPU").unwrap()[3].contains("T4"));
    assert_eq!(row("Input share"), None);
    // what has no plan has no figures, and the others have theirs
    assert_eq!(row("Cheaper").unwrap()[3], "No plan");
    assert!(row("Self-hosted, a month").unwrap()[0].starts_with('$'));
    assert!(row("API, a month").unwrap()[2].contains("+150%"), "{:?}", row("API, a month"));
}

#[test]
fn opening_swaps_and_dropping_leaves_the_rest() {
    let view = view("1;t=20B;vs;t=30B;vs;t=40B;vs;t=50B");
    let volumes = |decoded: &link::Decoded| {
        let all = std::iter::once(&decoded.scenario).chain(&decoded.others);
        all.map(|one| one.number(FieldId::Volume) / 1e9).collect::<Vec<_>>()
    };
    assert_eq!(volumes(&behind(&view, "Open C")), [40.0, 30.0, 20.0, 50.0]);
    assert_eq!(volumes(&behind(&view, "Drop B")), [20.0, 40.0, 50.0]);
    assert!(
        !view.blocks.iter().any(|block| matches!(block, Block::Open(label, _) if label.starts_with("Keep")))
    );
}

#[test]
fn a_link_that_is_too_long_offers_the_file() {
    let long = |block: &Block| matches!(block, Block::Alert(text) if text.contains("save the file instead"));
    assert!(!view("1;t=20B;vs;t=30B").blocks.iter().any(long));
    let fields = [
        "tps", "pg", "t", "fte", "pay", "infra", "sto", "watt", "pue", "kwh", "colo", "cap", "mnt", "life",
        "buy", "mig",
    ];
    let ranges = fields.map(|key| format!("{key}~0.75~1.25")).join(",");
    let week = "0123456789abcdefghijklmnopqrstuvwxyz".repeat(5);
    let one =
        |shift: usize| format!("day=own;wt={};u={ranges},eg~0.5~{}", &week[shift..shift + 168], shift + 2);
    let view = view(&format!("1;{};vs;{};vs;{};vs;{}", one(0), one(1), one(2), one(3)));
    let saved = |block: &Block| matches!(block, Block::Save(_, name, text) if name.ends_with(".json") && text.len() > 1_500);
    assert!(view.blocks.iter().any(saved));
    let opened = behind(&view, "Open B");
    let length = link::encode_all(&opened.scenario, &opened.others, Catalogue::builtin().newest()).len();
    assert!(length > link::SAFE_LENGTH, "{length}");
    assert!(view.blocks.iter().any(long));
}
