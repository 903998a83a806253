//! Bounds the memory that the messages of all clients take together while they wait.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// How many bytes may be held at a time, and how many are.
#[derive(Debug)]
pub(super) struct Budget {
    max: usize,
    used: AtomicUsize,
}

/// Some of the bytes of a budget, until it is dropped.
#[derive(Debug)]
pub(super) struct Share {
    budget: Arc<Budget>,
    bytes: usize,
}

impl Budget {
    pub(super) fn new(max: usize) -> Arc<Self> {
        Arc::new(Self { max, used: AtomicUsize::new(0) })
    }

    /// A share that holds nothing yet.
    pub(super) fn share(self: &Arc<Self>) -> Share {
        Share { budget: Arc::clone(self), bytes: 0 }
    }

    pub(super) fn max(&self) -> usize {
        self.max
    }
}

impl Share {
    /// Holds `bytes` from now on. `false` where the budget has no room for them: then the share stays as it was.
    pub(super) fn set(&mut self, bytes: usize) -> bool {
        let Self { budget, bytes: held } = self;
        let resize =
            |used: usize| Some(used - *held + bytes).filter(|used| bytes <= *held || *used <= budget.max);
        let is_held =
            bytes == *held || budget.used.fetch_update(Ordering::Relaxed, Ordering::Relaxed, resize).is_ok();
        if is_held {
            *held = bytes;
        }
        is_held
    }
}

impl Drop for Share {
    fn drop(&mut self) {
        self.set(0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_hold_no_more_than_there_is_and_give_it_back() {
        let budget = Budget::new(10);
        let (mut one, mut other) = (budget.share(), budget.share());
        assert!(one.set(6) && other.set(4));
        assert!(!other.set(5) && other.set(3) && one.set(7));
        drop(one);
        assert!(other.set(10) && !budget.share().set(1));
    }
}
