//! Clients that break the rules: one connection ends or is told, the server lives.

use crate::support::{Program, RawChat};

fn echo_server() -> (Program, u16) {
    let mut server = Program::headless("tcp-chat-server", &["--port", "0", "--bot", "echo"]);
    let port = server.listening_port();
    (server, port)
}

fn assert_lives(port: u16) {
    let mut peer = RawChat::connect(port);
    peer.send("alive?\n");
    assert_eq!(peer.line(), "alive?");
}

#[test]
fn invalid_text_is_refused_and_the_connection_goes_on() {
    let (_server, port) = echo_server();
    let mut peer = RawChat::connect(port);
    peer.send(b"\x80\xFEA\n");
    let answer = peer.line();
    assert!(answer.starts_with("[server] ") && answer.contains("UTF-8"), "{answer}");
    peer.send("still here\n");
    assert_eq!(peer.line(), "still here");
    // An unfinished character counts as invalid after two more seconds.
    peer.send(b"\xE5");
    peer.expect("[server] ");
}

#[test]
fn a_megabyte_is_refused_with_its_size_and_the_limit() {
    let (_server, port) = echo_server();
    let mut peer = RawChat::connect(port);
    peer.send([vec![b'a'; 1_000_000], b"\n".to_vec()].concat());
    let answer = peer.line();
    assert!(
        answer.starts_with("[server] ") && answer.contains("1000000") && answer.contains("32768"),
        "{answer}"
    );
    assert_lives(port);
}

#[test]
fn a_record_line_over_the_limit_ends_its_connection_with_a_reason() {
    let (_server, port) = echo_server();
    let mut peer = RawChat::connect(port);
    peer.send("{\"type\":\"hello\",\"protocol\":1,\"client\":\"test\"}\n");
    assert_eq!(peer.record()["type"], "welcome");
    let text = "a".repeat(300_000);
    peer.send(format!("{{\"type\":\"say\",\"id\":1,\"text\":\"{text}\"}}\n"));
    let error = peer.record();
    assert_eq!((error["type"].as_str(), error["reason"].as_str()), (Some("error"), Some("record_too_long")));
    assert!(error["message"].as_str().unwrap().contains("262144"), "{error}");
    assert_eq!(peer.rest(), "");
    assert_lives(port);
}

#[test]
fn what_is_no_record_ends_its_connection_with_a_reason() {
    let (_server, port) = echo_server();
    for (line, reason) in [
        ("not json", "bad_record"),
        ("{\"type\":\"say\",\"id\":1}", "bad_record"),
        ("{\"type\":\"say\",\"id\":\"one\",\"text\":\"x\"}", "bad_record"),
    ] {
        let mut peer = RawChat::connect(port);
        peer.send(format!("{{\"type\":\"hello\",\"protocol\":1,\"client\":\"test\"}}\n{line}\n"));
        assert_eq!(peer.record()["type"], "welcome");
        assert_eq!(peer.record()["reason"], reason, "{line}");
        assert_eq!(peer.rest(), "");
    }
    let mut peer = RawChat::connect(port);
    peer.send("{\"type\":\"hello\",\"protocol\":99,\"client\":\"test\"}\n");
    assert_eq!(peer.record()["reason"], "unknown_protocol");
    assert_lives(port);
}

#[test]
fn a_client_that_says_nothing_or_leaves_at_once_is_no_trouble() {
    let (_server, port) = echo_server();
    let silent = RawChat::connect(port);
    for _ in 0..200 {
        drop(RawChat::connect(port));
    }
    let mut half = RawChat::connect(port);
    half.send("{\"type\":\"hel");
    drop(half);
    assert_lives(port);
    drop(silent);
}

#[test]
fn a_message_is_answered_after_a_half_close() {
    let (_server, port) = echo_server();
    let mut peer = RawChat::connect(port);
    peer.send("last words");
    peer.half_close();
    assert_eq!(peer.rest(), "last words");
}

#[test]
fn a_log_line_cannot_be_forged() {
    let (mut server, port) = echo_server();
    let mut peer = RawChat::connect(port);
    peer.send("x\nDisconnected with address 10.0.0.1, port 1");
    peer.expect("x\nDisconnected with address 10.0.0.1, port 1");
    drop(peer);
    let lines: Vec<String> = std::iter::from_fn(|| {
        let line = server.line();
        (!line.starts_with("Disconnected")).then_some(line)
    })
    .collect();
    assert!(lines.iter().any(|line| line.contains(r"x\nDisconnected")), "{lines:#?}");
}
