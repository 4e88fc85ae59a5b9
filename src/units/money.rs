//! The currency in which amounts are written.
//!
//! All amounts are US dollars until they become text; there they are multiplied by the user's own rate. The currency is
//! a setting of the thread, like a locale: whoever makes text for a scenario sets it first with [`show_in`].
//!
//! ```
//! use llm_breakeven::units::{format, money::{self, Currency}};
//! money::show_in(Currency::new("EUR", 0.9));
//! assert_eq!(format::usd(10.0), "€9.00");
//! money::show_in(Currency::DOLLAR);
//! assert_eq!(format::usd(10.0), "$10.00");
//! ```

use std::cell::Cell;

/// A currency and what one US dollar costs in it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Currency {
    code: [u8; 3],
    rate: f64,
}

thread_local! {
    static SHOWN: Cell<Currency> = const { Cell::new(Currency::DOLLAR) };
}

/// Signs of currencies that are better known than their codes.
const SIGNS: [(&str, &str); 7] =
    [("USD", "$"), ("EUR", "€"), ("GBP", "£"), ("JPY", "¥"), ("CNY", "CN¥"), ("INR", "₹"), ("KRW", "₩")];

impl Currency {
    /// US dollars.
    pub const DOLLAR: Self = Self { code: *b"USD", rate: 1.0 };

    /// The currency of a code of three letters, at `rate` of its units to the dollar; dollars where the code is none.
    #[must_use]
    pub fn new(code: &str, rate: f64) -> Self {
        match code.as_bytes().try_into() {
            Ok(code) if rate > 0.0 => Self { code, rate },
            _ => Self::DOLLAR,
        }
    }

    /// Its code.
    #[must_use]
    pub fn code(&self) -> &str {
        std::str::from_utf8(&self.code).unwrap_or("USD")
    }

    /// What one US dollar costs.
    #[must_use]
    pub fn rate(&self) -> f64 {
        self.rate
    }

    /// What stands before an amount.
    #[must_use]
    pub fn sign(&self) -> String {
        let known = SIGNS.iter().find(|(code, _)| *code == self.code());
        known.map_or_else(|| [self.code(), "\u{a0}"].concat(), |(_, sign)| (*sign).to_owned())
    }

    /// A text without this currency's sign or code, if it has one of them.
    #[must_use]
    pub fn strip<'a>(&self, text: &'a str) -> Option<&'a str> {
        let sign = self.sign();
        let (sign, text) = (sign.trim_end(), text.trim());
        let stripped = |mark: &str| text.strip_prefix(mark).or_else(|| text.strip_suffix(mark));
        stripped(sign).or_else(|| stripped(self.code())).map(str::trim)
    }
}

/// Writes amounts of this thread in `currency` from now on.
pub fn show_in(currency: Currency) {
    SHOWN.set(currency);
}

/// The currency in which amounts of this thread are written.
#[must_use]
pub fn shown() -> Currency {
    SHOWN.get()
}
