//! What the window calls things: one place for the words.

use std::net::{IpAddr, Ipv4Addr};

use common::net::{Host, Interface, InterfaceKind};

use crate::engine::{Place, Target};

/// Characters of a name that the list shows.
const NAME_CHARS: usize = 28;

/// A destination, as a row of the list begins: `This computer`, `LAN on eth0`.
#[must_use]
pub fn title(target: &Target) -> String {
    let name = name(target);
    let mut chars = name.chars();
    match chars.next() {
        Some(first) if is_words(target) => first.to_uppercase().chain(chars).collect(),
        _ => name,
    }
}

/// A destination in the middle of a sentence: `this computer`, `LAN on eth0`.
#[must_use]
pub fn name(target: &Target) -> String {
    let port = target.port.map(|port| format!(", port {port}")).unwrap_or_default();
    match &target.place {
        _ if target.is_this_computer() => format!("this computer{port}"),
        Place::Lan => format!("every LAN{port}"),
        Place::Broadcast(interface) => format!("LAN on {interface}{port}"),
        Place::Multicast { group, interface } => {
            let family = if group.is_ipv6() { "IPv6 group" } else { "group" };
            match interface {
                Some(interface) => format!("{family} on {interface}{port}"),
                None => format!("{family} {group}{port}"),
            }
        }
        Place::Host(Host::Ip(IpAddr::V4(Ipv4Addr::BROADCAST))) => format!("everybody nearby{port}"),
        Place::Host(_) => cut(&target.to_string()),
    }
}

fn is_words(target: &Target) -> bool {
    match &target.place {
        Place::Host(Host::Ip(IpAddr::V4(ip))) => [Ipv4Addr::LOCALHOST, Ipv4Addr::BROADCAST].contains(ip),
        Place::Host(_) => false,
        Place::Lan | Place::Broadcast(_) | Place::Multicast { .. } => true,
    }
}

fn cut(text: &str) -> String {
    if text.chars().count() <= NAME_CHARS {
        return text.to_owned();
    }
    text.chars().take(NAME_CHARS - 1).chain(['…']).collect()
}

/// Why a destination that is offered was not switched on from the start.
#[must_use]
pub fn off(kind: Option<InterfaceKind>) -> String {
    match kind {
        Some(kind) if !kind.is_lan() => format!("off: {}", kind.in_words()),
        _ => "off".to_owned(),
    }
}

/// Where a destination leads, as far as that is known without asking anybody.
#[must_use]
pub fn expected_address(target: &Target, interfaces: &[Interface]) -> String {
    match &target.place {
        Place::Broadcast(name) => {
            let found = interfaces.iter().find(|one| one.name == *name);
            let addresses = found.into_iter().flat_map(Interface::broadcasts);
            addresses.map(|ip| ip.to_string()).collect::<Vec<_>>().join(", ")
        }
        Place::Multicast { group, .. } => group.to_string(),
        Place::Host(Host::Ip(ip)) => ip.to_string(),
        Place::Lan | Place::Host(_) => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn destinations_have_names() {
        let long = format!("{}.example.org", "x".repeat(40));
        for (typed, title_, name_) in [
            ("localhost", "This computer", "this computer"),
            ("lan:7", "Every LAN, port 7", "every LAN, port 7"),
            ("broadcast:eth0", "LAN on eth0", "LAN on eth0"),
            ("multicast%eth0", "Group on eth0", "group on eth0"),
            ("ff12::6666%eth0", "IPv6 group on eth0", "IPv6 group on eth0"),
            ("broadcast", "Everybody nearby", "everybody nearby"),
            ("a.b:7", "a.b:7", "a.b:7"),
            (&long, "xxxxxxxxxxxxxxxxxxxxxxxxxxx…", "xxxxxxxxxxxxxxxxxxxxxxxxxxx…"),
        ] {
            let target: Target = typed.parse().unwrap();
            assert_eq!((title(&target).as_str(), name(&target).as_str()), (title_, name_));
        }
    }
}
