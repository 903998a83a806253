//! A server that is heard: what it says of itself, bounded, and made safe to be shown.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use mdns_sd::{ResolvedService, ScopedIp};
use serde::Serialize;

use super::Service;
use crate::net::{Host, Interface, Network};
use crate::text::escape_line;

/// Addresses of one server.
const MAX_ADDRESSES: usize = 16;

/// Digits of a key that are announced.
const KEY_DIGITS: usize = 16;

/// A server that is heard. Everybody on the network can say all of this: it is a hint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// What it calls itself: one line, at most 63 bytes before what cannot be shown is escaped.
    pub name: String,
    /// Its address that this computer reaches best, as far as is known.
    pub host: Host,
    /// Its further addresses.
    pub others: Vec<Host>,
    /// Its port. Of a time server: where it sends to.
    pub port: u16,
    /// It speaks TLS.
    pub is_encrypted: bool,
    /// The first 16 digits of its key, in lower case.
    pub key_half: Option<String>,
    /// It wants a pass phrase.
    pub wants_pass: bool,
}

impl Found {
    /// All that is usable of what is heard; `None` where no address is.
    pub(super) fn new(resolved: &ResolvedService, service: Service, own: &[Interface]) -> Option<Self> {
        let text = |key: &str| resolved.get_property_val_str(key);
        let key_half = text("key").filter(|half| half.len() == KEY_DIGITS).map(str::to_ascii_lowercase);
        let mut hosts: Vec<(u8, Host)> = resolved.addresses.iter().filter_map(|ip| ranked(ip, own)).collect();
        hosts.sort_by_cached_key(|(rank, host)| (*rank, host.to_string()));
        let mut hosts = hosts.into_iter().map(|(_, host)| host).take(MAX_ADDRESSES);
        let host = hosts.next()?;
        Some(Self {
            name: name_of(&resolved.fullname, service),
            host,
            others: hosts.collect(),
            port: Some(resolved.port).filter(|port| *port > 0)?,
            is_encrypted: text("tls") == Some("1"),
            key_half: key_half.filter(|half| half.bytes().all(|digit| digit.is_ascii_hexdigit())),
            wants_pass: text("pass") == Some("1"),
        })
    }

    /// `10.66.0.1:6666`, as it is typed.
    #[must_use]
    pub fn address(&self) -> String {
        self.with_port(&self.host)
    }

    /// All of its addresses, the best one first.
    #[must_use]
    pub fn addresses(&self) -> Vec<String> {
        std::iter::once(&self.host).chain(&self.others).map(|host| self.with_port(host)).collect()
    }

    /// Whether one of its addresses is this one.
    #[must_use]
    pub fn has(&self, ip: IpAddr) -> bool {
        let ip = ip.to_canonical();
        std::iter::once(&self.host).chain(&self.others).any(|host| match host {
            Host::Ip(own) => *own == ip,
            Host::Zoned(own, _) => IpAddr::V6(*own) == ip,
            Host::Name(_) => false,
        })
    }

    fn with_port(&self, host: &Host) -> String {
        match host {
            Host::Ip(ip) => SocketAddr::new(*ip, self.port).to_string(),
            host => format!("[{host}]:{}", self.port),
        }
    }
}

/// What a server is called, without its type; what could end a line or reorder it is escaped.
pub(super) fn name_of(full_name: &str, service: Service) -> String {
    let len = full_name.len().saturating_sub(service.domain().len());
    let has_domain = |domain: &str| domain.eq_ignore_ascii_case(service.domain());
    let label = match full_name.split_at_checked(len) {
        Some((label, domain)) if has_domain(domain) => label.strip_suffix('.').unwrap_or(label),
        _ => full_name,
    };
    let mut name = String::new();
    let mut letters = label.chars();
    while let Some(letter) = letters.next() {
        // The crate escapes dots and backslashes (RFC 6763, section 4.3).
        name.extend(if letter == '\\' { letters.next() } else { Some(letter) });
    }
    escape_line(&name).into_owned()
}

/// An address that a server says it has, and how far it is: `None` where no other computer can have it.
fn ranked(address: &ScopedIp, own: &[Interface]) -> Option<(u8, Host)> {
    let ip = address.to_ip_addr();
    let is_near = |ip: IpAddr| {
        let lan = own.iter().filter(|interface| interface.is_up && interface.kind.is_lan());
        let mut addresses = lan.flat_map(|interface| &interface.addresses);
        addresses.any(|own| Network::of(own.ip, own.prefix).is_some_and(|network| network.has(ip)))
    };
    if ip.is_loopback() || ip.is_unspecified() || ip.is_multicast() || ip == Ipv4Addr::BROADCAST {
        return None;
    }
    match address {
        ScopedIp::V6(v6) if v6.addr().is_unicast_link_local() => {
            let zone = &v6.scope_id().name;
            (!zone.is_empty()).then(|| (4, Host::Zoned(*v6.addr(), zone.clone())))
        }
        _ => {
            let rank = match (ip.is_ipv4(), is_near(ip)) {
                (true, true) => 0,
                (false, true) => 1,
                (true, false) => 2,
                (false, false) => 3,
            };
            Some((rank, Host::Ip(ip)))
        }
    }
}

/// A server that is heard, as a line or a record of a run without a window.
#[derive(Debug, Serialize)]
#[serde(rename = "discovery-event")]
pub(super) enum DiscoveryEvent {
    /// A server is heard, or one is heard otherwise than before.
    Found {
        name: String,
        address: String,
        addresses: Vec<String>,
        tls: bool,
        key: Option<String>,
        pass: bool,
    },
}

impl From<&Found> for DiscoveryEvent {
    fn from(found: &Found) -> Self {
        Self::Found {
            name: found.name.clone(),
            address: found.address(),
            addresses: found.addresses(),
            tls: found.is_encrypted,
            key: found.key_half.clone(),
            pass: found.wants_pass,
        }
    }
}

impl crate::engine::Event for DiscoveryEvent {}

impl fmt::Display for Found {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&crate::texts::english(&DiscoveryEvent::from(self)))
    }
}
