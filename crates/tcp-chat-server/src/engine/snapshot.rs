//! Where the server stands: counters and tables, always the newest.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::time::Duration;

use chrono::{DateTime, FixedOffset};
use common::net::BindError;

use super::ClientId;
use super::bot::BotError;

/// What the window shows beside the log.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Snapshot {
    /// What the server is doing.
    pub state: ServerState,
    /// Every connected client.
    pub clients: BTreeMap<ClientId, ClientRow>,
    /// Counted since the start of the program.
    pub totals: Totals,
    /// The bots in the order they are asked.
    pub bots: Vec<BotRow>,
}

/// What the server is doing.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum ServerState {
    /// Nothing.
    #[default]
    Stopped,
    /// Its address is being looked up.
    Starting,
    /// It takes connections.
    Listening {
        /// The real address, port included.
        local_addr: SocketAddr,
    },
    /// It cannot listen.
    Failed(BindError),
    /// It answers what is still open, then closes every connection.
    Stopping,
}

/// A connected client.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClientRow {
    /// Where it comes from.
    pub addr: SocketAddr,
    /// When it connected.
    pub since: DateTime<FixedOffset>,
    /// Messages it has asked.
    pub asked: u64,
    /// Messages that got a reply.
    pub answered: u64,
    /// What it is waiting for.
    pub state: ClientState,
}

/// What a client is waiting for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ClientState {
    /// Nothing.
    Idle,
    /// Its turn: as many messages as may be are asked for others.
    Waiting,
    /// The bot's answer.
    Asking,
}

/// Counted since the start of the program.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Totals {
    /// Clients that connected.
    pub connected: u64,
    /// Connections that were refused, as there were too many.
    pub refused: u64,
    /// Messages that were taken.
    pub asked: u64,
    /// Messages that got a reply.
    pub answered: u64,
    /// Messages that got none, those included that were not taken.
    pub failed: u64,
}

/// A bot and how it did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BotRow {
    /// Its name.
    pub name: String,
    /// Its last call; `None`: it was not asked yet.
    pub last: Option<LastCall>,
}

/// How a bot's last call ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LastCall {
    /// With a reply.
    Answered {
        /// The time it took.
        took: Duration,
    },
    /// Without one.
    Failed {
        /// Why.
        error: BotError,
        /// Since when every call has failed.
        since: DateTime<FixedOffset>,
    },
}
