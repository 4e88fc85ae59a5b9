//! What a replica serves, as figures: rates, latencies, what binds them, and how well they are known.
//!
//! ```text
//! rates × r  ⇔  latencies ÷ r          a correction moves them together
//!
//! TTFT ≥ 0.7·(TTFT − queue)                        requests arrive apart from each other
//! TTFT ≤ 1.4·(TTFT − queue + (B₀ − 1)/2·T_p)       all arrive at once: half of the others' prompts come first
//! ```
//!
//! How requests arrive decides more of TTFT than the hardware does, so it is a range between the two, and narrow where few
//! requests are in flight.
//!
//! ```
//! use llm_breakeven::engine::served::FirstToken;
//! // 100 ms alone, 20 ms behind others as benchmarks send them, 300 ms when all come at once
//! let first = FirstToken { prefill: 0.1, queue: 0.02, crowd: 0.3, ..FirstToken::default() };
//! let (low, high) = first.band().around(120.0);
//! assert!((low - 70.0).abs() < 1e-9 && (high - 560.0).abs() < 1e-9);
//! ```

use super::memory::MemoryPlan;
use super::provenance::{Band, TTFT_ALONE, Tier};
use super::step_time::StepTime;
use crate::units::{Milliseconds, TokensPerSecond};

/// What keeps a replica from serving more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Binds {
    /// Memory bandwidth, reading weights.
    Bandwidth,
    /// Memory bandwidth, reading the cache.
    Cache,
    /// Arithmetic.
    Compute,
    /// The link between GPUs.
    Interconnect,
    /// Launching and scheduling.
    Overhead,
    /// Memory left for the cache: more sequences would not fit.
    Memory,
    /// The latency limits.
    Latency,
}

impl Binds {
    /// The largest cause of a step's time; memory, when all that fits is running and reading dominates.
    pub(super) fn of(step: &StepTime, full: bool) -> Self {
        let causes = [
            (step.weights, Self::Bandwidth),
            (step.cache, Self::Cache),
            (step.compute, Self::Compute),
            (step.links, Self::Interconnect),
            (step.overhead, Self::Overhead),
        ];
        let largest =
            causes.into_iter().fold(causes[0], |most, next| if next.0 > most.0 { next } else { most }).1;
        // More sequences would share the reading of weights and the overhead, if there were room for them.
        if full && matches!(largest, Self::Bandwidth | Self::Overhead) { Self::Memory } else { largest }
    }
}

/// Where the time to the first token goes, seconds.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct FirstToken {
    /// Transport and tokenising: a constant, and a part for each input token.
    pub transport: f64,
    /// Prefill of the prompt alone.
    pub prefill: f64,
    /// Until the running step ends: half of it on average.
    pub step: f64,
    /// Behind the prompts of others that arrived at the same time, as benchmarks send them.
    pub queue: f64,
    /// What that is when all arrive at once; not part of the time.
    pub crowd: f64,
    /// Until a sequence leaves, when more requests are in flight than run.
    pub waiting: f64,
}

impl FirstToken {
    /// All of it.
    #[must_use]
    pub fn total(&self) -> f64 {
        self.transport + self.prefill + self.step + self.queue + self.waiting
    }

    /// The time as a range, by how requests arrive: apart from each other, or all at once.
    #[must_use]
    pub fn band(&self) -> Band {
        let (all, alone) = (self.total(), self.total() - self.queue);
        let late = alone + self.crowd.max(self.queue);
        if all > 0.0 {
            Band { low: TTFT_ALONE.low * alone / all, high: TTFT_ALONE.high * late / all }
        } else {
            TTFT_ALONE
        }
    }

    /// Every part `factor` times as long.
    #[must_use]
    pub fn scaled(&self, factor: f64) -> Self {
        Self {
            transport: self.transport * factor,
            prefill: self.prefill * factor,
            step: self.step * factor,
            queue: self.queue * factor,
            crowd: self.crowd * factor,
            waiting: self.waiting * factor,
        }
    }
}

/// What a replica serves.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Throughput {
    /// Output tokens per second of the replica.
    pub output: TokensPerSecond,
    /// Input tokens per second of the replica, cached ones included.
    pub input: TokensPerSecond,
    /// Requests per second.
    pub requests: f64,
    /// Requests in flight.
    pub concurrency: f64,
    /// Sequences running.
    pub running: f64,
    /// Time per output token.
    pub tpot: Milliseconds,
    /// Time to first token.
    pub ttft: Milliseconds,
    /// Where one step's time goes.
    pub step: StepTime,
    /// Where the time to the first token goes.
    pub first: FirstToken,
    /// What binds.
    pub binds: Binds,
    /// Output tokens per second of the sequences that run at the data sheet's peaks, everything overlapped. More
    /// sequences than the memory model lets run could exceed it; nothing exceeds [`super::throughput::Setup::limit`].
    pub bound: TokensPerSecond,
    /// The part of the replica's time that goes to input: prefill ÷ (prefill + decode), 0 to 1.
    pub prefill_share: f64,
    /// Provenance.
    pub tier: Tier,
    /// Band of the rates and of TPOT.
    pub band: Band,
    /// Memory behind it.
    pub memory: MemoryPlan,
}

impl Throughput {
    /// The same state at rates `factor` times as high: latencies fall as rates rise.
    #[must_use]
    pub fn scaled(&self, factor: f64) -> Self {
        Self {
            output: self.output * factor,
            input: self.input * factor,
            requests: self.requests * factor,
            tpot: self.tpot / factor,
            ttft: self.ttft / factor,
            step: self.step.scaled(1.0 / factor),
            first: self.first.scaled(1.0 / factor),
            ..*self
        }
    }

    /// TTFT when requests arrive apart from each other, and when all arrive at once.
    #[must_use]
    pub fn ttft_range(&self) -> (Milliseconds, Milliseconds) {
        let (low, high) = self.first.band().around(self.ttft.value());
        (Milliseconds::new(low), Milliseconds::new(high))
    }
}
