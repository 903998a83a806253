//! Plain messages out of what a peer sent without a pause.

use serde::Serialize;

use crate::encoding::{Encoding, EncodingChoice};

use super::{MAX_BURST_BYTES, MAX_TEXT_BYTES, PlainFilter};

/// How a line-oriented peer ends its lines, and so how its answers end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LineBreak {
    /// `\n`
    Lf,
    /// `\r\n`
    CrLf,
}

impl LineBreak {
    /// The bytes of it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Lf => "\n",
            Self::CrLf => "\r\n",
        }
    }
}

/// A plain message that cannot be asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum PlainError {
    /// More without a pause than a peer may send.
    BurstTooLong {
        /// Bytes that came.
        len: usize,
        /// Bytes that are allowed.
        max: usize,
    },
    /// Not UTF-8, and nothing else that is recognised.
    NotUtf8 {
        /// Counts from 1.
        at: usize,
    },
    /// Not in the encoding that is chosen.
    NotInEncoding {
        /// The one that is chosen.
        encoding: Encoding,
        /// Counts from 1.
        at: usize,
    },
}

/// What a burst came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Arrival {
    /// Each message, or why it cannot be asked, in order.
    pub messages: Vec<Result<String, PlainError>>,
    /// What each answer ends with; `None`: answers are bare.
    pub line_break: Option<LineBreak>,
    /// How the peer writes, where that can be told: all of it may be ASCII.
    pub encoding: Option<Encoding>,
}

/// Collects what arrives until the peer pauses: one for a connection.
#[derive(Debug, Default)]
pub struct Burst {
    filter: PlainFilter,
    bytes: Vec<u8>,
    /// Bytes past [`MAX_BURST_BYTES`], counted and dropped.
    dropped: usize,
    /// Whether all that was dropped was told.
    is_told: bool,
}

impl Burst {
    /// An empty burst that is read as `choice` says.
    #[must_use]
    pub fn new(choice: EncodingChoice) -> Self {
        Self { filter: PlainFilter::new(choice), ..Self::default() }
    }

    /// Adds what has arrived.
    pub fn push(&mut self, bytes: &[u8]) {
        let bytes = self.filter.push(bytes);
        // Once it is over nothing of it is a message, not even its end.
        let room = if self.is_over() { 0 } else { MAX_BURST_BYTES.saturating_sub(self.bytes.len()) };
        let (kept, dropped) = bytes.split_at_checked(room).unwrap_or((&bytes, &[]));
        self.is_told &= dropped.is_empty();
        self.bytes.extend_from_slice(kept);
        self.dropped = self.dropped.saturating_add(dropped.len());
    }

    /// Drops what comes after the last line break.
    pub fn cut(&mut self) {
        self.bytes.truncate(self.start_of_last_line());
    }

    /// Bytes that have arrived.
    #[must_use]
    pub fn len(&self) -> usize {
        self.bytes.len().saturating_add(self.dropped)
    }

    /// Whether more has arrived than may.
    #[must_use]
    pub fn is_over(&self) -> bool {
        self.dropped > 0
    }

    /// Bytes that are held in memory.
    #[must_use]
    pub fn held(&self) -> usize {
        self.bytes.len()
    }

    /// Whether nothing has arrived.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Whether the bytes so far end within a character, so that more has to come.
    #[must_use]
    pub fn is_unfinished(&self) -> bool {
        let line = self.bytes.get(self.start_of_last_line()..).unwrap_or_default();
        // A line that is too long is no text anyway.
        self.dropped == 0 && line.len() <= MAX_TEXT_BYTES && self.filter.choice().unfinished(line) > 0
    }

    fn start_of_last_line(&self) -> usize {
        memchr::memrchr(b'\n', &self.bytes).map_or(0, |at| at.saturating_add(1))
    }

