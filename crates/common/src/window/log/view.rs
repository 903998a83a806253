//! The rows that pass the filter, in order.

use std::collections::VecDeque;
use std::fmt;

use super::rows::{LogLine, Rows};

/// What a line must be like to be shown.
pub type LogFilter = Box<dyn Fn(&LogLine<'_>) -> bool>;

/// Which rows are shown: all, or those that pass.
#[derive(Default)]
pub(super) struct View {
    filter: Option<LogFilter>,
    /// Numbers of those that pass, where there is a filter.
    passing: VecDeque<u64>,
}

impl fmt::Debug for View {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let passing = self.filter.as_ref().map(|_| self.passing.len());
        f.debug_struct("View").field("passing", &passing).finish()
    }
}

impl View {
    pub(super) fn set_filter(&mut self, filter: Option<LogFilter>, rows: &Rows) {
        self.filter = filter;
        self.refill(rows);
    }

    /// Begins anew with other rows.
    pub(super) fn refill(&mut self, rows: &Rows) {
        self.passing.clear();
        self.note_new(rows, rows.first());
    }

    /// Takes note of the rows from `from` on, and of those that are gone; gives how many pass.
    pub(super) fn note_new(&mut self, rows: &Rows, from: u64) -> usize {
        let Some(filter) = &self.filter else {
            return usize::try_from(rows.end() - from.min(rows.end())).unwrap_or(usize::MAX);
        };
        let gone = self.passing.partition_point(|number| *number < rows.first());
        self.passing.drain(..gone);
        let before = self.passing.len();
        let mut passes = false;
        for row in rows.iter(from..u64::MAX) {
            // What goes for the start of a line goes for the rest.
            if !row.is_continuation {
                passes = filter(&row.line);
            }
            if passes {
                self.passing.push_back(row.number);
            }
        }
        self.passing.len() - before
    }

    pub(super) fn len(&self, rows: &Rows) -> usize {
        if self.filter.is_some() { self.passing.len() } else { rows.len() }
    }

    pub(super) fn is_filtered(&self) -> bool {
        self.filter.is_some()
    }

    /// Number of the row at a place.
    pub(super) fn number(&self, rows: &Rows, index: usize) -> Option<u64> {
        if self.filter.is_some() {
            self.passing.get(index).copied()
        } else {
            (index < rows.len()).then(|| rows.first() + index as u64)
        }
    }

    /// Place of a row, or of the one that comes after where it is not shown.
    pub(super) fn index(&self, rows: &Rows, number: u64) -> usize {
        if self.filter.is_some() {
            self.passing.partition_point(|passing| *passing < number)
        } else {
            usize::try_from(number.saturating_sub(rows.first())).unwrap_or(usize::MAX).min(rows.len())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_filter_holds_for_old_and_new_rows() {
        let mut rows = Rows::new(6, usize::MAX, 0);
        let mut view = View::default();
        let push = |rows: &mut Rows, view: &mut View, tag| {
            let from = rows.end();
            rows.push(LogLine { text: "x", tag, ..LogLine::default() });
            view.note_new(rows, from)
        };
        (0..4).for_each(|tag| _ = push(&mut rows, &mut view, tag));
        view.set_filter(Some(Box::new(|line| line.tag % 2 == 1)), &rows);
        assert_eq!(view.len(&rows), 2);
        assert_eq!([4, 5].map(|tag| push(&mut rows, &mut view, tag)), [0, 1]);
        assert_eq!(
            (0..3).map(|index| view.number(&rows, index)).collect::<Vec<_>>(),
            [Some(1), Some(3), Some(5)]
        );
        assert_eq!((view.index(&rows, 2), view.index(&rows, 6)), (1, 3));
        (6..9).for_each(|tag| _ = push(&mut rows, &mut view, tag));
        assert_eq!(view.number(&rows, 0), Some(3), "1 is gone");
        view.set_filter(None, &rows);
        assert_eq!(view.len(&rows), 6);
    }
}
