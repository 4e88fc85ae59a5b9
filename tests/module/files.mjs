// importFile and schema through the module, in Node.
import assert from "node:assert/strict";
import { test } from "node:test";
import { catalogue, evaluate, fit, importFile, schema } from "../../pkg/node.js";

const TODAY = "2026-11-23";
const bytes = (value) => new TextEncoder().encode(typeof value === "string" ? value : JSON.stringify(value));
const read = (value, name = "dropped.json") => importFile(name, bytes(value), TODAY);

test("a price list is read, and what is wrong with it is said", async () => {
    const file = await read({
        "groq/llama-3.3-70b-versatile": { litellm_provider: "groq", input_cost_per_token: 5.9e-7, output_cost_per_token: 7.9e-7 },
        bad: { litellm_provider: "groq", input_cost_per_token: "?", output_cost_per_token: 1e-6 },
    });
    assert.equal(file.kind, "prices");
    assert.equal(file.apiPrices[0].id, "groq~llama-3.3-70b-versatile");
    assert.equal(file.apiPrices[0].openModel, "llama-3.3-70b");
    assert.equal(file.apiPrices[0].asOf, TODAY);
    assert.equal(file.problems[0].field, "input_cost_per_token");
    assert.match(file.summary, /LiteLLM/);
});

const config = {
    model_type: "llama", architectures: ["LlamaForCausalLM"], hidden_size: 4096, num_hidden_layers: 32,
    intermediate_size: 14336, num_attention_heads: 32, num_key_value_heads: 8, vocab_size: 128256,
    max_position_embeddings: 131072, tie_word_embeddings: false, torch_dtype: "bfloat16",
};

test("a configuration is a model for the other functions", async () => {
    const file = await read(config, "Llama-8B.json");
    assert.equal(file.kind, "model");
    assert.equal(file.name, "Llama-8B");
    assert.ok(Math.abs(file.parameters - 8.03e9) < 0.01e9);
    assert.equal(file.maxContext, 131072);
    assert.equal(file.checkpoint, null);
    const { ownModel } = file;
    const own = fit({ ownModel, gpu: "l4", format: "fp16", gpusPerReplica: 1 });
    const listed = fit({ model: "llama-3.1-8b", gpu: "l4", format: "fp16", gpusPerReplica: 1 });
    assert.ok(Math.abs(own.perGpu.weightsGiB / listed.perGpu.weightsGiB - 1) < 0.01);
    assert.ok(evaluate({ ownModel }).plan.gpusPerReplica <= evaluate().plan.gpusPerReplica);
});

test("an index is a size, and a benchmark is a scenario", async () => {
    const index = await read({ metadata: { total_size: 16060522496 }, weight_map: { "lm_head.weight": "a.safetensors" } });
    assert.deepEqual([index.kind, index.bytes, index.tensors], ["weights", 16060522496, 1]);
    assert.deepEqual(index.scenario, { weightSize: 16.060522496 });
    const held = fit({ model: "llama-3.1-8b", gpusPerReplica: 1, ...index.scenario });
    assert.equal(held.format, "fp16");
    assert.ok(Math.abs(held.perGpu.weightsGiB * 2 ** 30 / 16060522496 - 1) < 1e-9, held.perGpu.weightsGiB);
    assert.throws(() => fit({ model: "llama-3.1-8b", weightSize: 900 }), {
        field: "weightSize", reason: "“900” GB are not the weights of this model.", hint: /^Write 1 to 36\.1 /,
    });
    const file = await read({
        completed: 10, duration: 10, total_input_tokens: 15000, total_output_tokens: 5000, output_throughput: 500,
        median_ttft_ms: 90, median_tpot_ms: 20,
    });
    assert.equal(file.kind, "runs");
    assert.equal(file.runs[0].scenario.tokensPerSecond, 2000);
    assert.equal(file.runs[0].ttftMs, 90);
    const report = evaluate({ ...file.runs[0].scenario });
    assert.equal(report.plan.tier, "own");
    assert.equal(report.plan.tokensPerSecondPerReplica, 2000);
});

