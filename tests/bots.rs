//! Bots that misbehave: the asker gets a clear line, everything else goes on.

use std::net::TcpListener;

use crate::support::qingyun::{Answer, Qingyun, response};
use crate::support::{Program, RawChat};

/// A server whose only bot is the one at `url`.
fn server_with(url: &str) -> (Program, u16) {
    let mut server =
        Program::headless("tcp-chat-server", &["--port", "0", "--bot", "qingyun", "--bot-url", url]);
    let port = server.listening_port();
    (server, port)
}

#[test]
fn each_way_to_fail_is_said_clearly_and_the_server_lives() {
    let bot = Qingyun::start(|question| match question {
        "garbage" => Answer::Body(b"\xFF\xFE not json".to_vec()),
        "html" => response("200 OK", "text/html", "<html><body>busy</body></html>"),
        "500" => response("500 Internal Server Error", "text/html", "<h1>500</h1>"),
        "empty" => Answer::Body(Vec::new()),
        "no content" => Answer::Body(b"{\"result\":0}".to_vec()),
        "result 1" => Answer::Body(b"{\"result\":1,\"content\":\"over the limit\"}".to_vec()),
        "10 MB" => Answer::Body(vec![b' '; 10_000_000]),
        "cut" => Answer::Raw(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"resu".to_vec()),
        "closed" => Answer::Raw(Vec::new()),
        "redirect" => Answer::Raw(
            b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.2:1/api.php\r\nContent-Length: 0\r\n\r\n"
                .to_vec(),
        ),
        fine => Answer::Content(fine.to_owned()),
    });
    let (_server, port) = server_with(&bot.url);
    let mut asker = RawChat::connect(port);
    let mut other = RawChat::connect(port);
    let faults =
        ["garbage", "html", "500", "empty", "no content", "result 1", "10 MB", "cut", "closed", "redirect"];
    for fault in faults {
        asker.send(format!("{fault}\n"));
        let answer = asker.line();
        assert!(answer.starts_with("[server] ") && answer.contains("Qingyun"), "{fault}: {answer}");
        other.send(format!("after {fault}\n"));
        assert_eq!(other.line(), format!("after {fault}"));
    }
}

#[test]
fn the_text_of_a_failure_is_never_passed_on_as_a_reply() {
    let bot = Qingyun::start(|_| Answer::Body(b"{\"result\":1,\"content\":\"over the limit\"}".to_vec()));
    let (_server, port) = server_with(&bot.url);
    let mut peer = RawChat::connect(port);
    peer.send("{\"type\":\"hello\",\"protocol\":1,\"client\":\"test\"}\n{\"type\":\"say\",\"id\":1,\"text\":\"x\"}\n");
    assert_eq!(peer.record()["type"], "welcome");
    assert_eq!(peer.record()["type"], "accepted");
    let failed = peer.record();
    assert_eq!((failed["type"].as_str(), failed["reason"].as_str()), (Some("failed"), Some("bot_failed")));
}

#[test]
fn a_bot_that_cannot_be_reached_is_answered_by_the_built_in_one() {
    let closed = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    for url in [format!("http://{closed}/api.php"), "http://no-such-host.invalid/api.php".to_owned()] {
        let mut server = Program::headless("tcp-chat-server", &["--port", "0", "--bot-url", &url]);
        let mut peer = RawChat::connect(server.listening_port());
        peer.send("2*(3+4)\n");
        assert!(peer.line().contains("14"));
    }
}

#[test]
fn a_bot_that_hangs_or_drips_meets_its_deadline() {
    let bot = Qingyun::start(|question| if question == "hang" { Answer::Hang } else { Answer::Drip });
    let (_server, port) = server_with(&bot.url);
    let mut peers = ["hang", "drip"].map(|question| {
        let mut peer = RawChat::connect(port);
        peer.send(format!("{question}\n"));
        peer
    });
    for peer in &mut peers {
        let answer = peer.line();
        assert!(answer.starts_with("[server] ") && answer.contains("8 s"), "{answer}");
    }
}
