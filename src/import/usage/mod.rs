//! Usage exports: requests, or sums of them, each with its time and tokens. They are read piece by piece, so that a
//! file's size does not matter: what is kept is one sum for each minute.
//!
//! Columns of a CSV and keys of JSON (one document, or one a line) are told by their names, those of the exports of OpenAI
//! and Anthropic, of gateways and of public traces among them; [`columns`] has the list. Times are ISO 8601 or seconds,
//! milliseconds or microseconds since 1970; smaller numbers are seconds since the file's start. A time with an offset
//! (`+02:00`, `Z`) is taken to UTC. Times without one keep their clock: whoever knows it says how far ahead of UTC it is.
//!
//! With `N` tokens in `T` hours, a month of `H` hours is `N·H/T`. The profile is the mean of each hour of the week, or of
//! the day where the file is shorter than a week.
//!
//! ```
//! use llm_breakeven::import::usage::UsageReader;
//! use llm_breakeven::units::Hours;
//! // a day: 300 tokens in each hour, 2,100 at ten
//! let rows = (0..24).map(|hour| format!("2026-11-02T{hour:02}:00:00Z,{},100\n", if hour == 10 { 2_000 } else { 200 }));
//! let file = format!("timestamp,prompt_tokens,completion_tokens\n{}", rows.collect::<String>());
//! let mut reader = UsageReader::of(file.as_bytes()).unwrap();
//! // in whatever pieces it comes
//! file.as_bytes().chunks(7).for_each(|piece| reader.push(piece));
//! let usage = reader.finish().unwrap();
//! assert_eq!((usage.requests, usage.input, usage.output, usage.hours.value()), (24.0, 6_600.0, 2_400.0, 24.0));
//! assert_eq!(usage.month(Hours::new(720.0)).value(), 270_000.0);
//! assert_eq!(usage.profile.unwrap().text(), "5555555555z5555555555555");
//! ```

pub mod columns;
mod csv;
mod json;
mod time;

use crate::engine::demand::{Profile, WEEK};
use crate::scenario::FieldId;
use crate::units::{Date, Hours, Tokens, format, number, order};
use columns::Counts;
use std::collections::HashMap;

/// Bytes of a file's beginning by which it is told.
pub const HEAD: usize = 64_000;

/// Different minutes that are kept apart, at most: nearly six years.
const MOST_MINUTES: usize = 3_000_000;

/// Requests that an hour needs before its busiest minute says anything.
const ENOUGH_REQUESTS: f64 = 120.0;

/// The finest difference between the times of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Grain {
    /// Whole days.
    Day,
    /// Whole hours.
    Hour,
    /// Minutes or less.
    Minute,
}

impl Grain {
    const fn minutes(self) -> i64 {
        match self {
            Self::Day => 1_440,
            Self::Hour => 60,
            Self::Minute => 1,
        }
    }
}

/// What a file says.
#[derive(Clone, Debug, PartialEq)]
pub struct Usage {
    /// Requests; as many as rows where the file does not count them.
    pub requests: f64,
    /// All input tokens, cached ones too.
    pub input: f64,
    /// All output tokens, reasoning too.
    pub output: f64,
    /// Tokens of which it is not said whether they are input or output.
    pub unsplit: f64,
    /// Of the input, read from a cache.
    pub cached: f64,
    /// Of the input, written to a cache.
    pub written: f64,
    /// Of the output, reasoning.
    pub reasoning: f64,
    /// First and last day; `None` when times count from the file's start.
    pub days: Option<(Date, Date)>,
    /// Whether its times name no zone: days and profile are then those of the file's own clock, otherwise of UTC.
    pub unzoned: bool,
    /// How long it was recorded.
    pub hours: Hours,
    /// How fine its times are.
    pub grain: Grain,
    /// When tokens are asked for; `None` when it is too short to tell.
    pub profile: Option<Profile>,
    /// The busiest minute over the mean of its hour, the median of the busiest tenth of hours.
    pub peak_to_mean: Option<f64>,
    /// Rows that could not be read, and the line of the first.
    pub skipped: (usize, Option<u32>),
}

/// Why a usage file says nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UsageError {
    /// No row has a time and tokens; as many were looked at, the first bad one on that line.
    NoRows(usize, Option<u32>),
    /// It covers less than an hour: what a month needs cannot be told from it.
    TooShort,
    /// More different minutes than are kept apart.
    TooLong,
}

impl Usage {
    /// All tokens.
    #[must_use]
    pub fn tokens(&self) -> f64 {
        self.input + self.output + self.unsplit
    }

    /// Tokens of a month of so many hours at this rate.
    #[must_use]
    pub fn month(&self, hours: Hours) -> Tokens {
        Tokens::new(self.tokens() * (hours / self.hours))
    }

