//! A chat server with one bot, and a chat client that asks it.

use std::io::Write as _;

use serde_json::Value;
use tempfile::NamedTempFile;

use super::Program;

/// Both programs.
pub(crate) struct Talk {
    server: Program,
    client: Program,
    port: u16,
    /// The key's file, while the server may read it.
    _key_file: Option<NamedTempFile>,
    key: Option<&'static str>,
}

/// The reply, or why there is none.
pub(crate) type Answered = Result<String, String>;

impl Talk {
    /// A server with `args`, and a client that is connected to it.
    pub(crate) fn start(args: &[&str]) -> Self {
        Self::start_with(args, None)
    }

    /// A talk with a bot that has this key.
    pub(crate) fn start_with(args: &[&str], key: Option<&'static str>) -> Self {
        let key_file = key.map(|key| {
            let mut file = NamedTempFile::new().expect("a file");
            writeln!(file, "{key}").expect("a file");
            file
        });
        let path = key_file.as_ref().map(|file| file.path().to_str().expect("a path in UTF-8").to_owned());
        let key_args: Vec<&str> = path.iter().flat_map(|path| ["--bot-key-file", path.as_str()]).collect();
        let args = [&["--port", "0", "--json"], &key_args[..], args].concat();
        let mut server = Program::headless("tcp-chat-server", &args);
        let port = port_of(&mut server);
        Self { server, client: client(port), port, _key_file: key_file, key }
    }

    /// A client of a server that runs already, headless and with JSON.
    pub(crate) fn with(mut server: Program) -> Self {
        let port = port_of(&mut server);
        Self { server, client: client(port), port, _key_file: None, key: None }
    }

    /// Types `text` into the client and waits for what comes of it.
    pub(crate) fn ask(&mut self, text: &str) -> Answered {
        ask(&mut self.client, text)
    }

    /// Asks as a client that comes for this and goes.
    pub(crate) fn ask_as_another(&self, text: &str) -> Answered {
        ask(&mut client(self.port), text)
    }

    /// Asks each question of the table; what is expected is the whole reply or a part of the
    /// failure. After each the bot is asked for something good: everything else goes on.
    pub(crate) fn check(&mut self, table: &[(&str, Result<&str, &str>)]) {
        for (question, expected) in table {
            let answered = self.ask(question);
            match (&answered, expected) {
                (Ok(reply), Ok(expected)) => assert_eq!(reply, expected, "{question}"),
                (Err(failure), Err(part)) if failure.contains(part) => (),
                _ => panic!("{question}: {answered:?} instead of {expected:?}"),
            }
            assert_eq!(self.ask("hello"), Ok("hello to you".to_owned()), "after {question}");
        }
    }

    /// Asks what fails and ends both: what the client is told, and all that the server has said.
    pub(crate) fn failure(mut self, text: &str) -> (String, String) {
        let told = self.ask(text).expect_err("a failure");
        // Windows would end the server before it has said this.
        let mut said = self.server.lines_until(r#""event":"failed""#);
        self.server.signal(nix::sys::signal::Signal::SIGTERM);
        said.extend(self.server.rest());
        (told, said.join("\n"))
    }

    /// Ends both; nothing that the server has said holds the key.
    pub(crate) fn end(mut self) {
        self.server.signal(nix::sys::signal::Signal::SIGTERM);
        let lines = self.server.rest();
        assert!(lines.len() > 1, "the server has said nothing: {lines:?}");
        let said = lines.join("\n") + &self.server.stderr();
        if let Some(key) = self.key {
            assert!(!said.contains(key), "the key is there for all to see: {said}");
        }
    }
}

fn port_of(server: &mut Program) -> u16 {
    let listening = server.json_event("listening");
    let port = listening["address"].as_str().and_then(|address| address.rsplit(':').next()?.parse().ok());
    port.unwrap_or_else(|| panic!("no port in {listening}"))
}

fn client(port: u16) -> Program {
    let mut client = Program::headless("tcp-chat-client", &["--json", "--port", &port.to_string()]);
    client.json_event("connected");
    client
}

fn ask(client: &mut Program, text: &str) -> Answered {
    client.type_line(text);
    loop {
        let line = client.line();
        let event: Value = serde_json::from_str(&line).unwrap_or_else(|error| panic!("{error}: {line}"));
        let words = |field: &str| event[field].as_str().unwrap_or_default().to_owned();
        match event["event"].as_str() {
            Some("reply") => return Ok(words("text")),
            Some("failed") => return Err(words("message")),
            _ => (),
        }
    }
}
