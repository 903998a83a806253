//! The sockets and where they send to.

use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, UdpSocket};

use common::net::{Host, explain_connect};
use socket2::{Domain, Protocol, Socket, Type};

use super::lookup::{Found, known_address};
use super::{Delivery, Destination};

/// Reaches every receiver on this computer, where 127.0.0.1 reaches one.
const LOOPBACK_BROADCAST: Ipv4Addr = Ipv4Addr::new(127, 255, 255, 255);

/// All destinations of one run, each with its figures.
#[derive(Debug)]
pub(super) struct Sender {
    v4: Option<UdpSocket>,
    v6: Option<UdpSocket>,
    destinations: Vec<Destination>,
    /// Those that began or ended to fail since [`Sender::take_news`].
    news: Vec<usize>,
}

impl Sender {
    pub(super) fn new(to: &[Host], port: u16) -> Self {
        let destination = |host: &Host| Destination {
            host: host.clone(),
            address: known_address(host, port),
            sent: 0,
            last_error: None,
        };
        Self { v4: None, v6: None, destinations: to.iter().map(destination).collect(), news: Vec::new() }
    }

    pub(super) fn destinations(&self) -> &[Destination] {
        &self.destinations
    }

    /// The destinations that began or ended to fail since the last time.
    pub(super) fn take_news(&mut self) -> Vec<Destination> {
        let news = std::mem::take(&mut self.news);
        news.into_iter().filter_map(|index| self.destinations.get(index).cloned()).collect()
    }

    /// Takes in a look-up.
    pub(super) fn found(&mut self, found: Found) {
        let Some(destination) = self.destinations.get_mut(found.index) else { return };
        match found.result {
            Ok(address) => destination.address = Some(address),
            // An address that worked is better than none.
            Err(_) if destination.address.is_some() => (),
            Err(reason) => {
                if destination.set_error(Some(reason)) {
                    self.news.push(found.index);
                }
            }
        }
    }

    /// Sends `payload` everywhere. Never waits; what fails here stops nothing else.
    pub(super) fn send(&mut self, payload: &[u8]) -> Vec<Delivery> {
        let Self { v4, v6, destinations, news } = self;
        let mut deliveries = Vec::with_capacity(destinations.len());
        for (index, destination) in destinations.iter_mut().enumerate() {
            let error = match destination.address {
                Some(address) => {
                    let error = send_one(v4, v6, payload, address).err().map(|error| explain(&error));
                    destination.sent += u64::from(error.is_none());
                    if destination.set_error(error.clone()) {
                        news.push(index);
                    }
                    error
                }
                None => Some(destination.last_error.clone().unwrap_or_else(|| LOOKING_UP.to_owned())),
            };
            deliveries.push(Delivery { to: destination.host.clone(), address: destination.address, error });
        }
        deliveries
    }
}

const LOOKING_UP: &str = "the name is still being looked up";

impl Destination {
    /// `true` where that is news.
    fn set_error(&mut self, error: Option<String>) -> bool {
        let is_news = self.last_error != error;
        self.last_error = error;
        is_news
    }
}

fn send_one(
    v4: &mut Option<UdpSocket>,
    v6: &mut Option<UdpSocket>,
    payload: &[u8],
    address: SocketAddr,
) -> io::Result<()> {
    let socket = opened(if address.is_ipv4() { v4 } else { v6 }, address)?;
    let sent = send_to(socket, payload, address);
    if address.ip() != IpAddr::V4(Ipv4Addr::LOCALHOST) {
        return sent;
    }
    // "This computer": docs/protocol.md, part 1. One copy that leaves is enough.
    let everyone = SocketAddr::new(LOOPBACK_BROADCAST.into(), address.port());
    send_to(socket, payload, everyone).or(sent)
}

fn send_to(socket: &UdpSocket, payload: &[u8], address: SocketAddr) -> io::Result<()> {
    match socket.send_to(payload, address) {
        // An earlier datagram found nobody: no failure of this one, and none of the sender.
        Err(error) if error.kind() == io::ErrorKind::ConnectionRefused && address.ip().is_loopback() => {
            Ok(())
        }
        result => result.map(|_| ()),
    }
}

/// The socket, opened when it is first needed: a computer without IPv6 never needs that one.
fn opened(slot: &mut Option<UdpSocket>, address: SocketAddr) -> io::Result<&UdpSocket> {
    let socket = match slot.take() {
        Some(socket) => socket,
        None => open(address)?,
    };
    Ok(slot.insert(socket))
}

