// fit, throughput and plan through the module, in Node.
import assert from "node:assert/strict";
import { test } from "node:test";
import { catalogue, evaluate, fit, plan, throughput } from "../../pkg/node.js";

const refuses = (call, field, reason = /./) =>
    assert.throws(call, (error) => {
        assert.deepEqual(Object.keys(error).sort(), ["field", "hint", "reason"]);
        assert.equal(error.field, field);
        assert.match(error.reason, reason);
        assert.match(error.hint, /./);
        return true;
    });

test("memory adds up and grows with GPUs", () => {
    const { fits, perGpu, ...one } = fit({ model: "llama-3.3-70b", gpu: "h100-sxm", format: "fp8", gpusPerReplica: 4 });
    assert.ok(fits && one.missingGiB === 0 && one.format === "fp8" && one.tensorParallel === 4);
    const { memoryGiB, weightsGiB, workspaceGiB, unusedGiB, cacheGiB, sequenceGiB } = perGpu;
    assert.ok(Math.abs(weightsGiB + workspaceGiB + unusedGiB + cacheGiB - memoryGiB) < 1e-9);
    // 70.6 B parameters of a byte
    assert.ok(Math.abs(weightsGiB * 4 - 70.6e9 / 2 ** 30) < 3, `${weightsGiB}`);
    assert.equal(one.largestConcurrency, Math.floor(cacheGiB / sequenceGiB));
    const more = fit({ model: "llama-3.3-70b", gpu: "h100-sxm", format: "fp8", gpusPerReplica: 8 });
    assert.ok(more.largestConcurrency > one.largestConcurrency && more.perGpu.weightsGiB < weightsGiB);
});

test("what does not fit says how much is missing", () => {
    const { fits, missingGiB, perGpu, largestConcurrency, largestContext } = fit({ gpu: "t4", gpusPerReplica: 1 });
    assert.equal(fits, false);
    assert.ok(Math.abs(missingGiB - (perGpu.sequenceGiB - perGpu.cacheGiB)) < 1e-9 && missingGiB > 10);
    assert.equal(largestConcurrency, 0);
    assert.equal(largestContext, 0);
});

test("concurrency is part of what must fit, and GPUs are as few as possible", () => {
    const alone = fit();
    const many = fit({ concurrency: alone.largestConcurrency + 1 });
    assert.ok(alone.fits && many.fits && many.gpus > alone.gpus);
    const tight = fit({ gpusPerReplica: alone.gpus, format: alone.format, concurrency: alone.largestConcurrency });
    assert.ok(tight.fits);
    const over = fit({ gpusPerReplica: alone.gpus, format: alone.format, concurrency: alone.largestConcurrency + 1 });
    assert.ok(!over.fits && over.missingGiB > 0);
    const small = fit({ gpusPerReplica: alone.gpus, format: alone.format, kvFormat: "fp8" });
    assert.ok(Math.abs(small.perGpu.sequenceGiB * 2 - alone.perGpu.sequenceGiB) < 1e-9);
});

test("every format, engine and stage is answered", () => {
    for (const format of ["fp16", "fp8", "int8", "int4", "nvfp4", "mxfp4"])
        assert.equal(fit({ gpu: "b200", format }).format, format);
    for (const engine of ["vllm", "sglang", "trtllm", "llamacpp"]) assert.ok(fit({ engine }).perGpu.cacheGiB);
    assert.equal(fit({ gpusPerReplica: 8, pipelineStages: 2 }).tensorParallel, 4);
});

test("throughput is that of the report", () => {
    const { plan: bought } = evaluate();
    const { infeasible, replica } = throughput();
    assert.equal(infeasible, null);
    assert.deepEqual(replica, bought.replica);
    const { served } = replica;
    assert.equal(served.inputTokensPerSecond + served.outputTokensPerSecond, replica.tokensPerSecond);
    assert.ok(replica.tier !== "own" && ["bandwidth", "cache", "compute", "interconnect", "overhead", "memory"].includes(served.boundBy));
    assert.equal(throughput({ tokensPerSecond: 500 }).replica.tier, "own");
});

test("throughput at a load", () => {
    const setup = { gpu: "h100-sxm", gpusPerReplica: 4, format: "fp8" };
    const loads = [1, 8, 64].map((concurrency) => throughput({ ...setup, concurrency }).replica);
    loads.reduce((less, more) => {
        assert.ok(more.tokensPerSecond > less.tokensPerSecond && more.served.tpotMs > less.served.tpotMs);
        return more;
    });
    const all = throughput(setup).replica;
    const most = throughput({ ...setup, concurrency: all.served.concurrency }).replica;
    assert.ok(Math.abs(most.tokensPerSecond / all.tokensPerSecond - 1) < 1e-9);
    assert.equal(most.tier, all.tier);
});

