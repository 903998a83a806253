//! Tells every fact once, to the events, the tables and the counters alike.

use std::collections::BTreeMap;
use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use common::config::Bounded;
use common::engine::{Clock, EventSender, SnapshotSender};
use common::net::BindError;
use tokio::sync::Notify;
use tokio::time::Instant;

use super::presence::Presence;
use super::probe::{KeyNote, Models, Trial};
use super::recent::Recent;
use super::{
    Client, ClientId, ClientRow, ClientState, DisconnectReason, Event, Excerpt, Refusal, ServerState,
    Snapshot,
};
use crate::bot::{AskError, Chain, GuardedBot, Reply};
use crate::config::Limits;

/// Between two publications of the tables: a copy of them for every message would be too dear.
const PUBLISH_PAUSE: Duration = Duration::from_millis(200);

/// While the rate is above nothing it is told anew after this long, as it falls by itself.
const RATE_PAUSE: Duration = Duration::from_secs(1);

/// What all of the engine reports to.
pub(super) struct Reporter {
    events: EventSender<Event>,
    snapshot: SnapshotSender<Snapshot>,
    clock: Arc<dyn Clock>,
    started: Instant,
    live: Mutex<Live>,
    /// Rung at the first change after a publication.
    changed: Notify,
}

/// Where the server stands, this very moment.
#[derive(Default)]
struct Live {
    /// What is published. Its table is copied when it is changed while a published one is still
    /// looked at: once a publication at most.
    snapshot: Snapshot,
    is_changed: bool,
    recent: Recent,
    last_id: u64,
    /// The newest that was given to somebody who waits.
    last_turn: u64,
    /// Each knows how it does.
    bots: Arc<[GuardedBot]>,
    /// How many clients each address has.
    addresses: BTreeMap<IpAddr, u32>,
    /// Wakes a client's session to end it.
    kicks: BTreeMap<ClientId, Arc<Notify>>,
}

impl Live {
    fn row(&mut self, id: ClientId, change: impl FnOnce(&mut ClientRow)) {
        if let Some(row) = Arc::make_mut(&mut self.snapshot.clients).get_mut(&id) {
            change(row);
        }
    }

    /// Why one more client at `ip` is too many, if it is.
    fn refusal(&self, ip: IpAddr, limits: Limits) -> Option<Refusal> {
        let [max, max_of_address] = [limits.max_clients, limits.max_clients_per_address].map(Bounded::get);
        if self.snapshot.clients.len() >= max as usize {
            return Some(Refusal::TooManyClients { max });
        }
        let max = max_of_address;
        let is_over = !ip.is_loopback() && self.addresses.get(&ip).is_some_and(|count| *count >= max);
        is_over.then_some(Refusal::TooManyOfAddress { max })
    }
}

impl Reporter {
    pub(super) fn new(
        events: EventSender<Event>,
        snapshot: SnapshotSender<Snapshot>,
        clock: Arc<dyn Clock>,
    ) -> Self {
        let (live, changed) = (Mutex::default(), Notify::new());
        Self { events, snapshot, clock, started: Instant::now(), live, changed }
    }

    /// Publishes what changes, now and then; without a change it sleeps.
    pub(super) async fn publish_changes(&self) {
        let mut is_rate_falling = false;
        loop {
            tokio::select! {
                () = self.changed.notified() => (),
                () = tokio::time::sleep(RATE_PAUSE), if is_rate_falling => (),
            }
            is_rate_falling = self.publish();
            tokio::time::sleep(PUBLISH_PAUSE).await;
        }
    }

    /// Publishes where the server stands; `true`: that changes by itself.
    pub(super) fn publish(&self) -> bool {
        let mut live = self.live();
        live.is_changed = false;
        live.snapshot.bots = live.bots.iter().map(GuardedBot::row).collect();
        live.snapshot.recently_answered = live.recent.count(self.started.elapsed().as_secs());
        // Within the lock: what is older must not come later.
        self.snapshot.set(live.snapshot.clone());
        live.snapshot.recently_answered > 0
    }

    // A panic elsewhere leaves counters behind that are wrong at worst.
    fn live(&self) -> MutexGuard<'_, Live> {
        self.live.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn change<T>(&self, change: impl FnOnce(&mut Live) -> T) -> T {
        let mut live = self.live();
        let changed = change(&mut live);
        if !std::mem::replace(&mut live.is_changed, true) {
            self.changed.notify_one();
        }
        changed
    }

