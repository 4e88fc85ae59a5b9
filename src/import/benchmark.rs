//! Results of serving benchmarks, as their tools write them: JSON, JSON lines, or the text on the console.
//!
//! | tool | read from |
//! |---|---|
//! | `vllm bench serve`, `sglang.bench_serving` | the saved JSON (lines), or the printed table |
//! | GuideLLM | `benchmarks.json`, one result per benchmark in it |
//! | genai-perf, AIPerf | `profile_export_*.json` |
//! | `llama-bench` | `-o json` or `-o jsonl`, one result per generation test |
//!
//! The structure decides, not the file's name.
//!
//! ```
//! let text = r#"{"completed": 32, "duration": 100.0, "total_input_tokens": 32000, "total_output_tokens": 16000,
//!   "output_throughput": 160.0, "max_concurrency": 8, "median_ttft_ms": 90.0, "median_tpot_ms": 21.0}"#;
//! let result = &llm_breakeven::import::benchmark::read(text).unwrap()[0];
//! assert_eq!((result.isl, result.osl, result.concurrency), (1000.0, 500.0, Some(8.0)));
//! ```

use super::json;
use super::model::ImportError;
use super::value::Value;
use crate::engine::invalid::{Invalid, Reason, within};
use crate::units::{Milliseconds, TokensPerSecond, number};

/// One measured operating point of a server.
#[derive(Clone, Debug, PartialEq)]
pub struct Benchmark {
    /// Which tool's form it was read from.
    pub tool: Tool,
    /// Model as the tool names it; empty when it does not.
    pub model: String,
    /// GPU as the tool names it; empty when it does not.
    pub gpu: String,
    /// Mean input tokens per request.
    pub isl: f64,
    /// Mean output tokens per request.
    pub osl: f64,
    /// Requests in flight; `None` when the tool sent at a rate.
    pub concurrency: Option<f64>,
    /// Output tokens per second of the whole server.
    pub output: TokensPerSecond,
    /// Median (else mean) TTFT.
    pub ttft: Option<Milliseconds>,
    /// Median (else mean) TPOT.
    pub tpot: Option<Milliseconds>,
}

/// Forms of results.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tool {
    /// `vllm bench serve` or `sglang.bench_serving`: the second descends from the first.
    BenchServing,
    /// GuideLLM.
    GuideLlm,
    /// genai-perf or AIPerf.
    AiPerf,
    /// `llama-bench`.
    LlamaBench,
}

/// Largest file that is read: per-request records are kept in some.
const MOST_BYTES: usize = 64_000_000;

/// Reads all results of a file.
///
/// # Errors
/// Where the text stops being JSON, that it is no such file, or the figure to mend.
pub fn read(text: &str) -> Result<Vec<Benchmark>, ImportError> {
    if text.len() > MOST_BYTES {
        return Err(ImportError::TooLarge);
    }
    let plain = text.trim_start_matches('\u{feff}').trim_start();
    if !plain.starts_with(['{', '[']) {
        return all(console(text));
    }
    let values = json::read_all(text).map_err(|line| ImportError::Syntax { line })?;
    all(runs(&values))
}

/// Whether a tree of values has what only such results have.
pub(super) fn fits(value: &Value) -> bool {
    let one = value.items().first().unwrap_or(value);
    let has = |keys: &[&str]| keys.iter().all(|key| one.get(key).is_some());
    let guidellm = || one.at("benchmarks").items().first().is_some_and(|run| run.get("metrics").is_some());
    has(&["output_throughput", "total_output_tokens"])
        || has(&["n_gen", "avg_ts"])
        || one.at("output_token_throughput").is_map()
        || guidellm()
}

/// One result, or why it is none.
pub(super) type Run = Result<Benchmark, ImportError>;

/// The results of parsed values, a damaged one beside sound ones.
pub(super) fn runs(values: &[Value]) -> Vec<Run> {
    let mut runs = Vec::new();
    for value in values {
        match value {
            Value::List(items) => items.iter().for_each(|one| document(one, &mut runs)),
            one => document(one, &mut runs),
        }
    }
    runs
}

/// All results, or the first mistake.
fn all(runs: Vec<Run>) -> Result<Vec<Benchmark>, ImportError> {
    let results: Vec<Benchmark> = runs.into_iter().collect::<Result<_, _>>()?;
    if results.is_empty() { Err(ImportError::NotOfThisKind) } else { Ok(results) }
}

