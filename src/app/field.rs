//! What a field shows, as text: in the prerendered form and in the live one.

use crate::catalogue::{Catalogue, ProviderKind};
use crate::engine::{Report, choice};
use crate::scenario::fields::{Kind, Table, Value};
use crate::scenario::{FieldId, Scenario};
use crate::units::parse::Unit;
use crate::units::{format, number, order};
use crate::words::{names, resolved};

/// Steps of a slider.
pub const STEPS: f64 = 400.0;

/// The field with this name.
pub fn named(name: &str) -> Option<FieldId> {
    FieldId::ALL.iter().copied().find(|id| id.field().name == name)
}

/// The text of an input: exact, with the sign of its unit. Of a list it is the key.
pub fn text(scenario: &Scenario, id: FieldId) -> String {
    let exact = scenario.text(id);
    let Kind::Number { unit, .. } = id.field().kind else { return exact };
    match unit {
        _ if exact.is_empty() => exact,
        Unit::UsdPerMTok | Unit::UsdPerHour | Unit::UsdPerMonth | Unit::UsdPerYear | Unit::Usd(_) => {
            ["$", &exact].concat()
        }
        Unit::Percent => exact + "%",
        Unit::Of(name) => [&exact, " ", name].concat(),
        _ => exact,
    }
}

/// What is in use while a field is empty.
pub fn placeholder(report: &Report, id: FieldId) -> String {
    let automatic = id.field().automatic().is_some();
    automatic.then(|| resolved::resolved(report, id)).flatten().unwrap_or_default()
}

/// What a number means in other words.
pub fn note(scenario: &Scenario, report: &Report, id: FieldId) -> String {
    match id {
        FieldId::Volume => {
            let rate = report.volume.per_second(report.hours).value();
            format!("{} tokens/s on average", format::compact(rate))
        }
        FieldId::InputShare => format!("blended {}/MTok", format::usd(report.api.blended.value())),
        FieldId::Engineers => format!("{} a month", format::usd(scenario.engineering().value())),
        _ => {
            let rule = id.field().automatic().filter(|_| *scenario.get(id) == Value::Automatic);
            rule.unwrap_or_default().to_owned()
        }
    }
}

/// The label of a list's automatic entry; none for lists that always need a choice.
pub fn automatic(scenario: &Scenario, report: &Report, id: FieldId) -> Option<String> {
    let rule = id.field().automatic()?;
    let now = resolved::resolved(report, id).filter(|_| *scenario.get(id) == Value::Automatic);
    Some(match now {
        Some(now) => [&now, " (", rule, ")"].concat(),
        None => ["Automatic: ", rule].concat(),
    })
}

/// Where the slider of a field stands.
pub fn position(scenario: &Scenario, id: FieldId) -> Option<String> {
    let Kind::Number { slider: Some((low, high)), log, .. } = id.field().kind else { return None };
    let value = scenario.number(id);
    let share = if log { (value / low).ln() / (high / low).ln() } else { (value - low) / (high - low) };
    Some(format::exact((share.clamp(0.0, 1.0) * STEPS).round()))
}

/// The value for which the slider of a field stands there.
pub fn slid(position: &str, id: FieldId) -> Option<f64> {
    let Kind::Number { slider: Some((low, high)), log, whole, .. } = id.field().kind else { return None };
    let share = number::parse(position)? / STEPS;
    let value = if log { low * (high / low).powf(share) } else { low + (high - low) * share };
    // two digits are what a hand can set
    Some(if whole { value.round() } else { number::rounded(value, 2) })
}

/// An entry of a list: what is stored, and what is shown.
pub type Entry = (String, String);

/// The entries of a list that follows other fields: hosts of the model, offers of the GPU. The current choice is
/// always in it.
pub fn following(scenario: &Scenario, id: FieldId) -> Option<Vec<Entry>> {
    let catalogue = Catalogue::at(scenario.day());
    match id.field().kind {
        Kind::Row(Table::ApiPrices) => {
            let mut rows: Vec<_> = choice::hosts(catalogue, scenario.model()).collect();
            let current = scenario.name(id);
            rows.extend(catalogue.api_prices.iter().filter(|row| {
                row.kind == ProviderKind::Reference || current.is_some_and(|current| *row.id == *current)
            }));
            order::by_number(&mut rows, |row| (row.input + row.output).value());
            rows.dedup_by(|a, b| a.id == b.id);
            Some(rows.into_iter().map(|row| (row.id.to_string(), names::api_price(row))).collect())
        }
        Kind::Row(Table::Offers) => {
            let mut rows: Vec<_> = catalogue.offers_of(scenario.gpu()).collect();
            order::by_number(&mut rows, |row| row.price_per_gpu().value());
            Some(rows.into_iter().map(|row| (row.id.to_string(), names::offer(row))).collect())
        }
        _ => None,
    }
}
