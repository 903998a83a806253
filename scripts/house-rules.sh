#!/usr/bin/env bash
# The rules of docs/architecture.md that a command can hold. Prints each break and fails.
set -euo pipefail
cd "$(dirname "$0")/.."
# Without it no file would be found, and no rule be broken.
git rev-parse --is-inside-work-tree >/dev/null
broken=0
break_of() { # break_of RULE COMMAND...: whatever the command prints breaks the rule, and so does a command that fails
  local rule=$1 found code=0
  shift
  found=$("$@") || code=$?
  # 1 and, by xargs, 123: grep found nothing.
  case $code in 0 | 1 | 123) ;; *) found+="  cannot be looked at: exit code $code" ;; esac
  [ -z "$found" ] && return
  printf '%s\n%s\n' "$rule" "$found"
  broken=1
}
sources() { git ls-files --cached --others --exclude-standard -- "$@" | while read -r file; do [ ! -f "$file" ] || echo "$file"; done; }
long_files() { scripts/lines.sh --files | awk '$1 > 500 { print "  " $2 ": " $1 " lines of code" }'; }
second_egui() { cargo tree --quiet --locked --workspace --duplicates --depth 0 | { grep -E '^egui v' || [ $? -eq 1 ]; }; }
# Where tests want other features of a crate than the programs, it is compiled twice, and all that stands on it.
features() { cargo tree --quiet --locked --workspace --edges "$1" --prefix none --format '{p} {f}' | sort -u; }
second_features() {
  local programs all
  programs=$(features normal) && all=$(features normal,dev) && comm -23 <(echo "$programs") <(echo "$all") | sed 's/^/  /'
}
# A file that no module names is never compiled.
nameless() {
  local file folder name
  sources 'crates/*/src/*.rs' | while read -r file; do
    folder=$(dirname "$file")
    case $file in */lib.rs | */main.rs) continue ;; */mod.rs) file=$folder folder=$(dirname "$folder") ;; esac
    name=$(basename "$file" .rs)
    grep -qsE "mod $name( \{|;)" "$folder".rs "$folder"/{mod,lib,main}.rs ||
      grep -qs "path = \"$name.rs\"" "$folder"/*.rs || echo "  $file"
  done
}
app_imports() {
  for app in udp_time_server udp_time_client tcp_chat_server tcp_chat_client; do
    sources 'crates/*.rs' | grep -v "crates/${app//_/-}/" | xargs grep -nE "\b$app::" || true
  done
}

break_of "Engines never name egui:" \
  sh -c "git ls-files --cached --others --exclude-standard -- 'crates/*/src/engine/*.rs' 'crates/*/src/model.rs' | xargs grep -nE '\b(egui|eframe)\b'"
break_of "Windows never name sockets:" \
  sh -c "git ls-files --cached --others --exclude-standard -- 'crates/*/src/ui/*.rs' 'crates/*/src/app.rs' | xargs grep -nE '\b(socket2|UdpSocket|TcpStream|TcpListener)\b'"
break_of "Only the adapter knows eframe's App and Frame:" \
  sh -c "git ls-files --cached --others --exclude-standard -- 'crates/*/src/*.rs' | grep -v window/draw/gl.rs | xargs grep -nE 'eframe::(App|Frame|run_native|NativeOptions)\b' 2>/dev/null"
break_of "Sentences for people stand in the message files:" \
  sh -c "git ls-files --cached --others --exclude-standard -- 'crates/*/src/*.rs' | xargs grep -nE '#\[error\(\"' 2>/dev/null | grep -v 'common/src/cli.rs'"
break_of "No debug print tells a secret:" \
  sh -c "git ls-files --cached --others --exclude-standard -- 'crates/*/src/*.rs' | xargs grep -nE '\b(pass|password|pass_phrase|secret|token|api_key|typed_key): (Option<)?String\b'"
break_of "The wire modules are pure:" \
  grep -rnE '\b(tokio|egui|eframe|std::(fs|net|io)|Local::now|Utc::now|Instant::now|SystemTime)\b' crates/common/src/time crates/common/src/chat crates/common/src/{secret,text}.rs
break_of "The apps never import each other:" app_imports
break_of "A file is one thing, in at most 500 lines of code:" long_files
break_of "Each file is a module:" nameless
break_of "One egui only:" second_egui
break_of "Programs and tests have one set of features:" second_features
break_of "Lints are expected with a reason, not allowed:" \
  sh -c "git ls-files --cached --others --exclude-standard -- '*.rs' | xargs grep -nE '#!?\[allow\('"
exit $broken
