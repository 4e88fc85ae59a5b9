//! Links of an older day, with a catalogue that moved since: no real price has moved yet, so these are made up.

#![allow(clippy::unwrap_used)]

use llm_breakeven::catalogue::{Catalogue, Was};
use llm_breakeven::engine;
use llm_breakeven::scenario::link::{self, Notice};
use llm_breakeven::scenario::{FieldId, Scenario};
use llm_breakeven::units::{Date, UsdPerMTok};
use llm_breakeven::words::view::Block;
use llm_breakeven::words::views::since;

const HOST: &str = "novita~meta-llama~llama-3.3-70b-instruct";
const GONE: &str = "groq~llama-3.3-70b-versatile";

fn day(text: &str) -> Date {
    Date::parse(text).unwrap()
}

/// Today's catalogue in a world where on 24 November all was as it is, and in January one host cut its prices to a third, one
/// left, one came, and an offer of H100 got cheaper.
fn moved() -> Catalogue {
    let then = Catalogue::builtin();
    let mut now = then.clone();
    let until = day("2026-11-24");
    let later = day("2027-01-05");
    for row in now.api_prices.iter_mut().filter(|row| row.id == HOST) {
        now.past.api_prices.push(Was { until, absent: false, row: row.clone() });
        (row.input, row.output) = (row.input / 3.0, row.output / 3.0);
        row.provenance.as_of = later;
    }
    let gone = now.api_prices.iter().position(|row| row.id == GONE).unwrap();
    now.past.api_prices.push(Was { until, absent: false, row: now.api_prices.remove(gone) });
    let mut came = now.api_price(HOST).unwrap().clone();
    (came.id, came.provider, came.input) = ("cheap~llama".into(), "cheap".into(), UsdPerMTok::new(0.01));
    now.past.api_prices.push(Was { until, absent: true, row: came.clone() });
    now.api_prices.push(came);
    let offers: Vec<usize> = (0..now.offers.len()).filter(|at| now.offers[*at].gpu == "h100-sxm").collect();
    for at in offers {
        now.past.offers.push(Was { until, absent: false, row: now.offers[at].clone() });
        now.offers[at].price_per_instance = now.offers[at].price_per_instance / 2.0;
        now.offers[at].provenance.as_of = later;
    }
    now
}

#[test]
fn the_catalogue_of_a_day_is_made_again() {
    let (then, now) = (Catalogue::builtin(), moved());
    let made = now.as_of(Some(then.newest())).into_owned();
    assert!(made.past.api_prices.is_empty() && made.past.offers.is_empty());
    assert_eq!(made.offers, then.offers);
    // a row that went comes back beside those of its provider
    let sorted = |catalogue: &Catalogue| {
        let mut rows = catalogue.api_prices.clone();
        rows.sort_by(|a, b| a.id.cmp(&b.id));
        rows
    };
    assert_eq!(sorted(&made), sorted(then));
    assert_eq!(*now.as_of(None), now);
    assert_eq!(*now.as_of(Some(day("2027-01-05"))), now);
    // days before the first that is known have its prices
    assert_eq!(now.as_of(Some(day("2020-01-01"))).offers, then.offers);
}

#[test]
fn of_several_moves_the_first_after_the_day_counts() {
    let mut catalogue = Catalogue::builtin().clone();
    let row = catalogue.api_price(HOST).unwrap().clone();
    for (until, price) in [("2026-11-24", 7.0), ("2026-12-01", 9.0), ("2027-02-01", 11.0)] {
        let row = llm_breakeven::catalogue::ApiPrice { input: UsdPerMTok::new(price), ..row.clone() };
        catalogue.past.api_prices.push(Was { until: day(until), absent: false, row });
    }
    for (on, price) in [
        ("2026-11-01", 7.0),
        ("2026-11-24", 7.0),
        ("2026-11-25", 9.0),
        ("2026-12-01", 9.0),
        ("2026-12-02", 11.0),
        ("2027-02-01", 11.0),
        ("2027-02-02", row.input.value()),
    ] {
        let then = catalogue.as_of(Some(day(on)));
        assert_eq!(then.api_price(HOST).unwrap().input.value(), price, "{on}");
        // making it again changes nothing
        assert_eq!(*then.as_of(Some(day(on))), *then, "{on}");
    }
}

#[test]
fn a_link_gives_the_answer_of_its_day() {
    let (then, now) = (Catalogue::builtin(), moved());
    for text in [
        "1;t=20B",
        "1;t=20B;gpu=h200-sxm",
        &format!("1;t=9B;api={HOST}"),
        &format!("1;api={GONE}"),
        "1;m=qwen3-32b;t=70B",
    ] {
        let scenario = link::decode(text, then).scenario;
        let published = link::encode(&scenario);
        let answer = engine::evaluate(&scenario, then).unwrap();
        let opened = link::decode(&published, &now);
        assert_eq!(opened.notices, [], "{published}");
        assert_eq!(opened.scenario.day(), Some(then.newest()));
        assert_eq!(engine::evaluate(&opened.scenario, &now).unwrap(), answer, "{published}");
        // written again it is the same link
        assert_eq!(link::encode_all(&opened.scenario, &[], now.newest()), published);
    }
}

