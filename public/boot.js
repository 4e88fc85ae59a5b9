// Starts the page. Trunk names the module and its wasm by their content; the build leaves those names, with their
// digests, in the page's head. This file finds them there, so it keeps its own name and needs no inline script.

const root = document.documentElement;

// What the query asks for becomes attributes of the root, where style sheet and program find it.
const query = new URLSearchParams(location.search);
const embedded = query.has("embed");
for (const name of embedded ? ["embed", "card", "readonly", "lock", "hide"] : []) {
    if (query.has(name)) root.dataset[name] = query.get(name);
}
if (/^(dark|light)$/.test(query.get("theme"))) root.dataset.theme = query.get("theme");

// A link carries someone's figures: dim the prerendered default ones until the page shows the right ones.
if (location.hash.length > 1) root.dataset.pending = "";

function tellFailure(error) {
    console.error(error);
    delete root.dataset.pending;
    const place = document.getElementById("boot-message");
    if (!place) return;
    place.textContent =
        "This page could not start its calculator, so nothing here reacts. " +
        "It needs a browser with WebAssembly (any from 2023 on) and its files from this site unblocked. " +
        "Your link still holds all your figures: open it in another browser. " +
        "(" + error + ")";
    place.hidden = false;
}

function inHead(selector) {
    const element = document.head.querySelector(selector);
    if (!element) throw new Error("missing in the page: " + selector);
    return element;
}

async function named(part) {
    const { content, dataset } = inHead(`meta[name="${part}"]`);
    const response = await fetch(content, { integrity: dataset.integrity });
    if (!response.ok) throw new Error(response.status + " for " + content);
    return response;
}

// What the page consists of; the one-file page brings its own (single-file/page.js). The browser checks the digests.
const parts = globalThis.parts ?? {
    glue: () => new Promise((resolve, reject) => {
        // this script comes first, so the glue's events are still to come; WebKit would load it again without its digest
        const glue = inHead("#glue");
        glue.onload = () => resolve(import(glue.src));
        glue.onerror = () => reject(new Error("could not load " + glue.src));
    }),
    wasm: () => named("wasm"),
    catalogue: async () => (await named("catalogue")).text(),
    worker: () => new Worker(inHead('meta[name="worker"]').content, { type: "module" }),
};

// The larger views are made in a worker, started when the first of them is opened. Each request is answered once, with
// a view as text; a worker that broke is replaced at the next request.
let worker, serial = 0;
const waiting = new Map();

function failWaiting(message) {
    worker?.terminate();
    worker = undefined;
    for (const done of waiting.values()) done("A\tThis view could not be made: " + message + ". Your inputs are safe; open the view again.");
    waiting.clear();
}

globalThis.askWorker = (request, files, done) => {
    try {
        if (!worker) {
            worker = parts.worker();
            worker.onmessage = ({ data: [id, answer, broken, share] }) => {
                if (share !== undefined) {
                    const told = document.querySelector("#view [role=status]");
                    if (told) told.textContent = "Working … " + Math.round(share * 100) + "%";
                    return;
                }
                const done = waiting.get(id);
                waiting.delete(id);
                done?.(answer);
                if (broken) failWaiting(broken);
            };
            worker.onerror = (event) => failWaiting(event.message || "its program did not load");
        }
        waiting.set(++serial, done);
        worker.postMessage([serial, request, files ? [...files] : []]);
    } catch (error) {
        failWaiting(error);
    }
};

async function start() {
    // all at once
    const [wasm, catalogue, glue] = [parts.wasm(), parts.catalogue(), parts.glue()];
    for (const part of [wasm, catalogue, glue]) part.catch(() => {}); // told below, once, where it is awaited
    const { default: init } = await glue;
    globalThis.catalogue = await catalogue;
    await init({ module_or_path: await wasm });
    root.dataset.started = "";
    if (embedded && query.has("host")) {
        const { talk } = await import("./frame.js");
        talk(window, query.get("host"));
    }
}

// Offline: a service worker keeps the page's files, and with the manifest the page can be installed. In frames and embeds
// both are left alone, and where the build has put no version into the page.
async function keepOffline() {
    const known = document.head.querySelector('meta[name="version"]');
    if (!known || top !== window || new URLSearchParams(location.search).has("embed") || !navigator.serviceWorker) return;
    // only now, for browsers fetch it and its icon before the program
    document.head.append(Object.assign(document.createElement("link"), { rel: "manifest", href: "./manifest.webmanifest" }));
    const registration = await navigator.serviceWorker.register("./sw.js");
    const toast = document.getElementById("update");
    const offer = () => {
        // without a controller this is the first version
        if (registration.waiting && navigator.serviceWorker.controller) toast.hidden = false;
    };
    const [now, later] = toast.querySelectorAll("button");
    later.onclick = () => (toast.hidden = true);
    now.onclick = () => {
        navigator.serviceWorker.oncontrollerchange = () => location.reload();
        // another tab may have been faster
        if (registration.waiting) registration.waiting.postMessage("activate");
        else location.reload();
    };
    offer();
    registration.onupdatefound = () => registration.installing?.addEventListener("statechange", offer);
}

start()
    .catch(tellFailure)
    // after all else, and also for a version that does not start, so that its successor is found
    .finally(() => setTimeout(() => keepOffline().catch((error) => console.info("Not kept for offline use: " + error)), 1000));
