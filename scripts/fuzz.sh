#!/usr/bin/env bash
# Fuzzes both parsers, each for SECONDS (60). Needs a nightly toolchain, cargo-fuzz and a C++ compiler; says so where one
# is missing.
set -euo pipefail
cd "$(dirname "$0")/.."
seconds=${1:-60}
if ! rustup toolchain list 2>/dev/null | grep -q '^nightly' || ! cargo fuzz --version >/dev/null 2>&1 \
  || ! command -v c++ >/dev/null; then
  echo "Not fuzzed: that takes a nightly toolchain (rustup toolchain install nightly), cargo-fuzz (cargo install --locked cargo-fuzz) and a C++ compiler (the package g++)."
  exit 0
fi
for target in chat time; do
  # What it finds new goes into a folder that is not kept; a crash leaves its input in fuzz/artifacts.
  new=$(mktemp -d)
  cargo +nightly fuzz run "$target" "$new" "fuzz/corpus/$target" -- -max_total_time="$seconds" -max_len=4096 -verbosity=0
  rm -r "$new"
done
