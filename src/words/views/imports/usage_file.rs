//! What a usage file says, and what it puts into the scenario.

use crate::catalogue::Text;
use crate::import::usage::{Grain, Usage, UsageError};
use crate::scenario::fields::Kind;
use crate::scenario::{FieldId, Scenario};
use crate::units::parse::Unit;
use crate::units::{format, number};
use crate::words::table::{Cell, Column, Row, Table};
use crate::words::view::{Answers, Block, Control, ControlKind};

/// How far clocks are ahead of UTC, in half hours: the westernmost and the easternmost.
const CLOCKS: std::ops::RangeInclusive<i32> = -24..=28;

/// A clock by how many hours it is ahead of UTC: `UTC`, `UTC+5:30`, `UTC−3`.
fn clock(ahead: f64) -> String {
    let (hours, half) = (ahead.abs().floor(), if ahead.fract() == 0.0 { "" } else { ":30" });
    match ahead {
        0.0 => "UTC".into(),
        _ => format!("UTC{}{hours:.0}{half}", if ahead < 0.0 { "−" } else { "+" }),
    }
}

/// Asks which clock a file's times are of that name no zone.
fn clock_control(ahead: f64) -> Block {
    let options = CLOCKS.map(|halves| {
        let ahead = f64::from(halves) / 2.0;
        (format::exact(ahead), clock(ahead))
    });
    Block::Control(Control {
        key: Text::Borrowed("clock"),
        label: "Its times name no zone; they are of the clock".into(),
        value: format::exact(ahead),
        kind: ControlKind::Select(options.collect()),
    })
}

/// The file's answer.
pub fn show(
    blocks: &mut Vec<Block>,
    usage: &Result<Box<Usage>, UsageError>,
    scenario: &Scenario,
    answers: &Answers,
) {
    let hours = scenario.hours_per_month();
    let answered = answers.given("clock").and_then(number::parse);
    // halves are all that can be chosen
    let ahead = answered.unwrap_or(scenario.number(FieldId::UtcOffset)).clamp(-12.0, 14.0);
    let ahead = (ahead * 2.0).round() / 2.0;
    let usage = match usage {
        Ok(usage) => usage,
        Err(error) => return blocks.push(Block::Alert(refused(*error))),
    };
    if usage.unzoned {
        blocks.push(clock_control(ahead));
    }
    blocks.push(Block::Text(summary(usage, ahead)));
    if usage.skipped.0 > 0 {
        blocks.push(Block::Alert(skipped(usage)));
    }
    let sets = usage.sets(hours, ahead);
    blocks.push(Block::Table(table(&sets)));
    if usage.profile.is_none() {
        let needed = if usage.grain == Grain::Day { "a week of days" } else { "a day" };
        blocks.push(Block::Text(format!(
            "It is too short for a profile: {needed} is needed. Yours stays as it is."
        )));
    }
    blocks.push(Block::Take("Use this workload".into(), sets));
}

/// Why it says nothing, and what to do.
#[must_use]
pub fn refused(error: UsageError) -> String {
    match error {
        UsageError::NoRows(rows, line) => {
            let first = line.map_or(String::new(), |line| format!(", the first in line {line}"));
            format!(
                "This is a usage file, but none of its {} rows has a time and tokens{first}. Times are read as 2026-11-24T10:31:00Z or as \
                 seconds since 1970, tokens as plain numbers.",
                format::grouped(rows as f64)
            )
        }
        UsageError::TooShort => {
            "This usage file covers less than an hour, too little to tell a month from. Export a day or more."
                .into()
        }
        UsageError::TooLong => {
            "This usage file covers more than five years by the minute. Export the last months alone.".into()
        }
    }
}

/// What it holds in a sentence; `ahead` is how many hours its own clock is ahead of UTC, where its times name no zone.
#[must_use]
pub fn summary(usage: &Usage, ahead: f64) -> String {
    let clock = clock(if usage.unzoned { ahead } else { 0.0 });
    let when = match usage.days {
        Some((first, last)) => format!("from {first} to {last} ({clock})"),
        None => "with times that count from its start, taken for a Monday midnight".into(),
    };
    let grain = match usage.grain {
        Grain::Day => "by the day",
        Grain::Hour => "by the hour",
        Grain::Minute => "by the minute",
    };
    let days = usage.hours.value() / 24.0;
    let length = if days < 2.0 {
        format!("{} hours", format::compact(usage.hours.value()))
    } else {
        format!("{} days", format::compact(number::rounded(days, 3)))
    };
    format!(
        "{} requests {when}, {length} {grain}: {} tokens, {} of them input.",
        format::grouped(usage.requests.round()),
        format::compact(usage.tokens()),
        usage.input_share().map_or("unknown how many".into(), |share| format::percent(share * 100.0)),
    )
}

fn skipped(usage: &Usage) -> String {
    let (rows, line) = usage.skipped;
    let first = line.map_or(String::new(), |line| format!(", the first in line {line}"));
    format!("{} rows without a time or tokens were left out{first}.", format::grouped(rows as f64))
}

fn table(sets: &[(FieldId, String)]) -> Table {
    let row = |(field, text): &(FieldId, String)| {
        let shown = match (field.field().kind, number::parse(text)) {
            (Kind::Number { unit: Unit::Percent, .. }, Some(value)) => format::percent(value),
            (Kind::Number { .. }, Some(value)) => format::compact(value),
            _ if *field == FieldId::Weights => match text.len() {
                24 => "the mean of each hour of the day".into(),
                _ => "the mean of each hour of the week".into(),
            },
            (Kind::Choice(choices), _) => choices
                .iter()
                .find(|choice| choice.key == text)
                .map_or(text.clone(), |choice| choice.label.into()),
            _ => text.clone(),
        };
        Row { cells: vec![Cell::of(field.field().label), Cell::of(shown)], strong: false }
    };
    Table {
        columns: vec![Column::text("What it says"), Column::figure("Value")],
        rows: sets.iter().map(row).collect(),
        note: "A month at the file's rate; hours are those of the clock named above. A click on the button puts all of it into the scenario; “Week and load” then shows it and lets \
               you draw on it."
            .into(),
        ..Table::default()
    }
}
