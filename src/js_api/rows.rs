//! Rows of the catalogue as plain objects.

use super::value::{optional_numbers, texts};
use crate::catalogue::{ApiPrice, Offer};
use crate::import::json::Writer;
use crate::units::{Date, UsdPerMTok};

/// The last two fields of every row.
pub(super) fn provenance(json: &mut Writer, source: &str, as_of: Date) {
    json.key("source").text(source);
    json.key("asOf").text(&as_of.to_string());
}

pub(super) fn write_api(json: &mut Writer, row: &ApiPrice) {
    json.object(&mut |json| {
        texts(
            json,
            &[("id", &row.id), ("provider", &row.provider), ("model", &row.model_name), ("name", row.name())],
        );
        json.key("openModel").optional_text(row.open_model.as_deref());
        let prices = [
            ("input", Some(row.input)),
            ("output", Some(row.output)),
            ("cacheRead", row.cache_read),
            ("cacheWrite", row.cache_write),
            ("cacheWrite1h", row.cache_write_1h),
            ("batchInput", row.batch_input),
            ("batchOutput", row.batch_output),
        ];
        optional_numbers(json, &prices.map(|(key, price)| (key, price.map(UsdPerMTok::value))));
        json.key("contextWindow").number(row.context_window.map(f64::from));
        provenance(json, &row.provenance.source, row.provenance.as_of);
    });
}

pub(super) fn write_offer(json: &mut Writer, row: &Offer) {
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
