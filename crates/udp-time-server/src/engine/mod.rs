//! Sends the time: what the window (or a headless run) and the network meet at.

mod interval;
mod lookup;
mod schedule;
mod sender;

use std::collections::HashSet;
use std::net::SocketAddr;
use std::time::Duration;

use chrono::{DateTime, FixedOffset};
use common::engine::{Clock, EngineHandle, EngineLink};
use common::net::{Host, resolve};
use common::time::{DEFAULT_PORT, Format, SenderId, Stamp};
use tokio::time::Instant;

pub use interval::{Interval, IntervalError};
pub use schedule::{Moment, Schedule, Step};

use lookup::Lookups;
use sender::Sender;

/// Destinations of one run.
pub const MAX_DESTINATIONS: usize = 64;

/// What the user wants.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// Send from now on; where that is going on already, start over with these settings.
    Start(Settings),
    /// Send no more.
    Stop,
}

/// What is sent, how often, and where to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// The destinations; what exceeds [`MAX_DESTINATIONS`] or is there twice is left out.
    pub to: Vec<Host>,
    /// Their port.
    pub port: u16,
    /// The time between two ticks.
    pub interval: Interval,
    /// How a tick is written.
    pub format: Format,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            to: vec![Host::Ip(std::net::Ipv4Addr::LOCALHOST.into())],
            port: DEFAULT_PORT,
            interval: Interval::default(),
            format: Format::default(),
        }
    }
}

/// What happened.
#[derive(Debug, Clone, PartialEq)]
pub enum Event {
    /// Ticks come from now on.
    Started(Settings),
    /// No more ticks come.
    Stopped,
    /// A tick was sent.
    Tick(Tick),
    /// A destination began to fail, with another error than before, or ended to fail.
    Destination(Destination),
}

/// One tick.
#[derive(Debug, Clone, PartialEq)]
pub struct Tick {
    /// The payload.
    pub text: String,
    /// Counts from 1 at each start.
    pub seq: u64,
    /// The clock at the moment of sending.
    pub time: DateTime<FixedOffset>,
    /// How it went, for each destination.
    pub deliveries: Vec<Delivery>,
}

/// How one datagram went.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delivery {
    /// The destination as it was typed.
    pub to: Host,
    /// Its address, where that is known.
    pub address: Option<SocketAddr>,
    /// Why it was not sent.
    pub error: Option<String>,
}

/// A destination and its figures.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Destination {
    /// As it was typed.
    pub host: Host,
    /// Its address, where that is known.
    pub address: Option<SocketAddr>,
    /// Ticks sent there since the start.
    pub sent: u64,
    /// Why the newest tick did not leave; `None` where it did.
    pub last_error: Option<String>,
}

/// The newest figures.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Snapshot {
    /// Whether ticks are being sent.
    pub is_sending: bool,
    /// Ticks since the start.
    pub seq: u64,
    /// The destinations of this run, or of the last one.
    pub destinations: Vec<Destination>,
}

/// What a window holds.
pub type Handle = EngineHandle<Command, Event, Snapshot>;

/// What [`run`] is given.
pub type Link = EngineLink<Command, Event, Snapshot>;

/// A fresh id, for one start of the program.
#[must_use]
pub fn random_sender_id() -> SenderId {
    SenderId(rand::random())
}

/// Sends ticks when told to, until the program ends.
pub async fn run(mut link: Link, clock: impl Clock, id: SenderId) {
    let steady_zero = Instant::now();
    let mut run: Option<Run> = None;
    loop {
        let pause = run.as_mut().map(|run| run.send_due(&link, &clock, steady_zero, id));
        let wake = tokio::select! {
            biased;
            () = link.shutdown.cancelled() => Wake::End,
            command = link.commands.recv() => command.map_or(Wake::End, Wake::Command),
            wake = next(run.as_mut(), pause.unwrap_or_default()) => wake,
        };
        match wake {
            Wake::Clock => (),
            Wake::Found(found) => {
                if let Some(run) = &mut run {
                    run.sender.found(found);
                    run.publish(&link);
                }
            }
            Wake::Command(Command::Start(settings)) => {
                let now = look(&clock, steady_zero).0;
                let settings = settings.tidied();
                run = Some(Run::new(settings.clone(), now));
                link.events.send(Event::Started(settings));
                if let Some(run) = &mut run {
                    run.publish(&link);
                }
            }
            Wake::Command(Command::Stop) => {
                if run.take().is_some() {
                    link.snapshot.change(|snapshot| snapshot.is_sending = false);
                    link.events.send(Event::Stopped);
                }
            }
            Wake::End => return,
        }
    }
}

