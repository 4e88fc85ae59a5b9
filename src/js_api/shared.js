// What browsers and Node have in common.
import { priceUsage as priceJson } from "./llm_breakeven.js";

// JSON would make null of numbers that are none, and a price of null is no price: they are named instead.
const kept = (key, value) =>
    typeof value === "bigint" || (typeof value === "number" && !Number.isFinite(value)) ? String(value) : value;

export function priceUsage(request) {
    let json;
    try {
        json = JSON.stringify(request, kept);
    } catch {
        // what contains itself is no request
    }
    return priceJson(json ?? "");
}

/** What is loaded at the first call of one of them, and again after a failure: readers of files, shared GPUs, training. */
export function lazily(load) {
    let program;
    const loaded = () => {
        program ??= load();
        return program.catch((error) => {
            program = undefined;
            throw error;
        });
    };
    return {
        async importFile(name, bytes, today = new Date().toISOString().slice(0, 10)) {
            const whole = bytes instanceof ArrayBuffer ? new Uint8Array(bytes) : bytes;
            if (!(whole instanceof Uint8Array))
                throw { field: "bytes", reason: "These are no bytes.", hint: "Give a Uint8Array or an ArrayBuffer." };
            for (const [field, value] of [["name", name], ["today", today]])
                if (typeof value !== "string") throw { field, reason: "This is no text.", hint: "Write a text." };
            return (await loaded()).importFile(name, whole, today);
        },
        share: async (setup) => (await loaded()).share(setup),
        train: async (setup) => (await loaded()).train(setup),
    };
}
