//! What the chat client prints.

use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::time::Duration;

use socket2::SockRef;

use super::{FORMS, Recording};
use crate::support::qingyun::{Answer, Qingyun};
use crate::support::{Program, reserve_port};

/// The end of the hello.
const HELLO: &str = "}\n";
const WELCOME: &str =
    "{\"type\":\"welcome\",\"protocol\":1,\"server\":\"golden 1\",\"bot\":\"Bot\",\"max_text_bytes\":1000}\n";

const CONNECTING: (&str, &str) = ("connecting", "Connecting");
const REACHED: (&str, &str) = ("reached", "Reached");
const CONNECTED: (&str, &str) = ("connected", "Connected!");
const RETRYING: (&str, &str) = ("retrying", "Trying again");

/// Why a server may say that there is no reply; the last one is of a later protocol.
const REASONS: [&str; 11] = [
    "bot_unreachable",
    "bot_timeout",
    "bot_failed",
    "bot_too_long",
    "cancelled",
    "too_long",
    "too_many_waiting",
    "not_utf8",
    "blank",
    "stopping",
    "something_new",
];

/// What a server does with its connection.
type Script = fn(&mut TcpStream);

/// Plays a server to a client: the client, and the port.
fn play(record: &Recording, args: &[&str], script: Script) -> Program {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port().to_string();
    std::thread::Builder::new()
        .name("server".to_owned())
        .spawn(move || {
            if let Ok((mut stream, _)) = listener.accept() {
                script(&mut stream);
            }
        })
        .unwrap();
    record.start("tcp-chat-client", &[&["--port", &port], args].concat())
}

/// Waits until `text` has come.
fn hear(stream: &mut TcpStream, text: &str) {
    let mut heard = Vec::new();
    let mut byte = [0];
    while !String::from_utf8_lossy(&heard).contains(text) && stream.read(&mut byte).is_ok_and(|n| n == 1) {
        heard.push(byte[0]);
    }
}

fn say(stream: &mut TcpStream, text: &str) {
    let _gone = stream.write_all(text.as_bytes()).is_err();
}

/// Until the client closes.
fn wait(stream: &mut TcpStream) {
    let mut rest = Vec::new();
    let _broken = stream.read_to_end(&mut rest).is_err();
}

#[test]
fn a_talk() {
    let bot = Qingyun::start(|question| match question {
        "fail" => Answer::Body(b"no JSON".to_vec()),
        question => Answer::Content(format!("{question}\nto you")),
    });
    for form in FORMS {
        let mut record = Recording::new(form);
        let args = ["--json", "--port", "0", "--bot", "qingyun,echo", "--bot-url", &bot.url];
        let mut server = Program::headless("tcp-chat-server", &args);
        let listening = server.json_event("listening");
        let port = listening["address"].as_str().unwrap().rsplit(':').next().unwrap().to_owned();
        let mut client = record.start("tcp-chat-client", &["--port", &port]);
        record.pick_all(&mut client, &[CONNECTING, REACHED, CONNECTED]);
        for text in ["hello", "fail", "a\u{1b}b"] {
            client.type_line(text);
            record.pick_all(&mut client, &[("sent", "Client: ")]);
            let count = if form == super::Form::Lines && text != "hello" { 2 } else { 1 };
            record.next(&mut client, count);
        }
        record.scene("input that is no message");
        client.type_line(&"x".repeat(40_000));
        record.next(&mut client, 1);
        client.type_bytes(b"\xFF\xFE\n");
        record.next(&mut client, 1);
        client.type_line(" ");
        client.end_input();
        record.rest(&mut client);
        record.check("tcp-chat-client-talk");
    }
}

