//! The chat pair and peers that we did not write: encrypted, invited, let in or not.

use std::ffi::OsStr;
use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::os::unix::ffi::OsStrExt as _;
use std::path::Path;
use std::process::Command;

use serde_json::Value;
use tempfile::TempDir;

use crate::support::network::{Network, PORT};
use crate::support::{PATIENCE, Program, RawChat, skip};

/// One person's folder of settings.
struct Person(TempDir);

impl Person {
    fn new() -> Self {
        Self(TempDir::new().expect("a folder"))
    }

    /// Who trusts `key` at `address`.
    fn who_knows(address: &str, key: &str) -> Self {
        let person = Self::new();
        let folder = person.0.path().join("tcp-chat-client");
        std::fs::create_dir_all(&folder).unwrap();
        let table = format!("[servers]\n\"{address}\" = \"{key}\"\n");
        std::fs::write(folder.join("known-servers.toml"), table).unwrap();
        person
    }

    fn folder(&self) -> &Path {
        self.0.path()
    }

    /// A file with a pass phrase.
    fn pass_file(&self, pass: &str) -> String {
        let file = self.folder().join("pass");
        std::fs::write(&file, pass).unwrap();
        file.to_str().unwrap().to_owned()
    }

    /// A program of this person: the settings are in the folder.
    fn run(&self, name: &str, args: &[&str]) -> Program {
        self.run_by(Command::new("env"), name, args)
    }

    fn run_by(&self, mut command: Command, name: &str, args: &[&str]) -> Program {
        let home = format!("XDG_CONFIG_HOME={}", self.folder().display());
        command.args(["env", &home]);
        Program::headless_by(command, name, &[&["--json"], args].concat())
    }
}

/// A server that repeats, and the key that it prints.
struct Echo {
    program: Program,
    port: u16,
    key: String,
}

impl Echo {
    fn of(mut program: Program) -> Self {
        let listening = program.json_event("listening");
        let port = listening["address"].as_str().and_then(|address| address.rsplit(':').next()?.parse().ok());
        let port = port.unwrap_or_else(|| panic!("no port in {listening}"));
        let key = program.json_event("encrypts")["key"].as_str().unwrap().to_owned();
        Self { program, port, key }
    }

    fn start(args: &[&str]) -> Self {
        let args = [&["--port", "0", "--bot", "echo"], args].concat();
        Self::of(Program::headless("tcp-chat-server", &[&["--json"], &args[..]].concat()))
    }

    /// On a computer of a network, for all others.
    fn on(network: &Network, person: &Person, args: &[&str]) -> Self {
        let args = [&["--bot", "echo"], args].concat();
        Self::of(person.run_by(network.command("beacon"), "tcp-chat-server", &args))
    }
}

/// Asks once, and tells what was said when the connection came.
fn asks(client: &mut Program) -> Value {
    let connected = client.json_event("connected");
    client.type_line("hello");
    assert_eq!(client.json_event("reply")["text"], "hello");
    client.end_input();
    assert!(client.exit().success());
    connected
}

/// The client ended and said why.
fn refusal(mut client: Program) -> String {
    let code = client.exit().code();
    let said = client.stderr();
    assert_eq!(code, Some(2), "{said}");
    said
}

fn s_client(port: u16, args: &[&str]) -> Program {
    let mut command = Command::new("openssl");
    command.args(["s_client", "-quiet", "-connect", &format!("127.0.0.1:{port}")]).args(args);
    Program::spawn("openssl", command)
}

#[test]
fn openssl_chats_in_both_versions_and_sees_the_key_that_the_server_prints() {
    let mut server = Echo::start(&[]);
    for version in ["-tls1_2", "-tls1_3"] {
        let mut openssl = s_client(server.port, &[version]);
        for line in ["hello", "你好"] {
            openssl.type_line(line);
            assert_eq!(openssl.line(), line, "{version}");
        }
        server.program.json_event("encrypted");
    }
    let mut command = Command::new("sh");
    let pipe = "openssl s_client -connect $1 </dev/null 2>/dev/null | openssl x509 -noout -pubkey \
                | openssl pkey -pubin -outform der | sha256sum";
    command.args(["-c", pipe, "sh", &format!("127.0.0.1:{}", server.port)]);
    let printed = Program::spawn("openssl", command).line();
    assert_eq!(printed.split_whitespace().next(), Some(server.key.as_str()));
}

