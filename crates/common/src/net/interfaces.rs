//! The network interfaces of this computer.

use std::collections::BTreeMap;
use std::io;
use std::net::{IpAddr, Ipv4Addr};

use getifaddrs::{Address, InterfaceFlags};
use serde::Serialize;

use super::Network;

/// One interface with its addresses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Interface {
    /// Its name, as the system has it: `eth0`, `en0`, `Ethernet 2`.
    pub name: String,
    /// Its number: the zone of a link-local address, the interface of a multicast group.
    pub index: u32,
    /// What it leads to.
    pub kind: InterfaceKind,
    /// Whether it is switched on and its cable, network or peer is there.
    pub is_up: bool,
    /// Whether groups can be sent to and joined on it.
    pub is_multicast: bool,
    /// Its addresses, IPv4 before IPv6; none while it waits for one.
    pub addresses: Vec<InterfaceAddress>,
}

/// An address of an interface.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct InterfaceAddress {
    /// The address.
    pub ip: IpAddr,
    /// How many leading bits name the network.
    pub prefix: u8,
    /// Where a datagram goes that is for all on the network: IPv4 alone has that.
    pub broadcast: Option<Ipv4Addr>,
}

/// What an interface leads to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub enum InterfaceKind {
    /// A network with a cable, as far as can be told.
    Wired,
    /// A network by radio.
    Wireless,
    /// This computer itself.
    Loopback,
    /// Containers and virtual machines on this computer.
    Virtual,
    /// A tunnel: VPN, modem.
    Vpn,
}

impl InterfaceKind {
    /// Whether other computers of the place are at the other end.
    #[must_use]
    pub fn is_lan(self) -> bool {
        matches!(self, Self::Wired | Self::Wireless)
    }

    pub(crate) fn of(name: &str, is_loopback: bool, is_point_to_point: bool) -> Self {
        if is_loopback {
            return Self::Loopback;
        }
        let lower = name.to_ascii_lowercase();
        let begins = |beginnings: &[&str]| beginnings.iter().any(|beginning| lower.starts_with(beginning));
        if begins(VIRTUAL) {
            Self::Virtual
        } else if begins(VPN) || is_point_to_point {
            Self::Vpn
        } else if begins(WIRELESS) || is_radio(name) {
            Self::Wireless
        } else {
            Self::Wired
        }
    }
}

/// Beginnings of names that Docker, Podman, libvirt, LXD, Kubernetes, hypervisors, Apple and Linux
/// itself give. `br0` is not among them: with that name people bridge a real network.
const VIRTUAL: &[&str] = &[
    "awdl",
    "br-",
    "bridge",
    "cali",
    "cilium",
    "cni",
    "docker",
    "dummy",
    "flannel",
    "ifb",
    "llw",
    "lxc",
    "lxdbr",
    "podman",
    "vboxnet",
    "vethernet",
    "veth",
    "virbr",
    "virtualbox",
    "vmnet",
    "vmware",
    "vnet",
];

/// Beginnings of names that tunnels have.
const VPN: &[&str] = &[
    "gif",
    "gre",
    "ham",
    "ipsec",
    "nordlynx",
    "ppp",
    "proton",
    "sit",
    "stf",
    "tailscale",
    "tap",
    "tun",
    "utun",
    "wg",
    "wwan",
    "zt",
];

/// Beginnings of names that radios have.
const WIRELESS: &[&str] = &["ath", "wi-fi", "wifi", "wl"];

/// Whether the kernel has a radio behind the interface, whatever its name.
fn is_radio(name: &str) -> bool {
    let is_plain = !name.contains(['/', '\\']) && !name.starts_with('.');
    cfg!(target_os = "linux")
        && is_plain
        && std::path::Path::new("/sys/class/net").join(name).join("phy80211").exists()
}

impl Interface {
    /// The networks of its addresses.
    pub fn networks(&self) -> impl Iterator<Item = Network> + '_ {
        self.addresses.iter().filter_map(|own| Network::of(own.ip, own.prefix))
    }

    /// The broadcast addresses of its networks.
    pub fn broadcasts(&self) -> impl Iterator<Item = Ipv4Addr> + '_ {
        self.addresses.iter().filter_map(|address| address.broadcast)
    }
}

/// All interfaces by number: those that are down and those without an address too.
///
/// # Errors
/// Where the system does not tell.
pub fn interfaces() -> io::Result<Vec<Interface>> {
    let mut found = BTreeMap::new();
    for listed in getifaddrs::getifaddrs()? {
        let Some(index) = listed.index else { continue };
        let flags = listed.flags;
        let interface = found.entry(index).or_insert_with(|| Interface {
            kind: InterfaceKind::of(
                &listed.name,
                flags.contains(InterfaceFlags::LOOPBACK),
                flags.contains(InterfaceFlags::POINTTOPOINT),
            ),
            name: listed.name,
            index,
            is_up: flags.contains(InterfaceFlags::UP | InterfaceFlags::RUNNING),
            is_multicast: flags.contains(InterfaceFlags::MULTICAST),
            addresses: Vec::new(),
        });
        interface.addresses.extend(address_of(&listed.address, flags));
    }
    let mut interfaces: Vec<Interface> = found.into_values().collect();
    for interface in &mut interfaces {
        interface.addresses.sort_unstable();
        interface.addresses.dedup();
    }
    Ok(interfaces)
}

