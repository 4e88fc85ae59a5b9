//! `catalogue`: all facts as plain objects.

use super::rows::{provenance, write_api, write_offer};
use super::value::{optional_numbers, plain};
use crate::catalogue::{Catalogue, Gpu, Model};
use crate::import::json::Writer;
use crate::units::FlopsPerSecond;
use wasm_bindgen::prelude::*;

/// All facts.
#[wasm_bindgen]
#[must_use]
pub fn catalogue() -> JsValue {
    let catalogue = Catalogue::builtin();
    plain(&mut |json| {
        json.key("date").text(&catalogue.newest().to_string());
        json.key("gpus").list(&mut |json| catalogue.gpus.iter().for_each(|row| write_gpu(json, row)));
        json.key("offers").list(&mut |json| catalogue.offers.iter().for_each(|row| write_offer(json, row)));
        json.key("apiPrices")
            .list(&mut |json| catalogue.api_prices.iter().for_each(|row| write_api(json, row)));
        json.key("models").list(&mut |json| catalogue.models.iter().for_each(|row| write_model(json, row)));
    })
}

fn write_gpu(json: &mut Writer, row: &Gpu) {
    json.object(&mut |json| {
        json.key("id").text(&row.id);
        json.key("name").text(&row.name);
        json.key("vendor").text(&row.vendor);
        json.key("architecture").text(&row.architecture);
        json.key("memoryBytes").number(Some(row.memory.value()));
        json.key("bytesPerSecond").number(Some(row.bandwidth.value()));
        let dense = &row.dense;
        let rates = [("fp16", dense.fp16), ("fp8", dense.fp8), ("int8", dense.int8), ("fp4", dense.fp4)];
        optional_numbers(json, &rates.map(|(key, rate)| (key, rate.map(FlopsPerSecond::value))));
        provenance(json, &row.provenance.source, row.provenance.as_of);
    });
}

fn write_model(json: &mut Writer, row: &Model) {
    json.object(&mut |json| {
        json.key("id").text(&row.id);
        json.key("hfId").text(&row.hf_id);
        json.key("family").text(&row.family);
        json.key("parameters").number(row.parameters.total.map(|count| count as f64));
        json.key("activeParameters").number(row.parameters.active.map(|count| count as f64));
        json.key("maxContext").number(row.max_context.map(f64::from));
        json.key("licence").optional_text(row.licence.as_deref());
        provenance(json, &row.source, row.as_of);
    });
}
