# Lays out pkg/: the ES module for browsers and bundlers (index.js) and for Node (node.js).
set -euo pipefail
wasm="$CARGO_TARGET_DIR/wasm32-unknown-unknown/release/llm_breakeven.wasm"
features=(--enable-bulk-memory --enable-nontrapping-float-to-int --enable-sign-ext --enable-mutable-globals
    --enable-reference-types --enable-multivalue)
rm -rf pkg.new
wasm-bindgen --target web --out-dir pkg.new --out-name llm_breakeven "$wasm"
wasm-opt -Oz "${features[@]}" pkg.new/llm_breakeven_bg.wasm -o pkg.new/llm_breakeven_bg.wasm
cat >pkg.new/index.js <<'JS'
// For browsers and bundlers: the wasm file is found beside this one and is ready when the import is.
import init from "./llm_breakeven.js";

await init({ module_or_path: new URL("./llm_breakeven_bg.wasm", import.meta.url) });

export * from "./llm_breakeven.js";
JS
cat >pkg.new/node.js <<'JS'
// For Node: reads the wasm file, for Node's fetch knows no files.
import { readFileSync } from "node:fs";
import { initSync } from "./llm_breakeven.js";

initSync({ module: readFileSync(new URL("./llm_breakeven_bg.wasm", import.meta.url)) });

export * from "./llm_breakeven.js";
JS
version=$(sed -n 's/^version = "\(.*\)"$/\1/p' Cargo.toml | head -n 1)
cat >pkg.new/package.json <<JSON
{
  "name": "llm-breakeven",
  "version": "$version",
  "description": "For an LLM workload: API or GPU, which GPU, how many, and at what volume does the answer change",
  "type": "module",
  "sideEffects": ["./index.js", "./node.js"],
  "types": "./llm_breakeven.d.ts",
  "exports": {
    ".": {
      "types": "./llm_breakeven.d.ts",
      "node": "./node.js",
      "default": "./index.js"
    },
    "./llm_breakeven_bg.wasm": "./llm_breakeven_bg.wasm"
  },
  "files": ["*.js", "*.d.ts", "*.wasm", "README.md"]
}
JSON
rm -rf pkg
mv pkg.new pkg
