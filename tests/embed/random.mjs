// Hostile messages, always the same for one seed.

/** Numbers in [0, 1), mulberry32. */
export function random(seed) {
    let state = seed >>> 0;
    return () => {
        state = (state + 0x6d2b79f5) >>> 0;
        let t = Math.imul(state ^ (state >>> 15), state | 1);
        t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
        return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
    };
}

const ODD = [
    null, undefined, true, 0, -1, 1e308, -1e308, NaN, Infinity, -Infinity, "", "llmbe", "ready", "1;t=5B", [], {}, ["llmbe", 1, "ready"],
    "x".repeat(5000), "1;t=5B\n", "1;t=<b>", "#", "javascript:alert(1)", "\u0000", "\ud800", 10n, new Date(0), new Map([["ns", "llmbe"]]),
    { ns: "llmbe" }, new Uint8Array(4), "dark ", "DARK", "light\n", { toString: "dark" }, [["dark"]], ["dark"], [400], "400", "0x190",
];
const TYPES = ["ready", "height", "theme", "set", "change", "Ready", "", "close", "eval", "__proto__", null, 1, ["height"]];

/** A value of any kind. */
export function odd(next) {
    return ODD[Math.floor(next() * ODD.length)];
}

/** A message that is nearly right, or not at all. */
export function message(next) {
    if (next() < 0.15) return odd(next);
    const one = { ns: next() < 0.7 ? "llmbe" : odd(next), v: next() < 0.7 ? 1 : odd(next), type: TYPES[Math.floor(next() * TYPES.length)] };
    for (const name of ["height", "theme", "scenario", "origin", "source", "constructor"]) {
        if (next() < 0.5) one[name] = odd(next);
    }
    return one;
}
