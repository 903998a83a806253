//! The link between an engine and the window (or the lines of a headless run) that shows it.

use std::collections::VecDeque;
use std::fmt;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use tokio::sync::{Notify, mpsc, watch};
use tokio_util::sync::{CancellationToken, DropGuard};

use super::Event;

/// Commands that may wait for an engine.
const COMMANDS: usize = 64;

/// Events that may wait for a window.
const EVENTS: usize = 4096;

/// Large events that may wait for a window.
const LARGE_EVENTS: usize = 64;

/// Events of bursts that may wait for a window; beyond, the oldest are dropped and counted.
pub const BURST_EVENTS: usize = 100_000;

/// Bytes of their payloads that may wait.
pub const BURST_BYTES: usize = 32 << 20;

/// Wakes whoever shows the engine: a window's repaint, or nothing.
#[derive(Clone)]
pub struct Waker(Arc<dyn Fn() + Send + Sync>);

impl Waker {
    /// A waker that calls `wake`, from any thread.
    pub fn new(wake: impl Fn() + Send + Sync + 'static) -> Self {
        Self(Arc::new(wake))
    }

    /// For those who wait on the link itself.
    #[must_use]
    pub fn none() -> Self {
        Self::new(|| ())
    }
}

impl fmt::Debug for Waker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Waker")
    }
}

/// One wake-up for many changes: whoever shows them clears the flag before it looks.
#[derive(Debug, Clone)]
pub(super) struct Bell {
    waker: Waker,
    is_rung: Arc<AtomicBool>,
    created: Instant,
    /// Milliseconds from `created` to the newest ring.
    rung_at: Arc<AtomicU64>,
}

/// A ring that was not heeded for so long is repeated with the next change: a toolkit that lost one wake-up
/// must not leave its window behind for ever.
const RING_AGAIN: Duration = Duration::from_millis(250);

impl Bell {
    pub(super) fn ring(&self) {
        let now = u64::try_from(self.created.elapsed().as_millis()).unwrap_or(u64::MAX);
        let waited = Duration::from_millis(now.saturating_sub(self.rung_at.load(Ordering::Relaxed)));
        if !self.is_rung.swap(true, Ordering::AcqRel) || waited >= RING_AGAIN {
            self.rung_at.store(now, Ordering::Relaxed);
            (self.waker.0)();
        }
    }
}

/// The newest events of bursts (many at once, as datagrams come; not the [`Burst`](crate::chat::Burst) of a chat), bounded in
/// number and bytes. Neither side waits for the other longer than it takes to add a batch or to take all that is there.
#[derive(Debug)]
struct Burst<E> {
    waiting: Mutex<Waiting<E>>,
    /// For those who wait on the link itself.
    arrived: Notify,
}

#[derive(Debug)]
struct Waiting<E> {
    events: VecDeque<E>,
    bytes: usize,
}

impl<E> Burst<E> {
    fn new() -> Self {
        let waiting = Waiting { events: VecDeque::new(), bytes: 0 };
        Self { waiting: Mutex::new(waiting), arrived: Notify::new() }
    }

    /// The queue has no state in between: what panicked while it held it left it whole.
    fn lock(&self) -> MutexGuard<'_, Waiting<E>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn take(&self) -> VecDeque<E> {
        let mut waiting = self.lock();
        waiting.bytes = 0;
        std::mem::take(&mut waiting.events)
    }
}

/// The engine's side of the events: bounded, counts what it had to drop.
#[derive(Debug)]
pub struct EventSender<E> {
    events: mpsc::Sender<E>,
    burst: Arc<Burst<E>>,
    dropped: Arc<AtomicU64>,
    bell: Bell,
}

impl<E> Clone for EventSender<E> {
    fn clone(&self) -> Self {
        Self {
            events: self.events.clone(),
            burst: Arc::clone(&self.burst),
            dropped: Arc::clone(&self.dropped),
            bell: self.bell.clone(),
        }
    }
}

impl<E> EventSender<E> {
    pub(super) fn bell(&self) -> Bell {
        self.bell.clone()
    }
}

impl<E: Send> EventSender<E> {
    /// Hands over an event; one that finds the queue full is dropped and counted.
    pub fn send(&self, event: E) {
        if let Err(mpsc::error::TrySendError::Full(_)) = self.events.try_send(event) {
            self.dropped.fetch_add(1, Ordering::Relaxed);
        }
        self.bell.ring();
    }

