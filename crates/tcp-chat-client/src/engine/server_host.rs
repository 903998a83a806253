//! What a user types for the address of a server.

use std::fmt;
use std::net::Ipv4Addr;
use std::str::FromStr;

use common::chat::{Invitation, InvitationError};
use common::net::{Host, HostError};
use common::{localized, serde_as_text};
use serde::Serialize;

/// The address of one server, or a name that stands for one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServerHost(Host);

/// Nobody can connect there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub enum ServerHostError {
    /// Nothing was typed.
    Empty,
    /// A broadcast or multicast address.
    ManyComputers { typed: String },
    /// An invitation: it is followed, and stands for no address.
    Invitation,
    /// A port stands behind it, as in `HOST:PORT`.
    WithPort { host: String, port: u16 },
    #[serde(untagged)]
    BadInvitation(InvitationError),
    #[serde(untagged)]
    NoHost(HostError),
}

localized!(ServerHostError);
serde_as_text!(ServerHost);

impl ServerHost {
    #[must_use]
    pub fn as_host(&self) -> &Host {
        &self.0
    }

    /// What stands for the host in `HOST:PORT`, and the port; `None` where there is no port.
    #[must_use]
    pub fn apart(text: &str) -> Option<(&str, u16)> {
        // An address of IPv6 has colons, too.
        let (host, port) = text.rsplit_once(':').filter(|(_, port)| !port.contains(']'))?;
        Some((host, port.parse().ok().filter(|port| *port > 0)?))
    }
}

impl Default for ServerHost {
    /// This computer.
    fn default() -> Self {
        Self(Host::Ip(Ipv4Addr::LOCALHOST.into()))
    }
}

impl FromStr for ServerHost {
    type Err = ServerHostError;

    fn from_str(typed: &str) -> Result<Self, ServerHostError> {
        if Invitation::is_meant(typed) {
            let invitation = typed.parse::<Invitation>();
            return Err(
                invitation.map_or_else(ServerHostError::BadInvitation, |_| ServerHostError::Invitation)
            );
        }
        let host = typed.parse().map_err(|error| match error {
            HostError::Empty => ServerHostError::Empty,
            error @ HostError::NotAHost { .. } => match Self::apart(typed) {
                Some((host, port)) if host.parse::<Host>().is_ok() => {
                    ServerHostError::WithPort { host: host.to_owned(), port }
                }
                _ => ServerHostError::NoHost(error),
            },
        })?;
        let is_many = match &host {
            Host::Ip(ip) => {
                let ip = ip.to_canonical();
                ip.is_multicast() || ip == Ipv4Addr::BROADCAST
            }
            Host::Zoned(ip, _) => ip.is_multicast(),
            Host::Name(_) => false,
        };
        if is_many { Err(ServerHostError::ManyComputers { typed: typed.to_owned() }) } else { Ok(Self(host)) }
    }
}

impl fmt::Display for ServerHost {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_is_one_computer() {
        for one in ["127.0.0.1", "localhost", "chat.example.org", "::1", "fe80::1%eth0"] {
            assert!(one.parse::<ServerHost>().is_ok(), "{one}");
        }
        for many in
            ["broadcast", "255.255.255.255", "239.1.2.3", "ff02::1", "ff02::1%eth0", "::ffff:255.255.255.255"]
        {
            let error = ServerHostError::ManyComputers { typed: many.to_owned() };
            assert_eq!(many.parse::<ServerHost>(), Err(error));
        }
        for (typed, words) in [
            ("10.0.0.7:7777", "give the port separately: 10.0.0.7, port 7777"),
            ("[::1]:7777", "give the port separately: [::1], port 7777"),
            ("10.0.0.:7777", "this is neither an address nor a host name: 10.0.0.:7777"),
        ] {
            assert_eq!(typed.parse::<ServerHost>().unwrap_err().to_string(), words);
        }
        let invitation = |text: &str| text.parse::<ServerHost>().unwrap_err().to_string();
        assert_eq!(invitation("tcp-chat://10.0.0.7:7777"), "press Enter to follow this invitation");
        assert_eq!(
            invitation("tcp-chat://10.0.0.7:7777/?key=12"),
            "the key in the invitation is not one of 64 hexadecimal digits"
        );
        let error = "broadcast".parse::<ServerHost>().unwrap_err().to_string();
        assert_eq!(error, "this address stands for many computers, type that of one: broadcast");
    }
}
