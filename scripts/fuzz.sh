#!/usr/bin/env bash
# Fuzzes the parsers that a peer's bytes, the answers of a service, a user's brain, or what somebody pastes, reach: each for SECONDS (60), or those that are named.
# `mesh`, which draws triangles, `settings` and `drafts` have to be named: they compile all that a window needs.
#   fuzz.sh [SECONDS] [TARGET...]
# Installs the fuzzer where it is missing.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/packages.sh
seconds=${1:-60}
shift || true
targets=("$@")
[ ${#targets[@]} -gt 0 ] || targets=(access brain chat service text time)
features=()
for target in "${targets[@]}"; do
  case $target in mesh | settings | drafts) features=(--features window) ;; esac
done
need_rust
need "for the fuzzer" g++
if ! cargo fuzz --version >/dev/null 2>&1; then
  echo "Installing cargo-fuzz."
  cargo install --locked cargo-fuzz@0.13.2 || { echo "!! NOT FUZZED: cargo-fuzz cannot be installed (see above)." >&2; exit 0; }
fi
# Sanitizers are not stable: any compiler takes their flags with this.
export RUSTC_BOOTSTRAP=1
new=$(mktemp -d)
trap 'rm -r "$new"' EXIT
echo 'fn main() {}' | rustc -Z sanitizer=address --crate-name probe -o "$new/probe" - ||
  { echo "!! NOT FUZZED: the compiler here cannot build with a sanitizer (see above)." >&2; exit 0; }
cargo fuzz build "${features[@]}"
for target in "${targets[@]}"; do
  # What it finds new goes into a folder that is not kept; a crash leaves its input in fuzz/artifacts.
  mkdir "$new/$target"
  options=(-max_total_time="$seconds" -max_len=4096 -verbosity=0)
  # A file is read by a thread of its own: what that has not given back yet when the fuzzer looks is taken for a leak.
  case $target in settings | drafts) options+=(-detect_leaks=0) ;; esac
  cargo fuzz run "${features[@]}" "$target" "$new/$target" "fuzz/corpus/$target" -- "${options[@]}"
  echo "$target: nothing found in $seconds s, $(find "$new/$target" -type f | wc -l) new inputs"
done
