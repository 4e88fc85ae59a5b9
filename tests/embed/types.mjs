// embed.d.ts says what embed.js and frame.js do: frame.js keeps to it under --strict, good uses compile, wrong ones do not.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import test from "node:test";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../../", import.meta.url));
const tools = process.env.LLM_BREAKEVEN_TOOLS ?? `${root}.tools`;

function tsc(...files) {
    const options = ["--strict", "--noEmit", "--target", "es2022", "--module", "nodenext", "--lib", "es2022,dom,dom.iterable", "--allowJs", "--checkJs"];
    const run = spawnSync(process.execPath, [`${tools}/npm-tests/node_modules/typescript/bin/tsc`, ...options, ...files], { encoding: "utf8" });
    return run.stdout + run.stderr;
}

function compile(name, ...sources) {
    const folder = `${root}target/types/${name}`;
    mkdirSync(folder, { recursive: true });
    return tsc(...sources.map((source, index) => {
        const file = `${folder}/${index}.ts`;
        writeFileSync(file, IMPORT + source);
        return file;
    }));
}

const IMPORT = `import type { FromCalculator, FromHost, LlmBreakevenAttributes, ScenarioDetail } from "../../../public/embed.js";
const element = document.querySelector("llm-breakeven")!;
`;

test("frame.js sends and takes what the types say", () => assert.equal(tsc(`${root}public/frame.js`), ""));

test("good uses compile", () => {
    assert.equal(compile("embed-good", `
element.addEventListener("change", ({ detail }) => console.log(detail.scenario.length, new URL(detail.link)));
element.setAttribute("scenario", "1;t=7B");
const attributes: LlmBreakevenAttributes = { scenario: "1;t=7B", theme: "auto", card: true, lock: "gpu,model", height: 400 };
const set: FromHost = { ns: "llmbe", v: 1, type: "set", scenario: "1;t=7B" };
function heard(message: FromCalculator): number | string | undefined {
    if (message.type === "height") return message.height;
    return message.type === "change" ? message.scenario : undefined;
}
const detail: ScenarioDetail = { scenario: "1", link: "https://x.example/#1" };
console.log(attributes, set, heard, detail);
`), "");
});

test("wrong ones do not", () => {
    const uses = [
        `element.addEventListener("change", ({ detail }) => detail.volume);`,
        `const a: LlmBreakevenAttributes = { theme: "purple" };`,
        `const m: FromHost = { ns: "llmbe", v: 2, type: "set", scenario: "1" };`,
        `const m: FromHost = { ns: "llmbe", v: 1, type: "height", height: 5 };`,
        `const m: FromCalculator = { ns: "llmbe", v: 1, type: "height", height: "5" };`,
    ];
    const problems = compile("embed-wrong", ...uses);
    uses.forEach((use, index) => assert.match(problems, new RegExp(`/${index}\\.ts\\(.*error TS\\d+`), use));
});
