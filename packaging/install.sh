#!/bin/sh
# Installs the four programs for this user alone, into ~/.local; ~/.local/share/time-and-chat/uninstall.sh takes them away.
set -eu
cd "$(dirname "$0")"
bin=$HOME/.local/bin
data=${XDG_DATA_HOME:-$HOME/.local/share}
own=$data/time-and-chat
mkdir -p "$bin" "$own"
# What an older version installed goes first: the new one may have fewer files.
[ ! -f "$own/files" ] || sh uninstall.sh
mkdir -p "$own"

place() { # place FILE TARGET
  mkdir -p "$(dirname "$2")"
  cp "$1" "$2"
  echo "$2" >>"$own/files"
}
for file in bin/*; do place "$file" "$bin/${file#bin/}"; done
find share -type f | while read -r file; do place "$file" "$data/${file#share/}"; done
place uninstall.sh "$own/uninstall.sh"
# A session may not look for programs there.
for program in bin/*; do
  program=${program#bin/}
  sed -i "s|^TryExec=|&$bin/|; s|^Exec=$program|Exec=\"$bin/$program\"|" "$data/applications/$program.desktop"
done
sed -i "s|^ExecStart=/usr/bin|ExecStart=$bin|" "$data"/systemd/user/udp-time-server.service "$data"/systemd/user/tcp-chat-server.service
if command -v update-desktop-database >/dev/null; then update-desktop-database -q "$data/applications" || true; fi
echo "Installed: look for \"UDP time\" and \"TCP chat\" in the menu, or start udp-time-server, udp-time-client, tcp-chat-server, tcp-chat-client in $bin."
echo "To take them away again: sh $own/uninstall.sh"
