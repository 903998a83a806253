//! The chat server with many clients, few descriptors, and in the middle of its end. All on
//! loopback, bounded in count and time.

use std::collections::HashSet;
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::process::Command;
use std::sync::mpsc::sync_channel;
use std::time::Duration;

use nix::sys::signal::Signal;
use socket2::SockRef;

use crate::support::qingyun::{Answer, Qingyun};
use crate::support::{PATIENCE, Program, RawChat, binary, reserve_port};

const HELLO: &str = "{\"type\":\"hello\",\"protocol\":1,\"client\":\"test\"}\n";

fn echo_server(args: &[&str]) -> (Program, u16) {
    let mut server =
        Program::headless("tcp-chat-server", &[&["--port", "0", "--bot", "echo"], args].concat());
    let port = server.listening_port();
    (server, port)
}

fn say(id: usize, text: &str) -> String {
    format!("{{\"type\":\"say\",\"id\":{id},\"text\":\"{text}\"}}\n")
}

/// A bot that never answers `slow` and repeats everything else.
fn bot_with_a_slow_question() -> Qingyun {
    Qingyun::start(|question| match question {
        "slow" => Answer::Hang,
        quick => Answer::Content(quick.to_owned()),
    })
}

/// A records client that has been welcomed.
fn welcomed(port: u16) -> RawChat {
    let mut peer = RawChat::connect(port);
    peer.send(HELLO);
    assert_eq!(peer.record()["type"], "welcome");
    peer
}

/// The next record that is not `accepted`.
fn outcome(peer: &mut RawChat) -> serde_json::Value {
    loop {
        let record = peer.record();
        if record["type"] != "accepted" {
            return record;
        }
    }
}

#[test]
fn two_hundred_clients_at_once_get_their_own_answers_in_order() {
    let (_server, port) = echo_server(&[]);
    let (failed, failures) = sync_channel::<String>(200);
    let clients: Vec<_> = (0..200)
        .map(|client| {
            let failed = failed.clone();
            let name = format!("client {client}");
            let talk = move || {
                let mut peer = RawChat::connect(port);
                peer.send(HELLO);
                let questions: Vec<String> = (0..20).map(|n| format!("{client}-{n}")).collect();
                let all: String = questions.iter().enumerate().map(|(id, text)| say(id, text)).collect();
                peer.send(all);
                assert_eq!(peer.record()["type"], "welcome");
                for (id, text) in questions.iter().enumerate() {
                    let reply = outcome(&mut peer);
                    if (reply["id"].as_u64(), reply["text"].as_str()) != (Some(id as u64), Some(text)) {
                        let _full = failed.send(format!("{client} asked {text}: {reply}")).is_err();
                        return;
                    }
                }
            };
            std::thread::Builder::new().name(name).spawn(talk).unwrap()
        })
        .collect();
    for client in clients {
        client.join().unwrap();
    }
    drop(failed);
    assert_eq!(failures.iter().collect::<Vec<_>>(), Vec::<String>::new());
}

#[test]
fn three_thousand_connects_and_closes_leave_nothing_behind() {
    // On a busy machine the sessions end later than new connections come.
    let (server, port) = echo_server(&["--max-clients", "5000"]);
    let descriptors = || std::fs::read_dir(format!("/proc/{}/fd", server.pid())).unwrap().count();
    let mut peer = RawChat::connect(port);
    peer.send("before\n");
    peer.line();
    let before = descriptors();
    for _ in 0..3000 {
        drop(TcpStream::connect(("127.0.0.1", port)).unwrap());
    }
    // Taken in the order they came: when this one is answered, all are.
    let mut last = RawChat::connect(port);
    last.send("last\n");
    assert_eq!(last.line(), "last");
    drop(last);
    crate::support::eventually("the descriptors given back", || (descriptors() <= before).then_some(()));
}

#[test]
fn a_server_at_its_descriptor_limit_recovers_when_clients_leave() {
    let mut command = Command::new("sh");
    let server = binary("tcp-chat-server");
    command.args(["-c", "ulimit -n 64; exec \"$0\" \"$@\""]).arg(server);
    command.args(["--headless", "--port", "0", "--bot", "echo"]);
    let mut server = Program::spawn("tcp-chat-server", command);
    let port = server.listening_port();
    server.line_with("Not enough file descriptors for all clients");
    // The system takes these connections, the server cannot.
    let crowd: Vec<TcpStream> = (0..200).map(|_| TcpStream::connect(("127.0.0.1", port)).unwrap()).collect();
    server.line_with("Cannot accept connections");
    drop(crowd);
    let mut peer = RawChat::connect(port);
    peer.send("room again?\n");
    assert_eq!(peer.line(), "room again?");
}

