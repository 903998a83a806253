//! Finding a text in the log: a part of the rows in each frame, so that none is slow.

use std::collections::VecDeque;
use std::ops::Range;

use super::lines::Lines;
use super::rows::{Row, Rows};
use crate::text::Needle;
use crate::window::FindBar;

/// Bytes that are looked through in a frame: about two milliseconds.
const BYTES_A_FRAME: usize = 1 << 21;

/// Rows, so that empty ones count too.
const ROWS_A_FRAME: usize = 50_000;

/// What is looked for and where it was found.
#[derive(Debug, Default)]
pub(super) struct Find {
    pub(super) bar: FindBar,
    needle: Needle,
    /// What the needle was made of.
    sought: String,
    /// Rows where it begins.
    hits: VecDeque<u64>,
    /// The row to go on with.
    next: u64,
    current: Option<u64>,
}

impl Find {
    /// What was looked for, to mark it.
    pub(super) fn needle(&self) -> &Needle {
        &self.needle
    }

    /// Rows that have it, so far.
    pub(super) fn len(&self) -> usize {
        self.hits.len()
    }

    /// The row that was gone to, and which of the hits it is, from 1 on.
    pub(super) fn current(&self) -> Option<(u64, usize)> {
        let current = self.current?;
        Some((current, self.hits.binary_search(&current).ok()? + 1))
    }

    /// Forgets what was found: other rows are shown.
    pub(super) fn restart(&mut self) {
        self.hits.clear();
        self.next = 0;
    }

    /// Looks through some more rows; `true` where there are more still.
    pub(super) fn go_on(&mut self, lines: &Lines) -> bool {
        if self.sought != self.bar.text {
            self.sought.clone_from(&self.bar.text);
            self.needle = Needle::new(&self.sought);
            self.current = None;
            self.restart();
        }
        let gone = self.hits.partition_point(|number| *number < lines.rows().first());
        self.hits.drain(..gone);
        if self.needle.is_empty() {
            return false;
        }
        let start = lines.index(self.next);
        let mut bytes = 0;
        for index in start..lines.len() {
            if bytes > BYTES_A_FRAME || index - start > ROWS_A_FRAME {
                return true;
            }
            let Some(row) = lines.row(index) else { break };
            bytes += row.line.text.len();
            if has(lines.rows(), row, &self.needle) {
                self.hits.push_back(row.number);
            }
            self.next = row.number + 1;
        }
        false
    }

    /// Goes to the next hit after `from` or the last one before it, round the ends.
    pub(super) fn step(&mut self, from: u64, is_forward: bool) -> Option<u64> {
        let place = self.hits.partition_point(|number| *number < from);
        let is_here = self.current == Some(from) && self.hits.get(place) == Some(&from);
        let hit = if is_forward {
            self.hits.get(place + usize::from(is_here)).or(self.hits.front())
        } else {
            place.checked_sub(1).and_then(|before| self.hits.get(before)).or(self.hits.back())
        };
        self.current = hit.copied();
        self.current
    }
}

fn has(rows: &Rows, row: Row<'_>, needle: &Needle) -> bool {
    let text = row.line.text;
    if !row.is_continued {
        return needle.find(text).is_some();
    }
    // It may begin here and end in the next row.
    let next = rows.get(row.number + 1).map_or("", |next| next.line.text);
    let joined = format!("{text}{}", &next[..next.floor_char_boundary(needle.max_len())]);
    needle.find(&joined).is_some_and(|found| found.start < text.len())
}

/// The parts of a row that `needle` covers.
pub(super) fn matches(rows: &Rows, row: Row<'_>, needle: &Needle) -> Vec<Range<usize>> {
    let text = row.line.text;
    let mut found = Vec::new();
    if needle.is_empty() {
        return found;
    }
    let neighbour = |is_there: bool, number: Option<u64>| {
        number.filter(|_| is_there).and_then(|number| rows.get(number)).map_or("", |row| row.line.text)
    };
    let before = neighbour(row.is_continuation, row.number.checked_sub(1));
    let before = &before[before.ceil_char_boundary(before.len().saturating_sub(needle.max_len()))..];
    let after = neighbour(row.is_continued, row.number.checked_add(1));
    let joined = format!("{before}{text}{}", &after[..after.floor_char_boundary(needle.max_len())]);
    for Range { start, end } in needle.find_all(&joined) {
        let part = start.max(before.len()) - before.len()..end.saturating_sub(before.len()).min(text.len());
        if part.start < part.end {
            found.push(part);
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::super::rows::{LogLine, MAX_ROW_BYTES};
    use super::*;

    fn lines(texts: &[&str]) -> Lines {
        let mut rows = Rows::new(usize::MAX, usize::MAX, 0);
        for text in texts {
            rows.push(LogLine { text, ..LogLine::default() });
        }
        Lines::new(rows)
    }

    fn looking_for(text: &str) -> Find {
        let mut find = Find::default();
        text.clone_into(&mut find.bar.text);
        find
    }

    fn found(lines: &Lines, text: &str) -> Find {
        let mut find = looking_for(text);
        while find.go_on(lines) {}
        find
    }

    #[test]
    fn rows_are_found_and_gone_through_round_the_ends() {
        let lines = lines(&["Port 1", "none", "the port", "好 port", "ПОРТ"]);
        let mut find = found(&lines, "PORT");
        assert_eq!(find.len(), 3);
        let steps: Vec<_> = (0..4)
            .scan(0, |at, _| {
                *at = find.step(*at, true)?;
                Some(*at)
            })
            .collect();
        assert_eq!(steps, [0, 2, 3, 0]);
        assert_eq!(find.step(0, false), Some(3));
        assert_eq!(find.current(), Some((3, 3)));
        assert_eq!((found(&lines, "好").len(), found(&lines, "порт").len()), (1, 1));
        assert_eq!(found(&lines, "").len(), 0);
    }

    #[test]
    fn what_is_cut_by_the_end_of_a_row_is_found_and_marked() {
        let line = format!("{}needle{}", "x".repeat(MAX_ROW_BYTES - 3), "y".repeat(10));
        let lines = lines(&[&line]);
        let find = found(&lines, "needle");
        assert_eq!((find.len(), lines.len()), (1, 2));
        let marks = |number| {
            let found = matches(lines.rows(), lines.rows().get(number).unwrap(), &Needle::new("needle"));
            found.into_iter().map(|range| (range.start, range.end)).collect::<Vec<_>>()
        };
        assert_eq!(marks(0), vec![(MAX_ROW_BYTES - 3, MAX_ROW_BYTES)]);
        assert_eq!(marks(1), vec![(0, 3)]);
    }

    #[test]
    fn many_rows_take_several_frames() {
        let lines = lines(&vec!["row"; ROWS_A_FRAME * 2]);
        let mut find = looking_for("row");
        assert!(find.go_on(&lines));
        assert!(find.len() < lines.len());
        while find.go_on(&lines) {}
        assert_eq!(find.len(), lines.len());
    }
}
