#!/usr/bin/python3
"""Counts the frames of the largest window of $DISPLAY for SECONDS, by the X server's own reports of what was drawn (DAMAGE): `frames.py SECONDS`."""

import sys
import time

from Xlib import X, display
from Xlib.ext import damage

# The rectangles of one frame come within this.
TOGETHER = 0.004
seconds = int(sys.argv[1])
connection = display.Display()
connection.damage_query_version()
sizes = {}
for window in connection.screen().root.query_tree().children:
    if window.get_attributes().map_state == X.IsViewable:
        shape = window.get_geometry()
        sizes[shape.width * shape.height] = window
sizes[max(sizes)].damage_create(damage.DamageReportNonEmpty)
frames, last, end = [], 0.0, time.monotonic() + seconds
while time.monotonic() < end:
    if not connection.pending_events():
        time.sleep(0.0005)
        continue
    event = connection.next_event()
    if event.type == connection.extension_event.DamageNotify:
        connection.damage_subtract(event.damage, 0, 0)
        connection.flush()
        now = time.monotonic()
        if now - last > TOGETHER:
            frames.append(now)
        last = now
halves = [0] * (seconds * 2)
for frame in frames:
    halves[min(int((frame - frames[0]) * 2), len(halves) - 1)] += 1
print(f"{len(frames) / seconds:.1f} frames/s; in each half second, for one: {[count * 2 for count in halves]}")
