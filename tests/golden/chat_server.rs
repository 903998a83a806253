//! What the chat server prints.

use std::io::Write as _;
use std::process::Command;
use std::time::Duration;

use nix::sys::signal::Signal;
use socket2::SockRef;

use super::{FORMS, Form, Recording};
use crate::bots::{FAULTS, fault};
use crate::support::network::Network;
use crate::support::qingyun::{Answer, Qingyun};
use crate::support::{Program, RawChat, binary};

const HELLO: &str = "{\"type\":\"hello\",\"protocol\":1,\"client\":\"golden\"}\n";

const LISTENING: (&str, &str) = ("listening", "Listening");
const CONNECTED: (&str, &str) = ("connected", "Connected");
const ASKED: (&str, &str) = ("asked", " asks: ");
const ANSWERED: (&str, &str) = ("answered", " answers ");
const FAILED: (&str, &str) = ("failed", "No answer");
const DISCONNECTED: (&str, &str) = ("disconnected", "Disconnected");

fn port_of(line: &str) -> u16 {
    let address = line.split_once("127.0.0.1:").expect("an address").1;
    let digits: String = address.chars().take_while(char::is_ascii_digit).collect();
    digits.parse().expect("a port")
}

/// A server, and its port.
fn start(record: &mut Recording, args: &[&str]) -> (Program, u16) {
    let mut server = record.start("tcp-chat-server", &[&["--port", "0"], args].concat());
    let line = record.pick(&mut server, LISTENING.0, LISTENING.1);
    (server, port_of(&line))
}

fn service() -> Qingyun {
    Qingyun::start(|question| match fault(question) {
        Some(answer) => Answer::Web(answer),
        None => Answer::Content(format!("{question} to you")),
    })
}

fn end(record: &mut Recording, server: &mut Program) {
    server.signal(Signal::SIGTERM);
    record.rest(server);
}

#[test]
fn a_talk_with_fallbacks() {
    let bot = service();
    for form in FORMS {
        let mut record = Recording::new(form);
        let args = ["--bot", "qingyun,echo", "--bot-url", &bot.url, "--bot-option", "qingyun.timeout=1"];
        let (mut server, port) = start(&mut record, &args);
        let mut peer = RawChat::connect(port);
        record.pick_all(&mut server, &[CONNECTED]);
        for question in ["hello", "a\u{1b}[2J\u{202e}b", "502", "no JSON", "hang", "502", "502"] {
            record.scene(
                question.trim_start_matches(|c: char| !c.is_alphanumeric()).split('\u{1b}').next().unwrap(),
            );
            peer.send(format!("{question}\n"));
            record.pick_all(&mut server, &[ASKED, ANSWERED]);
        }
        record.scene("long");
        peer.send(format!("{}\n", "x".repeat(5000)));
        record.pick_all(&mut server, &[ASKED, ANSWERED]);
        peer.half_close();
        record.pick_all(&mut server, &[DISCONNECTED]);
        end(&mut record, &mut server);
        record.masks = vec![("\"secs\": #", "\"secs\": <secs>")];
        record.check("tcp-chat-server-talk");
    }
}

#[test]
fn every_fault_of_a_bot() {
    let bot = service();
    for form in FORMS {
        let mut record = Recording::new(form);
        let args = ["--bot", "qingyun", "--bot-url", &bot.url, "--bot-option", "qingyun.timeout=1"];
        let (mut server, port) = start(&mut record, &args);
        let mut peer = RawChat::connect(port);
        for (question, _) in FAULTS {
            record.scene(question);
            peer.send(format!("{question}\n"));
            record.pick_all(&mut server, &[FAILED]);
            peer.line();
            // A bot that fails again and again is left alone.
            peer.send("hello\n");
            assert_eq!(peer.line(), "hello to you");
        }
        record.check("tcp-chat-server-faults");
    }
}

