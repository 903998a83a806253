//! A reply while it comes: the bot's pieces go in, redacted and sanitized text comes out.

use std::sync::{Mutex, MutexGuard, PoisonError};

use tokio::sync::Notify;

use super::redact::Redactor;
use super::sanitize::Sanitizer;
use super::{BotError, Secret};

/// The reply to one question, and what is thought before it. The text of each is held once, and is never longer
/// than a reply may be: a client that reads slowly gets larger pieces, and slows no bot down.
#[derive(Debug, Default)]
pub(crate) struct ReplyStream {
    growing: Mutex<Growing>,
    more: Notify,
}

#[derive(Debug, Default)]
struct Growing {
    /// Whose reply it is.
    bot: String,
    reply: Text,
    thought: Text,
}

/// A text that comes in pieces.
#[derive(Debug, Default)]
struct Text {
    redactor: Redactor,
    sanitizer: Sanitizer,
    /// Bytes that [`Text::take`] has given out.
    taken: usize,
}

impl Text {
    fn push(&mut self, piece: &str) -> Result<(), BotError> {
        self.sanitizer.push(&self.redactor.push(piece))
    }

    fn take(&mut self) -> Option<String> {
        let fresh = self.sanitizer.text().get(self.taken..).filter(|fresh| !fresh.is_empty())?.to_owned();
        self.taken = self.sanitizer.text().len();
        Some(fresh)
    }
}

/// What has come since the last call of [`ReplyStream::next`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Piece {
    Thought(String),
    Reply(String),
}

impl ReplyStream {
    /// Adds the next piece of the reply.
    pub(crate) fn push(&self, piece: &str) -> Result<(), BotError> {
        let pushed = self.growing().reply.push(piece);
        self.more.notify_one();
        pushed
    }

    /// Adds the next piece of what the bot thinks before it replies. What is longer than the longest reply is dropped.
    pub(crate) fn think(&self, piece: &str) {
        let _is_too_long = self.growing().thought.push(piece).is_err();
        self.more.notify_one();
    }

    /// Redacts `key` from here on.
    pub(super) fn redact(&self, key: Option<&Secret>) {
        let mut growing = self.growing();
        growing.reply.redactor = Redactor::new(key);
        growing.thought.redactor = Redactor::new(key);
    }

    /// Ends the reply: what was held back as the possible beginning of a key is passed on.
    pub(super) fn end(&self) -> Result<(), BotError> {
        let ended = {
            let Text { redactor, sanitizer, .. } = &mut self.growing().reply;
            sanitizer.push(&redactor.end())
        };
        self.more.notify_one();
        ended
    }

    /// Adds a line of the server's own to a reply that stops in the middle.
    pub(super) fn add_note(&self, note: &str) {
        self.growing().reply.sanitizer.add_note(note);
        self.more.notify_one();
    }

    /// Whether there is any text yet.
    pub(super) fn is_begun(&self) -> bool {
        !self.growing().reply.sanitizer.text().is_empty()
    }

    /// Forgets the reply so far, as `bot` is asked.
    pub(super) fn begin(&self, bot: &str) {
        *self.growing() = Growing { bot: bot.to_owned(), ..Growing::default() };
    }

    /// Whose reply it is.
    pub(crate) fn bot(&self) -> String {
        self.growing().bot.clone()
    }

    /// The whole reply, where there is any text.
    pub(super) fn whole(&self) -> Option<String> {
        let text = self.growing().reply.sanitizer.text().to_owned();
        (!text.is_empty()).then_some(text)
    }

    /// The text of the reply that has come since the last time, if there is any.
    pub(crate) fn take(&self) -> Option<String> {
        self.growing().reply.take()
    }

    /// Waits until something has come.
    pub(crate) async fn next(&self) -> Piece {
        loop {
            let piece = {
                let Growing { reply, thought, .. } = &mut *self.growing();
                thought.take().map(Piece::Thought).or_else(|| reply.take().map(Piece::Reply))
            };
            if let Some(piece) = piece {
                return piece;
            }
            self.more.notified().await;
        }
    }

    // No code panics while it is locked.
    fn growing(&self) -> MutexGuard<'_, Growing> {
        self.growing.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use common::chat::MAX_REPLY_BYTES;

    #[tokio::test]
    async fn thoughts_are_clean_bounded_and_no_part_of_the_reply() {
        let stream = ReplyStream::default();
        stream.redact(Secret::new("sk-12345").as_ref());
        stream.think("the key is sk-12345\u{7}\u{202e}!");
        assert_eq!(stream.next().await, Piece::Thought("the key is (secret)!".to_owned()));
        for _ in 0..20 {
            stream.think(&"x".repeat(MAX_REPLY_BYTES / 10));
        }
        assert!(matches!(stream.next().await, Piece::Thought(text) if text.len() < MAX_REPLY_BYTES));
        assert!(!stream.is_begun() && stream.whole().is_none());
        stream.push("so").unwrap();
        assert_eq!((stream.next().await, stream.whole().as_deref()), (Piece::Reply("so".into()), Some("so")));
    }
}
