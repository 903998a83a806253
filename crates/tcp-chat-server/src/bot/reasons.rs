//! The reasons in a bot's errors and notices.

use common::localized;
use common::net::ConnectError;
use serde::Serialize;

use super::{BrainFileError, KeyStoreError, TemplateError};

/// Why a bot that cannot do without a key has none.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub enum MissingKey {
    NotGiven {
        bot: &'static str,
        variable: String,
    },
    /// And the key store that may hold it says why it gives nothing.
    NotKept {
        bot: &'static str,
        variable: String,
        error: KeyStoreError,
    },
    FileUnreadable {
        reason: String,
        file: String,
    },
    FileEmpty {
        file: String,
    },
}

/// What is wrong with a bot as it is set, though the server runs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub enum BotNotice {
    /// It answers from its own brain.
    Brain { fault: BrainFileError, file: String },
    /// It is not asked.
    #[serde(untagged)]
    NoKey(MissingKey),
    /// It goes without the key that is perhaps kept for it.
    #[serde(untagged)]
    KeyStore(KeyStoreError),
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

/// Why a service cannot be reached, or broke off.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub enum ServiceFault {
    NoAddress,
    Certificate {
        reason: String,
    },
    /// Another protocol is spoken there.
    NoEncryption,
    /// A stream without its end.
    EndedEarly,
    /// In the words of a library.
    Other {
        reason: String,
    },
    #[serde(untagged)]
    Network(ConnectError),
}

/// What is wrong with how a bot is set.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub enum SetupFault {
    /// A key that this header cannot carry.
    KeyInHeader { name: String },
    /// No model is named, and none is there.
    NoModel,
    /// In the words of a library.
    Other { reason: String },
    #[serde(untagged)]
    Template(TemplateError),
}

localized!(MissingKey, BotNotice, UnexpectedBody, CodeMeaning, ServiceFault, SetupFault);