    /// Hands over an event that must not be lost: waits for room, and so slows the engine (and by
    /// way of TCP its peer) down to what is shown.
    pub async fn send_waiting(&self, event: E) {
        self.bell.ring();
        // Nobody is left to show it: the engine is being shut down.
        let _closed = self.events.send(event).await.is_err();
        self.bell.ring();
    }

    /// Like [`Self::send_waiting`], for an event of many bytes: waits until only some dozens of
    /// events wait, so that a window that is behind costs some megabytes at most.
    pub async fn send_large(&self, event: E) {
        self.bell.ring();
        // Nobody is left to show it: see above.
        if let Ok(mut permits) = self.events.reserve_many(EVENTS - LARGE_EVENTS).await
            && let Some(permit) = permits.next()
        {
            permit.send(event);
        }
        self.bell.ring();
    }

    /// Hands over events of a burst: of those that wait, the newest [`BURST_EVENTS`] stay, with at most
    /// [`BURST_BYTES`]; gives how many older ones were dropped for them. They come after the events of
    /// [`Self::send`] that wait.
    pub fn send_burst(&self, events: impl Iterator<Item = E>) -> u64
    where
        E: Event,
    {
        let mut waiting = self.burst.lock();
        let mut dropped = 0;
        for event in events {
            waiting.bytes += event.payload_bytes();
            waiting.events.push_back(event);
            while waiting.events.len() > BURST_EVENTS || waiting.bytes > BURST_BYTES {
                let Some(oldest) = waiting.events.pop_front() else { break };
                waiting.bytes -= oldest.payload_bytes();
                dropped += 1;
            }
        }
        drop(waiting);
        self.count_dropped(dropped);
        self.burst.arrived.notify_one();
        self.bell.ring();
        dropped
    }

    /// Counts events that were lost before they could be sent.
    pub fn count_dropped(&self, count: u64) {
        self.dropped.fetch_add(count, Ordering::Relaxed);
    }

    /// Events that were dropped since the start.
    #[must_use]
    pub fn dropped(&self) -> u64 {
        self.dropped.load(Ordering::Relaxed)
    }
}

/// The engine's side of the snapshot: the newest counters and tables.
#[derive(Debug, Clone)]
pub struct SnapshotSender<S> {
    snapshot: watch::Sender<S>,
    bell: Bell,
}

impl<S> SnapshotSender<S> {
    /// Replaces the snapshot.
    pub fn set(&self, snapshot: S) {
        self.snapshot.send_replace(snapshot);
        self.bell.ring();
    }

    /// Changes the snapshot in place.
    pub fn change(&self, change: impl FnOnce(&mut S)) {
        self.snapshot.send_modify(change);
        self.bell.ring();
    }
}

/// What an engine gets.
#[derive(Debug)]
pub struct EngineLink<C, E, S> {
    /// What the user wants; closed when the window is gone.
    pub commands: mpsc::Receiver<C>,
    /// Discrete facts.
    pub events: EventSender<E>,
    /// Counters and tables.
    pub snapshot: SnapshotSender<S>,
    /// Cancelled when the program ends.
    pub shutdown: CancellationToken,
}

/// The command queue is full, or the engine has ended: here is the command back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Busy<C>(pub C);

/// What a window, a headless run or a test holds.
#[derive(Debug)]
pub struct EngineHandle<C, E, S> {
    commands: CommandSender<C>,
    events: mpsc::Receiver<E>,
    burst: Arc<Burst<E>>,
    /// Events taken from the burst at once, which [`Self::waiting_event`] gives one by one.
    taken: VecDeque<E>,
    dropped: Arc<AtomicU64>,
    snapshot: watch::Receiver<S>,
    is_rung: Arc<AtomicBool>,
    pub(super) shutdown: CancellationToken,
    pub(super) thread: Option<JoinHandle<()>>,
    /// While it lives, signals ask for the end: also of a window whose engine has failed.
    pub(super) signals: Option<DropGuard>,
}

/// Both ends of a link, for an engine that starts with `snapshot`.
#[must_use]
pub fn link<C, E, S>(waker: Waker, snapshot: S) -> (EngineHandle<C, E, S>, EngineLink<C, E, S>) {
    let (command_sender, command_receiver) = mpsc::channel(COMMANDS);
    let (event_sender, event_receiver) = mpsc::channel(EVENTS);
    let (snapshot_sender, snapshot_receiver) = watch::channel(snapshot);
    let dropped = Arc::new(AtomicU64::new(0));
    let bell = Bell {
        waker,
        is_rung: Arc::new(AtomicBool::new(false)),
        created: Instant::now(),
        rung_at: Arc::new(AtomicU64::new(0)),
    };
    let shutdown = CancellationToken::new();
    let burst = Arc::new(Burst::new());
    let handle = EngineHandle {
        commands: CommandSender(command_sender),
        events: event_receiver,
        burst: Arc::clone(&burst),
        taken: VecDeque::new(),
        dropped: Arc::clone(&dropped),
        snapshot: snapshot_receiver,
        is_rung: Arc::clone(&bell.is_rung),
        shutdown: shutdown.clone(),
        thread: None,
        signals: None,
    };
    let link = EngineLink {
        commands: command_receiver,
        events: EventSender { events: event_sender, burst, dropped, bell: bell.clone() },
        snapshot: SnapshotSender { snapshot: snapshot_sender, bell },
        shutdown,
    };
    (handle, link)
}

