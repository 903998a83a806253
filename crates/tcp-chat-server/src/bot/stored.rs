//! Bots in the settings file: without what could be a secret.

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::withheld::may_be_secret;
use super::{BotChoice, BotList, KeySource};

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
        if stored.is_empty() {
            return Ok(Self::default());
        }
        let words: Vec<&str> = stored.iter().map(|stored| stored.bot.as_str()).collect();
        let mut bots: Self = words.join(",").parse().map_err(D::Error::custom)?;
        for StoredBot { bot, key_file, options } in stored {
            let choice = bots.choice_mut(&bot).map_err(D::Error::custom)?;
            if let Some(path) = key_file {
                choice.key = KeySource::File(path);
            }
            options.iter().try_for_each(|(name, value)| choice.set(name, value)).map_err(D::Error::custom)?;
        }
        Ok(bots)
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
