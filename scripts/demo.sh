#!/usr/bin/env bash
# Builds the four programs and shows them at work: a time server with two clients, a chat server
# with two clients. Without a display they run on a virtual one and leave a picture.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/packages.sh
. scripts/display.sh

need_rust
# shellcheck disable=SC2086  # lists of packages
need "for the build and the windows" $BUILD_PACKAGES $WINDOW_PACKAGES
virtual=
if [ -z "${DISPLAY:-}${WAYLAND_DISPLAY:-}" ]; then
  virtual=yes
  # shellcheck disable=SC2086
  need "for a virtual display" $DISPLAY_PACKAGES
fi

echo "Building; the first time takes some minutes."
cargo build --locked --workspace --bins --quiet
bin=target/debug

programs=()
declare -A name_of
desktop=()
stop() { # the programs first: they need their display until they have ended
  [ ${#programs[@]} -eq 0 ] || kill "${programs[@]}" 2>/dev/null || true
  [ ${#programs[@]} -eq 0 ] || wait "${programs[@]}" 2>/dev/null || true
  [ ${#desktop[@]} -eq 0 ] || kill "${desktop[@]}" 2>/dev/null || true
}
trap stop EXIT
trap 'exit 0' INT TERM

if [ -n "$virtual" ]; then
  virtual_display 1440x960
  desktop+=("$xvfb")
  openbox --sm-disable >/dev/null 2>&1 &
  desktop+=($!)
fi

run() { # run PROGRAM ARGUMENT...: starts it; its process is $!
  "$bin/$1" "${@:2}" &
  programs+=($!)
  name_of[$!]=$1
}
# The clients come first: they wait for their servers, and say so.
run udp-time-client; time_client_1=$!
run udp-time-client; time_client_2=$!
run tcp-chat-client; chat_client_1=$!
run tcp-chat-client; chat_client_2=$!
run udp-time-server --start; time_server=$!
run tcp-chat-server --start; chat_server=$!

if [ -z "$virtual" ]; then
  echo "Six windows are open: type a message into a chat client. Ctrl-C here closes them all."
  wait
  exit 0
fi

window() { # window PID: the window of a process, once it is on the screen
  local id
  # Long, where six programs start on a slow disk.
  for _ in $(seq 600); do
    id=$(xdotool search --onlyvisible --pid "$1" 2>/dev/null | tail -n 1)
    [ -n "$id" ] && { echo "$id"; return; }
    kill -0 "$1" 2>/dev/null || break
    sleep 0.1
  done
  echo "The window of ${name_of[$1]} did not open." >&2
  exit 1
}
place() { # place PID X Y WIDTH HEIGHT
  local id
  id=$(window "$1")
  xdotool windowsize --sync "$id" "$4" "$5" windowmove "$id" "$2" "$3"
}
place "$time_server" 4 24 420 400
place "$time_client_1" 432 24 496 400
place "$time_client_2" 936 24 496 400
place "$chat_server" 4 456 420 472
place "$chat_client_1" 432 456 496 472
place "$chat_client_2" 936 456 496 472
say() { # say PID TEXT
  local id
  id=$(window "$1")
  xdotool windowactivate --sync "$id" type --window "$id" --delay 10 "$2"
  xdotool key --window "$id" Return
}
sleep 3
say "$chat_client_1" "hello"
say "$chat_client_2" "what time is it?"
say "$chat_client_1" "12 * (3 + 4)"
# As long as a service that does not answer may take before the built-in bot does.
sleep 20
picture=${DEMO_SCREENSHOT:-target/demo.png}
/usr/bin/import -window root "$picture"
echo "There is no display here: the six windows ran on a virtual one. The picture is in $picture"
