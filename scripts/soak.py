#!/usr/bin/python3
"""The long run of scripts/soak.sh: starts the programs, troubles them, measures, and judges by slopes."""

import atexit
import csv
import http.server
import json
import os
import pathlib
import random
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time

HOURS, PROGRAMS = float(sys.argv[1]), pathlib.Path(sys.argv[2])
OUT = pathlib.Path("target/soak")
EVERY = 10.0 if HOURS >= 0.1 else 2.0
CHAT, WINDOW_CHAT, RESTARTED, TIME = 7001, 7002, 7003, 7006
LISTENER = "127.0.0.2"
PAGE, TICK = os.sysconf("SC_PAGE_SIZE"), os.sysconf("SC_CLK_TCK")
# What may grow in an hour before it is called growth, beyond what the noise explains.
BOUNDS = {"rss_kib": 1024.0, "fds": 1.0, "threads": 1.0}
# Lists fill in the first minutes, and the heap around them in the first half hour: a short run is judged by what it has grown in all.
IS_SHORT = HOURS < 1
SHORT_BOUNDS = {"rss_kib": 24 * 1024.0, "fds": 16.0, "threads": 4.0}
random.seed(1)
over = threading.Event()
faults, counts, lock = [], {}, threading.Lock()
latencies = []


def count(what, by=1):
    with lock:
        counts[what] = counts.get(what, 0) + by


def fault(text):
    with lock:
        faults.append(f"{time.monotonic() - BEGAN:.0f} s: {text}")
    print("FAULT", text, flush=True)


