//! The sockets that together listen on one address.

use std::collections::BTreeSet;
use std::future::poll_fn;
use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::task::Poll;

use common::net::{BindError, Host, Interface, InterfaceKind, LOOPBACK_BROADCAST, Reach, resolve};

use super::port_conflict::has_conflict;
use super::socket::{Arrival, Buffer, Listener, Sharing, bind_address};
use crate::config::Config;
use crate::event::{ListenScope, Listening, ListeningNote};

/// How often the system is asked for another port, when its choice is free on one of the two addresses only.
const PORT_TRIES: u32 = 16;

/// The sockets that listen on one address: up to two for 127.0.0.1 (docs/protocol.md, part 1), else one.
#[derive(Debug)]
pub(super) struct Listeners {
    address: SocketAddr,
    sockets: Vec<Listener>,
    is_exclusive: bool,
    place: ListenScope,
    /// The interfaces that the group was joined on, or the one that is listened on.
    interfaces: BTreeSet<u32>,
    /// Where the group could not be joined.
    not_joined: Option<ListeningNote>,
    /// The zone (IPv6 scope) of the address; 0 where it has none.
    zone: u32,
    has_conflict: bool,
}

impl Listeners {
    /// Listens as `settings` say. `interfaces` are those of this computer.
    pub(super) async fn open(settings: Config, interfaces: Vec<Interface>) -> Result<Self, BindError> {
        let Config { listen, port, .. } = settings.clone();
        if let Host::Name(name) = &listen
            && let Some(found) = interfaces.iter().find(|one| one.name == *name)
        {
            return Self::open_interface(found, port);
        }
        let address = resolve(&listen, port).await.map_err(|error| match &listen {
            Host::Name(name) if may_be_interface(name) => BindError::NoInterface { interface: name.clone() },
            listen => BindError::of_lookup(listen, &error),
        })?;
        if address.ip() == IpAddr::V4(Ipv4Addr::LOCALHOST) {
            return Self::open_loopback(port);
        }
        let mut listeners = if address.ip().is_multicast() {
            Self::open_group(address, &settings, &interfaces)
        } else {
            Self::open_address(address, &interfaces)
        }?;
        listeners.zone = zone(address);
        Ok(listeners)
    }

    fn open_address(address: SocketAddr, interfaces: &[Interface]) -> Result<Self, BindError> {
        // A datagram for a single address reaches one socket only: sharing the address would take it from
        // another.
        let is_for_many = address.ip().is_unspecified() || is_broadcast(address.ip(), interfaces);
        let sharing = if is_for_many { Sharing::Shared } else { Sharing::Exclusive };
        let listener = open(address, sharing, None)?;
        let place = ListenScope::Address { reach: Reach::of(address.ip()) };
        let is_exclusive = sharing == Sharing::Exclusive;
        Ok(Self::new(listener.local_addr(), vec![listener], is_exclusive, place))
    }

    fn new(address: SocketAddr, sockets: Vec<Listener>, is_exclusive: bool, place: ListenScope) -> Self {
        let (interfaces, not_joined, zone, has_conflict) = (BTreeSet::new(), None, 0, false);
        Self { address, sockets, is_exclusive, place, interfaces, not_joined, zone, has_conflict }
    }

    /// Listens to all that comes in by one interface, by IPv4 and IPv6 where the computer has both.
    fn open_interface(interface: &Interface, port: u16) -> Result<Self, BindError> {
        let both = SocketAddr::new(Ipv6Addr::UNSPECIFIED.into(), port);
        let listener = Listener::open(both, Sharing::Shared, Some(interface)).or_else(|_| {
            open(SocketAddr::new(Ipv4Addr::UNSPECIFIED.into(), port), Sharing::Shared, Some(interface))
        })?;
        let place = ListenScope::Interface { interface: interface.name.clone() };
        let mut listeners = Self::new(listener.local_addr(), vec![listener], false, place);
        listeners.interfaces.insert(interface.index);
        Ok(listeners)
    }

    fn open_group(group: SocketAddr, settings: &Config, interfaces: &[Interface]) -> Result<Self, BindError> {
        let listener = open(bind_address(group), Sharing::Shared, None)?;
        let address = SocketAddr::new(group.ip(), listener.local_addr().port());
        let place = ListenScope::Group { interfaces: Vec::new() };
        let mut listeners = Self::new(address, vec![listener], false, place);
        listeners.join(settings, interfaces).map_err(|error| BindError::of(group, &error))?;
        Ok(listeners)
    }

