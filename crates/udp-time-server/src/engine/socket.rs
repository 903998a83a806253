//! The sockets: never waiting, many datagrams with one call where the system can.

use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, UdpSocket};

use socket2::{Domain, Protocol, Socket, Type};

use super::route::Route;

/// Room for what waits in the system: a datagram to a computer that does not answer waits there for seconds. The
/// system may give less.
const SEND_BUFFER_BYTES: usize = 4 << 20;

/// Which datagrams share a socket, and so its source port and its send buffer. Those to single computers have a socket of
/// their own: where such a computer does not answer they wait in the buffer for seconds, and must not hold up a broadcast.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Lane {
    is_v6: bool,
    is_single: bool,
    /// The interface to leave by; 0: the system chooses.
    interface: u32,
}

impl Lane {
    pub(super) fn of(route: &Route) -> Self {
        let ip = route.address.ip();
        let is_broadcast = ip == IpAddr::V4(Ipv4Addr::BROADCAST) || (ip.is_ipv4() && route.interface != 0);
        // The zone is in an IPv6 address.
        let interface = if ip.is_ipv4() { route.interface } else { 0 };
        let is_single = !ip.is_loopback() && !ip.is_multicast() && !is_broadcast;
        Self { is_v6: ip.is_ipv6(), is_single, interface }
    }
}

/// Opened when they are first needed: a computer without IPv6 never needs those.
#[derive(Debug)]
pub(super) struct Sockets {
    hops: u32,
    /// By family and kind.
    opened: [[Option<UdpSocket>; 2]; 2],
}

impl Sockets {
    /// None is open yet; multicast datagrams live for `hops` networks.
    pub(super) fn new(hops: u32) -> Self {
        Self { hops, opened: Default::default() }
    }

    /// Sends `payload` to each address and says how that went, in order.
    pub(super) fn send(&mut self, lane: Lane, payload: &[u8], to: &[SocketAddr]) -> Vec<io::Result<()>> {
        let hops = self.hops;
        let slot = &mut self.opened[usize::from(lane.is_v6)][usize::from(lane.is_single)];
        let socket = match slot.take().map_or_else(|| open(lane.is_v6, hops), Ok) {
            Ok(socket) => slot.insert(socket),
            Err(error) => return to.iter().map(|_| Err(copy_of(&error))).collect(),
        };
        let mut results = batch::send(socket, lane.interface, payload, to);
        for (result, to) in results.iter_mut().zip(to) {
            let is_nobody =
                |error: &io::Error| error.kind() == io::ErrorKind::ConnectionRefused && to.ip().is_loopback();
            // An earlier datagram found nobody: no failure of this one, and none of the sender.
            if result.as_ref().is_err_and(is_nobody) {
                *result = Ok(());
            }
        }
        results
    }
}

fn copy_of(error: &io::Error) -> io::Error {
    error.raw_os_error().map_or_else(|| error.kind().into(), io::Error::from_raw_os_error)
}

fn open(is_v6: bool, hops: u32) -> io::Result<UdpSocket> {
    let (domain, any): (_, IpAddr) = if is_v6 {
        (Domain::IPV6, Ipv6Addr::UNSPECIFIED.into())
    } else {
        (Domain::IPV4, Ipv4Addr::UNSPECIFIED.into())
    };
    let socket = Socket::new(domain, Type::DGRAM, Some(Protocol::UDP))?;
    socket.set_nonblocking(true)?;
    if is_v6 {
        socket.set_multicast_hops_v6(hops)?;
    } else {
        socket.set_broadcast(true)?;
        socket.set_multicast_ttl_v4(hops)?;
    }
    let _smaller = socket.set_send_buffer_size(SEND_BUFFER_BYTES).is_err();
    socket.bind(&SocketAddr::new(any, 0).into())?;
    Ok(socket.into())
}

#[cfg(target_os = "linux")]
mod batch {
    use std::io::{self, IoSlice};
    use std::net::{SocketAddr, UdpSocket};
    use std::os::fd::AsRawFd as _;

    use nix::cmsg_space;
    use nix::libc::{in_addr, in_pktinfo};
    use nix::sys::socket::{ControlMessage, MsgFlags, MultiHeaders, SockaddrStorage, sendmmsg};

    /// The system takes up to 1,024; less keeps the tables small.
    const CHUNK: usize = 128;

    pub(super) fn send(
        socket: &UdpSocket,
        interface: u32,
        payload: &[u8],
        to: &[SocketAddr],
    ) -> Vec<io::Result<()>> {
        let none = in_addr { s_addr: 0 };
        let index = i32::try_from(interface).unwrap_or_default();
        let by = in_pktinfo { ipi_ifindex: index, ipi_spec_dst: none, ipi_addr: none };
        let control = [ControlMessage::Ipv4PacketInfo(&by)];
        let control = if interface == 0 { &control[..0] } else { &control[..] };
        let iov = [IoSlice::new(payload)];
        let mut results = Vec::with_capacity(to.len());
        while let Some(rest) = to.get(results.len()..).filter(|rest| !rest.is_empty()) {
            let chunk = &rest[..rest.len().min(CHUNK)];
            let addresses: Vec<_> = chunk.iter().map(|to| Some(SockaddrStorage::from(*to))).collect();
            let space = (interface != 0).then(|| cmsg_space!(in_pktinfo));
            let mut headers = MultiHeaders::preallocate(chunk.len(), space);
            let payloads = std::iter::repeat_n(&iov, chunk.len());
            let fd = socket.as_raw_fd();
            match sendmmsg(fd, &mut headers, payloads, &addresses, control, MsgFlags::MSG_DONTWAIT) {
                // It stops at the first failure, and tells that when it is the first of a call.
                Ok(sent) => results.extend(sent.map(|_| Ok(()))),
                Err(error) => results.push(Err(error.into())),
            }
        }
        results
    }
}

#[cfg(not(target_os = "linux"))]
mod batch {
    use std::io;
    use std::net::{IpAddr, Ipv4Addr, SocketAddr, UdpSocket};

    use common::net::interfaces;
    use socket2::SockRef;

    /// Not tried on any such system. The routing table says where a broadcast leaves; a group leaves by the interface
    /// that the socket names.
    pub(super) fn send(
        socket: &UdpSocket,
        interface: u32,
        payload: &[u8],
        to: &[SocketAddr],
    ) -> Vec<io::Result<()>> {
        let send_one = |to: &SocketAddr| {
            if interface != 0 && to.ip().is_multicast() {
                SockRef::from(socket).set_multicast_if_v4(&address_of(interface)?)?;
            }
            socket.send_to(payload, to).map(|_| ())
        };
        to.iter().map(send_one).collect()
    }

    fn address_of(index: u32) -> io::Result<Ipv4Addr> {
        let all = interfaces()?;
        let own = all.iter().filter(|one| one.index == index).flat_map(|one| &one.addresses);
        let v4 = own.filter_map(|own| match own.ip {
            IpAddr::V4(ip) => Some(ip),
            IpAddr::V6(_) => None,
        });
        v4.into_iter().next().ok_or_else(|| io::ErrorKind::AddrNotAvailable.into())
    }
}
