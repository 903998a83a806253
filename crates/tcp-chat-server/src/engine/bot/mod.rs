//! The bots: each answers a question or says why it cannot.
//!
//! A new bot is a file that implements [`Bot`], its `mod` line, and its row in [`BOTS`].

mod builtin;
mod chain;
mod clean;
mod echo;
mod http;
#[cfg(test)]
mod http_tests;
mod qingyun;
mod sums;

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

use common::chat::FailReason;
use common::engine::Clock;
use futures_util::future::BoxFuture;
use reqwest::Url;

pub use chain::BotFailure;
pub(super) use chain::{Chain, ChainError, Reply};
pub(super) use http::Deadlines;

/// What a bot is asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Question {
    /// The client's text, as it came.
    pub(super) text: String,
}

/// Answers questions.
pub(super) trait Bot: fmt::Debug + Send + Sync {
    /// Its name for people.
    fn name(&self) -> &str;

    /// Its answer, still to be cleaned. Dropping the future ends the call.
    fn ask<'a>(&'a self, question: &'a Question) -> BoxFuture<'a, Result<String, BotError>>;
}

/// Why a bot gave no reply.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BotError {
    /// No connection to it.
    #[error("{reason}: {host}")]
    Unreachable {
        /// Why, in words.
        reason: String,
        /// Name and port of where it should be.
        host: String,
    },
    /// No connection, or no whole answer, within the time it has.
    #[error("no answer within {} s", after.as_secs_f64())]
    TimedOut {
        /// The time it had.
        after: Duration,
    },
    /// The connection broke in mid-answer.
    #[error("the answer broke off: {reason}")]
    CutOff {
        /// Why, in words.
        reason: String,
    },
    /// An HTTP status that is not success.
    #[error("the service answered with HTTP status {0}")]
    Status(u16),
    /// An HTTP redirect: not followed.
    #[error("the service wants to send the question elsewhere (HTTP status {0}), which is not followed")]
    Redirect(u16),
    /// The service says that it failed, in its own words.
    #[error("the service says: {0}")]
    Refused(String),
    /// Something that is not in the service's format.
    #[error("the service answered {0} instead of a reply")]
    NotAReply(&'static str),
    /// A reply without text.
    #[error("the reply is empty")]
    Empty,
    /// A reply, or what came instead of one, over its limit.
    #[error("the reply is longer than {max} bytes")]
    TooLong {
        /// Bytes that are allowed.
        max: usize,
    },
    /// The question does not fit into the service's request.
    #[error("the question makes a request of {len} bytes, the limit is {max}")]
    QuestionTooLong {
        /// Bytes it takes.
        len: usize,
        /// Bytes that are allowed.
        max: usize,
    },
}

impl BotError {
    /// The fixed word for it.
    #[must_use]
    pub fn reason(&self) -> FailReason {
        match self {
            Self::Unreachable { .. } => FailReason::BotUnreachable,
            Self::TimedOut { .. } => FailReason::BotTimeout,
            Self::TooLong { .. } => FailReason::BotTooLong,
            Self::CutOff { .. }
            | Self::Status(_)
            | Self::Redirect(_)
            | Self::Refused(_)
            | Self::NotAReply(_)
            | Self::Empty
            | Self::QuestionTooLong { .. } => FailReason::BotFailed,
        }
    }
}

/// What a bot is built from.
struct Parts<'a> {
    /// Stands in for the service's own address.
    url: Option<&'a Url>,
    deadlines: Deadlines,
    clock: &'a Arc<dyn Clock>,
}

/// A kind of bot that can be asked for.
#[derive(Debug)]
struct BotKind {
    /// Its word on the command line.
    word: &'static str,
    build: fn(&Parts<'_>) -> Box<dyn Bot>,
}

/// Every bot there is.
static BOTS: [BotKind; 3] = [
    BotKind { word: "qingyun", build: qingyun::build },
    BotKind { word: "builtin", build: builtin::build },
    BotKind { word: "echo", build: echo::build },
];

/// Which bots are asked, in order: the next one where one fails.
#[derive(Debug, Clone)]
pub struct BotList(Vec<&'static BotKind>);

/// Why a list of bots was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BotListError {
    /// No bot has this name.
    #[error("no bot has this name, use {}: {word}", words().join(", "))]
    Unknown {
        /// What was typed.
        word: String,
    },
    /// A bot that has failed is not asked again.
    #[error("a bot stands in the list once: {0}")]
    Twice(&'static str),
}

fn words() -> Vec<&'static str> {
    BOTS.iter().map(|kind| kind.word).collect()
}

impl FromStr for BotList {
    type Err = BotListError;

