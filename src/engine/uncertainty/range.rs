//! Low and high of uncertain inputs, as text and as values.
//!
//! The field `ranges` holds `field~low~high`, joined by commas: `t~0.5~2,tps~0.71~1.25,gr~-2~5`. A field is named as in
//! links (`t`) or as in JSON (`volume`). Of ten cases eight are meant to lie between low and high, one below, one above.
//!
//! * Most fields: low and high are factors of the value, low at most 1, high at least 1. They are drawn from a
//!   triangle over the logarithm, so halving is as far as doubling.
//! * Fields in per cent: points that are added, low at most 0, high at least 0, drawn from a triangle.
//! * `api`, the hosted price, stands for all API prices together.
//!
//! So a range holds whatever the value is changed to. Results are kept within the limits of the field.

use super::super::{Report, choice};
use super::sample::{MOST_DIMENSIONS, Triangle};
use crate::catalogue::{Catalogue, Commitment, did_you_mean};
use crate::scenario::fields::Kind;
use crate::scenario::{FieldId, Scenario};
use crate::units::parse::{self, Unit};
use crate::units::{format, number, order};

/// The largest factor, and the most points; the smallest factor is one over it.
pub const MOST: f64 = 1e6;

/// An uncertain field.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Range {
    /// The field.
    pub field: FieldId,
    /// Factor, or points of a field in per cent.
    pub low: f64,
    /// Factor, or points of a field in per cent.
    pub high: f64,
}

/// A part of the text that is no range.
#[derive(Clone, Debug, PartialEq)]
pub struct RangeError {
    /// The part as it was given.
    pub given: String,
    /// Why.
    pub reason: RangeReason,
}

/// Why a range is refused.
#[derive(Clone, Debug, PartialEq)]
pub enum RangeReason {
    /// Not `field~low~high` with two numbers.
    Spelling,
    /// No such field; the nearest key or name, if one is near.
    UnknownField(Option<&'static str>),
    /// The field holds no number.
    NoNumber(FieldId),
    /// The field is left to the engine, and the engine has no single figure for it: give a value first.
    NoValue(FieldId),
    /// The value itself must lie between low and high, factors around 1 or points around 0, both within [`MOST`].
    Around(f64),
    /// The field is there twice.
    Repeated(FieldId),
    /// More ranges than can be drawn.
    TooMany(usize),
}

/// Whether a field's range is in points rather than factors.
#[must_use]
pub fn in_points(field: FieldId) -> bool {
    matches!(field.field().kind, Kind::Number { unit: Unit::Percent, .. })
}

impl Range {
    /// Low and high as a triangle: over the logarithm for factors, over points for per cent.
    #[must_use]
    pub fn triangle(&self) -> Triangle {
        if in_points(self.field) {
            Triangle::new(self.low, self.high)
        } else {
            Triangle::new(self.low.ln(), self.high.ln())
        }
    }

    /// The field's value at a deviation that the triangle gave, within the field's limits.
    #[must_use]
    pub fn value(&self, likely: f64, deviation: f64) -> f64 {
        let value = if in_points(self.field) { likely + deviation } else { likely * deviation.exp() };
        match self.field.field().kind {
            Kind::Number { min, max, whole, .. } => {
                let value = value.clamp(min, max);
                if whole { value.round() } else { value }
            }
            _ => value,
        }
    }