/// Asks the engine for things.
#[derive(Debug)]
pub struct CommandSender<C>(mpsc::Sender<C>);

impl<C> Clone for CommandSender<C> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<C> CommandSender<C> {
    /// Asks the engine for something; never waits.
    ///
    /// # Errors
    /// [`Busy`] gives the command back where the queue is full or the engine has ended.
    pub fn send(&self, command: C) -> Result<(), Busy<C>> {
        use mpsc::error::TrySendError::{Closed, Full};
        self.0.try_send(command).map_err(|error| match error {
            Full(command) | Closed(command) => Busy(command),
        })
    }
}

impl<C, E, S> EngineHandle<C, E, S> {
    /// What asks the engine for things, for those who do not hold the handle.
    #[must_use]
    pub fn command_sender(&self) -> CommandSender<C> {
        self.commands.clone()
    }

    /// Asks the engine for something; never waits.
    ///
    /// # Errors
    /// [`Busy`] gives the command back where the queue is full or the engine has ended.
    pub fn command(&self, command: C) -> Result<(), Busy<C>> {
        self.commands.send(command)
    }

    /// Takes up to `max` waiting events; never waits. `true`: there may be more, draw another
    /// frame.
    pub fn drain(&mut self, max: usize, mut take: impl FnMut(E)) -> bool {
        // First the flag: what comes from here on rings again.
        self.is_rung.store(false, Ordering::Release);
        for _ in 0..max {
            match self.events.try_recv() {
                Ok(event) => take(event),
                Err(_) => return false,
            }
        }
        true
    }

    /// Waits for the next event; `None` when the engine has ended. Not for windows.
    pub fn wait_event(&mut self) -> Option<E> {
        self.events.blocking_recv()
    }

    /// Takes all events of bursts that wait; never waits.
    pub fn take_burst(&mut self) -> VecDeque<E> {
        self.burst.take()
    }

    /// How many events of bursts wait.
    #[must_use]
    pub fn waiting(&self) -> usize {
        self.burst.lock().events.len()
    }

    /// Waits for the next event, of a burst too; `None` when the engine has ended. Not for windows.
    pub async fn next_event(&mut self) -> Option<E> {
        loop {
            if let Some(event) = self.waiting_event() {
                return Some(event);
            }
            tokio::select! {
                biased;
                event = self.events.recv() => return event.or_else(|| self.waiting_event()),
                () = self.burst.arrived.notified() => (),
            }
        }
    }

    /// The next event, of a burst too, if one waits.
    pub fn waiting_event(&mut self) -> Option<E> {
        if let Ok(event) = self.events.try_recv() {
            return Some(event);
        }
        if self.taken.is_empty() {
            self.taken = self.burst.take();
        }
        self.taken.pop_front()
    }

    /// The newest snapshot.
    #[must_use]
    pub fn snapshot(&self) -> S
    where
        S: Clone,
    {
        self.snapshot.borrow().clone()
    }

    /// Waits until the snapshot fits; `false` when the engine ended before. Not for windows.
    pub async fn wait_snapshot(&mut self, fits: impl FnMut(&S) -> bool) -> bool {
        self.snapshot.wait_for(fits).await.is_ok()
    }

    /// Events that found the queue full.
    #[must_use]
    pub fn dropped(&self) -> u64 {
        self.dropped.load(Ordering::Relaxed)
    }

    /// Whether the end was asked for: by [`Self::shut_down`], Ctrl-C or SIGTERM.
    #[must_use]
    pub fn is_shutting_down(&self) -> bool {
        self.shutdown.is_cancelled()
    }

