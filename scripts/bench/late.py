#!/usr/bin/python3
"""How late the ticks of a time server leave: `late.py PROGRAM [TICKS]`, heard on loopback by the kernel's own time of arrival (SO_TIMESTAMPNS).
The words in WRAP come before the program: `WRAP="setpriv --reuid=65534 --bounding-set=-all"` makes it an ordinary user's. BUSY=1 spins
a process a core beside it."""

import os
import shlex
import socket
import struct
import subprocess
import sys

SO_TIMESTAMPNS, INTERVAL_US = 35, 50_000
program, ticks = sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 600
listener = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
listener.bind(("127.0.0.1", 0))
listener.setsockopt(socket.SOL_SOCKET, SO_TIMESTAMPNS, 1)
busy = [subprocess.Popen([sys.executable, "-c", "while True: pass"]) for _ in range(os.cpu_count() if os.environ.get("BUSY") else 0)]
server = subprocess.Popen([*shlex.split(os.environ.get("WRAP", "")), program, "--headless", "--format", "json", "--interval", "50ms",
                           "--port", str(listener.getsockname()[1])], stdout=subprocess.DEVNULL)
late = []
for _ in range(ticks):
    for level, kind, data in listener.recvmsg(2048, 200)[1]:
        if (level, kind) == (socket.SOL_SOCKET, SO_TIMESTAMPNS):
            seconds, nanos = struct.unpack("qq", data[:16])
            late.append((seconds * 1_000_000 + nanos // 1000) % INTERVAL_US / 1000)
for process in [server, *busy]:
    process.terminate()
    process.wait()
late.sort()
print(f"p50 {late[ticks // 2]:.3f} ms   p99 {late[ticks * 99 // 100]:.3f} ms   max {late[-1]:.3f} ms")
