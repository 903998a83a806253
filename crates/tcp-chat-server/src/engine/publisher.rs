//! Where the engine reports what happens. One call for each fact: it becomes an event, and changes tables and counters.

use std::collections::HashSet;
use std::mem::{Discriminant, discriminant};
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use chrono::{DateTime, FixedOffset};
use common::discovery::DiscoveryError;
use common::engine::{EventSender, SnapshotSender};
use common::net::{BindError, Reach};
use tokio::sync::Notify;
use tokio::time::Instant;

use super::recent::Recent;
use super::{
    BotTest, Client, ClientId, ClientRow, ClientState, DisconnectReason, Event, Excerpt, Refusal,
    ServerState, Snapshot, StartError, TestOutcome, Totals,
};
use crate::bot::{AskError, BotChoice, BotError, BotFailure, BotRow, Chain, GuardedBot, Reply};

/// The least time between two snapshots: copying the tables for every message would cost too much.
const PUBLISH_PAUSE: Duration = Duration::from_millis(200);

/// How often the rate of replies is published while it falls, with nothing else changing.
const RATE_PAUSE: Duration = Duration::from_secs(1);

/// The engine's side of the link: its events, and the snapshot that is published now and then.
pub(super) struct Publisher {
    events: EventSender<Event>,
    snapshot: SnapshotSender<Snapshot>,
    started: Instant,
    state: Mutex<State>,
    /// Notified at the first change after a publication.
    changed: Notify,
}

/// The newest state, of which a copy is published now and then.
#[derive(Default)]
struct State {
    /// What is published next. Its table is shared with the published one, and copied at the first change
    /// while a window still holds that: at most once for each publication.
    snapshot: Snapshot,
    is_changed: bool,
    recent: Recent,
    /// The newest turn that a client who waits for a bot was given.
    last_turn: u64,
    /// The bots that answer. Each knows how its calls went.
    bots: Arc<[GuardedBot]>,
    /// How each bot has failed since it answered last. That was reported as a warning, and the next failure of the kind is no news.
    failing: HashSet<(String, Discriminant<BotError>)>,
}

impl State {
    fn row(&mut self, id: ClientId, change: impl FnOnce(&mut ClientRow)) {
        if let Some(row) = Arc::make_mut(&mut self.snapshot.clients).get_mut(&id) {
            change(row);
        }
    }

    /// Notes that a bot fails; `true` where that is news. That it was not asked says nothing about how it fails.
    fn note_failing(&mut self, failure: &BotFailure) -> bool {
        let bot = failure.bot();
        if matches!(failure, BotFailure::NotAsked { .. })
            && self.failing.iter().any(|(known, _)| known == bot)
        {
            return false;
        }
        self.failing.insert((bot.to_owned(), discriminant(failure.error())))
    }
}

impl Publisher {
    pub(super) fn new(events: EventSender<Event>, snapshot: SnapshotSender<Snapshot>) -> Self {
        Self { events, snapshot, started: Instant::now(), state: Mutex::default(), changed: Notify::new() }
    }

    /// Publishes the snapshot while it changes, at most every [`PUBLISH_PAUSE`].
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

    /// Publishes the snapshot; `true`: the rate of replies in it falls by itself.
    pub(super) fn publish(&self) -> bool {
        let mut state = self.lock();
        state.is_changed = false;
        state.snapshot.bots = state.bots.iter().map(GuardedBot::row).collect();
        state.snapshot.recently_answered = state.recent.count(self.started.elapsed().as_secs());
        // Within the lock, so that an older snapshot does not come later.
        self.snapshot.set(state.snapshot.clone());
        state.snapshot.recently_answered > 0
    }

    // A panic elsewhere leaves counters behind that are wrong at worst.
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn change(&self, change: impl FnOnce(&mut State)) {
        let mut state = self.lock();
        change(&mut state);
        if !std::mem::replace(&mut state.is_changed, true) {
            self.changed.notify_one();
        }
    }

    /// Changes the server's state, which is rare, and publishes it at once.
    fn enter(&self, new: ServerState) {
        self.change(|state| state.snapshot.state = new);
        self.publish();
    }

    /// Changes the snapshot where no event goes with the change.
    pub(super) fn show(&self, change: impl FnOnce(&mut Snapshot)) {
        self.change(|state| change(&mut state.snapshot));
    }

    /// Reports an event that changes neither table nor counter.
    pub(super) fn tell(&self, event: Event) {
        self.events.send(event);
    }

    pub(super) fn starting(&self) {
        self.change(|state| {
            state.bots = Arc::default();
            state.snapshot.totals = Totals::default();
            (state.snapshot.client_addr, state.snapshot.chat_window) = (None, None);
            state.snapshot.announced = None;
            state.recent = Recent::default();
            state.failing.clear();
        });
        self.enter(ServerState::Starting);
    }

