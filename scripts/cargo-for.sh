#!/usr/bin/env bash
# cargo for another system: scripts/cargo-for.sh TARGET COMMAND ARGUMENT..., for example
#   scripts/cargo-for.sh x86_64-pc-windows-gnu build --workspace --exclude tests --bins
#   scripts/cargo-for.sh aarch64-apple-darwin check --workspace --exclude tests
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
options=()
case $verb-$TARGET in
  *-windows-gnu) need "for Windows" gcc-mingw-w64-x86-64-posix ;;
  check-*-apple-*)
    # Debian has no C compiler for macOS. The one build script that wants it compiles what only a linker takes: cargo is told instead
    # what that script would have said.
    version=$(sed -n '/^name = "aws-lc-sys"/{n;s/version = "\(.*\)"/\1/p}' Cargo.lock)
    key=target.$TARGET.aws_lc_${version//./_}
    options=(--config "$key.rustc-cfg=['universal']" --config "$key.include='.'")
    ;;
esac
if rustup target list --installed 2>/dev/null | grep -qx "$TARGET"; then
  exec cargo "$verb" "${options[@]}" --target "$TARGET" "$@"
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
  # Where the standard library lies is no part of a program.
  export RUSTFLAGS="-Clink-self-contained=no -L $lib --remap-path-prefix=$root=rust ${RUSTFLAGS:-}"
fi
exec "$cargo" "$verb" -Zbuild-std=std,panic_abort "${options[@]}" --target "$TARGET" "$@"
