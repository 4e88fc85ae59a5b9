//! What a replica serves: the steady state of continuous batching, its latency, and what binds it.
//!
//! With `C` requests in flight, at most `B₀ = min(C, B_max)` run. Each decode step also carries the prefill of the
//! `B/o` prompts that replace finished sequences:
//!
//! ```text
//! step  = [ t_dec(B) + mixing·(B/o)·T_p ] · (1 + bubble·(p−1))       T_p = prefill time per prompt
//! B     ← mean of B and B₀·(o−1)·step ÷ residence                   12 times
//! residence = (o−1)·step + t_pre(1) + t_dec/2
//! requests/s = B₀ ÷ residence        TPOT = step
//! TTFT  = t₀ + τ·s + t_pre(1) + step/2 + β·(B₀−1)·T_p  [+ (C/B₀ − 1)·residence while others queue]
//! ```
//!
//! β is what closed benchmarks have; TTFT is shown as a range from β = 0 to β = 1/2, see [`super::served`].
//!
//! Capacity within latency limits is the rate at the largest `C` that keeps both limits.
//!
//! ```
//! // 64 sequences, 20 ms per step, 500 output tokens, 0.1 s of prefill: 64 ÷ (499·0.02 + 0.1 + 0.01) requests/s
//! let requests: f64 = 64.0 / (499.0 * 0.02 + 0.1 + 0.01);
//! assert!((requests * 500.0 - 3172.0).abs() < 1.0); // output tokens per second
//! ```

use super::accelerator::Accelerator;
use super::architecture::Architecture;
use super::constants::{Constants, PerEngine};
use super::invalid::{Invalid, Reason, within};
use super::memory::{Engine, MemoryPlan, Serving, plan};
use super::provenance::speed;
pub use super::provenance::{Band, Generation, Tier};
pub use super::served::{Binds, FirstToken, Throughput};
use super::step_time::{IdealLoad, Replica, StepTime};
use crate::units::{Milliseconds, TokensPerSecond};

/// What each request asks, and how fast it must be answered.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Demand {
    /// Input tokens per request, ISL.
    pub isl: f64,
    /// Output tokens per request, OSL.
    pub osl: f64,
    /// Share of the input that is already in the cache.
    pub cached: f64,
    /// Longest acceptable TTFT.
    pub ttft_limit: Option<Milliseconds>,
    /// Longest acceptable TPOT.
    pub tpot_limit: Option<Milliseconds>,
}

/// Draft tokens per step and the chance that each is accepted.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Speculation {
    /// Draft tokens per step, γ.
    pub draft_tokens: u32,
    /// Probability that a draft token is accepted, α.
    pub acceptance: f64,
    /// Time to draft one token as a share of a decode step.
    pub draft_cost: f64,
}

/// Why there is no figure.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Refusal {
    /// A field to mend.
    Invalid(Invalid),
    /// It does not fit.
    DoesNotFit(MemoryPlan),
    /// One request alone already misses a latency limit; its latencies are given.
    TooSlow {
        /// TTFT of a request alone.
        ttft: Milliseconds,
        /// TPOT of a request alone.
        tpot: Milliseconds,
    },
}

impl From<Invalid> for Refusal {
    fn from(invalid: Invalid) -> Self {
        Self::Invalid(invalid)
    }
}

/// Everything that decides how fast a replica is, apart from the demand.
#[derive(Clone, Copy, Debug)]
pub struct Setup<'a> {
    /// The model.
    pub architecture: &'a Architecture,
    /// The GPU.
    pub accelerator: &'a Accelerator,
    /// How it is served.
    pub serving: Serving,
    /// Age of the engine.
    pub generation: Generation,
    /// Speculative decoding, off by default.
    pub speculation: Option<Speculation>,
    /// The constants, [`super::constants::CALIBRATED`] outside calibration.
    pub constants: &'a Constants,
}

