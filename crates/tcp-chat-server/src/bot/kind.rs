//! What a bot says about itself: its word, its settings, how it is built.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use common::engine::Clock;
use common::localized;
use serde::Serialize;

use super::{Bot, BotChoice, BotUrlError, Deadlines, Secret, SetupFault, TemplateError, parse_bot_url};

/// A kind of bot: all that is said about it and its options, in one row that its file fills in.
pub struct BotKind {
    /// Its word on the command line.
    pub word: &'static str,
    /// Its name for people, the same in every language.
    pub name: &'static str,
    /// The option whose value is its name instead, where that is set.
    pub named_by: Option<&'static BotOption>,
    /// The message that says what it is.
    pub about: &'static str,
    /// What can be set; see `common_options` for names that have a flag of their own.
    pub options: &'static [&'static BotOption],
    pub key: Option<BotKey>,
    /// Whether it has an answer to everything: no bot behind it is ever asked.
    pub always_answers: bool,
    /// Checks what the settings are together: each alone was checked when it was set.
    pub(super) check: fn(&BotChoice) -> Result<(), SetupFault>,
    /// Builds a bot. Where its settings are wrong, each `ask` fails with `BotError::Setup`; where the bot can
    /// do without them, [`Bot::notice`] says so.
    pub(super) build: fn(&Setup<'_>) -> Box<dyn Bot>,
}

impl fmt::Debug for BotKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word)
    }
}

impl PartialEq for BotKind {
    fn eq(&self, other: &Self) -> bool {
        self.word == other.word
    }
}

impl Eq for BotKind {}

impl BotKind {
    /// The option of this name.
    #[must_use]
    pub fn option(&self, name: &str) -> Option<&'static BotOption> {
        self.options.iter().copied().find(|option| option.name == name)
    }

    /// The environment variable that may hold its key.
    #[must_use]
    pub fn key_variable(&self) -> String {
        format!("TCP_CHAT_BOT_KEY_{}", self.word.to_uppercase())
    }
}

/// The key of a service.
#[derive(Debug, Clone, Copy)]
pub struct BotKey {
    /// Whether the bot can do nothing without a key.
    pub is_needed: bool,
    /// The message that says where one gets it.
    pub about: &'static str,
    /// The address that it is sent to, unless another is set.
    pub sent_to: &'static str,
}

/// One setting of a bot. Its value is checked when it is set, so that a bot reads only good ones.
#[derive(Debug)]
pub struct BotOption {
    /// Its name: lower case, with `-` between words.
    pub name: &'static str,
    /// The messages that call it something in the window, and say what it does.
    pub label: &'static str,
    pub about: &'static str,
    /// The value where nothing is set; may be empty.
    pub default: &'static str,
    pub takes: Takes,
}

/// An option whose default is empty, and whose messages its name names.
macro_rules! bot_option {
    ($name:literal, $takes:expr $(,)?) => {
        $crate::bot::BotOption {
            name: $name,
            label: concat!("bot-option-", $name),
            about: concat!("bot-option-", $name, "-about"),
            default: "",
            takes: $takes,
        }
    };
}
pub(super) use bot_option;

/// What an option takes.
#[derive(Debug)]
pub enum Takes {
    /// Any text.
    Text,
    /// `yes` or `no`.
    Switch,
    /// A whole number within these bounds.
    Count { min: u64, max: u64 },
    /// One of these words.
    Choice(&'static [&'static str]),
    /// Any number of texts, each with this check: every time the option is given adds one.
    Lines(fn(&str) -> Result<(), OptionFault>),
    /// The address of a service.
    Url,
    /// The path of a file.
    File,
    /// `200/600` for 200 calls within 600 seconds; empty for no limit.
    Rate,
    /// A text with a check of its own.
    Checked(fn(&str) -> Result<(), OptionFault>),
}

