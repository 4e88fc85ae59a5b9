//! Cost at a range of volumes: the chart as a table.

use crate::engine::Report;
use crate::units::{Tokens, Usd, order, ticks};

/// One volume, and what it costs either way.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Row {
    /// Tokens a month.
    pub volume: Tokens,
    /// The API's bill.
    pub api: Usd,
    /// The self-hosted bill, when there is a feasible plan.
    pub gpu: Option<Usd>,
    /// GPUs that are paid for.
    pub gpus: Option<f64>,
    /// Served ÷ servable tokens.
    pub utilisation: Option<f64>,
    /// Why the volume is in the table.
    pub mark: Mark,
}

/// Why a volume is in the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mark {
    /// A round number.
    Round,
    /// The scenario's own.
    You,
    /// From here self-hosting is cheaper for a while.
    Breakeven,
    /// From here self-hosting is cheaper for good.
    Durable,
}

/// Rows for round volumes around the scenario's, its own volume and up to six breakevens, by rising volume.
#[must_use]
pub fn rows(report: &Report) -> Vec<Row> {
    let volume = report.volume.value();
    let volumes = ticks::logarithmic(volume / 30.0, volume * 30.0, 12);
    let mut marked: Vec<(Tokens, Mark)> = vec![(report.volume, Mark::You)];
    if let Ok(plan) = &report.plan {
        let windows = plan.breakeven.winning().take(5).filter(|interval| interval.to.is_some());
        marked.extend(windows.map(|interval| (interval.from, Mark::Breakeven)));
        marked.extend(plan.breakeven.durable().map(|volume| (volume, Mark::Durable)));
    }
    let near = |volume: f64| marked.iter().any(|(other, _)| (other.value() / volume - 1.0).abs() < 0.02);
    let round: Vec<_> = volumes
        .iter()
        .filter(|volume| !near(**volume))
        .map(|volume| (Tokens::new(*volume), Mark::Round))
        .collect();
    marked.extend(round);
    order::by_number(&mut marked, |(volume, _)| volume.value());
    marked.into_iter().map(|(volume, mark)| row(report, volume, mark)).collect()
}

fn row(report: &Report, volume: Tokens, mark: Mark) -> Row {
    let plan = report.plan.as_ref().ok();
    let counts = plan.map(|plan| plan.hardware_only.counts(volume));
    Row {
        volume,
        api: volume * report.api.blended,
        gpu: plan.map(|plan| plan.full_cost.at(volume)),
        gpus: plan.zip(counts).map(|(plan, counts)| counts.peak * f64::from(plan.purchase.gpus)),
        utilisation: plan.zip(counts).map(|(plan, counts)| volume / (plan.servable * counts.paid)),
        mark,
    }
}
