//! What the window remembers in its settings: no secret is among it.

use std::collections::BTreeMap;
use std::path::PathBuf;

use common::net::Host;
use common::settings::Choice;
use common::time::DEFAULT_PORT;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::cli::Args;
use crate::engine::{BotChoice, BotList, BotOptionError, KeySource, Limits, Settings, bot_kind};
use crate::level::Level;

/// The settings of the chat server.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Kept {
    /// Whether the server starts with its window.
    pub start: bool,
    /// Address to listen on.
    #[serde(serialize_with = "write_host", deserialize_with = "read_host")]
    pub listen: Host,
    /// Port to listen on.
    pub port: u16,
    /// Clients at once.
    pub max_clients: u16,
    /// Clients of one address at once.
    pub max_clients_per_address: u16,
    /// Calls to bots at once.
    pub max_bot_calls: u16,
    /// What the log shows: this level, and what matters more.
    pub log_shows: Level,
    /// Who answers, and how each bot is set.
    #[serde(serialize_with = "write_bots", deserialize_with = "read_bots")]
    pub bots: BotList,
}

impl Default for Kept {
    fn default() -> Self {
        let Limits { max_clients, max_clients_per_address, max_bot_calls } = Limits::default();
        Self {
            start: false,
            listen: Host::Ip(std::net::Ipv4Addr::LOCALHOST.into()),
            port: DEFAULT_PORT,
            max_clients,
            max_clients_per_address,
            max_bot_calls,
            log_shows: Level::Info,
            bots: BotList::default(),
        }
    }
}

impl Kept {
    /// What the engine needs of it; limits out of range are corrected.
    #[must_use]
    pub fn settings(&self) -> Settings {
        Settings {
            host: self.listen.clone(),
            port: self.port,
            bots: self.bots.clone(),
            limits: Limits {
                max_clients: self.max_clients,
                max_clients_per_address: self.max_clients_per_address,
                max_bot_calls: self.max_bot_calls,
            }
            .corrected(),
        }
    }
}

/// What holds for this run, and what goes into the file: the command line is not written back.
#[derive(Debug, Clone)]
pub struct Remembered {
    /// Whether the server starts with its window.
    pub(crate) start: bool,
    pub(crate) log_shows: Level,
    host: Choice<Host>,
    port: Choice<u16>,
    limits: [Choice<u16>; 3],
    bots: Choice<BotList>,
    /// As the run begins, typed keys and all.
    settings: Settings,
}

impl Remembered {
    /// What the file says, and the command line where it does.
    ///
    /// # Errors
    /// Where the command line sets what no bot has.
    pub fn new(kept: &Kept, args: &Args) -> Result<Self, BotOptionError> {
        let (known, settings) = (kept.settings(), args.settings_over(kept.settings())?);
        let bots = forgetting(&settings.bots);
        // What is wrong with the file's own is said in the window.
        if bots != known.bots {
            settings.bots.check()?;
        }
        let (of_kept, of_run) = (figures(known.limits), figures(settings.limits));
        let limit = |index: usize| choice(of_kept[index], of_run[index]);
        Ok(Self {
            start: kept.start,
            log_shows: kept.log_shows,
            host: choice(known.host, settings.host.clone()),
            port: choice(known.port, settings.port),
            limits: [limit(0), limit(1), limit(2)],
            bots: choice(known.bots, bots),
            settings,
        })
    }

    /// What holds as the run begins.
    #[must_use]
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// The user has set this.
    pub(crate) fn choose(&mut self, settings: &Settings) {
        self.host.choose(settings.host.clone());
        self.port.choose(settings.port);
        for (limit, figure) in self.limits.iter_mut().zip(figures(settings.limits)) {
            limit.choose(figure);
        }
        self.bots.choose(forgetting(&settings.bots));
    }

    /// What goes into the file.
    pub(crate) fn kept(&self) -> Kept {
        let [max_clients, max_clients_per_address, max_bot_calls] =
            [0, 1, 2].map(|index: usize| *self.limits[index].kept());
        Kept {
            start: self.start,
            listen: self.host.kept().clone(),
            port: *self.port.kept(),
            max_clients,
            max_clients_per_address,
            max_bot_calls,
            log_shows: self.log_shows,
            bots: self.bots.kept().clone(),
        }
    }
}

impl From<&Settings> for Remembered {
    /// As if the file said it all.
    fn from(settings: &Settings) -> Self {
        let limit = |figure: u16| Choice::new(figure, None);
        Self {
            start: false,
            log_shows: Level::Info,
            host: Choice::new(settings.host.clone(), None),
            port: Choice::new(settings.port, None),
            limits: figures(settings.limits).map(limit),
            bots: Choice::new(forgetting(&settings.bots), None),
            settings: settings.clone(),
        }
    }
}

fn choice<T: PartialEq>(kept: T, of_run: T) -> Choice<T> {
    let of_run = (of_run != kept).then_some(of_run);
    Choice::new(kept, of_run)
}

fn figures(limits: Limits) -> [u16; 3] {
    [limits.max_clients, limits.max_clients_per_address, limits.max_bot_calls]
}

/// A bot in the file.
#[derive(Debug, Serialize, Deserialize)]
struct KeptBot {
    bot: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    key_file: Option<PathBuf>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    options: BTreeMap<String, String>,
}

/// The list without what could be a secret.
fn forgetting(list: &BotList) -> BotList {
    list.choices().iter().filter_map(|choice| bot(&kept_bot(choice)).ok()).collect()
}

