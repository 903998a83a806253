//! Granting what a client wants, or saying why not.

use common::chat::{ErrorReason, FailReason, MAX_TEXT_BYTES, MAX_WAITING, PROTOCOL, ServerRecord};
use tokio::time::Instant;

use super::ANSWER_GRACE;
use super::inbox::Wish;
use super::queue::{Entry, Taken};
use super::talk::Session;
use super::ticket::Ticket;
use crate::engine::{ClientState, Excerpt};

pub(super) const STOPPING: &str = "the server stops";

const CANCELLED: &str = "taken back by the client";

impl Session {
    /// The server stops: what is asked gets some more time, nothing new is taken.
    pub(super) fn stop(&mut self, now: Instant) {
        if self.inbox.is_records() {
            let message = STOPPING.to_owned();
            self.outbox.push(&ServerRecord::Goodbye { message }.encode(), now);
        } else {
            // What a plain client was about to say was said before.
            let wishes = self.inbox.end();
            self.grant(wishes, now);
        }
        self.stopping = Some(now + ANSWER_GRACE);
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
                Wish::Ask { ticket, .. } if self.stopping.is_some() => {
                    self.refuse(ticket, FailReason::Stopping, STOPPING.to_owned(), now);
                }
                Wish::Ask { ticket, text } => self.take(ticket, text, now),
                Wish::Refuse { ticket, reason, message } => self.refuse(ticket, reason, message, now),
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
            bot: self.desk.chain.names().next().unwrap_or_default().to_owned(),
            max_text_bytes: MAX_TEXT_BYTES,
        };
        self.outbox.push(&welcome.encode(), now);
    }

    fn take(&mut self, ticket: Ticket, text: String, now: Instant) {
        let shown = Excerpt::new(&text);
        match (self.queue.push(Entry::Ask { ticket, text }), ticket) {
            (Taken::Waiting { ahead }, ticket) => {
                self.desk.reporter.asked(self.presence.client, shown);
                if let Ticket::Record(id) = ticket {
                    let ahead = ahead + usize::from(self.call.is_some());
                    self.outbox.push(&ServerRecord::Accepted { id, ahead }.encode(), now);
                }
            }
            (Taken::Full, Ticket::Plain(_)) => self.queue.overflow(ticket),
            (Taken::Full, Ticket::Record(_)) => {
                let message = format!("{MAX_WAITING} messages wait already, this one was not taken");
                self.fail(ticket, FailReason::TooManyWaiting, &message, now);
            }
        }
    }

    /// A plain client reads its answers in the order of its messages; a records client knows them
    /// by id.
    fn refuse(&mut self, ticket: Ticket, reason: FailReason, message: String, now: Instant) {
        match ticket {
            Ticket::Record(_) => self.fail(ticket, reason, &message, now),
            Ticket::Plain(_) => {
                if self.queue.push(Entry::Refused { ticket, reason, message }) == Taken::Full {
                    self.queue.overflow(ticket);
                }
            }
        }
    }

    fn cancel(&mut self, ticket: Ticket, now: Instant) {
        if self.call.as_ref().is_some_and(|call| call.ticket == ticket) {
            self.call = None;
            self.desk.reporter.state(self.presence.client.id, ClientState::Idle);
            self.fail(ticket, FailReason::Cancelled, CANCELLED, now);
        } else {
            // One that waits keeps its turn; one that was answered meanwhile needs nothing.
            let _waits = self.queue.cancel(ticket, CANCELLED);
        }
    }
}
