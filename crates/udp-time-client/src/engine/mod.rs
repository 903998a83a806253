//! Receives datagrams, and measures their senders.
//!
//! The way of a datagram, one file a step: `run` waits until one of the `listeners` is readable; `socket` reads many
//! datagrams with one call; `receiver` counts them and gives them to `quality`, which measures their sender without IO, once
//! `pairing` has dropped the second copy of a tick. The receiver hands the events over as a burst, and publishes the snapshot.

mod listeners;
mod pairing;
#[cfg(target_os = "linux")]
mod port_conflict;
/// Other systems do not tell.
#[cfg(not(target_os = "linux"))]
mod port_conflict {
    pub(super) fn has_conflict(_address: std::net::SocketAddr, _ours: &[u64]) -> bool {
        false
    }
}
pub mod quality;
mod receiver;
mod run;
mod socket;

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;

use common::discovery::{Browser, DiscoveryError, Found, Service};
use common::engine::{EngineHandle, EngineLink, Flavor, SystemClock, Waker};
use common::net::{BindError, Interface};

pub use quality::{ClockSet, MAX_SENDERS, Mark, RowId, SenderRow};
pub use run::run;
pub use socket::RECEIVE_BUFFER_BYTES;

use crate::config::Config;
use crate::event::{Counters, Event, Listening};

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// Listen there from now on, and nowhere else.
    Listen(Config),
    Stop,
    /// Forget this sender; where it sends again, it is there again.
    RemoveSender(RowId),
    /// Bring back the sender that was removed last.
    RestoreSender,
}

/// Whether datagrams are heard.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum State {
    #[default]
    Off,
    /// The address is being looked up.
    Opening(Config),
    Listening(Listening),
    /// The address cannot be listened on. It is tried again every second.
    Failed {
        error: BindError,
        /// A port that is free, where the wanted one is taken.
        free_port: Option<u16>,
    },
}

/// The newest figures.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Snapshot {
    pub state: State,
    pub counters: Counters,
    pub senders: Arc<Vec<SenderRow>>,
    /// Where the sender that was removed last sent from, as long as it can be brought back.
    pub removed: Option<SocketAddr>,
    /// The clock of [`SenderRow::heard_us`] when the snapshot was taken.
    pub now_us: i64,
    /// When the clock of this computer was set, or the computer slept.
    pub clock_set: Option<ClockSet>,
    pub interfaces: Arc<Vec<Interface>>,
    /// Time servers that announce themselves on the network, by name.
    pub announced: Arc<[Found]>,
    /// Why none can be heard.
    pub discovery_error: Option<DiscoveryError>,
}

pub type Handle = EngineHandle<Command, Event, Snapshot>;

pub type Link = EngineLink<Command, Event, Snapshot>;

#[cfg(test)]
mod tests;

/// Starts the engine on a thread of its own. Where it `finds`, the snapshot also lists the time servers that announce
/// themselves on the network.
///
/// # Errors
/// Where the system gives no thread.
pub fn start(waker: Waker, finds: bool) -> io::Result<Handle> {
    let run = move |link| run(link, SystemClock, finds.then(|| Browser::new(Service::Time)));
    common::engine::start("receiver", Flavor::CurrentThread, waker, Snapshot::default(), run)
}
