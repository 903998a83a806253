//! The settings: what the file keeps, the command line says and the form shows.

use std::ffi::OsString;
use std::path::PathBuf;
use std::sync::Arc;

use clap::Parser;
use common::chat::{Invitation, InvitationError, ServerKey};
use common::check::{CheckArgs, Protocol, Question};
use common::cli::Failure;
use common::config::{self, Bounded, CommandLine, ProgramArgs};
use common::encoding::EncodingChoice;
use common::files::read_pass;
use common::headless::OutputArgs;
use common::net::Host;
use common::secret::Secret;
use serde::{Deserialize, Serialize};

use crate::engine::{DialectChoice, ServerHost, Target, Trust};

/// The settings of the chat client.
#[derive(Debug, Clone, PartialEq, Eq, clap::Args, Serialize, Deserialize)]
#[serde(default)]
pub struct Config {
    /// Where the server is: IPv4, IPv6, a host name or localhost
    #[arg(long, value_name = "HOST", default_value = "127.0.0.1")]
    pub server: ServerHost,

    /// Port of the server
    #[arg(long, default_value = "6666")]
    pub port: Bounded<1, 65_535>,

    /// How to talk to it
    #[arg(long, value_enum, default_value = "auto")]
    pub dialect: DialectChoice,

    /// How a server without our program writes: auto (UTF-8, or GB18030 where it is not UTF-8 but reads as GB18030), utf-8, gb18030,
    /// or another encoding that has ASCII in it
    #[arg(long, value_name = "NAME", default_value = "auto")]
    pub encoding: EncodingChoice,

    /// Whether the window connects again when the connection is lost.
    #[arg(skip = true)]
    pub reconnect: bool,

    /// Whether messages that were written without a connection are sent when there is one again.
    #[arg(skip)]
    pub send_unsent: bool,

    /// Height of the text box while little is in it, in points.
    #[arg(skip = Bounded::nearest(60))]
    pub composer_height: Bounded<40, 600>,

    /// Whom the server has to be, and what it is told: for this run.
    #[arg(skip)]
    #[serde(skip)]
    pub trust: Arc<Trust>,
}

common::default_settings!(Config);

impl config::Config for Config {
    fn keep_unwritten(&mut self, before: &Self) {
        self.trust = Arc::clone(&before.trust);
    }
}

impl Config {
    #[must_use]
    pub fn target(&self) -> Target {
        let Self { server, port, dialect, encoding, .. } = self;
        Target {
            host: server.clone(),
            port: port.port(),
            dialect: *dialect,
            encoding: *encoding,
            trust: Arc::clone(&self.trust),
        }
    }

    /// The question why `peer`, or the server where none is named, cannot be reached.
    #[must_use]
    pub fn question(&self, peer: Option<Host>) -> Question {
        let peer = peer.unwrap_or_else(|| self.server.as_host().clone());
        Question { peer: Some(peer), port: self.port.port(), protocol: Protocol::Tcp }
    }

    /// These settings with the server of an invitation; `None` where it names no address that can be connected to.
    #[must_use]
    pub fn invited(self, invitation: &Invitation) -> Option<Self> {
        let mut addresses = invitation.addresses.iter().filter_map(|address| address_of(address));
        let (server, port) = addresses.next()?;
        let pass = invitation.pass.as_ref().and_then(|pass| Secret::new(&pass.0));
        let trust = Trust { key: invitation.key, pass, is_invited: true, others: addresses.collect() };
        Some(Self { server, port: Bounded::nearest(port.into()), trust: Arc::new(trust), ..self })
    }

    #[must_use]
    pub fn with_target(self, target: &Target) -> Self {
        let port = Bounded::nearest(target.port.into());
        let Target { host, dialect, encoding, trust, .. } = target;
        let trust = Arc::clone(trust);
        Self { server: host.clone(), port, dialect: *dialect, encoding: *encoding, trust, ..self }
    }
}

/// The host and the port of `HOST:PORT`.
fn address_of(text: &str) -> Option<(ServerHost, u16)> {
    // The port may be missing.
    let (host, port) = ServerHost::apart(text).unwrap_or((text, Target::default().port));
    Some((host.parse().ok()?, port))
}

/// Chat with the bot behind a chat server.
///
/// Opens a window and connects at once, again and again until somebody listens; --headless does the
/// same without a window: one message a line on standard input.
#[derive(Debug, Clone, Parser)]
#[command(version, after_help = AFTER_HELP)]
pub struct Args {
    #[command(flatten)]
    pub config: Config,

    /// An invitation to a server, as its window copies it: tcp-chat://...; --server takes one, too
    #[arg(conflicts_with_all = ["server", "port"])]
    pub invitation: Option<Invitation>,

    /// The server's key, 64 digits: it is spoken to encrypted, or not at all
    #[arg(long, value_name = "KEY", conflicts_with = "invitation")]
    pub server_key: Option<ServerKey>,

    #[arg(long, value_name = "FILE", help = PASS_HELP)]
    pub pass_file: Option<PathBuf>,

    /// Print the servers that are heard on this network within 3 s, then end
    #[arg(long, conflicts_with = "invitation")]
    pub find: bool,

    #[command(flatten)]
    pub check: CheckArgs,

    #[command(flatten)]
    pub output: OutputArgs,
}

const PASS_HELP: &str =
    "File whose first line is the pass phrase of the server; or the variable TCP_CHAT_PASS";

impl ProgramArgs for Args {
    type Config = Config;