    /// States are rare, and seen at once.
    fn enter(&self, state: ServerState) {
        self.change(|live| live.snapshot.state = state);
        self.publish();
    }

    pub(super) fn starting(&self) {
        self.change(|live| live.bots = Arc::default());
        self.enter(ServerState::Starting);
    }

    /// These bots answer from now on.
    pub(super) fn answering(&self, chain: &Chain) {
        self.change(|live| live.bots = Arc::clone(chain.bots()));
        self.publish();
        let bots = self.live().snapshot.bots.clone();
        for crate::bot::BotRow { name: bot, notice, .. } in bots {
            if let Some(notice) = notice {
                self.events.send(Event::BotNotice { bot, notice });
            }
        }
    }

    pub(super) fn key_note(&self, word: &'static str, note: KeyNote) {
        self.change(|live| _ = live.snapshot.key_notes.insert(word, note));
    }

    pub(super) fn trial(&self, word: &'static str, trial: Trial) {
        self.change(|live| _ = live.snapshot.trials.insert(word, trial));
    }

    pub(super) fn models(&self, word: &'static str, models: Models) {
        self.change(|live| _ = live.snapshot.models.insert(word, models));
    }

    pub(super) fn listening(&self, local_addr: SocketAddr) {
        self.enter(ServerState::Listening { local_addr });
        self.events.send(Event::Listening { local_addr });
    }

    pub(super) fn listen_failed(&self, error: BindError) {
        self.enter(ServerState::Failed(error.clone()));
        self.events.send(Event::ListenFailed(error));
    }

    pub(super) fn few_descriptors(&self, needed: u64, allowed: u64) {
        self.events.send(Event::FewDescriptors { needed, allowed });
    }

    pub(super) fn accept_failed(&self, error: &std::io::Error) {
        self.events.send(Event::AcceptFailed { reason: error.to_string() });
    }

    pub(super) fn stopping(&self) {
        self.enter(ServerState::Stopping);
    }

    pub(super) fn stopped(&self) {
        self.enter(ServerState::Stopped);
        self.events.send(Event::Stopped);
    }

    /// A new client, where there is room for it; it is in the table until what this returns is
    /// dropped.
    pub(super) fn admit(self: &Arc<Self>, addr: SocketAddr, limits: Limits) -> Result<Presence, Refusal> {
        let since = self.clock.now();
        let kick = Arc::new(Notify::new());
        let admitted = self.change(|live| {
            let ip = addr.ip().to_canonical();
            if let Some(refusal) = live.refusal(ip, limits) {
                live.snapshot.totals.refused += 1;
                return Err(refusal);
            }
            live.snapshot.totals.connected += 1;
            live.last_id += 1;
            let id = ClientId(live.last_id);
            *live.addresses.entry(ip).or_default() += 1;
            live.kicks.insert(id, Arc::clone(&kick));
            Arc::make_mut(&mut live.snapshot.clients).insert(id, ClientRow::new(addr, since));
            Ok(Client { id, addr })
        });
        match admitted {
            Ok(client) => {
                self.events.send(Event::Connected(client));
                Ok(Presence::new(Arc::clone(self), client, kick))
            }
            Err(refusal) => {
                self.events.send(Event::Refused { addr, reason: refusal });
                Err(refusal)
            }
        }
    }

    /// A client is gone, and told so once.
    pub(super) fn leave(&self, client: Client, reason: DisconnectReason) {
        self.change(|live| {
            live.kicks.remove(&client.id);
            Arc::make_mut(&mut live.snapshot.clients).remove(&client.id);
            let ip = client.addr.ip().to_canonical();
            if let Some(count) = live.addresses.get_mut(&ip) {
                *count -= 1;
                if *count == 0 {
                    live.addresses.remove(&ip);
                }
            }
        });
        self.events.send(Event::Disconnected { client, reason });
    }

    /// Has a client's session end, where there still is one.
    pub(super) fn disconnect(&self, id: ClientId) {
        if let Some(kick) = self.live().kicks.get(&id) {
            kick.notify_one();
        }
    }

    /// Bytes came from a client.
    pub(super) fn read(&self, id: ClientId, len: usize) {
        self.change(|live| {
            live.snapshot.totals.bytes_in += len as u64;
            live.row(id, |row| row.bytes_in += len as u64);
        });
    }

