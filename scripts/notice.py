#!/usr/bin/env python3
"""Prints the licences of all crates that are linked into the four programs on a target (x86_64-pc-windows-gnu), each text once."""

import collections
import json
import pathlib
import subprocess
import sys

PROGRAMS = ["udp-time-server", "udp-time-client", "tcp-chat-server", "tcp-chat-client"]
ROOT = pathlib.Path(__file__).parent.parent
# Texts for crates that come without one, by the licence that we take of their choice.
OWN_TEXTS = {"Apache-2.0": ROOT / "LICENSE-APACHE", "BSL-1.0": ROOT / "packaging/windows/LICENSE-BSL"}
LICENCE_FILES = ("LICEN", "COPYING", "COPYRIGHT", "NOTICE", "UNLICENSE", "OFL", "UFL")


def output_of(*command):
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout


def linked(target):
    """The crates of others that the programs need when they run, not only to be built or tested."""
    tree = ["cargo", "tree", "--locked", f"--target={target}", "--edges=normal,no-proc-macro"]
    tree += ["--prefix=none", "--format={p}", *(f"--package={program}" for program in PROGRAMS)]
    names = {tuple(line.split(" ")[:2]) for line in output_of(*tree).splitlines() if line}
    packages = json.loads(output_of("cargo", "metadata", "--format-version=1", "--locked"))["packages"]
    foreign = [p for p in packages if p["source"] and (p["name"], f"v{p['version']}") in names]
    return sorted(foreign, key=lambda package: (package["name"], package["version"]))


def is_licence(path):
    name = path.name.upper()
    return path.is_file() and path.suffix != ".rs" and name.startswith(LICENCE_FILES)


def main():
    crates = linked(sys.argv[1])
    users = collections.defaultdict(list)
    print("The programs of time-and-chat contain the work of others: these crates, under these licences.\n")
    for crate in crates:
        name = f"{crate['name']} {crate['version']}"
        print(f"{name}: {crate['license'] or 'see its licence file below'}")
        if crate["authors"]:
            print(f"    by {', '.join(crate['authors'])}")
        root = pathlib.Path(crate["manifest_path"]).parent
        paths = sorted(path for path in root.rglob("*") if is_licence(path))
        if not paths:
            paths = [text for licence, text in OWN_TEXTS.items() if licence in (crate["license"] or "")][:1]
        if not paths:
            sys.exit(f"{name} has no licence text")
        for path in paths:
            text = path.read_text(encoding="utf-8", errors="replace").replace("\r\n", "\n").strip()
            users["\n".join(line.rstrip() for line in text.split("\n"))].append(f"{name} ({path.name})")
    for text, names in users.items():
        print(f"\n{'=' * 80}\n{', '.join(names)}\n{'-' * 80}\n{text}")
    print(f"{len(crates)} crates, {len(users)} different texts", file=sys.stderr)


main()
