//! The rows of a log: many, bounded, and cheap to hand to a thread that saves them.

use std::collections::VecDeque;
use std::ops::Range;
use std::sync::Arc;

use chrono::{DateTime, FixedOffset};

use crate::status::Tone;

/// Rows that share a text.
const ROWS_A_CHUNK: usize = 512;

/// A longer line becomes several rows, so that it costs no more than what is seen of it.
pub(super) const MAX_ROW_BYTES: usize = 2000;

/// The tag of a row that says the day of those after it.
pub(super) const DAY: u32 = u32::MAX;

/// A line for the log.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct LogLine<'a> {
    /// What is shown: the caller has escaped what a peer sent, and put the time in front.
    pub text: &'a str,
    /// What its colour says beside its words.
    pub tone: Option<Tone>,
    /// What the program knows it by: a level, a sender. For filters, and in saved JSON.
    pub tag: u32,
    /// When it happened: in a file that is saved, and where the day changes.
    pub time: Option<DateTime<FixedOffset>>,
}

/// A row: a line or a part of one.
#[derive(Debug, Clone, Copy)]
pub(super) struct Row<'a> {
    /// Its number, which it keeps.
    pub(super) number: u64,
    pub(super) line: LogLine<'a>,
    /// The line goes on in the next row.
    pub(super) is_continued: bool,
    /// The line began in an earlier row.
    pub(super) is_continuation: bool,
}

impl Row<'_> {
    /// Whether it says the day of those after it.
    pub(super) fn is_day(&self) -> bool {
        self.line.tag == DAY
    }
}

#[derive(Debug, Clone, Copy)]
struct Meta {
    /// Where its text ends in the chunk's.
    end: usize,
    tone: Option<Tone>,
    tag: u32,
    time: Option<DateTime<FixedOffset>>,
    is_continued: bool,
    is_continuation: bool,
}

#[derive(Debug, Clone, Default)]
struct Chunk {
    text: String,
    rows: Vec<Meta>,
}

impl Chunk {
    fn range(&self, index: usize) -> Range<usize> {
        let start = index.checked_sub(1).and_then(|before| self.rows.get(before)).map_or(0, |row| row.end);
        start..self.rows.get(index).map_or(start, |row| row.end)
    }
}

/// Rows with numbers without gaps. A clone shares the text.
#[derive(Debug, Clone)]
pub(super) struct Rows {
    chunks: VecDeque<Arc<Chunk>>,
    /// Rows of the first chunk that are gone.
    gone: usize,
    /// Number of the first row.
    first: u64,
    len: usize,
    bytes: usize,
    /// Lines that had to go for newer ones.
    dropped: u64,
    /// Rows, at most.
    most: usize,
    max_bytes: usize,
}

impl Rows {
    /// No rows; the first gets the number `first`.
    pub(super) fn new(most: usize, max_bytes: usize, first: u64) -> Self {
        Self { chunks: VecDeque::new(), gone: 0, first, len: 0, bytes: 0, dropped: 0, most, max_bytes }
    }

    /// No rows, with the same limits; numbers go on.
    pub(super) fn emptied(&self) -> Self {
        Self::new(self.most, self.max_bytes, self.end())
    }

    pub(super) fn len(&self) -> usize {
        self.len
    }

    /// Lines that had to go for newer ones.
    pub(super) fn dropped(&self) -> u64 {
        self.dropped
    }

    /// Number of the first row.
    pub(super) fn first(&self) -> u64 {
        self.first
    }

    /// Number of the row that comes next.
    pub(super) fn end(&self) -> u64 {
        self.first + self.len as u64
    }

    /// Adds a line, as one row or several; the oldest go where there are too many.
    pub(super) fn push(&mut self, line: LogLine<'_>) {
        let mut rest = line.text;
        let mut is_continuation = false;
        loop {
            let cut = rest.floor_char_boundary(MAX_ROW_BYTES);
            let (text, after) = rest.split_at(cut);
            let is_continued = !after.is_empty();
            self.push_row(LogLine { text, ..line }, is_continued, is_continuation);
            if !is_continued {
                break;
            }
            (rest, is_continuation) = (after, true);
        }
        self.trim();
    }

    fn trim(&mut self) {
        while self.len > self.most || (self.bytes > self.max_bytes && self.len > 1) {
            self.pop_first();
        }
    }

