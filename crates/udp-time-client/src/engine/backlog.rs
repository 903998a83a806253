//! Datagrams on their way to whoever shows them: the newest, at most so many.

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::sync::{Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use chrono::{DateTime, FixedOffset};
use common::time::{Reading, read};

use super::quality::{Mark, RowId};

/// Datagrams that may wait; beyond, the oldest are counted and dropped.
pub const MAX_ROWS: usize = 100_000;

/// Bytes of theirs that may wait.
pub const MAX_ROW_BYTES: usize = 32 << 20;

/// One datagram.
#[derive(Debug, Clone, PartialEq)]
pub struct Received {
    /// When it came: by the system's own stamp where there is one.
    pub time: DateTime<FixedOffset>,
    /// Who sent it.
    pub source: SocketAddr,
    /// Its bytes.
    pub payload: Bytes,
    /// Its sender among the rows of the senders.
    pub sender: RowId,
    /// What it was among the datagrams of its sender.
    pub mark: Mark,
}

impl Received {
    /// Its bytes, read.
    #[must_use]
    pub fn reading(&self) -> Reading {
        read(&self.payload)
    }
}

/// The newest datagrams, bounded in number and bytes.
#[derive(Debug, Default)]
pub struct Rows {
    newest: VecDeque<Received>,
    bytes: usize,
    gone: u64,
}

impl Rows {
    /// Adds one; gives how many had to go for it.
    pub fn push(&mut self, received: Received) -> u64 {
        self.bytes += received.payload.len();
        self.newest.push_back(received);
        let mut gone = 0;
        while self.newest.len() > MAX_ROWS || self.bytes > MAX_ROW_BYTES {
            let Some(oldest) = self.newest.pop_front() else { break };
            self.bytes -= oldest.payload.len();
            gone += 1;
        }
        self.gone += gone;
        gone
    }

    /// Those that had to go.
    #[must_use]
    pub fn gone(&self) -> u64 {
        self.gone
    }

    /// The datagrams, oldest first.
    #[must_use]
    pub fn all(&self) -> &VecDeque<Received> {
        &self.newest
    }
}

impl IntoIterator for Rows {
    type Item = Received;
    type IntoIter = std::collections::vec_deque::IntoIter<Received>;

    fn into_iter(self) -> Self::IntoIter {
        self.newest.into_iter()
    }
}

/// Between the engine, which adds, and the window, which takes all at once: neither waits for the other longer than that
/// takes.
#[derive(Debug, Default)]
pub struct Backlog(Mutex<Rows>);

impl Backlog {
    /// Adds what came; gives whether nothing waited before, and how many were dropped.
    pub fn push(&self, datagrams: impl Iterator<Item = Received>) -> (bool, u64) {
        let mut waiting = self.lock();
        let was_empty = waiting.newest.is_empty();
        (was_empty, datagrams.map(|received| waiting.push(received)).sum())
    }

    /// How many wait.
    #[must_use]
    pub fn waiting(&self) -> usize {
        self.lock().newest.len()
    }

    /// Takes all that waits.
    #[must_use]
    pub fn take(&self) -> Rows {
        std::mem::take(&mut *self.lock())
    }

    /// Rows have no state in between: what panicked while it held them left them whole.
    fn lock(&self) -> MutexGuard<'_, Rows> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn received(bytes: usize) -> Received {
        Received {
            time: DateTime::default(),
            source: "127.0.0.1:1".parse().unwrap(),
            payload: vec![b'x'; bytes].into(),
            sender: RowId(0),
            mark: Mark::Unknown,
        }
    }

    #[test]
    fn the_newest_are_kept_and_the_others_counted() {
        let backlog = Backlog::default();
        assert_eq!(backlog.push((0..MAX_ROWS + 7).map(|_| received(1))), (true, 7));
        assert_eq!(backlog.push(std::iter::once(received(2))), (false, 1));
        let rows = backlog.take();
        assert_eq!((rows.all().len(), rows.bytes, rows.gone()), (MAX_ROWS, MAX_ROWS + 1, 8));
        assert_eq!(rows.all().back(), Some(&received(2)));
        assert_eq!(backlog.push(std::iter::empty()), (true, 0));
    }

    #[test]
    fn large_ones_are_bounded_by_their_bytes() {
        let backlog = Backlog::default();
        let (_, dropped) = backlog.push((0..MAX_ROW_BYTES / 65_000 + 10).map(|_| received(65_000)));
        let rows = backlog.take();
        assert!(rows.bytes <= MAX_ROW_BYTES && (9..=11).contains(&dropped), "{dropped}");
    }
}
