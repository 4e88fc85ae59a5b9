# Lays out pkg/: the ES module for browsers and bundlers (index.js) and for Node (node.js).
set -euo pipefail
built="$CARGO_TARGET_DIR/wasm32-unknown-unknown"
features=(--enable-bulk-memory --enable-nontrapping-float-to-int --enable-sign-ext --enable-mutable-globals
    --enable-reference-types --enable-multivalue)
rm -rf pkg.new

# program NAME WASM: the smallest form of a program, with what calls it.
program() {
    wasm-bindgen --target web --no-typescript --out-dir pkg.new --out-name "$1" "$2"
    # as the page's, in index.html
    wasm-opt "${features[@]}" --low-memory-unused --one-caller-inline-max-function-size=20 --flatten --rereloop -Oz -Oz "pkg.new/$1_bg.wasm" -o "pkg.new/$1_bg.wasm"
}
program llm_breakeven "$built/release/llm_breakeven.wasm"
program importers "$built/importer/llm_breakeven.wasm"

# the newest of what build scripts have packed: the one that this build has made or found fresh
packed=$(compgen -G "$built/*/build/llm-breakeven-*/out/catalogue.txt" | xargs ls -t | head -n 1)
cp "$packed" pkg.new/catalogue.txt
cp src/js_api/{index,node,shared}.js pkg.new
cp src/js_api/types.d.ts pkg.new/index.d.ts
cp docs/module.md pkg.new/README.md
version=$(sed -n 's/^version = "\(.*\)"$/\1/p' Cargo.toml | head -n 1)
cat >pkg.new/package.json <<JSON
{
  "name": "llm-breakeven",
  "version": "$version",
  "description": "For an LLM workload: API or GPU, which GPU, how many, and at what volume does the answer change",
  "type": "module",
  "engines": { "node": ">=18" },
  "sideEffects": ["./index.js", "./node.js"],
  "types": "./index.d.ts",
  "exports": {
    ".": {
      "types": "./index.d.ts",
      "node": "./node.js",
      "default": "./index.js"
    },
    "./package.json": "./package.json"
  },
  "files": ["*.js", "*.d.ts", "*.wasm", "catalogue.txt", "README.md"]
}
JSON
rm -rf pkg
mv pkg.new pkg
