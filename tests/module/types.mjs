// The types in pkg/ are right: good calls compile under --strict, wrong ones do not.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { test } from "node:test";

const root = fileURLToPath(new URL("../../", import.meta.url));
const tools = process.env.LLM_BREAKEVEN_TOOLS ?? `${root}.tools`;
const folder = `${root}target/types`;

/** What tsc says about these sources; the first is in 0.ts. */
function compile(name, ...sources) {
    mkdirSync(`${folder}/${name}`, { recursive: true });
    const files = sources.map((source, index) => {
        const file = `${folder}/${name}/${index}.ts`;
        writeFileSync(file, source);
        return file;
    });
    const tsc = `${tools}/npm-tests/node_modules/typescript/bin/tsc`;
    const options = ["--strict", "--noEmit", "--target", "es2022", "--module", "nodenext"];
    const run = spawnSync(process.execPath, [tsc, ...options, ...files], { encoding: "utf8" });
    return run.stdout + run.stderr;
}

const IMPORT = `import { evaluate, encodeLink, decodeLink, version } from "../../../pkg/llm_breakeven.js";
import type { Scenario, Report, FieldError, Interval } from "../../../pkg/llm_breakeven.js";
`;

test("good calls compile", () => {
    const problems = compile("good", `${IMPORT}
const scenario: Scenario = { volume: "5B", gpu: "h100-sxm", gpuPrice: null, hoursPerMonth: 720, format: "fp8" };
const report: Report = evaluate(scenario);
const cost: number | undefined = report.plan?.usdPerMonth;
const ends: (number | null)[] = report.breakeven?.winning.map((interval: Interval) => interval.to) ?? [];
const link: string = encodeLink(scenario) + version() + evaluate().link + report.verdict;
const { scenario: again, notices } = decodeLink(link);
evaluate(again);
try { evaluate({ volume: "x" }); } catch (error) { const { field, reason, hint } = error as FieldError; console.log(field, reason, hint); }
console.log(cost, ends, notices.join());
declare const console: { log(...values: unknown[]): void };
`);
    assert.equal(problems, "");
});

test("wrong calls do not", () => {
    const calls = [
        `evaluate({ volumes: 5 });`,
        `evaluate({ volume: true });`,
        `evaluate({ hoursPerMonth: 31 });`,
        `evaluate({ format: "fp4" });`,
        `const cost: number = evaluate().plan.usdPerMonth;`,
        `decodeLink();`,
    ];
    const problems = compile("wrong", ...calls.map((call) => IMPORT + call));
    calls.forEach((call, index) => assert.match(problems, new RegExp(`/${index}\\.ts\\(.*error TS\\d+`), call));
});
