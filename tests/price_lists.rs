//! The price lists as tables: complete, sortable, and every click gives a scenario that can be priced.

use llm_breakeven::catalogue::{Basis, Catalogue, Commitment};
use llm_breakeven::engine::{self, Report};
use llm_breakeven::scenario::{FieldId, Scenario, link};
use llm_breakeven::units::Date;
use llm_breakeven::words::price_lists::{Filter, api_prices, gpu_offers};
use llm_breakeven::words::price_matrix::{Shown, matrix};
use llm_breakeven::words::table::{Cell, Row, Table};
use llm_breakeven::words::tables::sources;
use llm_breakeven::words::verdict::small_print;
use std::collections::BTreeSet;

fn report() -> Report {
    engine::evaluate(&Scenario::default(), Catalogue::builtin()).unwrap()
}

fn today() -> Date {
    Date::new(2026, 11, 23).unwrap()
}

fn distinct(table: &Table, column: usize) -> usize {
    table.rows.iter().map(|row| row.cells[column].text.as_str()).collect::<BTreeSet<_>>().len()
}

/// The scenario after a click on a row.
fn clicked(row: &Row) -> Scenario {
    let mut scenario = Scenario::default();
    let cell = row.cells.iter().find(|cell| !cell.sets.is_empty()).expect("a cell to click");
    for (id, value) in &cell.sets {
        scenario.set_text(*id, value, Catalogue::builtin()).unwrap();
    }
    scenario
}

#[test]
fn gpu_offers_are_all_there_and_each_can_be_taken() {
    let table = gpu_offers(&report(), Catalogue::builtin(), &Filter::default(), today());
    assert!(table.rows.len() >= 400, "{} offers", table.rows.len());
    assert!(distinct(&table, 1) >= 12, "{} providers", distinct(&table, 1));
    for row in &table.rows {
        let scenario = clicked(row);
        assert!(scenario.offer().is_some());
        // with an own speed, whatever GPU it is, there is a bill unless physics forbids it
        let report = engine::evaluate(&scenario, Catalogue::builtin()).unwrap();
        if let Ok(plan) = report.plan {
            assert_eq!(plan.offer.unwrap().id, scenario.offer().unwrap());
        }
        // and the link carries it
        let again = link::decode(&link::encode(&scenario), Catalogue::builtin());
        assert_eq!((again.scenario, again.notices), (scenario, vec![]));
    }
}

#[test]
fn the_cheapest_of_each_commitment_is_marked() {
    let filter = Filter { current_only: true, ..Filter::default() };
    let table = gpu_offers(&report(), Catalogue::builtin(), &filter, today());
    let price = |row: &Row| row.cells[3].key.unwrap();
    let marked: Vec<&Row> = table.rows.iter().filter(|row| row.strong).collect();
    assert!((2..=4).contains(&marked.len()), "{} marks", marked.len());
    let catalogue = Catalogue::builtin();
    for row in &marked {
        let offer = |row: &Row| catalogue.offer(clicked(row).offer().unwrap()).unwrap();
        let rivals = table
            .rows
            .iter()
            .filter(|other| offer(other).commitment == offer(row).commitment && offer(other).can_be_rented());
        assert!(rivals.map(price).all(|other| other >= price(row)));
    }
}

#[test]
fn api_prices_are_all_there_and_each_can_be_taken() {
    let table =
        api_prices(&report(), &Scenario::default(), Catalogue::builtin(), &Filter::default(), today());
    assert!(table.rows.len() >= 400 && distinct(&table, 0) >= 25);
    for row in &table.rows {
        let report = engine::evaluate(&clicked(row), Catalogue::builtin()).unwrap();
        let card = report.api.card.unwrap();
        assert_eq!(clicked(row).api_price(), Some(&*card.id));
        assert_eq!(report.api.input, card.input);
    }
}

#[test]
fn search_sort_and_export() {
    let report = report();
    let catalogue = Catalogue::builtin();
    let search = |text: &str| Filter { search: text.into(), ..Filter::default() };
    let mut table = gpu_offers(&report, catalogue, &search("h100 AWS"), today());
    assert!(!table.rows.is_empty());
    assert!(table.rows.iter().all(|row| row.cells[1].text == "AWS" && row.cells[0].text.contains("H100")));
    table.sort(3, true);
    let prices: Vec<f64> = table.rows.iter().map(|row| row.cells[3].key.unwrap()).collect();
    assert!(prices.windows(2).all(|pair| pair[0] >= pair[1]));
    let csv = table.csv();
    assert_eq!(csv.lines().count(), table.rows.len() + 1);
    // nonsense finds nothing and breaks nothing
    assert!(gpu_offers(&report, catalogue, &search("zzz 💥 \" , ;"), today()).rows.is_empty());
    let open = Filter { open_only: true, ..Filter::default() };
    let all = api_prices(&report, &Scenario::default(), catalogue, &Filter::default(), today()).rows.len();
    assert!(api_prices(&report, &Scenario::default(), catalogue, &open, today()).rows.len() < all);
}

