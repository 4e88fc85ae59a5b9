// embed.js, the host's side, in a document with no more than it uses.
import assert from "node:assert/strict";
import fs from "node:fs";
import test from "node:test";
import vm from "node:vm";
import { message, random } from "./random.mjs";

const CODE = fs.readFileSync(new URL("../../public/embed.js", import.meta.url), "utf8");
const envelope = { ns: "llmbe", v: 1 };

class FakeElement {
    attributes = new Map(); style = {}; dataset = {}; classList = []; children = []; events = []; textContent = ""; parentElement = null;
    getAttribute(name) { return this.attributes.get(name) ?? null; }
    hasAttribute(name) { return this.attributes.has(name); }
    setAttribute(name, value) {
        this.attributes.set(name, String(value));
        this.attributeChangedCallback?.(name);
    }
    title = "";
    get firstElementChild() { return this.children[0] ?? null; }
    attachShadow() { return (this.shadow = new FakeElement()); }
    append(child) { this.children.push(child); child.owner = this; }
    replaceChildren(...children) { this.children = []; for (const child of children) this.append(child); }
    remove() { this.owner.children = this.owner.children.filter((one) => one !== this); }
    querySelector(tag) { return this.children.find((one) => one.tag === tag) ?? null; }
    addEventListener() {}
    removeEventListener() {}
    dispatchEvent(event) { this.events.push(event); }
}

/** A page of `origin` with embed.js from the calculator's host. */
function fakeHost({ origin = "https://docs.example", src = "https://calculator.example/app/embed.js" } = {}) {
    const listeners = new Set(), timers = [], defined = new Map(), background = new Map();
    const html = new FakeElement(), body = new FakeElement(), observers = [];
    body.parentElement = html;
    const system = { addEventListener() {}, removeEventListener() {} };
    const sandbox = {
        origin, URL, Date: { now: () => host.now }, HTMLElement: FakeElement, matchMedia: () => system,
        customElements: { get: (name) => defined.get(name), define: (name, element) => defined.set(name, element) },
        document: {
            currentScript: src && { src }, baseURI: origin + "/guide/", documentElement: html, body, querySelector: () => null,
            createElement: (tag) => Object.assign(new FakeElement(), { tag, contentWindow: tag === "iframe" ? { sent: [], postMessage(data, to) { this.sent.push([structuredClone(data), to]); } } : undefined }),
        },
        getComputedStyle: (element) => ({ backgroundColor: background.get(element) ?? "rgba(0, 0, 0, 0)" }),
        CSSStyleSheet: class { replaceSync() {} },
        MutationObserver: class { constructor(act) { observers.push(act); } observe() {} disconnect() {} },
        CustomEvent: class { constructor(type, init) { Object.assign(this, { type }, init); } },
        addEventListener: (type, listener) => type === "message" && listeners.add(listener),
        removeEventListener: (type, listener) => listeners.delete(listener),
        setTimeout: (act) => timers.push(act),
    };
    vm.runInNewContext(CODE, sandbox);
    const host = {
        now: 0, html, body, background,
        repaint() { for (const act of observers) act(); },
        tick() { for (const act of timers.splice(0)) act(); },
        hear(event) { for (const listener of [...listeners]) listener.handleEvent({ type: "message", ...event }); },
        element(attributes = {}, text = "") {
            const element = new (defined.get("llm-breakeven"))();
            Object.assign(element, { parentElement: body, textContent: text });
            for (const [name, value] of Object.entries(attributes)) element.attributes.set(name, value);
            element.connectedCallback();
            return element;
        },
    };
    return host;
}

const frame = (element) => element.shadow.querySelector("iframe");
const says = (host, element, data, origin = "https://calculator.example", source = frame(element).contentWindow) => host.hear({ data: structuredClone(data), origin, source });
/** What hostile messages must leave alone. */
const state = (element) => JSON.stringify([frame(element).style, frame(element).contentWindow.sent, element.events, element.shadow.children.map((one) => one.tag), String(frame(element).src)]);

