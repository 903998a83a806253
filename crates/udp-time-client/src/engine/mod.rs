//! Receives datagrams: what the window (or a headless run) and the network meet at.

mod ears;
mod pairing;
pub mod quality;
mod receiver;
mod senders;
mod socket;

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;

use chrono::{DateTime, FixedOffset};
use common::engine::{EngineHandle, EngineLink};
use common::net::{BindError, Host};
use common::time::{DEFAULT_PORT, Reading};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

pub use pairing::{Copy, LOOPBACK_BROADCAST, Pairing};
pub use receiver::run;
pub use senders::{MAX_SENDERS, SenderRow, Senders};

/// Bytes of datagrams that may wait to be shown; beyond, they are counted and dropped.
const MAX_WAITING_BYTES: usize = 32 << 20;

/// What the user wants.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// Listen there from now on, and nowhere else.
    Listen(Settings),
    /// Listen no more.
    Stop,
}

/// Where to listen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// One of this computer's addresses, or `any`.
    pub listen: Host,
    /// The port; 0 lets the system choose.
    pub port: u16,
}

impl Default for Settings {
    fn default() -> Self {
        Self { listen: Host::Ip(Ipv4Addr::LOCALHOST.into()), port: DEFAULT_PORT }
    }
}

/// What happened.
#[derive(Debug)]
pub enum Event {
    /// Datagrams come from now on; or, for the second time, 127.0.0.1 was taken over.
    Listening(Listening),
    /// The address cannot be listened on; this is tried again every second.
    CannotListen(BindError),
    /// No more datagrams come.
    Stopped,
    /// Datagrams came.
    Received(Batch),
}

/// Where datagrams are heard.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Listening {
    /// The address.
    pub address: SocketAddr,
    /// Whether nobody else gets what is sent to this very address.
    pub is_exclusive: bool,
}

impl Listening {
    /// Whether another program holds 127.0.0.1: what is sent to that address alone (as the original
    /// server does) is heard there.
    #[must_use]
    pub fn is_elsewhere_too(&self) -> bool {
        !self.is_exclusive && self.address.ip() == Ipv4Addr::LOCALHOST
    }
}

/// Datagrams that came together; they take up room until this is dropped.
#[derive(Debug)]
pub struct Batch {
    /// The datagrams, in the order in which they came.
    pub datagrams: Vec<Received>,
    _room: Option<OwnedSemaphorePermit>,
}

impl From<Vec<Received>> for Batch {
    fn from(datagrams: Vec<Received>) -> Self {
        Self { datagrams, _room: None }
    }
}

impl Batch {
    /// A batch where there is room for it.
    fn within(room: &Arc<Semaphore>, datagrams: Vec<Received>) -> Option<Self> {
        let bytes: usize = datagrams.iter().map(Received::cost).sum();
        let permit = Arc::clone(room).try_acquire_many_owned(u32::try_from(bytes).ok()?).ok()?;
        Some(Self { datagrams, _room: Some(permit) })
    }
}

/// One datagram.
#[derive(Debug, Clone, PartialEq)]
pub struct Received {
    /// When it was read.
    pub time: DateTime<FixedOffset>,
    /// Who sent it.
    pub source: SocketAddr,
    /// Its bytes.
    pub payload: Box<[u8]>,
    /// Its bytes, read.
    pub reading: Reading,
}

impl Received {
    /// Memory it takes up.
    fn cost(&self) -> usize {
        size_of::<Self>() + self.payload.len() + self.reading.text.len()
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
    Failed(BindError),
}

/// The newest figures.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Snapshot {
    /// Whether datagrams are heard.
    pub state: State,
    /// Datagrams since the start of the program; the two copies of one count as one.
    pub received: u64,
    /// Second copies, not shown.
    pub paired: u64,
    /// Datagrams that came too fast to be shown.
    pub dropped: u64,
    /// Datagrams that the system threw away as its receive buffer was full; known on Linux only.
    pub lost: u64,
    /// Errors that the system reported in place of a datagram.
    pub errors: u64,
    /// Who sent.
    pub senders: Senders,
}

/// What a window holds.
pub type Handle = EngineHandle<Command, Event, Snapshot>;

/// What [`run`] is given.
pub type Link = EngineLink<Command, Event, Snapshot>;

#[cfg(test)]
mod tests;
