//! What a click on a price puts into the scenario.
//!
//! A row of the built-in catalogue is named, so that the link stays short and keeps its source. A row of the user's own
//! is put in by its figures, so that the link gives the same answer to someone who does not have the file.

use crate::catalogue::{ApiPrice, Catalogue, Offer};
use crate::scenario::FieldId;
use crate::units::{UsdPerMTok, number};

/// What is set, in this order.
pub type Sets = Vec<(FieldId, String)>;

/// The settings for an API price.
#[must_use]
pub fn api_price(row: &ApiPrice) -> Sets {
    let builtin = Catalogue::builtin();
    let same = builtin.api_price(&row.id).is_some_and(|own| {
        (own.input, own.output, own.cache_read) == (row.input, row.output, row.cache_read)
    });
    let figure = |price: UsdPerMTok| if same { String::new() } else { exact(price.value()) };
    let cached = row.cache_read.map_or(String::new(), figure);
    // the model first, because a new model resets its prices
    let model = row.open_model.as_deref().filter(|id| !same && builtin.model(id).is_some());
    let model = model.map(|id| (FieldId::Model, id.to_owned()));
    let prices = [
        (FieldId::ApiPrice, if same { row.id.to_string() } else { String::new() }),
        (FieldId::ApiInput, figure(row.input)),
        (FieldId::ApiOutput, figure(row.output)),
        (FieldId::ApiCached, cached),
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
