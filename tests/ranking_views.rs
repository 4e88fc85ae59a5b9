//! The hardware ranking and the article's right-sizing as views, and the article's claims against the golden file.

mod support;

use llm_breakeven::catalogue::Catalogue;
use llm_breakeven::engine;
use llm_breakeven::engine::right_sizing::{Checked, Computed, Said, check};
use llm_breakeven::engine::sizing::Ask;
use llm_breakeven::engine::weight_format::WeightFormat;
use llm_breakeven::scenario::{FieldId, Scenario};
use llm_breakeven::words::table::{Cell, Table};
use llm_breakeven::words::view::{Answers, Block, View};
use llm_breakeven::words::views::Maker;
use support::{golden, number};

fn view(name: &str, scenario: &Scenario, answers: &[(&str, &str)]) -> View {
    let catalogue = Catalogue::builtin();
    let answers = answers.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect();
    Maker::default().show(name, scenario, &Answers(answers), catalogue.newest(), 720.0)
}

fn tables(view: &View) -> Vec<&Table> {
    let blocks = view.blocks.iter();
    blocks.filter_map(|block| if let Block::Table(table) = block { Some(table) } else { None }).collect()
}

fn checked() -> Vec<Checked> {
    check(Catalogue::builtin(), &Ask::of(&Scenario::default()))
}

#[test]
fn a_click_on_a_plan_costs_what_its_row_says() {
    let view = view("ranking", &Scenario::default(), &[("commitment", "any"), ("form", "every")]);
    let plans = tables(&view)[0];
    assert!(plans.rows.len() > 50 && plans.sorted == 1);
    for row in &plans.rows {
        let month = &row.cells[1];
        let mut scenario = Scenario::default();
        for (field, text) in &month.sets {
            scenario.set_text(*field, text, Catalogue::builtin()).unwrap();
        }
        let plan = engine::evaluate(&scenario, Catalogue::builtin()).unwrap().plan.unwrap();
        assert!((plan.bill.hardware.value() / month.key.unwrap() - 1.0).abs() < 1e-9, "{row:?}");
    }
    assert!(plans.rows.iter().any(|row| row.cells[1].small == "front"));
}

#[test]
fn the_plan_in_use_stands_out() {
    let catalogue = Catalogue::builtin();
    let first = view("ranking", &Scenario::default(), &[]);
    let taken = &tables(&first)[0].rows[0].cells;
    let mut scenario = Scenario::default();
    for (field, text) in &taken[1].sets {
        scenario.set_text(*field, text, catalogue).unwrap();
    }
    let again = view("ranking", &scenario, &[]);
    let strong: Vec<_> = tables(&again)[0].rows.iter().filter(|row| row.strong).collect();
    assert_eq!(strong.len(), 1);
    let said = |cells: &[Cell]| cells[..4].iter().map(|cell| cell.text.clone()).collect::<Vec<_>>();
    assert_eq!(said(&strong[0].cells), said(taken));
    // there is nothing to take any more: its month opens its formula
    assert!(strong[0].cells[1].sets.is_empty());
    assert_eq!(strong[0].cells[1].opens, "hardware");
}

#[test]
fn controls_narrow_the_ranking() {
    let start = Scenario::default();
    let count = |answers: &[(&str, &str)]| tables(&view("ranking", &start, answers))[0].rows.len();
    let best = count(&[]);
    assert!((10..60).contains(&best), "{best}");
    assert!(count(&[("form", "every")]) > best);
    assert!(count(&[("commitment", "reserved-1y")]) < best);
    assert!(count(&[("provider", "lambda")]) < best);
    let h100 = view("ranking", &start, &[("search", "H100"), ("form", "every")]);
    assert!(!tables(&h100)[0].rows.is_empty());
    assert!(tables(&h100)[0].rows.iter().all(|row| row.cells[0].text.contains("H100")));
    let wide = view("ranking", &start, &[("weights", "16"), ("form", "every")]);
    assert!(tables(&wide)[0].rows.iter().all(|row| row.cells[2].text == "16 bit"));
}

