#!/usr/bin/env bash
# Lets the screen reader Orca read our four windows while keys are pressed, and prints each key with what Orca says then. Nobody hears it:
# the lines are those that Orca gives to its voice. By hand: what is said has to be read by a person. ORCA names another Orca than that of the
# system: one of before version 45 says nothing of what changes by itself. PROFILE=dev takes the debug build.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/packages.sh
. scripts/display.sh
# shellcheck disable=SC2086  # lists of packages; another Orca needs what the system's does
need "for the screen reader" $WINDOW_PACKAGES $DISPLAY_PACKAGES dbus at-spi2-core orca
programs=$PWD/target/${PROFILE:-release}
programs=${programs/%dev/debug}
[ -x "$programs/tcp-chat-server" ] || { echo "There is no $programs/tcp-chat-server: cargo build --workspace --locked (--release, without PROFILE=dev)"; exit 1; }

home=$(mktemp -d)
started=()
xvfb=
trap 'kill "${started[@]}" $xvfb 2>/dev/null || true; wait; rm -r "$home"' EXIT
log=$home/orca.log
exec 3>&1
exec >"$home/noise" 2>&1
virtual_display 1400x900
mkdir -m 700 "$home/run"
export HOME=$home XDG_RUNTIME_DIR=$home/run XDG_CONFIG_HOME=$home/config GSETTINGS_BACKEND=memory LC_ALL=C.UTF-8
# No voice: what there is to say stands in the log all the same.
export SPEECHD_ADDRESS=unix_socket:/nonexistent
unset WAYLAND_DISPLAY
mkfifo "$home/bus"
dbus-daemon --session --nofork --print-address >"$home/bus" &
started+=($!)
read -r DBUS_SESSION_BUS_ADDRESS <"$home/bus"
export DBUS_SESSION_BUS_ADDRESS
openbox --sm-disable &
started+=($!)
/usr/libexec/at-spi-bus-launcher --launch-immediately &
started+=($!)

said() { # said: all that Orca has said, a line for each time it spoke
  sed -n "s/^.*SPEECH OUTPUT: '\(.*\)' *\({.*\)\?$/\1/p" "$log" 2>/dev/null || true
}
told=0
hear() { # hear WHAT: prints what is said after it, once Orca has been quiet for a moment, or after four seconds
  local before=-1 count quiet=0
  for _ in $(seq 40); do
    count=$(said | wc -l)
    if [ "$count" -eq "$before" ]; then quiet=$((quiet + 1)); else quiet=0; fi
    before=$count
    [ "$quiet" -ge 12 ] && break
    sleep 0.1
  done
  printf '%-22s %s\n' "$1" "$(said | tail -n +$((told + 1)) | paste -sd '|' | sed 's/|/ | /g')" >&3
  told=$before
}
press() { # press KEY...
  local key
  for key in "$@"; do
    xdotool key "$key"
    hear "$key"
  done
}
write() { # write TEXT
  xdotool type --delay 60 "$1"
  hear "\"$1\""
}
tabs() { # tabs COUNT
  for _ in $(seq "$1"); do press Tab; done
}
open() { # open PROGRAM ARGUMENT...
  printf '\n== %s\n' "$*" >&3
  "$programs/$1" "${@:2}" &
  app=$!
  started+=("$app")
  for _ in $(seq 100); do
    xdotool search --onlyvisible --pid "$app" >/dev/null && break
    sleep 0.1
  done
  hear "(opens)"
}
close() {
  kill "$app"
  wait "$app" || true
  hear "(closes)"
}

"${ORCA:-orca}" --disable braille --debug-file "$log" &
started+=($!)
for _ in $(seq 200); do
  [ "$(said | wc -l)" -gt 0 ] && break
  sleep 0.1
done
printf '%s\n' "$("${ORCA:-orca}" --version 2>/dev/null)" >&3
hear "(Orca starts)"

open udp-time-server --port 46666 --to 127.0.0.1
tabs 12
press ctrl+Return
hear "(sends)"
press ctrl+Return F1 Escape ctrl+comma
tabs 8
press Escape
close

open udp-time-client --port 46666
tabs 8
"$programs/udp-time-server" --headless --port 46666 --to 127.0.0.1 &
sender=$!
started+=("$sender")
hear "(a sender starts)"
hear "(it goes on)"
press ctrl+f
write "Date"
press Escape
kill "$sender"
close

open tcp-chat-server --port 46667 --bot builtin
tabs 6
press ctrl+Return
server=$app
open tcp-chat-client --port 46667
tabs 8
press Escape
write "hello"
press Return
hear "(answer)"
press ctrl+Up Up Tab Escape
kill "$server"
wait "$server" || true
hear "(server stops)"
hear "(it waits)"
press ctrl+comma
tabs 6
press Escape
close
