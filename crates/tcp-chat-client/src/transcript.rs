//! The conversation, in bounded memory.

use std::borrow::Cow;
use std::collections::VecDeque;

use chrono::{DateTime, FixedOffset};
use common::chat::MAX_REPLY_BYTES;
use common::encoding::Encoding;
use common::text::escape_line;
use common::texts::sentence;
use common::tr;
use serde::Serialize;

use crate::engine::{DisconnectReason, FailedReason, MessageId, Target};

/// Entries that are kept.
pub const MAX_ENTRIES: usize = 5000;

/// Bytes of text that are kept.
pub(crate) const MAX_BYTES: usize = 8 * 1024 * 1024;

/// How far an own message has come.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename = "tcp-chat-client-state")]
pub(crate) enum OwnState {
    /// There is no connection; `is_wanted`: it goes out when there is one.
    Unsent {
        is_wanted: bool,
    },
    /// The user does not want to send it any more.
    Discarded,
    Sending,
    /// `ahead` messages are asked before it.
    Waiting {
        ahead: usize,
    },
    /// The bot has it.
    Asking,
    /// The bot has it, and thinks aloud.
    Thinking,
    /// The reply has begun.
    Answering,
    Answered,
    /// There will be no reply.
    Failed {
        reason: FailedReason,
        /// Whether its text was sent again, as a new message.
        is_retried: bool,
    },
}

impl OwnState {
    /// Whether it was not sent, or there will be no reply.
    pub(crate) fn is_bad(&self) -> bool {
        matches!(self, Self::Unsent { .. } | Self::Discarded | Self::Failed { .. })
    }

    /// Whether it was sent, and its answer is still to come.
    pub(crate) fn is_open(&self) -> bool {
        matches!(self, Self::Sending | Self::Waiting { .. } | Self::Asking | Self::Thinking | Self::Answering)
    }
}

/// What happened to the connection.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename = "tcp-chat-client-note")]
pub(crate) enum Note {
    /// Messages can be sent.
    Ready,
    /// What a plain server answered to the hello is left out.
    GreetingAnswered { bytes: usize },
    /// A plain server writes so, and is written to so.
    Encoding { encoding: Encoding },
    /// The user ended the connection.
    Left { address: Target },
    #[serde(untagged)]
    Lost(DisconnectReason),
}

/// Who said what. Texts are as they were sent: escape them to show them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Body {
    /// About the connection.
    Note(Note),
    /// By the user.
    Own {
        id: MessageId,
        text: String,
        state: OwnState,
        /// The address of the server that it was written for, where that is known.
        to: Option<String>,
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
    pub(crate) fn text(&self) -> Cow<'_, str> {
        match self {
            Self::Note(note) => Cow::Owned(sentence(note)),
            Self::Own { text, .. } | Self::Server { text, .. } => Cow::Borrowed(text),
        }
    }

    /// Who said it, for people.
    pub(crate) fn speaker(&self) -> Cow<'_, str> {
        match self {
            Self::Server { bot: Some(bot), .. } => escape_line(bot),
            Self::Server { bot: None, .. } => tr!("tcp-chat-client-server").into(),
            Self::Own { .. } | Self::Note(_) => tr!("tcp-chat-client-you").into(),
        }
    }

    fn is_unsent(&self) -> bool {
        matches!(self, Self::Own { state: OwnState::Unsent { .. }, .. })
    }

    /// Bytes of what was said; notes have none.
    pub(crate) fn len(&self) -> usize {
        match self {
            Self::Note(_) => 0,
            Self::Own { text, .. } | Self::Server { text, .. } => text.len(),
        }
    }
}

/// One entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Entry {
    /// Counts up from 0, without a gap.
    pub(crate) seq: u64,
    /// When it came.
    pub(crate) at: DateTime<FixedOffset>,
    /// Who said what.
    pub(crate) body: Body,
    /// How often its text was replaced. Growing is not counted.
    pub(crate) revision: u32,
}

/// An own message that was not sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct UnsentMessage<'a> {
    pub(crate) id: MessageId,
    pub(crate) text: &'a str,
    /// The address of the server that it was written for, where that is known.
    pub(crate) to: Option<&'a str>,
    /// When it was written.
    pub(crate) at: DateTime<FixedOffset>,
    /// Whether it goes out when there is a connection.
    pub(crate) is_wanted: bool,
}

/// The newest entries, and those that were not sent.
#[derive(Debug, Default)]
pub(crate) struct Transcript {
    entries: VecDeque<Entry>,
    bytes: usize,
    next_seq: u64,
    /// How many entries were kept by making them the newest instead of dropping them.
    moved: u64,
    /// Entries before this number are out of view. Their open messages go on; those that were not sent are neither sent nor kept
    /// unless the clearing is undone.
    cleared: u64,
}

impl Transcript {
    /// The entries in view, oldest first.
    pub(crate) fn entries(&self) -> impl DoubleEndedIterator<Item = &Entry> + ExactSizeIterator {
        let hidden = self.first().saturating_sub(self.front());
        self.entries.range(usize::try_from(hidden).unwrap_or(usize::MAX).min(self.entries.len())..)
    }

    /// Whether nobody has said anything, as far as is in view.
    pub(crate) fn is_silent(&self) -> bool {
        self.entries().all(|entry| matches!(entry.body, Body::Note(_)))
    }

    /// The entry of that number, if it is in view.
    pub(crate) fn entry(&self, seq: u64) -> Option<&Entry> {
        let index = seq.checked_sub(self.first())?;
        self.entries().nth(usize::try_from(index).ok()?)
    }

