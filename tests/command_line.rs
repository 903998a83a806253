//! What all four promise on the command line.

use std::fs::File;
use std::io::{BufRead as _, BufReader};
use std::net::{TcpListener, UdpSocket};
use std::process::{Command, Stdio};

use nix::sys::signal::Signal;

use crate::support::{Program, Stuck, binary, eventually, keep_apart};

const PROGRAMS: [&str; 4] = ["udp-time-server", "udp-time-client", "tcp-chat-server", "tcp-chat-client"];

#[test]
fn help_and_version_tell_how_to_use_each_program() {
    for name in PROGRAMS {
        let mut help = Program::start(name, &["--help"]);
        let text = help.rest().join("\n");
        assert!(help.exit().success());
        for part in ["--headless", "--json", "--port", "6666", "Examples:", "Exit"] {
            assert!(text.contains(part), "{name} --help without {part}:\n{text}");
        }
        let mut version = Program::start(name, &["--version"]);
        assert_eq!(version.rest(), [format!("{name} {}", env!("CARGO_PKG_VERSION"))]);
    }
}

#[test]
fn a_usage_error_is_one_line_and_exit_code_2() {
    let cases: [(&str, &[&str]); 7] = [
        ("udp-time-server", &["--nonsense"]),
        ("tcp-chat-client", &["--port", "port"]),
        ("udp-time-server", &["--interval", "0"]),
        ("udp-time-server", &["--format", "custom:%Q"]),
        ("udp-time-client", &["--listen", "not an address"]),
        ("tcp-chat-server", &["--bot", "nobody"]),
        ("tcp-chat-server", &["--bot-url", "ftp://127.0.0.1/"]),
    ];
    for (name, args) in cases {
        let mut program = Program::headless(name, args);
        assert_eq!(program.exit().code(), Some(2), "{name} {args:?}");
        assert_one_line(&program.stderr());
    }
    // JSON is a form of lines: a window has none.
    let mut program = Program::start("udp-time-client", &["--json"]);
    assert_eq!(program.exit().code(), Some(2));
    assert_one_line(&program.stderr());
}

#[test]
fn an_address_that_cannot_be_listened_on_is_one_line_and_exit_code_2() {
    let tcp = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = tcp.local_addr().unwrap().port().to_string();
    let mut server = Program::headless("tcp-chat-server", &["--port", &port]);
    assert_eq!(server.exit().code(), Some(2));
    let line = server.stderr();
    assert_one_line(&line);
    assert!(line.contains("in use") && line.contains(&port), "{line}");

    let udp = UdpSocket::bind("[::1]:0").unwrap();
    let port = udp.local_addr().unwrap().port().to_string();
    let mut client = Program::headless("udp-time-client", &["--listen", "::1", "--port", &port]);
    assert_eq!(client.exit().code(), Some(2));
    let line = client.stderr();
    assert_one_line(&line);
    assert!(line.contains("in use") && line.contains(&port), "{line}");
}

#[test]
fn ctrl_c_and_sigterm_end_a_headless_program_with_exit_code_0() {
    for signal in [Signal::SIGINT, Signal::SIGTERM] {
        let mut server = Program::headless("udp-time-server", &["--port", "9"]);
        server.line();
        server.signal(signal);
        assert_eq!(server.exit().code(), Some(0), "udp-time-server after {signal}");

        let mut client = Program::headless("udp-time-client", &["--port", "0"]);
        client.listening_port();
        client.signal(signal);
        assert_eq!(client.exit().code(), Some(0), "udp-time-client after {signal}");

        let mut server = Program::headless("tcp-chat-server", &["--port", "0", "--bot", "echo"]);
        let port = server.listening_port().to_string();
        let mut client = Program::headless("tcp-chat-client", &["--port", &port]);
        client.line_with("Connected!");
        client.signal(signal);
        assert_eq!(client.exit().code(), Some(0), "tcp-chat-client after {signal}");
        server.signal(signal);
        assert_eq!(server.exit().code(), Some(0), "tcp-chat-server after {signal}");
    }
}

#[test]
fn a_full_output_is_a_failure_and_a_reader_that_went_away_is_none() {
    for name in PROGRAMS {
        let mut command = Command::new(binary(name));
        let listens = matches!(name, "udp-time-client" | "tcp-chat-server");
        command.args(["--headless", "--port", if listens { "0" } else { "9" }]);
        keep_apart(&mut command);
        let full = File::options().write(true).open("/dev/full").unwrap();
        let output = command.stdout(full).output().unwrap();
        assert_eq!(output.status.code(), Some(1), "{name}");
        assert_one_line(&String::from_utf8(output.stderr).unwrap());
    }
    let mut command = Command::new(binary("udp-time-server"));
    command.args(["--headless", "--port", "9"]);
    keep_apart(&mut command);
    let mut program = command.stdout(Stdio::piped()).spawn().unwrap();
    let mut first = String::new();
    BufReader::new(program.stdout.take().unwrap()).read_line(&mut first).unwrap();
    assert_eq!(program.wait().unwrap().code(), Some(0), "after {first}");
}

