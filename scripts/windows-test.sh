#!/usr/bin/env bash
# Tries the programs that scripts/windows.sh has made, under Debian's Wine 8, as a user whose name is not ASCII. What the end-to-end
# tests ask of the programs on Linux is asked of these, too; then come a console, windows, and the setup.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/packages.sh
need_rust
# shellcheck disable=SC2086  # lists of packages
need "for the test under Wine" $BUILD_PACKAGES $WINDOWS_PACKAGES $WINE_PACKAGES $DISPLAY_PACKAGES wmctrl util-linux
(cd target/windows && sha256sum --check --quiet SHA256SUMS)
work=$(mktemp -d)
trap 'end' EXIT
end() { "${as_user[@]}" wineserver -k || true; rm -rf --one-file-system "$work"; }
mkdir "$work/home" "$work/programs"
unzip -q -d "$work" target/windows/*.zip
folder=$(echo "$work"/time-and-chat-*-windows-gnu)

# Whoever has no entry among the users is called as the environment says. The same user owns all files outside.
person='Zoë 小明'
as_user=(unshare --user --map-user=54321 --map-group=54321 env USER="$person" HOME="$work/home" WINEPREFIX="$work/prefix"
  WINEARCH=win64 WINEDEBUG=-all WINEDLLOVERRIDES='mscoree,mshtml,winemenubuilder.exe=')
wine=/usr/lib/wine/wine64
echo "== a Windows: $($wine --version)"
env -u DISPLAY "${as_user[@]}" $wine wineboot.exe --init >/dev/null 2>&1
system=$work/prefix/drive_c/windows/system32
if [ ! -f "$system/bcryptprimitives.dll" ]; then
  # Wine 8 has not the one function of it that Rust asks for random bytes.
  printf '%s\n' '#include <windows.h>' 'BOOLEAN NTAPI SystemFunction036(void *, ULONG);' \
    '__declspec(dllexport) BOOL WINAPI ProcessPrng(BYTE *to, SIZE_T size) { return SystemFunction036(to, size); }' >"$work/stub.c"
  x86_64-w64-mingw32-gcc -shared -o "$system/bcryptprimitives.dll" "$work/stub.c" -ladvapi32
fi
for program in udp-time-server udp-time-client tcp-chat-server tcp-chat-client; do
  # Each keeps its process id.
  { printf '#!/usr/bin/env bash\nexec '; printf '%q ' "${as_user[@]}" $wine "$folder/$program.exe"; echo '"$@"'; } >"$work/programs/$program"
  chmod +x "$work/programs/$program"
done
