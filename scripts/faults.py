#!/usr/bin/env python3
"""Switches faults of docs/reliability.md back on, one at a time, and sees whether the test that holds each fails.

    scripts/faults.py [--tree FOLDER] [NUMBER...]
    scripts/faults.py --check

Takes the handling of a fault out of a copy of the last commit, runs the test that the table names, and puts the handling back. First every
test that is wanted has to pass with nothing taken out. Without numbers: all faults below. FOLDER is kept for the next run, which builds less
then; CARGO_TARGET_DIR says where to build. A fault takes one to five minutes. Exit code 1 where a test stayed green, as those of networks
also do where nobody may make network namespaces. `--check` runs nothing: it only sees whether each handling is where it is looked for, and
whether the table names the test."""

import argparse
import collections
import os
import pathlib
import re
import signal
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent

# Longer than any build, and than nextest's own limit for a test that hangs (the profile `faults`).
TIMEOUT = 1800

Fault = collections.namedtuple("Fault", "row file handling without test")

# By crate, as one that only the programs use takes less time to build. `handling` has to be in the file exactly once.
FAULTS = [
    # The time server.
    Fault(
        10,
        "crates/udp-time-server/src/engine/schedule.rs",
        "if self.clock_was_set(now) {",
        "if false {",
        "after_a_step_it_waits_for_the_next_multiple",
    ),
    Fault(
        10,
        "crates/udp-time-server/src/engine/schedule.rs",
        "if current > self.mark {\n            self.mark = current;",
        "if current > self.mark {\n            self.mark += self.interval;",
        "never_early_never_twice_never_a_burst",
    ),
    Fault(
        11,
        "crates/udp-time-server/src/engine/schedule.rs",
        " || now.wall_micros < self.mark - even",
        "",
        "small_steps_back_that_add_up_do_not_silence_it",
    ),
    Fault(
        12,
        "crates/udp-time-server/src/engine/schedule.rs",
        "if now.wall_micros - current <= MAX_LATE_MICROS {",
        "if true {",
        "a_stopped_process_lets_an_old_mark_go",
    ),
    Fault(
        33,
        "crates/udp-time-server/src/engine/sender.rs",
        "Err(error) => outcomes[*owner].fault = Some(Fault::of_send(&error)),",
        "Err(_) => return Vec::new(),",
        "one_that_fails_stops_no_other_and_says_so_once",
    ),
    Fault(
        33,
        "crates/udp-time-server/src/engine/sender.rs",
        "let is_news = self.shown.last_error != fault;",
        "let is_news = fault.is_some();",
        "one_that_fails_stops_no_other_and_says_so_once",
    ),
    Fault(
        29,
        "crates/udp-time-server/src/engine/sender.rs",
        "        self.interfaces = interfaces;\n        self.plan();",
        "        drop(interfaces);",
        "an_interface_that_goes_and_comes_back_is_followed_and_the_others_miss_nothing",
    ),
    Fault(
        33,
        "crates/udp-time-server/src/engine/socket.rs",
        "let is_single = !ip.is_loopback() && !ip.is_multicast() && !is_broadcast;",
        "let is_single = false && is_broadcast;",
        "a_destination_that_nobody_answers_for_holds_up_no_other",
    ),
    # The time client.
    Fault(
        29,
        "crates/udp-time-client/src/engine/listeners.rs",
        ".is_some_and(|one| self.interfaces.contains(&one.index)),",
        ".is_none_or(|_| true),",
        "one_interface_is_listened_on_also_when_it_goes_and_comes_back",
    ),
    Fault(
        30,
        "crates/udp-time-client/src/engine/run.rs",
        "                interfaces = list;\n",
        "                drop(list);\n",
        "an_interface_that_is_not_there_yet_is_waited_for",
    ),
    Fault(
        36,
        "crates/udp-time-client/src/engine/quality/timeline.rs",
        "if self.recent.contains(&tick.sent_us) {",
        "if false {",
        "copies_and_late_ones_are_told_apart",
    ),
    Fault(
        36,
        "crates/udp-time-client/src/engine/quality/sequence.rs",
        "if gap > max_gap {",
        "if false {",
        "any_numbers_are_counted_without_a_fault",
    ),
    Fault(
        45,
        "crates/udp-time-client/src/engine/quality/mod.rs",
        "(silent_us > GONE_US, rows.get(&known.source.ip()).copied(), silent_us)",
        "(silent_us > GONE_US, silent_us)",
        "a_host_that_floods_the_table_wipes_out_its_own_senders_alone",
    ),
    # The chat client.
    Fault(
        35,
        "crates/tcp-chat-client/src/engine/connection.rs",
        "    conversation.fail_all();\n",
        "",
        "a_lost_connection_fails_every_open_message_once",
    ),
    Fault(
        42,
        "crates/tcp-chat-client/src/engine/conversation.rs",
        "self.queued.pop_front_if(|(_, text)| text.len() <= room)",
        "self.queued.pop_front()",
        "a_server_that_never_reads_costs_bounded_memory",
    ),
    Fault(
        48,
        "crates/tcp-chat-client/src/engine/network.rs",
        "    let _has_all = prepare_connection(&stream).is_ok();\n",
        "    let _unused = prepare_connection;\n",
        "a_server_that_vanishes_is_missed",
    ),
    Fault(
        49,
        "crates/tcp-chat-client/src/engine/plain.rs",
        "let is_late = self.is_hello_open && begins_with_answer(&self.arrivals.bytes);",
        "let is_late = false && begins_with_answer(&self.arrivals.bytes);",
        "a_welcome_that_comes_late_is_one",
    ),
    Fault(
        49,
        "crates/tcp-chat-client/src/engine/plain.rs",
        "let is_late = self.is_hello_open && begins_with_answer(&self.arrivals.bytes);",
        "let is_late = false && begins_with_answer(&self.arrivals.bytes);",
        "a_server_that_stands_still_for_a_while_is_no_plain_one",
    ),
    # The chat server.
    Fault(
        16,
        "crates/tcp-chat-server/src/engine/registry.rs",
        "        self.registry.remove(self.client);\n",
        "        if std::thread::panicking() {\n            return;\n        }\n        self.registry.remove(self.client);\n",
        "a_session_that_panics_takes_nothing_with_it",
    ),
    Fault(
        26,
        "crates/tcp-chat-server/src/bot/key_store.rs",
        "timeout(patience, answer).await.unwrap_or(Err(KeyStoreError::Late { after: patience }))",
        "answer.await",
        "a_key_store_that_is_stuck_holds_nobody_up",
    ),
    Fault(
        26,
        "crates/tcp-chat-server/src/bot/choice.rs",
        "Err(error) => (None, Some(error)),",
        "Err(_) => (None, None),",
        "a_store_that_is_locked_or_missing_is_said_and_the_next_bot_answers",
    ),
    Fault(
        27,
        "crates/tcp-chat-server/src/engine/access.rs",
        "let kept = keys.read(PASS).await.map_err(|reason| StartError::PassNotRead { reason })?;",
        "let Ok(kept) = keys.read(PASS).await else { return Ok((control, tls_error)) };",
        "a_phrase_that_was_wanted_is_wanted_after_a_restart_too",
    ),
    Fault(
        38,
        "crates/tcp-chat-server/src/engine/session/inbox.rs",
        "if burst.is_over() {",
        "if false {",
        "a_plain_client_that_never_pauses_is_told_after_ten_seconds",
    ),
    Fault(
        39,
        "crates/tcp-chat-server/src/engine/handshake.rs",
        "const HANDSHAKE_WAIT: Duration = Duration::from_secs(5);",
        "const HANDSHAKE_WAIT: Duration = Duration::from_secs(86_400);",
        "a_thousand_half_open_ones_harm_nobody",
    ),
    Fault(
        43,
        "crates/tcp-chat-server/src/bot/http.rs",
        "match tokio::time::timeout(whole, call).await {",
        "match Ok::<_, tokio::time::error::Elapsed>(call.await) {",
        "a_service_that_hangs_has_its_deadline",
    ),
    Fault(
        43,
        "crates/tcp-chat-server/src/bot/http.rs",
        "match tokio::time::timeout(whole, call).await {",
        "match Ok::<_, tokio::time::error::Elapsed>(call.await) {",
        "one_client_waits_for_a_service_that_hangs_and_the_others_do_not",
    ),
    Fault(
        44,
        "crates/tcp-chat-server/src/bot/breaker.rs",
        "return Err(rest.until - now);",
        "return Ok(Pass::Usual);",
        "a_service_that_keeps_failing_is_left_alone_and_the_next_bot_answers",
    ),
    Fault(
        8,
        "crates/tcp-chat-server/src/engine/listener.rs",
        "tokio::time::sleep(backoff.next_pause()).await;",
        "return;",
        "a_server_at_its_descriptor_limit_recovers_when_clients_leave",
    ),
    Fault(
        34,
        "crates/tcp-chat-server/src/engine/listener.rs",
        "    socket.set_reuseaddr(true)?;\n",
        "    socket.set_reuseaddr(false)?;\n",
        "a_killed_server_comes_back_on_its_port_and_its_clients_with_it",
    ),
    Fault(
        37,
        "crates/tcp-chat-server/src/engine/session/outbox.rs",
        "pub(super) fn deadline(&self) -> Option<Instant> {\n        self.deadline",
        "pub(super) fn deadline(&self) -> Option<Instant> {\n        None",
        "a_client_that_never_reads_is_cut_off_and_costs_no_memory",
    ),
    Fault(
        37,
        "crates/tcp-chat-server/src/engine/session/outbox.rs",
        "self.bytes.len() - self.written > MAX_OUTBOX_BYTES",
        "false",
        "a_client_that_never_reads_is_cut_off_and_costs_no_memory",
    ),
    Fault(
        40,
        "crates/tcp-chat-server/src/engine/session/mod.rs",
        "Wake::Wrote(Err(error)) | Wake::Flushed(Err(error)) | Wake::Read(Err(error)) => {",
        "Wake::Read(Err(_)) => self.is_half_closed = true,\n                Wake::Wrote(Err(error)) => {",
        "a_reset_in_the_middle_of_a_call_drops_the_call_and_nothing_else",
    ),
    Fault(
        41,
        "crates/tcp-chat-server/src/engine/session/mod.rs",
        "(_, None) => self.is_half_closed.then_some(DisconnectReason::ClosedByClient),",
        "(_, None) => None,",
        "three_thousand_connects_and_closes_leave_nothing_behind",
    ),
    # What they share.
    Fault(
        4,
        "crates/common/src/files.rs",
        "if old.as_ref().is_some_and(|old| !old.is_file()) {",
        "if old.is_some() {",
        "what_fails_leaves_what_was_there",
    ),
    Fault(
        5,
        "crates/common/src/files.rs",
        "map_err(|reason| match put_aside(path, &reason) {",
        "map_err(|reason| match None::<PathBuf> {",
        "a_broken_file_is_reported_and_set_aside",
    ),
    Fault(
        6,
        "crates/common/src/files/read.rs",
        "match receiver.recv_timeout(WAIT) {",
        "match receiver.recv().map_err(RecvTimeoutError::from) {",
        "a_pipe_without_a_writer_is_given_up",
    ),
    Fault(
        7,
        "crates/common/src/window/save_bar.rs",
        "if waited >= self.wait {",
        "if false {",
        "a_pipe_that_nobody_reads_holds_no_row",
    ),
    Fault(
        14,
        "crates/common/src/engine/runtime.rs",
        "        self.0.ring();\n",
        "",
        "an_engine_that_panics_says_so",
    ),
    Fault(
        14,
        "crates/common/src/engine/runtime.rs",
        "Ok(Ok(true)) => Err(EngineFailed),",
        "Ok(Ok(true)) => Ok(()),",
        "an_engine_that_panics_says_so",
    ),
    Fault(
        15,
        "crates/common/src/engine/runtime.rs",
        "ended.recv_timeout(SHUTDOWN_GRACE)",
        "ended.recv().map_err(mpsc::RecvTimeoutError::from)",
        "an_engine_that_hangs_does_not_hold_the_process",
    ),
    Fault(
        32,
        "crates/common/src/net/host.rs",
        "        let _permit = permit;\n",
        "        drop(permit);\n",
        "however_many_names_nobody_answers_for_the_threads_are_few",
    ),
    Fault(
        46,
        "crates/common/src/engine/link.rs",
        "while waiting.events.len() > BURST_EVENTS || waiting.bytes > BURST_BYTES {",
        "while false {",
        "the_newest_of_a_burst_stay_and_the_rest_is_counted",
    ),
    Fault(
        2,
        "crates/common/src/headless.rs",
        "Err(error) if is_closed(&error) => Ok(T::default()),",
        "Err(error) if is_closed(&error) => Err(Failure::run(error)),",
        "a_full_output_is_a_failure_and_a_reader_that_went_away_is_none",
    ),
    Fault(
        13,
        "crates/common/src/engine/zone.rs",
        "Err(error) => (TimeZone::UTC, Some(error)),",
        "Err(_) => (TimeZone::UTC, None),",
        "a_time_zone_that_is_not_known_is_said_by_each_and_one_by_posix_is_known",
    ),
    Fault(
        15,
        "crates/common/src/engine/shutdown.rs",
        "                    end_after_grace();\n",
        "",
        "sigterm_ends_a_program_whose_engine_is_held_by_the_system",
    ),
    Fault(
        28,
        "crates/common/src/engine/shutdown.rs",
        "                    end_after_grace();\n",
        "",
        "a_window_that_waits_for_its_input_method_ends_at_sigterm",
    ),
    Fault(
        38,
        "crates/tcp-chat-server/src/engine/session/inbox.rs",
        "if text.len() > MAX_TEXT_BYTES {",
        "if false {",
        "a_megabyte_is_refused_with_its_size_and_the_limit",
    ),
    Fault(
        1,
        "crates/common/src/window/shell.rs",
        "            end_after_grace();\n",
        "",
        "a_window_closes_though_the_disk_takes_nothing",
    ),
    Fault(
        3,
        "crates/common/src/files/save_soon.rs",
        "Ok(Err(error)) => self.note_failed(Some(error)),",
        "Ok(Err(error)) => {\n                self.saved = value;\n                self.note_failed(Some(error));\n            }",
        "what_fails_is_told_once_and_tried_again",
    ),
    Fault(
        3,
        "crates/common/src/window/shell.rs",
        "if let Some(error) = self.saver.take_error() {",
        "if let Some(error) = self.saver.take_error().filter(|_| false) {",
        "a_home_that_cannot_be_written_is_said_and_the_window_works",
    ),
    Fault(
        21,
        "crates/common/src/window/draw/surface.rs",
        "Err(_) if Wire::is_possible(window) =>",
        "Err(_) if Wire::is_possible(window) && false =>",
        "every_display_shows_the_same_picture",
    ),
    Fault(
        21,
        "crates/common/src/window/draw/mod.rs",
        "    if making.create.take().is_some() {\n",
        "    if false {\n",
        "a_display_that_nothing_can_draw_on_is_said_in_one_line",
    ),
    Fault(
        9,
        "crates/tcp-chat-server/src/engine/descriptors.rs",
        "let allowed = if setrlimit(Resource::RLIMIT_NOFILE, wanted, most).is_ok() { wanted } else { usual };",
        "let allowed = usual;\n    let _same = setrlimit(Resource::RLIMIT_NOFILE, wanted.min(usual), most);",
        "a_server_takes_the_descriptors_that_the_system_lets_it_have",
    ),
    Fault(
        17,
        "crates/common/src/window/launch.rs",
        'if cfg!(all(unix, not(target_os = "macos"))) && !has_display() {',
        "if false && !has_display() {",
        "a_missing_display_is_one_line_that_names_the_way_out",
    ),
    Fault(
        30,
        "crates/tcp-chat-server/src/engine/mod.rs",
        "        tokio::time::sleep(INTERFACE_RETRY).await;",
        "        let _retry = INTERFACE_RETRY;\n        std::future::pending::<()>().await;",
        "the_chat_server_waits_for_the_interface_of_its_address_too",
    ),
    Fault(
        31,
        "crates/tcp-chat-server/src/ui/mod.rs",
        "if is_retried || is_moved {",
        "if is_retried && is_moved {",
        "a_taken_port_is_said_in_the_window_and_recovers",
    ),
    Fault(
        31,
        "crates/udp-time-client/src/engine/run.rs",
        "sleep_until(*retry_at).await;",
        "let _at = retry_at;\n                std::future::pending::<()>().await;",
        "a_taken_port_is_said_and_recovers_by_itself",
    ),
    Fault(
        28,
        "crates/common/src/window/shell.rs",
        "            end_after_grace();\n",
        "",
        "an_input_method_that_hangs_does_not_hold_the_process",
    ),
    Fault(
        28,
        "crates/common/src/window/launch.rs",
        "            signal_hook::low_level::exit(1);\n",
        "",
        "an_input_method_that_hangs_before_the_window_is_open_is_one_line",
    ),
    Fault(
        18,
        "crates/common/src/window/launch.rs",
        "            signal_hook::low_level::exit(1);\n",
        "",
        "a_display_that_does_not_answer_is_one_line_too",
    ),
    Fault(
        20,
        "crates/common/src/window/launch.rs",
        'if lower.contains("xkbcommon") {',
        "if false {",
        "a_missing_library_is_one_line_that_names_its_package",
    ),
    Fault(
        22,
        "crates/common/src/window/system_look.rs",
        "super::portal::follow(address.as_deref(), tell)).is_err();",
        "super::portal::follow(address.as_deref(), tell)).map(std::thread::JoinHandle::join).is_err();",
        "where_there_is_no_bus_there_is_nothing_to_say_and_nothing_to_wait_for",
    ),
    Fault(
        23,
        "crates/common/src/window/portal.rs",
        "self.ask(question.key, READ[1])?;",
        "let _old = (question.key, READ[1]);",
        "a_portal_that_is_old_mute_missing_or_late_is_understood_or_none",
    ),
    Fault(
        24,
        "crates/common/src/window/system_look.rs",
        "super::portal::follow(address.as_deref(), tell)).is_err();",
        "super::portal::follow(address.as_deref(), tell)).map(std::thread::JoinHandle::join).is_err();",
        "a_window_turns_dark_with_the_desktop_and_closes_beside_a_portal_that_does_not_answer",
    ),
    Fault(
        25,
        "crates/common/src/window/portal.rs",
        "asked.is_ok() || std::env::split_paths(&path).any(|folder| folder.join(ZENITY).is_file())",
        "asked.is_ok() || path.is_empty() || !ZENITY.is_empty()",
        "browse_says_where_there_is_no_dialog_for_files",
    ),
]


