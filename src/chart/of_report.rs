//! What the cost chart draws of a report.

use super::cost::CostChart;
use crate::catalogue::Catalogue;
use crate::engine::portfolio::{Mix, spot_may_serve};
use crate::engine::{Plan, Report};
use crate::scenario::Scenario;

impl CostChart {
    /// Of a scenario and its report. Spot serves in the mix where the scenario has some.
    #[must_use]
    pub fn of(scenario: &Scenario, report: &Report) -> Self {
        let plan = report.plan.as_ref().ok();
        Self {
            api: report.api.blended,
            steps: plan.map(|plan| plan.full_cost),
            band: plan.map(Plan::speed_band),
            mix: Mix::new(scenario, Catalogue::builtin(), report, spot_may_serve(scenario)),
            volume: report.volume,
        }
    }
}
