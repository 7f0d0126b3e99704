#!/usr/bin/env bash
# Runs a command in the Debian of `swift-root.sh`:   inswift.sh ROOT FOLDER [FOLDER...] -- COMMAND...
#
# The folders are there under the same paths as outside, so that nothing has to be translated; the command starts in the first. Mounts are
# in a namespace of its own and gone with it. Of the environment only what is about OKPay goes in. The network is the machine's own: a
# program outside is reached over loopback.
set -euo pipefail

root=$1
shift
folders=()
while [ "$1" != -- ]; do
  folders+=("$1")
  shift
done
shift

kept=()
while IFS= read -r variable; do
  kept+=("$variable=${!variable}")
done < <(compgen -v OKPAY_ || true)

# shellcheck disable=SC2016 # The inner shells expand these.
exec unshare --mount --fork bash -c '
  set -euo pipefail
  root=$1 count=$2
  shift 2
  mount --make-rprivate /
  mount -t proc proc "$root/proc" 2>/dev/null || mount --rbind /proc "$root/proc"
  mount --rbind /dev "$root/dev"
  home=$1
  for ((; count > 0; count--)); do
    mkdir -p "$root$1"
    mount --rbind "$1" "$root$1"
    shift
  done
  exec chroot "$root" /usr/bin/env -i HOME=/root LANG=C.UTF-8 PATH=/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin \
    bash -c "cd \"\$1\" && shift && exec env \"\$@\"" inswift "$home" "$@"
' inswift "$root" "${#folders[@]}" "${folders[@]}" "${kept[@]}" "$@"
