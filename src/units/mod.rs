//! Quantities with their dimension in the type.
//!
//! A price is not a rate and a byte is not a token: each newtype holds one `f64` in the one unit that its
//! documentation names, and only products that mean something are defined
//! (`Tokens * UsdPerMTok = Usd`, `UsdPerHour * Hours = Usd`).
//!
//! ```
//! use llm_breakeven::units::{Hours, Tokens, UsdPerHour, UsdPerMTok};
//! // 7 MTok of input at $0.60/MTok, and one GPU at $1.29/h for a 730-hour month
//! assert_eq!((Tokens::new(7e6) * UsdPerMTok::new(0.60)).value(), 4.2);
//! assert!(((UsdPerHour::new(1.29) * Hours::new(730.0)).value() - 941.70).abs() < 1e-9);
//! ```

mod date;
mod decimal;
pub mod format;
pub mod money;
pub mod number;
pub mod order;
pub mod parse;
pub mod ticks;

pub use date::Date;
pub use decimal::Decimal;

/// Declares newtypes over `f64` that add, subtract, scale and compare, and divide by themselves to a ratio.
macro_rules! quantities {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, Default, PartialEq, PartialOrd)]
        pub struct $name(f64);

        impl $name {
            /// Nothing of it.
            pub const ZERO: Self = Self(0.0);

            /// Wraps a number that is already in this quantity's unit.
            #[must_use]
            pub const fn new(value: f64) -> Self {
                Self(value)
            }

            /// The number in this quantity's unit.
            #[must_use]
            pub const fn value(self) -> f64 {
                self.0
            }

            /// The smaller of two.
            #[must_use]
            pub fn min(self, other: Self) -> Self {
                Self(self.0.min(other.0))
            }

            /// The larger of two.
            #[must_use]
            pub fn max(self, other: Self) -> Self {
                Self(self.0.max(other.0))
            }
        }

        impl std::ops::Add for $name {
            type Output = Self;
            fn add(self, other: Self) -> Self {
                Self(self.0 + other.0)
            }
        }

        impl std::ops::AddAssign for $name {
            fn add_assign(&mut self, other: Self) {
                self.0 += other.0;
            }
        }

        impl std::ops::Sub for $name {
            type Output = Self;
            fn sub(self, other: Self) -> Self {
                Self(self.0 - other.0)
            }
        }

        impl std::ops::Mul<f64> for $name {
            type Output = Self;
            fn mul(self, factor: f64) -> Self {
                Self(self.0 * factor)
            }
        }

        impl std::ops::Div<f64> for $name {
            type Output = Self;
            fn div(self, divisor: f64) -> Self {
                Self(self.0 / divisor)
            }
        }

        impl std::ops::Div for $name {
            type Output = f64;
            fn div(self, other: Self) -> f64 {
                self.0 / other.0
            }
        }

        impl std::iter::Sum for $name {
            fn sum<I: Iterator<Item = Self>>(items: I) -> Self {
                Self(items.map(|item| item.0).sum())
            }
        }
    )*};
}

quantities! {
    /// United States dollars.
    Usd;
    /// Tokens; whether input or output is said by the field that holds them.
    Tokens;
    /// Dollars per million tokens, the unit of every API price list.
    UsdPerMTok;
    /// Dollars per hour, the unit of every GPU price list.
    UsdPerHour;
    /// Hours.
    Hours;
    /// Tokens per second.
    TokensPerSecond;
    /// Bytes. Vendors' "80 GB" is decimal (80e9), tools' "GiB" is binary (2^30): converted where facts come in.
    Bytes;
    /// Bytes per second of memory or link bandwidth.
    BytesPerSecond;
    /// Dense floating-point (or integer) operations per second.
    FlopsPerSecond;
    /// Milliseconds.
    Milliseconds;
}

/// Declares `$a * $b = $c` (with a scale factor for units that are not coherent) and its mirror.
macro_rules! products {
    ($($a:ident * $b:ident = $c:ident, $scale:expr;)*) => {$(
        impl std::ops::Mul<$b> for $a {
            type Output = $c;
            fn mul(self, other: $b) -> $c {
                $c(self.0 * other.0 * $scale)
            }
        }
        impl std::ops::Mul<$a> for $b {
            type Output = $c;
            fn mul(self, other: $a) -> $c {
                $c(self.0 * other.0 * $scale)
            }
        }
    )*};
}

products! {
    Tokens * UsdPerMTok = Usd, 1e-6;
    UsdPerHour * Hours = Usd, 1.0;
    TokensPerSecond * Hours = Tokens, 3600.0;
}

impl Usd {
    /// The volume that this much money buys at `price`; infinite when the price is zero.
    #[must_use]
    pub fn tokens_at(self, price: UsdPerMTok) -> Tokens {
        Tokens(self.0 / price.0 * 1e6)
    }

    /// What each million of `tokens` costs when this much is spent on them.
    #[must_use]
    pub fn per_mtok(self, tokens: Tokens) -> UsdPerMTok {
        UsdPerMTok(self.0 / tokens.0 * 1e6)
    }
}

impl Tokens {
    /// The average rate of this many tokens over `hours`.
    #[must_use]
    pub fn per_second(self, hours: Hours) -> TokensPerSecond {
        TokensPerSecond(self.0 / (hours.0 * 3600.0))
    }
}

impl Bytes {
    /// Bytes of one GiB.
    pub const GIB: f64 = 1_073_741_824.0;

    /// From gibibytes.
    #[must_use]
    pub const fn from_gib(gib: f64) -> Self {
        Self(gib * Self::GIB)
    }

    /// In gibibytes.
    #[must_use]
    pub const fn gib(self) -> f64 {
        self.0 / Self::GIB
    }
}
