//! When the tokens are asked for: the hours of a week, each with a weight, and the peak inside an hour.
//!
//! In hour `h` the mean rate is `V ÷ (H·3600) · w_h` (mean weight 1); the fleet is planned for `π` times that, the busiest
//! minutes of the hour. A month of `H` hours is `H ÷ 168` weeks. Weights are whole numbers from 0 to 35, one character each
//! (`0`–`9`, `a`–`z`), so that volumes at which one more instance is due are exact.
//!
//! ```
//! use llm_breakeven::engine::demand::Profile;
//! use llm_breakeven::units::{Hours, Tokens};
//! // four hours a day at four times the load of the other twenty: 24 ÷ (4·4 + 20) of the mean per unit of weight
//! let burst = Profile::burst();
//! assert!((burst.weight(10) - 4.0 / 1.5).abs() < 1e-12);
//! assert!((burst.peak_factor() - 4.0 / 1.5).abs() < 1e-12);
//! // 730 h at one token a second on average
//! let rate = burst.rate(Tokens::new(730.0 * 3600.0), Hours::new(730.0), 0);
//! assert!((rate.value() - 1.0 / 1.5).abs() < 1e-12);
//! ```

use crate::scenario::{FieldId, Scenario, weights};
use crate::units::{Hours, Tokens, TokensPerSecond};

/// Hours of a week, from Monday midnight.
pub const WEEK: usize = 168;

/// One more than the largest weight.
pub const LEVELS: usize = 36;

/// How demand is spread over a week, and inside an hour.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Profile {
    weights: [u8; WEEK],
    peak_to_mean: f64,
}

/// Why a text is no profile.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WeightsError {
    /// Neither 24 nor 168 characters, but this many.
    Length(usize),
    /// A character, counted from zero, that is neither a digit nor a small letter.
    Character(usize),
    /// Every hour weighs nothing: there is no demand to spread.
    AllZero,
}

/// A part of a month: hours and the rate in them.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Load {
    /// Hours of the month at this rate.
    pub hours: Hours,
    /// Mean rate in them.
    pub rate: TokensPerSecond,
}

impl Profile {
    /// The same in every hour.
    #[must_use]
    pub const fn flat() -> Self {
        Self { weights: [1; WEEK], peak_to_mean: 1.0 }
    }

    /// Monday to Friday from 9 to 17 ten times the load of all other hours.
    #[must_use]
    pub fn business() -> Self {
        let busy = |hour: usize| hour / 24 < 5 && (9..17).contains(&(hour % 24));
        Self::of(|hour| if busy(hour) { 10 } else { 1 })
    }

    /// A wave with its trough at four in the morning and its crest over the working day, the same every day.
    #[must_use]
    pub fn diurnal() -> Self {
        const DAY: [u8; 24] =
            [5, 3, 2, 1, 1, 2, 4, 7, 11, 15, 18, 19, 18, 18, 19, 19, 18, 17, 15, 13, 12, 10, 8, 6];
        Self::of(|hour| DAY[hour % 24])
    }

    /// Four hours a day, from 10 to 14, at four times the load of the other twenty.
    #[must_use]
    pub fn burst() -> Self {
        Self::of(|hour| if (10..14).contains(&(hour % 24)) { 4 } else { 1 })
    }

    /// Own weights: 24 for every day or 168 for the week, `0`–`9` and `a`–`z` for 0 to 35.
    ///
    /// # Errors
    /// Another length, another character, or nothing but zeros.
    pub fn parse(text: &str) -> Result<Self, WeightsError> {
        let letters = text.as_bytes();
        if letters.len() != 24 && letters.len() != WEEK {
            return Err(WeightsError::Length(text.chars().count()));
        }
        let mut weights = [0; WEEK];
        for (hour, weight) in weights.iter_mut().enumerate() {
            let at = hour % letters.len();
            *weight = match letters[at] {
                digit @ b'0'..=b'9' => digit - b'0',
                letter @ b'a'..=b'z' => letter - b'a' + 10,
                _ => return Err(WeightsError::Character(at)),
            };
        }
        if weights.iter().all(|weight| *weight == 0) {
            return Err(WeightsError::AllZero);
        }
        Ok(Self { weights, peak_to_mean: 1.0 })
    }

    /// The profile of a scenario, or why its own weights are none and flat stands in.
    #[must_use]
    pub fn of_scenario(scenario: &Scenario) -> (Self, Option<WeightsError>) {
        let (profile, problem) = match scenario.name(FieldId::Profile) {
            Some("business") => (Self::business(), None),
            Some("diurnal") => (Self::diurnal(), None),
            Some("burst") => (Self::burst(), None),
            Some("own") => match Self::parse(scenario.name(FieldId::Weights).unwrap_or_default()) {
                Ok(profile) => (profile, None),
                Err(problem) => (Self::flat(), Some(problem)),
            },
            _ => (Self::flat(), None),
        };
        (profile.with_peak(scenario.number(FieldId::PeakToMean)), problem)
    }

    /// This profile with busiest minutes of `peak_to_mean` (at least 1) times an hour's mean.
    #[must_use]
    pub fn with_peak(self, peak_to_mean: f64) -> Self {
        Self { peak_to_mean: peak_to_mean.max(1.0), ..self }
    }

    fn of(weight: impl Fn(usize) -> u8) -> Self {
        Self { weights: std::array::from_fn(weight), peak_to_mean: 1.0 }
    }

