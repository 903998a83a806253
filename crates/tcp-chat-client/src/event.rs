//! What the engine reports.

use common::chat::{Dialect, MAX_TEXT_BYTES, ServerKey};
use common::encoding::Encoding;
use common::engine;
use common::status::Level;
use serde::Serialize;

use crate::engine::{DisconnectReason, FailedReason, MessageId, Target};

/// What happened. Every message that was sent ends with exactly one `Reply` or `Failed` that carries its id.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename = "tcp-chat-client-event")]
pub enum Event {
    /// An attempt begins; the first one is number 1.
    Connecting {
        #[serde(rename = "address")]
        target: Target,
        attempt: u32,
    },
    /// A program listens there; how to talk to it is being found out.
    Reached {
        #[serde(rename = "address")]
        target: Target,
    },
    /// Messages can be sent.
    Connected(Connected),
    /// The user has to say whether the server has the right key; nothing is sent to the server until then.
    KeyAsked {
        #[serde(rename = "address")]
        target: Target,
        /// The key that the server has, or that an invitation says it has.
        key: ServerKey,
        /// The key that was expected: the one that the user trusted, that came with an invitation, or that was given.
        known: Option<ServerKey>,
    },
    /// The server wants a pass phrase, or another one: no attempt is made until the user gives it.
    PassAsked {
        #[serde(rename = "address")]
        target: Target,
        /// Whether a pass phrase was sent, and is wrong.
        #[serde(rename = "wrong")]
        is_wrong: bool,
    },
    /// There is no connection (any more); the next attempt begins by itself.
    Retrying { reason: DisconnectReason, retry_in_ms: u64, attempt: u32 },
    /// A person at the server ended the connection, or it wants what is not said to it: no attempt is made until the user wants
    /// one.
    SentAway { reason: DisconnectReason },
    /// The user ended the connection, or the attempts to get one.
    Disconnected {
        #[serde(rename = "address")]
        target: Target,
    },
    /// A plain server writes otherwise than in UTF-8, or than before.
    Encoding { encoding: Encoding },
    /// A plain server answered our hello. The answer is not shown, only counted.
    GreetingAnswered { bytes: usize },
    /// The message waits behind so many others, at the server or, for a plain server, here; behind none: the bot
    /// has it.
    Accepted { id: MessageId, ahead: usize },
    /// The bot thinks before it replies: told once a message.
    Thinking { id: MessageId },
    /// The next piece of a reply that streams.
    Part {
        id: MessageId,
        /// Who answers, where the server says so; told with the first piece.
        bot: Option<String>,
        text: String,
    },
    /// A whole reply.
    Reply {
        /// The message that it answers, where that is known.
        id: Option<MessageId>,
        /// Who answered, where the server says so.
        bot: Option<String>,
        text: String,
        /// Another bot than the one before, or than the one that the server named at first.
        #[serde(rename = "other_bot")]
        is_other_bot: bool,
    },
    /// There will be no reply.
    Failed { id: MessageId, reason: FailedReason },
}

/// A connection over which messages can be sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Connected {
    #[serde(rename = "address")]
    pub target: Target,
    pub dialect: Dialect,
    /// Who answers, where the server says so.
    pub bot: Option<String>,
    /// Name and version of the server, where it says so.
    pub server: Option<String>,
    /// Longest message that the server takes.
    pub max_text_bytes: usize,
    /// Nobody else can read what is said.
    #[serde(rename = "encrypted")]
    pub is_encrypted: bool,
}

impl Connected {
    /// A plain connection to a server that says nothing about itself.
    #[must_use]
    pub fn new(target: Target, dialect: Dialect) -> Self {
        let max_text_bytes = MAX_TEXT_BYTES;
        Self { target, dialect, bot: None, server: None, max_text_bytes, is_encrypted: false }
    }
}

impl engine::Event for Event {
    fn level(&self) -> Level {
        match self {
            Self::Connecting { .. }
            | Self::Reached { .. }
            | Self::Connected(_)
            | Self::Disconnected { .. }
            | Self::Encoding { .. }
            | Self::GreetingAnswered { .. }
            | Self::Accepted { .. }
            | Self::Thinking { .. }
            | Self::Part { .. }
            | Self::Reply { .. }
            // The user wanted it so.
            | Self::Failed { reason: FailedReason::Cancelled, .. } => Level::Info,
            Self::Retrying { .. }
            | Self::SentAway { .. }
            | Self::KeyAsked { .. }
            | Self::PassAsked { .. }
            | Self::Failed { .. } => Level::Warning,
        }
    }

    /// Parts come again in their reply, and a message that is asked at once has not waited. What ends the run is said to people once,
    /// as its failure.
    fn is_printed(&self, is_json: bool) -> bool {
        match self {
            Self::Part { .. } | Self::Accepted { ahead: 0, .. } => false,
            Self::KeyAsked { .. } | Self::PassAsked { .. } | Self::SentAway { .. } => is_json,
            _ => true,
        }
    }
}