    /// What it puts into a scenario whose month has so many hours, within the limits of the fields; `ahead` is how many hours
    /// the file's own clock is ahead of UTC, where its times name no zone.
    #[must_use]
    pub fn sets(&self, hours: Hours, ahead: f64) -> Vec<(FieldId, String)> {
        let month = number::rounded(self.month(hours).value(), 4).clamp(1e3, 1e16);
        let mut sets = vec![(FieldId::Volume, format::exact(month))];
        let mut share = |field, part: f64, all: f64| {
            if part > 0.0 && all > 0.0 {
                let percent = number::rounded(part / all * 100.0, 4).clamp(0.0, 100.0);
                sets.push((field, format::exact(percent)));
            }
        };
        share(FieldId::InputShare, self.input, self.input + self.output);
        share(FieldId::CachedShare, self.cached, self.input);
        share(FieldId::WrittenShare, self.written, self.input);
        share(FieldId::ReasoningShare, self.reasoning, self.output);
        if self.requests > 0.0 {
            let size = (self.tokens() / self.requests).round().clamp(2.0, 1e6);
            sets.push((FieldId::RequestTokens, format::exact(size)));
        }
        if let Some(profile) = &self.profile {
            sets.push((FieldId::Profile, "own".into()));
            sets.push((FieldId::Weights, profile.text()));
            let ahead = if self.unzoned { ahead.clamp(-12.0, 14.0) } else { 0.0 };
            sets.push((FieldId::UtcOffset, format::exact(ahead)));
        }
        sets.extend(
            self.peak_to_mean.map(|peak| (FieldId::PeakToMean, format::exact(number::rounded(peak, 3)))),
        );
        sets
    }

    /// Part of the tokens that is input, 0 to 1; `None` where the file does not split them.
    #[must_use]
    pub fn input_share(&self) -> Option<f64> {
        let split = self.input + self.output;
        (split > 0.0).then(|| self.input / split)
    }
}

/// Reads a file as it comes.
pub struct UsageReader {
    form: Form,
    tally: Tally,
}

enum Form {
    Csv(csv::Csv),
    Json(json::Json),
}

impl UsageReader {
    /// A reader of the file that begins so; `None` when it is no usage export. Nothing of the beginning is taken yet.
    #[must_use]
    pub fn of(head: &[u8]) -> Option<Self> {
        let head = &head[..head.len().min(HEAD)];
        let first = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head).trim_ascii_start().first()?;
        let form = match first {
            b'{' | b'[' => {
                let (mut json, mut tally) = (json::Json::default(), Tally::default());
                json.push(head, &mut tally);
                (json.is_usage()).then(|| Form::Json(json::Json::default()))?
            }
            _ => Form::Csv(csv::Csv::of(head)?),
        };
        Some(Self { form, tally: Tally::default() })
    }

    /// Takes the next bytes.
    pub fn push(&mut self, bytes: &[u8]) {
        match &mut self.form {
            Form::Csv(csv) => csv.push(bytes, &mut self.tally),
            Form::Json(json) => json.push(bytes, &mut self.tally),
        }
    }

    /// What all of it says.
    ///
    /// # Errors
    /// Why it says nothing.
    pub fn finish(mut self) -> Result<Usage, UsageError> {
        if let Form::Csv(csv) = &mut self.form {
            csv.push(b"\n", &mut self.tally);
        }
        self.tally.usage()
    }
}

/// Sums of what was read.
#[derive(Default)]
struct Tally {
    sum: Counts,
    rows: usize,
    skipped: usize,
    first_bad: Option<u32>,
    relative: bool,
    /// Whether some times name their zone, and some do not.
    zones: [bool; 2],
    grain: Option<Grain>,
    /// Tokens and requests by minute since 1970.
    minutes: HashMap<i64, (f64, f64)>,
    /// The minute under way: rows follow one another in time in most files.
    now: (i64, f64, f64),
    overflow: bool,
}

impl Tally {
    /// A row that has a time.
    fn add(&mut self, moment: time::Moment, counts: &Counts) {
        let tokens = counts.tokens();
        self.rows += 1;
        self.relative |= moment.relative;
        self.zones[usize::from(!moment.zoned)] = true;
        let grain = match moment.minute {
            minute if moment.seconds || minute % 60 != 0 => Grain::Minute,
            minute if minute % 1_440 != 0 => Grain::Hour,
            _ => Grain::Day,
        };
        self.grain = Some(self.grain.map_or(grain, |known| known.max(grain)));
        let requests = counts.requests.unwrap_or(if tokens > 0.0 { 1.0 } else { 0.0 });
        self.sum.add(counts);
        self.sum.requests = Some(self.sum.requests.unwrap_or_default() + requests);
        if self.now.0 != moment.minute {
            self.settle();
            self.now = (moment.minute, 0.0, 0.0);
        }
        self.now.1 += tokens;
        self.now.2 += requests;
    }