fn kept_bot(choice: &BotChoice) -> KeptBot {
    let key_file = match &choice.key {
        KeySource::File(path) => Some(path.clone()),
        KeySource::EnvironmentOrStore | KeySource::Typed(_) => None,
    };
    let options = choice
        .kind
        .options
        .iter()
        .map(|option| (option, choice.value(option)))
        .filter(|(option, value)| *value != option.default && !may_be_secret(value))
        .map(|(option, value)| (option.name.to_owned(), value.to_owned()))
        .collect();
    KeptBot { bot: choice.kind.word.to_owned(), key_file, options }
}

fn bot(kept: &KeptBot) -> Result<BotChoice, String> {
    let kind = bot_kind(&kept.bot).ok_or_else(|| format!("no bot has this name: {}", kept.bot))?;
    let mut choice = BotChoice::new(kind);
    if let Some(path) = &kept.key_file {
        choice.key = KeySource::File(path.clone());
    }
    for (name, value) in &kept.options {
        choice.set(name, value).map_err(|error| error.to_string())?;
    }
    Ok(choice)
}

/// Where a user has written a key by hand, what holds it begins with one of these.
const SIGNS_OF_SECRETS: &[&str] =
    &["key", "token", "secret", "passw", "authorization", "bearer", "cookie", "credential", "signature"];

/// Whether a value may hold a secret that is not the key of `{key}`. Rather too often than once
/// too rarely.
fn may_be_secret(value: &str) -> bool {
    value.lines().any(|line| {
        let line = line.to_ascii_lowercase();
        let rest = line.replace("{key}", "");
        let is_filled_in = line != rest;
        !is_filled_in && SIGNS_OF_SECRETS.iter().any(|sign| rest.contains(sign))
    })
}

fn write_host<S: Serializer>(host: &Host, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(host)
}

fn read_host<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Host, D::Error> {
    String::deserialize(deserializer)?.parse().map_err(D::Error::custom)
}

fn write_bots<S: Serializer>(bots: &BotList, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(bots.choices().iter().map(kept_bot))
}

fn read_bots<'de, D: Deserializer<'de>>(deserializer: D) -> Result<BotList, D::Error> {
    let kept = Vec::<KeptBot>::deserialize(deserializer)?;
    let bots: BotList = kept.iter().map(bot).collect::<Result<_, _>>().map_err(D::Error::custom)?;
    let is_twice =
        |choice: &BotChoice| bots.choices().iter().filter(|other| other.kind == choice.kind).count() > 1;
    match bots.choices().iter().find(|choice| is_twice(choice)) {
        Some(choice) => Err(D::Error::custom(format!("a bot stands in the list once: {}", choice.kind.word))),
        None if bots.choices().is_empty() => Ok(BotList::default()),
        None => Ok(bots),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::Parser as _;
    use common::settings::{Loaded, Settings as File, Store};

    fn args(args: &[&str]) -> Args {
        Args::try_parse_from(std::iter::once("tcp-chat-server").chain(args.iter().copied())).unwrap()
    }

    fn remembered(kept: &Kept, words: &[&str]) -> Remembered {
        Remembered::new(kept, &args(words)).unwrap()
    }

    /// What the file holds, and what is read from it.
    fn through_the_file(kept: &Kept) -> (String, Loaded<Kept>) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("settings.toml");
        let file = File { program: kept.clone(), ..File::default() };
        Store::at(path.clone()).save(&file).unwrap();
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
        let mut remembered = remembered(&Kept::default(), &[]);
        let settings = args(&words).settings().unwrap();
        remembered.choose(&settings);
        let kept = Kept { log_shows: Level::Warning, start: true, ..remembered.kept() };
        let (text, loaded) = through_the_file(&kept);
        assert_eq!(loaded.error, None, "{text}");
        assert_eq!(loaded.settings.program, kept, "{text}");
        assert_eq!(loaded.settings.program.settings(), settings, "{text}");
    }

    #[test]
    fn the_command_line_holds_for_a_run_and_is_not_written_back() {
        let kept = Kept { port: 7000, max_clients: 5, ..Kept::default() };
        let mut remembered = remembered(&kept, &["--port", "8000", "--bot", "echo"]);
        let mut settings = remembered.settings().clone();
        assert_eq!((settings.port, settings.limits.max_clients), (8000, 5));
        assert_eq!(settings.bots.to_string(), "echo");
        remembered.choose(&settings);
        assert_eq!(remembered.kept(), kept, "nothing was chosen");
        settings.limits.max_clients = 6;
        remembered.choose(&settings);
        assert_eq!(remembered.kept(), Kept { max_clients: 6, ..kept });
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
        let mut settings = args(&words).settings().unwrap();
        let turing = settings.bots.choice_mut("turing").unwrap();
        turing.key = KeySource::Typed(crate::engine::Secret::new("s3cr3t").unwrap());
        let mut remembered = remembered(&Kept::default(), &[]);
        remembered.choose(&settings);
        let (text, _) = through_the_file(&remembered.kept());
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
            let loaded = Store::at(path.clone()).load::<Kept>();
            assert!(loaded.error.is_some(), "taken: {wrong}");
            assert_eq!(loaded.settings.program, Kept::default());
        }
        std::fs::write(&path, "[program]\nmax_clients = 0\nbots = []\n").unwrap();
        let settings = Store::at(path).load::<Kept>().settings.program.settings();
        assert_eq!((settings.limits.max_clients, settings.bots), (1, BotList::default()));
    }
}
