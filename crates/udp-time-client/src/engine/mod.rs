//! Receives datagrams: what the window (or a headless run) and the network meet at.

mod backlog;
mod batch;
mod ears;
mod pairing;
pub mod quality;
mod receiver;
mod rivals;
mod run;
mod socket;

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use common::engine::{EngineHandle, EngineLink};
use common::net::{BindError, Host, Interface};
use common::time::DEFAULT_PORT;

pub use backlog::{Backlog, MAX_ROW_BYTES, MAX_ROWS, Received, Rows};
pub use pairing::{Copy, LOOPBACK_BROADCAST, Pairing};
pub use quality::{ClockSet, MAX_SENDERS, Mark, RowId, SenderRow};
pub use run::run;
pub use socket::RECEIVE_BUFFER_BYTES;

/// What the user wants.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// Listen there from now on, and nowhere else.
    Listen(Settings),
    /// Listen no more.
    Stop,
    /// Send [`Event::Report`] that often.
    ReportEvery(Duration),
}

/// Where to listen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// One of this computer's addresses, `any`, the name of an interface, or a multicast group.
    pub listen: Host,
    /// The port; 0 lets the system choose.
    pub port: u16,
    /// The one interface on which to take part in the group, where [`Self::listen`] is one.
    pub interface: Option<String>,
}

impl Default for Settings {
    fn default() -> Self {
        Self { listen: Host::Ip(Ipv4Addr::LOCALHOST.into()), port: DEFAULT_PORT, interface: None }
    }
}

/// What happened.
#[derive(Debug)]
pub enum Event {
    /// Datagrams come from now on; or how they come is different now: 127.0.0.1 was taken over, another program came
    /// or went.
    Listening(Listening),
    /// The address cannot be listened on; this is tried again every second.
    CannotListen(BindError),
    /// No more datagrams come.
    Stopped,
    /// Datagrams wait in the [`Backlog`], which was empty before.
    Waiting,
    /// It is time to tell the figures.
    Report,
}

/// What is listened on.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Place {
    /// An address.
    #[default]
    Address,
    /// One interface: all that comes in there.
    Interface(String),
    /// A multicast group.
    Group {
        /// The interfaces that take part.
        on: Vec<String>,
    },
}

/// Where datagrams are heard.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listening {
    /// The address.
    pub address: SocketAddr,
    /// Whether nobody else gets what is sent to this very address.
    pub is_exclusive: bool,
    /// Whether another program has taken the same address all the same; known on Linux only.
    pub has_rival: bool,
    /// What the address stands for.
    pub place: Place,
    /// Room that the system gave for datagrams that wait.
    pub buffer_bytes: usize,
}

impl Listening {
    /// On an address, with nobody else there.
    #[must_use]
    pub fn at(address: SocketAddr, is_exclusive: bool) -> Self {
        Self { address, is_exclusive, has_rival: false, place: Place::Address, buffer_bytes: 0 }
    }

    /// Whether all that is sent to the address comes.
    fn is_free(&self) -> bool {
        !self.is_elsewhere_too()
    }

    /// Whether another program holds 127.0.0.1: what is sent to that address alone (as the original
    /// server does) is heard there.
    #[must_use]
    pub fn is_elsewhere_too(&self) -> bool {
        !self.is_exclusive && self.address.ip() == Ipv4Addr::LOCALHOST
    }
}

/// Whether datagrams are heard.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum State {
    /// Not asked to.
    #[default]
    Off,
    /// The address is being looked up.
    Opening(Settings),
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
    /// Datagrams since the start of the program; the two copies of one count as two.
    pub received: u64,
    /// Second copies, not shown.
    pub paired: u64,
    /// Datagrams that went before they were shown: newer ones needed the room.
    pub dropped: u64,
    /// Datagrams that the system threw away as its receive buffer was full; known on Linux only.
    pub lost: u64,
    /// Errors that the system reported in place of a datagram.
    pub errors: u64,
    /// Who sent.
    pub senders: Arc<Vec<SenderRow>>,
    /// Senders that had to be forgotten.
    pub forgotten: u64,
    /// The even clock of [`SenderRow::heard_us`] when these figures were taken.
    pub now_us: i64,
    /// When this computer's own clock was set, or it slept.
    pub clock_set: Option<ClockSet>,
    /// The interfaces of this computer.
    pub interfaces: Arc<Vec<Interface>>,
}

impl Snapshot {
    /// Datagrams that were handed over to be shown.
    #[must_use]
    pub fn shown(&self) -> u64 {
        self.received.saturating_sub(self.paired).saturating_sub(self.dropped)
    }
}

/// What a window holds.
pub type Handle = EngineHandle<Command, Event, Snapshot>;

/// What [`run()`] is given.
pub type Link = EngineLink<Command, Event, Snapshot>;

#[cfg(test)]
mod tests;