def output_of(command, folder):
    """What a command said, and its exit code, none where it did not end in time."""
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "text": True, "errors": "replace"}
    # In a session of its own, so that what it started ends with it.
    process = subprocess.Popen(command, cwd=folder, start_new_session=True, **pipes)
    try:
        return process.communicate(timeout=TIMEOUT)[0], process.returncode
    except subprocess.TimeoutExpired:
        return end(process), None
    except KeyboardInterrupt:
        end(process)
        raise


def end(process):
    # At this signal nextest ends its tests too.
    os.killpg(process.pid, signal.SIGTERM)
    return process.communicate()[0]


def git(folder, *command):
    run = subprocess.run(["git", "-C", folder, *command], check=True, stdout=subprocess.PIPE, text=True)
    return run.stdout.strip()


def is_unit(tree, test):
    """Whether a test stands beside the code: then nothing else has to be built."""
    for path in (tree / "crates").glob("*/src/**/*.rs"):
        if f"fn {test}(" in path.read_text(encoding="utf-8"):
            return True
    return False


def run(tree, tests):
    """Builds and runs these tests; gives the exit code of the last step, what it said, and whether all was built."""
    targets = ["--lib"] if all(is_unit(tree, test) for test in tests) else []
    # The tests in `tests/` have cargo build the programs, with all targets: here that is no part of the test.
    build = ["cargo", "test", "--no-run", *targets] if targets else ["cargo", "build", "--all-targets"]
    said, code = output_of([*build, "--workspace", "--locked"], tree)
    if code != 0:
        return code, said, False
    names = " or ".join(f"test(={test}) or test(/::{test}$/)" for test in sorted(tests))
    command = ["cargo", "nextest", "run", "--workspace", "--locked", *targets, "--no-fail-fast", "--profile", "faults"]
    said, code = output_of([*command, "--color=never", "-E", names], tree)
    return code, said, True