test("attributes become the frame's address and sandbox", () => {
    const host = fakeHost();
    const element = host.element({ scenario: "1;t=7B", theme: "dark", lock: "gpu,model", hide: "chart", readonly: "", card: "" });
    const url = new URL(frame(element).src);
    assert.equal(url.origin + url.pathname, "https://calculator.example/app/");
    assert.equal(url.hash, "#1;t=7B");
    assert.deepEqual(Object.fromEntries(url.searchParams), { embed: "", host: "https://docs.example", theme: "dark", card: "", readonly: "", lock: "gpu,model", hide: "chart" });
    assert.equal(frame(element).getAttribute("sandbox"), "allow-scripts allow-same-origin allow-downloads allow-popups allow-popups-to-escape-sandbox");
    assert.equal(frame(element).loading, "lazy");
    const moved = fakeHost().element({ src: "../calculator/" });
    assert.equal(frame(moved).getAttribute("sandbox"), null, "of the host's own origin");
    assert.match(String(frame(moved).src), /^https:\/\/docs\.example\/calculator\/\?embed=/);
    assert.equal(moved.shadow.querySelector("slot"), null);
});

test("an address that is none leaves what the author wrote", () => {
    for (const src of ["javascript:alert(1)", "data:text/html,x", "blob:x", "http://[", "file:///etc/"]) {
        const host = fakeHost();
        let element;
        try {
            element = host.element({ src }, "a table");
        } catch (error) {
            assert.match(error.message, /Invalid URL/);
            continue;
        }
        assert.equal(frame(element), null, src);
        assert.ok(element.shadow.querySelector("slot"), src);
    }
});

test("what the author wrote stays until the calculator has started", () => {
    const host = fakeHost();
    const element = host.element({}, "a table");
    assert.ok(element.shadow.querySelector("slot"));
    says(host, element, { ...envelope, type: "ready" });
    assert.equal(element.shadow.querySelector("slot"), null);
});

test("height, changes, colours and scenario go their ways", () => {
    const host = fakeHost();
    const element = host.element({ scenario: "1;t=7B" });
    says(host, element, { ...envelope, type: "ready" });
    for (const [height, drawn] of [[700.2, "701px"], [1e9, "4000px"], [-5, "60px"]]) {
        says(host, element, { ...envelope, type: "height", height });
        assert.equal(frame(element).style.height, drawn);
    }
    says(host, element, { ...envelope, type: "change", scenario: "1;t=8B;k=12ab" });
    assert.equal(element.events.length, 1);
    assert.deepEqual({ ...element.events[0].detail }, { scenario: "1;t=8B;k=12ab", link: "https://calculator.example/app/#1;t=8B;k=12ab" });
    host.html.dataset.theme = "dark";
    host.repaint();
    for (const t of [1, 2, 3]) element.setAttribute("scenario", `1;t=${t}B`);
    host.tick();
    const calculator = "https://calculator.example";
    assert.deepEqual(frame(element).contentWindow.sent, [
        [{ ...envelope, type: "theme", theme: "light" }, calculator],
        [{ ...envelope, type: "theme", theme: "dark" }, calculator],
        [{ ...envelope, type: "set", scenario: "1;t=3B" }, calculator],
    ]);
});

test("the colours of every tool are understood", () => {
    const cases = [
        [(host) => { host.html.dataset.theme = "dark"; }, "dark"], // Docusaurus, Starlight
        [(host) => { host.html.dataset.theme = "light"; }, "light"],
        [(host) => { host.body.dataset.mdColorScheme = "slate"; }, "dark"], // MkDocs Material
        [(host) => { host.body.dataset.mdColorScheme = "default"; }, "light"],
        ...["coal", "navy", "ayu"].map((name) => [(host) => { host.html.classList = ["js", name, "sidebar-visible"]; }, "dark"]), // mdBook
        ...["light", "rust"].map((name) => [(host) => { host.html.classList = [name, "js"]; }, "light"]),
        [(host) => { host.body.dataset.theme = "dark"; }, "dark"], // Furo
        [(host) => { host.body.dataset.theme = "auto"; host.background.set(host.body, "rgb(19, 20, 22)"); }, "dark"],
        [(host) => { host.body.dataset.theme = "auto"; host.background.set(host.body, "rgb(255, 255, 255)"); }, "light"],
        [(host) => { host.background.set(host.html, "rgba(10, 10, 10, 0.9)"); }, "dark"], // any other
        [() => {}, "light"],
    ];
    for (const [dress, theme] of cases) {
        const host = fakeHost();
        dress(host);
        assert.equal(new URL(frame(host.element()).src).searchParams.get("theme"), theme, String(dress));
    }
    assert.equal(new URL(frame(fakeHost().element({ theme: "purple" })).src).searchParams.get("theme"), "light", "no theme is auto");
});

