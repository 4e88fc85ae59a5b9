// The ES module from Node: plain objects in and out, what a caller can mend thrown as { field, reason, hint }.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { decodeLink, encodeLink, evaluate, explain, version } from "../../pkg/node.js";

const pkg = JSON.parse(readFileSync(new URL("../../pkg/package.json", import.meta.url), "utf8"));

function isPlain(value) {
    if (value === null || ["number", "string", "boolean"].includes(typeof value)) return true;
    if (Array.isArray(value)) return value.every(isPlain);
    return Object.getPrototypeOf(value) === Object.prototype && Object.values(value).every(isPlain);
}

test("the defaults give a whole report of plain objects", () => {
    for (const report of [evaluate(), evaluate({}), evaluate(undefined), evaluate(null)]) {
        assert.ok(isPlain(report));
        assert.deepEqual(JSON.parse(JSON.stringify(report)), report);
        assert.match(report.verdict, /5B tokens a month/);
        assert.ok(["api", "gpu", "tie"].includes(report.winner));
        assert.equal(report.infeasible, null);
        assert.ok(report.plan.gpus >= 1 && report.plan.usdPerMonth > 0);
        assert.equal(
            Math.round(report.plan.hardwareUsdPerMonth + report.plan.engineeringUsdPerMonth + report.plan.infrastructureUsdPerMonth),
            Math.round(report.plan.usdPerMonth),
        );
        assert.match(report.api.asOf, /^\d{4}-\d\d-\d\d$/);
        assert.match(report.api.source, /./);
    }
});

test("the same input gives the same bytes", () => {
    assert.equal(JSON.stringify(evaluate({ volume: "12B" })), JSON.stringify(evaluate({ volume: 12e9 })));
});

test("the bills and the breakeven agree with arithmetic", () => {
    const { api, plan, breakeven } = evaluate({
        apiInput: 1, apiOutput: 3, inputShare: 50, volume: "10B", gpu: "h100-sxm", gpuPrice: "$1", engineers: 0,
        gpusPerReplica: 4, tokensPerSecond: 1000, targetLoad: 100,
    });
    assert.equal(api.blendedUsdPerMTok, 2);
    assert.equal(api.usdPerMonth, 20_000);
    assert.equal(plan.usdPerGpuHour, 1);
    const perReplica = 1000 * 730 * 3600;
    assert.equal(plan.replicas, Math.ceil(10e9 / perReplica));
    assert.equal(plan.usdPerMonth, plan.gpus * 730);
    assert.equal(plan.tier, "own");
    assert.equal(breakeven.hardwareOnlyDurable, breakeven.durable, "without people both are the same");
    const { from, to } = breakeven.winning[0];
    assert.equal(from, breakeven.first);
    assert.ok(to === null || to > from);
    assert.equal(breakeven.winning.at(-1).to, null, "the last interval has no end");
});

test("what cannot be is not priced", () => {
    const report = evaluate({ gpu: "t4", gpusPerReplica: 1 });
    assert.equal(report.plan, null);
    assert.equal(report.winner, null);
    assert.equal(report.breakeven, null);
    assert.equal(report.infeasible, "does-not-fit");
    assert.match(report.verdict, /does not fit/);
    assert.equal(evaluate({ tokensPerSecond: 1e6 }).infeasible, "too-fast");
});

test("what a caller can mend is thrown as field, reason and hint", () => {
    for (const [scenario, field, reason, hint] of [
        [{ volume: "bananas" }, "volume", /bananas/, /Write 5B/],
        [{ volume: -5 }, "volume", /less than/, /Write/],
        [{ volume: NaN }, "volume", /./, /Write/],
        [{ volume: Infinity }, "volume", /more than/, /Write/],
        [{ volume: {} }, "volume", /no number and no text/, /Write/],
        [{ volume: null }, "volume", /./, /Write/],
        [{ gpu: "h100-smx" }, "gpu", /not in the list/, /Did you mean h100-sxm\?/],
        [{ hoursPerMonth: 31 }, "hoursPerMonth", /./, /730 or 720/],
        [{ volumes: 5 }, "volumes", /no such field/, /Did you mean volume\?/],
        ["5B", "", /no object/, /Write/],
        [[], "", /no object/, /Write/],
        [7, "", /no object/, /Write/],
    ]) {
        for (const call of [evaluate, encodeLink]) {
            assert.throws(
                () => call(scenario),
                (error) => {
                    assert.deepEqual(Object.keys(error).sort(), ["field", "hint", "reason"]);
                    assert.equal(error.field, field, JSON.stringify(scenario));
                    assert.match(error.reason, reason);
                    assert.match(error.hint, hint);
                    return true;
                },
                JSON.stringify(scenario),
            );
        }
    }
    assert.match(evaluate().verdict, /5B/, "and the module lives on");
});

test("the report says what the numbers are made of", () => {
    const { api, plan, notices } = evaluate({ cachedShare: 50, batchShare: 20, storage: 100, egress: 50, profile: "business", fleet: "auto" });
    const lines = ["input", "cacheRead", "cacheWrite", "output", "batch", "fees"].map((line) => api.bill[`${line}Usd`]);
    assert.ok(Math.abs(lines.reduce((a, b) => a + b) - api.usdPerMonth) < 1e-6 * api.usdPerMonth);
    assert.ok(api.bill.batchUsd > 0 && typeof api.bill.batchUnpriced === "boolean" && api.medianOf > 1);
    const parts = ["hardware", "engineering", "infrastructure", "storage", "egress"].map((part) => plan[`${part}UsdPerMonth`]);
    assert.ok(Math.abs(parts.reduce((a, b) => a + b) - plan.usdPerMonth) < 1e-6);
    assert.equal(plan.storageUsdPerMonth, 100);
    assert.equal(plan.policy, "auto");
    assert.ok(plan.peakFactor > 1 && plan.paidGpus <= plan.gpus && plan.startupsUsdPerMonth >= 0);
    const { served, tokensPerSecond } = plan.replica;
    assert.equal(tokensPerSecond, plan.tokensPerSecondPerReplica);
    assert.ok(served.ttftRangeMs.low < served.ttftMs && served.ttftMs < served.ttftRangeMs.high && served.tpotMs > 0);
    // the median host of these has no batch price, which the bill says too
    assert.deepEqual(notices.map((notice) => /no batch price/.test(notice)), api.bill.batchUnpriced ? [true] : []);
    assert.match(evaluate({ hardware: "buy", fleet: "zero" }).notices[0], /Bought GPUs are paid/);
});

