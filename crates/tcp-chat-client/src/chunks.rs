//! A long text in chunks that are laid out one by one, so that it costs no more than what is
//! seen of it.

use std::ops::Range;

/// Most bytes and lines of a chunk. What people write is one chunk; where a longer one has no line break, one is shown that is not in it.
const MAX_BYTES: usize = 8000;
const MAX_LINES: usize = 40;

/// Where the chunks of a text begin.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Chunks {
    starts: Vec<usize>,
    /// Bytes of the text.
    len: usize,
}

impl Chunks {
    /// The chunks of `text`: at least one.
    pub(crate) fn new(text: &str) -> Self {
        let mut chunks = Self { starts: vec![0], len: 0 };
        chunks.grow(text);
        chunks
    }

    /// The text has become `text`, which begins as before. Only the last chunk changes.
    pub(crate) fn grow(&mut self, text: &str) {
        let mut start = self.starts.last().copied().unwrap_or(0);
        while let Some(next) = next_start(text, start) {
            self.starts.push(next);
            start = next;
        }
        self.len = text.len();
    }

    /// Bytes of the text.
    pub(crate) fn text_len(&self) -> usize {
        self.len
    }

    /// How many there are.
    pub(crate) fn count(&self) -> usize {
        self.starts.len()
    }

    /// The chunk that holds the byte.
    pub(crate) fn at(&self, byte: usize) -> usize {
        self.starts.partition_point(|start| *start <= byte).saturating_sub(1)
    }

    /// The bytes of a chunk, without the line break that ends it.
    pub(crate) fn range(&self, text: &str, chunk: usize) -> Range<usize> {
        let start = self.starts.get(chunk).copied().unwrap_or(self.len);
        let Some(next) = self.starts.get(chunk + 1) else { return start..self.len };
        let bytes = text.get(start..*next).unwrap_or_default();
        let shown = bytes.strip_suffix('\n').unwrap_or(bytes);
        start..start + shown.strip_suffix('\r').unwrap_or(shown).len()
    }
}

/// Where the chunk behind the one at `start` begins, if that one is not the last.
fn next_start(text: &str, start: usize) -> Option<usize> {
    let rest = text.get(start..)?;
    let window = rest.get(..rest.floor_char_boundary(MAX_BYTES))?;
    let breaks = |(at, byte): (usize, u8)| (byte == b'\n').then_some(at + 1);
    let mut ends = window.bytes().enumerate().filter_map(breaks);
    if let Some(end) = ends.nth(MAX_LINES - 1) {
        return (end < rest.len()).then_some(start + end);
    }
    if window.len() == rest.len() {
        return None;
    }
    let half = window.len() / 2;
    let blank = |c: char| c.is_whitespace() && c != '\r';
    let end = window.rfind('\n').map(|at| at + 1);
    let end = end.or_else(|| {
        let (at, blank) = window.rmatch_indices(blank).next().filter(|(at, _)| *at > half)?;
        Some(at + blank.len())
    });
    let end = end.unwrap_or_else(|| window.strip_suffix('\r').unwrap_or(window).len());
    Some(start + end)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn shown(text: &str) -> Vec<&str> {
        let chunks = Chunks::new(text);
        (0..chunks.count()).map(|chunk| &text[chunks.range(text, chunk)]).collect()
    }

    #[test]
    fn what_people_write_is_one_piece() {
        for text in ["", "a", "a\nb\n", &"word ".repeat(400), &"x\n".repeat(39)] {
            assert_eq!(shown(text), [text]);
        }
    }

    #[test]
    fn lines_stay_whole_where_they_can() {
        let text = "line\r\n".repeat(100);
        let chunks = shown(&text);
        assert_eq!(chunks.len(), 3);
        assert!(chunks[0].starts_with("line") && chunks[0].ends_with("line"), "{:?}", chunks[0]);
        let words = "word ".repeat(MAX_BYTES);
        assert!(shown(&words).iter().all(|chunk| chunk.starts_with("word")));
        assert_eq!(shown(&"x".repeat(MAX_BYTES * 5 / 2)).len(), 3);
    }

    #[test]
    fn a_long_text_is_cut_behind_a_line_break_or_else_a_blank_of_its_second_half() {
        const QUARTER: usize = MAX_BYTES / 4;
        let x = |quarters: usize| "x".repeat(quarters * QUARTER);
        for (text, lengths) in [
            // A whole number of lines, and one more.
            ("x\n".repeat(MAX_LINES), vec![80]),
            ("x\n".repeat(MAX_LINES + 1), vec![79, 2]),
            // A line break, also where it is early, and where a blank follows it.
            (x(3) + "\nx " + &x(4), vec![3 * QUARTER, MAX_BYTES, 2]),
            (x(2) + "\n" + &x(3), vec![2 * QUARTER, 3 * QUARTER]),
            (x(1) + "\n" + &x(3) + " " + &x(2), vec![QUARTER, 3 * QUARTER + 1, 2 * QUARTER]),
            // A blank, where no line breaks.
            (x(2) + "x " + &x(3), vec![2 * QUARTER + 2, 3 * QUARTER]),
            (x(3) + " " + &x(3), vec![3 * QUARTER + 1, 3 * QUARTER]),
            // Anywhere, where there is no blank, or one that is too early.
            (x(5), vec![MAX_BYTES, QUARTER]),
            (x(2) + " " + &x(3), vec![MAX_BYTES, QUARTER + 1]),
            (x(3) + "\r" + &x(3), vec![MAX_BYTES, 2 * QUARTER + 1]),
            // A carriage return stays with its line feed.
            ("x".repeat(MAX_BYTES - 1) + "\r\n" + &x(1), vec![MAX_BYTES - 1, QUARTER + 2]),
        ] {
            let found: Vec<usize> = shown(&text).iter().map(|shown| shown.len()).collect();
            assert_eq!(found, lengths, "{text:?}");
        }
    }

    #[test]
    fn a_megabyte_of_line_breaks_is_many_pieces() {
        let text = "\n".repeat(1 << 20);
        let chunks = Chunks::new(&text);
        assert_eq!(chunks.count(), (1 << 20) / MAX_LINES + 1);
        assert_eq!(chunks.at(MAX_LINES), 1);
        assert_eq!(chunks.at(usize::MAX), chunks.count() - 1);
    }

    proptest! {
        #[test]
        fn nothing_is_lost_and_growing_is_the_same_as_at_once(
            parts in prop::collection::vec("[a好 \r\n]{0,900}", 0..12)
        ) {
            let whole = parts.concat();
            let mut grown = Chunks::new("");
            let mut text = String::new();
            for part in &parts {
                text.push_str(part);
                grown.grow(&text);
            }
            for chunks in [grown, Chunks::new(&whole)] {
                prop_assert_eq!(chunks.text_len(), whole.len());
                let mut end = 0;
                for chunk in 0..chunks.count() {
                    let range = chunks.range(&whole, chunk);
                    prop_assert!(whole[end..range.start].chars().all(|c| matches!(c, '\r' | '\n')));
                    prop_assert!(range.len() <= MAX_BYTES);
                    end = range.end;
                }
                prop_assert_eq!(end, whole.len());
            }
        }
    }
}
