//! A reply while it comes: the bot's pieces go in, redacted and sanitized text comes out.

use std::sync::{Mutex, MutexGuard, PoisonError};

use tokio::sync::Notify;

use super::redact::Redactor;
use super::sanitize::Sanitizer;
use super::{BotError, Secret};

/// The reply to one question. The text is held once, and is never longer than a reply may be: a client that
/// reads slowly gets larger pieces, and slows no bot down.
#[derive(Debug, Default)]
pub(crate) struct ReplyStream {
    reply: Mutex<Growing>,
    more: Notify,
}

#[derive(Debug, Default)]
struct Growing {
    redactor: Redactor,
    sanitizer: Sanitizer,
    /// Bytes of the text that [`ReplyStream::take`] has given out.
    taken: usize,
}

impl ReplyStream {
    /// Adds the next piece of the reply.
    pub(crate) fn push(&self, piece: &str) -> Result<(), BotError> {
        let pushed = {
            let Growing { redactor, sanitizer, .. } = &mut *self.reply();
            sanitizer.push(&redactor.push(piece))
        };
        self.more.notify_one();
        pushed
    }

    /// Redacts `key` from here on.
    pub(super) fn redact(&self, key: Option<&Secret>) {
        self.reply().redactor = Redactor::new(key);
    }

    /// Ends the reply: what was held back as the possible beginning of a key is passed on.
    pub(super) fn end(&self) -> Result<(), BotError> {
        let ended = {
            let Growing { redactor, sanitizer, .. } = &mut *self.reply();
            sanitizer.push(&redactor.end())
        };
        self.more.notify_one();
        ended
    }

    /// Adds a line of the server's own to a reply that stops in the middle.
    pub(super) fn add_note(&self, note: &str) {
        self.reply().sanitizer.add_note(note);
        self.more.notify_one();
    }

    /// Whether there is any text yet.
    pub(super) fn is_begun(&self) -> bool {
        !self.reply().sanitizer.text().is_empty()
    }

    /// Forgets the reply so far, before the next bot is asked.
    pub(super) fn reset(&self) {
        *self.reply() = Growing::default();
    }

    /// The whole reply.
    pub(super) fn whole(&self) -> Result<String, BotError> {
        let reply = self.reply();
        if reply.sanitizer.text().is_empty() {
            Err(BotError::Empty)
        } else {
            Ok(reply.sanitizer.text().to_owned())
        }
    }

    /// The text that has come since the last time, if there is any.
    pub(crate) fn take(&self) -> Option<String> {
        let mut reply = self.reply();
        let fresh = reply.sanitizer.text().get(reply.taken..).filter(|fresh| !fresh.is_empty())?.to_owned();
        reply.taken = reply.sanitizer.text().len();
        Some(fresh)
    }

    /// Waits until [`Self::take`] has something.
    pub(crate) async fn next(&self) -> String {
        loop {
            if let Some(fresh) = self.take() {
                return fresh;
            }
            self.more.notified().await;
        }
    }

    // No code panics while it is locked.
    fn reply(&self) -> MutexGuard<'_, Growing> {
        self.reply.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
