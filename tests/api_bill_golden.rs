//! Conformance: every case of `genai_prices_api_cost.json` to the last digit, from the case's own price card.
//!
//! The folder of the cases is `GOLDEN_DIR`, else `../shared/golden`; without the file the test says so and passes.

#![allow(clippy::unwrap_used, clippy::panic)]

use std::path::PathBuf;

use llm_breakeven::engine::api_bill::{PriceRequest, price_request};
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
    let request: PriceRequest = serde_json::from_value(request).map_err(|error| error.to_string())?;
    let bill = price_request(&request).map_err(|error| format!("{error:?}"))?;
    for (key, found) in [("input_usd", bill.input), ("output_usd", bill.output), ("total_usd", bill.total)] {
        let Some(expected) = case["expected"].get(key) else { continue };
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
    for tool in golden["tools"].as_array().unwrap() {
        let example = &tool["example"];
        let number = |key: &str| example[key].as_f64();
        let total = |request: Value| {
            let request: PriceRequest = serde_json::from_value(request).unwrap();
            price_request(&request).unwrap().total.to_f64()
        };
        // a cache discount that reaches the output
        if let (Some(naive), Some(correct)) = (number("tool_usd"), number("correct_usd_cache_read_10pct")) {
            let of = |key| number(key).unwrap();
            let ours = total(json!({
                "prices": {"input_mtok": of("pin"), "output_mtok": of("pout"),
                           "cache_read_mtok": Decimal::from_f64(of("pin")).unwrap().over(10).unwrap().to_string()},
                "usage": {"input_tokens": of("in_M") * 1e6, "cache_read_tokens": of("in_M") * of("hit") * 1e6,
                          "output_tokens": of("out_M") * 1e6},
                "discount": of("batch") * 0.5,
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
        (json!({"input_mtok": "1e30"}), json!({"input_tokens": "1e30"}), "usage"),
    ] {
        let request: PriceRequest =
            serde_json::from_value(json!({"prices": prices.clone(), "usage": usage.clone()})).unwrap();
        assert_eq!(
            price_request(&request).map_err(|error| error.field),
            Err(field.to_owned()),
            "{prices} {usage}"
        );
    }
    let request = json!({"prices": {"input_mtok": 1}, "usage": {}, "timestamp": "yesterday"});
    let request: PriceRequest = serde_json::from_value(request).unwrap();
    assert_eq!(price_request(&request).unwrap_err().field, "timestamp");
}
