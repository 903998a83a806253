//! Sends the time of day as datagrams.
//!
//! The way of a tick, one file a step: `run` waits until `schedule` says that a mark has come, a multiple of the interval
//! by the wall clock; `wait` and `priority` see to it that the thread wakes up in time. `sender` has planned which
//! addresses (`target`, what a user typed; `lookup`, the addresses of names; `route`, the addresses to send to) go out
//! with one call of `socket`. Then `run` reports the tick as an event and publishes the snapshot.

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

use std::io;
use std::net::SocketAddr;
use std::str::FromStr;
use std::sync::Arc;

use common::discovery::DiscoveryError;
use common::engine::{EngineHandle, EngineLink, Flavor, SystemClock, Waker};
use common::net::Interface;
use common::time::SenderId;
use serde::{Deserialize, Serialize};

use crate::config::Config;
use crate::event::Event;

pub use fault::Fault;
pub use interval::{Interval, IntervalError};
pub use run::run;
pub use schedule::{Moment, Schedule, Step};
pub use target::{Place, Target, TargetError};
pub use wait::Pace;
pub use zone::{Zone, ZoneError};

/// Destinations of one run.
pub const MAX_DESTINATIONS: usize = 1024;

/// What the window, or a headless run, asks of the engine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// Send from now on, or start over with these settings. Destinations beyond [`MAX_DESTINATIONS`], and those that are
    /// listed twice, are left out.
    Start(Config),
    /// Send to these from now on. The ticks are counted on, and a destination that stays keeps its figures.
    SetDestinations(Vec<Entry>),
    /// Send no more.
    Stop,
}

/// A destination of the list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// Where to.
    #[serde(rename = "to")]
    pub target: Target,
    /// Whether it is sent to.
    #[serde(rename = "on")]
    pub is_on: bool,
}

impl FromStr for Entry {
    type Err = TargetError;

    fn from_str(typed: &str) -> Result<Self, TargetError> {
        typed.parse().map(Target::into)
    }
}

impl From<Target> for Entry {
    fn from(target: Target) -> Self {
        Self { target, is_on: true }
    }
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
    /// The name that time clients find this server by, or why they cannot.
    pub announced: Option<Result<String, DiscoveryError>>,
}

/// What a window holds.
pub type Handle = EngineHandle<Command, Event, Snapshot>;

/// What [`run()`] is given.
pub type Link = EngineLink<Command, Event, Snapshot>;

/// Starts the engine on a thread of its own.
///
/// # Errors
/// Where the system gives no thread.
pub fn start(waker: Waker) -> io::Result<Handle> {
    // A new number for each start of the program: receivers notice a restart by it.
    let id = SenderId(rand::random());
    let run = move |link| run(link, SystemClock, id, Pace::Precise);
    common::engine::start("sender", Flavor::CurrentThread, waker, Snapshot::default(), run)
}

#[cfg(test)]
mod tests;
