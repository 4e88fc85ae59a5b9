//! What each bill is made of.

use crate::engine::Report;
use crate::units::Usd;

/// A line of a bill.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Line {
    /// Input tokens at the API.
    ApiInput,
    /// Output tokens at the API.
    ApiOutput,
    /// GPU instances.
    Hardware,
    /// People.
    Engineering,
    /// Everything else that is paid monthly.
    Infrastructure,
}

/// The API's lines, which add up to its bill.
#[must_use]
pub fn api(report: &Report) -> [(Line, Usd); 2] {
    let share = report.input_share;
    [
        (Line::ApiInput, report.volume * share * report.api.input),
        (Line::ApiOutput, report.volume * (1.0 - share) * report.api.output),
    ]
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