/// What an option takes instead of what it was given, or what is wrong with that.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub enum OptionFault {
    /// It is neither `yes` nor `no`.
    Switch,
    /// It is no whole number within these bounds.
    Count { min: u64, max: u64 },
    /// It is none of these words.
    Choice { words: &'static [&'static str] },
    /// It is no rate limit.
    Rate,
    /// It is longer than that, or more than a line.
    Line { max: usize },
    /// It is no tag of a language.
    Language { typed: String },
    /// It is no address that a bot can call.
    #[serde(untagged)]
    Url(BotUrlError),
    /// It is no template.
    #[serde(untagged)]
    Template(TemplateError),
}

localized!(OptionFault);

/// A rate limit: so many calls within so long.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rate {
    pub calls: u32,
    pub within: Duration,
}

pub(super) fn parse_rate(value: &str) -> Option<Rate> {
    let (calls, secs) = value.split_once('/')?;
    let (calls, secs) = (calls.trim().parse().ok()?, secs.trim().parse::<u32>().ok()?);
    let is_usable = (1..=100_000).contains(&calls) && (1..=86_400).contains(&secs);
    is_usable.then(|| Rate { calls, within: Duration::from_secs(secs.into()) })
}

impl BotOption {
    /// The option with another default.
    pub(super) const fn with_default(self, default: &'static str) -> Self {
        Self { default, ..self }
    }

    /// The option with another message that says what it does.
    pub(super) const fn with_about(self, about: &'static str) -> Self {
        Self { about, ..self }
    }

    /// Checks `value`; an empty one stands for the default.
    ///
    /// # Errors
    /// Where the option does not take it.
    pub fn check(&self, value: &str) -> Result<(), OptionFault> {
        if value.is_empty() {
            return Ok(());
        }
        match &self.takes {
            Takes::Text | Takes::File => Ok(()),
            Takes::Switch if ["yes", "no"].contains(&value) => Ok(()),
            Takes::Switch => Err(OptionFault::Switch),
            Takes::Count { min, max } => match value.parse::<u64>() {
                Ok(count) if (*min..=*max).contains(&count) => Ok(()),
                _ => Err(OptionFault::Count { min: *min, max: *max }),
            },
            Takes::Choice(words) if words.contains(&value) => Ok(()),
            Takes::Choice(words) => Err(OptionFault::Choice { words }),
            Takes::Url => parse_bot_url(value).map(drop).map_err(OptionFault::Url),
            Takes::Rate if value == "none" || parse_rate(value).is_some() => Ok(()),
            Takes::Rate => Err(OptionFault::Rate),
            Takes::Checked(check) => check(value),
            Takes::Lines(check) => value.lines().try_for_each(check),
        }
    }
}

/// The options that several bots have.
pub(super) mod common_options {
    use super::{BotOption, Takes};

    /// The rate limit of a service, which the chain keeps to; `default` is in the form of [`Takes::Rate`].
    pub(in crate::bot) const fn rate(default: &'static str) -> BotOption {
        bot_option!("rate", Takes::Rate).with_default(default)
    }

    /// Another address than the service's own. A bot whose default is set here has an option of its own.
    pub(in crate::bot) static URL: BotOption = bot_option!("url", Takes::Url);

    /// For services that answer in one piece.
    pub(in crate::bot) static TIMEOUT: BotOption =
        bot_option!("timeout", Takes::Count { min: 1, max: 600 }).with_default("8");
}

/// What a bot is built from.
pub(super) struct Setup<'a> {
    pub(super) choice: &'a BotChoice,
    /// The bot's key; a bot that cannot do without one is never asked without it.
    pub(super) key: Option<Secret>,
    pub(super) deadlines: Deadlines,
    pub(super) clock: &'a Arc<dyn Clock>,
}

#[cfg(test)]
mod tests {
    use super::super::BOTS;
    use common::texts::{Language, set_language};
    use common::tr;

    #[test]
    fn every_bot_and_every_option_has_its_texts_in_every_language() {
        for language in Language::all() {
            set_language(language);
            for kind in BOTS {
                let of_options = kind.options.iter().flat_map(|option| [option.label, option.about]);
                for key in of_options.chain([kind.about]).chain(kind.key.map(|key| key.about)) {
                    assert_ne!(tr!(key), key, "{}", language.tag());
                }
            }
        }
    }
}
