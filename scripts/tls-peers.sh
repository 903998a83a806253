#!/usr/bin/env bash
# Chats with a server that repeats, by peers that we did not write: in TLS, and plain on the same port. Says NOT RUN of what is not installed, and fails
# where one gets no answer. For a person; needs a debug build.
set -euo pipefail
cd "$(dirname "$0")/.."
server=target/debug/tcp-chat-server
[ -x $server ] || { echo "There is no $server: cargo build --workspace --locked"; exit 1; }
folder=$(mktemp -d)
: >"$folder/log"
XDG_CONFIG_HOME=$folder $server --headless --json --port 0 --bot echo >"$folder/log" &
pid=$!
trap 'kill $pid || true; rm -r "$folder"' EXIT
until grep -q '"event":"encrypts"' "$folder/log"; do
  kill -0 $pid 2>/dev/null || { echo "The server ended."; exit 1; }
  sleep 0.1
done
port=$(sed -n 's/.*"event":"listening","address":"[^"]*:\([0-9]*\)".*/\1/p' "$folder/log")
certificate=$folder/tcp-chat-server/server-certificate.pem
failed=0

# peer NAME PROGRAM COMMAND...: the command has to print what it is told, one line.
peer() {
  local name=$1 program=$2 said
  shift 2
  if ! command -v "$program" >/dev/null; then echo "$name: NOT RUN, $program is not installed"; return; fi
  # Standard input stays open until there is an answer: some close both ways at its end.
  said=$( (echo hello; sleep 2) | timeout 10 "$@" 2>"$folder/errors" | grep -x hello || true)
  if [ "$said" = hello ]; then echo "$name: answered"; else echo "$name: NO ANSWER: $(tail -1 "$folder/errors")"; failed=1; fi
}
peer "nc, plain" nc nc -N 127.0.0.1 "$port"
for version in 1_2 1_3; do
  peer "openssl s_client -tls$version" openssl openssl s_client -quiet -tls$version -connect "127.0.0.1:$port"
done
peer "openssl s_client, the certificate as CA" openssl \
  openssl s_client -quiet -verify_return_error -CAfile "$certificate" -connect "127.0.0.1:$port"
peer "socat OPENSSL" socat socat -t 5 - "OPENSSL:127.0.0.1:$port,verify=0"
peer "socat OPENSSL, the certificate as CA" socat \
  socat -t 5 - "OPENSSL:127.0.0.1:$port,cafile=$certificate,commonname=$(hostname)"
peer "gnutls-cli" gnutls-cli gnutls-cli --insecure --logfile=/dev/null -p "$port" 127.0.0.1
peer "gnutls-cli, the certificate as CA" gnutls-cli \
  gnutls-cli --x509cafile="$certificate" --verify-hostname="$(hostname)" --logfile=/dev/null -p "$port" 127.0.0.1

cat >"$folder/qt.py" <<'PY'
# QSslSocket: refuses by default, accepts the pinned certificate, accepts the file as CA.
import sys
from PyQt5.QtCore import QCoreApplication, QCryptographicHash
from PyQt5.QtNetwork import QSslCertificate, QSslSocket
port, file, host = int(sys.argv[1]), sys.argv[2], sys.argv[3]
app = QCoreApplication([])
pin = bytes(QSslCertificate.fromPath(file)[0].digest(QCryptographicHash.Sha256))
for way in "default", "pin", "CA":
    socket = QSslSocket()
    if way == "pin":
        socket.sslErrors.connect(lambda errors: bytes(
            socket.peerCertificate().digest(QCryptographicHash.Sha256)) == pin and socket.ignoreSslErrors())
    if way == "CA":
        socket.addCaCertificates(file)
    socket.setPeerVerifyName(host)
    socket.connectToHostEncrypted("127.0.0.1", port)
    connected = socket.waitForEncrypted(5000)
    if connected:
        socket.write(b"hello\n")
        connected = socket.waitForReadyRead(5000) and bytes(socket.readAll()) == b"hello\n"
    if connected == (way == "default"):
        sys.exit("QSslSocket, " + way + ": " + socket.errorString())
    print("QSslSocket, " + way + ": " + ("answered" if connected else "refuses, as it should"))
PY
if /usr/bin/python3 -c 'import PyQt5.QtNetwork' 2>/dev/null; then
  /usr/bin/python3 "$folder/qt.py" "$port" "$certificate" "$(hostname)" || failed=1
else
  echo "QSslSocket: NOT RUN, python3-pyqt5 is not installed"
fi
exit $failed
