//! Which bots are asked, and in which order.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

use common::engine::Clock;
use common::localized;
use futures_util::future::join_all;
use serde::Serialize;

use super::choice::FoundKey;
use super::kind::Setup;
use super::{
    BOTS, BotChoice, BotKind, BotOptionError, Chain, Deadlines, GuardedBot, KeySource, KeyStore,
    common_options,
};

/// Which bots are asked, in order: where one fails, the next one is asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BotList(Vec<BotChoice>);

/// Why a list of bots was refused.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub enum BotListError {
    Unknown { word: String, known: Vec<&'static str> },
    Twice { bot: &'static str },
}

localized!(BotListError);

/// The kind that has this word.
#[must_use]
pub fn bot_kind(word: &str) -> Option<&'static BotKind> {
    BOTS.iter().copied().find(|kind| kind.word == word)
}

impl FromStr for BotList {
    type Err = BotListError;

    fn from_str(list: &str) -> Result<Self, BotListError> {
        let mut choices: Vec<BotChoice> = Vec::new();
        for word in list.split(',').map(str::trim) {
            let Some(kind) = bot_kind(word) else {
                let known = BOTS.iter().map(|kind| kind.word).collect();
                return Err(BotListError::Unknown { word: word.to_owned(), known });
            };
            if choices.iter().any(|known| known.kind == kind) {
                return Err(BotListError::Twice { bot: kind.word });
            }
            choices.push(BotChoice::new(kind));
        }
        Ok(Self(choices))
    }
}

impl fmt::Display for BotList {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let words: Vec<&str> = self.0.iter().map(|choice| choice.kind.word).collect();
        f.write_str(&words.join(","))
    }
}

impl Default for BotList {
    /// The service of the original demo, and a bot that answers where that service does not.
    fn default() -> Self {
        [&super::qingyun::KIND, &super::builtin::KIND].into_iter().map(BotChoice::new).collect()
    }
}

impl FromIterator<BotChoice> for BotList {
    fn from_iter<I: IntoIterator<Item = BotChoice>>(choices: I) -> Self {
        Self(choices.into_iter().collect())
    }
}

impl From<BotChoice> for BotList {
    fn from(choice: BotChoice) -> Self {
        Self(vec![choice])
    }
}

impl BotList {
    #[must_use]
    pub fn choices(&self) -> &[BotChoice] {
        &self.0
    }

    /// These bots, those of them that `known` has set as they are there.
    #[must_use]
    pub fn set_as(&self, known: &Self) -> Self {
        let as_known = |choice: &BotChoice| {
            known.0.iter().find(|known| known.kind == choice.kind).unwrap_or(choice).clone()
        };
        self.0.iter().map(as_known).collect()
    }

    /// The bot that has this word.
    ///
    /// # Errors
    /// Where the list has none.
    pub fn choice_mut(&mut self, word: &str) -> Result<&mut BotChoice, BotOptionError> {
        let not_in_list = || BotOptionError::NotInList { bot: word.to_owned() };
        self.0.iter_mut().find(|choice| choice.kind.word == word).ok_or_else(not_in_list)
    }

    /// Sets an option that has a flag of its own, from `VALUE` for the first bot of the list that has the
    /// option, or from `BOT=VALUE`.
    ///
    /// # Errors
    /// Where no bot has it, or it does not take this value.
    pub fn set_flag(&mut self, name: &str, typed: &str) -> Result<(), BotOptionError> {
        let (word, value) = split_bot(typed);
        if let Some(word) = word {
            return self.choice_mut(word)?.set(name, value);
        }
        let has_it = |choice: &&mut BotChoice| choice.kind.option(name).is_some();
        let no_bot_with = || BotOptionError::NoBotWith { name: name.to_owned() };
        self.0.iter_mut().find(has_it).ok_or_else(no_bot_with)?.set(name, value)
    }

    /// Sets `BOT.NAME=VALUE`.
    ///
    /// # Errors
    /// Where there is no such bot or option, or it does not take this value.
    pub fn set_option(&mut self, typed: &str) -> Result<(), BotOptionError> {
        let parts = typed.split_once('=').and_then(|(target, value)| Some((target.split_once('.')?, value)));
        let ((word, name), value) = parts.ok_or(BotOptionError::Form)?;
        self.choice_mut(word.trim())?.set(name.trim(), value)
    }

    /// Sets the file of a key, as `FILE` for the first bot of the list that has a key, or as
    /// `BOT=FILE`.
    ///
    /// # Errors
    /// Where no such bot has a key.
    pub fn set_key_file(&mut self, typed: &str) -> Result<(), BotOptionError> {
        let (word, path) = split_bot(typed);
        let fits = |choice: &&mut BotChoice| {
            choice.kind.key.is_some() && word.is_none_or(|word| choice.kind.word == word)
        };
        self.0.iter_mut().find(fits).ok_or(BotOptionError::NoBotWithKey)?.key = KeySource::File(path.into());
        Ok(())
    }