    fn parse(part: &str) -> Result<Self, RangeReason> {
        let mut pieces = part.split('~');
        let [Some(name), Some(low), Some(high), None] = [(); 4].map(|()| pieces.next()) else {
            return Err(RangeReason::Spelling);
        };
        let named = FieldId::ALL.iter().find(|id| [id.field().key, id.field().name].contains(&name));
        let field = *named.ok_or_else(|| {
            RangeReason::UnknownField(did_you_mean(name, FieldId::ALL.iter().map(|id| id.field().name)))
        })?;
        let (Ok(low), Ok(high)) = (parse::number(low), parse::number(high)) else {
            return Err(RangeReason::Spelling);
        };
        if field != FieldId::ApiPrice && !matches!(field.field().kind, Kind::Number { .. })
            || matches!(field, FieldId::Seed | FieldId::Horizon)
        {
            return Err(RangeReason::NoNumber(field));
        }
        let (least, middle) = if in_points(field) { (-MOST, 0.0) } else { (1.0 / MOST, 1.0) };
        if !(least <= low && low <= middle && middle <= high && high <= MOST) {
            return Err(RangeReason::Around(middle));
        }
        // minus zero would be a second spelling of zero
        let (low, high) = (low + 0.0, high + 0.0);
        Ok(Self { field, low, high })
    }
}

/// The ranges of a text, in its order.
///
/// ```
/// use llm_breakeven::engine::uncertainty::range::{Range, parse, text};
/// use llm_breakeven::scenario::FieldId;
/// let ranges = parse("volume~0.5~2,gr~-2~5").unwrap();
/// assert_eq!(ranges[0], Range { field: FieldId::Volume, low: 0.5, high: 2.0 });
/// assert_eq!(text(&ranges), "t~0.5~2,gr~-2~5");
/// ```
///
/// # Errors
/// [`RangeError`] for the first part that is no range.
pub fn parse(text: &str) -> Result<Vec<Range>, RangeError> {
    let mut ranges: Vec<Range> = Vec::new();
    for part in text.split(',').filter(|part| !part.is_empty()) {
        let refuse = |reason| RangeError { given: part.to_owned(), reason };
        let range = Range::parse(part).map_err(refuse)?;
        if ranges.iter().any(|known| known.field == range.field) {
            return Err(refuse(RangeReason::Repeated(range.field)));
        }
        if ranges.len() == MOST_DIMENSIONS {
            return Err(refuse(RangeReason::TooMany(MOST_DIMENSIONS)));
        }
        ranges.push(range);
    }
    Ok(ranges)
}

/// The text of ranges, as it goes into the field.
#[must_use]
pub fn text(ranges: &[Range]) -> String {
    let part = |range: &Range| {
        format!("{}~{}~{}", range.field.field().key, format::exact(range.low), format::exact(range.high))
    };
    ranges.iter().map(part).collect::<Vec<_>>().join(",")
}

/// What stands in when the field is automatic.
///
/// * Volume: half to double.
/// * Tokens/s: the band of the figure's provenance; 10 % either way for the user's own measurement.
/// * API prices: 10th to 90th percentile of the model's hosts against the price in use, when the engine chose it.
/// * GPU price: the same of the providers' cheapest on-demand offers; bought: 20 % either way on the price.
/// * Engineers: half to double, as the article's "half to one" engineer for a quarter.
#[must_use]
pub fn standard(scenario: &Scenario, catalogue: &Catalogue, report: &Report) -> Vec<Range> {
    let mut ranges = vec![Range { field: FieldId::Volume, low: 0.5, high: 2.0 }];
    let mut add = |field, low: f64, high: f64| {
        // a range that no longer holds the price in use is widened to it
        let (low, high) = (number::rounded(low.min(1.0), 3), number::rounded(high.max(1.0), 3));
        if low < high && low > 0.0 {
            ranges.push(Range { field, low, high });
        }
    };
    if let Ok(plan) = &report.plan {
        let band = plan.speed_band();
        add(FieldId::Throughput, band.low, band.high);
    }
    let own = scenario.own_api_prices() != (None, None);
    if report.api.median_of.is_some() && !own && report.api.blended.value() > 0.0 {
        let share = scenario.input_share();
        let hosts = choice::hosts(catalogue, scenario.model());
        let spread = spread(hosts.map(|card| super::super::blended(card.input, card.output, share).value()));
        if let Some((low, high)) = spread {
            add(FieldId::ApiPrice, low / report.api.blended.value(), high / report.api.blended.value());
        }
    }
    if let Ok(plan) = &report.plan {
        if scenario.name(FieldId::Hardware) == Some("buy") {
            add(FieldId::PurchasePrice, 0.8, 1.2);
        } else if let (Some(_), Some(offer)) = (plan.median_of, &plan.offer) {
            let price = offer.price_per_gpu().value();
            if let Some((low, high)) = spread(offered(catalogue, scenario.gpu()).into_iter()) {
                add(FieldId::GpuPrice, low / price, high / price);
            }
        }
    }
    if scenario.engineering().value() > 0.0 {
        add(FieldId::Engineers, 0.5, 2.0);
    }
    ranges
}

/// Each provider's cheapest on-demand price per GPU-hour, of whatever day: old prices show how far they move.
fn offered(catalogue: &Catalogue, gpu: &str) -> Vec<f64> {
    let mut cheapest: Vec<(&str, f64)> = Vec::new();
    let offers = catalogue
        .offers_of(gpu)
        .filter(|offer| offer.commitment == Commitment::OnDemand && offer.can_be_rented());
    for offer in offers {
        let price = offer.price_per_gpu().value();
        match cheapest.iter_mut().find(|(provider, _)| *provider == &*offer.provider) {
            Some((_, known)) => *known = known.min(price),
            None => cheapest.push((&offer.provider, price)),
        }
    }
    cheapest.into_iter().map(|(_, price)| price).collect()
}

/// 10th and 90th percentile (nearest rank) of at least three prices.
fn spread(prices: impl Iterator<Item = f64>) -> Option<(f64, f64)> {
    let mut prices: Vec<f64> = prices.filter(|price| *price > 0.0).collect();
    order::by_number(&mut prices, |price| *price);
    let at = |share: f64| super::summary::percentile(&prices, share);
    if prices.len() < 3 { None } else { at(0.1).zip(at(0.9)) }
}
