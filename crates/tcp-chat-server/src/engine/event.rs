//! What the engine is told and tells.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use common::chat::ErrorReason;
use common::net::BindError;
use common::text::cut;

use crate::bot::{AskError, BotChoice, BotFailure, BotKind, BotNotice, Secret};
use crate::config::Config;

/// What a user wants.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// Listen; ignored while listening.
    Start(Config),
    /// Stop listening and close every connection; ignored while stopped.
    Stop,
    /// End a client's connection; ignored where it is gone.
    Disconnect(ClientId),
    /// Ask this bot the question of [`super::TEST_QUESTION`], whether listening or not.
    TestBot(BotChoice),
    /// Ask this bot's service for its models.
    ListModels(BotChoice),
    /// Keep a bot's key in the system's key store.
    KeepKey {
        /// Whose.
        kind: &'static BotKind,
        /// The key.
        key: Secret,
    },
    /// Let the key store forget a bot's key.
    ForgetKey(&'static BotKind),
}

/// One client, from its connection to its end; never used again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ClientId(pub u64);

/// One connected client.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Client {
    /// Its number.
    pub id: ClientId,
    /// Where it comes from.
    pub addr: SocketAddr,
}

/// What has happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// Connections are taken.
    Listening {
        /// The real address, port included.
        local_addr: SocketAddr,
    },
    /// The address cannot be listened on.
    ListenFailed(BindError),
    /// Connections cannot be taken, which is tried again: told once until one is taken.
    AcceptFailed {
        /// The system's words.
        reason: String,
    },
    /// The system allows fewer connections than the limits do.
    FewDescriptors {
        /// Descriptors that the limits can come to need.
        needed: u64,
        /// Descriptors that there are.
        allowed: u64,
    },
    /// A bot answers, though not as it was set: told after each start.
    BotNotice {
        /// Which.
        bot: String,
        /// What is wrong.
        notice: BotNotice,
    },
    /// A connection was refused.
    Refused {
        /// Where it came from.
        addr: SocketAddr,
        /// Why.
        reason: Refusal,
    },
    /// A client has connected.
    Connected(Client),
    /// A client is gone.
    Disconnected {
        /// Which.
        client: Client,
        /// Why.
        reason: DisconnectReason,
    },
    /// A client has asked something.
    Asked {
        /// Which.
        client: Client,
        /// What.
        text: Excerpt,
    },
    /// A bot has answered.
    Answered {
        /// Whom.
        client: Client,
        /// Which bot.
        bot: String,
        /// What.
        text: Excerpt,
        /// From the beginning of the call to the reply.
        elapsed: Duration,
        /// The bots that were asked before.
        failures: Vec<BotFailure>,
    },
    /// A message gets no reply.
    Failed {
        /// Whose.
        client: Client,
        /// Why.
        error: Arc<AskError>,
    },
    /// Nothing is listened on any more, every connection is closed.
    Stopped,
}

/// Why a connection was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// There are as many clients as there may be.
    #[error("{max} clients are connected already")]
    TooManyClients {
        /// How many there may be.
        max: u32,
    },
    /// Its address has as many clients as it may have.
    #[error("{max} clients of this address are connected already")]
    TooManyOfAddress {
        /// How many it may have.
        max: u32,
    },
}

/// Why a client is gone.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DisconnectReason {
    /// It closed the connection.
    #[error("closed by the client")]
    ClosedByClient,
    /// It broke the protocol.
    #[error("{message}")]
    AtFault {
        /// The fixed word.
        reason: ErrorReason,
        /// For people.
        message: String,
    },
    /// It did not read its answers.
    #[error("it does not read its answers")]
    SlowReader,
    /// The connection broke.
    #[error("{0}")]
    Broken(String),
    /// The server stops.
    #[error("the server stops")]
    Stopped,
    /// The server's user wanted it.
    #[error("disconnected by the server's user")]
    ByUser,
    /// A defect of this program.
    #[error("its session failed within, please report this")]
    Internal,
}

/// Longest text that an event carries, in characters: thousands of events may wait.
const MAX_EXCERPT_CHARS: usize = 2000;

/// A text, or the beginning of a long one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Excerpt {
    /// At most 2,000 characters, as they came.
    pub text: String,
    /// Bytes of the whole text.
    pub len: usize,
}

impl Excerpt {
    /// The beginning of `text`.
    #[must_use]
    pub fn new(text: &str) -> Self {
        Self { text: cut(text, MAX_EXCERPT_CHARS).unwrap_or(text).to_owned(), len: text.len() }
    }

    /// Whether this is not the whole text.
    #[must_use]
    pub fn is_cut(&self) -> bool {
        self.text.len() < self.len
    }
}
