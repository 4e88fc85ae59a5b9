//! What is wrong with a value or a link, why, and what to write instead.

use crate::scenario::FieldId;
use crate::scenario::fields::{Field, FieldError, Kind, Reason, Syntax};
use crate::scenario::link::Notice;
use crate::units::format;
use crate::units::parse::{ParseError, Unit};

/// Longest piece of foreign text that is repeated to the user.
const MOST_QUOTED: usize = 40;

/// Someone's text in quotation marks, cut to a length that fits a message.
#[must_use]
pub fn quoted(text: &str) -> String {
    let mut short: String = text.chars().take(MOST_QUOTED).collect();
    if short.len() < text.len() {
        short.push('…');
    }
    format!("“{short}”")
}

/// An example of what a field understands.
#[must_use]
pub fn example(field: &Field) -> &'static str {
    match field.kind {
        Kind::Number { unit: Unit::TokensPerMonth, .. } => "5B, 40M/day or 1,500/s",
        Kind::Number { unit: Unit::TokensPerSecond, .. } => "2,400 or 8.6M/h",
        Kind::Number { unit: Unit::UsdPerMTok, .. } => "$0.28 or 0.28/MTok",
        Kind::Number { unit: Unit::UsdPerHour, .. } => "$2.49 or $1,800/month",
        Kind::Number { unit: Unit::UsdPerMonth, .. } => "$500 or $6,000/year",
        Kind::Number { unit: Unit::UsdPerYear, .. } => "$200k or $15k/month",
        Kind::Number { unit: Unit::Percent, .. } => "70 or 70%",
        Kind::Number { unit: Unit::Count, whole: true, .. } => "2 or 8",
        Kind::Number { unit: Unit::Count, .. } => "0.25 or 2",
        Kind::Number { unit: Unit::Hours, .. } => "730",
        Kind::Number { unit: Unit::Of(_), .. } => "10",
        Kind::Number { unit: Unit::Usd(_), .. } => "$500",
        Kind::Choice(_) | Kind::Row(_) => "one of the list",
        Kind::Set(_) => "names of the list, joined by *",
        Kind::Text(Syntax::Weights) => "24 or 168 of 0-9 and a-z, not all 0",
        Kind::Text(Syntax::Currency) => "three letters, such as EUR",
        Kind::Text(Syntax::Ranges) => "volume~0.5~2",
        Kind::Text(Syntax::Day) => "a day such as 2026-11-24",
        Kind::Text(Syntax::Model) => "the text of an imported model",
    }
}

/// A limit of a field in its unit.
fn limit(field: &Field, value: f64) -> String {
    match field.kind {
        Kind::Number { unit: Unit::Percent, .. } => format::percent(value),
        Kind::Number {
            unit: Unit::UsdPerMTok | Unit::UsdPerHour | Unit::UsdPerMonth | Unit::UsdPerYear | Unit::Usd(_),
            ..
        } => format::usd(value),
        _ => format::exact(value),
    }
}

/// Why a value was refused.
#[must_use]
pub fn reason(error: &FieldError) -> String {
    let field = error.field.field();
    let given = quoted(&error.given);
    match &error.reason {
        Reason::Unreadable(ParseError::Empty) => "Nothing is written here.".into(),
        Reason::Misspelled(_) if error.given.trim().is_empty() => "Nothing is written here.".into(),
        Reason::Unreadable(ParseError::NotANumber) => format!("{given} is no number."),
        Reason::Unreadable(ParseError::UnknownUnit(unit)) => {
            format!("{} is no unit of this field.", quoted(unit))
        }
        Reason::TooSmall(min) => format!("{given} is less than the smallest value, {}.", limit(field, *min)),
        Reason::TooLarge(max) => format!("{given} is more than the largest value, {}.", limit(field, *max)),
        Reason::NotWhole => format!("{given} is not a whole number."),
        Reason::Unknown(_) => format!("{given} is not in the list."),
        Reason::NobodyHosts => format!("No price list has {given}."),
        Reason::Misspelled(_) => format!("{given} cannot be read."),
        Reason::WrongKind => format!("{given} does not belong here."),
        Reason::OtherModel(..) => format!("{given} GB are not the weights of this model."),
    }
}

/// What to write instead.
#[must_use]
pub fn hint(error: &FieldError) -> String {
    let field = error.field.field();
    match (&error.reason, field.kind) {
        (Reason::Unknown(Some(near)), _) => format!("Did you mean {near}?"),
        (Reason::OtherModel(min, max), _) => format!(
            "Write {} to {} (1 to 36 bits per parameter), or leave it empty.",
            format::compact(*min),
            format::compact(*max)
        ),
        (Reason::NobodyHosts, _) => "Choose a hosted model, or write both API prices.".into(),
        (Reason::TooSmall(_) | Reason::TooLarge(_), Kind::Number { min, max, .. }) => {
            format!("Write {} to {}.", limit(field, min), limit(field, max))
        }
        (Reason::Unknown(None), Kind::Choice(choices)) => {
            let keys: Vec<&str> = choices.iter().map(|choice| choice.key).collect();
            format!("Write {}.", keys.join(" or "))
        }
        _ => format!("Write {}.", example(field)),
    }
}

/// What was wrong with a link, and what was done about it.
#[must_use]
pub fn notice(notice: &Notice) -> String {
    let label = |id: &FieldId| id.field().label;
    match notice {
        Notice::UnknownVersion(version) => {
            format!(
                "This link was not written by this version of the page ({}). What it understands was used.",
                quoted(version)
            )
        }
        Notice::UnknownKey(part) => format!("{} in the link is unknown here and was left out.", quoted(part)),
        Notice::BadValue(error) => {
            format!("{}: {} The default is used. {}", label(&error.field), reason(error), hint(error))
        }
        Notice::Repeated(id) => format!("{} is in the link twice. The first one counts.", label(id)),
        Notice::LaterDay(day) => {
            format!(
                "The link's prices are of {day}; this page has older ones. Load it again to get the newest."
            )
        }
        Notice::TooMany => "The link holds more than four scenarios. The rest was left out.".into(),
        Notice::Used(used, given) => format!("{used} of {given} settings of the link were used."),
        Notice::NoChecksum => "The link has no checksum: if it was cut, something may be missing.".into(),
        Notice::WrongChecksum => {
            "The link was changed or damaged after it was made. Check the inputs below.".into()
        }
        Notice::TooLong => "The link is longer than any that this page writes. The rest was not read.".into(),
    }
}