#[test]
fn a_wish_to_negotiate_anew_is_nothing_that_was_said_and_harms_nobody() {
    let mut server = Echo::start(&[]);
    let mut command = Command::new("sh");
    // Without -quiet a line of R asks for it: TLS 1.2 alone has that.
    let s_client = "exec openssl s_client -tls1_2 -connect $1 2>&1";
    command.args(["-c", s_client, "sh", &format!("127.0.0.1:{}", server.port)]);
    let mut openssl = Program::spawn("openssl", command);
    openssl.type_line("hello");
    openssl.line_with("hello");
    openssl.type_line("R");
    openssl.line_with("RENEGOTIATING");
    let mut nc = RawChat::connect(server.port);
    nc.send("still here?\n");
    nc.expect("still here?\n");
    drop(openssl);
    let gone = server.program.json_event("disconnected");
    assert_eq!(gone["reason"], "closed_by_client", "{gone}");
}

#[test]
fn plain_peers_are_left_alone_and_turned_away_where_only_encrypted_ones_are_wanted() {
    let server = Echo::start(&[]);
    let mut nc = RawChat::connect(server.port);
    nc.send("hello\n");
    nc.expect("hello\n");

    let server = Echo::start(&["--tls", "only"]);
    let mut nc = RawChat::connect(server.port);
    nc.send("hello\n");
    assert_eq!(nc.rest(), "[server] this server takes encrypted connections only (TLS)\n");
    let mut openssl = s_client(server.port, &[]);
    openssl.type_line("hello");
    assert_eq!(openssl.line(), "hello");
    // On this computer nobody has to be asked.
    let mut client = Person::new().run("tcp-chat-client", &["--port", &server.port.to_string()]);
    assert_eq!(asks(&mut client)["encrypted"], true);
}

#[test]
fn the_right_key_connects_and_a_wrong_one_ends_the_run_with_both() {
    let server = Echo::start(&[]);
    let port = server.port.to_string();
    let person = Person::new();
    let mut client = person.run("tcp-chat-client", &["--port", &port, "--server-key", &server.key]);
    assert_eq!(asks(&mut client)["encrypted"], true);
    // It is known from there on.
    let mut client = person.run("tcp-chat-client", &["--port", &port]);
    assert_eq!(asks(&mut client)["encrypted"], true);

    let wrong = "ab".repeat(32);
    let said = refusal(person.run("tcp-chat-client", &["--port", &port, "--server-key", &wrong]));
    assert!(said.contains(&wrong) && said.contains(&server.key), "{said}");
    // What is trusted stays.
    let mut client = person.run("tcp-chat-client", &["--port", &port]);
    assert_eq!(asks(&mut client)["encrypted"], true);
}

#[test]
fn a_server_on_another_computer_is_told_nothing_until_its_key_is_known() {
    let Some(network) = Network::star(1) else { return };
    let mut server = Echo::on(&network, &Person::new(), &["--listen", "any"]);
    let client = |person: &Person, args: &[&str]| {
        let args = [&["--server", "10.66.0.1"], args].concat();
        person.run_by(network.command("near0"), "tcp-chat-client", &args)
    };
    let person = Person::new();
    let said = refusal(client(&person, &[]));
    assert!(said.contains(&server.key) && said.contains("--server-key"), "{said}");
    // An answer that was not given is not remembered.
    assert!(refusal(client(&person, &[])).contains(&server.key));
    assert_eq!(asks(&mut client(&person, &["--server-key", &server.key]))["encrypted"], true);
    server.program.json_event("encrypted");
    assert_eq!(asks(&mut client(&person, &[]))["encrypted"], true);

    let other = "cd".repeat(32);
    let said = refusal(client(&Person::who_knows("10.66.0.1:6666", &other), &[]));
    assert!(said.contains("was expected") && said.contains(&other) && said.contains(&server.key), "{said}");
}

#[test]
fn an_invitation_is_all_that_a_client_on_another_computer_needs() {
    let Some(network) = Network::star(1) else { return };
    let person = Person::new();
    let pass_file = person.pass_file("correct horse\n");
    let server = Echo::on(&network, &person, &["--listen", "any", "--pass-file", &pass_file]);
    // Nobody listens at the first address.
    let invitation =
        format!("tcp-chat://10.66.0.1:7777/?key={}&pass=correct%20horse&at=10.66.0.1:6666", server.key);
    let behind = format!("--server={invitation}");
    for args in [&[invitation.as_str()][..], &["--server", &invitation], &[&behind]] {
        let mut client = Person::new().run_by(network.command("near0"), "tcp-chat-client", args);
        assert_eq!(asks(&mut client)["encrypted"], true, "{args:?}");
    }
    // Without the phrase it is one who knows the server and may not come in.
    let known = ["--server", "10.66.0.1", "--server-key", &server.key];
    let said = refusal(Person::new().run_by(network.command("near0"), "tcp-chat-client", &known));
    assert!(said.contains("wants a pass phrase"), "{said}");
    // Whoever knows nothing is asked about the key first.
    let nothing = ["--server", "10.66.0.1"];
    let said = refusal(Person::new().run_by(network.command("near0"), "tcp-chat-client", &nothing));
    assert!(said.contains(&server.key), "{said}");
    // In plain the phrase is refused, also the right one.
    let mut plain = RawChat(network.on("near0", || TcpStream::connect(("10.66.0.1", PORT)).unwrap()));
    plain.send("/pass correct horse\nhello\n");
    assert!(plain.rest().contains("takes its pass phrase over an encrypted connection (TLS)"));
}

