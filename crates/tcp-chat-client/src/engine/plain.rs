//! The rules for a plain server: who is answered by what, and when the next message may go out.

use std::time::Duration;

use common::chat::{PlainFilter, QUIET_GAP, ServerRecord, UNFINISHED_CHAR_WAIT};
use common::encoding::{Encoding, EncodingChoice};
use common::text::escape_bytes;
use tokio::time::Instant;

/// How much longer than [`common::chat::HELLO_WAIT`] the first message to a plain server is held
/// while nothing has answered our hello: the original server asks its bot about the hello, and
/// would take what follows for a part of it.
pub(super) const HELLO_ANSWER_WAIT: Duration = Duration::from_secs(3);

/// A plain server gets the next message when it has answered the one before, or after this long:
/// the original server merges what comes while its bot works.
pub const PLAIN_ANSWER_WAIT: Duration = Duration::from_secs(10);

/// What a plain server said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum PlainText {
    /// The answer to our hello, which is not shown: its length in bytes.
    Greeting(usize),
    /// A piece of a text that goes on without a pause.
    Piece(String),
    /// A whole text, or the end of a long one: it answers the oldest message.
    Whole(String),
}

/// A connection to a plain server.
#[derive(Debug)]
pub(super) struct Plain {
    arrivals: Arrivals,
    /// How the server wrote last, and how we write to it.
    encoding: Encoding,
    /// The encoding that the window was told last.
    told_encoding: Encoding,
    /// While nothing has answered our hello: bytes of the answer that were dropped so far. The next arrival is the answer, unless
    /// we send a message before it begins: then it is shown, because one text too many is better than an answer lost.
    greeting: Option<usize>,
    /// Nothing has come since our hello: what comes now may be its late answer, by a server of ours.
    is_hello_open: bool,
    /// The next message waits until then, or until something arrives.
    hold_until: Option<Instant>,
}

impl Plain {
    /// A server that has said nothing yet.
    pub(super) fn new(choice: EncodingChoice) -> Self {
        Self {
            arrivals: Arrivals { filter: PlainFilter::new(choice), ..Arrivals::default() },
            encoding: choice.first(),
            told_encoding: choice.first(),
            greeting: None,
            is_hello_open: false,
            hold_until: None,
        }
    }

    /// A server that was silent after our hello.
    pub(super) fn silent(choice: EncodingChoice, now: Instant) -> Self {
        let hold_until = Some(now + HELLO_ANSWER_WAIT);
        Self { greeting: Some(0), is_hello_open: true, hold_until, ..Self::new(choice) }
    }

    pub(super) fn encoding(&self) -> Encoding {
        self.encoding
    }

    /// The encoding, where it has changed since the last time.
    pub(super) fn take_encoding(&mut self) -> Option<Encoding> {
        let is_told = std::mem::replace(&mut self.told_encoding, self.encoding) == self.encoding;
        (!is_told).then_some(self.encoding)
    }

    /// Text as it is; anything else escaped, so that nothing is lost.
    fn readable(&mut self, bytes: &[u8]) -> String {
        match self.arrivals.filter.choice().decode(bytes) {
            Ok((text, encoding)) => {
                self.encoding = encoding.unwrap_or(self.encoding);
                text.into_owned()
            }
            Err(_) => escape_bytes(bytes),
        }
    }

    /// Bytes have arrived.
    pub(super) fn received(&mut self, bytes: &[u8], now: Instant) -> Vec<PlainText> {
        let pieces = self.arrivals.push(bytes, now);
        self.is_hello_open &= pieces.is_empty();
        if let Some(dropped) = &mut self.greeting {
            *dropped += pieces.iter().map(Vec::len).sum::<usize>();
            return Vec::new();
        }
        pieces.iter().map(|piece| PlainText::Piece(self.readable(piece))).collect()
    }

    /// What has come, where it is no text: a server of ours was late to answer our hello.
    pub(super) fn take_late_answer(&mut self) -> Option<Vec<u8>> {
        let is_late = self.is_hello_open && begins_with_answer(&self.arrivals.bytes);
        if is_late { self.arrivals.take() } else { None }
    }

    /// When to call [`Self::time_passed`].
    pub(super) fn deadline(&self, is_holding: bool) -> Option<Instant> {
        self.arrivals.quiet_at().into_iter().chain(self.hold_until.filter(|_| is_holding)).min()
    }

    /// The deadline is over.
    pub(super) fn time_passed(&mut self, now: Instant) -> Option<PlainText> {
        if self.hold_until.is_some_and(|at| at <= now) {
            self.hold_until = None;
        }
        if self.arrivals.quiet_at().is_some_and(|at| at <= now) { self.end_arrival() } else { None }
    }

    /// The server has paused, or closed.
    pub(super) fn end_arrival(&mut self) -> Option<PlainText> {
        let bytes = self.arrivals.take()?;
        (self.hold_until, self.is_hello_open) = (None, false);
        if let Some(dropped) = self.greeting.take() {
            return Some(PlainText::Greeting(dropped + bytes.len()));
        }
        // The line break of a line-oriented server ends the line, it is no part of it.
        let text = bytes.strip_suffix(b"\n").map_or(&*bytes, |line| line.strip_suffix(b"\r").unwrap_or(line));
        Some(PlainText::Whole(self.readable(text)))
    }

    /// Whether the next message may go out.
    pub(super) fn is_ready(&self) -> bool {
        self.hold_until.is_none()
    }

    /// A message was sent.
    pub(super) fn message_sent(&mut self, now: Instant) {
        if self.arrivals.quiet_at().is_none() {
            self.greeting = None;
        }
        self.hold_until = Some(now + PLAIN_ANSWER_WAIT);
    }
}

