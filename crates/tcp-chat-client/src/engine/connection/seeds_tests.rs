//! Any schedule: what a user, the network and the servers do.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use common::chat::{Dialect, MAX_WAITING};
use common::engine::{Waker, link};
use tokio::task::LocalSet;
use tokio::time::{sleep, timeout, timeout_at};

use super::super::conversation::MAX_OUTBOX_BYTES;
use super::super::{DialectChoice, Handle, MessageId, Snapshot};
use super::dice::{self, Dice};
use super::simulation::{MAX_PIPE, World, answer, question};
use super::*;

/// Until then all is over, whatever happens.
const END: Duration = Duration::from_hours(2);

/// What the user was told about a message.
#[derive(Debug, Default)]
struct Message {
    parts: String,
    /// The connection at hand has it, or it waits for its turn there.
    is_accepted: bool,
    end: Option<Result<(), FailedReason>>,
}

/// What the user was told, held against what may be told.
#[derive(Default)]
struct Told {
    messages: BTreeMap<u64, Message>,
    dialect: Option<Dialect>,
    /// Nothing happens until the user wants it.
    is_idle: bool,
    asked: Option<ServerKey>,
    /// What a plain server has said since its last answer, and whether that was one.
    pieces: String,
    is_cut: bool,
    newest_answer: u64,
    /// How often a server was said to break the contract.
    blames: usize,
}

impl Told {
    fn open(&self) -> impl Iterator<Item = u64> {
        self.messages.iter().filter(|(_, message)| message.end.is_none()).map(|(id, _)| *id)
    }

    /// The message that an event is about.
    fn message(&mut self, id: MessageId, what: &str) -> &mut Message {
        let message = self.messages.get_mut(&id.0).unwrap_or_else(|| panic!("{what} of no message: {id:?}"));
        assert!(message.end.is_none(), "{what} after the end of {id:?}: {:?}", message.end);
        message
    }

    /// The connection is over, or another one begins.
    fn is_apart(&mut self) {
        for (id, message) in &self.messages {
            assert!(!message.is_accepted || message.end.is_some(), "{id} outlives its connection");
        }
        let messages = std::mem::take(&mut self.messages);
        *self = Self { messages, is_idle: self.is_idle, blames: self.blames, ..Self::default() };
    }

    fn event(&mut self, event: Event, received: &[u64]) {
        match event {
            Event::Connecting { .. } => {
                self.is_apart();
                self.is_idle = false;
            }
            Event::Retrying { reason, .. } => {
                self.is_apart();
                self.blames += usize::from(matches!(
                    reason,
                    DisconnectReason::BadRecord { .. }
                        | DisconnectReason::NoWelcome { .. }
                        | DisconnectReason::ServerError { .. }
                        | DisconnectReason::UnfinishedRecord { .. }
                ));
            }
            Event::SentAway { .. } | Event::Disconnected { .. } | Event::PassAsked { .. } => {
                self.is_apart();
                self.is_idle = true;
            }
            Event::KeyAsked { key, .. } => {
                self.is_apart();
                self.asked = Some(key);
            }
            Event::Connected(connected) => {
                let before = self.dialect.replace(connected.dialect);
                // A welcome may come late.
                let is_news = matches!(
                    (before, connected.dialect),
                    (None, _) | (Some(Dialect::Plain), Dialect::Records)
                );
                assert!(is_news, "connected twice");
            }
            Event::Reached { .. } | Event::Encoding { .. } | Event::GreetingAnswered { .. } => (),
            Event::Accepted { id, .. } => self.message(id, "a place").is_accepted = true,
            Event::Thinking { id } => _ = self.message(id, "a thought"),
            Event::Part { id, text, .. } => self.message(id, "a part").parts.push_str(&text),
            Event::Reply { id: None, text, .. } if self.dialect == Some(Dialect::Plain) => {
                self.pieces.push_str(&text);
            }
            Event::Reply { id: None, .. } => assert!(self.dialect.is_some(), "a text without a connection"),
            Event::Reply { id: Some(id), text, .. } => self.reply(id, &text, received),
            Event::Failed { id, reason } => self.message(id, "a failure").end = Some(Err(reason)),
        }
    }