    /// A row that could not be read.
    fn skip(&mut self, line: Option<u32>) {
        self.skipped += 1;
        if self.first_bad.is_none() {
            self.first_bad = line;
        }
    }

    fn settle(&mut self) {
        let (minute, tokens, requests) = self.now;
        if tokens == 0.0 && requests == 0.0 && self.minutes.is_empty() {
            return;
        }
        if self.minutes.len() >= MOST_MINUTES && !self.minutes.contains_key(&minute) {
            self.overflow = true;
            return;
        }
        let sum = self.minutes.entry(minute).or_default();
        sum.0 += tokens;
        sum.1 += requests;
    }

    fn usage(mut self) -> Result<Usage, UsageError> {
        self.settle();
        let none = UsageError::NoRows(self.rows + self.skipped, self.first_bad);
        let grain = self.grain.ok_or(none)?;
        if self.overflow {
            return Err(UsageError::TooLong);
        }
        let (first, last) = (self.minutes.keys().min(), self.minutes.keys().max());
        let (Some(&first), Some(&last)) = (first, last) else { return Err(none) };
        if self.sum.tokens() <= 0.0 {
            return Err(none);
        }
        let span = last - first + grain.minutes();
        if span < 60 {
            return Err(UsageError::TooShort);
        }
        let days = [first, last].map(|minute| Date::of_day_number(minute.div_euclid(1_440)));
        Ok(Usage {
            requests: self.sum.requests.unwrap_or_default(),
            input: self.sum.all_input(),
            output: self.sum.output.unwrap_or_default(),
            unsplit: self.sum.unsplit(),
            cached: self.sum.all_cached(),
            written: self.sum.written.unwrap_or_default(),
            reasoning: self.sum.reasoning.unwrap_or_default(),
            days: if self.relative { None } else { days[0].zip(days[1]) },
            unzoned: self.zones == [false, true],
            hours: Hours::new(span as f64 / 60.0),
            grain,
            profile: self.profile(grain, first, last),
            peak_to_mean: if grain == Grain::Minute { self.peak() } else { None },
            skipped: (self.skipped, self.first_bad),
        })
    }

    /// The mean of each hour of the week or, of less than a week, of the day.
    fn profile(&self, grain: Grain, first: i64, last: i64) -> Option<Profile> {
        let hour = |minute: i64| minute.div_euclid(60);
        let (first, last) = (hour(first), hour(last + grain.minutes() - 1));
        let period = match last - first + 1 {
            span if span >= WEEK as i64 => WEEK,
            span if span >= 24 && grain > Grain::Day => 24,
            _ => return None,
        };
        // 1970 began on a Thursday
        let place = |hour: i64| (hour + 72).rem_euclid(period as i64) as usize;
        let (mut sums, mut times) = (vec![0.0; period], vec![0.0; period]);
        for hour in first..=last {
            times[place(hour)] += 1.0;
        }
        for (minute, (tokens, _)) in &self.minutes {
            if grain == Grain::Day {
                (0..24).for_each(|more| sums[place(hour(*minute) + more)] += tokens / 24.0);
            } else {
                sums[place(hour(*minute))] += tokens;
            }
        }
        let means: Vec<f64> =
            sums.iter().zip(&times).map(|(sum, times)| sum / f64::max(*times, 1.0)).collect();
        Profile::measured(&means).ok()
    }

    fn peak(&self) -> Option<f64> {
        let mut hours: HashMap<i64, (f64, f64, f64)> = HashMap::new();
        for (minute, (tokens, requests)) in &self.minutes {
            let hour = hours.entry(minute.div_euclid(60)).or_default();
            *hour = (hour.0 + tokens, hour.1 + requests, hour.2.max(*tokens));
        }
        let mut busy: Vec<(f64, f64)> = hours
            .into_values()
            .filter(|(tokens, requests, _)| *requests >= ENOUGH_REQUESTS && *tokens > 0.0)
            .map(|(tokens, _, most)| (tokens, most * 60.0 / tokens))
            .collect();
        order::by_number(&mut busy, |(tokens, _)| -tokens);
        busy.truncate(busy.len().div_ceil(10));
        order::by_number(&mut busy, |(_, ratio)| *ratio);
        busy.get(busy.len() / 2).map(|(_, ratio)| ratio.clamp(1.0, 100.0))
    }
}