    /// What there is to tell of a burst that [is over](Self::is_over) and goes on: what still comes is counted with it.
    #[must_use]
    pub fn overflow(&mut self) -> Arrival {
        let len = self.len();
        (self.bytes, self.dropped) = (Vec::new(), len);
        let is_news = !std::mem::replace(&mut self.is_told, true);
        let error = is_news.then_some(Err(PlainError::BurstTooLong { len, max: MAX_BURST_BYTES }));
        // Whether its peer is line-oriented is not known any more: a bare line break hurts nobody.
        Arrival { messages: Vec::from_iter(error), line_break: Some(LineBreak::Lf), encoding: None }
    }

    /// Ends the burst: its messages, and an empty burst again.
    #[must_use]
    pub fn take(&mut self) -> Arrival {
        if self.is_over() {
            let arrival = self.overflow();
            (self.dropped, self.is_told) = (0, false);
            return arrival;
        }
        let bytes = std::mem::take(&mut self.bytes);
        let (choice, bytes) = (self.filter.choice(), self.filter.without_mark(&bytes));
        let line_break = line_break(bytes);
        let mut encoding = None;
        let message = |bytes| {
            let (text, told) = message(bytes, choice)?;
            encoding = told.or(encoding);
            Ok(text)
        };
        let messages = match line_break {
            Some(_) => lines(bytes).map(message).collect(),
            None if bytes.is_empty() => Vec::new(),
            None => std::iter::once(bytes).map(message).collect(),
        };
        Arrival { messages, line_break, encoding }
    }
}

fn line_break(bytes: &[u8]) -> Option<LineBreak> {
    if bytes.ends_with(b"\r\n") {
        Some(LineBreak::CrLf)
    } else if bytes.ends_with(b"\n") {
        Some(LineBreak::Lf)
    } else {
        None
    }
}

fn lines(bytes: &[u8]) -> impl Iterator<Item = &[u8]> {
    let lines = bytes.split(|byte| *byte == b'\n').map(|line| line.strip_suffix(b"\r").unwrap_or(line));
    lines.filter(|line| !line.is_empty())
}

