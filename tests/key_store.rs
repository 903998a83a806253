//! Bots' keys in a real key store: GNOME's, on a session bus of the test's own.

use std::path::Path;
use std::process::Command;

use zbus::blocking::fdo::DBusProxy;
use zbus::blocking::{Connection, Proxy, connection};
use zbus::names::BusName;
use zbus::zvariant::{ObjectPath, OwnedObjectPath};

use crate::support::web::{Answer, WebService};
use crate::support::{Program, RawChat, binary, eventually, skip};

const KEY: &str = "sk-0f5c0ffee0f5ecret";

/// What the store is called on the bus.
const SECRETS: &str = "org.freedesktop.secrets";

/// Where there is no store.
const NOWHERE: &str = "unix:path=/nonexistent";

/// The store, empty and open; all of it ends with the test.
struct KeyRing {
    bus: Connection,
    address: String,
    home: tempfile::TempDir,
    _services: [Program; 2],
}

impl KeyRing {
    /// None where the store is not installed.
    fn start() -> Option<Self> {
        if Command::new("gnome-keyring-daemon").arg("--version").output().is_err() {
            skip("gnome-keyring is not installed");
            return None;
        }
        let home = tempfile::tempdir().expect("a folder");
        let mut bus = Command::new("dbus-daemon");
        bus.args(["--session", "--nofork", "--print-address"]);
        let mut bus = Program::spawn("dbus-daemon", at_home(bus, home.path()));
        let address = bus.line();
        let mut ring = Command::new("gnome-keyring-daemon");
        ring.args(["--foreground", "--unlock", "--components=secrets"]);
        ring.env("DBUS_SESSION_BUS_ADDRESS", &address);
        let mut ring = Program::spawn("gnome-keyring-daemon", at_home(ring, home.path()));
        ring.type_line("password of the test");
        ring.end_input();
        let bus_client = connection::Builder::address(address.as_str())
            .and_then(connection::Builder::build)
            .expect("the session bus answers");
        let ring = Self { bus: bus_client, address, home, _services: [ring, bus] };
        // Who asks earlier makes the bus start another one, which is locked.
        let daemon = DBusProxy::new(&ring.bus).expect("a proxy");
        let name = BusName::try_from(SECRETS).expect("a name");
        eventually("the key store", || daemon.name_has_owner(name.clone()).ok()?.then_some(()));
        eventually("the open key store", || (ring.collection().as_str() != "/").then_some(()));
        drop(daemon);
        Some(ring)
    }

    fn service(&self) -> Proxy<'_> {
        let (path, interface) = ("/org/freedesktop/secrets", "org.freedesktop.Secret.Service");
        Proxy::new(&self.bus, SECRETS, path, interface).expect("a proxy")
    }

    /// Where new keys go; `/`: nowhere yet.
    fn collection(&self) -> OwnedObjectPath {
        let nowhere = || ObjectPath::try_from("/").expect("a path").into();
        self.service().call("ReadAlias", &("default",)).unwrap_or_else(|_| nowhere())
    }

    fn lock(&self) {
        let _locked: (Vec<OwnedObjectPath>, OwnedObjectPath) =
            self.service().call("Lock", &(vec![self.collection()],)).expect("the store locks");
    }

    fn server(&self, args: &[&str]) -> Program {
        server(&self.address, self.home.path(), args)
    }

    /// What the program says of a wish about a key, and its exit code.
    fn wish(&self, args: &[&str], input: &str) -> (String, Option<i32>) {
        wish(&self.address, self.home.path(), args, input)
    }
}

fn at_home(mut command: Command, home: &Path) -> Command {
    command
        .env("HOME", home)
        .env("XDG_RUNTIME_DIR", home)
        .env_remove("DISPLAY")
        .env_remove("WAYLAND_DISPLAY");
    command.env_remove("XDG_CONFIG_HOME").env_remove("XDG_DATA_HOME");
    command
}

fn server(bus: &str, home: &Path, args: &[&str]) -> Program {
    let mut command = Command::new(binary("tcp-chat-server"));
    command.args(args).env("DBUS_SESSION_BUS_ADDRESS", bus);
    Program::spawn("tcp-chat-server", at_home(command, home))
}

fn wish(bus: &str, home: &Path, args: &[&str], input: &str) -> (String, Option<i32>) {
    let mut program = server(bus, home, args);
    // One that refuses its arguments does not wait for input.
    let _taken = program.try_type_line(input).is_ok();
    program.end_input();
    let said = program.rest().join("\n");
    let code = program.exit().code();
    (said + &program.stderr(), code)
}

