//! Model and GPU of a setup, and why one of them is refused: what both programs need.

use super::scenario::refused;
use super::value::thrown;
use crate::catalogue::Catalogue;
use crate::engine::choice::{self, Chosen};
use crate::engine::invalid::{Invalid, Reason};
use crate::engine::throughput::Binds;
use crate::scenario::fields::{FieldError, Reason as FieldReason};
use crate::scenario::{FieldId, Scenario};
use crate::units::format;
use crate::words::errors::quoted;
use wasm_bindgen::prelude::*;

pub(super) const CONCURRENCY: &str = "concurrency";

/// The rows of a setup, for which prices do not matter.
pub(super) fn chosen(scenario: &Scenario) -> Result<Chosen, JsValue> {
    let catalogue = Catalogue::builtin();
    let model = choice::model(scenario, catalogue).map_err(|error| refused(&error))?.into_owned();
    let gpu = catalogue.gpu(scenario.gpu()).cloned().ok_or_else(|| {
        let (field, reason) = (FieldId::Gpu, FieldReason::Unknown(None));
        refused(&FieldError { field, given: scenario.text(field), reason })
    })?;
    Ok(Chosen { model, gpu, card: None, median_of: None })
}

/// The field of a scenario that a refusal of the sizing model is about.
pub(super) fn field_of(invalid: &Invalid) -> &'static str {
    match invalid.field {
        "tp" => "gpusPerReplica",
        "pp" => "pipelineStages",
        "isl" | "osl" => "requestTokens",
        CONCURRENCY => CONCURRENCY,
        "gpu" | "memory" | "bandwidth" => "gpu",
        "format" | "weights" => "format",
        "weight_size" => "weightSize",
        _ => "model",
    }
}

/// Why the sizing model refuses, and what to do.
pub(super) fn refusal(invalid: &Invalid) -> (String, String) {
    let number = |number: f64| format::grouped(number);
    let (reason, hint) = match invalid.reason {
        Reason::NotFinite => ("This is no number.".into(), "Write a number.".into()),
        Reason::OutOfRange { min, max } => {
            ("It is out of range.".to_owned(), ["Choose ", &number(min), " to ", &number(max), "."].concat())
        }
        Reason::Unknown => (
            ["No source states ", &quoted(invalid.field), "."].concat(),
            "Choose another, or write your own tokensPerSecond.".into(),
        ),
        Reason::MustDivide { dimension } => (
            ["It does not divide ", &number(dimension.into()), "."].concat(),
            "Choose another number of GPUs or stages.".into(),
        ),
        Reason::Contradicts { other } => {
            (["It contradicts ", &quoted(other), "."].concat(), "Correct one of them.".into())
        }
        Reason::Unsupported => ("This is not modelled.".into(), "Choose another of the list.".into()),
    };
    (reason, hint)
}

/// What is thrown for a refusal of the sizing model.
pub(super) fn mend(invalid: &Invalid) -> JsValue {
    let (reason, hint) = refusal(invalid);
    thrown(field_of(invalid), &reason, &hint)
}

/// What a speed is bound by.
pub(super) const fn binds(binds: Binds) -> &'static str {
    match binds {
        Binds::Bandwidth => "bandwidth",
        Binds::Cache => "cache",
        Binds::Compute => "compute",
        Binds::Interconnect => "interconnect",
        Binds::Overhead => "overhead",
        Binds::Memory => "memory",
        Binds::Latency => "latency",
    }
}
