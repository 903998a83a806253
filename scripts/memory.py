#!/usr/bin/env python3
"""How much memory a headless chat server and time client need when their limits are reached, and that they live under that limit.

    scripts/memory.py [--cgroup] [--wide] [--clients N] FOLDER [MIB]

FOLDER has the programs (`target/release`). Each runs with `prlimit --data`, with as much as docs/reliability.md says, or with MIB; with
--cgroup, as root, in a control group of its own instead, which counts what the system has for the program too. The chat server: N clients
(200) who ask for answers of the longest kind and never read, with small buffers of the system's or, with --wide, with usual ones and more
answers; and twice as many begun messages as may wait. Then one client more has to be answered. The time client: 250 senders, and nobody
reads what it prints. By hand, half a minute. Exit code 1 where one ends."""

import argparse
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

parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
parser.add_argument("programs", metavar="FOLDER", type=pathlib.Path)
parser.add_argument("mib", metavar="MIB", type=int, nargs="?")
parser.add_argument("--clients", metavar="N", type=int, default=200)
parser.add_argument("--cgroup", action="store_true")
parser.add_argument("--wide", action="store_true")
ARGUMENTS = parser.parse_args()
CLIENTS, CALLS, BEGUN = ARGUMENTS.clients, 16, 512
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


class Group:
    """A control group whose programs may have so many MiB together."""

    def __init__(self, mib):
        root = pathlib.Path("/sys/fs/cgroup")
        self.is_first = (root / "memory").is_dir()
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="memory-py-", dir=root / "memory" if self.is_first else root))
        limit = "memory.limit_in_bytes" if self.is_first else "memory.max"
        (self.folder / limit).write_text(str(mib << 20), encoding="utf-8")
        if self.is_first:
            # Version 1 counts the buffers of connections only where they have a limit, which is one of their own.
            (self.folder / "memory.kmem.tcp.limit_in_bytes").write_text(str(1 << 40), encoding="utf-8")

    def command(self):
        return ["sh", "-c", 'echo $$ > "$0" && exec "$@"', self.folder / "cgroup.procs"]

    def said(self):
        """What it needed, in MiB, once nobody is in it any more."""
        most = {"memory": "memory.max_usage_in_bytes", "connections": "memory.kmem.tcp.max_usage_in_bytes"}
        files = most if self.is_first else {"memory": "memory.peak"}
        said = [f"{int((self.folder / file).read_text()) >> 20} MiB of {name}" for name, file in files.items()]
        self.folder.rmdir()
        return ", ".join(said) + " at most"


class Limited:
    """A headless program that may have so many MiB of data, or all in all."""

    def __init__(self, program, mib, *arguments, reads):
        self.home = tempfile.TemporaryDirectory()
        environment = {"HOME": self.home.name, "XDG_CONFIG_HOME": self.home.name, "PATH": "/usr/bin:/bin"}
        self.group = Group(mib) if ARGUMENTS.cgroup else None
        limit = self.group.command() if self.group else ["prlimit", f"--data={mib << 20}"]
        command = [*limit, ARGUMENTS.programs / program, "--headless", *arguments]
        pipe = subprocess.PIPE
        self.process = subprocess.Popen(command, env=environment, stdout=pipe, stderr=pipe, text=True)
        self.name, self.mib = program, mib
        line = self.process.stdout.readline()
        self.port = int(re.search(r"Listening on [^,]*:(\d+)", line).group(1))
        if reads:
            threading.Thread(target=lambda: [None for _ in self.process.stdout], daemon=True).start()

    def end(self):
        """Says how much it needed, and whether it lives."""
        status = pathlib.Path(f"/proc/{self.process.pid}/status").read_text(encoding="utf-8")
        # One that is ending has none any more.
        data = re.search(r"VmData:\s+(\d+)", status)
        if data:
            self.process.terminate()
        code = self.process.wait(10)
        if data:
            print(f"{self.name}: {int(data.group(1)) >> 10} MiB of {self.mib} MiB, exit code {code}")
        else:
            print(f"{self.name}: ended under {self.mib} MiB with {code}: {self.process.stderr.read().splitlines()[:1]}")
        if self.group:
            print(f"  {self.group.said()}")
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
            if not ARGUMENTS.wide:
                # Little of an answer fits into the system's buffers.
                peer.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
                peer.setsockopt(socket.IPPROTO_TCP, socket.TCP_MAXSEG, 536)
            peer.connect(("127.0.0.1", server.port))
            peer.sendall(HELLO + b"".join(b'{"type":"say","id":%d,"text":"more"}\n' % id for id in range(16 if ARGUMENTS.wide else 4)))
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
    results = [chat_server(ARGUMENTS.mib or SERVER_MIB), time_client(ARGUMENTS.mib or TIME_MIB)]
    return 0 if all(results) else 1


if __name__ == "__main__":
    sys.exit(main())
