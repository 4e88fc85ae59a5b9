// Starts the page. Trunk names the module and its wasm by their content and writes those names, with their digests,
// into preload links; this file finds them there, so it keeps its own name and needs no inline script.

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

function preloaded(selector) {
    const link = document.head.querySelector(selector);
    if (!link) throw new Error("missing in the page: " + selector);
    return link;
}

async function start() {
    const wasm = preloaded('link[rel="preload"][type="application/wasm"]');
    const glue = preloaded('link[rel="modulepreload"]');
    // Both at once; the browser checks the digests.
    const bytes = fetch(wasm.href, { integrity: wasm.integrity });
    bytes.catch(() => {}); // told below, once, where it is awaited
    const { default: init } = await import(glue.href);
    const response = await bytes;
    if (!response.ok) throw new Error(response.status + " for " + wasm.href);
    await init({ module_or_path: response });
    root.dataset.started = "";
}

start().catch(tellFailure);
