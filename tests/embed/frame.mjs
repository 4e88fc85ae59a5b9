// frame.js, the calculator's side: what it takes from its host, and that nothing else changes anything.
import assert from "node:assert/strict";
import test from "node:test";
import { talk } from "../../public/frame.js";
import { message, odd, random } from "./random.mjs";

const HOST = "https://docs.example";

/** A window with no more than frame.js uses; `sent` is what it told its parent, `went` where it moved. */
function fakePage() {
    const listeners = [], sent = [], went = [], timers = [], observers = [];
    const observer = class {
        constructor(act) { observers.push(act); }
        observe() {}
    };
    const page = {
        sent, went,
        parent: { postMessage: (data, target) => sent.push([structuredClone(data), target]) },
        location: { replace: (to) => went.push(to) },
        document: { documentElement: { dataset: {} }, body: { height: 500, getBoundingClientRect: () => ({ height: page.document.body.height }) } },
        addEventListener: (type, act) => type === "message" && listeners.push(act),
        MutationObserver: observer, ResizeObserver: observer,
        setTimeout: (act) => timers.push(act),
        hear(event) { for (const act of listeners) act(event); },
        change(scenario) { page.document.documentElement.dataset.scenario = scenario; observers[0](); },
        resize(height) { page.document.body.height = height; observers[1](); },
        tick() { for (const act of timers.splice(0)) act(); },
    };
    return page;
}

const envelope = { ns: "llmbe", v: 1 };
const from = (page, data, origin = HOST, source = page.parent) => page.hear({ data: structuredClone(data), origin, source });
const state = (page) => JSON.stringify([page.document.documentElement.dataset, page.went]);

/** Every second a new one, so that the bound on the rate hides nothing. */
function clock(t) {
    let now = 0;
    t.mock.method(Date, "now", () => now);
    return { pass: (by = 1000) => { now += by; } };
}

test("a host sets colours and scenario, and learns height and changes", (t) => {
    clock(t);
    const page = fakePage();
    talk(page, HOST);
    from(page, { ...envelope, type: "theme", theme: "dark" });
    assert.equal(page.document.documentElement.dataset.theme, "dark");
    from(page, { ...envelope, type: "set", scenario: "1;t=7B" });
    from(page, { ...envelope, type: "set", scenario: "#1;t=8B" });
    from(page, { ...envelope, type: "set", scenario: "" });
    assert.deepEqual(page.went, ["#1;t=7B", "#1;t=8B", "#"]);
    page.change("1;t=9B;k=0000");
    page.resize(640.2), page.resize(700.4), page.tick();
    page.resize(700.6), page.tick();
    assert.deepEqual(page.sent, [
        [{ ...envelope, type: "ready" }, HOST],
        [{ ...envelope, type: "change", scenario: "1;t=9B;k=0000" }, HOST],
        [{ ...envelope, type: "height", height: 701 }, HOST],
    ]);
});

test("it is silent on its own, and to a host that is no origin", () => {
    for (const host of ["", "*", "/", "docs.example", HOST + "/", HOST + "/path", "javascript:0", "null ", "x".repeat(9000), "https://docs.example:443"]) {
        const page = fakePage();
        talk(page, host);
        from(page, { ...envelope, type: "theme", theme: "dark" }, host);
        assert.deepEqual([page.sent, state(page)], [[], "[{},[]]"], host);
    }
    const alone = fakePage();
    alone.parent = alone;
    talk(alone, HOST);
    assert.equal(state(alone), "[{},[]]");
});

test("another window or another origin changes nothing", (t) => {
    const time = clock(t);
    const page = fakePage();
    talk(page, HOST);
    const told = page.sent.length;
    const strangers = [[page, HOST], [null, HOST], [{}, HOST], [{ postMessage() {} }, HOST], [page.parent, "https://docs.example.evil"], [page.parent, "http://docs.example"],
        [page.parent, "https://docs.example:8443"], [page.parent, "null"], [page.parent, ""], [page.parent, "https://DOCS.example"]];
    for (const [source, origin] of strangers) {
        for (const data of [{ ...envelope, type: "theme", theme: "dark" }, { ...envelope, type: "set", scenario: "1;t=7B" }]) {
            time.pass();
            from(page, data, origin, source);
        }
    }
    assert.deepEqual([state(page), page.sent.length], ["[{},[]]", told]);
});

test("50,000 malformed messages of the host itself change nothing", (t) => {
    const time = clock(t);
    const page = fakePage();
    talk(page, HOST);
    const next = random(1);
    let wrong = 0;
    for (let count = 0; count < 50_000; count++) {
        const data = message(next);
        time.pass();
        // any text is a scenario, if it is not too long
        if (data?.type === "set" && typeof data.scenario === "string") data.scenario = "x".repeat(4001);
        from(page, data);
        wrong++;
    }
    assert.deepEqual([wrong, state(page), page.sent.length], [50_000, "[{},[]]", 1]);
});

test("100,000 messages of strangers, many of them well-formed, change nothing", (t) => {
    const time = clock(t);
    const page = fakePage();
    talk(page, HOST);
    const next = random(2);
    for (let count = 0; count < 100_000; count++) {
        time.pass();
        const source = next() < 0.5 ? page.parent : {};
        const origin = source === page.parent ? ["null", "https://evil.example", HOST + ".evil", ""][count % 4] : HOST;
        const data = next() < 0.5 ? message(next) : { ...envelope, type: next() < 0.5 ? "theme" : "set", theme: "dark", scenario: "1;t=7B" };
        from(page, data, origin, source);
    }
    assert.deepEqual([state(page), page.sent.length], ["[{},[]]", 1]);
});

test("a flood is bounded: of 100,000 messages in one second twenty act", (t) => {
    const time = clock(t);
    const page = fakePage();
    talk(page, HOST);
    for (let count = 0; count < 100_000; count++) from(page, { ...envelope, type: "set", scenario: "1;t=" + count });
    assert.equal(page.went.length, 20);
    time.pass();
    from(page, { ...envelope, type: "set", scenario: "1;t=7B" });
    assert.equal(page.went.at(-1), "#1;t=7B", "and the next second is a new one");
    // strangers cannot use up the host's share
    time.pass();
    for (let count = 0; count < 1000; count++) from(page, { ...envelope, type: "theme", theme: "light" }, "https://evil.example");
    from(page, { ...envelope, type: "theme", theme: "dark" });
    assert.equal(page.document.documentElement.dataset.theme, "dark");
});

test("the messages above are hostile: unspoiled ones act", (t) => {
    const time = clock(t);
    const page = fakePage();
    talk(page, HOST);
    const next = random(3);
    for (let count = 0; count < 20_000; count++) {
        time.pass();
        from(page, message(next));
    }
    assert.ok(page.went.length > 10, `${page.went.length} of the right form`);
    assert.ok(odd(next) !== Symbol.iterator);
});
