//! Which clients are connected, whether there is room for one more, and how one of them is disconnected.

use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv6Addr, SocketAddr};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use common::engine::Clock;
use tokio::sync::Notify;
use tokio::time::Instant;

use super::publisher::Publisher;
use super::{Client, ClientId, DisconnectReason, Refusal};
use crate::config::Limits;

/// The clients of this moment.
pub(super) struct Registry {
    publisher: Arc<Publisher>,
    clock: Arc<dyn Clock>,
    clients: Mutex<Clients>,
}

#[derive(Default)]
struct Clients {
    last_id: u64,
    /// Where each client comes from, and what wakes its session to end it.
    kicks: BTreeMap<ClientId, (IpAddr, Arc<Notify>)>,
    /// How many clients each [`counted_address`] has.
    by_address: BTreeMap<IpAddr, u32>,
}

/// The address that a client is counted under: its IPv4 address, or its network of IPv6 (/64), in which a computer has
/// as many addresses as it likes.
pub(super) fn counted_address(ip: IpAddr) -> IpAddr {
    match ip.to_canonical() {
        IpAddr::V6(ip) if !ip.is_loopback() => Ipv6Addr::from_bits(ip.to_bits() >> 64 << 64).into(),
        ip => ip,
    }
}

impl Clients {
    /// Why one more client at `ip` is too many, if it is.
    fn refusal(&self, ip: IpAddr, limits: Limits) -> Option<Refusal> {
        let max = limits.max_clients.get();
        if self.kicks.len() >= max as usize {
            return Some(Refusal::TooManyClients { max });
        }
        let max = limits.max_clients_per_address.get();
        let is_over = !ip.is_loopback() && self.by_address.get(&ip).is_some_and(|count| *count >= max);
        is_over.then_some(Refusal::TooManyOfAddress { max })
    }
}

impl Registry {
    pub(super) fn new(publisher: Arc<Publisher>, clock: Arc<dyn Clock>) -> Self {
        Self { publisher, clock, clients: Mutex::default() }
    }

    // A panic elsewhere leaves a count behind that is wrong at worst.
    fn clients(&self) -> MutexGuard<'_, Clients> {
        self.clients.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Admits a new client where there is room; it counts as connected until the guard is dropped.
    pub(super) fn admit(self: &Arc<Self>, addr: SocketAddr, limits: Limits) -> Result<ClientGuard, Refusal> {
        let ip = counted_address(addr.ip());
        let mut clients = self.clients();
        if let Some(refusal) = clients.refusal(ip, limits) {
            return Err(refusal);
        }
        clients.last_id += 1;
        let client = Client { id: ClientId(clients.last_id), addr };
        let kick = Arc::new(Notify::new());
        clients.kicks.insert(client.id, (addr.ip(), Arc::clone(&kick)));
        *clients.by_address.entry(ip).or_default() += 1;
        drop(clients);
        self.publisher.connected(client, self.clock.now());
        let (registry, active_at) = (Arc::clone(self), Instant::now());
        Ok(ClientGuard { registry, client, kick, active_at, reason: DisconnectReason::Internal })
    }

    /// Ends a client's session, where there still is one.
    pub(super) fn disconnect(&self, id: ClientId) {
        if let Some((_, kick)) = self.clients().kicks.get(&id) {
            kick.notify_one();
        }
    }

    /// Ends the sessions of all clients whose address `fits`.
    pub(super) fn disconnect_where(&self, fits: impl Fn(IpAddr) -> bool) {
        let clients = self.clients();
        let fitting = clients.kicks.values().filter(|(ip, _)| fits(*ip));
        fitting.for_each(|(_, kick)| kick.notify_one());
    }

    fn remove(&self, client: Client) {
        let mut clients = self.clients();
        clients.kicks.remove(&client.id);
        let ip = counted_address(client.addr.ip());
        if let Some(count) = clients.by_address.get_mut(&ip) {
            *count -= 1;
            if *count == 0 {
                clients.by_address.remove(&ip);
            }
        }
    }
}

/// Keeps a client's place. Dropping it gives the place back, so that a session which panics leaves nothing
/// behind.
pub(super) struct ClientGuard {
    registry: Arc<Registry>,
    pub(super) client: Client,
    /// Notified when the server's user wants this client gone.
    pub(super) kick: Arc<Notify>,
    /// When the client connected, or finished its handshake.
    pub(super) active_at: Instant,
    /// Why the client is gone. Until its session gives the reason, dropping the guard means that the session has failed.
    pub(super) reason: DisconnectReason,
}

impl Drop for ClientGuard {
    fn drop(&mut self) {
        self.registry.remove(self.client);
        self.registry.publisher.disconnected(self.client, self.reason.clone());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use common::engine::{SystemClock, Waker, link};

    #[test]
    fn a_client_that_leaves_leaves_nothing_behind() {
        let (_handle, link) = link::<(), _, _>(Waker::none(), crate::engine::Snapshot::default());
        let publisher = Arc::new(Publisher::new(link.events, link.snapshot));
        let registry = Arc::new(Registry::new(publisher, Arc::new(SystemClock)));
        let admit = |addr: &str| registry.admit(addr.parse().unwrap(), Limits::default()).unwrap();
        let counts = || {
            let clients = registry.clients();
            (clients.kicks.len(), clients.by_address.values().copied().collect::<Vec<_>>())
        };
        let (first, second) = (admit("10.0.0.1:1"), admit("[::ffff:10.0.0.1]:2"));
        let third = admit("10.0.0.2:3");
        assert_eq!(counts(), (3, vec![2, 1]));
        drop((first, third));
        assert_eq!(counts(), (1, vec![1]));
        drop(second);
        assert_eq!(counts(), (0, vec![]));
        assert_eq!(admit("10.0.0.1:1").client.id, ClientId(4), "an id is never used again");
    }

    #[tokio::test]
    async fn clients_of_some_addresses_can_be_sent_away_together() {
        use std::future::Future as _;
        use std::task::{Context, Poll, Waker as TaskWaker};

        let (_handle, link) = link::<(), _, _>(Waker::none(), crate::engine::Snapshot::default());
        let publisher = Arc::new(Publisher::new(link.events, link.snapshot));
        let registry = Arc::new(Registry::new(publisher, Arc::new(SystemClock)));
        let admit = |addr: &str| registry.admit(addr.parse().unwrap(), Limits::default()).unwrap();
        let guards = [admit("10.0.0.1:1"), admit("[::ffff:10.0.0.1]:2"), admit("10.0.0.2:3")];
        registry.disconnect_where(|ip| ip.to_canonical() == IpAddr::from([10, 0, 0, 1]));
        let is_sent_away = |guard: &ClientGuard| {
            let notified = std::pin::pin!(guard.kick.notified());
            notified.poll(&mut Context::from_waker(TaskWaker::noop())) == Poll::Ready(())
        };
        assert_eq!(guards.each_ref().map(is_sent_away), [true, true, false]);
    }
}
