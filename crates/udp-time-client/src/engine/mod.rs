//! Receives datagrams: what the window (or a headless run) and the network meet at.

mod listeners;
mod pairing;
mod port_conflict;
pub mod quality;
mod receiver;
mod run;
mod socket;

use std::io;
use std::sync::Arc;

use common::engine::{EngineHandle, EngineLink, Flavor, SystemClock, Waker};
use common::net::{BindError, Interface};

pub use pairing::{Copy, LOOPBACK_BROADCAST, Pairing};
pub use quality::{ClockSet, MAX_SENDERS, Mark, RowId, SenderRow};
pub use run::run;
pub use socket::RECEIVE_BUFFER_BYTES;

use crate::config::Config;
use crate::event::{Counters, Event, Listening};

/// What the user wants.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// Listen there from now on, and nowhere else.
    Listen(Config),
    /// Listen no more.
    Stop,
}

/// Whether datagrams are heard.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum State {
    /// Not asked to.
    #[default]
    Off,
    /// The address is being looked up.
    Opening(Config),
    /// They are.
    Listening(Listening),
    /// They cannot be; tried again every second.
    Failed {
        /// Why.
        error: BindError,
        /// A port that is free, where that is what is wrong.
        free_port: Option<u16>,
    },
}

/// The newest figures.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Snapshot {
    /// Whether datagrams are heard.
    pub state: State,
    pub counters: Counters,
    /// Who sent.
    pub senders: Arc<Vec<SenderRow>>,
    /// The even clock of [`SenderRow::heard_us`] when these figures were taken.
    pub now_us: i64,
    /// When this computer's own clock was set, or it slept.
    pub clock_set: Option<ClockSet>,
    /// The interfaces of this computer.
    pub interfaces: Arc<Vec<Interface>>,
}

/// What a window holds.
pub type Handle = EngineHandle<Command, Event, Snapshot>;

/// What [`run()`] is given.
pub type Link = EngineLink<Command, Event, Snapshot>;

#[cfg(test)]
mod tests;

/// Starts the engine on a thread of its own.
///
/// # Errors
/// Where the system gives no thread.
pub fn start(waker: Waker) -> io::Result<Handle> {
    let run = |link| run(link, SystemClock);
    common::engine::start("receiver", Flavor::CurrentThread, waker, Snapshot::default(), run)
}
