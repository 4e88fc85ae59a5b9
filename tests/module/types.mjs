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

const IMPORT = `import {
    catalogue, decodeLink, encodeLink, evaluate, fit, importFile, plan, priceUsage, schema, share, throughput, train, version,
} from "../../../pkg/index.js";
import type {
    Bill, FieldError, Fit, ImportedFile, Interval, Ranking, Report, Scenario, Served, Setup, Sharing, TrainingRun,
} from "../../../pkg/index.js";
declare const console: { log(...values: unknown[]): void };
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
const setup: Setup = { ...scenario, concurrency: 8 };
const fits: Fit = fit(setup);
const served: Served = throughput(setup);
const tpot: number | undefined = served.replica?.served?.tpotMs;
const ranking: Ranking = plan(scenario, { commitment: "spot", leastBits: 8 });
for (const row of ranking.rows) evaluate({ ...scenario, ...row.scenario });
for (const lost of ranking.rejected) if (lost.why === "does-not-fit") console.log(lost.missingGiB + fits.perGpu.weightsGiB);
const bill: Bill = priceUsage({ prices: { input_mtok: "0.1" }, usage: { input_tokens: 5 } });
async function files(bytes: Uint8Array) {
    const file: ImportedFile = await importFile("config.json", bytes);
    if (file.kind === "model") fit({ ownModel: file.ownModel, ...file.scenario });
    const shared: Sharing = await share({ ...scenario, others: ["qwen3-8b"], adapters: 4 });
    const run: TrainingRun = await train({ ...scenario, method: "qlora", tokens: "100M" });
    console.log(shared.slices?.[0]?.tokensPerSecond, shared.residents.missingGiB, run.usd);
    if (file.kind === "runs") evaluate({ ...file.runs[0]?.scenario });
    if (file.kind === "prices") console.log(file.apiPrices[0]?.input);
}
console.log(cost, ends, notices.join(), tpot, bill.total_usd, files, schema().title, catalogue().gpus.length);
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
        `fit({ concurrency: "8" });`,
        `plan({}, { leastBits: 5 });`,
        `importFile("x", "text");`,
        `train({ method: "magic" });`,
        `const usd: number = (await train()).usd;`,
        `const rows: number = (await importFile("x", new Uint8Array())).apiPrices.length;`,
        `const tpot: number = throughput().replica.served.tpotMs;`,
    ];
    const problems = compile("wrong", ...calls.map((call) => IMPORT + call));
    calls.forEach((call, index) => assert.match(problems, new RegExp(`/${index}\\.ts\\(.*error TS\\d+`), call));
});
