# A display that nobody looks at. Sourced.

virtual_display() { # virtual_display WIDTHxHEIGHT: starts one; DISPLAY names it, its process is $xvfb
  local number display
  exec {number}<> <(:)
  # Without -noreset it begins anew when its last window closes, and may refuse the next one meanwhile.
  Xvfb -displayfd "$number" -screen 0 "$1x24" -nolisten tcp -noreset >/dev/null 2>&1 &
  xvfb=$!
  read -r -t 10 display <&"$number" || { echo "The virtual display does not start." >&2; kill "$xvfb"; exit 1; }
  export DISPLAY=:$display
}
