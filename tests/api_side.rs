//! The API's bill of a scenario: hours of the day, service tiers, own prices, provisioned units; and what is said of them.

use llm_breakeven::catalogue::{ApiPrice, Catalogue, ServiceTier};
use llm_breakeven::engine::fleet_notice::Notice;
use llm_breakeven::engine::{self, Report};
use llm_breakeven::scenario::{FieldId, Scenario, link};
use llm_breakeven::words::notices::notice;
use llm_breakeven::words::take;
use llm_breakeven::words::verdict::small_print;
use llm_breakeven::words::view::Answers;
use llm_breakeven::words::views::Maker;

fn scenario(text: &str) -> Scenario {
    link::decode(&format!("1;{text}"), Catalogue::builtin()).scenario
}

fn report(text: &str) -> Report {
    engine::evaluate(&scenario(text), Catalogue::builtin()).unwrap()
}

fn near(found: f64, expected: f64) {
    assert!((found - expected).abs() < 1e-9 * expected.abs().max(1.0), "{found} is not {expected}");
}

/// DeepSeek doubles its prices from 1 to 4 and from 6 to 10 o'clock in UTC: 7 of 24 hours.
const PEAK_HOURS: &str = "t=10B;in=100;api=deepseek~deepseek-v4-pro";

#[test]
fn hours_of_the_day_follow_the_profile_and_its_clock() {
    let card = Catalogue::builtin().api_price("deepseek~deepseek-v4-pro").unwrap();
    let base = card.input.value();
    assert!(card.windows.iter().all(|window| window.input.unwrap().value() == 2.0 * base));
    let paid = |more: &str| report(&format!("{PEAK_HOURS};{more}")).api.blended.value();
    near(paid(""), base * (1.0 + 7.0 / 24.0));
    // every hour has the same weight, so no clock matters
    near(paid("utc=8"), paid(""));
    // all tokens from 10 to 12 o'clock: in Beijing from 2 to 4 in UTC, at the peak; in London at the usual price
    let noon = "day=own;wt=000000000011000000000000";
    near(paid(&format!("{noon};utc=8")), base * 2.0);
    near(paid(noon), base);
    // in Kolkata from 4:30 to 6:30
    near(paid(&format!("{noon};utc=5.5")), base * (1.0 + 0.5 / 2.0));
    near(paid(&format!("{noon};utc=-4")), base);
    // own weights of a week count like those of a day
    let week = "000000000011000000000000".repeat(7);
    near(paid(&format!("day=own;wt={week};utc=8")), base * 2.0);
    // office hours in Beijing meet both peaks, in California none
    assert!(paid("day=business;utc=8") > 1.25 * paid("day=business;utc=-8"));
}

#[test]
fn a_breakeven_moves_with_the_peak_hours() {
    let durable = |more: &str| {
        let text = format!("api=deepseek~deepseek-v4-pro;m=llama-3.1-8b;day=business;{more}");
        report(&text).plan.unwrap().breakeven.durable().map(|volume| volume.value())
    };
    assert!(durable("utc=8").unwrap() < durable("utc=-8").unwrap());
}

#[test]
fn service_tiers_are_billed_and_missing_ones_told() {
    let card = Catalogue::builtin().api_price("openai~gpt-5").unwrap();
    let tier = |tier| card.service(tier).unwrap();
    let paid = |more: &str| report(&format!("in=100;api=openai~gpt-5;{more}"));
    near(paid("st=flex").api.blended.value(), tier(ServiceTier::Flex).input.unwrap().value());
    near(paid("st=priority").api.blended.value(), tier(ServiceTier::Priority).input.unwrap().value());
    assert!(paid("st=flex").notices.is_empty());
    // an own price takes the tiers with it
    near(
        paid("st=flex;pi=10").api.blended.value(),
        10.0 * (tier(ServiceTier::Flex).input.unwrap() / card.input),
    );
    let none = report("st=priority");
    assert_eq!(none.notices, [Notice::NoServicePrice(ServiceTier::Priority)]);
    near(none.api.blended.value(), report("").api.blended.value());
    let said = notice(&none.notices[0]);
    assert!(said.contains("no priority price"), "{said}");
    // the answer's small print says it, and the breakdown of the bill
    let told = |report: &Report| format!("{:?}", small_print(report, None));
    assert!(told(&none).contains("service tier: the standard one"), "{}", told(&none));
    assert!(!told(&paid("st=flex")).contains("standard one"));
    let bills = Maker::default().show(
        "bills",
        &scenario("st=priority"),
        &Answers::default(),
        Catalogue::builtin().newest(),
        720.0,
    );
    assert!(bills.encode().contains("no priority price"));
}

