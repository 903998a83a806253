//! What the window shows.

mod unsent;

use chrono::{DateTime, FixedOffset, TimeDelta};
use common::chat::{Dialect, MAX_TEXT_BYTES};

use crate::engine::{DisconnectReason, Event, FailedReason, MessageId, Target};
use crate::transcript::{Body, Note, OwnState, Transcript};

/// Messages that may wait for a connection.
pub const MAX_UNSENT: usize = 100;

/// Of those that waited for the connection, so many are at the server at a time.
const MAX_OPEN_OF_UNSENT: usize = 8;

/// Where the connection stands.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Link {
    /// Nothing is wanted.
    #[default]
    Off,
    /// An attempt is under way.
    Connecting {
        /// Where.
        target: Target,
        /// Counts from 1.
        attempt: u32,
    },
    /// Somebody listens there.
    Reached {
        /// Where.
        target: Target,
    },
    /// Ready to chat.
    Online {
        /// Where.
        target: Target,
        /// How.
        dialect: Dialect,
        /// Who answers, as the server said at first.
        bot: Option<String>,
        /// Who gave the newest reply, where the server says so.
        newest_bot: Option<String>,
        /// Longest message that can be sent.
        max_text_bytes: usize,
    },
    /// The next attempt comes by itself.
    Waiting {
        /// Where.
        target: Target,
        /// Why there is no connection.
        reason: DisconnectReason,
        /// When the next attempt begins.
        retry_at: DateTime<FixedOffset>,
    },
    /// There is no connection, and none is sought: the user is asked.
    Failed {
        /// Where.
        target: Target,
        /// Why.
        reason: DisconnectReason,
    },
}

/// Why a text is not sent. It is kept.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// There is nothing in it.
    #[error("a blank message is not sent")]
    Blank,
    /// Over the limit.
    #[error("the message has {len} bytes, the limit is {max}")]
    TooLong {
        /// Bytes it has.
        len: usize,
        /// Bytes that are allowed.
        max: usize,
    },
    /// Too many messages wait for a connection.
    #[error("too many messages wait for the connection, your text is kept")]
    TooManyUnsent,
    /// The engine has too much to do.
    #[error("busy, your text is kept, try again")]
    Busy,
}

/// What becomes of a new message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// It can be sent at once.
    Send(MessageId),
    /// It waits for the connection, or behind those that do.
    Keep(MessageId),
}

/// The chat.
#[derive(Debug, Default)]
pub struct Model {
    link: Link,
    transcript: Transcript,
    last_id: u64,
    /// Whether what is said without a connection goes out by itself when there is one.
    is_sending_unsent: bool,
    /// The server that the engine was told to connect to last, where it was.
    aim: Option<String>,
}

impl Model {
    /// Where the connection stands.
    #[must_use]
    pub fn link(&self) -> &Link {
        &self.link
    }

    /// What was said.
    #[must_use]
    pub fn transcript(&self) -> &Transcript {
        &self.transcript
    }

    /// The same, to clear it.
    pub fn transcript_mut(&mut self) -> &mut Transcript {
        &mut self.transcript
    }

    /// Whether what is said from now on without a connection goes out by itself when there is one.
    pub fn send_unsent(&mut self, is_wished: bool) {
        self.is_sending_unsent = is_wished;
    }

    /// Whether a connection is wanted: it is there, or being sought.
    #[must_use]
    pub fn is_active(&self) -> bool {
        !matches!(self.link, Link::Off | Link::Failed { .. })
    }

    /// Whether something can be said.
    #[must_use]
    pub fn can_send(&self) -> bool {
        // Not to the server that is just being left.
        let is_there = |target: &Target| self.aim.as_ref().is_none_or(|aim| *aim == target.to_string());
        matches!(&self.link, Link::Reached { target } | Link::Online { target, .. } if is_there(target))
    }

    /// Whether a message in that state can be taken back: a plain server takes back nothing, but
    /// the message may not be there yet.
    #[must_use]
    pub fn can_stop(&self, state: &OwnState) -> bool {
        match self.link {
            Link::Online { dialect: Dialect::Records, .. } => state.is_open(),
            Link::Online { dialect: Dialect::Plain, .. } => matches!(state, OwnState::Waiting(_)),
            _ => false,
        }
    }

    /// Where the connection goes, or went.
    #[must_use]
    pub fn target(&self) -> Option<&Target> {
        match &self.link {
            Link::Off => None,
            Link::Connecting { target, .. }
            | Link::Reached { target }
            | Link::Online { target, .. }
            | Link::Waiting { target, .. }
            | Link::Failed { target, .. } => Some(target),
        }
    }

    /// The bot that the server named.
    #[must_use]
    pub fn bot(&self) -> Option<&str> {
        match &self.link {
            Link::Online { bot, .. } => bot.as_deref(),
            _ => None,
        }
    }

    /// Longest message that can be sent.
    #[must_use]
    pub fn max_text_bytes(&self) -> usize {
        match &self.link {
            Link::Online { max_text_bytes, .. } => *max_text_bytes,
            _ => MAX_TEXT_BYTES,
        }
    }

    /// Own messages whose answer is still to come.
    #[must_use]
    pub fn open(&self) -> usize {
        self.transcript.own().filter(|(_, _, state)| state.is_open()).count()
    }