def reason(said):
    """What a failing test said, in short."""
    if re.search(r"^ *TIMEOUT ", said, re.MULTILINE):
        return "hangs"
    # The last panic: one before it may be what the test is about.
    panics = re.findall(r"panicked at [^\n]*:\n(.*?)(?:\n *note: |\n *stack backtrace|\n\n|\Z)", said, re.DOTALL)
    lines = panics[-1].splitlines() if panics else said.strip().splitlines()[-3:]
    return " | ".join(line.strip() for line in lines[:4])[:300]


def verdict(tree, fault):
    path = tree / fault.file
    source = path.read_text(encoding="utf-8")
    count = source.count(fault.handling)
    if count != 1:
        return "NOT FOUND", f"the handling is in {fault.file} {count} times"
    path.write_text(source.replace(fault.handling, fault.without), encoding="utf-8")
    try:
        code, said, is_built = run(tree, {fault.test})
    finally:
        path.write_text(source, encoding="utf-8")
    if not is_built:
        errors = re.findall(r"^error.*", said, re.MULTILINE)
        return "did not build", " | ".join(errors[:2])
    if code == 0:
        return "STILL GREEN", ""
    # 100: a test failed (nextest's own exit codes).
    if code in (100, None):
        return "red", reason(said)
    return "DID NOT RUN", said.strip().splitlines()[-1]


