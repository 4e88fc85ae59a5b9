//! Links that were published, each with the answer that it gave: they must give it for ever.
//!
//! `tests/links/*.txt` only grows. A section `## day, version: reason` holds records: a link, and what it came to, apart by
//! tabs. When a deliberate correction of the engine changes answers, `RECORD_LINKS="reason" cargo test --no-default-features
//! --test published_links` appends a section with that reason, in which the links that changed stand again: the last record
//! of a link counts, and the ones before it say what was answered until when. Prices that moved change nothing: a link is
//! answered with those of its day. `docs/links.md` says this to users.

#![allow(clippy::unwrap_used)]

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use llm_breakeven::catalogue::{Catalogue, model_text};
use llm_breakeven::engine::{self, Report, Winner};
use llm_breakeven::scenario::{FieldId, Scenario, default_of, link};
use llm_breakeven::units::number;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/links")
}

/// The records of all files, the last of each link.
fn records() -> BTreeMap<String, String> {
    let mut files: Vec<PathBuf> =
        std::fs::read_dir(folder()).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    let mut records = BTreeMap::new();
    for file in files.iter().filter(|file| file.extension().is_some_and(|ending| ending == "txt")) {
        for line in std::fs::read_to_string(file).unwrap().lines() {
            if let Some((link, answer)) = line.split_once('\t') {
                records.insert(link.to_owned(), answer.to_owned());
            }
        }
    }
    records
}

/// What a link comes to: kind of verdict, both bills, cheaper intervals, plan; scenarios to compare with behind a bar.
fn answer(text: &str) -> String {
    let decoded = link::decode(text, Catalogue::builtin());
    let complaints: Vec<_> = decoded.notices.iter().filter(|one| **one != link::Notice::NoChecksum).collect();
    assert!(complaints.is_empty(), "{text}: {complaints:?}");
    let all = std::iter::once(&decoded.scenario).chain(&decoded.others);
    all.map(one).collect::<Vec<_>>().join(" | ")
}

fn one(scenario: &Scenario) -> String {
    match engine::evaluate(scenario, Catalogue::builtin()) {
        Ok(report) => described(&report),
        Err(error) => format!("refused {} {:?}", error.field.field().name, error.reason),
    }
}

/// Ten digits: machines differ in the last of sixteen.
fn figure(value: f64) -> String {
    number::rounded(value, 10).to_string()
}

fn described(report: &Report) -> String {
    let mut text = match report.winner() {
        Some(Winner::Gpu) => "gpu",
        Some(Winner::Api) => "api",
        Some(Winner::Tie) => "tie",
        None => "none",
    }
    .to_owned();
    let card = report.api.card.as_ref().map_or("own", |card| &*card.id);
    write!(text, " api {} {card}", figure(report.api.bill.value())).unwrap();
    let plan = match &report.plan {
        Ok(plan) => plan,
        Err(why) => {
            let why = format!("{why:?}");
            let kind = why.split([' ', '(', '{']).next().unwrap_or_default();
            return text + " none " + kind;
        }
    };
    let replica = &plan.replica;
    let format = replica.format.map_or("own".to_owned(), |format| format!("{format:?}"));
    let offer = plan.offer.as_ref().map_or("own", |offer| &*offer.id);
    write!(
        text,
        " gpu {} {offer} {}x{} {format} {} tokens/s",
        figure(plan.bill.total().value()),
        figure(plan.purchases),
        plan.purchase.gpus,
        figure(replica.tokens_per_second.value()),
    )
    .unwrap();
    let durable = plan.breakeven.durable().map_or("never".to_owned(), |volume| figure(volume.value()));
    write!(text, " breakeven {durable}").unwrap();
    for interval in plan.breakeven.winning().take(3) {
        let to = interval.to.map_or("on".to_owned(), |to| figure(to.value()));
        write!(text, " {}..{to}", figure(interval.from.value())).unwrap();
    }
    text
}

/// Answers compared word by word: figures may differ by a billionth.
fn same(one: &str, other: &str) -> bool {
    let near = |a: f64, b: f64| (a - b).abs() <= 1e-8 * a.abs().max(b.abs());
    let (a, b): (Vec<&str>, Vec<&str>) = (one.split(' ').collect(), other.split(' ').collect());
    let word = |a: &str, b: &str| {
        let figures = |text: &str| text.split("..").map(number::parse).collect::<Option<Vec<f64>>>();
        match (figures(a), figures(b)) {
            (Some(a), Some(b)) => a.len() == b.len() && a.iter().zip(&b).all(|(a, b)| near(*a, *b)),
            _ => a == b,
        }
    };
    a.len() == b.len() && a.iter().zip(&b).all(|(a, b)| word(a, b))
}

