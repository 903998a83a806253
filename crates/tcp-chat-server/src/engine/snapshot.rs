//! The newest state of the server: counters and tables.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, FixedOffset};
use common::chat::ServerKey;
use common::discovery::DiscoveryError;
use common::net::{BindError, Network};
use common::secret::Secret;
use serde::Serialize;

use super::recent::RECENT_SECS;
use super::{ChatWindowError, ClientId, StartError};
use crate::bot::{AskError, BotChoice, BotError, BotRow, KeyStoreError};
use crate::config::TlsChoice;

#[derive(Debug, Clone, PartialEq, Default)]
pub struct Snapshot {
    /// What the server is doing.
    pub state: ServerState,
    /// Who may talk, and how.
    pub access: AccessState,
    /// Where clients connect to, while it listens.
    pub client_addr: Option<SocketAddr>,
    /// Further addresses that clients can use.
    pub other_addrs: Vec<SocketAddr>,
    /// The name that clients find the server by, or why they cannot.
    pub announced: Option<Result<String, DiscoveryError>>,
    /// The networks that other computers of this place are in, while the server listens on all of them.
    pub lan: Vec<Network>,
    /// Why the newest chat window did not open.
    pub chat_window: Option<ChatWindowError>,
    /// Every connected client. Shared rather than copied, as there may be 50,000.
    pub clients: Arc<BTreeMap<ClientId, ClientRow>>,
    /// Counted since the server was started.
    pub totals: Totals,
    /// Messages that got a reply in the last ten seconds.
    pub recently_answered: u64,
    /// The bots in the order they are asked.
    pub bots: Vec<BotRow>,
    /// The newest test of each bot that was tested, by the bot's word.
    pub bot_tests: BTreeMap<&'static str, BotTest>,
    /// What each bot's service said when it was asked for its models.
    pub models: BTreeMap<&'static str, Models>,
    /// The newest change of each bot's key in the key store, by the bot's word.
    pub key_notes: BTreeMap<&'static str, KeyNote>,
}

/// The access control of the server, as the window shows it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct AccessState {
    /// The key that clients know the server by, where it speaks TLS.
    pub key: Option<ServerKey>,
    pub is_tls_only: bool,
    /// The pass phrase that clients have to say.
    pub pass: Option<Secret>,
    /// Clients may say the pass phrase over a connection that others can read.
    pub is_pass_in_clear: bool,
    /// The networks that clients may come from, or all where there are none.
    pub networks: Vec<Network>,
}

/// [`AccessState`] as the data of a sentence.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AccessWords {
    encryption: TlsChoice,
    /// `none`, `wanted`, or `here` where nobody but this computer can say it.
    pass: &'static str,
    networks: Option<String>,
}

impl AccessState {
    /// What one sentence says about who can connect.
    #[must_use]
    pub fn words(&self) -> AccessWords {
        let encryption = match self.key {
            None => TlsChoice::Off,
            Some(_) if self.is_tls_only => TlsChoice::Only,
            Some(_) => TlsChoice::On,
        };
        let networks: Vec<_> = self.networks.iter().map(Network::to_string).collect();
        let networks = (!networks.is_empty()).then(|| networks.join(", "));
        let pass = match (&self.pass, encryption) {
            (None, _) => "none",
            (Some(_), TlsChoice::Off) if !self.is_pass_in_clear => "here",
            (Some(_), _) => "wanted",
        };
        AccessWords { encryption, pass, networks }
    }
}

/// What the server is doing.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum ServerState {
    #[default]
    Stopped,
    /// Its address is being looked up.
    Starting,
    /// The interface of its address is not there yet.
    Waiting(BindError),
    /// It takes connections.
    Listening {
        /// The real address, port included.
        local_addr: SocketAddr,
    },
    /// It cannot listen.
    Failed(StartError),
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
    /// Bytes that came from it.
    pub bytes_in: u64,
    /// Bytes that went to it.
    pub bytes_out: u64,
    /// What it is waiting for.
    pub state: ClientState,
    /// How many of its messages wait behind the one that is asked.
    pub waiting: usize,
    /// Lower for a client that began to wait earlier.
    pub turn: u64,
    /// Nobody else can read its connection.
    pub is_encrypted: bool,
    /// Why its last message without a reply got none.
    pub last_error: Option<Arc<AskError>>,
    /// `last_error` as an English sentence, to sort by.
    pub last_message: Option<Arc<str>>,
}

impl ClientRow {
    /// A client that has said nothing yet.
    #[must_use]
    pub fn new(addr: SocketAddr, since: DateTime<FixedOffset>) -> Self {
        Self {
            addr,
            since,
            asked: 0,
            answered: 0,
            bytes_in: 0,
            bytes_out: 0,
            state: ClientState::Idle,
            waiting: 0,
            turn: 0,
            is_encrypted: false,
            last_error: None,
            last_message: None,
        }
    }

    /// Its place among the clients that wait, where it does.
    #[must_use]
    pub fn place(&self) -> Option<u64> {
        (self.state == ClientState::Waiting).then_some(self.turn)
    }
}

impl Snapshot {
    /// Replies a second, over the last ten.
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "no server answers so often")]
    pub fn answers_per_sec(&self) -> f64 {
        self.recently_answered as f64 / RECENT_SECS as f64
    }
}

/// What a client is waiting for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ClientState {
    /// Nothing.
    Idle,
    /// A permit to ask: as many calls as the limit allows run for other clients.
    Waiting,
    /// The bot's answer.
    Asking,
}

/// Counted since the server was started.
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
    /// Messages that got no reply, including those that were not accepted.
    pub failed: u64,
    /// Bytes that came from clients.
    pub bytes_in: u64,
    /// Bytes that went to clients.
    pub bytes_out: u64,
}

/// The newest test of a bot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BotTest {
    /// How the bot was set for the test.
    pub choice: BotChoice,
    pub outcome: TestOutcome,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TestOutcome {
    /// The reply is awaited.
    Asking { since: std::time::Instant },
    /// `text` is the reply, or the beginning of it with a sign that it is cut.
    Replied { text: String, took: Duration },
    /// There is no reply.
    Failed { error: BotError, took: Duration },
}

/// The models that a bot's service offers.
pub type Models = Result<Vec<String>, BotError>;

/// How a change of the key that the key store keeps for a bot went.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum KeyNote {
    /// The store is asked, and may be waiting for its password.
    Asking,
    Kept,
    Forgotten,
    NothingKept,
    Failed(KeyStoreError),
}
