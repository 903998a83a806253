//! What the engine reports.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use common::chat::{ErrorReason, FailReason, ServerKey};
use common::discovery::DiscoveryError;
use common::encoding::Encoding;
use common::engine;
use common::net::{BindError, ConnectError, Reach};
use common::status::Level;
use common::text::cut;
use common::texts::{english, millis};
use common::tls::TlsError;
use serde::Serialize;

use crate::bot::{AskError, BotFailure, BotNotice, BotRow, KeyStoreError, LastCall};
use crate::engine::{Snapshot, StartError};
use crate::names;

/// The number of a client, from its connection to its end. No later client gets the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct ClientId(pub u64);

/// One connected client.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Client {
    #[serde(rename = "client")]
    pub id: ClientId,
    #[serde(rename = "address")]
    pub addr: SocketAddr,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename = "tcp-chat-server-event")]
pub enum Event {
    /// Connections are taken.
    Listening {
        /// The real address, port included.
        address: SocketAddr,
        reach: Reach,
    },
    /// An interface has to come first.
    Waiting { reason: BindError },
    /// The address cannot be listened on.
    ListenFailed { reason: StartError },
    /// Connections cannot be taken, which is tried again: told once until one is taken.
    AcceptFailed {
        /// The system's words.
        message: String,
    },
    /// The system allows fewer connections than the limits do.
    FewDescriptors {
        /// Descriptors that the limits can come to need.
        needed: u64,
        /// Descriptors that there are.
        allowed: u64,
    },
    /// A bot answers, though not as it was set: told after each start.
    BotNotice { bot: String, notice: BotNotice },
    /// A connection was refused.
    Refused {
        #[serde(rename = "address")]
        addr: SocketAddr,
        reason: Refusal,
    },
    /// A client has connected.
    Connected(Client),
    /// A client is gone.
    Disconnected {
        #[serde(flatten)]
        client: Client,
        reason: DisconnectReason,
    },
    /// Clients can encrypt their connections to a server of this key.
    Encrypts { key: ServerKey },
    /// Clients cannot encrypt their connections though they should.
    NotEncrypting { reason: TlsError },
    /// Clients on the network find the server by this name, which may be another one than before.
    Announced { name: String },
    /// Clients on the network cannot find the server, though they should.
    NotAnnounced { reason: DiscoveryError },
    /// The pass phrase that was typed has to be typed again in the next run.
    PassNotKept { reason: KeyStoreError },
    /// Nobody else can read what this client says and is told.
    Encrypted {
        #[serde(flatten)]
        client: Client,
    },
    /// A plain client writes otherwise than in UTF-8, or than before.
    Encoding {
        #[serde(flatten)]
        client: Client,
        encoding: Encoding,
    },
    /// A client has asked something.
    Asked {
        #[serde(flatten)]
        client: Client,
        #[serde(flatten)]
        text: Excerpt,
    },
    /// A bot has answered.
    Answered {
        #[serde(flatten)]
        client: Client,
        bot: String,
        #[serde(flatten)]
        text: Excerpt,
        /// From the beginning of the call to the reply.
        #[serde(rename = "elapsed_ms", serialize_with = "millis")]
        elapsed: Duration,
        /// The bots that were asked before.
        #[serde(rename = "fallbacks")]
        failures: Vec<BotFailure>,
        /// Whether one of them answered when it was asked before, or was not asked yet.
        #[serde(skip)]
        is_news: bool,
    },
    /// A message gets no reply.
    Failed {
        #[serde(flatten)]
        client: Client,
        /// The fixed word.
        reason: FailReason,
        error: Arc<AskError>,
    },
    /// Nothing is listened on any more, every connection is closed.
    Stopped,
}

impl engine::Event for Event {
    fn level(&self) -> Level {
        match self {
            // The client wanted it so.
            Self::Failed { error, .. } if **error == AskError::Cancelled => Level::Info,
            Self::Listening { .. }
            | Self::Connected(_)
            | Self::Encrypts { .. }
            | Self::Announced { .. }
            // Who does not find the server types its address.
            | Self::NotAnnounced { .. }
            | Self::Encrypted { .. }
            | Self::Encoding { .. }
            | Self::Asked { .. }
            | Self::Answered { is_news: false, .. }
            | Self::Stopped => Level::Info,
            Self::ListenFailed { .. } | Self::AcceptFailed { .. } => Level::Error,
            Self::Waiting { .. }
            | Self::NotEncrypting { .. }
            | Self::PassNotKept { .. }
            | Self::FewDescriptors { .. }
            | Self::BotNotice { .. }
            | Self::Refused { .. }
            | Self::Failed { .. }
            // What goes on failing is told by the bot's row.
            | Self::Answered { is_news: true, .. } => Level::Warning,
            Self::Disconnected { reason, .. } => match reason {
                DisconnectReason::ClosedByClient
                | DisconnectReason::ByUser { .. }
                | DisconnectReason::Stopped => Level::Info,
                DisconnectReason::AtFault { .. }
                | DisconnectReason::NotEncrypted { .. }
                | DisconnectReason::SlowReader
                | DisconnectReason::Broken { .. } => Level::Warning,
                DisconnectReason::Internal => Level::Error,
            },
        }
    }
}