    fn from_str(list: &str) -> Result<Self, BotListError> {
        let mut kinds: Vec<&'static BotKind> = Vec::new();
        for word in list.split(',').map(str::trim) {
            let Some(kind) = BOTS.iter().find(|kind| kind.word == word) else {
                return Err(BotListError::Unknown { word: word.to_owned() });
            };
            if kinds.iter().any(|known| known.word == word) {
                return Err(BotListError::Twice(kind.word));
            }
            kinds.push(kind);
        }
        Ok(Self(kinds))
    }
}

impl fmt::Display for BotList {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let words: Vec<&str> = self.0.iter().map(|kind| kind.word).collect();
        f.write_str(&words.join(","))
    }
}

impl PartialEq for BotList {
    fn eq(&self, other: &Self) -> bool {
        self.0.iter().map(|kind| kind.word).eq(other.0.iter().map(|kind| kind.word))
    }
}

impl Eq for BotList {}

impl BotList {
    /// The bots, ready to be asked.
    pub(super) fn build(&self, url: Option<&Url>, deadlines: Deadlines, clock: &Arc<dyn Clock>) -> Chain {
        let parts = Parts { url, deadlines, clock };
        Chain::new(self.0.iter().map(|kind| (kind.build)(&parts)).collect())
    }
}

/// Why an address of a bot was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BotUrlError {
    /// Not an address of the web.
    #[error("this is not an http:// or https:// address: {0}")]
    NotHttp(String),
    /// The bot adds the query itself, and a secret in an address would turn up in logs.
    #[error("leave out the user name, and all from ? or # on: {0}")]
    TooMuch(String),
}

/// Reads the address that stands in for a service's own.
///
/// # Errors
/// Where it is no `http` or `https` address, or holds more than host, port and path.
pub fn parse_bot_url(typed: &str) -> Result<Url, BotUrlError> {
    let typed = typed.trim();
    let not_http = || BotUrlError::NotHttp(typed.to_owned());
    let url = Url::parse(typed).ok().ok_or_else(not_http)?;
    if !matches!(url.scheme(), "http" | "https") || !url.has_host() {
        return Err(not_http());
    }
    let has_user = !url.username().is_empty() || url.password().is_some();
    if has_user || url.query().is_some() || url.fragment().is_some() {
        return Err(BotUrlError::TooMuch(typed.to_owned()));
    }
    Ok(url)
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
        assert_eq!("".parse::<BotList>(), Err(BotListError::Unknown { word: String::new() }));
        assert_eq!("eliza".parse::<BotList>(), Err(BotListError::Unknown { word: "eliza".into() }));
        assert_eq!("echo,echo".parse::<BotList>(), Err(BotListError::Twice("echo")));
        let error = BotListError::Unknown { word: "eliza".into() }.to_string();
        assert_eq!(error, "no bot has this name, use qingyun, builtin, echo: eliza");
    }

    #[test]
    fn an_address_is_of_the_web_and_bare() {
        assert!(parse_bot_url(" http://127.0.0.1:8123/api.php ").is_ok());
        assert!(parse_bot_url("https://bot.example/").is_ok());
        for typed in ["", "127.0.0.1:8123", "ftp://bot.example/", "http://", "/api.php"] {
            assert_eq!(parse_bot_url(typed), Err(BotUrlError::NotHttp(typed.into())), "{typed}");
        }
        for typed in ["http://a/b?key=1", "http://a/b#c", "http://me:secret@a/b"] {
            assert_eq!(parse_bot_url(typed), Err(BotUrlError::TooMuch(typed.into())), "{typed}");
        }
    }
}
