//! Which facts answer a scenario: the rows that it names, and a stated rule where it leaves the choice open.
//!
//! * Hosted price: the median of the model's current hosts by the mean of input and output price, so that neither
//!   a bargain nor an outlier decides. (The mean, not the scenario's mix, so that moving the input share does not
//!   change the host.)
//! * Offer: each provider's cheapest current on-demand offer of the GPU for the whole purchase that the volume needs,
//!   on instances that hold a stage of the replica; of these again the median. Medians are not chosen from medians: only prices that someone can pay take part, and
//!   figures of the reference article are compared, never chosen. "Current" is at most 90 days older than the
//!   catalogue's newest fact, or than the scenario's day; when none is, older ones stand in.

use std::borrow::Cow;

use super::Infeasible;
use super::architecture::Architecture;
use super::memory::{self, Parallel};
use crate::catalogue::{ApiPrice, Catalogue, Commitment, Gpu, Model, Offer, ProviderKind, model_text};
use crate::scenario::fields::{FieldError, Reason, Syntax};
use crate::scenario::{FieldId, Scenario};
use crate::units::{Usd, UsdPerHour, order};

/// The rows in use.
#[derive(Clone, Debug, PartialEq)]
pub struct Chosen {
    /// What runs on the GPUs: the open model, or the own one that the scenario describes.
    pub model: Model,
    /// GPU.
    pub gpu: Gpu,
    /// Hosted price; `None` when own prices are given for a model that nobody hosts.
    pub card: Option<ApiPrice>,
    /// Among how many hosts the price is the median.
    pub median_of: Option<usize>,
}

/// The rows that a scenario names or leaves to the rules above.
///
/// # Errors
/// When the catalogue has no such row, or nobody hosts the model and its API prices are not given.
pub fn choose(scenario: &Scenario, catalogue: &Catalogue) -> Result<Chosen, FieldError> {
    let missing = |field: FieldId, reason| FieldError { field, given: scenario.text(field), reason };
    let model = model(scenario, catalogue)?;
    let gpu = catalogue.gpu(scenario.gpu()).ok_or(missing(FieldId::Gpu, Reason::Unknown(None)))?;
    let (card, median_of) = match scenario.api_price() {
        Some(id) => {
            let card = catalogue.api_price(id);
            (Some(card.ok_or(missing(FieldId::ApiPrice, Reason::Unknown(None)))?), None)
        }
        None => match (median_host(catalogue, scenario.model()), scenario.own_api_prices()) {
            (Some((card, hosts)), _) => (Some(card), Some(hosts)),
            (None, (Some(_), Some(_))) => (None, None),
            (None, _) => return Err(missing(FieldId::ApiPrice, Reason::NobodyHosts)),
        },
    };
    Ok(Chosen { model: model.into_owned(), gpu: gpu.clone(), card: card.cloned(), median_of })
}

/// What runs on the scenario's GPUs: the model whose shape it holds, else that of its id. The API that it is compared
/// with is that of the id in both cases.
///
/// # Errors
/// When the catalogue has none of this id, or the dimensions of the own model contradict each other.
pub fn model<'a>(scenario: &Scenario, catalogue: &'a Catalogue) -> Result<Cow<'a, Model>, FieldError> {
    let refused = |field: FieldId, reason| FieldError { field, given: scenario.text(field), reason };
    if let Some(text) = scenario.name(FieldId::OwnModel) {
        let own = model_text::decode(text).ok().filter(|model| Architecture::new(model).is_ok());
        let own = own.ok_or_else(|| refused(FieldId::OwnModel, Reason::Misspelled(Syntax::Model)))?;
        return of_its_size(scenario, Cow::Owned(own));
    }
    let listed = catalogue.model(scenario.model()).map(Cow::Borrowed);
    of_its_size(scenario, listed.ok_or_else(|| refused(FieldId::Model, Reason::Unknown(None)))?)
}

/// The model, unless weights of the scenario's size cannot be its own.
fn of_its_size<'a>(scenario: &Scenario, model: Cow<'a, Model>) -> Result<Cow<'a, Model>, FieldError> {
    let (Some(size), Ok(architecture)) = (scenario.weight_size(), Architecture::new(&model)) else {
        return Ok(model);
    };
    let (least, most) = memory::size_range(&architecture);
    if (least..=most).contains(&size) {
        return Ok(model);
    }
    let field = FieldId::WeightSize;
    let reason = Reason::OtherModel(least.value() / 1e9, most.value() / 1e9);
    Err(FieldError { field, given: scenario.text(field), reason })
}

