//! Why a tick did not leave for a destination.

use std::io;
use std::net::Ipv6Addr;

use common::net::{ConnectError, explain_lookup};

/// Why a tick did not leave for a destination.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// The first answer is not there yet.
    #[error("the name is still being looked up")]
    LookingUp,
    /// The name has no address, in the system's words.
    #[error("the name cannot be looked up ({0})")]
    NoAddress(String),
    /// This computer has no such interface, at the moment.
    #[error("this computer has no interface {0}")]
    NoInterface(String),
    /// It is switched off, or its cable or network is missing.
    #[error("{0} is down: switched off, or without its cable or network")]
    InterfaceDown(String),
    /// It has no IPv4 address, or leads to one peer.
    #[error("{0} has no broadcast address")]
    NoBroadcast(String),
    /// No interface by cable or radio has a broadcast address.
    #[error("this computer is on no network with a broadcast address")]
    NoLan,
    /// Every link has such an address.
    #[error("which interface? as in {0}%eth0")]
    NeedsInterface(Ipv6Addr),
    /// The system's queue is full.
    #[error("the system's send queue is full")]
    QueueFull,
    /// Port 0, for one.
    #[error("this is no address to send to")]
    NotSendable,
    /// This computer's own.
    #[error("the network is down")]
    NetworkDown,
    /// The system refused it.
    #[error(transparent)]
    Refused(ConnectError),
}

impl Fault {
    /// Why a name has no address.
    pub(super) fn of_lookup(error: &io::Error) -> Self {
        Self::NoAddress(explain_lookup(error))
    }

    /// Why a datagram did not leave.
    pub(super) fn of_send(error: &io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::WouldBlock => Self::QueueFull,
            io::ErrorKind::InvalidInput => Self::NotSendable,
            io::ErrorKind::NetworkDown => Self::NetworkDown,
            _ => Self::Refused(error.into()),
        }
    }
}
