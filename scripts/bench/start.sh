#!/usr/bin/env bash
# Measures start, memory and idle cost of the release programs, beside PyQt windows of the same content where
# PyQt5 is there (package python3-pyqt5). Settings and state go to a folder that is deleted afterwards.
set -euo pipefail
cd "$(dirname "$0")/../.."
. scripts/packages.sh
. scripts/display.sh
# shellcheck disable=SC2086  # a list of packages
need "for the measurement" $GL_PACKAGES $DISPLAY_PACKAGES python3-xlib
cargo build --locked --release --workspace --bins

home=$(mktemp -d)
xvfb=
trap 'kill "$xvfb" 2>/dev/null || true; rm -r "$home"' EXIT
virtual_display 1280x900
HOME=$home XDG_CONFIG_HOME=$home/config XDG_DATA_HOME=$home/data LIBGL_ALWAYS_SOFTWARE=1 \
  QT_QPA_PLATFORMTHEME= NO_AT_BRIDGE=1 /usr/bin/python3 scripts/bench/start.py
for program in udp-time-server udp-time-client tcp-chat-server tcp-chat-client; do
  printf '%-16s %5.1f MiB\n' "$program" "$(stat -c %s "target/release/$program" | awk '{print $1 / 1048576}')"
done
