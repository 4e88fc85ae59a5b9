//! The months ahead: what they add up to, what that is worth today, and what a commitment can lose.

use super::{Explanation, Figure, Input, Origin, field, input, open, same};
use crate::engine::Report;
use crate::engine::horizon::outlook::Outlook;
use crate::scenario::{FieldId, Scenario};
use crate::units::Usd;

/// What the months of a report explain.
#[must_use]
pub fn months(scenario: &Scenario, report: &Report, found: &Outlook) -> Vec<Explanation> {
    let Ok(plan) = &report.plan else { return Vec::new() };
    let (horizon, terms) = (&found.horizon, &found.terms);
    let Some(last) = horizon.months.last() else { return Vec::new() };
    let saving = horizon.saving().value();
    let migration = || usd("migration", terms.migration, field(scenario, FieldId::Migration));
    let all = f64::from(terms.months);
    // bills of today that all months together are, beyond their number
    let more = |total: Usd, bill: Usd| total / bill - all;
    let of_months = |bill: Input, extra: f64| {
        let months = input("months", all, "", field(scenario, FieldId::Horizon));
        vec![bill, months, input("growth_and_drift", extra, "", Origin::Derived)]
    };
    let mut found_all = Vec::new();
    if report.api.bill.value() > 0.0 {
        let bill = usd("api_bill", report.api.bill, Origin::Figure(Figure::ApiBill));
        let inputs = of_months(bill, more(last.api_total, report.api.bill));
        let formula = "api_bill * (months + growth_and_drift)";
        found_all.push(open(Figure::MonthsApi, formula, "$", last.api_total.value(), inputs));
    }
    let own = plan.bill.total();
    if own.value() > 0.0 {
        let bill = usd("self_hosted", own, Origin::Figure(Figure::SelfHosted));
        let mut inputs = of_months(bill, more(last.gpu_total - terms.migration, own));
        inputs.push(migration());
        let formula = "migration + self_hosted * (months + growth_and_drift)";
        found_all.push(open(Figure::MonthsSelfHosted, formula, "$", last.gpu_total.value(), inputs));
    }
    let totals = vec![
        usd("api_in_total", last.api_total, Origin::Figure(Figure::MonthsApi)),
        usd("self_hosted_in_total", last.gpu_total, Origin::Figure(Figure::MonthsSelfHosted)),
    ];
    found_all.push(open(Figure::MonthsSaving, "api_in_total - self_hosted_in_total", "$", saving, totals));
    let today = vec![
        usd(
            "savings_at_their_present_value",
            horizon.npv + terms.migration,
            field(scenario, FieldId::DiscountRate),
        ),
        migration(),
    ];
    let formula = "savings_at_their_present_value - migration";
    found_all.push(open(Figure::Npv, formula, "$", horizon.npv.value(), today));
    found_all.extend(horizon.payback.map(|month| payback(scenario, report, own, terms.migration, month)));
    if let Some(worst) = found.worst() {
        let inputs = vec![
            usd("committed", worst.committed, Origin::Derived),
            usd("on_demand", worst.on_demand, Origin::Derived),
        ];
        found_all.push(open(Figure::Regret, "committed - on_demand", "$", worst.loss().value(), inputs));
    }
    found_all
}

fn usd(name: &'static str, amount: Usd, origin: Origin) -> Input {
    input(name, amount.value(), "$", origin)
}

/// With months that are all alike what is paid once over what a month saves; otherwise the months that were behind, and one.
fn payback(scenario: &Scenario, report: &Report, own: Usd, migration: Usd, month: u32) -> Explanation {
    let result = f64::from(month);
    let saved = report.api.bill - own;
    let months = (migration / saved).ceil();
    let alike = [FieldId::Growth, FieldId::ApiDrift, FieldId::GpuDrift];
    if alike.into_iter().all(|id| scenario.number(id) == 0.0) && same(months, result) {
        let inputs = vec![
            usd("migration", migration, field(scenario, FieldId::Migration)),
            usd("api_bill", report.api.bill, Origin::Figure(Figure::ApiBill)),
            usd("self_hosted", own, Origin::Figure(Figure::SelfHosted)),
        ];
        return open(Figure::Payback, "ceil(migration / (api_bill - self_hosted))", "", result, inputs);
    }
    let behind = input("months_behind", result - 1.0, "", Origin::Derived);
    open(Figure::Payback, "months_behind + 1", "", result, vec![behind])
}
