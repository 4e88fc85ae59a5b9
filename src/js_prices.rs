//! The JavaScript module's prices: exact bills, price lists of others, and the catalogue as plain objects.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_wasm_bindgen::Serializer;
use wasm_bindgen::prelude::*;

use crate::catalogue::{ApiPrice, Catalogue, Gpu, Model, Offer};
use crate::engine::api_bill::{PlainBill, PriceRequest, price_request};
use crate::import::prices::{self as import, Import, ImportProblem};
use crate::units::{Bytes, BytesPerSecond, Date, FlopsPerSecond, UsdPerMTok};
use crate::words::prices as words;

#[wasm_bindgen(typescript_custom_section)]
const TYPES: &str = r#"
/** A price, or its base with the prices of requests whose whole input is above `start` tokens. Texts are exact. */
export type Price = number | string | { base: number | string; tiers: { start: number | string; price: number | string }[] };
/** Prices by unit: input_mtok, output_mtok, cache_read_mtok, cache_write_mtok, cache_write_1h_mtok, input_audio_mtok,
 *  web_searches_kcount, requests_kcount, audio_hours, ... */
export type Prices = Record<string, Price | null>;
/** When prices apply: from a day (UTC), or between two times of day (UTC). */
export type Constraint = { start_date: string } | { start_time: string; end_time: string };
export interface PriceRequest {
  /** Prices, or dated ones of which the last that applies does. */
  prices: Prices | { constraint?: Constraint | null; prices: Prices }[];
  /** Counts by unit: input_tokens (cached ones too), output_tokens (reasoning too), cache_read_tokens, ... */
  usage: Record<string, number | string | null>;
  /** Such as 2026-11-23T12:00:00Z. */
  timestamp?: string | null;
  /** Such as { processing: "batch" }; chooses among the variants. */
  context?: Record<string, string>;
  variants?: { when: Record<string, string>; constraint?: Constraint | null; prices: Prices }[];
  /** Share of requests that are sent once more. */
  retries?: number | string | null;
  /** Negotiated discount, 0 to 1. */
  discount?: number | string | null;
}
/** Amounts in dollars as decimal texts, exact to the last digit. */
export interface Bill {
  input_usd: string; output_usd: string; total_usd: string;
  lines: { key: string; quantity: string; price: string; per: number; usd: string }[];
  /** Usage that no price covers. */
  unpriced: string[];
  /** Usage keys that were ignored. */
  unknown: string[];
}
export interface ApiPriceRow {
  id: string; provider: string; model: string; name: string; openModel: string | null;
  /** USD per MTok; null where the list has no such price. */
  input: number; output: number; cacheRead: number | null; cacheWrite: number | null; cacheWrite1h: number | null;
  batchInput: number | null; batchOutput: number | null; contextWindow: number | null; source: string; asOf: string;
}
export interface OfferRow {
  id: string; provider: string; instance: string | null; gpu: string; gpus: number; region: string | null;
  commitment: string; basis: string; usdPerHour: number; note: string | null; source: string; asOf: string;
}
export interface GpuRow {
  id: string; name: string; vendor: string; architecture: string; memoryBytes: number; bytesPerSecond: number;
  fp16: number | null; fp8: number | null; int8: number | null; fp4: number | null; source: string; asOf: string;
}
export interface ModelRow {
  id: string; hfId: string; family: string; parameters: number | null; activeParameters: number | null;
  maxContext: number | null; licence: string | null; source: string; asOf: string;
}
export interface ImportedFile {
  format: string; summary: string; apiPrices: ApiPriceRow[]; offers: OfferRow[];
  problems: { line: number | null; row: string; field: string; message: string }[];
  skipped: Record<string, number>;
}
/** What a request costs. Throws a FieldError. */
export function priceUsage(request: PriceRequest): Bill;
/** Rows of a price list (LiteLLM, genai-prices, models.dev, SkyPilot), dated `today`. Throws a FieldError. */
export function importFile(name: string, bytes: Uint8Array, today: string): ImportedFile;
/** All facts, with their sources. */
export function catalogue(): { date: string; gpus: GpuRow[]; offers: OfferRow[]; apiPrices: ApiPriceRow[]; models: ModelRow[] };
"#;

