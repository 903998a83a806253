//! The addresses of named destinations, looked up beside the ticks.

use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use common::engine::Backoff;
use common::net::{Host, explain_lookup};
use tokio::sync::mpsc;
use tokio::task::JoinSet;

/// Addresses of computers change: a name is asked for again after this.
const FRESH_FOR: Duration = Duration::from_mins(1);

const FIRST_PAUSE: Duration = Duration::from_secs(1);
const LONGEST_PAUSE: Duration = Duration::from_secs(10);

/// What a look-up gave.
#[derive(Debug)]
pub(super) struct Found {
    /// Which destination.
    pub(super) index: usize,
    /// Its address, or why there is none.
    pub(super) result: Result<SocketAddr, String>,
}

/// One task a name; they end with this value.
#[derive(Debug)]
pub(super) struct Lookups {
    tasks: JoinSet<()>,
    sender: mpsc::Sender<Found>,
    found: mpsc::Receiver<Found>,
}

impl Lookups {
    pub(super) fn new() -> Self {
        let (sender, found) = mpsc::channel(1);
        Self { tasks: JoinSet::new(), sender, found }
    }

    /// Looks the name of destination `index` up, again and again.
    pub(super) fn add<F>(&mut self, index: usize, resolve: impl Fn() -> F + Send + 'static)
    where
        F: Future<Output = io::Result<SocketAddr>> + Send,
    {
        let sender = self.sender.clone();
        self.tasks.spawn(async move {
            let mut backoff = Backoff::new(FIRST_PAUSE, LONGEST_PAUSE);
            loop {
                let result = resolve().await.map_err(|error| explain(&error));
                let pause = if result.is_ok() {
                    backoff.reset();
                    FRESH_FOR
                } else {
                    backoff.next_pause()
                };
                if sender.send(Found { index, result }).await.is_err() {
                    return;
                }
                tokio::time::sleep(pause).await;
            }
        });
    }

    /// The next result; never comes where there is no name.
    pub(super) async fn next(&mut self) -> Found {
        match self.found.recv().await {
            Some(found) => found,
            // Not while `self.sender` lives.
            None => std::future::pending().await,
        }
    }
}

fn explain(error: &io::Error) -> String {
    format!("the name cannot be looked up ({})", explain_lookup(error))
}

/// The address that needs no looking up.
pub(super) fn known_address(host: &Host, port: u16) -> Option<SocketAddr> {
    match host {
        Host::Ip(ip) => Some(SocketAddr::new(*ip, port)),
        // The number of an interface changes when it comes back.
        Host::Zoned(..) | Host::Name(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;
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
            assert_eq!(found.index, 3);
            assert_eq!(found.result, Err("the name cannot be looked up (no such name)".to_owned()));
        }
        assert_eq!(lookups.next().await.result, Ok(address));
        assert!(start.elapsed() <= FIRST_PAUSE * 3);
        let start = Instant::now();
        assert_eq!(lookups.next().await.result, Ok(address));
        assert!(start.elapsed() >= FRESH_FOR);
    }
}
