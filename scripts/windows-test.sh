#!/usr/bin/env bash
# Tries what scripts/windows.sh has made under Debian's Wine 8, as a user whose name is not ASCII. What the end-to-end tests ask of the
# programs on Linux is asked of these, too; then come a console, windows (with a picture in target/windows), and the setup.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/packages.sh
need_rust
# shellcheck disable=SC2086  # lists of packages
need "for the test under Wine" $BUILD_PACKAGES $WINDOWS_PACKAGES $WINE_PACKAGES $DISPLAY_PACKAGES $TEST_PACKAGES
(cd target/windows && sha256sum --check --quiet SHA256SUMS)
work=$(mktemp -d)

# Whoever has no entry among the users is called as the environment says; outside, all files are ours. Wine's own menu entries, though not
# our programs, want a name that its code page has.
person=Zoë
as_user=(unshare --user --map-user=54321 --map-group=54321 env USER="$person" HOME="$work/home" WINEPREFIX="$work/prefix"
  WINEARCH=win64 WINEDEBUG=-all WINEDLLOVERRIDES='mscoree,mshtml,winemenubuilder.exe=')

end() {
  "${as_user[@]}" timeout 10 wineserver -k || true
  [ ! -f "$work/display" ] || kill "$(cat "$work/display")"
  rm -rf --one-file-system "$work"
}
trap end EXIT
mkdir "$work/home" "$work/programs"
unzip -q -d "$work" target/windows/*.zip
folder=$(echo "$work"/time-and-chat-*-windows-gnu)
programs=(udp-time-server udp-time-client tcp-chat-server tcp-chat-client)

wine() { "${as_user[@]}" timeout 60 /usr/lib/wine/wine64 "$@"; }
fail() { echo "FAILED: $*" >&2; exit 1; }

# Windows of a Wine that began without a display are never seen.
Xvfb -displayfd 3 -screen 0 1460x640x24 -nolisten tcp -noreset 3>"$work/number" >/dev/null 2>&1 &
echo $! >"$work/display"
until [ -s "$work/number" ]; do kill -0 "$(cat "$work/display")"; sleep 0.1; done
DISPLAY=:$(cat "$work/number")
export DISPLAY
until wmctrl -m >/dev/null 2>&1; do openbox --sm-disable >/dev/null 2>&1 & sleep 0.3; done

echo "== a Windows: $(/usr/lib/wine/wine64 --version)"
wine wineboot.exe --init >/dev/null 2>&1
if [ ! -f "$work/prefix/drive_c/windows/system32/bcryptprimitives.dll" ]; then
  # Wine 8 has not the one function of it that Rust asks for random bytes.
  printf '%s\n' '#include <windows.h>' 'BOOLEAN NTAPI SystemFunction036(void *, ULONG);' \
    '__declspec(dllexport) BOOL WINAPI ProcessPrng(BYTE *to, SIZE_T size) { return SystemFunction036(to, size); }' >"$work/stub.c"
  x86_64-w64-mingw32-gcc -shared -o "$work/prefix/drive_c/windows/system32/bcryptprimitives.dll" "$work/stub.c" -ladvapi32
fi
data="$work/prefix/drive_c/users/$person/AppData"
[ -d "$data/Roaming" ]

echo "== the end-to-end tests"
for program in "${programs[@]}"; do
  # Each keeps its process id.
  { printf '#!/usr/bin/env bash\nexec '; printf '%q ' "${as_user[@]}" /usr/lib/wine/wine64 "$folder/$program.exe"; echo '"$@"'; } \
    >"$work/programs/$program"
  chmod +x "$work/programs/$program"
done
# Left out is what asks for something of Linux: SIGTERM, its devices and files, network namespaces, descriptors, an environment that names
# certificates or the folder of settings, its words for errors; what its clients on one port do (docs/windows.md); and resets, which Wine reports as an end. Wine
# beside other work is slow at times: a second try is allowed.
TEST_PROGRAMS=$work/programs cargo nextest run --locked --workspace --no-fail-fast --test-threads 2 --retries 1 -E '
  test(/^(original_demos|time|chat|builtin|bots|encryption|hostile_clients|server_under_load|command_line|golden::(chat_server|chat_client))::/)
  - test(/llmock|ctrl_c_and_sigterm|sigterm_ends|a_full_output|display|time_zone|survives_its_restart|ends_within_its_grace/)
  - test(/a_key_file_that_gives_nothing|no_proxy_is_asked|what_a_proxy_does_wrong|a_certificate_decides|nobody_listens_there|there_is_no_such_name/)
  - test(/on_another_computer|an_impostor|an_invitation_does_not_put_its_key|only_the_networks|descriptor|a_server_that_stops|a_reset_in_the_middle/)
  - test(/exclusive_address|the_clients_of_one_computer|three_clients_and_a_listener/)
  - test(/every_reason_to_try_again|clients_at_fault|a_talk_with_fallbacks|too_many_clients|waiting_messages|limits_and_notices|of_one_address/)' \
  >"$work/log" 2>&1 || { grep -E '^ +(FAIL|TIMEOUT)|panicked' "$work/log" >&2; fail "end-to-end tests"; }
grep -E '^ +Summary' "$work/log"

echo "== standard input, output, settings"
python3 - "$folder" "${as_user[@]}" /usr/lib/wine/wine64 <<'PEERS'
import re, socket, subprocess, sys
folder, *wine = sys.argv[1:]
def run(program, *args, **more):
    return subprocess.run([*wine, f"{folder}/{program}", *args], capture_output=True, timeout=60, **more)
listener = socket.create_server(("127.0.0.1", 0))
port = str(listener.getsockname()[1])
# A message of Notepad: a byte order mark, and Windows' line end.
client = subprocess.Popen([*wine, f"{folder}/tcp-chat-client.exe", "--headless", "--dialect", "plain", "--port", port],
                          stdin=subprocess.PIPE, stdout=subprocess.PIPE)
peer, _ = listener.accept()
client.stdin.write(b"\xef\xbb\xbf\xe4\xbd\xa0\xe5\xa5\xbd\r\n")
client.stdin.close()
assert peer.recv(100) == "你好".encode()
peer.sendall("再见".encode())
said = client.stdout.read().decode()
assert "Server: 再见\n" in said and client.wait(60) == 0, said
# A port that is taken, and an output that swallows everything.
taken = run("tcp-chat-server.exe", "--headless", "--port", port)
assert taken.returncode == 2 and b"in use" in taken.stderr, taken
shell = run("console/tcp-chat-client.exe", "--version")
assert re.fullmatch(rb"tcp-chat-client [0-9.]+\n", shell.stdout), shell
nul = subprocess.run([*wine, "cmd.exe", "/c", "console\\tcp-chat-client.exe --help > NUL && echo well"], cwd=folder, capture_output=True, timeout=60)
assert nul.stdout.split() == [b"well"], nul
# A datagram that is refused comes back as an error of the next receive.
times = subprocess.Popen([*wine, f"{folder}/udp-time-server.exe", "--headless", "--to", f"127.0.0.1:{port}", "--interval", "0.2"],
                         stdout=subprocess.PIPE)
for _ in range(10):
    assert times.stdout.readline()
times.kill()
print("a mark and a line end of Windows, a taken port, NUL, refused datagrams: as promised")
PEERS

echo "== a console"
python3 - "$folder" "${as_user[@]}" /usr/lib/wine/wine64 <<'CONSOLE'
import os, pty, re, select, sys, termios, time
folder, *wine = sys.argv[1:]
class Console:
    """A program in a terminal that Wine takes for a console."""
    def __init__(self, *words):
        self.said = b""
        self.pid, self.terminal = pty.fork()
        if self.pid == 0:
            os.chdir(folder)
            os.execvp(wine[0], [*wine, *words])
    def read(self, wanted, seconds=30):
        end = time.monotonic() + seconds
        # A console cuts lines where it ends, in the middle of words.
        while not re.search(wanted, re.sub(rb"\s", b"", self.said)):
            if time.monotonic() > end:
                sys.exit(f"no {wanted!r} in {self.said.decode(errors='replace')}")
            if select.select([self.terminal], [], [], 0.2)[0]:
                try:
                    self.said += re.sub(rb"\x1b\[[0-9;?]*[A-Za-z]", b"", os.read(self.terminal, 65536))
                except OSError:
                    break
    def type(self, line):
        # Until the shell reads it, the terminal changes what is typed.
        while termios.tcgetattr(self.terminal)[0] & termios.ICRNL:
            time.sleep(0.1)
        self.said = b""
        os.write(self.terminal, line + b"\r")
# The kind without a console borrows that of the shell.
shell = Console("cmd.exe")
shell.read(rb">$")
shell.type(b"tcp-chat-client.exe --version")
shell.read(rb">tcp-chat-client[0-9]")
shell.type(b"tcp-chat-client.exe --nonsense")
shell.read(rb"unexpectedargument'--nonsense'found")
shell.type(b"exit")
os.waitpid(shell.pid, 0)
# The kind for consoles ends at Ctrl-C, with its last line and exit code 0.
server = Console("console/tcp-chat-server.exe", "--headless", "--port", "0", "--bot", "echo")
server.read(rb"Listeningon")
os.write(server.terminal, b"\x03")
server.read(rb"Stopped")
assert os.waitpid(server.pid, 0)[1] == 0
print("borrowed, and ended by Ctrl-C with exit code 0")
CONSOLE
port=$(python3 -c 'import socket; print(socket.create_server(("127.0.0.1", 0)).getsockname()[1])')
(cd "$folder/console" && wine wineconsole.exe tcp-chat-server.exe --headless --port "$port" --bot echo >/dev/null 2>&1) &
until nc -z 127.0.0.1 "$port"; do kill -0 $! || fail "no server in a window of a console"; sleep 0.2; done
wmctrl -c 'tcp-chat-server.exe'
wait $! || true
! nc -z 127.0.0.1 "$port" || fail "a server outlives its console"
echo "ended with the window of its console"

echo "== a network"
cat >"$work/network.sh" <<'NETWORK'
set -euo pipefail
folder=$1 wine=("${@:2}")
ip link set lo up
ip link add lan0 type veth peer name cable
ip address add 10.77.0.1/24 broadcast + dev lan0
ip link set lan0 up
ip link set cable up
cd "$(mktemp --directory --tmpdir="$folder")"
run() { "${wine[@]}" "$folder/$1.exe" --headless --json "${@:2}"; }
said() { # said FILE PATTERN: waits until it is there
  for _ in $(seq 300); do ! grep -qs "$2" "$1" || return 0; sleep 0.1; done
  echo "no $2 in $1: $(head -c 1000 "$1")" >&2
  exit 1
}
run tcp-chat-server --listen any --bot echo >chat &
run udp-time-server --to 10.77.0.255 --to 127.0.0.1 --interval 0.2 --format json >time &
said chat '"announced"'
for client in tcp-chat-client udp-time-client; do
  # It listens for 3 s.
  for _ in 1 2 3 4 5; do run $client --find >found && break; done
  grep -q '"found".*"address":"10.77.0.1:6666"' found
  run $client --check-network=10.77.0.1 >check || true
  said check '"own_addresses".*"10.77.0.1/24"'
  said check '"echo_heard".*"10.77.0.255"'
done
# Two on one port, and one on the interface: no tick twice, though one of the two hears it by two ways.
run udp-time-client --listen :: --port 6667 >first &
run udp-time-client --listen :: --port 6667 >second &
lan=$(sed -n 's/.*"own_addresses","interface":"\([^"]*\)".*/\1/p' check | tail -n 1)
run udp-time-client --listen "$lan" --port 6667 >third &
for client in first second third; do said $client '"listening"'; done
run udp-time-server --to 127.0.0.1 --port 6667 --interval 0.2 --format json >ticks &
for client in first second; do said $client '\\"seq\\":15,'; done
for client in first second third; do
  twice=$(grep -o '\\"seq\\":[0-9]*' $client | sort | uniq -d || true)
  [ -z "$twice" ] || { echo "$client hears twice: $twice" >&2; exit 1; }
