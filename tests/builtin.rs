//! The built-in bot: a talk through the real programs, and brains of a user's own.

use std::fs;
use std::path::Path;

use crate::support::{Program, RawChat};

fn server_with(args: &[&str]) -> (Program, u16) {
    let mut all = vec!["--port", "0", "--bot", "builtin"];
    all.extend(args);
    let mut server = Program::headless("tcp-chat-server", &all);
    let port = server.listening_port();
    (server, port)
}

fn server_with_brain(path: &Path) -> (Program, u16) {
    server_with(&["--brain", path.to_str().unwrap()])
}

fn reply(peer: &mut RawChat, text: &str) -> String {
    peer.send(format!("{text}\n"));
    peer.line()
}

#[test]
fn a_client_talks_with_it_in_both_languages() {
    let (_server, port) = server_with(&[]);
    let mut client = Program::headless("tcp-chat-client", &["--port", &port.to_string()]);
    client.line_with("Connected! Ready to chat! :)");
    for (said, part) in [
        ("Hello!", "built-in bot"),
        ("My name is Ada.", "Nice to meet you, Ada."),
        ("what is 3*4", "3*4 = 12"),
        ("1/3", "1/3 = 0.3333333333..."),
        ("reverse stressed", "desserts"),
        ("1/0", "it divides by zero"),
        ("who will win the next election?", "help"),
        ("你好", "内置机器人"),
        ("3加4乘5等于几？", "= 23"),
        ("现在几点？", "服务器的时钟是"),
        ("谁会赢得下次选举？", "帮助"),
    ] {
        client.type_line(said);
        let reply = client.line_with("Server: ");
        assert!(reply.contains(part), "{said}: {reply}");
    }
}

#[test]
fn a_brain_of_ones_own_answers() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("pirate.rive");
    fs::write(&path, "+ hello [*]\n- Ahoy!\n+ clock\n@ time\n+ *\n- Arr, <star>?\n").unwrap();
    let (_server, port) = server_with_brain(&path);
    let mut peer = RawChat::connect(port);
    assert_eq!(reply(&mut peer, "Hello there"), "Ahoy!");
    assert_eq!(reply(&mut peer, "what be {@hello} <star>?"), "Arr, what be {@hello} <star?");
    assert!(reply(&mut peer, "clock").contains("by the server's clock"));
    assert_eq!(reply(&mut peer, "2+2?"), "2+2 = 4", "the skills stay");
}

#[test]
fn a_brain_with_a_fault_is_told_with_its_line_and_the_shipped_one_answers() {
    let folder = tempfile::tempdir().unwrap();
    let bad = folder.path().join("bad.rive");
    fs::write(&bad, "+ hello\n- Ahoy!\n\nnonsense\n").unwrap();
    let topic = folder.path().join("topic.rive");
    fs::write(&topic, "+ hello\n- Ahoy!\n> topic ships\n+ hi\n- Ahoy!\n< topic\n").unwrap();
    let missing = folder.path().join("missing.rive");
    for (path, part) in [
        (&bad, "line 4: a line begins with one of + - @ ^ or //, not with nonsense"),
        (&topic, "line 3: a line begins with one of + - @ ^ or //, not with > topic"),
        (&missing, "cannot be read (no such file)"),
    ] {
        let (mut server, port) = server_with_brain(path);
        let warning = server.line_with("Built-in: the brain file ");
        assert!(warning.contains(part), "{warning}");
        assert!(
            warning.ends_with(&format!("the built-in answers are used: {}", path.display())),
            "{warning}"
        );
        assert!(reply(&mut RawChat::connect(port), "hello").contains("built-in bot"));
    }
    let path = bad.to_str().unwrap();
    let args = ["--json", "--port", "0", "--bot", "builtin", "--brain", path];
    let mut server = Program::headless("tcp-chat-server", &args);
    let notice = server.json_event("bot_notice");
    assert_eq!((notice["bot"].as_str(), notice["level"].as_str()), (Some("Built-in"), Some("warning")));
}
