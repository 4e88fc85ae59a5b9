// Starts the page. Trunk names the module and its wasm by their content; the build leaves those names, with their
// digests, in the page's head. This file finds them there, so it keeps its own name and needs no inline script.

const root = document.documentElement;

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

async function fetchWhole(name, integrity) {
    const response = await fetch(name, { integrity });
    if (!response.ok) throw new Error(response.status + " for " + name);
    return response;
}

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
            worker = new Worker(inHead('meta[name="worker"]').content, { type: "module" });
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
    const wasm = inHead('meta[name="wasm"]');
    const glue = inHead('link[rel="modulepreload"]');
    const catalogue = inHead('meta[name="catalogue"]');
    // All at once; the browser checks the digests.
    const fetched = [wasm, catalogue].map((file) => fetchWhole(file.content, file.dataset.integrity));
    fetched.forEach((response) => response.catch(() => {})); // told below, once, where it is awaited
    const { default: init } = await import(glue.href);
    globalThis.catalogue = await (await fetched[1]).text();
    await init({ module_or_path: await fetched[0] });
    root.dataset.started = "";
}

start().catch(tellFailure);
