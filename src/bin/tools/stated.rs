//! Points with the figures that the engine states for them, and tables of their ratios.

use std::collections::BTreeMap;

use llm_breakeven::engine::constants::CALIBRATED;
use llm_breakeven::engine::throughput::{Band, Refusal, Throughput};

use super::points::{Class, Compared, Point};
use super::ratios::Ratios;
use super::tables::Tables;

/// The head of every table of ratios.
pub const HEAD: &str = "| | points | median error | geometric mean | within 25 % | within 2× | P10–P90 of stated ÷ measured |\n\
                        |---|---:|---:|---:|---:|---:|---:|\n";

/// A point and the engine's figure.
pub struct Stated<'a> {
    /// What was measured.
    pub point: &'a Point,
    /// The group that it is judged in.
    pub class: Class,
    /// What the engine says.
    pub figure: Throughput,
}

impl<'a> Stated<'a> {
    /// States every point that can be stated, and counts the others by reason.
    pub fn all(points: &'a [Point], tables: &Tables) -> (Vec<Self>, BTreeMap<String, usize>) {
        let mut stated = Vec::new();
        let mut left_out: BTreeMap<String, usize> = BTreeMap::new();
        for point in points {
            let reason = match point.predict(tables, &CALIBRATED) {
                Ok(Ok(figure)) => {
                    let class = point.class(tables.family(point.text("gpu")));
                    stated.push(Stated { point, class, figure });
                    continue;
                }
                Ok(Err(refusal)) => refused(&refusal),
                Err(unknown) => unknown,
            };
            *left_out.entry(reason).or_default() += 1;
        }
        (stated, left_out)
    }

    /// Every ratio that the point allows.
    pub fn compare(&self) -> Compared {
        self.point.compare(&self.figure)
    }
}

/// Share of the measurements that lie in the band that is shown with their figure.
pub fn in_band<'a>(
    stated: impl Iterator<Item = &'a Stated<'a>>,
    of: impl Fn(&Stated) -> Option<(f64, Band)>,
) -> f64 {
    let (mut all, mut within) = (0, 0);
    for (ratio, band) in stated.filter_map(of) {
        all += 1;
        within += i32::from((band.low..=band.high).contains(&(1.0 / ratio)));
    }
    f64::from(within) / f64::from(all.max(1))
}

/// The ratio of speed, with its band.
pub fn speed_in_band(s: &Stated) -> Option<(f64, Band)> {
    Some((speed(s)?, s.figure.band))
}

/// The ratio of TTFT, with its range.
pub fn ttft_in_range(s: &Stated) -> Option<(f64, Band)> {
    Some((s.compare().ttft?, s.figure.first.band()))
}

/// The ratio of speed.
pub fn speed(s: &Stated) -> Option<f64> {
    s.point.speed(&s.figure)
}

/// Why a figure was refused.
const NO_ROOM: &str = "measured where the model says that it does not fit";

fn refused(refusal: &Refusal) -> String {
    match refusal {
        Refusal::DoesNotFit(_) => NO_ROOM.into(),
        Refusal::Invalid(invalid) => format!("refused for its {}", invalid.field),
        Refusal::TooSlow { .. } => "refused for its latency".into(),
    }
}

/// How many of the points that are left out would not fit.
pub fn without_room(left_out: &BTreeMap<String, usize>) -> usize {
    left_out.get(NO_ROOM).copied().unwrap_or(0)
}

/// Points that are not compared, by reason.
pub fn reasons(left_out: &BTreeMap<String, usize>) -> String {
    if left_out.is_empty() {
        return String::new();
    }
    let rows: Vec<String> =
        left_out.iter().map(|(reason, points)| format!("| {reason} | {points} |\n")).collect();
    format!("Not compared:\n\n| reason | points |\n|---|---:|\n{}\n", rows.concat())
}

/// Ratios of some points.
pub fn ratios<'a>(
    stated: impl Iterator<Item = &'a Stated<'a>>,
    of: impl Fn(&Stated) -> Option<f64>,
) -> Ratios {
    Ratios(stated.filter_map(of).collect())
}

/// A row of speed ratios per group.
pub fn by<'a>(stated: impl Iterator<Item = &'a Stated<'a>>, key: impl Fn(&Stated) -> String) -> String {
    let mut groups: BTreeMap<String, Ratios> = BTreeMap::new();
    for s in stated {
        if let Some(ratio) = speed(s) {
            groups.entry(key(s)).or_default().0.push(ratio);
        }
    }
    groups.iter().map(|(name, ratios)| ratios.row(name)).collect()
}

/// The group by kind and number of parameters.
pub fn size((routed, parameters): (bool, f64)) -> String {
    let kind = if routed { "mixture of experts" } else { "dense" };
    let range = if parameters > 50e9 { "above 50 B" } else { "to 50 B" };
    format!("{kind}, {range}")
}
