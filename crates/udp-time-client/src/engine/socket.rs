//! Opens a socket, and reads many datagrams from it with one call of the system.

use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::atomic::{AtomicU32, Ordering};
use std::task::{Context, Poll};

use common::net::{DATAGRAM_ROOM_BYTES, Interface};
use socket2::{Domain, InterfaceIndexOrAddress, Protocol, Socket, Type};
use tokio::net::UdpSocket;

/// How much room the system is asked for, for datagrams that come while the program is busy. It may give
/// less.
pub const RECEIVE_BUFFER_BYTES: usize = 32 << 20;

/// How many datagrams one call of the system reads at most.
pub(super) const BATCH: usize = 128;

/// Who else may hold the same address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sharing {
    /// Nobody, as a datagram for one socket would be lost for the other.
    Exclusive,
    /// All others who share it too.
    Shared,
}

/// A bound socket.
#[derive(Debug)]
pub(super) struct Listener {
    socket: UdpSocket,
    local_addr: SocketAddr,
    /// How many datagrams the system has thrown away, as the newest datagram tells.
    lost: AtomicU32,
    buffer_bytes: usize,
    #[cfg(not(target_os = "linux"))]
    details: elsewhere::Details,
}

/// Room for a batch of the largest datagrams. Pages that nothing is written to take up no memory.
#[derive(Debug)]
pub(super) struct Buffer(Vec<u8>);

impl Buffer {
    pub(super) fn new() -> Self {
        let slots = if cfg!(target_os = "linux") { BATCH } else { 1 };
        Self(vec![0; slots * DATAGRAM_ROOM_BYTES])
    }
}

/// What the system tells about a datagram beside its payload.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Arrival {
    pub(super) source: SocketAddr,
    /// The address that it was sent to.
    pub(super) sent_to: IpAddr,
    /// When the system received it, in nanoseconds of the Unix epoch. It may have waited since then.
    pub(super) stamped_ns: Option<i64>,
}

impl Listener {
    /// Opens a socket. With a `device` it hears only what comes in by that interface.
    pub(super) fn open(
        address: SocketAddr,
        sharing: Sharing,
        device: Option<&Interface>,
    ) -> io::Result<Self> {
        let socket = Socket::new(Domain::for_address(address), Type::DGRAM, Some(Protocol::UDP))?;
        socket.set_nonblocking(true)?;
        enlarge_buffer(&socket);
        if address.is_ipv6() {
            // The unspecified address stands for IPv4 too, as `QHostAddress::Any` does in Qt.
            socket.set_only_v6(!address.ip().is_unspecified())?;
        }
        if sharing == Sharing::Shared {
            socket.set_reuse_address(true)?;
        }
        #[cfg(target_os = "linux")]
        {
            if let Some(device) = device {
                socket.bind_device(Some(device.name.as_bytes()))?;
            }
            ask_for_details(&socket, address)?;
        }
        socket.bind(&address.into())?;
        if cfg!(target_os = "linux") && sharing == Sharing::Exclusive {
            // Linux still refuses the address to everybody who does not set this. Whoever sets it may bind
            // 0.0.0.0 beside it, as our clients that listen on every network do.
            socket.set_reuse_address(true)?;
        }
        let granted = socket.recv_buffer_size().unwrap_or_default();
        // Linux reports twice what it gave, for its own bookkeeping.
        let buffer_bytes = if cfg!(target_os = "linux") { granted / 2 } else { granted };
        let socket = UdpSocket::from_std(socket.into())?;
        let local_addr = socket.local_addr()?;
        Ok(Self {
            #[cfg(not(target_os = "linux"))]
            details: elsewhere::Details::ask(&socket, device),
            socket,
            local_addr,
            lost: AtomicU32::new(0),
            buffer_bytes,
        })
    }

    /// Takes part in a multicast group on one interface.
    pub(super) fn join(&self, group: IpAddr, interface: u32) -> io::Result<()> {
        let socket = socket2::SockRef::from(&self.socket);
        let joined = match group {
            IpAddr::V4(group) => {
                socket.join_multicast_v4_n(&group, &InterfaceIndexOrAddress::Index(interface))
            }
            IpAddr::V6(group) => socket.join_multicast_v6(&group, interface),
        };
        match joined {
            // The socket takes part already.
            Err(error) if error.kind() == io::ErrorKind::AddrInUse => Ok(()),
            joined => joined,
        }
    }

