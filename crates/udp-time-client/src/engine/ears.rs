//! The sockets that together listen on one address.

use std::future::poll_fn;
use std::io;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::task::Poll;

use common::net::{BindError, Host, explain_bind, explain_lookup, resolve};

use super::Settings;
use super::pairing::LOOPBACK_BROADCAST;
use super::socket::{Arrival, Ear, Sharing};

/// Tries of other ports, where the system's choice is free for one of two addresses only.
const PORT_TRIES: u32 = 16;

/// What listens on one address: on 127.0.0.1 up to two sockets (docs/protocol.md, part 1), else
/// one.
#[derive(Debug)]
pub(super) struct Ears {
    address: SocketAddr,
    sockets: Vec<Ear>,
    is_exclusive: bool,
}

impl Ears {
    pub(super) async fn open(settings: Settings) -> Result<Self, BindError> {
        let Settings { listen, port } = settings;
        let address = resolve(&listen, port).await.map_err(|error| no_such_host(listen, &error))?;
        if address.ip() == IpAddr::V4(Ipv4Addr::LOCALHOST) {
            return Self::open_loopback(port);
        }
        // What is sent to one address reaches one socket: sharing it would take from one to give to another.
        let sharing = if address.ip().is_unspecified() || is_broadcast(address.ip()) {
            Sharing::Shared
        } else {
            Sharing::Exclusive
        };
        let ear = open(address, sharing)?;
        let (address, is_exclusive) = (ear.local_addr(), sharing == Sharing::Exclusive);
        Ok(Self { address, sockets: vec![ear], is_exclusive })
    }

    fn open_loopback(port: u16) -> Result<Self, BindError> {
        let mut tries = 0;
        loop {
            tries += 1;
            let one = open(for_one(port), Sharing::Exclusive);
            let address = one.as_ref().map_or(for_one(port), Ear::local_addr);
            let all = SocketAddr::new(LOOPBACK_BROADCAST.into(), address.port());
            let all = open(all, Sharing::Shared);
            let is_exclusive = one.is_ok();
            let sockets = match (one, all) {
                (Err(error), Err(_)) => return Err(error),
                (Ok(_), Err(_)) if port == 0 && tries < PORT_TRIES => continue,
                (one, all) => one.into_iter().chain(all).collect(),
            };
            return Ok(Self { address, sockets, is_exclusive });
        }
    }

    /// Datagrams that the system has thrown away for these sockets.
    pub(super) fn lost(&self) -> u64 {
        self.sockets.iter().map(Ear::lost).sum()
    }

    pub(super) fn address(&self) -> SocketAddr {
        self.address
    }

    /// Whether no other program gets what is sent to this very address.
    pub(super) fn is_exclusive(&self) -> bool {
        self.is_exclusive
    }

    /// Whether 127.0.0.1 is somebody else's, who may give it up.
    pub(super) fn can_take_over(&self) -> bool {
        !self.is_exclusive && self.address.ip() == IpAddr::V4(Ipv4Addr::LOCALHOST)
    }

    /// Tries to get 127.0.0.1; `true` where that succeeds.
    pub(super) fn take_over(&mut self) -> bool {
        if let Ok(ear) = Ear::open(self.address, Sharing::Exclusive) {
            self.sockets.push(ear);
            self.is_exclusive = true;
        }
        self.is_exclusive
    }

    /// Waits for a datagram.
    pub(super) async fn readable(&self) {
        poll_fn(|context| {
            // All of them: each has to note who waits. An error shows when it is read.
            let ready = self.sockets.iter().filter(|ear| ear.poll_readable(context).is_ready()).count();
            if ready > 0 { Poll::Ready(()) } else { Poll::Pending }
        })
        .await;
    }

    /// Reads up to `max` datagrams from each socket. Errors that a datagram brought (Windows: an
    /// earlier one was refused) are handed over too.
    ///
    /// # Errors
    /// Where a socket works no more.
    pub(super) fn receive(
        &self,
        buffer: &mut [u8],
        max: usize,
        mut take: impl FnMut(io::Result<(Arrival, &[u8])>),
    ) -> Result<(), BindError> {
        for ear in &self.sockets {
            for _ in 0..max {
                match ear.receive(buffer) {
                    Ok(arrival) => take(Ok((arrival, buffer.get(..arrival.len).unwrap_or_default()))),
                    Err(error) => match error.kind() {
                        io::ErrorKind::WouldBlock => break,
                        io::ErrorKind::Interrupted => (),
                        io::ErrorKind::ConnectionReset | io::ErrorKind::ConnectionRefused => take(Err(error)),
                        _ => return Err(explain_bind(ear.local_addr(), &error)),
                    },
                }
            }
        }
        Ok(())
    }
}

fn is_broadcast(ip: IpAddr) -> bool {
    ip == IpAddr::V4(Ipv4Addr::BROADCAST) || ip == IpAddr::V4(LOOPBACK_BROADCAST)
}

fn open(address: SocketAddr, sharing: Sharing) -> Result<Ear, BindError> {
    Ear::open(address, sharing).map_err(|error| explain_bind(address, &error))
}

fn for_one(port: u16) -> SocketAddr {
    SocketAddr::new(Ipv4Addr::LOCALHOST.into(), port)
}

fn no_such_host(host: Host, error: &io::Error) -> BindError {
    BindError::NoSuchHost { host, reason: explain_lookup(error) }
}
