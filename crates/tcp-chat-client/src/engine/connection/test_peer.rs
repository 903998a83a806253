//! A connection under test: its window in one hand, its server in the other.

use std::time::Duration;

use common::chat::Dialect;
use common::engine::{Waker, link};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, BufStream, DuplexStream, duplex};
use tokio::task::JoinSet;
use tokio::time::timeout;

use super::super::conversation::Privacy;
use super::super::{Command, DialectChoice, DisconnectReason, Handle, MessageId, Snapshot, Target};
use super::{Ended, Event, Leave, chat};
use crate::event::Connected;

pub(super) const HELLO: &str = concat!(
    "{\"type\":\"hello\",\"protocol\":1,\"client\":\"tcp-chat-client ",
    env!("CARGO_PKG_VERSION"),
    "\"}\n"
);
pub(super) const WELCOME: &str =
    "{\"type\":\"welcome\",\"protocol\":1,\"server\":\"s 1\",\"bot\":\"Echo\",\"max_text_bytes\":32768}\n";

pub(super) struct Peer {
    pub(super) server: DuplexStream,
    pub(super) window: Handle,
    pub(super) target: Target,
    client: JoinSet<Result<Ended, Leave>>,
}

impl Peer {
    pub(super) fn new(dialect: DialectChoice) -> Self {
        Self::with(Target { dialect, ..Self::target() }, Privacy::ThisComputer)
    }

    pub(super) fn target() -> Target {
        Target { host: "127.0.0.1".parse().unwrap(), ..Target::default() }
    }

    pub(super) fn with(target: Target, privacy: Privacy) -> Self {
        let (ours, server) = duplex(1024);
        let (window, mut link) = link(Waker::none(), Snapshot::default());
        let mut client = JoinSet::new();
        let there = target.clone();
        // It keeps what it takes until it is flushed, as TLS may.
        let ours = BufStream::new(ours);
        client.spawn(async move { chat(ours, privacy, &there, &mut link).await });
        Self { server, window, target, client }
    }

    /// With a server that said welcome.
    pub(super) async fn welcomed() -> Self {
        let mut peer = Self::new(DialectChoice::Auto);
        peer.reads(HELLO).await;
        peer.writes(WELCOME).await;
        peer.shows(Event::Reached { target: peer.target.clone() }).await;
        let (bot, server) = (Some("Echo".to_owned()), Some("s 1".to_owned()));
        peer.shows_connected(Dialect::Records, bot, server).await;
        peer
    }

    /// With a server that is known to be a plain one.
    pub(super) async fn plain() -> Self {
        let mut peer = Self::new(DialectChoice::Plain);
        peer.shows_plain().await;
        peer
    }

    pub(super) fn say(&self, id: u64, text: &str) {
        self.window.command(Command::Send { id: MessageId(id), text: text.to_owned() }).unwrap();
    }

    pub(super) async fn writes(&mut self, bytes: impl AsRef<[u8]>) {
        self.server.write_all(bytes.as_ref()).await.unwrap();
    }

    /// The server gets exactly `bytes`, and nothing behind.
    pub(super) async fn reads(&mut self, bytes: &str) {
        self.reads_only(bytes).await;
        self.reads_nothing_for(Duration::ZERO).await;
    }

    /// The server gets `bytes`, whatever is behind.
    pub(super) async fn reads_only(&mut self, bytes: &str) {
        let mut got = vec![0; bytes.len()];
        let read = timeout(Duration::from_mins(1), self.server.read_exact(&mut got)).await;
        assert!(read.is_ok(), "{bytes:?} never came, {:?} did", String::from_utf8_lossy(&got));
        assert_eq!(String::from_utf8_lossy(&got), bytes);
    }

    pub(super) async fn reads_nothing_for(&mut self, time: Duration) {
        let mut more = [0; 64];
        if let Ok(read) = timeout(time, self.server.read(&mut more)).await {
            panic!("{:?} came", String::from_utf8_lossy(&more[..read.unwrap()]));
        }
    }

    pub(super) async fn event(&mut self) -> Event {
        timeout(Duration::from_mins(1), self.window.next_event()).await.unwrap().unwrap()
    }

    pub(super) async fn shows(&mut self, event: Event) {
        assert_eq!(self.event().await, event);
    }

    pub(super) async fn shows_plain(&mut self) {
        self.shows_connected(Dialect::Plain, None, None).await;
    }

    pub(super) async fn shows_connected(
        &mut self,
        dialect: Dialect,
        bot: Option<String>,
        server: Option<String>,
    ) {
        let connected = Connected { bot, server, ..Connected::new(self.target.clone(), dialect) };
        self.shows(Event::Connected(connected)).await;
    }

    /// The window shows `text`, in answer to `id`, from a server that names no bot.
    pub(super) async fn shows_plain_reply(&mut self, id: Option<u64>, text: &str) {
        self.shows(Event::Reply {
            id: id.map(MessageId),
            bot: None,
            text: text.to_owned(),
            is_other_bot: false,
        })
        .await;
    }

    pub(super) async fn is_asking(&mut self, id: u64) {
        self.shows(Event::Accepted { id: MessageId(id), ahead: 0 }).await;
    }

    pub(super) async fn end(&mut self) -> Result<Ended, Leave> {
        timeout(Duration::from_mins(1), self.client.join_next()).await.unwrap().unwrap().unwrap()
    }

    pub(super) async fn is_lost(&mut self, reason: DisconnectReason) {
        assert_eq!(self.end().await.unwrap(), Ended::Lost(reason));
    }
}