    /// Bytes went to a client.
    pub(super) fn wrote(&self, id: ClientId, len: usize) {
        self.change(|live| {
            live.snapshot.totals.bytes_out += len as u64;
            live.row(id, |row| row.bytes_out += len as u64);
        });
    }

    /// A message was taken; `waiting` of its client wait now.
    pub(super) fn asked(&self, client: Client, text: Excerpt, waiting: usize) {
        self.change(|live| {
            live.snapshot.totals.asked += 1;
            live.row(client.id, |row| {
                row.asked += 1;
                row.waiting = waiting;
            });
        });
        self.events.send(Event::Asked { client, text });
    }

    /// A message waits for a bot; `waiting` more of its client wait behind it.
    pub(super) fn turn(&self, id: ClientId, waiting: usize) {
        self.change(|live| {
            live.last_turn += 1;
            let turn = live.last_turn;
            live.row(id, |row| {
                row.state = ClientState::Waiting;
                row.turn = turn;
                row.waiting = waiting;
            });
        });
    }

    pub(super) fn state(&self, id: ClientId, state: ClientState) {
        self.change(|live| live.row(id, |row| row.state = state));
    }

    pub(super) fn answered(&self, client: Client, reply: &Reply, elapsed: Duration) {
        let sec = self.started.elapsed().as_secs();
        self.change(|live| {
            live.snapshot.totals.answered += 1;
            live.recent.add(sec);
            live.row(client.id, |row| {
                row.answered += 1;
                row.state = ClientState::Idle;
            });
        });
        self.events.send(Event::Answered {
            client,
            bot: reply.bot.clone(),
            text: Excerpt::new(&reply.text),
            elapsed,
            failures: reply.failures.clone(),
        });
    }

    pub(super) fn failed(&self, client: Client, error: AskError) {
        let last_message: Arc<str> = error.to_string().into();
        let error = Arc::new(error);
        let last_error = Arc::clone(&error);
        self.change(|live| {
            live.snapshot.totals.failed += 1;
            live.row(client.id, |row| {
                (row.last_error, row.last_message) = (Some(last_error), Some(last_message));
            });
        });
        self.events.send(Event::Failed { client, error });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use common::engine::{SystemClock, Waker, link};
    use std::sync::atomic::{AtomicU32, Ordering};

    #[tokio::test(start_paused = true)]
    async fn many_changes_are_published_a_few_times_and_none_never() {
        let published = Arc::new(AtomicU32::new(0));
        let counter = Arc::clone(&published);
        let waker = Waker::new(move || _ = counter.fetch_add(1, Ordering::Relaxed));
        let (mut handle, link) = link::<(), Event, Snapshot>(waker, Snapshot::default());
        let reporter = Arc::new(Reporter::new(link.events, link.snapshot, Arc::new(SystemClock)));
        let addr = "127.0.0.1:46114".parse().unwrap();
        let presence = reporter.admit(addr, Limits::default()).unwrap();
        let client = presence.client;
        let reply =
            Reply { bot: "Echo".to_owned(), text: String::new(), took: Duration::ZERO, failures: Vec::new() };
        let busy = async {
            for _ in 0..1000 {
                reporter.read(client.id, 3);
                tokio::time::sleep(Duration::from_millis(1)).await;
                handle.drain(usize::MAX, drop);
            }
        };
        tokio::select! {
            () = reporter.publish_changes() => (),
            () = busy => (),
        }
        assert!(handle.snapshot().clients[&client.id].bytes_in > 2000, "what was published is old");
        let count = published.swap(0, Ordering::Relaxed);
        assert!((4..=8).contains(&count), "published {count} times");

        // The rate falls without another message, and is then left alone.
        (0..50).for_each(|_| reporter.answered(client, &reply, Duration::ZERO));
        reporter.publish();
        assert!((handle.snapshot().answers_per_sec() - 5.0).abs() < 0.01);
        handle.drain(usize::MAX, drop);
        let quiet = async {
            for _ in 0..600 {
                tokio::time::sleep(Duration::from_secs(1)).await;
                handle.drain(usize::MAX, drop);
            }
        };
        tokio::select! {
            () = reporter.publish_changes() => (),
            () = quiet => (),
        }
        assert_eq!(handle.snapshot().recently_answered, 0);
        let count = published.load(Ordering::Relaxed);
        assert!((2..=20).contains(&count), "published {count} times");
    }
}
