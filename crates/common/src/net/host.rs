//! What a user types for an address.

use std::fmt;
use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, SocketAddrV6, ToSocketAddrs as _};
use std::str::FromStr;

use serde::Serialize;
use tokio::sync::Semaphore;

use super::interfaces;
use crate::{localized, serde_as_text};

/// An address or a name that stands for one.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Host {
    /// IPv4 or IPv6, or one of the names `localhost`, `any`, `broadcast`.
    Ip(IpAddr),
    /// IPv6 on one interface, as link-local addresses need it: `fe80::1%eth0`, `fe80::1%2`.
    Zoned(Ipv6Addr, String),
    /// A host name, to be looked up.
    Name(String),
}

/// The text is neither an address nor a host name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub enum HostError {
    /// Nothing was typed.
    Empty,
    /// Not a name by RFC 1123, section 2.1.
    NotAHost {
        /// What was typed.
        typed: String,
    },
}

localized!(HostError);

impl FromStr for Host {
    type Err = HostError;

    fn from_str(typed: &str) -> Result<Self, HostError> {
        let name = typed.trim();
        // As Qt's QHostAddress names them, which the demos use.
        let named = match name.to_ascii_lowercase().as_str() {
            "" => return Err(HostError::Empty),
            "localhost" => Some(Ipv4Addr::LOCALHOST),
            "any" => Some(Ipv4Addr::UNSPECIFIED),
            "broadcast" => Some(Ipv4Addr::BROADCAST),
            _ => None,
        };
        if let Some(ip) = named {
            return Ok(Self::Ip(ip.into()));
        }
        let bare = name.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(name);
        if let Ok(ip) = bare.parse() {
            return Ok(Self::Ip(ip));
        }
        if let Some((ip, zone)) = bare.split_once('%')
            && let (Ok(ip), true) = (ip.parse(), is_zone(zone))
        {
            return Ok(Self::Zoned(ip, zone.to_owned()));
        }
        if is_host_name(name) {
            Ok(Self::Name(name.to_owned()))
        } else {
            Err(HostError::NotAHost { typed: name.to_owned() })
        }
    }
}

impl fmt::Display for Host {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Ip(ip) => ip.fmt(f),
            Self::Zoned(ip, zone) => write!(f, "{ip}%{zone}"),
            Self::Name(name) => f.write_str(name),
        }
    }
}

serde_as_text!(Host);

