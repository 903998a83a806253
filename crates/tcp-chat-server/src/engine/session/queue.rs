//! The requests of one client that wait for their turn, in order.

use std::collections::VecDeque;

use common::chat::MAX_WAITING;

use super::super::budget::Share;
use super::outbox::ReplyTo;
use crate::bot::AskError;

/// A request that waits.
#[derive(Debug)]
pub(super) struct QueuedRequest {
    pub(super) reply_to: ReplyTo,
    /// What the bots are to be asked, or what is answered without them.
    pub(super) text: Result<Text, AskError>,
}

/// A text, and the memory that it takes.
#[derive(Debug)]
pub(super) struct Text {
    pub(super) text: String,
    pub(super) share: Share,
}

#[derive(Debug, Default)]
pub(super) struct Queue {
    entries: VecDeque<QueuedRequest>,
}

impl Queue {
    pub(super) fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    pub(super) fn len(&self) -> usize {
        self.entries.len()
    }

    /// How many of those that wait are questions to the bots.
    pub(super) fn to_ask(&self) -> usize {
        self.entries.iter().filter(|entry| entry.text.is_ok()).count()
    }

    pub(super) fn contains(&self, reply_to: ReplyTo) -> bool {
        self.entries.iter().any(|entry| entry.reply_to == reply_to)
    }

    /// Takes `entry` where there is room; `false`: the queue is full. The messages of a plain client that
    /// find the queue full are counted, and get one answer in their turn.
    pub(super) fn push(&mut self, entry: QueuedRequest) -> bool {
        let QueuedRequest { reply_to, .. } = entry;
        if self.entries.len() < MAX_WAITING {
            self.entries.push_back(entry);
            return true;
        }
        if let Some(QueuedRequest { text: Err(AskError::QueueOverflow { count, .. }), .. }) =
            self.entries.back_mut()
        {
            *count += 1;
        } else if let ReplyTo::Plain(_) = reply_to {
            let text = Err(AskError::QueueOverflow { max: MAX_WAITING, count: 1 });
            self.entries.push_back(QueuedRequest { reply_to, text });
        }
        false
    }

    pub(super) fn pop(&mut self) -> Option<QueuedRequest> {
        let entry = self.entries.pop_front();
        if self.entries.is_empty() {
            // An idle client holds no memory.
            self.entries = VecDeque::new();
        }
        entry
    }

    /// Has a question that waits answered as cancelled in its turn; one that was answered meanwhile needs
    /// nothing.
    pub(super) fn cancel(&mut self, reply_to: ReplyTo) {
        if let Some(entry) = self.entries.iter_mut().find(|entry| entry.reply_to == reply_to) {
            entry.text = Err(AskError::Cancelled);
        }
    }
}