#[test]
fn rows_are_those_of_the_day() {
    let now = moved();
    let bad = |text: &str| {
        link::decode(text, &now).notices.iter().any(|notice| matches!(notice, Notice::BadValue(_)))
    };
    assert!(!bad(&format!("1;d=2026-11-24;api={GONE}")), "listed then");
    assert!(!bad(&format!("1;api={GONE};d=2026-11-24")), "whatever the order");
    assert!(bad(&format!("1;api={GONE}")), "gone today");
    assert!(!bad("1;api=cheap~llama"), "listed today");
    assert!(bad("1;api=cheap~llama;d=2026-11-24"), "not listed then");
}

fn texts(blocks: &[Block]) -> String {
    let text = |block: &Block| match block {
        Block::Text(text) => format!("{text}\n"),
        Block::Take(label, _) => format!("[{label}]\n"),
        other => panic!("{other:?}"),
    };
    blocks.iter().map(text).collect()
}

fn take(scenario: &Scenario, blocks: &[Block], catalogue: &Catalogue) -> Scenario {
    let Some(Block::Take(_, sets)) = blocks.last() else { panic!("{blocks:?}") };
    let mut scenario = scenario.clone();
    for (id, text) in sets {
        scenario.set_text(*id, text, catalogue).unwrap();
    }
    scenario
}

#[test]
fn the_notice_says_what_moved_and_leads_to_today_and_back() {
    let now = moved();
    let opened = link::decode(&format!("1;t=20B;api={HOST};d=2026-11-24"), &now).scenario;
    let then = since::notice(&opened, &opened, &now);
    let told = texts(&then.blocks);
    let old = Catalogue::builtin().api_price(HOST).unwrap();
    let dollars = llm_breakeven::units::format::usd;
    assert!(told.starts_with("Answered with the prices of 2026-11-24. Since then:\n"), "{told}");
    assert!(
        told.contains(&format!(
            "input {} → {}",
            dollars(old.input.value()),
            dollars(old.input.value() / 3.0)
        )),
        "{told}"
    );
    assert!(told.contains("per GPU-hour"), "{told}");
    let today = take(&opened, &then.blocks, &now);
    assert_eq!(today.day(), None);
    let verdict = |scenario: &Scenario| {
        llm_breakeven::words::verdict::verdict(&engine::evaluate(scenario, &now).unwrap()).text()
    };
    assert!(
        told.ends_with(&format!("With today's prices: {}\n[Use today's prices]\n", verdict(&today))),
        "{told}"
    );
    assert_ne!(verdict(&today), verdict(&opened));
    // and back
    let back = since::notice(&today, &opened, &now);
    let told = texts(&back.blocks);
    assert!(
        told.starts_with("Answered with today's prices, not those of 2026-11-24. Since then:\n"),
        "{told}"
    );
    assert!(
        told.ends_with(&format!("As then: {}\n[Use the prices of 2026-11-24]\n", verdict(&opened))),
        "{told}"
    );
    assert_eq!(take(&today, &back.blocks, &now), opened);
}

#[test]
fn a_row_that_went_is_left_to_the_engine_and_comes_back() {
    let now = moved();
    let opened = link::decode(&format!("1;t=20B;api={GONE};d=2026-11-24"), &now).scenario;
    let then = since::notice(&opened, &opened, &now);
    assert!(texts(&then.blocks).contains(&format!("{GONE} is no longer listed.")), "{}", texts(&then.blocks));
    let today = take(&opened, &then.blocks, &now);
    assert_eq!((today.api_price(), today.day()), (None, None));
    let back = since::notice(&today, &opened, &now);
    assert_eq!(take(&today, &back.blocks, &now), opened);
}

#[test]
fn prices_that_did_not_move_are_no_news() {
    let now = moved();
    let own = link::decode("1;t=20B;pi=0.2;po=0.4;pg=2;d=2026-11-24", &now).scenario;
    let view = since::notice(&own, &own, &now);
    assert_eq!(
        texts(&view.blocks),
        "Answered with the prices of 2026-11-24. Those in use have not moved since.\n[Use today's prices]\n"
    );
    assert_eq!(since::notice(&Scenario::default(), &Scenario::default(), &now).blocks, []);
    assert_eq!(own.number(FieldId::GpuPrice), 2.0);
}
