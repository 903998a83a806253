#!/usr/bin/env bash
# Bends a copy of a crate's last commit, one place at a time, and lists what the crate's own tests do not notice. By hand: each place
# takes 5 to 20 s.
#   mutants.sh CRATE [OPTION of cargo mutants...]
#   mutants.sh common --file 'crates/common/src/chat/*.rs' --shard 0/8 -- -E 'not test(/^window/)'
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/packages.sh
crate=$1
shift
need_rust
cargo_tool cargo-mutants 27.1.0
copy=target/mutants
mkdir -p $copy
git archive HEAD | tar --extract --touch --directory $copy
cd $copy
# With the features that the whole workspace wants: the toolkit does not build without them. Cargo does not promise to keep this way.
export RUSTC_BOOTSTRAP=1 CARGO_UNSTABLE_FEATURE_UNIFICATION=true CARGO_RESOLVER_FEATURE_UNIFICATION=workspace
# A test in a process of its own, as everywhere here; one that hangs is a test that noticed.
exec cargo mutants --in-place --package "$crate" --test-tool nextest --cargo-arg=--locked --cargo-arg=--lib --minimum-test-timeout 60 "$@"
