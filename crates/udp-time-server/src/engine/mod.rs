//! Sends the time: what the window (or a headless run) and the network meet at.

mod fault;
mod interval;
mod lookup;
mod priority;
mod route;
mod run;
mod schedule;
mod sender;
mod socket;
mod target;
mod wait;
mod zone;

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, FixedOffset};
use common::engine::{EngineHandle, EngineLink};
use common::net::Interface;
use common::time::{DEFAULT_PORT, Format, SenderId};

pub use fault::Fault;
pub use interval::{Interval, IntervalError};
pub use run::run;
pub use schedule::{Moment, Schedule, Step};
pub use target::{GROUP_V4, GROUP_V6, Place, Target, TargetError};
pub use wait::Pace;
pub use zone::{Zone, ZoneError};

/// Destinations of one run.
pub const MAX_DESTINATIONS: usize = 1024;

/// What the user wants.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// Send from now on; where that is going on already, start over with these settings.
    Start(Settings),
    /// From now on send to these; the count of ticks goes on, and so do the figures of those that stay.
    SetDestinations(Vec<Entry>),
    /// Send no more.
    Stop,
}

/// A destination of the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Where to.
    pub target: Target,
    /// Whether it is sent to.
    pub is_on: bool,
}

impl From<Target> for Entry {
    fn from(target: Target) -> Self {
        Self { target, is_on: true }
    }
}

/// What is sent, how often, and where to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// The destinations; what exceeds [`MAX_DESTINATIONS`] or is there twice is left out.
    pub to: Vec<Entry>,
    /// The port of those that have none of their own.
    pub port: u16,
    /// The time between two ticks.
    pub interval: Interval,
    /// How a tick is written.
    pub format: Format,
    /// By which clocks.
    pub zone: Zone,
    /// How many networks a multicast datagram may cross: 1 stays in its own.
    pub hops: u8,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            to: vec![Target::this_computer().into()],
            port: DEFAULT_PORT,
            interval: Interval::default(),
            format: Format::default(),
            zone: Zone::default(),
            hops: 1,
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
    /// The clock at the moment of sending, in the chosen time zone.
    pub time: DateTime<FixedOffset>,
    /// How long after the mark that moment was.
    pub late: Duration,
    /// How it went, for each destination that is on.
    pub deliveries: Vec<Delivery>,
}

/// How one tick went to one destination.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delivery {
    /// The destination as it was typed.
    pub to: Arc<Target>,
    /// Its addresses, as far as they are known.
    pub addresses: Arc<[SocketAddr]>,
    /// Whether it left, for one of them at least.
    pub is_sent: bool,
    /// Why it was not sent, or not to each address.
    pub error: Option<Fault>,
}

/// A destination and its figures.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Destination {
    /// As it was typed.
    pub target: Arc<Target>,
    /// Whether it is sent to.
    pub is_on: bool,
    /// Its addresses, as far as they are known.
    pub addresses: Arc<[SocketAddr]>,
    /// Ticks sent there since the start.
    pub sent: u64,
    /// Why the newest tick did not leave; `None` where it did.
    pub last_error: Option<Fault>,
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
    /// The interfaces of the moment.
    pub interfaces: Arc<[Interface]>,
}

/// What a window holds.
pub type Handle = EngineHandle<Command, Event, Snapshot>;

/// What [`run()`] is given.
pub type Link = EngineLink<Command, Event, Snapshot>;

/// A fresh id, for one start of the program.
#[must_use]
pub fn random_sender_id() -> SenderId {
    SenderId(rand::random())
}

#[cfg(test)]
mod tests;
