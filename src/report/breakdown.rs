//! What each bill is made of.

use crate::engine::Report;
use crate::units::Usd;

/// A line of a bill.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Line {
    /// Input tokens at the API.
    ApiInput,
    /// Input that the API reads from its cache.
    ApiCacheRead,
    /// Input that the API writes to its cache.
    ApiCacheWrite,
    /// Output tokens at the API.
    ApiOutput,
    /// The part of the output that is reasoning.
    ApiReasoning,
    /// Tokens at the API's batch price.
    ApiBatch,
    /// Fees per request.
    ApiFees,
    /// GPU instances at on-demand prices, in the hours in which they serve.
    Hardware,
    /// GPU instances while they start.
    Startups,
    /// What reserved and spot instances save, below zero.
    Commitments,
    /// Bought GPUs: wear and interest.
    Capital,
    /// Bought GPUs: electricity.
    Power,
    /// Bought GPUs: space.
    Colocation,
    /// Bought GPUs: spare parts and support.
    Maintenance,
    /// People.
    Engineering,
    /// Everything else that is paid monthly.
    Infrastructure,
    /// Weights, images, logs.
    Storage,
    /// Traffic out.
    Egress,
}

/// The API's lines, which add up to its bill; input and output always, the others where there is something.
#[must_use]
pub fn api(report: &Report) -> Vec<(Line, Usd)> {
    let month = &report.api.month;
    let reasoning = month.output * report.reasoning_share;
    let mut lines = vec![
        (Line::ApiInput, month.input),
        (Line::ApiCacheRead, month.cache_read),
        (Line::ApiCacheWrite, month.cache_write),
        (Line::ApiOutput, month.output - reasoning),
        (Line::ApiReasoning, reasoning),
        (Line::ApiBatch, month.batch),
        (Line::ApiFees, month.fees),
    ];
    lines.retain(|(line, amount)| matches!(line, Line::ApiInput | Line::ApiOutput) || amount.value() > 0.0);
    lines
}

/// The self-hosted lines, which add up to its bill, those that are always there or not zero; none without a plan.
#[must_use]
pub fn gpu(report: &Report) -> Vec<(Line, Usd)> {
    let Ok(plan) = &report.plan else { return Vec::new() };
    let bill = &plan.bill;
    let mut lines = match plan.owned {
        Some(month) => {
            let gpus = plan.gpus();
            vec![
                (Line::Capital, month.capital * gpus),
                (Line::Power, month.power * gpus),
                (Line::Colocation, month.colocation * gpus),
                (Line::Maintenance, month.maintenance * gpus),
            ]
        }
        None => vec![
            (Line::Hardware, bill.hardware + bill.saved - bill.startups),
            (Line::Startups, bill.startups),
            (Line::Commitments, Usd::ZERO - bill.saved),
        ],
    };
    lines.extend([
        (Line::Engineering, bill.engineering),
        (Line::Infrastructure, bill.infrastructure),
        (Line::Storage, bill.storage),
        (Line::Egress, bill.egress),
    ]);
    let always = |line: Line| matches!(line, Line::Hardware | Line::Engineering | Line::Infrastructure);
    lines.retain(|(line, amount)| always(*line) || amount.value() != 0.0);
    lines
}
