//! The addresses that a destination stands for, with the interfaces that there are now.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, SocketAddrV6};

use common::net::{Host, Interface, LOOPBACK_BROADCAST};

use super::{Fault, Place};

/// One address that a tick is sent to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Route {
    pub(super) address: SocketAddr,
    /// The interface that it has to leave by; 0: the system chooses.
    pub(super) interface: u32,
}

impl Route {
    pub(super) fn new(address: SocketAddr) -> Self {
        Self { address, interface: 0 }
    }
}

/// The addresses of `place`; `None` where a name has to be looked up.
pub(super) fn routes(
    place: &Place,
    port: u16,
    interfaces: &[Interface],
) -> Option<Result<Vec<Route>, Fault>> {
    Some(match place {
        Place::Lan => lan(port, interfaces),
        Place::Broadcast(name) => named(interfaces, name).and_then(|interface| broadcast(port, interface)),
        Place::Multicast { group, interface } => multicast(*group, interface.as_deref(), port, interfaces),
        Place::Host(Host::Ip(IpAddr::V6(ip))) if ip.is_unicast_link_local() => {
            Err(Fault::NeedsInterface { group: *ip })
        }
        Place::Host(Host::Ip(ip)) => Ok(host(SocketAddr::new(*ip, port))),
        Place::Host(Host::Zoned(ip, zone)) => {
            named(interfaces, zone).map(|interface| vec![zoned(*ip, port, interface.index)])
        }
        Place::Host(Host::Name(_)) => return None,
    })
}

/// The way to one address, which may be that of "this computer": docs/protocol.md, part 1.
pub(super) fn host(address: SocketAddr) -> Vec<Route> {
    let everyone = (address.ip() == Ipv4Addr::LOCALHOST).then(|| (LOOPBACK_BROADCAST, address.port()).into());
    std::iter::once(address).chain(everyone).map(Route::new).collect()
}

fn zoned(ip: Ipv6Addr, port: u16, index: u32) -> Route {
    Route { address: SocketAddrV6::new(ip, port, 0, index).into(), interface: index }
}

/// The interface of this name, or of this number, where it is there and up.
fn named<'a>(interfaces: &'a [Interface], name: &str) -> Result<&'a Interface, Fault> {
    let number = name.parse().ok();
    let found = interfaces.iter().find(|one| one.name == name || Some(one.index) == number);
    match found {
        Some(interface) if interface.is_up => Ok(interface),
        Some(_) => Err(Fault::InterfaceDown { interface: name.to_owned() }),
        None => Err(Fault::NoInterface { interface: name.to_owned() }),
    }
}

fn broadcast(port: u16, interface: &Interface) -> Result<Vec<Route>, Fault> {
    let mut routes: Vec<Route> = Vec::new();
    for ip in interface.broadcasts() {
        let route = Route { address: (ip, port).into(), interface: interface.index };
        if !routes.contains(&route) {
            routes.push(route);
        }
    }
    if routes.is_empty() { Err(Fault::NoBroadcast { interface: interface.name.clone() }) } else { Ok(routes) }
}

/// Two interfaces in one network (a cable and a radio) have one broadcast address: it is sent to once, so that
/// nobody there hears a tick twice.
fn lan(port: u16, interfaces: &[Interface]) -> Result<Vec<Route>, Fault> {
    let mut routes: Vec<Route> = Vec::new();
    for interface in interfaces.iter().filter(|one| one.is_up && one.kind.is_lan()) {
        for route in broadcast(port, interface).unwrap_or_default() {
            if routes.iter().all(|known| known.address != route.address) {
                routes.push(route);
            }
        }
    }
    if routes.is_empty() { Err(Fault::NoLan) } else { Ok(routes) }
}

fn multicast(
    group: IpAddr,
    interface: Option<&str>,
    port: u16,
    interfaces: &[Interface],
) -> Result<Vec<Route>, Fault> {
    let index = interface.map(|name| named(interfaces, name)).transpose()?.map(|found| found.index);
    Ok(vec![match (group, index) {
        (IpAddr::V4(group), index) => {
            Route { address: (group, port).into(), interface: index.unwrap_or_default() }
        }
        (IpAddr::V6(group), Some(index)) => zoned(group, port, index),
        // The scope is the last digit of its first group: 1 this computer, 2 this link.
        (IpAddr::V6(group), None) if group.segments()[0] & 0xf <= 2 => {
            return Err(Fault::NeedsInterface { group });
        }
        (IpAddr::V6(group), None) => Route::new((group, port).into()),
    }])
}

