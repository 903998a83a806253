//! What was said, newest last, bounded.

use std::collections::VecDeque;

use chrono::{DateTime, FixedOffset};
use common::chat::MAX_REPLY_BYTES;

use crate::engine::{FailedReason, MessageId};

/// Entries that are kept.
pub const MAX_ENTRIES: usize = 5000;

/// Bytes of text that are kept.
pub const MAX_BYTES: usize = 4 * 1024 * 1024;

/// How far an own message has come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OwnState {
    /// On its way.
    Sending,
    /// So many messages are asked before it.
    Waiting(usize),
    /// The bot has it.
    Asking,
    /// The reply has begun.
    Answering,
    /// The reply is there.
    Answered,
    /// There will be no reply.
    Failed {
        /// Why.
        reason: FailedReason,
        /// Whether its text was sent again, as a new message.
        is_retried: bool,
    },
}

impl OwnState {
    /// Whether its answer is still to come.
    #[must_use]
    pub fn is_open(&self) -> bool {
        matches!(self, Self::Sending | Self::Waiting(_) | Self::Asking | Self::Answering)
    }

    /// In words.
    #[must_use]
    pub fn words(&self) -> String {
        match self {
            Self::Sending => "sending".to_owned(),
            Self::Waiting(ahead) => format!("waiting, {ahead} ahead"),
            Self::Asking => "asking".to_owned(),
            Self::Answering => "answering".to_owned(),
            Self::Answered => "answered".to_owned(),
            Self::Failed { reason, .. } => format!("failed, {}", reason.words()),
        }
    }
}

/// Who said what. Texts are as they were sent: escape them to show them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Body {
    /// About the connection.
    Note(String),
    /// By the user.
    Own {
        /// Its number.
        id: MessageId,
        /// What was said.
        text: String,
        /// How far it has come.
        state: OwnState,
    },
    /// By the server.
    Server {
        /// Who answered, where the server says so.
        bot: Option<String>,
        /// What was said so far.
        text: String,
        /// The message that this is the beginning of an answer to; `None` when it is whole.
        streams_for: Option<MessageId>,
    },
}

impl Body {
    /// What was said, as it was sent.
    #[must_use]
    pub fn text(&self) -> &str {
        match self {
            Self::Note(text) | Self::Own { text, .. } | Self::Server { text, .. } => text,
        }
    }
}

/// One entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Counts up from 0, without a gap.
    pub seq: u64,
    /// When it came.
    pub at: DateTime<FixedOffset>,
    /// Who said what.
    pub body: Body,
}

/// The newest entries.
#[derive(Debug, Default)]
pub struct Transcript {
    entries: VecDeque<Entry>,
    bytes: usize,
    next_seq: u64,
}

impl Transcript {
    /// The entries that are kept, oldest first.
    #[must_use]
    pub fn entries(&self) -> impl DoubleEndedIterator<Item = &Entry> + ExactSizeIterator {
        self.entries.iter()
    }

    /// Entries that were dropped to keep the bounds.
    #[must_use]
    pub fn dropped(&self) -> u64 {
        self.entries.front().map_or(self.next_seq, |oldest| oldest.seq)
    }

    /// Entries that ever came.
    #[must_use]
    pub fn total(&self) -> u64 {
        self.next_seq
    }

    /// The own message `id`, as it was sent.
    #[must_use]
    pub fn own_text(&self, id: MessageId) -> Option<&str> {
        self.entries.iter().rev().find_map(|entry| match &entry.body {
            Body::Own { id: own, text, .. } if *own == id => Some(text.as_str()),
            _ => None,
        })
    }

    pub(crate) fn push(&mut self, at: DateTime<FixedOffset>, body: Body) {
        self.bytes += body.text().len();
        self.entries.push_back(Entry { seq: self.next_seq, at, body });
        self.next_seq += 1;
        self.drop_oldest();
    }

    /// Changes the state of an own message, where that is still kept.
    pub(crate) fn set_state(&mut self, id: MessageId, state: OwnState) {
        if let Some((_, own)) = self.own_states().rev().find(|(own, _)| *own == id) {
            *own = state;
        }
    }