test("limits on latency bind or refuse", () => {
    const free = throughput({ gpu: "h100-sxm" });
    const limited = throughput({ gpu: "h100-sxm", tpotLimit: free.replica.served.tpotMs * 0.7 });
    assert.equal(limited.replica.served.boundBy, "latency");
    assert.ok(limited.replica.tokensPerSecond < free.replica.tokensPerSecond);
    const none = throughput({ gpu: "h100-sxm", tpotLimit: 0.5 });
    assert.equal(none.infeasible, "latency");
    assert.ok(none.replica === null && none.fastestTpotMs > 0.5);
    const large = throughput({ gpu: "t4", gpusPerReplica: 1 });
    assert.ok(large.infeasible === "does-not-fit" && large.missingGiB > 10);
});

test("setups that cannot be are refused by field", () => {
    for (const call of [fit, throughput]) {
        refuses(() => call({ gpus: 2 }), "gpus", /no such field/);
        refuses(() => call({ model: "llama" }), "model", /not in the list/);
        refuses(() => call({ concurrency: NaN }), "concurrency");
        refuses(() => call({ concurrency: 0 }), "concurrency");
        refuses(() => call({ concurrency: 1e300 }), "concurrency");
        refuses(() => call({ concurrency: "8" }), "concurrency");
        refuses(() => call({ gpusPerReplica: -1 }), "gpusPerReplica", /less than/);
        refuses(() => call({ gpusPerReplica: 1e9 }), "gpusPerReplica", /more than/);
        refuses(() => call({ gpusPerReplica: 3, pipelineStages: 2 }), "pipelineStages", /does not divide/);
        refuses(() => call({ requestTokens: Infinity }), "requestTokens");
        refuses(() => call({ ownModel: "bananas" }), "ownModel");
        refuses(() => call(5), "", /no object/);
    }
    refuses(() => fit({ gpusPerReplica: 7 }), "gpusPerReplica", /divide/);
    refuses(() => fit({ requestTokens: 1e6, model: "llama-3.3-70b" }), "requestTokens", /out of range/);
});

test("every GPU of the catalogue is answered or refused", () => {
    for (const { id } of catalogue().gpus) {
        for (const call of [fit, throughput]) {
            try {
                JSON.stringify(call({ gpu: id }));
            } catch (error) {
                assert.ok(error.field && error.reason && error.hint, `${id}: ${error}`);
            }
        }
    }
});

test("plans are ranked, and the cheapest evaluates to what it says", () => {
    const scenario = { volume: "50B", engineers: 0 };
    const { rows, rejected, sized } = plan(scenario);
    assert.ok(rows.length > 20 && rejected.length > 5 && sized > 100);
    assert.deepEqual(rows.map((row) => row.usdPerMonth), rows.map((row) => row.usdPerMonth).sort((a, b) => a - b));
    assert.ok(rows[0].front);
    let fastest = Infinity;
    for (const { front, replica } of rows) {
        assert.equal(front, replica.served.tpotMs < fastest);
        fastest = Math.min(fastest, replica.served.tpotMs);
    }
    for (const row of rows.filter((row) => row.front)) {
        const report = evaluate({ ...scenario, ...row.scenario });
        assert.ok(Math.abs(report.plan.usdPerMonth / row.usdPerMonth - 1) < 1e-9, row.offer);
        assert.equal(report.plan.replica.format, row.format);
    }
    const whys = new Set(rejected.map((row) => row.why));
    assert.ok(whys.has("not-calibrated") && whys.has("dearer"), [...whys].join());
});

test("filters leave out", () => {
    const spot = plan({}, { commitment: "spot" }).rows;
    assert.ok(spot.length > 0 && spot.every((row) => row.commitment === "spot"));
    const wide = plan({}, { leastBits: 16 }).rows;
    assert.ok(wide.length > 0 && wide.every((row) => row.format === "fp16"));
    const { provider } = catalogue().offers.find((offer) => offer.gpu === "h100-sxm");
    const offers = new Map(catalogue().offers.map((offer) => [offer.id, offer]));
    const theirs = plan({}, { provider }).rows;
    assert.ok(theirs.every((row) => offers.get(row.offer).provider === provider));
    assert.deepEqual(plan({}, { provider: null, region: undefined }), plan());
    refuses(() => plan({}, { leastBits: 5 }), "leastBits");
    refuses(() => plan({}, { leastBits: "8" }), "leastBits");
    refuses(() => plan({}, { commitment: "spott" }), "commitment", /not in the list/);
    refuses(() => plan({}, { provider: "nobody at all" }), "provider", /not in the list/);
    refuses(() => plan({}, { region: 5 }), "region", /no text/);
    refuses(() => plan({}, { regions: "eu" }), "regions", /no such field/);
    refuses(() => plan({}, 5), "", /no object/);
    refuses(() => plan({ volume: NaN }), "volume");
});
