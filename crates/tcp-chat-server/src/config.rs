//! The settings: what the file keeps, the command line says and the form shows. No secret is among them.

use std::path::PathBuf;

use clap::builder::BoolishValueParser;
use clap::{ArgAction, Parser};
use common::cli::Failure;
use common::config::{self, Bounded, CommandLine, ProgramArgs, listen_port};
use common::encoding::EncodingChoice;
use common::headless::OutputArgs;
use common::net::{Host, Network};
use common::secret::Secret;
use common::status::Level;
use common::tr;
use serde::{Deserialize, Serialize};

use crate::bot::{BOTS, BotKind, BotList, BotOptionError, bot_kind};
use crate::keys::KeyAction;

/// The settings of the chat server.
#[derive(Debug, Clone, PartialEq, Eq, clap::Args, Serialize, Deserialize)]
#[serde(default)]
pub struct Config {
    /// Listen on this address: IPv4, IPv6, a host name, localhost or any
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1")]
    pub listen: Host,

    /// Listen on this port; 0 takes one that is free
    #[arg(long, default_value = "6666", value_parser = listen_port)]
    pub port: u16,

    /// Listen at once, without a press of the button (--headless always does)
    #[arg(long)]
    pub start: bool,

    #[arg(long, value_name = "on|off", default_value = "on", help = ANNOUNCE_HELP, action = ArgAction::Set)]
    #[arg(value_parser = BoolishValueParser::new(), hide_possible_values = true)]
    pub announce: bool,

    /// How clients without our program write: auto (UTF-8, or GB18030 where it is not UTF-8 but reads as GB18030), utf-8, gb18030, or
    /// another encoding that has ASCII in it
    #[arg(long, value_name = "NAME", default_value = "auto")]
    pub encoding: EncodingChoice,

    #[command(flatten)]
    #[serde(flatten)]
    pub limits: Limits,

    #[command(flatten)]
    #[serde(flatten)]
    pub access: Access,

    /// What the log shows: this level, and what matters more.
    #[arg(skip)]
    pub log_shows: Level,

    /// Who answers, and how each bot is set.
    #[arg(skip)]
    pub bots: BotList,
}

// Not a doc comment: rustdoc takes what is between colons for code.
const ALLOW_HELP: &str = "\
Take clients of this network only, such as 192.168.1.0/24; may be given several times; 127.0.0.1 and ::1 always may";

const ANNOUNCE_HELP: &str = "\
Let clients find the server by the name of this computer (mDNS), while it listens beyond this computer: on or off";

common::default_settings!(Config, Access, Limits);

impl config::Config for Config {
    const LISTS: &'static [(&'static str, &'static str)] = &[("allow", "allow")];

    fn keep_unwritten(&mut self, before: &Self) {
        self.access.pass.clone_from(&before.access.pass);
    }
}

/// Whether connections are encrypted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, clap::ValueEnum, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum TlsChoice {
    /// Never
    Off,
    /// Where the client can
    #[default]
    On,
    /// Always: others are turned away
    Only,
}

const PASS_HELP: &str =
    "File whose first line is a pass phrase that clients have to say; or the variable TCP_CHAT_PASS";

/// Who may come in, and how.
#[derive(Debug, Clone, PartialEq, Eq, clap::Args, Serialize, Deserialize)]
#[serde(default)]
pub struct Access {
    /// Encrypted connections (TLS, on the same port): off, on (plain ones as well) or only
    #[arg(long, value_enum, value_name = "WHEN", default_value = "on", hide_possible_values = true)]
    pub tls: TlsChoice,

    /// Certificates of an authority, in PEM, in place of our own
    #[arg(long, value_name = "FILE", requires = "tls_key")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tls_cert: Option<PathBuf>,

    /// The private key of --tls-cert, in PEM
    #[arg(long, value_name = "FILE", requires = "tls_cert")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tls_key: Option<PathBuf>,

    #[arg(long, value_name = "FILE", help = PASS_HELP)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pass_file: Option<PathBuf>,

    /// Take the pass phrase also where others on the network can read it
    #[arg(long)]
    pub pass_in_clear: bool,

    #[arg(long, value_name = "NETWORK", help = ALLOW_HELP)]
    pub allow: Vec<Network>,

    /// Whether clients have to say the phrase that was typed, also after a restart: the system's key store keeps it, never the
    /// settings.
    #[arg(skip)]
    pub wants_pass: bool,

    /// That phrase, where it was typed in this run.
    #[arg(skip)]
    #[serde(skip)]
    pub pass: Option<Secret>,
}

