//! The rows of a log that pass its filter, in order.

use std::collections::VecDeque;
use std::fmt;

use super::rows::{LogLine, Row, Rows};
use crate::window::list::List;

/// What a line must be like to be shown.
pub type LogFilter = Box<dyn Fn(&LogLine<'_>) -> bool>;

/// Rows, and which of them are shown: all, or those that pass.
pub(super) struct Lines {
    rows: Rows,
    filter: Option<LogFilter>,
    /// Numbers of those that pass, where there is a filter.
    passing: VecDeque<u64>,
    /// The newest row that says a day, as long as no row of that day has passed.
    day: Option<u64>,
}

impl fmt::Debug for Lines {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Lines")
            .field("rows", &self.rows.len())
            .field("shown", &self.len())
            .finish_non_exhaustive()
    }
}

impl Lines {
    pub(super) fn new(rows: Rows) -> Self {
        Self { rows, filter: None, passing: VecDeque::new(), day: None }
    }

    /// All rows, shown or not.
    pub(super) fn rows(&self) -> &Rows {
        &self.rows
    }

    /// Takes other rows, and gives those that were there.
    pub(super) fn replace(&mut self, rows: Rows) -> Rows {
        let old = std::mem::replace(&mut self.rows, rows);
        self.refill();
        old
    }

    pub(super) fn set_filter(&mut self, filter: Option<LogFilter>) {
        self.filter = filter;
        self.refill();
    }

    /// Adds a line; `true` where it is shown.
    pub(super) fn push(&mut self, line: LogLine<'_>) -> bool {
        let from = self.rows.end();
        self.rows.push(line);
        self.note_new(from)
    }

    fn refill(&mut self) {
        self.passing.clear();
        self.day = None;
        self.note_new(self.rows.first());
    }

    /// Takes note of the rows from `from` on, and of those that are gone; `true` where one of the new ones is shown.
    fn note_new(&mut self, from: u64) -> bool {
        let Some(filter) = &self.filter else { return from < self.rows.end() };
        let gone = self.passing.partition_point(|number| *number < self.rows.first());
        self.passing.drain(..gone);
        let before = self.passing.len();
        let mut passes = false;
        for row in self.rows.iter(from..u64::MAX) {
            if row.is_day() {
                self.day = Some(row.number);
                continue;
            }
            // What goes for the start of a line goes for the rest.
            if !row.is_continuation {
                passes = filter(&row.line);
            }
            if passes {
                // A day is said where something of it is shown.
                self.passing.extend(self.day.take().filter(|day| *day >= self.rows.first()));
                self.passing.push_back(row.number);
            }
        }
        self.passing.len() > before
    }

    /// How many rows are shown.
    pub(super) fn len(&self) -> usize {
        if self.filter.is_some() { self.passing.len() } else { self.rows.len() }
    }

    /// Number of the row at a place.
    pub(super) fn number(&self, index: usize) -> Option<u64> {
        if self.filter.is_some() {
            self.passing.get(index).copied()
        } else {
            (index < self.rows.len()).then(|| self.rows.first() + index as u64)
        }
    }

    /// Place of a row, or of the one that comes after where it is not shown.
    pub(super) fn index(&self, number: u64) -> usize {
        if self.filter.is_some() {
            self.passing.partition_point(|passing| *passing < number)
        } else {
            let index = number.saturating_sub(self.rows.first());
            usize::try_from(index).unwrap_or(usize::MAX).min(self.rows.len())
        }
    }

    /// The row at a place.
    pub(super) fn row(&self, index: usize) -> Option<Row<'_>> {
        self.number(index).and_then(|number| self.rows.get(number))
    }

    /// The text of a row; none where it is gone.
    pub(super) fn text(&self, number: u64) -> &str {
        self.rows.get(number).map_or("", |row| row.line.text)
    }

    /// Numbers of those that are shown, where they are not all.
    pub(super) fn passing(&self) -> Option<Vec<u64>> {
        self.filter.as_ref().map(|_| self.passing.iter().copied().collect())
    }
}

impl List for Lines {
    type Row = u64;

    fn at_or_after(&self, number: u64) -> Option<u64> {
        self.number(self.index(number))
    }

    fn last(&self) -> Option<u64> {
        self.number(self.len().checked_sub(1)?)
    }

    fn before(&self, number: u64) -> Option<u64> {
        self.number(self.index(number).checked_sub(1)?)
    }

    fn after(&self, number: u64) -> Option<u64> {
        self.number(self.index(number + 1))
    }
}
