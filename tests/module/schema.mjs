// The JSON Schema against a validator that is not ours: every scenario that the module writes is valid, what it refuses is not.
import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { existsSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { decodeLink, encodeLink, evaluate, schema } from "../../pkg/node.js";

const root = fileURLToPath(new URL("../../", import.meta.url));
const tools = process.env.LLM_BREAKEVEN_TOOLS ?? `${root}.tools`;
const Ajv = createRequire(`${tools}/npm-tests/`)("ajv/dist/2020.js").default;
const validate = new Ajv({ allErrors: true, strictTypes: false }).compile(schema());

const valid = (scenario) => validate(scenario) || assert.fail(JSON.stringify([scenario, validate.errors]).slice(0, 2000));

/** Scenarios of every kind: the worked decisions, and one value for each field. */
function links() {
    const worked = readFileSync(`${root}docs/decisions.md`, "utf8").match(/(?<=`#)1;[^`]+/g);
    assert.ok(worked.length >= 3);
    const examples = {
        apiPrice: null, apiInput: "$0.28", volume: "40M/day", inputShare: "80%", gpu: "h200-sxm", gpusPerReplica: 4, format: "fp8",
        gpuPrice: 2.25, hoursPerMonth: 720, constraints: "private*latency", profile: "business", growth: -2.5, ttftLimit: "2k",
        fleet: "scheduled", spareReplicas: 1, weights: "0123456789abcdefghijklmn", currency: "EUR", hardware: "buy",
    };
    return [...worked, ...Object.entries(examples).map(([key, value]) => encodeLink({ [key]: value }))];
}

test("what a link decodes to is valid", () => {
    for (const link of ["", ...links(), "1;gpu=bananas;t=x", "%E0%A4%A"]) valid(decodeLink(link).scenario);
});

test("what is valid is taken, what is typed is valid", () => {
    for (const scenario of [{}, { volume: "5B" }, { volume: 5e9, apiPrice: null }, { hoursPerMonth: "720" }, { inputShare: "70%" }]) {
        valid(scenario);
        assert.ok(evaluate(scenario).verdict);
    }
});

test("what the module refuses for its kind is invalid", () => {
    for (const scenario of [{ volumes: 5 }, { volume: {} }, { volume: true }, { volume: -5 }, { hoursPerMonth: 31 }, { format: "fp5" }, { gpu: 7 }, [], "5B", 7]) {
        assert.equal(validate(scenario), false, JSON.stringify(scenario));
        assert.throws(() => evaluate(scenario), undefined, JSON.stringify(scenario));
    }
});

test("the page publishes the same schema", { skip: !existsSync(`${root}dist/scenario.schema.json`) && "dist/ is not built" }, () => {
    assert.deepEqual(JSON.parse(readFileSync(`${root}dist/scenario.schema.json`, "utf8")), schema());
});
