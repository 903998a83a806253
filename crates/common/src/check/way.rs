//! Which interface an address is reached by.

use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, UdpSocket};

use crate::net::{Interface, InterfaceKind};

/// The way to an address, by the routes of the moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Way {
    /// It is this computer's own.
    Here,
    /// It is in a network of this computer, by that interface.
    Near(Interface),
    /// It is in another network, which is reached by that interface and routers.
    Far(Interface),
    /// It is an address of a LAN, and that interface, which leads elsewhere, would be used for it.
    Taken(Interface),
    /// No network of this computer leads there.
    None,
}

/// The way to `peer`, whose port is of no matter.
pub(super) fn way_to(peer: SocketAddr, interfaces: &[Interface]) -> Way {
    let ip = peer.ip().to_canonical();
    let is_own = |one: &Interface| one.addresses.iter().any(|own| own.ip == ip);
    if ip.is_loopback() || interfaces.iter().any(is_own) {
        return Way::Here;
    }
    let Ok(source) = source_for(peer) else { return Way::None };
    let leaves_by = interfaces.iter().find(|one| match peer {
        // An address of one cable: each interface may have the same one of its own.
        SocketAddr::V6(peer) if peer.scope_id() != 0 => one.index == peer.scope_id(),
        _ => one.addresses.iter().any(|own| own.ip == source),
    });
    leaves_by.map_or(Way::None, |by| by_interface(ip, by, interfaces))
}

/// The way to `peer`, where the route leads by the interface `by`.
fn by_interface(peer: IpAddr, by: &Interface, interfaces: &[Interface]) -> Way {
    let leads_there = |one: &Interface| one.networks().any(|network| network.has(peer));
    let is_of_lan = |one: &&Interface| one.is_up && one.kind.is_lan() && leads_there(one);
    if leads_there(by) {
        Way::Near(by.clone())
    } else if interfaces.iter().any(|one| is_of_lan(&one))
        || (by.kind == InterfaceKind::Vpn && is_private(peer))
    {
        Way::Taken(by.clone())
    } else {
        Way::Far(by.clone())
    }
}

/// Addresses that each place uses for itself: RFC 1918, section 3; RFC 4193, section 3; RFC 3927.
fn is_private(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(ip) => ip.is_private() || ip.is_link_local(),
        IpAddr::V6(ip) => ip.is_unique_local() || ip.is_unicast_link_local(),
    }
}

/// The address that stands for every one of this computer, of the same family.
pub(super) fn any_like(peer: SocketAddr) -> IpAddr {
    match peer {
        SocketAddr::V4(_) => Ipv4Addr::UNSPECIFIED.into(),
        SocketAddr::V6(_) => Ipv6Addr::UNSPECIFIED.into(),
    }
}

/// The own address that the system would send to `peer` from: it looks up the route, and sends nothing.
fn source_for(mut peer: SocketAddr) -> io::Result<IpAddr> {
    let socket = UdpSocket::bind((any_like(peer), 0))?;
    // The port discard of RFC 863: any but 0 would do.
    peer.set_port(9);
    // With the interface that an address of one cable (fe80::) comes with.
    socket.connect(peer)?;
    Ok(socket.local_addr()?.ip())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::net::InterfaceAddress;

    fn interface(name: &str, kind: InterfaceKind, ip: &str, prefix: u8) -> Interface {
        Interface {
            name: name.to_owned(),
            index: 1,
            kind,
            is_up: true,
            is_multicast: true,
            addresses: vec![InterfaceAddress { ip: ip.parse().unwrap(), prefix, broadcast: None }],
        }
    }

    #[test]
    fn an_address_of_this_place_that_leaves_by_a_tunnel_is_noticed() {
        let lan = interface("eth0", InterfaceKind::Wired, "192.168.1.20", 24);
        let vpn = interface("wg0", InterfaceKind::Vpn, "10.8.0.3", 24);
        let all = [lan.clone(), vpn.clone()];
        for (peer, by, way) in [
            ("192.168.1.7", &lan, Way::Near(lan.clone())),
            ("192.168.1.7", &vpn, Way::Taken(vpn.clone())),
            // Of no network that is known here, and nobody's in the open network.
            ("192.168.77.7", &vpn, Way::Taken(vpn.clone())),
            ("10.8.0.1", &vpn, Way::Near(vpn.clone())),
            ("203.0.113.5", &vpn, Way::Far(vpn.clone())),
            ("192.168.77.7", &lan, Way::Far(lan.clone())),
        ] {
            assert_eq!(by_interface(peer.parse().unwrap(), by, &all), way, "{peer} by {}", by.name);
        }
    }

    #[test]
    fn this_computer_is_here() {
        let own = interface("eth0", InterfaceKind::Wired, "192.0.2.7", 24);
        for peer in ["127.0.0.1", "127.3.4.5", "::1", "192.0.2.7"] {
            let peer = SocketAddr::new(peer.parse().unwrap(), 6666);
            assert_eq!(way_to(peer, std::slice::from_ref(&own)), Way::Here, "{peer}");
        }
    }
}
