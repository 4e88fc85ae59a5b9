//! Conformance: every case of `genai_prices_api_cost.json` to the last digit, from the case's own price card.
//!
//! The folder of the cases is `GOLDEN_DIR`, else `../shared/golden`; without the file the test says so and passes.

#![allow(clippy::unwrap_used, clippy::panic)]

use std::path::PathBuf;

use llm_breakeven::import::bill::price_request;
use llm_breakeven::units::Decimal;
use serde_json::{Value, json};

fn golden(file: &str) -> Option<Value> {
    let folder = std::env::var_os("GOLDEN_DIR")
        .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared/golden"), PathBuf::from);
    let path = folder.join(file);
    match std::fs::read_to_string(&path) {
        Ok(text) => Some(serde_json::from_str(&text).unwrap()),
        Err(_) => {
            println!("not run: no {}", path.display());
            None
        }
    }
}

fn check(case: &Value) -> Result<(), String> {
    let request = json!({
        "prices": case["prices_usd_per_unit_key"],
        "usage": case["usage"],
        "timestamp": case["timestamp"],
    });
    let priced = price_request(&request.to_string());
    if case["expected"].get("error").is_some_and(|error| !error.is_null()) {
        return priced.map_or(Ok(()), |bill| Err(format!("{} instead of an error", bill.total)));
    }
    let bill = priced.map_err(|error| format!("{error:?}"))?;
    for (key, found) in [("input_usd", bill.input), ("output_usd", bill.output), ("total_usd", bill.total)] {
        let Some(expected) = case["expected"].get(key).filter(|amount| !amount.is_null()) else { continue };
        let text = expected.as_str().map_or_else(|| expected.to_string(), str::to_owned);
        if Decimal::parse(&text) != Some(found) {
            return Err(format!("{key} is {found}, expected {text}"));
        }
    }
    Ok(())
}

#[test]
fn every_bill_is_exact() {
    let Some(golden) = golden("genai_prices_api_cost.json") else { return };
    let cases = golden["cases"].as_array().unwrap();
    assert!(!cases.is_empty());
    let failed: Vec<_> =
        cases.iter().filter_map(|case| check(case).err().map(|error| (&case["id"], error))).collect();
    println!("{} of {} bills exact", cases.len() - failed.len(), cases.len());
    assert!(failed.is_empty(), "{failed:#?}");
}

/// What naive tools answer, by the fields of their example; ours must be the correct figure and not theirs.
#[test]
fn naive_answers_come_out_different() {
    let Some(golden) = golden("naive_peers_negative.json") else { return };
    let mut checked = 0;
    for tool in golden["tools"].as_array().into_iter().flatten() {
        let example = &tool["example"];
        let number = |key: &str| example[key].as_f64();
        let total = |request: Value| price_request(&request.to_string()).unwrap().total.to_f64();
        // a cache discount that reaches the output
        if let (
            Some(naive),
            Some(correct),
            Some(input),
            Some(output),
            Some(price_in),
            Some(price_out),
            Some(hit),
        ) = (
            number("tool_usd"),
            number("correct_usd_cache_read_10pct"),
            number("in_M"),
            number("out_M"),
            number("pin"),
            number("pout"),
            number("hit"),
        ) {
            let ours = total(json!({
                "prices": {"input_mtok": price_in, "output_mtok": price_out,
                           "cache_read_mtok": Decimal::from_f64(price_in).unwrap().over(10).unwrap().to_string()},
                "usage": {"input_tokens": input * 1e6, "cache_read_tokens": input * hit * 1e6, "output_tokens": output * 1e6},
                "discount": number("batch").unwrap_or_default() * 0.5,
            }));
            assert!((ours - correct).abs() < 1e-6, "{ours} is not {correct}: {tool}");
            assert!((ours - naive).abs() > 1e-6, "{tool}");
            checked += 1;
        }
        // a cached price of zero taken for none
        if let (Some(cached), Some(input), Some(used)) =
            (number("cached_price"), number("input_price"), number("used"))
        {
            let ours = total(json!({
                "prices": {"input_mtok": input, "cache_read_mtok": cached},
                "usage": {"input_tokens": 1_000_000, "cache_read_tokens": 1_000_000},
            }));
            assert!((ours - cached).abs() < 1e-9 && (ours - used).abs() > 1e-9, "{tool}");
            checked += 1;
        }
    }
    println!("{checked} naive API bills contradicted");
}