/// What is thrown.
#[derive(Serialize)]
struct FieldError<'a> {
    field: &'a str,
    reason: String,
    hint: String,
}

/// What a request costs.
///
/// # Errors
/// A `FieldError` object.
#[wasm_bindgen(js_name = priceUsage, skip_typescript)]
pub fn price_usage(request: JsValue) -> Result<JsValue, JsValue> {
    let request: PriceRequest = serde_wasm_bindgen::from_value(request).map_err(|error| {
        let hint =
            "Write { prices: { input_mtok: 0.6, output_mtok: 2.4 }, usage: { input_tokens: 1000 } }.".into();
        plain(&FieldError { field: "", reason: format!("{error}"), hint })
    })?;
    match price_request(&request) {
        Ok(bill) => Ok(plain(&PlainBill::from(&bill))),
        Err(error) => {
            let (reason, hint) = (words::reason(&error), words::hint(&error));
            Err(plain(&FieldError { field: &error.field, reason, hint }))
        }
    }
}

/// Rows of a price list.
///
/// # Errors
/// A `FieldError` object when nothing of the file can be read.
#[wasm_bindgen(js_name = importFile, skip_typescript)]
pub fn import_file(name: &str, bytes: &[u8], today: &str) -> Result<JsValue, JsValue> {
    let refuse = |field, reason: String, hint: &str| plain(&FieldError { field, reason, hint: hint.into() });
    let today = Date::parse(today)
        .ok_or_else(|| refuse("today", "This is no date.".into(), "Write a date such as 2026-11-23."))?;
    let import = import::read(name, bytes, today, Catalogue::builtin()).map_err(|error| {
        refuse("bytes", words::file_error(&error), "Give the whole file as it was downloaded.")
    })?;
    Ok(plain(&imported(&import)))
}

/// All facts.
#[wasm_bindgen(skip_typescript)]
#[must_use]
pub fn catalogue() -> JsValue {
    let catalogue = Catalogue::builtin();
    plain(&CatalogueOut {
        date: catalogue.newest().to_string(),
        gpus: catalogue.gpus.iter().map(gpu).collect(),
        offers: catalogue.offers.iter().map(offer).collect(),
        api_prices: catalogue.api_prices.iter().map(api_price).collect(),
        models: catalogue.models.iter().map(model).collect(),
    })
}

/// Plain objects, with null for nothing.
fn plain(value: &impl Serialize) -> JsValue {
    // structs of numbers and texts always serialise
    value.serialize(&Serializer::json_compatible()).unwrap_or(JsValue::NULL)
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct CatalogueOut<'a> {
    date: String,
    gpus: Vec<GpuRow<'a>>,
    offers: Vec<OfferRow<'a>>,
    api_prices: Vec<ApiPriceRow<'a>>,
    models: Vec<ModelRow<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ImportedFile<'a> {
    format: &'static str,
    summary: String,
    api_prices: Vec<ApiPriceRow<'a>>,
    offers: Vec<OfferRow<'a>>,
    problems: Vec<ProblemRow<'a>>,
    skipped: BTreeMap<&'static str, usize>,
}