    /// Leaves a group on an interface, also on one that is gone.
    pub(super) fn leave(&self, group: IpAddr, interface: u32) -> io::Result<()> {
        let socket = socket2::SockRef::from(&self.socket);
        match group {
            IpAddr::V4(group) => {
                socket.leave_multicast_v4_n(&group, &InterfaceIndexOrAddress::Index(interface))
            }
            IpAddr::V6(group) => socket.leave_multicast_v6(&group, interface),
        }
    }

    pub(super) fn local_addr(&self) -> SocketAddr {
        self.local_addr
    }

    /// How many datagrams the system has thrown away since the socket was opened.
    pub(super) fn lost(&self) -> u32 {
        self.lost.load(Ordering::Relaxed)
    }

    /// How many bytes of room the system gave.
    pub(super) fn buffer_bytes(&self) -> usize {
        self.buffer_bytes
    }

    /// The number by which the system's tables name this socket.
    #[cfg(target_os = "linux")]
    pub(super) fn inode(&self) -> Option<u64> {
        nix::sys::stat::fstat(&self.socket).ok().map(|found| found.st_ino)
    }

    #[cfg(not(target_os = "linux"))]
    #[expect(clippy::unused_self, reason = "as on Linux")]
    pub(super) fn inode(&self) -> Option<u64> {
        None
    }

    pub(super) fn poll_readable(&self, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.socket.poll_recv_ready(context)
    }

    /// Reads the datagrams that wait, up to [`BATCH`]. The error is [`io::ErrorKind::WouldBlock`] when none
    /// waits.
    pub(super) fn receive(
        &self,
        buffer: &mut Buffer,
        take: &mut dyn FnMut(Arrival, &[u8]),
    ) -> io::Result<()> {
        self.read(&mut buffer.0, &mut |mut arrival, payload| {
            arrival.source.set_ip(arrival.source.ip().to_canonical());
            arrival.sent_to = arrival.sent_to.to_canonical();
            take(arrival, payload);
        })
    }

    #[cfg(target_os = "linux")]
    fn read(&self, buffer: &mut [u8], take: &mut dyn FnMut(Arrival, &[u8])) -> io::Result<()> {
        self.socket.try_io(tokio::io::Interest::READABLE, || linux::receive(self, buffer, take))
    }

    #[cfg(not(target_os = "linux"))]
    fn read(&self, buffer: &mut [u8], take: &mut dyn FnMut(Arrival, &[u8])) -> io::Result<()> {
        elsewhere::receive(self, buffer, take)
    }
}

/// Asks for room. The program listens also where the system gives less.
fn enlarge_buffer(socket: &Socket) {
    // Only the administrator gets more than net.core.rmem_max.
    #[cfg(target_os = "linux")]
    if nix::sys::socket::setsockopt(socket, nix::sys::socket::sockopt::RcvBufForce, &RECEIVE_BUFFER_BYTES)
        .is_ok()
    {
        return;
    }
    let _less = socket.set_recv_buffer_size(RECEIVE_BUFFER_BYTES).is_err();
}

/// Asks the system to name the address that each datagram came for, when it came, and how many were
/// lost before it.
#[cfg(target_os = "linux")]
fn ask_for_details(socket: &Socket, address: SocketAddr) -> io::Result<()> {
    use nix::sys::socket::setsockopt;
    use nix::sys::socket::sockopt::{Ipv4PacketInfo, Ipv6RecvPacketInfo, ReceiveTimestampns, RxqOvfl};
    setsockopt(socket, RxqOvfl, &1)?;
    setsockopt(socket, ReceiveTimestampns, &true)?;
    if address.is_ipv4() {
        setsockopt(socket, Ipv4PacketInfo, &true)?;
    } else {
        setsockopt(socket, Ipv6RecvPacketInfo, &true)?;
    }
    Ok(())
}

