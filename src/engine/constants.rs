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
    /// The most that llama.cpp reads for one sequence on one GPU, GB/s.
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
    /// Factor on bandwidth and compute of routed experts.
    pub experts: f64,
    /// Share of the 16-bit peak that attention reaches.
    pub attention: f64,
    /// Overhead per kernel of a decode step, µs.
    pub launch_decode: f64,
    /// The same in llama.cpp, µs.
    pub launch_llama_cpp: f64,
    /// Overhead per kernel of a prefill, µs.
    pub launch_prefill: f64,
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
    /// Share of the waiting prompts' prefill time that lands in each decode step.
    pub mixing: f64,
    /// Loss per additional pipeline stage.
    pub pipeline_bubble: f64,
    /// Context, graphs and activations per GPU, GB.
    pub workspace_gb: f64,
    /// More of it for mixture-of-experts models, GB.
    pub workspace_moe_gb: f64,
    /// TTFT per input token that no kernel explains (tokenising, transport), µs.
    pub ttft_token: f64,
    /// TTFT of a request alone, by engine, ms.
    pub ttft_base: PerEngine,
    /// Share of the other sequences' prefill that a new request waits for, by engine.
    pub ttft_queue: PerEngine,
    /// Kernels per layer; counted, not fitted.
    pub kernels: Kernels,
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
    bandwidth: 0.8636,
    bandwidth_amd: 0.6610,
    bandwidth_llama_cpp: 0.9165,
    stream_llama_cpp: 1095.7854,
    cache_bandwidth: 0.8620,
    compute: 0.6981,
    compute_amd: 0.2376,
    compute_apple: 0.9000,
    compute_llama_cpp: 0.5153,
    compute_four_bit: 0.6652,
    compute_weight_only: 0.3571,
    experts: 0.9615,
    attention: 0.5943,
    launch_decode: 3.0984,
    launch_llama_cpp: 10.8487,
    launch_prefill: 8.3443,
    step: 210.2608,
    sequence: 6.5129,
    reduce_fabric: 11.5831,
    reduce_pcie: 68.3600,
    link: 0.4907,
    mixing: 1.0000,
    pipeline_bubble: 0.0251,
    ttft_token: 9.2726,
    workspace_gb: 3.0,
    workspace_moe_gb: 2.0,
    ttft_base: PerEngine { vllm: 14.7183, sglang: 166.8302, tensorrt_llm: 28.9931 },
    ttft_queue: PerEngine { vllm: 0.0692, sglang: 0.1829, tensorrt_llm: 0.0690 },
    kernels: Kernels::COUNTED,
};
