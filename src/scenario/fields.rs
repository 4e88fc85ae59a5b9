//! What a field is: the one description that slider, parser, validator, link, JSON and help read.

use crate::catalogue::Text;
use crate::units::parse::{ParseError, Unit};

/// The five questions by which inputs are grouped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Question {
    /// What runs?
    What,
    /// How much?
    HowMuch,
    /// When?
    When,
    /// On what?
    OnWhat,
    /// At what other cost?
    OtherCost,
}

/// Which table of the catalogue an identifier points into.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Table {
    /// Open models.
    Models,
    /// Prices of hosted models.
    ApiPrices,
    /// Accelerators.
    Gpus,
    /// What providers sell by the hour.
    Offers,
}

/// One of a fixed set of answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Choice {
    /// As in links and JSON.
    pub key: &'static str,
    /// As on the page.
    pub label: &'static str,
}

/// What values a field takes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Kind {
    /// A number from `min` to `max` in `unit`.
    Number {
        /// Unit of the number.
        unit: Unit,
        /// Smallest allowed.
        min: f64,
        /// Largest allowed.
        max: f64,
        /// Whole numbers only.
        whole: bool,
        /// Whether ratios matter more than differences.
        log: bool,
        /// Ends of the slider, which are nearer than the limits; none where typing is better.
        slider: Option<(f64, f64)>,
    },
    /// One of a fixed set.
    Choice(&'static [Choice]),
    /// A row of the catalogue.
    Row(Table),
    /// Any of a fixed set, joined by `*` in the set's order; none is the empty text.
    Set(&'static [Choice]),
    /// A text of characters that links need not encode.
    Text(Syntax),
}

/// What a text must look like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Syntax {
    /// A model's shape.
    Model,
    /// 24 or 168 characters of `0-9a-z`, not all `0`.
    Weights,
    /// Three letters.
    Currency,
    /// `name~low~high`, joined by commas.
    Ranges,
    /// A day such as 2026-11-24.
    Day,
}

/// What stands in when nothing is given.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Default {
    /// Left to the engine, by this rule.
    Automatic(&'static str),
    /// A number in the field's unit.
    Number(f64),
    /// A key or text.
    Name(&'static str),
}

impl Kind {
    /// This kind with a slider from `low` to `high`.
    #[must_use]
    pub const fn sliding(self, low: f64, high: f64) -> Self {
        match self {
            Self::Number { unit, min, max, whole, log, .. } => {
                Self::Number { unit, min, max, whole, log, slider: Some((low, high)) }
            }
            other => other,
        }
    }
}

/// Everything that is known about one field.
#[derive(Clone, Copy, Debug)]
pub struct Field {
    /// In links: short, never reused for another meaning.
    pub key: &'static str,
    /// In JSON and the JavaScript API.
    pub name: &'static str,
    /// Under which question it is asked.
    pub question: Question,
    /// On the page.
    pub label: &'static str,
    /// Allowed values.
    pub kind: Kind,
    /// What stands in when nothing is given.
    pub default: Default,
    /// One sentence for who does not know the term; empty in the page's program, which reads it from its prerendered form.
    pub help: &'static str,
}

impl Field {
    /// The engine's rule when nothing is given; `None` when a value is always needed.
    #[must_use]
    pub fn automatic(&self) -> Option<&'static str> {
        match self.default {
            Default::Automatic(rule) => Some(rule),
            _ => None,
        }
    }
}

/// A field's value.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// A number in the field's unit.
    Number(f64),
    /// The key of a choice or of a catalogue row.
    Name(Text),
    /// Left to the engine.
    Automatic,
}

/// Why a value was refused, for `words` to put into a sentence.
#[derive(Clone, Debug, PartialEq)]
pub enum Reason {
    /// The text is no quantity of the field's unit.
    Unreadable(ParseError),
    /// Smaller than the field allows.
    TooSmall(f64),
    /// Larger than the field allows.
    TooLarge(f64),
    /// Must be a whole number.
    NotWhole,
    /// No such choice or catalogue row; the nearest known key, if one is near.
    Unknown(Option<Text>),
    /// No price list has the model, so there is nothing to compare with.
    NobodyHosts,
    /// A number where a name belongs, or the reverse.
    WrongKind,
    /// The text is not as its syntax asks.
    Misspelled(Syntax),
    /// Not the weights of the scenario's model: they take so many to so many gigabytes.
    OtherModel(f64, f64),
}

/// A refused value: which field, what was given, why.
#[derive(Clone, Debug, PartialEq)]
pub struct FieldError {
    /// The field.
    pub field: super::FieldId,
    /// The text as it was given, so that nothing is lost.
    pub given: String,
    /// Why it was refused.
    pub reason: Reason,
}