/// A breakeven must lie where the fleet can serve it: one replica's cost over the API's price does not.
#[test]
fn naive_breakevens_come_out_different() {
    use llm_breakeven::engine::breakeven::{Breakeven, StepCost};
    use llm_breakeven::units::{Tokens, Usd, UsdPerMTok};
    let Some(golden) = golden("naive_peers_negative.json") else { return };
    let (mut checked, mut agreed) = (0, 0);
    for tool in golden["tools"].as_array().into_iter().flatten() {
        let number = |part: &str, key: &str| tool[part][key].as_f64();
        let example = |key: &str| number("example", key);
        if let (Some(month), Some(capacity), Some(naive), Some(api)) =
            (example("replica_month"), example("capacity_M"), example("breakeven_M"), example("api_per_M"))
        {
            let steps = StepCost::new(Usd::ZERO, Usd::new(month), Tokens::new(capacity * 1e6));
            let at = Tokens::new(naive * 1e6);
            if let (Some(replicas), Some(cost)) =
                (number("check", "replicas_at_be"), number("check", "gpu_cost"))
            {
                assert_eq!(steps.purchases(at), replicas, "{tool}");
                assert!((steps.at(at).value() / cost - 1.0).abs() < 1e-9, "{tool}");
            }
            let ours = Breakeven::new(UsdPerMTok::new(api), steps);
            let there = ours.first().is_some_and(|first| (first.value() / at.value() - 1.0).abs() < 0.01);
            assert!(!there, "{tool}: {:?}", ours.first());
            checked += 1;
        }
        // one that does count what it can serve comes out the same
        if let (Some(input), Some(output), Some(api), Some(own), Some(expected)) =
            (example("in_M"), example("out_M"), example("api"), example("self"), example("breakeven_B"))
        {
            let steps = StepCost::new(Usd::ZERO, Usd::new(own), Tokens::new(1e15));
            let first = Breakeven::new(UsdPerMTok::new(api / (input + output)), steps).first();
            let first = first.map_or(f64::NAN, Tokens::value) / 1e9;
            assert!((first / expected - 1.0).abs() < 0.01, "{tool}: {first}");
            agreed += 1;
        }
    }
    println!("{checked} naive breakevens contradicted, {agreed} sound ones met");
}

/// Formulas of peers that come without an example, on a case of our own.
#[test]
fn naive_formulas_come_out_different() {
    use llm_breakeven::catalogue::Catalogue;
    use llm_breakeven::engine;
    use llm_breakeven::scenario::link;
    let report = |text: &str| {
        engine::evaluate(
            &link::decode(&format!("1;{text}"), Catalogue::builtin()).scenario,
            Catalogue::builtin(),
        )
    };
    // GPUs that idle cost the same: the bill is neither multiplied nor divided by their utilisation
    let [half, full] = ["t=1M;pg=2;fte=0", "t=2M;pg=2;fte=0"].map(|text| report(text).unwrap().plan.unwrap());
    assert!((full.utilisation / half.utilisation - 2.0).abs() < 1e-9);
    assert_eq!(half.bill.total(), full.bill.total());
    assert!((half.bill.total().value() - 2.0 * 730.0 * half.gpus()).abs() < 1e-6);
    // a cache hit is neither free nor of the output
    let month = |text: &str| report(&format!("t=100M;in=70;pi=0.6;po=2.4;{text}")).unwrap().api.bill.value();
    let naive = month("") * 0.5;
    let ours = month("pc=0.06;cr=50");
    assert!((ours - 95.1).abs() < 1e-9 && (ours - naive).abs() > 1.0, "{ours} against {naive}");
    // a cached price of zero is a price
    assert!((month("pc=0;cr=100") - 72.0).abs() < 1e-9);
    // retries multiply everything that is billed
    assert!((month("rt=50") / month("") - 1.5).abs() < 1e-9);
}

/// Bad prices and usage name the field.
#[test]
fn errors_name_the_field() {
    for (prices, usage, field) in [
        (json!({"input_mtok": "-1"}), json!({}), "prices.input_mtok"),
        (json!({"input_mtok": "a dollar"}), json!({}), "prices.input_mtok"),
        (json!({"input_mtoks": 1}), json!({}), "prices.input_mtoks"),
        (json!({}), json!({"input_tokens": 1}), "prices"),
        (json!({"input_mtok": 1}), json!({"input_tokens": -1}), "usage.input_tokens"),
        (json!({"input_mtok": 1}), json!({"input_tokens": "many"}), "usage.input_tokens"),
        (json!({"input_mtok": 1}), json!({"prompt_tokens": 5}), "usage"),
        (json!({"input_mtok": 1}), json!({"cache_read_tokens": 5}), "usage.input_tokens"),
        (
            json!({"input_mtok": 1, "cache_read_mtok": 0.1}),
            json!({"input_tokens": 10, "cache_read_tokens": 11}),
            "usage.cache_read_tokens",
        ),
        (
            json!({"input_mtok": 1, "cache_read_mtok": 0.1, "input_audio_mtok": 3, "cache_audio_read_mtok": 0.3}),
            json!({"input_tokens": 100, "cache_read_tokens": 10, "input_audio_tokens": 20}),
            "usage.cache_audio_read_tokens",
        ),
        (json!({"input_mtok": "1e30"}), json!({"input_tokens": "1e30"}), "usage"),
    ] {
        let request = json!({"prices": prices.clone(), "usage": usage.clone()}).to_string();
        assert_eq!(
            price_request(&request).map_err(|error| error.field),
            Err(field.to_owned()),
            "{prices} {usage}"
        );
    }
    let request = json!({"prices": {"input_mtok": 1}, "usage": {}, "timestamp": "yesterday"});
    assert_eq!(price_request(&request.to_string()).unwrap_err().field, "timestamp");
}