    fn reply(&mut self, id: MessageId, text: &str, received: &[u64]) {
        let dialect = self.dialect.expect("a reply without a connection");
        let text = std::mem::take(&mut self.pieces) + text;
        let message = self.message(id, "a reply");
        message.end = Some(Ok(()));
        let streamed = std::mem::take(&mut message.parts);
        match dialect {
            Dialect::Records => {
                assert_eq!(text, answer(id.0), "the reply to {id:?}");
                assert!(text.starts_with(&streamed), "the parts of {id:?} are not its reply");
            }
            // Anything else comes from a server that breaks the contract.
            Dialect::Plain if !text.starts_with("re <") => return,
            Dialect::Plain => {
                assert!(!self.is_cut, "a reply behind one that was cut");
                let whole = answer(id.0);
                self.is_cut = text != whole;
                // Only the end of a connection cuts one.
                let clear = text.find(|c: char| !c.is_ascii() || c == '\\').unwrap_or(text.len());
                assert!(whole.starts_with(&text[..clear]), "{text:?} is no reply to {id:?}");
            }
        }
        assert!(received.contains(&id.0), "a reply to {id:?}, which nobody got");
        assert!(self.newest_answer < id.0, "{id:?} is answered after {}", self.newest_answer);
        self.newest_answer = id.0;
    }

    /// All that was told fits what the servers got.
    fn check(&self, world: &World) {
        assert!(self.blames <= world.breaches(), "a server that kept the contract is said not to");
        let received = world.received();
        let once: BTreeSet<_> = received.iter().collect();
        assert_eq!(once.len(), received.len(), "sent twice: {received:?}");
        assert!(received.is_sorted(), "not in order: {received:?}");
        for (id, message) in &self.messages {
            if let Some(Err(FailedReason::NotConnected | FailedReason::Busy | FailedReason::TooLong { .. })) =
                message.end
            {
                assert!(!once.contains(id), "{id} is said not to be sent: {message:?}");
            }
        }
    }
}

/// What the user does.
#[derive(Debug, Clone, Copy)]
enum Deed {
    Say,
    /// Many at once.
    Flood,
    Cancel,
    Connect,
    Disconnect,
    /// Says whether a key is the right one.
    Judge,
    LookAway,
}

struct User {
    dice: Dice,
    window: Handle,
    world: Rc<World>,
    told: Told,
    newest: u64,
    read_pause: Duration,
}

impl User {
    fn connect(&mut self) {
        let host = "127.0.0.1".parse().unwrap();
        let dialect = self.dice.one_of(&[
            DialectChoice::Auto,
            DialectChoice::Auto,
            DialectChoice::Records,
            DialectChoice::Plain,
        ]);
        let target = Target { host, dialect, ..Target::default() };
        // Where the queue is full, the user tries again.
        let _busy = self.window.command(Command::Connect(target)).is_err();
    }

    fn say(&mut self, size: u64) {
        self.newest = (self.newest / 8 + 1) * 8 + size;
        let (id, text) = (MessageId(self.newest), question(self.newest));
        if self.window.command(Command::Send { id, text }).is_ok() {
            self.told.messages.insert(id.0, Message::default());
        }
    }

    /// Looks at the window for so long, and then at all that is in it.
    async fn look(&mut self, time: Duration) {
        let until = Instant::now() + time;
        while let Ok(event) = timeout_at(until, self.window.next_event()).await {
            let event = event.expect("the engine ended");
            let is_asked = matches!(event, Event::KeyAsked { .. });
            assert!(!is_asked || !self.world.is_local(), "asked about a key of this computer");
            self.told.event(event, &self.world.received());
            sleep(self.read_pause).await;
        }
    }

    async fn act(&mut self, deed: Deed) {
        match deed {
            Deed::Say => {
                let size = self.dice.one_of(&[0, 1, 2, 3, 4, 5, 7]);
                self.say(size);
            }
            Deed::Flood => {
                for _ in 0..80 {
                    self.say(6);
                    self.look(Duration::from_millis(1)).await;
                }
                self.look(Duration::from_secs(1)).await;
                self.costs_little();
            }
            Deed::Cancel => {
                let id = MessageId(self.dice.within(0..self.newest + 1));
                let _busy = self.window.command(Command::Cancel { id }).is_err();
            }
            Deed::Connect => self.connect(),
            Deed::Disconnect => _ = self.window.command(Command::Disconnect).is_err(),
            Deed::Judge => {
                let wrong = ServerKey::of_hash([8; 32]);
                let key = self.told.asked.filter(|_| self.dice.within(0..4) > 0).unwrap_or(wrong);
                let _busy = self.window.command(Command::Trust(key)).is_err();
            }
            Deed::LookAway => sleep(Duration::from_millis(self.dice.within(0..60_000))).await,
        }
    }

