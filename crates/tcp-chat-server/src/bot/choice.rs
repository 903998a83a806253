//! One bot of a list, and how it is set.

use std::collections::BTreeMap;

use common::localized;
use common::secret::Hidden;
use reqwest::Url;
use serde::Serialize;

use super::kind::{Rate, parse_rate};
use super::{
    BotKey, BotKind, BotOption, KeySource, KeyStore, KeyStoreError, MissingKey, OptionFault, Secret,
    SetupFault, Takes, proxy,
};

/// A bot's key, if it has one, and why the key store that may hold one gave nothing.
pub(super) type FoundKey = Result<(Option<Secret>, Option<KeyStoreError>), MissingKey>;

/// One bot of a list, and its settings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BotChoice {
    pub kind: &'static BotKind,
    pub key: KeySource,
    /// The options that are set, by name; each value was checked. Some may hold a secret (`may_be_secret`).
    values: BTreeMap<&'static str, Hidden>,
}

impl BotChoice {
    /// A bot with its defaults.
    #[must_use]
    pub fn new(kind: &'static BotKind) -> Self {
        Self { kind, key: KeySource::default(), values: BTreeMap::new() }
    }

    /// Its name for people.
    #[must_use]
    pub fn name(&self) -> &str {
        let set = self.kind.named_by.map_or("", |option| self.value(option)).trim();
        if set.is_empty() { self.kind.name } else { set }
    }

    /// Its key, and what is wrong with the key store where that may hold a key.
    pub(super) async fn key(&self, store: &KeyStore) -> FoundKey {
        let kind = self.kind;
        let Some(BotKey { is_needed, .. }) = kind.key else { return Ok((None, None)) };
        let source = self.key.clone();
        // A file may be slow, and the threads of the engine must not wait for one.
        let read = tokio::task::spawn_blocking(move || source.read(kind)).await;
        let (key, store_error) = match (read.unwrap_or(Ok(None))?, &self.key) {
            (None, KeySource::EnvironmentOrStore) => match store.read(kind.word).await {
                Ok(key) => (key, None),
                Err(error) => (None, Some(error)),
            },
            (key, _) => (key, None),
        };
        if key.is_none() && is_needed {
            let (word, variable) = (kind.word, kind.key_variable());
            return Err(match store_error {
                None => MissingKey::NotGiven { word, variable },
                Some(error) => MissingKey::NotKept { word, variable, error },
            });
        }
        // A bot that needs no key can do without a place to keep one.
        Ok((key, store_error.filter(|error| !matches!(error, KeyStoreError::Missing { .. }))))
    }

    /// The value of an option: what is set, or the default.
    #[must_use]
    pub fn value(&self, option: &BotOption) -> &str {
        self.values.get(option.name).map_or(option.default, |value| &value.0)
    }

    /// What is set for an option; empty where the default holds.
    #[must_use]
    pub fn own_value(&self, option: &BotOption) -> &str {
        self.values.get(option.name).map_or("", |value| &value.0)
    }

    /// Whether its key would go to a service elsewhere without encryption.
    #[must_use]
    pub fn sends_key_in_clear(&self) -> bool {
        let Some(key) = self.kind.key else { return false };
        let set = self.kind.option("url").map_or("", |option| self.value(option)).trim();
        let url = Url::parse(if set.is_empty() { key.sent_to } else { set });
        url.is_ok_and(|url| url.scheme() == "http" && !url.host_str().is_some_and(proxy::is_this_computer))
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

    /// The texts of an option that takes [`Takes::Lines`].
    pub fn lines(&self, option: &BotOption) -> impl Iterator<Item = &str> {
        self.value(option).lines().filter(|line| !line.is_empty())
    }

    /// Whether an option that takes [`Takes::Switch`] is on.
    #[must_use]
    pub fn is_on(&self, option: &BotOption) -> bool {
        self.value(option) == "yes"
    }

    /// The number of an option that takes [`Takes::Count`]; 0 where there is none.
    #[must_use]
    pub fn count(&self, option: &BotOption) -> u64 {
        self.value(option).parse().unwrap_or_default()
    }

    /// The limit of an option that takes [`Takes::Rate`].
    #[must_use]
    pub fn rate(&self, option: &BotOption) -> Option<Rate> {
        parse_rate(self.value(option))
    }

    /// The address that is set for the service, or its `own` one.
    ///
    /// # Errors
    /// Where it is no address.
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
            let known = self.kind.options.iter().map(|option| option.name).collect();
            return Err(BotOptionError::Unknown { bot, name: name.to_owned(), known });
        };
        if let Err(expected) = option.check(value) {
            return Err(BotOptionError::Value { bot, name: option.name, expected });
        }
        match self.values.get_mut(option.name) {
            _ if value.is_empty() => _ = self.values.remove(option.name),
            Some(lines) if matches!(option.takes, Takes::Lines(_)) => lines.0.extend(["\n", value]),
            _ => _ = self.values.insert(option.name, Hidden(value.to_owned())),
        }
        Ok(())
    }
}

/// Why a setting of a bot was refused. A value is not repeated: it may be a secret.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub enum BotOptionError {
    Unknown { bot: &'static str, name: String, known: Vec<&'static str> },
    Value { bot: &'static str, name: &'static str, expected: OptionFault },
    NotInList { bot: String },
    NoBotWith { name: String },
    NoBotWithKey,
    Together { bot: &'static str, reason: SetupFault },
    Form,
}

localized!(BotOptionError);
