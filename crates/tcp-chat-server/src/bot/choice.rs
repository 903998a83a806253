//! One bot of a list, and how it is set.

use std::collections::BTreeMap;

use reqwest::Url;

use super::kind::{Rate, parse_rate};
use super::{
    BotKey, BotKind, BotOption, KeySource, KeyStore, KeyStoreError, MissingKey, OptionFault, Secret,
    SetupFault, Takes, http,
};

/// A bot's key, where it has one, and what is wrong with the key store that may hold one.
pub(super) type FoundKey = Result<(Option<Secret>, Option<KeyStoreError>), MissingKey>;

/// One bot of a list, and its settings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BotChoice {
    /// Which.
    pub kind: &'static BotKind,
    /// Where its key comes from.
    pub key: KeySource,
    /// What is set, by name; each value was checked.
    values: BTreeMap<&'static str, String>,
}

impl BotChoice {
    /// A bot as it comes.
    #[must_use]
    pub fn new(kind: &'static BotKind) -> Self {
        Self { kind, key: KeySource::default(), values: BTreeMap::new() }
    }

    /// Its key, and what is wrong with the key store where that may hold one.
    ///
    /// # Errors
    /// Where it cannot be read, or the bot cannot do without.
    pub(super) async fn key(&self, store: &KeyStore) -> FoundKey {
        let kind = self.kind;
        let Some(BotKey { is_needed, .. }) = kind.key else { return Ok((None, None)) };
        let (key, trouble) = match (self.key.read(kind)?, &self.key) {
            (None, KeySource::EnvironmentOrStore) => match store.read(kind.word).await {
                Ok(key) => (key, None),
                Err(error) => (None, Some(error)),
            },
            (key, _) => (key, None),
        };
        if key.is_none() && is_needed {
            let (bot, variable) = (kind.word, kind.key_variable());
            return Err(MissingKey::NotGiven { bot, variable, store: trouble });
        }
        // Who needs no key need not hear that there is nowhere to keep one.
        Ok((key, trouble.filter(|error| !matches!(error, KeyStoreError::Missing(_)))))
    }

    /// What is set, or the default.
    #[must_use]
    pub fn value(&self, option: &BotOption) -> &str {
        self.values.get(option.name).map_or(option.default, String::as_str)
    }

    /// What is set; empty where that is nothing.
    #[must_use]
    pub fn own_value(&self, option: &BotOption) -> &str {
        self.values.get(option.name).map_or("", String::as_str)
    }

    /// Whether its key would go to a service elsewhere without encryption.
    #[must_use]
    pub fn sends_key_in_clear(&self) -> bool {
        let Some(key) = self.kind.key else { return false };
        let set = self.kind.option("url").map_or("", |option| self.value(option)).trim();
        let url = Url::parse(if set.is_empty() { key.sent_to } else { set });
        url.is_ok_and(|url| url.scheme() == "http" && !url.host_str().is_some_and(http::is_this_computer))
    }

    /// Sets an option to the whole of `value`.
    ///
    /// # Errors
    /// Where the bot has no such option, or it does not take this value.
    pub fn replace(&mut self, name: &str, value: &str) -> Result<(), BotOptionError> {
        let before = self.values.clone();
        self.values.remove(name);
        self.set(name, value).inspect_err(|_| self.values = before)
    }

    /// Every text of an option that takes [`Takes::Lines`].
    pub fn lines(&self, option: &BotOption) -> impl Iterator<Item = &str> {
        self.value(option).lines().filter(|line| !line.is_empty())
    }

    /// Whether it is switched on.
    #[must_use]
    pub fn is_on(&self, option: &BotOption) -> bool {
        self.value(option) == "yes"
    }

    /// The number; 0 where nothing is set and there is no default.
    #[must_use]
    pub fn count(&self, option: &BotOption) -> u64 {
        self.value(option).parse().unwrap_or_default()
    }

    /// The limit of calls, where there is one.
    #[must_use]
    pub fn rate(&self, option: &BotOption) -> Option<Rate> {
        parse_rate(self.value(option))
    }

    /// What stands in for the service's own address, or that.
    ///
    /// # Errors
    /// Where that is no address.
    pub fn url(&self, option: &BotOption, own: &str) -> Result<Url, String> {
        let set = self.value(option).trim();
        Url::parse(if set.is_empty() { own } else { set }).map_err(|error| error.to_string())
    }

    /// Sets an option; an empty value is the default again. [`Takes::Lines`] gets one line more.
    ///
    /// # Errors
    /// Where the bot has no such option, or it does not take this value.
    pub fn set(&mut self, name: &str, value: &str) -> Result<(), BotOptionError> {
        let bot = self.kind.word;
        let Some(option) = self.kind.option(name) else {
            return Err(BotOptionError::Unknown { bot, name: name.to_owned(), known: names(self.kind) });
        };
        if let Err(expected) = option.check(value) {
            return Err(BotOptionError::Value { bot, name: option.name, expected });
        }
        match self.values.get_mut(option.name) {
            _ if value.is_empty() => _ = self.values.remove(option.name),
            Some(lines) if matches!(option.takes, Takes::Lines(_)) => lines.extend(["\n", value]),
            _ => _ = self.values.insert(option.name, value.to_owned()),
        }
        Ok(())
    }
}

fn names(kind: &BotKind) -> String {
    let names: Vec<&str> = kind.options.iter().map(|option| option.name).collect();
    if names.is_empty() { "it has none".to_owned() } else { format!("it has {}", names.join(", ")) }
}

/// Why a setting of a bot was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BotOptionError {
    /// The bot has no such option.
    #[error("{bot} has no such option, {known}: {name}")]
    Unknown {
        /// The bot.
        bot: &'static str,
        /// What was typed.
        name: String,
        /// What it has.
        known: String,
    },
    /// The value is not one of those that the option takes. It is not repeated: it may be a secret.
    #[error("{bot}.{name} takes something else: {expected}")]
    Value {
        /// The bot.
        bot: &'static str,
        /// The option.
        name: &'static str,
        /// What it takes.
        expected: OptionFault,
    },
    /// The setting is not for a bot of the list.
    #[error("no bot of the list is asked so, add it with --bot: {0}")]
    NotInList(String),
    /// The settings of a bot do not fit together.
    #[error("{bot} cannot work so: {reason}")]
    Together {
        /// The bot.
        bot: &'static str,
        /// Why.
        reason: SetupFault,
    },
    /// Not in the form BOT.NAME=VALUE.
    #[error("a setting is BOT.NAME=VALUE")]
    Form,
}