/// Prices at which a model is hosted today: no routers, no retired models, no figures of the article.
pub fn hosts<'a>(catalogue: &'a Catalogue, model: &'a str) -> impl Iterator<Item = &'a ApiPrice> {
    catalogue.api_prices_of(model).filter(|card| {
        !card.deprecated && !matches!(card.kind, ProviderKind::Aggregator | ProviderKind::Reference)
    })
}

/// The median host and the number of hosts.
fn median_host<'a>(catalogue: &'a Catalogue, model: &'a str) -> Option<(&'a ApiPrice, usize)> {
    let mut cards: Vec<&ApiPrice> = hosts(catalogue, model).collect();
    order::by_number(&mut cards, |card| (card.input + card.output).value());
    Some((middle(&cards)?, cards.len()))
}

/// Whether GPUs of one instance can be a stage of the replica: those of different instances share no fast link. A
/// price per GPU is for as many as the provider's hosts carry.
#[must_use]
pub fn holds(offer: &Offer, parallel: Parallel) -> bool {
    offer.instance.is_none() || parallel.tensor <= offer.gpus_per_instance
}

/// The offer that the scenario names, or the median provider's by `cost` among those that hold a stage of the replica,
/// with the number of providers.
pub fn offer<'a>(
    scenario: &'a Scenario,
    catalogue: &'a Catalogue,
    parallel: Parallel,
    cost: impl Fn(&Offer) -> Usd,
) -> Option<(&'a Offer, Option<usize>)> {
    if let Some(id) = scenario.offer() {
        // an offer of another GPU would price the wrong hardware
        return catalogue.offer(id).filter(|offer| offer.gpu == scenario.gpu()).map(|offer| (offer, None));
    }
    if scenario.gpu_price().is_some() {
        return None;
    }
    let payable: Vec<&Offer> = catalogue
        .offers_of(scenario.gpu())
        .filter(|offer| offer.commitment == Commitment::OnDemand && offer.can_be_rented())
        .filter(|offer| holds(offer, parallel))
        .collect();
    let newest = scenario.day().unwrap_or(catalogue.newest());
    let current: Vec<&Offer> =
        payable.iter().copied().filter(|offer| !offer.provenance.is_stale(newest)).collect();
    let mut offers = if current.is_empty() { payable } else { current };
    order::by_number(&mut offers, |offer| cost(offer).value());
    let mut providers: Vec<&Offer> = Vec::new();
    for offer in offers {
        if !providers.iter().any(|cheaper| cheaper.provider == offer.provider) {
            providers.push(offer);
        }
    }
    middle(&providers).map(|offer| (offer, Some(providers.len())))
}

/// What an hour of a GPU costs on demand: the scenario's own price for its own GPU, else the median provider's.
#[must_use]
pub fn hourly(scenario: &Scenario, catalogue: &Catalogue, gpu: &Gpu) -> Option<UsdPerHour> {
    let own = *gpu.id == *scenario.gpu();
    let mut asked = scenario.clone();
    if !own {
        asked.set_text(FieldId::Gpu, &gpu.id, catalogue).ok()?;
        asked.set_text(FieldId::GpuPrice, "", catalogue).ok()?;
    }
    let rate = |offer: &Offer| Usd::new(offer.price_per_gpu().value());
    let median = || offer(&asked, catalogue, Parallel::SINGLE, rate).map(|(offer, _)| offer.price_per_gpu());
    let price = asked.gpu_price().filter(|_| own).or_else(median)?;
    Some(price * (1.0 - scenario.share(FieldId::GpuDiscount)))
}

/// Why there is no offer for the replica.
pub(super) fn no_offer(scenario: &Scenario, catalogue: &Catalogue, parallel: Parallel) -> Infeasible {
    match offer(scenario, catalogue, Parallel::SINGLE, |_| Usd::ZERO) {
        Some(_) => Infeasible::NoInstance { gpus: parallel.tensor },
        None => Infeasible::NoOffer,
    }
}

/// The middle of a sorted list; of an even number the smaller of the middle two.
fn middle<'a, T>(sorted: &[&'a T]) -> Option<&'a T> {
    sorted.get(sorted.len().checked_sub(1)? / 2).copied()
}