#[test]
fn answers_of_a_server_with_records() {
    for form in FORMS {
        let mut record = Recording::new(form);
        let mut client = play(&record, &[], |stream| {
            hear(stream, HELLO);
            say(stream, WELCOME);
            hear(stream, "\"text\":\"one\"");
            say(
                stream,
                "{\"type\":\"accepted\",\"id\":1,\"ahead\":0}\n{\"type\":\"thinking\",\"id\":1}\n{\"type\":\"part\",\"id\":1,\"text\":\"a \"}\n",
            );
            say(stream, "{\"type\":\"reply\",\"id\":1,\"bot\":\"Bot\",\"text\":\"a b\"}\n");
            hear(stream, "\"text\":\"two\"");
            say(stream, "{\"type\":\"accepted\",\"id\":2,\"ahead\":3}\n");
            say(stream, "{\"type\":\"reply\",\"id\":2,\"bot\":\"Other\",\"text\":\"c\"}\n");
            for (n, reason) in REASONS.iter().enumerate() {
                hear(stream, &format!("\"text\":\"{reason}\""));
                let message = if n % 2 == 0 { "because\\nof" } else { "" };
                let id = n + 3;
                let failed = format!(
                    "{{\"type\":\"failed\",\"id\":{id},\"reason\":\"{reason}\",\"message\":\"{message}\"}}\n"
                );
                say(stream, &failed);
            }
            hear(stream, "\"text\":\"last\"}\n");
        });
        record.pick_all(&mut client, &[CONNECTED]);
        for (text, count) in [("one", 3), ("two", 2)] {
            client.type_line(text);
            record.next(&mut client, count);
        }
        record.next(&mut client, if form == super::Form::Lines { 2 } else { 1 });
        for reason in REASONS {
            client.type_line(reason);
            record.next(&mut client, 2);
        }
        record.scene("longer than the server takes");
        client.type_line(&"x".repeat(1001));
        record.next(&mut client, 2);
        record.scene("the server goes away meanwhile");
        client.type_line("last");
        record.next(&mut client, 2);
        record.pick_all(&mut client, &[RETRYING]);
        record.masks = vec![("Trying again in # s", "Trying again in <secs> s")];
        record.check("tcp-chat-client-records");
    }
}

#[test]
fn a_plain_server() {
    for form in FORMS {
        let mut record = Recording::new(form);
        record.scene("one that echoes all");
        let mut client = play(&record, &[], |stream| {
            hear(stream, HELLO);
            say(stream, "what is {\"type\":\"hello\"?\n");
            hear(stream, "one");
            say(stream, "one to you\n");
            wait(stream);
        });
        record.pick_all(&mut client, &[CONNECTED]);
        client.type_line("one");
        client.end_input();
        record.rest(&mut client);
        record.scene("--dialect plain");
        let mut client = play(&record, &["--dialect", "plain"], |stream| {
            hear(stream, "one");
            say(stream, "one\nto you");
            wait(stream);
        });
        client.type_line("one");
        client.end_input();
        record.rest(&mut client);
        record.check("tcp-chat-client-plain");
    }
}

#[test]
fn every_reason_to_try_again() {
    const SCRIPTS: [(&str, &[&str], Script); 9] = [
        ("closed at the hello", &[], |stream| hear(stream, HELLO)),
        ("no welcome", &["--dialect", "records"], wait),
        ("closed", &[], |stream| {
            hear(stream, HELLO);
            say(stream, WELCOME);
        }),
        ("broken", &[], |stream| {
            hear(stream, HELLO);
            say(stream, WELCOME);
            hear(stream, "\"text\":\"x\"}\n");
            SockRef::from(&*stream).set_linger(Some(Duration::ZERO)).unwrap();
        }),
        ("goodbye", &[], |stream| {
            hear(stream, HELLO);
            say(stream, WELCOME);
            say(stream, "{\"type\":\"goodbye\",\"message\":\"see\\nyou\"}\n");
        }),
        ("error", &[], |stream| {
            hear(stream, HELLO);
            say(stream, "{\"type\":\"error\",\"reason\":\"bad_record\",\"message\":\"no\\nrecord\"}\n");
        }),
        ("another protocol", &[], |stream| {
            hear(stream, HELLO);
            say(stream, "{\"type\":\"welcome\",\"protocol\":99}\n");
        }),
        ("a record over the limit", &[], |stream| {
            hear(stream, HELLO);
            say(stream, WELCOME);
            say(stream, &format!("{{\"type\":\"reply\",\"text\":\"{}\"}}\n", "a".repeat(3_000_000)));
            wait(stream);
        }),
        ("not a record", &[], |stream| {
            hear(stream, HELLO);
            say(stream, WELCOME);
            say(stream, "nonsense\n");
            wait(stream);
        }),
    ];
    for form in FORMS {
        let mut record = Recording::new(form);
        let mut clients: Vec<_> =
            SCRIPTS.iter().map(|(title, args, script)| (*title, play(&record, args, *script))).collect();
        let (_reserved, port) = reserve_port();
        clients.push(("refused", record.start("tcp-chat-client", &["--port", &port.to_string()])));
        clients.push(("no such name", record.start("tcp-chat-client", &["--server", "no.invalid"])));
        clients.push(("unreachable", record.start("tcp-chat-client", &["--server", "fe80::1%lo"])));
        for (title, mut client) in clients {
            record.scene(title);
            if title == "broken" {
                client.type_line("x");
                record.pick_all(&mut client, &[("failed", "Failed")]);
            }
            record.pick_all(&mut client, &[RETRYING, CONNECTING]);
        }
        record.masks = vec![("Trying again in # s", "Trying again in <secs> s")];
        record.check("tcp-chat-client-retries");
    }
}
