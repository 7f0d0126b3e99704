#!/usr/bin/env bash
# Makes a Debian 13 with its own Swift in the folder ROOT, once:   swift-root.sh ROOT
#
# For a Debian without Swift (before 13 there is no package). It takes a minute and 1.9 GB, needs root and a Debian mirror, and changes nothing
# outside the folder but to install mmdebstrap. `inswift.sh` runs commands in it. What building and testing does not need (the debugger,
# the language server, static libraries, manuals) is left out.
set -euo pipefail

root=$1
[ -e "$root/.ready" ] && exit 0

if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
  echo "swift-root: Swift 6 is not on the PATH, and only on a Debian, as root, can one be made: install it from https://swift.org/install" >&2
  exit 1
fi
if ! command -v mmdebstrap >/dev/null; then
  apt-get update -qq
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends mmdebstrap >/dev/null
fi

# The mirror that this machine uses.
mirror=$(awk '/^URIs:/ { print $2; exit }' /etc/apt/sources.list.d/debian.sources 2>/dev/null || true)
if [ -z "$mirror" ]; then
  mirror=$(awk '/^deb / { for (i = 2; i <= NF; i++) if ($i ~ /^https?:/) { print $i; exit } }' /etc/apt/sources.list)
fi

without=(
  '/usr/share/doc/*' '/usr/share/man/*' '/usr/share/locale/*'
  '/usr/libexec/swift/bin/lldb*' '/usr/libexec/swift/lib/liblldb*' '/usr/libexec/swift/bin/clangd'
  '/usr/libexec/swift/bin/sourcekit-lsp' '/usr/libexec/swift/bin/docc' '/usr/libexec/swift/lib/swift_static/*'
)
mkdir -p "$(dirname "$root")"
rm -rf "$root.unfinished"
mmdebstrap --quiet --variant=essential \
  --include=swiftlang,libc6-dev,libstdc++-14-dev,ca-certificates \
  --aptopt='APT::Install-Recommends "false"' \
  "${without[@]/#/--dpkgopt=path-exclude=}" \
  trixie "$root.unfinished" "deb $mirror trixie main"
rm -rf "$root"
mv "$root.unfinished" "$root"
touch "$root/.ready"