fn open(address: SocketAddr) -> io::Result<UdpSocket> {
    let unspecified: IpAddr =
        if address.is_ipv4() { Ipv4Addr::UNSPECIFIED.into() } else { Ipv6Addr::UNSPECIFIED.into() };
    let socket = Socket::new(Domain::for_address(address), Type::DGRAM, Some(Protocol::UDP))?;
    socket.set_nonblocking(true)?;
    if address.is_ipv4() {
        socket.set_broadcast(true)?;
    }
    socket.bind(&SocketAddr::new(unspecified, 0).into())?;
    Ok(socket.into())
}

fn explain(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::WouldBlock => "the system's send queue is full".to_owned(),
        io::ErrorKind::InvalidInput => "this is no address to send to".to_owned(),
        _ => explain_connect(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn receiver(ip: &str, port: u16) -> UdpSocket {
        let socket = UdpSocket::bind(SocketAddr::new(ip.parse().unwrap(), port)).unwrap();
        socket.set_read_timeout(Some(std::time::Duration::from_secs(5))).unwrap();
        socket
    }

    fn hosts(typed: &[&str]) -> Vec<Host> {
        typed.iter().map(|host| host.parse().unwrap()).collect()
    }

    fn receive(socket: &UdpSocket) -> (Vec<u8>, SocketAddr) {
        let mut buffer = [0; 1500];
        let (len, source) = socket.recv_from(&mut buffer).unwrap();
        (buffer[..len].to_vec(), source)
    }

    #[test]
    fn this_computer_gets_two_copies_from_one_port_and_counts_once() {
        let one = receiver("127.0.0.1", 0);
        let port = one.local_addr().unwrap().port();
        let everyone = receiver("127.255.255.255", port);
        let mut sender = Sender::new(&hosts(&["localhost"]), port);
        let deliveries = sender.send(b"tick");
        assert_eq!(deliveries[0].error, None);
        assert_eq!(sender.destinations()[0].sent, 1);
        let (first, second) = (receive(&one), receive(&everyone));
        assert_eq!(first.0, b"tick");
        assert_eq!(first, second, "payload and source");
    }

    #[test]
    fn nobody_listening_on_this_computer_is_no_failure() {
        let port = receiver("127.0.0.1", 0).local_addr().unwrap().port();
        let mut sender = Sender::new(&hosts(&["127.0.0.1"]), port);
        for _ in 0..5 {
            assert_eq!(sender.send(b"tick")[0].error, None);
        }
        assert_eq!(sender.destinations()[0].sent, 5);
    }

    #[test]
    fn one_that_fails_stops_no_other_and_says_so_once() {
        let one = receiver("127.0.0.1", 0);
        let port = one.local_addr().unwrap().port();
        let mut sender = Sender::new(&hosts(&["time.example.org", "127.0.0.1"]), port);
        // No system sends to port 0.
        sender.found(Found { index: 0, result: Ok("10.0.0.7:0".parse().unwrap()) });
        let deliveries = sender.send(b"1");
        assert!(deliveries[0].error.is_some(), "{deliveries:?}");
        assert_eq!(deliveries[1].error, None);
        assert_eq!(sender.take_news(), sender.destinations()[..1]);
        sender.send(b"2");
        assert_eq!(sender.take_news(), [], "said twice");
        assert_eq!((receive(&one).0, receive(&one).0), (b"1".to_vec(), b"2".to_vec()));
        assert_eq!((sender.destinations()[0].sent, sender.destinations()[1].sent), (0, 2));
    }

    #[test]
    fn a_name_without_an_address_fails_until_it_has_one() {
        let one = receiver("127.0.0.1", 0);
        let port = one.local_addr().unwrap().port();
        let mut sender = Sender::new(&hosts(&["time.example.org"]), port);
        assert_eq!(sender.send(b"1")[0].error.as_deref(), Some(LOOKING_UP));
        assert_eq!(sender.take_news(), [], "nothing failed yet");
        let missing = || Found { index: 0, result: Err("no such name".to_owned()) };
        sender.found(missing());
        assert_eq!(sender.take_news()[0].last_error.as_deref(), Some("no such name"));
        sender.found(missing());
        assert_eq!(sender.send(b"2")[0].error.as_deref(), Some("no such name"));
        assert_eq!(sender.take_news(), [], "said twice");
        sender.found(Found { index: 0, result: Ok(one.local_addr().unwrap()) });
        assert_eq!(sender.send(b"3")[0].error, None);
        assert_eq!(sender.take_news()[0].last_error, None, "it works from here on");
        assert_eq!(receive(&one).0, b"3");
        sender.found(missing());
        assert_eq!(sender.send(b"4")[0].error, None, "the address that worked is kept");
    }
}
