//! The report on sources that were never used for fitting: `docs/validation.csv`.

use std::collections::BTreeMap;
use std::path::PathBuf;

use super::naive;
use super::points::{Class, Point};
use super::ratios::Ratios;
use super::stated::{
    HEAD, Stated, by, in_band, ratios, reasons, size, speed, speed_in_band, ttft_in_range, without_room,
};
use super::tables::Tables;

/// Where the points are kept.
pub fn file() -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/validation.csv"))
}

/// A limit that a figure is to keep.
pub struct Bar {
    /// Of what.
    pub of: &'static str,
    /// The limit.
    pub limit: &'static str,
    /// What is reached.
    pub reached: String,
    /// Whether that is within the limit.
    pub met: bool,
}

/// The unseen points, stated.
pub struct Unseen<'a> {
    stated: Vec<Stated<'a>>,
    left_out: BTreeMap<String, usize>,
    tables: &'a Tables,
}

impl<'a> Unseen<'a> {
    /// States the points.
    pub fn new(points: &'a [Point], tables: &'a Tables) -> Self {
        let (stated, left_out) = Stated::all(points, tables);
        Self { stated, left_out, tables }
    }

    /// Ratios of speed of one class.
    pub fn speed(&self, class: Class) -> Ratios {
        ratios(self.of(class), speed)
    }

    /// Ratios of speed of one source.
    pub fn source(&self, name: &str) -> Ratios {
        ratios(self.stated.iter().filter(|s| s.point.text("source") == name), speed)
    }

    /// Share of the points whose GPUs the model says they fit into: all of them were served.
    pub fn fits(&self) -> f64 {
        let refused = without_room(&self.left_out);
        self.stated.len() as f64 / (self.stated.len() + refused).max(1) as f64
    }

    fn of(&self, class: Class) -> impl Iterator<Item = &Stated<'_>> {
        self.stated.iter().filter(move |s| s.class == class)
    }

    fn latency(&self, of: impl Fn(&Stated) -> Option<f64>) -> Ratios {
        ratios(self.of(Class::Current), of)
    }

    /// Every limit, and whether it is kept.
    pub fn bars(&self) -> Vec<Bar> {
        let figures = self.speed(Class::Current);
        let (tpot, ttft) = (self.latency(|s| s.compare().tpot), self.latency(|s| s.compare().ttft));
        let amd = self.speed(Class::Amd).within_twofold();
        let percent = |share: f64| format!("{:.1} %", share * 100.0);
        let most =
            |of, limit, value: f64, most| Bar { of, limit, reached: percent(value), met: value <= most };
        let least =
            |of, limit, value: f64, least| Bar { of, limit, reached: percent(value), met: value >= least };
        let mean = figures.geometric_mean();
        vec![
            most("throughput, median error", "≤ 12 %", figures.median_error(), 0.12),
            Bar {
                of: "throughput, geometric mean",
                limit: "0.95–1.05",
                reached: format!("{mean:.2}"),
                met: (0.95..=1.05).contains(&mean),
            },
            least("throughput, within 25 %", "≥ 80 %", figures.within_quarter(), 0.8),
            least("throughput, within 2×", "≥ 95 %", figures.within_twofold(), 0.95),
            most("TPOT, median error", "≤ 17 %", tpot.median_error(), 0.17),
            most("TTFT, median error", "≤ 30 %", ttft.median_error(), 0.30),
            least("fits where it was served", "≥ 97 %", self.fits(), 0.97),
            least(
                "throughput, within the band shown",
                "≥ 80 %",
                in_band(self.of(Class::Current), speed_in_band),
                0.8,
            ),
            least(
                "TTFT, within the range shown",
                "≥ 80 %",
                in_band(self.of(Class::Current), ttft_in_range),
                0.8,
            ),
            least("AMD, within 2×", "≥ 90 %", amd, 0.9),
            least("AMD, within the band shown", "≥ 80 %", in_band(self.of(Class::Amd), speed_in_band), 0.8),
        ]
    }

    /// The section of the report.
    pub fn section(&self, reference: &[Point]) -> String {
        let mut text = format!(
            "\n## On sources that were not used for fitting\n\n{} points of other families, in docs/validation.csv with the \
             address of each: read from published runs, never used for fitting, models and GPUs as the catalogue has them. \
             Bars are of current engines on NVIDIA where they name no other.\n\n{}",
            self.stated.len(),
            reasons(&self.left_out)
        );
        text += "| | bar | reached | |\n|---|---:|---:|---|\n";
        for bar in self.bars() {
            let verdict = if bar.met { "met" } else { "**not met**" };
            text += &format!("| {} | {} | {} | {verdict} |\n", bar.of, bar.limit, bar.reached);
        }
        text += &format!("\n{HEAD}");
        text += &self.speed(Class::Current).row("Throughput, current engines on NVIDIA");
        text += &self.latency(|s| s.compare().tpot).row("TPOT, current engines on NVIDIA");
        text += &self.latency(|s| s.compare().ttft).row("TTFT, current engines on NVIDIA");
        text += &self.speed(Class::Amd).row("Throughput, AMD");
        text += &self.speed(Class::LlamaCpp).row("Speed, llama.cpp");
        text += "\nAgainst naive rules, throughput of current engines on NVIDIA:\n\n";
        text += HEAD;
        text += &naive::rows(self.of(Class::Current), self.tables);
        let column = |column: &'static str| move |s: &Stated| s.point.text(column).to_owned();
        let sizes = |s: &Stated| size(self.tables.shape(s.point.text("model")));
        let vendor = |s: &Stated| {
            let amd = if s.class == Class::Amd { ", AMD" } else { "" };
            format!("{}{amd}", s.point.text("source"))
        };
        for (title, rows) in [
            ("By source, all classes", by(self.stated.iter(), vendor)),
            ("By GPU", by(self.of(Class::Current), column("gpu"))),
            ("By size", by(self.of(Class::Current), sizes)),
            ("By model", by(self.of(Class::Current), column("model"))),
        ] {
            text += &format!("\n{title}:\n\n{HEAD}{rows}");
        }
        text + &kept_out(reference)
    }
}

/// Rows that are kept for reference only, by source and reason.
fn kept_out(reference: &[Point]) -> String {
    let mut groups: BTreeMap<(&str, &str), usize> = BTreeMap::new();
    for point in reference {
        *groups.entry((point.text("source"), point.text("notes"))).or_default() += 1;
    }
    if groups.is_empty() {
        return String::new();
    }
    let rows: String = groups
        .iter()
        .map(|((source, reason), points)| format!("| {source} | {reason} | {points} |\n"))
        .collect();
    format!("\nRead and not compared:\n\n| source | why | points |\n|---|---|---:|\n{rows}")
}
