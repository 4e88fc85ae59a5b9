// For browsers and bundlers: files are found beside this one, and all is ready when the import is.
import init, { install } from "./llm_breakeven.js";
import { importWith } from "./shared.js";

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

export const importFile = importWith(async () => {
    const readers = await import("./importers.js");
    await readers.default({ module_or_path: new URL("./importers_bg.wasm", import.meta.url) });
    readers.install(catalogueText);
    return readers;
});
export { priceUsage } from "./shared.js";
export { catalogue, decodeLink, encodeLink, evaluate, explain, fit, plan, schema, throughput, version } from "./llm_breakeven.js";
