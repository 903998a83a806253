# Sourced by the other scripts: installs packages of Debian or Ubuntu that are missing.

# What a Rust build of the windows needs.
BUILD_PACKAGES="gcc libc6-dev"
# What the windows open at run time, and a font for Chinese.
WINDOW_PACKAGES="libx11-6 libx11-xcb1 libxcursor1 libxi6 libxrender1 libxkbcommon0 libxkbcommon-x11-0
  libfontconfig1 fonts-wqy-microhei"
# Windows draw on the processor; with these also by OpenGL (--renderer gl).
GL_PACKAGES="libgl1 libegl1 libgl1-mesa-dri"
# A display without a screen, and hands and eyes for it.
DISPLAY_PACKAGES="xvfb openbox xdotool imagemagick"
# A session and accessibility bus, another program that announces services, a key store, a window closer, foreign network
# tools, what llmock runs in.
TEST_PACKAGES="git dbus at-spi2-core avahi-daemon avahi-utils gnome-keyring wmctrl netcat-openbsd openssl iproute2 nftables
  python3-venv"
# What the packages are made and looked at with.
PACKAGE_PACKAGES="git dpkg-dev rpm binutils librsvg2-bin lintian debootstrap python3"
# What programs for Windows are made and packed with, and tried in.
WINDOWS_PACKAGES="git gcc-mingw-w64-x86-64-posix librsvg2-bin icoutils nsis zip python3"
WINE_PACKAGES="wine wine64 unzip"

# need WHY PACKAGE...: installs those that are missing, or says how.
need() {
  local why=$1 package missing=()
  shift
  for package in "$@"; do
    [ "$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null)" = installed ] || missing+=("$package")
  done
  [ ${#missing[@]} -eq 0 ] && return
  echo "Missing $why: ${missing[*]}"
  local as_root=()
  if ! command -v apt-get >/dev/null; then
    echo "This is no Debian or Ubuntu: install what holds the same with your package manager, then run this again." >&2
    exit 1
  elif [ "$(id -u)" -ne 0 ]; then
    if ! command -v sudo >/dev/null || { [ ! -t 0 ] && ! sudo -n true 2>/dev/null; }; then
      echo "Only root may install them. Run:  apt-get install --no-install-recommends ${missing[*]}" >&2
      exit 1
    fi
    as_root=(sudo)
  fi
  echo "Installing them with apt-get."
  local log
  log=$(mktemp)
  if ! { "${as_root[@]}" apt-get update && "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
      apt-get install --yes --no-install-recommends "${missing[@]}"; } >"$log" 2>&1; then
    tail -n 20 "$log" >&2
    echo "apt-get could not install them; the whole story is in $log" >&2
    exit 1
  fi
  rm "$log"
}

# need_rust: cargo, which itself says where it is older than Cargo.toml asks for.
need_rust() {
  [ -d "$HOME/.cargo/bin" ] && PATH=$HOME/.cargo/bin:$PATH
  if ! command -v cargo >/dev/null; then
    echo "Rust is missing: install it from https://rustup.rs, then run this again." >&2
    exit 1
  fi
}

# cargo_tool NAME VERSION: a tool of cargo; installed where it is missing.
cargo_tool() {
  cargo "${1#cargo-}" --version >/dev/null 2>&1 && return
  echo "Installing $1."
  cargo install --locked "$1@$2"
}

# hold_no_paths FOLDER PROGRAM...: fails where one of them names that folder, or where this computer keeps crates and compiler.
hold_no_paths() {
  local folder found
  for folder in "$PWD" "${CARGO_HOME:-$HOME/.cargo}" "${RUSTUP_HOME:-$HOME/.rustup}" "$1"; do
    found=$(grep --text --only-matching "$folder/[[:graph:]]*" "${@:2}" | sort -u || true)
    [ -z "$found" ] || { printf '%s\n' "Paths of this computer are in the programs:" "$found" >&2; return 1; }
  done
}

# sbom TARGET FOLDER [SUFFIX]: of each program, all crates that are in it. Where the sources lie is no part of that.
sbom() (
  trap 'rm -f crates/*/*.cdx.json tests/*.cdx.json' EXIT
  cargo cyclonedx --quiet --format json --target "$1"
  for program in "${programs[@]}"; do
    sed "s|path+file://$PWD/|path+file:///|" "crates/$program/$program.cdx.json" >"$2/$program-$version${3:-}.cdx.json"
  done
)

# find_llmock: LLMOCK, a service of PyPI that errs on purpose; installed where it is missing.
find_llmock() {
  local version=0.2.2
  local venv=target/llmock-$version
  export LLMOCK=$PWD/$venv/bin/llmock
  "$LLMOCK" --help >/dev/null 2>&1 && return
  echo "Installing llmock $version into $venv."
  rm -rf "$venv"
  /usr/bin/python3 -m venv "$venv" &&
    "$venv/bin/pip" install --quiet --disable-pip-version-check "llmock==$version" &&
    "$LLMOCK" --help >/dev/null
}