fn document(value: &Value, runs: &mut Vec<Run>) {
    let has = |keys: &[&str]| keys.iter().all(|key| value.get(key).is_some());
    if let Some(Value::List(benchmarks)) = value.get("benchmarks") {
        runs.extend(benchmarks.iter().map(guidellm).map(sound));
    } else if has(&["output_throughput", "total_output_tokens"]) {
        runs.push(sound(bench_serving(value)));
    } else if value.at("output_token_throughput").is_map() {
        runs.push(sound(aiperf(value)));
    } else if !has(&["n_gen", "avg_ts"]) {
        runs.push(Err(ImportError::NotOfThisKind));
    } else if value.at("n_gen").number() != Some(0.0) {
        // a test that only reads a prompt says nothing of serving
        runs.push(sound(llama_bench(value)));
    }
}

/// A result whose figures some server could have.
fn sound(run: Run) -> Run {
    let run = run?;
    within("input tokens per request", run.isl, 1e-3, 1e7)?;
    within("output tokens per request", run.osl, 1e-3, 1e7)?;
    within("output tokens per second", run.output.value(), 1e-3, 1e8)?;
    if let Some(load) = run.concurrency {
        within("concurrency", load, 1.0, 1e6)?;
    }
    Ok(run)
}

/// A positive figure, or the field that is missing or absurd.
fn positive(field: &'static str, value: Option<f64>) -> Result<f64, Invalid> {
    let value = value.ok_or(Invalid::new(field, Reason::Unknown))?;
    within(field, value, 1e-6, 1e12)
}

/// The first of several optional times that is stated, in ms.
fn time(candidates: &[&Value]) -> Option<Milliseconds> {
    let stated = candidates.iter().find_map(|value| value.number())?;
    (stated > 0.0 && stated < 1e9).then_some(Milliseconds::new(stated))
}

fn bench_serving(value: &Value) -> Result<Benchmark, ImportError> {
    let number = |key: &str| value.at(key).number();
    let completed = positive("completed", number("completed"))?;
    let duration = positive("duration", number("duration"))?;
    let (read, written) = (
        positive("total_input_tokens", number("total_input_tokens"))?,
        positive("total_output_tokens", number("total_output_tokens"))?,
    );
    let output = positive("output_throughput", number("output_throughput"))?;
    // Files are edited by hand: the rate must be what the totals say.
    if (output * duration / written - 1.0).abs() > 0.05 {
        return Err(
            Invalid::new("output_throughput", Reason::Contradicts { other: "total_output_tokens" }).into()
        );
    }
    Ok(Benchmark {
        tool: Tool::BenchServing,
        model: value.at("model_id").text().or(value.at("model").text()).unwrap_or_default().to_owned(),
        gpu: String::new(),
        isl: read / completed,
        osl: written / completed,
        concurrency: number("max_concurrency").filter(|n| *n >= 1.0),
        output: TokensPerSecond::new(output),
        ttft: time(&[value.at("median_ttft_ms"), value.at("mean_ttft_ms")]),
        tpot: time(&[
            value.at("median_tpot_ms"),
            value.at("mean_tpot_ms"),
            value.at("median_itl_ms"),
            value.at("mean_itl_ms"),
        ]),
    })
}

fn guidellm(value: &Value) -> Result<Benchmark, ImportError> {
    let metrics = value.at("metrics");
    let mean = |name: &str| metrics.at(name).at("successful").at("mean").number();
    let median = |name: &str| metrics.at(name).at("successful").at("median");
    // Output tokens of unfinished requests were generated too.
    let output = metrics
        .at("output_tokens_per_second")
        .at("total")
        .at("mean")
        .number()
        .or(mean("output_tokens_per_second"));
    Ok(Benchmark {
        tool: Tool::GuideLlm,
        model: String::new(),
        gpu: String::new(),
        isl: positive("prompt_token_count", mean("prompt_token_count"))?,
        osl: positive("output_token_count", mean("output_token_count"))?,
        concurrency: mean("request_concurrency").filter(|n| *n >= 1.0),
        output: TokensPerSecond::new(positive("output_tokens_per_second", output)?),
        ttft: time(&[median("time_to_first_token_ms")]),
        tpot: time(&[median("inter_token_latency_ms"), median("time_per_output_token_ms")]),
    })
}

