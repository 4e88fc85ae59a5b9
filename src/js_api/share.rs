//! `share`: less than a GPU. Slices of it, several models in its memory, adapters on one base.

use super::hardware::{self, mend};
use super::scenario::{self, count, texts_of};
use super::value::{GIB, numbers, optional_numbers, plain, texts, thrown};
use crate::catalogue::{Catalogue, Model, did_you_mean};
use crate::engine::accelerator::Accelerator;
use crate::engine::architecture::Architecture;
use crate::engine::choice::Chosen;
use crate::engine::memory::{MemoryPlan, Parallel};
use crate::engine::sharing::{self, adapter_memory, adapter_overhead, alone, memory_eighths, residents};
use crate::engine::sizing::{self, Ask, Site};
use crate::engine::throughput::Refusal;
use crate::engine::weight_format::WeightFormat;
use crate::import::json::Writer;
use crate::scenario::Scenario;
use crate::units::Bytes;
use wasm_bindgen::prelude::*;

/// What is asked beside the setup.
const KEYS: [&str; 4] = ["others", "requests", "adapters", "rank"];

/// Most models beside the scenario's.
const MOST_OTHERS: usize = 8;

/// Slices of the setup's GPU, models beside the setup's, and adapters on it.
///
/// # Errors
/// A `FieldError` object.
#[wasm_bindgen]
pub fn share(setup: &JsValue) -> Result<JsValue, JsValue> {
    let scenario = scenario::read(setup, &KEYS)?;
    let chosen = hardware::chosen(&scenario)?;
    let accelerator = Accelerator::try_from(&chosen.gpu).map_err(|invalid| mend(&invalid))?;
    let requests = count(setup, "requests", 4)?;
    let beside = others(setup)?;
    let held = neighbours(&scenario, &chosen, &beside, &accelerator)?;
    let base = replica(&scenario, &chosen, &held[0].2)?;
    let (adapters, rank) = (count(setup, "adapters", 10)?, count(setup, "rank", 16)?);
    let architecture = Architecture::new(&chosen.model).map_err(|invalid| mend(&invalid))?;
    Ok(plain(&mut |json| {
        json.key("slices");
        match chosen.gpu.mig_slices {
            Some(most) => json.list(&mut |json| {
                slices(json, &scenario, &chosen, &accelerator, most);
            }),
            None => json.null(),
        }
        json.key("residents").object(&mut |json| write_residents(json, &held, &accelerator, requests));
        json.key("adapters").object(&mut |json| write_adapters(json, &architecture, base, (adapters, rank)));
    }))
}

/// The models that are named beside the setup's.
fn others(setup: &JsValue) -> Result<Vec<&'static Model>, JsValue> {
    let ids = texts_of(setup, "others", MOST_OTHERS)?;
    let catalogue = Catalogue::builtin();
    let find = |id: &String| {
        catalogue.model(id).ok_or_else(|| {
            let known = catalogue.models.iter().map(|model| &*model.id);
            let hint = match did_you_mean(id, known) {
                Some(near) => ["Did you mean ", near, "?"].concat(),
                None => "Write ids of models of the catalogue.".to_owned(),
            };
            thrown("others", &[&crate::words::errors::quoted(id), " is not in the list."].concat(), &hint)
        })
    };
    ids.iter().map(find).collect()
}

/// A model in the memory of the GPU: its id, its format, its plan.
type Resident = (String, WeightFormat, MemoryPlan);

/// The setup's model and those beside it, each planned alone.
fn neighbours(
    scenario: &Scenario,
    chosen: &Chosen,
    beside: &[&Model],
    accelerator: &Accelerator,
) -> Result<Vec<Resident>, JsValue> {
    let all = std::iter::once((&chosen.model, true)).chain(beside.iter().map(|model| (*model, false)));
    all.map(|(model, own)| {
        let (format, plan, _) = alone(scenario, model, own, accelerator).map_err(|invalid| mend(&invalid))?;
        Ok((model.id.to_string(), format, plan))
    })
    .collect()
}

/// GPUs and memory of the replica that carries the adapters: the scenario's, or one GPU where there is none.
fn replica(scenario: &Scenario, chosen: &Chosen, one: &MemoryPlan) -> Result<(u32, MemoryPlan), JsValue> {
    match sizing::replica(scenario, Catalogue::builtin(), chosen) {
        Ok(replica) => Ok(replica.memory().map_or((1, *one), |memory| (replica.gpus, *memory))),
        Err(crate::engine::Infeasible::Refused(Refusal::Invalid(invalid))) => Err(mend(&invalid)),
        Err(_) => Ok((1, *one)),
    }
}

