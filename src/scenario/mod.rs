//! The scenario: the only input of the engine, always complete and always inside its limits.
//!
//! Every field has a default, so a link or JSON object names only what differs. Values get in through
//! [`Scenario::set`] and [`Scenario::set_text`], which refuse what the field table does not allow: code behind
//! them need not check again.

pub mod fields;
pub mod link;
mod table;
pub mod weights;

use crate::catalogue::{Catalogue, Text, did_you_mean, model_text};
use crate::units::money::Currency;
use crate::units::parse;
use crate::units::{Bytes, Date, Hours, Tokens, TokensPerSecond, Usd, UsdPerHour, UsdPerMTok};
use crate::units::{format, number};
use fields::{Choice, Default as Given, Field, FieldError, Kind, Reason, Syntax, Table, Value};
pub use table::FieldId;

/// One workload, its hardware and its prices: a value for each row of the table, in its order.
#[derive(Clone, Debug, PartialEq)]
pub struct Scenario {
    values: Vec<Value>,
}

impl Default for Scenario {
    fn default() -> Self {
        Self { values: FieldId::ALL.iter().map(|id| default_of(*id)).collect() }
    }
}

/// What a field holds when nothing is given.
#[must_use]
pub fn default_of(id: FieldId) -> Value {
    value_of(id.field().default)
}

fn value_of(default: Given) -> Value {
    match default {
        Given::Automatic(_) => Value::Automatic,
        Given::Number(number) => Value::Number(number),
        Given::Name(name) => Value::Name(Text::Borrowed(name)),
    }
}

impl Scenario {
    /// The value of a field.
    #[must_use]
    pub fn get(&self, id: FieldId) -> &Value {
        &self.values[id as usize]
    }

    /// A field's number in its unit, per cent as 0 to 100; zero for a field that holds none.
    #[must_use]
    pub fn number(&self, id: FieldId) -> f64 {
        self.optional(id).unwrap_or_default()
    }

    /// A field's number in its unit, `None` when it is left to the engine.
    #[must_use]
    pub fn optional(&self, id: FieldId) -> Option<f64> {
        match self.get(id) {
            Value::Number(number) => Some(*number),
            _ => None,
        }
    }

    /// A field's key or text, `None` when it is left to the engine.
    #[must_use]
    pub fn name(&self, id: FieldId) -> Option<&str> {
        match self.get(id) {
            Value::Name(name) => Some(name),
            _ => None,
        }
    }

    /// A field's per cent as a share of one.
    #[must_use]
    pub fn share(&self, id: FieldId) -> f64 {
        self.number(id) / 100.0
    }

    /// Whether a field of several answers holds this one.
    #[must_use]
    pub fn holds(&self, id: FieldId, key: &str) -> bool {
        self.name(id).is_some_and(|keys| keys.split('*').any(|one| one == key))
    }

    /// The open model's id.
    #[must_use]
    pub fn model(&self) -> &str {
        self.name(FieldId::Model).unwrap_or_default()
    }

    /// The id of the hosted price; `None` leaves it to the engine.
    #[must_use]
    pub fn api_price(&self) -> Option<&str> {
        self.name(FieldId::ApiPrice)
    }

    /// Own API prices for input and output.
    #[must_use]
    pub fn own_api_prices(&self) -> (Option<UsdPerMTok>, Option<UsdPerMTok>) {
        let price = |id| self.optional(id).map(UsdPerMTok::new);
        (price(FieldId::ApiInput), price(FieldId::ApiOutput))
    }

    /// Tokens a month, 1e3 to 1e16.
    #[must_use]
    pub fn volume(&self) -> Tokens {
        Tokens::new(self.number(FieldId::Volume))
    }

    /// The part of the volume that is input, 0 to 1.
    #[must_use]
    pub fn input_share(&self) -> f64 {
        self.share(FieldId::InputShare)
    }

    /// Input and output tokens of one request, 2 to 1e6.
    #[must_use]
    pub fn request_tokens(&self) -> f64 {
        self.number(FieldId::RequestTokens)
    }

    /// The GPU's id.
    #[must_use]
    pub fn gpu(&self) -> &str {
        self.name(FieldId::Gpu).unwrap_or_default()
    }

    /// GPUs that hold one copy of the model, 1 to 64; `None` leaves it to the engine.
    #[must_use]
    pub fn gpus_per_replica(&self) -> Option<u32> {
        // whole and at most 64 by the table
        self.optional(FieldId::GpusPerReplica).map(|count| count as u32)
    }

    /// Own figure for tokens a second per replica.
    #[must_use]
    pub fn throughput(&self) -> Option<TokensPerSecond> {
        self.optional(FieldId::Throughput).map(TokensPerSecond::new)
    }

