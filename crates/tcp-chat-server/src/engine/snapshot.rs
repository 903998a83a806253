//! Where the server stands: counters and tables, always the newest.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, FixedOffset};
use common::chat::{PassPhrase, ServerKey};
use common::discovery::DiscoveryError;
use common::net::{BindError, Network};
use serde::Serialize;

use super::recent::RECENT_SECS;
use super::{ChatWindowError, ClientId, StartError};
use crate::bot::{AskError, BotChoice, BotError, BotRow, KeyStoreError};
use crate::config::TlsChoice;

/// What the window shows beside the log.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Snapshot {
    /// What the server is doing.
    pub state: ServerState,
    /// Who may come in, and how.
    pub access: AccessState,
    /// Where clients connect to, while it listens.
    pub client_addr: Option<SocketAddr>,
    /// Further addresses of the same.
    pub other_addrs: Vec<SocketAddr>,
    /// The name that clients find the server by, or why they cannot.
    pub announced: Option<Result<String, DiscoveryError>>,
    /// The networks of this place, while it listens on every one.
    pub lan: Vec<Network>,
    /// Why the newest chat window did not open.
    pub chat_window: Option<ChatWindowError>,
    /// Every connected client; shared, as there may be 50,000.
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

/// Who may come in, and how.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct AccessState {
    /// What the server is known by, where it speaks TLS.
    pub key: Option<ServerKey>,
    pub is_tls_only: bool,
    /// What clients have to say.
    pub pass: Option<PassPhrase>,
    /// They may say it where others can read it.
    pub is_pass_in_clear: bool,
    /// Where clients may come from; none: anywhere.
    pub networks: Vec<Network>,
}

/// The same in a sentence.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AccessWords {
    encryption: TlsChoice,
    /// `none`, `wanted`, or `here` where nobody but this computer can say it.
    pass: &'static str,
    networks: Option<String>,
}

impl AccessState {
    /// What to tell whoever wants to know who can come in.
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
    /// Nothing.
    #[default]
    Stopped,
    /// Its address is being looked up.
    Starting,
    /// An interface has to come first.
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
    /// Messages of it that wait behind the one that is asked.
    pub waiting: usize,
    /// Its place among those that wait: whoever came to wait earlier has a lower one.
    pub turn: u64,
    /// Nobody else can read what it says and is told.
    pub is_encrypted: bool,
    /// Why its last message without a reply got none.
    pub last_error: Option<Arc<AskError>>,
    /// The same as an English sentence: to sort by.
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
}

impl ClientRow {
    /// Its place among those that wait, where it does.
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
    /// Its turn: as many messages as may be are asked for others.
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
    /// Messages that got none, those included that were not taken.
    pub failed: u64,
    /// Bytes that came from clients.
    pub bytes_in: u64,
    /// Bytes that went to them.
    pub bytes_out: u64,
}

/// The test of a bot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BotTest {
    /// How it was set.
    pub choice: BotChoice,
    pub outcome: TestOutcome,
}

/// How the test of a bot went.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TestOutcome {
    Asking {
        since: std::time::Instant,
    },
    /// `text` is the reply, or the beginning of it with a sign that it is cut.
    Replied {
        text: String,
        took: Duration,
    },
    Failed {
        error: BotError,
        took: Duration,
    },
}

/// The models that a bot's service offers.
pub type Models = Result<Vec<String>, BotError>;

/// What became of a change of the key that the key store keeps for a bot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum KeyNote {
    /// The store is asked; it may want its password.
    Asking,
    Kept,
    Forgotten,
    NothingKept,
    Failed(KeyStoreError),
}
