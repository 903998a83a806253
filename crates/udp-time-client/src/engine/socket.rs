//! One socket, and for which address each of its datagrams came.

use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::atomic::{AtomicU32, Ordering};
use std::task::{Context, Poll};

use socket2::{Domain, Protocol, Socket, Type};
use tokio::net::UdpSocket;

/// Room for what comes while the program is busy; the system may give less.
const RECEIVE_BUFFER_BYTES: usize = 4 << 20;

/// Largest datagram, with bytes to spare.
pub(super) const MAX_DATAGRAM_BYTES: usize = 65_536;

/// Who else may hold the same address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sharing {
    /// Nobody: a datagram for one socket would be lost for the other.
    Exclusive,
    /// All who share too.
    Shared,
}

/// A bound socket.
#[derive(Debug)]
pub(super) struct Ear {
    socket: UdpSocket,
    local_addr: SocketAddr,
    /// Datagrams that the system threw away, as the newest one that arrived tells.
    lost: AtomicU32,
}

/// One datagram in the buffer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Arrival {
    pub(super) len: usize,
    pub(super) source: SocketAddr,
    /// The address that the sender wrote on it.
    pub(super) sent_to: IpAddr,
}

impl Ear {
    pub(super) fn open(address: SocketAddr, sharing: Sharing) -> io::Result<Self> {
        let socket = Socket::new(Domain::for_address(address), Type::DGRAM, Some(Protocol::UDP))?;
        socket.set_nonblocking(true)?;
        // Less room is no reason not to listen.
        let _best_effort = socket.set_recv_buffer_size(RECEIVE_BUFFER_BYTES).is_ok();
        if address.is_ipv6() {
            // Qt's "Any": both stacks.
            socket.set_only_v6(!address.ip().is_unspecified())?;
        }
        if sharing == Sharing::Shared {
            socket.set_reuse_address(true)?;
        }
        ask_for_details(&socket, address)?;
        socket.bind(&address.into())?;
        if cfg!(target_os = "linux") && sharing == Sharing::Exclusive {
            // The address is ours: Linux refuses it to whoever does not set this too. Those who do and bind
            // 0.0.0.0, as our clients that listen on every network, may come beside it.
            socket.set_reuse_address(true)?;
        }
        let socket = UdpSocket::from_std(socket.into())?;
        let local_addr = socket.local_addr()?;
        Ok(Self { socket, local_addr, lost: AtomicU32::new(0) })
    }

    pub(super) fn local_addr(&self) -> SocketAddr {
        self.local_addr
    }

    /// Datagrams that the system has thrown away since the socket was opened.
    pub(super) fn lost(&self) -> u64 {
        u64::from(self.lost.load(Ordering::Relaxed))
    }

    pub(super) fn poll_readable(&self, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.socket.poll_recv_ready(context)
    }

    /// The next datagram; [`io::ErrorKind::WouldBlock`] where none waits.
    pub(super) fn receive(&self, buffer: &mut [u8]) -> io::Result<Arrival> {
        let mut arrival = self.receive_raw(buffer)?;
        arrival.source.set_ip(arrival.source.ip().to_canonical());
        arrival.sent_to = arrival.sent_to.to_canonical();
        Ok(arrival)
    }

    #[cfg(target_os = "linux")]
    fn receive_raw(&self, buffer: &mut [u8]) -> io::Result<Arrival> {
        self.socket.try_io(tokio::io::Interest::READABLE, || self.receive_message(buffer))
    }

    #[cfg(target_os = "linux")]
    fn receive_message(&self, buffer: &mut [u8]) -> io::Result<Arrival> {
        use nix::libc::{in_pktinfo, in6_pktinfo};
        use nix::sys::socket::{ControlMessageOwned, MsgFlags, SockaddrStorage, recvmsg};
        use std::net::{Ipv4Addr, Ipv6Addr};
        use std::os::fd::AsRawFd as _;

        let mut control = nix::cmsg_space!(in_pktinfo, in6_pktinfo, u32);
        let mut parts = [io::IoSliceMut::new(buffer)];
        let fd = self.socket.as_raw_fd();
        let message = recvmsg::<SockaddrStorage>(fd, &mut parts, Some(&mut control), MsgFlags::MSG_DONTWAIT)?;
        let mut sent_to = self.local_addr.ip();
        for control in message.cmsgs()? {
            match control {
                ControlMessageOwned::Ipv4PacketInfo(info) => {
                    sent_to = Ipv4Addr::from(u32::from_be(info.ipi_addr.s_addr)).into();
                }
                ControlMessageOwned::Ipv6PacketInfo(info) => {
                    sent_to = Ipv6Addr::from(info.ipi6_addr.s6_addr).into();
                }
                ControlMessageOwned::RxqOvfl(lost) => self.lost.store(lost, Ordering::Relaxed),
                _ => (),
            }
        }
        let source = message.address.as_ref().and_then(to_socket_addr);
        let source = source.ok_or_else(|| io::Error::from(io::ErrorKind::InvalidData))?;
        Ok(Arrival { len: message.bytes, source, sent_to })
    }

    /// Untested: no system but Linux was at hand. The socket itself tells, where it has an address
    /// of its own.
    #[cfg(not(target_os = "linux"))]
    fn receive_raw(&self, buffer: &mut [u8]) -> io::Result<Arrival> {
        let (len, source) = self.socket.try_recv_from(buffer)?;
        Ok(Arrival { len, source, sent_to: self.local_addr.ip() })
    }
}

/// Asks the system to name the address that each datagram came for, and how many were lost before it.
#[cfg(target_os = "linux")]
fn ask_for_details(socket: &Socket, address: SocketAddr) -> io::Result<()> {
    use nix::sys::socket::setsockopt;
    use nix::sys::socket::sockopt::{Ipv4PacketInfo, Ipv6RecvPacketInfo, RxqOvfl};
    setsockopt(socket, RxqOvfl, &1)?;
    if address.is_ipv4() {
        setsockopt(socket, Ipv4PacketInfo, &true)?;
    } else {
        setsockopt(socket, Ipv6RecvPacketInfo, &true)?;
    }
    Ok(())
}

#[cfg(not(target_os = "linux"))]
fn ask_for_details(_socket: &Socket, _address: SocketAddr) -> io::Result<()> {
    Ok(())
}

#[cfg(target_os = "linux")]
fn to_socket_addr(address: &nix::sys::socket::SockaddrStorage) -> Option<SocketAddr> {
    let v4 = address.as_sockaddr_in().map(|v4| std::net::SocketAddrV4::from(*v4).into());
    v4.or_else(|| address.as_sockaddr_in6().map(|v6| std::net::SocketAddrV6::from(*v6).into()))
}
