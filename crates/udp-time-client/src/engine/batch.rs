//! Reading many datagrams with one call of the system.

use std::io;

use super::socket::{Arrival, Listener};

/// Largest datagram, with bytes to spare.
pub(super) const MAX_DATAGRAM_BYTES: usize = 65_536;

/// Datagrams that one call reads at most.
pub(super) const BATCH: usize = 128;

/// Room for a batch. Pages that nothing was written to take up no memory.
#[derive(Debug)]
pub(super) struct Buffer(Vec<u8>);

impl Buffer {
    pub(super) fn new() -> Self {
        let slots = if cfg!(target_os = "linux") { BATCH } else { 1 };
        Self(vec![0; slots * MAX_DATAGRAM_BYTES])
    }
}

/// Reads up to [`BATCH`] datagrams.
#[cfg(target_os = "linux")]
pub(super) fn receive(
    listener: &Listener,
    buffer: &mut Buffer,
    take: &mut dyn FnMut(Arrival, &[u8]),
) -> io::Result<()> {
    listener.socket.try_io(tokio::io::Interest::READABLE, || linux::receive(listener, &mut buffer.0, take))
}

/// Untested: no system but Linux was at hand. The socket itself tells what a datagram was sent to, where it has an
/// address of its own.
#[cfg(not(target_os = "linux"))]
pub(super) fn receive(
    listener: &Listener,
    buffer: &mut Buffer,
    take: &mut dyn FnMut(Arrival, &[u8]),
) -> io::Result<()> {
    for taken in 0..BATCH {
        match listener.socket.try_recv_from(&mut buffer.0) {
            Ok((len, source)) => {
                let arrival = Arrival { source, sent_to: listener.local_addr.ip(), stamped_ns: None };
                take(arrival, buffer.0.get(..len).unwrap_or_default());
            }
            // Told the next time: some have come.
            Err(error) if error.kind() == io::ErrorKind::WouldBlock && taken > 0 => return Ok(()),
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

#[cfg(target_os = "linux")]
mod linux {
    use std::io;
    use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr, SocketAddrV4, SocketAddrV6};
    use std::os::fd::AsRawFd as _;
    use std::sync::atomic::Ordering;

    use nix::libc::{in_pktinfo, in6_pktinfo, timespec};
    use nix::sys::socket::{ControlMessageOwned, MsgFlags, MultiHeaders, RecvMsg, SockaddrStorage, recvmmsg};

    use super::{Arrival, BATCH, Listener, MAX_DATAGRAM_BYTES};

    pub(super) fn receive(
        listener: &Listener,
        buffer: &mut [u8],
        take: &mut dyn FnMut(Arrival, &[u8]),
    ) -> io::Result<()> {
        let control = nix::cmsg_space!(in_pktinfo, in6_pktinfo, u32, timespec);
        // New ones for each batch: those that were used have kept the lengths that the kernel wrote into them, and the
        // next datagram that tells of losses would find no room to do so.
        let mut headers = MultiHeaders::<SockaddrStorage>::preallocate(BATCH, Some(control));
        let mut slots: Vec<[io::IoSliceMut<'_>; 1]> =
            buffer.chunks_mut(MAX_DATAGRAM_BYTES).map(|slot| [io::IoSliceMut::new(slot)]).collect();
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
