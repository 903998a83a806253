#!/usr/bin/env bash
# Counts the lines of code of each crate: without tests, comments and blank lines.
set -euo pipefail
cd "$(dirname "$0")/.."
total=0
for crate in crates/*/; do
  lines=$(find "$crate" -path '*/src/*' -name '*.rs' \
      ! -name 'tests.rs' ! -name '*_tests.rs' ! -path '*/tests/*' ! -name simulation.rs ! -name test_peer.rs -print0 |
    xargs -0 awk 'FNR == 1 {is_test = 0} /^(pub\(.*\) )?mod .*tests? \{$/ {is_test = 1} !is_test && NF && !/^ *\/\// {n++} END {print n + 0}')
  printf '%6d %s\n' "$lines" "$crate"
  total=$((total + lines))
done
printf '%6d in all\n' "$total"