#[test]
fn old_rows_say_so() {
    let old = |today| {
        let table = gpu_offers(&report(), Catalogue::builtin(), &Filter::default(), today);
        table.rows.iter().filter(|row| row.cells[6].small.contains("90+")).count()
    };
    let old_api = |today| {
        let table =
            api_prices(&report(), &Scenario::default(), Catalogue::builtin(), &Filter::default(), today);
        table.rows.iter().filter(|row| row.cells[1].small.contains("90+")).count()
    };
    assert!(old_api(Date::new(2025, 1, 1).unwrap()) == 0);
    assert!(old_api(Date::new(2027, 12, 31).unwrap()) >= 400);
    assert!(old(Date::new(2025, 1, 1).unwrap()) == 0);
    assert!(old(Date::new(2027, 12, 31).unwrap()) >= 400);
}

/// A month stands beside each price of the matrix that is older than 90 days, and beside no other.
#[test]
fn old_prices_of_the_matrix_say_so() {
    let catalogue = Catalogue::builtin();
    for commitment in Commitment::ALL {
        for per_instance in [false, true] {
            let shown = Shown { commitment, per_instance, ..Shown::default() };
            let table = matrix(catalogue, &shown, "h100-sxm", today());
            let taken = table
                .rows
                .iter()
                .flat_map(|row| row.cells.iter().skip(2))
                .filter(|cell| !cell.sets.is_empty());
            for cell in taken {
                let offer = catalogue.offer(offer_of(cell)).unwrap();
                let old = offer.provenance.is_stale(today()) && offer.basis != Basis::Article;
                let month = offer.provenance.as_of.to_string()[..7].replace('-', "\u{2011}");
                assert_eq!(cell.small.contains(&month), old, "{cell:?} {:?}", offer.provenance);
            }
        }
    }
}

/// The row of the scenario's GPU stands out, a search narrows the rows, and the lowest price names its seller.
#[test]
fn the_matrix_is_narrowed_and_marked() {
    let catalogue = Catalogue::builtin();
    let all = matrix(catalogue, &Shown::default(), "h100-sxm", today());
    let strong: Vec<_> =
        all.rows.iter().filter(|row| row.strong).map(|row| row.cells[0].text.as_str()).collect();
    assert_eq!(strong, ["H100 SXM5, 80 GB"]);
    for row in &all.rows {
        let taken = catalogue.offer(offer_of(&row.cells[1])).unwrap();
        assert!(
            !row.cells[1].small.is_empty() && row.cells[1].key == Some(taken.price_per_gpu().value()),
            "{row:?}"
        );
        assert!(!row.cells[0].text.contains(['(', ')']) || row.cells[0].text.contains('('), "{row:?}");
    }
    // the providers that price most come first
    let priced = |column: usize| all.rows.iter().filter(|row| !row.cells[column].sets.is_empty()).count();
    let counts: Vec<usize> = (2..all.columns.len()).map(priced).collect();
    assert!(counts.is_sorted_by(|a, b| a >= b), "{counts:?}");
    let filter = Filter { search: "h200 sxm".into(), ..Filter::default() };
    let found = matrix(catalogue, &Shown { filter, ..Shown::default() }, "h100-sxm", today());
    assert!(found.rows.len() == 1 && found.rows[0].cells[0].text.contains("H200"), "{:?}", found.rows);
    assert!(found.columns.len() < all.columns.len(), "providers without it are left out");
}

/// Every row of which another list says something else shows what.
#[test]
fn disputed_prices_name_the_other_list() {
    let catalogue = Catalogue::builtin();
    let table = api_prices(&report(), &Scenario::default(), catalogue, &Filter::default(), today());
    let mut disputed = 0;
    for (row, card) in table.rows.iter().zip(&catalogue.api_prices) {
        let said: Vec<&str> =
            row.cells[3..6].iter().map(|cell| cell.small.as_str()).filter(|text| !text.is_empty()).collect();
        match &card.disagreement {
            None => assert!(said.is_empty(), "{row:?}"),
            Some(other) => {
                assert!(said.len() == 1 && said[0].starts_with(&*other.source), "{row:?}");
                let ours = match &*other.field {
                    "input" => card.input,
                    "output" => card.output,
                    _ => card.cache_read.unwrap(),
                };
                let (low, high) =
                    (ours.value().min(other.other.value()), ours.value().max(other.other.value()));
                assert!((high - low) / high > 0.0499, "{}: {low} {high}", card.id);
                disputed += 1;
            }
        }
    }
    assert!(disputed >= 50, "{disputed}");
}

