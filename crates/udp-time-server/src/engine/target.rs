//! Where ticks go, as it is typed.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr};
use std::str::FromStr;

use common::net::{GROUP_V4, Host, HostError};
use common::{localized, serde_as_text};
use serde::Serialize;

/// A destination: a place and, where it is not that of all the others, a port.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Target {
    /// The place.
    pub place: Place,
    /// A port of its own.
    pub port: Option<u16>,
}

/// Who gets a tick.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Place {
    /// `lan`: all on every network by cable or radio that is there at the moment.
    Lan,
    /// `broadcast:eth0`: all on the networks of one interface.
    Broadcast(String),
    /// `multicast`, or an address of a group: all that joined it.
    Multicast {
        /// The group.
        group: IpAddr,
        /// The interface that it leaves by; where none is named, the system chooses.
        interface: Option<String>,
    },
    /// An address or a name. 127.0.0.1 is this computer and all who listen on it.
    Host(Host),
}

/// What was typed is no destination.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub enum TargetError {
    /// What follows the last colon is no port.
    Port { typed: String },
    /// `broadcast:` without an interface.
    NoInterface,
    /// Not in `224.0.0.0/4` or `ff00::/8`.
    NotAGroup { typed: String },
    /// Neither an address nor a name.
    #[serde(untagged)]
    Host(HostError),
}

localized!(TargetError);
serde_as_text!(Target);

impl From<HostError> for TargetError {
    fn from(error: HostError) -> Self {
        Self::Host(error)
    }
}

impl Target {
    /// 127.0.0.1: what a server without arguments sends to.
    #[must_use]
    pub fn this_computer() -> Self {
        Place::Host(Host::Ip(Ipv4Addr::LOCALHOST.into())).into()
    }

    /// Whether other computers get what is sent there, as far as can be told from how it was typed.
    #[must_use]
    pub fn is_beyond_this_computer(&self) -> bool {
        !matches!(&self.place, Place::Host(Host::Ip(ip)) if ip.to_canonical().is_loopback())
    }

    /// Whether this is every receiver of this computer.
    #[must_use]
    pub fn is_this_computer(&self) -> bool {
        self.place == Place::Host(Host::Ip(Ipv4Addr::LOCALHOST.into()))
    }
}

impl From<Place> for Target {
    fn from(place: Place) -> Self {
        Self { place, port: None }
    }
}

impl FromStr for Target {
    type Err = TargetError;

    fn from_str(typed: &str) -> Result<Self, TargetError> {
        let typed = typed.trim();
        // The name of an interface may hold a colon: no port of its own here.
        if let Some(interface) = after(typed, "broadcast:") {
            let interface = interface.trim();
            if interface.is_empty() {
                return Err(TargetError::NoInterface);
            }
            return Ok(Place::Broadcast(interface.to_owned()).into());
        }
        if let Some(group) = after(typed, "multicast:") {
            let target: Self = group.parse()?;
            return match target.place {
                Place::Multicast { .. } => Ok(target),
                _ => Err(TargetError::NotAGroup { typed: group.to_owned() }),
            };
        }
        let whole = place(typed);
        let Some((host, port)) = typed.rsplit_once(':').filter(|_| whole.is_err()) else {
            return Ok(whole?.into());
        };
        // An IPv6 address in front of a port needs its brackets: where would it end?
        let is_bare_v6 = host.contains(':') && !host.ends_with(']');
        let Some(place) = place(host).ok().filter(|_| !is_bare_v6) else { return Ok(whole?.into()) };
        match port.parse() {
            Ok(port) if port > 0 => Ok(Self { place, port: Some(port) }),
            _ => Err(TargetError::Port { typed: port.to_owned() }),
        }
    }
}

/// What follows `beginning`, however that is written.
fn after<'a>(typed: &'a str, beginning: &str) -> Option<&'a str> {
    let (head, rest) = typed.split_at_checked(beginning.len())?;
    head.eq_ignore_ascii_case(beginning).then_some(rest)
}

