//! The bots: each answers a question or says why it cannot.
//!
//! A new bot is a file that implements `Bot` and fills in a [`BotKind`], its `mod` line, and its
//! place in [`BOTS`].

mod body;
mod breaker;
mod builtin;
mod chain;
mod choice;
mod conversations;
mod echo;
mod error;
mod guarded;
mod http;
mod key_store;
mod kind;
mod list;
mod openai;
mod proxy;
mod qingyun;
mod reasons;
mod redact;
mod sanitize;
mod secret;
mod simsimi;
mod stored;
mod stream;
mod template;
mod turing;
mod url;
mod user;
mod withheld;

use std::fmt;

use futures_util::future::BoxFuture;

pub use builtin::{BrainFault, BrainFileError};
pub(crate) use chain::{Chain, Reply};
pub use choice::{BotChoice, BotOptionError};
pub use common::secret::Secret;
pub use error::{AskError, BotError, BotFailure};
pub(crate) use guarded::GuardedBot;
pub use guarded::{BotRow, LastCall};
pub(crate) use http::Deadlines;
pub use key_store::KeyStoreError;
#[cfg(test)]
pub(crate) use key_store::tests as key_stores;
pub(crate) use key_store::{KeyStore, PASS};
pub use kind::{BotKey, BotKind, BotOption, OptionFault, Rate, Takes};
use kind::{bot_option, common_options};
pub use list::{BotList, BotListError, bot_kind};
pub use reasons::{Advice, BotNotice, CodeMeaning, MissingKey, ServiceFault, SetupFault, UnexpectedBody};
pub use secret::{KeySource, key_of_first_line};
pub(crate) use stream::{Piece, ReplyStream};
pub use template::TemplateError;
pub use url::{BotUrlError, parse_bot_url};
pub(crate) use withheld::may_be_secret;

/// Every bot there is.
pub static BOTS: &[&BotKind] = &[
    &qingyun::KIND,
    &turing::KIND,
    &simsimi::KIND,
    &template::KIND,
    &openai::KIND,
    &builtin::KIND,
    &echo::KIND,
];

/// The number of a conversation: all that one client says, from its connection to its end. No later one gets the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct ConversationId(pub(crate) u64);

/// What a bot is asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Question {
    /// The client's text, as it came.
    pub(crate) text: String,
    /// Whose it is: for a memory, or a user id.
    pub(crate) conversation: ConversationId,
}

/// The future of a bot's answer.
pub(crate) type Asking<'a> = BoxFuture<'a, Result<String, BotError>>;

/// Without what people said to it, and what its requests are made of.
impl fmt::Debug for dyn Bot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Bot")
    }
}

/// Answers questions.
pub(crate) trait Bot: Send + Sync {
    /// Its answer, not yet redacted and sanitized: what it pushes into `stream`, then what it returns. Most bots
    /// do not use `stream`. Dropping the future ends the call.
    ///
    /// Once a bot has pushed text no other is asked: where it fails then, what came is the reply, with
    /// a last line that says that it is cut.
    fn ask<'a>(&'a self, question: &'a Question, stream: &'a ReplyStream) -> Asking<'a>;

    /// Its answer where it knows one without its service: given at once, also while the service is left alone.
    fn local(&self, _question: &Question) -> Option<String> {
        None
    }

    /// This conversation is over: what is kept of it can go. What is kept is bounded all the same.
    fn forget(&self, _conversation: ConversationId) {}

    /// The models that its service offers; none where it has no such thing.
    fn models(&self) -> BoxFuture<'_, Result<Vec<String>, BotError>> {
        Box::pin(async { Ok(Vec::new()) })
    }

    /// What is wrong with its settings though it can answer.
    fn notice(&self) -> Option<&BotNotice> {
        None
    }
}

/// The blocks of Chinese characters: CJK unified ideographs, extension A, the supplementary planes.
fn is_han(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{20000}'..='\u{323af}')
}

#[cfg(test)]
#[path = "../../../common/tests/replay/mod.rs"]
mod replay;
