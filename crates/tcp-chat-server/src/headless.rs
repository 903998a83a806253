//! The server without a window: each event is a line on standard output.

use std::time::Duration;

use common::cli::{Failure, Lines};
use common::engine::Waker;
use tokio::time::Instant;

use crate::config::Args;
use crate::engine::{self, Event, Handle};
use crate::json::{Json, json_stats, leveled};
use crate::lines;

/// Listens and prints until the program is asked to end.
///
/// # Errors
/// Where the address cannot be listened on, or the system gives no thread.
pub fn run(args: &Args) -> Result<(), Failure> {
    let config = args.config().map_err(Failure::usage)?;
    let mut handle = engine::start(Waker::none(), Some(config))
        .map_err(|error| Failure::run(anyhow::Error::new(error).context("the server cannot be started")))?;
    let result =
        tokio::runtime::Builder::new_current_thread().enable_time().build().map_err(Failure::run).and_then(
            |runtime| runtime.block_on(print(&mut handle, Lines::new(args.output), args.stats_every())),
        );
    handle.finish().map_err(Failure::run).and(result)
}

/// Most events that are written before they are flushed and the counters get their turn.
const EVENTS_A_FLUSH: usize = 1024;

/// Between two flushes: what happens meanwhile is written in one go. The queue of events holds what
/// a busy server does in this time many times over.
const FLUSH_PAUSE: Duration = Duration::from_millis(10);

async fn print(handle: &mut Handle, mut lines: Lines, stats_every: Option<Duration>) -> Result<(), Failure> {
    let mut known_drops = 0;
    let mut stats_at = stats_every.map(|pause| Instant::now() + pause);
    loop {
        let stats_due = async {
            match stats_at {
                Some(at) => tokio::time::sleep_until(at).await,
                None => std::future::pending().await,
            }
        };
        let event = tokio::select! {
            // However many events there are, the counters are due.
            biased;
            () = stats_due => {
                let snapshot = handle.snapshot();
                let json = json_stats(&snapshot, handle.dropped());
                if lines.print(&lines::stats(&snapshot), &json).is_err() {
                    break;
                }
                // Late or not, the next one keeps to the beat.
                stats_at = stats_at.zip(stats_every).map(|(at, pause)| (at + pause).max(Instant::now()));
                continue;
            }
            event = handle.next_event() => event,
        };
        let Some(event) = event else { break };
        if let Event::ListenFailed(error) = &event {
            return Err(Failure::usage(error.clone()));
        }
        let drops = handle.dropped();
        if drops > known_drops {
            let count = drops - known_drops;
            known_drops = drops;
            if lines.add(&lines::dropped(count), &Json::Dropped { count }).is_err() {
                break;
            }
        }
        // What waits already goes out in one go: thousands of messages a second are thousands of lines.
        let waiting = std::iter::from_fn(|| handle.waiting_event()).take(EVENTS_A_FLUSH);
        let mut events = std::iter::once(event).chain(waiting);
        let added = events.try_for_each(|event| lines.add(&lines::text(&event), &leveled(&event)));
        // A closed standard output: nobody listens any more, which is no failure.
        if added.and_then(|()| lines.flush()).is_err() {
            break;
        }
        tokio::time::sleep(FLUSH_PAUSE).await;
    }
    Ok(())
}
