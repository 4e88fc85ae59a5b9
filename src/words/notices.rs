//! Contradictory choices in words: what is wrong, and what was done.

use crate::catalogue::Commitment;
use crate::engine::demand::WeightsError;
use crate::engine::fleet_notice::Notice;
use crate::scenario::FieldId;
use crate::units::format;

fn percent(share: f64) -> String {
    format::percent(share * 100.0)
}

/// A notice in a sentence or two.
#[must_use]
pub fn notice(notice: &Notice) -> String {
    match notice {
        Notice::NoProfile(problem) => {
            let wrong = match problem {
                WeightsError::Length(0) => "The profile is to be your own, but no weights are given".into(),
                WeightsError::Length(count) => {
                    format!("The own weights are {count} characters; 24 or 168 are needed")
                }
                WeightsError::Character(at) => {
                    format!("Character {} of the own weights is neither 0-9 nor a-z", at + 1)
                }
                WeightsError::AllZero => "The own weights are all zero: there is no hour with demand".into(),
            };
            format!("{wrong}. The same load in every hour was taken.")
        }
        Notice::SharesAboveWhole { reserved, spot } => format!(
            "Reserved and spot together are more than all GPU-hours. Reserved was kept at {}, spot cut to {}.",
            percent(*reserved),
            percent(*spot)
        ),
        Notice::FreeGpus(id) => format!(
            "{} of 100 % makes GPUs free. They were priced at nothing, as asked; a real discount is smaller.",
            id.field().label
        ),
        Notice::FreeApi => "An API discount of 100 % makes the API free. It was priced at nothing, as asked, so no GPU can be cheaper; a \
                            real discount is smaller."
            .into(),
        Notice::SpotAlone => "All replicas are spot, none is spare, and latency is to be kept: each interruption breaks \
                              it. It was priced as asked; add a spare replica or reserve a part."
            .into(),
        Notice::SpotMostlyDown(lost) => format!(
            "With these interruptions and start-ups spot instances are down {} of their time. What is lost was added to \
             their hours.",
            percent(*lost)
        ),
        Notice::NoDiscountKnown(commitment) => {
            let (kind, field) = match commitment {
                Commitment::Spot => ("spot", FieldId::SpotDiscount),
                _ => ("reserved", FieldId::ReservedDiscount),
            };
            format!(
                "No {kind} offer of this GPU is in the price lists. The on-demand price was taken; write your figure under {}.",
                field.field().label
            )
        }
        Notice::NoBatchPrice => format!(
            "This host lists no batch price: batches were billed at the standard one. Write yours under {}, or choose another host.",
            FieldId::ApiBatchInput.field().label
        ),
        Notice::NoServicePrice(tier) => format!(
            "This host lists no {} price: the standard one was taken. Choose another host or service tier.",
            tier.key()
        ),
        Notice::ProvisionedCheaper(units, month) => format!(
            "With {} provisioned unit{} the API would cost {} a month, less than paying per token. The answer and the breakeven \
             count paying per token: compare this figure with the GPUs yourself.",
            format::grouped(f64::from(*units)),
            if *units == 1 { "" } else { "s" },
            format::usd(month.value())
        ),
        Notice::BoughtIsAlwaysPaid => {
            "Bought GPUs are paid whether they run or not. Fleet policy, reserved and spot shares and the GPU discount were \
             left out."
                .into()
        }
    }
}
