//! `plan`: every GPU, format, split, offer and commitment, cheapest first, and why the others lost.

use super::hardware::{field_of, refusal};
use super::scenario::{self, get, is_empty};
use super::sizing::replica;
use super::value::{GIB, numbers, optional_numbers, plain, texts, thrown};
use crate::catalogue::{Catalogue, Commitment, did_you_mean};
use crate::engine::planner::{self, Filter, Lost, Ranked, Rejected};
use crate::import::json::Writer;
use crate::units::UsdPerMTok;
use wasm_bindgen::prelude::*;

/// Ranks every plan that serves the scenario.
///
/// # Errors
/// A `FieldError` object.
#[wasm_bindgen]
pub fn plan(scenario: &JsValue, filter: &JsValue) -> Result<JsValue, JsValue> {
    let scenario = scenario::read(scenario, &[])?;
    let texts = Texts::read(filter)?;
    let ranking = planner::plan(&scenario, Catalogue::builtin(), &texts.filter())
        .map_err(|error| scenario::refused(&error))?;
    Ok(plain(&mut |json| {
        json.key("rows").list(&mut |json| ranking.plans.iter().for_each(|row| write_row(json, row)));
        json.key("rejected").list(&mut |json| ranking.rejected.iter().for_each(|row| write_lost(json, row)));
        numbers(json, &[("sized", ranking.sized.into())]);
    }))
}

/// A filter's own values.
#[derive(Default)]
struct Texts {
    provider: Option<String>,
    region: Option<String>,
    commitment: Option<Commitment>,
    least_bits: u32,
}

impl Texts {
    fn filter(&self) -> Filter<'_> {
        Filter {
            provider: self.provider.as_deref(),
            region: self.region.as_deref(),
            commitment: self.commitment,
            least_bits: self.least_bits,
        }
    }

    fn read(object: &JsValue) -> Result<Self, JsValue> {
        let mut read = Self::default();
        let known = ["provider", "region", "commitment", "leastBits"];
        if is_empty(object, &known, "{ commitment: \"on-demand\" }")? {
            return Ok(read);
        }
        let bits = get(object, "leastBits");
        if !bits.is_undefined() && !bits.is_null() {
            let bits = bits.as_f64().filter(|bits| [4.0, 8.0, 16.0].contains(bits));
            let refused = || thrown("leastBits", "No weights have so few or many bits.", "Write 4, 8 or 16.");
            read.least_bits = bits.ok_or_else(refused)? as u32;
        }
        let text = |key: &str| {
            let value = get(object, key);
            match value.as_string() {
                _ if value.is_undefined() || value.is_null() => Ok(None),
                Some(text) => Ok(Some(text)),
                None => Err(thrown(key, "This is no text.", "Write a text, or leave it out.")),
            }
        };
        (read.provider, read.region) = (text("provider")?, text("region")?);
        if let Some(provider) = &read.provider {
            let mut providers = Catalogue::builtin().offers.iter().map(|offer| &*offer.provider);
            one_of("provider", provider, &mut providers)?;
        }
        if let Some(key) = text("commitment")? {
            one_of("commitment", &key, &mut Commitment::ALL.iter().map(|one| one.key()))?;
            read.commitment = Commitment::from_key(&key);
        }
        Ok(read)
    }
}

/// Refuses a text that is not in the list.
fn one_of(field: &str, text: &str, known: &mut dyn Iterator<Item = &str>) -> Result<(), JsValue> {
    let mut known: Vec<&str> = known.collect();
    if known.contains(&text) {
        return Ok(());
    }
    known.sort_unstable();
    known.dedup();
    let hint = match did_you_mean(text, known.iter().copied()) {
        Some(near) => ["Did you mean ", near, "?"].concat(),
        None => ["Write one of ", &known.join(", "), "."].concat(),
    };
    Err(thrown(field, "It is not in the list.", &hint))
}

fn write_row(json: &mut Writer, row: &Ranked) {
    json.object(&mut |json| {
        texts(
            json,
            &[
                ("gpu", &row.gpu),
                ("format", row.format.key()),
                ("offer", &row.offer),
                ("commitment", row.commitment.key()),
            ],
        );
        numbers(
            json,
            &[
                ("gpus", row.gpus()),
                ("paidGpus", row.paid * f64::from(row.purchase.gpus)),
                ("usdPerGpuHour", row.purchase.price.value()),
                ("usdPerMonth", row.month.value()),
                ("usdPerMTok", row.at_volume.value()),
                ("usdPerMTokAtFullLoad", row.at_full_load.value()),
                ("utilisation", row.utilisation),
            ],
        );
        optional_numbers(
            json,
            &[
                ("inputUsdPerMTok", row.input.map(UsdPerMTok::value)),
                ("outputUsdPerMTok", row.output.map(UsdPerMTok::value)),
            ],
        );
        json.key("front").flag(row.pareto);
        json.key("replica").object(&mut |json| replica(json, &row.replica));
        json.key("scenario").object(&mut |json| {
            for (id, text) in row.settings() {
                json.key(id.field().name).optional_text(Some(&*text).filter(|text| !text.is_empty()));
            }
        });
    });
}

fn write_lost(json: &mut Writer, row: &Rejected) {
    json.object(&mut |json| {
        json.key("gpu").text(&row.gpu);
        json.key("format").optional_text(row.format.map(|format| format.key()));
        let mut why = |key: &str, figures: &[(&str, f64)]| {
            json.key("why").text(key);
            numbers(json, figures);
        };
        match &row.why {
            Lost::NotCalibrated => why("not-calibrated", &[]),
            Lost::NoOffer => why("no-offer", &[]),
            Lost::NoInstance { gpus } => why("no-instance", &[("gpus", f64::from(*gpus))]),
            Lost::DoesNotFit { gpus, missing } => {
                why("does-not-fit", &[("gpus", f64::from(*gpus)), ("missingGiB", missing.value() / GIB)]);
            }
            Lost::Latency { gpus, ttft, tpot } => why(
                "latency",
                &[("gpus", f64::from(*gpus)), ("ttftMs", ttft.value()), ("tpotMs", tpot.value())],
            ),
            Lost::Invalid(invalid) => {
                why("refused", &[]);
                let (reason, hint) = refusal(invalid);
                texts(json, &[("field", field_of(invalid)), ("reason", &reason), ("hint", &hint)]);
            }
            Lost::NoFormat => why("no-format", &[]),
            Lost::Dearer { than, month, instead } => {
                why("dearer", &[("usdPerMonth", month.value()), ("insteadUsdPerMonth", instead.value())]);
                json.key("than").text(than.key());
            }
        }
    });
}
