//! Granting what a client wants, or saying why not.

use std::time::Duration;

use common::chat::{ErrorReason, LineBreak, MAX_TEXT_BYTES, MAX_WAITING, PROTOCOL, ServerRecord};
use tokio::time::Instant;

use super::ANSWER_GRACE;
use super::inbox::Wish;
use super::queue::{Entry, Taken};
use super::talk::{IDLE_WAIT, Session, Stopping};
use super::ticket::{Ticket, server_line};
use crate::bot::AskError;
use crate::engine::{ClientState, DisconnectReason, Excerpt};

/// Why the server ends a session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ending {
    /// It stops.
    Stop,
    /// Its user wants this client gone.
    Kick,
}

impl Ending {
    /// What the client is told.
    pub(super) fn ask_error(self) -> AskError {
        match self {
            Self::Stop => AskError::ServerStops,
            Self::Kick => AskError::ClientDisconnected,
        }
    }

    pub(super) fn reason(self) -> DisconnectReason {
        match self {
            Self::Stop => DisconnectReason::Stopped,
            Self::Kick => DisconnectReason::ByUser,
        }
    }

    /// How long open questions may take to be answered.
    fn grace(self) -> Duration {
        match self {
            Self::Stop => ANSWER_GRACE,
            Self::Kick => Duration::ZERO,
        }
    }
}

impl Session {
    /// The session is to end: what is asked may get some more time, nothing new is taken.
    pub(super) fn stop(&mut self, ending: Ending, now: Instant) {
        if self.inbox.is_records() {
            let message = ending.ask_error().to_string();
            self.outbox.push(&ServerRecord::Goodbye { message }.encode(), now);
        } else {
            // What a plain client was about to say was said before.
            let wishes = self.inbox.end();
            self.grant(wishes, now);
            // Where a question is open, its answer says so.
            if ending == Ending::Kick && self.fault.is_none() && !self.is_open() {
                self.outbox.push(&server_line(&ending.ask_error().to_string(), Some(LineBreak::Lf)), now);
            }
        }
        self.stopping = Some(Stopping { fail_at: now + ending.grace(), ending });
    }

    /// The client said nothing for too long.
    pub(super) fn idle(&mut self, now: Instant) {
        let reason = ErrorReason::Idle;
        let message = format!("nothing was said for {} minutes", IDLE_WAIT.as_secs() / 60);
        let told = if self.inbox.is_records() {
            ServerRecord::Error { reason, message: message.clone() }.encode()
        } else {
            server_line(&message, Some(LineBreak::Lf))
        };
        self.outbox.push(&told, now);
        self.inbox.ignore();
        self.fault = Some(DisconnectReason::AtFault { reason, message });
    }

    /// Does what the client wants.
    pub(super) fn grant(&mut self, wishes: Vec<Wish>, now: Instant) {
        for wish in wishes {
            match wish {
                Wish::Welcome => self.welcome(now),
                Wish::Ask { ticket, .. } | Wish::Refuse { ticket, .. } if self.is_waiting(ticket) => {
                    let message = "a message with this id still waits for its answer".to_owned();
                    self.queue.fault(ErrorReason::DuplicateId, message);
                    self.inbox.ignore();
                    return;
                }
                Wish::Ask { ticket, text } => match self.stopping {
                    Some(Stopping { ending, .. }) => self.refuse(ticket, ending.ask_error(), now),
                    None => self.take(ticket, text, now),
                },
                Wish::Refuse { ticket, error } => self.refuse(ticket, error, now),
                Wish::Cancel { id } => self.cancel(Ticket::Record(id), now),
                Wish::Fault { reason, message } => self.queue.fault(reason, message),
            }
            // At once, so that it does not matter how many messages came together.
            self.advance();
        }
    }

    /// Whether a record of this id has not had its answer yet.
    fn is_waiting(&self, ticket: Ticket) -> bool {
        let is_called = self.call.as_ref().is_some_and(|call| call.ticket == ticket);
        matches!(ticket, Ticket::Record(_)) && (is_called || self.queue.contains(ticket))
    }

    fn welcome(&mut self, now: Instant) {
        let welcome = ServerRecord::Welcome {
            protocol: PROTOCOL,
            server: concat!(env!("CARGO_PKG_NAME"), " ", env!("CARGO_PKG_VERSION")).to_owned(),
            bot: self.context.chain.names().next().unwrap_or_default().to_owned(),
            max_text_bytes: MAX_TEXT_BYTES,
        };
        self.outbox.push(&welcome.encode(), now);
    }

    fn take(&mut self, ticket: Ticket, text: String, now: Instant) {
        let shown = Excerpt::new(&text);
        match (self.queue.push(Entry::Ask { ticket, text }), ticket) {
            (Taken::Waiting { ahead }, ticket) => {
                self.context.publisher.asked(self.guard.client, shown, self.queue.len());
                if let Ticket::Record(id) = ticket {
                    let ahead = ahead + usize::from(self.call.is_some());
                    self.outbox.push_soon(&ServerRecord::Accepted { id, ahead }.encode(), now);
                }
            }
            (Taken::Full, Ticket::Plain(_)) => self.queue.overflow(ticket),
            (Taken::Full, Ticket::Record(_)) => {
                self.fail(ticket, AskError::QueueFull { max: MAX_WAITING }, now);
            }
        }
    }

    /// A plain client reads its answers in the order of its messages; a records client knows them
    /// by id.
    fn refuse(&mut self, ticket: Ticket, error: AskError, now: Instant) {
        match ticket {
            Ticket::Record(_) => self.fail(ticket, error, now),
            Ticket::Plain(_) => {
                if self.queue.push(Entry::Refused { ticket, error }) == Taken::Full {
                    self.queue.overflow(ticket);
                }
            }
        }
    }

    fn cancel(&mut self, ticket: Ticket, now: Instant) {
        if self.call.as_ref().is_some_and(|call| call.ticket == ticket) {
            self.call = None;
            self.context.publisher.set_state(self.guard.client.id, ClientState::Idle);
            self.fail(ticket, AskError::Cancelled, now);
        } else {
            // One that waits keeps its turn; one that was answered meanwhile needs nothing.
            let _waits = self.queue.cancel(ticket);
        }
    }
}
