//! The rules for a plain server: who is answered by what, and when the next message may go out.

use std::time::Duration;

use common::text::escape_bytes;
use tokio::time::Instant;

use super::arrivals::Arrivals;

/// How much longer than [`common::chat::HELLO_WAIT`] the first message to a plain server is held
/// while nothing has answered our hello: the original server asks its bot about the hello, and
/// would take what follows for a part of it.
pub const HELLO_ANSWER_WAIT: Duration = Duration::from_secs(3);

/// A plain server gets the next message when it has answered the one before, or after this long:
/// the original server merges what comes while its bot works.
pub const PLAIN_ANSWER_WAIT: Duration = Duration::from_secs(10);

/// What a plain server said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Said {
    /// The answer to our hello, so many bytes: not to be shown.
    Greeting(usize),
    /// A piece of a text that goes on without a pause.
    Piece(String),
    /// A text, or its end: it answers the oldest message.
    Whole(String),
}

/// A connection to a plain server.
#[derive(Debug, Default)]
pub(super) struct Plain {
    arrivals: Arrivals,
    /// Nothing has answered our hello yet: the next arrival does, if we have said nothing before
    /// it began. If we have, it is shown: better one text too many than an answer lost.
    is_hello_open: bool,
    /// Of the arrival that answers our hello: bytes that are already let go.
    greeting_bytes: usize,
    /// Whether the arrival at hand began before we said anything.
    is_before_us: bool,
    has_spoken: bool,
    /// Until then, or until something arrives, the next message is held.
    hold_until: Option<Instant>,
}

impl Plain {
    /// A server that was said hello to and was silent.
    pub(super) fn silent(now: Instant) -> Self {
        Self { is_hello_open: true, hold_until: Some(now + HELLO_ANSWER_WAIT), ..Self::default() }
    }

    /// Bytes have arrived.
    pub(super) fn received(&mut self, bytes: &[u8], now: Instant) -> Vec<Said> {
        if self.arrivals.quiet_at().is_none() {
            self.is_before_us = !self.has_spoken;
        }
        let pieces = self.arrivals.push(bytes, now);
        if self.is_greeting() {
            self.greeting_bytes += pieces.iter().map(Vec::len).sum::<usize>();
            return Vec::new();
        }
        pieces.iter().map(|piece| Said::Piece(readable(piece))).collect()
    }

    /// When to call [`Self::time_passed`].
    pub(super) fn deadline(&self, is_holding: bool) -> Option<Instant> {
        self.arrivals.quiet_at().into_iter().chain(self.hold_until.filter(|_| is_holding)).min()
    }

    /// The deadline is over.
    pub(super) fn time_passed(&mut self, now: Instant) -> Option<Said> {
        if self.hold_until.is_some_and(|at| at <= now) {
            self.hold_until = None;
        }
        if self.arrivals.quiet_at().is_some_and(|at| at <= now) { self.end_arrival() } else { None }
    }

    /// The server has paused, or closed.
    pub(super) fn end_arrival(&mut self) -> Option<Said> {
        let bytes = self.arrivals.take()?;
        self.hold_until = None;
        let is_greeting = self.is_greeting();
        // The whole arrival was the answer to hello, or there will be none.
        self.is_hello_open = false;
        if is_greeting {
            return Some(Said::Greeting(self.greeting_bytes + bytes.len()));
        }
        // The line break of a line-oriented server ends the line, it is no part of it.
        let text = bytes.strip_suffix(b"\n").map_or(&*bytes, |line| line.strip_suffix(b"\r").unwrap_or(line));
        Some(Said::Whole(readable(text)))
    }

    /// Whether the next message may go out.
    pub(super) fn is_ready(&self) -> bool {
        self.hold_until.is_none()
    }

    /// A message goes out.
    pub(super) fn speak(&mut self, now: Instant) {
        self.has_spoken = true;
        self.hold_until = Some(now + PLAIN_ANSWER_WAIT);
    }

    /// Whether the arrival at hand answers our hello.
    fn is_greeting(&self) -> bool {
        self.is_hello_open && self.is_before_us
    }
}

/// Text as it is; anything else escaped, so that nothing is lost.
fn readable(bytes: &[u8]) -> String {
    std::str::from_utf8(bytes).map_or_else(|_| escape_bytes(bytes), str::to_owned)
}
