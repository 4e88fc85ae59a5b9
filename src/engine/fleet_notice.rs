//! Choices about demand and fleet that contradict each other, each with what was done about it.

use super::ApiSide;
use super::demand::WeightsError;
use super::fleet::{Commitments, Policy};
use crate::catalogue::{Commitment, ServiceTier};
use crate::scenario::{FieldId, Scenario};
use crate::units::Usd;

/// Above this share of its time in restarts, spot does not carry a service.
const MOST_LOST: f64 = 0.5;

/// What is wrong, and what was done.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Notice {
    /// The own weights are no profile; the same load in every hour was taken.
    NoProfile(WeightsError),
    /// Reserved and spot shares add up to more than all; spot was cut to what reserved leaves.
    SharesAboveWhole {
        /// Reserved share as given, 0 to 1.
        reserved: f64,
        /// Spot share that was taken.
        spot: f64,
    },
    /// A discount of all of it: the GPUs were priced at nothing.
    FreeGpus(FieldId),
    /// A discount of all of the API's bill: it was priced at nothing.
    FreeApi,
    /// No spare replica, limits on latency, and nothing but spot: each interruption breaks the limits; priced as asked.
    SpotAlone,
    /// Interruptions and start-ups take this share of spot's time, more than half; priced with what is lost.
    SpotMostlyDown(f64),
    /// No offer of the GPU under this commitment is known; the on-demand price was taken for its share.
    NoDiscountKnown(Commitment),
    /// Bought hardware is paid whether it runs or not: policy, commitments and GPU discount were left out.
    BoughtIsAlwaysPaid,
    /// The API's price list has no batch price; the standard one was taken.
    NoBatchPrice,
    /// The API's price list has no price for this service tier; the standard one was taken.
    NoServicePrice(ServiceTier),
    /// So many provisioned units would cost less a month than paying per token, which the breakeven counts.
    ProvisionedCheaper(u32, Usd),
}

impl Notice {
    /// Whether it is about the API's bill.
    #[must_use]
    pub const fn is_of_api(&self) -> bool {
        matches!(self, Self::NoBatchPrice | Self::NoServicePrice(_) | Self::ProvisionedCheaper(..))
    }
}

/// What the API's price list was asked for and does not have, and what would be cheaper.
pub(super) fn api(scenario: &Scenario, side: &ApiSide) -> Vec<Notice> {
    let tier = scenario.name(FieldId::ServiceTier).and_then(ServiceTier::from_key).unwrap_or_default();
    let cheaper = side.provisioned.filter(|cost| cost.units > 0 && cost.total() < side.bill);
    let notices = [
        (scenario.number(FieldId::ApiDiscount) >= 100.0).then_some(Notice::FreeApi),
        side.month.batch_unpriced.then_some(Notice::NoBatchPrice),
        side.month.service_unpriced.then_some(Notice::NoServicePrice(tier)),
        cheaper.map(|cost| Notice::ProvisionedCheaper(cost.units, cost.total())),
    ];
    notices.into_iter().flatten().collect()
}

/// Whether the scenario asks of bought hardware what only rented can do.
pub(super) fn bought_otherwise(scenario: &Scenario, policy: Policy) -> bool {
    let asked = [FieldId::ReservedShare, FieldId::SpotShare, FieldId::GpuDiscount];
    policy != Policy::AlwaysOn || asked.into_iter().any(|id| scenario.number(id) > 0.0)
}

/// The shares of the scenario, cut to a whole.
pub(super) fn shares(scenario: &Scenario, notices: &mut Vec<Notice>) -> (f64, f64) {
    let (reserved, spot) = (scenario.share(FieldId::ReservedShare), scenario.share(FieldId::SpotShare));
    // thirds that are typed in per cent add up to one but for rounding
    if reserved + spot <= 1.0 + 1e-9 {
        return (reserved, spot.min(1.0 - reserved));
    }
    let spot = 1.0 - reserved;
    notices.push(Notice::SharesAboveWhole { reserved, spot });
    (reserved, spot)
}

/// What is wrong with the commitments in use; `hours` of spot are bought for one that serves.
pub(super) fn commitments(scenario: &Scenario, mix: &Commitments, hours: f64, notices: &mut Vec<Notice>) {
    let whole = |id: FieldId, used: f64| used > 0.0 && scenario.optional(id) == Some(100.0);
    let discounts = [
        (FieldId::GpuDiscount, 1.0),
        (FieldId::ReservedDiscount, mix.reserved),
        (FieldId::SpotDiscount, mix.spot),
    ];
    notices.extend(
        discounts.into_iter().filter(|(id, used)| whole(*id, *used)).map(|(id, _)| Notice::FreeGpus(id)),
    );
    if mix.spot <= 0.0 {
        return;
    }
    let strict = scenario.holds(FieldId::Constraints, "latency")
        || [FieldId::TtftLimit, FieldId::TpotLimit].into_iter().any(|id| scenario.optional(id).is_some());
    if strict && mix.spot >= 1.0 - 1e-9 && scenario.number(FieldId::Spare) == 0.0 {
        notices.push(Notice::SpotAlone);
    }
    let lost = 1.0 - 1.0 / hours;
    if lost > MOST_LOST {
        notices.push(Notice::SpotMostlyDown(lost));
    }
}