    /// These bots answer from now on.
    pub(super) fn answering(&self, chain: &Chain) {
        self.change(|state| state.bots = Arc::clone(chain.bots()));
        self.publish();
        let bots = self.lock().snapshot.bots.clone();
        for BotRow { name: bot, notice, .. } in bots {
            if let Some(notice) = notice {
                self.events.send(Event::BotNotice { bot, notice });
            }
        }
    }

    /// The test of a bot begins.
    pub(super) fn testing(&self, choice: BotChoice) {
        let outcome = TestOutcome::Asking { since: Instant::now().into_std() };
        self.change(|state| {
            _ = state.snapshot.bot_tests.insert(choice.kind.word, BotTest { choice, outcome });
        });
        self.publish();
    }

    /// A test is over. Its outcome is dropped where the bot is set in another way by now, and is tested anew.
    pub(super) fn tested(&self, choice: &BotChoice, outcome: TestOutcome) {
        self.change(|state| {
            let test = state.snapshot.bot_tests.get_mut(choice.kind.word);
            if let Some(test) = test.filter(|test| test.choice == *choice) {
                test.outcome = outcome;
            }
        });
    }

    pub(super) fn listening(&self, local_addr: SocketAddr) {
        self.enter(ServerState::Listening { local_addr });
        let reach = Reach::of(local_addr.ip());
        self.events.send(Event::Listening { address: local_addr, reach });
    }

    /// Clients find the server by this name, or cannot find it for this reason.
    pub(super) fn announced(&self, outcome: Result<String, DiscoveryError>) {
        self.change(|state| state.snapshot.announced = Some(outcome.clone()));
        self.events.send(match outcome {
            Ok(name) => Event::Announced { name },
            Err(reason) => Event::NotAnnounced { reason },
        });
    }

    pub(super) fn waiting(&self, reason: BindError) {
        self.enter(ServerState::Waiting(reason.clone()));
        self.events.send(Event::Waiting { reason });
    }

    pub(super) fn listen_failed(&self, error: StartError) {
        self.enter(ServerState::Failed(error.clone()));
        self.events.send(Event::ListenFailed { reason: error });
    }

    pub(super) fn stopping(&self) {
        self.enter(ServerState::Stopping);
    }

    pub(super) fn stopped(&self) {
        self.enter(ServerState::Stopped);
        self.events.send(Event::Stopped);
    }

    pub(super) fn refused(&self, addr: SocketAddr, reason: Refusal) {
        self.change(|state| state.snapshot.totals.refused += 1);
        self.events.send(Event::Refused { addr, reason });
    }

    pub(super) fn connected(&self, client: Client, since: DateTime<FixedOffset>) {
        self.change(|state| {
            state.snapshot.totals.connected += 1;
            let row = ClientRow::new(client.addr, since);
            Arc::make_mut(&mut state.snapshot.clients).insert(client.id, row);
        });
        self.events.send(Event::Connected(client));
    }

    /// The connection of this client is encrypted.
    pub(super) fn encrypted(&self, client: Client) {
        self.change(|state| state.row(client.id, |row| row.is_encrypted = true));
        self.events.send(Event::Encrypted { client });
    }

    pub(super) fn disconnected(&self, client: Client, reason: DisconnectReason) {
        self.change(|state| _ = Arc::make_mut(&mut state.snapshot.clients).remove(&client.id));
        self.events.send(Event::Disconnected { client, reason });
    }

    /// Bytes came from a client.
    pub(super) fn read(&self, id: ClientId, len: usize) {
        self.change(|state| {
            state.snapshot.totals.bytes_in += len as u64;
            state.row(id, |row| row.bytes_in += len as u64);
        });
    }

    /// Bytes went to a client.
    pub(super) fn wrote(&self, id: ClientId, len: usize) {
        self.change(|state| {
            state.snapshot.totals.bytes_out += len as u64;
            state.row(id, |row| row.bytes_out += len as u64);
        });
    }

    /// A message was accepted; `waiting` messages of its client wait now.
    pub(super) fn asked(&self, client: Client, text: Excerpt, waiting: usize) {
        self.change(|state| {
            state.snapshot.totals.asked += 1;
            state.row(client.id, |row| {
                row.asked += 1;
                row.waiting = waiting;
            });
        });
        self.events.send(Event::Asked { client, text });
    }

    /// A message waits for a permit to ask the bots; `waiting` more of its client wait behind it.
    pub(super) fn turn(&self, id: ClientId, waiting: usize) {
        self.change(|state| {
            state.last_turn += 1;
            let turn = state.last_turn;
            state.row(id, |row| {
                row.state = ClientState::Waiting;
                row.turn = turn;
                row.waiting = waiting;
            });
        });
    }

    pub(super) fn set_state(&self, id: ClientId, new: ClientState) {
        self.change(|state| state.row(id, |row| row.state = new));
    }