    /// What waits in the engine is few messages, and few bytes beside.
    fn costs_little(&self) {
        let received = self.world.received();
        let waiting: Vec<_> = self.told.open().filter(|id| !received.contains(id)).collect();
        let beside = waiting.iter().rev().skip(MAX_WAITING);
        let bytes: usize = beside.map(|id| question(*id).len()).sum();
        // One more is being read.
        let most = MAX_OUTBOX_BYTES + usize::try_from(MAX_PIPE).unwrap() + question(6).len();
        assert!(bytes <= most, "{bytes} bytes beside the newest of {waiting:?}");
    }

    /// Lives through anything.
    async fn live(&mut self, deeds: u64) {
        self.connect();
        for _ in 0..deeds {
            let pause = self.dice.one_of(&[0, 1, 30, 1000, 4000, 15_000]);
            self.look(Duration::from_millis(pause)).await;
            let deed = match self.dice.within(0..32) {
                0 => Deed::Flood,
                1..4 => Deed::Cancel,
                4..7 => Deed::Connect,
                7 => Deed::Disconnect,
                8..11 => Deed::Judge,
                11 => Deed::LookAway,
                _ => Deed::Say,
            };
            self.act(deed).await;
        }
    }

    async fn wait_for_ends(&mut self) {
        while self.told.open().next().is_some() {
            self.look(Duration::from_secs(1)).await;
        }
    }

    /// When all is well again, everything that was said has its end, and everything that is said is answered.
    async fn recover(&mut self) {
        self.world.heal();
        self.look(Duration::from_secs(1)).await;
        while self.told.dialect.is_none() {
            if self.told.is_idle {
                self.connect();
            }
            if let Some(key) = self.told.asked {
                self.window.command(Command::Trust(key)).unwrap();
            }
            self.look(Duration::from_secs(1)).await;
        }
        self.wait_for_ends().await;
        let first = self.newest + 1;
        for size in [0, 2, 4] {
            self.say(size);
        }
        self.wait_for_ends().await;
        assert!(!self.told.is_cut, "a reply is cut though the connection is there");
        let asked = self.told.messages.range(first..);
        let ends: Vec<_> = asked.map(|(_, message)| message.end.clone()).collect();
        assert_eq!(ends, [Some(Ok(())), Some(Ok(())), Some(Ok(()))], "not answered when all is well");
    }
}

async fn schedule(mut dice: Dice) {
    let (window, mut link) = link(Waker::none(), Snapshot::default());
    let world = Rc::new(World::new(&mut dice));
    let (known, pauses) = (KnownServers::default(), Backoff::even(FIRST_PAUSE, LONGEST_PAUSE));
    let deeds = dice.within(0..30);
    // Some close the window in the middle of it all.
    let recovers = dice.within(0..4) > 0;
    let read_pause = Duration::from_millis(dice.one_of(&[0, 0, 1, 50]));
    let (told, newest) = (Told::default(), 0);
    let mut user = User { dice, window, world: Rc::clone(&world), told, newest, read_pause };
    let engine = async {
        run(&mut link, &known, &world, &pauses).await;
        Instant::now()
    };
    let window = async {
        user.live(deeds).await;
        if recovers {
            user.recover().await;
        }
        drop(user.window);
        (Instant::now(), user.told)
    };
    let servers = LocalSet::new();
    let all = servers.run_until(async {
        let (ended, (closed, told)) = tokio::join!(engine, window);
        assert!(ended >= closed && ended - closed <= Duration::from_secs(1), "it did not end when told");
        world.heal();
        world.end().await;
        told.check(&world);
    });
    timeout(END, all).await.expect("the user, the engine or a server has no end");
}

#[test]
fn whatever_the_network_does_each_message_has_one_end() {
    dice::play(schedule);
}
