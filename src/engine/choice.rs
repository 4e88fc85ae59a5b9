//! Which facts answer a scenario: the rows that it names, and a stated rule where it leaves the choice open.
//!
//! * Hosted price: the median of the model's current hosts by the mean of input and output price, so that neither
//!   a bargain nor an outlier decides. (The mean, not the scenario's mix, so that moving the input share does not
//!   change the host.)
//! * Offer: each provider's cheapest current on-demand offer of the GPU for the whole purchase that the volume needs;
//!   of these again the median. Medians are not chosen from medians: only prices that someone can pay take part, and
//!   figures of the reference article are compared, never chosen. "Current" is at most 90 days older than the
//!   catalogue's newest fact; when none is, older ones stand in.
//! * Throughput: the scenario's own figure, else the published measurement of this model on this GPU whose input
//!   share is nearest.

use super::{Infeasible, limits};
use crate::catalogue::{
    ApiPrice, Basis, Catalogue, Commitment, Gpu, Measurement, Model, Offer, ProviderKind,
};
use crate::scenario::fields::{FieldError, Reason};
use crate::scenario::{FieldId, Scenario};
use crate::units::{TokensPerSecond, Usd, order};

/// The rows in use.
#[derive(Clone, Debug, PartialEq)]
pub struct Chosen {
    /// Open model.
    pub model: Model,
    /// GPU.
    pub gpu: Gpu,
    /// Hosted price; `None` when own prices are given for a model that nobody hosts.
    pub card: Option<ApiPrice>,
    /// Among how many hosts the price is the median.
    pub median_of: Option<usize>,
}

/// How the speed of a replica is known, best first.
#[derive(Clone, Debug, PartialEq)]
pub enum Tier {
    /// The user's own figure.
    Own,
    /// A published measurement.
    Published(Measurement),
}

/// Tokens/s of a replica, and how they are known.
#[derive(Clone, Debug, PartialEq)]
pub struct Throughput {
    /// Input and output together.
    pub tokens_per_second: TokensPerSecond,
    /// Where the figure comes from.
    pub tier: Tier,
}

/// The rows that a scenario names or leaves to the rules above.
///
/// # Errors
/// When the catalogue has no such row, or nobody hosts the model and its API prices are not given.
pub fn choose(scenario: &Scenario, catalogue: &Catalogue) -> Result<Chosen, FieldError> {
    let missing = |field: FieldId, reason| FieldError { field, given: scenario.text(field), reason };
    let model = catalogue.model(scenario.model()).ok_or(missing(FieldId::Model, Reason::Unknown(None)))?;
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
    Ok(Chosen { model: model.clone(), gpu: gpu.clone(), card: card.cloned(), median_of })
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

/// The offer that the scenario names, or the median provider's by `cost`, with the number of providers.
pub fn offer<'a>(
    scenario: &'a Scenario,
    catalogue: &'a Catalogue,
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
        .filter(|offer| {
            offer.commitment == Commitment::OnDemand && matches!(offer.basis, Basis::List | Basis::Cheapest)
        })
        .collect();
    let newest = catalogue.newest();
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

/// The middle of a sorted list; of an even number the smaller of the middle two.
fn middle<'a, T>(sorted: &[&'a T]) -> Option<&'a T> {
    sorted.get(sorted.len().checked_sub(1)? / 2).copied()
}

/// GPUs per replica, and tokens/s with how they are known.
///
/// # Errors
/// [`Infeasible::UnknownThroughput`] when there is neither an own figure nor a measurement.
pub fn throughput(
    scenario: &Scenario,
    catalogue: &Catalogue,
    chosen: &Chosen,
) -> Result<(u32, Throughput), Infeasible> {
    let measured = nearest_measurement(scenario, catalogue);
    let gpus = scenario.gpus_per_replica().or(measured.map(|row| row.gpus));
    if let Some(tokens_per_second) = scenario.throughput() {
        // without any other hint: as few GPUs as hold the weights at 8 bits
        let gpus = gpus.unwrap_or_else(|| smallest_replica(chosen));
        return Ok((gpus, Throughput { tokens_per_second, tier: Tier::Own }));
    }
    let row = measured.ok_or(Infeasible::UnknownThroughput)?;
    let tier = Tier::Published(row.clone());
    Ok((row.gpus, Throughput { tokens_per_second: row.tokens_per_second, tier }))
}

/// The measurement of this model on this GPU (and this many GPUs, if given) whose input share is nearest to the
/// scenario's; among equals the one with the most tokens/s per GPU.
fn nearest_measurement<'a>(scenario: &Scenario, catalogue: &'a Catalogue) -> Option<&'a Measurement> {
    let distance = |row: &Measurement| (row.input_share() - scenario.input_share()).abs();
    let rows = catalogue.measurements.iter().filter(|row| {
        row.is_of(scenario.model())
            && row.gpu == scenario.gpu()
            && scenario.gpus_per_replica().is_none_or(|gpus| gpus == row.gpus)
    });
    rows.min_by(|a, b| {
        let nearer = distance(a).total_cmp(&distance(b));
        nearer.then(b.per_gpu().value().total_cmp(&a.per_gpu().value()))
    })
}

/// The smallest power of two of GPUs that holds one byte per parameter with a tenth to spare.
fn smallest_replica(chosen: &Chosen) -> u32 {
    let needed =
        chosen.model.parameters.total.map_or(0.0, |total| limits::weights(total as f64, 1.1).value());
    [1, 2, 4, 8, 16, 32]
        .into_iter()
        .find(|gpus| chosen.gpu.memory.value() * f64::from(*gpus) >= needed)
        .unwrap_or(64)
}
