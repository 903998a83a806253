//! What is found, one thing after the other.

use std::net::{Ipv4Addr, SocketAddr};

use serde::Serialize;

use crate::engine::Event;
use crate::localized;
use crate::net::{ConnectError, InterfaceKind};
use crate::status::Level;
use crate::texts::as_sentence;

/// What two programs speak.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(into = "&'static str")]
pub enum Protocol {
    /// The chat pair.
    Tcp,
    /// The time pair.
    Udp,
}

impl From<Protocol> for &'static str {
    fn from(protocol: Protocol) -> Self {
        match protocol {
            Protocol::Tcp => "TCP",
            Protocol::Udp => "UDP",
        }
    }
}

/// One thing that was found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub enum Finding {
    /// An interface of this computer with its addresses, as `10.0.0.7/24`.
    OwnAddresses {
        /// Its name.
        interface: String,
        /// What it leads to.
        #[serde(serialize_with = "as_sentence")]
        kind: InterfaceKind,
        /// The addresses; link-local ones of IPv6 are left out.
        addresses: Vec<String>,
    },
    /// An interface that leads to a network of this place, and does not now.
    InterfaceDown {
        /// Its name.
        interface: String,
        /// What it leads to.
        #[serde(serialize_with = "as_sentence")]
        kind: InterfaceKind,
    },
    /// No interface leads to a network of this place.
    NoLan,
    /// A program of this computer has the port.
    PortHeld {
        /// What it speaks.
        protocol: Protocol,
        /// The address that it listens on.
        address: SocketAddr,
        /// Its name.
        program: String,
        /// Its number in the system.
        process: u32,
    },
    /// A program of this computer has the port, and belongs to another user: the system does not say which it is.
    PortHeldByOther {
        /// What it speaks.
        protocol: Protocol,
        /// The port.
        port: u16,
    },
    /// No program of this computer has the port.
    PortFree {
        /// What nobody speaks there.
        protocol: Protocol,
        /// The port.
        port: u16,
    },
    /// What this computer sends to everybody on an interface comes back to it.
    EchoHeard {
        /// The interface.
        interface: String,
        /// The address of everybody.
        address: Ipv4Addr,
    },
    /// What this computer sends to everybody on an interface does not come back: something on this computer drops it.
    EchoLost {
        /// The interface.
        interface: String,
        /// The address of everybody, with the port.
        address: SocketAddr,
    },
    /// Nothing can be sent to everybody.
    EchoFailed {
        /// The interface.
        interface: String,
        /// The reason.
        reason: ConnectError,
    },
    /// The name of the other computer has no address.
    PeerUnknown {
        /// The name.
        host: String,
        /// The system's words.
        reason: String,
    },
    /// The name of the other computer has one.
    PeerFound {
        /// The name.
        host: String,
        /// The address.
        address: String,
    },
    /// The address is one of this computer.
    PeerIsHere {
        /// The address.
        address: String,
    },
    /// The address is in a network that this computer is in.
    PeerNear {
        /// The address.
        address: String,
        /// The interface that leads there.
        interface: String,
    },
    /// The address is elsewhere: routers are on the way.
    PeerFar {
        /// The address.
        address: String,
        /// The interface that leads there.
        interface: String,
    },
    /// The way to an address that is of this place, or of any place's own, leaves by an interface that does not lead there.
    WayTaken {
        /// The address.
        address: String,
        /// The interface that has the way.
        interface: String,
        /// What that is.
        #[serde(serialize_with = "as_sentence")]
        kind: InterfaceKind,
    },
    /// No interface leads to the address.
    NoWay {
        /// The address.
        address: String,
    },
    /// A program answers.
    Reached {
        /// The address of the other computer.
        address: SocketAddr,
    },
    /// The computer is there and refuses.
    Refused {
        /// What it was asked in.
        protocol: Protocol,
        /// The address of the other computer.
        address: SocketAddr,
    },
    /// The address is one of this computer, and no program listens there.
    RefusedHere {
        /// What it was asked in.
        protocol: Protocol,
        /// The address.
        address: SocketAddr,
    },
    /// Something on the way says no at once.
    Rejected {
        /// What it was asked in.
        protocol: Protocol,
        /// The address of the other computer.
        address: SocketAddr,
    },
    /// Nothing comes back.
    Unanswered {
        /// The address of the other computer.
        address: SocketAddr,
        /// How long it was waited for, in seconds.
        seconds: u64,
    },
    /// No computer of the network has the address.
    NobodyThere {
        /// The address.
        address: String,
    },
    /// This computer does not let it out.
    NotLetOut {
        /// What was to be said.
        protocol: Protocol,
        /// The address of the other computer.
        address: SocketAddr,
    },
    /// Anything else.
    Failed {
        /// The address of the other computer.
        address: SocketAddr,
        /// The reason.
        reason: ConnectError,
    },
    /// A datagram was sent, and nothing refused it: that is all that can be known from here.
    Sent {
        /// The address of the other computer.
        address: SocketAddr,
    },
    /// Nobody answered by radio: access points can keep their guests apart.
    Isolation {
        /// The interface.
        interface: String,
    },
    /// A firewall is at work on this computer; the line opens the port.
    Firewall {
        /// Its name.
        firewall: &'static str,
        /// What it is opened for.
        protocol: Protocol,
        /// The port.
        port: u16,
        /// The line for a terminal.
        line: String,
    },
    /// That was all.
    Finished {
        /// How many things are in the way.
        faults: u32,
    },
}

localized!(Finding);

impl Event for Finding {
    fn level(&self) -> Level {
        match self {
            Self::OwnAddresses { .. }
            | Self::InterfaceDown { .. }
            | Self::PortHeld { .. }
            | Self::EchoHeard { .. }
            | Self::PeerFound { .. }
            | Self::PeerIsHere { .. }
            | Self::PeerNear { .. }
            | Self::PeerFar { .. }
            | Self::Reached { .. }
            | Self::Sent { .. }
            | Self::Isolation { .. }
            | Self::Firewall { .. }
            | Self::Finished { faults: 0 } => Level::Info,
            Self::NoLan | Self::PortHeldByOther { .. } | Self::PortFree { .. } | Self::WayTaken { .. } => {
                Level::Warning
            }
            Self::EchoLost { .. }
            | Self::EchoFailed { .. }
            | Self::PeerUnknown { .. }
            | Self::NoWay { .. }
            | Self::Refused { .. }
            | Self::RefusedHere { .. }
            | Self::Rejected { .. }
            | Self::Unanswered { .. }
            | Self::NobodyThere { .. }
            | Self::NotLetOut { .. }
            | Self::Failed { .. }
            | Self::Finished { .. } => Level::Error,
        }
    }
}
