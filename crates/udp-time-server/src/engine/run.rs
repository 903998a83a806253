//! The loop of the engine: commands, the clock, look-ups and interfaces in; ticks out.

use std::collections::HashSet;
use std::net::{Ipv6Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, FixedOffset};
use common::discovery::{Announcement, Announcing, DiscoveryError, Service};
use common::engine::Clock;
use common::net::{Interface, InterfaceWatcher, resolve};
use common::time::{SenderId, Stamp};
use tokio::time::Instant;

use super::lookup::{LookedUp, Lookups};
use super::priority::Priority;
use super::schedule::{Moment, Schedule, Step};
use super::sender::Sender;
use super::wait::{Pace, Wait};
use super::{Command, Destination, Entry, Link, MAX_DESTINATIONS, Snapshot};
use crate::config::Config;
use crate::event::{Event, Tick};

/// Sends ticks from each [`Command::Start`] to the next [`Command::Stop`], until the program ends. `id` goes out with every
/// tick whose format has room for it.
pub async fn run(mut link: Link, clock: impl Clock, id: SenderId, pace: Pace) {
    let mut priority: Option<Priority> = None;
    let mut wait = Wait::new(pace);
    let steady_zero = Instant::now();
    let mut watcher = InterfaceWatcher::new();
    let mut interfaces: Arc<[Interface]> = Arc::default();
    let mut run: Option<Run> = None;
    let mut announcing = Announcing::default();
    loop {
        if let Some(priority) = &priority {
            priority.heed_limit();
        }
        let pause = run.as_mut().map(|run| run.send_due(&link, &clock, steady_zero, id));
        let wake = tokio::select! {
            biased;
            () = link.shutdown.cancelled() => Wake::End,
            // Before the commands, as the first list is ready at once: a Start that was taken before it could send its first
            // tick while no network is known.
            list = watcher.changed() => Wake::Interfaces(list),
            command = link.commands.recv() => command.map_or(Wake::End, Wake::Command),
            outcome = announcing.name() => Wake::Announced(outcome),
            wake = next_wake(run.as_mut(), pause.unwrap_or_default(), &mut wait) => wake,
        };
        match wake {
            Wake::Clock => (),
            Wake::Announced(outcome) => publish_announced(&link, outcome),
            Wake::Found(found) => {
                if let Some(run) = &mut run {
                    run.sender.found(found);
                    run.publish(&link);
                }
            }
            Wake::Interfaces(list) => {
                interfaces = list.into();
                link.snapshot.change(|snapshot| snapshot.interfaces = Arc::clone(&interfaces));
                if let Some(run) = &mut run {
                    run.sender.set_interfaces(Arc::clone(&interfaces));
                    run.publish(&link);
                }
            }
            Wake::Command(Command::Start(settings)) => {
                if pace == Pace::Precise {
                    priority.get_or_insert_with(Priority::raise);
                }
                let (now, _) = read_clocks(&clock, steady_zero);
                let settings = Config { destinations: without_repeats(settings.destinations), ..settings };
                let started = run.insert(Run::new(settings.clone(), now, Arc::clone(&interfaces)));
                link.events.send(Event::Started(settings));
                started.publish(&link);
                announce(&mut announcing, Some(started), &link);
            }
            Wake::Command(Command::SetDestinations(to)) => {
                if let Some(run) = &mut run {
                    run.set_destinations(without_repeats(to));
                    run.publish(&link);
                    announce(&mut announcing, Some(run), &link);
                }
            }
            Wake::Command(Command::Stop) => {
                if run.take().is_some() {
                    link.snapshot.change(|snapshot| snapshot.is_sending = false);
                    link.events.send(Event::Stopped);
                    announce(&mut announcing, None, &link);
                }
            }
            Wake::End => {
                announcing.end().await;
                return;
            }
        }
    }
}

/// Announces the server while it sends beyond this computer.
fn announce(announcing: &mut Announcing, run: Option<&mut Run>, link: &Link) {
    let wanted = run.and_then(|run| run.announcement());
    match announcing.set(wanted.as_ref()) {
        Err(reason) => publish_announced(link, Err(reason)),
        Ok(()) if wanted.is_none() => link.snapshot.change(|snapshot| snapshot.announced = None),
        Ok(()) => (),
    }
}

/// Time clients find the server by this name, or cannot find it for this reason.
fn publish_announced(link: &Link, outcome: Result<String, DiscoveryError>) {
    link.snapshot.change(|snapshot| snapshot.announced = Some(outcome.clone()));
    link.events.send(match outcome {
        Ok(name) => Event::Announced { name },
        Err(reason) => Event::NotAnnounced { reason },
    });
}

/// What can happen to the engine.
enum Wake {
    /// A tick may be due.
    Clock,
    Announced(Result<String, DiscoveryError>),
    Found(LookedUp),
    Interfaces(Vec<Interface>),
    Command(Command),
    End,
}