#[test]
fn a_server_takes_the_descriptors_that_the_system_lets_it_have() {
    let mut command = Command::new("sh");
    command.args(["-c", "ulimit -Sn 64; exec \"$0\" \"$@\""]).arg(binary("tcp-chat-server"));
    command.args(["--headless", "--port", "0", "--bot", "echo"]);
    let mut server = Program::spawn("tcp-chat-server", command);
    let port = server.listening_port();
    let mut crowd: Vec<RawChat> = (0..200).map(|_| RawChat::connect(port)).collect();
    for peer in &mut crowd {
        peer.send("room?\n");
        assert_eq!(peer.line(), "room?");
    }
}

#[test]
fn a_client_that_never_reads_is_cut_off_and_costs_no_memory() {
    let answer = "x".repeat(200_000);
    let bot = Qingyun::start(move |_| Answer::Content(answer.clone()));
    let mut server = Program::headless("tcp-chat-server", &["--port", "0", "--bot-url", &bot.url]);
    let (port, status) = (server.listening_port(), format!("/proc/{}/status", server.pid()));
    let mut slow = RawChat::connect(port);
    SockRef::from(&slow.0).set_recv_buffer_size(4096).unwrap();
    slow.send(HELLO);
    let peak = || {
        let status = std::fs::read_to_string(&status).unwrap();
        let line = status.lines().find(|line| line.starts_with("VmHWM:")).unwrap();
        line.split_whitespace().nth(1).unwrap().parse::<u64>().unwrap() * 1024
    };
    let mut other = welcomed(port);
    let mut ask_too = |id| {
        other.send(say(id, "more"));
        assert_eq!(outcome(&mut other)["text"].as_str().map(str::len), Some(200_000));
    };
    // The bots are built, and one answer that long has been there.
    ask_too(1000);
    let before = peak();
    // Questions whose answers are 20 MB, as fast as they are answered: more at once would be refused.
    for id in 0..100 {
        if slow.0.write_all(say(id, "more").as_bytes()).is_err() {
            break;
        }
        ask_too(id);
    }
    let line = server.line_with("does not read");
    // What waits, and what one answer takes on its way, are 3 MB.
    let grown = peak() - before;
    assert!(grown < 5_000_000, "{grown} bytes for a client that does not read");
    assert!(line.starts_with("Disconnected with address 127.0.0.1, port "), "{line}");
}

#[test]
fn a_reset_in_the_middle_of_a_call_drops_the_call_and_nothing_else() {
    let bot = bot_with_a_slow_question();
    let mut server = Program::headless("tcp-chat-server", &["--json", "--port", "0", "--bot-url", &bot.url]);
    let address = server.json_event("listening")["address"].as_str().unwrap().to_owned();
    let port = address.rsplit(':').next().unwrap().parse().unwrap();
    let mut peer = RawChat::connect(port);
    peer.send("slow");
    assert_eq!(bot.question(), "slow");
    // RST instead of FIN.
    SockRef::from(&peer.0).set_linger(Some(Duration::ZERO)).unwrap();
    drop(peer);
    assert_eq!(server.json_event("disconnected")["reason"], "broken");
    let mut peer = RawChat::connect(port);
    peer.send("quick\n");
    assert_eq!(peer.line(), "quick");
}

#[test]
fn a_cancelled_question_frees_the_way_for_the_next() {
    let bot = bot_with_a_slow_question();
    let mut server = Program::headless("tcp-chat-server", &["--port", "0", "--bot-url", &bot.url]);
    let mut peer = welcomed(server.listening_port());
    peer.send(say(1, "slow") + &say(2, "quick"));
    assert_eq!(peer.record(), serde_json::json!({ "type": "accepted", "id": 1, "ahead": 0 }));
    assert_eq!(peer.record(), serde_json::json!({ "type": "accepted", "id": 2, "ahead": 1 }));
    assert_eq!(bot.question(), "slow");
    peer.send("{\"type\":\"cancel\",\"id\":1}\n");
    let failed = peer.record();
    assert_eq!((failed["id"].as_u64(), failed["reason"].as_str()), (Some(1), Some("cancelled")));
    assert_eq!(outcome(&mut peer)["text"], "quick");
}

#[test]
fn more_than_may_wait_is_refused_with_a_reason_and_the_rest_is_answered() {
    let bot = bot_with_a_slow_question();
    let mut server = Program::headless("tcp-chat-server", &["--port", "0", "--bot-url", &bot.url]);
    let mut peer = welcomed(server.listening_port());
    peer.send(say(0, "slow"));
    assert_eq!(peer.record()["type"], "accepted");
    // One is asked, 32 wait.
    peer.send((1..=33).map(|id| say(id, "quick")).collect::<String>());
    let refused = outcome(&mut peer);
    assert_eq!((refused["id"].as_u64(), refused["reason"].as_str()), (Some(33), Some("too_many_waiting")));
    peer.send("{\"type\":\"cancel\",\"id\":0}\n");
    assert_eq!(outcome(&mut peer)["reason"], "cancelled");
    for id in 1..=32 {
        assert_eq!(outcome(&mut peer)["id"], id);
    }
}