    /// The first number that is in view.
    pub(crate) fn first(&self) -> u64 {
        self.front().max(self.cleared)
    }

    /// Entries that were dropped to keep the bounds.
    pub(crate) fn dropped(&self) -> u64 {
        self.front() - self.moved
    }

    /// The first number that is kept, in view or not.
    fn front(&self) -> u64 {
        self.entries.front().map_or(self.next_seq, |oldest| oldest.seq)
    }

    /// How many entries there ever were.
    pub(crate) fn total(&self) -> u64 {
        self.next_seq
    }

    /// Takes all entries out of view.
    pub(crate) fn clear(&mut self) {
        self.cleared = self.next_seq;
    }

    /// Brings back what was cleared away.
    pub(crate) fn undo_clear(&mut self) {
        self.cleared = 0;
    }

    /// How many messages that were not sent are cleared away, and will not be unless that is undone.
    pub(crate) fn cleared_unsent(&self) -> usize {
        let cleared = self.entries.iter().take_while(|entry| entry.seq < self.cleared);
        cleared.filter(|entry| entry.body.is_unsent()).count()
    }

    /// Whether something is cleared away that can be brought back.
    pub(crate) fn is_cleared(&self) -> bool {
        self.cleared > self.front()
    }

    /// The text of the own message `id`.
    pub(crate) fn own_text(&self, id: MessageId) -> Option<&str> {
        self.own().rev().find_map(|(own, text, _)| (own == id).then_some(text))
    }

    /// The own messages, oldest first, cleared away or not.
    pub(crate) fn own(&self) -> impl DoubleEndedIterator<Item = (MessageId, &str, &OwnState)> + Clone {
        self.entries.iter().filter_map(|entry| match &entry.body {
            Body::Own { id, text, state, .. } => Some((*id, text.as_str(), state)),
            Body::Note(_) | Body::Server { .. } => None,
        })
    }

    /// The own messages in view that were not sent, in the order in which they were written.
    pub(crate) fn unsent(&self) -> Vec<UnsentMessage<'_>> {
        let waiting = |entry| match entry {
            &Entry {
                at,
                body: Body::Own { id, ref text, state: OwnState::Unsent { is_wanted }, ref to },
                ..
            } => Some(UnsentMessage { id, text, to: to.as_deref(), at, is_wanted }),
            _ => None,
        };
        let mut unsent: Vec<_> = self.entries().filter_map(waiting).collect();
        unsent.sort_by_key(|waiting| waiting.id);
        unsent
    }

    pub(crate) fn push(&mut self, at: DateTime<FixedOffset>, body: Body) {
        self.bytes += body.len();
        self.entries.push_back(Entry { seq: self.next_seq, at, body, revision: 0 });
        self.next_seq += 1;
        self.drop_oldest();
    }

    /// Changes the state of an own message, if it is still kept.
    pub(crate) fn set_state(&mut self, id: MessageId, state: OwnState) {
        if let Some((_, own)) = self.own_states().rev().find(|(own, _)| *own == id) {
            *own = state;
        }
    }

    /// Addresses an own message to another server.
    pub(crate) fn readdress(&mut self, id: MessageId, address: Option<String>) {
        let to = self.entries.iter_mut().rev().find_map(|entry| match &mut entry.body {
            Body::Own { id: own, to, .. } if *own == id => Some(to),
            _ => None,
        });
        if let Some(to) = to {
            *to = address;
        }
    }

    /// The states of the own messages, oldest first.
    pub(crate) fn own_states(&mut self) -> impl DoubleEndedIterator<Item = (MessageId, &mut OwnState)> {
        self.entries.iter_mut().filter_map(|entry| match &mut entry.body {
            Body::Own { id, state, .. } => Some((*id, state)),
            Body::Note(_) | Body::Server { .. } => None,
        })
    }

    /// Adds to the reply that streams for `id`, and is of the bot that its first piece names.
    pub(crate) fn stream(
        &mut self,
        at: DateTime<FixedOffset>,
        id: MessageId,
        bot: Option<String>,
        piece: String,
    ) {
        match self.streaming(id) {
            // The whole reply follows: what is over its limit is not kept until then.
            Some((_, text, _)) if text.len() + piece.len() > MAX_REPLY_BYTES => (),
            Some((_, text, _)) => {
                text.push_str(&piece);
                self.bytes += piece.len();
                self.drop_oldest();
            }
            None => self.push(at, Body::Server { bot, text: piece, streams_for: Some(id) }),
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

    /// Keeps the bounds. A message that was not sent must not be lost: it becomes the newest entry instead of being
    /// dropped. The model keeps far fewer of them than the bounds allow.
    fn drop_oldest(&mut self) {
        let mut moves_left = self.entries.len();
        while self.entries.len() > MAX_ENTRIES || (self.bytes > MAX_BYTES && self.entries.len() > 1) {
            let is_kept = |oldest: &Entry| oldest.body.is_unsent() && oldest.seq >= self.cleared;
            let is_unsent = self.entries.front().is_some_and(is_kept);
            if is_unsent && moves_left == 0 {
                return;
            }
            let Some(oldest) = self.entries.pop_front() else { return };
            if is_unsent {
                moves_left -= 1;
                self.moved += 1;
                self.entries.push_back(Entry { seq: self.next_seq, ..oldest });
                self.next_seq += 1;
            } else {
                self.bytes -= oldest.body.len();
            }
        }
    }
}

#[cfg(test)]
mod tests;
