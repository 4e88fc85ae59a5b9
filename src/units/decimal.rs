//! Exact decimal numbers: a bill is compared with the provider's to the last digit, which binary fractions cannot.
//!
//! A whole `i128` and a count of decimal places carry every amount that a price list and a token count can make
//! (38 digits: a price of 12 digits times a count of 15, in one ten-billionth of a millionth), without a crate for
//! it. What would not fit is an error, never a rounded amount.

/// `digits / 10^places`.
#[derive(Clone, Copy, Debug, Default)]
pub struct Decimal {
    digits: i128,
    places: u32,
}

/// Significant digits that a quotient without end is rounded to.
const QUOTIENT_DIGITS: usize = 28;

impl Decimal {
    /// Zero.
    pub const ZERO: Self = Self { digits: 0, places: 0 };

    /// A whole number.
    #[must_use]
    pub const fn whole(number: i128) -> Self {
        Self { digits: number, places: 0 }
    }

    /// `digits / 10^places`.
    #[must_use]
    pub const fn new(digits: i128, places: u32) -> Self {
        Self { digits, places }
    }

    /// Reads `12`, `-0.5`, `.5`, `1e-7`, `2.5E3`; `None` for anything else or more than 38 digits.
    ///
    /// ```
    /// use llm_breakeven::units::Decimal;
    /// assert_eq!(Decimal::parse("0.0750"), Some(Decimal::new(75, 3)));
    /// assert_eq!(Decimal::parse("1.5e-7"), Some(Decimal::new(15, 8)));
    /// assert_eq!(Decimal::parse("1,5"), None);
    /// ```
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (mantissa, exponent) = match text.split_once(['e', 'E']) {
            Some((mantissa, exponent)) => (mantissa, exponent.parse::<i32>().ok()?),
            None => (text, 0),
        };
        let (negative, unsigned) = match mantissa.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, mantissa.strip_prefix('+').unwrap_or(mantissa)),
        };
        let (before, after) = unsigned.split_once('.').unwrap_or((unsigned, ""));
        let all_digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        if (before.is_empty() && after.is_empty()) || !all_digits(before) || !all_digits(after) {
            return None;
        }
        let after = after.trim_end_matches('0');
        let mut digits: i128 = 0;
        for byte in before.bytes().chain(after.bytes()) {
            digits = digits.checked_mul(10)?.checked_add(i128::from(byte - b'0'))?;
        }
        let places = i32::try_from(after.len()).ok()?.checked_sub(exponent)?;
        let digits = if negative { -digits } else { digits };
        match u32::try_from(places) {
            Ok(places) if places <= 60 => Some(Self { digits, places }),
            Ok(_) => None,
            Err(_) => Some(Self { digits: digits.checked_mul(power(places.unsigned_abs())?)?, places: 0 }),
        }
    }

    /// The number that this `f64` is printed as: `0.1` is one tenth. `None` when it is not finite or has more digits
    /// than fit.
    #[must_use]
    pub fn from_f64(number: f64) -> Option<Self> {
        number.is_finite().then(|| Self::parse(&format!("{number:e}")))?
    }

    /// The nearest `f64`.
    #[must_use]
    pub fn to_f64(self) -> f64 {
        // The printed form is exact, and reading it rounds once.
        super::number::parse(&self.to_string()).unwrap_or(f64::NAN)
    }

    /// Whether it is below zero.
    #[must_use]
    pub const fn is_negative(self) -> bool {
        self.digits < 0
    }

    /// Whether it is zero.
    #[must_use]
    pub const fn is_zero(self) -> bool {
        self.digits == 0
    }

    /// The sum; `None` when it does not fit.
    #[must_use]
    pub fn plus(self, other: Self) -> Option<Self> {
        let places = self.places.max(other.places);
        let digits = self.scaled(places)?.checked_add(other.scaled(places)?)?;
        Some(Self { digits, places }.reduced())
    }

    /// The difference; `None` when it does not fit.
    #[must_use]
    pub fn minus(self, other: Self) -> Option<Self> {
        self.plus(Self { digits: -other.digits, places: other.places })
    }

    /// The product; `None` when it does not fit.
    #[must_use]
    pub fn times(self, other: Self) -> Option<Self> {
        let (a, b) = (self.reduced(), other.reduced());
        Some(Self { digits: a.digits.checked_mul(b.digits)?, places: a.places + b.places }.reduced())
    }

    /// The quotient by a whole number: exact when it ends, as by 1,000 or 1,000,000; else rounded half to even at 28
    /// significant digits. `None` for zero.
    #[must_use]
    pub fn over(self, divisor: u32) -> Option<Self> {
        let divisor = i128::from(divisor);
        let (mut digits, mut places) = (self.digits, self.places);
        loop {
            let remainder = digits.checked_rem(divisor)?;
            let quotient = digits / divisor;
            if remainder == 0 {
                return Some(Self { digits: quotient, places }.reduced());
            }
            if quotient.unsigned_abs().checked_ilog10().is_some_and(|log| log as usize + 1 >= QUOTIENT_DIGITS)
            {
                let twice = (remainder * 2).abs().cmp(&divisor);
                let up = twice.is_gt() || (twice.is_eq() && quotient % 2 != 0);
                let step = if up { digits.signum() } else { 0 };
                return Some(Self { digits: quotient + step, places }.reduced());
            }
            digits = digits.checked_mul(10)?;
            places += 1;
        }
    }

    /// The digits at a larger number of places.
    fn scaled(self, places: u32) -> Option<i128> {
        self.digits.checked_mul(power(places - self.places)?)
    }

    /// Without trailing zeros.
    fn reduced(mut self) -> Self {
        while self.places > 0 && self.digits % 10 == 0 {
            self.digits /= 10;
            self.places -= 1;
        }
        self
    }
}

