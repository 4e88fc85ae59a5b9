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
    /// GPU instances.
    Hardware,
    /// People.
    Engineering,
    /// Everything else that is paid monthly.
    Infrastructure,
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

/// The self-hosted lines, which add up to its bill; none without a feasible plan.
#[must_use]
pub fn gpu(report: &Report) -> Vec<(Line, Usd)> {
    let bill = report.plan.as_ref().ok().map(|plan| plan.bill);
    bill.map_or(Vec::new(), |bill| {
        vec![
            (Line::Hardware, bill.hardware),
            (Line::Engineering, bill.engineering),
            (Line::Infrastructure, bill.infrastructure),
        ]
    })
}
