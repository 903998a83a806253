//! How destinations, intervals and dates are called.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use chrono::{DateTime, Datelike as _, FixedOffset};
use common::net::{Host, Interface, InterfaceKind};
use common::status::Lamp;
use common::texts::{capitalized, phrase};
use common::tr;

use crate::engine::{Interval, Place, Target};

/// Characters of a name that the list shows.
const NAME_CHARS: usize = 28;

/// A destination, as a row of the list begins: `This computer`, `LAN on eth0`.
pub(crate) fn title(target: &Target) -> String {
    let name = name(target);
    if begins_with_words(target, &name) { capitalized(&name) } else { name }
}

/// A destination in the middle of a sentence: `this computer`, `LAN on eth0`.
pub(crate) fn name(target: &Target) -> String {
    let name = match &target.place {
        _ if target.is_this_computer() => tr!("udp-time-server-this-computer").to_owned(),
        Place::Lan => tr!("udp-time-server-every-lan").to_owned(),
        Place::Broadcast(interface) => tr!("udp-time-server-lan", interface = interface.as_str()),
        Place::Multicast { group, interface } => {
            let family = if group.is_ipv6() { "ipv6" } else { "ipv4" };
            match interface {
                Some(interface) => {
                    tr!("udp-time-server-group-on", family = family, interface = interface.as_str())
                }
                None => tr!("udp-time-server-group", family = family, group = group.to_string()),
            }
        }
        Place::Host(Host::Ip(IpAddr::V4(Ipv4Addr::BROADCAST))) => tr!("udp-time-server-nearby").to_owned(),
        Place::Host(_) => return cut(&target.to_string()),
    };
    match target.port {
        Some(port) => tr!("udp-time-server-with-port", name = name, port = port.to_string()),
        None => name,
    }
}

fn begins_with_words(target: &Target, name: &str) -> bool {
    match &target.place {
        Place::Host(Host::Ip(IpAddr::V4(ip))) => [Ipv4Addr::LOCALHOST, Ipv4Addr::BROADCAST].contains(ip),
        Place::Host(_) => false,
        Place::Broadcast(interface) | Place::Multicast { interface: Some(interface), .. } => {
            !name.starts_with(interface)
        }
        Place::Lan | Place::Multicast { interface: None, .. } => true,
    }
}

fn cut(text: &str) -> String {
    if text.chars().count() <= NAME_CHARS {
        return text.to_owned();
    }
    text.chars().take(NAME_CHARS - 1).chain(['…']).collect()
}

/// The kind of a network that is not one of the place: `virtual`.
pub(crate) fn foreign(kind: Option<InterfaceKind>) -> Option<String> {
    kind.filter(|kind| !kind.is_lan()).map(|kind| phrase(&kind))
}

/// What the lamp of a destination says, which is one of those switched on or not.
pub(crate) fn lamp(lamp: Lamp, is_on: bool) -> &'static str {
    match lamp {
        Lamp::On => tr!("udp-time-server-lamp-on"),
        Lamp::Waiting => tr!("udp-time-server-lamp-waiting"),
        Lamp::Failed => tr!("udp-time-server-lamp-failed"),
        Lamp::Off if is_on => tr!("udp-time-server-lamp-stopped"),
        Lamp::Off => tr!("udp-time-server-lamp-off"),
    }
}

/// Where a destination leads, as far as that is known without asking anybody; with its port, where it has one of its own.
pub(crate) fn expected_address(target: &Target, interfaces: &[Interface]) -> String {
    let address = |ip: IpAddr| match target.port {
        Some(port) => SocketAddr::new(ip, port).to_string(),
        None => ip.to_string(),
    };
    match &target.place {
        Place::Broadcast(name) => {
            let found = interfaces.iter().find(|one| one.name == *name);
            let addresses = found.into_iter().flat_map(Interface::broadcasts);
            addresses.map(|ip| address(ip.into())).collect::<Vec<_>>().join(", ")
        }
        Place::Multicast { group, .. } => address(*group),
        Place::Host(Host::Ip(ip)) => address(*ip),
        Place::Lan | Place::Host(_) => String::new(),
    }
}

/// `every second`, `every 250 ms`.
pub(crate) fn every(interval: Interval) -> String {
    match interval.millis() {
        1000 => tr!("udp-time-server-every-second").to_owned(),
        60_000 => tr!("udp-time-server-every-minute").to_owned(),
        3_600_000 => tr!("udp-time-server-every-hour").to_owned(),
        _ => tr!("udp-time-server-every", interval = interval.to_string()),
    }
}

/// `Sunday 22 November 2026 · UTC+01:00`
pub(crate) fn date(time: DateTime<FixedOffset>) -> String {
    let day = tr!(
        "date-day",
        weekday = time.weekday().number_from_monday(),
        day = time.day(),
        month = time.month(),
        year = time.year().to_string()
    );
    tr!("udp-time-server-date", day = day, offset = time.offset().to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use common::texts::{Language, set_language};

    #[test]
    fn destinations_have_names() {
        let long = format!("{}.example.org", "x".repeat(40));
        for (typed, title_, name_) in [
            ("localhost", "This computer", "this computer"),
            ("lan:7", "Every LAN, port 7", "every LAN, port 7"),
            ("broadcast:eth0", "LAN on eth0", "LAN on eth0"),
            ("multicast%eth0", "Group on eth0", "group on eth0"),
            ("multicast", "Group 239.255.66.66", "group 239.255.66.66"),
            ("ff12::6666%eth0", "IPv6 group on eth0", "IPv6 group on eth0"),
            ("broadcast", "Everybody nearby", "everybody nearby"),
            ("a.b:7", "a.b:7", "a.b:7"),
            (&long, "xxxxxxxxxxxxxxxxxxxxxxxxxxx…", "xxxxxxxxxxxxxxxxxxxxxxxxxxx…"),
        ] {
            let target: Target = typed.parse().unwrap();
            assert_eq!((title(&target).as_str(), name(&target).as_str()), (title_, name_));
        }
        set_language(Language::of_tag("zh-CN").unwrap());
        assert_eq!(title(&"ff12::6666%eth0".parse().unwrap()), "eth0 上的 IPv6 组");
        assert_eq!(title(&"lan:7".parse().unwrap()), "所有局域网，端口 7");
    }

    #[test]
    fn the_port_of_a_destination_is_told_where_it_is_its_own() {
        let address = |typed: &str| expected_address(&typed.parse().unwrap(), &[]);
        let expected = ["127.0.0.1", "127.0.0.1:7699", "[::1]:7", "239.255.66.66"];
        assert_eq!(["localhost", "localhost:7699", "[::1]:7", "multicast"].map(address), expected);
    }

    #[test]
    fn the_day_is_written_as_the_language_has_it() {
        let time = DateTime::parse_from_rfc3339("2026-11-22T14:03:27+01:00").unwrap();
        assert_eq!(date(time), "Sunday 22 November 2026 · UTC+01:00");
        set_language(Language::of_tag("zh-CN").unwrap());
        assert!(date(time).starts_with("2026年11月22日 星期日，UTC+01:00"), "{}", date(time));
    }
}
