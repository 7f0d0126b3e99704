#!/usr/bin/env bash
# On a Mac with Xcode and Rust: builds the library for iPhones, the simulator and macOS, and writes a Swift package around it that needs no
# Rust to be used:   xcframework.sh FOLDER
#
#   FOLDER/OKPayCore.xcframework    the library and its C header, for every platform
#   FOLDER/Package.swift, Sources/  the package as `bindings/uniffi/swift` has it, over that framework
set -euo pipefail
# As the caller names it, before the folder changes.
case ${1:?a folder is needed: xcframework.sh FOLDER} in
  /*) out=$1 ;;
  *) out=$PWD/$1 ;;
esac
cd "$(dirname "$0")/../.."

package=bindings/uniffi/swift
phone=(aarch64-apple-ios)
simulator=(aarch64-apple-ios-sim x86_64-apple-ios)
mac=(aarch64-apple-darwin x86_64-apple-darwin)
export IPHONEOS_DEPLOYMENT_TARGET=16.0 MACOSX_DEPLOYMENT_TARGET=13.0

if [ "$(uname)" != Darwin ] || ! xcodebuild -version >/dev/null 2>&1; then
  echo "xcframework: this needs a Mac with Xcode" >&2
  exit 1
fi
rustup target add "${phone[@]}" "${simulator[@]}" "${mac[@]}"

target=$(cargo metadata --format-version 1 --no-deps | sed 's/.*"target_directory":"\([^"]*\)".*/\1/')
for triple in "${phone[@]}" "${simulator[@]}" "${mac[@]}"; do
  cargo build --profile phone --package okpay-uniffi --target "$triple"
done

# The plumbing comes from the symbols of one of them; all are of the same sources.
cargo build --package okpay-uniffi-bindgen
plumbing=$target/xcframework
rm -rf "$plumbing" "$out/OKPayCore.xcframework"
mkdir -p "$plumbing/headers" "$out/Sources/OKPayCore"
"$target/debug/uniffi-bindgen" generate "$target/${mac[0]}/phone/libokpay_core.dylib" --language swift --no-format \
  --config bindings/uniffi/uniffi.toml --out-dir "$plumbing"
cp "$plumbing/okpay_coreFFI.h" "$plumbing/headers/"
cp "$plumbing/okpay_coreFFI.modulemap" "$plumbing/headers/module.modulemap"

# One library a platform, with all its processors in it.
together() {
  local name=$1 libraries=() triple
  shift
  for triple in "$@"; do
    libraries+=("$target/$triple/phone/libokpay_core.a")
  done
  mkdir -p "$plumbing/$name"
  lipo -create "${libraries[@]}" -output "$plumbing/$name/libokpay_core.a"
}
together phone "${phone[@]}"
together simulator "${simulator[@]}"
together mac "${mac[@]}"
frameworks=()
for name in phone simulator mac; do
  frameworks+=(-library "$plumbing/$name/libokpay_core.a" -headers "$plumbing/headers")
done
xcodebuild -create-xcframework "${frameworks[@]}" -output "$out/OKPayCore.xcframework"

cp "$plumbing/OKPayCore.swift" "$out/Sources/OKPayCore/"
cp -R "$package/Sources/OKPay" "$out/Sources/"
cat >"$out/Package.swift" <<'SWIFT'
// swift-tools-version: 6.0
import PackageDescription

let package = Package(
    name: "OKPay",
    platforms: [.macOS(.v13), .iOS(.v16)],
    products: [.library(name: "OKPay", targets: ["OKPay"])],
    targets: [
        .binaryTarget(name: "okpay_coreFFI", path: "OKPayCore.xcframework"),
        .target(name: "OKPayCore", dependencies: ["okpay_coreFFI"]),
        .target(name: "OKPay", dependencies: ["OKPayCore"]),
    ],
    swiftLanguageModes: [.v6]
)
SWIFT
echo "wrote $out: use it in Xcode by path, or check it with: swift build --package-path $out"
