#!/bin/sh
# Takes away what install.sh installed. Settings, drafts and keys of the user stay: in ~/.config, a folder for each program.
set -eu
data=${XDG_DATA_HOME:-$HOME/.local/share}
own=$data/time-and-chat
[ -f "$own/files" ] || { echo "Nothing is installed in $data." >&2; exit 1; }
remove() { # remove FILE, and the folders that are empty then
  rm -f "$1"
  rmdir -p --ignore-fail-on-non-empty "$(dirname "$1")" 2>/dev/null || true
}
while read -r file; do remove "$file"; done <"$own/files"
remove "$own/files"
if command -v update-desktop-database >/dev/null && [ -d "$data/applications" ]; then
  update-desktop-database -q "$data/applications" || true
fi
cache=$data/applications/mimeinfo.cache
# With nothing but its heading it lists nothing.
if [ -f "$cache" ] && [ "$(wc -l <"$cache")" -le 1 ]; then remove "$cache"; fi
echo "The four programs are gone; settings stay in ${XDG_CONFIG_HOME:-$HOME/.config}."