fn address_of(listed: &Address, flags: InterfaceFlags) -> Option<InterfaceAddress> {
    match listed {
        Address::V4(v4) => {
            let prefix = v4.netmask.map_or(32, |mask| prefix_len(mask.to_bits().leading_ones()));
            // A network of one or two addresses has no broadcast address, whatever the system puts there.
            let has_broadcast = prefix < 31 && flags.contains(InterfaceFlags::BROADCAST);
            // Where none was configured, Linux tells the address itself or that of a peer: the last address of the
            // network is broadcast to all the same, and a configured one stays what it is.
            let within = v4.associated_address.filter(|to| !to.is_unspecified()).unwrap_or(v4.address);
            let last = Ipv4Addr::from_bits(within.to_bits() | u32::MAX.unbounded_shr(prefix.into()));
            Some(InterfaceAddress { ip: v4.address.into(), prefix, broadcast: has_broadcast.then_some(last) })
        }
        Address::V6(v6) => {
            let prefix = v6.netmask.map_or(128, |mask| prefix_len(mask.to_bits().leading_ones()));
            Some(InterfaceAddress { ip: v6.address.into(), prefix, broadcast: None })
        }
        Address::Mac(_) => None,
    }
}

fn prefix_len(count: u32) -> u8 {
    u8::try_from(count).unwrap_or(u8::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use getifaddrs::NetworkAddress;

    #[test]
    fn every_computer_has_a_loopback_interface() {
        let all = interfaces().unwrap();
        let loopback = all.iter().find(|one| one.kind == InterfaceKind::Loopback).unwrap();
        assert!(loopback.is_up && loopback.index > 0);
        let own = InterfaceAddress { ip: Ipv4Addr::LOCALHOST.into(), prefix: 8, broadcast: None };
        assert!(loopback.addresses.contains(&own), "{loopback:?}");
        assert!(all.windows(2).all(|pair| pair[0].index < pair[1].index), "by number, once each");
    }

    #[test]
    fn names_and_flags_tell_the_kind() {
        let lan = (false, false);
        for (names, (is_loopback, is_point_to_point), kind) in [
            ("eth0 enp3s0 en0 Ethernet br0 bond0 eth0.7", lan, InterfaceKind::Wired),
            ("wlan0 wlp2s0 Wi-Fi", lan, InterfaceKind::Wireless),
            ("docker0 br-1a2b3c veth12ab virbr0 vEthernet(WSL) vmnet8 ifb0", lan, InterfaceKind::Virtual),
            ("tun0 tap0 wg0 tailscale0 utun3 ppp0", lan, InterfaceKind::Vpn),
            ("office", (false, true), InterfaceKind::Vpn),
            ("lo tun0", (true, false), InterfaceKind::Loopback),
        ] {
            for name in names.split(' ') {
                assert_eq!(InterfaceKind::of(name, is_loopback, is_point_to_point), kind, "{name}");
            }
        }
    }

    #[test]
    fn the_broadcast_address_is_the_last_of_the_network_whatever_was_configured() {
        let lan = InterfaceFlags::UP | InterfaceFlags::BROADCAST;
        let of = |prefix: u32, associated: Option<&str>, flags| {
            let listed = Address::V4(NetworkAddress {
                address: Ipv4Addr::new(10, 1, 2, 1),
                netmask: Some(Ipv4Addr::from_bits(!u32::MAX.unbounded_shr(prefix))),
                associated_address: associated.map(|to| to.parse().unwrap()),
            });
            let address = address_of(&listed, flags).unwrap();
            assert_eq!(u32::from(address.prefix), prefix);
            address.broadcast.map(|to| to.to_string())
        };
        for (prefix, associated, broadcast) in [
            (23, Some("10.1.3.255"), "10.1.3.255"),
            // As of a larger network around it.
            (24, Some("10.1.255.255"), "10.1.255.255"),
            (0, Some("255.255.255.255"), "255.255.255.255"),
            // None configured: nothing, 0.0.0.0, the address itself, that of a peer.
            (24, None, "10.1.2.255"),
            (24, Some("0.0.0.0"), "10.1.2.255"),
            (24, Some("10.1.2.1"), "10.1.2.255"),
            (30, Some("10.1.2.1"), "10.1.2.3"),
            (24, Some("10.7.0.1"), "10.7.0.255"),
        ] {
            assert_eq!(of(prefix, associated, lan).as_deref(), Some(broadcast), "/{prefix} {associated:?}");
        }
        for prefix in [31, 32] {
            assert_eq!(of(prefix, Some("10.1.2.1"), lan), None, "/{prefix}");
        }
        assert_eq!(of(23, Some("10.1.3.255"), InterfaceFlags::POINTTOPOINT), None);
    }
}