#[cfg(test)]
mod tests {
    use super::*;
    use common::net::{InterfaceAddress, InterfaceKind};

    fn interface(index: u32, name: &str, kind: InterfaceKind, addresses: &[(&str, &str)]) -> Interface {
        let address = |(ip, broadcast): &(&str, &str)| InterfaceAddress {
            ip: ip.parse().unwrap(),
            prefix: 24,
            broadcast: broadcast.parse().ok(),
        };
        Interface {
            name: name.to_owned(),
            index,
            kind,
            is_up: true,
            is_multicast: true,
            addresses: addresses.iter().map(address).collect(),
        }
    }

    fn computer() -> Vec<Interface> {
        vec![
            interface(1, "lo", InterfaceKind::Loopback, &[("127.0.0.1", "")]),
            interface(2, "eth0", InterfaceKind::Wired, &[("10.0.0.7", "10.0.0.255"), ("fe80::1", "")]),
            interface(
                3,
                "wlan0",
                InterfaceKind::Wireless,
                &[("10.0.0.8", "10.0.0.255"), ("10.1.0.8", "10.1.0.255")],
            ),
            interface(4, "docker0", InterfaceKind::Virtual, &[("172.17.0.1", "172.17.255.255")]),
            Interface {
                is_up: false,
                ..interface(5, "eth1", InterfaceKind::Wired, &[("10.2.0.7", "10.2.0.255")])
            },
        ]
    }

    fn of(typed: &str) -> Result<String, String> {
        let target: super::super::Target = typed.parse().unwrap();
        let routes = routes(&target.place, 6666, &computer()).expect("no name");
        let shown = |route: &Route| format!("{}/{}", route.address, route.interface);
        routes
            .map(|routes| routes.iter().map(shown).collect::<Vec<_>>().join(" "))
            .map_err(|fault| fault.to_string())
    }

    #[test]
    fn every_place_has_its_addresses() {
        for (typed, addresses) in [
            ("localhost", "127.0.0.1:6666/0 127.255.255.255:6666/0"),
            ("10.0.0.9", "10.0.0.9:6666/0"),
            ("2001:db8::7", "[2001:db8::7]:6666/0"),
            ("broadcast", "255.255.255.255:6666/0"),
            ("lan", "10.0.0.255:6666/2 10.1.0.255:6666/3"),
            ("broadcast:wlan0", "10.0.0.255:6666/3 10.1.0.255:6666/3"),
            ("broadcast:docker0", "172.17.255.255:6666/4"),
            ("multicast", "239.255.66.66:6666/0"),
            ("multicast%eth0", "239.255.66.66:6666/2"),
            ("ff12::6666%eth0", "[ff12::6666%2]:6666/2"),
            ("ff15::1", "[ff15::1]:6666/0"),
            ("fe80::9%wlan0", "[fe80::9%3]:6666/3"),
            ("fe80::9%2", "[fe80::9%2]:6666/2"),
        ] {
            assert_eq!(of(typed), Ok(addresses.to_owned()), "{typed}");
        }
        let name: super::super::Target = "a.b".parse().unwrap();
        assert_eq!(routes(&name.place, 6666, &computer()), None);
    }

    #[test]
    fn what_is_missing_is_named() {
        for (typed, reason) in [
            ("broadcast:eth9", "no interface"),
            ("broadcast:eth1", "down"),
            ("broadcast:lo", "no broadcast address"),
            ("fe80::9%eth9", "no interface"),
            ("fe80::9", "fe80::9%eth0"),
            ("ff12::6666", "ff12::6666%eth0"),
            ("239.1.1.1%eth1", "down"),
        ] {
            let error = of(typed).unwrap_err();
            assert!(error.contains(reason), "{typed}: {error}");
        }
        assert_eq!(routes(&Place::Lan, 1, &computer()[..1]), Some(Err(Fault::NoLan)));
    }
}
