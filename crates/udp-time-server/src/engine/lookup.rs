//! The addresses of named destinations, looked up beside the ticks.

use std::collections::HashMap;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use common::engine::Backoff;
use tokio::sync::{Notify, mpsc};
use tokio::task::{AbortHandle, JoinSet};

use super::Fault;

/// Computers change their addresses: a name that was found is looked up again after [`LONGEST_PAUSE`] and this.
const FRESH_FOR: Duration = Duration::from_secs(50);

const FIRST_PAUSE: Duration = Duration::from_secs(1);
const LONGEST_PAUSE: Duration = Duration::from_secs(10);

/// The result of a look-up.
#[derive(Debug)]
pub(super) struct LookedUp {
    /// Which destination.
    pub(super) id: u64,
    /// Its address, or why there is none.
    pub(super) result: Result<SocketAddr, Fault>,
}

/// The look-ups of all names: one task for each, which ends when this value is dropped.
#[derive(Debug)]
pub(super) struct Lookups {
    tasks: JoinSet<()>,
    names: HashMap<u64, (AbortHandle, Arc<Notify>)>,
    sender: mpsc::Sender<LookedUp>,
    found: mpsc::Receiver<LookedUp>,
}

impl Lookups {
    pub(super) fn new() -> Self {
        let (sender, found) = mpsc::channel(1);
        Self { tasks: JoinSet::new(), names: HashMap::new(), sender, found }
    }

    /// Looks up the name of destination `id`, again and again.
    pub(super) fn add<F>(&mut self, id: u64, resolve: impl Fn() -> F + Send + 'static)
    where
        F: Future<Output = io::Result<SocketAddr>> + Send,
    {
        let sender = self.sender.clone();
        let invalid = Arc::new(Notify::new());
        let invalidated = Arc::clone(&invalid);
        let task = self.tasks.spawn(async move {
            let mut backoff = Backoff::new(FIRST_PAUSE, LONGEST_PAUSE);
            loop {
                let result = resolve().await.map_err(|error| Fault::of_lookup(&error));
                let is_found = result.is_ok();
                if sender.send(LookedUp { id, result }).await.is_err() {
                    return;
                }
                if is_found {
                    backoff.reset();
                    // However often it is invalidated, it is not asked for more often than this.
                    tokio::time::sleep(LONGEST_PAUSE).await;
                    let _fresh = tokio::time::timeout(FRESH_FOR, invalidated.notified()).await.is_err();
                } else {
                    tokio::time::sleep(backoff.next_pause()).await;
                }
            }
        });
        self.names.insert(id, (task, invalid));
    }

    /// The address of destination `id` does not work: its name is looked up again soon.
    pub(super) fn invalidate(&self, id: u64) {
        if let Some((_, invalid)) = self.names.get(&id) {
            invalid.notify_one();
        }
    }

    /// Stops looking up the name of destination `id`.
    pub(super) fn remove(&mut self, id: u64) {
        if let Some((task, _)) = self.names.remove(&id) {
            task.abort();
        }
        while self.tasks.try_join_next().is_some() {}
    }

    /// Waits for the next result, for ever where there is no name.
    pub(super) async fn next(&mut self) -> LookedUp {
        match self.found.recv().await {
            Some(found) => found,
            // The channel is never closed: `self.sender` lives as long as `self`.
            None => std::future::pending().await,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicU32, Ordering};
    use tokio::time::Instant;

    #[tokio::test(start_paused = true)]
    async fn a_name_that_fails_is_asked_for_again_and_later_kept_fresh() {
        let asked = Arc::new(AtomicU32::new(0));
        let address: SocketAddr = "10.0.0.7:6666".parse().unwrap();
        let mut lookups = Lookups::new();
        lookups.add(3, move || {
            let number = asked.fetch_add(1, Ordering::Relaxed);
            async move { if number < 2 { Err(io::Error::other("no such name")) } else { Ok(address) } }
        });
        let start = Instant::now();
        for _ in 0..2 {
            let found = lookups.next().await;
            assert_eq!(
                (found.id, found.result),
                (3, Err(Fault::NoAddress { reason: "no such name".to_owned() }))
            );
        }
        assert_eq!(lookups.next().await.result, Ok(address));
        assert!(start.elapsed() <= FIRST_PAUSE * 3);
        let start = Instant::now();
        assert_eq!(lookups.next().await.result, Ok(address));
        assert!(start.elapsed() >= FRESH_FOR);
        let start = Instant::now();
        lookups.invalidate(3);
        assert_eq!(lookups.next().await.result, Ok(address));
        assert!((LONGEST_PAUSE..FRESH_FOR).contains(&start.elapsed()), "{:?}", start.elapsed());
        lookups.remove(3);
        let more = tokio::time::timeout(FRESH_FOR * 3, lookups.next()).await;
        assert!(more.is_err(), "{more:?}");
    }
}
