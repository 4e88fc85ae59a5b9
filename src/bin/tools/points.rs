//! Measured points and the figure that the engine states for each.
//!
//! Columns that are read (others are kept for provenance): `id, source, use, vintage, kind, model, wprec, kvprec,
//! gpu, n_gpu, tp, pp, dp, engine, isl, osl, concurrency, out_tps, ttft_ms, tpot_ms`. `kind` is `closed`
//! (concurrency requests in flight), `offline` (as many as fit), `static` (one batch) or `single` (batch of one).

use std::collections::BTreeMap;

use llm_breakeven::engine::accelerator::Accelerator;
use llm_breakeven::engine::architecture::Architecture;
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
            "fp16" | "bf16" | "f16" if llama_cpp => WeightFormat::Gguf(GgufType::F16),
            "fp16" | "bf16" => WeightFormat::Bf16,
            "fp32" => WeightFormat::Fp32,
            "fp8" => WeightFormat::Fp8,
            "int8" | "w8a8" => WeightFormat::Int8,
            "fp4" | "nvfp4" => WeightFormat::Nvfp4,
            "mxfp4" => WeightFormat::Mxfp4,
            "int4" | "awq" | "gptq" => WeightFormat::Int4,
            "q2_k" => WeightFormat::Gguf(GgufType::Q2_K),
            "q3_k_m" => WeightFormat::Gguf(GgufType::Q3_K_M),
            "q4_0" => WeightFormat::Gguf(GgufType::Q4_0),
            "q4_k_m" => WeightFormat::Gguf(GgufType::Q4_K_M),
            "q5_k_m" => WeightFormat::Gguf(GgufType::Q5_K_M),
            "q6_k" => WeightFormat::Gguf(GgufType::Q6_K),
            "q8_0" => WeightFormat::Gguf(GgufType::Q8_0),
            _ => return None,
        };
        let (engine, max_sequences) = match self.text("engine") {
            "sglang" => (Engine::Sglang, None),
            "trtllm" => (Engine::TensorRtLlm, None),
            "llamacpp" | "ollama" => (Engine::LlamaCpp, None),
            "hf" | "transformers" => (Engine::Transformers, None),
            // LMDeploy schedules like vLLM, with its own default limit.
            "lmdeploy" => (Engine::Vllm, Some(256)),
            // Whatever else schedules continuously is stated as vLLM.
            _ => (Engine::Vllm, None),
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

    /// The point ready to be stated; `None` when the tables do not know its model or GPU.
    pub fn case(&self, tables: &Tables) -> Option<Case> {
        let architecture = tables.model(self.text("model"))?;
        let accelerator = tables.accelerator(self.text("gpu"))?;
        let old = self.text("vintage") == "legacy";
        let generation = match self.text("engine") {
            _ if self.text("source").contains("mlperf") => Generation::Tuned,
            "vllm" if old => Generation::Year2024,
            _ => Generation::Current,
        };
        let demand = Demand {
            isl: self.number("isl")?,
            osl: self.number("osl")?,
            cached: 0.0,
            ttft_limit: None,
            tpot_limit: None,
        };
        let kind = match (self.text("kind"), self.number("concurrency")) {
            ("static" | "single", Some(batch)) => Kind::Static(batch),
            ("offline_besttp", _) => Kind::BestSplit(self.number("n_gpu")? as u32),
            (_, Some(concurrency)) => Kind::Closed(concurrency),
            (_, None) => Kind::Offline,
        };
        Some(Case { architecture, accelerator, serving: self.serving()?, generation, demand, kind })
    }

    /// The engine's figure for the point; `None` when the tables do not know its model or GPU.
    pub fn predict(&self, tables: &Tables, constants: &Constants) -> Option<Result<Throughput, Refusal>> {
        Some(self.case(tables)?.state(constants))
    }
}

/// How a point was driven.
#[derive(Clone, Copy, Debug)]
pub enum Kind {
    /// So many requests in flight.
    Closed(f64),
    /// As many as fit.
    Offline,
    /// One batch.
    Static(f64),
    /// As many as fit, split over so many GPUs in the way that serves most.
    BestSplit(u32),
}

/// A point ready to be stated.
#[derive(Clone, Debug)]
pub struct Case {
    architecture: Architecture,
    accelerator: Accelerator,
    serving: Serving,
    generation: Generation,
    demand: Demand,
    kind: Kind,
}

impl Case {
    /// The setup of the point, and what was asked of it.
    pub fn setup<'a>(&'a self, constants: &'a Constants) -> (Setup<'a>, &'a Demand) {
        let setup = Setup {
            architecture: &self.architecture,
            accelerator: &self.accelerator,
            serving: self.serving,
            generation: self.generation,
            speculation: None,
            constants,
        };
        (setup, &self.demand)
    }

    /// The engine's figure.
    pub fn state(&self, constants: &Constants) -> Result<Throughput, Refusal> {
        let setup = |serving: Serving| Setup { serving, ..self.setup(constants).0 };
        match self.kind {
            Kind::Closed(concurrency) => setup(self.serving).at_concurrency(&self.demand, concurrency),
            Kind::Offline => setup(self.serving).capacity(&self.demand),
            Kind::Static(batch) => setup(self.serving).static_batch(&self.demand, batch),
            Kind::BestSplit(gpus) => {
                let mut best = setup(self.serving).capacity(&self.demand);
                let each = |t: &Throughput, tensor: u32| t.output.value() / f64::from(tensor);
                let mut most = best.as_ref().map_or(0.0, |t| each(t, self.serving.parallel.gpus()));
                for tensor in [1, 2, 4, 8].into_iter().filter(|tensor| gpus.is_multiple_of(*tensor)) {
                    let parallel = Parallel { tensor, pipeline: 1, attention_data: 1 };
                    if let Ok(t) = setup(Serving { parallel, ..self.serving }).capacity(&self.demand)
                        && each(&t, tensor) > most
                    {
                        most = each(&t, tensor);
                        // Stated for the split of the point, so that it compares with it.
                        let scale = f64::from(self.serving.parallel.gpus()) / f64::from(tensor);
                        best = Ok(Throughput { output: t.output * scale, ..t });
                    }
                }
                best
            }
        }
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
