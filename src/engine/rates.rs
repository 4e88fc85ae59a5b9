//! What the hardware reaches of its peaks: rates in SI units, times in seconds.
//!
//! ```text
//! rate = data sheet's peak × calibrated share        latency = calibrated time × hops
//! ```
//!
//! ```
//! // weights of an H100 are read at 3.35 TB/s × 0.9
//! assert!((3.35e12_f64 * 0.9 - 3.015e12).abs() < 1e9);
//! ```

use super::accelerator::{Accelerator, Arithmetic, Family};
use super::constants::Constants;
use super::memory::{Engine, Serving};
use super::provenance::Generation;

/// Effective rates: peaks times efficiencies.
#[derive(Clone, Copy, Debug)]
pub(super) struct Rates {
    /// Reading weights, bytes/s.
    pub weights: f64,
    /// Reading routed experts, bytes/s.
    pub experts: f64,
    /// Reading the cache, bytes/s.
    pub cache: f64,
    /// Matrix products, FLOP/s.
    pub compute: f64,
    /// Products of routed experts, FLOP/s.
    pub expert_compute: f64,
    /// Attention, FLOP/s.
    pub attention: f64,
    /// Sums and exchanges over the link, bytes/s.
    pub link: f64,
    /// Latency of a sum over all GPUs.
    pub reduce: f64,
    /// Latency of an exchange between attention groups.
    pub exchange: f64,
    /// Per kernel of a decode step.
    pub launch_decode: f64,
    /// Per kernel of a prefill.
    pub launch_prefill: f64,
    /// Host time per kernel of a prefill, where each is launched by itself.
    pub launch_eager: f64,
    /// Per step.
    pub step: f64,
    /// Per sequence and step.
    pub sequence: f64,
}

impl Rates {
    /// Of an engine on an accelerator.
    pub fn new(
        accelerator: &Accelerator,
        arithmetic: &Arithmetic,
        serving: &Serving,
        constants: &Constants,
        generation: Generation,
    ) -> Self {
        const MICRO: f64 = 1e-6;
        let llama_cpp = serving.engine == Engine::LlamaCpp;
        let eager = if serving.engine == Engine::Transformers { 3.0 } else { 1.0 };
        // Since the middle of 2024 llama.cpp launches a token's kernels as one graph on NVIDIA (its pull request 6766), and its
        // kernels for one sequence keep fast memory busy; what its constants are fitted to is older.
        let nvidia = matches!(accelerator.family, Family::Nvidia | Family::GeForce);
        let older = llama_cpp && (!nvidia || generation == Generation::Year2024);
        let bandwidth = accelerator.bandwidth.value();
        let read = match (llama_cpp, accelerator.family) {
            // the kernels of one sequence kept so many bytes in flight, however fast the memory
            (true, _) if older => {
                constants.bandwidth_llama_cpp.min(constants.stream_llama_cpp * 1e9 / bandwidth)
            }
            (true, _) => constants.bandwidth_llama_cpp,
            (false, Family::Amd) => constants.bandwidth_amd,
            (false, _) => constants.bandwidth,
        };
        let mut efficiency = match accelerator.family {
            Family::Nvidia | Family::GeForce => constants.compute,
            Family::Amd => constants.compute_amd,
            Family::Apple => constants.compute_apple,
        };
        if llama_cpp {
            efficiency *= constants.compute_llama_cpp;
        }
        efficiency *= arithmetic.efficiency(constants);
        if arithmetic.weight_only && accelerator.family != Family::Amd {
            efficiency *= (constants.widened_tflops * 1e12 / arithmetic.peak.value()).min(1.0);
        }
        // Without peer access each message crosses the host twice: twice the latency, half the bandwidth.
        let hops = if accelerator.link.fabric || accelerator.link.peer_to_peer { 1.0 } else { 2.0 };
        let reduce = if accelerator.link.fabric { constants.reduce_fabric } else { constants.reduce_pcie };
        // llama.cpp sums in 16 bit
        let doubled = if llama_cpp && accelerator.family == Family::GeForce { 2.0 } else { 1.0 };
        let compute = arithmetic.peak.value() * efficiency * doubled;
        let launch = if older { constants.launch_llama_cpp } else { constants.launch_decode * eager };
        Self {
            weights: bandwidth * read,
            experts: bandwidth * read * constants.experts,
            cache: bandwidth * constants.cache_bandwidth,
            compute,
            expert_compute: compute * constants.experts,
            attention: accelerator.fp16.value()
                * constants.attention
                * if llama_cpp { constants.compute_llama_cpp } else { 1.0 },
            link: accelerator.link.one_way.value() * constants.link / hops,
            reduce: reduce * MICRO * hops,
            exchange: constants.exchange * reduce / constants.reduce_fabric * MICRO * hops,
            launch_decode: launch * MICRO,
            launch_prefill: constants.launch_prefill * eager * MICRO,
            launch_eager: if serving.engine == Engine::Sglang { constants.launch_eager * MICRO } else { 0.0 },
            step: constants.step * eager * MICRO,
            sequence: constants.sequence * eager * MICRO,
        }
    }
}