    /// Own texts, newest first, each once in a row.
    pub fn said_before(&self) -> impl Iterator<Item = &str> {
        let mut own: Vec<_> = self.transcript.own().map(|(id, text, _)| (id, text)).collect();
        own.sort_by_key(|(id, _)| std::cmp::Reverse(*id));
        let mut newer = None;
        own.into_iter().map(|(_, text)| text).filter(move |text| newer.replace(*text) != Some(*text))
    }

    /// What is to be done with a new message of `text`.
    ///
    /// # Errors
    /// Why nothing can be done.
    pub fn next_message(&self, text: &str) -> Result<Way, Refusal> {
        let (len, max) = (text.len(), self.max_text_bytes());
        let id = MessageId(self.last_id + 1);
        if text.trim().is_empty() {
            Err(Refusal::Blank)
        } else if len > max {
            Err(Refusal::TooLong { len, max })
        } else if self.can_send() && !self.is_draining() {
            Ok(Way::Send(id))
        } else if self.unsent().count() < MAX_UNSENT {
            Ok(Way::Keep(id))
        } else {
            Err(Refusal::TooManyUnsent)
        }
    }

    /// The engine has taken the message.
    pub fn said(&mut self, id: MessageId, text: String, at: DateTime<FixedOffset>) {
        self.own(id, text, at, OwnState::Sending);
    }

    fn own(&mut self, id: MessageId, text: String, at: DateTime<FixedOffset>, state: OwnState) {
        let to = self.address();
        self.last_id = id.0;
        self.transcript.push(at, Body::Own { id, text, state, to });
    }

    /// The text of a failed message was sent again.
    pub fn retried(&mut self, id: MessageId) {
        for (own, state) in self.transcript.own_states() {
            if let OwnState::Failed { is_retried, .. } = state {
                *is_retried |= own == id;
            }
        }
    }

    /// No connection is sought any more.
    pub fn give_up(&mut self) {
        if let Link::Waiting { target, reason, .. } = std::mem::take(&mut self.link) {
            self.link = Link::Failed { target, reason };
        }
    }

    /// Something has happened.
    pub fn apply(&mut self, event: Event, at: DateTime<FixedOffset>) {
        match event {
            Event::Connecting { target, attempt } => self.link = Link::Connecting { target, attempt },
            Event::Reached { target } => self.link = Link::Reached { target },
            Event::Connected { target, dialect, bot, max_text_bytes, .. } => {
                self.link = Link::Online { target, dialect, bot, newest_bot: None, max_text_bytes };
                self.transcript.push(at, Body::Note(Note::Ready));
            }
            Event::Retrying { target, reason, retry_in, .. } => {
                if matches!(self.link, Link::Online { .. }) {
                    self.transcript.push(at, Body::Note(Note::Lost(target.to_string(), reason.clone())));
                }
                let retry_in = TimeDelta::from_std(retry_in).unwrap_or_default();
                self.link = Link::Waiting { target, reason, retry_at: at + retry_in };
            }
            Event::Disconnected { target } => {
                if matches!(self.link, Link::Online { .. }) {
                    self.transcript.push(at, Body::Note(Note::Left(target.to_string())));
                }
                if !matches!(self.link, Link::Failed { .. }) {
                    self.link = Link::Off;
                }
            }
            Event::GreetingAnswered { .. } => (),
            Event::Accepted { id, ahead } => {
                let state = if ahead == 0 { OwnState::Asking } else { OwnState::Waiting(ahead) };
                self.transcript.set_state(id, state);
            }
            Event::Part { id, text } => {
                self.transcript.set_state(id, OwnState::Answering);
                self.transcript.stream(at, id, &text);
            }
            Event::Reply { id, bot, text } => self.replied(at, id, bot, text),
            Event::Failed { id, reason } => self.failed(id, reason),
        }
    }

    fn replied(
        &mut self,
        at: DateTime<FixedOffset>,
        id: Option<MessageId>,
        bot: Option<String>,
        text: String,
    ) {
        if let Link::Online { newest_bot, .. } = &mut self.link {
            newest_bot.clone_from(&bot);
        }
        match id {
            Some(id) => {
                self.ended(id, OwnState::Answered);
                self.transcript.reply(at, id, bot, text);
            }
            None => self.transcript.push(at, Body::Server { bot, text, streams_for: None }),
        }
    }

    fn failed(&mut self, id: MessageId, reason: FailedReason) {
        self.ended(
            id,
            match reason {
                // The connection ended just before: it can be sent when there is one.
                FailedReason::NotConnected => OwnState::Unsent { is_wanted: self.is_sending_unsent },
                reason => OwnState::Failed { reason, is_retried: false },
            },
        );
        self.transcript.end_stream(id);
    }

    /// One message has its verdict: those behind it move up, as answers come in order.
    fn ended(&mut self, id: MessageId, end: OwnState) {
        self.transcript.set_state(id, end);
        for (own, state) in self.transcript.own_states() {
            match state {
                OwnState::Waiting(1) if own > id => *state = OwnState::Asking,
                OwnState::Waiting(ahead) if own > id => *ahead -= 1,
                _ => (),
            }
        }
    }
}

#[cfg(test)]
mod tests;
