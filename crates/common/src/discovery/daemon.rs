//! The thread that speaks multicast DNS.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::time::Duration;

use mdns_sd::{IfKind, IfPredicate, MDNS_PORT, ServiceDaemon};
use socket2::{Domain, Socket, Type};
use tokio::time::{Instant, sleep_until, timeout};

use super::DiscoveryError;
use crate::net::InterfaceKind;

/// How often the records that are remembered are counted: as often as the crate looks for new addresses.
const COUNT_EVERY: Duration = Duration::from_secs(5);

/// More records than a large network has. The crate itself keeps all that it hears, as long as their sender wants.
const MAX_RECORDS: i64 = 20_000;

/// How long the end may take. It takes some milliseconds.
const END_WAIT: Duration = Duration::from_millis(500);

/// Ends with this value.
pub(super) struct Daemon {
    pub(super) mdns: ServiceDaemon,
    count_at: Instant,
}

impl Daemon {
    /// Takes part on the interfaces of a LAN that have an address for which `is_wanted`.
    pub(super) fn start(
        is_wanted: impl Fn(IpAddr) -> bool + Send + Sync + 'static,
    ) -> Result<Self, DiscoveryError> {
        // The crate goes on without a word where it has no socket.
        check_port()?;
        let mdns = ServiceDaemon::new()?;
        mdns.disable_interface(IfKind::All)?;
        let selected = IfPredicate::new(move |one| {
            InterfaceKind::of(&one.name, one.is_loopback(), one.is_p2p()).is_lan() && is_wanted(one.ip())
        });
        mdns.enable_interface(IfKind::Predicate(selected))?;
        Ok(Self { mdns, count_at: Instant::now() + COUNT_EVERY })
    }

    /// Waits until more is remembered than may be. May be dropped and called again.
    pub(super) async fn overgrown(&mut self) {
        loop {
            sleep_until(self.count_at).await;
            self.count_at = Instant::now() + COUNT_EVERY;
            let Ok(asked) = self.mdns.get_metrics() else { return };
            let Ok(metrics) = asked.recv_async().await else { return };
            let cached = metrics.iter().filter(|(name, _)| name.starts_with("cached-"));
            if cached.map(|(_, count)| count).sum::<i64>() > MAX_RECORDS {
                return;
            }
        }
    }

    /// Ends the thread, which says good-bye for what it has announced.
    pub(super) async fn end(self) {
        if let Ok(ended) = self.mdns.shutdown() {
            let _late = timeout(END_WAIT, ended.recv_async()).await.is_err();
        }
    }
}

impl Drop for Daemon {
    fn drop(&mut self) {
        // It may have ended.
        let _ended = self.mdns.shutdown().is_err();
    }
}

/// Whether the port can be shared with whoever has it: for IPv4, or else for IPv6.
fn check_port() -> Result<(), DiscoveryError> {
    let open = |ip: IpAddr| {
        let socket = Socket::new(if ip.is_ipv4() { Domain::IPV4 } else { Domain::IPV6 }, Type::DGRAM, None)?;
        socket.set_reuse_address(true)?;
        #[cfg(unix)]
        socket.set_reuse_port(true)?;
        socket.bind(&SocketAddr::new(ip, MDNS_PORT).into())
    };
    open(Ipv4Addr::UNSPECIFIED.into())
        .or_else(|error| open(Ipv6Addr::UNSPECIFIED.into()).map_err(|_no_v6| error))
        .map_err(|error| DiscoveryError::PortRefused { reason: error.to_string() })
}
