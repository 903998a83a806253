//! Reaching a server: TCP, and TLS where a key is known.

use std::net::SocketAddr;
use std::time::Duration;

use common::chat::ServerKey;
use common::net::{Host, explain_lookup, prepare_connection, resolve_all};
use common::tls::{self, TlsError};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::time::timeout;

use super::conversation::Privacy;
use super::reason::Ended;
use super::{DisconnectReason, Target};

/// A server that has not answered by then is tried again.
pub(super) const CONNECT_WAIT: Duration = Duration::from_secs(5);

/// Where servers are reached. Tests have another one than [`Sockets`].
pub(super) trait Network {
    /// Connects to a server, which has to have `key` where one is known.
    async fn reach(
        &self,
        target: &Target,
        key: Option<ServerKey>,
    ) -> Result<(Box<dyn Stream>, Privacy), Ended>;
}

/// TCP, and TLS where a key is known.
pub(super) struct Sockets;

/// A connection that can be read and written.
pub(super) trait Stream: AsyncRead + AsyncWrite + Unpin + Send {}

impl<S: AsyncRead + AsyncWrite + Unpin + Send> Stream for S {}

impl Network for Sockets {
    async fn reach(
        &self,
        target: &Target,
        key: Option<ServerKey>,
    ) -> Result<(Box<dyn Stream>, Privacy), Ended> {
        // Where no address is the server's, what is told is what the first one that answered said, or else why the first one
        // cannot be reached.
        let (mut turned_away, mut unreached) = (None, None);
        for one in target.addresses() {
            let addresses = match look_up(target, one.host.as_host(), one.port).await {
                Ok(addresses) => addresses,
                Err(reason) => {
                    unreached.get_or_insert(reason);
                    continue;
                }
            };
            for address in addresses {
                match dial(target, address).await {
                    Ok(stream) => match greet(stream, target, &one.host.to_string(), key).await {
                        Ok(reached) => return Ok(reached),
                        Err(ended) => _ = turned_away.get_or_insert(ended),
                    },
                    Err(reason) => _ = unreached.get_or_insert(reason),
                }
            }
        }
        let nobody = || DisconnectReason::NoSuchHost { address: target.clone(), why: String::new() };
        Err(turned_away.unwrap_or_else(|| unreached.unwrap_or_else(nobody).into()))
    }
}

/// The addresses of `host`, which stands for the server.
async fn look_up(target: &Target, host: &Host, port: u16) -> Result<Vec<SocketAddr>, DisconnectReason> {
    let found = timeout(CONNECT_WAIT, resolve_all(host, port)).await.ok().ok_or_else(|| late(target))?;
    found.map_err(|error| match host {
        Host::Name(_) => {
            DisconnectReason::NoSuchHost { address: target.clone(), why: explain_lookup(&error) }
        }
        Host::Ip(_) | Host::Zoned(..) => DisconnectReason::unreachable(target, &error),
    })
}

/// Opens a connection to one address of the server.
async fn dial(target: &Target, address: SocketAddr) -> Result<TcpStream, DisconnectReason> {
    let unreachable = |error| DisconnectReason::unreachable(target, &error);
    let dialed = timeout(CONNECT_WAIT, TcpStream::connect(address)).await;
    let stream = dialed.ok().ok_or_else(|| late(target))?.map_err(unreachable)?;
    // Not every system knows every option: a connection without is better than none.
    let _has_all = prepare_connection(&stream).is_ok();
    Ok(stream)
}

fn late(target: &Target) -> DisconnectReason {
    DisconnectReason::ConnectTimeout { address: target.clone(), seconds: CONNECT_WAIT.as_secs() }
}

/// Speaks TLS where a `key` is known, with the server, which is called `host` here.
async fn greet(
    stream: TcpStream,
    target: &Target,
    host: &str,
    key: Option<ServerKey>,
) -> Result<(Box<dyn Stream>, Privacy), Ended> {
    let Some(key) = key else {
        let is_here = stream.peer_addr().is_ok_and(|peer| peer.ip().to_canonical().is_loopback());
        let privacy = if is_here { Privacy::ThisComputer } else { Privacy::None };
        return Ok((Box::new(stream), privacy));
    };
    match tls::connect(stream, host, key, CONNECT_WAIT).await {
        Ok(stream) => Ok((Box::new(stream), Privacy::Encrypted)),
        Err(TlsError::OtherKey { seen, .. }) => Err(Ended::OtherKey(seen)),
        Err(tls) => Err(DisconnectReason::not_encrypted(target, tls).into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_server_that_vanishes_is_missed() {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let stream = dial(&Target::default(), listener.local_addr().unwrap()).await.unwrap();
        assert!(socket2::SockRef::from(&stream).keepalive().unwrap());
    }
}
