#!/usr/bin/env bash
# Makes docs/images/story.gif from real windows: a server is started, a chat window opened from it, a question asked. Built-in
# answers, so that nothing leaves this computer.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/packages.sh
. scripts/display.sh
# shellcheck disable=SC2086  # a list of packages
need "for the pictures" $DISPLAY_PACKAGES
cargo build --locked --workspace --bins

home=$(mktemp -d)
xvfb='' server='' manager=''
trap 'kill $server $manager "$xvfb" 2>/dev/null || true; rm -r "$home"' EXIT
virtual_display 1440x700
export HOME=$home XDG_CONFIG_HOME=$home/config LC_ALL=C
openbox --sm-disable &
manager=$!
place() { # place PROGRAM X: where its window stands from its first start on
  mkdir -p "$home/config/$1"
  printf '[look]\ntheme = "light"\n[window]\nposition = [%s, 30]\n' "$2" >"$home/config/$1/settings.toml"
}
place tcp-chat-server 6
place tcp-chat-client 872
frame() {
  count=$((count + 1))
  import -window root "$home/$(printf %02d "$count").png"
}
window() { # window NAME: waits for it
  for _ in $(seq 100); do
    xdotool search --onlyvisible --name "$1" 2>/dev/null | tail -n 1 | grep . && return
    sleep 0.1
  done
  echo "no window $1" >&2
  return 1
}
press() { # press WINDOW X Y: shows where the pointer is going, and presses
  xdotool mousemove --window "$1" "$2" "$3"
  sleep 0.3
  frame
  xdotool click 1
  sleep 0.8
  frame
}
count=0
target/debug/tcp-chat-server --bot builtin &
server=$!
one=$(window "TCP chat server")
xdotool mousemove 700 640
sleep 0.5
frame
press "$one" 800 16
press "$one" 640 55
two=$(window "TCP chat$")
sleep 0.8
frame
for word in what " time" " is" " it?"; do
  xdotool type --window "$two" --delay 5 "$word"
  sleep 0.2
  frame
done
xdotool key --window "$two" Return
sleep 0.8
frame
convert -delay 90 "$home"/0*.png "$home"/1*.png -layers optimize -colors 64 docs/images/story.gif
kill "$(pgrep -P "$server")"
echo "docs/images/story.gif"
