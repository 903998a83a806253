//! What was said, newest last, bounded.

use std::borrow::Cow;
use std::collections::VecDeque;

use chrono::{DateTime, FixedOffset};
use common::chat::MAX_REPLY_BYTES;

use crate::engine::{DisconnectReason, FailedReason, MessageId};
use crate::words;

/// Entries that are kept.
pub const MAX_ENTRIES: usize = 5000;

/// Bytes of text that are kept.
pub const MAX_BYTES: usize = 8 * 1024 * 1024;

/// How far an own message has come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OwnState {
    /// There is no connection.
    Unsent {
        /// Whether it goes out when there is one.
        is_wanted: bool,
    },
    /// The user does not want to send it any more.
    Discarded,
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
    /// Whether it was sent, and its answer is still to come.
    #[must_use]
    pub fn is_open(&self) -> bool {
        matches!(self, Self::Sending | Self::Waiting(_) | Self::Asking | Self::Answering)
    }
}

/// What happened to the connection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Note {
    /// It can be chatted.
    Ready,
    /// The connection to the address is lost.
    Lost(String, DisconnectReason),
    /// The user ended the connection to the address.
    Left(String),
}

/// Who said what. Texts are as they were sent: escape them to show them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Body {
    /// About the connection.
    Note(Note),
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
    /// What was said, as it was sent; a note in the language of this thread.
    #[must_use]
    pub fn text(&self) -> Cow<'_, str> {
        match self {
            Self::Note(note) => Cow::Owned(words::note(note)),
            Self::Own { text, .. } | Self::Server { text, .. } => Cow::Borrowed(text),
        }
    }

    fn len(&self) -> usize {
        match self {
            Self::Note(_) => 0,
            Self::Own { text, .. } | Self::Server { text, .. } => text.len(),
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
    /// How often its text has become another one. To grow is not counted.
    pub revision: u32,
}

/// The newest entries.
#[derive(Debug, Default)]
pub struct Transcript {
    entries: VecDeque<Entry>,
    bytes: usize,
    next_seq: u64,
    /// Those before it are cleared away; their messages still run.
    cleared: u64,
}

impl Transcript {
    /// The entries that are to be seen, oldest first.
    #[must_use]
    pub fn entries(&self) -> impl DoubleEndedIterator<Item = &Entry> + ExactSizeIterator {
        let hidden = self.first().saturating_sub(self.dropped());
        self.entries.range(usize::try_from(hidden).unwrap_or(usize::MAX).min(self.entries.len())..)
    }

    /// The entry of that number, if it is to be seen.
    #[must_use]
    pub fn entry(&self, seq: u64) -> Option<&Entry> {
        let index = seq.checked_sub(self.first())?;
        self.entries().nth(usize::try_from(index).ok()?)
    }

    /// The first number that is to be seen.
    #[must_use]
    pub fn first(&self) -> u64 {
        self.dropped().max(self.cleared)
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

    /// Takes all entries out of view.
    pub fn clear(&mut self) {
        self.cleared = self.next_seq;
    }

    /// Brings back what was cleared away.
    pub fn undo_clear(&mut self) {
        self.cleared = 0;
    }

    /// Whether something is cleared away that can be brought back.
    #[must_use]
    pub fn is_cleared(&self) -> bool {
        self.cleared > self.dropped()
    }

    /// The own message `id`, as it was sent.
    #[must_use]
    pub fn own_text(&self, id: MessageId) -> Option<&str> {
        self.own().rev().find_map(|(own, text, _)| (own == id).then_some(text))
    }

    /// The own messages, oldest first, cleared away or not.
    #[must_use]
    pub fn own(&self) -> impl DoubleEndedIterator<Item = (MessageId, &str, &OwnState)> {
        self.entries.iter().filter_map(|entry| match &entry.body {
            Body::Own { id, text, state } => Some((*id, text.as_str(), state)),
            Body::Note(_) | Body::Server { .. } => None,
        })
    }

    /// The own messages that were not sent, and when they were written.
    pub fn unsent(&self) -> impl Iterator<Item = (&str, DateTime<FixedOffset>)> {
        self.entries.iter().filter_map(|entry| match &entry.body {
            Body::Own { text, state: OwnState::Unsent { .. }, .. } => Some((text.as_str(), entry.at)),
            _ => None,
        })
    }

    pub(crate) fn push(&mut self, at: DateTime<FixedOffset>, body: Body) {
        self.bytes += body.len();
        self.entries.push_back(Entry { seq: self.next_seq, at, body, revision: 0 });
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
            Some((_, text, _)) if text.len() + piece.len() > MAX_REPLY_BYTES => (),
            Some((_, text, _)) => {
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
            Some((bot, text, revision)) => {
                let before = text.len();
                let after = whole.len();
                *revision += u32::from(!whole.starts_with(text.as_str()));
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

    fn streaming(&mut self, id: MessageId) -> Option<(&mut Option<String>, &mut String, &mut u32)> {
        self.entries.iter_mut().rev().find_map(|entry| match &mut entry.body {
            Body::Server { bot, text, streams_for: Some(own) } if *own == id => {
                Some((bot, text, &mut entry.revision))
            }
            _ => None,
        })
    }

    fn drop_oldest(&mut self) {
        while self.entries.len() > MAX_ENTRIES || (self.bytes > MAX_BYTES && self.entries.len() > 1) {
            let Some(oldest) = self.entries.pop_front() else { return };
            self.bytes -= oldest.body.len();
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

    fn texts(transcript: &Transcript) -> Vec<String> {
        transcript.entries().map(|entry| entry.body.text().into_owned()).collect()
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
        for _ in 0..200 {
            transcript.push(at(), server("x".repeat(64 * 1024)));
        }
        assert_eq!((transcript.bytes, transcript.entries().len()), (MAX_BYTES, 128));
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

    #[test]
    fn what_is_cleared_away_comes_back_with_what_has_become_of_it() {
        let mut transcript = Transcript::default();
        let (id, state) = (MessageId(1), OwnState::Sending);
        transcript.push(at(), Body::Own { id, text: "asked".to_owned(), state });
        transcript.clear();
        assert_eq!((texts(&transcript).len(), transcript.is_cleared()), (0, true));
        transcript.set_state(id, OwnState::Answered);
        transcript.push(at(), server("answer".to_owned()));
        assert_eq!(texts(&transcript), ["answer"]);
        assert_eq!(transcript.entry(1).map(|entry| entry.seq), Some(1));
        assert!(transcript.entry(0).is_none() && transcript.entry(2).is_none());
        transcript.undo_clear();
        assert_eq!(texts(&transcript), ["asked", "answer"]);
        assert_eq!(transcript.own().next(), Some((id, "asked", &OwnState::Answered)));
        assert!(!transcript.is_cleared());
    }

    #[test]
    fn a_text_that_only_grows_is_the_same_text() {
        let mut transcript = Transcript::default();
        let id = MessageId(1);
        let revision = |transcript: &Transcript| transcript.entries().last().unwrap().revision;
        transcript.stream(at(), id, "ab");
        transcript.stream(at(), id, "c");
        transcript.reply(at(), id, None, "abcd".to_owned());
        assert_eq!(revision(&transcript), 0);
        transcript.stream(at(), id, "ab");
        transcript.reply(at(), id, None, "other".to_owned());
        assert_eq!(revision(&transcript), 1);
    }
}
