//! What was said in a conversation: the last exchanges, within a size.

use std::collections::VecDeque;

use crate::bot::conversations::Remembered;

/// A question and its reply.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Exchange {
    pub(super) question: String,
    pub(super) reply: String,
}

impl Exchange {
    fn len(&self) -> usize {
        self.question.len() + self.reply.len()
    }
}

/// What is kept of each conversation at most.
#[derive(Debug, Clone, Copy)]
pub(super) struct Limits {
    pub(super) exchanges: usize,
    pub(super) bytes: usize,
}

/// The last exchanges of a conversation, the oldest first.
#[derive(Debug, Default)]
pub(super) struct History {
    exchanges: VecDeque<Exchange>,
    bytes: usize,
}

impl Remembered for History {
    fn bytes(&self) -> usize {
        self.bytes
    }
}

impl History {
    pub(super) fn exchanges(&self) -> impl Iterator<Item = &Exchange> {
        self.exchanges.iter()
    }

    /// Forgets the older half; `false` where there is nothing to forget.
    pub(super) fn forget_half(&mut self) -> bool {
        let half = self.exchanges.len().div_ceil(2);
        for forgotten in self.exchanges.drain(..half) {
            self.bytes -= forgotten.len();
        }
        half > 0
    }

    pub(super) fn add(&mut self, exchange: Exchange, limits: Limits) {
        let len = exchange.len();
        if len > limits.bytes || limits.exchanges == 0 {
            // What comes next would refer to what is missing.
            *self = Self::default();
            return;
        }
        self.bytes += len;
        self.exchanges.push_back(exchange);
        while (self.exchanges.len() > limits.exchanges || self.bytes > limits.bytes)
            && let Some(oldest) = self.exchanges.pop_front()
        {
            self.bytes -= oldest.len();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_exchanges_are_kept_within_a_size() {
        let (mut history, limits) = (History::default(), Limits { exchanges: 2, bytes: 20 });
        for (question, kept) in [
            ("a", &["a"][..]),
            ("b", &["a", "b"]),
            ("c", &["b", "c"]),
            ("0123456789abcdef", &["0123456789abcdef"]),
            ("0123456789abcdefghi", &[]),
            ("d", &["d"]),
        ] {
            history.add(Exchange { question: question.to_owned(), reply: "re".to_owned() }, limits);
            let questions: Vec<&str> =
                history.exchanges().map(|exchange| exchange.question.as_str()).collect();
            assert_eq!(questions, kept);
            assert_eq!(history.bytes(), history.exchanges().map(Exchange::len).sum::<usize>());
        }
        history.add(Exchange { question: "e".to_owned(), reply: "re".to_owned() }, limits);
        for (kept, bytes) in [(1, 3), (0, 0)] {
            assert!(history.forget_half());
            assert_eq!((history.exchanges().count(), history.bytes()), (kept, bytes));
        }
        assert!(!history.forget_half());
    }
}
