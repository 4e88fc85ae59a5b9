# shellcheck shell=bash
# Fuzzing with libFuzzer. The targets are in fuzz/, in cargo-fuzz's form; they are built here without it, because the
# coverage that libFuzzer follows is a pass of LLVM that stable Rust has too: no nightly is needed.

FUZZ_BUILD=$ROOT/target/fuzz

fuzz_targets() { (cd "$ROOT/fuzz/fuzz_targets" && printf '%s\n' *.rs | sed 's/\.rs$//'); }

build_fuzz_targets() (
    export CARGO_TARGET_DIR=$FUZZ_BUILD
    # flags for the target alone, so that build scripts are not followed
    export RUSTFLAGS="--cfg fuzzing -Ccodegen-units=1 -Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 \
-Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-pc-table \
-Cllvm-args=-sanitizer-coverage-trace-compares"
    cargo build --quiet --release --manifest-path fuzz/Cargo.toml --target "$(native_target)"
)

# fuzz_one TARGET FOUND LIMIT…: what it finds new is kept in FOUND, what breaks in fuzz/artifacts/.
fuzz_one() (
    local target=$1 found=$2 log=$FUZZ_BUILD/$1.log status=0 began=$SECONDS
    shift 2
    mkdir -p "$found" fuzz/artifacts
    "$FUZZ_BUILD/$(native_target)/release/$target" "$@" -timeout=10 -rss_limit_mb=2048 \
        -max_len=8192 -print_final_stats=1 -artifact_prefix="fuzz/artifacts/$target-" "$found" "fuzz/corpus/$target" \
        >"$log" 2>&1 || status=$?
    local runs seeds covered
    runs=$(sed -n 's/^stat::number_of_executed_units: *//p' "$log")
    covered=$(sed -n 's/.* cov: \([0-9]*\) .*/\1/p' "$log" | tail -1)
    seeds=$(find "fuzz/corpus/$target" -type f | wc -l)
    say "$(printf '  %-18s %10s inputs in %4s s, %6s places of the code, from %s' "$target" "${runs:-?}" "$((SECONDS - began))" "${covered:-?}" "$seeds")"
    if ((status != 0)); then
        tail -30 "$log"
        say "$target: broke; the input is in fuzz/artifacts/. Once mended, keep it in fuzz/corpus/$target/."
    fi
    return "$status"
)

fuzz_for() { fuzz_one "$1" "$FUZZ_BUILD/corpus/$1" -max_total_time="$2"; }

# fuzz_each COMMAND…: builds the targets and runs the command with each of them; fails when one of them broke.
fuzz_each() {
    local target failed=0
    build_fuzz_targets
    for target in $(fuzz_targets); do "$1" "$target" "${@:2}" || failed=1; done
    return "$failed"
}

# The run of `./dev test`: the same inputs each time, for a test must not fail by chance. `./dev fuzz` looks for new ones.
FUZZ_TEST_RUNS=5000
fuzz_test() { fuzz_one "$1" "$FUZZ_BUILD/test-corpus/$1" -seed=2026 -runs="$FUZZ_TEST_RUNS"; }
fuzz_tests() {
    rm -rf "$FUZZ_BUILD/test-corpus"
    fuzz_each fuzz_test
}

# command_fuzz [TARGET] [SECONDS]
command_fuzz() {
    if [[ ${1:-} =~ ^[0-9]+$ || -z ${1:-} ]]; then
        fuzz_each fuzz_for "${1:-60}"
        return
    fi
    fuzz_targets | grep -qx "$1" || fail "no such target: $1; there are: $(fuzz_targets | tr '\n' ' ')"
    build_fuzz_targets
    fuzz_for "$1" "${2:-60}"
}