#[test]
fn an_invitation_does_not_put_its_key_in_place_of_one_that_is_known() {
    let server = Echo::start(&[]);
    let address = format!("127.0.0.1:{}", server.port);
    let known = "cd".repeat(32);
    let person = Person::who_knows(&address, &known);
    let invitation = format!("tcp-chat://{address}/?key={}", server.key);
    let said = refusal(person.run("tcp-chat-client", &[&invitation]));
    assert!(said.contains(&known) && said.contains(&server.key), "{said}");
    // A wrong one says nothing about the server.
    let wrong = format!("tcp-chat://{address}/?key={known}");
    let friend = Person::who_knows(&address, &server.key);
    let mut client = friend.run("tcp-chat-client", &[&wrong]);
    assert_eq!(asks(&mut client)["encrypted"], true);
    // Whoever says the key by hand has looked.
    let port = server.port.to_string();
    let mut client = person.run("tcp-chat-client", &["--port", &port, "--server-key", &server.key]);
    assert_eq!(asks(&mut client)["encrypted"], true);
}

#[test]
fn an_impostor_at_the_address_of_a_known_server_hears_nothing_plain() {
    let impostor = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let address = impostor.local_addr().unwrap().to_string();
    let invitation = format!("tcp-chat://127.0.0.1:1/?at={address}");
    let port = impostor.local_addr().unwrap().port().to_string();
    for args in [&["--port", &port][..], &[&invitation]] {
        let person = Person::who_knows(&address, &"ab".repeat(32));
        let mut client = person.run("tcp-chat-client", args);
        client.try_type_line("a secret").unwrap();
        for _ in 0..2 {
            let (mut stream, _) = impostor.accept().unwrap();
            stream.set_read_timeout(Some(PATIENCE)).unwrap();
            let mut first = [0; 6];
            stream.read_exact(&mut first).unwrap();
            assert_eq!((first[0], first[1], first[5]), (0x16, 3, 1), "{args:?}");
            stream.write_all(b"{\"type\":\"welcome\",\"protocol\":1}\n").unwrap();
            let mut rest = Vec::new();
            // It may be closed with what was not read.
            let _is_reset = stream.read_to_end(&mut rest).is_err();
            let rest = String::from_utf8_lossy(&rest);
            assert!(!rest.contains("secret") && !rest.contains("hello"), "{rest}");
            client.json_event("retrying");
        }
    }
}

#[test]
fn a_pass_phrase_comes_from_a_file_or_the_environment_and_is_in_no_line() {
    let person = Person::new();
    let pass_file = person.pass_file("correct horse\n");
    let with_variable = |pass: &str| {
        let mut command = Command::new("env");
        command.arg(format!("TCP_CHAT_PASS={pass}"));
        command
    };
    let by_file = Echo::start(&["--pass-file", &pass_file]);
    let args = ["--port", "0", "--bot", "echo"];
    let by_variable = Echo::of(person.run_by(with_variable("correct horse"), "tcp-chat-server", &args));
    for mut server in [by_file, by_variable] {
        let port = server.port.to_string();
        let mut client = person.run("tcp-chat-client", &["--port", &port, "--pass-file", &pass_file]);
        asks(&mut client);
        let mut client = person.run_by(with_variable("correct horse"), "tcp-chat-client", &["--port", &port]);
        asks(&mut client);
        let said = refusal(person.run("tcp-chat-client", &["--port", &port]));
        assert!(said.contains("wants a pass phrase") && said.contains("--pass-file"), "{said}");
        let wrong = person.run_by(with_variable("wrong pony"), "tcp-chat-client", &["--port", &port]);
        let said = refusal(wrong);
        assert!(said.contains("does not accept") && !said.contains("pony"), "{said}");
        let mut nc = RawChat::connect(server.port);
        nc.send("/pass correct horse\nhello\n");
        nc.expect("hello\n");
        drop(nc);
        server.program.signal(nix::sys::signal::Signal::SIGTERM);
        let log = server.program.rest().join("\n");
        assert!(log.contains("hello") && !log.contains("horse") && !log.contains("pony"), "{log}");
    }
}