/// How much a server takes at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::Args, Serialize, Deserialize)]
#[serde(default)]
pub struct Limits {
    /// Clients at once, 1 to 50000; each takes a descriptor, see "ulimit -Hn"
    #[arg(long, value_name = "COUNT", default_value = "1024")]
    pub max_clients: Clients,

    /// Clients of one address (of IPv6: one network, /64) at once, 1 to 50000; this computer's own may be more
    #[arg(long, value_name = "COUNT", default_value = "64")]
    pub max_clients_per_address: Clients,

    /// Calls to bots at once, 1 to 1000; further messages wait for their turn
    #[arg(long, value_name = "COUNT", default_value = "16")]
    pub max_bot_calls: BotCalls,
}

/// Clients that there may be.
pub type Clients = Bounded<1, 50_000>;

/// Calls to bots that there may be at once. Whoever waits is served in order of arrival, and a client asks one
/// message at a time: nobody starves.
pub type BotCalls = Bounded<1, 1000>;

// clap wraps each paragraph to the width of the terminal.
const BEFORE_BOTS: &str = "\
Without --headless a window opens. It remembers what was set in it; the command line holds for one run. With --headless the server listens at once and prints one line for each event: \
where it listens, who connects, what is asked and answered. Ctrl-C and SIGTERM end it.";

const AFTER_BOTS: &str = "\
Exit codes: 0 after Ctrl-C, SIGTERM or a closed window; 2 for a wrong command line or an address that \
cannot be listened on; 1 for anything else.

Examples:
  tcp-chat-server                                      a window; its button starts the server
  tcp-chat-server --headless --bot builtin             no window, nobody else is asked
  tcp-chat-server --headless --json --port 0           JSON lines; the first names the port
  tcp-chat-server --headless --stats 60                and a line of counters every minute
  tcp-chat-server --listen any --start                 clients of every network may connect
  tcp-chat-server --bot-url http://127.0.0.1:8123/api.php";

/// Chat server: takes TCP connections and has a bot answer what their clients say
#[derive(Debug, Clone, Parser)]
#[command(version, after_help = after_help())]
pub struct Args {
    #[command(flatten)]
    pub config: Config,

    #[command(flatten)]
    pub bots: BotArgs,

    /// Keep the key of BOT in the system's key store: the first line of standard input; then end
    #[arg(long, value_name = "BOT", value_parser = bot_with_key, exclusive = true)]
    pub bot_key_save: Option<&'static BotKind>,

    /// Let the system's key store forget the key of BOT; then end
    #[arg(long, value_name = "BOT", value_parser = bot_with_key, exclusive = true)]
    pub bot_key_forget: Option<&'static BotKind>,

    /// Print the counters every so many seconds, 1 to 86400; with --headless
    #[arg(long, value_name = "SECONDS", requires = "headless")]
    pub stats: Option<Bounded<1, 86_400>>,

    #[command(flatten)]
    pub output: OutputArgs,
}

/// What the command line says about the bots.
#[derive(Debug, Clone, clap::Args)]
pub struct BotArgs {
    /// Who answers: one of the bots below, or several with commas between; the next answers where one fails
    /// [default: qingyun,builtin]
    #[arg(long, value_name = "LIST")]
    pub bot: Option<BotList>,

    /// Address of a bot's service: of BOT, or of the first bot of the list that has one
    #[arg(long, value_name = "[BOT=]URL")]
    pub bot_url: Vec<String>,

    /// Model that a bot asks: BOT, or the first bot of the list that has models
    #[arg(long, value_name = "[BOT=]NAME")]
    pub bot_model: Vec<String>,

    /// File whose first line is the key of a bot: of BOT, or of the first bot of the list that has one
    #[arg(long, value_name = "[BOT=]FILE")]
    pub bot_key_file: Vec<String>,

    /// Sets an option of a bot: those below
    #[arg(long, value_name = "BOT.NAME=VALUE")]
    pub bot_option: Vec<String>,

    /// File that stands in for what the built-in bot says by itself, see docs/bots.md
    #[arg(long, value_name = "FILE")]
    pub brain: Option<String>,
}

impl BotArgs {
    /// The list that is wanted, as far as each setting goes by itself; what is not said is as in `known`.
    ///
    /// # Errors
    /// Where a setting is for no bot of the list, or not one of its values.
    pub fn over(&self, known: &BotList) -> Result<BotList, BotOptionError> {
        let mut bots = self.bot.as_ref().map_or_else(|| known.clone(), |list| list.set_as(known));
        self.bot_option.iter().try_for_each(|typed| bots.set_option(typed))?;
        self.bot_url.iter().try_for_each(|typed| bots.set_flag("url", typed))?;
        self.brain.iter().try_for_each(|path| bots.choice_mut("builtin")?.set("brain", path))?;
        self.bot_model.iter().try_for_each(|typed| bots.set_flag("model", typed))?;
        self.bot_key_file.iter().try_for_each(|typed| bots.set_key_file(typed))?;
        Ok(bots)
    }
}