fn power(exponent: u32) -> Option<i128> {
    10_i128.checked_pow(exponent)
}

impl PartialEq for Decimal {
    fn eq(&self, other: &Self) -> bool {
        let (a, b) = (self.reduced(), other.reduced());
        (a.digits, a.places) == (b.digits, b.places)
    }
}

impl Eq for Decimal {}

impl PartialOrd for Decimal {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Decimal {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        // A difference that does not fit is decided by the larger side.
        match self.minus(*other) {
            Some(difference) => difference.digits.cmp(&0),
            None => self.to_f64().total_cmp(&other.to_f64()),
        }
    }
}

impl std::fmt::Display for Decimal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { digits, places } = self.reduced();
        let sign = if digits < 0 { "-" } else { "" };
        let (digits, places) = (digits.unsigned_abs(), places as usize);
        if places == 0 {
            return write!(f, "{sign}{digits}");
        }
        let text = format!("{digits:0>width$}", width = places + 1);
        let (whole, fraction) = text.split_at(text.len() - places);
        write!(f, "{sign}{whole}.{fraction}")
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::Decimal;

    fn decimal(text: &str) -> Decimal {
        Decimal::parse(text).unwrap()
    }

    #[test]
    fn prints_what_it_reads() {
        for text in ["0", "12", "-0.5", "0.0000375", "123456789012345678901234567890.12345678"] {
            assert_eq!(decimal(text).to_string(), text);
        }
        assert_eq!(decimal("2.50").to_string(), "2.5");
        assert_eq!(decimal("-0").to_string(), "0");
        assert_eq!(decimal(".5"), decimal("0.5"));
        assert_eq!(decimal("2.5E3"), decimal("2500"));
        assert_eq!(decimal("5."), decimal("5"));
    }

    #[test]
    fn refuses_what_is_no_number_or_does_not_fit() {
        for text in
            ["", "-", ".", "1 000", "1,5", "0x10", "nan", "1e", "1e999", "1e-99", "9".repeat(40).as_str()]
        {
            assert_eq!(Decimal::parse(text), None, "{text}");
        }
        assert_eq!(Decimal::from_f64(f64::INFINITY), None);
        let huge = Decimal::whole(i128::MAX);
        assert_eq!(huge.plus(Decimal::whole(1)), None);
        assert_eq!(huge.times(Decimal::whole(2)), None);
        assert_eq!(decimal("1").over(0), None);
    }

    #[test]
    fn computes_exactly() {
        assert_eq!(decimal("0.1").plus(decimal("0.2")), Some(decimal("0.3")));
        assert_eq!(decimal("0.3").minus(decimal("0.30")), Some(Decimal::ZERO));
        assert_eq!(decimal("0.075").times(decimal("1000001")), Some(decimal("75000.075")));
        assert_eq!(decimal("0.0375").over(1_000_000), Some(decimal("0.0000000375")));
        assert_eq!(Decimal::from_f64(0.1), Some(decimal("0.1")));
        assert_eq!(Decimal::from_f64(1e-7), Some(decimal("0.0000001")));
        assert_eq!(decimal("0.1").to_f64(), 0.1);
        assert!(decimal("0.30") > decimal("0.2999999") && decimal("-1") < Decimal::ZERO);
    }

    #[test]
    fn rounds_endless_quotients_half_to_even_at_28_digits() {
        assert_eq!(decimal("1").over(3).unwrap().to_string(), format!("0.{}", "3".repeat(28)));
        assert_eq!(decimal("2").over(3).unwrap().to_string(), format!("0.{}7", "6".repeat(27)));
        assert_eq!(decimal("-2").over(3).unwrap().to_string(), format!("-0.{}7", "6".repeat(27)));
        assert_eq!(decimal("0.36").over(3600), Some(decimal("0.0001")));
    }
}