/// The price at the scenario's mix is what the bill is made of after a click.
#[test]
fn the_price_at_your_mix_is_what_is_billed() {
    let catalogue = Catalogue::builtin();
    let text = "1;t=10B;in=80;req=300000;cr=30;cw=10;ttl=1h;ba=20;rt=5;di=10;st=flex;day=business;utc=8";
    let scenario = link::decode(text, catalogue).scenario;
    let table = api_prices(&report(), &scenario, catalogue, &Filter::default(), today());
    for (row, card) in table.rows.iter().zip(&catalogue.api_prices) {
        let mut chosen = scenario.clone();
        chosen.set_text(FieldId::ApiPrice, &card.id, catalogue).unwrap();
        let billed = engine::evaluate(&chosen, catalogue).unwrap().api.blended.value();
        assert_eq!(row.cells[2].key, Some(billed), "{}", card.id);
    }
}

/// The answer itself says that a price in use is old, and the list of its sources too.
#[test]
fn an_answer_from_old_prices_says_so() {
    let report = report();
    let day = |text: &str| Date::parse(text).unwrap();
    let prices =
        |today| small_print(&report, today).into_iter().find(|(label, ..)| *label == "Prices").unwrap().1;
    assert!(!prices(None).contains("older"), "{}", prices(None));
    assert!(!prices(Some(day("2026-11-23"))).contains("older"), "{}", prices(Some(today())));
    assert!(prices(Some(day("2028-01-01"))).ends_with(": older than 90 days"));
    let told = |today| sources(&report, today).csv();
    assert!(told(day("2028-01-01")).matches("older than 90 days").count() >= 2);
    // a disputed row names the other list among the sources
    let scenario = link::decode("1;api=openai~o3", Catalogue::builtin()).scenario;
    let report = engine::evaluate(&scenario, Catalogue::builtin()).unwrap();
    assert!(
        sources(&report, today()).csv().contains("llm-prices lists $10.00 for input"),
        "{}",
        sources(&report, today()).csv()
    );
}

#[test]
fn a_new_gpu_or_model_drops_what_belonged_to_the_old_one() {
    // an offer of another GPU never prices the wrong hardware
    let text = "1;gpu=l40s;offer=aws~p5.48xlarge~us-east-1~on-demand";
    let decoded = link::decode(text, Catalogue::builtin());
    let report = engine::evaluate(&decoded.scenario, Catalogue::builtin()).unwrap();
    assert_eq!(report.plan, Err(engine::Infeasible::NoOffer));
    assert_eq!(decoded.scenario.text(FieldId::Gpu), "l40s");
}

/// The offer that a click on a cell takes.
fn offer_of(cell: &Cell) -> &str {
    cell.sets.iter().find(|(id, _)| *id == FieldId::Offer).map(|(_, text)| text.as_str()).unwrap()
}

#[test]
fn the_matrix_has_the_lowest_price_of_every_provider() {
    let catalogue = Catalogue::builtin();
    for commitment in Commitment::ALL {
        let shown = Shown { commitment, ..Shown::default() };
        let table = matrix(catalogue, &shown, "h100-sxm", today());
        assert!(!table.rows.is_empty());
        let mut prices = 0;
        for row in &table.rows {
            for cell in row.cells.iter().skip(2).filter(|cell| !cell.sets.is_empty()) {
                let taken = catalogue.offer(offer_of(cell)).unwrap();
                assert_eq!(taken.commitment, commitment);
                let own = |article: bool| {
                    let own = catalogue.offers_of(&taken.gpu).filter(move |offer| {
                        offer.provider == taken.provider
                            && offer.commitment == commitment
                            && (offer.basis == Basis::Article) == article
                    });
                    own.map(|offer| offer.price_per_gpu().value()).reduce(f64::min)
                };
                let least = own(false).or(own(true)).unwrap();
                assert_eq!(cell.key.unwrap(), least);
                prices += 1;
            }
            let today = row.cells.iter().skip(2).filter(|cell| cell.small != "article");
            let lowest = today.filter_map(|cell| cell.key).filter(|key| *key < 1e9).reduce(f64::min);
            assert!(lowest.is_none() || row.cells[1].key == lowest, "{row:?}");
        }
        assert!(prices > 0, "{prices} prices for {commitment:?}");
    }
    let here = Shown { region: "us-east-1".into(), per_instance: true, ..Shown::default() };
    let table = matrix(catalogue, &here, "h100-sxm", today());
    let offers = table.rows.iter().flat_map(|row| &row.cells).filter(|cell| !cell.sets.is_empty());
    assert!(offers.clone().count() > 0);
    for cell in offers {
        assert_eq!(catalogue.offer(offer_of(cell)).unwrap().region.as_deref(), Some("us-east-1"));
    }
}
