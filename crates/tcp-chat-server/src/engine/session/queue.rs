//! The messages of one client that wait for their answers, in their order.

use std::collections::VecDeque;

use common::chat::{ErrorReason, MAX_WAITING};

use super::ticket::Ticket;
use crate::bot::AskError;

/// What is next.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Entry {
    /// To be asked.
    Ask { ticket: Ticket, text: String },
    /// To be answered with a failure, in its turn.
    Refused { ticket: Ticket, error: AskError },
    /// Plain messages that found the queue full.
    Overflow { ticket: Ticket, count: usize },
    /// The end: what was said before it is still answered.
    Fault { reason: ErrorReason, message: String },
}

impl Entry {
    fn ticket(&self) -> Option<Ticket> {
        match self {
            Self::Ask { ticket, .. } | Self::Refused { ticket, .. } | Self::Overflow { ticket, .. } => {
                Some(*ticket)
            }
            Self::Fault { .. } => None,
        }
    }
}

/// What became of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Taken {
    /// It waits; so many are asked before it, the one that is asked now not counted.
    Waiting { ahead: usize },
    /// There is no room for it.
    Full,
}

/// The queue.
#[derive(Debug, Default)]
pub(super) struct Queue {
    entries: VecDeque<Entry>,
}

impl Queue {
    pub(super) fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    pub(super) fn contains(&self, wanted: Ticket) -> bool {
        self.entries.iter().any(|entry| entry.ticket() == Some(wanted))
    }

    /// How many wait.
    pub(super) fn len(&self) -> usize {
        self.entries.len()
    }

    pub(super) fn pop(&mut self) -> Option<Entry> {
        let entry = self.entries.pop_front();
        if self.entries.is_empty() {
            // An idle client holds no memory.
            self.entries = VecDeque::new();
        }
        entry
    }

    /// Takes `entry` where there is room.
    pub(super) fn push(&mut self, entry: Entry) -> Taken {
        if self.entries.len() >= MAX_WAITING {
            return Taken::Full;
        }
        let ahead = self.entries.iter().filter(|entry| matches!(entry, Entry::Ask { .. })).count();
        self.entries.push_back(entry);
        Taken::Waiting { ahead }
    }

    /// Notes a plain message that found the queue full: many of them in a row get one answer.
    pub(super) fn overflow(&mut self, lost: Ticket) {
        match self.entries.back_mut() {
            Some(Entry::Overflow { count, .. }) => *count += 1,
            _ => self.entries.push_back(Entry::Overflow { ticket: lost, count: 1 }),
        }
    }

    /// Notes the end. There is always room for it: nothing comes after.
    pub(super) fn fault(&mut self, reason: ErrorReason, message: String) {
        self.entries.push_back(Entry::Fault { reason, message });
    }

    /// Makes the waiting message a refused one, which keeps its turn; `false`: it does not wait.
    pub(super) fn cancel(&mut self, wanted: Ticket) -> bool {
        let is_wanted = |entry: &&mut Entry| matches!(entry, Entry::Ask { ticket, .. } if *ticket == wanted);
        let Some(entry) = self.entries.iter_mut().find(is_wanted) else { return false };
        *entry = Entry::Refused { ticket: wanted, error: AskError::Cancelled };
        true
    }
}
