//! What waits to be read by the client: bounded, and not for ever.

use std::time::Duration;

use tokio::time::Instant;

/// While more than this waits, nothing more is asked or read for the client.
pub(super) const MAX_OUTBOX_BYTES: usize = 256 * 1024;

/// A client that reads nothing of what waits for this long is cut.
pub(super) const WRITE_WAIT: Duration = Duration::from_secs(10);

/// What can wait goes out with what follows within this time: one packet in place of two. Nobody sees so
/// short a time, and a quick bot takes less.
const HOLD: Duration = Duration::from_millis(20);

/// Bytes on their way to the client.
#[derive(Debug, Default)]
pub(super) struct Outbox {
    bytes: Vec<u8>,
    /// How many of `bytes` are gone.
    written: usize,
    /// When the client has read too little for too long.
    deadline: Option<Instant>,
    /// Until when all of `bytes` can wait for more.
    held_until: Option<Instant>,
}

impl Outbox {
    /// Adds what the client is to have at once.
    pub(super) fn push(&mut self, text: &str, now: Instant) {
        self.add(text, now);
        self.held_until = None;
    }

    /// Adds what can wait a little for more to go with it.
    pub(super) fn push_soon(&mut self, text: &str, now: Instant) {
        if self.is_empty() {
            self.held_until = Some(now + HOLD);
        }
        self.add(text, now);
    }

    fn add(&mut self, text: &str, now: Instant) {
        if self.is_empty() {
            self.deadline = Some(now + WRITE_WAIT);
        }
        self.bytes.extend_from_slice(text.as_bytes());
    }

    /// Whether there is something to be written now.
    pub(super) fn is_due(&self, now: Instant) -> bool {
        !self.is_empty() && self.held_until.is_none_or(|until| now >= until)
    }

    /// When what is held is due.
    pub(super) fn held_until(&self) -> Option<Instant> {
        self.held_until
    }

    pub(super) fn is_empty(&self) -> bool {
        self.bytes.is_empty()
    }

    pub(super) fn is_full(&self) -> bool {
        self.bytes.len() - self.written > MAX_OUTBOX_BYTES
    }

    /// What to write next.
    pub(super) fn front(&self) -> &[u8] {
        self.bytes.get(self.written..).unwrap_or_default()
    }

    /// `len` bytes of [`Self::front`] are written.
    pub(super) fn advance(&mut self, len: usize, now: Instant) {
        self.written += len;
        self.held_until = None;
        if self.written >= self.bytes.len() {
            // An idle client holds no memory.
            *self = Self::default();
            return;
        }
        self.deadline = Some(now + WRITE_WAIT);
        if self.written > MAX_OUTBOX_BYTES {
            self.bytes.drain(..self.written);
            self.written = 0;
        }
    }

    /// When the client is cut, unless it reads.
    pub(super) fn deadline(&self) -> Option<Instant> {
        self.deadline
    }
}
