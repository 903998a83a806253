//! What the window shows.

use chrono::{DateTime, FixedOffset, TimeDelta};
use common::chat::{Dialect, MAX_TEXT_BYTES};

use crate::engine::{DisconnectReason, Event, FailedReason, MessageId, Target};
use crate::transcript::{Body, OwnState, Transcript};
use crate::words;

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
    /// There is no connection.
    #[error("not connected, your text is kept")]
    NotConnected,
    /// The engine has too much to do.
    #[error("busy, your text is kept, try again")]
    Busy,
}

/// The chat.
#[derive(Debug, Default)]
pub struct Model {
    link: Link,
    transcript: Transcript,
    last_id: u64,
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

    /// Whether a connection is wanted: it is there, or being sought.
    #[must_use]
    pub fn is_active(&self) -> bool {
        self.target().is_some()
    }

    /// Whether something can be said.
    #[must_use]
    pub fn can_send(&self) -> bool {
        matches!(self.link, Link::Reached { .. } | Link::Online { .. })
    }

    /// Whether a message that the server has can be taken back.
    #[must_use]
    pub fn can_stop(&self) -> bool {
        matches!(self.link, Link::Online { dialect: Dialect::Records, .. })
    }

    /// Where the connection goes, if one is wanted.
    #[must_use]
    pub fn target(&self) -> Option<&Target> {
        match &self.link {
            Link::Off => None,
            Link::Connecting { target, .. }
            | Link::Reached { target }
            | Link::Online { target, .. }
            | Link::Waiting { target, .. } => Some(target),
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

    /// The number for a message of `text`, if that can be sent now.
    ///
    /// # Errors
    /// Why not.
    pub fn next_message(&self, text: &str) -> Result<MessageId, Refusal> {
        let (len, max) = (text.len(), self.max_text_bytes());
        if text.trim().is_empty() {
            Err(Refusal::Blank)
        } else if len > max {
            Err(Refusal::TooLong { len, max })
        } else if self.can_send() {
            Ok(MessageId(self.last_id + 1))
        } else {
            Err(Refusal::NotConnected)
        }
    }

    /// The engine has taken the message.
    pub fn said(&mut self, id: MessageId, text: String, at: DateTime<FixedOffset>) {
        self.last_id = id.0;
        self.transcript.push(at, Body::Own { id, text, state: OwnState::Sending });
    }

    /// The text of a failed message was sent again.
    pub fn retried(&mut self, id: MessageId) {
        for (own, state) in self.transcript.own_states() {
            if let OwnState::Failed { is_retried, .. } = state {
                *is_retried |= own == id;
            }
        }
    }

    /// Something has happened.
    pub fn apply(&mut self, event: Event, at: DateTime<FixedOffset>) {
        match event {
            Event::Connecting { target, attempt } => self.link = Link::Connecting { target, attempt },
            Event::Reached { target } => self.link = Link::Reached { target },
            Event::Connected { target, dialect, bot, max_text_bytes, .. } => {
                self.link = Link::Online { target, dialect, bot, newest_bot: None, max_text_bytes };
                self.transcript.push(at, Body::Note(words::READY.to_owned()));
            }
            Event::Retrying { target, reason, retry_in, .. } => {
                if matches!(self.link, Link::Online { .. }) {
                    let note = words::sentence(&reason.clause(&target.to_string()));
                    self.transcript.push(at, Body::Note(note));
                }
                let retry_in = TimeDelta::from_std(retry_in).unwrap_or_default();
                self.link = Link::Waiting { target, reason, retry_at: at + retry_in };
            }
            Event::Disconnected { target } => {
                if matches!(self.link, Link::Online { .. }) {
                    self.transcript.push(at, Body::Note(format!("Disconnected from {target}")));
                }
                self.link = Link::Off;
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
        self.ended(id, OwnState::Failed { reason, is_retried: false });
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
mod tests {
    use std::time::Duration;

    use common::chat::FailReason;

    use super::*;
    use crate::engine::DialectChoice;

    fn at() -> DateTime<FixedOffset> {
        DateTime::parse_from_rfc3339("2026-11-22T14:01:00+01:00").unwrap()
    }

    fn target() -> Target {
        Target { host: "127.0.0.1".parse().unwrap(), port: 6666, dialect: DialectChoice::Auto }
    }

    fn online() -> Model {
        let mut model = Model::default();
        let (bot, server) = (Some("Qingyun".to_owned()), None);
        let (dialect, max_text_bytes) = (Dialect::Records, MAX_TEXT_BYTES);
        model.apply(Event::Connected { target: target(), dialect, bot, server, max_text_bytes }, at());
        model
    }

    fn say(model: &mut Model, text: &str) -> MessageId {
        let id = model.next_message(text).unwrap();
        model.said(id, text.to_owned(), at());
        id
    }

    fn states(model: &mut Model) -> Vec<String> {
        model.transcript.own_states().map(|(_, state)| state.words()).collect()
    }

    fn server_texts(model: &Model) -> Vec<(Option<&str>, &str)> {
        let entries = model.transcript().entries();
        entries
            .filter_map(|entry| match &entry.body {
                Body::Server { bot, text, .. } => Some((bot.as_deref(), text.as_str())),
                _ => None,
            })
            .collect()
    }

    #[test]
    fn what_cannot_be_sent_says_why() {
        let mut model = online();
        assert_eq!(model.next_message(" \n\t"), Err(Refusal::Blank));
        assert!(model.next_message(&"x".repeat(MAX_TEXT_BYTES)).is_ok());
        let refusal = model.next_message(&"好".repeat(11_000)).unwrap_err();
        assert_eq!(refusal.to_string(), "the message has 33000 bytes, the limit is 32768");
        let reason = DisconnectReason::Closed;
        let (retry_in, attempt) = (Duration::from_secs(1), 2);
        model.apply(Event::Retrying { target: target(), reason, retry_in, attempt }, at());
        assert_eq!(model.next_message("x"), Err(Refusal::NotConnected));
        let notes: Vec<_> = model.transcript().entries().map(|entry| entry.body.clone()).collect();
        let closed = "127.0.0.1:6666 closed the connection".to_owned();
        assert_eq!(notes, [Body::Note(words::READY.to_owned()), Body::Note(closed)]);
    }

    #[test]
    fn messages_move_up_as_those_before_them_are_answered() {
        let mut model = online();
        let ids: Vec<MessageId> = (0..3).map(|n| say(&mut model, &n.to_string())).collect();
        assert_eq!(states(&mut model), ["sending"; 3]);
        for (id, ahead) in ids.iter().zip([0, 1, 2]) {
            model.apply(Event::Accepted { id: *id, ahead }, at());
        }
        assert_eq!(states(&mut model), ["asking", "waiting, 1 ahead", "waiting, 2 ahead"]);
        model.apply(Event::Reply { id: Some(ids[0]), bot: None, text: "a".into() }, at());
        assert_eq!(states(&mut model), ["answered", "asking", "waiting, 1 ahead"]);
        let reason =
            FailedReason::Server { reason: FailReason::BotTimeout, message: "the bot is late".into() };
        model.apply(Event::Failed { id: ids[1], reason }, at());
        assert_eq!(states(&mut model), ["answered", "failed, the bot is late", "asking"]);
    }

    #[test]
    fn a_streamed_reply_is_one_entry() {
        let mut model = online();
        let id = say(&mut model, "x");
        for piece in ["a", "b"] {
            model.apply(Event::Part { id, text: piece.into() }, at());
        }
        assert_eq!(server_texts(&model), [(None, "ab")]);
        assert_eq!(states(&mut model), ["answering"]);
        model.apply(Event::Reply { id: Some(id), bot: Some("Built-in".into()), text: "abc".into() }, at());
        assert_eq!(server_texts(&model), [(Some("Built-in"), "abc")]);
        model.apply(Event::Reply { id: None, bot: None, text: "by itself".into() }, at());
        assert_eq!(server_texts(&model)[1], (None, "by itself"));
    }

    #[test]
    fn what_failed_while_it_streamed_stays_and_can_be_tried_again_once() {
        let mut model = online();
        let id = say(&mut model, "x");
        model.apply(Event::Part { id, text: "begin".into() }, at());
        model.apply(Event::Failed { id, reason: FailedReason::ConnectionLost }, at());
        assert_eq!(server_texts(&model), [(None, "begin")]);
        assert_eq!(model.transcript().own_text(id), Some("x"));
        model.retried(id);
        let reason = FailedReason::ConnectionLost;
        let (_, state) = model.transcript.own_states().next().unwrap();
        assert_eq!(*state, OwnState::Failed { reason, is_retried: true });
    }
}
