//! The calibrated constants: fitted by `src/bin/calibrate.rs` on published measurements, one table, no others.
//!
//! Efficiencies are shares of the data sheet's peak; times are microseconds unless the name says otherwise.
//! Source of every value: the calibration of 2026-11 on 3,830 measured points of five source families
//! (TensorRT-LLM's performance pages, InferenceX, ROCm/vLLM's benchmark page, LMDeploy's, and a llama.cpp table).

/// One value per physical effect.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Constants {
    /// Share of peak memory bandwidth that weight reads reach on NVIDIA.
    pub bandwidth: f64,
    /// The same on AMD.
    pub bandwidth_amd: f64,
    /// The same in llama.cpp.
    pub bandwidth_llama_cpp: f64,
    /// The most that llama.cpp before the middle of 2024 reads for one sequence on one GPU, GB/s.
    pub stream_llama_cpp: f64,
    /// Share of peak memory bandwidth that cache reads reach.
    pub cache_bandwidth: f64,
    /// Share of the dense peak that matrix products reach on NVIDIA.
    pub compute: f64,
    /// The same on AMD.
    pub compute_amd: f64,
    /// The same on Apple silicon.
    pub compute_apple: f64,
    /// Factor on compute in llama.cpp.
    pub compute_llama_cpp: f64,
    /// Factor on compute in 4-bit arithmetic.
    pub compute_four_bit: f64,
    /// Factor on compute when weights are widened to 16 bit first.
    pub compute_weight_only: f64,
    /// What products of widened weights have at the most on NVIDIA, TFLOPS: their kernels multiply with the instructions of
    /// Ampere's generation, which on Hopper reach 62 % of the peak and on Blackwell no more. A fact of the hardware, not
    /// fitted.
    pub widened_tflops: f64,
    /// Factor on bandwidth and compute of routed experts: one, since what moves to them and back is counted.
    pub experts: f64,
    /// Share of the 16-bit peak that attention reaches.
    pub attention: f64,
    /// Overhead per kernel of a decode step, µs.
    pub launch_decode: f64,
    /// The same in llama.cpp where it launches each kernel by itself: before the middle of 2024, and on other GPUs than
    /// NVIDIA's, µs.
    pub launch_llama_cpp: f64,
    /// Overhead per kernel of a prefill, µs.
    pub launch_prefill: f64,
    /// Host time per kernel of a prefill in an engine that launches each by itself, µs.
    pub launch_eager: f64,
    /// Overhead per step, µs.
    pub step: f64,
    /// Overhead per sequence and step, µs.
    pub sequence: f64,
    /// Latency of one all-reduce over NVLink or another fabric, µs.
    pub reduce_fabric: f64,
    /// Latency of one all-reduce over PCIe, µs.
    pub reduce_pcie: f64,
    /// Share of the link's one-way bandwidth that all-reduces reach.
    pub link: f64,
    /// Share of the waiting prompts' prefill time that lands in each decode step: all of it, however it is fitted.
    pub mixing: f64,
    /// Latency of sending tokens to their experts, or back, between attention groups, µs.
    pub exchange: f64,
    /// Loss per additional pipeline stage.
    pub pipeline_bubble: f64,
    /// Context, graphs and activations per GPU, GB.
    pub workspace_gb: f64,
    /// More of it for mixture-of-experts models, GB.
    pub workspace_moe_gb: f64,
    /// TTFT per input token that no kernel explains (tokenising, transport), µs.
    pub ttft_token: f64,
    /// TTFT of a request alone, by engine, ms. SGLang's server is of the same kind as vLLM's and has its value: what it
    /// takes longer are the launches of its prefill.
    pub ttft_base: PerEngine,
    /// Share of the other sequences' prefill that a new request waits for, by engine.
    pub ttft_queue: PerEngine,
    /// Kernels per layer; counted, not fitted.
    pub kernels: Kernels,
    /// What moves between products; counted, not fitted.
    pub moves: Moves,
}

/// Vectors that one token reads or writes between the matrix products of a layer.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Moves {
    /// Of the model's width, in its norms.
    pub hidden: f64,
    /// Of all heads.
    pub heads: f64,
    /// Of the inner width.
    pub inner: f64,
    /// Of the model's width for each expert and once more, to the experts and back.
    pub copies: f64,
}

impl Moves {
    /// As counted.
    pub const COUNTED: Self = Self { hidden: 8.0, heads: 2.0, inner: 3.0, copies: 2.0 };
}

/// Kernels that one layer launches, by what it is: counted from what engines run, not fitted.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Kernels {
    /// Norm, joint projection, rotation and cache write, attention, reduction, output projection.
    pub attention: f64,
    /// The same with two query and two key/value projections, two more norms and the absorbed products of MLA.
    pub latent: f64,
    /// Norm, projections, convolution, gates, recurrence, gated norm, output projection.
    pub linear: f64,
    /// Norm, joint projection, activation, down projection.
    pub dense: f64,
    /// Norm, router, selection, permutation, two grouped products, activation, combination.
    pub experts: f64,
    /// Two products and an activation of shared experts.
    pub shared: f64,
}

impl Kernels {
    /// As counted.
    pub const COUNTED: Self =
        Self { attention: 6.0, latent: 11.0, linear: 9.0, dense: 4.0, experts: 8.0, shared: 3.0 };
}

/// A value per engine family.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PerEngine {
    /// vLLM.
    pub vllm: f64,
    /// SGLang.
    pub sglang: f64,
    /// TensorRT-LLM.
    pub tensorrt_llm: f64,
}

/// The values in use.
pub const CALIBRATED: Constants = Constants {
    bandwidth: 0.8981,
    bandwidth_amd: 0.6610,
    bandwidth_llama_cpp: 0.8985,
    stream_llama_cpp: 1053.6398,
    cache_bandwidth: 0.8965,
    compute: 0.7392,
    compute_amd: 0.2363,
    compute_apple: 0.9000,
    compute_llama_cpp: 0.5160,
    compute_four_bit: 0.6788,
    compute_weight_only: 0.5066,
    attention: 0.5124,
    launch_decode: 3.3614,
    launch_llama_cpp: 9.6513,
    launch_prefill: 7.5776,
    launch_eager: 62.7159,
    step: 398.0906,
    sequence: 4.6759,
    reduce_fabric: 9.8861,
    reduce_pcie: 46.3365,
    link: 0.5365,
    exchange: 28.8462,
    pipeline_bubble: 0.0183,
    ttft_token: 7.2907,
    experts: 1.0,
    mixing: 1.0,
    widened_tflops: 620.0,
    workspace_gb: 3.0,
    workspace_moe_gb: 2.0,
    ttft_base: PerEngine { vllm: 19.3069, sglang: 19.3069, tensorrt_llm: 29.7979 },
    ttft_queue: PerEngine { vllm: 0.0639, sglang: 0.3281, tensorrt_llm: 0.0652 },
    kernels: Kernels::COUNTED,
    moves: Moves::COUNTED,
};