    pub(super) fn answered(&self, client: Client, reply: &Reply, elapsed: Duration) {
        let sec = self.started.elapsed().as_secs();
        let mut is_news = false;
        self.change(|state| {
            // A reply that was cut is a failure of the bot that gave it.
            if reply.failures.iter().all(|failure| failure.bot() != reply.bot) {
                state.failing.retain(|(bot, _)| *bot != reply.bot);
            }
            for failure in &reply.failures {
                is_news |= state.note_failing(failure);
            }
            state.snapshot.totals.answered += 1;
            state.recent.add(sec);
            state.row(client.id, |row| {
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
            is_news,
        });
    }

    pub(super) fn failed(&self, client: Client, error: AskError) {
        let last_message: Arc<str> = error.to_string().into();
        let error = Arc::new(error);
        let last_error = Arc::clone(&error);
        self.change(|state| {
            state.snapshot.totals.failed += 1;
            state.row(client.id, |row| {
                (row.last_error, row.last_message) = (Some(last_error), Some(last_message));
            });
        });
        self.events.send(Event::Failed { client, reason: error.reason(), error });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use common::engine::{Clock as _, SystemClock, Waker, link};
    use common::status::Level;
    use std::sync::atomic::{AtomicU32, Ordering};

    #[tokio::test]
    async fn a_bot_that_goes_on_failing_is_news_once_and_counters_begin_anew() {
        let (mut handle, link) = link::<(), Event, Snapshot>(Waker::none(), Snapshot::default());
        let publisher = Publisher::new(link.events, link.snapshot);
        let client = Client { id: ClientId(1), addr: "127.0.0.1:46114".parse().unwrap() };
        let failure = BotFailure::Failed { bot: "Qingyun".to_owned(), error: BotError::Empty };
        let mut answers = |bot: &str, failures: Vec<BotFailure>| {
            let reply = Reply { bot: bot.to_owned(), text: String::new(), failures };
            publisher.answered(client, &reply, Duration::ZERO);
            let mut is_warning = false;
            handle.drain(usize::MAX, |event| {
                is_warning = common::engine::Event::level(&event) == Level::Warning;
            });
            is_warning
        };
        assert!(answers("Built-in", vec![failure.clone()]));
        assert!(!answers("Built-in", vec![failure.clone()]), "its row tells that");
        let other = BotFailure::Failed { bot: "Qingyun".to_owned(), error: BotError::OnlyThought };
        assert!(answers("Built-in", vec![other.clone()]), "it fails in another way");
        let rests = BotFailure::NotAsked { bot: "Qingyun".to_owned(), error: BotError::Empty };
        assert!(!answers("Built-in", vec![rests]), "it was not asked");
        assert!(!answers("Built-in", vec![other]));
        assert!(!answers("Qingyun", Vec::new()));
        assert!(answers("Built-in", vec![failure.clone()]), "it had answered again");
        // Two replies of its own that were cut.
        assert!(!answers("Qingyun", vec![failure.clone()]), "it fails as before");
        assert!(!answers("Qingyun", vec![failure]));
        publisher.publish();
        assert_eq!(handle.snapshot().totals.answered, 9);
        publisher.starting();
        assert_eq!(handle.snapshot().totals, Totals::default());
    }

    #[tokio::test(start_paused = true)]
    async fn many_changes_are_published_a_few_times_and_none_never() {
        let woken = Arc::new(AtomicU32::new(0));
        let counter = Arc::clone(&woken);
        let waker = Waker::new(move || _ = counter.fetch_add(1, Ordering::Relaxed));
        let (mut handle, link) = link::<(), Event, Snapshot>(waker, Snapshot::default());
        let publisher = Publisher::new(link.events, link.snapshot);
        let client = Client { id: ClientId(1), addr: "127.0.0.1:46114".parse().unwrap() };
        publisher.connected(client, SystemClock.now());
        let reply = Reply { bot: "Echo".to_owned(), text: String::new(), failures: Vec::new() };
        let busy = async {
            for _ in 0..1000 {
                publisher.read(client.id, 3);
                tokio::time::sleep(Duration::from_millis(1)).await;
                handle.drain(usize::MAX, drop);
            }
        };
        tokio::select! {
            () = publisher.publish_changes() => (),
            () = busy => (),
        }
        assert!(handle.snapshot().clients[&client.id].bytes_in > 2000, "what was published is old");
        let count = woken.swap(0, Ordering::Relaxed);
        assert!((4..=8).contains(&count), "published {count} times");

        // The rate falls without another message, and is then left alone.
        (0..50).for_each(|_| publisher.answered(client, &reply, Duration::ZERO));
        publisher.publish();
        assert!((handle.snapshot().answers_per_sec() - 5.0).abs() < 0.01);
        handle.drain(usize::MAX, drop);
        let quiet = async {
            for _ in 0..600 {
                tokio::time::sleep(Duration::from_secs(1)).await;
                handle.drain(usize::MAX, drop);
            }
        };
        tokio::select! {
            () = publisher.publish_changes() => (),
            () = quiet => (),
        }
        assert_eq!(handle.snapshot().recently_answered, 0);
        let count = woken.load(Ordering::Relaxed);
        assert!((2..=20).contains(&count), "published {count} times");
    }
}
