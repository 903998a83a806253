#!/usr/bin/python3
"""Starts each program on a display of its own and measures: from the start of the process to the first painted frame,
proportional memory, processor time while idle and while ticking. Where PyQt5 is there, the PyQt windows in the same run, in turn."""

import os
import pathlib
import socket
import statistics
import subprocess
import sys
import time

from Xlib import X, display, error

HERE = pathlib.Path(__file__).parent
ROOT = HERE.parent.parent
# All, or those that are named.
PROGRAMS = sys.argv[1:] or ["udp-time-server", "udp-time-client", "tcp-chat-client", "tcp-chat-server"]
STARTS = int(os.environ.get("STARTS", "11"))
IDLE_SECS = 20


def ours(name):
    return [str(ROOT / "target/release" / name)]


def with_gl(name):
    return [*ours(name), "--renderer", "gl"]


def pyqt(name):
    return ["/usr/bin/python3", str(HERE / "pyqt_windows.py"), name]


def has_pyqt():
    return subprocess.run(["/usr/bin/python3", "-c", "import PyQt5.QtWidgets"], capture_output=True).returncode == 0


def colours(window, width, height):
    """How many colours a row and a column through the window have: one until it is painted."""
    row = window.get_image(0, height // 2, width, 1, X.ZPixmap, 0xFFFFFFFF).data
    column = window.get_image(width // 4, 0, 1, height, X.ZPixmap, 0xFFFFFFFF).data
    return len({data[i:i + 3] for data in (row, column) for i in range(0, len(data), 4)})


def painted(screen):
    """Whether a window of the screen shows something."""
    for window in screen.root.query_tree().children:
        try:
            if window.get_attributes().map_state != X.IsViewable:
                continue
            shape = window.get_geometry()
            if shape.width > 50 and colours(window, shape.width, shape.height) > 1:
                return True
        except (error.BadDrawable, error.BadWindow, error.BadMatch):
            continue
    return False


def wait_painted(connection, deadline=20.0):
    begun = time.monotonic()
    while not painted(connection.screen()):
        if time.monotonic() - begun > deadline:
            sys.exit("no window was painted")
        time.sleep(0.001)


def proportional_mib(pid):
    for line in pathlib.Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1]) / 1024
    return 0.0


def processor_percent(pid, secs):
    def nanos():
        # By thread, and finer than the hundredths of a second of /proc/PID/stat.
        return sum(int((task / "schedstat").read_text().split()[0]) for task in pathlib.Path(f"/proc/{pid}/task").iterdir())
    before = nanos()
    time.sleep(secs)
    return (nanos() - before) / secs / 1e7


def start(command, connection):
    begun = time.monotonic()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    wait_painted(connection)
    return process, (time.monotonic() - begun) * 1000


def end(process, connection):
    process.terminate()
    process.wait(10)
    while painted(connection.screen()):
        time.sleep(0.005)


def measure(kinds, connection):
    for name in PROGRAMS:
        times = {kind: [] for kind in kinds}
        for _ in range(STARTS + 1):
            for kind, command in kinds.items():
                process, millis = start(command(name), connection)
                times[kind].append(millis)
                end(process, connection)
        for kind, command in kinds.items():
            # A chat client without a server counts down to its next attempt: that is no idle window, and stands under ticking.
            with socket.create_server(("127.0.0.1", 0)) as server:
                port = ["--port", str(server.getsockname()[1])] if name == "tcp-chat-client" else []
                process, _ = start([*command(name), *port], connection)
                time.sleep(6)
                memory = proportional_mib(process.pid)
                idle = processor_percent(process.pid, IDLE_SECS)
                end(process, connection)
            ticking = ""
            # The time client listens to a server of ours.
            busy = {"udp-time-server": ["--start"], "udp-time-client": [], "tcp-chat-client": ["--port", "1"]}.get(name)
            if busy is not None and (name, kind) != ("tcp-chat-client", "PyQt"):
                server = subprocess.Popen([*ours("udp-time-server"), "--headless", "--announce", "off"], stdout=subprocess.DEVNULL)
                process, _ = start([*command(name), *busy], connection)
                time.sleep(3)
                ticking = f"{processor_percent(process.pid, IDLE_SECS):.2f}"
                end(process, connection)
                server.terminate()
                server.wait(10)
            # The first start of each reads the disk.
            warm = sorted(times[kind][1:])
            print(f"{name:16} {kind:5} {statistics.median(warm):9.0f} {warm[0]:6.0f} {warm[-1]:6.0f} {memory:8.1f} "
                  f"{idle:8.2f} {ticking:>8}", flush=True)


if __name__ == "__main__":
    kinds = {"cpu": ours, "gl": with_gl}
    if has_pyqt():
        kinds["PyQt"] = pyqt
    else:
        print("PyQt5 is not there (package python3-pyqt5): ours alone.")
    print("program          kind  start: ms    min    max  PSS MiB  idle %CPU ticking %CPU")
    measure(kinds, display.Display())