#[test]
fn a_pass_phrase_that_is_wanted_in_clear_is_withheld_and_that_is_said() {
    let Some(network) = Network::star(1) else { return };
    let person = Person::new();
    let pass_file = person.pass_file("correct horse\n");
    let args =
        ["--listen", "any", "--bot", "echo", "--tls", "off", "--pass-in-clear", "--pass-file", &pass_file];
    let mut server = person.run_by(network.command("beacon"), "tcp-chat-server", &args);
    server.json_event("listening");
    for args in [&[][..], &["--pass-file", &pass_file]] {
        let args = [&["--server", "10.66.0.1"], args].concat();
        let mut client = Person::new().run_by(network.command("near0"), "tcp-chat-client", &args);
        assert_eq!(client.json_event("sent_away")["reason"], "pass_withheld");
        assert_eq!(client.exit().code(), Some(1));
        assert!(client.stderr().contains("wants a pass phrase without encryption"));
    }
}

#[test]
fn a_name_with_two_addresses_is_tried_at_both() {
    let person = Person::new();
    let hosts = person.folder().join("hosts");
    std::fs::write(&hosts, "127.0.0.1 two.test\n127.0.0.2 two.test\n").unwrap();
    let with_hosts = |of: &[&str]| {
        let mut command = Command::new("unshare");
        command
            .args(["--mount", "sh", "-c", "mount --bind \"$0\" /etc/hosts && exec \"$@\""])
            .arg(&hosts)
            .args(of);
        command
    };
    if !with_hosts(&["true"]).status().is_ok_and(|status| status.success()) {
        skip("no other /etc/hosts can be had");
        return;
    }
    let server = Echo::start(&["--listen", "127.0.0.2"]);
    let server_at = ["--server", "two.test", "--port", &server.port.to_string()];
    asks(&mut person.run_by(with_hosts(&[]), "tcp-chat-client", &server_at));
}

/// A server that was to want a pass phrase must not be open to everybody for a mistake.
#[test]
fn a_pass_phrase_that_is_blank_or_no_text_is_none_to_run_with() {
    let person = Person::new();
    let blank = person.pass_file("\nsecond line\n");
    for (name, args) in [("tcp-chat-server", &["--port", "0", "--bot", "echo"][..]), ("tcp-chat-client", &[])]
    {
        let with_file = person.run(name, &[args, &["--pass-file", &blank]].concat());
        assert!(refusal(with_file).contains("the pass phrase is blank"), "{name}");
        for (value, reason) in [(&b" "[..], "the pass phrase is blank"), (b"caf\xE9", "not UTF-8 text")] {
            let mut command = Command::new("env");
            command.arg(OsStr::from_bytes(&[b"TCP_CHAT_PASS=", value].concat()));
            let said = refusal(person.run_by(command, name, args));
            assert!(said.contains(reason), "{name}: {said}");
        }
    }
}

#[test]
fn only_the_networks_on_the_list_come_in() {
    let Some(network) = Network::star(2) else { return };
    for any in ["0.0.0.0", "::"] {
        let args = ["--listen", any, "--allow", "10.66.0.0/24"];
        let mut server = Echo::on(&network, &Person::new(), &args);
        let connect = |from: &str, to: &str| {
            let stream = network.on(from, || TcpStream::connect((to, PORT)).unwrap());
            stream.set_read_timeout(Some(PATIENCE)).unwrap();
            RawChat(stream)
        };
        let mut allowed = connect("near0", "10.66.0.1");
        allowed.send("hello\n");
        allowed.expect("hello\n");
        let mut refused = connect("near1", "10.66.1.1");
        assert_eq!(refused.rest(), "[server] its network is not let in\n", "{any}");
        assert_eq!(server.program.json_event("refused")["reason"], "not_allowed");
        for args in [&[][..], &["--server-key", &server.key]] {
            let args = [&["--server", "10.66.1.1"], args].concat();
            let mut client = Person::new().run_by(network.command("near1"), "tcp-chat-client", &args);
            let told = client.json_event("retrying");
            assert_eq!(
                (&told["reason"], &told["said"]),
                (&"not_admitted".into(), &"its network is not let in".into())
            );
        }
        // This computer always may.
        let mut own = connect("beacon", "127.0.0.1");
        own.send("hello\n");
        own.expect("hello\n");
    }
}