    fn parts(&self) -> (&Config, OutputArgs) {
        (&self.config, self.output)
    }

    fn begin(line: &CommandLine<Self>, file: &Config) -> Result<Config, Failure> {
        let (args, mut config) = (&line.args, line.over(file));
        if let Some(invitation) = &args.invitation {
            config = config.invited(invitation).ok_or_else(|| Failure::usage(InvitationError::NoAddress))?;
        }
        let trust = Arc::make_mut(&mut config.trust);
        if let Some(key) = args.server_key {
            (trust.key, trust.is_invited) = (Some(key), false);
        }
        if let Some(pass) = read_pass(args.pass_file.as_deref()).map_err(Failure::usage)? {
            trust.pass = Some(pass);
        }
        Ok(config)
    }
}

/// The words of a command line, where an invitation may stand behind `--server` as well.
pub fn with_invitation(words: impl IntoIterator<Item = OsString>) -> Vec<OsString> {
    let mut found: Vec<OsString> = Vec::new();
    for word in words {
        let invitation = word.to_str().map(|text| text.strip_prefix("--server=").unwrap_or(text));
        match invitation.filter(|text| Invitation::is_meant(text)).map(OsString::from) {
            Some(invitation) => {
                found.pop_if(|last| last == "--server");
                found.push(invitation);
            }
            None => found.push(word),
        }
    }
    found
}

const AFTER_HELP: &str = "\
Examples:
  tcp-chat-client                                      the window, for a server on this computer
  tcp-chat-client --server 192.168.1.20                a server on the LAN
  tcp-chat-client --find                               which servers announce themselves there
  printf '1+1\\n' | tcp-chat-client --headless          ask once and end
  tcp-chat-client --headless --json < questions.txt

A window remembers the server that it was last told to use; the command line holds for one run.

Headless: each line of standard input is a message; blank lines are skipped, and nothing is read while there is no \
connection. Prints \"Client: TEXT\" and \"Server: TEXT\", \"Failed: ...\" where there is no answer, and a line whenever \
the connection changes; with --json each line is a JSON object. After the end of input it ends when every message has \
an answer, or the server's word that there is none. A plain server (the original demo, nc) gets one message at a time: the next one follows the answer, or \
10 s without one; what it answers to our hello is not shown. Ctrl-C and SIGTERM end it.

Exit codes: 0 every message has an answer, or the server's word that there is none, or ended by the user, \
2 wrong usage, or a server whose key has to be confirmed or that wants a pass phrase, 1 anything else, also where --find hears no \
server.";

#[cfg(test)]
mod tests {
    use super::*;
    use common::config::Store;

    fn parsed(args: &[&str]) -> Option<CommandLine<Args>> {
        CommandLine::of(std::iter::once("tcp-chat-client").chain(args.iter().copied())).ok()
    }

    #[test]
    fn without_arguments_it_is_the_original_demo() {
        let args = parsed(&[]).unwrap().args;
        assert_eq!(args.config.target(), Target::default());
        assert_eq!(Target::default().to_string(), "127.0.0.1:6666");
        assert!(!args.output.headless && args.config.reconnect && !args.config.send_unsent);
    }

    #[test]
    fn the_help_says_that_a_failure_told_by_the_server_counts() {
        use clap::CommandFactory as _;
        let help = Args::command().render_long_help().to_string();
        let success =
            help.split_once("Exit codes: 0 ").and_then(|(_, codes)| codes.split_once(", 2 ")).unwrap().0;
        assert!(success.contains("an answer, or the server's word that there is none"), "{success}");
    }

    #[test]
    fn everything_can_be_said() {
        let line = parsed(&["--server", "[::1]", "--port", "7", "--dialect", "plain"]).unwrap();
        let target = line.args.config.target();
        assert_eq!((target.to_string().as_str(), target.dialect), ("[::1]:7", DialectChoice::Plain));
        let file = Config { server: "10.0.0.7".parse().unwrap(), ..Config::default() };
        let line = parsed(&["--port", "8"]).unwrap();
        assert_eq!(line.over(&file).target().to_string(), "10.0.0.7:8");
    }

    #[test]
    fn what_is_wrong_is_refused() {
        for args in [
            &["--port", "0"][..],
            &["--server", "1.2.3"],
            &["--server", "broadcast"],
            &["--dialect", "morse"],
            &["word"],
        ] {
            assert!(parsed(args).is_none(), "{args:?}");
        }
    }

    #[test]
    fn the_server_is_found_again_and_a_wrong_one_is_reported() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("settings.toml");
        let mut loaded = Store::at(path.clone()).load::<Config>();
        let target = Target {
            host: "chat.example.org".parse().unwrap(),
            port: 7,
            dialect: DialectChoice::Plain,
            ..Target::default()
        };
        loaded.settings.program = loaded.settings.program.with_target(&target);
        loaded.store.save(&loaded.settings).unwrap();
        let text = std::fs::read_to_string(&path).unwrap();
        assert!(
            text.contains("server = \"chat.example.org\"") && text.contains("dialect = \"plain\""),
            "{text}"
        );
        assert_eq!(Store::at(path.clone()).load::<Config>().settings.program.target(), target);
        std::fs::write(&path, "[program]\nserver = \"no host\"\n").unwrap();
        let loaded = Store::at(path).load::<Config>();
        assert_eq!(loaded.settings.program, Config::default());
        assert!(loaded.error.is_some());
    }
}
