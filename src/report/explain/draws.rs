//! How sure the answer is: the share of draws that win, and the draws at one, five and nine tenths.

use super::{Explanation, Figure, Origin, input, open};
use crate::engine::Report;
use crate::engine::uncertainty::Summary;

/// Shares of the draws that lie below.
const BELOW: [f64; 3] = [0.1, 0.5, 0.9];

/// What a study of a report explains.
#[must_use]
pub fn draws(report: &Report, summary: &Summary) -> Vec<Explanation> {
    let Ok(plan) = &report.plan else { return Vec::new() };
    let count = summary.draws as f64;
    let wins = summary.probability * count;
    let shares = vec![
        input("draws_that_save", wins.round(), "", Origin::Derived),
        input("draws", count, "", Origin::Derived),
    ];
    let mut all = vec![open(Figure::Probability, "draws_that_save / draws", "", summary.probability, shares)];
    let rank = |share: f64, of: usize| Origin::Draw((share * of as f64).ceil() as usize, of);
    let (api, own) = (report.api.bill.value(), plan.bill.total().value());
    let savings = [Figure::SavingLow, Figure::SavingMiddle, Figure::SavingHigh];
    for ((figure, saving), share) in savings.into_iter().zip(summary.saving.into_iter().flatten()).zip(BELOW)
    {
        let inputs = vec![
            input("api_bill", api, "$", Origin::Figure(Figure::ApiBill)),
            input("self_hosted", own, "$", Origin::Figure(Figure::SelfHosted)),
            input(
                "moved_by_the_draw",
                saving.value() - (api - own),
                "$",
                rank(share, summary.draws - summary.infeasible),
            ),
        ];
        all.push(open(figure, "api_bill - self_hosted + moved_by_the_draw", "$", saving.value(), inputs));
    }
    let durable = plan.breakeven.durable().map(|volume| volume.value());
    let breakevens = [Figure::DurableLow, Figure::DurableMiddle, Figure::DurableHigh];
    for ((figure, volume), share) in breakevens.into_iter().zip(summary.breakeven).zip(BELOW) {
        let Some(volume) = volume else { continue };
        let place = rank(share, summary.breakevens);
        let (formula, inputs) = match durable {
            Some(likely) => (
                "breakeven + moved_by_the_draw",
                vec![
                    input("breakeven", likely, "tokens", Origin::Figure(Figure::DurableBreakeven)),
                    input("moved_by_the_draw", volume.value() - likely, "tokens", place),
                ],
            ),
            None => (
                "breakeven_of_the_draw",
                vec![input("breakeven_of_the_draw", volume.value(), "tokens", place)],
            ),
        };
        all.push(open(figure, formula, "tokens", volume.value(), inputs));
    }
    all
}
