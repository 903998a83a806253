//! Why a socket cannot be opened, and what to do about it.

use std::io;
use std::net::SocketAddr;

use serde::Serialize;

use super::Host;
use crate::localized;

/// Why an address cannot be listened on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub enum BindError {
    /// Somebody else holds the port.
    PortTaken {
        /// The address that was asked for.
        address: SocketAddr,
    },
    /// No interface of this computer has the address.
    NotOurs {
        /// The address that was asked for.
        address: SocketAddr,
    },
    /// The system does not allow it: usually a port below 1024.
    NotPermitted {
        /// The address that was asked for.
        address: SocketAddr,
    },
    /// The name has no address.
    NoSuchHost {
        /// The name.
        host: Host,
        /// The system's words.
        reason: String,
    },
    /// The interface is not there yet: it is worth waiting for.
    NoInterface {
        /// Its name.
        interface: String,
    },
    /// Anything else, in the system's words.
    Other {
        /// The address that was asked for.
        address: SocketAddr,
        /// The system's words.
        reason: String,
    },
}

impl BindError {
    /// What it means that `host` has no address.
    #[must_use]
    pub fn of_lookup(host: &Host, error: &io::Error) -> Self {
        match host {
            Host::Zoned(_, zone) => Self::NoInterface { interface: zone.clone() },
            host => Self::NoSuchHost { host: host.clone(), reason: explain_lookup(error) },
        }
    }

    /// What an error of the system means for `address`.
    #[must_use]
    pub fn of(address: SocketAddr, error: &io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::AddrInUse => Self::PortTaken { address },
            io::ErrorKind::AddrNotAvailable => Self::NotOurs { address },
            io::ErrorKind::PermissionDenied => Self::NotPermitted { address },
            _ => Self::Other { address, reason: error.to_string() },
        }
    }
}

/// Why a connection or a datagram does not get through.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub enum ConnectError {
    /// No program has the port.
    Refused,
    /// An established connection was reset.
    Broken,
    /// No answer in time.
    TimedOut,
    /// This computer has no way to the address.
    NoNetwork,
    /// No router or network on the way knows the address.
    NoComputer,
    /// A firewall of this computer refuses, or the address stands for everybody.
    NotPermitted,
    /// Anything else, in the system's words.
    Other {
        /// Those words.
        reason: String,
    },
}

localized!(BindError, ConnectError);

impl From<&io::Error> for ConnectError {
    fn from(error: &io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::ConnectionRefused => Self::Refused,
            io::ErrorKind::ConnectionReset | io::ErrorKind::ConnectionAborted | io::ErrorKind::BrokenPipe => {
                Self::Broken
            }
            io::ErrorKind::TimedOut => Self::TimedOut,
            io::ErrorKind::NetworkUnreachable => Self::NoNetwork,
            io::ErrorKind::HostUnreachable => Self::NoComputer,
            io::ErrorKind::PermissionDenied => Self::NotPermitted,
            _ => Self::Other { reason: error.to_string() },
        }
    }
}

/// Says why a name has no address, in the system's words.
#[must_use]
pub fn explain_lookup(error: &io::Error) -> String {
    let text = error.to_string();
    // Rust's own words, in front of the system's.
    text.strip_prefix("failed to lookup address information: ").unwrap_or(&text).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn real_bind_errors_are_told_apart() {
        let holder = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let taken = holder.local_addr().unwrap();
        let error = std::net::TcpListener::bind(taken).unwrap_err();
        assert_eq!(BindError::of(taken, &error), BindError::PortTaken { address: taken });
        let foreign: SocketAddr = "192.0.2.1:6666".parse().unwrap();
        let error = std::net::TcpListener::bind(foreign).unwrap_err();
        assert_eq!(BindError::of(foreign, &error), BindError::NotOurs { address: foreign });
    }

    #[test]
    fn a_refused_connection_is_said_in_words() {
        let closed = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        let error = std::net::TcpStream::connect(closed).unwrap_err();
        assert_eq!(ConnectError::from(&error).to_string(), "no program is listening there");
    }
}