impl ProgramArgs for Args {
    type Config = Config;

    fn parts(&self) -> (&Config, OutputArgs) {
        (&self.config, self.output)
    }

    /// What is wrong with the file's own bots is said in the window.
    fn begin(line: &CommandLine<Self>, file: &Config) -> Result<Config, Failure> {
        let bots = line.args.bots.over(&file.bots).map_err(Failure::usage)?;
        if bots != file.bots {
            bots.check().map_err(Failure::usage)?;
        }
        Ok(Config { bots, ..line.over(file) })
    }
}

impl Args {
    /// What is to be done with a key in the key store, where that is all.
    #[must_use]
    pub fn key_action(&self) -> Option<KeyAction> {
        let keep = self.bot_key_save.map(KeyAction::Keep);
        keep.or_else(|| self.bot_key_forget.map(KeyAction::Forget))
    }
}

/// The bots and their options: as each tells of itself.
fn after_help() -> String {
    let mut help = format!("{BEFORE_BOTS}\n\nBots (--bot):\n");
    for kind in BOTS {
        help.extend(["  ", kind.word, ": ", tr!(kind.about), "\n"]);
        if let Some(key) = kind.key {
            help.extend(["    key (", &kind.key_variable(), "): ", tr!(key.about), "\n"]);
        }
        for option in kind.options {
            let default = if option.default.is_empty() { "" } else { " (default " };
            let end = if option.default.is_empty() { "" } else { ")" };
            help.extend(["    ", option.name, ": ", tr!(option.about), default, option.default, end, "\n"]);
        }
    }
    help + "\n" + AFTER_BOTS
}