test("links go round", () => {
    const scenario = { volume: "40M/day", gpu: "h200-sxm", gpuPrice: "$2.25", inputShare: "80%" };
    const link = encodeLink(scenario);
    assert.match(link, /^1;t=/);
    assert.equal(evaluate(scenario).link, link);
    const decoded = decodeLink(link);
    assert.deepEqual(decoded.notices, []);
    assert.ok(isPlain(decoded));
    assert.equal(decoded.scenario.gpu, "h200-sxm");
    assert.equal(decoded.scenario.gpuPrice, 2.25);
    assert.equal(encodeLink(decoded.scenario), link, "what was decoded is a scenario again");
    assert.equal(decodeLink(`#${encodeURIComponent(link)}`).scenario.gpu, "h200-sxm");
});

test("a link holds four scenarios and its day", () => {
    const link = encodeLink({ volume: "20B" }, [{ volume: "20B", gpu: "h200-sxm" }, { volume: "50B" }, { asOf: "2024-01-01" }]);
    const { scenario, others, notices } = decodeLink(link);
    assert.deepEqual(notices, []);
    assert.deepEqual([scenario.asOf, others.map((one) => one.volume), others[0].gpu], [undefined, [20e9, 50e9, 5e9], "h200-sxm"]);
    assert.equal(others[2].asOf, "2024-01-01");
    assert.equal(encodeLink(scenario, others), link);
    assert.match(evaluate(others[2]).link, /;d=2024-01-01;k=/);
    assert.throws(() => evaluate({ asOf: "soon" }), { field: "asOf" });
    assert.throws(() => encodeLink({}, [{}, {}, {}, {}]), { field: "others" });
});

test("any text is a link", () => {
    for (const text of ["", "#", "bananas", "9;t=7B", "1;gpu=h100-smx", "%E0%A4%A", "\0\u{1f600}".repeat(3000), "1;".repeat(900)]) {
        const { scenario, notices } = decodeLink(text);
        assert.equal(typeof scenario.volume, "number");
        assert.ok(notices.every((notice) => typeof notice === "string"));
        assert.ok(text.length < 2 || notices.length > 0, text.slice(0, 20));
    }
});

test("the mix is never dearer, says who serves what and where it wins", () => {
    const { api, plan, mix, breakeven } = evaluate({ volume: "100B", gpu: "h200-sxm" });
    assert.ok(mix.usdPerMonth <= Math.min(api.usdPerMonth, plan.usdPerMonth) * (1 + 1e-9));
    const sum = (of) => mix.parts.reduce((all, part) => all + part[of], 0);
    assert.ok(Math.abs(sum("tokens") / 100e9 - 1) < 1e-9);
    assert.ok(Math.abs((sum("usdPerMonth") + mix.fixedUsdPerMonth) / mix.usdPerMonth - 1) < 1e-9);
    assert.ok(mix.breakeven.first <= breakeven.first * (1 + 1e-9));
    assert.equal(mix.breakeven.winning.at(-1).from, mix.breakeven.durable);
    assert.equal(mix.breakeven.winning.at(-1).to, null);
    // dearer than the API at any load: never, and the price says why
    const never = evaluate({ volume: "100B", gpu: "h200-sxm", apiInput: 0.001, apiOutput: 0.001 });
    assert.deepEqual([never.mix.breakeven.first, never.mix.breakeven.durable, never.mix.breakeven.intervals], [null, null, 0]);
    assert.ok(never.mix.cheapestUsdPerMTok >= never.api.blendedUsdPerMTok);
    assert.equal(evaluate({ gpu: "t4", gpusPerReplica: 1 }).mix, null);
});

test("what is no text is no link", () => {
    for (const link of [undefined, null, 5, {}, Symbol("x")])
        assert.throws(() => decodeLink(link), { field: "fragment", reason: "This is no text.", hint: 'Write "1;t=5B".' });
});

test("the version is the package's", () => {
    assert.equal(version(), pkg.version);
});

test("every figure opens its formula, as on the page", () => {
    const scenario = { volume: "20B", engineers: 0.5 };
    const all = explain(scenario);
    const report = evaluate(scenario);
    assert.equal(all.apiBill.result, report.api.usdPerMonth);
    assert.equal(all.selfHosted.result, report.plan.usdPerMonth);
    assert.equal(all.durableBreakeven.result, report.breakeven.durable);
    const value = (figure, name) => all[figure].inputs.find((input) => input.name === name);
    assert.equal(value("apiBill", "volume").of, "volume");
    assert.equal(value("apiBill", "volume").from, "given");
    const price = value("apiBill", "blended_price");
    assert.deepEqual([price.from, price.of, price.value], ["figure", "blendedPrice", all.blendedPrice.result]);
    assert.match(value("blendedPrice", "input_price").source, /./);
    assert.throws(() => explain({ volume: "?" }), (error) => error.field === "volume");
});
