// The page's side of the messages with the site that embeds it. boot.js loads it in a frame alone; the other side is
// embed.js, the forms are in docs/embedding.md.

/**
 * Tells the host what it may know, and takes from it what it may say.
 * @param {Window & typeof globalThis} page
 * @param {string} host the one origin that is listened to and spoken to
 */
export function talk(page, host) {
    const { document, parent } = page;
    const root = document.documentElement;
    if (parent === page || (host !== "null" && !isOrigin(host))) return;

    /** @param {import("./embed").FromCalculator} message */
    const tell = (message) => parent.postMessage(message, host === "null" ? "*" : host);

    let since = 0, count = 0;
    page.addEventListener("message", ({ source, origin, data }) => {
        if (source !== parent || origin !== host) return;
        const now = Date.now();
        if (now - since >= 1000) [since, count] = [now, 0];
        if (++count > 20 || data?.ns !== "llmbe" || data.v !== 1) return;
        if (data.type === "theme" && (data.theme === "dark" || data.theme === "light")) {
            root.dataset.theme = data.theme;
        } else if (data.type === "set" && typeof data.scenario === "string" && data.scenario.length <= 4000) {
            // replaces, for the history is the host's; reading it is total, so any text will do
            page.location.replace("#" + data.scenario.replace(/^#/, ""));
        }
    });

    // the program writes it when a hand has changed something
    new page.MutationObserver(() => {
        const { scenario } = root.dataset;
        if (scenario) tell({ ns: "llmbe", v: 1, type: "change", scenario });
    }).observe(root, { attributeFilter: ["data-scenario"] });

    /** @type {number | undefined} */
    let later;
    let told = 0;
    new page.ResizeObserver(() => {
        later ??= page.setTimeout(() => {
            later = undefined;
            const height = Math.ceil(document.body.getBoundingClientRect().height);
            if (height !== told) tell({ ns: "llmbe", v: 1, type: "height", height: (told = height) });
        }, 100);
    }).observe(document.body);

    tell({ ns: "llmbe", v: 1, type: "ready" });
}

/** @param {string} text */
function isOrigin(text) {
    try {
        return new URL(text).origin === text;
    } catch {
        return false;
    }
}
