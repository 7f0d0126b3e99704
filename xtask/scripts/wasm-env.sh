#!/usr/bin/env bash
# Runs a command where `--target wasm32-unknown-unknown` works:   wasm-env.sh cargo build --target wasm32-unknown-unknown ...
#
# 1. The toolchain in use has the target: the command runs as it is.
# 2. rustup adds the target to it.
# 3. On Debian without rustup's downloads: Debian's own Rust builds the standard library for the target from its sources, once and offline,
#    into a cache (about 2 minutes and 900 MB), and the command runs with that compiler. `cargo clippy` does not work this way.
#
# WASM_SMALL_STD=1 before a `cargo build` builds the standard library with it, for size and without the texts of panics, where rustup has its
# sources (a tenth less after compression). That is unstable in cargo, hence RUSTC_BOOTSTRAP; elsewhere the build goes without.
# WASM_FORCE_DEBIAN=1 takes the third way, to test it. WASM_SYSROOT_CACHE moves the cache.
set -euo pipefail

target=wasm32-unknown-unknown
debian_rustc=/usr/bin/rustc
debian_cargo=/usr/bin/cargo
small_std='-Zunstable-options -Cpanic=immediate-abort -Zlocation-detail=none'

main() {
  if [ "${WASM_FORCE_DEBIAN:-0}" != 1 ] && { has_target || add_target; }; then
    if [ "${WASM_SMALL_STD:-0}" = 1 ] && { has_sources || add_sources; }; then
      export RUSTC_BOOTSTRAP=1
      export CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUSTFLAGS="${CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUSTFLAGS:-} $small_std"
      exec "$@" -Zbuild-std=std,panic_abort -Zbuild-std-features=optimize_for_size
    fi
    exec "$@"
  fi
  install_debian_rust
  local sysroot
  sysroot=${WASM_SYSROOT_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/rust-wasm-std}/$("$debian_rustc" -vV | sha256sum | cut -c1-12)
  [ -f "$sysroot/complete" ] || build_sysroot "$sysroot"
  # Debian's rustc and cargo go together: another cargo may pass flags that this rustc does not know.
  export RUSTC=$debian_rustc
  export CARGO=$debian_cargo
  export PATH=/usr/bin:$PATH
  CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER=$(linker)
  export CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER
  export CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUSTFLAGS="--sysroot=$sysroot ${CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUSTFLAGS:-}"
  # Apart from the usual folder, whose artefacts are another compiler's.
  export CARGO_TARGET_DIR=${CARGO_TARGET_DIR:-target}/wasm-debian
  exec "$@"
}

has_target() {
  local folder
  folder=$(rustc --print target-libdir --target $target 2>/dev/null) && compgen -G "$folder/libstd-*.rlib" >/dev/null
}

add_target() {
  command -v rustup >/dev/null && rustup target add $target >&2 && has_target
}

has_sources() {
  [ -f "$(rustc --print sysroot)/lib/rustlib/src/rust/library/Cargo.lock" ]
}

add_sources() {
  command -v rustup >/dev/null && rustup component add rust-src >&2 && has_sources
}

install_debian_rust() {
  if [ -x $debian_rustc ] && [ -x $debian_cargo ] && [ -f "$(library)/Cargo.lock" ]; then
    return
  fi
  if ! command -v apt-get >/dev/null || [ "$(id -u)" != 0 ]; then
    echo "wasm-env: the toolchain lacks $target: run 'rustup target add $target'" >&2
    exit 1
  fi
  apt-get update -qq >&2
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends rustc-web cargo-web rust-web-src >&2
}

# Where the sources of the standard library are.
library() {
  echo "$($debian_rustc --print sysroot)/lib/rustlib/src/rust/library"
}

# Builds the standard library as the dependency of an empty crate, and keeps its parts in the folder $1. `-Zbuild-std` asks for
# RUSTC_BOOTSTRAP; the project's own build does without it.
build_sysroot() {
  local sysroot=$1 work libraries
  mkdir -p "$sysroot"
  exec 9>"$sysroot/lock"
  flock 9
  [ -f "$sysroot/complete" ] && return
  work=$(mktemp -d)
  mkdir "$work/src"
  echo '#![no_std]' >"$work/src/lib.rs"
  printf '[package]\nname = "wasm-std"\nversion = "0.0.0"\nedition = "2024"\n[workspace]\n' >"$work/Cargo.toml"
  (
    cd "$work"
    unset CARGO_BUILD_RUSTFLAGS CARGO_ENCODED_RUSTFLAGS RUSTUP_TOOLCHAIN
    RUSTC=$debian_rustc RUSTC_BOOTSTRAP=1 RUSTFLAGS=-Cembed-bitcode=yes CARGO_TARGET_DIR="$work/target" CARGO_HOME="$work/home" \
      $debian_cargo -Zbuild-std=std,panic_abort,test \
      --config 'source.crates-io.replace-with = "vendor"' --config "source.vendor.directory = \"$(library)/vendor\"" \
      build --offline --release --target $target >&2
  )
  libraries="$sysroot/lib/rustlib/$target/lib"
  rm -rf "$libraries"
  mkdir -p "$libraries"
  cp "$work/target/$target/release/deps"/lib*.rlib "$libraries"/
  rm -rf "$libraries"/libwasm_std* "$work"
  touch "$sysroot/complete"
  exec 9>&-
}

# rustup's own linker, or Debian's of the same LLVM.
linker() {
  local found version
  found=$(rustup run "${RUSTUP_TOOLCHAIN:-stable}" rustc --print sysroot 2>/dev/null || true)/lib/rustlib/x86_64-unknown-linux-gnu/bin/rust-lld
  if ! [ -x "$found" ]; then
    version=$($debian_rustc -vV | sed -n 's/^LLVM version: \([0-9]*\).*/\1/p')
    found=/usr/bin/wasm-ld-$version
    [ -x "$found" ] || apt-get install -y -qq --no-install-recommends "lld-$version" >&2
  fi
  echo "$found"
}

main "$@"
