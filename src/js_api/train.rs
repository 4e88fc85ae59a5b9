//! `train`: memory, GPU-hours and cost of training and fine-tuning.

use super::hardware::{self, mend};
use super::scenario::{self, count, given, quantity};
use super::value::{numbers, optional_numbers, plain, texts, thrown};
use crate::catalogue::Catalogue;
use crate::engine::accelerator::Accelerator;
use crate::engine::architecture::Architecture;
use crate::engine::choice;
use crate::engine::invalid::Invalid;
use crate::engine::training::{Method, RESERVE, Training, TrainingPlan, fewest};
use crate::import::json::Writer;
use crate::units::Bytes;
use wasm_bindgen::prelude::*;

/// What is asked beside the setup.
const KEYS: [&str; 8] = ["method", "rank", "tokens", "sequence", "batch", "gpus", "utilisation", "recompute"];

/// What training the setup's model on its GPU takes.
///
/// # Errors
/// A `FieldError` object.
#[wasm_bindgen]
pub fn train(setup: &JsValue) -> Result<JsValue, JsValue> {
    let scenario = scenario::read(setup, &KEYS)?;
    let chosen = hardware::chosen(&scenario)?;
    let (method, name) = method(setup)?;
    let training = Training {
        method,
        sequence: count(setup, "sequence", 2_048)?.into(),
        batch: count(setup, "batch", 1)?,
        gpus: 1,
        sharded: true,
        recompute: match given(setup, "recompute").map(|value| value.as_bool()) {
            None => true,
            Some(Some(recompute)) => recompute,
            Some(None) => {
                return Err(thrown("recompute", "This is neither true nor false.", "Write true or false."));
            }
        },
        tokens: quantity(setup, "tokens", 1e8, (1.0, 1e16))?,
        utilisation: quantity(setup, "utilisation", 40.0, (1.0, 100.0))? / 100.0,
    };
    let gpus = given(setup, "gpus").map(|_| count(setup, "gpus", 1)).transpose()?;
    let refused = |invalid: Invalid| {
        // the inputs of training have no field in a scenario
        match KEYS.contains(&invalid.field) {
            true => {
                let (reason, hint) = hardware::refusal(&invalid);
                thrown(invalid.field, &reason, &hint)
            }
            false => mend(&invalid),
        }
    };
    let architecture = Architecture::new(&chosen.model).map_err(refused)?;
    let accelerator = Accelerator::try_from(&chosen.gpu).map_err(refused)?;
    let (gpus, plan) = fewest(&architecture, &accelerator, &training, gpus).map_err(refused)?;
    let price = choice::hourly(&scenario, Catalogue::builtin(), &chosen.gpu).map(|price| price.value());
    Ok(plain(&mut |json| {
        texts(json, &[("method", name)]);
        write(json, gpus, &plan, price);
    }))
}

fn method(setup: &JsValue) -> Result<(Method, &'static str), JsValue> {
    let rank = count(setup, "rank", 16)?;
    let Some(value) = given(setup, "method") else { return Ok((Method::Lora { rank }, "lora")) };
    match value.as_string().as_deref() {
        Some("lora") => Ok((Method::Lora { rank }, "lora")),
        Some("qlora") => Ok((Method::Qlora { rank }, "qlora")),
        Some("full") => Ok((Method::Full, "full")),
        _ => Err(thrown("method", "There is no such method.", "Write lora, qlora or full.")),
    }
}

fn write(json: &mut Writer, gpus: u32, plan: &TrainingPlan, price: Option<f64>) {
    let fits = plan.missing <= Bytes::ZERO;
    let hours = plan.gpu_hours.value();
    json.key("fits").flag(fits);
    numbers(
        json,
        &[
            ("gpus", gpus.into()),
            ("missingGiB", plan.missing.gib()),
            ("trainedParameters", plan.trained),
            ("gpuHours", hours),
            ("hours", hours / f64::from(gpus)),
        ],
    );
    optional_numbers(
        json,
        &[("usdPerGpuHour", price), ("usd", price.map(|price| price * hours).filter(|_| fits))],
    );
    let parts = [
        ("weightsGiB", plan.weights),
        ("gradientsGiB", plan.gradients),
        ("optimiserGiB", plan.optimiser),
        ("activationsGiB", plan.activations),
        ("reserveGiB", RESERVE),
    ];
    json.key("perGpu").object(&mut |json| numbers(json, &parts.map(|(key, bytes)| (key, bytes.gib()))));
}
