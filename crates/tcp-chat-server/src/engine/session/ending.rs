//! The end of a session that the server wants, by itself or for what the client did: why, what the client is told, and how long
//! it may take.

use std::time::Duration;

use common::chat::{GoodbyeReason, ServerRecord};
use tokio::time::Instant;

use super::admission::Rejection;
use super::inbox::Fault;
use crate::bot::AskError;
use crate::engine::DisconnectReason;

/// How long open questions may take to be answered once the server is to stop.
pub(in crate::engine) const ANSWER_GRACE: Duration = Duration::from_secs(2);

/// How long the answers may take to be written after [`ANSWER_GRACE`].
pub(in crate::engine) const WRITE_GRACE: Duration = Duration::from_millis(300);

/// Whether the client broke the protocol, and whether it was told.
#[derive(Debug)]
pub(super) enum Standing {
    /// The client did nothing wrong.
    Good,
    /// The client may not talk. After a while that is a fault.
    Rejected(Rejection),
    /// The client did something wrong. It learns that once everything that it said before is answered.
    AtFault(Fault),
    /// The client was told, or is being told: once its last words are written the connection ends for this reason.
    Told(DisconnectReason),
}

impl Standing {
    /// When [`Self::time_passed`] changes something.
    pub(super) fn deadline(&self) -> Option<Instant> {
        match self {
            Self::Rejected(Rejection { at, .. }) => Some(*at),
            _ => None,
        }
    }

    pub(super) fn time_passed(&mut self, now: Instant) {
        if let Self::Rejected(Rejection { at, fault }) = self
            && now >= *at
        {
            *self = Self::AtFault(fault.clone());
        }
    }

    /// Whether the client is still to be told what it did.
    pub(super) fn is_open(&self) -> bool {
        matches!(self, Self::Rejected(_) | Self::AtFault(_))
    }
}

/// Why the server ends a session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ending {
    /// The server stops.
    Stop,
    /// The server's user wants this client gone.
    Kick,
}

impl Ending {
    /// What a message that is still open is answered with.
    pub(super) fn error(self) -> AskError {
        match self {
            Self::Stop => AskError::ServerStops,
            Self::Kick => AskError::ClientDisconnected,
        }
    }

    /// Why the session ends. A client that speaks records is told to stay away.
    pub(super) fn reason(self, is_records: bool) -> DisconnectReason {
        match self {
            Self::Stop => DisconnectReason::Stopped,
            Self::Kick => DisconnectReason::ByUser { stays_away: is_records },
        }
    }

    pub(super) fn goodbye(self) -> ServerRecord {
        let reason = match self {
            Self::Stop => None,
            Self::Kick => Some(GoodbyeReason::Disconnected),
        };
        ServerRecord::Goodbye { reason, message: self.error().to_string() }
    }
}

/// A session that is about to end.
#[derive(Debug, Clone, Copy)]
pub(super) struct Stopping {
    pub(super) ending: Ending,
    /// When open questions count as failed.
    pub(super) fail_at: Instant,
}

impl Stopping {
    /// A session whose end begins now. Only a server that stops waits for the bots.
    pub(super) fn new(ending: Ending, now: Instant) -> Self {
        let grace = if ending == Ending::Stop { ANSWER_GRACE } else { Duration::ZERO };
        Self { ending, fail_at: now + grace }
    }

    /// When the connection is closed, whatever is still to be written.
    pub(super) fn close_at(self) -> Instant {
        self.fail_at + WRITE_GRACE
    }

    /// When there is something to do next.
    pub(super) fn deadline(self, now: Instant) -> Instant {
        if now < self.fail_at { self.fail_at } else { self.close_at() }
    }
}
