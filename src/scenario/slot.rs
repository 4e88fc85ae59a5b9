//! How a field's Rust type holds the untyped [`Value`] of the field table.

use super::fields::Value;
use super::{Format, HoursPerMonth};
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

/// Implements [`Slot`] for an enum by the keys of its choices.
macro_rules! choice_slots {
    ($($type:ident { $($variant:ident = $key:literal,)* })*) => {$(
        impl Slot for $type {
            fn to_value(&self) -> Value {
                Value::Name(Text::Borrowed(match self { $(Self::$variant => $key,)* }))
            }
            fn assign(&mut self, value: Value) -> bool {
                let Value::Name(name) = value else { return false };
                *self = match &*name {
                    $($key => Self::$variant,)*
                    _ => return false,
                };
                true
            }
        }
    )*};
}

choice_slots! {
    HoursPerMonth { Calendar = "730", ThirtyDays = "720", }
    Format { Bf16 = "fp16", Fp8 = "fp8", Int8 = "int8", Int4 = "int4", Nvfp4 = "nvfp4", Mxfp4 = "mxfp4", }
}

impl Slot for Option<Format> {
    fn to_value(&self) -> Value {
        self.as_ref().map_or(Value::Automatic, Slot::to_value)
    }
    fn assign(&mut self, value: Value) -> bool {
        if value == Value::Automatic {
            *self = None;
            return true;
        }
        let mut format = Format::Bf16;
        let known = format.assign(value);
        if known {
            *self = Some(format);
        }
        known
    }
}
