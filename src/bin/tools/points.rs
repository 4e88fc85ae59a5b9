//! Measured points and the figure that the engine states for each.
//!
//! Columns that are read (others are kept for provenance): `id, source, use, vintage, kind, model, wprec, kvprec,
//! gpu, n_gpu, tp, pp, ep, dp, engine, engine_version, holdout, isl, osl, concurrency, out_tps, ttft_ms, tpot_ms`. `kind` is `closed`
//! (concurrency requests in flight), `offline` (as many as fit), `static` (one batch) or `single` (batch of one).

use std::collections::BTreeMap;

use llm_breakeven::engine::accelerator::{Accelerator, Family};
use llm_breakeven::engine::architecture::Architecture;
use llm_breakeven::engine::constants::Constants;
use llm_breakeven::engine::kv_cache::KvFormat;
use llm_breakeven::engine::memory::{Engine, Parallel, Serving};
use llm_breakeven::engine::throughput::{Demand, Generation, Refusal, Setup, Throughput};
use llm_breakeven::engine::weight_format::{GgufType, WeightFormat};

use super::tables::Tables;

/// Sources that the constants in use are fitted to.
pub const FITTED: [&str; 5] =
    ["trtllm_docs", "inferencex", "rocm_vllm_docs", "lmdeploy_docs", "xiongjie_llamacpp"];

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
        self.text(column).parse().ok().filter(|number: &f64| number.is_finite())
    }

    /// A whole number of GPUs; 1 where the column says nothing. Tables write 4 and 4.0.
    fn degree(&self, column: &str) -> u32 {
        self.number(column).filter(|degree| *degree >= 1.0).map_or(1, |degree| degree as u32)
    }

    /// Whether the point is to be compared.
    pub fn is_used(&self) -> bool {
        self.number("use") != Some(0.0)
    }

    /// Whether the constants in use were fitted to it.
    pub fn is_in_sample(&self) -> bool {
        FITTED.contains(&self.text("source")) && self.number("holdout") != Some(1.0)
    }

    /// How the point was served.
    pub fn serving(&self) -> Option<Serving> {
        let llama_cpp = self.text("engine") == "llamacpp";
        let weights = match &*self.text("wprec").to_ascii_lowercase() {
            "fp16" | "bf16" | "f16" if llama_cpp => WeightFormat::Gguf(GgufType::F16),
            "fp16" | "bf16" | "f16" | "float16" | "bfloat16" => WeightFormat::Bf16,
            "fp32" | "f32" | "float32" => WeightFormat::Fp32,
            "fp8" | "fp8_block" => WeightFormat::Fp8,
            "int8" | "w8a8" => WeightFormat::Int8,
            "fp4" | "nvfp4" => WeightFormat::Nvfp4,
            "mxfp4" => WeightFormat::Mxfp4,
            "int4" | "awq" | "gptq" | "w4a16" => WeightFormat::Int4,
            "q2_k" => WeightFormat::Gguf(GgufType::Q2_K),
            "q3_k_m" => WeightFormat::Gguf(GgufType::Q3_K_M),
            "q4_0" => WeightFormat::Gguf(GgufType::Q4_0),
            "q4_k_m" => WeightFormat::Gguf(GgufType::Q4_K_M),
            "q5_0" => WeightFormat::Gguf(GgufType::Q5_0),
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
            cache: if self.text("kvprec").to_ascii_lowercase().starts_with("fp8") {
                KvFormat::Fp8
            } else {
                KvFormat::Fp16
            },
            parallel: Parallel {
                tensor: self.degree("tp"),
                pipeline: self.degree("pp"),
                // tables count attention groups, expert groups and whole replicas in columns of their own
                attention_data: self.degree("dp").min(self.degree("tp")),
                expert_groups: self.degree("ep").min(self.degree("tp")),
            },
            memory_share: None,
            max_sequences,
            flash_attention: true,
            weight_size: None,
        })
    }

    /// Age of its engine. vLLM of 0.6 and later serves as its current releases do; llama.cpp was changed in the middle of
    /// 2024.
    fn generation(&self) -> Generation {
        let old = self.text("vintage") == "legacy" && release(self.text("engine_version")) < (0, 6);
        match self.text("engine") {
            _ if self.text("source").contains("mlperf") => Generation::Tuned,
            "vllm" if old => Generation::Year2024,
            "llamacpp" | "ollama" if self.text("vintage") == "legacy" => Generation::Year2024,
            _ => Generation::Current,
        }
    }

    /// The point ready to be stated.
    ///
    /// # Errors
    /// What of it is not known.
    pub fn case(&self, tables: &Tables) -> Result<Case, String> {
        let unknown = |what: &str, column: &str| format!("unknown {what} “{}”", self.text(column));
        let architecture = tables.model(self.text("model")).ok_or_else(|| unknown("model", "model"))?;
        let accelerator = tables.accelerator(self.text("gpu")).ok_or_else(|| unknown("GPU", "gpu"))?;
        let serving = self.serving().ok_or_else(|| unknown("format of weights", "wprec"))?;
        let length = |column: &str| {
            let length = self.number(column).filter(|tokens| *tokens > 0.0);
            length.ok_or_else(|| format!("no {column}"))
        };
        let demand = Demand {
            isl: length("isl")?,
            osl: length("osl")?,
            cached: 0.0,
            ttft_limit: None,
            tpot_limit: None,
        };
        // requests in flight are spread over the replicas
        let load = self.number("concurrency").map(|all| (all / self.replicas()).max(1.0));
        let kind = match (self.text("kind"), load) {
            ("static", Some(batch)) => Kind::Static(batch),
            ("single", batch) => Kind::Static(batch.unwrap_or(1.0)),
            ("offline_besttp", _) => Kind::BestSplit(self.degree("n_gpu")),
            (_, Some(concurrency)) => Kind::Closed(concurrency),
            (_, None) => Kind::Offline,
        };
        Ok(Case { architecture, accelerator, serving, generation: self.generation(), demand, kind })
    }

    /// The engine's figure for the point.
    ///
    /// # Errors
    /// As [`Self::case`].
    pub fn predict(
        &self,
        tables: &Tables,
        constants: &Constants,
    ) -> Result<Result<Throughput, Refusal>, String> {
        Ok(self.case(tables)?.state(constants))
    }

    /// Replicas behind the point: it may have been measured on more GPUs than one takes.
    fn replicas(&self) -> f64 {
        let replica = f64::from(self.degree("tp") * self.degree("pp"));
        (self.number("n_gpu").unwrap_or(replica) / replica).floor().max(1.0)
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
                    let parallel = Parallel::of(tensor, 1);
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
        let output = measured("out_tps").map(|real| stated.output.value() * self.replicas() / real);
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
    pub fn class(&self, family: Option<Family>) -> Class {
        if self.text("engine") == "llamacpp" {
            Class::LlamaCpp
        } else if family == Some(Family::Amd) {
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

/// Major and minor number of a release, `(0, 0)` where none is stated.
fn release(version: &str) -> (u32, u32) {
    let mut numbers = version.split(|c: char| !c.is_ascii_digit()).filter_map(|part| part.parse().ok());
    (numbers.next().unwrap_or(0), numbers.next().unwrap_or(0))
}