#[test]
fn batches_without_a_price_are_told_and_an_own_one_counts() {
    let host = "api=groq~llama-3.3-70b-versatile;in=100;ba=100";
    let listed = report(host);
    let unpriced =
        Catalogue::builtin().api_price("groq~llama-3.3-70b-versatile").unwrap().batch_input.is_none();
    assert_eq!(listed.notices.contains(&Notice::NoBatchPrice), unpriced);
    let own = report(&format!("{host};pbi=0.11"));
    assert!(!own.notices.contains(&Notice::NoBatchPrice));
    near(own.api.blended.value(), 0.11);
    near(report(&format!("in=0;pbo=0.22;{host}")).api.blended.value(), 0.22);
}

#[test]
fn an_own_write_price_holds_for_both_lifetimes() {
    for lifetime in ["5m", "1h"] {
        let paid = report(&format!("in=100;api=anthropic~claude-sonnet-4-5;cw=100;pw=1.5;ttl={lifetime}"));
        near(paid.api.blended.value(), 1.5);
    }
}

/// The scenario after a click on a row.
fn taken(row: &ApiPrice) -> Scenario {
    let mut scenario = scenario("cr=20;cw=10;ba=30");
    for (id, text) in take::api_price(row) {
        scenario.set_text(id, &text, Catalogue::builtin()).unwrap();
    }
    scenario
}

#[test]
fn an_own_row_travels_in_the_link_with_all_its_prices() {
    let catalogue = Catalogue::builtin();
    for id in ["anthropic~claude-sonnet-4-5", "groq~llama-3.3-70b-versatile"] {
        let mut row = catalogue.api_price(id).unwrap().clone();
        let prices =
            [Some(&mut row.input), Some(&mut row.output), row.cache_read.as_mut(), row.cache_write.as_mut()];
        for price in prices.into_iter().flatten() {
            *price = *price * 0.5;
        }
        row.batch_input = Some(row.input * 0.4);
        row.batch_output = Some(row.output * 0.3);
        row.batch_cache_read = None;
        row.tiers.clear();
        row.cache_write_1h = None;
        let scenario = taken(&row);
        // the host keeps its name, and the answer is the row's
        assert_eq!(scenario.api_price(), Some(id));
        let there = link::decode(&link::encode(&scenario), catalogue);
        assert_eq!((&there.scenario, there.notices.len()), (&scenario, 0));
        let report = engine::evaluate(&there.scenario, catalogue).unwrap();
        near(report.api.blended.value(), engine::bill_at(&scenario, &row).blended.value());
    }
    // an unchanged row is only named
    let row = catalogue.api_price("groq~llama-3.3-70b-versatile").unwrap();
    let scenario = taken(row);
    assert_eq!(scenario.optional(FieldId::ApiInput), None);
    // a row that the catalogue does not have keeps its figures
    let own = ApiPrice { id: "me~m".into(), provider: "me".into(), ..row.clone() };
    assert_eq!(taken(&own).api_price(), None);
    assert_eq!(taken(&own).optional(FieldId::ApiInput), Some(row.input.value()));
}

#[test]
fn provisioned_units_stand_beside_the_bill_and_cannot_hang() {
    assert_eq!(report("ptp=2").api.provisioned, None);
    // 730 h of units at $1/h that serve 1,000 tokens/s, against 10B tokens a month: 3,805 tokens/s
    let many = report("t=10B;ptp=1;ptr=1000;pi=1;po=1");
    let cost = many.api.provisioned.unwrap();
    assert_eq!(cost.units, 4);
    near(cost.total().value(), 4.0 * 730.0);
    assert!(
        many.notices.iter().any(|one| matches!(one, Notice::ProvisionedCheaper(4, _))),
        "{:?}",
        many.notices
    );
    let few = report("t=10B;ptp=100;ptr=1000;pi=1;po=1");
    assert_eq!(few.api.provisioned.unwrap().units, 0);
    assert!(few.notices.is_empty());
    near(few.api.provisioned.unwrap().total().value(), few.api.bill.value());
    // the smallest units and the largest volume
    let started = std::time::Instant::now();
    let huge = report("t=1e16;ptp=0.000001;ptr=0.01;day=burst");
    assert!(huge.api.provisioned.unwrap().units > 1_000_000_000);
    assert!(started.elapsed().as_secs() < 5, "{:?}", started.elapsed());
}
