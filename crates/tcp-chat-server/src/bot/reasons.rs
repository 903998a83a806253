//! The reasons in a bot's errors and notices.

use common::files::ReadError;
use common::localized;
use common::net::ConnectError;
use serde::Serialize;

use super::{BrainFileError, KeyStoreError, TemplateError};

/// Why a bot that cannot do without a key has none: of `NotKept` the key store that may hold it says why it
/// gives nothing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub enum MissingKey {
    NotGiven { word: &'static str, variable: String },
    NotKept { word: &'static str, variable: String, error: KeyStoreError },
    FileUnreadable { error: ReadError, file: String },
    FileEmpty { file: String },
}

/// What is wrong with a bot as it is set, though the server runs: with another `Brain` it answers, with
/// `NoKey` it is not asked, and where the `KeyStore` failed it goes without the key that is perhaps kept for
/// it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub enum BotNotice {
    Brain { fault: BrainFileError, file: String },
    NoKey { reason: MissingKey },
    KeyStore { reason: KeyStoreError },
}

/// What a service answered instead of a reply.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum UnexpectedBody {
    Nothing,
    NotUtf8,
    /// A page for browsers.
    WebPage,
    NotJson,
    /// In a stream.
    EventNotJson,
    NoResult,
    NoCode,
    NoStatus,
    NoChoices,
    NoReply,
    NoErrorField,
    /// Not the list that was asked for.
    NoModels,
}

/// What to do about a key, or a quota: the end of a sentence about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum Advice {
    None,
    BadCharacters,
    CompareWithProject,
    CompareWithRobot,
    GiveKey,
    GiveModel,
    SeePlan,
    WaitForTomorrow,
    UseOtherKey,
}

/// What a service's code means, and what to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum CodeMeaning {
    Unreadable,
    Incomplete,
    /// It wants the question encrypted.
    EncryptionOn,
    NoPermission,
    BadUser,
    TooManyUsers,
    NoText,
    TooLong,
    OwnFault,
    Refuses,
}

/// Why a service cannot be reached, or broke off; `Other` is in the words of a library.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub enum ServiceFault {
    /// The operating system has a name for it.
    Network(ConnectError),
    /// Its name cannot be looked up.
    NoAddress,
    /// Its certificate is not trusted.
    Certificate { reason: String },
    /// It speaks, but not TLS.
    NoEncryption,
    /// It ended the answer before its time.
    EndedEarly,
    /// The proxy wants another user name or password.
    ProxyLogin,
    /// The proxy does not connect to the service.
    NoTunnel,
    /// The proxy cannot be reached.
    NotThere,
    /// All else.
    Other { reason: String },
}

/// What is wrong with how a bot is set; `Other` is in the words of a library.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub enum SetupFault {
    Template(TemplateError),
    KeyInHeader { name: String },
    NoModel,
    Proxy { variable: String },
    Other { reason: String },
}

localized!(MissingKey, BotNotice, UnexpectedBody, CodeMeaning, ServiceFault, SetupFault);