    /// The whole weights, from Monday midnight.
    #[must_use]
    pub fn weights(&self) -> &[u8; WEEK] {
        &self.weights
    }

    /// The largest whole weight, 1 to 35.
    #[must_use]
    pub fn top(&self) -> u8 {
        self.weights.iter().copied().max().unwrap_or(1).max(1)
    }

    /// Busiest minutes of an hour over its mean.
    #[must_use]
    pub fn peak_to_mean(&self) -> f64 {
        self.peak_to_mean
    }

    /// The mean of the whole weights, above zero.
    #[must_use]
    pub fn mean(&self) -> f64 {
        let sum: u32 = self.weights.iter().map(|weight| u32::from(*weight)).sum();
        f64::from(sum) / WEEK as f64
    }

    /// The load of an hour of the week over the mean.
    #[must_use]
    pub fn weight(&self, hour: usize) -> f64 {
        f64::from(self.weights[hour % WEEK]) / self.mean()
    }

    /// What the fleet is planned for over the month's mean: the busiest hour's weight times its peak.
    #[must_use]
    pub fn peak_factor(&self) -> f64 {
        f64::from(self.top()) / self.mean() * self.peak_to_mean
    }

    /// The share of the demand in each hour of the day in UTC, for weights that count from midnight on a clock that is
    /// `ahead` hours ahead of UTC; an hour that begins within one of UTC is split between two.
    ///
    /// ```
    /// use llm_breakeven::engine::demand::Profile;
    /// // 10 to 14 o'clock in Kolkata is 4:30 to 8:30 in UTC, with four of the 36 parts of a day in each hour
    /// let hours = Profile::burst().hours_of_the_day(5.5);
    /// assert!((hours[5] - 4.0 / 36.0).abs() < 1e-12 && (hours[4] - 2.5 / 36.0).abs() < 1e-12);
    /// assert!((hours.iter().sum::<f64>() - 1.0).abs() < 1e-12);
    /// ```
    #[must_use]
    pub fn hours_of_the_day(&self, ahead: f64) -> [f64; 24] {
        let mut hours = [0.0; 24];
        let part = ahead.rem_euclid(1.0);
        for hour in 0..WEEK {
            let share = self.weight(hour) / WEEK as f64;
            let begins = (hour as f64 - ahead).floor().rem_euclid(24.0) as usize % 24;
            // a clock half an hour ahead begins its hours in the middle of one of UTC
            let first = if part > 0.0 { part } else { 1.0 };
            hours[begins] += share * first;
            hours[(begins + 1) % 24] += share * (1.0 - first);
        }
        hours
    }

    /// The mean rate in an hour of the week for `volume` tokens in a month of `hours`.
    #[must_use]
    pub fn rate(&self, volume: Tokens, hours: Hours, hour: usize) -> TokensPerSecond {
        volume.per_second(hours) * self.weight(hour)
    }

    /// The load-duration curve: the month's hours by falling rate, equal rates in one step.
    #[must_use]
    pub fn load_duration(&self, volume: Tokens, hours: Hours) -> Vec<Load> {
        let mut counts = [0u32; LEVELS];
        for weight in self.weights {
            counts[usize::from(weight)] += 1;
        }
        let mean = self.mean();
        let steps = counts.iter().enumerate().rev().filter(|(_, count)| **count > 0);
        let load = |(weight, count): (usize, &u32)| Load {
            hours: hours * (f64::from(*count) / WEEK as f64),
            rate: volume.per_second(hours) * (weight as f64 / mean),
        };
        steps.map(load).collect()
    }

    /// The profile of measured hours: weights in proportion, the largest 35.
    ///
    /// # Errors
    /// Neither 24 nor 168 hours, or none with any load.
    pub fn measured(loads: &[f64]) -> Result<Self, WeightsError> {
        if loads.len() != 24 && loads.len() != WEEK {
            return Err(WeightsError::Length(loads.len()));
        }
        let weights = weights::scaled(loads).ok_or(WeightsError::AllZero)?;
        Ok(Self::of(|hour| weights[hour % weights.len()]))
    }

    /// This profile as one to draw on: the same proportions with a largest weight that leaves room above and below.
    ///
    /// ```
    /// use llm_breakeven::engine::demand::Profile;
    /// assert_eq!((Profile::flat().to_draw().top(), Profile::business().to_draw().top()), (20, 20));
    /// ```
    #[must_use]
    pub fn to_draw(&self) -> Self {
        let factor = (20 / self.top()).max(1);
        Self::of(|hour| self.weights[hour] * factor)
    }

    /// This profile with another weight in some hours, 0 to 35; `None` when nothing would be left.
    #[must_use]
    pub fn drawn(&self, hours: impl Iterator<Item = usize>, weight: u8) -> Option<Self> {
        let mut drawn = *self;
        hours.for_each(|hour| drawn.weights[hour % WEEK] = weight.min(weights::MOST));
        drawn.weights.iter().any(|weight| *weight > 0).then_some(drawn)
    }

    /// Whether every day is the same.
    #[must_use]
    pub fn is_daily(&self) -> bool {
        self.weights[..WEEK - 24] == self.weights[24..]
    }

    /// The weights as the scenario spells them: 24 characters when every day is the same, otherwise 168.
    #[must_use]
    pub fn text(&self) -> String {
        weights::text(&self.weights[..if self.is_daily() { 24 } else { WEEK }])
    }
}
