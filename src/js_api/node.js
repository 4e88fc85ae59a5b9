// For Node: reads the files, for Node's fetch knows none.
import { readFileSync } from "node:fs";
import { initSync, install } from "./llm_breakeven.js";
import { importWith } from "./shared.js";

const file = (name) => readFileSync(new URL(name, import.meta.url));

initSync({ module: file("./llm_breakeven_bg.wasm") });
const catalogueText = file("./catalogue.txt").toString();
install(catalogueText);

export const importFile = importWith(async () => {
    const readers = await import("./importers.js");
    readers.initSync({ module: file("./importers_bg.wasm") });
    readers.install(catalogueText);
    return readers;
});
export { priceUsage } from "./shared.js";
export { catalogue, decodeLink, encodeLink, evaluate, explain, fit, plan, schema, throughput, version } from "./llm_breakeven.js";
