//! What a replica serves, how fast, and what lies in its memory.

use super::{Explanation, Figure, Origin, field, input, open, same, sum};
use crate::engine::Plan;
use crate::engine::provenance::{Band, TTFT_ALONE, Tier};
use crate::engine::throughput::Throughput;
use crate::scenario::{FieldId, Scenario};

/// Tokens a second, latencies and memory of the replica.
pub(super) fn all(scenario: &Scenario, plan: &Plan) -> Vec<Explanation> {
    let total = plan.replica.tokens_per_second.value();
    let Some(served) = &plan.replica.modelled else {
        let origin = field(scenario, FieldId::Throughput);
        let given = vec![input("tokens_per_second", total, "tokens/s", origin)];
        return vec![open(Figure::Throughput, "tokens_per_second", "tokens/s", total, given)];
    };
    let mut all = vec![throughput(scenario, plan, served)];
    let known = Origin::Model(served.band);
    let part = |name, seconds: f64| input(name, seconds * 1e3, "ms", known.clone());
    let step = &served.step;
    let mut parts = vec![
        part("weights", step.weights),
        part("cache", step.cache),
        part("compute", step.compute),
        part("links", step.links),
        part("overhead", step.overhead),
    ];
    let tpot = served.tpot.value();
    // a step that the model would have faster than the hardware can read is held at that
    if !same(step.total() * 1e3, tpot) {
        parts.push(input("held_at_the_limit", tpot - step.total() * 1e3, "ms", Origin::Derived));
    }
    all.push(open(Figure::Tpot, &sum(&parts), "ms", tpot, parts));
    let first = &served.first;
    // the queue goes from nothing to all others
    let part = |name, seconds: f64| input(name, seconds * 1e3, "ms", Origin::Model(TTFT_ALONE));
    let most = if first.queue > 0.0 { TTFT_ALONE.high * first.crowd / first.queue } else { 1.0 };
    let queue = Origin::Model(Band { low: 0.0, high: most.max(1.0) });
    let parts = vec![
        part("transport", first.transport),
        part("prefill", first.prefill),
        part("running_step", first.step),
        input("queue", first.queue * 1e3, "ms", queue),
        part("waiting", first.waiting),
    ];
    all.push(open(Figure::Ttft, &sum(&parts), "ms", served.ttft.value(), parts));
    let memory = &served.memory;
    let part = |name, bytes: f64| input(name, bytes / 1e9, "GB", Origin::Derived);
    let mut weights = part("weights", memory.weights.value());
    if scenario.weight_size().is_some() {
        weights.origin = field(scenario, FieldId::WeightSize);
    }
    let parts = vec![
        weights,
        part("workspace", memory.workspace.value()),
        part("kv_cache", memory.cache.value()),
        part("unused", memory.unused.value()),
    ];
    all.push(open(Figure::Memory, &sum(&parts), "GB", memory.memory.value() / 1e9, parts));
    all
}

/// `C` requests in a replica, each there for some seconds, each of so many tokens.
fn throughput(scenario: &Scenario, plan: &Plan, served: &Throughput) -> Explanation {
    let total = plan.replica.tokens_per_second.value();
    if plan.replica.tier == Tier::Own {
        let given = vec![input("tokens_per_second", total, "tokens/s", field(scenario, FieldId::Throughput))];
        return open(Figure::Throughput, "tokens_per_second", "tokens/s", total, given);
    }
    let seconds = served.running / served.requests;
    let tokens = total / served.requests;
    let known = match &plan.replica.measurement {
        Some(row) => Origin::Fact(row.provenance.clone()),
        None => Origin::Model(served.band),
    };
    open(
        Figure::Throughput,
        "requests_at_once * tokens_per_request / seconds_per_request",
        "tokens/s",
        total,
        vec![
            input("requests_at_once", served.running, "", Origin::Model(served.band)),
            input("tokens_per_request", tokens, "tokens", field(scenario, FieldId::RequestTokens)),
            input("seconds_per_request", seconds, "s", known),
        ],
    )
}