test("what cannot be read is refused with field, reason and hint", async () => {
    const refused = async (call, field, reason = /./) =>
        assert.rejects(call, (error) => {
            assert.deepEqual(Object.keys(error).sort(), ["field", "hint", "reason"]);
            assert.equal(error.field, field);
            assert.match(error.reason, reason);
            assert.match(error.hint, /./);
            return true;
        });
    await refused(read(""), "bytes", /nothing in it/);
    await refused(read("<html>"), "bytes", /web page/);
    await refused(read({ name: "left-pad" }), "bytes", /JSON/);
    await refused(read({ ...config, num_hidden_layers: -1 }), "bytes", /config\.json/);
    await refused(read("GGUF"), "bytes", /GGUF/);
    await refused(importFile("x", new Uint8Array([255, 254, 0]), TODAY), "bytes", /not text/);
    await refused(importFile("x", "text", TODAY), "bytes", /no bytes/);
    await refused(importFile("x", undefined, TODAY), "bytes", /no bytes/);
    await refused(importFile("x", [1, 2], TODAY), "bytes", /no bytes/);
    await refused(importFile(5, new Uint8Array(), TODAY), "name", /no text/);
    await refused(importFile("x", new Uint8Array(), "soon"), "today", /no date/);
    await refused(importFile("x", new Uint8Array(), 5), "today", /no text/);
    assert.equal((await read(config)).kind, "model", "and the readers live on");
});

test("an ArrayBuffer will do, and the day is the clock's when none is given", async () => {
    const list = { "groq/m": { litellm_provider: "groq", input_cost_per_token: 1e-7, output_cost_per_token: 1e-7 } };
    const before = new Date().toISOString().slice(0, 10);
    const file = await importFile("prices.json", bytes(list).buffer);
    const after = new Date().toISOString().slice(0, 10);
    assert.ok([before, after].includes(file.apiPrices[0].asOf));
});

/** What a schema of this form accepts. */
const accepts = (one, value) =>
    (one.type === undefined || one.type === (value === null ? "null" : typeof value) || (one.type === "integer" && Number.isInteger(value)))
    && (one.minimum === undefined || (value >= one.minimum && value <= one.maximum))
    && (one.enum === undefined || one.enum.includes(value));

test("the schema accepts what evaluate accepts", () => {
    const { properties, additionalProperties, $schema } = schema();
    assert.equal($schema, "https://json-schema.org/draft/2020-12/schema");
    assert.equal(additionalProperties, false);
    assert.ok(Object.keys(properties).length >= 70);
    const rows = Object.fromEntries(["model", "gpu", "apiPrice", "offer"].map((name) => [name, true]));
    for (const [name, { title, description, anyOf, default: given }] of Object.entries(properties)) {
        assert.ok(title && description, name);
        const schemaAccepts = (value) => anyOf.some((one) => accepts(one, value));
        assert.ok(given === undefined || schemaAccepts(given), `${name}: ${given}`);
        const values = [null, ...anyOf.flatMap((one) => [...(one.enum ?? []), ...("minimum" in one ? [one.minimum, one.maximum, one.minimum - 1, one.maximum * 2] : [])])];
        for (const value of values) {
            let refused = null;
            try {
                evaluate({ [name]: value });
            } catch (error) {
                refused = error;
            }
            // a value may be fine and yet fit no other: then another field is named
            const theirs = refused === null || refused.field !== name || /not the weights of this model/.test(refused.reason);
            assert.equal(theirs, schemaAccepts(value), `${name}: ${value}: ${refused?.reason}`);
        }
        assert.ok(rows[name] === undefined || anyOf[0].type === "string", name);
    }
});

test("ids of the catalogue are values of the scenario", () => {
    const { gpus, models } = catalogue();
    for (const { id } of [gpus[0], gpus.at(-1)]) assert.ok(evaluate({ gpu: id }).verdict);
    for (const { id } of [models[0], models.at(-1)]) assert.ok(evaluate({ model: id, apiInput: 1, apiOutput: 2 }).verdict);
});

test("a usage export is a workload", async () => {
    const rows = Array.from({ length: 48 }, (_, hour) => `2026-11-0${2 + Math.floor(hour / 24)}T${String(hour % 24).padStart(2, "0")}:00:00Z,3,1500,500`);
    const file = await read(`start_time,num_model_requests,input_tokens,output_tokens\n${rows.join("\n")}\n`, "usage.csv");
    assert.deepEqual([file.kind, file.requests, file.hours], ["usage", 144, 48]);
    assert.deepEqual([file.scenario.volume, file.scenario.inputShare], [1.46e6, 75]);
    assert.equal(file.scenario.weights, "z".repeat(24));
    assert.equal(evaluate(file.scenario).plan.peakFactor, 1);
});