/// What can happen to the engine.
enum Wake {
    Clock,
    Found(lookup::Found),
    Command(Command),
    End,
}

async fn next(run: Option<&mut Run>, pause: Duration) -> Wake {
    let Some(run) = run else { return std::future::pending().await };
    tokio::select! {
        biased;
        () = tokio::time::sleep(pause) => Wake::Clock,
        found = run.lookups.next() => Wake::Found(found),
    }
}

impl Settings {
    fn tidied(mut self) -> Self {
        let mut seen = HashSet::new();
        self.to.retain(|host| seen.insert(host.clone()));
        self.to.truncate(MAX_DESTINATIONS);
        self
    }
}

/// From Start to Stop.
struct Run {
    interval: Interval,
    format: Format,
    schedule: Schedule,
    sender: Sender,
    lookups: Lookups,
    seq: u64,
}

impl Run {
    fn new(settings: Settings, now: Moment) -> Self {
        let mut lookups = Lookups::new();
        for (index, host) in settings.to.iter().enumerate() {
            if lookup::known_address(host, settings.port).is_none() {
                let (host, port) = (host.clone(), settings.port);
                lookups.add(index, move || {
                    let host = host.clone();
                    async move { resolve(&host, port).await }
                });
            }
        }
        Self {
            interval: settings.interval,
            schedule: Schedule::new(settings.interval, now),
            sender: Sender::new(&settings.to, settings.port),
            format: settings.format,
            lookups,
            seq: 0,
        }
    }

    /// Sends the tick that is due, if one is; returns how long to wait.
    fn send_due(&mut self, link: &Link, clock: &impl Clock, steady_zero: Instant, id: SenderId) -> Duration {
        loop {
            let (moment, time) = look(clock, steady_zero);
            match self.schedule.step(moment) {
                Step::Wait(pause) => return pause,
                Step::Send(_) => self.send(link, time, id),
            }
        }
    }

    fn send(&mut self, link: &Link, time: DateTime<FixedOffset>, id: SenderId) {
        self.seq += 1;
        let stamp = Stamp { time, seq: self.seq, sender: id, interval_ms: self.interval.millis() };
        let text = self.format.encode(&stamp);
        let deliveries = self.sender.send(text.as_bytes());
        link.events.send(Event::Tick(Tick { text, seq: self.seq, time, deliveries }));
        self.publish(link);
    }

    fn publish(&mut self, link: &Link) {
        link.snapshot.set(Snapshot {
            is_sending: true,
            seq: self.seq,
            destinations: self.sender.destinations().to_vec(),
        });
        for destination in self.sender.take_news() {
            link.events.send(Event::Destination(destination));
        }
    }
}

/// Looks at both clocks at once: a pause between the two looks would pass for a step of the clock.
fn look(clock: &impl Clock, steady_zero: Instant) -> (Moment, DateTime<FixedOffset>) {
    const LOOKS: u32 = 5;
    const AT_ONCE: Duration = Duration::from_millis(1);
    let mut look = 1;
    loop {
        let before = Instant::now();
        let time = clock.now();
        if before.elapsed() <= AT_ONCE || look == LOOKS {
            let steady = before.saturating_duration_since(steady_zero).as_micros();
            let steady_micros = i64::try_from(steady).unwrap_or(i64::MAX);
            return (Moment { wall_micros: time.timestamp_micros(), steady_micros }, time);
        }
        look += 1;
    }
}

#[cfg(test)]
mod tests;