    /// Joins the group on every interface that fits; where none does, one may with the next change.
    ///
    /// # Errors
    /// Where it could be joined on none of those that fit.
    fn join(&mut self, settings: &Config, interfaces: &[Interface]) -> io::Result<()> {
        let (Some(listener), group) = (self.sockets.first(), self.address.ip()) else { return Ok(()) };
        let name = match &settings.listen {
            Host::Zoned(_, zone) => Some(zone),
            _ => settings.interface.as_ref(),
        };
        let fits = |one: &&Interface| {
            let is_wanted = name.is_none_or(|name| one.name == *name || one.index.to_string() == *name);
            let can = one.is_up && (one.is_multicast || one.kind == InterfaceKind::Loopback);
            can && is_wanted && one.addresses.iter().any(|own| own.ip.is_ipv4() == group.is_ipv4())
        };
        // An interface that is gone takes one of the few places that the system has until it is left.
        self.interfaces.retain(|index| {
            let is_there = interfaces.iter().any(|one| one.index == *index);
            is_there || listener.leave(group, *index).is_err()
        });
        let mut fitting: Vec<&Interface> = interfaces.iter().filter(fits).collect();
        // Where there are more interfaces than places, the networks of other computers go first.
        fitting.sort_by_key(|one| !one.kind.is_lan());
        let (mut names, mut not_joined, mut failed) = (Vec::new(), Vec::new(), None);
        for interface in fitting {
            match listener.join(group, interface.index) {
                Ok(()) => {
                    self.interfaces.insert(interface.index);
                    names.push(interface.name.clone());
                }
                Err(error) => {
                    failed = Some(error);
                    not_joined.push(interface.name.clone());
                }
            }
        }
        let is_joined = !names.is_empty();
        self.place = ListenScope::Group { interfaces: names };
        self.not_joined = match (&failed, name) {
            (Some(error), _) => Some(ListeningNote::not_joined(not_joined, error)),
            (None, Some(name)) if !is_joined => Some(ListeningNote::NoInterface { wanted: name.clone() }),
            (None, _) => None,
        };
        failed.filter(|_| !is_joined).map_or(Ok(()), Err)
    }

    /// Follows interfaces that come and go. Returns `false` where the sockets have to be opened again: an interface
    /// is gone, which is told then, or has come back, and is a new one for the system.
    pub(super) fn follow(&mut self, settings: &Config, interfaces: &[Interface]) -> bool {
        if self.zone > 0 && interfaces.iter().all(|one| one.index != self.zone) {
            return false;
        }
        match &self.place {
            ListenScope::Address { .. } => true,
            ListenScope::Interface { interface: name } => interfaces
                .iter()
                .find(|one| one.name == *name)
                .is_some_and(|one| self.interfaces.contains(&one.index)),
            ListenScope::Group { .. } => {
                // Where it cannot be joined on any, that is told.
                let _none = self.join(settings, interfaces).is_err();
                true
            }
        }
    }

    fn open_loopback(port: u16) -> Result<Self, BindError> {
        let mut tries = 0;
        loop {
            tries += 1;
            let address = SocketAddr::new(Ipv4Addr::LOCALHOST.into(), port);
            let one = open(address, Sharing::Exclusive, None);
            let address = one.as_ref().map_or(address, Listener::local_addr);
            let all = SocketAddr::new(LOOPBACK_BROADCAST.into(), address.port());
            let all = open(all, Sharing::Shared, None);
            let is_exclusive = one.is_ok();
            let sockets = match (one, all) {
                (Err(error), Err(_)) => return Err(error),
                (Ok(_), Err(_)) if port == 0 && tries < PORT_TRIES => continue,
                (one, all) => one.into_iter().chain(all).collect(),
            };
            let place = ListenScope::Address { reach: Reach::of(address.ip()) };
            return Ok(Self::new(address, sockets, is_exclusive, place));
        }
    }

    /// How many datagrams the system has thrown away, by socket.
    pub(super) fn lost(&self) -> impl Iterator<Item = u32> {
        self.sockets.iter().map(Listener::lost)
    }

    pub(super) fn listening(&self) -> Listening {
        let buffer_bytes = self.sockets.iter().map(Listener::buffer_bytes).min().unwrap_or_default();
        let place = self.place.clone();
        let listening =
            Listening::new(self.address, place, self.is_exclusive, self.has_conflict, buffer_bytes);
        Listening { note: self.not_joined.clone().or(listening.note), ..listening }
    }

    /// Takes 127.0.0.1 where it has become free, and looks for other programs on the address. Returns whether
    /// something has changed.
    pub(super) fn refresh(&mut self) -> bool {
        let before = (self.is_exclusive, self.has_conflict);
        if !self.is_exclusive
            && self.address.ip() == IpAddr::V4(Ipv4Addr::LOCALHOST)
            && let Ok(listener) = Listener::open(self.address, Sharing::Exclusive, None)
        {
            self.sockets.push(listener);
            self.is_exclusive = true;
        }
        // Programs that share a group or a broadcast address all get every datagram: that is no conflict.
        let is_for_one = self.is_exclusive || self.address.ip().is_unspecified();
        let ours: Vec<u64> = self.sockets.iter().filter_map(Listener::inode).collect();
        self.has_conflict = is_for_one && has_conflict(self.address, &ours);
        before != (self.is_exclusive, self.has_conflict)
    }