test("the frame is held to its origin, in the strictest sandbox to none", () => {
    for (const [sandbox, origin, target] of [[undefined, "https://calculator.example", "https://calculator.example"], ["allow-scripts", "null", "*"]]) {
        const host = fakeHost();
        const element = host.element(sandbox && { sandbox });
        const before = state(element);
        for (const other of ["null", "https://calculator.example", "https://calculator.example.evil", "http://calculator.example", ""]) {
            if (other !== origin) says(host, element, { ...envelope, type: "height", height: 300 }, other);
        }
        assert.equal(state(element), before);
        says(host, element, { ...envelope, type: "ready" }, origin);
        assert.equal(frame(element).contentWindow.sent[0][1], target);
    }
});

test("100,000 forged and malformed messages change nothing", () => {
    const host = fakeHost();
    const [one, other] = [host.element({ scenario: "1;t=7B" }, "a table"), host.element()];
    const before = [state(one), state(other)];
    const next = random(4);
    for (let count = 0; count < 100_000; count++) {
        host.now += 1000;
        const forged = next() < 0.5;
        let data = message(next);
        if (forged) {
            // well-formed, but from elsewhere: another window, no window, another origin
            data = next() < 0.5 ? data : { ...envelope, type: ["ready", "height", "change"][count % 3], height: 300, scenario: "1;t=1" };
            const calculator = "https://calculator.example";
            const [source, origin] = [[{}, calculator], [null, calculator], [frame(other).contentWindow, "null"], [frame(one).contentWindow, "null"], [frame(one).contentWindow, ""]][count % 5];
            says(host, one, data, origin, source);
        } else {
            if (data?.ns === "llmbe" && data.v === 1) data.v = 2; // else it might be right
            says(host, count % 2 ? one : other, data);
        }
    }
    assert.deepEqual([state(one), state(other)], before);
    says(host, one, { ...envelope, type: "ready" });
    assert.notEqual(state(one), before[0], "the true one is heard");
    assert.equal(state(other), before[1], "by its own element alone");
});

test("malformed fields of the frame itself change nothing", () => {
    const host = fakeHost();
    const element = host.element();
    says(host, element, { ...envelope, type: "ready" });
    const before = state(element);
    for (const height of [NaN, Infinity, -Infinity, "300", null, undefined, [300], {}, 10n]) {
        host.now += 1000;
        says(host, element, { ...envelope, type: "height", height });
    }
    for (const scenario of ["", " ", "1;t=5B\n", "1;t=<b>", "javascript:alert(1)", "1;t=5B#x", "../", "x".repeat(4001), 5, null, ["1;t=5B"], { length: 3 }]) {
        host.now += 1000;
        says(host, element, { ...envelope, type: "change", scenario });
    }
    assert.equal(state(element), before);
});

test("a flood is bounded, and another element's frame is not held up by it", () => {
    const host = fakeHost();
    const [loud, quiet] = [host.element(), host.element()];
    for (let count = 0; count < 100_000; count++) says(host, loud, { ...envelope, type: "change", scenario: "1;t=" + count });
    assert.equal(loud.events.length, 20);
    says(host, quiet, { ...envelope, type: "change", scenario: "1;t=7B" });
    assert.equal(quiet.events.length, 1);
    host.now += 1000;
    says(host, loud, { ...envelope, type: "height", height: 500 });
    assert.equal(frame(loud).style.height, "500px", "and the next second is a new one");
});

test("an element that was taken out hears nothing, and may come back", () => {
    const host = fakeHost();
    const element = host.element();
    const old = frame(element).contentWindow;
    element.disconnectedCallback();
    says(host, element, { ...envelope, type: "change", scenario: "1" }, "null", old);
    assert.equal(element.events.length, 0);
    element.connectedCallback();
    says(host, element, { ...envelope, type: "change", scenario: "1" }, "null", old);
    assert.equal(element.events.length, 0, "its former frame is a stranger");
    says(host, element, { ...envelope, type: "change", scenario: "1" });
    assert.equal(element.events.length, 1);
});