#[derive(Serialize)]
struct ProblemRow<'a> {
    line: Option<u32>,
    row: &'a str,
    field: &'a str,
    message: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ApiPriceRow<'a> {
    id: &'a str,
    provider: &'a str,
    model: &'a str,
    name: &'a str,
    open_model: Option<&'a str>,
    input: f64,
    output: f64,
    cache_read: Option<f64>,
    cache_write: Option<f64>,
    #[serde(rename = "cacheWrite1h")]
    cache_write_1h: Option<f64>,
    batch_input: Option<f64>,
    batch_output: Option<f64>,
    context_window: Option<u32>,
    source: &'a str,
    as_of: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct OfferRow<'a> {
    id: &'a str,
    provider: &'a str,
    instance: Option<&'a str>,
    gpu: &'a str,
    gpus: u32,
    region: Option<&'a str>,
    commitment: &'static str,
    basis: &'static str,
    usd_per_hour: f64,
    note: Option<&'a str>,
    source: &'a str,
    as_of: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct GpuRow<'a> {
    id: &'a str,
    name: &'a str,
    vendor: &'a str,
    architecture: &'a str,
    memory_bytes: f64,
    bytes_per_second: f64,
    fp16: Option<f64>,
    fp8: Option<f64>,
    int8: Option<f64>,
    fp4: Option<f64>,
    source: &'a str,
    as_of: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ModelRow<'a> {
    id: &'a str,
    hf_id: &'a str,
    family: &'a str,
    parameters: Option<f64>,
    active_parameters: Option<f64>,
    max_context: Option<u32>,
    licence: Option<&'a str>,
    source: &'a str,
    as_of: String,
}

fn imported(import: &Import) -> ImportedFile<'_> {
    ImportedFile {
        format: import.format.key(),
        summary: words::summary(import),
        api_prices: import.api_prices.iter().map(api_price).collect(),
        offers: import.offers.iter().map(offer).collect(),
        problems: import.problems.iter().map(problem).collect(),
        skipped: import.skipped.iter().map(|(why, count)| (words::skipped(*why), *count)).collect(),
    }
}

fn problem(one: &ImportProblem) -> ProblemRow<'_> {
    ProblemRow { line: one.line, row: &one.row, field: &one.field, message: words::problem(one) }
}

fn api_price(row: &ApiPrice) -> ApiPriceRow<'_> {
    let price = |price: Option<UsdPerMTok>| price.map(UsdPerMTok::value);
    ApiPriceRow {
        id: &row.id,
        provider: &row.provider,
        model: &row.model_name,
        name: row.name(),
        open_model: row.open_model.as_deref(),
        input: row.input.value(),
        output: row.output.value(),
        cache_read: price(row.cache_read),
        cache_write: price(row.cache_write),
        cache_write_1h: price(row.cache_write_1h),
        batch_input: price(row.batch_input),
        batch_output: price(row.batch_output),
        context_window: row.context_window,
        source: &row.provenance.source,
        as_of: row.provenance.as_of.to_string(),
    }
}

fn offer(row: &Offer) -> OfferRow<'_> {
    OfferRow {
        id: &row.id,
        provider: &row.provider,
        instance: row.instance.as_deref(),
        gpu: &row.gpu,
        gpus: row.gpus_per_instance,
        region: row.region.as_deref(),
        commitment: row.commitment.key(),
        basis: row.basis.key(),
        usd_per_hour: row.price_per_instance.value(),
        note: row.note.as_deref(),
        source: &row.provenance.source,
        as_of: row.provenance.as_of.to_string(),
    }
}

fn gpu(row: &Gpu) -> GpuRow<'_> {
    let rate = |rate: Option<FlopsPerSecond>| rate.map(FlopsPerSecond::value);
    GpuRow {
        id: &row.id,
        name: &row.name,
        vendor: &row.vendor,
        architecture: &row.architecture,
        memory_bytes: Bytes::value(row.memory),
        bytes_per_second: BytesPerSecond::value(row.bandwidth),
        fp16: rate(row.dense.fp16),
        fp8: rate(row.dense.fp8),
        int8: rate(row.dense.int8),
        fp4: rate(row.dense.fp4),
        source: &row.provenance.source,
        as_of: row.provenance.as_of.to_string(),
    }
}

fn model(row: &Model) -> ModelRow<'_> {
    ModelRow {
        id: &row.id,
        hf_id: &row.hf_id,
        family: &row.family,
        parameters: row.parameters.total.map(|count| count as f64),
        active_parameters: row.parameters.active.map(|count| count as f64),
        max_context: row.max_context,
        licence: row.licence.as_deref(),
        source: &row.source,
        as_of: row.as_of.to_string(),
    }
}
