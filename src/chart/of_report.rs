//! What the cost chart draws of a report.

use super::cost::CostChart;
use crate::catalogue::Catalogue;
use crate::engine::portfolio::{Mix, spot_may_serve};
use crate::engine::{Plan, Report};
use crate::scenario::Scenario;
use crate::units::{Tokens, Usd, format};

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

    /// What every curve costs at a volume, in words.
    #[must_use]
    pub fn costs_at(&self, volume: Tokens) -> String {
        let usd = |cost: Usd| format::usd(cost.value());
        let mut text = ["API ", &usd(volume * self.api)].concat();
        for (name, cost) in [
            ("self-hosted", self.steps.map(|steps| steps.at(volume))),
            ("mix", self.mix.as_ref().map(|mix| mix.at(volume))),
        ] {
            if let Some(cost) = cost {
                text += &[", ", name, " ", &usd(cost)].concat();
            }
        }
        if self.steps.is_none() {
            text += ", self-hosting not priced";
        }
        text
    }
}