/// A place without a port.
fn place(typed: &str) -> Result<Place, HostError> {
    if typed.eq_ignore_ascii_case("lan") {
        return Ok(Place::Lan);
    }
    if typed.eq_ignore_ascii_case("multicast") {
        return Ok(Place::Multicast { group: GROUP_V4.into(), interface: None });
    }
    let as_named = || -> Option<Place> {
        let (group, interface) = typed.split_once('%')?;
        let group = if group.eq_ignore_ascii_case("multicast") { GROUP_V4 } else { group.parse().ok()? };
        let is_group = group.is_multicast() && !interface.is_empty() && !interface.contains(':');
        is_group.then(|| Place::Multicast { group: group.into(), interface: Some(interface.to_owned()) })
    };
    if let Some(place) = as_named() {
        return Ok(place);
    }
    Ok(match typed.parse()? {
        Host::Ip(group) if group.is_multicast() => Place::Multicast { group, interface: None },
        Host::Zoned(group, interface) if group.is_multicast() => {
            Place::Multicast { group: group.into(), interface: Some(interface) }
        }
        host => Place::Host(host),
    })
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Lan => f.write_str("lan"),
            Self::Broadcast(interface) => write!(f, "broadcast:{interface}"),
            Self::Multicast { group, interface: None } => group.fmt(f),
            Self::Multicast { group, interface: Some(interface) } => write!(f, "{group}%{interface}"),
            Self::Host(host) => host.fmt(f),
        }
    }
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let is_v6 = matches!(
            self.place,
            Place::Host(Host::Ip(IpAddr::V6(_)) | Host::Zoned(..))
                | Place::Multicast { group: IpAddr::V6(_), .. }
        );
        match self.port {
            None => self.place.fmt(f),
            Some(port) if is_v6 => write!(f, "[{}]:{port}", self.place),
            Some(port) => write!(f, "{}:{port}", self.place),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use common::net::GROUP_V6;

    #[test]
    fn what_is_typed_is_understood_and_shown_so_that_it_can_be_typed() {
        for (typed, shown, port) in [
            ("localhost", "127.0.0.1", None),
            ("10.0.0.7:7000", "10.0.0.7:7000", Some(7000)),
            ("time.example.org:80", "time.example.org:80", Some(80)),
            ("::1", "::1", None),
            ("[::1]:7", "[::1]:7", Some(7)),
            ("[fe80::1%eth0]:7000", "[fe80::1%eth0]:7000", Some(7000)),
            ("fe80::1%2", "fe80::1%2", None),
            ("broadcast", "255.255.255.255", None),
            ("broadcast:9", "broadcast:9", None),
            ("LAN", "lan", None),
            ("lan:7000", "lan:7000", Some(7000)),
            ("Broadcast:eth0.7", "broadcast:eth0.7", None),
            ("broadcast:Ethernet 2", "broadcast:Ethernet 2", None),
            ("multicast", "239.255.66.66", None),
            ("multicast%eth0", "239.255.66.66%eth0", None),
            ("multicast:ff12::6666%eth0", "ff12::6666%eth0", None),
            ("multicast:239.1.2.3%eth0:7000", "239.1.2.3%eth0:7000", Some(7000)),
            ("[ff12::6666%eth0]:7", "[ff12::6666%eth0]:7", Some(7)),
        ] {
            let target: Target = typed.parse().unwrap_or_else(|error| panic!("{typed}: {error}"));
            assert_eq!((target.to_string().as_str(), target.port), (shown, port), "{typed}");
            assert_eq!(shown.parse(), Ok(target), "what is shown can be typed");
        }
        assert!("localhost".parse::<Target>().unwrap().is_this_computer());
        for (typed, is_beyond) in [
            ("localhost", false),
            ("127.255.255.255:7", false),
            ("::1", false),
            ("::ffff:127.0.0.1", false),
            ("10.0.0.7", true),
            ("lan", true),
            ("broadcast", true),
            ("multicast", true),
            ("time.example.org", true),
        ] {
            assert_eq!(typed.parse::<Target>().unwrap().is_beyond_this_computer(), is_beyond, "{typed}");
        }
        assert!(!"localhost:7".parse::<Target>().unwrap().place.to_string().is_empty());
    }

    #[test]
    fn groups_are_groups_however_they_are_typed() {
        for typed in ["239.255.66.66", "multicast", "multicast:239.255.66.66"] {
            let place = Place::Multicast { group: GROUP_V4.into(), interface: None };
            assert_eq!(typed.parse(), Ok(Target::from(place)), "{typed}");
        }
        let place = Place::Multicast { group: GROUP_V6.into(), interface: Some("eth0".to_owned()) };
        assert_eq!("[ff12::6666%eth0]".parse(), Ok(Target::from(place)));
    }

    #[test]
    fn what_is_refused_says_why() {
        for (typed, reason) in [
            ("", "type an address"),
            ("1.2.3", "neither an address nor a host name"),
            ("10.0.0.7:0", "1 to 65535"),
            ("10.0.0.7:x", "1 to 65535"),
            ("lan:70000", "1 to 65535"),
            ("1:2:3:4:5:6:7:8:6666", "neither an address"),
            ("broadcast:", "broadcast:eth0"),
            ("multicast:10.0.0.7", "multicast group"),
            ("10.0.0.7%eth0", "neither an address"),
        ] {
            let error = typed.parse::<Target>().unwrap_err().to_string();
            assert!(error.contains(reason), "{typed}: {error}");
        }
    }
}