/// Fees per request and per search stand beside input and output; hours of audio end in a rounded quotient.
#[test]
fn other_units_are_billed_too() {
    let bill = |prices: Value, usage: Value| {
        price_request(&json!({"prices": prices, "usage": usage}).to_string()).unwrap()
    };
    let prices =
        json!({"input_mtok": 1, "output_mtok": "1", "requests_kcount": "5", "web_searches_kcount": 10});
    let one = bill(prices, json!({"input_tokens": 1000, "output_tokens": 1000, "web_searches": 3}));
    assert_eq!(
        [one.input, one.output, one.total].map(|amount| amount.to_string()),
        ["0.001", "0.001", "0.037"]
    );
    let audio = bill(json!({"audio_hours": "0.111"}), json!({"audio_seconds": 10}));
    assert_eq!(audio.total.to_string(), "0.0003083333333333333333333333333");
    let reasoning = json!({"output_mtok": 2, "output_reasoning_mtok": 3});
    let apart = bill(reasoning, json!({"output_tokens": 1_000_000, "output_reasoning_tokens": 250_000}));
    assert_eq!(apart.total.to_string(), "2.25");
    let unpriced =
        bill(json!({"input_mtok": 1}), json!({"input_tokens": 1, "output_tokens": 7, "total_tokens": 8}));
    assert_eq!(
        (unpriced.unpriced, unpriced.unknown),
        (vec!["output_tokens".into()], vec!["total_tokens".into()])
    );
}

mod properties {
    use llm_breakeven::engine::api_bill::{Price, PriceAbove, PriceCard, Usage, price_usage};
    use llm_breakeven::units::Decimal;
    use proptest::prelude::*;

    fn card(prices: [u32; 5], above: Option<(u32, u32)>) -> PriceCard {
        let keys =
            ["input_mtok", "output_mtok", "cache_read_mtok", "cache_write_mtok", "cache_write_1h_mtok"];
        let mut card = PriceCard::default();
        for (key, price) in keys.iter().zip(prices) {
            let tiers = above.map(|(start, price)| PriceAbove {
                above: Decimal::whole(start.into()),
                price: Decimal::new(price.into(), 4),
            });
            let price = Price { base: Decimal::new(price.into(), 4), tiers: tiers.into_iter().collect() };
            card.set(key, price).unwrap();
        }
        card
    }

    fn usage(counts: [u32; 4]) -> Usage {
        let [rest, read, write, hour] = counts.map(u64::from);
        Usage::of([
            ("input_tokens", rest + read + write + hour),
            ("cache_read_tokens", read),
            ("cache_write_tokens", write + hour),
            ("cache_write_1h_tokens", hour),
            ("output_tokens", rest / 2),
        ])
    }

    proptest! {
        /// The total is the sum of the lines, of input and output, and of every unit at its own price.
        #[test]
        fn a_bill_is_the_sum_of_its_lines(prices: [u32; 5], counts: [u32; 4]) {
            let bill = price_usage(&card(prices, None), &usage(counts)).unwrap();
            let sum = bill.lines.iter().try_fold(Decimal::ZERO, |sum, line| sum.plus(line.amount));
            prop_assert_eq!(sum, Some(bill.total));
            prop_assert_eq!(bill.input.plus(bill.output), Some(bill.total));
            let [rest, read, write, hour] = counts.map(i128::from);
            let [input, output, cached, written, long] = prices.map(i128::from);
            let by_hand = rest * input + rest / 2 * output + read * cached + write * written + hour * long;
            prop_assert_eq!(bill.total, Decimal::new(by_hand, 10));
        }

        /// Requests on the same side of a threshold bill together what they bill apart; the cliff is strictly above it.
        #[test]
        fn tiers_are_a_cliff(price in 1u32.., dear: u32, start in 1u32..1_000_000) {
            let card = card([price; 5], Some((start, dear)));
            let of = |input: u32| {
                let usage = Usage::of([("input_tokens", input.into()), ("output_tokens", 10)]);
                price_usage(&card, &usage).unwrap().total
            };
            let at = |price: u32, tokens: u32| Decimal::new(i128::from(price) * i128::from(tokens + 10), 10);
            prop_assert_eq!(of(start), at(price, start));
            prop_assert_eq!(of(start + 1), at(dear, start + 1));
        }
    }
}
