//! `fit` and `throughput`: what a replica of the scenario's model and GPU holds, and what it serves.

use super::hardware::{CONCURRENCY, binds, chosen, mend, refusal};
use super::scenario::{self, get, refused};
use super::value::{GIB, numbers, optional_numbers, plain, texts, thrown};
use crate::catalogue::Catalogue;
use crate::engine::Infeasible;
use crate::engine::accelerator::Accelerator;
use crate::engine::architecture::Architecture;
use crate::engine::choice::Chosen;
use crate::engine::invalid::{Invalid, Reason};
use crate::engine::memory::{self, MemoryPlan, Parallel};
use crate::engine::provenance::{Band, Tier};
use crate::engine::sizing::{self, Ask, Replica, Site};
use crate::engine::throughput::{Refusal, Throughput};
use crate::engine::weight_format::WeightFormat;
use crate::import::json::Writer;
use crate::scenario::fields::Value;
use crate::scenario::{FieldId, Scenario};
use wasm_bindgen::prelude::*;

/// Whether the scenario's model fits on its GPU, and how much.
///
/// # Errors
/// A `FieldError` object.
#[wasm_bindgen]
pub fn fit(setup: &JsValue) -> Result<JsValue, JsValue> {
    let scenario = scenario::read(setup, &[CONCURRENCY])?;
    let wanted = concurrency(setup)?;
    let parts = Parts::of(&scenario)?;
    let site = parts.site();
    let (format, parallel, plan) = parts.smallest(&site, &scenario, wanted.unwrap_or(1.0))?;
    let needed = plan.sequence * wanted.unwrap_or(1.0) - plan.cache;
    Ok(plain(&mut |json| {
        json.key("fits").flag(needed.value() <= 0.0);
        numbers(json, &[("missingGiB", needed.value().max(0.0) / GIB)]);
        split(json, parallel, Some(format));
        numbers(
            json,
            &[
                ("largestContext", if plan.fits() { plan.longest_context.into() } else { 0.0 }),
                ("largestConcurrency", plan.sequences.floor()),
            ],
        );
        json.key("perGpu").object(&mut |json| per_gpu(json, &plan));
    }))
}

/// What a replica of the scenario's model and GPU serves: all it can within the limits on latency, or at `concurrency`.
///
/// # Errors
/// A `FieldError` object.
#[wasm_bindgen]
pub fn throughput(setup: &JsValue) -> Result<JsValue, JsValue> {
    let mut scenario = scenario::read(setup, &[CONCURRENCY])?;
    let wanted = concurrency(setup)?;
    if wanted.is_some() {
        // the load is given: neither limits nor own figures choose it
        for id in [FieldId::TtftLimit, FieldId::TpotLimit, FieldId::Throughput] {
            scenario.set(id, Value::Automatic, Catalogue::builtin()).map_err(|error| refused(&error))?;
        }
    }
    let chosen = chosen(&scenario)?;
    let served = sizing::replica(&scenario, Catalogue::builtin(), &chosen);
    let served = match (served, wanted) {
        (Ok(replica), Some(wanted)) => at_concurrency(&scenario, replica, wanted)?,
        (Err(Infeasible::Refused(Refusal::Invalid(invalid))), _) => return Err(mend(&invalid)),
        (served, _) => served,
    };
    Ok(plain(&mut |json| {
        json.key("infeasible").optional_text(served.as_ref().err().map(infeasible));
        let (missing, latency) = match served {
            Err(Infeasible::DoesNotFit { memory, .. }) => (Some(memory.missing.value() / GIB), None),
            Err(Infeasible::Latency { ttft, tpot, .. }) => (None, Some((ttft, tpot))),
            _ => (None, None),
        };
        optional_numbers(
            json,
            &[
                ("missingGiB", missing),
                ("fastestTtftMs", latency.map(|(ttft, _)| ttft.value())),
                ("fastestTpotMs", latency.map(|(_, tpot)| tpot.value())),
            ],
        );
        json.key("replica");
        match &served {
            Ok(served) => json.object(&mut |json| replica(json, served)),
            Err(_) => json.null(),
        }
    }))
}

/// Requests in flight, if they are given.
fn concurrency(setup: &JsValue) -> Result<Option<f64>, JsValue> {
    if setup.is_undefined() || setup.is_null() {
        return Ok(None);
    }
    let value = get(setup, CONCURRENCY);
    if value.is_undefined() || value.is_null() {
        return Ok(None);
    }
    let number = value.as_f64().filter(|number| (1.0..=1e7).contains(number));
    number
        .map(Some)
        .ok_or_else(|| thrown(CONCURRENCY, "This is no number of requests.", "Write 1 to 10,000,000."))
}

/// What sizing needs of a setup.
struct Parts {
    chosen: Chosen,
    architecture: Architecture,
    accelerator: Accelerator,
    ask: Ask,
}

impl Parts {
    fn of(scenario: &Scenario) -> Result<Self, JsValue> {
        let chosen = chosen(scenario)?;
        let architecture = Architecture::new(&chosen.model).map_err(|invalid| {
            let (reason, hint) = refusal(&invalid);
            thrown("model", &[invalid.field, ": ", &reason].concat(), &hint)
        })?;
        let accelerator = Accelerator::try_from(&chosen.gpu).map_err(|invalid| mend(&invalid))?;
        Ok(Self { ask: Ask::of(scenario), chosen, architecture, accelerator })
    }

