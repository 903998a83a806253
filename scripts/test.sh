#!/usr/bin/env bash
# Installs what the tests need and runs all of them. Ends with what could not run here.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/packages.sh

need_rust
# shellcheck disable=SC2086  # lists of packages
need "for the build and the tests" $BUILD_PACKAGES $WINDOW_PACKAGES $GL_PACKAGES $DISPLAY_PACKAGES $TEST_PACKAGES
if ! cargo nextest --version >/dev/null 2>&1; then
  echo "Installing the test runner cargo-nextest."
  cargo install --locked cargo-nextest
fi
if ! cargo deny --version >/dev/null 2>&1; then
  echo "Installing cargo-deny, which looks at the dependencies."
  cargo install --locked cargo-deny@0.20.2
fi
# Tests that need llmock are ignored without it.
with_llmock=()
if find_llmock; then with_llmock=(--run-ignored all); fi

# Tests that cannot run here write a line into this.
skipped=target/tmp/skipped
rm -f "$skipped"

step() { printf '\n== %s\n' "$*"; "$@"; }
step cargo fmt --all --check
step scripts/house-rules.sh
step scripts/faults.py --check
# Not advisories: their database is on the network.
step cargo deny --locked check licenses bans sources
step cargo clippy --locked --workspace --all-targets -- --deny warnings
step env RUSTDOCFLAGS="--deny warnings" cargo doc --locked --workspace --no-deps --document-private-items
step cargo check --locked --package common --no-default-features
step scripts/fuzz.sh 30
step cargo nextest run --locked --workspace "${with_llmock[@]}"
step env TEST_RENDERER=gl cargo nextest run --locked --workspace -E 'test(/^(desktop|input_methods)::/)'
# Two minutes of what docs/reliability.md lets run for hours.
step cargo build --locked --workspace --bins
step env PROFILE=dev scripts/soak.sh 0.034
if [ -s "$skipped" ]; then
  printf '\n!! NOT RUN, though they count as passed:\n%s\n' "$(sort -u "$skipped")" >&2
fi
if [ ${#with_llmock[@]} -eq 0 ]; then
  printf '\n!! NOT RUN: the tests of the bot openai at llmock, which could not be installed (see above).\n' >&2
fi
