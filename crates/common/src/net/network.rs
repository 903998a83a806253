//! Networks that clients may come from.

use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;

use serde::Serialize;

use crate::{localized, serde_as_text};

/// A network in the notation of RFC 4632, section 3.1: `192.168.1.0/24`; an address alone is one of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Network {
    /// Its first address.
    first: IpAddr,
    prefix: u8,
}

/// A text is no network.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub enum NetworkError {
    /// Neither an address nor one with the length of a network.
    NoNetwork {
        /// What was typed.
        typed: String,
    },
}

localized!(NetworkError);
serde_as_text!(Network);

fn bits(ip: IpAddr) -> (u128, u8) {
    match ip {
        IpAddr::V4(ip) => (u128::from(ip.to_bits()) << 96, 32),
        IpAddr::V6(ip) => (ip.to_bits(), 128),
    }
}

impl Network {
    /// The network of `prefix` bits that an address is in.
    #[must_use]
    pub fn of(ip: IpAddr, prefix: u8) -> Option<Self> {
        let ip = ip.to_canonical();
        let (bits, most) = bits(ip);
        let first = bits & u128::MAX.unbounded_shl(128_u32.saturating_sub(prefix.into()));
        let first = match ip {
            IpAddr::V4(_) => IpAddr::V4(u32::try_from(first >> 96).unwrap_or_default().into()),
            IpAddr::V6(_) => IpAddr::V6(first.into()),
        };
        (prefix <= most).then_some(Self { first, prefix })
    }

    /// Whether an address is in it; one of IPv4 that is written as IPv6 is the same.
    #[must_use]
    pub fn has(&self, ip: IpAddr) -> bool {
        let ip = ip.to_canonical();
        ip.is_ipv4() == self.first.is_ipv4() && Self::of(ip, self.prefix) == Some(*self)
    }
}

impl fmt::Display for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (_, most) = bits(self.first);
        if self.prefix == most { self.first.fmt(f) } else { write!(f, "{}/{}", self.first, self.prefix) }
    }
}

impl FromStr for Network {
    type Err = NetworkError;

    fn from_str(typed: &str) -> Result<Self, NetworkError> {
        let (address, prefix) =
            typed.trim().split_once('/').map_or((typed.trim(), None), |(a, p)| (a, Some(p)));
        let network = address.parse().ok().and_then(|ip: IpAddr| {
            let (_, most) = bits(ip.to_canonical());
            let prefix = prefix.map_or(Some(most), |prefix| prefix.parse().ok())?;
            Self::of(ip, prefix)
        });
        network.ok_or_else(|| NetworkError::NoNetwork { typed: typed.to_owned() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_network_has_the_addresses_that_begin_like_it() {
        for (network, written, inside, outside) in [
            (
                "192.168.1.77/24",
                "192.168.1.0/24",
                &["192.168.1.0", "192.168.1.255", "::ffff:192.168.1.9"][..],
                &["192.168.2.1", "::192.168.1.9", "fe80::1"][..],
            ),
            ("10.0.0.5", "10.0.0.5", &["10.0.0.5"], &["10.0.0.4"]),
            ("0.0.0.0/0", "0.0.0.0/0", &["8.8.8.8"], &["2001:db8::1"]),
            ("fd00::/8", "fd00::/8", &["fd12::1"], &["fe80::1", "10.0.0.1"]),
            ("::1", "::1", &["::1"], &["127.0.0.1"]),
        ] {
            let parsed: Network = network.parse().unwrap();
            assert_eq!(parsed.to_string(), written);
            assert!(inside.iter().all(|ip| parsed.has(ip.parse().unwrap())), "{network}");
            assert!(!outside.iter().any(|ip| parsed.has(ip.parse().unwrap())), "{network}");
        }
        for wrong in ["", "x", "10.0.0.0/33", "10.0.0.0/", "10.0.0/8", "::/129", "10.0.0.0/-1"] {
            assert!(wrong.parse::<Network>().is_err(), "{wrong}");
        }
    }
}