    /// Waits for a datagram.
    pub(super) async fn readable(&self) {
        poll_fn(|context| {
            // Each socket has to be polled, as each has to note who waits. Errors are reported by reading.
            let ready =
                self.sockets.iter().filter(|listener| listener.poll_readable(context).is_ready()).count();
            if ready > 0 { Poll::Ready(()) } else { Poll::Pending }
        })
        .await;
    }

    /// Reads up to a batch of datagrams from each socket. Returns how often the system reported an error
    /// instead of a datagram, as Windows does when a datagram of ours was refused.
    ///
    /// # Errors
    /// Where a socket does not work any more.
    pub(super) fn receive(
        &self,
        buffer: &mut Buffer,
        mut take: impl FnMut(Arrival, &[u8]),
    ) -> Result<u64, BindError> {
        let mut errors = 0;
        // The socket of a group may be bound to every address. Where the system does not tell which address a
        // datagram was sent to, every datagram is taken.
        let group = Some(self.address.ip()).filter(IpAddr::is_multicast);
        for listener in &self.sockets {
            let mut take_ours = |arrival: Arrival, payload: &[u8]| {
                if group.is_none_or(|group| arrival.sent_to == group || arrival.sent_to.is_unspecified()) {
                    take(arrival, payload);
                }
            };
            if let Err(error) = listener.receive(buffer, &mut take_ours) {
                match error.kind() {
                    io::ErrorKind::WouldBlock | io::ErrorKind::Interrupted => (),
                    io::ErrorKind::ConnectionReset | io::ErrorKind::ConnectionRefused => errors += 1,
                    _ => return Err(BindError::of(listener.local_addr(), &error)),
                }
            }
        }
        Ok(errors)
    }
}

/// Linux allows names of 15 bytes, and those of VLANs have a dot: `eth0.7`.
fn may_be_interface(name: &str) -> bool {
    name.len() <= 15 && name.split_once('.').is_none_or(|(_, vlan)| vlan.parse::<u16>().is_ok())
}

/// The zone of an address; 0 where it has none.
fn zone(address: SocketAddr) -> u32 {
    match address {
        SocketAddr::V6(address) => address.scope_id(),
        SocketAddr::V4(_) => 0,
    }
}

fn is_broadcast(ip: IpAddr, interfaces: &[Interface]) -> bool {
    let of_interfaces = interfaces.iter().flat_map(Interface::broadcasts);
    let mut all = of_interfaces.chain([Ipv4Addr::BROADCAST, LOOPBACK_BROADCAST]);
    all.any(|broadcast| ip == IpAddr::V4(broadcast))
}

fn open(address: SocketAddr, sharing: Sharing, device: Option<&Interface>) -> Result<Listener, BindError> {
    Listener::open(address, sharing, device).map_err(|error| BindError::of(address, &error))
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    #[tokio::test]
    async fn an_address_in_a_zone_is_opened_anew_where_the_zone_has_come_back() {
        let known = common::net::interfaces().unwrap();
        let with_index = |index: u32| {
            let mut interfaces = known.clone();
            interfaces.iter_mut().filter(|one| one.name == "lo").for_each(|one| one.index = index);
            interfaces
        };
        let index = known.iter().find(|one| one.name == "lo").map(|one| one.index).unwrap();
        let gone: Vec<Interface> = known.iter().filter(|one| one.name != "lo").cloned().collect();
        for listen in ["::1%lo", "ff12::6666%lo"] {
            let settings = Config { listen: listen.parse().unwrap(), port: 0, ..Config::default() };
            let mut listeners = Listeners::open(settings.clone(), known.clone()).await.unwrap();
            assert!(listeners.follow(&settings, &known), "{listen}");
            assert!(!listeners.follow(&settings, &gone), "{listen}: it is gone for now");
            assert!(!listeners.follow(&settings, &with_index(index + 1000)), "{listen}");
        }
    }

    #[tokio::test]
    async fn a_group_is_left_on_an_interface_that_is_gone() {
        let known = common::net::interfaces().unwrap();
        let lo = known.into_iter().find(|one| one.name == "lo").unwrap();
        let other =
            Interface { name: "other".to_owned(), index: lo.index + 1000, is_up: false, ..lo.clone() };
        let (listen, interface) = ("239.255.66.66".parse().unwrap(), Some("lo".to_owned()));
        let settings = Config { listen, interface, port: 0, ..Config::default() };
        let mut listeners = Listeners::open(settings.clone(), vec![lo.clone(), other.clone()]).await.unwrap();
        assert_eq!((&listeners.interfaces, listeners.listening().note), (&BTreeSet::from([lo.index]), None));
        assert!(listeners.follow(&settings, &[other]));
        assert!(listeners.interfaces.is_empty(), "its place is still taken");
        let missing = ListeningNote::NoInterface { wanted: "lo".to_owned() };
        assert_eq!(listeners.listening().note, Some(missing));
    }

    #[test]
    fn a_name_that_an_interface_may_have_is_told_from_others() {
        let named = ["eth0", "eth0.7", "fifteen-letters", "a-name-that-is-long", "time.example"];
        assert_eq!(named.map(may_be_interface), [true, true, true, false, false]);
    }
}
