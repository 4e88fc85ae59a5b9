//! The reference article's money claims: every figure that is right comes out of the engine, and every one that
//! ignores physics is refused by it. Claims on memory and speed alone are in `claims.rs`.
//!
//! Cases are told apart by the names of their inputs, so that other cases of the same structure can be run.

mod support;

use llm_breakeven::catalogue::{Basis, Catalogue, Commitment};
use llm_breakeven::engine::breakeven::{Breakeven, StepCost, one_line};
use llm_breakeven::engine::{self, Infeasible, Report, Winner, blended, fleet};
use llm_breakeven::scenario::fields::Value as FieldValue;
use llm_breakeven::scenario::{FieldId, Scenario, link};
use llm_breakeven::units::{Hours, Tokens, TokensPerSecond, Usd, UsdPerHour, UsdPerMTok};
use serde_json::Value;
use support::{golden, number};

/// Equal to what was printed, with the digits that were printed.
fn agrees(case: &str, name: &str, expected: f64, found: f64) {
    let text = expected.to_string();
    let decimals = text.split_once('.').map_or(0, |(_, digits)| digits.len()) as i32;
    // printed figures are rounded or cut, and inputs such as 4166.6667 are rounded to eight digits themselves
    let slack = 10f64.powi(-decimals) * 1.000_001 + expected.abs() * 1e-8;
    assert!((found - expected).abs() <= slack, "{case}: {name} is {found}, the article has {expected}");
}

/// The API bill of an hour.
fn api_hour(input: &Value) -> Usd {
    let tokens = |key: &str| Tokens::new(number(&input[key]) * 1e6);
    let (read, written) = (tokens("in_M_per_h"), tokens("out_M_per_h"));
    let all = read + written;
    let price = blended(
        UsdPerMTok::new(number(&input["in_price"])),
        UsdPerMTok::new(number(&input["out_price"])),
        read / all,
    );
    all * price
}

fn hours(input: &Value) -> Hours {
    Hours::new(number(&input["hours_month"]))
}

fn hourly(input: &Value) -> UsdPerHour {
    UsdPerHour::new(number(&input["usd_h"]))
}

