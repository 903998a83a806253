//! Record lines out of a byte stream.

use serde::Serialize;

/// A line that is longer than allowed. It was counted, not kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct LineTooLong {
    /// Bytes before the line feed.
    pub len: usize,
    /// Bytes that are allowed.
    pub max: usize,
}

/// Cuts a byte stream into lines, however TCP cut it into segments.
///
/// Holds at most `max` bytes and the last segment: the rest of a longer line is only counted, so
/// that its verdict can name its size.
#[derive(Debug)]
pub struct LineDecoder {
    buffer: Vec<u8>,
    /// Bytes at the front of `buffer` that are known to hold no line feed.
    scanned: usize,
    /// Bytes of the current line that were counted and dropped.
    dropped: usize,
    max: usize,
}

impl LineDecoder {
    /// A decoder for lines of at most `max` bytes.
    #[must_use]
    pub fn new(max: usize) -> Self {
        Self { buffer: Vec::new(), scanned: 0, dropped: 0, max }
    }

    /// Adds what has arrived. Call [`Self::next_line`] until it gives `None` before the next push.
    pub fn push(&mut self, bytes: &[u8]) {
        self.buffer.extend_from_slice(bytes);
    }

    /// The next whole line, without its line feed; `None` until more arrives.
    pub fn next_line(&mut self) -> Option<Result<Vec<u8>, LineTooLong>> {
        let fresh = self.buffer.get(self.scanned..).unwrap_or_default();
        let Some(offset) = memchr::memchr(b'\n', fresh) else {
            self.scanned = self.buffer.len();
            if self.dropped > 0 || self.buffer.len() > self.max {
                self.dropped = self.dropped.saturating_add(self.buffer.len());
                self.clear();
            }
            return None;
        };
        let end = self.scanned.saturating_add(offset);
        let mut line: Vec<u8> = self.buffer.drain(..=end).collect();
        line.truncate(end);
        self.scanned = 0;
        if self.buffer.is_empty() {
            self.clear();
        }
        let len = std::mem::take(&mut self.dropped).saturating_add(line.len());
        Some(if len > self.max { Err(LineTooLong { len, max: self.max }) } else { Ok(line) })
    }

    /// Whether the line that was begun is too long already. Its end is still looked for.
    #[must_use]
    pub fn is_over(&self) -> bool {
        self.dropped > 0
    }

    /// Bytes that are held in memory.
    #[must_use]
    pub fn held(&self) -> usize {
        self.buffer.len()
    }

    /// Whether a line was begun and not ended.
    #[must_use]
    pub fn is_mid_line(&self) -> bool {
        self.dropped > 0 || !self.buffer.is_empty()
    }

    /// Gives the memory back: most connections are idle.
    fn clear(&mut self) {
        self.buffer = Vec::new();
        self.scanned = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn decode(segments: &[&[u8]], max: usize) -> (Vec<Result<Vec<u8>, LineTooLong>>, bool) {
        let mut decoder = LineDecoder::new(max);
        let mut lines = Vec::new();
        for segment in segments {
            decoder.push(segment);
            lines.extend(std::iter::from_fn(|| decoder.next_line()));
            assert!(decoder.buffer.len() <= max, "holds more than a line");
        }
        (lines, decoder.is_mid_line())
    }

    #[test]
    fn lines_come_out_whole_and_long_ones_are_counted() {
        let (lines, is_mid_line) = decode(&[b"ab", b"c\n\n", b"12345", b"6789\nd", b"e"], 8);
        assert_eq!(lines, [Ok(b"abc".to_vec()), Ok(vec![]), Err(LineTooLong { len: 9, max: 8 })]);
        assert!(is_mid_line);
        let mut endless = LineDecoder::new(8);
        for (byte, is_over) in b"123456789".iter().zip([[false; 8].as_slice(), &[true]].concat()) {
            endless.push(&[*byte]);
            assert_eq!((endless.next_line(), endless.is_over()), (None, is_over));
        }
        assert_eq!(endless.held(), 0);
        // The line feed may come later than the last byte that there is room for.
        for segments in [&[b"12345678\n".as_slice()][..], &[b"12345678", b"\n"]] {
            assert_eq!(decode(segments, 8), (vec![Ok(b"12345678".to_vec())], false));
        }
        assert_eq!(decode(&[], 8), (vec![], false));
    }

    proptest! {
        #[test]
        fn any_segmentation_gives_the_same_lines(
            bytes in prop::collection::vec(prop::sample::select(b"ab\n".to_vec()), 0..200),
            cuts in prop::collection::vec(0_usize..200, 0..20),
        ) {
            let mut cuts: Vec<usize> = cuts.into_iter().map(|cut| cut.min(bytes.len())).collect();
            cuts.extend([0, bytes.len()]);
            cuts.sort_unstable();
            let segments: Vec<&[u8]> = cuts.windows(2).map(|pair| &bytes[pair[0]..pair[1]]).collect();
            prop_assert_eq!(decode(&segments, 8), decode(&[&bytes], 8));
        }
    }
}