    /// What the weights take as they are stored; `None` computes it from their format.
    #[must_use]
    pub fn weight_size(&self) -> Option<Bytes> {
        self.optional(FieldId::WeightSize).map(|gigabytes| Bytes::new(gigabytes * 1e9))
    }

    /// The part of capacity that is planned to be used, 0.01 to 1.
    #[must_use]
    pub fn target_load(&self) -> f64 {
        self.share(FieldId::TargetLoad)
    }

    /// The id of the offer; `None` leaves it to the engine.
    #[must_use]
    pub fn offer(&self) -> Option<&str> {
        self.name(FieldId::Offer)
    }

    /// Own price per GPU-hour.
    #[must_use]
    pub fn gpu_price(&self) -> Option<UsdPerHour> {
        self.optional(FieldId::GpuPrice).map(UsdPerHour::new)
    }

    /// Engineering, dollars a month: FTE × salary ÷ 12.
    #[must_use]
    pub fn engineering(&self) -> Usd {
        Usd::new(self.number(FieldId::Engineers) * self.number(FieldId::Salary) / 12.0)
    }

    /// Infrastructure beside the GPUs, dollars a month.
    #[must_use]
    pub fn infrastructure(&self) -> Usd {
        Usd::new(self.number(FieldId::Infrastructure))
    }

    /// The day whose prices answer it; `None` for today's.
    #[must_use]
    pub fn day(&self) -> Option<Date> {
        self.name(FieldId::AsOf).and_then(Date::parse)
    }

    /// The currency in which amounts are shown.
    #[must_use]
    pub fn currency(&self) -> Currency {
        Currency::new(self.name(FieldId::Currency).unwrap_or_default(), self.number(FieldId::ExchangeRate))
    }

    /// Hours that are counted as a month.
    #[must_use]
    pub fn hours_per_month(&self) -> Hours {
        Hours::new(if self.name(FieldId::HoursPerMonth) == Some("720") { 720.0 } else { 730.0 })
    }

    /// Sets a field after checking the value against the field table and the catalogue, which is today's: the rows of the
    /// scenario's own day are found in its past.
    ///
    /// # Errors
    /// [`FieldError`] when the value is outside the field's limits, unknown, or of another kind; nothing changes.
    pub fn set(&mut self, id: FieldId, value: Value, catalogue: &Catalogue) -> Result<(), FieldError> {
        match check(id.field(), value.clone(), catalogue, self.day()) {
            Err(reason) => Err(FieldError { field: id, given: text_of(&value), reason }),
            Ok(value) => {
                self.values[id as usize] = value;
                Ok(())
            }
        }
    }

    /// Sets a field from what someone typed, in any unit that the field understands.
    ///
    /// An empty text makes a field automatic that can be.
    ///
    /// # Errors
    /// [`FieldError`] as for [`Self::set`], or when the text cannot be read.
    pub fn set_text(&mut self, id: FieldId, text: &str, catalogue: &Catalogue) -> Result<(), FieldError> {
        let trimmed = text.trim();
        let value = match id.field().kind {
            _ if trimmed.is_empty() && id.field().automatic().is_some() => Ok(Value::Automatic),
            Kind::Number { unit, .. } => {
                // an amount with the sign of the scenario's own currency is one in that currency
                let own = self.currency();
                let (text, rate) =
                    match own.strip(trimmed).filter(|_| own != Currency::DOLLAR && unit.is_money()) {
                        Some(stripped) => (stripped, own.rate()),
                        None => (trimmed, 1.0),
                    };
                let quantity = parse::quantity(text, unit, self.hours_per_month().value());
                quantity.map(|number| Value::Number(number / rate))
            }
            _ => Ok(Value::Name(Text::Owned(trimmed.to_owned()))),
        };
        value
            .map_err(|error| FieldError { field: id, given: text.into(), reason: Reason::Unreadable(error) })
            .and_then(|value| self.set(id, value, catalogue))
            .map_err(|error| FieldError { given: text.into(), ..error })
    }

    /// The exact text of a field: what an input shows and a link holds; empty when automatic.
    #[must_use]
    pub fn text(&self, id: FieldId) -> String {
        text_of(self.get(id))
    }
}

/// A value as exact text.
fn text_of(value: &Value) -> String {
    match value {
        Value::Number(number) => format::exact(*number),
        Value::Name(name) => name.to_string(),
        Value::Automatic => String::new(),
    }
}