done
[ "$(grep -c '"datagram"' third)" = 0 ] || { echo "what is for 127.0.0.1 came in by $lan" >&2; exit 1; }
echo "announced, found, checked; each tick once"
NETWORK
# Sockets are those of Wine's server: one of that network. All that runs there ends with its first process.
"${as_user[@]}" timeout 10 wineserver -k
unshare --user --map-root-user --net --pid --fork --kill-child bash "$work/network.sh" "$folder" "${as_user[@]}" /usr/lib/wine/wine64 \
  2>"$work/log" || { tail "$work/log" >&2; fail "a network"; }

echo "== the setup"
setup=$(echo target/windows/*-setup.exe)
key='HKCU\Software\Microsoft\Windows\CurrentVersion\Uninstall\time-and-chat'
open='HKCU\Software\Classes\tcp-chat\shell\open\command'
wine "$setup" /S
installed="$data/Local/Programs/time-and-chat"
menu="$data/Roaming/Microsoft/Windows/Start Menu/Programs/time-and-chat"
for program in "${programs[@]}"; do [ -f "$installed/$program.exe" ] || fail "$program is not installed"; done
[ "$(find "$menu" -name '*.lnk' | wc -l)" = 4 ] || fail "no four menu entries"
wine reg query "$key" /v QuietUninstallString | grep -q uninstall.exe || fail "nothing to uninstall is known"

echo "== windows"
shown() { # shown TITLE: its $window, once it is there
  window=$(timeout 40 xdotool search --sync --onlyvisible --name "$1\$" | tail -n 1) || fail "no window is called $1"
}
# The server from its menu entry, a client by a click on an invitation. Windows looks for schemes among the user's own first, Wine 8 does not.
wine start /unix "$menu/TCP chat server.lnk" >/dev/null 2>&1 &
shown "TCP chat server"
xdotool windowactivate --sync "$window" key ctrl+Return
shown "127.0.0.1:6666 - TCP chat server"
wine reg copy 'HKCU\Software\Classes\tcp-chat' 'HKLM\Software\Classes\tcp-chat' /s /f >/dev/null
wine start 'tcp-chat://127.0.0.1:6666/' >/dev/null 2>&1 &
shown "127.0.0.1:6666 - TCP chat"
xdotool windowsize "$window" 560 520 windowmove "$window" 885 60 windowactivate --sync "$window" type --delay 30 '1234567 * 7'
# What is typed is kept in a file until it is sent and answered.
draft=$data/Roaming/tcp-chat-client/draft-1.json
until_draft() { for _ in $(seq 100); do "$@" && return; sleep 0.1; done; fail "the message was not typed and answered: $(cat "$draft")"; }
until_draft grep -qs 1234567 "$draft"
xdotool key Return
until_draft eval '! grep -qs 1234567 "$draft"'
sleep 2
import -window root target/windows/windows.png
colours=$(convert target/windows/windows.png -unique-colors -format '%w' info:)
[ "$colours" -gt 50 ] || fail "the windows are empty: $colours colours"
for title in "TCP chat" "TCP chat server"; do
  wmctrl -F -c "127.0.0.1:6666 - $title"
  for _ in $(seq 100); do wmctrl -l | grep -q "6666 - $title\$" || continue 2; sleep 0.1; done
  fail "$title does not close"
done
for program in tcp-chat-server tcp-chat-client; do [ -f "$data/Roaming/$program/settings.toml" ] || fail "no settings of $program"; done
[ -f "$data/Roaming/tcp-chat-server/server-key.pem" ] || fail "the server has no key"

echo "== uninstalled"
wine "$installed/uninstall.exe" /S
# It goes on in a process of its own; the scheme goes last.
for _ in $(seq 100); do wine reg query "$open" >/dev/null 2>&1 || break; sleep 0.1; done
[ ! -e "$installed" ] || fail "left: $(find "$installed")"
[ ! -e "$menu" ] || fail "left: $menu"
for left in "$key" "$open"; do ! wine reg query "$left" >/dev/null 2>&1 || fail "left: $left"; done
[ -f "$data/Roaming/tcp-chat-server/settings.toml" ] || fail "the settings are gone"
echo "1 passed, 0 failed"
