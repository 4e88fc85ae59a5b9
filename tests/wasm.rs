//! What only a browser can show of the JavaScript module's boundary: run by `./dev test` in headless Chrome.
#![cfg(all(target_arch = "wasm32", feature = "module"))]

use js_sys::{Function, Object, Reflect};
use llm_breakeven::catalogue::Catalogue;
use llm_breakeven::engine;
use llm_breakeven::js_api::{decode_link, encode_link, evaluate, install, version};
use llm_breakeven::scenario::{Scenario, link};
use llm_breakeven::words::verdict;
use wasm_bindgen::JsValue;
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_browser);

/// The catalogue, handed over as a page does.
fn catalogue() -> &'static Catalogue {
    install(include_str!(concat!(env!("OUT_DIR"), "/catalogue.txt")).to_owned());
    Catalogue::builtin()
}

/// The value of a JavaScript expression.
fn js(expression: &str) -> JsValue {
    let body = format!("return ({expression})");
    Function::new_no_args(&body).call0(&JsValue::NULL).unwrap()
}

fn text(object: &JsValue, key: &str) -> String {
    Reflect::get(object, &key.into()).unwrap().as_string().unwrap_or_default()
}

#[wasm_bindgen_test]
fn the_report_is_that_of_the_engine() {
    let catalogue = catalogue();
    for fragment in ["", "1;t=70B;gpu=h200-sxm", "1;t=40M/day;in=95;pg=1.25", "1;gpu=t4;g=1", "1;tps=1000000"]
    {
        let scenario = link::decode(fragment, catalogue).scenario;
        let report = engine::evaluate(&scenario, catalogue).unwrap();
        let decoded = Reflect::get(&decode_link(&fragment.into()).unwrap(), &"scenario".into()).unwrap();
        let theirs = evaluate(&decoded).unwrap();
        assert_eq!(text(&theirs, "verdict"), verdict::verdict(&report).text(), "{fragment}");
        assert_eq!(text(&theirs, "link"), link::encode(&scenario), "{fragment}");
        let api = Reflect::get(&theirs, &"api".into()).unwrap();
        let bill = Reflect::get(&api, &"usdPerMonth".into()).unwrap().as_f64();
        assert_eq!(
            bill.map(f64::to_bits),
            Some(report.api.bill.value().to_bits()),
            "the same bits: {fragment}"
        );
    }
}

#[wasm_bindgen_test]
fn anything_that_scripts_can_pass_is_answered() {
    catalogue();
    for expression in [
        "{ volume: '5B' }",
        "{ volume: 5n }",
        "{ volume: new Number(5e9) }",
        "{ volume: Symbol('x') }",
        "{ volume: [5e9] }",
        "{ volume: () => 5e9 }",
        "{ volume: new Date(0) }",
        "{ volume: true }",
        "{ volume: -0 }",
        "{ get volume() { return '6B' } }",
        "{ get volume() { throw new Error('no') } }",
        "new Proxy({}, { ownKeys() { return ['volume'] }, getOwnPropertyDescriptor() { return { enumerable: true, configurable: true, value: 1 } } })",
        "new Map([['volume', '5B']])",
        "Object.create({ volume: '7B' })",
        "Object.freeze({ volume: '7B' })",
        "{ gpu: 7 }",
        "{ gpu: '\\u{1f600}'.repeat(1000) }",
        "{ __proto__: null, volume: '5B' }",
        "[]",
        "null",
        "Symbol.iterator",
        "() => 1",
        "5n",
    ] {
        match evaluate(&js(expression)) {
            Ok(report) => assert!(text(&report, "verdict").contains("tokens a month"), "{expression}"),
            Err(error) => {
                assert!(
                    !text(&error, "reason").is_empty() && !text(&error, "hint").is_empty(),
                    "{expression}"
                );
                assert!(Object::keys(&Object::from(error)).length() == 3, "{expression}");
            }
        }
    }
}

#[wasm_bindgen_test]
fn links_and_version() {
    let catalogue = catalogue();
    let fragment = encode_link(&js("{ volume: '40M/day', gpu: 'h200-sxm' }"), &JsValue::UNDEFINED).unwrap();
    let decoded = link::decode(&fragment, catalogue);
    assert_eq!(decoded.notices, []);
    assert_eq!(decoded.scenario.gpu(), "h200-sxm");
    let defaults = link::encode_all(&Scenario::default(), &[], catalogue.newest());
    assert_eq!(encode_link(&JsValue::UNDEFINED, &JsValue::NULL).unwrap(), defaults);
    assert_eq!(version(), env!("CARGO_PKG_VERSION"));
}
