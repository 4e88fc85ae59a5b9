#!/usr/bin/env bash
# The snippets of docs/hosting.md in nginx and Caddy, as they are but for folder and port: content types, policy,
# compression, caching, the path they lie below. `hosting.sh FOLDER`: FOLDER has the unpacked servers; dist/ must be there.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

SERVERS=$1
DIST=$PWD/dist
WORK=$(mktemp -d)
POLICY=$(sed -n 's/^ *Content-Security-Policy: //p' public/_headers)
PIDS=()
FAILED=0
trap '[[ ${#PIDS[@]} == 0 ]] || kill "${PIDS[@]}" 2>/dev/null; rm -rf "$WORK"' EXIT

# snippet LANGUAGE NUMBER: that block of the document.
snippet() {
    awk -v want="$2" -v fence="\`\`\`$1" '$0 == fence { n++; inside = n == want; next } /^```/ { inside = 0 } inside' docs/hosting.md |
        sed -e "s|/srv/llm-breakeven|$DIST|" -e "s|/etc/nginx/mime.types|$SERVERS/etc/nginx/mime.types|"
}

free_port() {
    local port=$1
    while (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; do port=$((port + 1)); done
    echo "$port"
}

wait_for() {
    local tries=0
    until curl -fso /dev/null "$1"; do
        tries=$((tries + 1))
        ((tries < 100)) || { echo "$1 does not answer" >&2; cat "$WORK"/*.log >&2; exit 1; }
        sleep 0.1
    done
}

start_nginx() {
    {
        echo "daemon off; pid $WORK/nginx.pid; error_log $WORK/nginx.log; worker_processes 1; events {}"
        echo "http { access_log off; default_type application/octet-stream;"
        for kind in client_body proxy fastcgi uwsgi scgi; do echo "${kind}_temp_path $WORK/$kind;"; done
        snippet nginx 1
        echo "server { listen 127.0.0.1:$1;"
        snippet nginx 2
        echo "} }"
    } >"$WORK/nginx.conf"
    "$SERVERS/usr/sbin/nginx" -p "$WORK" -e "$WORK/nginx.log" -c "$WORK/nginx.conf" &
    PIDS+=($!)
}

start_caddy() {
    {
        printf '{\n admin off\n auto_https off\n}\nhttp://127.0.0.1:%s {\n bind 127.0.0.1\n' "$1"
        snippet caddy 1
        echo "}"
    } >"$WORK/Caddyfile"
    HOME=$WORK "$SERVERS/usr/bin/caddy" run --adapter caddyfile --config "$WORK/Caddyfile" >"$WORK/caddy.log" 2>&1 &
    PIDS+=($!)
}

# expect WHAT PATTERN TEXT
expect() {
    if ! grep -qiE -- "$2" <<<"$3"; then
        printf '✗ %s: %s is not in\n%s\n' "$1" "$2" "$3"
        FAILED=1
    fi
}

# head_of URL: the answer's headers to a browser that takes gzip, body thrown away.
head_of() { curl -s -o "$WORK/body" -D - -H 'Accept-Encoding: gzip' "$1" | tr -d '\r'; }

# check NAME BASE
check() {
    local name=$1 base=$2 file head kind
    wait_for "$base"
    head=$(head_of "$base")
    expect "$name page" '^HTTP/[0-9.]+ 200' "$head"
    expect "$name page" '^content-type: text/html' "$head"
    expect "$name page" '^cache-control: no-cache$' "$head"
    expect "$name page" '^content-encoding: gzip$' "$head"
    expect "$name page" '^x-content-type-options: nosniff$' "$head"
    expect "$name page" '^referrer-policy: no-referrer$' "$head"
    expect "$name page" '^access-control-allow-origin: \*$' "$head"
    grep -qF "$POLICY" <<<"$head" || { echo "✗ $name: the policy is not that of public/_headers"; FAILED=1; }
    gzip -dc "$WORK/body" | cmp - "$DIST/index.html" || FAILED=1
    for file in "$DIST"/*; do
        file=$(basename "$file")
        head=$(head_of "$base$file")
        expect "$name $file" '^HTTP/[0-9.]+ 200' "$head"
        grep -qF "$POLICY" <<<"$head" || { echo "✗ $name $file: no policy"; FAILED=1; }
        case $file in
            *.js) kind='(text|application)/javascript' ;;
            *.css) kind='text/css' ;;
            *.wasm) kind='application/wasm' ;;
            *.txt) kind='text/plain; charset=utf-8' ;;
            *.webmanifest) kind='application/manifest\+json' ;;
            *.svg) kind='image/svg\+xml' ;;
            *.png) kind='image/png' ;;
            *.json) kind='application/json' ;;
            *) kind='' ;;
        esac
        [[ -z $kind ]] || expect "$name $file" "^content-type: $kind" "$head"
        case $file in
            *.png | _headers | *.svg | *.webmanifest | oembed.json | *.d.ts) ;; # small, packed already, or for no browser
            *) expect "$name $file" '^content-encoding: gzip$' "$head" ;;
        esac
        case $file in
            app-* | page-* | tokens-* | catalogue-* | worker-* | workbench-*)
                expect "$name $file" '^cache-control: public, max-age=31536000, immutable$' "$head" ;;
            *) expect "$name $file" '^cache-control: no-cache$' "$head" ;;
        esac
        [[ $file != llm-breakeven.html ]] || expect "$name $file" '^content-disposition: attachment$' "$head"
    done
    head=$(head_of "${base%/}")
    expect "$name without slash" '^HTTP/[0-9.]+ 30[18]' "$head"
    expect "$name without slash" '^location: .*/llm-breakeven/$' "$head"
    expect "$name missing" '^HTTP/[0-9.]+ 404' "$(head_of "${base}no-such-file.js")"
    echo "$name: $(find "$DIST" -maxdepth 1 -type f | wc -l) files looked at"
}

port=$(free_port 18080)
start_nginx "$port"
check nginx "http://127.0.0.1:$port/llm-breakeven/"
port=$(free_port 18180)
start_caddy "$port"
check caddy "http://127.0.0.1:$port/llm-breakeven/"
exit $FAILED
