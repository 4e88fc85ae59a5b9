//! How a field's Rust type holds the untyped [`Value`] of the field table.

use super::HoursPerMonth;
use super::fields::Value;
use crate::catalogue::Text;
use crate::units::{Tokens, TokensPerSecond, Usd, UsdPerHour, UsdPerMTok};

/// A type that a field can have.
pub(super) trait Slot {
    /// The value apart from its type.
    fn to_value(&self) -> Value;
    /// Takes a checked value; false when it is of another kind.
    fn assign(&mut self, value: Value) -> bool;
}

/// Implements [`Slot`] for number types and for their options.
macro_rules! number_slots {
    ($($type:ty: $get:expr, $new:expr;)*) => {$(
        impl Slot for $type {
            fn to_value(&self) -> Value {
                Value::Number($get(*self))
            }
            fn assign(&mut self, value: Value) -> bool {
                let Value::Number(number) = value else { return false };
                *self = $new(number);
                true
            }
        }
        impl Slot for Option<$type> {
            fn to_value(&self) -> Value {
                self.map_or(Value::Automatic, |number| Value::Number($get(number)))
            }
            fn assign(&mut self, value: Value) -> bool {
                *self = match value {
                    Value::Number(number) => Some($new(number)),
                    Value::Automatic => None,
                    Value::Name(_) => return false,
                };
                true
            }
        }
    )*};
}

number_slots! {
    f64: std::convert::identity, std::convert::identity;
    Tokens: Tokens::value, Tokens::new;
    TokensPerSecond: TokensPerSecond::value, TokensPerSecond::new;
    Usd: Usd::value, Usd::new;
    UsdPerHour: UsdPerHour::value, UsdPerHour::new;
    UsdPerMTok: UsdPerMTok::value, UsdPerMTok::new;
}

impl Slot for Text {
    fn to_value(&self) -> Value {
        Value::Name(self.clone())
    }
    fn assign(&mut self, value: Value) -> bool {
        let Value::Name(name) = value else { return false };
        *self = name;
        true
    }
}

impl Slot for Option<Text> {
    fn to_value(&self) -> Value {
        self.clone().map_or(Value::Automatic, Value::Name)
    }
    fn assign(&mut self, value: Value) -> bool {
        *self = match value {
            Value::Name(name) => Some(name),
            Value::Automatic => None,
            Value::Number(_) => return false,
        };
        true
    }
}

impl Slot for HoursPerMonth {
    fn to_value(&self) -> Value {
        Value::Name(Text::Borrowed(match self {
            Self::Calendar => "730",
            Self::ThirtyDays => "720",
        }))
    }
    fn assign(&mut self, value: Value) -> bool {
        *self = match value {
            Value::Name(name) if name == "730" => Self::Calendar,
            Value::Name(name) if name == "720" => Self::ThirtyDays,
            _ => return false,
        };
        true
    }
}
