#!/usr/bin/env bash
# cargo for another system: scripts/cargo-for.sh TARGET COMMAND ARGUMENT..., for example
#   scripts/cargo-for.sh x86_64-pc-windows-gnu build --workspace --exclude tests --bins
# Where rustup has the target, that is used. Elsewhere Debian's newest compiler is unpacked into a folder of the user's cache,
# and compiles the standard library, too.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/packages.sh
need_rust
cache=${XDG_CACHE_HOME:-$HOME/.cache}/time-and-chat
export CARGO_TARGET_DIR=${CARGO_TARGET_DIR:-$cache/target}
TARGET=$1 verb=$2
shift 2
case $TARGET in *-windows-gnu) need "for Windows" gcc-mingw-w64-x86-64-posix ;; esac
if rustup target list --installed 2>/dev/null | grep -qx "$TARGET"; then
  exec cargo "$verb" --target "$TARGET" "$@"
fi

root=$cache/rustc
if [ ! -x "$root/usr/bin/rustc" ]; then
  echo "rustup has no $TARGET here: unpacking Debian's compiler into $root."
  debs=$(mktemp -d)
  chmod 755 "$debs"
  (cd "$debs" && apt-get download -q rustc-web libstd-rust-web-1.96 libstd-rust-web-dev rust-web-src libllvm22)
  mkdir -p "$root.new"
  for deb in "$debs"/*.deb; do dpkg -x "$deb" "$root.new"; done
  rm -r "$debs"
  mv "$root.new" "$root"
fi
sources=$(echo "$root"/usr/src/rustc-*)
# The toolchain's own cargo: that of rustup would set another library path.
cargo=$(rustup which cargo 2>/dev/null || command -v cargo)
export RUSTC=$root/usr/bin/rustc LD_LIBRARY_PATH=$root/usr/lib/x86_64-linux-gnu
# Only unstable cargo compiles the standard library.
export RUSTC_BOOTSTRAP=1
if [ "$TARGET" = x86_64-pc-windows-gnu ]; then
  lib=$root/usr/lib/rustlib/$TARGET/lib
  mkdir -p "$lib"
  for part in rsbegin rsend; do
    [ -f "$lib/$part.o" ] || "$RUSTC" --crate-type lib --emit=obj --target "$TARGET" -o "$lib/$part.o" "$sources/library/rtstartup/$part.rs"
  done
  export CARGO_TARGET_X86_64_PC_WINDOWS_GNU_LINKER=x86_64-w64-mingw32-gcc
  # Where the standard library and what build scripts write lie is no part of a program.
  export RUSTFLAGS="-Clink-self-contained=no -L $lib --remap-path-prefix=$root=rust --remap-path-prefix=$CARGO_TARGET_DIR=target ${RUSTFLAGS:-}"
fi
exec "$cargo" "$verb" -Zbuild-std=std,panic_abort --target "$TARGET" "$@"
