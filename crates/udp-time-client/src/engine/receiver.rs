//! The loop of the engine.

use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use common::engine::Clock;
use common::net::BindError;
use common::time::read;
use tokio::sync::Semaphore;
use tokio::time::{Instant, sleep_until};

use super::ears::Ears;
use super::socket::MAX_DATAGRAM_BYTES;
use super::{
    Batch, Command, Copy, Event, Link, Listening, MAX_WAITING_BYTES, Pairing, Received, Settings, State,
};

/// Until an address that is taken is tried again.
const RETRY: Duration = Duration::from_secs(1);

/// Datagrams read from one socket before anything else gets its turn.
const BATCH: usize = 64;

/// Receives when told to, until the program ends.
pub async fn run(mut link: Link, clock: impl Clock) {
    let mut receiver = Receiver::new();
    let mut phase = Phase::Off;
    loop {
        let wake = tokio::select! {
            biased;
            () = link.shutdown.cancelled() => return,
            command = link.commands.recv() => match command {
                Some(command) => Wake::Command(command),
                None => return,
            },
            wake = phase.wake() => wake,
        };
        phase = match (wake, phase) {
            (Wake::Command(Command::Listen(settings)), _) => {
                link.snapshot.change(|snapshot| snapshot.state = State::Opening(settings.clone()));
                Phase::open(settings)
            }
            (Wake::Command(Command::Stop), _) => {
                link.snapshot.change(|snapshot| snapshot.state = State::Off);
                link.events.send(Event::Stopped);
                Phase::Off
            }
            (Wake::Opened(Ok(ears)), Phase::Opening { settings, .. }) => {
                receiver.lost_before = 0;
                tell_listening(&link, &ears);
                Phase::Listening { settings, ears, retry_at: Instant::now() + RETRY }
            }
            (Wake::Opened(Err(error)), Phase::Opening { settings, .. }) => {
                Phase::failed(&link, settings, error)
            }
            (Wake::Retry, Phase::Failed { settings, .. }) => Phase::open(settings),
            (Wake::Retry, Phase::Listening { settings, mut ears, .. }) => {
                if ears.take_over() {
                    tell_listening(&link, &ears);
                }
                Phase::Listening { settings, ears, retry_at: Instant::now() + RETRY }
            }
            (Wake::Readable, Phase::Listening { settings, ears, retry_at }) => {
                match receiver.receive(&link, &clock, &ears) {
                    Ok(()) => Phase::Listening { settings, ears, retry_at },
                    Err(error) => Phase::failed(&link, settings, error),
                }
            }
            (_, phase) => phase,
        };
    }
}

/// What can happen to the engine.
enum Wake {
    Command(Command),
    Opened(Result<Ears, BindError>),
    Retry,
    Readable,
}

/// What the engine is at; each owns what wakes it.
enum Phase {
    Off,
    Opening { settings: Settings, opening: Pin<Box<dyn Future<Output = Result<Ears, BindError>> + Send>> },
    Failed { settings: Settings, retry_at: Instant },
    Listening { settings: Settings, ears: Ears, retry_at: Instant },
}

impl Phase {
    fn open(settings: Settings) -> Self {
        Self::Opening { settings: settings.clone(), opening: Box::pin(Ears::open(settings)) }
    }

    fn failed(link: &Link, settings: Settings, error: BindError) -> Self {
        let state = State::Failed(error.clone());
        let mut is_news = false;
        link.snapshot.change(|snapshot| {
            is_news = snapshot.state != state;
            snapshot.state = state;
        });
        if is_news {
            link.events.send(Event::CannotListen(error));
        }
        Self::Failed { settings, retry_at: Instant::now() + RETRY }
    }

    async fn wake(&mut self) -> Wake {
        match self {
            Self::Off => std::future::pending().await,
            Self::Opening { opening, .. } => Wake::Opened(opening.await),
            Self::Failed { retry_at, .. } => {
                sleep_until(*retry_at).await;
                Wake::Retry
            }
            Self::Listening { ears, retry_at, .. } => tokio::select! {
                biased;
                () = sleep_until(*retry_at), if ears.can_take_over() => Wake::Retry,
                () = ears.readable() => Wake::Readable,
            },
        }
    }
}

fn tell_listening(link: &Link, ears: &Ears) {
    let listening = Listening { address: ears.address(), is_exclusive: ears.is_exclusive() };
    link.snapshot.change(|snapshot| snapshot.state = State::Listening(listening));
    link.events.send(Event::Listening(listening));
}

/// What outlives a change of the address.
struct Receiver {
    steady_zero: Instant,
    pairing: Pairing,
    buffer: Vec<u8>,
    /// What the sockets in use had lost at the last look.
    lost_before: u64,
    /// For the datagrams that wait to be shown.
    room: Arc<Semaphore>,
}

impl Receiver {
    fn new() -> Self {
        Self {
            steady_zero: Instant::now(),
            pairing: Pairing::default(),
            buffer: vec![0; MAX_DATAGRAM_BYTES],
            lost_before: 0,
            room: Arc::new(Semaphore::new(MAX_WAITING_BYTES)),
        }
    }

    /// Takes in what waits, up to a batch a socket.
    fn receive(&mut self, link: &Link, clock: &impl Clock, ears: &Ears) -> Result<(), BindError> {
        let now = self.steady_zero.elapsed();
        let (mut paired, mut errors) = (0, 0);
        let mut datagrams = Vec::new();
        let Self { pairing, buffer, .. } = self;
        let received = ears.receive(buffer, BATCH, |arrival| match arrival {
            Ok((arrival, payload)) => {
                let copy = Copy::of(arrival.sent_to);
                if copy.is_some_and(|copy| !pairing.is_new(now, copy, arrival.source, payload)) {
                    paired += 1;
                } else {
                    let (time, source) = (clock.now(), arrival.source);
                    datagrams.push(Received {
                        time,
                        source,
                        payload: payload.into(),
                        reading: read(payload),
                    });
                }
            }
            Err(_) => errors += 1,
        });
        let lost = ears.lost().saturating_sub(std::mem::replace(&mut self.lost_before, ears.lost()));
        if lost > 0 {
            link.snapshot.change(|snapshot| snapshot.lost += lost);
        }
        self.hand_over(link, datagrams, paired, errors);
        received
    }

    fn hand_over(&mut self, link: &Link, datagrams: Vec<Received>, paired: u64, errors: u64) {
        let count = datagrams.len() as u64;
        if count + paired + errors == 0 {
            return;
        }
        link.snapshot.change(|snapshot| {
            snapshot.received += count;
            snapshot.paired += paired;
            snapshot.errors += errors;
            for Received { source, reading, time, .. } in &datagrams {
                snapshot.senders.note(*source, &reading.shown(), *time);
            }
        });
        if count == 0 {
            return;
        }
        let dropped_before = link.events.dropped();
        let is_lost = match Batch::within(&self.room, datagrams) {
            Some(batch) => {
                link.events.send(Event::Received(batch));
                link.events.dropped() > dropped_before
            }
            None => true,
        };
        if is_lost {
            link.snapshot.change(|snapshot| snapshot.dropped += count);
        }
    }
}