/// The address to bind for a group. It is that of the group where possible, so that nothing else comes.
/// Windows does not bind groups, and Linux does not bind a group of link-local scope (RFC 4291, section 2.7)
/// without an interface.
pub(super) fn bind_address(group: SocketAddr) -> SocketAddr {
    const LINK_LOCAL_SCOPE: u8 = 2;
    match group {
        SocketAddr::V6(v6) => {
            let is_of_a_link = v6.ip().octets()[1] & 0x0f <= LINK_LOCAL_SCOPE;
            let is_anywhere = is_of_a_link && v6.scope_id() == 0;
            if cfg!(windows) || is_anywhere {
                return SocketAddr::new(Ipv6Addr::UNSPECIFIED.into(), v6.port());
            }
            group
        }
        SocketAddr::V4(v4) if cfg!(windows) => SocketAddr::new(Ipv4Addr::UNSPECIFIED.into(), v4.port()),
        SocketAddr::V4(_) => group,
    }
}

#[cfg(not(target_os = "linux"))]
mod elsewhere;

#[cfg(target_os = "linux")]
mod linux {
    use std::io;
    use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr, SocketAddrV4, SocketAddrV6};
    use std::os::fd::AsRawFd as _;
    use std::sync::atomic::Ordering;

    use nix::libc::{in_pktinfo, in6_pktinfo, timespec};
    use nix::sys::socket::{ControlMessageOwned, MsgFlags, MultiHeaders, RecvMsg, SockaddrStorage, recvmmsg};

    use super::{Arrival, BATCH, DATAGRAM_ROOM_BYTES, Listener};

    pub(super) fn receive(
        listener: &Listener,
        buffer: &mut [u8],
        take: &mut dyn FnMut(Arrival, &[u8]),
    ) -> io::Result<()> {
        let control = nix::cmsg_space!(in_pktinfo, in6_pktinfo, u32, timespec);
        // The headers are new for each batch. Used ones keep the lengths that the kernel wrote into them, so
        // that the next datagram that tells about losses would find no room for that.
        let mut headers = MultiHeaders::<SockaddrStorage>::preallocate(BATCH, Some(control));
        let mut slots: Vec<[io::IoSliceMut<'_>; 1]> =
            buffer.chunks_mut(DATAGRAM_ROOM_BYTES).map(|slot| [io::IoSliceMut::new(slot)]).collect();
        let fd = listener.socket.as_raw_fd();
        for message in recvmmsg(fd, &mut headers, slots.iter_mut(), MsgFlags::MSG_DONTWAIT, None)? {
            if let Some(arrival) = read(listener, &message)? {
                take(arrival, message.iovs().next().unwrap_or_default());
            }
        }
        Ok(())
    }

    fn read(listener: &Listener, message: &RecvMsg<'_, '_, SockaddrStorage>) -> io::Result<Option<Arrival>> {
        let Some(source) = message.address.as_ref().and_then(to_socket_addr) else { return Ok(None) };
        let mut arrival = Arrival { source, sent_to: listener.local_addr.ip(), stamped_ns: None };
        for control in message.cmsgs()? {
            match control {
                ControlMessageOwned::Ipv4PacketInfo(info) => {
                    arrival.sent_to = Ipv4Addr::from(u32::from_be(info.ipi_addr.s_addr)).into();
                }
                ControlMessageOwned::Ipv6PacketInfo(info) => {
                    arrival.sent_to = Ipv6Addr::from(info.ipi6_addr.s6_addr).into();
                }
                ControlMessageOwned::ScmTimestampns(time) => {
                    arrival.stamped_ns =
                        time.tv_sec().checked_mul(1_000_000_000).map(|secs| secs + time.tv_nsec());
                }
                ControlMessageOwned::RxqOvfl(lost) => listener.lost.store(lost, Ordering::Relaxed),
                _ => (),
            }
        }
        Ok(Some(arrival))
    }

    fn to_socket_addr(address: &SockaddrStorage) -> Option<SocketAddr> {
        let v4 = address.as_sockaddr_in().map(|v4| SocketAddrV4::from(*v4).into());
        v4.or_else(|| address.as_sockaddr_in6().map(|v6| SocketAddrV6::from(*v6).into()))
    }
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    #[test]
    fn the_address_of_a_group_is_bound_where_the_system_binds_it() {
        for (group, bound) in [
            ("239.255.66.66:6", "239.255.66.66:6"),
            ("[ff15::66]:6", "[ff15::66]:6"),
            ("[ff12::66%1]:6", "[ff12::66%1]:6"),
            // Of any link.
            ("[ff12::66]:6", "[::]:6"),
            ("[ff01::66]:6", "[::]:6"),
        ] {
            assert_eq!(bind_address(group.parse().unwrap()), bound.parse().unwrap(), "{group}");
        }
    }
}