/// RFC 1123, section 2.1; underscores are common on LANs. A name of digits and dots alone is a
/// mistyped address.
fn is_host_name(name: &str) -> bool {
    let is_label = |label: &str| {
        (1..=63).contains(&label.len())
            && label.chars().all(|c| c.is_alphanumeric() || c == '-' || c == '_')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    let is_number = name.chars().all(|c| c.is_ascii_digit() || c == '.');
    name.len() <= 253 && !is_number && name.strip_suffix('.').unwrap_or(name).split('.').all(is_label)
}

/// The name of an interface, or its number. Linux allows 15 bytes, others more.
fn is_zone(zone: &str) -> bool {
    (1..=64).contains(&zone.len()) && zone.chars().all(|c| c.is_ascii_graphic() && !"%[]/,".contains(c))
}

/// The number of an interface that is named by a zone.
///
/// # Errors
/// Where this computer has no such interface.
pub fn zone_index(zone: &str) -> io::Result<u32> {
    if let Ok(index) = zone.parse() {
        return Ok(index);
    }
    let index = interfaces()?.into_iter().find(|interface| interface.name == zone).map(|found| found.index);
    index.ok_or_else(|| io::Error::new(io::ErrorKind::NotFound, format!("no interface is named {zone}")))
}

/// The socket address of `host` and `port`, of several the first of [`resolve_all`].
///
/// # Errors
/// Where the name has no address, nobody can be asked, or the interface is not there.
pub async fn resolve(host: &Host, port: u16) -> io::Result<SocketAddr> {
    resolve_all(host, port).await?.first().copied().ok_or_else(no_address)
}

fn no_address() -> io::Error {
    io::Error::new(io::ErrorKind::NotFound, "the name has no address")
}

/// The socket addresses of `host` and `port`, one at least: those of IPv4 first, as the demos are IPv4, else in the order of the system.
///
/// # Errors
/// Where the name has no address, nobody can be asked, or the interface is not there.
pub async fn resolve_all(host: &Host, port: u16) -> io::Result<Vec<SocketAddr>> {
    let name = match host {
        Host::Ip(ip) => return Ok(vec![SocketAddr::new(*ip, port)]),
        Host::Zoned(ip, zone) => return Ok(vec![SocketAddrV6::new(*ip, port, 0, zone_index(zone)?).into()]),
        Host::Name(name) => name.clone(),
    };
    let mut addresses = look_up(move || (name.as_str(), port).to_socket_addrs()).await?;
    addresses.sort_by_key(SocketAddr::is_ipv6);
    if addresses.is_empty() { Err(no_address()) } else { Ok(addresses) }
}

/// How many names are looked up at a time. Each look-up takes a thread, for half a minute where nobody answers.
const MAX_LOOKUPS: usize = 32;

static ROOM: Semaphore = Semaphore::const_new(MAX_LOOKUPS);

/// Asks on a thread of its own, once there is room for one more. The room is that of the thread: the system goes on
/// asking when nobody waits for the answer any more.
async fn look_up<A>(ask: impl FnOnce() -> io::Result<A> + Send + 'static) -> io::Result<Vec<SocketAddr>>
where
    A: Iterator<Item = SocketAddr>,
{
    let permit = ROOM.acquire().await.map_err(io::Error::other)?;
    let asking = tokio::task::spawn_blocking(move || {
        let _permit = permit;
        ask().map(Iterator::collect)
    });
    asking.await?
}

/// What this computer calls itself, in ASCII; `localhost` where that is not known.
#[must_use]
pub fn host_name() -> String {
    #[cfg(target_os = "linux")]
    let name = nix::unistd::gethostname().ok().and_then(|name| name.into_string().ok());
    #[cfg(not(target_os = "linux"))]
    let name = std::env::var("COMPUTERNAME").or_else(|_| std::env::var("HOSTNAME")).ok();
    name.filter(|name| !name.is_empty() && name.is_ascii()).unwrap_or_else(|| "localhost".to_owned())
}

/// Who can reach a socket that listens on an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum Reach {
    /// This computer only.
    Computer,
    /// One network of this computer.
    Network,
    /// Every network of this computer.
    EveryNetwork,
}

impl Reach {
    /// Who can reach a socket that listens on `ip`.
    #[must_use]
    pub fn of(ip: IpAddr) -> Self {
        if ip.is_loopback() {
            Self::Computer
        } else if ip.is_unspecified() {
            Self::EveryNetwork
        } else {
            Self::Network
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::texts::english;
    use std::sync::{Arc, Mutex};

    #[test]
    fn names_and_addresses_are_understood() {
        let table = [
            ("localhost", "127.0.0.1"),
            ("ANY", "0.0.0.0"),
            ("broadcast", "255.255.255.255"),
            (" 10.0.0.7 ", "10.0.0.7"),
            ("::1", "::1"),
            ("[fe80::1]", "fe80::1"),
            ("fe80::1%eth0", "fe80::1%eth0"),
            ("[fe80::1%eth0.7]", "fe80::1%eth0.7"),
            ("ff12::6666%2", "ff12::6666%2"),
            ("time.example.org", "time.example.org"),
            ("raspberry_pi.", "raspberry_pi."),
        ];
        for (typed, host) in table {
            assert_eq!(typed.parse::<Host>().unwrap().to_string(), host);
        }
    }

    #[test]
    fn what_is_no_host_is_refused() {
        assert_eq!("".parse::<Host>(), Err(HostError::Empty));
        for typed in [
            "fe80::1%",
            "fe80::1%a b",
            "10.0.0.1%eth0",
            "x%eth0",
            "fe80::1%a%b",
            "1.2.3",
            "256.1.1.1",
            "a b",
            "http://x",
            "-a",
            "a..b",
            "host:80",
            "1.2.3.4/24",
        ] {
            assert_eq!(typed.parse::<Host>(), Err(HostError::NotAHost { typed: typed.into() }), "{typed}");
        }
    }

    #[tokio::test]
    async fn a_zone_is_an_interface_by_number_or_name() {
        let scope = async |typed: &str| match resolve(&typed.parse().unwrap(), 7).await? {
            SocketAddr::V6(address) => Ok::<_, io::Error>(address.scope_id()),
            SocketAddr::V4(_) => Ok(0),
        };
        assert_eq!(scope("fe80::1%3").await.unwrap(), 3);
        let own = interfaces().unwrap().swap_remove(0);
        assert_eq!(scope(&format!("fe80::1%{}", own.name)).await.unwrap(), own.index);
        let error = scope("fe80::1%nosuch0").await.unwrap_err();
        assert_eq!(error.to_string(), "no interface is named nosuch0");
    }

    #[tokio::test]
    async fn however_many_names_nobody_answers_for_the_threads_are_few() {
        let (started, mut starts) = tokio::sync::mpsc::channel(1000);
        let (closed, gate) = std::sync::mpsc::sync_channel::<()>(0);
        let gate = Arc::new(Mutex::new(gate));
        let asking = || {
            let (started, gate) = (started.clone(), Arc::clone(&gate));
            look_up(move || {
                started.blocking_send(()).unwrap();
                assert!(gate.lock().unwrap().recv().is_err());
                Ok(std::iter::empty())
            })
        };
        let mut waiting = tokio::task::JoinSet::new();
        (0..200).for_each(|_| _ = waiting.spawn(asking()));
        for _ in 0..MAX_LOOKUPS {
            starts.recv().await.unwrap();
        }
        // Nobody waits for them any more, yet their threads are there.
        waiting.shutdown().await;
        assert_eq!(ROOM.available_permits(), 0);
        waiting.spawn(asking());
        drop(closed);
        assert_eq!(waiting.join_next().await.unwrap().unwrap().unwrap(), []);
        starts.recv().await.unwrap();
        assert_eq!(starts.try_recv(), Err(tokio::sync::mpsc::error::TryRecvError::Empty));
    }

    #[test]
    fn reach_is_said_in_words() {
        for (ip, words) in [
            ("127.0.0.1", "this computer only"),
            ("::1", "this computer only"),
            ("0.0.0.0", "every network"),
            ("10.0.0.7", "this network"),
        ] {
            assert_eq!(english(&Reach::of(ip.parse().unwrap())), words);
        }
    }
}