#[test]
fn published_links_keep_their_answers() {
    let records = records();
    let changed: Vec<(&String, String)> = records
        .keys()
        .map(|link| (link, answer(link)))
        .filter(|(link, now)| !same(now, &records[*link]))
        .collect();
    if let Ok(reason) = std::env::var("RECORD_LINKS") {
        return record(&reason, &records, &changed);
    }
    for (link, now) in changed.iter().take(10) {
        println!("{link}\n  was {}\n  now {now}", records[*link]);
    }
    assert!(
        changed.is_empty(),
        "{} of {} published links answer otherwise. Prices: run ./dev prices, which keeps the past. A deliberate correction: \
         RECORD_LINKS=\"reason\" cargo test --no-default-features --test published_links",
        changed.len(),
        records.len()
    );
    assert!(records.len() >= 200, "{}", records.len());
}

/// The links are worth keeping: every field and every kind of answer is in them.
#[test]
fn published_links_cover_the_table_of_fields() {
    if std::env::var("RECORD_LINKS").is_ok() {
        return; // the file is being written
    }
    let records = records();
    let mut set = BTreeSet::new();
    let mut four = 0;
    for link in records.keys() {
        let decoded = link::decode(link, Catalogue::builtin());
        four += usize::from(decoded.others.len() == 3);
        set.extend(FieldId::ALL.iter().filter(|id| *decoded.scenario.get(**id) != default_of(**id)).copied());
    }
    let missing: Vec<_> =
        FieldId::ALL.iter().filter(|id| !set.contains(id) && **id != FieldId::AsOf).collect();
    assert!(missing.is_empty(), "{missing:?}");
    assert!(four >= 5, "{four}");
    for kind in ["gpu ", "api ", "none "] {
        assert!(records.values().filter(|answer| answer.starts_with(kind)).count() >= 10, "{kind}");
    }
}

/// Appends what changed, and new links of `tests/links/new` (one a line), to the file of published links.
fn record(reason: &str, records: &BTreeMap<String, String>, changed: &[(&String, String)]) {
    let day = Catalogue::builtin().newest();
    let mut section = format!("\n## {day}, {}: {reason}\n", env!("CARGO_PKG_VERSION"));
    let mut count = 0;
    let mut add = |link: &str, answer: &str| {
        writeln!(section, "{link}\t{answer}").unwrap();
        count += 1;
    };
    changed.iter().for_each(|(link, now)| add(link, now));
    for line in std::fs::read_to_string(folder().join("new")).unwrap_or_default().lines() {
        // `own=ID` stands for the shape of a model of the catalogue
        let own = line.split(';').find_map(|part| Catalogue::builtin().model(part.strip_prefix("own=")?));
        let line = own.map_or(line.to_owned(), |row| {
            line.replace(&format!("own={}", row.id), &format!("own={}", model_text::encode(row)))
        });
        let decoded = link::decode(&line, Catalogue::builtin());
        // written as the page writes them, with day and checksum
        let text = link::encode_all(&decoded.scenario, &decoded.others, day);
        if !records.contains_key(&text) {
            add(&text, &answer(&text));
        }
    }
    let file = folder().join("published.txt");
    let old = std::fs::read_to_string(&file).unwrap_or_default();
    std::fs::write(&file, if count > 0 { old + &section } else { old }).unwrap();
    println!("{count} records appended");
}

// The page's first load has no sources and notes: nothing that it computes or says may need them.
#[cfg(not(feature = "fetched"))]
#[test]
fn the_page_says_the_same_without_sources_and_notes() {
    use llm_breakeven::words;
    let full = Catalogue::builtin();
    let short = Catalogue::decode(llm_breakeven::catalogue::PAGE_PACKED).unwrap();
    assert!(short.gpus.iter().all(|row| row.provenance.source.is_empty()), "{:?}", short.gpus[0]);
    let says = |text: &str, catalogue: &Catalogue| {
        let report = engine::evaluate(&link::decode(text, catalogue).scenario, catalogue);
        report.map(|report| {
            let verdict = words::verdict::verdict(&report);
            (verdict.text(), words::verdict::small_print(&report, None), words::tables::cost(&report).csv())
        })
    };
    for text in records().keys() {
        assert!(says(text, &short) == says(text, full), "{text}");
    }
}
