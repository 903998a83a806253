//! Reads datagrams where the system is not Linux: Windows, seen under Wine alone, and macOS, which is only compiled.

use std::io::{self, IoSliceMut};
use std::net::SocketAddr;

use common::net::Interface;
use quinn_udp::{RecvMeta, UdpSocketState};
use tokio::io::Interest;
use tokio::net::UdpSocket;

use super::{Arrival, BATCH, Listener};

/// Asks the system to name the address that each datagram came for, and the interface that it came in by.
#[derive(Debug)]
pub(super) struct Details {
    /// Where the system does not tell, each datagram is taken, as one for the address that the socket is bound to.
    state: Option<UdpSocketState>,
    /// What comes in by another interface is not ours.
    device: Option<u32>,
}

impl Details {
    pub(super) fn ask(socket: &UdpSocket, device: Option<&Interface>) -> Self {
        let state = UdpSocketState::new(socket.into()).ok();
        Self { state, device: device.map(|device| device.index) }
    }
}

/// Reads the datagrams that wait, up to [`BATCH`].
pub(super) fn receive(
    listener: &Listener,
    buffer: &mut [u8],
    take: &mut dyn FnMut(Arrival, &[u8]),
) -> io::Result<()> {
    for taken in 0..BATCH {
        match receive_one(listener, buffer) {
            Ok((is_ours, len, arrival)) => {
                if is_ours {
                    take(arrival, buffer.get(..len).unwrap_or_default());
                }
            }
            // Some datagrams have come: the next call reports that no more wait.
            Err(error) if error.kind() == io::ErrorKind::WouldBlock && taken > 0 => return Ok(()),
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

fn receive_one(listener: &Listener, buffer: &mut [u8]) -> io::Result<(bool, usize, Arrival)> {
    let Listener { socket, details, local_addr, .. } = listener;
    let arrival = |source: SocketAddr| Arrival { source, sent_to: local_addr.ip(), stamped_ns: None };
    let Some(state) = &details.state else {
        let (len, source) = socket.try_recv_from(buffer)?;
        return Ok((true, len, arrival(source)));
    };
    let mut received = [RecvMeta::default()];
    socket.try_io(Interest::READABLE, || {
        state.recv(socket.into(), &mut [IoSliceMut::new(buffer)], &mut received)
    })?;
    let [RecvMeta { addr, len, dst_ip, interface_index, .. }] = received;
    let is_ours = details.device.is_none_or(|device| interface_index.is_none_or(|by| by == device));
    let arrival = Arrival { sent_to: dst_ip.unwrap_or(local_addr.ip()), ..arrival(addr) };
    Ok((is_ours, len, arrival))
}