fn message(bytes: &[u8], choice: EncodingChoice) -> Result<(String, Option<Encoding>), PlainError> {
    let (text, encoding) = choice.decode(bytes).map_err(|at| {
        let (encoding, at) = (choice.first(), at.saturating_add(1));
        if encoding == Encoding::UTF_8 {
            PlainError::NotUtf8 { at }
        } else {
            PlainError::NotInEncoding { encoding, at }
        }
    })?;
    Ok((text.into_owned(), encoding))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn burst(segments: &[&[u8]]) -> Burst {
        let mut burst = Burst::default();
        for segment in segments {
            burst.push(segment);
        }
        burst
    }

    #[test]
    fn a_bare_text_is_one_message() {
        let arrival = burst(&[b"a\nb"]).take();
        let messages = vec![Ok("a\nb".into())];
        assert_eq!(arrival, Arrival { messages, line_break: None, encoding: None });
        assert!(burst(&[]).take().messages.is_empty());
    }

    #[test]
    fn a_line_oriented_peer_sends_a_message_a_line() {
        let arrival = burst(&[b"a\n\nb", b"\n"]).take();
        assert_eq!(arrival.messages, [Ok("a".into()), Ok("b".into())]);
        assert_eq!(arrival.line_break, Some(LineBreak::Lf));
        let arrival = burst(&[b"a\r\nb\r\n"]).take();
        assert_eq!(arrival.messages, [Ok("a".into()), Ok("b".into())]);
        assert_eq!(arrival.line_break, Some(LineBreak::CrLf));
        assert!(burst(&[b"\n\r\n"]).take().messages.is_empty());
    }

    #[test]
    fn an_unfinished_character_is_seen() {
        for (bytes, is_unfinished) in [
            (&b"a"[..], false),
            (b"", false),
            (b"a\xE5", true),
            (b"a\xE5\xA5", true),
            (b"a\xE5\xA5\xBD", false),
            (b"\xF0\x9F\x98", true),
            (b"\xFF", false),
            (b"\x80\x80\x80\x80", false),
            // A whole character of GB18030, and one and a half.
            (b"\xC4\xE3", false),
            (b"\xC4\xE3\xBA", true),
            (b"\xC4\xE3\xBA\xC3\nhi", false),
        ] {
            assert_eq!(burst(&[bytes]).is_unfinished(), is_unfinished, "{bytes:?}");
        }
    }

    #[test]
    fn the_limit_names_the_size() {
        let flood = burst(&[&vec![b'\n'; MAX_BURST_BYTES], b"a\n"]).take();
        let error = PlainError::BurstTooLong { len: MAX_BURST_BYTES + 2, max: MAX_BURST_BYTES };
        assert_eq!(flood.messages, [Err(error)]);
    }

    #[test]
    fn what_is_over_stays_so_until_its_end() {
        let told = |len| vec![Err(PlainError::BurstTooLong { len, max: MAX_BURST_BYTES })];
        let mut flood = burst(&[&vec![b'a'; MAX_BURST_BYTES + 1]]);
        assert_eq!(flood.overflow().messages, told(MAX_BURST_BYTES + 1));
        assert_eq!(flood.overflow().messages, [], "told twice");
        flood.push(b"the tail\n");
        assert_eq!((flood.held(), flood.is_empty()), (0, false));
        assert_eq!(flood.take().messages, told(MAX_BURST_BYTES + 10));
        flood.push(b"a message\n");
        assert_eq!(flood.take().messages, [Ok("a message".into())]);
    }

    #[test]
    fn what_is_no_text_is_in_no_message() {
        let mut burst = burst(&[b"\xEF\xBB", b"\xBFhe\xFF", b"\xFB\x1Fllo\r\n"]);
        assert_eq!(burst.take().messages, [Ok("hello".into())]);
        burst.push(b"\xFF\xFB\x1F");
        assert!(burst.is_empty() && burst.take().messages.is_empty());
        burst.push("\u{FEFF}a".as_bytes());
        assert_eq!(burst.take().messages, [Ok("\u{FEFF}a".into())], "it is not at the start");
    }

    #[test]
    fn invalid_text_is_refused_by_line() {
        let arrival = burst(&[b"a\nb\xC0\nc\n"]).take();
        assert_eq!(arrival.messages, [Ok("a".into()), Err(PlainError::NotUtf8 { at: 2 }), Ok("c".into())]);
    }

    #[test]
    fn each_line_is_read_in_what_it_is_written_in() {
        let arrival = burst(&[b"hi\n\xC4\xE3\xBA\xC3\n"]).take();
        assert_eq!(arrival.messages, [Ok("hi".into()), Ok("你好".into())]);
        assert_eq!(arrival.encoding, Some(Encoding::GB18030));
        let mut latin = Burst::new("latin1".parse().unwrap());
        latin.push(b"caf\xE9");
        latin.push(b"\xFF\xFB\x1F");
        assert_eq!(latin.take().messages, [Ok("caféÿû\u{1f}".into())], "255 is a letter there");
        let mut japanese = Burst::new("shift_jis".parse().unwrap());
        japanese.push(b"a\xA0");
        let encoding = japanese.filter.choice().first();
        assert_eq!(japanese.take().messages, [Err(PlainError::NotInEncoding { encoding, at: 2 })]);
    }

    proptest! {
        #[test]
        fn any_segmentation_gives_the_same_messages(bytes: Vec<u8>, cut: prop::sample::Index) {
            let (head, tail) = bytes.split_at(cut.index(bytes.len() + 1));
            prop_assert_eq!(burst(&[head, tail]).is_unfinished(), burst(&[&bytes]).is_unfinished());
            prop_assert_eq!(burst(&[head, tail]).take(), burst(&[&bytes]).take());
        }

        #[test]
        fn a_cut_character_is_unfinished_until_its_end(text in "\\PC{1,20}", cut: prop::sample::Index) {
            let cut = cut.index(text.len());
            let head = &text.as_bytes()[..cut];
            prop_assert_eq!(burst(&[head]).is_unfinished(), !text.is_char_boundary(cut));
        }
    }
}