#[test]
fn limits_that_nothing_keeps_are_explained() {
    let mut scenario = Scenario::default();
    scenario.set_text(FieldId::TpotLimit, "0.1", Catalogue::builtin()).unwrap();
    let view = view("ranking", &scenario, &[]);
    let tables = tables(&view);
    assert!(tables[0].rows.is_empty());
    let slow = tables[1].rows.iter().filter(|row| row.cells[2].text.starts_with("Too slow"));
    assert!(slow.count() > 10);
    assert!(
        view.blocks.iter().any(|block| matches!(block, Block::Text(text) if text.starts_with("No plan")))
    );
}

#[test]
fn every_claim_has_a_row() {
    let view = view("right-sizing", &Scenario::default(), &[]);
    let table = tables(&view)[0];
    assert_eq!(table.rows.len(), checked().len());
    assert!(checked().iter().all(|one| one.computed != Computed::Unknown), "a model or GPU is missing");
    let row = |text: &str| table.rows.iter().find(|row| row.cells[0].text.contains(text)).unwrap();
    assert_eq!(row("on 3 × ").cells[5].text, "no");
    assert!(table.rows.iter().any(|row| row.cells[5].text == "yes"));
}

/// What the golden file says of the article's claims is what is computed.
#[test]
fn claims_agree_with_the_golden_verdicts() {
    let Some(file) = golden("article_claims.json") else { return };
    let case =
        |id: &str| file["cases"].as_array().unwrap().iter().find(|case| case["id"] == id).unwrap().clone();
    let find = |gpu: (&str, u32), format: Option<WeightFormat>| {
        checked().into_iter().find(|one| {
            one.claim.gpu == Some(gpu) && one.claim.format == format && one.claim.said == Said::Runs
        })
    };
    let bf16 = find(("a100-sxm-40gb", 2), Some(WeightFormat::Bf16)).unwrap();
    assert_eq!(case("article-70b-2xA100-40")["expected"]["fits"], bf16.holds);
    let int8 = checked().into_iter().find(|one| {
        one.claim.gpu == Some(("l40s", 1))
            && one.claim.billions.0 > 60.0
            && one.claim.format == Some(WeightFormat::Int8)
    });
    assert_eq!(case("article-70b-L40S-int8")["expected"]["fits"], int8.unwrap().holds);
    let expected = case("article-120b-2xH100")["expected"].clone();
    let Computed::Runs { format, .. } = find(("h100-sxm", 2), None).unwrap().computed else {
        panic!("it fits in 8 bits")
    };
    assert_eq!((expected["fits_fp16"].as_bool(), expected["fits_int8"].as_bool()), (Some(false), Some(true)));
    assert_eq!(format, WeightFormat::Int8);
    let three = find(("a100-sxm-80gb", 3), None).unwrap();
    assert!(matches!(three.computed, Computed::CannotSplit { .. }));
    // all experts are resident
    let said = number(&case("article-moe")["expected"]["weights_gb"]);
    let mixture = checked().into_iter().find(|one| one.claim.said == Said::Weights(200.0, 200.0)).unwrap();
    assert!(matches!(mixture.computed, Computed::Gigabytes(_, large) if (large / said - 1.0).abs() < 0.01));
    // the speeds are above what the hardware can compute or far above what it serves
    let fast =
        checked().into_iter().filter(|one| matches!(one.claim.said, Said::Serves(..) | Said::Generates(_)));
    assert!(fast.clone().count() == 4 && fast.into_iter().all(|one| !one.holds));
    // the table's figures are those of the file
    for row in case("article-vram-table")["expected"]["rows"].as_array().unwrap() {
        let figures: Vec<f64> = row.as_array().unwrap().iter().map(number).collect();
        for (column, format) in [(1, WeightFormat::Bf16), (2, WeightFormat::Int8), (3, WeightFormat::Int4)] {
            let claim = checked().into_iter().find(|one| {
                let (low, high) = one.claim.billions;
                (low == figures[0] || high == figures[0])
                    && one.claim.format == Some(format)
                    && one.claim.gpu.is_none()
            });
            let claim = claim.unwrap();
            let Said::Weights(low, high) = claim.claim.said else { panic!("{:?}", claim.claim) };
            // four bits with scales are up to a quarter more than half a byte
            let slack = if format == WeightFormat::Int4 { 1.25 } else { 1.0 };
            assert!(
                low <= figures[column] * slack && figures[column] <= high,
                "{row}: {:?}",
                claim.claim.said
            );
        }
    }
}
