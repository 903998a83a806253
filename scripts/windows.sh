#!/usr/bin/env bash
# Makes what Windows users install, into target/windows: a zip and a setup, what is in them (an SBOM), and their SHA-256 sums. By
# hand, on Debian 12. PROFILE=dev builds faster, and runs slower. scripts/windows-test.sh tries them under Wine.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/packages.sh

PROFILE=${PROFILE:-release}
need_rust
# shellcheck disable=SC2086  # a list of packages
need "for Windows" $BUILD_PACKAGES $WINDOWS_PACKAGES
cargo_tool cargo-cyclonedx 0.5.9

name=time-and-chat
programs=(udp-time-server udp-time-client tcp-chat-server tcp-chat-client)
version=$(sed -n 's/^version = "\(.*\)"/\1/p' Cargo.toml | head -n 1)
# All times in the packages: the same sources give the same bytes.
SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct)}
export SOURCE_DATE_EPOCH TZ=UTC
target=x86_64-pc-windows-gnu
out=$PWD/target/windows
stage=$out/$name-$version-$target
# Beside what is packed: cargo links again where one of them changes.
export WINDOWS_RESOURCES=$PWD/target/windows-resources
rm -rf "$out"
mkdir -p "$stage/console" "$WINDOWS_RESOURCES"

pictures=$(mktemp -d)
trap 'rm -r "$pictures"' EXIT
for program in "${programs[@]}"; do
  for size in 16 20 24 32 40 48 64 256; do
    rsvg-convert --width $size --height $size --output "$pictures/$size.png" "packaging/icons/$program.svg"
  done
  icotool --create --output="$pictures/$program.ico" "$pictures"/{16,20,24,32,40,48,64}.png --raw="$pictures/256.png"
  x86_64-w64-mingw32-windres --include-dir=packaging/windows --include-dir="$pictures" \
    --define=ICON_FILE="\\\"$program.ico\\\"" --define=PROGRAM="\\\"$program\\\"" --define=VERSION="\\\"$version\\\"" \
    --define=NAME="\\\"$(sed -n 's/^Name=//p' "packaging/$program.desktop")\\\"" --define=NUMBERS="${version//./,},0" \
    --input=packaging/windows/program.rc --output="$pictures/$program.o"
  # An unchanged one keeps its time.
  cmp --quiet "$pictures/$program.o" "$WINDOWS_RESOURCES/$program.o" || cp "$pictures/$program.o" "$WINDOWS_RESOURCES/"
done

export CARGO_TARGET_DIR=${CARGO_TARGET_DIR:-${XDG_CACHE_HOME:-$HOME/.cache}/time-and-chat/target}
# Where the sources and the crates lie is no part of a program.
fast=()
flags="--remap-path-prefix=$PWD=. --remap-path-prefix=${CARGO_HOME:-$HOME/.cargo}=cargo --remap-path-prefix=$CARGO_TARGET_DIR=target"
[ "$PROFILE" != dev ] || { flags=${RUSTFLAGS:-} fast=(-DFAST); }
RUSTFLAGS=$flags scripts/cargo-for.sh $target build --locked --workspace --exclude tests --bins --profile "$PROFILE"
built=$CARGO_TARGET_DIR/$target/${PROFILE/#dev/debug}
for program in "${programs[@]}"; do
  x86_64-w64-mingw32-strip -o "$stage/$program.exe" "$built/$program.exe"
  # Windows itself has all libraries that a program names.
  foreign=$(x86_64-w64-mingw32-objdump -p "$stage/$program.exe" | sed -n 's/.*DLL Name: //p' | grep -iE '^(lib|vcruntime)' || true)
  [ -z "$foreign" ] || { echo "$program.exe needs $foreign." >&2; exit 1; }
  # A shell waits for this kind, hands it pipes and Ctrl-C, and gets its exit code; a click opens a console behind the window.
  x86_64-w64-mingw32-objcopy --subsystem console "$stage/$program.exe" "$stage/console/$program.exe"
done
[ "$PROFILE" = dev ] || hold_no_paths "$CARGO_TARGET_DIR" "$stage"/*.exe
mkdir "$stage/docs"
cp README.md CHANGELOG.md LICENSE-APACHE LICENSE-MIT "$stage"
cp docs/{bots,protocol,security,time,windows}.md "$stage/docs"
scripts/notice.py $target >"$stage/NOTICE.txt"
find "$stage" -exec touch --date="@$SOURCE_DATE_EPOCH" {} +

(cd "$out" && find "${stage##*/}" -type f | LC_ALL=C sort | zip --quiet -X -9 "${stage##*/}.zip" -@)
# What the uninstaller deletes, by name.
(cd "$stage" && find . -type f -printf 'Delete "$INSTDIR\\%P"\n' -o -mindepth 1 -type d -printf 'RMDir "$INSTDIR\\%P"\n') |
  tr / '\\' | LC_ALL=C sort >"$pictures/files.nsh"
makensis -V2 -NOCD "${fast[@]}" -DVERSION="$version" -DSOURCE="$stage" -DFILES="$pictures/files.nsh" -DICON="$pictures/tcp-chat-client.ico" \
  -DOUTPUT="$out/$name-$version-setup.exe" packaging/windows/setup.nsi
rm -r "$stage"

sbom $target "$out" -windows
(cd "$out" && sha256sum -- *.zip *.exe *.json >SHA256SUMS)
ls -l "$out"
