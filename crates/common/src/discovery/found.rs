//! A server that is heard: what it says of itself, bounded, and made safe to be shown.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use mdns_sd::{ResolvedService, ScopedIp};
use serde::Serialize;

use super::Service;
use crate::net::{Host, Interface};
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
        lan.flat_map(Interface::networks).any(|network| network.has(ip))
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::net::{InterfaceAddress, InterfaceKind};
    use crate::texts::english;
    use mdns_sd::ServiceInfo;

    fn interface(kind: InterfaceKind, is_up: bool, ip: &str) -> Interface {
        Interface {
            name: "eth0".to_owned(),
            index: 2,
            kind,
            is_up,
            is_multicast: true,
            addresses: vec![InterfaceAddress { ip: ip.parse().unwrap(), prefix: 24, broadcast: None }],
        }
    }

    fn resolved(name: &str, ips: &str, port: u16, texts: &[(&str, &str)]) -> ResolvedService {
        let domain = Service::Chat.domain();
        ServiceInfo::new(domain, name, "x.local.", ips, port, texts).unwrap().as_resolved_service()
    }

    #[test]
    fn the_address_in_a_network_of_ours_comes_first_and_none_of_this_computer_itself() {
        let lan = interface(InterfaceKind::Wired, true, "192.168.1.5");
        let vpn = interface(InterfaceKind::Vpn, true, "10.8.0.2");
        let down = interface(InterfaceKind::Wired, false, "172.16.0.5");
        let own = [vpn, down, lan];
        let ips =
            "127.0.0.1,10.8.0.1,172.16.0.1,192.168.1.20,2001:db8::1,::1,224.0.0.1,255.255.255.255,0.0.0.0";
        let found = Found::new(&resolved("kitchen", ips, 6666, &[]), Service::Chat, &own).unwrap();
        let addresses = ["192.168.1.20:6666", "10.8.0.1:6666", "172.16.0.1:6666", "[2001:db8::1]:6666"];
        assert_eq!(found.addresses(), addresses);
        assert!(found.has("10.8.0.1".parse().unwrap()) && !found.has("10.8.0.2".parse().unwrap()));
        for (ips, port) in [("127.0.0.1,::1", 6666), ("fe80::1", 6666), ("10.0.0.1", 0)] {
            assert_eq!(Found::new(&resolved("kitchen", ips, port, &[]), Service::Chat, &own), None, "{ips}");
        }
        let many: Vec<String> = (1..200).map(|last| format!("10.0.0.{last}")).collect();
        let found = Found::new(&resolved("kitchen", &many.join(","), 1, &[]), Service::Chat, &own).unwrap();
        assert_eq!(found.addresses().len(), MAX_ADDRESSES);
    }

    #[test]
    fn what_is_said_is_taken_in_bounds_and_shown_in_one_line() {
        let found = |name: &str, texts: &[(&str, &str)]| {
            Found::new(&resolved(name, "10.0.0.1", 1, texts), Service::Chat, &[]).unwrap()
        };
        let all = found("kitchen", &[("v", "1"), ("tls", "1"), ("pass", "1"), ("key", "0123456789ABCDEF")]);
        let expected = (true, true, Some("0123456789abcdef"));
        assert_eq!((all.is_encrypted, all.wants_pass, all.key_half.as_deref()), expected);
        for key in ["0123456789abcde", "0123456789abcdefa", "0123456789abcdeg", ""] {
            assert_eq!(found("kitchen", &[("key", key)]).key_half, None, "{key}");
        }
        let none = found("kitchen", &[("tls", "yes"), ("pass", "")]);
        assert!(!none.is_encrypted && !none.wants_pass);
        for (name, shown) in [
            ("Mr. T's \\ server (2)", "Mr. T's \\ server (2)"),
            ("a\nb\u{202e}c\u{1b}[2J", r"a\nb\u{202e}c\x1B[2J"),
        ] {
            assert_eq!(found(name, &[]).name, shown);
        }
        let said = |found: &Found| english(&DiscoveryEvent::from(found));
        assert_eq!(said(&all), "kitchen at 10.0.0.1:1, encrypted, wants a pass phrase");
        assert_eq!(said(&found("kitchen", &[])), "kitchen at 10.0.0.1:1");
    }
}
