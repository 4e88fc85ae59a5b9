//! The fit of the model's constants to measured points.
//!
//! Coordinate descent in ratios: each constant is moved by a step up or down as long as that lowers the mean absolute
//! log ratio of stated to measured, then the step is halved. The number of constants is fixed; efficiencies stay below
//! one.

use llm_breakeven::engine::constants::Constants;

use super::points::{Case, Class, Point};

/// A measured point ready to be stated.
pub type Measured = (Point, Class, Case);

/// A constant that is fitted: its name in the table and where it is kept.
pub struct Knob {
    /// Its name.
    pub name: &'static str,
    /// Where it is kept.
    pub get: fn(&mut Constants) -> &mut f64,
    /// Its upper limit.
    pub most: f64,
}

macro_rules! knobs {
    ($($most:literal: $($field:ident).+),* $(,)?) => {
        [$(Knob { name: concat!($(stringify!($field), "."),+), get: |c| &mut c.$($field).+, most: $most }),*]
    };
}

/// What is fitted. Efficiencies are limited by the share of the peak beyond which no kernel has been seen to go.
pub const KNOBS: [Knob; 27] = knobs![
    0.97: bandwidth,
    0.97: bandwidth_amd,
    0.97: bandwidth_llama_cpp,
    10_000.0: stream_llama_cpp,
    0.97: cache_bandwidth,
    0.9: compute,
    0.9: compute_amd,
    0.9: compute_apple,
    1.0: compute_llama_cpp,
    1.0: compute_four_bit,
    1.0: compute_weight_only,
    0.9: attention,
    100.0: launch_decode,
    100.0: launch_llama_cpp,
    100.0: launch_prefill,
    1_000.0: launch_eager,
    10_000.0: step,
    1_000.0: sequence,
    1_000.0: reduce_fabric,
    1_000.0: reduce_pcie,
    0.97: link,
    1_000.0: exchange,
    0.5: pipeline_bubble,
    100.0: ttft_token,
    1_000.0: ttft_base.vllm,
    1_000.0: ttft_base.tensorrt_llm,
    1.0: ttft_queue.vllm,
];

pub const QUEUES: [Knob; 2] = knobs![1.0: ttft_queue.sglang, 1.0: ttft_queue.tensorrt_llm];

/// A beginning that has seen no point: every constant rounded to a power of two.
pub fn neutral(mut constants: Constants) -> Constants {
    for knob in KNOBS.iter().chain(&QUEUES) {
        let value = (knob.get)(&mut constants);
        *value = value.log2().round().exp2().min(knob.most);
    }
    constants.ttft_base.sglang = constants.ttft_base.vllm;
    constants
}

/// Fits the constants to `set`, beginning at `constants`.
pub fn fit(set: &[&Measured], mut constants: Constants, told: impl Fn(f64, f64)) -> Constants {
    let (mut best, mut step) = (loss(set, &constants), 0.32_f64);
    told(step, best);
    while step > 0.01 {
        for knob in KNOBS.iter().chain(&QUEUES) {
            best = settle(set, &mut constants, knob, step, best);
        }
        step /= 2.0;
        told(step, best);
    }
    constants
}

/// Moves one constant as far as it helps.
fn settle(set: &[&Measured], constants: &mut Constants, knob: &Knob, step: f64, mut best: f64) -> f64 {
    for direction in [1.0 + step, 1.0 / (1.0 + step)] {
        loop {
            let mut moved = *constants;
            let value = (knob.get)(&mut moved);
            *value = (*value * direction).min(knob.most);
            moved.ttft_base.sglang = moved.ttft_base.vllm;
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
fn loss(set: &[&Measured], constants: &Constants) -> f64 {
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
