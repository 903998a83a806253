#!/usr/bin/env bash
# Lets all four programs run for HOURS (2; 0.03 is two minutes), headless and in windows, while clients come and go, floods come, bots fail,
# servers restart, an interface comes and goes and settings change; a CSV of all figures every 10 s and a plot in target/soak. Fails where
# something grows, a tick is lost or an answer does not come. PROFILE=dev takes the debug build, for minutes only: there the toolkit
# remembers every name of every row it ever drew.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/packages.sh
# shellcheck disable=SC2086  # lists of packages
need "for the soak" $WINDOW_PACKAGES $DISPLAY_PACKAGES iproute2 python3
programs=target/${PROFILE:-release}
programs=${programs/%dev/debug}
[ -x "$programs/tcp-chat-server" ] || { echo "There is no $programs/tcp-chat-server: cargo build --workspace --locked (--release, without PROFILE=dev)"; exit 1; }
# A network of its own, where that may be made: then an interface comes and goes as well.
alone=()
for way in "unshare --net" "unshare --user --map-root-user --net"; do
  if $way true 2>/dev/null; then read -ra alone <<<"$way"; break; fi
done
exec "${alone[@]}" /usr/bin/python3 scripts/soak.py "${1:-2}" "$programs"