#[test]
fn clients_at_fault() {
    for form in FORMS {
        let mut record = Recording::new(form);
        let (mut server, port) = start(&mut record, &["--bot", "echo"]);
        let long = format!("{{\"type\":\"say\",\"id\":1,\"text\":\"{}\"}}\n", "a".repeat(300_000));
        for (title, sent) in [
            ("not a record", format!("{HELLO}not json\n")),
            ("a field is missing", format!("{HELLO}{{\"type\":\"say\",\"id\":1}}\n")),
            ("a second hello", format!("{HELLO}{HELLO}")),
            ("a record over the limit", format!("{HELLO}{long}")),
            ("another protocol", HELLO.replace('1', "99")),
            ("an id twice", format!("{HELLO}{0}{0}", "{\"type\":\"say\",\"id\":1,\"text\":\"x\"}\n")),
        ] {
            record.scene(title);
            let mut peer = RawChat::connect(port);
            peer.send(sent);
            peer.half_close();
            let _told = peer.rest();
            record.pick_all(&mut server, &[DISCONNECTED]);
        }
        record.scene("text that is none");
        let mut peer = RawChat::connect(port);
        for text in [&b"\x80\xFEA\n"[..], &[vec![b'a'; 50_000], b"\n".to_vec()].concat()] {
            peer.send(text);
            record.pick_all(&mut server, &[FAILED]);
        }
        record.scene("a blank message");
        let mut records = RawChat::connect(port);
        records.send(format!("{HELLO}{{\"type\":\"say\",\"id\":1,\"text\":\" \"}}\n"));
        record.pick_all(&mut server, &[FAILED]);
        record.scene("a connection that breaks");
        SockRef::from(&records.0).set_linger(Some(Duration::ZERO)).unwrap();
        drop(records);
        record.pick_all(&mut server, &[DISCONNECTED]);
        record.check("tcp-chat-server-clients-at-fault");
    }
}

#[test]
fn waiting_messages_and_the_end() {
    let bot = service();
    for form in FORMS {
        let mut record = Recording::new(form);
        let (mut server, port) = start(&mut record, &["--bot", "qingyun", "--bot-url", &bot.url]);
        record.scene("too many messages");
        let mut peer = RawChat::connect(port);
        let says: Vec<String> =
            (0..70).map(|id| format!("{{\"type\":\"say\",\"id\":{id},\"text\":\"hang\"}}\n")).collect();
        peer.send(format!("{HELLO}{}", says.concat()));
        record.pick_all(&mut server, &[FAILED]);
        record.scene("one is cancelled");
        peer.send("{\"type\":\"cancel\",\"id\":0}\n");
        let cancelled =
            server.line_with(if form == Form::Json { "cancelled" } else { "cancelled by the client" });
        record.add(&cancelled);
        record.scene("the end");
        let _idle = RawChat::connect(port);
        server.line_with(if form == Form::Json { "\"client\":2" } else { "Connected" });
        server.signal(Signal::SIGTERM);
        record.pick_all(&mut server, &[FAILED]);
        let rest = server.rest();
        let is = |line: &&String, event: &str, part: &str| match form {
            Form::Lines => line.contains(part),
            Form::Json => line.contains(&format!("\"event\":\"{event}\"")),
        };
        rest.iter().filter(|line| is(line, "disconnected", "Disconnected")).for_each(|line| record.add(line));
        record.add(rest.last().unwrap());
        record.masks = vec![("\"client\": #", "\"client\": <n>")];
        record.check("tcp-chat-server-waiting");
    }
}

