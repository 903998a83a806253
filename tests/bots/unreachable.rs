//! Services that are not there.

use crate::support::talk::Talk;
use crate::support::web::{Answer, WebService};
use crate::support::{Program, RawChat, reserve_port};

/// Asks each bot whose service is at `origin`.
#[track_caller]
fn check(origin: &str, why: &str) {
    let keys = tempfile::NamedTempFile::new().expect("a file");
    std::fs::write(keys.path(), "k3y\n").expect("a file");
    let key_file = keys.path().to_str().expect("a path in UTF-8");
    for (bot, path, args) in [
        ("qingyun", "", &[][..]),
        ("turing", "", &["--bot-key-file", key_file]),
        ("simsimi", "", &["--bot-key-file", key_file]),
        ("http", "?q={text}", &[]),
    ] {
        let url = format!("{origin}/{path}");
        let talk = Talk::start(&[&["--bot", bot, "--bot-url", &url], args].concat());
        let (told, said) = talk.failure("hello");
        assert!(told.to_lowercase().starts_with(bot), "{bot}: {told}");
        assert!(told.ends_with("failed (the bot cannot be reached)"), "{bot}: {told}");
        assert!(said.contains(why), "{bot}: {said}");
    }
}

#[test]
fn nobody_listens_there() {
    let (_held, port) = reserve_port();
    check(&format!("http://127.0.0.1:{port}"), "no program is listening there");
}

#[test]
fn there_is_no_such_name() {
    check("http://no-such-host.invalid", "the name cannot be looked up: no-such-host.invalid:80");
}

#[test]
fn what_is_there_speaks_no_tls() {
    let service = WebService::start(|_| Answer::Body(b"hello".to_vec()));
    check(&format!("https://{}", service.address), "does not use encryption");
}

#[test]
fn a_bot_that_cannot_be_reached_is_answered_by_the_built_in_one() {
    let (_reserved, closed) = reserve_port();
    for url in
        [format!("http://127.0.0.1:{closed}/api.php"), "http://no-such-host.invalid/api.php".to_owned()]
    {
        let mut server = Program::headless("tcp-chat-server", &["--port", "0", "--bot-url", &url]);
        let mut peer = RawChat::connect(server.listening_port());
        peer.send("2*(3+4)\n");
        assert!(peer.line().contains("14"));
    }
}