    fn site(&self) -> Site<'_> {
        Site {
            architecture: &self.architecture,
            accelerator: &self.accelerator,
            ask: &self.ask,
            measurements: Vec::new(),
        }
    }

    /// The first format, and the fewest GPUs, that hold `wanted` requests; else the last ones that the model allows.
    fn smallest(
        &self,
        site: &Site,
        scenario: &Scenario,
        wanted: f64,
    ) -> Result<(WeightFormat, Parallel, MemoryPlan), JsValue> {
        let demand = self.ask.demand;
        if let Some(longest) = self.architecture.max_context.map(f64::from)
            && demand.isl + demand.osl > longest
        {
            return Err(mend(&Invalid::new("isl", Reason::OutOfRange { min: 1.0, max: longest })));
        }
        let formats = site.formats(scenario, self.chosen.model.native_dtype);
        let splits = sizing::splits(scenario).map_err(|why| match why {
            Infeasible::Refused(Refusal::Invalid(invalid)) => mend(&invalid),
            _ => thrown("gpusPerReplica", "It cannot be used.", "Write 1, 2, 4 or 8."),
        })?;
        let mut nearest = Err(Invalid::new("tp", Reason::Unsupported));
        for format in formats {
            for &parallel in &splits {
                let setup = site.setup(format, parallel);
                let plan = memory::plan(
                    &self.architecture,
                    &self.accelerator,
                    &setup.serving,
                    demand.isl,
                    demand.osl,
                    setup.constants,
                );
                match plan {
                    Ok(plan) if plan.cache >= plan.sequence * wanted => return Ok((format, parallel, plan)),
                    Ok(plan) => nearest = Ok((format, parallel, plan)),
                    Err(invalid) if nearest.is_err() => nearest = Err(invalid),
                    Err(_) => {}
                }
            }
        }
        nearest.map_err(|invalid| mend(&invalid))
    }
}

/// The replica at a load, corrected as its capacity is.
fn at_concurrency(
    scenario: &Scenario,
    replica: Replica,
    wanted: f64,
) -> Result<Result<Replica, Infeasible>, JsValue> {
    let (Some(most), Some(format)) = (replica.modelled, replica.format) else {
        return Ok(Err(Infeasible::UnknownThroughput));
    };
    let parts = Parts::of(scenario)?;
    let site = parts.site();
    let setup = site.setup(format, replica.parallel);
    let demand = &parts.ask.demand;
    let served = setup.capacity(demand).and_then(|modelled| {
        let at = setup.at_concurrency(demand, wanted)?;
        let corrected = (at.output * (most.output / modelled.output)).min(setup.limit(demand, Some(wanted))?);
        Ok(at.scaled(corrected / at.output))
    });
    let Throughput { band, tier, .. } = most;
    Ok(match served {
        Ok(at) => Ok(Replica {
            tokens_per_second: at.input + at.output,
            modelled: Some(Throughput { band, tier, ..at }),
            ..replica
        }),
        Err(Refusal::Invalid(invalid)) => return Err(mend(&invalid)),
        Err(refusal) => Err(Infeasible::Refused(refusal)),
    })
}

/// The name of a reason.
pub(super) const fn infeasible(why: &Infeasible) -> &'static str {
    match why {
        Infeasible::NoOffer => "no-offer",
        Infeasible::NoInstance { .. } => "no-instance",
        Infeasible::UnknownThroughput => "unknown-throughput",
        Infeasible::DoesNotFit { .. } => "does-not-fit",
        Infeasible::Latency { .. } => "latency",
        Infeasible::Refused(_) => "refused",
        Infeasible::TooFast { .. } => "too-fast",
    }
}

/// How a figure is known.
pub(super) const fn tier(tier: Tier) -> &'static str {
    match tier {
        Tier::Own => "own",
        Tier::Published => "published",
        Tier::Calibrated | Tier::Roofline => "modelled",
    }
}

fn split(json: &mut Writer, parallel: Parallel, format: Option<WeightFormat>) {
    json.key("format").optional_text(format.map(WeightFormat::key));
    numbers(
        json,
        &[
            ("gpus", parallel.gpus().into()),
            ("tensorParallel", parallel.tensor.into()),
            ("pipelineStages", parallel.pipeline.into()),
        ],
    );
}

fn per_gpu(json: &mut Writer, plan: &MemoryPlan) {
    let parts = [
        ("memoryGiB", plan.memory),
        ("weightsGiB", plan.weights),
        ("workspaceGiB", plan.workspace),
        ("unusedGiB", plan.unused),
        ("cacheGiB", plan.cache),
        ("sequenceGiB", plan.sequence),
    ];
    numbers(json, &parts.map(|(key, bytes)| (key, bytes.value() / GIB)));
}

fn range(json: &mut Writer, key: &str, band: Band, figure: f64) {
    let (low, high) = band.around(figure);
    json.key(key).object(&mut |json| numbers(json, &[("low", low), ("high", high)]));
}

/// The fields of a replica; those of the model are null for hardware that is not modelled.
pub(super) fn replica(json: &mut Writer, replica: &Replica) {
    split(json, replica.parallel, replica.format);
    numbers(json, &[("tokensPerSecond", replica.tokens_per_second.value())]);
    json.key("tier").text(tier(replica.tier));
    json.key("measurement").optional_text(replica.measurement.as_ref().map(|row| &*row.provenance.source));
    json.key("served");
    let Some(served) = &replica.modelled else { return json.null() };
    json.object(&mut |json| {
        numbers(
            json,
            &[
                ("inputTokensPerSecond", served.input.value()),
                ("outputTokensPerSecond", served.output.value()),
                ("requestsPerSecond", served.requests),
                ("concurrency", served.concurrency),
                ("running", served.running),
                ("tpotMs", served.tpot.value()),
                ("ttftMs", served.ttft.value()),
                ("prefillShare", served.prefill_share),
            ],
        );
        range(json, "ttftRangeMs", served.first.band(), served.ttft.value());
        range(json, "tokensPerSecondRange", served.band, replica.tokens_per_second.value());
        texts(json, &[("boundBy", binds(served.binds))]);
    });
}