/// What is said to the one who asks the server of `args` something.
fn asked(mut server: Program) -> (String, String) {
    let mut peer = RawChat::connect(server.listening_port());
    peer.send("hello\n");
    let reply = peer.line();
    server.signal(nix::sys::signal::Signal::SIGTERM);
    (reply, server.rest().join("\n") + &server.stderr())
}

/// Every file below a folder, as bytes.
fn files(folder: &Path) -> Vec<Vec<u8>> {
    let entries = std::fs::read_dir(folder).expect("a folder").flatten();
    let read = |entry: std::fs::DirEntry| match entry.file_type() {
        Ok(kind) if kind.is_dir() => files(&entry.path()),
        Ok(kind) if kind.is_file() => vec![std::fs::read(entry.path()).expect("a file")],
        _ => Vec::new(),
    };
    entries.flat_map(read).collect()
}

fn answer(body: &str) -> Answer {
    Answer::Body(body.as_bytes().to_vec())
}

#[test]
fn a_key_is_kept_reaches_its_service_and_nobody_else_and_is_forgotten() {
    let Some(ring) = KeyRing::start() else { return };
    let kept = ("The key store keeps the key of http".to_owned(), Some(0));
    assert_eq!(ring.wish(&["--bot-key-save", "http"], "an older one"), kept);
    assert_eq!(ring.wish(&["--bot-key-save", "http"], KEY), kept);
    let service = WebService::start(|_| answer("hello to you"));
    let url = format!("http=http://{}/?q={{text}}", service.address);
    let args = [
        "--headless",
        "--port",
        "0",
        "--bot",
        "http",
        "--bot-url",
        &url,
        "--bot-option",
        "http.header=X-Key: {key}",
    ];
    let (reply, said) = asked(ring.server(&args));
    assert!(reply.contains("hello to you"), "{reply}");
    assert_eq!(service.request().header("x-key"), KEY);
    assert!(said.contains("hello to you") && !said.contains(KEY), "{said}");
    let is_shown = |bytes: &Vec<u8>| bytes.windows(KEY.len()).any(|part| part == KEY.as_bytes());
    let files = files(ring.home.path());
    assert!(!files.is_empty() && !files.iter().any(is_shown), "the key lies in a file, for all to see");
    for words in ["has forgotten the key", "had no key"] {
        let told = (format!("The key store {words} of http"), Some(0));
        assert_eq!(ring.wish(&["--bot-key-forget", "http"], ""), told);
    }
    let (reply, said) = asked(ring.server(&["--headless", "--port", "0", "--bot", "turing"]));
    assert!(reply.contains("the bot is not set up") && said.contains("it has no key"), "{reply} {said}");
}

#[test]
fn a_store_that_is_locked_or_missing_is_said_and_the_next_bot_answers() {
    let args = ["--headless", "--port", "0", "--bot", "turing,echo"];
    let home = tempfile::tempdir().expect("a folder");
    let (reply, said) = asked(server(NOWHERE, home.path(), &args));
    assert!(reply.contains("hello") && said.contains("there is no key store here"), "{reply} {said}");
    let (said, code) = wish(NOWHERE, home.path(), &["--bot-key-save", "turing"], KEY);
    assert!(said.contains("there is no key store here") && !said.contains(KEY), "{said}");
    assert_eq!(code, Some(1));
    let Some(ring) = KeyRing::start() else { return };
    assert_eq!(ring.wish(&["--bot-key-save", "turing"], KEY).1, Some(0));
    ring.lock();
    let (reply, said) = asked(ring.server(&args));
    let is_told = said.contains("the key store is locked") || said.contains("the key store did not answer");
    assert!(reply.contains("hello") && is_told && !said.contains(KEY), "{reply} {said}");
}

#[test]
fn no_key_and_no_such_bot_are_refused() {
    let home = tempfile::tempdir().expect("a folder");
    for (args, input, words) in [
        (["--bot-key-save", "turing"], "", "holds no key"),
        (["--bot-key-save", "echo"], KEY, "no bot with a key has this name"),
        (["--bot-key-forget", "eliza"], "", "no bot with a key has this name"),
    ] {
        let (said, code) = wish(NOWHERE, home.path(), &args, input);
        assert!(said.contains(words) && !said.contains(KEY), "{said}");
        assert_eq!(code, Some(2), "{args:?}");
    }
}
