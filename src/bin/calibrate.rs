//! `calibrate POINTS.csv [--tables TABLES.json] [--write]`: refits the constants of the sizing model to measurements.
//!
//! Coordinate descent in ratios: each constant is moved by a step up or down as long as that lowers the mean absolute
//! log ratio of stated to measured, then the step is halved. The number of constants is fixed; efficiencies stay below
//! one. Prints the table, and with `--write` puts it into `src/engine/constants.rs`.

#[allow(dead_code, reason = "shared by two tools")]
mod tools;

use llm_breakeven::engine::constants::{CALIBRATED, Constants};
use tools::points::{Case, Class, Point};

/// A constant that is fitted: its name in the table and where it is kept.
struct Knob {
    name: &'static str,
    get: fn(&mut Constants) -> &mut f64,
    most: f64,
}

macro_rules! knobs {
    ($($most:literal: $($field:ident).+),* $(,)?) => {
        [$(Knob { name: concat!($(stringify!($field), "."),+), get: |c| &mut c.$($field).+, most: $most }),*]
    };
}

/// The share of the peak beyond which no kernel has been seen to go.
const KNOBS: [Knob; 27] = knobs![
    0.97: bandwidth,
    0.97: bandwidth_amd,
    0.97: bandwidth_llama_cpp,
    0.97: cache_bandwidth,
    0.9: compute,
    0.9: compute_amd,
    0.9: compute_apple,
    1.0: compute_llama_cpp,
    1.0: compute_four_bit,
    1.0: compute_weight_only,
    1.0: experts,
    0.9: attention,
    100.0: launch_decode,
    100.0: launch_llama_cpp,
    100.0: launch_prefill,
    10_000.0: step,
    1_000.0: sequence,
    1_000.0: reduce_fabric,
    1_000.0: reduce_pcie,
    0.97: link,
    1.0: mixing,
    0.5: pipeline_bubble,
    100.0: ttft_token,
    1_000.0: ttft_base.vllm,
    1_000.0: ttft_base.sglang,
    1_000.0: ttft_base.tensorrt_llm,
    1.0: ttft_queue.vllm,
];

const QUEUES: [Knob; 2] = knobs![1.0: ttft_queue.sglang, 1.0: ttft_queue.tensorrt_llm];

fn main() -> Result<(), String> {
    let (flags, files): (Vec<String>, Vec<String>) = std::env::args().skip(1).partition(|a| a == "--write");
    let (points, tables) = tools::read(&files)?;
    let set: Vec<(Point, Class, Case)> = points
        .into_iter()
        .filter_map(|point| {
            let case = point.case(&tables)?;
            let class = point.class(tables.family(point.text("gpu")));
            Some((point, class, case))
        })
        .collect();
    let (mut constants, mut step) = (CALIBRATED, 0.16_f64);
    let mut best = loss(&set, &constants);
    eprintln!("{} points, mean absolute log ratio {best:.4}", set.len());
    while step > 0.01 {
        for knob in KNOBS.iter().chain(&QUEUES) {
            best = settle(&set, &mut constants, knob, step, best);
        }
        eprintln!("step {step:.3}: {best:.4}");
        step /= 2.0;
    }
    let table = table(constants);
    println!("{table}");
    if flags.is_empty() { Ok(()) } else { write(&table) }
}

/// Moves one constant as far as it helps.
fn settle(
    set: &[(Point, Class, Case)],
    constants: &mut Constants,
    knob: &Knob,
    step: f64,
    mut best: f64,
) -> f64 {
    for direction in [1.0 + step, 1.0 / (1.0 + step)] {
        loop {
            let mut moved = *constants;
            let value = (knob.get)(&mut moved);
            *value = (*value * direction).min(knob.most);
            let tried = loss(set, &moved);
            if tried >= best - 1e-6 {
                break;
            }
            (*constants, best) = (moved, tried);
        }
    }
    best
}

/// Mean absolute log ratio: speed, and at a lower weight TPOT and TTFT; every class counts by its weight, not by the
/// number of points that someone happened to publish.
fn loss(set: &[(Point, Class, Case)], constants: &Constants) -> f64 {
    let mut sums = [(0.0, 0.0); 4];
    for (point, class, case) in set {
        let Ok(stated) = case.state(constants) else { continue };
        let compared = point.compare(&stated);
        let sum = &mut sums[*class as usize];
        for (ratio, weight) in [(point.speed(&stated), 1.0), (compared.tpot, 0.3), (compared.ttft, 0.15)] {
            if let Some(ratio) = ratio {
                // One absurd point must not outvote many.
                sum.0 += weight * ratio.max(1e-9).ln().abs().min(1.0);
                sum.1 += weight;
            }
        }
    }
    let weights = [1.0, 0.1, 0.1, 0.2];
    sums.iter().zip(weights).filter(|(sum, _)| sum.1 > 0.0).map(|(sum, weight)| weight * sum.0 / sum.1).sum()
}

/// The table as source.
fn table(mut constants: Constants) -> String {
    let kept = ["step_llama_cpp", "workspace_gb", "workspace_moe_gb"];
    let values = [constants.step_llama_cpp, constants.workspace_gb, constants.workspace_moe_gb];
    let mut lines: Vec<String> = Vec::new();
    for knob in KNOBS
        .iter()
        .filter(|knob| !knob.name.starts_with("ttft_base") && !knob.name.starts_with("ttft_queue"))
    {
        let value = *(knob.get)(&mut constants);
        lines.push(format!("    {}: {value:.4},", knob.name.trim_end_matches('.')));
    }
    lines.extend(kept.iter().zip(values).map(|(name, value)| format!("    {name}: {value:.1},")));
    for (name, each) in [("ttft_base", constants.ttft_base), ("ttft_queue", constants.ttft_queue)] {
        let (vllm, sglang, tensorrt_llm) = (each.vllm, each.sglang, each.tensorrt_llm);
        lines.push(format!(
            "    {name}: PerEngine {{ vllm: {vllm:.4}, sglang: {sglang:.4}, tensorrt_llm: {tensorrt_llm:.4} }},"
        ));
    }
    format!(
        "pub const CALIBRATED: Constants = Constants {{\n{}\n    kernels: Kernels::COUNTED,\n}};",
        lines.join("\n")
    )
}

/// Replaces the table in the source.
fn write(table: &str) -> Result<(), String> {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/src/engine/constants.rs");
    let source = std::fs::read_to_string(path).map_err(|error| error.to_string())?;
    let start = source.find("pub const CALIBRATED").ok_or("no table in the source")?;
    let end = source[start..].find("\n};").ok_or("no end of the table")? + start + "\n};".len();
    let replaced = format!("{}{table}{}", &source[..start], &source[end..]);
    std::fs::write(path, replaced).map_err(|error| error.to_string())
}
