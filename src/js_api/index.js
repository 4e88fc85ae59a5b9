// For browsers and bundlers: files are found beside this one, and all is ready when the import is.
import init, { install } from "./llm_breakeven.js";
import { lazily } from "./shared.js";

async function text(url) {
    const response = await fetch(url);
    if (!response.ok) throw new Error(`${url}: ${response.status}`);
    return response.text();
}

const [catalogueText] = await Promise.all([
    text(new URL("./catalogue.txt", import.meta.url)),
    init({ module_or_path: new URL("./llm_breakeven_bg.wasm", import.meta.url) }),
]);
install(catalogueText);

export const { importFile, share, train } = lazily(async () => {
    const more = await import("./importers.js");
    await more.default({ module_or_path: new URL("./importers_bg.wasm", import.meta.url) });
    more.install(catalogueText);
    return more;
});
export { priceUsage } from "./shared.js";
export { catalogue, decodeLink, encodeLink, evaluate, explain, fit, plan, schema, throughput, version } from "./llm_breakeven.js";
