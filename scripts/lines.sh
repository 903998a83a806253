#!/usr/bin/env bash
# Counts the lines of code of each crate, or with --files of each source file: without tests, comments and blank lines.
set -euo pipefail
cd "$(dirname "$0")/.."
count() { # count CRATE: lines and name of each source file
  find "$1" -path '*/src/*' -name '*.rs' \
      ! -name 'tests.rs' ! -name '*_tests.rs' ! -path '*/tests/*' ! -name simulation.rs ! -name invariants.rs ! -name test_peer.rs -print0 |
    xargs -0 awk '
      FNR == 1 { is_test = 0 }
      /^(pub\(.*\) )?mod .*tests? \{$/ { is_test = 1 }
      !is_test && NF && !/^ *\/\// { lines[FILENAME]++ }
      END { for (file in lines) print lines[file], file }'
}
if [ "${1:-}" = --files ]; then
  for crate in crates/*; do count "$crate"; done | sort -n
  exit
fi
for crate in crates/*; do
  count "$crate" | awk -v crate="$crate/" '{ lines += $1 } END { printf "%6d %s\n", lines, crate }'
done | awk '{ print; lines += $1 } END { printf "%6d in all\n", lines }'
