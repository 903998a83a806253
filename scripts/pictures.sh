#!/usr/bin/env bash
# Makes pictures of the documentation from real windows: docs/images/time-client.png, docs/images/time-quality.png.
# What is sent to the time client is made up: an offset that swings, some jitter, lost ticks, a sender that falls silent.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/packages.sh
. scripts/display.sh
# shellcheck disable=SC2086  # a list of packages
need "for the pictures" $DISPLAY_PACKAGES python3
cargo build --locked --bin udp-time-client

home=$(mktemp -d)
xvfb=
trap 'kill "$xvfb" 2>/dev/null || true; rm -r "$home"' EXIT
virtual_display 900x760
export HOME=$home XDG_CONFIG_HOME=$home/config LC_ALL=C LIBGL_ALWAYS_SOFTWARE=1

picture() { # picture NAME WIDTH HEIGHT QUALITY SECONDS: of the client, after it has heard the ticks for so long
  mkdir -p "$home/config/udp-time-client"
  cat >"$home/config/udp-time-client/settings.toml" <<SETTINGS
[look]
theme = "light"
[window]
size = [$2, $3]
position = [0, 0]
[program]
quality = $4
SETTINGS
  target/debug/udp-time-client --port "$port" &
  client=$!
  ticks "$5"
  import -window root -crop "$2x$3+0+0" +repage "docs/images/$1.png"
  kill "$client"
  wait "$client" || true
}
ticks() { # ticks SECONDS
  /usr/bin/python3 - "$port" "$1" <<'TICKS'
import datetime, json, math, random, socket, sys, time
target, seconds = ("127.0.0.1", int(sys.argv[1])), int(sys.argv[2])
good, plain, silent = (socket.socket(socket.AF_INET, socket.SOCK_DGRAM) for _ in range(3))
chance, begin, seq, told = random.Random(5), time.time(), 0, 0
while time.time() < begin + seconds:
    seq += 1
    time.sleep(0.25)
    # The first one that is heard is the one whose quality is shown.
    if seq > 10 and int(time.time()) > told:
        told = int(time.time())
        plain.sendto(time.strftime("%a %b %d %H:%M:%S %Y").encode(), target)
        if told < begin + 6:
            silent.sendto(b"ready", target)
    if seq < 9 or chance.random() < 0.05:
        continue
    ahead = datetime.timedelta(milliseconds=4 + 3 * math.sin(seq / 30) + chance.gauss(0, 0.4))
    stamp = (datetime.datetime.now().astimezone() + ahead).isoformat(timespec="microseconds")
    tick = {"time": stamp, "seq": seq, "sender": "9f3c2a51", "interval_ms": 250}
    good.sendto(json.dumps(tick, separators=(",", ":")).encode(), target)
TICKS
}
port=16666
picture time-client 760 480 false 14
picture time-quality 900 760 true 57