/// Figures by name for a case; `None` when its inputs are not about money.
fn figures(input: &Value, api_month: Option<Usd>) -> Option<Vec<(&'static str, f64)>> {
    let has = |keys: &[&str]| keys.iter().all(|key| !input[key].is_null());
    let price = || UsdPerMTok::new(number(&input["blended"]));
    // a GPU that the article takes to serve any volume
    let unlimited = |fixed: Usd, month: Usd| StepCost::new(fixed, month, Tokens::new(1e18));
    Some(if has(&["in_M_per_h", "hours_month"]) {
        let hour = api_hour(input);
        vec![("per_hour", hour.value()), ("per_month", hour.value() * hours(input).value())]
    } else if has(&["volume", "blended", "gpus"]) {
        let api = Tokens::new(number(&input["volume"])) * price();
        let gpu = hourly(input) * hours(input) * number(&input["gpus"]);
        let winner = match Winner::of(api, gpu) {
            Winner::Api => 0.0,
            Winner::Gpu => 1.0,
            Winner::Tie => 2.0,
        };
        vec![("api", api.value()), ("gpu", gpu.value()), ("saving", (api - gpu).value()), ("winner", winner)]
    } else if has(&["usd_h", "hours_month", "blended"]) {
        let utilisation = input["utilization"].as_f64().unwrap_or(1.0);
        let month = hourly(input) * hours(input);
        let tokens = one_line(hourly(input), price(), utilisation, hours(input));
        if utilisation == 1.0 {
            let exact = Breakeven::new(price(), unlimited(Usd::ZERO, month)).durable().unwrap();
            assert!((exact / tokens - 1.0).abs() < 1e-12, "the one line is the special case of the engine");
        }
        vec![("gpu", month.value()), ("tokens", tokens.value())]
    } else if has(&["usd_h", "hours_month"]) {
        let month = hourly(input) * hours(input);
        // a file without the API's side compares with the article's
        let api = api_month.unwrap_or(Usd::new(8_208.0));
        vec![("per_month", month.value()), ("ratio", api / month), ("saving", (api - month).value())]
    } else if has(&["in_share", "out_share"]) {
        let read = number(&input["in_share"]) / (number(&input["in_share"]) + number(&input["out_share"]));
        let prices = ["in_price", "out_price"].map(|key| UsdPerMTok::new(number(&input[key])));
        vec![("blended", blended(prices[0], prices[1], read).value())]
    } else if has(&["usd_h", "blended"]) {
        let hour = one_line(hourly(input), price(), 1.0, Hours::new(1.0)).value();
        vec![("tokens_per_hour", hour), ("tokens_per_minute", hour / 60.0)]
    } else if has(&["fte", "salary"]) {
        let mut scenario = Scenario::default();
        for (id, key) in [(FieldId::Engineers, "fte"), (FieldId::Salary, "salary")] {
            scenario.set(id, FieldValue::Number(number(&input[key])), Catalogue::builtin()).unwrap();
        }
        vec![("per_month", scenario.engineering().value())]
    } else if has(&["gpu", "fte_month", "blended"]) {
        let steps = unlimited(Usd::new(number(&input["fte_month"])), Usd::new(number(&input["gpu"])));
        vec![("tokens", Breakeven::new(price(), steps).durable().unwrap().value())]
    } else if has(&["od", "res"]) {
        vec![("saving_pct", (1.0 - number(&input["res"]) / number(&input["od"])) * 100.0)]
    } else if has(&["mix", "discounts"]) {
        let saving = |end: usize| {
            let discounts = input["discounts"].as_array().unwrap().iter();
            let discounts = discounts.map(|d| d.as_f64().unwrap_or_else(|| number(&d[end])));
            let mix = input["mix"].as_array().unwrap().iter().map(number);
            fleet::mixed_saving(&mix.zip(discounts).collect::<Vec<_>>()) * 100.0
        };
        vec![("saving_pct_low", saving(0)), ("saving_pct_high", saving(1))]
    } else if has(&["peak", "off", "peak_hours"]) {
        let [peak, off, peak_hours] = ["peak", "off", "peak_hours"].map(|key| number(&input[key]));
        vec![("saving_pct", fleet::scaling_saving(peak, off, peak_hours) * 100.0)]
    } else if has(&["usd_h", "tok_s"]) {
        let rate = TokensPerSecond::new(number(&input["tok_s"]));
        let purchase = fleet::Purchase::new(1, rate, 1, hourly(input));
        let month = Hours::new(730.0);
        let steps = StepCost::new(Usd::ZERO, purchase.month(month), purchase.tokens(1.0, month));
        vec![("usd_per_M", steps.at_full_load().value())]
    } else {
        return None;
    })
}

#[test]
fn every_money_claim_comes_out_of_the_engine() {
    let Some(file) = golden("article_claims.json") else { return };
    let cases = file["cases"].as_array().unwrap();
    let api_month = cases.iter().find(|case| !case["input"]["in_M_per_h"].is_null()).map(|case| {
        let input = &case["input"];
        api_hour(input) * hours(input).value()
    });
    let mut compared = 0;
    for case in cases {
        let id = case["id"].as_str().unwrap();
        let Some(figures) = figures(&case["input"], api_month) else { continue };
        for (name, expected) in case["expected"].as_object().unwrap() {
            let expected = match expected.as_str() {
                Some("API") => 0.0,
                Some("GPU") => 1.0,
                Some("Tie") => 2.0,
                _ => number(expected),
            };
            let found = figures.iter().find(|(known, _)| known == name);
            let (_, found) = found.unwrap_or_else(|| panic!("{id}: nothing computes {name}"));
            agrees(id, name, expected, *found);
            compared += 1;
        }
    }
    support::enough(compared, 25);
    println!("{compared} figures of the article reproduced");
}

