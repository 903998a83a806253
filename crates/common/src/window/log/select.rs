//! What is selected: from one character to another, over any number of rows, in view or not.

use std::ops::Range;

use super::lines::Lines;

/// Before a byte of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Spot {
    pub(super) number: u64,
    pub(super) byte: usize,
}

/// From where the selection began to where it is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Selection {
    pub(super) anchor: Spot,
    pub(super) head: Spot,
}

impl Selection {
    fn ends(self) -> (Spot, Spot) {
        (self.anchor.min(self.head), self.anchor.max(self.head))
    }

    pub(super) fn is_empty(self) -> bool {
        self.anchor == self.head
    }

    /// The rows it touches.
    pub(super) fn rows(self) -> Range<u64> {
        let (start, end) = self.ends();
        start.number..end.number + 1
    }

    /// The selected bytes of a row that has `len`.
    pub(super) fn bytes(self, number: u64, len: usize) -> Range<usize> {
        let (start, end) = self.ends();
        if !(start.number..=end.number).contains(&number) {
            return 0..0;
        }
        let from = if number == start.number { start.byte.min(len) } else { 0 };
        let to = if number == end.number { end.byte.min(len) } else { len };
        from..to.max(from)
    }

    /// The selected text: a line for each line, without those that the filter hides.
    pub(super) fn text(self, lines: &Lines) -> String {
        let mut text = String::new();
        let Range { start, end } = self.rows();
        for row in (lines.index(start)..lines.index(end)).filter_map(|index| lines.row(index)) {
            let bytes = self.bytes(row.number, row.line.text.len());
            text.push_str(row.line.text.get(bytes).unwrap_or_default());
            if !row.is_continued && row.number + 1 < end {
                text.push('\n');
            }
        }
        text
    }
}

/// The bytes of the word at `byte`; of one character where that is in none.
pub(super) fn word(text: &str, byte: usize) -> Range<usize> {
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    let byte = text.floor_char_boundary(byte);
    let (before, after) = text.split_at(byte);
    let end = after.find(|c| !is_word(c)).unwrap_or(after.len());
    let start = before.rfind(|c| !is_word(c)).map_or(0, |at| text.ceil_char_boundary(at + 1));
    if start == byte && end == 0 {
        return byte..text.ceil_char_boundary((byte + 1).min(text.len()));
    }
    start..byte + end
}

#[cfg(test)]
mod tests {
    use super::super::rows::{LogLine, Rows};
    use super::*;

    #[test]
    fn the_text_between_two_spots_is_taken_whichever_comes_first() {
        let mut rows = Rows::new(10, usize::MAX, 0);
        for text in ["hello", "好的", "there"] {
            rows.push(LogLine { text, ..LogLine::default() });
        }
        let lines = Lines::new(rows);
        let (start, end) = (Spot { number: 0, byte: 3 }, Spot { number: 2, byte: 2 });
        for selection in [Selection { anchor: start, head: end }, Selection { anchor: end, head: start }] {
            assert_eq!(selection.text(&lines), "lo\n好的\nth");
        }
    }

    #[test]
    fn a_long_line_is_one_line_again() {
        let mut rows = Rows::new(10, usize::MAX, 0);
        let long = "x".repeat(5000);
        rows.push(LogLine { text: &long, ..LogLine::default() });
        let selection =
            Selection { anchor: Spot { number: 0, byte: 0 }, head: Spot { number: 2, byte: 5000 } };
        assert_eq!(selection.text(&Lines::new(rows)), long);
    }

    #[test]
    fn words_end_where_letters_do() {
        let text = "port 好6666, x";
        for (byte, expected) in
            [(0, "port"), (2, "port"), (4, "port"), (5, "好6666"), (12, "好6666"), (13, " ")]
        {
            assert_eq!(&text[word(text, byte)], expected, "{byte}");
        }
        assert!(word(text, 99).end <= text.len());
    }
}
