//! What the user took away, to be brought back: what went last comes back first.

use std::collections::VecDeque;

/// How many are kept; beyond that the oldest is gone for good.
const MOST: usize = 32;

/// What was taken away, in order.
#[derive(Debug, Clone)]
pub struct UndoStack<T>(VecDeque<T>);

impl<T> Default for UndoStack<T> {
    fn default() -> Self {
        Self(VecDeque::new())
    }
}

impl<T> UndoStack<T> {
    /// Keeps what was taken away now.
    pub fn push(&mut self, taken: T) {
        if self.0.len() == MOST {
            self.0.pop_front();
        }
        self.0.push_back(taken);
    }

    /// What comes back next.
    #[must_use]
    pub fn last(&self) -> Option<&T> {
        self.0.back()
    }

    /// Gives what was taken away last.
    pub fn pop(&mut self) -> Option<T> {
        self.0.pop_back()
    }

    /// Forgets what does not pass: it is there again, so that there is nothing to undo.
    pub fn retain(&mut self, passes: impl FnMut(&T) -> bool) {
        self.0.retain(passes);
    }

    /// All that is kept.
    pub fn iter_mut(&mut self) -> impl Iterator<Item = &mut T> {
        self.0.iter_mut()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_went_last_comes_back_first_and_the_oldest_is_gone_for_good() {
        let mut stack = UndoStack::default();
        (0..=MOST).for_each(|taken| stack.push(taken));
        assert_eq!((stack.pop(), stack.last()), (Some(MOST), Some(&(MOST - 1))));
        stack.retain(|taken| taken % 2 == 0);
        let back: Vec<_> = std::iter::from_fn(|| stack.pop()).collect();
        assert_eq!((back.first(), back.last(), back.len()), (Some(&(MOST - 2)), Some(&2), MOST / 2 - 1));
    }
}
