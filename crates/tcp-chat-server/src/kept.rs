//! What the window remembers in its settings: no secret is among it.

mod secrets;

use std::collections::BTreeMap;
use std::path::PathBuf;

use common::net::Host;
use common::settings::Choice;
use common::time::DEFAULT_PORT;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

pub(crate) use self::secrets::may_be_secret;
use crate::bot::{BotChoice, BotList, BotOptionError, KeySource, bot_kind};
use crate::cli::Args;
use crate::engine::{Limits, Settings};
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
        let bots = forgetting(&settings.bots, &known.bots);
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
    pub(crate) fn choose(&mut self, chosen: Chosen) {
        let Chosen { host, port, limits, bots } = chosen;
        if let Some(host) = host {
            self.host.choose(host);
        }
        self.port.choose(port);
        for (limit, figure) in self.limits.iter_mut().zip(limits) {
            if let Some(figure) = figure {
                limit.choose(figure);
            }
        }
        if let Some(bots) = bots {
            let bots = forgetting(&bots, self.bots.get());
            self.bots.choose(bots);
        }
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

/// What is set in the window; what cannot be used is missing, and the rest is remembered all the same.
#[derive(Debug, Clone)]
pub(crate) struct Chosen {
    pub(crate) host: Option<Host>,
    pub(crate) port: u16,
    /// As [`Limits`] has them, in their order.
    pub(crate) limits: [Option<u16>; 3],
    pub(crate) bots: Option<BotList>,
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
            bots: Choice::new(forgetting(&settings.bots, &settings.bots), None),
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

/// The list without what could be a secret. A key that is typed for this run leaves the file that
/// is `known` as it is.
fn forgetting(list: &BotList, known: &BotList) -> BotList {
    let without = |choice: &BotChoice| {
        let mut kept = kept_bot(choice);
        if matches!(choice.key, KeySource::Typed(_)) {
            let known = known.choices().iter().find(|known| known.kind == choice.kind);
            kept.key_file = known.and_then(|known| kept_bot(known).key_file);
        }
        bot(&kept).ok()
    };
    list.choices().iter().filter_map(without).collect()
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
        .filter(|option| choice.value(option) != option.default && !may_be_secret(choice, option))
        .map(|option| (option.name.to_owned(), choice.value(option).to_owned()))
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
mod tests;
