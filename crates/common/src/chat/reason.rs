//! The fixed words for what went wrong.

use serde::{Deserialize, Serialize};

/// Why a message got no reply: `reason` of a `failed` record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FailReason {
    /// No bot could be reached.
    BotUnreachable,
    /// The bot did not answer in time.
    BotTimeout,
    /// The bot answered something that is not a reply, or said that it failed.
    BotFailed,
    /// The bot's reply is over its limit.
    BotTooLong,
    /// The client took the message back.
    Cancelled,
    /// The text is over [`super::MAX_TEXT_BYTES`].
    TooLong,
    /// [`super::MAX_WAITING`] messages of this connection wait already.
    TooManyWaiting,
    /// The message of a plain peer is not UTF-8 text.
    #[serde(rename = "not_utf8")]
    NotUtf8,
    /// The text holds nothing but white space.
    Blank,
    /// The server stops.
    Stopping,
    /// A word of a later protocol.
    #[serde(other)]
    Unknown,
}

/// Why the server says goodbye: `reason` of a `goodbye` record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum GoodbyeReason {
    /// The server's user wants this client gone: it does not come back by itself.
    Disconnected,
    /// A word of a later protocol.
    #[serde(other)]
    Unknown,
}

/// Why the server closes a connection: `reason` of an `error` record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ErrorReason {
    /// `hello` names a protocol that the server does not speak.
    UnknownProtocol,
    /// A record line is over [`super::MAX_RECORD_BYTES`].
    RecordTooLong,
    /// A line is not a record: not UTF-8, not JSON, or a field is missing.
    BadRecord,
    /// A `say` repeats an `id` that still waits.
    DuplicateId,
    /// A record was begun and not finished in time.
    UnfinishedRecord,
    /// The server holds as many connections as it may.
    TooManyClients,
    /// [`super::MAX_WAITING_BYTES`] wait at the server already.
    ServerFull,
    /// Nothing was said for too long.
    Idle,
    /// The server answers nobody without TLS.
    TlsWanted,
    /// The server wants a pass phrase.
    PassWanted,
    /// The pass phrase is another one.
    PassWrong,
    /// A word of a later protocol.
    #[serde(other)]
    Unknown,
}
