# shellcheck shell=bash
# The page (dist/) and the ES module (pkg/), and serving the page.

DEFAULT_PORT=8080

# --- lanes of the set-up ---------------------------------------------------------------------------------------------

# The compiler's lane also builds the page's crates, while the other lane still builds the tools.
page_lane() {
    setup_wasm_std || return 1
    step page-crates "" compile_page || return 1
    step prerender-crates "" compile_prerender
}

tools_lane() {
    setup_binaryen && setup_trunk && setup_wasm_bindgen
}

setup_page() {
    check_wasm_bindgen_pin
    alone "$TOOLS/lock" lanes page_lane tools_lane || fail "The set-up did not succeed; see above."
    rm -rf "$TOOLS/build"
}

# --- the page --------------------------------------------------------------------------------------------------------

# The same call that Trunk makes, so that Trunk finds everything fresh.
compile_page() (
    page_env
    cargo build --release --target wasm32-unknown-unknown --bin app --features page
)

# The program that writes the first view: native, run once per build, so compiled for a fast build. Its profile keeps
# the page's name and LTO setting and it names its target, for then cargo takes the build-time crates (macros and what
# they need, two thirds of the work) from the page's build; the flags turn LTO off for this program alone.
native_target() { "${RUSTC:-rustc}" -vV | sed -n 's/^host: //p'; }

compile_prerender() (
    page_env
    local target flags
    target=$(native_target)
    flags="CARGO_TARGET_$(tr 'a-z-' 'A-Z_' <<<"$target")_RUSTFLAGS"
    export CARGO_PROFILE_RELEASE_OPT_LEVEL=0 CARGO_PROFILE_RELEASE_CODEGEN_UNITS=16
    export "$flags=-Clto=off -Clinker-plugin-lto=no -Cembed-bitcode=no"
    cargo build --release --target "$target" --no-default-features --features prerender --bin prerender
)

WORKER=$ROOT/target/page/wasm32-unknown-unknown/workbench/llm_breakeven.wasm

# The worker's program, which the page fetches when a larger view is first opened: built for speed, not for size.
compile_worker() (
    page_env
    cargo build --profile workbench --target wasm32-unknown-unknown --lib --no-default-features --features workbench
)

# add_worker DIST: puts the worker into a page that has its catalogue.
add_worker() (
    local dist=$1 out=$ROOT/target/workbench
    compile_worker
    page_env
    rm -rf "$out"
    wasm-bindgen --target web --no-typescript --out-dir "$out" --out-name workbench \
        "$WORKER"
    wasm-opt -O2 "${WASM_FEATURES[@]}" "$out/workbench_bg.wasm" -o "$out/workbench_bg.wasm"
    prerender worker "$dist" "$out"
)

prerender() { "$ROOT/target/page/$(page_env && native_target)/release/prerender" "$@"; }

# Called by Trunk after each build, with the folder that will become dist/.
finish_page() {
    local dist=${1:-${TRUNK_STAGING_DIR:-$ROOT/dist}}
    mend_preloads "$dist/index.html"
    sed -i '/^ *\/\/ /d' "$dist"/{boot,embed,frame}.js # every reader loads them: without their comments
    compile_prerender
    prerender first-view "$dist"
    if [[ -z ${SERVING:-} ]]; then
        add_worker "$dist"
        prerender seal "$dist"
    elif [[ -f $WORKER ]]; then # the very first page of `./dev serve` does not wait: it lacks the larger views
        add_worker "$dist"
    fi
}

# The whole page as one file; from a built dist/.
single_file() { prerender single-file "$ROOT/dist" "$ROOT/dist/llm-breakeven.html"; }

# What wasm-opt may use: what every browser of the last years has.
WASM_FEATURES=(--enable-bulk-memory --enable-nontrapping-float-to-int --enable-sign-ext --enable-mutable-globals
    --enable-reference-types --enable-multivalue)

# Trunk's preload of the wasm costs more than it saves: WebKit fetches the file twice, for a preload without CORS and
# one with it match different requests in different engines, and Chromium warns of its digest. boot.js, which is small
# and first, reads name and digest from a meta element instead, and fetches at once. The glue becomes a script that only
# defines, for WebKit checks no digest of a preload. Frames without rights get what has a digest by CORS alone.
mend_preloads() {
    sed -i -E \
        -e 's|<link rel="preload" href="([^"]*\.wasm)"[^>]* integrity="([^"]*)"[^>]*>|<meta name="wasm" content="\1" data-integrity="\2">|' \
        -e 's|<link rel="modulepreload" href="([^"]*)"([^>]*)>|<script id="glue" type="module" src="\1"\2></script>|' \
        -e 's|<link rel="stylesheet" |<link rel="stylesheet" crossorigin="anonymous" |' "$1"
    grep -q '<meta name="wasm"' "$1" && grep -q '<script id="glue"' "$1" || fail "Trunk's preload links are not as expected in $1"
}

page_build() { alone "$ROOT/target/page-lock" trunk_build; }

trunk_build() (
    page_env
    trunk build --release
)

module_build() (
    page_env
    cargo build --release --target wasm32-unknown-unknown --lib --no-default-features --features module
    cargo build --profile importer --target wasm32-unknown-unknown --lib --no-default-features --features importer
    bash workshop/module.sh
)

command_build() {
    [[ -z ${1:-} || $1 == --single-file ]] || fail "build knows --single-file, not $1"
    begin_table
    setup_page
    step page "" page_build
    [[ -z ${1:-} ]] || step single-file "" single_file
    step module "" module_build
    print_table
}

# --- serving ---------------------------------------------------------------------------------------------------------

port_is_free() { ! (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

free_port() {
    local port=$1
    until port_is_free "$port"; do port=$((port + 1)); done
    echo "$port"
}

# Serves a folder of its own, so that `./dev build` and the tests have dist/ to themselves.
command_serve() {
    local port server worker=""
    port=$(free_port "${1:-${PORT:-$DEFAULT_PORT}}")
    begin_table
    export SERVING=1 # without a service worker: a page being worked on is not to be kept
    setup_page
    page_env
    mkdir -p target/serve
    trunk serve --release --no-autoreload true --dist target/serve --address 127.0.0.1 --port "$port" &
    server=$!
    trap 'kill $server $worker 2>/dev/null || true; rm -rf "$TABLE" "$RUNNING"' EXIT
    while port_is_free "$port"; do
        kill -0 "$server" 2>/dev/null || fail "The build failed; see above."
        sleep 0.2
    done
    print_table
    say ""
    say "LLM Breakeven is at http://127.0.0.1:$port/ (it rebuilds when a source changes; reload to see it; Ctrl+C ends it)"
    if [[ ! -f $WORKER ]]; then
        say "  … once: the worker, which makes the larger views, is being compiled"
        step worker "" add_worker target/serve &
        worker=$!
    fi
    wait "$server"
}

command_setup() {
    begin_table
    setup_tests
    setup_cargo_deny
    print_table
}
