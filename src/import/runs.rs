//! What measured runs of a benchmark mean for a scenario.
//!
//! The scenario knows one figure of a replica: input and output tokens a second, `output × (ISL + OSL) ÷ OSL`. It is
//! taken from the run that serves most: of the runs whose request shape is nearest to the scenario's, those that keep
//! its limits on TTFT and TPOT, the one with the most output tokens a second.
//!
//! ```
//! use llm_breakeven::import::{benchmark, runs};
//! use llm_breakeven::{catalogue::Catalogue, scenario::{FieldId, Scenario}};
//! let text = r#"{"completed": 10, "duration": 10.0, "total_input_tokens": 15000, "total_output_tokens": 5000,
//!     "output_throughput": 500.0, "median_ttft_ms": 90.0, "median_tpot_ms": 20.0}"#;
//! let results = benchmark::read(text).unwrap();
//! let best = runs::best(&results, &Scenario::default()).unwrap();
//! let sets = runs::sets(&results[best], Some(4), Catalogue::builtin());
//! assert!(sets.contains(&(FieldId::Throughput, "2000".into())) && sets.contains(&(FieldId::InputShare, "75".into())));
//! ```

use super::benchmark::{Benchmark, Tool};
use super::prices::open_model;
use crate::catalogue::{Catalogue, Gpu};
use crate::scenario::{FieldId, Scenario};
use crate::units::{TokensPerSecond, number};

/// Shapes nearer to each other than this in the logarithm of their lengths are taken for the same.
const SAME_SHAPE: f64 = 0.1;

/// Why no run answers the scenario.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoRun {
    /// No run keeps the limits on latency, or states the latency that is limited.
    Limits,
    /// There are no runs.
    None,
}

/// Place of the best run.
///
/// # Errors
/// That there are none, or none within the scenario's limits.
pub fn best(runs: &[Benchmark], scenario: &Scenario) -> Result<usize, NoRun> {
    let isl = (scenario.request_tokens() * scenario.input_share()).max(1.0);
    let osl = (scenario.request_tokens() - isl).max(1.0);
    let distance = |run: &Benchmark| (run.isl / isl).ln().abs() + (run.osl / osl).ln().abs();
    let kept: Vec<usize> = (0..runs.len()).filter(|at| keeps_limits(&runs[*at], scenario)).collect();
    let nearest = kept.iter().map(|at| distance(&runs[*at])).fold(f64::INFINITY, f64::min);
    let same = kept.into_iter().filter(|at| distance(&runs[*at]) <= nearest + SAME_SHAPE);
    same.max_by(|a, b| runs[*a].output.value().total_cmp(&runs[*b].output.value()))
        .ok_or(if runs.is_empty() { NoRun::None } else { NoRun::Limits })
}

/// Whether a run keeps the scenario's limits on latency.
#[must_use]
pub fn keeps_limits(run: &Benchmark, scenario: &Scenario) -> bool {
    let within = |limit: FieldId, measured: Option<crate::units::Milliseconds>| {
        scenario.optional(limit).is_none_or(|limit| measured.is_some_and(|ms| ms.value() <= limit))
    };
    within(FieldId::TtftLimit, run.ttft) && within(FieldId::TpotLimit, run.tpot)
}

/// Input and output tokens a second of a run.
#[must_use]
pub fn total(run: &Benchmark) -> TokensPerSecond {
    run.output * ((run.isl + run.osl) / run.osl)
}

/// What a run puts into a scenario: its model and GPU where the file names ones that the catalogue has, the shape of its
/// requests, its GPUs where they are known, and its tokens a second, which then count instead of the estimate.
#[must_use]
pub fn sets(run: &Benchmark, gpus: Option<u32>, catalogue: &Catalogue) -> Vec<(FieldId, String)> {
    let figure = |value: f64, digits: i32| number::rounded(value, digits).to_string();
    let mut sets = Vec::new();
    sets.extend(open_model(catalogue, &run.model).map(|id| (FieldId::Model, id)));
    sets.extend(gpu(catalogue, &run.gpu).map(|gpu| (FieldId::Gpu, gpu.id.to_string())));
    if run.tool == Tool::LlamaBench {
        sets.push((FieldId::ServingEngine, "llamacpp".to_owned()));
    }
    sets.extend(gpus.map(|gpus| (FieldId::GpusPerReplica, gpus.to_string())));
    let tokens = (run.isl + run.osl).round().clamp(2.0, 1e6);
    sets.push((FieldId::RequestTokens, tokens.to_string()));
    sets.push((FieldId::InputShare, figure(100.0 * run.isl / (run.isl + run.osl), 5)));
    sets.push((FieldId::Throughput, figure(total(run).value().clamp(0.01, 1e7), 6)));
    sets
}

/// The GPU of the catalogue that a driver's name such as `NVIDIA A100-SXM4-80GB` means; `None` when several could be.
#[must_use]
pub fn gpu<'c>(catalogue: &'c Catalogue, name: &str) -> Option<&'c Gpu> {
    let lower = name.to_ascii_lowercase();
    let words: Vec<&str> = lower.split(|c: char| !c.is_ascii_alphanumeric()).collect();
    let has = |part: &str| match part {
        // only boards with SXM sockets carry HBM3 at 80 GB
        "sxm" => words.iter().any(|word| word.starts_with("sxm") || *word == "hbm3"),
        part => words.contains(&part),
    };
    let whole = catalogue.gpus.iter().filter(|gpu| gpu.id.split('-').all(has));
    // the longest id says most
    if let Some(gpu) = whole.max_by_key(|gpu| gpu.id.len()) {
        return Some(gpu);
    }
    let mut chips = catalogue.gpus.iter().filter(|gpu| gpu.id.split('-').next().is_some_and(has));
    chips.next().filter(|_| chips.next().is_none())
}