#[test]
fn one_chatty_client_does_not_starve_another() {
    let bot = Qingyun::start(|question| {
        std::thread::park_timeout(Duration::from_millis(20));
        Answer::Content(question.to_owned())
    });
    let args = ["--port", "0", "--max-bot-calls", "1", "--bot-url", &bot.url];
    let mut server = Program::headless("tcp-chat-server", &args);
    let port = server.listening_port();
    let mut chatty = welcomed(port);
    chatty.send((0..30).map(|id| say(id, "chatty")).collect::<String>());
    bot.question();
    let mut quiet = welcomed(port);
    quiet.send(say(1, "quiet"));
    assert_eq!(quiet.record()["type"], "accepted");
    // From now on its turn is known, and may be over.
    let was_asked = std::iter::from_fn(|| bot.waiting_question()).any(|question| question == "quiet");
    assert_eq!(outcome(&mut quiet)["text"], "quiet");
    if !was_asked {
        let first =
            std::iter::from_fn(|| Some(bot.question())).take_while(|question| question != "quiet").count();
        assert!(first <= 5, "{first} questions came first");
    }
}

#[test]
fn clients_over_the_limits_are_told_why() {
    let (mut server, port) = echo_server(&["--max-clients", "2"]);
    let _held = [RawChat::connect(port), RawChat::connect(port)];
    let mut third = RawChat::connect(port);
    let told = third.rest();
    assert!(told.starts_with("[server] ") && told.contains('2'), "{told}");
    server.line_with("Refused address 127.0.0.1, port ");
}

#[test]
fn a_server_that_stops_says_goodbye_and_ends_fifty_open_calls() {
    let bot = Qingyun::start(|_| Answer::Hang);
    let mut server = Program::headless(
        "tcp-chat-server",
        &["--port", "0", "--max-bot-calls", "50", "--bot-url", &bot.url],
    );
    let port = server.listening_port();
    let mut peers: Vec<RawChat> = (0..50)
        .map(|_| {
            let mut peer = RawChat::connect(port);
            peer.send(HELLO.to_owned() + &say(1, "hang"));
            assert_eq!(peer.record()["type"], "welcome");
            assert_eq!(peer.record()["type"], "accepted");
            peer
        })
        .collect();
    (0..50).for_each(|_| drop(bot.question()));
    let asked = std::time::Instant::now();
    assert!(server.terminate().success());
    assert!(asked.elapsed() < common::engine::SHUTDOWN_GRACE + Duration::from_secs(1));
    for peer in &mut peers {
        assert_eq!(peer.record()["type"], "goodbye");
        assert_eq!(peer.record()["reason"], "stopping");
        assert_eq!(peer.rest(), "");
    }
}

#[test]
fn a_killed_server_comes_back_on_its_port_and_its_clients_with_it() {
    let (_reserved, port) = reserve_port();
    let port = port.to_string();
    let start = || {
        let mut server = Program::headless("tcp-chat-server", &["--port", &port, "--bot", "echo"]);
        server.listening_port();
        server
    };
    let mut server = start();
    let mut clients: Vec<Program> = (0..3)
        .map(|_| {
            let mut client = Program::headless("tcp-chat-client", &["--port", &port]);
            client.line_with("Connected! Ready to chat! :)");
            client
        })
        .collect();
    server.signal(Signal::SIGKILL);
    server.exit();
    let _server = start();
    for client in &mut clients {
        client.line_with("Connected! Ready to chat! :)");
        client.type_line("again");
        assert_eq!(client.line_with("Server: "), "Server: again");
    }
}

#[test]
fn the_stats_line_counts_what_has_happened() {
    let mut server =
        Program::headless("tcp-chat-server", &["--json", "--stats", "1", "--port", "0", "--bot", "echo"]);
    let address = server.json_event("listening")["address"].as_str().unwrap().to_owned();
    let port = address.rsplit(':').next().unwrap().parse().unwrap();
    drop(server.json_event("stats"));
    let mut peer = RawChat::connect(port);
    peer.send("one\n");
    peer.line();
    let seen: HashSet<bool> = (0..2).map(|_| server.json_event("stats")["answered"] == 1).collect();
    assert!(seen.contains(&true), "the answer was never counted");
}

#[test]
fn an_unfinished_record_ends_its_connection_after_its_deadline() {
    let (_server, port) = echo_server(&[]);
    let mut peer = RawChat::connect(port);
    peer.send(HELLO.to_owned() + "{\"type\":\"say\",");
    assert_eq!(peer.record()["type"], "welcome");
    peer.0.set_read_timeout(Some(PATIENCE)).unwrap();
    assert_eq!(peer.record()["reason"], "unfinished_record");
    let mut end = [0];
    assert_eq!(peer.0.read(&mut end).unwrap(), 0);
}
