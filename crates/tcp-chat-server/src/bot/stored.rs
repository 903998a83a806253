//! Bots in the settings file: without what could be a secret.

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::secrets::may_be_secret;
use super::{BotChoice, BotList, KeySource, bot_kind};

/// A bot in the file.
#[derive(Debug, Serialize, Deserialize)]
struct StoredBot {
    bot: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    key_file: Option<PathBuf>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    options: BTreeMap<String, String>,
}

impl Serialize for BotList {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.choices().iter().map(stored))
    }
}

impl<'de> Deserialize<'de> for BotList {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let stored = Vec::<StoredBot>::deserialize(deserializer)?;
        let bots: Self = stored.iter().map(choice).collect::<Result<_, _>>().map_err(D::Error::custom)?;
        let is_twice =
            |choice: &BotChoice| bots.choices().iter().filter(|other| other.kind == choice.kind).count() > 1;
        match bots.choices().iter().find(|choice| is_twice(choice)) {
            Some(choice) => {
                Err(D::Error::custom(format!("a bot stands in the list once: {}", choice.kind.word)))
            }
            None if bots.choices().is_empty() => Ok(Self::default()),
            None => Ok(bots),
        }
    }
}

fn stored(choice: &BotChoice) -> StoredBot {
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
    StoredBot { bot: choice.kind.word.to_owned(), key_file, options }
}

fn choice(stored: &StoredBot) -> Result<BotChoice, String> {
    let kind = bot_kind(&stored.bot).ok_or_else(|| format!("no bot has this name: {}", stored.bot))?;
    let mut choice = BotChoice::new(kind);
    if let Some(path) = &stored.key_file {
        choice.key = KeySource::File(path.clone());
    }
    for (name, value) in &stored.options {
        choice.set(name, value).map_err(|error| error.to_string())?;
    }
    Ok(choice)
}