/// Whether the first line is a record that answers a hello.
fn begins_with_answer(bytes: &[u8]) -> bool {
    let end = bytes.iter().position(|byte| *byte == b'\n').filter(|_| bytes.starts_with(b"{"));
    let record = end.and_then(|end| bytes.get(..end)).map(ServerRecord::decode);
    let is_answer = |record: &ServerRecord| {
        matches!(
            record,
            ServerRecord::Welcome { .. } | ServerRecord::Error { .. } | ServerRecord::Goodbye { .. }
        )
    };
    record.is_some_and(|record| record.as_ref().is_ok_and(is_answer))
}

/// The text of a server that never pauses is shown in pieces of this size.
pub(super) const MAX_PIECE_BYTES: usize = 64 * 1024;

/// Collects what arrives until the server pauses.
#[derive(Debug, Default)]
pub(super) struct Arrivals {
    filter: PlainFilter,
    bytes: Vec<u8>,
    quiet_at: Option<Instant>,
}

impl Arrivals {
    /// Adds what has arrived, and gives the whole pieces of it. At least one byte stays, so that [`Self::take`]
    /// always has an end for an arrival.
    pub(super) fn push(&mut self, bytes: &[u8], now: Instant) -> Vec<Vec<u8>> {
        self.bytes.extend_from_slice(&self.filter.push(bytes));
        if self.bytes.is_empty() {
            return Vec::new();
        }
        let mut pieces = Vec::new();
        while self.bytes.len() > MAX_PIECE_BYTES {
            let piece = self.bytes.get(..MAX_PIECE_BYTES).unwrap_or_default();
            let rest = self.bytes.split_off(MAX_PIECE_BYTES - self.filter.choice().unfinished(piece));
            let piece = std::mem::replace(&mut self.bytes, rest);
            pieces.push(self.filter.without_mark(&piece).to_vec());
        }
        let more =
            if self.filter.choice().unfinished(&self.bytes) > 0 { UNFINISHED_CHAR_WAIT } else { QUIET_GAP };
        self.quiet_at = Some(now + more);
        pieces
    }

    /// When the server has paused, if nothing more comes.
    pub(super) fn quiet_at(&self) -> Option<Instant> {
        self.quiet_at
    }

    /// Ends the arrival; `None` where nothing has arrived.
    pub(super) fn take(&mut self) -> Option<Vec<u8>> {
        self.quiet_at = None;
        let bytes = std::mem::take(&mut self.bytes);
        (!bytes.is_empty()).then(|| self.filter.without_mark(&bytes).to_vec())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[tokio::test(start_paused = true)]
    async fn an_answer_to_hello_that_has_begun_stays_one_when_we_speak() {
        let now = Instant::now();
        let mut plain = Plain::silent(EncodingChoice::Auto, now);
        assert!(plain.received(b"wh", now).is_empty());
        plain.message_sent(now);
        assert!(plain.received(b"at?", now).is_empty());
        assert_eq!(plain.end_arrival(), Some(PlainText::Greeting(5)));
    }

    #[test]
    fn what_is_no_text_is_not_shown() {
        let (mut arrivals, now) = (Arrivals::default(), Instant::from_std(std::time::Instant::now()));
        arrivals.push(b"\xFF\xFB\x01", now);
        assert_eq!((arrivals.take(), arrivals.quiet_at()), (None, None));
        for expected in ["a", "\u{FEFF}a"] {
            arrivals.push("\u{FEFF}a".as_bytes(), now);
            assert_eq!(arrivals.take().as_deref(), Some(expected.as_bytes()));
        }
    }

    #[test]
    fn a_piece_leaves_something_for_the_end() {
        let (mut arrivals, now) = (Arrivals::default(), Instant::from_std(std::time::Instant::now()));
        assert!(arrivals.push("a".repeat(MAX_PIECE_BYTES).as_bytes(), now).is_empty());
        assert_eq!(arrivals.take().map(|bytes| bytes.len()), Some(MAX_PIECE_BYTES));
    }

    #[tokio::test(start_paused = true)]
    async fn an_unfinished_character_is_waited_for_longer() {
        let now = Instant::now();
        let mut arrivals = Arrivals::default();
        assert_eq!(arrivals.quiet_at(), None);
        arrivals.push(b"a\xE5", now);
        assert_eq!(arrivals.quiet_at(), Some(now + UNFINISHED_CHAR_WAIT));
        arrivals.push(b"\xA5\xBD", now);
        assert_eq!(arrivals.quiet_at(), Some(now + QUIET_GAP));
        assert_eq!(arrivals.take().as_deref(), Some("a好".as_bytes()));
        assert_eq!((arrivals.take(), arrivals.quiet_at()), (None, None));
    }

    proptest! {
        #[test]
        fn a_flood_is_cut_on_characters_and_nothing_is_lost(lead in 0_usize..4, chunk in 1_usize..100_000) {
            let text = format!("{}{}", "a".repeat(lead), "好😀".repeat(30_000));
            let mut arrivals = Arrivals::default();
            let mut shown = String::new();
            let now = Instant::from_std(std::time::Instant::now());
            for segment in text.as_bytes().chunks(chunk) {
                for piece in arrivals.push(segment, now) {
                    prop_assert!(piece.len() <= MAX_PIECE_BYTES);
                    shown.push_str(std::str::from_utf8(&piece).unwrap());
                }
                prop_assert!((1..=MAX_PIECE_BYTES).contains(&arrivals.bytes.len()));
            }
            shown.push_str(std::str::from_utf8(&arrivals.take().unwrap()).unwrap());
            prop_assert_eq!(shown, text);
        }
    }
}