#[test]
fn limits_and_notices() {
    for form in FORMS {
        let mut record = Recording::new(form);
        record.scene("one client too many");
        let (mut server, port) = start(&mut record, &["--bot", "echo", "--max-clients", "1"]);
        let _first = RawChat::connect(port);
        record.pick_all(&mut server, &[CONNECTED]);
        let mut second = RawChat::connect(port);
        record.pick_all(&mut server, &[("refused", "efused")]);
        record.add(&second.line());

        for (title, args, notice) in [
            ("no such brain", &["--bot", "builtin", "--brain", "/nonexistent/brain"][..], "Built-in: "),
            ("no key", &["--bot", "simsimi"], "SimSimi: "),
            ("no key file", &["--bot", "openai", "--bot-key-file", "/nonexistent/key"], "OpenAI"),
        ] {
            record.scene(title);
            let (mut server, _) = start(&mut record, args);
            record.pick(&mut server, "bot_notice", notice);
        }
        record.scene("few descriptors");
        let limited = |limit: &str, args: &[&str]| {
            let mut command = Command::new("prlimit");
            command.arg(format!("--nofile={limit}:{limit}")).arg(binary("tcp-chat-server"));
            command.args(["--headless", "--port", "0", "--bot", "echo"]).args(args);
            Program::spawn("tcp-chat-server", command)
        };
        let mut server = limited("200", record.form_args());
        record.pick(&mut server, "few_descriptors", "descriptors");
        record.scene("no descriptor left");
        let mut server = limited("40", record.form_args());
        let port = port_of(&server.line());
        let _clients: Vec<RawChat> = (0..50).map(|_| RawChat::connect(port)).collect();
        record.pick_all(&mut server, &[("accept_failed", "Too many open files")]);
        record.check("tcp-chat-server-limits");
    }
}

#[test]
fn too_many_clients_of_one_address() {
    let Some(network) = Network::star(1) else { return };
    for form in FORMS {
        let mut record = Recording::new(form);
        let args = ["--listen", "any", "--bot", "echo", "--max-clients-per-address", "1"];
        let mut server = network.headless("beacon", "tcp-chat-server", &[record.form_args(), &args].concat());
        record.pick_all(&mut server, &[LISTENING]);
        let connect = || network.on("near0", || std::net::TcpStream::connect("10.66.0.1:6666").unwrap());
        let _clients = [connect(), connect()];
        record.pick_all(&mut server, &[CONNECTED, ("refused", "efused")]);
        record.check("tcp-chat-server-of-one-address");
    }
}

#[test]
fn figures() {
    let bot = service();
    for form in FORMS {
        let mut record = Recording::new(form);
        let args = ["--bot", "qingyun,echo,builtin", "--bot-url", &bot.url, "--stats", "1"];
        let (mut server, port) = start(&mut record, &args);
        let mut peer = RawChat::connect(port);
        for question in ["502", "502", "502"] {
            peer.send(format!("{question}\n"));
            peer.line();
        }
        record.pick_all(&mut server, &[ANSWERED]);
        // The first that knows of all of them.
        let figures = match form {
            Form::Lines => server.line_with("3 answered"),
            Form::Json => server.line_with("\"answered\":3"),
        };
        record.add(&figures);
        record.masks = vec![
            ("\"answers_per_sec\": #", "\"answers_per_sec\": <n>"),
            ("\"again_secs\": #", "\"again_secs\": <secs>"),
            ("# answers/s", "<n> answers/s"),
        ];
        record.check("tcp-chat-server-figures");
    }
}

#[test]
fn a_client_that_does_not_read() {
    // Both at once: a client has ten seconds.
    let running: Vec<_> = FORMS
        .into_iter()
        .map(|form| {
            let mut record = Recording::new(form);
            let (server, port) = start(&mut record, &["--bot", "echo"]);
            let mut peer = RawChat::connect(port);
            peer.send(HELLO);
            peer.0.set_write_timeout(Some(Duration::from_secs(1))).unwrap();
            let text = "x".repeat(30_000);
            let say = |id: u64| format!("{{\"type\":\"say\",\"id\":{id},\"text\":\"{text}\"}}\n");
            // Until neither side takes any more.
            let mut id = 1;
            while peer.0.write_all(say(id).as_bytes()).is_ok() {
                id += 1;
            }
            (record, server, peer)
        })
        .collect();
    for (mut record, mut server, _peer) in running {
        record.pick_all(&mut server, &[DISCONNECTED]);
        record.check("tcp-chat-server-slow-reader");
    }
}
