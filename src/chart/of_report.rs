//! What the cost chart draws of a report.

use super::cost::CostChart;
use crate::catalogue::Catalogue;
use crate::engine::portfolio::Mix;
use crate::engine::{Plan, Report};
use crate::scenario::{FieldId, Scenario};

impl CostChart {
    /// Of a scenario and its report. Spot serves in the mix where the scenario has some.
    #[must_use]
    pub fn of(scenario: &Scenario, report: &Report) -> Self {
        let plan = report.plan.as_ref().ok();
        let spot = scenario.number(FieldId::SpotShare) > 0.0;
        Self {
            api: report.api.blended,
            steps: plan.map(|plan| plan.full_cost),
            band: plan.map(Plan::speed_band),
            mix: Mix::new(scenario, Catalogue::builtin(), report, spot),
            volume: report.volume,
        }
    }
}
