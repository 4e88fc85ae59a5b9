//! The JavaScript module's prices: exact bills, price lists of others, and the catalogue as plain objects.
//!
//! Objects cross the border as JSON, which the file reader reads and writes anyway: no derived code per type.

use js_sys::JSON;
use wasm_bindgen::prelude::*;

use crate::catalogue::{ApiPrice, Catalogue, Gpu, Model, Offer};
use crate::engine::api_bill::{Bill, Line};
use crate::import::bill::price_request;
use crate::import::json::Writer as JsonWriter;
use crate::import::prices::{self as import, Import, ImportProblem, Skipped};
use crate::units::{Date, Decimal, FlopsPerSecond, UsdPerMTok};
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

/// What a request costs.
///
/// # Errors
/// A `FieldError` object.
#[wasm_bindgen(js_name = priceUsage, skip_typescript)]
pub fn price_usage(request: &JsValue) -> Result<JsValue, JsValue> {
    // what JSON cannot hold is no request
    let json = JSON::stringify(request).ok().and_then(|text| text.as_string()).unwrap_or_default();
    match price_request(&json) {
        Ok(bill) => Ok(plain(&mut |json| write_bill(json, &bill))),
        Err(error) => Err(thrown(&error.field, &words::reason(&error), &words::hint(&error))),
    }
}

/// Rows of a price list.
///
/// # Errors
/// A `FieldError` object when nothing of the file can be read.
#[wasm_bindgen(js_name = importFile, skip_typescript)]
pub fn import_file(name: &str, bytes: &[u8], today: &str) -> Result<JsValue, JsValue> {
    let today = Date::parse(today)
        .ok_or_else(|| thrown("today", "This is no date.", "Write a date such as 2026-11-23."))?;
    let refused =
        |error| thrown("bytes", &words::file_error(&error), "Give the whole file as it was downloaded.");
    let import = import::read(name, bytes, today, Catalogue::builtin()).map_err(refused)?;
    Ok(plain(&mut |json| write_import(json, &import)))
}

/// All facts.
#[wasm_bindgen(skip_typescript)]
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

/// The object with these fields.
fn plain(fields: &mut dyn FnMut(&mut JsonWriter)) -> JsValue {
    let mut json = JsonWriter::default();
    json.object(fields);
    // what the writer writes is JSON
    JSON::parse(&json.finish()).unwrap_or(JsValue::NULL)
}

fn thrown(field: &str, reason: &str, hint: &str) -> JsValue {
    plain(&mut |json| {
        json.key("field").text(field);
        json.key("reason").text(reason);
        json.key("hint").text(hint);
    })
}

fn write_bill(json: &mut JsonWriter, bill: &Bill) {
    amount(json, "input_usd", bill.input);
    amount(json, "output_usd", bill.output);
    amount(json, "total_usd", bill.total);
    json.key("lines").list(&mut |json| bill.lines.iter().for_each(|line| write_line(json, line)));
    json.key("unpriced").list(&mut |json| bill.unpriced.iter().for_each(|key| json.text(key)));
    json.key("unknown").list(&mut |json| bill.unknown.iter().for_each(|key| json.text(key)));
}

fn write_line(json: &mut JsonWriter, line: &Line) {
    json.object(&mut |json| {
        json.key("key").text(&line.unit.usage_key);
        amount(json, "quantity", line.quantity);
        amount(json, "price", line.price);
        json.key("per").number(Some(line.per.into()));
        amount(json, "usd", line.amount);
    });
}

fn amount(json: &mut JsonWriter, key: &str, amount: Decimal) {
    json.key(key).text(&amount.to_string());
}

fn write_import(json: &mut JsonWriter, import: &Import) {
    json.key("format").text(import.format.key());
    json.key("summary").text(&words::summary(import));
    json.key("apiPrices").list(&mut |json| import.api_prices.iter().for_each(|row| write_api(json, row)));
    json.key("offers").list(&mut |json| import.offers.iter().for_each(|row| write_offer(json, row)));
    json.key("problems").list(&mut |json| import.problems.iter().for_each(|one| write_problem(json, one)));
    json.key("skipped").object(&mut |json| {
        for why in Skipped::ALL.into_iter().filter(|why| import.skipped.of(*why) > 0) {
            json.key(words::skipped(why)).number(Some(import.skipped.of(why) as f64));
        }
    });
}

fn write_problem(json: &mut JsonWriter, one: &ImportProblem) {
    json.object(&mut |json| {
        json.key("line").number(one.line.map(f64::from));
        json.key("row").text(&one.row);
        json.key("field").text(&one.field);
        json.key("message").text(&words::problem(one));
    });
}

/// The last two fields of every row.
fn provenance(json: &mut JsonWriter, source: &str, as_of: Date) {
    json.key("source").text(source);
    json.key("asOf").text(&as_of.to_string());
}

fn write_api(json: &mut JsonWriter, row: &ApiPrice) {
    json.object(&mut |json| {
        json.key("id").text(&row.id);
        json.key("provider").text(&row.provider);
        json.key("model").text(&row.model_name);
        json.key("name").text(row.name());
        json.key("openModel").optional_text(row.open_model.as_deref());
        for (key, price) in [
            ("input", Some(row.input)),
            ("output", Some(row.output)),
            ("cacheRead", row.cache_read),
            ("cacheWrite", row.cache_write),
            ("cacheWrite1h", row.cache_write_1h),
            ("batchInput", row.batch_input),
            ("batchOutput", row.batch_output),
        ] {
            json.key(key).number(price.map(UsdPerMTok::value));
        }
        json.key("contextWindow").number(row.context_window.map(f64::from));
        provenance(json, &row.provenance.source, row.provenance.as_of);
    });
}

fn write_offer(json: &mut JsonWriter, row: &Offer) {
    json.object(&mut |json| {
        json.key("id").text(&row.id);
        json.key("provider").text(&row.provider);
        json.key("instance").optional_text(row.instance.as_deref());
        json.key("gpu").text(&row.gpu);
        json.key("gpus").number(Some(row.gpus_per_instance.into()));
        json.key("region").optional_text(row.region.as_deref());
        json.key("commitment").text(row.commitment.key());
        json.key("basis").text(row.basis.key());
        json.key("usdPerHour").number(Some(row.price_per_instance.value()));
        json.key("note").optional_text(row.note.as_deref());
        provenance(json, &row.provenance.source, row.provenance.as_of);
    });
}

fn write_gpu(json: &mut JsonWriter, row: &Gpu) {
    json.object(&mut |json| {
        json.key("id").text(&row.id);
        json.key("name").text(&row.name);
        json.key("vendor").text(&row.vendor);
        json.key("architecture").text(&row.architecture);
        json.key("memoryBytes").number(Some(row.memory.value()));
        json.key("bytesPerSecond").number(Some(row.bandwidth.value()));
        let dense = &row.dense;
        for (key, rate) in
            [("fp16", dense.fp16), ("fp8", dense.fp8), ("int8", dense.int8), ("fp4", dense.fp4)]
        {
            json.key(key).number(rate.map(FlopsPerSecond::value));
        }
        provenance(json, &row.provenance.source, row.provenance.as_of);
    });
}

fn write_model(json: &mut JsonWriter, row: &Model) {
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
