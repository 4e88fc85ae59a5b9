//! The rows against the facts that they were taken from: what is stated carries over, what is not stays unknown.
//!
//! The folder of the facts is `DATA_DIR`, else `../shared/data`; without it the tests say so and pass.

use std::path::PathBuf;

use llm_breakeven::units::FlopsPerSecond;
use serde_json::Value;

use crate::catalogue;

fn facts(file: &str) -> Option<Value> {
    let folder = std::env::var_os("DATA_DIR")
        .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared/data"), PathBuf::from);
    let Ok(text) = std::fs::read_to_string(folder.join(file)) else {
        println!("not run: no {file} in {}", folder.display());
        return None;
    };
    // Python writes infinity into JSON
    Some(serde_json::from_str(&text.replace("Infinity", "1e308")).unwrap())
}

/// Figures from another source than the facts, which the note of their row tells.
const OTHERWISE: [(&str, &str); 3] =
    [("rtx-6000-ada", "fp16"), ("gh200-96gb", "bandwidth"), ("b300", "memory")];

/// The rows of a file, whether it is a list or keeps them under a name.
fn rows(facts: &Value) -> &[Value] {
    let named = ["gpus", "models", "rows"].into_iter().find_map(|key| facts[key].as_array());
    facts.as_array().or(named).unwrap()
}

#[test]
fn unverified_licences_are_not_shown() {
    let (catalogue, Some(facts)) = (catalogue(), facts("models.json")) else { return };
    let (mut stated, mut hidden) = (0, 0);
    for fact in rows(&facts) {
        let Some(model) = fact["id"].as_str().and_then(|id| catalogue.model(id)) else { continue };
        match fact["licence"].as_str() {
            Some(licence) => {
                assert_eq!(model.licence.as_deref(), Some(licence), "{}", model.id);
                stated += 1;
            }
            None => {
                assert_eq!(model.licence, None, "{}", model.id);
                hidden += usize::from(fact["licence_unverified"].is_string());
            }
        }
    }
    println!("{stated} licences stated, {hidden} unverified ones left out");
    assert!(stated + hidden > 0);
}

#[test]
fn figures_of_accelerators_carry_over_and_unknown_ones_stay_unknown() {
    let (catalogue, Some(facts)) = (catalogue(), facts("gpus.json")) else { return };
    let mut compared = 0;
    for fact in rows(&facts) {
        let Some(gpu) = fact["id"].as_str().and_then(|id| catalogue.gpu(id)) else { continue };
        let tera = |rate: Option<FlopsPerSecond>| rate.map(|rate| rate.value() / 1e12);
        let dense = &fact["tflops_dense"];
        for (what, ours, theirs) in [
            ("fp16", tera(gpu.dense.fp16), &dense["bf16_fp16"]),
            ("fp8", tera(gpu.dense.fp8), &dense["fp8"]),
            ("int8", tera(gpu.dense.int8), &dense["int8"]),
            ("fp4", tera(gpu.dense.fp4), &dense["fp4"]),
            ("bandwidth", Some(gpu.bandwidth.value() / 1e9), &fact["memory_bandwidth_gb_s"]),
            ("memory", Some(gpu.nominal_gb), &fact["memory_gb"]),
            ("power", gpu.tdp_w, &fact["tdp_w"]),
            (
                "link",
                gpu.interconnect.per_gpu.map(|speed| speed.value() / 1e9),
                &fact["interconnect"]["gb_s_bidirectional_per_gpu"],
            ),
        ] {
            if OTHERWISE.contains(&(&*gpu.id, what)) {
                assert!(gpu.note.is_some(), "{} {what} needs a note", gpu.id);
                continue;
            }
            let same = match (ours, theirs.as_f64()) {
                (Some(ours), Some(theirs)) => (ours / theirs - 1.0).abs() < 1e-9,
                (None, None) => true,
                _ => false,
            };
            assert!(same, "{} {what}: {ours:?} is not {theirs}", gpu.id);
            compared += 1;
        }
    }
    println!("{compared} figures of accelerators compared");
    assert!(compared > 0);
}

#[test]
fn licences_and_figures_stand_without_the_facts_too() {
    let catalogue = catalogue();
    let complete =
        catalogue.gpus.iter().filter(|gpu| gpu.dense.fp16.is_some() && !gpu.interconnect.kind.is_empty());
    assert!(complete.clone().count() >= 35, "{} accelerators with all figures", complete.count());
    let joined = catalogue.api_prices.iter().filter(|row| row.open_model.is_some()).count();
    assert!(joined >= 400, "{joined} API prices joined to their open model");
    assert!(catalogue.models.iter().filter(|model| model.licence.is_some()).count() < catalogue.models.len());
}