fn slices(json: &mut Writer, scenario: &Scenario, chosen: &Chosen, whole: &Accelerator, most: u32) {
    let Ok(architecture) = Architecture::new(&chosen.model) else { return };
    let ask = Ask::of(scenario);
    for count in (1..=most).filter(|count| most != 7 || memory_eighths(*count).is_some()) {
        let Ok(part) = sharing::slice(whole, count, most) else { continue };
        let site =
            Site { architecture: &architecture, accelerator: &part, ask: &ask, measurements: Vec::new() };
        let mut missing = None;
        let served = site.formats(scenario, chosen.model.native_dtype).into_iter().find_map(|format| {
            match site.setup(format, Parallel::SINGLE).capacity(&ask.demand) {
                Ok(served) => Some((format, served)),
                Err(Refusal::DoesNotFit(plan)) => {
                    missing = Some(plan.missing.value() / GIB);
                    None
                }
                Err(_) => None,
            }
        });
        let served = served.as_ref();
        json.object(&mut |json| {
            let copies = sharing::copies(count, most, &part, whole);
            numbers(
                json,
                &[
                    ("slices", count.into()),
                    ("of", most.into()),
                    ("copies", copies.into()),
                    ("memoryGiB", part.memory.gib()),
                ],
            );
            json.key("format").optional_text(served.map(|(format, _)| format.key()));
            optional_numbers(
                json,
                &[
                    ("tokensPerSecond", served.map(|(_, served)| (served.input + served.output).value())),
                    ("tpotMs", served.map(|(_, served)| served.tpot.value())),
                    ("missingGiB", missing.filter(|_| served.is_none())),
                ],
            );
            json.key("boundBy").optional_text(served.map(|(_, served)| hardware::binds(served.binds)));
        });
    }
}

fn write_residents(json: &mut Writer, held: &[Resident], accelerator: &Accelerator, requests: u32) {
    let memory = accelerator.memory;
    let sequences = f64::from(requests);
    // what the engine of the first model leaves unused stays unused
    let unused = held.first().map_or(Bytes::ZERO, |(_, _, plan)| plan.unused.max(Bytes::ZERO));
    let share = (1.0 - unused / memory).clamp(0.05, 1.0);
    let plans: Vec<(MemoryPlan, f64)> = held.iter().map(|(_, _, plan)| (*plan, sequences)).collect();
    // both numbers are within their ranges
    let missing = residents(memory, share, &plans).unwrap_or(Bytes::ZERO);
    json.key("fits").flag(missing <= Bytes::ZERO);
    numbers(
        json,
        &[
            ("missingGiB", missing.gib()),
            ("memoryGiB", memory.gib()),
            ("usableGiB", (memory * share).gib()),
            ("requests", sequences),
        ],
    );
    json.key("models").list(&mut |json| {
        for (id, format, plan) in held {
            json.object(&mut |json| {
                texts(json, &[("id", id), ("format", format.key())]);
                let parts = [
                    ("weightsGiB", plan.weights),
                    ("workspaceGiB", plan.workspace),
                    ("cacheGiB", plan.sequence * sequences),
                ];
                numbers(json, &parts.map(|(key, bytes)| (key, bytes.gib())));
            });
        }
    });
}

fn write_adapters(
    json: &mut Writer,
    architecture: &Architecture,
    (gpus, plan): (u32, MemoryPlan),
    (adapters, rank): (u32, u32),
) {
    let all = adapter_memory(architecture, rank, adapters);
    let each = all / f64::from(gpus);
    let holds = |cache: Bytes| (cache / plan.sequence).max(0.0).floor();
    json.key("fits").flag(plan.cache - each >= plan.sequence);
    numbers(
        json,
        &[
            ("adapters", adapters.into()),
            ("rank", rank.into()),
            ("gpus", gpus.into()),
            ("adapterGiB", all.gib() / f64::from(adapters)),
            ("perGpuGiB", each.gib()),
            ("concurrency", holds(plan.cache - each)),
            ("concurrencyWithout", holds(plan.cache)),
            ("moreArithmetic", adapter_overhead(architecture, rank)),
        ],
    );
}
