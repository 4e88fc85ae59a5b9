//! Keeps the price tables: reads price lists of others, updates the rows in `src/catalogue/data/`, and says what changed.
//!
//! ```text
//! prices FILE…              update rows from LiteLLM, genai-prices, models.dev and SkyPilot files
//!   --date 2026-11-23       day of the files that follow (default: today)
//!   --source TEXT           name of the next file's source, such as "litellm 1.109.1"
//!   --add                   also add rows of known providers that the catalogue does not have
//!   --prune                 remove rows that their list no longer has, or calls deprecated
//!   --dry-run               only say what would change
//!   --data FOLDER           the tables (default: src/catalogue/data)
//! prices --stale 2026-11-23 list rows that were older than 90 days on that day; fails when there are any
//! ```
//!
//! What moved is kept in `api_prices_past.toml` and `offers_past.toml`, so that links are answered with the prices of their
//! day for ever.
//!
//! A row is updated only from the list that it came from; other lists are compared with it, and a difference of more
//! than 5 % is noted in the row. Rows with `hand = true` are never changed.

#![allow(clippy::print_stdout, clippy::print_stderr)]

#[path = "../../catalogue/columns.rs"]
#[allow(dead_code)]
mod columns;
mod past;
#[path = "../../catalogue/build/rows.rs"]
#[allow(clippy::panic)]
mod rows;
mod summary;
mod tables;
mod update;

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::{SystemTime, UNIX_EPOCH};

use llm_breakeven::catalogue::{Catalogue, Provenance};
use llm_breakeven::import::prices::{self as import, Import, Skipped};
use llm_breakeven::units::Date;
use llm_breakeven::words::prices as words;
use summary::Summary;
use tables::Data;
use update::Source;

/// What the command line asks for.
#[derive(Default)]
struct Options {
    files: Vec<(String, Option<String>, Date)>,
    stale: Option<Date>,
    add: bool,
    prune: bool,
    dry_run: bool,
    data: Option<PathBuf>,
}

fn main() -> ExitCode {
    let result = options(std::env::args().skip(1)).and_then(|options| match options.stale {
        Some(day) => stale(day),
        None => update(&options),
    });
    match result {
        Ok(code) => code,
        Err(error) => {
            eprintln!("prices: {error}");
            ExitCode::from(2)
        }
    }
}

fn options(mut arguments: impl Iterator<Item = String>) -> Result<Options, String> {
    let mut options = Options::default();
    let (mut source, mut date) = (None, None);
    while let Some(argument) = arguments.next() {
        let mut value = || arguments.next().ok_or(format!("{argument} needs a value"));
        let day = |text: String| Date::parse(&text).ok_or(format!("{text} is no date such as 2026-11-23"));
        match argument.as_str() {
            "--date" => date = Some(day(value()?)?),
            "--stale" => options.stale = Some(day(value()?)?),
            "--source" => source = Some(value()?),
            "--data" => options.data = Some(value()?.into()),
            "--add" => options.add = true,
            "--prune" => options.prune = true,
            "--dry-run" => options.dry_run = true,
            unknown if unknown.starts_with("--") => return Err(format!("unknown option {unknown}")),
            file => options.files.push((file.to_owned(), source.take(), date.unwrap_or_else(today))),
        }
    }
    Ok(options)
}

/// Today by the machine's clock, UTC.
fn today() -> Date {
    let seconds = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
    date_of(i32::try_from(seconds / 86_400).unwrap_or(i32::MAX))
}

/// The date of a day since 1970-01-01.
fn date_of(days: i32) -> Date {
    let year = |year: u16| Date::new(year, 1, 1).filter(|first| first.day_number() <= days);
    let first = (1970..9999).rev().find_map(year).unwrap_or(Date::EPOCH);
    let text = first.to_string();
    let of_year = (1..=12).flat_map(|month| (1..=31).map(move |day| (month, day)));
    let dates = of_year.filter_map(|(month, day)| Date::new(text.get(..4)?.parse().ok()?, month, day));
    dates.into_iter().find(|date| date.day_number() == days).unwrap_or(first)
}

fn update(options: &Options) -> Result<ExitCode, String> {
    let mut sources = Vec::new();
    for (file, name, date) in &options.files {
        let bytes = std::fs::read(file).map_err(|error| format!("{file}: {error}"))?;
        let import = import::read(file, &bytes, *date, Catalogue::builtin())
            .map_err(|error| format!("{file}: {}", words::file_error(&error)))?;
        describe(file, &import);
        let name = name.clone().unwrap_or_else(|| import.format.key().to_owned());
        sources.push(Source { name, date: *date, import });
    }
    let home = || Path::new(env!("CARGO_MANIFEST_DIR")).join("src/catalogue/data");
    let folder = options.data.clone().unwrap_or_else(home);
    let mut summary = Summary::default();
    // links made so far carry the day of the newest fact; those of the day of these files mean the new prices
    let first = options.files.iter().map(|(_, _, date)| *date).min().unwrap_or_else(today);
    let until = Catalogue::builtin().newest().min(date_of(first.day_number() - 1));
    let mut kept = 0;
    for kind in [Data::ApiPrices, Data::Offers] {
        let mut table = tables::read(&folder, kind, false)?;
        let mut past = tables::read(&folder, kind, true)?;
        let before = table.rows.clone();
        update::table(kind, &mut table.rows, &sources, options.add, &mut summary);
        if options.prune {
            table.rows.retain(|row| !summary.is_gone(&update::id_of(kind, row)));
        }
        kept += past::remember(kind, &before, &table.rows, until, &mut past.rows);
        if !options.dry_run {
            tables::write(&folder, kind, &table)?;
            tables::write(&folder, kind, &past)?;
        }
    }
    summary.print(options.dry_run);
    println!("kept of the past, as it was until {until}: {kept}");
    Ok(ExitCode::SUCCESS)
}

/// Says what a file held.
fn describe(file: &str, import: &Import) {
    println!(
        "{file}: {} · {} API prices, {} offers, {} problems",
        import.format.key(),
        import.api_prices.len(),
        import.offers.len(),
        import.problems.len()
    );
    for why in Skipped::ALL.into_iter().filter(|why| import.skipped.of(*why) > 0) {
        println!("  left out {}: {}", import.skipped.of(why), words::skipped(why));
    }
    for problem in import.problems.iter().take(20) {
        println!("  {}", words::problem(problem));
    }
    if import.problems.len() > 20 {
        println!("  … and {} more", import.problems.len() - 20);
    }
}

/// Lists what is older than 90 days, by source.
fn stale(today: Date) -> Result<ExitCode, String> {
    let catalogue = Catalogue::builtin();
    let mut groups = std::collections::BTreeMap::<(String, String), usize>::new();
    let offers = catalogue.offers.iter().map(|row| ("offers", &row.provenance));
    let prices = catalogue.api_prices.iter().map(|row| ("API prices", &row.provenance));
    for (table, Provenance { source, as_of }) in
        offers.chain(prices).filter(|(_, provenance)| provenance.is_stale(today))
    {
        *groups.entry((format!("{as_of}"), format!("{table} · {source}"))).or_default() += 1;
    }
    for ((day, what), count) in &groups {
        println!("{day} · {count} {what}");
    }
    let total: usize = groups.values().sum();
    println!("{total} price rows were older than {} days on {today}", Provenance::STALE_AFTER_DAYS);
    Ok(ExitCode::from(u8::from(total > 0)))
}
