// share and train through the module, in Node.
import assert from "node:assert/strict";
import { test } from "node:test";
import { catalogue, fit, share, train } from "../../pkg/node.js";

const near = (one, other, share = 1e-9) => assert.ok(Math.abs(one / other - 1) < share, `${one} ${other}`);

const refused = async (call, field, reason, hint = /./) =>
    assert.rejects(call, (error) => {
        assert.deepEqual(Object.keys(error).sort(), ["field", "hint", "reason"]);
        assert.equal(error.field, field, JSON.stringify(error));
        assert.match(error.reason, reason);
        assert.match(error.hint, hint);
        return true;
    });

test("slices have their share of the GPU, and say what they serve or miss", async () => {
    const { slices } = await share({ model: "llama-3.1-8b", gpu: "h100-sxm", format: "fp8" });
    assert.deepEqual(slices.map((one) => one.slices), [1, 2, 3, 4, 7]);
    assert.deepEqual(slices.map((one) => one.copies), [7, 3, 2, 1, 1]);
    const whole = slices.at(-1);
    near(slices[2].memoryGiB / whole.memoryGiB, 0.5);
    assert.equal(slices[0].format, null);
    assert.ok(slices[0].missingGiB > 0, "8 B parameters on an eighth");
    for (const one of slices.filter((one) => one.format)) {
        assert.equal(one.missingGiB, null);
        assert.ok(one.tokensPerSecond > 0 && one.tokensPerSecond <= whole.tokensPerSecond, JSON.stringify(one));
        assert.ok(one.tpotMs > 0 && one.boundBy);
    }
    const uncut = catalogue().gpus.find(({ vendor, id }) => vendor === "NVIDIA" && id.startsWith("l40s"));
    assert.equal((await share({ model: "llama-3.1-8b", gpu: uncut.id })).slices, null);
});

test("several models are in one memory, and what is missing is said", async () => {
    const alone = (await share({ model: "llama-3.1-8b", format: "fp8", requests: 2 })).residents;
    assert.equal(alone.models.length, 1);
    near(alone.models[0].weightsGiB, fit({ model: "llama-3.1-8b", format: "fp8", gpusPerReplica: 1 }).perGpu.weightsGiB);
    const setup = { model: "llama-3.1-8b", format: "fp8", requests: 2, others: ["qwen3-8b", "qwen3-32b"] };
    const { residents } = await share(setup);
    assert.deepEqual(residents.models.map((one) => one.id), ["llama-3.1-8b", "qwen3-8b", "qwen3-32b"]);
    const needed = residents.models.reduce((sum, one) => sum + one.weightsGiB + one.workspaceGiB + one.cacheGiB, 0);
    assert.equal(residents.fits, needed <= residents.usableGiB);
    near(residents.missingGiB + 1, Math.max(0, needed - residents.usableGiB) + 1);
    const many = (await share({ ...setup, others: Array(8).fill("qwen3-32b") })).residents;
    assert.ok(!many.fits && many.missingGiB > 100);
    // the size of the weights is of the setup's model
    const sized = (await share({ ...setup, weightSize: 10 })).residents.models;
    near(sized[0].weightsGiB * 2 ** 30, 10e9);
    near(sized[1].weightsGiB, residents.models[1].weightsGiB);
});

test("adapters take memory from the cache", async () => {
    const setup = { model: "llama-3.1-8b", gpu: "l4", format: "fp8", gpusPerReplica: 1, rank: 64 };
    const few = (await share({ ...setup, adapters: 1 })).adapters;
    const many = (await share({ ...setup, adapters: 20 })).adapters;
    near(many.perGpuGiB, 20 * few.adapterGiB);
    assert.ok(many.concurrency < few.concurrency && few.concurrency <= few.concurrencyWithout);
    assert.ok(few.moreArithmetic > 0 && few.moreArithmetic < 0.1);
    assert.equal((await share({ ...setup, adapters: 100000 })).adapters.fits, false);
});

test("training takes memory, hours and money", async () => {
    const setup = { model: "llama-3.1-8b", gpu: "h100-sxm", gpuPrice: 2, tokens: "100M" };
    const lora = await train(setup);
    assert.deepEqual([lora.method, lora.gpus, lora.fits, lora.missingGiB, lora.usdPerGpuHour], ["lora", 1, true, 0, 2]);
    near(lora.usd, 2 * lora.gpuHours);
    near(lora.hours * lora.gpus, lora.gpuHours);
    // two bytes for each frozen parameter, sixteen for each of an adapter
    const { weightsGiB, gradientsGiB, optimiserGiB } = lora.perGpu;
    near((weightsGiB + gradientsGiB + optimiserGiB) * 2 ** 30, 2 * 8030261248 + 16 * lora.trainedParameters);
    const full = await train({ ...setup, method: "full" });
    assert.equal(full.trainedParameters, 8030261248);
    assert.ok(full.gpus > 1 && full.gpuHours > lora.gpuHours);
    const qlora = await train({ ...setup, method: "qlora", gpu: "l4" });
    assert.ok(qlora.fits && qlora.perGpu.weightsGiB < weightsGiB / 2);
    const one = await train({ ...setup, method: "full", gpus: 1 });
    assert.deepEqual([one.gpus, one.fits, one.usd], [1, false, null]);
    assert.ok(one.missingGiB > 0);
    near((await train({ ...setup, tokens: 2e8 })).gpuHours, 2 * lora.gpuHours);
    near((await train({ ...setup, utilisation: 20 })).gpuHours, 2 * lora.gpuHours);
    assert.ok((await train({ ...setup, recompute: false })).gpuHours < lora.gpuHours);
});

test("what cannot be used is refused with field, reason and hint", async () => {
    await refused(share({ others: ["qwen3-8"] }), "others", /not in the list/, /Did you mean qwen3-8b/);
    await refused(share({ others: "qwen3-8b" }), "others", /no list/);
    await refused(share({ others: [5] }), "others", /no list/);
    await refused(share({ others: Array(9).fill("qwen3-8b") }), "others", /no list/, /up to 8/);
    for (const key of ["requests", "adapters", "rank"])
        for (const value of [0, -1, 1.5, Number.NaN, "many", {}]) await refused(share({ [key]: value }), key, /./);
    await refused(share({ model: "nope" }), "model", /not in the list/);
    await refused(share({ model: "llama-3.1-8b", weightSize: 900 }), "weightSize", /not the weights/);
    await refused(share({ colour: "red" }), "colour", /no such field/);
    await refused(share("text"), "", /no object/);
    await refused(train({ method: "magic" }), "method", /no such method/, /lora, qlora or full/);
    await refused(train({ recompute: "yes" }), "recompute", /neither/);
    await refused(train({ rank: 5000 }), "rank", /out of range/);
    for (const [key, value] of [["tokens", "lots"], ["tokens", 0], ["utilisation", 0], ["utilisation", 101], ["gpus", 0], ["batch", 0.5], ["sequence", Number.POSITIVE_INFINITY]])
        await refused(train({ [key]: value }), key, /./);
    await refused(train({ gpu: "h100" }), "gpu", /not in the list/);
    assert.ok((await train()).fits !== undefined && (await share(null)).residents, "and the program lives on");
});