impl Setup<'_> {
    /// Capacity within the latency limits: the steady state at the largest concurrency that keeps them.
    ///
    /// # Errors
    /// A field to mend, what is missing in memory, or the latencies of a request alone when they miss the limits.
    pub fn capacity(&self, demand: &Demand) -> Result<Throughput, Refusal> {
        let (memory, replica) = self.prepare(demand)?;
        let at = |concurrency| self.steady_state(&memory, &replica, demand, concurrency);
        let keeps = |t: &Throughput| {
            demand.ttft_limit.is_none_or(|limit| t.ttft <= limit)
                && demand.tpot_limit.is_none_or(|limit| t.tpot <= limit)
        };
        let most = at(memory.sequences);
        if keeps(&most) {
            return Ok(most);
        }
        let alone = at(1.0);
        if !keeps(&alone) {
            return Err(Refusal::TooSlow { ttft: alone.ttft, tpot: alone.tpot });
        }
        // Both latencies rise with concurrency: bisect on whole requests.
        let (mut kept, mut missed) = (1.0_f64, memory.sequences.max(1.0));
        let mut best = alone;
        while missed - kept > 1.0 {
            let middle = f64::midpoint(kept, missed).floor().max(kept + 1.0);
            let candidate = at(middle);
            if keeps(&candidate) {
                (kept, best) = (middle, candidate);
            } else {
                missed = middle;
            }
        }
        best.binds = Binds::Latency;
        Ok(best)
    }

    /// The steady state with `concurrency` requests in flight, whatever the latency limits say.
    ///
    /// # Errors
    /// A field to mend, or what is missing in memory.
    pub fn at_concurrency(&self, demand: &Demand, concurrency: f64) -> Result<Throughput, Refusal> {
        within("concurrency", concurrency, 1.0, 1e7)?;
        let (memory, replica) = self.prepare(demand)?;
        Ok(self.steady_state(&memory, &replica, demand, concurrency))
    }

    /// A static batch: prompts together, then tokens together, in waves of what fits.
    ///
    /// # Errors
    /// A field to mend, or what is missing in memory.
    pub fn static_batch(&self, demand: &Demand, batch: f64) -> Result<Throughput, Refusal> {
        within("batch", batch, 1.0, 1e7)?;
        let (memory, replica) = self.prepare(demand)?;
        let waves = (batch / memory.sequences).ceil().max(1.0);
        let running = batch / waves;
        let prefill = replica.prefill(running, demand.isl, demand.cached);
        let prefill = replica.launched(prefill, running * demand.isl * (1.0 - demand.cached)).total();
        let step = replica.decode(running, demand.isl + demand.osl / 2.0);
        let time = prefill + (demand.osl - 1.0).max(1.0) * step.total();
        let prefill_share = prefill / time;
        let first = FirstToken { prefill, ..FirstToken::default() };
        let state = State { running, in_flight: batch, residence: time, step, first, prefill_share };
        Ok(self.figure(&memory, &replica, demand, &state))
    }

    /// Output tokens per second that no software can exceed on this hardware: every token costs two operations per
    /// active parameter, at the fastest number format there is, and every step reads the weights that a token
    /// passes through. With `concurrency` requests in flight, a step yields that many tokens at the most.
    ///
    /// Room for the cache does not bound it: that is a matter of its format and of the engine.
    ///
    /// # Errors
    /// A format that the accelerator does not run.
    pub fn limit(&self, demand: &Demand, concurrency: Option<f64>) -> Result<TokensPerSecond, Refusal> {
        let Self { architecture, accelerator, serving, constants, .. } = *self;
        let replica = Replica::new(architecture, accelerator, &serving, constants, self.generation)?;
        let ideal = IdealLoad {
            attended: 0.0,
            prompt_tokens: demand.isl * (1.0 - demand.cached) / demand.osl,
            tokens_per_step: self.tokens_per_step(),
        };
        let least = replica.least(accelerator, &ideal);
        let reading = concurrency.map_or(0.0, |concurrency| least.weights / concurrency);
        Ok(TokensPerSecond::new(1.0 / least.compute.max(reading)))
    }

    /// Tokens per sequence that one reading of the weights can yield.
    fn tokens_per_step(&self) -> f64 {
        self.speculation.map_or(1.0, |speculation| f64::from(speculation.draft_tokens) + 1.0)
    }

    fn prepare(&self, demand: &Demand) -> Result<(MemoryPlan, Replica<'_>), Refusal> {
        within("isl", demand.isl, 1.0, 1e7)?;
        within("osl", demand.osl, 1.0, 1e7)?;
        within("cached", demand.cached, 0.0, 0.99)?;
        for (field, limit) in [("ttft_limit", demand.ttft_limit), ("tpot_limit", demand.tpot_limit)] {
            if let Some(limit) = limit {
                within(field, limit.value(), 1e-3, 1e9)?;
            }
        }
        if let Some(longest) = self.architecture.max_context
            && demand.isl + demand.osl > f64::from(longest)
        {
            let max = f64::from(longest);
            return Err(Invalid::new("isl", Reason::OutOfRange { min: 1.0, max }).into());
        }
        if let Some(speculation) = self.speculation {
            within("draft_tokens", f64::from(speculation.draft_tokens), 1.0, 32.0)?;
            within("acceptance", speculation.acceptance, 0.0, 0.999)?;
            within("draft_cost", speculation.draft_cost, 0.0, 1.0)?;
        }
        let Self { architecture, accelerator, serving, constants, .. } = *self;
        let memory = plan(architecture, accelerator, &serving, demand.isl, demand.osl, constants)?;
        if !memory.fits() {
            return Err(Refusal::DoesNotFit(memory));
        }
        Ok((memory, Replica::new(architecture, accelerator, &self.serving, constants, self.generation)?))
    }

    fn steady_state(
        &self,
        memory: &MemoryPlan,
        replica: &Replica,
        demand: &Demand,
        concurrency: f64,
    ) -> Throughput {
        let Demand { isl, osl, cached, .. } = *demand;
        let most = concurrency.min(memory.sequences);
        let context = isl + osl / 2.0;
        let fresh = (isl * (1.0 - cached)).max(1.0);
        let together = (most / osl).max(1.0).min((replica.chunk() / fresh).max(1.0));
        let each = replica.prefill_steady(together, isl, cached).scaled(1.0 / together / replica.stages());
        let alone = replica.launched(replica.prefill(1.0, isl, cached), fresh).total();
        let (host, fill) = (replica.host(fresh), (replica.chunk() / fresh).max(1.0));
        let (mut running, mut step) = (most, StepTime::default());
        // However short the output, prompts cannot enter faster than they are prefilled.
        let entering = most * each.total();
        let (mut residence, mut prefill_share) = (entering, 0.0);
        for _ in 0..12 {
            let tokens = self.decode(replica, running, context);
            // Prompts that come during a step and a prefill go into the next prefill together.
            let arriving = most / residence.max(entering) * (step.total() + host);
            let apart = (host / arriving.clamp(together, fill.max(together)) - each.total()).max(0.0);
            let prompt = StepTime { overhead: each.overhead + apart, ..each };
            let prompts = prompt.scaled(self.constants.mixing * running / osl);
            step = tokens.plus(&prompts).scaled(replica.bubble());
            prefill_share = prompts.total() / (tokens.total() + prompts.total());
            residence = ((osl - 1.0) * step.total() + alone + tokens.total() / 2.0).max(entering);
            running = f64::midpoint(running, most * (osl - 1.0) * step.total() / residence);
        }
        let base = per_engine(&self.constants.ttft_base, self.serving.engine) * 1e-3;
        let queue = per_engine(&self.constants.ttft_queue, self.serving.engine);
        let waiting = (concurrency / most - 1.0).max(0.0) * residence;
        let others = (most - 1.0).max(0.0) * each.total();
        let first = FirstToken {
            transport: base + self.constants.ttft_token * 1e-6 * isl,
            prefill: alone,
            step: step.total() / 2.0,
            queue: queue * others,
            crowd: 0.5 * others,
            waiting,
        };
        let state = State { running: most, in_flight: concurrency, residence, step, first, prefill_share };
        self.figure(memory, replica, demand, &state)
    }

    /// One decode step, per generated token: with speculation, a longer step that yields more tokens.
    fn decode(&self, replica: &Replica, running: f64, context: f64) -> StepTime {
        let Some(Speculation { draft_tokens, acceptance, draft_cost }) = self.speculation else {
            return replica.decode(running, context);
        };
        let drafts = f64::from(draft_tokens);
        let plain = replica.decode(running, context);
        // Verifying γ drafts multiplies the arithmetic, not the cache that is read.
        let wide = replica.decode(running * (drafts + 1.0), context);
        let verify = StepTime { cache: plain.cache, ..wide };
        let tokens = (1.0 - acceptance.powf(drafts + 1.0)) / (1.0 - acceptance);
        verify.plus(&plain.scaled(drafts * draft_cost)).scaled(1.0 / tokens)
    }

    /// Turns a state into the figure that is shown: generation applied, bound enforced, band and binding found.
    fn figure(&self, memory: &MemoryPlan, replica: &Replica, demand: &Demand, state: &State) -> Throughput {
        let (speed, band) = speed(self.generation, self.serving.engine, self.accelerator.family);
        let fresh = demand.isl * (1.0 - demand.cached);
        let attended = demand.isl + demand.osl / 2.0;
        let attended = self.architecture.mixers.top_k.map_or(attended, |top| attended.min(top));
        let ideal = IdealLoad {
            attended,
            prompt_tokens: fresh / demand.osl,
            tokens_per_step: self.tokens_per_step(),
        };
        let bound = state.running / replica.ideal_step(self.accelerator, state.running, &ideal);
        let decode_only = IdealLoad { prompt_tokens: 0.0, ..ideal };
        let fastest = replica.ideal_step(self.accelerator, state.running, &decode_only);
        let modelled = demand.osl * state.running / state.residence * speed;
        let output = modelled.min(bound);
        let slower = modelled / output / speed;
        let step = state.step.scaled(slower);
        let first = state.first.scaled(slower);
        let full = state.running >= memory.sequences * 0.999;
        let least = replica.least(self.accelerator, &ideal);
        let limit = 1.0 / least.compute.max(least.weights / state.in_flight);
        Throughput {
            output: TokensPerSecond::new(output),
            input: TokensPerSecond::new(output / demand.osl * demand.isl),
            requests: output / demand.osl,
            concurrency: state.in_flight,
            running: state.running,
            tpot: Milliseconds::new(step.total().max(fastest) * 1e3),
            ttft: Milliseconds::new(first.total() * 1e3),
            first,
            step,
            binds: Binds::of(&step, full),
            bound: TokensPerSecond::new(bound),
            prefill_share: state.prefill_share,
            tier: if modelled > bound { Tier::Roofline } else { Tier::Calibrated },
            band: band.up_to(limit / output),
            memory: *memory,
        }
    }
}

struct State {
    running: f64,
    in_flight: f64,
    residence: f64,
    step: StepTime,
    first: FirstToken,
    prefill_share: f64,
}

fn per_engine(value: &PerEngine, engine: Engine) -> f64 {
    match engine {
        Engine::Vllm | Engine::Transformers => value.vllm,
        Engine::Sglang => value.sglang,
        Engine::TensorRtLlm => value.tensorrt_llm,
        Engine::LlamaCpp => 0.0,
    }
}
