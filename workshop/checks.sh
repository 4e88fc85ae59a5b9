# shellcheck shell=bash
# Tests, checks, pictures, benchmarks.

LINE_LIMIT=400

# --- set-up ----------------------------------------------------------------------------------------------------------

# After the tools that the page needs; by then the other lane's apt-get has ended.
test_tools_lane() {
    tools_lane && setup_npm_test_tools && setup_browsers && setup_geckodriver && setup_mdbook && setup_servers && setup_hosts
}

setup_tests() {
    check_wasm_bindgen_pin
    alone "$TOOLS/lock" lanes page_lane test_tools_lane || fail "The set-up did not succeed; see above."
    rm -rf "$TOOLS/build"
}

# --- tests -----------------------------------------------------------------------------------------------------------

FAILED=()

# told NAME COMMAND…: runs COMMAND with its output shown, times it, and remembers a failure for the end.
told() {
    local name=$1 began=$SECONDS status=0
    shift
    say ""
    say "▶ $name"
    set +e
    (
        set -e
        "$@"
    ) 2>&1 | tee "$LOGS/$name.log"
    status=${PIPESTATUS[0]}
    set -e
    local took=$((SECONDS - began))
    if ((status == 0)); then
        printf '%s\t%s\tpassed\n' "$name" "$took" >>"$TABLE"
        say "✓ $name: ${took} s"
    else
        printf '%s\t%s\tFAILED\n' "$name" "$took" >>"$TABLE"
        say "✗ $name: failed after ${took} s"
        FAILED+=("$name")
    fi
    return 0
}

# The core, its documentation and the tools that keep its data; the views are tested in the browsers.
core_tests() { cargo test --no-default-features --features tools; }

# What only a browser can show of a single function; the whole page is in tests/browser.
wasm_tests() (
    page_env
    export CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUNNER=wasm-bindgen-test-runner
    CHROMEDRIVER="$(command -v chromedriver)"
    export CHROMEDRIVER WASM_BINDGEN_TEST_TIMEOUT=120
    cargo test --target wasm32-unknown-unknown --no-default-features --features module --test wasm
)

module_tests() { node --test tests/module/*.mjs; }

# The snippets of docs/hosting.md in the servers themselves.
hosting_tests() {
    if [[ -d $TOOLS/servers ]]; then
        tests/hosting.sh "$TOOLS/servers"
    else
        say "NOT TESTED: nginx and Caddy. They are fetched by apt-get, which is not here."
    fi
}

# Both sides of the messages between a page and the site that embeds it, in Node with a window of their own.
embed_tests() { node --test tests/embed/*.mjs; }

browser_tests() { cargo test -p browser-tests; }

# any_file PATTERN: whether the repository has such a file yet.
any_file() { compgen -G "$1" >/dev/null; }

command_test() {
    begin_table
    told core-tests core_tests
    told fuzz fuzz_tests
    setup_tests
    if any_file tests/wasm.rs; then told wasm-tests wasm_tests; fi
    told page-build page_build
    told single-file single_file
    told module-build module_build
    if any_file 'tests/module/*.mjs'; then told module-tests module_tests; fi
    told hosting-tests hosting_tests
    told embed-tests embed_tests
    told browser-tests browser_tests
    finish
}

finish() {
    print_table
    if ((${#FAILED[@]})); then
        say ""
        fail "failed: ${FAILED[*]}"
    fi
}

# --- checks ----------------------------------------------------------------------------------------------------------

# Tests panic to fail, so what forbids panics holds for the rest alone.
lint() {
    cargo clippy "$@" -- -D warnings
    cargo clippy --all-targets "$@" -- -D warnings -A clippy::unwrap_used -A clippy::expect_used -A clippy::panic
}

documentation() { RUSTDOCFLAGS="-D warnings" cargo doc --no-deps --workspace --document-private-items; }

line_limits() {
    local file lines long=0
    while read -r file; do
        [[ -f $file ]] || continue
        lines=$(wc -l <"$file")
        if ((lines > LINE_LIMIT)); then
            say "$file has $lines lines, $LINE_LIMIT are allowed"
            long=1
        fi
    done < <(git ls-files -- '*.rs' '*.sh' '*.js' '*.mjs' '*.css' '*.html' dev .ci/run)
    return $long
}

# The database of advisories is fetched from its own host; a network without it is told, not passed over in silence.
dependencies() {
    cargo deny --all-features check bans licenses sources
    if timeout 120 cargo deny fetch db >"$LOGS/advisory-db.log" 2>&1; then
        cargo deny --all-features check advisories
    else
        say "NOT CHECKED: advisories. Their database cannot be fetched from this network."
    fi
}

# Facts older than 90 days are listed; they are no error, for a source may have nothing newer.
stale_prices() { command_prices --stale "$(date -u +%F)" || true; }

command_prices() { cargo run --quiet --no-default-features --features tools --bin prices -- "$@"; }

# The sizing model against measured points (docs/measurements.md has their form), and the refit of its constants.
command_accuracy() { cargo run --quiet --release --no-default-features --features tools --bin accuracy -- "$@" >ACCURACY.md.new && mv ACCURACY.md.new ACCURACY.md; }
command_calibrate() { cargo run --quiet --release --no-default-features --features tools --bin calibrate -- "$@"; }

formatted() { cargo fmt --all --check && cargo fmt --manifest-path fuzz/Cargo.toml --check; }

command_check() {
    begin_table
    setup_cargo_deny
    told format formatted
    told line-limits line_limits
    told clippy-core lint --no-default-features --features tools
    told clippy-page lint --features app
    told clippy-prerender lint --no-default-features --features prerender
    told clippy-module lint --no-default-features --features module
    told clippy-browser-tests lint -p browser-tests
    told documentation documentation
    told stale-prices stale_prices
    told dependencies dependencies
    finish
}

# --- pictures and numbers --------------------------------------------------------------------------------------------

command_shots() {
    begin_table
    setup_browsers
    [[ -f dist/index.html ]] || command_build
    cargo run --quiet -p browser-tests --bin shots -- "$@"
}

command_bench() {
    begin_table
    setup_tests
    step page "" page_build
    step single-file "" single_file
    step module "" module_build
    (
        export CARGO_PROFILE_RELEASE_OPT_LEVEL=3 CARGO_PROFILE_RELEASE_LTO=off
        cargo run --quiet --release -p browser-tests --bin bench -- "$@"
    )
}