def stray():
    """What of FAULTS is true no more."""
    table = (ROOT / "docs/reliability.md").read_text(encoding="utf-8")
    rows = {int(row): line for row, line in re.findall(r"^\| (\d+) \|(.*)$", table, re.MULTILINE)}
    for fault in FAULTS:
        count = (ROOT / fault.file).read_text(encoding="utf-8").count(fault.handling)
        if count != 1:
            yield f"row {fault.row}: the handling is in {fault.file} {count} times: {fault.handling!r}"
        if f"`{fault.test}`" not in rows.get(fault.row, ""):
            yield f"row {fault.row} of docs/reliability.md does not name {fault.test}"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("numbers", metavar="NUMBER", type=int, nargs="*", help="rows of the table")
    parser.add_argument("--tree", type=pathlib.Path, help="work here, and leave it for the next run")
    parser.add_argument("--check", action="store_true", help="see whether each handling is where it is looked for")
    arguments = parser.parse_args()
    if arguments.check:
        found = list(stray())
        print(*found, f"{len(FAULTS)} faults can be switched back on, {len(found)} are stray", sep="\n")
        return 1 if found else 0
    faults = [fault for fault in FAULTS if not arguments.numbers or fault.row in arguments.numbers]
    unknown = set(arguments.numbers) - {fault.row for fault in FAULTS}
    if unknown:
        parser.error(f"no such fault: {', '.join(map(str, sorted(unknown)))}")
    with tempfile.TemporaryDirectory(prefix="faults-") as temporary:
        tree = (arguments.tree or pathlib.Path(temporary) / "tree").resolve()
        commit = git(ROOT, "rev-parse", "HEAD")
        if tree.exists():
            git(tree, "checkout", "--quiet", "--force", "--detach", commit)
        else:
            git(ROOT, "worktree", "add", "--quiet", "--detach", tree, commit)
        try:
            results = all_verdicts(tree, faults)
        finally:
            if not arguments.tree:
                git(ROOT, "worktree", "remove", "--force", tree)
    print("\n| # | Test | | It said |\n|---|---|---|---|")
    for fault, (word, said) in results:
        print(f"| {fault.row} | `{fault.test}` | {word} | {said} |")
    # What was not tried is no success either.
    return 0 if all(word == "red" for _, (word, _) in results) else 1


def all_verdicts(tree, faults):
    code, said, _ = run(tree, {fault.test for fault in faults})
    if code != 0:
        sys.exit(f"{said}\nA test fails with nothing taken out: nothing can be learnt from it.")
    results = []
    for fault in faults:
        results.append((fault, verdict(tree, fault)))
        word, said = results[-1][1]
        print(f"{fault.row:3} {word:13} {fault.test}: {said}", flush=True)
    return results


if __name__ == "__main__":
    sys.exit(main())