/// Why a connection was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum Refusal {
    /// There are as many clients as there may be.
    TooManyClients { max: u32 },
    /// Its address has as many clients as it may have.
    TooManyOfAddress { max: u32 },
    /// Its address is in none of the networks that are let in.
    NotAllowed,
}

common::localized!(Refusal, DisconnectReason);

/// Why a client is gone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub enum DisconnectReason {
    /// It closed the connection.
    ClosedByClient,
    /// It broke the protocol.
    AtFault {
        #[serde(rename = "error")]
        reason: ErrorReason,
        /// What the client was told.
        #[serde(rename = "detail")]
        message: String,
    },
    /// It wanted TLS, and did not manage it.
    NotEncrypted { tls: TlsError },
    /// It did not read its answers.
    SlowReader,
    /// The connection broke.
    Broken { network: ConnectError },
    /// The server stops.
    Stopped,
    /// The server's user wanted it. A client that speaks records is told to stay away.
    ByUser { stays_away: bool },
    /// A defect of this program.
    Internal,
}

/// Longest text that an event carries, in characters: thousands of events may wait.
const MAX_EXCERPT_CHARS: usize = 2000;

/// A text, or the beginning of a long one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Excerpt {
    /// At most 2,000 characters, as they came.
    pub text: String,
    /// Bytes of the whole text.
    #[serde(rename = "bytes")]
    pub len: usize,
}

impl Excerpt {
    /// The beginning of `text`.
    #[must_use]
    pub fn new(text: &str) -> Self {
        Self { text: cut(text, MAX_EXCERPT_CHARS).unwrap_or(text).to_owned(), len: text.len() }
    }
}

/// A line about the counters, every so often.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename = "tcp-chat-server-report")]
pub enum Report {
    Stats {
        /// The bots in the order they are asked, and how each does.
        bots: Vec<BotState>,
        /// Clients that are connected.
        clients: usize,
        /// Counted since the server was started, as all that follow.
        connected: u64,
        refused: u64,
        asked: u64,
        answered: u64,
        failed: u64,
        /// Replies a second, over the last ten.
        answers_per_sec: f64,
        bytes_in: u64,
        bytes_out: u64,
        /// Events that came faster than they could be printed.
        dropped: u64,
        message: String,
    },
}

impl engine::Event for Report {}

/// A bot and how it does.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct BotState {
    bot: String,
    /// What is wrong with its settings.
    #[serde(skip_serializing_if = "Option::is_none")]
    notice: Option<String>,
    /// Its last call: `not_asked`, `no_answer` where only questions were at fault or nobody waited, `answers`, `fails`, or `rests` while it is left alone.
    state: &'static str,
    /// The time that the last reply took.
    #[serde(skip_serializing_if = "Option::is_none")]
    took_ms: Option<u128>,
    /// Since when every call has failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    since: Option<String>,
    /// How the last call failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<String>,
    /// Seconds until it is tried again.
    #[serde(skip_serializing_if = "Option::is_none")]
    again_secs: Option<u64>,
}

impl From<&BotRow> for BotState {
    fn from(row: &BotRow) -> Self {
        let (state, took_ms, failure) = match &row.last {
            None => ("not_asked", None, None),
            Some(LastCall::Unanswered) => ("no_answer", None, None),
            Some(LastCall::Answered { took }) => ("answers", Some(took.as_millis()), None),
            Some(LastCall::Failed { error, since }) => {
                let state = if row.again_at.is_some() { "rests" } else { "fails" };
                (state, None, Some((english(error), since.to_rfc3339())))
            }
        };
        let (message, since) = failure.unzip();
        let again_secs = row.again_secs(Instant::now());
        let notice = row.notice.as_ref().map(english);
        Self { bot: row.name.clone(), notice, state, took_ms, since, message, again_secs }
    }
}

