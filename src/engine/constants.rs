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
    /// Overhead per layer and decode step, µs.
    pub layer_decode: f64,
    /// The same in llama.cpp, µs.
    pub layer_llama_cpp: f64,
    /// Overhead per layer and prefill, µs.
    pub layer_prefill: f64,
    /// Overhead per step, µs.
    pub step: f64,
    /// The same in llama.cpp, µs.
    pub step_llama_cpp: f64,
    /// The same in eager Python, µs.
    pub step_eager: f64,
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
    bandwidth: 0.926_158_527_324_970_2,
    bandwidth_amd: 0.802_071_461_109_966_5,
    bandwidth_llama_cpp: 0.898_574_021_168_353_5,
    cache_bandwidth: 0.895_157_892_581_006_1,
    compute: 0.659_394_705_192_742_6,
    compute_amd: 0.277_743_226_387_112_24,
    compute_apple: 0.5,
    compute_llama_cpp: 0.658_206_863_919_749_7,
    compute_four_bit: 0.85,
    compute_weight_only: 0.498_053_452_920_344_1,
    experts: 0.740_812_580_460_310_6,
    attention: 0.320_607_025_653_002_5,
    layer_decode: 37.378_068_203_253_47,
    layer_llama_cpp: 135.167_221_579_072_4,
    layer_prefill: 93.035_089_149_346_42,
    step: 335.080_625_068_768,
    step_llama_cpp: 300.0,
    step_eager: 8_000.0,
    sequence: 9.253_248_922_232_281,
    reduce_fabric: 13.979_279_683_644_74,
    reduce_pcie: 66.191_350_440_845_14,
    link: 0.490_729_568_303_778_1,
    mixing: 0.9,
    pipeline_bubble: 0.031_485_624_573_912_44,
    workspace_gb: 3.0,
    workspace_moe_gb: 2.0,
    ttft_token: 6.790_247_484_872_366,
    ttft_base: PerEngine {
        vllm: 22.400_748_536_453_14,
        sglang: 185.058_878_487_971_95,
        tensorrt_llm: 49.653_132_911_278_95,
    },
    ttft_queue: PerEngine {
        vllm: 0.074_844_946_364_372_07,
        sglang: 0.276_437_440_087_529_2,
        tensorrt_llm: 0.092_928_542_731_070_78,
    },
};
