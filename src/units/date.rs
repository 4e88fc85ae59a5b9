//! Calendar dates without a clock: the core never asks what day it is, it is told.

/// A day of the Gregorian calendar, printed and read as `2026-11-23`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Date {
    year: u16,
    month: u8,
    day: u8,
}

impl Date {
    /// The first day of Unix time.
    pub const EPOCH: Self = Self { year: 1970, month: 1, day: 1 };

    /// A date from its parts; `None` when there is no such day.
    #[must_use]
    pub const fn new(year: u16, month: u8, day: u8) -> Option<Self> {
        if month < 1 || month > 12 || day < 1 || day > days_in_month(year, month) {
            return None;
        }
        Some(Self { year, month, day })
    }

    /// Reads `YYYY-MM-DD`.
    ///
    /// ```
    /// use llm_breakeven::units::Date;
    /// assert_eq!(Date::parse("2026-11-23").unwrap().to_string(), "2026-11-23");
    /// assert_eq!(Date::parse("2026-02-30"), None);
    /// ```
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let mut parts = text.trim().splitn(3, '-');
        let mut next = |digits: usize| {
            let part = parts.next()?;
            (part.len() == digits && part.bytes().all(|b| b.is_ascii_digit())).then_some(part)
        };
        let year = next(4)?.parse().ok()?;
        let month = next(2)?.parse().ok()?;
        let day = next(2)?.parse().ok()?;
        Self::new(year, month, day)
    }

    /// Days since 1970-01-01 (may be negative), so that dates can be subtracted.
    #[must_use]
    pub fn day_number(self) -> i32 {
        // Days before a year, counting March as the first month so that the leap day comes last.
        let (year, month) = (i32::from(self.year), i32::from(self.month));
        let (y, m) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
        365 * y + y / 4 - y / 100 + y / 400 + (153 * m + 2) / 5 + i32::from(self.day) - 1 - 719_468
    }

    /// The date of a day number; `None` outside the years 0 to 9999.
    ///
    /// ```
    /// use llm_breakeven::units::Date;
    /// let day = Date::parse("2028-02-29").unwrap();
    /// assert_eq!(Date::of_day_number(i64::from(day.day_number())), Some(day));
    /// ```
    #[must_use]
    pub fn of_day_number(number: i64) -> Option<Self> {
        // eras of 400 years, each from March, so that leap days come last
        let days = number + 719_468;
        let (era, day) = (days.div_euclid(146_097), days.rem_euclid(146_097));
        let year = (day - day / 1_460 + day / 36_524 - day / 146_096) / 365;
        let day = day - (365 * year + year / 4 - year / 100);
        let month = (5 * day + 2) / 153;
        let (year, day) = (year + 400 * era, day - (153 * month + 2) / 5 + 1);
        let (year, month) = if month < 10 { (year, month + 3) } else { (year + 1, month - 9) };
        Self::new(u16::try_from(year).ok().filter(|year| *year < 10_000)?, month as u8, day as u8)
    }

    /// The same day of the month, `months` later; the last day of a month that is shorter.
    ///
    /// ```
    /// use llm_breakeven::units::Date;
    /// let day = Date::parse("2026-11-30").unwrap();
    /// assert_eq!(day.months_later(3).to_string(), "2027-02-28");
    /// ```
    #[must_use]
    pub fn months_later(self, months: u32) -> Self {
        let all = u32::from(self.year) * 12 + u32::from(self.month) - 1 + months;
        let (year, month) = ((all / 12).min(9_999) as u16, (all % 12 + 1) as u8);
        Self { year, month, day: self.day.min(days_in_month(year, month)) }
    }

    /// The month, 1 to 12.
    #[must_use]
    pub const fn month(self) -> u8 {
        self.month
    }

    /// The year.
    #[must_use]
    pub const fn year(self) -> u16 {
        self.year
    }

    /// Whole days from `earlier` to this date.
    #[must_use]
    pub fn days_since(self, earlier: Self) -> i32 {
        self.day_number() - earlier.day_number()
    }
}

const fn days_in_month(year: u16, month: u8) -> u8 {
    match month {
        4 | 6 | 9 | 11 => 30,
        2 if year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400)) => 29,
        2 => 28,
        _ => 31,
    }
}

impl std::fmt::Display for Date {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}

#[cfg(test)]
mod tests {
    use super::Date;

    #[test]
    fn counts_days_across_leap_years() {
        let date = |text| Date::parse(text).unwrap();
        assert_eq!(date("1970-01-01").day_number(), 0);
        assert_eq!(date("2024-03-01").days_since(date("2024-02-28")), 2);
        assert_eq!(date("2100-03-01").days_since(date("2100-02-28")), 1);
        assert_eq!(date("2026-11-23").days_since(date("2026-03-16")), 252);
    }

    #[test]
    fn refuses_what_is_no_date() {
        for text in ["", "2026", "2026-13-01", "2026-1-1", "2026-11-31", "yesterday", "2026-11-23x"] {
            assert_eq!(Date::parse(text), None, "{text}");
        }
    }
}
