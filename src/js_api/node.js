// For Node: reads the files, for Node's fetch knows none.
import { readFileSync } from "node:fs";
import { initSync, install } from "./llm_breakeven.js";
import { lazily } from "./shared.js";

const file = (name) => readFileSync(new URL(name, import.meta.url));

initSync({ module: file("./llm_breakeven_bg.wasm") });
const catalogueText = file("./catalogue.txt").toString();
install(catalogueText);

export const { importFile, share, train } = lazily(async () => {
    const more = await import("./importers.js");
    more.initSync({ module: file("./importers_bg.wasm") });
    more.install(catalogueText);
    return more;
});
export { priceUsage } from "./shared.js";
export { catalogue, decodeLink, encodeLink, evaluate, explain, fit, plan, schema, throughput, version } from "./llm_breakeven.js";
