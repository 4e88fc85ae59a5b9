//! What a click on a price puts into the scenario.
//!
//! A row of the built-in catalogue is named, so that the link stays short and keeps its source. A row of the user's own
//! is put in by its figures, so that the link gives the same answer to someone who does not have the file; where the
//! catalogue has a row of the same host and model it is named too, and stands for what the own row does not say. Context
//! tiers, times of day and service tiers of an own row are not carried.

use crate::catalogue::{ApiPrice, Catalogue, Offer};
use crate::scenario::FieldId;
use crate::units::{UsdPerMTok, number};

/// What is set, in this order.
pub type Sets = Vec<(FieldId, String)>;

/// The settings for an API price.
#[must_use]
pub fn api_price(row: &ApiPrice) -> Sets {
    let builtin = Catalogue::builtin();
    let known = builtin.api_price(&row.id);
    let figures = |row: &ApiPrice| {
        (row.input, row.output, row.cache_read, row.cache_write, row.batch_input, row.batch_output)
    };
    let same = known.is_some_and(|known| figures(known) == figures(row));
    let figure = |price: UsdPerMTok| if same { String::new() } else { exact(price.value()) };
    let optional = |price: Option<UsdPerMTok>| price.map_or(String::new(), figure);
    // the model first, because a new model resets its prices
    let model = row.open_model.as_deref().filter(|id| !same && builtin.model(id).is_some());
    let model = model.map(|id| (FieldId::Model, id.to_owned()));
    let prices = [
        (FieldId::ApiPrice, known.map_or(String::new(), |known| known.id.to_string())),
        (FieldId::ApiInput, figure(row.input)),
        (FieldId::ApiOutput, figure(row.output)),
        (FieldId::ApiCached, optional(row.cache_read)),
        (FieldId::ApiCacheWrite, optional(row.cache_write)),
        (FieldId::ApiBatchInput, optional(row.batch_input)),
        (FieldId::ApiBatchOutput, optional(row.batch_output)),
    ];
    model.into_iter().chain(prices).collect()
}

/// The settings for a GPU offer.
#[must_use]
pub fn offer(row: &Offer) -> Sets {
    let own = Catalogue::builtin().offer(&row.id);
    let same = own.is_some_and(|own| own.price_per_instance == row.price_per_instance);
    let (id, price, gpus) = if same {
        (row.id.to_string(), String::new(), String::new())
    } else {
        (String::new(), exact(row.price_per_gpu().value()), row.gpus_per_instance.to_string())
    };
    // the GPU first, because a new GPU resets the offer
    vec![
        (FieldId::Gpu, row.gpu.to_string()),
        (FieldId::GpuPrice, price),
        (FieldId::InstanceGpus, gpus),
        (FieldId::Offer, id),
    ]
}

/// A figure that a field reads back unchanged.
fn exact(value: f64) -> String {
    number::rounded(value, 12).to_string()
}
