//! Measured points and the figure that the engine states for each.
//!
//! Columns that are read (others are kept for provenance): `id, source, use, vintage, kind, model, wprec, kvprec,
//! gpu, n_gpu, tp, pp, dp, engine, isl, osl, concurrency, out_tps, ttft_ms, tpot_ms`. `kind` is `closed`
//! (concurrency requests in flight), `offline` (as many as fit), `static` (one batch) or `single` (batch of one).

use std::collections::BTreeMap;

use llm_breakeven::engine::constants::Constants;
use llm_breakeven::engine::kv_cache::KvFormat;
use llm_breakeven::engine::memory::{Engine, Parallel, Serving};
use llm_breakeven::engine::throughput::{Demand, Generation, Refusal, Setup, Throughput};
use llm_breakeven::engine::weight_format::{GgufType, WeightFormat};

use super::tables::Tables;

/// One measured point: its row by column name.
#[derive(Clone, Debug)]
pub struct Point(pub BTreeMap<String, String>);

impl Point {
    /// A column's text, empty when absent.
    pub fn text(&self, column: &str) -> &str {
        self.0.get(column).map_or("", String::as_str)
    }

    /// A column's number, when it holds one.
    pub fn number(&self, column: &str) -> Option<f64> {
        self.text(column).parse().ok()
    }

    fn degree(&self, column: &str) -> u32 {
        self.text(column).parse().unwrap_or(1)
    }

    /// How the point was served.
    pub fn serving(&self) -> Option<Serving> {
        let llama_cpp = self.text("engine") == "llamacpp";
        let weights = match self.text("wprec") {
            "fp16" | "bf16" if llama_cpp => WeightFormat::Gguf(GgufType::F16),
            "fp16" | "bf16" => WeightFormat::Bf16,
            "fp8" => WeightFormat::Fp8,
            "int8" => WeightFormat::Int8,
            "fp4" | "nvfp4" => WeightFormat::Nvfp4,
            "mxfp4" => WeightFormat::Mxfp4,
            "int4" => WeightFormat::Int4,
            "q4_k_m" => WeightFormat::Gguf(GgufType::Q4_K_M),
            _ => return None,
        };
        let (engine, max_sequences) = match self.text("engine") {
            "vllm" => (Engine::Vllm, None),
            // LMDeploy schedules like vLLM, with its own default limit.
            "lmdeploy" => (Engine::Vllm, Some(256)),
            "sglang" => (Engine::Sglang, None),
            "trtllm" => (Engine::TensorRtLlm, None),
            "llamacpp" => (Engine::LlamaCpp, None),
            _ => return None,
        };
        Some(Serving {
            engine,
            weights,
            cache: if self.text("kvprec") == "fp8" { KvFormat::Fp8 } else { KvFormat::Fp16 },
            parallel: Parallel {
                tensor: self.degree("tp"),
                pipeline: self.degree("pp"),
                attention_data: self.degree("dp"),
            },
            memory_share: None,
            max_sequences,
            flash_attention: true,
            checkpoint: None,
        })
    }

    /// The engine's figure for the point; `None` when the tables do not know its model or GPU.
    pub fn predict(&self, tables: &Tables, constants: &Constants) -> Option<Result<Throughput, Refusal>> {
        let architecture = tables.model(self.text("model"))?;
        let accelerator = tables.accelerator(self.text("gpu"))?;
        let setup = Setup {
            architecture: &architecture,
            accelerator: &accelerator,
            serving: self.serving()?,
            generation: Generation::Current,
            speculation: None,
            constants,
        };
        let demand = Demand {
            isl: self.number("isl")?,
            osl: self.number("osl")?,
            cached: 0.0,
            ttft_limit: None,
            tpot_limit: None,
        };
        Some(match (self.text("kind"), self.number("concurrency")) {
            ("static" | "single", Some(batch)) => setup.static_batch(&demand, batch),
            (_, Some(concurrency)) => setup.at_concurrency(&demand, concurrency),
            (_, None) => setup.capacity(&demand),
        })
    }
}

/// What a point measured and what the engine states for it, as ratios stated ÷ measured.
#[derive(Clone, Copy, Debug, Default)]
pub struct Compared {
    /// Of output tokens per second.
    pub output: Option<f64>,
    /// Of TPOT.
    pub tpot: Option<f64>,
    /// Of TTFT.
    pub ttft: Option<f64>,
}

impl Point {
    /// Compares a stated figure with what was measured.
    pub fn compare(&self, stated: &Throughput) -> Compared {
        let measured = |column: &str| self.number(column).filter(|value| *value > 0.0);
        let replica = f64::from(stated_gpus(self));
        let gpus = self.number("n_gpu").unwrap_or(replica);
        // A point over more GPUs than one replica ran several replicas at full load.
        let replicas = if self.text("kind").starts_with("offline") { (gpus / replica).max(1.0) } else { 1.0 };
        let output = measured("out_tps").map(|real| stated.output.value() * replicas / real);
        let tpot = measured("tpot_ms").map(|real| stated.tpot.value() / real);
        let ttft = measured("ttft_ms").map(|real| stated.ttft.value() / real);
        Compared { output, tpot, ttft }
    }

    /// The ratio of speed, whatever the point measured: tokens per second, or the time that stands for them.
    pub fn speed(&self, stated: &Throughput) -> Option<f64> {
        let compared = self.compare(stated);
        compared.output.or(compared.tpot.or(compared.ttft).map(|ratio| 1.0 / ratio))
    }

    /// The group that a report judges the point in.
    pub fn class(&self, family: &str) -> Class {
        if self.text("engine") == "llamacpp" {
            Class::LlamaCpp
        } else if family.starts_with("cdna") {
            Class::Amd
        } else if self.text("vintage") == "legacy" {
            Class::Legacy
        } else {
            Class::Current
        }
    }
}

/// Groups with an error band of their own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Class {
    /// NVIDIA, engines of 2025 and later.
    Current,
    /// AMD.
    Amd,
    /// llama.cpp.
    LlamaCpp,
    /// Older engines.
    Legacy,
}

fn stated_gpus(point: &Point) -> u32 {
    point.degree("tp") * point.degree("pp")
}