#[test]
fn the_price_matrix_is_in_the_catalogue() {
    let Some(file) = golden("article_claims.json") else { return };
    let catalogue = Catalogue::builtin();
    let chip = |name: &str| match name {
        "A100-40" => "a100-sxm-40gb",
        "A100-80" => "a100-sxm-80gb",
        "H100-80" => "h100-sxm",
        "L40S" => "l40s",
        "A10G" => "a10g",
        "T4" => "t4",
        other => panic!("unknown GPU {other}"),
    };
    let mut compared = 0;
    let Some(matrix) = file["price_matrix_usd_per_gpu_hour"].as_object() else { return };
    for (gpu, prices) in matrix {
        for (provider, price) in prices.as_object().unwrap() {
            let wanted = catalogue.gpu(chip(gpu)).unwrap().chip();
            let found = catalogue.offers.iter().any(|offer| {
                offer.basis == Basis::Article
                    && offer.commitment == Commitment::OnDemand
                    && offer.provider.eq_ignore_ascii_case(provider)
                    && catalogue.gpu(&offer.gpu).unwrap().chip() == wanted
                    && (offer.price_per_gpu().value() - number(price)).abs() < 1e-9
            });
            assert!(found, "{gpu} at {provider} for {price}");
            compared += 1;
        }
    }
    support::enough(compared, 20);
}

fn answer(fragment: &str) -> Report {
    let decoded = link::decode(fragment, Catalogue::builtin());
    engine::evaluate(&decoded.scenario, Catalogue::builtin()).unwrap()
}

/// The article's own question, asked as a link: 5B tokens a month, one A100 80 GB at $1.29, its API example.
const ARTICLE: &str = "1;m=llama-3-70b;pi=0.6;po=2.4;t=5B;gpu=a100-sxm-80gb;g=1;pg=1.29;fte=0;h=720;load=100";

#[test]
fn five_billion_on_one_a100_needs_four_bits_and_more_than_one_gpu() {
    // the article: $5,700 against $929 for one GPU around the clock
    let report = answer(ARTICLE);
    assert!((report.api.bill.value() - 5_700.0).abs() < 1e-6);
    let plan = report.plan.unwrap();
    assert!((plan.purchase.month(report.hours).value() - 928.80).abs() < 1e-6);
    assert!(plan.gpus() > 1.0, "one A100 serves {} tokens/s", plan.replica.tokens_per_second.value());
}

#[test]
fn fifty_billion_on_three_a100_is_refused() {
    // 50B a month on three GPUs is 6,430 tokens/s each
    let report = answer(&format!("{ARTICLE};tps=6430"));
    assert!(matches!(report.plan, Err(Infeasible::TooFast { limit, .. }) if limit.value() < 4_500.0));
}

#[test]
fn two_a100_40gb_do_not_serve_70b_in_16_bit() {
    let report = answer("1;m=llama-3-70b;gpu=a100-sxm-40gb;g=2;w=fp16;tps=500");
    assert!(matches!(report.plan, Err(Infeasible::DoesNotFit { gpus: 2, .. })));
}

#[test]
fn an_l40s_does_not_hold_70b_in_int8() {
    assert!(matches!(answer("1;m=llama-3-70b;gpu=l40s;g=1;w=int8").plan, Err(Infeasible::DoesNotFit { .. })));
}

#[test]
fn labour_moves_the_breakeven_as_computed_and_not_as_stated() {
    // 826M without people; 4.48B with a quarter of an engineer: a single GPU no longer serves that
    let alone = answer("1;m=llama-3-70b;pi=0.6;po=2.4;gpu=a100-sxm-80gb;g=1;pg=1.29;fte=0;load=100;w=int4")
        .plan
        .unwrap();
    assert!((alone.breakeven.first().unwrap().value() - 826_052_631.578_947_4).abs() < 1.0);
    let staffed =
        answer("1;m=llama-3-70b;pi=0.6;po=2.4;gpu=a100-sxm-80gb;g=1;pg=1.29;load=100;w=int4").plan.unwrap();
    assert!(staffed.breakeven.first().unwrap().value() > 4.48e9);
}