class Bot(http.server.BaseHTTPRequestHandler):
    """A Qingyun that answers mostly, and now and then fails in one of several ways."""
    protocol_version = "HTTP/1.1"
    # Head and body in one segment.
    wbufsize = -1

    def do_GET(self):
        mood = random.random()
        if mood < 0.02:
            self.connection.close()
            return
        body = json.dumps({"result": 0, "content": "an answer"}).encode()
        if mood < 0.04:
            body = b"<html>no JSON</html>"
        elif mood < 0.06:
            over.wait(2)
        self.send_response(500 if 0.06 < mood < 0.08 else 200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


class Running:
    """A program of ours, whose figures are taken."""

    def __init__(self, name, program, *arguments, is_measured=True, reads=None):
        self.name, self.is_measured = name, is_measured
        home = HOME / name
        home.mkdir(exist_ok=True)
        environment = dict(os.environ, HOME=str(home), XDG_CONFIG_HOME=str(home), LANGUAGE="en")
        self.log = open(OUT / f"{name}.log", "wb")
        self.process = start(
            [str(PROGRAMS / program), *arguments], env=environment, stdin=subprocess.PIPE,
            stdout=subprocess.PIPE if reads else subprocess.DEVNULL, stderr=self.log)
        if reads:
            thread(lambda: [reads(line) for line in self.process.stdout])
        self.cpu = 0

    def figures(self):
        proc = pathlib.Path(f"/proc/{self.process.pid}")
        fields = (proc / "stat").read_text().rsplit(")", 1)[1].split()
        cpu, before = int(fields[11]) + int(fields[12]), self.cpu
        self.cpu = cpu
        return {
            "rss_kib": int((proc / "statm").read_text().split()[1]) * PAGE // 1024,
            "fds": len(os.listdir(proc / "fd")),
            "threads": int(fields[17]),
            "cpu_percent": round((cpu - before) / TICK / EVERY * 100, 2) if before else 0.0,
        }

    def end(self):
        self.process.terminate()
        try:
            code = self.process.wait(5)
        except subprocess.TimeoutExpired:
            self.process.kill()
            return fault(f"{self.name} did not end within 5 s of SIGTERM")
        if code != 0:
            fault(f"{self.name} ended with {code}")


started = []


def start(command, **options):
    """A process that ends with this one, however that ends."""
    process = subprocess.Popen(command, **options)
    started.append(process)
    return process


@atexit.register
def end_all():
    over.set()
    for process in started:
        if process.poll() is None:
            process.kill()
            process.wait()


def thread(work):
    threading.Thread(target=work, daemon=True).start()


def repeat(pause, work):
    """Does it again and again; what the network says no to is no fault of ours."""
    def loop():
        while not over.wait(pause() if callable(pause) else pause):
            try:
                work()
            except OSError:
                count(f"{work.__name__}: refused")
            except Exception as error:
                fault(f"{work.__name__}: {error!r}")
    thread(loop)


def dial(port, timeout=10):
    stream = socket.create_connection(("127.0.0.1", port), timeout)
    stream.settimeout(timeout)
    return stream


def visitor():
    """A client that asks some questions and goes, in one of three ways."""
    with dial(random.choice([CHAT, WINDOW_CHAT])) as stream:
        try:
            ask(stream)
        except OSError as error:
            # At the end the servers stop.
            if not over.is_set():
                fault(f"a visitor was let in, and then: {error!r}")


def ask(stream):
    """The questions of a visitor, one after the other."""
    file = stream.makefile("rwb")
    is_plain = random.random() < 0.5
    if not is_plain:
        file.write(b'{"type":"hello","protocol":1}\n')
        file.flush()
        file.readline()
    for number in range(random.randint(1, 5)):
        asked = time.monotonic()
        line = f"question {number}" if is_plain else json.dumps({"type": "say", "id": number, "text": "hello"})
        file.write(line.encode() + b"\n")
        file.flush()
        while True:
            answer = file.readline()
            if not answer:
                # At the end the servers stop.
                return None if over.is_set() else fault("a visitor was left without an answer")
            if is_plain or json.loads(answer)["type"] in ("reply", "failed"):
                break
        with lock:
            latencies.append(time.monotonic() - asked)
        count("answers")
    if random.random() < 0.3:
        stream.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")


def nuisance():
    """One that does what no client should."""
    with dial(random.choice([CHAT, WINDOW_CHAT])) as stream:
        stream.sendall(random.choice([
            b"\x16\x03\x01\x02\x00\x01", b"x" * 200_000, b'{"type":"hello","protocol":1}\n{"type":"say"' * 50,
            b"\xff\xfe\xfd\n" * 100, b"a\n" * 500, b""]))
        over.wait(random.random())
    count("nuisances")


def flood():
    """Datagrams for the time clients, more than a person reads."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        sender.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
        for _ in range(2000):
            sender.sendto(os.urandom(random.randint(0, 60)), ("127.255.255.255", TIME))
    count("flood datagrams", 2000)


def interface():
    """A cable that is plugged in and pulled."""
    if subprocess.run(["ip", "link", "add", "eth0", "type", "veth", "peer", "name", "eth1"], capture_output=True).returncode:
        return
    for words in (["addr", "add", "192.168.1.20/24", "brd", "+", "dev", "eth0"], ["link", "set", "eth0", "up"],
                  ["link", "set", "eth1", "up"]):
        subprocess.run(["ip", *words], check=False)
    over.wait(5)
    subprocess.run(["ip", "link", "del", "eth0"], check=False)
    count("interfaces")


def settings():
    """Zooms a window, which is remembered."""
    windows = subprocess.run(["xdotool", "search", "--onlyvisible", "--name", "."], capture_output=True, text=True).stdout.split()
    if windows:
        window = random.choice(windows)
        for key in ("ctrl+plus", "ctrl+minus"):
            subprocess.run(["xdotool", "key", "--window", window, key], capture_output=True)
        count("settings")


seen, next_seq = {}, {}


def ticks():
    """What a listener of ours hears of the headless time server: each number once."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        # An address that the floods do not reach.
        listener.bind((LISTENER, TIME))
        listener.settimeout(1)
        while not over.is_set():
            try:
                tick = json.loads(listener.recv(2000))
                sender, seq = tick["sender"], tick["seq"]
            except (TimeoutError, ValueError, KeyError, TypeError):
                continue
            if seq != next_seq.get(sender, seq):
                fault(f"tick {seq} of {sender} where {next_seq[sender]} was due")
            next_seq[sender] = seq + 1
            count("ticks")


def slope(points):
    """Growth in an hour, and its standard error, by least squares."""
    n = len(points)
    mean_t, mean_v = sum(t for t, _ in points) / n, sum(v for _, v in points) / n
    spread = sum((t - mean_t) ** 2 for t, _ in points)
    rate = sum((t - mean_t) * (v - mean_v) for t, v in points) / spread
    rest = sum((v - mean_v - rate * (t - mean_t)) ** 2 for t, v in points)
    # Neighbours in time are alike: each ten count as one.
    freedom = max(n / 10 - 2, 1)
    return rate * 3600, (rest / n * (n / 10) / freedom / spread * 10) ** 0.5 * 3600


def percentile(values, share):
    return sorted(values)[min(int(len(values) * share), len(values) - 1)] if values else 0.0


def plot(rows):
    """Memory of each program over time, one line each."""
    width, height, colours = 900, 360, ["#1f5fbf", "#b03030", "#2a7a3a", "#8a5a00", "#6a3fa0", "#007a80", "#505050", "#c05090"]
    most, last = max(row["rss_kib"] for row in rows) / 1024 * 1.1, max(max(row["t"] for row in rows), 1)
    lines = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" font-family="sans-serif" font-size="12">',
             f'<rect width="{width}" height="{height}" fill="#ffffff"/>']
    for part in range(5):
        y, value = 320 - part * 75, most * part / 4
        lines.append(f'<path d="M50 {y}H690" stroke="#dddddd"/><text x="44" y="{y + 4}" text-anchor="end">{value:.0f}</text>')
        x = 50 + part * 160
        lines.append(f'<text x="{x}" y="338" text-anchor="middle">{last * part / 4 / 60:.0f}</text>')
    lines.append('<text x="370" y="356" text-anchor="middle">minutes</text><text x="56" y="14">memory, MiB</text>')
    names = list(dict.fromkeys(row["program"] for row in rows))
    for at, name in enumerate(names):
        points = " ".join(f'{50 + row["t"] / last * 640:.1f},{320 - row["rss_kib"] / 1024 / most * 300:.1f}'
                          for row in rows if row["program"] == name)
        colour = colours[at % len(colours)]
        lines.append(f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="1.5"/>'
                     f'<text x="700" y="{24 + at * 18}" fill="{colour}">{name}</text>')
    (OUT / "soak.svg").write_text("\n".join([*lines, "</svg>", ""]))


