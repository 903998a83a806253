#!/usr/bin/env python3
"""How much memory a headless chat server and time client need when their limits are reached, and that they live under that limit.

    scripts/memory.py FOLDER [MIB]

FOLDER has the programs (`target/release`). Each runs with `prlimit --data`, with as much as docs/reliability.md says, or with MIB. The
chat server: CLIENTS who ask for answers of the longest kind and never read, and twice as many begun messages as may wait; then one client
more has to be answered. The time client: 250 senders, and nobody reads what it prints. By hand, half a minute. Exit code 1 where one ends."""

import http.server
import json
import pathlib
import re
import socket
import subprocess
import sys
import tempfile
import threading
import time

PROGRAMS = pathlib.Path(sys.argv[1])
CLIENTS, CALLS, BEGUN = 200, 16, 512
# The program, what may wait, what bots remember, calls, clients: see docs/reliability.md.
SERVER_MIB = 32 + 64 + 16 + 3 * CALLS + 2 * CLIENTS
TIME_MIB = 96
HELLO = b'{"type":"hello","protocol":1,"client":"memory.py"}\n'


class Bot(http.server.BaseHTTPRequestHandler):
    """A Qingyun whose answers are as long as they may be, in a body as long as one may be; JSON makes them twice as long."""
    protocol_version = "HTTP/1.1"
    wbufsize = -1
    answer = json.dumps({"result": 0, "content": '"' * (256 * 1024)}).encode() + b" " * (500 * 1000)

    def do_GET(self):
        self.send_response(200)
        self.send_header("Content-Length", str(len(self.answer)))
        self.end_headers()
        self.wfile.write(self.answer)

    def log_message(self, *_):
        pass


class Service(http.server.ThreadingHTTPServer):
    request_queue_size = 1000

    def handle_error(self, *_):
        """A call that was dropped is none of ours."""


class Limited:
    """A headless program that may have so many MiB of data."""

    def __init__(self, program, mib, *arguments, reads):
        home = tempfile.mkdtemp()
        environment = {"HOME": home, "XDG_CONFIG_HOME": home, "PATH": "/usr/bin:/bin"}
        command = ["prlimit", f"--data={mib << 20}", PROGRAMS / program, "--headless", *arguments]
        pipe = subprocess.PIPE
        self.process = subprocess.Popen(command, env=environment, stdout=pipe, stderr=pipe, text=True)
        self.name, self.mib = program, mib
        line = self.process.stdout.readline()
        self.port = int(re.search(r"Listening on [^,]*:(\d+)", line).group(1))
        if reads:
            threading.Thread(target=lambda: [None for _ in self.process.stdout], daemon=True).start()

    def end(self):
        """Says how much it needed, and whether it lives."""
        code = self.process.poll()
        if code is None:
            status = pathlib.Path(f"/proc/{self.process.pid}/status").read_text(encoding="utf-8")
            data = int(re.search(r"VmData:\s+(\d+)", status).group(1)) >> 10
            self.process.terminate()
            code = self.process.wait(10)
            print(f"{self.name}: {data} MiB of {self.mib} MiB, exit code {code}")
        else:
            print(f"{self.name}: ended under {self.mib} MiB with {code}: {self.process.stderr.read().splitlines()[:1]}")
        return code


def chat_server(mib):
    service = Service(("127.0.0.1", 0), Bot)
    threading.Thread(target=service.serve_forever, daemon=True).start()
    most = str(CLIENTS + BEGUN + 10)
    server = Limited(
        "tcp-chat-server", mib, "--port", "0", "--bot-url", f"http://127.0.0.1:{service.server_port}/", "--bot-option",
        "qingyun.rate=none", "--max-clients", most, "--max-clients-per-address", most, "--max-bot-calls", str(CALLS), reads=True,
    )
    crowd = []
    try:
        for _ in range(CLIENTS):
            peer = socket.socket()
            # Little of an answer fits into the system's buffers.
            peer.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
            peer.setsockopt(socket.IPPROTO_TCP, socket.TCP_MAXSEG, 536)
            peer.connect(("127.0.0.1", server.port))
            peer.sendall(HELLO + b"".join(b'{"type":"say","id":%d,"text":"more"}\n' % id for id in range(4)))
            crowd.append(peer)
        for _ in range(BEGUN):
            peer = socket.create_connection(("127.0.0.1", server.port), timeout=10)
            crowd.append(peer)
            try:
                peer.sendall(HELLO + b'{"type":"say","id":1,"text":"' + b"x" * 250_000)
            except OSError:
                # Too much waits already.
                pass
        time.sleep(8)
        with socket.create_connection(("127.0.0.1", server.port), timeout=10) as other:
            other.sendall(b"room?\n")
            is_answered = len(other.recv(16)) > 0
    except OSError:
        is_answered = False
    return server.end() == 0 and is_answered


def time_client(mib):
    client = Limited("udp-time-client", mib, "--port", "0", reads=False)
    senders = []
    for host in range(1, 251):
        sender = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        sender.bind((f"127.0.1.{host}", 0))
        senders.append(sender)
    for round_ in range(4000):
        for sender in senders:
            # Small ones reach the limit of the number, large ones that of the bytes.
            sender.sendto(b"x" * (300 if round_ < 2000 else 8000), ("127.0.0.1", client.port))
    # What it printed is read by nobody: it may say so when it ends.
    return client.end() in (0, 1)


def main():
    mib = int(sys.argv[2]) if len(sys.argv) > 2 else None
    results = [chat_server(mib or SERVER_MIB), time_client(mib or TIME_MIB)]
    return 0 if all(results) else 1


if __name__ == "__main__":
    sys.exit(main())