    /// The states of the own messages, oldest first.
    pub(crate) fn own_states(&mut self) -> impl DoubleEndedIterator<Item = (MessageId, &mut OwnState)> {
        self.entries.iter_mut().filter_map(|entry| match &mut entry.body {
            Body::Own { id, state, .. } => Some((*id, state)),
            Body::Note(_) | Body::Server { .. } => None,
        })
    }

    /// Adds to the reply that streams for `id`.
    pub(crate) fn stream(&mut self, at: DateTime<FixedOffset>, id: MessageId, piece: &str) {
        match self.streaming(id) {
            // The whole reply follows: what is over its limit is not kept until then.
            Some((_, text)) if text.len() + piece.len() > MAX_REPLY_BYTES => (),
            Some((_, text)) => {
                text.push_str(piece);
                self.bytes += piece.len();
                self.drop_oldest();
            }
            None => {
                let body = Body::Server { bot: None, text: piece.to_owned(), streams_for: Some(id) };
                self.push(at, body);
            }
        }
    }

    /// The reply to `id` is whole; it takes the place of what has streamed.
    pub(crate) fn reply(
        &mut self,
        at: DateTime<FixedOffset>,
        id: MessageId,
        by: Option<String>,
        whole: String,
    ) {
        match self.streaming(id) {
            Some((bot, text)) => {
                let before = text.len();
                let after = whole.len();
                (*bot, *text) = (by, whole);
                self.bytes = self.bytes - before + after;
                self.end_stream(id);
                self.drop_oldest();
            }
            None => self.push(at, Body::Server { bot: by, text: whole, streams_for: None }),
        }
    }

    /// Nothing more will stream for `id`.
    pub(crate) fn end_stream(&mut self, id: MessageId) {
        for entry in &mut self.entries {
            if let Body::Server { streams_for, .. } = &mut entry.body {
                streams_for.take_if(|own| *own == id);
            }
        }
    }

    fn streaming(&mut self, id: MessageId) -> Option<(&mut Option<String>, &mut String)> {
        self.entries.iter_mut().rev().find_map(|entry| match &mut entry.body {
            Body::Server { bot, text, streams_for: Some(own) } if *own == id => Some((bot, text)),
            _ => None,
        })
    }

    fn drop_oldest(&mut self) {
        while self.entries.len() > MAX_ENTRIES || (self.bytes > MAX_BYTES && self.entries.len() > 1) {
            let Some(oldest) = self.entries.pop_front() else { return };
            self.bytes -= oldest.body.text().len();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at() -> DateTime<FixedOffset> {
        DateTime::parse_from_rfc3339("2026-11-22T14:01:00+01:00").unwrap()
    }

    fn server(text: String) -> Body {
        Body::Server { bot: None, text, streams_for: None }
    }

    #[test]
    fn only_the_newest_entries_are_kept() {
        let mut transcript = Transcript::default();
        (0..MAX_ENTRIES + 3).for_each(|n| transcript.push(at(), server(n.to_string())));
        assert_eq!((transcript.entries().len(), transcript.dropped()), (MAX_ENTRIES, 3));
        assert_eq!(transcript.entries().next().unwrap().body.text(), "3");
    }

    #[test]
    fn only_so_many_bytes_are_kept() {
        let mut transcript = Transcript::default();
        for _ in 0..100 {
            transcript.push(at(), server("x".repeat(64 * 1024)));
        }
        assert_eq!((transcript.bytes, transcript.entries().len()), (MAX_BYTES, 64));
        let id = MessageId(1);
        for _ in 0..10 {
            transcript.stream(at(), id, &"y".repeat(64 * 1024));
        }
        assert_eq!(transcript.bytes, MAX_BYTES);
        assert_eq!(transcript.entries().last().unwrap().body.text().len(), MAX_REPLY_BYTES);
        transcript.reply(at(), id, None, "whole".to_owned());
        assert_eq!(transcript.entries().last().unwrap().body, server("whole".to_owned()));
        let held: usize = transcript.entries().map(|entry| entry.body.text().len()).sum();
        assert_eq!(transcript.bytes, held);
    }
}
