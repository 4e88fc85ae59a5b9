//! The JavaScript module: the engine without the page, for Node, bundlers and plain scripts.
//!
//! Plain objects in and out. What a caller can mend is thrown as `{ field, reason, hint }`.

use crate::catalogue::Catalogue;
use crate::engine::{self, Infeasible, Report, Winner};
use crate::scenario::fields::{FieldError, Value};
use crate::scenario::{FieldId, Scenario, link};
use crate::words::{errors, verdict};
use serde::Serialize;
use serde_wasm_bindgen::Serializer;
use std::collections::BTreeMap;
use wasm_bindgen::prelude::*;

#[wasm_bindgen(typescript_custom_section)]
const TYPES: &str = include_str!("js_types.d.ts");

/// Most breakeven intervals that are listed.
const MOST_INTERVALS: usize = 100;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct JsReport {
    verdict: String,
    winner: Option<&'static str>,
    api: JsApi,
    plan: Option<JsPlan>,
    infeasible: Option<String>,
    breakeven: Option<JsBreakeven>,
    link: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct JsApi {
    id: Option<String>,
    #[serde(rename = "inputUsdPerMTok")]
    input: f64,
    #[serde(rename = "outputUsdPerMTok")]
    output: f64,
    #[serde(rename = "blendedUsdPerMTok")]
    blended: f64,
    usd_per_month: f64,
    as_of: Option<String>,
    source: Option<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct JsPlan {
    offer: Option<String>,
    as_of: Option<String>,
    source: Option<String>,
    usd_per_gpu_hour: f64,
    gpus: f64,
    gpus_per_replica: u32,
    replicas: f64,
    tokens_per_second_per_replica: f64,
    tier: &'static str,
    utilisation: f64,
    usd_per_month: f64,
    hardware_usd_per_month: f64,
    engineering_usd_per_month: f64,
    infrastructure_usd_per_month: f64,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct JsBreakeven {
    first: Option<f64>,
    durable: Option<f64>,
    intervals: f64,
    winning: Vec<JsInterval>,
    hardware_only_durable: Option<f64>,
}

#[derive(Serialize)]
struct JsInterval {
    from: f64,
    to: Option<f64>,
}

#[derive(Serialize)]
struct JsFieldError {
    field: &'static str,
    reason: String,
    hint: String,
}

#[derive(Serialize)]
struct JsDecoded {
    scenario: BTreeMap<&'static str, JsValueOut>,
    notices: Vec<String>,
}

/// A field's value on the way out.
#[derive(Serialize)]
#[serde(untagged)]
enum JsValueOut {
    Number(f64),
    Text(String),
}

/// What self-hosting costs against the API, and where they cross.
///
/// # Errors
/// A `FieldError` object.
#[wasm_bindgen(skip_typescript)]
pub fn evaluate(scenario: JsValue) -> Result<JsValue, JsValue> {
    let scenario = read(&scenario)?;
    let report = engine::evaluate(&scenario, Catalogue::builtin()).map_err(|error| thrown(&error))?;
    Ok(out(&js_report(&report, &scenario)))
}

/// The link fragment of a scenario.
///
/// # Errors
/// A `FieldError` object.
#[wasm_bindgen(js_name = encodeLink, skip_typescript)]
pub fn encode_link(scenario: JsValue) -> Result<String, JsValue> {
    read(&scenario).map(|scenario| link::encode(&scenario))
}

/// The scenario of a link fragment; any text gives one.
#[wasm_bindgen(js_name = decodeLink, skip_typescript)]
#[must_use]
pub fn decode_link(fragment: &str) -> JsValue {
    let decoded = link::decode(fragment, Catalogue::builtin());
    let named = FieldId::ALL.iter().filter_map(|id| {
        let value = match decoded.scenario.get(*id) {
            Value::Number(number) => JsValueOut::Number(*number),
            Value::Name(name) => JsValueOut::Text(name.to_string()),
            Value::Automatic => return None,
        };
        Some((id.field().name, value))
    });
    out(&JsDecoded {
        scenario: named.collect(),
        notices: decoded.notices.iter().map(errors::notice).collect(),
    })
}

/// The version of the module.
#[wasm_bindgen(skip_typescript)]
#[must_use]
pub fn version() -> String {
    env!("CARGO_PKG_VERSION").to_owned()
}

/// Plain objects, with null for nothing.
fn out(value: &impl Serialize) -> JsValue {
    // structs of numbers and texts always serialise
    value.serialize(&Serializer::json_compatible()).unwrap_or(JsValue::NULL)
}

fn thrown(error: &FieldError) -> JsValue {
    out(&JsFieldError {
        field: error.field.field().name,
        reason: errors::reason(error),
        hint: errors::hint(error),
    })
}

/// A scenario from a plain object; hours first, because they convert days and hours of the others.
fn read(object: &JsValue) -> Result<Scenario, JsValue> {
    let mut scenario = Scenario::default();
    if object.is_undefined() || object.is_null() {
        return Ok(scenario);
    }
    let refuse = |field: &str, reason: &str, hint: &str| {
        let error = js_sys::Object::new();
        for (key, value) in [("field", field), ("reason", reason), ("hint", hint)] {
            let _ = js_sys::Reflect::set(&error, &key.into(), &value.into());
        }
        JsValue::from(error)
    };
    if !object.is_object() {
        return Err(refuse("", "The scenario is not an object.", "Write { volume: \"5B\" }."));
    }
    let keys = js_sys::Object::keys(object.unchecked_ref::<js_sys::Object>());
    for key in keys.iter().filter_map(|key| key.as_string()) {
        if !FieldId::ALL.iter().any(|id| id.field().name == key) {
            let names: Vec<&str> = FieldId::ALL.iter().map(|id| id.field().name).collect();
            let near = crate::catalogue::did_you_mean(&key, names.iter().copied());
            let hint = near
                .map_or(format!("Fields are: {}.", names.join(", ")), |near| format!("Did you mean {near}?"));
            return Err(refuse(&key, "There is no such field.", &hint));
        }
    }
    let hours = FieldId::HoursPerMonth;
    let others = FieldId::ALL.iter().copied().filter(|id| *id != hours);
    for id in std::iter::once(hours).chain(others) {
        let value = js_sys::Reflect::get(object, &id.field().name.into()).unwrap_or(JsValue::UNDEFINED);
        let result = match (value.as_f64(), value.as_string()) {
            _ if value.is_undefined() => Ok(()),
            _ if value.is_null() => scenario.set(id, Value::Automatic, Catalogue::builtin()),
            (Some(number), _) => scenario.set(id, Value::Number(number), Catalogue::builtin()),
            (None, Some(text)) => scenario.set_text(id, &text, Catalogue::builtin()),
            (None, None) => {
                return Err(refuse(
                    id.field().name,
                    "It is no number and no text.",
                    "Write a number or a text.",
                ));
            }
        };
        result.map_err(|error| thrown(&error))?;
    }
    Ok(scenario)
}

fn js_report(report: &Report, scenario: &Scenario) -> JsReport {
    let card = report.api.card.as_ref();
    JsReport {
        verdict: verdict::verdict(report).text(),
        winner: report.winner().map(|winner| match winner {
            Winner::Api => "api",
            Winner::Gpu => "gpu",
            Winner::Tie => "tie",
        }),
        api: JsApi {
            id: card.map(|card| card.id.to_string()),
            input: report.api.input.value(),
            output: report.api.output.value(),
            blended: report.api.blended.value(),
            usd_per_month: report.api.bill.value(),
            as_of: card.map(|card| card.provenance.as_of.to_string()),
            source: card.map(|card| card.provenance.source.to_string()),
        },
        plan: report.plan.as_ref().ok().map(js_plan),
        infeasible: report.plan.as_ref().err().map(kind),
        breakeven: report.plan.as_ref().ok().map(js_breakeven),
        link: link::encode(scenario),
    }
}

/// The name of a reason; the verdict has it in words.
fn kind(why: &Infeasible) -> String {
    match why {
        Infeasible::NoOffer => "no-offer",
        Infeasible::NoInstance { .. } => "no-instance",
        Infeasible::UnknownThroughput => "unknown-throughput",
        Infeasible::DoesNotFit { .. } => "does-not-fit",
        Infeasible::Latency { .. } => "latency",
        Infeasible::Refused(_) => "refused",
        Infeasible::TooFast { .. } => "too-fast",
    }
    .to_owned()
}

fn js_plan(plan: &engine::Plan) -> JsPlan {
    use engine::provenance::Tier;
    let offer = plan.offer.as_ref();
    JsPlan {
        offer: offer.map(|offer| offer.id.to_string()),
        as_of: offer.map(|offer| offer.provenance.as_of.to_string()),
        source: offer.map(|offer| offer.provenance.source.to_string()),
        usd_per_gpu_hour: plan.purchase.price.value(),
        gpus: plan.gpus(),
        gpus_per_replica: plan.replica.gpus,
        replicas: plan.replicas(),
        tokens_per_second_per_replica: plan.replica.tokens_per_second.value(),
        tier: match plan.replica.tier {
            Tier::Own => "own",
            Tier::Published => "published",
            Tier::Calibrated | Tier::Roofline => "modelled",
        },
        utilisation: plan.utilisation,
        usd_per_month: plan.bill.total().value(),
        hardware_usd_per_month: plan.bill.hardware.value(),
        engineering_usd_per_month: plan.bill.engineering.value(),
        infrastructure_usd_per_month: plan.bill.infrastructure.value(),
    }
}

fn js_breakeven(plan: &engine::Plan) -> JsBreakeven {
    let breakeven = &plan.breakeven;
    let durable = breakeven.durable();
    let isolated = breakeven.winning().take(MOST_INTERVALS).filter(|interval| interval.to.is_some());
    let mut winning: Vec<JsInterval> = isolated
        .map(|interval| JsInterval { from: interval.from.value(), to: interval.to.map(|to| to.value()) })
        .collect();
    winning.extend(durable.map(|from| JsInterval { from: from.value(), to: None }));
    JsBreakeven {
        first: breakeven.first().map(|volume| volume.value()),
        durable: durable.map(|volume| volume.value()),
        intervals: breakeven.count(),
        winning,
        hardware_only_durable: plan.hardware_breakeven.durable().map(|volume| volume.value()),
    }
}
