//! The cheapest mix of GPUs and API: its bill, and where it beats the API alone.

use super::{Explanation, Figure, Origin, input, open, sum};
use crate::catalogue::Catalogue;
use crate::engine::Report;
use crate::engine::portfolio::{Mix, Source, hybrid, spot_may_serve};
use crate::scenario::Scenario;

/// What the mix of a report explains; nothing without a plan.
pub(super) fn all(scenario: &Scenario, report: &Report, catalogue: &Catalogue) -> Vec<Explanation> {
    let spot = spot_may_serve(scenario);
    let (Some(found), Some(mix)) =
        (hybrid(scenario, catalogue, report, spot), Mix::new(scenario, catalogue, report, spot))
    else {
        return Vec::new();
    };
    let name = |source| match source {
        Source::Reserved => "reserved",
        Source::OnDemand => "on_demand",
        Source::Spot => "spot",
        Source::Api => "api",
    };
    let parts = found.stack.parts();
    let served = parts.iter().filter(|part| part.units > 0.0);
    let mut lines: Vec<_> =
        served.map(|part| input(name(part.source), part.cost.value(), "$", Origin::Derived)).collect();
    if found.fixed.value() > 0.0 {
        lines.push(input("people_and_other_fixed_cost", found.fixed.value(), "$", Origin::Derived));
    }
    let mut all = vec![open(Figure::Mix, &sum(&lines), "$", found.total.value(), lines)];
    let turns =
        [(Figure::MixFirst, found.breakeven.first()), (Figure::MixDurable, found.breakeven.durable())];
    for (figure, volume) in turns {
        let Some(volume) = volume.filter(|volume| volume.value() > 0.0) else { continue };
        // where it turns both bills are the same
        let inputs = vec![
            input("mix_there", mix.at(volume).value(), "$", Origin::Derived),
            input(
                "blended_price",
                report.api.blended.value(),
                "$/MTok",
                Origin::Figure(Figure::BlendedPrice),
            ),
        ];
        let formula = "mix_there / blended_price * 1000000";
        all.push(open(figure, formula, "tokens", volume.value(), inputs));
    }
    all
}
