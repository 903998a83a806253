//! Events as JSON: the same facts as [`crate::lines`], for programs.

use std::net::SocketAddr;
use std::time::Instant;

use common::chat::{ErrorReason, FailReason};
use serde::Serialize;

use crate::bot::BotFailure;
use crate::bot::{BotRow, LastCall};
use crate::engine::{DisconnectReason, Event, Refusal, Snapshot};
use common::status::Level;

use crate::level::level_of;
use crate::lines;

/// A line of a JSON run with the level of its event.
#[derive(Debug, Serialize)]
pub struct Leveled<'a> {
    #[serde(flatten)]
    json: Json<'a>,
    level: Level,
}

/// An event as JSON, with its level.
#[must_use]
pub fn leveled(event: &Event) -> Leveled<'_> {
    Leveled { json: json(event), level: level_of(event) }
}

/// What a line of a JSON run says.
#[derive(Debug, Serialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum Json<'a> {
    /// Connections are taken.
    Listening {
        /// The real address, port included.
        address: SocketAddr,
    },
    /// The address cannot be listened on.
    ListenFailed {
        /// Why.
        message: String,
    },
    /// Connections cannot be taken, which is tried again: told once until one is taken.
    AcceptFailed {
        /// The system's words.
        message: &'a str,
    },
    /// The system allows fewer connections than the limits do.
    FewDescriptors {
        /// Descriptors that the limits can come to need.
        needed: u64,
        /// Descriptors that there are.
        allowed: u64,
    },
    /// A bot answers, though not as it was set.
    BotNotice {
        /// Which bot.
        bot: &'a str,
        /// What is wrong, for people.
        message: String,
    },
    /// A connection was refused.
    Refused {
        /// Where it came from.
        address: SocketAddr,
        /// Why: a fixed word.
        reason: &'static str,
        /// How many clients there may be: in all, or of one address.
        max: u32,
        /// Why, for people.
        message: String,
    },
    /// A client has connected.
    Connected {
        /// Its number.
        client: u64,
        /// Where it comes from.
        address: SocketAddr,
    },
    /// A client is gone.
    Disconnected {
        /// Its number.
        client: u64,
        /// Where it came from.
        address: SocketAddr,
        /// Why: a fixed word.
        reason: &'static str,
        /// The word of the `error` record that it got.
        #[serde(skip_serializing_if = "Option::is_none")]
        error: Option<ErrorReason>,
        /// Why, for people.
        message: String,
    },
    /// A client has asked something.
    Asked {
        /// Its number.
        client: u64,
        /// Where it comes from.
        address: SocketAddr,
        /// What: its first 2,000 characters.
        text: &'a str,
        /// Bytes of the whole text.
        bytes: usize,
    },
    /// A bot has answered.
    Answered {
        /// Number of the client.
        client: u64,
        /// Where it comes from.
        address: SocketAddr,
        /// Which bot.
        bot: &'a str,
        /// What: its first 2,000 characters.
        text: &'a str,
        /// Bytes of the whole text.
        bytes: usize,
        /// From the beginning of the call to the reply.
        elapsed_ms: u128,
        /// The bots that were asked before.
        fallbacks: Vec<Fallback<'a>>,
    },
    /// A message gets no reply.
    Failed {
        /// Number of the client.
        client: u64,
        /// Where it comes from.
        address: SocketAddr,
        /// The fixed word.
        reason: FailReason,
        /// For people.
        message: String,
    },
    /// Events came faster than they could be printed.
    Dropped {
        /// How many are missing here.
        count: u64,
    },
    /// The counters, every so often.
    Stats {
        /// The bots in the order they are asked, and how each does.
        bots: Vec<BotState<'a>>,
        /// Clients that are connected.
        clients: usize,
        /// Clients that connected since the start.
        connected: u64,
        /// Connections that were refused.
        refused: u64,
        /// Messages that were taken.
        asked: u64,
        /// Messages that got a reply.
        answered: u64,
        /// Messages that got none.
        failed: u64,
        /// Replies a second, over the last ten.
        answers_per_sec: f64,
        /// Bytes that came from clients.
        bytes_in: u64,
        /// Bytes that went to them.
        bytes_out: u64,
        /// Events that came faster than they could be printed.
        dropped: u64,
    },
    /// Nothing is listened on any more.
    Stopped,
}

/// The counters for programs.
#[must_use]
pub fn json_stats(snapshot: &Snapshot, dropped: u64) -> Json<'_> {
    let totals = &snapshot.totals;
    Json::Stats {
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
    }
}

