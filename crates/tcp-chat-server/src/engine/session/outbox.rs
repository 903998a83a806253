//! What goes to the client: how an answer is written, and the bytes that wait, bounded and not for ever.

use std::time::Duration;

use common::chat::{LineBreak, SERVER_LINE, ServerRecord};
use common::encoding::Encoding;
use common::text::escape_line;
use tokio::time::Instant;

use crate::bot::AskError;

/// While more than this waits, nothing more is asked or read for the client.
pub(super) const MAX_OUTBOX_BYTES: usize = 256 * 1024;

/// A buffer without room grows by as much as it holds, but at most by this, or by the text where that is longer.
const MAX_GROWTH: usize = 2048;

/// A client that reads nothing of what waits for this long is disconnected.
pub(super) const WRITE_WAIT: Duration = Duration::from_secs(10);

/// What can wait goes out with what follows within this time, in one packet instead of two. Nobody notices
/// such a short time, and a quick bot takes less.
const HOLD: Duration = Duration::from_millis(20);

/// Where the answer to a message goes, and in which form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ReplyTo {
    /// To a plain client, as it writes itself.
    Plain(PlainForm),
    /// To a records client, for the message with this id.
    Record(u64),
}

/// How a plain client writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct PlainForm {
    /// `None`: it takes answers bare.
    pub(super) line_break: Option<LineBreak>,
    pub(super) encoding: Encoding,
}

impl ReplyTo {
    pub(super) fn reply(self, bot: String, text: String) -> Vec<u8> {
        match self {
            Self::Plain(PlainForm { line_break, encoding }) => {
                let text = text + line_break.map_or("", LineBreak::as_str);
                encoding.encode(&text).into_owned()
            }
            Self::Record(id) => ServerRecord::Reply { id, bot, text }.encode().into_bytes(),
        }
    }

    pub(super) fn failed(self, error: &AskError) -> Vec<u8> {
        let message = error.for_clients();
        match self {
            Self::Plain(form) => form.server_line(&message),
            Self::Record(id) => {
                ServerRecord::Failed { id, reason: error.reason(), message }.encode().into_bytes()
            }
        }
    }
}

impl PlainForm {
    pub(super) fn server_line(self, message: &str) -> Vec<u8> {
        self.encoding.encode(&server_line(message, self.line_break)).into_owned()
    }
}

/// What the server itself says to a plain client: one line, whatever the message holds.
pub(in crate::engine) fn server_line(message: &str, line_break: Option<LineBreak>) -> String {
    format!("{SERVER_LINE}{}{}", escape_line(message), line_break.map_or("", LineBreak::as_str))
}

/// Bytes on their way to the client.
#[derive(Debug, Default)]
pub(super) struct Outbox {
    bytes: Vec<u8>,
    /// How many of `bytes` are written.
    written: usize,
    /// The stream may still hold some of what it took, as TLS does where the network takes no more.
    is_unflushed: bool,
    /// When the client has read too little for too long.
    deadline: Option<Instant>,
    /// Until when all of `bytes` can wait for more.
    held_until: Option<Instant>,
}

impl Outbox {
    /// Adds what the client is to have at once.
    pub(super) fn push(&mut self, text: impl AsRef<[u8]>, now: Instant) {
        self.add(text, now);
        self.held_until = None;
    }

    /// Adds what can wait a little for more to go with it.
    pub(super) fn push_soon(&mut self, text: impl AsRef<[u8]>, now: Instant) {
        if self.is_empty() {
            self.held_until = Some(now + HOLD);
        }
        self.add(text, now);
    }

    fn add(&mut self, text: impl AsRef<[u8]>, now: Instant) {
        if self.is_sent() {
            self.deadline = Some(now + WRITE_WAIT);
        }
        let text = text.as_ref();
        // A full buffer must not double for the few bytes of a goodbye, of all clients at once.
        if self.bytes.capacity() - self.bytes.len() < text.len() {
            self.bytes.reserve_exact(text.len().max(self.bytes.len().min(MAX_GROWTH)));
        }
        self.bytes.extend_from_slice(text);
    }