signal.signal(signal.SIGTERM, lambda *_: sys.exit("ended"))
BEGAN = time.monotonic()
OUT.mkdir(parents=True, exist_ok=True)
homes = tempfile.TemporaryDirectory(prefix="soak-", ignore_cleanup_errors=True)
HOME = pathlib.Path(homes.name)
subprocess.run(["ip", "link", "set", "lo", "up"], check=False)
read_end, write_end = os.pipe()
start(["Xvfb", "-displayfd", str(write_end), "-screen", "0", "1600x1200x24", "-nolisten", "tcp", "-noreset"],
      pass_fds=[write_end], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
os.close(write_end)
display = os.read(read_end, 16).decode().strip() or sys.exit("Xvfb does not start")
os.environ["DISPLAY"] = f":{display}"
start(["openbox", "--sm-disable"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
bot = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Bot)
bot.daemon_threads = True
thread(bot.serve_forever)
BOTS = ["--bot", "qingyun,builtin", "--bot-url", f"qingyun=http://127.0.0.1:{bot.server_port}/", "--bot-option", "qingyun.rate=none",
        "--bot-option", "qingyun.timeout=1"]
THROUGH = ["--max-clients-per-address", "50000"]
replies = threading.Event()
running = [
    Running("chat server", "tcp-chat-server", "--headless", "--port", str(CHAT), *BOTS, *THROUGH),
    Running("chat server window", "tcp-chat-server", "--start", "--port", str(WINDOW_CHAT), *BOTS, *THROUGH),
    Running("time server", "udp-time-server", "--headless", "--format", "json", "--port", str(TIME), "--to", LISTENER, "--to", "127.0.0.1", "--to", "broadcast"),
    Running("time server window", "udp-time-server", "--start", "--port", str(TIME), "--to", "127.255.255.255"),
    Running("time client", "udp-time-client", "--headless", "--listen", "any", "--port", str(TIME), "--stats", "10"),
    Running("time client window", "udp-time-client", "--listen", "any", "--port", str(TIME)),
    Running("chat client", "tcp-chat-client", "--headless", "--port", str(CHAT),
            reads=lambda line: replies.set() if line.startswith(b"Server:") else None),
    Running("chat client window", "tcp-chat-client", "--port", str(RESTARTED)),
]
restarted = [Running("restarted server", "tcp-chat-server", "--headless", "--port", str(RESTARTED), "--bot", "builtin")]


def restart():
    restarted.pop().end()
    restarted.append(Running("restarted server", "tcp-chat-server", "--headless", "--port", str(RESTARTED), "--bot", "builtin"))
    count("restarts")


def talk():
    """The one who stays asks on."""
    replies.clear()
    client = next(one for one in running if one.name == "chat client")
    client.process.stdin.write(b"still here?\n")
    client.process.stdin.flush()
    if not replies.wait(15) and not over.is_set():
        fault("the client that stays has no answer within 15 s")


thread(ticks)
time.sleep(3)
for pause, work in [(0.02, visitor), (0.02, visitor), (0.5, nuisance), (5, flood), (1, talk), (20, interface), (30, settings),
                    (45 if HOURS >= 0.1 else 15, restart)]:
    repeat(pause, work)
rows, end = [], BEGAN + HOURS * 3600
with open(OUT / "soak.csv", "w", newline="") as file:
    table = csv.DictWriter(file, ["t", "program", "rss_kib", "fds", "threads", "cpu_percent", "answers", "p50_ms", "p99_ms", "ticks"])
    table.writeheader()
    while time.monotonic() < end and all(one.process.poll() is None for one in running):
        over.wait(EVERY)
        with lock:
            taken, latencies[:] = latencies[:], []
            told = dict(counts)
        for one in running:
            try:
                row = {"t": round(time.monotonic() - BEGAN), "program": one.name, **one.figures(), "answers": told.get("answers", 0),
                       "p50_ms": round(percentile(taken, 0.5) * 1000, 1), "p99_ms": round(percentile(taken, 0.99) * 1000, 1),
                       "ticks": told.get("ticks", 0)}
            except OSError:
                continue
            rows.append(row)
            table.writerow(row)
        file.flush()
for one in running:
    if one.process.poll() is not None:
        fault(f"{one.name} is gone: {one.process.returncode}")
over.set()
time.sleep(1)
for one in [*running, *restarted]:
    if one.process.poll() is None:
        one.end()
end_all()

# The listener was there before the first was due; a second may pass at either end.
if counts.get("ticks", 0) < time.monotonic() - BEGAN - 10:
    fault(f"only {counts.get('ticks', 0)} ticks")
if not rows:
    sys.exit("nothing was measured:\n" + "\n".join(faults))
plot(rows)
print(f"{(time.monotonic() - BEGAN) / 60:.0f} min: " + ", ".join(f"{value} {name}" for name, value in sorted(counts.items())))
print(f"answers p50 {percentile([row['p50_ms'] for row in rows], 0.5):.1f} ms; worst p99 of {EVERY:.0f} s {max(row['p99_ms'] for row in rows):.0f} ms")
# The first third is for caches to fill.
warm = rows[-1]["t"] / 3
for one in running:
    own = [row for row in rows if row["program"] == one.name and row["t"] >= warm]
    if len(own) < 12:
        fault(f"{one.name}: too short to judge")
        continue
    words = []
    for figure, bound in SHORT_BOUNDS.items() if IS_SHORT else []:
        if own[-1][figure] - own[0][figure] > bound:
            fault(f"{one.name}: {figure} went from {own[0][figure]} to {own[-1][figure]}")
    for figure, bound in BOUNDS.items():
        rate, error = slope([(row["t"], row[figure]) for row in own])
        words.append(f"{figure} {own[-1][figure]} ({rate:+.1f} +- {error:.1f} an hour)")
        if not IS_SHORT and rate - 3 * error > bound:
            fault(f"{one.name}: {figure} grows by {rate:.1f} +- {error:.1f} an hour, more than {bound:.0f}")
    cpu = sum(row["cpu_percent"] for row in own) / len(own)
    print(f"  {one.name}: {', '.join(words)}, processor {cpu:.1f} %")
print(f"{len(faults)} faults" + "".join(f"\n  {text}" for text in faults[:40]))
sys.exit(1 if faults else 0)
