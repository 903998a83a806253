#!/usr/bin/env bash
# Makes what Linux users install, into target/packages: a Debian package, an rpm, a tar.gz for one user without root,
# what is in them (an SBOM), and their SHA-256 sums. PROFILE=dev builds faster, and runs slower.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/packages.sh

PROFILE=${PROFILE:-release}
# Where the project is on the web. Nowhere yet: this name is reserved for examples, and leads nowhere.
HOME_URL=${HOME_URL:-https://time-and-chat.example}

need_rust
# shellcheck disable=SC2086  # a list of packages
need "for the packages" $BUILD_PACKAGES $PACKAGE_PACKAGES
cargo_tool cargo-deb 3.8.0
cargo_tool cargo-cyclonedx 0.5.9

name=time-and-chat
programs=(udp-time-server udp-time-client tcp-chat-server tcp-chat-client)
version=$(sed -n 's/^version = "\(.*\)"/\1/p' Cargo.toml | head -n 1)
# All times in the packages: the same sources give the same bytes.
SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct)}
export SOURCE_DATE_EPOCH
day=$(date --utc --date="@$SOURCE_DATE_EPOCH" +%F)
out=target/packages
stage=$out/stage
share=$stage/share
doc=$share/doc/$name
rm -rf "$out"
mkdir -p "$stage/bin" "$doc"

# Where the sources and the crates lie is no part of a program.
flags="--remap-path-prefix=$PWD=. --remap-path-prefix=${CARGO_HOME:-$HOME/.cargo}=cargo"
targets=(--bins)
# As the tests build it, which may have been done already.
squeeze=--best payload=w19.zstdio fast=()
[ "$PROFILE" != dev ] || { flags=${RUSTFLAGS:-} targets+=(--examples) squeeze=--fast payload=w1.zstdio fast=(--fast); }
RUSTFLAGS=$flags cargo build --locked --workspace "${targets[@]}" --profile "$PROFILE"
built=target/${PROFILE/#dev/debug}
for program in "${programs[@]}"; do
  install --strip "$built/$program" "$stage/bin/$program"
done
[ "$PROFILE" = dev ] || hold_no_paths "$PWD/target" "$stage"/bin/*
glibc=$(for program in "${programs[@]}"; do objdump -T "$stage/bin/$program"; done | grep -o 'GLIBC_[0-9.]*' | sort -Vu | tail -n 1)
# By the dev profile, which is quick; the pages are the same.
cargo build --locked --workspace --examples
target/debug/examples/manuals "$share"

entry() { # entry PROGRAM KEY: what the .desktop file says
  sed -n "s/^$2=//p" "packaging/$1.desktop"
}
for program in "${programs[@]}"; do
  install -D --mode=644 -t "$share/applications" "packaging/$program.desktop"
  icons=$share/icons/hicolor
  install -D --mode=644 -t "$icons/scalable/apps" "packaging/icons/$program.svg"
  for size in 16 22 24 32 48 64 128 256 512; do
    mkdir -p "$icons/${size}x$size/apps"
    rsvg-convert --width $size --height $size --output "$icons/${size}x$size/apps/$program.png" "packaging/icons/$program.svg"
  done
  mkdir -p "$share/metainfo"
  sed -e "s|@PROGRAM@|$program|; s|@ID@|${program//-/_}|; s|@NAME@|$(entry "$program" Name)|; s|@NAME_ZH@|$(entry "$program" 'Name\[zh_CN]')|" \
    -e "s|@SUMMARY@|$(entry "$program" Comment)|; s|@SUMMARY_ZH@|$(entry "$program" 'Comment\[zh_CN]')|" \
    -e "s|@HOME@|$HOME_URL|; s|@VERSION@|$version|; s|@DATE@|$day|" \
    packaging/metainfo.xml >"$share/metainfo/example.time_and_chat.${program//-/_}.metainfo.xml"
done
install -D --mode=644 -t "$share/systemd/user" packaging/systemd/*.service
install -D --mode=644 packaging/debian/lintian-overrides "$share/lintian/overrides/$name"
install --mode=644 README.md docs/bots.md docs/protocol.md docs/time.md "$doc"
scripts/notice.py x86_64-unknown-linux-gnu >"$doc/NOTICE"
install --mode=644 packaging/debian/copyright "$doc"
cp CHANGELOG.md "$doc/changelog"
cat >"$doc/changelog.Debian" <<CHANGES
$name ($version-1) unstable; urgency=medium

  * Version $version: see changelog.gz.

 -- The maintainers <maintainers@${HOME_URL#https://}>  $(date --utc --date="@$SOURCE_DATE_EPOCH" -R)
CHANGES
gzip --best --no-name "$doc"/{NOTICE,changelog,changelog.Debian} "$share"/man/man1/*
find "$stage" -type d -exec chmod 755 {} + -o -type f ! -path '*/bin/*' -exec chmod 644 {} +

cargo deb --package tests --no-build --no-strip --output "$out/" --quiet "${fast[@]}"

rpms=$(mktemp -d)
trap 'rm -rf "$rpms"' EXIT
rpmbuild -bb --quiet --define "_topdir $rpms" --define "_rpmdir $rpms" --define "VERSION $version" --define "STAGE $PWD/$stage" \
  --define "HOME_URL $HOME_URL" --define "PAYLOAD $payload" packaging/time-and-chat.spec
mv "$rpms"/*/*.rpm "$out/"

# The tar.gz: the same files, and two scripts.
system=$(uname -m)-linux
folder=$name-$version-$system
cp -r "$stage" "$out/$folder"
rm -r "$out/$folder/share/lintian" "$out/$folder/share/doc/$name/changelog.Debian.gz"
install packaging/install.sh packaging/uninstall.sh "$out/$folder"
tar --create --sort=name --mtime="@$SOURCE_DATE_EPOCH" --owner=0 --group=0 --numeric-owner -C "$out" "$folder" |
  gzip "$squeeze" --no-name >"$out/$folder.tar.gz"
rm -r "$out/$folder" "$stage"

sbom x86_64-unknown-linux-gnu "$out"
(cd "$out" && sha256sum -- *.deb *.rpm *.tar.gz *.json >SHA256SUMS)
ls -l "$out"
echo "The programs need ${glibc/_/ } or newer."