fn bot_with_key(word: &str) -> Result<&'static BotKind, String> {
    bot_kind(word).filter(|kind| kind.key.is_some()).ok_or_else(|| {
        let words: Vec<_> = BOTS.iter().filter(|kind| kind.key.is_some()).map(|kind| kind.word).collect();
        format!("no bot with a key has this name, use {}", words.join(", "))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bot::{KeySource, Secret};
    use common::config::{Baseline, Loaded, Settings, Store};

    fn parse(args: &[&str]) -> Option<CommandLine<Args>> {
        CommandLine::of(std::iter::once("tcp-chat-server").chain(args.iter().copied())).ok()
    }

    #[test]
    fn defaults_are_those_of_the_demo() {
        let config = parse(&[]).unwrap().config().unwrap();
        let limits = Limits {
            max_clients: Bounded::nearest(1024),
            max_clients_per_address: Bounded::nearest(64),
            max_bot_calls: Bounded::nearest(16),
        };
        let bots = "qingyun,builtin".parse().unwrap();
        assert_eq!(
            (config.listen.to_string().as_str(), config.port, config.start),
            ("127.0.0.1", 6666, false)
        );
        assert_eq!((config.limits, config.bots), (limits, bots));
    }

    #[test]
    fn what_cannot_be_used_is_refused() {
        for args in [
            &["--bot", "eliza"][..],
            &["--bot", ""],
            &["--listen", "a b"],
            &["--port", "65536"],
            &["--max-clients", "0"],
            &["--max-clients", "50001"],
            &["--max-clients-per-address", "0"],
            &["--max-bot-calls", "1001"],
            &["--headless", "--stats", "0"],
            &["--stats", "10"],
        ] {
            assert!(parse(args).is_none(), "accepted: {args:?}");
        }
        for args in [
            &["--bot-url", "ftp://x/"][..],
            &["--bot-url", "http://x/?key=free"],
            &["--bot", "echo", "--bot-url", "http://x/"],
            &["--bot-model", "llama"],
            &["--bot", "echo", "--brain", "x.rive"],
            &["--bot-option", "echo"],
        ] {
            assert!(parse(args).unwrap().config().is_err(), "accepted: {args:?}");
        }
        let config =
            parse(&["--bot", "qingyun", "--bot-url", "http://127.0.0.1:1/x"]).unwrap().config().unwrap();
        let choice = &config.bots.choices()[0];
        assert_eq!(choice.value(choice.kind.option("url").unwrap()), "http://127.0.0.1:1/x");
        let builtin = &parse(&["--brain", "a=b.rive"]).unwrap().config().unwrap().bots.choices()[1].clone();
        assert_eq!(builtin.value(builtin.kind.option("brain").unwrap()), "a=b.rive");
        let limits = ["--max-clients", "50000", "--max-clients-per-address", "1", "--max-bot-calls", "1000"];
        let expected = Limits {
            max_clients: Bounded::nearest(50_000),
            max_clients_per_address: Bounded::nearest(1),
            max_bot_calls: Bounded::nearest(1000),
        };
        assert_eq!(parse(&limits).unwrap().config().unwrap().limits, expected);
        let stats = parse(&["--headless", "--stats", "10"]).unwrap().args.stats.map(Bounded::seconds);
        assert_eq!(stats, Some(std::time::Duration::from_secs(10)));
    }

    /// What the file holds, and what is read from it.
    fn through_the_file(config: &Config) -> (String, Loaded<Config>) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("settings.toml");
        let settings = Settings { program: config.clone(), ..Settings::default() };
        Store::at(path.clone()).save(&settings).unwrap();
        (std::fs::read_to_string(&path).unwrap(), Store::at(path).load())
    }

    #[test]
    fn all_that_is_set_is_found_again() {
        let words = [
            "--listen",
            "any",
            "--port",
            "7",
            "--max-clients",
            "9",
            "--max-bot-calls",
            "3",
            "--bot",
            "openai,http,echo",
            "--bot-model",
            "little",
            "--bot-key-file",
            "http=/tmp/key",
            "--bot-option",
            "http.url=http://a/?q={text}&key={key}",
            "--bot-option",
            "http.header=X-Api-Key: {key}",
            "--bot-option",
            "http.header=X-Room: 7",
        ];
        let config = parse(&words).unwrap().config().unwrap();
        let config = Config { log_shows: Level::Warning, start: true, ..config };
        let (text, loaded) = through_the_file(&config);
        assert_eq!(loaded.error, None, "{text}");
        assert_eq!(loaded.settings.program, config, "{text}");
    }

    #[test]
    fn the_command_line_holds_for_a_run_and_is_not_written_back() {
        let limits = Limits { max_clients: Bounded::nearest(5), ..Limits::default() };
        let file = Config { port: 7000, limits, ..Config::default() };
        let began = Args::begin(&parse(&["--port", "8000", "--bot", "echo"]).unwrap(), &file).unwrap();
        assert_eq!((began.port, began.limits, began.bots.to_string().as_str()), (8000, limits, "echo"));
        let mut baseline = Baseline::new(file.clone(), began.clone());
        assert_eq!(*baseline.kept(began.clone()), file, "nothing was chosen");
        let limits = Limits { max_clients: Bounded::nearest(6), ..limits };
        assert_eq!(*baseline.kept(Config { limits, ..began }), Config { limits, ..file });
    }

    #[test]
    fn no_secret_is_written() {
        let words = [
            "--bot",
            "http,turing",
            "--bot-option",
            "http.url=http://a/?q={text}&apikey=s3cr3t",
            "--bot-option",
            r#"http.body={"q":"{text}","access_token":"s3cr3t"}"#,
            "--bot-option",
            "http.name=Mine",
        ];
        let mut config = parse(&words).unwrap().config().unwrap();
        let turing = config.bots.choice_mut("turing").unwrap();
        turing.key = KeySource::Typed(Secret::new("s3cr3t").unwrap());
        let (text, _) = through_the_file(&config);
        assert!(!text.contains("s3cr3t") && text.contains("Mine"), "{text}");
    }

    #[test]
    fn what_makes_no_sense_is_reported() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("settings.toml");
        for wrong in [
            "listen = \"a b\"",
            "port = 70000",
            "bots = [{ bot = \"eliza\" }]",
            "bots = [{ bot = \"echo\" }, { bot = \"echo\" }]",
            "bots = [{ bot = \"qingyun\", options = { url = \"ftp://x\" } }]",
        ] {
            std::fs::write(&path, format!("[program]\n{wrong}\n")).unwrap();
            let loaded = Store::at(path.clone()).load::<Config>();
            assert!(loaded.error.is_some(), "taken: {wrong}");
            assert_eq!(loaded.settings.program, Config::default());
        }
        std::fs::write(&path, "[program]\nmax_clients = 0\nbots = []\n").unwrap();
        let config = Store::at(path).load::<Config>().settings.program;
        assert_eq!((config.limits.max_clients.get(), config.bots), (1, BotList::default()));
    }
}