    /// Asks the engine to end; never waits.
    pub fn shut_down(&self) {
        self.shutdown.cancel();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counting_waker() -> (Waker, Arc<AtomicU64>) {
        let wakes = Arc::new(AtomicU64::new(0));
        let counter = Arc::clone(&wakes);
        (Waker::new(move || _ = counter.fetch_add(1, Ordering::Relaxed)), wakes)
    }

    #[test]
    fn many_events_wake_once_until_they_are_looked_at() {
        let (waker, wake_count) = counting_waker();
        let (mut handle, link) = link::<(), u32, ()>(waker, ());
        for event in 0..100 {
            link.events.send(event);
        }
        assert_eq!(wake_count.load(Ordering::Relaxed), 1);
        let mut seen = Vec::new();
        assert!(handle.drain(60, |event| seen.push(event)), "more wait");
        assert!(!handle.drain(60, |event| seen.push(event)), "all taken");
        assert_eq!(seen, (0..100).collect::<Vec<_>>());
        link.snapshot.set(());
        assert_eq!(wake_count.load(Ordering::Relaxed), 2);
    }

    #[test]
    fn a_full_event_queue_drops_and_counts() {
        let (mut handle, link) = link::<(), usize, ()>(Waker::none(), ());
        for event in 0..EVENTS + 7 {
            link.events.send(event);
        }
        assert_eq!((handle.dropped(), link.events.dropped()), (7, 7));
        let mut taken = 0;
        handle.drain(usize::MAX, |_| taken += 1);
        assert_eq!(taken, EVENTS);
    }

    #[test]
    fn a_full_command_queue_gives_the_command_back() {
        let (handle, link) = link::<usize, (), ()>(Waker::none(), ());
        for command in 0..COMMANDS {
            assert_eq!(handle.command(command), Ok(()));
        }
        assert_eq!(handle.command(COMMANDS), Err(Busy(COMMANDS)));
        drop(link);
        assert_eq!(handle.command(1), Err(Busy(1)));
    }

    #[tokio::test]
    async fn large_events_wait_for_one_another() {
        let (mut handle, link) = link::<(), usize, ()>(Waker::none(), ());
        let sending = async {
            for event in 0..LARGE_EVENTS * 3 {
                link.events.send_large(event).await;
            }
        };
        tokio::pin!(sending);
        let is_done = tokio::time::timeout(std::time::Duration::from_millis(10), &mut sending).await.is_ok();
        assert!(!is_done, "nothing bounds them");
        let mut taken = 0;
        handle.drain(usize::MAX, |_| taken += 1);
        assert!((LARGE_EVENTS..LARGE_EVENTS * 2).contains(&taken), "{taken} wait");
        let receiving = async {
            for event in taken..LARGE_EVENTS * 3 {
                assert_eq!(handle.next_event().await, Some(event));
            }
        };
        tokio::join!(sending, receiving);
    }

    #[derive(Debug, PartialEq, serde::Serialize)]
    struct Datagram(usize, usize);

    impl Event for Datagram {
        fn payload_bytes(&self) -> usize {
            self.1
        }
    }

    #[tokio::test]
    async fn the_newest_of_a_burst_stay_and_the_rest_is_counted() {
        let (waker, wake_count) = counting_waker();
        let (mut handle, link) = link::<(), Datagram, ()>(waker, ());
        link.events.send(Datagram(7, 0));
        assert_eq!(link.events.send_burst((0..BURST_EVENTS + 3).map(|at| Datagram(at, 1))), 3);
        assert_eq!((handle.waiting(), handle.dropped()), (BURST_EVENTS, 3));
        // By bytes: one that fills the room alone sends the others away.
        assert_eq!(link.events.send_burst([Datagram(0, BURST_BYTES)].into_iter()), BURST_EVENTS as u64);
        link.events.send_burst([Datagram(1, 0)].into_iter());
        assert_eq!(wake_count.load(Ordering::Relaxed), 1, "one wake-up for all");
        assert_eq!(handle.next_event().await, Some(Datagram(7, 0)));
        assert_eq!(handle.next_event().await, Some(Datagram(0, BURST_BYTES)));
        assert_eq!(handle.take_burst(), [], "taken with the one before");
        assert_eq!(handle.next_event().await, Some(Datagram(1, 0)));
        drop(link);
        assert_eq!(handle.next_event().await, None);
    }

    #[tokio::test]
    async fn an_event_that_must_not_be_lost_waits_for_room() {
        let (mut handle, link) = link::<(), usize, ()>(Waker::none(), ());
        let sending = async {
            for event in 0..EVENTS * 2 {
                link.events.send_waiting(event).await;
            }
        };
        let receiving = async {
            for event in 0..EVENTS * 2 {
                assert_eq!(handle.next_event().await, Some(event));
            }
        };
        tokio::join!(sending, receiving);
        assert_eq!(handle.dropped(), 0);
    }
}
