//! Reaching a server: TCP, and TLS where a key is known.

use std::time::Duration;

use common::chat::ServerKey;
use common::net::{Host, explain_lookup, resolve};
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
        let mut dialed = dial(target).await;
        for other in target.addresses().skip(1) {
            if dialed.is_ok() {
                break;
            }
            // What is told is what happened to the first address.
            dialed = dial(&other).await.or(dialed);
        }
        let stream = dialed?;
        let Some(key) = key else {
            let is_here = stream.peer_addr().is_ok_and(|peer| peer.ip().to_canonical().is_loopback());
            let privacy = if is_here { Privacy::ThisComputer } else { Privacy::None };
            return Ok((Box::new(stream), privacy));
        };
        let address = target.clone();
        match tls::connect(stream, &target.host.to_string(), key, CONNECT_WAIT).await {
            Ok(stream) => Ok((Box::new(stream), Privacy::Encrypted)),
            Err(TlsError::OtherKey { seen, .. }) => Err(Ended::OtherKey(seen)),
            Err(tls) => Err(DisconnectReason::NotEncrypted { address, tls: Box::new(tls) }.into()),
        }
    }
}

async fn dial(target: &Target) -> Result<TcpStream, DisconnectReason> {
    let unreachable = |error| DisconnectReason::unreachable(target, &error);
    let host = target.host.as_host();
    let dialing = async {
        let address = resolve(host, target.port).await.map_err(|error| match host {
            Host::Name(_) => {
                DisconnectReason::NoSuchHost { address: target.clone(), why: explain_lookup(&error) }
            }
            Host::Ip(_) | Host::Zoned(..) => unreachable(error),
        })?;
        let stream = TcpStream::connect(address).await.map_err(unreachable)?;
        // Messages are short, and somebody waits for each.
        stream.set_nodelay(true).map_err(unreachable)?;
        Ok(stream)
    };
    let (address, seconds) = (target.clone(), CONNECT_WAIT.as_secs());
    let dialed = timeout(CONNECT_WAIT, dialing).await;
    dialed.unwrap_or(Err(DisconnectReason::ConnectTimeout { address, seconds }))
}
