//! `calibrate POINTS.csv [--tables TABLES.json] [--write]`: refits the constants of the sizing model to measurements.
//!
//! Prints the table, and with `--write` puts it into `src/engine/constants.rs`.

#[allow(dead_code, reason = "shared by two tools")]
mod tools;

use llm_breakeven::engine::constants::{CALIBRATED, Constants};
use tools::fit::{KNOBS, Measured, fit};

fn main() -> Result<(), String> {
    let (flags, files): (Vec<String>, Vec<String>) = std::env::args().skip(1).partition(|a| a == "--write");
    let (points, tables) = tools::read(&files)?;
    // what is marked as held out stays unseen
    let seen = points.iter().filter(|point| point.number("holdout") != Some(1.0));
    let set = tools::measured(seen, &tables);
    eprintln!("{} points", set.len());
    let all: Vec<&Measured> = set.iter().collect();
    let constants =
        fit(&all, CALIBRATED, |step, loss| eprintln!("step {step:.3}: mean absolute log ratio {loss:.4}"));
    let table = table(constants);
    println!("{table}");
    if flags.is_empty() { Ok(()) } else { write(&table) }
}

/// The table as source.
fn table(mut constants: Constants) -> String {
    let kept = ["experts", "mixing", "widened_tflops", "workspace_gb", "workspace_moe_gb"];
    let values = [
        constants.experts,
        constants.mixing,
        constants.widened_tflops,
        constants.workspace_gb,
        constants.workspace_moe_gb,
    ];
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
        "pub const CALIBRATED: Constants = Constants {{\n{}\n    kernels: Kernels::COUNTED,\n    moves: Moves::COUNTED,\n}};",
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