    /// Checks whether the settings of each bot fit together.
    ///
    /// # Errors
    /// Where they do not.
    pub fn check(&self) -> Result<(), BotOptionError> {
        self.0.iter().try_for_each(|choice| {
            let bot = choice.kind.name;
            (choice.kind.check)(choice).map_err(|reason| BotOptionError::Together { bot, reason })
        })
    }

    /// Builds the bots, once the keys are found.
    pub(crate) async fn build(
        &self,
        deadlines: Deadlines,
        clock: &Arc<dyn Clock>,
        store: &KeyStore,
    ) -> Chain {
        let keys = join_all(self.0.iter().map(|choice| choice.key(store))).await;
        let (choices, its_clock) = (self.0.clone(), Arc::clone(clock));
        // A bot may read a file, or the system's certificates.
        let build = move || {
            choices
                .iter()
                .zip(keys)
                .map(|(choice, key)| guarded(choice, key, deadlines, &its_clock))
                .collect()
        };
        let bots = tokio::task::spawn_blocking(build).await;
        Chain::new(bots.unwrap_or_default(), Arc::clone(clock))
    }
}

fn guarded(choice: &BotChoice, found: FoundKey, deadlines: Deadlines, clock: &Arc<dyn Clock>) -> GuardedBot {
    let whole = match choice.count(&common_options::TIMEOUT) {
        secs if choice.kind.option(common_options::TIMEOUT.name).is_some() => Duration::from_secs(secs),
        _ => deadlines.whole,
    };
    let key = found.as_ref().ok().and_then(|(key, _)| key.clone());
    let setup = Setup { choice, key, deadlines: Deadlines { whole, ..deadlines }, clock };
    let rate = choice.kind.option("rate").and_then(|option| choice.rate(option));
    GuardedBot::new(choice.name(), (choice.kind.build)(&setup)).with_key(found).with_rate(rate)
}

/// `BOT=VALUE`, where what is before the first `=` is a bot.
fn split_bot(typed: &str) -> (Option<&str>, &str) {
    match typed.split_once('=') {
        Some((word, value)) if bot_kind(word.trim()).is_some() => (Some(word.trim()), value),
        _ => (None, typed),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_names_known_bots_once() {
        for list in ["qingyun,builtin", "builtin", "echo"] {
            assert_eq!(list.parse::<BotList>().unwrap().to_string(), list);
        }
        assert_eq!(" echo , builtin".parse::<BotList>(), "echo,builtin".parse());
        assert_eq!("echo,echo".parse::<BotList>(), Err(BotListError::Twice { bot: "echo" }));
        for word in ["", "eliza"] {
            let error = word.parse::<BotList>().unwrap_err().to_string();
            assert!(error.starts_with("no bot has this name, use qingyun, "), "{error}");
            assert!(error.ends_with(&format!(": {word}")), "{error}");
        }
    }

    #[test]
    fn settings_go_to_the_bot_that_has_them() {
        let mut list: BotList = "builtin,qingyun".parse().unwrap();
        list.set_flag("url", "http://127.0.0.1:1/a").unwrap();
        let url = bot_kind("qingyun").unwrap().option("url").unwrap();
        assert_eq!(list.choices()[1].value(url), "http://127.0.0.1:1/a");
        list.set_flag("url", "qingyun=http://127.0.0.1:1/b").unwrap();
        assert_eq!(list.choices()[1].value(url), "http://127.0.0.1:1/b");
        list.set_option("qingyun.url=").unwrap();
        assert_eq!(list, "builtin,qingyun".parse().unwrap());
        for (typed, error) in [
            ("qingyun", "--bot-option is written BOT.NAME=VALUE"),
            ("echo.url=http://a/", "the list has no such bot, add it with --bot: echo"),
            ("qingyun.url=x", "wrong value for qingyun.url: not an http:// or https:// address: x"),
        ] {
            assert_eq!(list.set_option(typed).unwrap_err().to_string(), error);
        }
        let error = list.set_option("qingyun.nose=red").unwrap_err().to_string();
        assert!(error.starts_with("qingyun has no such option, it has url"), "{error}");
        assert!(list.set_flag("url", "builtin=http://a/").is_err());
        let mut keyless: BotList = "echo".parse().unwrap();
        assert!(keyless.set_flag("url", "http://a/").is_err());
        assert!(keyless.set_key_file("/tmp/key").is_err());
    }
}