/// The value if the field allows it.
fn check(field: &Field, value: Value, catalogue: &Catalogue, day: Option<Date>) -> Result<Value, Reason> {
    match (&field.kind, &value) {
        (_, Value::Automatic) if field.automatic().is_some() => Ok(value),
        (Kind::Number { min, max, whole, .. }, Value::Number(number)) => match *number {
            n if n.is_nan() => Err(Reason::Unreadable(parse::ParseError::NotANumber)),
            n if n < *min => Err(Reason::TooSmall(*min)),
            n if n > *max => Err(Reason::TooLarge(*max)),
            n if *whole && n.fract() != 0.0 => Err(Reason::NotWhole),
            // fifteen digits survive a link; minus zero would be a second spelling of zero
            n => Ok(Value::Number(if n == 0.0 { 0.0 } else { number::rounded(n, 15) })),
        },
        (Kind::Row(table), Value::Name(name)) if is_listed(*table, name, catalogue, day) => Ok(value),
        (Kind::Row(table), Value::Name(name)) => Err(unknown(name, &ids(*table, catalogue))),
        (Kind::Choice(choices), Value::Name(name)) => known(name, choices),
        // a number is a fine spelling of a choice like 720
        (Kind::Choice(choices), Value::Number(n)) => known(&n.to_string(), choices),
        (Kind::Set(choices), Value::Name(name)) => set_of(name, choices),
        (Kind::Text(Syntax::Day), Value::Name(text)) => match Date::parse(text) {
            Some(day) if day >= catalogue.newest() => Ok(Value::Automatic),
            Some(day) => Ok(Value::Name(Text::Owned(day.to_string()))),
            None => Err(Reason::Misspelled(Syntax::Day)),
        },
        (Kind::Text(syntax), Value::Name(text)) => spelled(*syntax, text),
        _ => Err(Reason::WrongKind),
    }
}

/// The answers in the set's order, each once.
fn set_of(name: &str, choices: &[Choice]) -> Result<Value, Reason> {
    for one in name.split('*').filter(|one| !one.is_empty()) {
        known(one, choices)?;
    }
    let keys = choices.iter().map(|choice| choice.key);
    let held = keys.filter(|key| name.split('*').any(|one| one == *key));
    Ok(Value::Name(Text::Owned(held.collect::<Vec<_>>().join("*"))))
}

/// Whether a text reads `field~low~high`; what the numbers may be is the uncertainty's to say.
fn is_range(text: &str) -> bool {
    let mut parts = text.split('~');
    let named = parts
        .next()
        .is_some_and(|name| FieldId::ALL.iter().any(|id| [id.field().key, id.field().name].contains(&name)));
    named && parts.clone().count() == 2 && parts.all(|part| number::parse(part).is_some())
}

/// A text if it is as its syntax asks.
fn spelled(syntax: Syntax, text: &str) -> Result<Value, Reason> {
    let plain = |c: u8| c.is_ascii_alphanumeric() || b"-._~*,".contains(&c);
    let upper = text.to_ascii_uppercase();
    let (good, text) = match syntax {
        Syntax::Weights => match weights::read(text) {
            Some(read) => return Ok(Value::Name(Text::Owned(read))),
            None => (false, text),
        },
        Syntax::Currency => {
            (upper.len() == 3 && upper.bytes().all(|c| c.is_ascii_uppercase()), upper.as_str())
        }
        Syntax::Model => (model_text::decode(text).is_ok(), text),
        Syntax::Day => (Date::parse(text).is_some(), text),
        Syntax::Ranges => {
            (text.len() <= 400 && text.bytes().all(plain) && text.split(',').all(is_range), text)
        }
    };
    if good { Ok(Value::Name(Text::Owned(text.to_owned()))) } else { Err(Reason::Misspelled(syntax)) }
}

/// Whether a table has the row on the scenario's day.
fn is_listed(table: Table, id: &str, catalogue: &Catalogue, day: Option<Date>) -> bool {
    match table {
        Table::Models => catalogue.model(id).is_some(),
        Table::ApiPrices => catalogue.lists_api_price(id, day),
        Table::Gpus => catalogue.gpu(id).is_some(),
        Table::Offers => catalogue.lists_offer(id, day),
    }
}

/// The ids of a table.
fn ids(table: Table, catalogue: &Catalogue) -> Vec<&str> {
    match table {
        Table::Models => catalogue.models.iter().map(|row| &*row.id).collect(),
        Table::ApiPrices => catalogue.api_prices.iter().map(|row| &*row.id).collect(),
        Table::Gpus => catalogue.gpus.iter().map(|row| &*row.id).collect(),
        Table::Offers => catalogue.offers.iter().map(|row| &*row.id).collect(),
    }
}

/// The name if it is one of the choices, otherwise the nearest of them.
fn known(name: &str, choices: &[Choice]) -> Result<Value, Reason> {
    let keys: Vec<&str> = choices.iter().map(|choice| choice.key).collect();
    if keys.contains(&name) {
        Ok(Value::Name(Text::Owned(name.to_owned())))
    } else {
        Err(unknown(name, &keys))
    }
}

fn unknown(name: &str, keys: &[&str]) -> Reason {
    Reason::Unknown(did_you_mean(name, keys.iter().copied()).map(|key| Text::Owned(key.to_owned())))
}