    fn push_row(&mut self, line: LogLine<'_>, is_continued: bool, is_continuation: bool) {
        if self.chunks.back().is_none_or(|chunk| chunk.rows.len() == ROWS_A_CHUNK) {
            self.chunks.push_back(Arc::default());
        }
        let Some(chunk) = self.chunks.back_mut().map(Arc::make_mut) else { return };
        chunk.text.push_str(line.text);
        let LogLine { tone, tag, time, .. } = line;
        chunk.rows.push(Meta { end: chunk.text.len(), tone, tag, time, is_continued, is_continuation });
        self.len += 1;
        self.bytes += line.text.len();
    }

    fn pop_first(&mut self) {
        let Some(row) = self.get(self.first) else { return };
        let len = row.line.text.len();
        self.dropped += u64::from(!row.is_continued);
        self.bytes -= len;
        self.first += 1;
        self.len -= 1;
        self.gone += 1;
        if self.gone == ROWS_A_CHUNK {
            self.chunks.pop_front();
            self.gone = 0;
        }
    }

    /// Adds the rows of `later`, which follow these.
    pub(super) fn append(&mut self, later: &Self) {
        for row in later.iter(later.first()..later.end()) {
            self.push_row(row.line, row.is_continued, row.is_continuation);
        }
        self.trim();
    }

    pub(super) fn get(&self, number: u64) -> Option<Row<'_>> {
        let index = usize::try_from(number.checked_sub(self.first)?).ok()?;
        if index >= self.len {
            return None;
        }
        let place = self.gone + index;
        let chunk = self.chunks.get(place / ROWS_A_CHUNK)?;
        let index = place % ROWS_A_CHUNK;
        let Meta { tone, tag, time, is_continued, is_continuation, .. } = *chunk.rows.get(index)?;
        let text = chunk.text.get(chunk.range(index))?;
        let line = LogLine { text, tone, tag, time };
        Some(Row { number, line, is_continued, is_continuation })
    }

    /// The rows with these numbers, as far as they are there.
    pub(super) fn iter(&self, numbers: Range<u64>) -> impl Iterator<Item = Row<'_>> {
        (numbers.start.max(self.first)..numbers.end.min(self.end())).filter_map(|number| self.get(number))
    }

    /// The row that the line of a row begins with.
    pub(super) fn start_of_line(&self, mut number: u64) -> u64 {
        while number > self.first && self.get(number).is_some_and(|row| row.is_continuation) {
            number -= 1;
        }
        number
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(rows: &Rows) -> Vec<String> {
        rows.iter(0..u64::MAX).map(|row| row.line.text.to_owned()).collect()
    }

    fn push(rows: &mut Rows, text: &str) {
        rows.push(LogLine { text, ..LogLine::default() });
    }

    #[test]
    fn numbers_stay_when_old_rows_go() {
        let mut rows = Rows::new(1000, usize::MAX, 0);
        for line in 0..5000 {
            push(&mut rows, &line.to_string());
        }
        assert_eq!((rows.first(), rows.end(), rows.len()), (4000, 5000, 1000));
        assert_eq!(rows.get(4321).map(|row| row.line.text), Some("4321"));
        assert!(rows.get(3999).is_none() && rows.get(5000).is_none());
        assert!(rows.chunks.len() <= 1000 / ROWS_A_CHUNK + 2, "chunks are kept");
    }

    #[test]
    fn a_long_line_is_cut_into_rows_and_bytes_are_bounded() {
        let mut rows = Rows::new(usize::MAX, 10_000, 0);
        let long = "好".repeat(1500);
        push(&mut rows, &long);
        assert_eq!(rows.len(), 3);
        assert_eq!(texts(&rows).concat(), long);
        assert_eq!(rows.start_of_line(2), 0);
        (0..3).for_each(|_| push(&mut rows, &long));
        assert!(rows.bytes <= 10_000, "{}", rows.bytes);
        let mut later = rows.emptied();
        (0..2).for_each(|_| push(&mut later, &long));
        let last = texts(&later).concat();
        rows.append(&later);
        assert!(rows.bytes <= 10_000 && texts(&rows).concat().ends_with(&last), "{}", rows.bytes);
    }

    #[test]
    fn what_was_saved_from_stays_while_rows_come() {
        let mut rows = Rows::new(3, usize::MAX, 0);
        push(&mut rows, "a");
        let saved = rows.clone();
        for text in ["b", "c", "d"] {
            push(&mut rows, text);
        }
        assert_eq!(
            (texts(&saved), texts(&rows)),
            (vec!["a".into()], vec!["b".into(), "c".into(), "d".into()])
        );
    }
}