/// The counters.
#[must_use]
pub fn reports(snapshot: &Snapshot, dropped: u64) -> Vec<Report> {
    let totals = &snapshot.totals;
    vec![Report::Stats {
        bots: snapshot.bots.iter().map(BotState::from).collect(),
        clients: snapshot.clients.len(),
        connected: totals.connected,
        refused: totals.refused,
        asked: totals.asked,
        answered: totals.answered,
        failed: totals.failed,
        answers_per_sec: snapshot.answers_per_sec(),
        bytes_in: totals.bytes_in,
        bytes_out: totals.bytes_out,
        dropped,
        message: names::stats(snapshot),
    }]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bot::{BotError, MissingKey};
    use crate::engine::Totals;
    use common::engine::Event as _;
    use common::headless::json;

    fn client() -> Client {
        Client { id: ClientId(3), addr: "127.0.0.1:46114".parse().unwrap() }
    }

    fn answered(text: &str, failures: Vec<BotFailure>) -> Event {
        let (client, text) = (client(), Excerpt::new(text));
        let elapsed = Duration::from_millis(812);
        let is_news = !failures.is_empty();
        Event::Answered { client, bot: "Built-in".into(), text, elapsed, failures, is_news }
    }

    fn failure() -> BotFailure {
        BotFailure::Failed { bot: "Qingyun".into(), error: BotError::Status { status: 502 } }
    }

    #[test]
    fn what_needs_somebody_stands_out() {
        let client = client();
        let failed = Event::Failed { client, reason: FailReason::BotFailed, error: AskError::NoBots.into() };
        let gone = |reason| Event::Disconnected { client, reason };
        for (event, level) in [
            (answered("hi", vec![]), Level::Info),
            (answered("hi", vec![failure()]), Level::Warning),
            (failed, Level::Warning),
            (
                Event::Failed { client, reason: FailReason::Cancelled, error: AskError::Cancelled.into() },
                Level::Info,
            ),
            (gone(DisconnectReason::ClosedByClient), Level::Info),
            (gone(DisconnectReason::SlowReader), Level::Warning),
            (gone(DisconnectReason::Internal), Level::Error),
            (Event::AcceptFailed { message: "no descriptors".into() }, Level::Error),
        ] {
            assert_eq!(event.level(), level, "{event:?}");
        }
    }

    #[test]
    fn lines_are_the_demos_own_where_it_has_them() {
        let client = client();
        let table = [
            (
                Event::Listening { address: "127.0.0.1:6666".parse().unwrap(), reach: Reach::Computer },
                "Listening on 127.0.0.1:6666, this computer only",
                r#"{"event":"listening","address":"127.0.0.1:6666","reach":"computer","message":"this computer only","level":"info"}"#,
            ),
            (
                Event::Connected(client),
                "Connected with address 127.0.0.1, port 46114",
                r#"{"event":"connected","client":3,"address":"127.0.0.1:46114","level":"info"}"#,
            ),
            (
                Event::Disconnected { client, reason: DisconnectReason::ClosedByClient },
                "Disconnected with address 127.0.0.1, port 46114",
                r#"{"event":"disconnected","client":3,"address":"127.0.0.1:46114","reason":"closed_by_client","message":"closed by the client","level":"info"}"#,
            ),
            (
                Event::Disconnected { client, reason: DisconnectReason::SlowReader },
                "Disconnected with address 127.0.0.1, port 46114: it does not read its answers",
                r#"{"event":"disconnected","client":3,"address":"127.0.0.1:46114","reason":"slow_reader","message":"it does not read its answers","level":"warning"}"#,
            ),
            (
                Event::Disconnected {
                    client,
                    reason: DisconnectReason::AtFault {
                        reason: ErrorReason::Idle,
                        message: "said nothing".into(),
                    },
                },
                "Disconnected with address 127.0.0.1, port 46114: said nothing",
                r#"{"event":"disconnected","client":3,"address":"127.0.0.1:46114","reason":"at_fault","error":"idle","detail":"said nothing","message":"said nothing","level":"warning"}"#,
            ),
            (
                answered("hi\nyou", vec![failure()]),
                r"Built-in answers 127.0.0.1:46114 after 0.8 s: hi\nyou [Qingyun failed (the service answered with HTTP status 502)]",
                r#"{"event":"answered","client":3,"address":"127.0.0.1:46114","bot":"Built-in","text":"hi\nyou","bytes":6,"elapsed_ms":812,"fallbacks":[{"bot":"Qingyun","reason":"bot_failed","error":"status","status":502,"message":"the service answered with HTTP status 502"}],"level":"warning"}"#,
            ),
            (
                Event::Failed {
                    client,
                    reason: FailReason::BotFailed,
                    error: AskError::NoReply { failures: vec![failure()] }.into(),
                },
                "No answer to 127.0.0.1:46114: Qingyun failed (the service answered with HTTP status 502)",
                r#"{"event":"failed","client":3,"address":"127.0.0.1:46114","reason":"bot_failed","error":"no_reply","failures":[{"bot":"Qingyun","reason":"bot_failed","error":"status","status":502,"message":"the service answered with HTTP status 502"}],"message":"Qingyun failed (the service answered with HTTP status 502)","level":"warning"}"#,
            ),
            (
                Event::Refused { addr: client.addr, reason: Refusal::TooManyClients { max: 1024 } },
                "Refused address 127.0.0.1, port 46114: 1024 clients are connected already",
                r#"{"event":"refused","address":"127.0.0.1:46114","reason":"too_many_clients","max":1024,"message":"1024 clients are connected already","level":"warning"}"#,
            ),
            (
                Event::BotNotice {
                    bot: "Turing".into(),
                    notice: BotNotice::NoKey { reason: MissingKey::FileEmpty { file: "a\nb".into() } },
                },
                r"Turing: the key file's first line is empty: a\nb",
                r#"{"event":"bot_notice","bot":"Turing","notice":"no_key","reason":"file_empty","file":"a\nb","message":"the key file's first line is empty: a\\nb","level":"warning"}"#,
            ),
            (
                Event::Announced { name: "kitchen".into() },
                "Announced on the network as kitchen",
                r#"{"event":"announced","name":"kitchen","level":"info"}"#,
            ),
            (
                Event::NotAnnounced { reason: DiscoveryError::PortRefused { reason: "in use".into() } },
                "Not announced on the network: port 5353, where servers are announced, is refused: in use",
                r#"{"event":"not_announced","reason":"port_refused","message":"port 5353, where servers are announced, is refused: in use","level":"info"}"#,
            ),
            (Event::Stopped, "Stopped", r#"{"event":"stopped","level":"info"}"#),
        ];
        for (event, line, object) in table {
            assert_eq!(english(&event), line);
            assert_eq!(json(&event).unwrap(), object);
        }
    }

    #[test]
    fn counters_are_the_same_in_words_and_json() {
        let totals = Totals {
            connected: 12,
            refused: 2,
            asked: 34,
            answered: 33,
            failed: 1,
            bytes_in: 2048,
            bytes_out: 1_234_567,
        };
        let snapshot = Snapshot { totals, recently_answered: 15, ..Snapshot::default() };
        let line = "Clients 0, 12 connected since the start, 2 refused, 34 asked, 33 answered, 1 failed, 1.5 answers/s, 2.0 KiB in, 1.2 MiB out";
        let report = reports(&snapshot, 7).remove(0);
        assert_eq!(english(&report), line);
        let object = format!(
            r#"{{"event":"stats","bots":[],"clients":0,"connected":12,"refused":2,"asked":34,"answered":33,"failed":1,"answers_per_sec":1.5,"bytes_in":2048,"bytes_out":1234567,"dropped":7,"message":"{line}","level":"info"}}"#
        );
        assert_eq!(json(&report).unwrap(), object);
    }

    #[test]
    fn one_event_never_looks_like_another() {
        let forged = Excerpt::new("hello\nDisconnected with address 1.2.3.4, port 5\u{1b}[2J");
        assert_eq!(
            english(&Event::Asked { client: client(), text: forged }),
            r"Client 127.0.0.1:46114 asks: hello\nDisconnected with address 1.2.3.4, port 5\x1B[2J"
        );
    }

    #[test]
    fn long_texts_are_cut_and_name_their_size() {
        let line = |text: &str| english(&Event::Asked { client: client(), text: Excerpt::new(text) });
        let whole = "好".repeat(200);
        assert_eq!(line(&whole), format!("Client 127.0.0.1:46114 asks: {whole}"));
        let expected = format!("Client 127.0.0.1:46114 asks: {whole}... (cut, 603 bytes in all)");
        assert_eq!(line(&"好".repeat(201)), expected);
        let excerpt = Excerpt::new(&"a".repeat(5000));
        assert_eq!((excerpt.text.len(), excerpt.len), (2000, 5000));
    }
}
