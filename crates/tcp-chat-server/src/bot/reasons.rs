//! Reasons in this program's own words: a window says them in its language, all else in English.

use common::net::ConnectError;

use super::{BrainFileError, KeyStoreError, Secret, TemplateError};

/// Why a bot that cannot do without a key has none.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MissingKey {
    /// Nobody gave it one.
    #[error(
        "it has no key, give it one with --bot-key-file {bot}=FILE, {variable}, the key store or the window{}",
        in_brackets(store.as_ref())
    )]
    NotGiven {
        /// The bot's word.
        bot: &'static str,
        /// The environment variable that may hold the key.
        variable: String,
        /// What is wrong with the key store that may hold it.
        store: Option<KeyStoreError>,
    },
    /// Its file cannot be read, or holds no text.
    #[error("the key file cannot be read, {reason}: {file}")]
    FileUnreadable {
        /// Why, in the system's words.
        reason: String,
        /// Which.
        file: String,
    },
    /// Its file has no key where it should be.
    #[error("the key file's first line is empty: {file}")]
    FileEmpty {
        /// Which.
        file: String,
    },
}

fn in_brackets(error: Option<&KeyStoreError>) -> String {
    error.map(|error| format!(" ({error})")).unwrap_or_default()
}

/// What is wrong with a bot as it is set, though the server runs.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BotNotice {
    /// It is not asked.
    #[error("{0}")]
    NoKey(MissingKey),
    /// It goes without the key that is perhaps kept for it.
    #[error("{0}")]
    KeyStore(KeyStoreError),
    /// It answers from its own brain.
    #[error("the brain file {fault}, the bot's own brain answers: {file}")]
    Brain {
        /// Why the one that is set is not used.
        fault: BrainFileError,
        /// Which.
        file: String,
    },
}

/// What a service answered instead of a reply.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum UnexpectedBody {
    /// An empty body.
    #[error("nothing")]
    Nothing,
    /// Bytes that are no text.
    #[error("text that is not UTF-8")]
    NotUtf8,
    /// A page for browsers.
    #[error("a web page")]
    WebPage,
    /// Any other text.
    #[error("something that is not JSON")]
    NotJson,
    /// The same in a stream.
    #[error("an event that is not JSON")]
    EventNotJson,
    /// JSON of another service, or of another version.
    #[error("JSON without a result")]
    NoResult,
    /// The same.
    #[error("JSON without a code")]
    NoCode,
    /// The same.
    #[error("JSON without a status")]
    NoStatus,
    /// The same.
    #[error("JSON without choices")]
    NoChoices,
    /// The same, of a user's own service.
    #[error("JSON without a reply where it should be")]
    NoReply,
    /// The same.
    #[error("JSON without the field that tells of errors")]
    NoErrorField,
    /// Not what was asked for.
    #[error("something else than a list of models")]
    NoModels,
}

/// What to do about a key, or a quota.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Advice {
    /// It cannot be a key.
    #[error("it has characters that no key has")]
    BadCharacters,
    /// Where the right key stands.
    #[error("compare it with the project's key at the service")]
    CompareWithProject,
    /// Where the right key stands.
    #[error("compare it with the one in the robot's settings at the service")]
    CompareWithRobot,
    /// How to give the right key.
    #[error("give the one of this service, with --bot-key-file or in the window")]
    GiveKey,
    /// Where the quota stands.
    #[error("wait, or see the project's plan at the service")]
    SeePlan,
    /// A quota a day.
    #[error("wait until tomorrow, or see the account at the service")]
    WaitForTomorrow,
    /// A quota of the key's.
    #[error("wait, or use another key")]
    UseOtherKey,
}

/// What a service's code means, and what to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CodeMeaning {
    /// The request is not in its format.
    #[error("the service cannot read the request")]
    Unreadable,
    /// The request lacks something.
    #[error("the service misses a part of the request")]
    Incomplete,
    /// It wants the question encrypted.
    #[error("the key's encryption is on: switch it off in the robot's settings at the service")]
    EncryptionOn,
    /// The key is for something else.
    #[error("the key has no permission for this: see the robot's settings at the service")]
    NoPermission,
    /// It does not like the id of the client.
    #[error("the service does not accept the user id")]
    BadUser,
    /// More clients than the account may have.
    #[error("the service counts too many users for this key: see the account at the service")]
    TooManyUsers,
    /// It sees no question.
    #[error("the service found no text in the question")]
    NoText,
    /// It does not take so much.
    #[error("the question is too long for the service")]
    TooLong,
    /// Not our doing.
    #[error("the service has a fault of its own: try again later")]
    OwnFault,
    /// Anything else.
    #[error("the service refuses")]
    Refuses,
}

/// Why a service cannot be reached, or broke off.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ServiceFault {
    /// The network.
    #[error("{0}")]
    Network(ConnectError),
    /// Its name leads nowhere.
    #[error("the name cannot be looked up")]
    NoAddress,
    /// Somebody else may stand there.
    #[error("its certificate is not trusted ({0})")]
    Certificate(String),
    /// Another protocol is spoken there.
    #[error("no encryption is spoken there, is its address http:// perhaps")]
    NoEncryption,
    /// A stream without its end.
    #[error("the service ended it early")]
    EndedEarly,
    /// Anything else, in the words of a library.
    #[error("{0}")]
    Other(String),
}

impl ServiceFault {
    /// The same without `secret`.
    pub(super) fn without(self, secret: &Secret) -> Self {
        struck(&self.to_string(), secret).map_or(self, Self::Other)
    }
}

/// What is wrong with how a bot is set.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SetupFault {
    /// The templates of a user's own service.
    #[error("{0}")]
    Template(TemplateError),
    /// A key that this header cannot carry.
    #[error("the key has characters that the header {0} cannot have")]
    KeyInHeader(String),
    /// No model is named, and none is there.
    #[error("the service lists no model, give one with --bot-model")]
    NoModel,
    /// Anything else, in the words of a library.
    #[error("{0}")]
    Other(String),
}

impl SetupFault {
    /// The same without `secret`.
    pub(super) fn without(self, secret: &Secret) -> Self {
        struck(&self.to_string(), secret).map_or(self, Self::Other)
    }
}

/// `words` without `secret`, where they hold it.
fn struck(words: &str, secret: &Secret) -> Option<String> {
    Some(secret.redact(words)).filter(|struck| struck != words)
}
