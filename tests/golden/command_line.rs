//! `--help`, and wrong command lines.

use std::fmt::Write as _;
use std::process::Command;

use super::assert_golden;
use crate::support::{Program, binary};

const PROGRAMS: [&str; 4] = ["udp-time-server", "udp-time-client", "tcp-chat-server", "tcp-chat-client"];

/// A program, and its arguments: in quotation marks where a space is part of one.
const WRONG: [&str; 55] = [
    "udp-time-server --headless --nonsense",
    "udp-time-server --headless --interval 0",
    "udp-time-server --headless --interval 2h",
    "udp-time-server --headless --interval x",
    "udp-time-server --headless --format custom:%Q",
    "udp-time-server --headless --format custom:",
    "udp-time-server --headless --format nonsense",
    "udp-time-server --headless --timezone Mars/Base",
    "udp-time-server --headless --to ''",
    "udp-time-server --headless --to [::1",
    "udp-time-server --headless --to multicast:10.0.0.1",
    "udp-time-server --headless --to multicast%",
    "udp-time-server --headless --to broadcast:",
    "udp-time-server --headless --to 'a b'",
    "udp-time-server --headless --to host:99999",
    "udp-time-server --headless --ttl 300",
    "udp-time-server --headless --port 0",
    "udp-time-server --json",
    "udp-time-client --headless --listen 'not an address'",
    "udp-time-client --headless --listen 203.0.113.1",
    "udp-time-client --headless --listen no.invalid",
    "udp-time-client --headless --port 70000",
    "udp-time-client --headless --stats 0",
    "udp-time-client --stats 5",
    "udp-time-client --json",
    "tcp-chat-server --headless --listen 'x y'",
    "tcp-chat-server --headless --listen 203.0.113.1",
    "tcp-chat-server --headless --listen no.invalid",
    "tcp-chat-server --headless --bot nobody",
    "tcp-chat-server --headless --bot echo,echo",
    "tcp-chat-server --headless --bot ''",
    "tcp-chat-server --headless --bot-url ftp://127.0.0.1/",
    "tcp-chat-server --headless --bot-url turing=http://127.0.0.1/",
    "tcp-chat-server --headless --bot-url nobody=http://127.0.0.1/",
    "tcp-chat-server --headless --bot echo --bot-url http://127.0.0.1/",
    "tcp-chat-server --headless --bot-option x",
    "tcp-chat-server --headless --bot-option qingyun.nonsense=1",
    "tcp-chat-server --headless --bot-option qingyun.timeout=x",
    "tcp-chat-server --headless --bot-option qingyun.rate=x",
    "tcp-chat-server --headless --bot-option qingyun.keep-adverts=x",
    "tcp-chat-server --headless --bot http --bot-option http.body=x",
    "tcp-chat-server --headless --bot http",
    "tcp-chat-server --headless --bot-model gpt",
    "tcp-chat-server --headless --bot-key-file /nonexistent/key",
    "tcp-chat-server --headless --bot qingyun --brain x",
    "tcp-chat-server --headless --max-clients 0",
    "tcp-chat-server --headless --max-bot-calls 1001",
    "tcp-chat-server --stats 5",
    "tcp-chat-server --bot-key-save echo",
    "tcp-chat-server --headless --bot-key-save turing",
    "tcp-chat-server --bot-key-save turing",
    "tcp-chat-server --bot-key-forget turing",
    "tcp-chat-client --headless --server ''",
    "tcp-chat-client --headless --dialect morse",
    "tcp-chat-client --headless --port 0",
];

#[test]
fn help() {
    for name in PROGRAMS {
        let mut command = Command::new(binary(name));
        command.arg("--help").env("COLUMNS", "100");
        let text = Program::spawn(name, command).rest().join("\n");
        assert_golden(&format!("help-{name}.txt"), &text, &[]);
    }
}

#[test]
fn wrong_usage() {
    let mut text = String::new();
    for line in WRONG {
        let words = words(line);
        let args: Vec<&str> = words[1..].iter().map(String::as_str).collect();
        let mut program = Program::start(&words[0], &args);
        program.end_input();
        let code = program.exit().code();
        write!(text, "$ {line}\n{}-> exit code {code:?}\n\n", program.stderr()).unwrap();
    }
    assert_golden("wrong-usage.txt", &text, &[]);
}

/// The words of a command line, without their quotation marks.
fn words(line: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut is_quoted = false;
    for c in line.chars() {
        match c {
            '\'' => is_quoted = !is_quoted,
            ' ' if !is_quoted => words.push(String::new()),
            c => words.last_mut().expect("one").push(c),
        }
    }
    words
}
