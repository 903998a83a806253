//! Why a socket cannot be opened, and what to do about it.

use std::io;
use std::net::SocketAddr;

use super::Host;

/// Why an address cannot be listened on.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BindError {
    /// Somebody else holds the port.
    #[error("the port is taken by another program, stop that or use another port: {0}")]
    PortTaken(SocketAddr),
    /// No interface of this computer has the address.
    #[error("this computer does not have that address, use one of its own or any: {0}")]
    NotOurs(SocketAddr),
    /// The system does not allow it: usually a port below 1024.
    #[error("the system does not permit this port, use one above 1023: {0}")]
    NotPermitted(SocketAddr),
    /// The name has no address.
    #[error("the name cannot be looked up ({reason}): {host}")]
    NoSuchHost {
        /// The name.
        host: Host,
        /// The system's words.
        reason: String,
    },
    /// Anything else, in the system's words.
    #[error("cannot listen ({reason}): {addr}")]
    Other {
        /// The address.
        addr: SocketAddr,
        /// The system's words.
        reason: String,
    },
}

/// Says why `addr` cannot be listened on.
#[must_use]
pub fn explain_bind(addr: SocketAddr, error: &io::Error) -> BindError {
    match error.kind() {
        io::ErrorKind::AddrInUse => BindError::PortTaken(addr),
        io::ErrorKind::AddrNotAvailable => BindError::NotOurs(addr),
        io::ErrorKind::PermissionDenied => BindError::NotPermitted(addr),
        _ => BindError::Other { addr, reason: error.to_string() },
    }
}

/// Why a connection or a datagram does not get through.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ConnectError {
    /// No program has the port.
    #[error("nobody listens there")]
    Refused,
    /// There was a connection.
    #[error("the other side broke the connection")]
    Broken,
    /// Too long.
    #[error("no answer")]
    TimedOut,
    /// This computer has no way to the address.
    #[error("no network leads there")]
    NoNetwork,
    /// A network has no way to it.
    #[error("the computer cannot be reached")]
    NoComputer,
    /// A firewall, or a broadcast.
    #[error("the system does not permit it")]
    NotPermitted,
    /// Anything else, in the system's words.
    #[error("{0}")]
    Other(String),
}

impl ConnectError {
    /// Those that have words of their own.
    pub const ALL: [Self; 6] =
        [Self::Refused, Self::Broken, Self::TimedOut, Self::NoNetwork, Self::NoComputer, Self::NotPermitted];
}

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
            _ => Self::Other(error.to_string()),
        }
    }
}

/// Says why a connection or a datagram does not get through, without the address.
#[must_use]
pub fn explain_connect(error: &io::Error) -> String {
    ConnectError::from(error).to_string()
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
        assert_eq!(explain_bind(taken, &error), BindError::PortTaken(taken));
        let foreign: SocketAddr = "192.0.2.1:6666".parse().unwrap();
        let error = std::net::TcpListener::bind(foreign).unwrap_err();
        assert_eq!(explain_bind(foreign, &error), BindError::NotOurs(foreign));
    }

    #[test]
    fn a_refused_connection_is_said_in_words() {
        let closed = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        let error = std::net::TcpStream::connect(closed).unwrap_err();
        assert_eq!(explain_connect(&error), "nobody listens there");
    }
}
