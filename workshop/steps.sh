# shellcheck shell=bash
# Steps: each is named, timed, logged, and skipped when its stamp says that it is done.
# Steps of one lane run one after the other; lanes run side by side.

LOGS="$TOOLS/logs"
STAMPS="$TOOLS/stamps"
# Of this run alone, for two sub-commands may run at once.
TABLE="$LOGS/table.$$"
RUNNING="$LOGS/running.$$"
STARTED_AT=$SECONDS

say() { printf '%s\n' "$*"; }
fail() {
    printf '\n./dev: %s\n' "$*" >&2
    exit 1
}

begin_table() {
    mkdir -p "$LOGS" "$STAMPS" "$TOOLS/bin" "$RUNNING"
    : >"$TABLE"
    trap 'rm -rf "$TABLE" "$RUNNING"' EXIT
    STARTED_AT=$SECONDS
}

# alone FILE COMMAND…: of several ./dev that would do this at once, one after the other does. The command runs under
# `set -e` like any other when it is the last of a step.
alone() {
    local file=$1
    shift
    (
        if command -v flock >/dev/null; then
            mkdir -p "$(dirname "$file")"
            exec 9>"$file"
            flock -n 9 || say "  … another ./dev is at it; waiting"
            flock 9
        fi
        # programs that stay must not keep the lock
        "$@" 9>&-
    )
}

stamped() { [[ -f "$STAMPS/$1" && "$(<"$STAMPS/$1")" == "$2" ]]; }

# step NAME KEY COMMAND…: runs COMMAND unless it was done before with the same KEY. An empty KEY always runs.
step() {
    local name=$1 key=$2 began=$SECONDS log status=0
    shift 2
    if [[ -n $key ]] && stamped "$name" "$key"; then
        printf '%s\t0\tthere already\n' "$name" >>"$TABLE"
        return 0
    fi
    log="$LOGS/$name.log"
    say "▶ $name"
    printf '%s\n' "$began" >"$RUNNING/$name"
    # `set -e` is off inside a tested command, so the command runs in a shell of its own.
    set +e
    (
        set -e
        "$@"
    ) >"$log" 2>&1
    status=$?
    set -e
    rm -f "$RUNNING/$name"
    local took=$((SECONDS - began))
    if ((status != 0)); then
        printf '%s\t%s\tFAILED\n' "$name" "$took" >>"$TABLE"
        tail -n 40 "$log" | sed 's/^/    /' >&2
        say "✗ $name: failed after ${took} s; whole log: $log" >&2
        return 1
    fi
    [[ -z $key ]] || printf '%s' "$key" >"$STAMPS/$name"
    printf '%s\t%s\tdone\n' "$name" "$took" >>"$TABLE"
    say "✓ $name: ${took} s"
}

# What the steps under way are doing: the last line of each log, and how many crates cargo has compiled.
hint() {
    local running name log crates last
    for running in "$RUNNING"/*; do
        [[ -e $running ]] || continue
        name=$(basename "$running")
        log="$LOGS/$name.log"
        crates=$(grep -c '^ *Compiling ' "$log" 2>/dev/null || true)
        last=$(tail -n 1 "$log" 2>/dev/null | tr -d '\r' | sed 's/^ *//' | cut -c1-60)
        say "  … $name: $((SECONDS - $(<"$running"))) s, ${crates:-0} crates, $last"
    done
}

# lanes FUNCTION…: runs each function in the background and waits for all, telling every ten seconds what goes on.
lanes() {
    local pids=() lane pid status=0 ticks=0 alive
    for lane in "$@"; do
        "$lane" &
        pids+=($!)
    done
    # shellcheck disable=SC2064
    trap "kill ${pids[*]} 2>/dev/null || true" INT TERM
    while :; do
        alive=0
        for pid in "${pids[@]}"; do
            if kill -0 "$pid" 2>/dev/null; then alive=1; fi
        done
        ((alive)) || break
        sleep 0.2
        ticks=$((ticks + 1))
        if ((ticks % 50 == 0)); then hint; fi
    done
    for pid in "${pids[@]}"; do wait "$pid" || status=1; done
    trap - INT TERM
    return $status
}

print_table() {
    say ""
    awk -F'\t' '{ printf "  %-28s %5d s  %s\n", $1, $2, $3 }' "$TABLE"
    printf '  %-28s %5d s  (lanes run side by side)\n' "total" "$((SECONDS - STARTED_AT))"
}
