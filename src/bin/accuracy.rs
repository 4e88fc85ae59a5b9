//! `accuracy POINTS.csv [--tables TABLES.json]`: how far the sizing model is from measurements, as Markdown.
//!
//! Beside it, on the same points, the rules that calculators without a model use: bandwidth ÷ weights × batch, a
//! constant number of tokens per second and GPU, and the ideal roofline. The points of `docs/validation.csv`, which the
//! constants never see, have a section of their own.

#[allow(dead_code, reason = "shared by two tools")]
mod tools;

use std::collections::BTreeMap;

use llm_breakeven::engine::constants::CALIBRATED;
use tools::fit::{Measured, fit, neutral};
use tools::naive;
use tools::points::{Class, Point};
use tools::ratios::Ratios;
use tools::stated::{HEAD, Stated, by, in_band, ratios, reasons, size, speed, ttft_in_range};
use tools::tables::Tables;
use tools::unseen::{self, Unseen};

fn main() -> Result<(), String> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let (points, tables) = tools::read(&arguments)?;
    print!("{}", report(&points, &tables));
    print!("{}", held_out(&points, &tables));
    let (unseen, reference) = tools::read_all(&unseen::file())?;
    let catalogue = Tables::parse("{}")?;
    print!("{}", Unseen::new(&unseen, &catalogue).section(&reference));
    Ok(())
}

/// Titles and columns of the tables by group.
const GROUPS: [(&str, &str); 5] =
    [("gpu", "gpu"), ("model", "model"), ("engine", "engine"), ("weights", "wprec"), ("source", "source")];

fn report(points: &[Point], tables: &Tables) -> String {
    let (stated, left_out) = Stated::all(points, tables);
    let of = |class: Class| stated.iter().filter(move |s| s.class == class);
    let mut text = beginning(&stated, points.len());
    text += &reasons(&left_out);
    text += &overall(&stated);
    text += &format!(
        "\n## Against naive rules\n\nThe same points, current engines on NVIDIA.\n\n{HEAD}{}",
        naive::rows(of(Class::Current), tables)
    );
    for (title, column) in GROUPS {
        text += &format!("\n## By {title}\n\nOutput tokens per second, current engines on NVIDIA.\n\n{HEAD}");
        text += &by(of(Class::Current), |s| s.point.text(column).to_owned());
    }
    text += &format!("\n## By size\n\n{HEAD}");
    text += &by(of(Class::Current), |s| size(tables.shape(s.point.text("model"))));
    let others = [
        (Class::Amd, "AMD by source", "source"),
        (Class::Legacy, "Engines before 2025 by source", "source"),
        (Class::LlamaCpp, "llama.cpp by GPU", "gpu"),
    ];
    for (class, title, column) in others {
        let rows = by(of(class), |s| s.point.text(column).to_owned());
        if !rows.is_empty() {
            text +=
                &format!("\n## {title}\n\nTokens per second, or the time that was measured.\n\n{HEAD}{rows}");
        }
    }
    text
}

/// What the file is, and which of its points the constants have seen.
fn beginning(stated: &[Stated], points: usize) -> String {
    let seen = stated.iter().filter(|s| s.point.is_in_sample()).count();
    let unseen = stated.len() - seen;
    let mut text = format!(
        "# Accuracy of the sizing model\n\nWritten by `./dev accuracy POINTS.csv`; the columns of that file are in \
         docs/measurements.md. Ratios are stated ÷ measured, on {} of {points} points.\n\n",
        stated.len()
    );
    text += &match (seen, unseen) {
        (_, 0) => format!(
            "**In sample**: the constants are fitted to these {seen} points. How far off they are on points that they have \
             not seen is in the last table.\n\n"
        ),
        (0, _) => format!("**Held out**: the constants have seen none of these {unseen} points.\n\n"),
        _ => format!(
            "**In sample** are {seen} points, which the constants are fitted to; **held out** are {unseen}, which they have \
             not seen. The rows by source tell them apart.\n\n"
        ),
    };
    text
}

fn overall(stated: &[Stated]) -> String {
    let class = |class: Class| stated.iter().filter(move |s| s.class == class);
    let mut text = format!("## Overall\n\n{HEAD}");
    text += &ratios(class(Class::Current), speed).row("Throughput, current engines on NVIDIA");
    text += &ratios(class(Class::Current), |s| s.compare().tpot).row("TPOT, current engines on NVIDIA");
    text += &ratios(class(Class::Current), |s| s.compare().ttft).row("TTFT, current engines on NVIDIA");
    text += &ratios(class(Class::Amd), speed).row("Throughput, AMD");
    text += &ratios(class(Class::LlamaCpp), speed).row("Speed, llama.cpp");
    text += &ratios(class(Class::Legacy), speed).row("Throughput, engines before 2025 on NVIDIA");
    text + &format!(
        "\nTTFT of current engines on NVIDIA lies within the range shown at {:.0} % of the points.\n",
        in_band(class(Class::Current), ttft_in_range) * 100.0
    )
}

/// Each large group stated with constants that were fitted to the other points only.
fn held_out(points: &[Point], tables: &Tables) -> String {
    let set = tools::measured(points.iter().filter(|point| point.is_in_sample()), tables);
    if set.is_empty() {
        return String::new();
    }
    let kind = |m: &Measured| size(tables.shape(m.0.text("model")));
    let mut groups: BTreeMap<String, Vec<bool>> = BTreeMap::new();
    let names = |m: &Measured| {
        let source = format!("source {}", m.0.text("source"));
        [m.0.text("engine").to_owned(), m.0.text("gpu").to_owned(), kind(m), source]
    };
    for m in set.iter().filter(|m| m.1 == Class::Current) {
        for name in names(m) {
            groups.entry(name).or_default().push(true);
        }
    }
    let mut text = format!(
        "\n## On points that the constants had not seen\n\nEach group of the points that the constants are fitted to, \
         stated with constants that were fitted without it, from a beginning that is the same for all.\n\n{HEAD}"
    );
    for name in groups.iter().filter(|(_, members)| members.len() >= 100).map(|(name, _)| name) {
        let inside = |m: &&Measured| m.1 == Class::Current && names(m).contains(name);
        let others: Vec<&Measured> = set.iter().filter(|m| !inside(m)).collect();
        let constants = fit(&others, neutral(CALIBRATED), |_, _| {});
        let group = set.iter().filter(inside).filter_map(|m| m.0.speed(&m.2.state(&constants).ok()?));
        text += &Ratios(group.collect()).row(name);
    }
    text
}
