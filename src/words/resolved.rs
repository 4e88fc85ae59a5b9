//! What stands behind a field that is left to the engine, as short text.

use crate::engine::Report;
use crate::scenario::FieldId;
use crate::units::format;
use crate::words::names;

/// The value in use for a field that is automatic; nothing for fields that always have one of their own.
#[must_use]
pub fn resolved(report: &Report, id: FieldId) -> Option<String> {
    let plan = report.plan.as_ref().ok();
    match id {
        FieldId::ApiPrice => report.api.card.as_ref().map(names::api_price),
        FieldId::ApiInput => Some(format::usd(report.api.input.value())),
        FieldId::ApiOutput => Some(format::usd(report.api.output.value())),
        FieldId::Format => {
            plan.and_then(|plan| plan.replica.format).map(|format| names::format(format).to_owned())
        }
        FieldId::GpusPerReplica => plan.map(|plan| plan.replica.gpus.to_string()),
        FieldId::Throughput => plan.map(|plan| format::grouped(plan.replica.tokens_per_second.value())),
        FieldId::Offer => plan.and_then(|plan| plan.offer.as_ref()).map(names::offer),
        FieldId::GpuPrice => plan.map(|plan| format::usd(plan.purchase.price.value())),
        _ => None,
    }
}
