#!/usr/bin/env bash
# Installs the packages of target/packages in a bare Debian 12 and does there what a user does: as root, who may make a
# Debian in a folder. Takes some minutes and 1 GB in /tmp.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/packages.sh
if [ "$(id -u)" -ne 0 ]; then
  echo "Only root may make another Debian." >&2
  exit 1
fi
# shellcheck disable=SC2086  # a list of packages
need "for the test of the packages" $PACKAGE_PACKAGES iproute2
deb=$(echo target/packages/*.deb)
archive=$(echo target/packages/*.tar.gz)
rpm=$(echo "$PWD"/target/packages/*.rpm)
[ -f "$deb" ] && [ -f "$rpm" ] && [ -f "$archive" ] || { echo "No packages: scripts/package.sh makes them." >&2; exit 1; }
(cd target/packages && sha256sum --check --quiet SHA256SUMS)
echo "== lintian"
lintian --allow-root --fail-on error,warning --tag-display-limit 0 "$deb"

work=$(mktemp -d)
trap 'rm -rf --one-file-system "$work"' EXIT
echo "== rpm"
# Into a folder without a system: the files that it names are there and are the package's, and no more are.
rpm --initdb --root "$work/rpm"
rpm --install --nodeps --root "$work/rpm" "$rpm" 2>/dev/null
rpm --verify --nodeps --root "$work/rpm" time-and-chat
(cd "$work/rpm" && find usr ! -type d ! -path '*/rpm/*' ! -path '*/sysimage/*' | sed 's|^|/|' | sort |
  diff <(rpm -qp --queryformat '[%{FILEMODES:perms} %{FILENAMES}\n]' "$rpm" | sed -n 's/^-[^ ]* //p' | sort) -)
for program in "$work"/rpm/usr/bin/*; do "$program" --version; done
rpm --erase --nodeps --root "$work/rpm" time-and-chat
! find "$work/rpm" -name '*tcp-chat*' | grep . || { echo "The rpm left these." >&2; exit 1; }

echo "== a bare Debian 12"
root=$work/debian
# The mirror that this machine uses itself.
mirror=$(apt-get indextargets --format '$(REPO_URI)' 'Identifier: Packages' 'Origin: Debian' 'Codename: bookworm' | head -n 1)
debootstrap --variant=minbase bookworm "$root" "${mirror:-http://deb.debian.org/debian}" >"$work/log" 2>&1 || { tail "$work/log" >&2; exit 1; }
cp /etc/resolv.conf "$root/etc/"
cp "$deb" "$root/new.deb"
cp "$archive" "$root/new.tar.gz"
# The same package as an older version.
dpkg-deb --raw-extract "$deb" "$work/old"
sed -i 's/^Version: .*/Version: 0.0.1-1/' "$work/old/DEBIAN/control"
dpkg-deb -Znone --build --root-owner-group "$work/old" "$root/old.deb" >/dev/null
rm -r "$work/old"

cat >"$root/install.sh" <<'INSTALL'
set -eu
export DEBIAN_FRONTEND=noninteractive
mount -t proc proc /proc
apt-get update -qq
# What the package needs comes by itself.
apt-get install -qq --yes /old.deb >/log 2>&1 || { tail /log >&2; exit 1; }
echo "with it came: $(grep -c '^Setting up' /log) packages"
apt-get install -qq --yes --no-install-recommends xvfb openbox xdotool wmctrl dbus at-spi2-core python3-pyatspi \
  gir1.2-atspi-2.0 procps libglib2.0-bin desktop-file-utils appstream man-db >/log 2>&1 || { tail /log >&2; exit 1; }
useradd --create-home person
INSTALL

cat >"$root/use.sh" <<'USE'
# As a user, on a display and a session bus of their own. Sourced by what follows.
set -eu
export XDG_RUNTIME_DIR=$(mktemp -d) XDG_CURRENT_DESKTOP=X
unset XDG_CONFIG_HOME XDG_DATA_HOME
Xvfb :7 -screen 0 1400x1000x24 -nolisten tcp -noreset >/dev/null 2>&1 & desktop=$!
export DISPLAY=:7
end() { kill $desktop; wait $desktop || true; rm -rf "$XDG_RUNTIME_DIR"; }
trap end EXIT
until wmctrl -m >/dev/null 2>&1; do kill -0 $desktop; openbox --sm-disable >/dev/null 2>&1 & sleep 0.2; done
gdbus call --session --dest org.a11y.Bus --object-path /org/a11y/bus --method org.a11y.Bus.GetAddress >/dev/null
for property in IsEnabled ScreenReaderEnabled; do
  gdbus call --session --dest org.a11y.Bus --object-path /org/a11y/bus \
    --method org.freedesktop.DBus.Properties.Set org.a11y.Status $property '<true>' >/dev/null
done
launch() { # launch PROGRAM: as a menu does; $window is its window
  gio launch "$applications/$1.desktop" >/dev/null 2>&1 &
  window=$(timeout 10 xdotool search --sync --onlyvisible --class "^$1\$" | tail -n 1) || { echo "$1: no window" >&2; exit 1; }
}
press() { xdotool windowactivate --sync "$window" key --window "$window" "$@"; }
sees() { # sees PROGRAM TEXT: waits until a screen reader finds the text in its window
  python3 - "$@" <<'SEES'
import sys, time
import pyatspi
program, text = sys.argv[1:]
def texts(item):
    yield item.name or ""
    for child in item:
        if child is not None:
            yield from texts(child)
end = time.monotonic() + 15
said = []
while time.monotonic() < end:
    try:
        said = [t for app in pyatspi.Registry.getDesktop(0) if app is not None and app.name == program for t in texts(app)]
    except Exception:  # what goes away while it is read
        pass
    if any(text in t for t in said):
        sys.exit(0)
    time.sleep(0.1)
sys.exit(f"{program} does not say {text!r} but {said}")
SEES
}
close() { # close PROGRAM...: each window, as its X does
  for program in "$@"; do
    wmctrl -i -c "$(xdotool search --onlyvisible --class "^$program\$" | tail -n 1)"
    for _ in $(seq 50); do pgrep -x "$program" >/dev/null || continue 2; sleep 0.1; done
    echo "$program does not close" >&2
    exit 1
  done
}
start_server() {
  launch tcp-chat-server
  sees tcp-chat-server "Start Server"
  press ctrl+Return
  sees tcp-chat-server "Listening on"
}
chat() {
  launch tcp-chat-client
  sees tcp-chat-client "Connected"
  xdotool windowactivate --sync "$window" type --window "$window" --delay 10 "1234567 * 7"
  press Return
  sees tcp-chat-client 8641969
}
invited() { # a click on an invitation, to another server than the one the client knows, that lets nobody in without it
  printf 'correct horse\n' >~/phrase
  tcp-chat-server --headless --json --port 7002 --bot builtin --tls only --pass-file ~/phrase >~/room & room=$!
  until grep -q '"event":"listening"' ~/room && grep -q '"event":"encrypts"' ~/room; do kill -0 $room; sleep 0.1; done
  key=$(sed -n 's/.*"event":"encrypts".*"key":"\([0-9a-f]*\)".*/\1/p' ~/room)
  gio open "tcp-chat://127.0.0.1:7002/?key=$key&pass=correct%20horse" >/dev/null 2>&1
  window=$(timeout 10 xdotool search --sync --onlyvisible --class '^tcp-chat-client$' | tail -n 1)
  sees tcp-chat-client "Connected"
  grep -q '"event":"connected"' ~/room
  close tcp-chat-client
  kill $room
  wait $room
  rm ~/phrase ~/room
}
time_pair() {
  launch udp-time-server
  sees udp-time-server "Start Server"
  press ctrl+Return
  launch udp-time-client
  sees udp-time-client "127.0.0.1 (text)"
}
USE

cat >"$root/first.sh" <<'FIRST'
. /use.sh
applications=/usr/share/applications
for program in udp-time-server udp-time-client tcp-chat-server tcp-chat-client; do
  man --pager=cat $program | grep -q -e --headless
done
# The older version leaves its settings, one of them the user's own.
mkdir -p ~/.config/tcp-chat-server ~/.config/tcp-chat-client
for program in tcp-chat-server tcp-chat-client; do printf '[program]\nport = 7001\n' >~/.config/$program/settings.toml; done
start_server
sees tcp-chat-server 7001
close tcp-chat-server
FIRST
cat >"$root/second.sh" <<'SECOND'
. /use.sh
applications=/usr/share/applications
start_server
sees tcp-chat-server 7001
chat
date +%s.%N >/tmp/replied
time_pair
close tcp-chat-client tcp-chat-server udp-time-client udp-time-server
invited
SECOND
cat >"$root/third.sh" <<'THIRD'
. /use.sh
tar -xzf /new.tar.gz -C /tmp
find ~ ! -type d | sort >/tmp/before
/tmp/time-and-chat-*/install.sh
applications=~/.local/share/applications
desktop-file-validate $applications/*.desktop
start_server
chat
time_pair
close tcp-chat-client tcp-chat-server udp-time-client udp-time-server
sh ~/.local/share/time-and-chat/uninstall.sh
[ ! -e ~/.local ] || { echo "left:"; find ~/.local; exit 1; }
find ~ ! -type d | sort | diff /tmp/before - | grep -v '/.config/' | grep '^[<>]' && exit 1
rm -r /tmp/time-and-chat-*
THIRD
cat >"$root/test.sh" <<'TEST'
set -eu
mount -t proc proc /proc
as_person() { runuser -u person -- env HOME=/home/person dbus-run-session -- sh -e "$1" 2>/said || { tail /said; exit 1; }; }
traces() { find / -xdev \( -path /proc -o -path /home \) -prune -o \( -name '*time-and-chat*' -o -name '*udp-time*' -o -name '*tcp-chat*' -o -name '*udp_time*' -o -name '*tcp_chat*' \) -print; }
echo "== the older version"
as_person /first.sh
echo "== upgrade"
began=$(date +%s.%N)
dpkg -i /new.deb >/log 2>&1 || { cat /log; exit 1; }
as_person /second.sh
replied=$(cat /tmp/replied)
seconds=$(echo "$began $replied" | awk '{print $2 - $1}')
echo "from dpkg -i to a chat reply: $seconds s"
awk "BEGIN {exit !($seconds < 20)}"
echo "== what describes the programs"
desktop-file-validate /usr/share/applications/{udp-time,tcp-chat}-{server,client}.desktop
gio mime x-scheme-handler/tcp-chat | grep -q tcp-chat-client.desktop
appstreamcli validate --no-net /usr/share/metainfo/*time_and_chat*.xml
for unit in /usr/share/systemd/user/tcp-chat-server.service /usr/share/systemd/user/udp-time-server.service; do
  [ -f "$unit" ] || { echo "$unit is missing"; exit 1; }
  [ -z "$(find /etc/systemd /home -name "$(basename "$unit")")" ] || { echo "$unit is on"; exit 1; }
done
echo "== purge"
dpkg --purge time-and-chat >/log 2>&1 || { cat /log; exit 1; }
left=$(traces)
[ -z "$left" ] || { echo "left: $left"; exit 1; }
find /home/person ! -type d ! -name '.bash*' ! -name .profile
grep -q 'port = 7001' /home/person/.config/tcp-chat-server/settings.toml
rm -r /home/person/.config
echo "== tar.gz"
as_person /third.sh
TEST
# All that runs there ends with its first process.
inside() { # inside OPTION... FILE: runs a script there
  unshare --mount --pid --fork --kill-child "${@:1:$#-1}" \
    sh -c 'ip link set lo up; mount -t tmpfs shm "$1/dev/shm"; exec chroot "$1" bash "$2"' sh "$root" "${@: -1}"
}
inside /install.sh
# No network: the programs are alone, and the bot that needs one fails.
inside --net /test.sh
echo "1 passed, 0 failed"
