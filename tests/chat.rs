//! Our chat pair, and plain peers, with a bot that behaves like Qingyun.

use std::process::Command;

use nix::sys::signal::Signal;

use crate::support::qingyun::{Answer, Qingyun};
use crate::support::{Program, RawChat, reserve_port};

fn server_with(bot: &Qingyun) -> (Program, u16) {
    let mut server = Program::headless("tcp-chat-server", &["--port", "0", "--bot-url", &bot.url]);
    let port = server.listening_port();
    (server, port)
}

#[test]
fn a_line_typed_into_the_client_comes_back_as_the_bots_reply() {
    let bot = Qingyun::start(|question| Answer::Content(format!("★ {question}{{br}}a&nbsp;b")));
    let (mut server, port) = server_with(&bot);
    let mut client = Program::headless("tcp-chat-client", &["--port", &port.to_string()]);
    client.line_with("Connected! Ready to chat! :)");
    client.type_line("天气深圳");
    assert_eq!(client.line_with("Client: "), "Client: 天气深圳");
    assert_eq!(client.line_with("Server: "), "Server: ★ 天气深圳\\na b");
    assert_eq!(bot.question(), "天气深圳");
    server.line_with("天气深圳");
    client.end_input();
    assert!(client.exit().success());
    server.line_with("Disconnected with address 127.0.0.1, port ");
}

#[test]
fn a_client_whose_input_ends_waits_for_every_answer_in_order() {
    let bot = Qingyun::friendly();
    let (_server, port) = server_with(&bot);
    let mut client = Program::headless("tcp-chat-client", &["--json", "--port", &port.to_string()]);
    (0..20).for_each(|n| client.type_line(&n.to_string()));
    client.end_input();
    let replies: Vec<String> = client
        .rest()
        .iter()
        .map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap())
        .filter(|event| event["event"] == "reply")
        .map(|event| event["text"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(replies, (0..20).map(|n| format!("hello: {n}")).collect::<Vec<_>>());
    assert!(client.exit().success());
}

#[test]
fn an_answer_from_the_second_bot_says_so() {
    let bot = Qingyun::start(|_| Answer::Body(b"{\"result\":1,\"content\":\"quota\"}".to_vec()));
    let (mut server, port) = server_with(&bot);
    let mut peer = RawChat::connect(port);
    peer.send("{\"type\":\"hello\",\"protocol\":1,\"client\":\"test\"}\n{\"type\":\"say\",\"id\":1,\"text\":\"1+1\"}\n");
    assert_eq!(peer.record()["bot"], "Qingyun");
    assert_eq!(peer.record()["type"], "accepted");
    let reply = peer.record();
    assert_eq!((reply["type"].as_str(), reply["bot"].as_str()), (Some("reply"), Some("Built-in")));
    assert!(reply["text"].as_str().unwrap().contains('2'), "{reply}");
    let log = server.line_with("Built-in");
    assert!(log.contains("Qingyun"), "the log does not say who failed: {log}");
}

#[test]
fn a_server_that_stands_still_for_a_while_is_no_plain_one() {
    let mut server = Program::headless("tcp-chat-server", &["--port", "0", "--bot", "echo"]);
    let port = server.listening_port().to_string();
    server.signal(Signal::SIGSTOP);
    let mut client = Program::headless("tcp-chat-client", &["--json", "--port", &port]);
    assert_eq!(client.json_event("connected")["dialect"], "plain");
    server.signal(Signal::SIGCONT);
    assert_eq!(client.json_event("connected")["dialect"], "records");
    client.type_line("hello");
    assert_eq!(client.json_event("reply")["text"], "hello");
}

#[test]
fn nc_and_telnet_get_an_answer_a_line() {
    let mut server = Program::headless("tcp-chat-server", &["--port", "0", "--bot", "echo"]);
    let port = server.listening_port();
    // nc sends both lines at once, half-closes, and reads until the server closes.
    let mut command = Command::new("nc");
    command.args(["-N", "127.0.0.1", &port.to_string()]);
    let mut nc = Program::spawn("nc", command);
    nc.type_line("one");
    nc.type_line("two");
    nc.end_input();
    assert_eq!(nc.rest(), ["one", "two"]);

    let mut telnet = RawChat::connect(port);
    telnet.send("hello\r\n");
    telnet.expect("hello\r\n");
}

#[test]
fn a_character_cut_in_two_is_one_message() {
    let mut server = Program::headless("tcp-chat-server", &["--port", "0", "--bot", "echo"]);
    let mut peer = RawChat::connect(server.listening_port());
    let (head, tail) = "好".as_bytes().split_at(1);
    peer.send(head);
    assert!(peer.is_quiet_for(std::time::Duration::from_millis(100)), "half a character was answered");
    peer.send(tail);
    peer.expect("好");
}

#[test]
fn a_slow_answer_for_one_client_holds_nobody_else() {
    let bot = Qingyun::start(|question| match question {
        "slow" => Answer::Hang,
        quick => Answer::Content(quick.to_owned()),
    });
    let (_server, port) = server_with(&bot);
    let mut slow = RawChat::connect(port);
    slow.send("slow");
    assert_eq!(bot.question(), "slow");
    let mut quick = RawChat::connect(port);
    for n in 0..10 {
        quick.send(n.to_string());
        quick.expect(n.to_string());
    }
    assert!(slow.is_quiet_for(std::time::Duration::from_millis(1)), "the slow one was answered first");
}

#[test]
fn a_client_starts_before_its_server_and_survives_its_restart() {
    let (_reserved, port) = reserve_port();
    let port = port.to_string();
    let mut client = Program::headless("tcp-chat-client", &["--port", &port]);
    client.line_with("no server at");
    client.type_line("typed early");
    let mut server = Program::headless("tcp-chat-server", &["--port", &port, "--bot", "echo"]);
    server.listening_port();
    client.line_with("Connected! Ready to chat! :)");
    assert_eq!(client.line_with("Server: "), "Server: typed early");
    assert!(server.terminate().success());
    let mut server = Program::headless("tcp-chat-server", &["--port", &port, "--bot", "echo"]);
    server.listening_port();
    client.line_with("Connected! Ready to chat! :)");
    client.type_line("after the restart");
    assert_eq!(client.line_with("Server: "), "Server: after the restart");
    client.end_input();
    assert!(client.exit().success());
}

#[test]
fn the_server_ends_within_its_grace_whatever_bot_and_clients_do() {
    let bot = Qingyun::start(|_| Answer::Hang);
    let (mut server, port) = server_with(&bot);
    let mut peer = RawChat::connect(port);
    peer.send("hello");
    bot.question();
    let _idle = RawChat::connect(port);
    let asked = std::time::Instant::now();
    assert!(server.terminate().success());
    assert!(asked.elapsed() < common::engine::SHUTDOWN_GRACE + std::time::Duration::from_secs(1));
    assert!(peer.rest().starts_with("[server] "), "the open question was not answered");
}