fn aiperf(value: &Value) -> Result<Benchmark, ImportError> {
    let mean = |name: &str| value.at(name).at("avg").number();
    let lengths = |name: &'static str| positive(name, mean(name));
    let input = value.at("input_config");
    // The two tools, and their versions, keep the load in different places.
    let places = [
        input.at("loadgen").at("concurrency"),
        input.at("perf_analyzer").at("stimulus").at("concurrency"),
        input.at("concurrency"),
    ];
    Ok(Benchmark {
        tool: Tool::AiPerf,
        model: input
            .at("endpoint")
            .at("model_names")
            .items()
            .first()
            .and_then(Value::text)
            .or(input.at("model_names").items().first().and_then(Value::text))
            .unwrap_or_default()
            .to_owned(),
        gpu: String::new(),
        isl: lengths("input_sequence_length")?,
        osl: lengths("output_sequence_length")?,
        concurrency: places.iter().find_map(|place| place.number()).filter(|n| *n >= 1.0),
        output: TokensPerSecond::new(positive("output_token_throughput", mean("output_token_throughput"))?),
        ttft: time(&[value.at("time_to_first_token").at("p50"), value.at("time_to_first_token").at("avg")]),
        tpot: time(&[value.at("inter_token_latency").at("p50"), value.at("inter_token_latency").at("avg")]),
    })
}

fn llama_bench(value: &Value) -> Result<Benchmark, ImportError> {
    let number = |key: &str| value.at(key).number();
    let osl = positive("n_gen", number("n_gen"))?;
    let context = number("n_prompt").unwrap_or(0.0) + number("n_depth").unwrap_or(0.0);
    let output = positive("avg_ts", number("avg_ts"))?;
    // A combined test counts prompt and generated tokens in one rate, which tells neither.
    if number("n_prompt").unwrap_or(0.0) > 0.0 {
        return Err(Invalid::new("n_prompt", Reason::Contradicts { other: "n_gen" }).into());
    }
    Ok(Benchmark {
        tool: Tool::LlamaBench,
        model: value.at("model_type").text().unwrap_or_default().to_owned(),
        gpu: value.at("gpu_info").text().unwrap_or_default().to_owned(),
        isl: context.max(1.0),
        osl,
        concurrency: Some(1.0),
        output: TokensPerSecond::new(output),
        ttft: None,
        tpot: Some(Milliseconds::new(1e3 / output)),
    })
}

/// What begins each table on the console.
pub(super) const TABLE: &str = "Serving Benchmark Result";

/// The table that `vllm bench serve` and `sglang.bench_serving` print; several in one log are several results.
pub(super) fn console(text: &str) -> Vec<Run> {
    text.split(TABLE).skip(1).map(table).map(sound).collect()
}

/// One table, up to the next; the limit is also printed before the first.
fn table(table: &str) -> Run {
    let figure = |label: &str| {
        let line = table.lines().find(|line| line.trim_start_matches(['#', ' ']).starts_with(label))?;
        number::parse(&line.rsplit(':').next()?.trim().replace(',', ""))
    };
    let completed = positive("Successful requests", figure("Successful requests"))?;
    let output = positive("Output token throughput (tok/s)", figure("Output token throughput (tok/s)"))?;
    let read = positive("Total input tokens", figure("Total input tokens"))?;
    let written = positive("Total generated tokens", figure("Total generated tokens"))?;
    let ms =
        |label: &str| figure(label).filter(|n| (0.0..1e9).contains(n) && *n > 0.0).map(Milliseconds::new);
    Ok(Benchmark {
        tool: Tool::BenchServing,
        model: String::new(),
        gpu: String::new(),
        isl: read / completed,
        osl: written / completed,
        concurrency: figure("Max request concurrency")
            .or(figure("Maximum request concurrency"))
            .filter(|n| *n >= 1.0),
        output: TokensPerSecond::new(output),
        ttft: ms("Median TTFT (ms)").or(ms("Mean TTFT (ms)")),
        tpot: ms("Median TPOT (ms)").or(ms("Mean TPOT (ms)")),
    })
}