/// Waits for the next tick, or for a look-up. Holds the thread for the last milliseconds before a tick.
async fn next_wake(run: Option<&mut Run>, pause: Duration, wait: &mut Wait) -> Wake {
    let Some(run) = run else { return std::future::pending().await };
    let interval = run.settings.interval.duration();
    let lead = wait.lead(interval);
    if pause <= lead {
        wait.hold(pause, interval);
        return Wake::Clock;
    }
    tokio::select! {
        biased;
        () = tokio::time::sleep(pause.saturating_sub(lead)) => Wake::Clock,
        found = run.lookups.next() => Wake::Found(found),
    }
}

fn without_repeats(mut to: Vec<Entry>) -> Vec<Entry> {
    let mut seen = HashSet::new();
    to.retain(|entry| seen.insert(entry.target.clone()));
    to.truncate(MAX_DESTINATIONS);
    to
}

/// The sending from Start to Stop.
struct Run {
    settings: Config,
    schedule: Schedule,
    sender: Sender,
    lookups: Lookups,
    seq: u64,
}

impl Run {
    fn new(settings: Config, now: Moment, interfaces: Arc<[Interface]>) -> Self {
        let mut run = Self {
            schedule: Schedule::new(settings.interval, now),
            sender: Sender::new(settings.port.port(), settings.hops.get(), interfaces),
            lookups: Lookups::new(),
            seq: 0,
            settings,
        };
        run.set_destinations(run.settings.destinations.clone());
        run
    }

    fn set_destinations(&mut self, to: Vec<Entry>) {
        self.settings.destinations.clone_from(&to);
        let names = self.sender.set(to);
        for id in names.removed {
            self.lookups.remove(id);
        }
        for (id, host, port) in names.added {
            self.lookups.add(id, move || {
                let host = host.clone();
                async move { resolve(&host, port).await }
            });
        }
    }

    /// What is announced to time clients on the network, where anything is sent beyond this computer: the port is that of
    /// the first such destination.
    fn announcement(&self) -> Option<Announcement> {
        let mut on = self.settings.destinations.iter().filter(|entry| entry.is_on);
        let beyond = on.find(|entry| entry.target.is_beyond_this_computer())?;
        let port = beyond.target.port.unwrap_or(self.settings.port.port());
        let address = SocketAddr::from((Ipv6Addr::UNSPECIFIED, port));
        let announcement = Announcement { service: Service::Time, address, key: None, wants_pass: false };
        self.settings.announce.then_some(announcement)
    }

    /// Sends the tick that is due, if one is; returns how long to wait.
    fn send_due(&mut self, link: &Link, clock: &impl Clock, steady_zero: Instant, id: SenderId) -> Duration {
        loop {
            let (moment, time) = read_clocks(clock, steady_zero);
            match self.schedule.step(moment) {
                Step::Wait(pause) => return pause,
                Step::Send(mark) => {
                    let late_us = u64::try_from(moment.wall_micros - mark).unwrap_or_default();
                    self.send(link, time, late_us, id);
                }
            }
        }
    }

    fn send(&mut self, link: &Link, time: DateTime<FixedOffset>, late_us: u64, id: SenderId) {
        self.seq += 1;
        let time = self.settings.zone.apply(time);
        let interval_ms = self.settings.interval.millis();
        let text = self.settings.format.encode(&Stamp { time, seq: self.seq, sender: id, interval_ms });
        let destinations = self.sender.send(text.as_bytes());
        for id in self.sender.invalid_lookups() {
            self.lookups.invalidate(id);
        }
        link.events.send(Event::Tick(Tick { seq: self.seq, text, time, late_us, destinations }));
        self.publish(link);
    }

    fn publish(&mut self, link: &Link) {
        link.snapshot.change(|snapshot| {
            *snapshot = Snapshot {
                is_sending: true,
                seq: self.seq,
                destinations: self.sender.destinations(),
                interfaces: std::mem::take(&mut snapshot.interfaces),
                announced: snapshot.announced.take(),
            };
        });
        for Destination { target: to, addresses, last_error, .. } in self.sender.take_news() {
            let address = addresses.first().copied();
            link.events.send(match last_error {
                Some(error) => Event::Error { to, address, error },
                None => Event::Recovered { to, address },
            });
        }
    }
}

/// Reads both clocks at once: a pause between the two would look as if the wall clock had been set.
fn read_clocks(clock: &impl Clock, steady_zero: Instant) -> (Moment, DateTime<FixedOffset>) {
    const TRIES: u32 = 5;
    const AT_ONCE: Duration = Duration::from_millis(1);
    let mut tries = 1;
    loop {
        let before = Instant::now();
        let time = clock.now();
        if before.elapsed() <= AT_ONCE || tries == TRIES {
            let steady = before.saturating_duration_since(steady_zero).as_micros();
            let steady_micros = i64::try_from(steady).unwrap_or(i64::MAX);
            return (Moment { wall_micros: time.timestamp_micros(), steady_micros }, time);
        }
        tries += 1;
    }
}
