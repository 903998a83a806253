#!/usr/bin/env bash
# Makes the font that the pictures of tests/screens are drawn with where the built-in ones have no glyph: of
# Noto Sans CJK SC, the characters of the message files and of the tests.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/packages.sh
need "for the font of the tests" fonts-noto-cjk python3-fonttools
chars=$(mktemp)
trap 'rm "$chars"' EXIT
cat crates/common/languages/*.ftl tests/screens/*.rs | LC_ALL=C.UTF-8 grep -oP '[^\x00-\x{1fff}]' | LC_ALL=C sort -u | tr -d '\n' >"$chars"
/usr/bin/python3 -m fontTools.subset /usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc --font-number=2 \
  --text-file="$chars" --layout-features='' --no-hinting --drop-tables+=BASE,DSIG,GDEF,GPOS,GSUB,VORG,vhea,vmtx \
  --output-file=tests/screens/font/NotoSansCJKsc-subset.otf
ls -l tests/screens/font