/// A bot and how it does.
#[derive(Debug, Serialize)]
pub struct BotState<'a> {
    bot: &'a str,
    /// What is wrong with its settings.
    #[serde(skip_serializing_if = "Option::is_none")]
    notice: Option<String>,
    /// Its last call: `not_asked`, `answers`, `fails`, or `rests` while it is left alone.
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

impl<'a> From<&'a BotRow> for BotState<'a> {
    fn from(row: &'a BotRow) -> Self {
        let (state, took, failure) = match &row.last {
            None => ("not_asked", None, None),
            Some(LastCall::Answered { took }) => ("answers", Some(took.as_millis()), None),
            Some(LastCall::Failed { error, since }) => {
                let state = if row.again_at.is_some() { "rests" } else { "fails" };
                (state, None, Some((error.to_string(), since.to_rfc3339())))
            }
        };
        let (message, since) = failure.unzip();
        let again_secs = row.again_at.map(|at| lines::secs_until(at, Instant::now()));
        Self {
            bot: &row.name,
            notice: row.notice.as_ref().map(ToString::to_string),
            state,
            took_ms: took,
            since,
            message,
            again_secs,
        }
    }
}

/// A bot that was asked and failed.
#[derive(Debug, Serialize)]
pub struct Fallback<'a> {
    bot: &'a str,
    reason: FailReason,
    message: String,
    /// For how long it is left alone, where this failure was one too many.
    #[serde(skip_serializing_if = "Option::is_none")]
    rests_secs: Option<u64>,
}

impl<'a> From<&'a BotFailure> for Fallback<'a> {
    fn from(failure: &'a BotFailure) -> Self {
        let rests_secs = match failure {
            BotFailure::FailedAndRests { rests_secs, .. } => Some(*rests_secs),
            BotFailure::Failed { .. } | BotFailure::NotAsked { .. } => None,
        };
        let error = failure.error();
        Self { bot: failure.bot(), reason: error.reason(), message: error.to_string(), rests_secs }
    }
}

/// An event for programs.
#[must_use]
pub fn json(event: &Event) -> Json<'_> {
    match event {
        Event::Listening { local_addr } => Json::Listening { address: *local_addr },
        Event::ListenFailed(error) => Json::ListenFailed { message: error.to_string() },
        Event::FewDescriptors { needed, allowed } => {
            Json::FewDescriptors { needed: *needed, allowed: *allowed }
        }
        Event::AcceptFailed { reason } => Json::AcceptFailed { message: reason },
        Event::BotNotice { bot, notice } => Json::BotNotice { bot, message: notice.to_string() },
        Event::Refused { addr, reason } => {
            let (word, max) = match reason {
                Refusal::TooManyClients { max } => ("too_many_clients", *max),
                Refusal::TooManyOfAddress { max } => ("too_many_of_address", *max),
            };
            Json::Refused { address: *addr, reason: word, max, message: reason.to_string() }
        }
        Event::Connected(client) => Json::Connected { client: client.id.0, address: client.addr },
        Event::Disconnected { client, reason } => {
            let (word, error) = match reason {
                DisconnectReason::ClosedByClient => ("closed_by_client", None),
                DisconnectReason::AtFault { reason, .. } => ("at_fault", Some(*reason)),
                DisconnectReason::SlowReader => ("slow_reader", None),
                DisconnectReason::Broken(_) => ("broken", None),
                DisconnectReason::Stopped => ("stopped", None),
                DisconnectReason::ByUser => ("by_user", None),
                DisconnectReason::Internal => ("internal", None),
            };
            let (client, address) = (client.id.0, client.addr);
            Json::Disconnected { client, address, reason: word, error, message: reason.to_string() }
        }
        Event::Asked { client, text } => {
            Json::Asked { client: client.id.0, address: client.addr, text: &text.text, bytes: text.len }
        }
        Event::Answered { client, bot, text, elapsed, failures } => Json::Answered {
            client: client.id.0,
            address: client.addr,
            bot,
            text: &text.text,
            bytes: text.len,
            elapsed_ms: elapsed.as_millis(),
            fallbacks: failures.iter().map(Fallback::from).collect(),
        },
        Event::Failed { client, error } => Json::Failed {
            client: client.id.0,
            address: client.addr,
            reason: error.reason(),
            message: error.to_string(),
        },
        Event::Stopped => Json::Stopped,
    }
}
