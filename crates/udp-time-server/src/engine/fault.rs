//! Why a tick did not leave for a destination.

use std::io;
use std::net::Ipv6Addr;

use common::localized;
use common::net::{ConnectError, explain_lookup};
use serde::Serialize;

/// Why a tick did not leave for a destination.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename = "udp-time-server-fault")]
pub enum Fault {
    /// The first answer is not there yet.
    LookingUp,
    /// The name has no address, in the system's words.
    NoAddress { reason: String },
    /// This computer has no such interface, at the moment.
    NoInterface { interface: String },
    /// The interface is switched off, or its cable or network is missing.
    InterfaceDown { interface: String },
    /// The interface has no IPv4 address, or leads to a single peer, so there is no broadcast address.
    NoBroadcast { interface: String },
    /// No interface by cable or radio has a broadcast address.
    NoLan,
    /// The address exists on every link, so the interface has to be named.
    NeedsInterface { group: Ipv6Addr },
    /// The system's queue is full.
    QueueFull,
    /// No datagram can be sent to this address: its port is 0, for example.
    NotSendable,
    /// The network of this computer is down.
    NetworkDown,
    /// The system refused it.
    #[serde(untagged)]
    Refused(ConnectError),
}

localized!(Fault);

impl Fault {
    /// Why a name has no address.
    pub(super) fn of_lookup(error: &io::Error) -> Self {
        Self::NoAddress { reason: explain_lookup(error) }
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