#[test]
fn sigterm_ends_a_program_whose_engine_is_held_by_the_system() {
    let stuck = Stuck::at("bind");
    let mut command = Command::new(binary("tcp-chat-server"));
    command.args(["--headless", "--port", "0"]).env("LD_PRELOAD", stuck.library());
    let mut server = Program::spawn("tcp-chat-server", command);
    eventually("a call that hangs", || stuck.called().exists().then_some(()));
    eventually("the wait for signals", || server.catches(Signal::SIGTERM).then_some(()));
    assert_eq!(server.terminate().code(), Some(0));
}

#[test]
fn a_missing_display_is_one_line_that_names_the_way_out() {
    for name in PROGRAMS {
        let mut program = Program::start(name, &[]);
        assert_eq!(program.exit().code(), Some(1), "{name}");
        let line = program.stderr();
        assert_one_line(&line);
        assert!(line.ends_with("is set; start it from a desktop, or use --headless\n"), "{name}: {line}");
    }
}

#[test]
fn a_display_that_does_not_answer_is_one_line_too() {
    for name in PROGRAMS {
        let mut command = Command::new(binary(name));
        command.env("DISPLAY", "127.0.0.1:65000").env_remove("WAYLAND_DISPLAY").env_remove("WAYLAND_SOCKET");
        let mut program = Program::spawn(name, command);
        assert_eq!(program.exit().code(), Some(1), "{name}");
        let line = program.stderr();
        assert_one_line(&line);
        assert!(
            line.contains("does not answer") && line.ends_with("check DISPLAY, or use --headless\n"),
            "{name}: {line}"
        );
    }
    // One that is there, and says nothing. X servers are found by their port, counted from 6000.
    let mute = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let number = mute.local_addr().unwrap().port() - 6000;
    let mut command = Command::new(binary("udp-time-client"));
    command.env("DISPLAY", format!("127.0.0.1:{number}")).env_remove("WAYLAND_DISPLAY");
    let mut program = Program::spawn("udp-time-client", command.env_remove("WAYLAND_SOCKET"));
    assert_eq!(program.exit().code(), Some(1));
    let line = program.stderr();
    assert_one_line(&line);
    assert!(line.contains("does not answer") && line.contains("--headless"), "{line}");
}

fn assert_one_line(text: &str) {
    assert!(text.ends_with('\n') && text.matches('\n').count() == 1, "not one line: {text:?}");
}

/// A headless program whose environment names that time zone.
fn in_zone(tz: &str, name: &str, args: &[&str]) -> Program {
    let mut command = Command::new(binary(name));
    command.arg("--headless").args(args).env("TZ", tz);
    Program::spawn(name, command)
}

#[test]
fn a_time_zone_that_is_not_known_is_said_by_each_and_one_by_posix_is_known() {
    for (name, args) in [
        ("udp-time-server", &["--json", "--to", "127.0.0.1:9"][..]),
        ("udp-time-client", &["--json", "--port", "0"]),
        ("tcp-chat-server", &["--json", "--port", "0", "--bot", "echo"]),
        ("tcp-chat-client", &["--json", "--port", "1"]),
    ] {
        let said = in_zone("Mars/Olympus", name, args).json_event("zone_unknown");
        let fields = ["reason", "typed", "level"].map(|key| said[key].as_str().unwrap_or_default());
        assert_eq!(fields, ["unknown", "Mars/Olympus", "warning"], "{name}");
    }
    let to = ["--to", "127.0.0.1:9", "--format", "rfc3339"];
    let mut server = in_zone("Mars/Olympus", "udp-time-server", &to);
    let line = server.line();
    assert_eq!(line, "warning: TZ names an unknown time zone, times are in UTC: Mars/Olympus");
    assert!(server.line().ends_with("+00:00"));
    for (tz, offset) in [("<+08>-8", "+08:00"), ("EST5", "-05:00"), (":Asia/Tokyo", "+09:00")] {
        let line = in_zone(tz, "udp-time-server", &to).line();
        assert!(line.ends_with(offset), "TZ={tz}: {line}");
    }
}