    /// Whether there is something to be written now.
    pub(super) fn is_due(&self, now: Instant) -> bool {
        !self.is_empty() && self.held_until.is_none_or(|until| now >= until)
    }

    /// When what is held is due.
    pub(super) fn held_until(&self) -> Option<Instant> {
        self.held_until
    }

    fn is_empty(&self) -> bool {
        self.bytes.is_empty()
    }

    /// Whether the stream has to be flushed.
    pub(super) fn is_unflushed(&self) -> bool {
        self.is_unflushed
    }

    /// Whether all of it is on the network.
    pub(super) fn is_sent(&self) -> bool {
        self.is_empty() && !self.is_unflushed
    }

    pub(super) fn is_full(&self) -> bool {
        self.bytes.len() - self.written > MAX_OUTBOX_BYTES
    }

    /// What to write next.
    pub(super) fn front(&self) -> &[u8] {
        self.bytes.get(self.written..).unwrap_or_default()
    }

    /// The stream took `len` bytes of [`Self::front`], and has to be flushed.
    pub(super) fn advance(&mut self, len: usize, now: Instant) {
        self.written += len;
        self.is_unflushed = true;
        self.held_until = None;
        self.deadline = Some(now + WRITE_WAIT);
        if self.written >= self.bytes.len() {
            // An idle client holds no memory.
            self.bytes = Vec::new();
            self.written = 0;
        }
        if self.written > MAX_OUTBOX_BYTES {
            self.bytes.drain(..self.written);
            self.written = 0;
        }
    }

    /// All that the stream took is on the network.
    pub(super) fn flushed(&mut self) {
        self.is_unflushed = false;
        if self.is_empty() {
            self.deadline = None;
        }
    }

    /// When the client is disconnected, unless it reads.
    pub(super) fn deadline(&self) -> Option<Instant> {
        self.deadline
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn more_to_read_gives_a_slow_reader_no_more_time() {
        let start = Instant::now();
        let mut outbox = Outbox::default();
        outbox.push("abc", start);
        outbox.push("def", start + Duration::from_secs(5));
        outbox.push_soon("ghi", start + Duration::from_secs(5));
        assert_eq!(outbox.deadline(), Some(start + WRITE_WAIT));
        assert!(outbox.is_due(start + Duration::from_secs(5)), "what waits already is not held");
        let later = start + Duration::from_secs(9);
        outbox.advance(1, later);
        assert_eq!((outbox.front(), outbox.deadline()), (&b"bcdefghi"[..], Some(later + WRITE_WAIT)));
        outbox.advance(8, later);
        assert_eq!((outbox.is_sent(), outbox.deadline()), (false, Some(later + WRITE_WAIT)));
        outbox.flushed();
        assert_eq!((outbox.is_sent(), outbox.deadline()), (true, None));
    }

    #[test]
    fn what_is_held_is_due_in_time_or_with_what_is_urgent() {
        let start = Instant::now();
        let mut outbox = Outbox::default();
        outbox.push_soon("abc", start);
        assert!(!outbox.is_due(start) && outbox.is_due(start + HOLD));
        outbox.push("def", start);
        assert!(outbox.is_due(start));
    }

    #[test]
    fn what_is_written_takes_no_memory() {
        let start = Instant::now();
        let mut outbox = Outbox::default();
        let text = "x".repeat(MAX_OUTBOX_BYTES);
        outbox.push(&text, start);
        for _ in 0..4 {
            outbox.push(&text, start);
            assert!(outbox.is_full());
            outbox.advance(MAX_OUTBOX_BYTES, start);
            assert!(!outbox.is_full());
        }
        assert!(outbox.bytes.len() <= 2 * MAX_OUTBOX_BYTES, "{} bytes are kept", outbox.bytes.len());
    }

    #[test]
    fn a_goodbye_behind_much_costs_its_few_bytes() {
        let mut outbox = Outbox::default();
        outbox.push("x".repeat(MAX_OUTBOX_BYTES), Instant::now());
        outbox.push("goodbye", Instant::now());
        let capacity = outbox.bytes.capacity();
        assert!(capacity <= MAX_OUTBOX_BYTES + 4096, "{capacity} bytes");
    }
}
