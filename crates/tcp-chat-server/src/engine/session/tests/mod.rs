//! Sessions over a pipe in memory, in a time that stands still while nobody waits.

mod access;
mod encryption;
mod limits;
mod parts;
mod plain;
mod records;
mod seeds;
mod stop;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use common::chat::{FailReason, MAX_WAITING_BYTES, ServerRecord};
use common::encoding::{Encoding, EncodingChoice};
use common::engine::{SystemClock, Waker, link};
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader, DuplexStream};
use tokio::task::JoinSet;
use tokio::time::Instant;

use crate::bot::{Asking, Bot, BotError, Chain, ConversationId, GuardedBot, Question, ReplyStream};
use crate::config::Limits;
use crate::engine::access::AccessControl;
use crate::engine::budget::Budget;
use crate::engine::context::ServerContext;
use crate::engine::handshake;
use crate::engine::publisher::Publisher;
use crate::engine::registry::Registry;
use crate::engine::{ClientId, ClientRow, ClientState, DisconnectReason, Event, Handle, Snapshot};

/// Does what the question says.
#[derive(Debug, Default)]
struct Script {
    asked: Arc<AtomicUsize>,
    dropped: Arc<AtomicUsize>,
    forgotten: Arc<AtomicUsize>,
}

/// Counts the calls that were not finished.
struct Unfinished(Arc<AtomicUsize>);

impl Drop for Unfinished {
    fn drop(&mut self) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }
}

impl Bot for Script {
    fn forget(&self, _conversation: ConversationId) {
        self.forgotten.fetch_add(1, Ordering::Relaxed);
    }

    fn ask<'a>(&'a self, question: &'a Question, parts: &'a ReplyStream) -> Asking<'a> {
        self.asked.fetch_add(1, Ordering::Relaxed);
        let unfinished = Unfinished(Arc::clone(&self.dropped));
        Box::pin(async move {
            let (what, amount) = question.text.split_once(' ').unwrap_or((&question.text, ""));
            let result = match what {
                "hang" => std::future::pending().await,
                "panic" => panic!("as the question wants it"),
                "fail" => Err(BotError::Refused { text: "over\nlimit".to_owned() }),
                "big" => Ok("x".repeat(amount.parse().unwrap_or_default())),
                "quotes" => Ok("\"\n".repeat(amount.parse().unwrap_or_default()) + "\"\""),
                "slow" => {
                    tokio::time::sleep(Duration::from_secs(amount.parse().unwrap_or_default())).await;
                    Ok(format!("slowly {amount}"))
                }
                "parts" => {
                    for piece in amount.split(' ') {
                        parts.push(piece).unwrap();
                        tokio::time::sleep(Duration::from_secs(1)).await;
                    }
                    Ok("!".to_owned())
                }
                "think" => {
                    for piece in amount.split(' ') {
                        parts.think(piece);
                        tokio::time::sleep(Duration::from_secs(1)).await;
                    }
                    parts.push("so").unwrap();
                    Ok("!".to_owned())
                }
                "escaped" => {
                    for _ in 0..amount.parse().unwrap_or_default() {
                        parts.push(&"\"".repeat(10_000)).unwrap();
                        tokio::time::sleep(Duration::from_millis(1)).await;
                    }
                    Ok(String::new())
                }
                "many" => {
                    for _ in 0..amount.parse().unwrap_or_default() {
                        parts.push(&"x".repeat(10_000)).unwrap();
                        tokio::time::sleep(Duration::from_millis(1)).await;
                    }
                    Ok(String::new())
                }
                _ => Ok(format!("re: {}", question.text)),
            };
            std::mem::forget(unfinished);
            result
        })
    }
}

/// A server with as many clients as a test wants.
struct Server {
    context: Arc<ServerContext>,
    handle: Handle,
    asked: Arc<AtomicUsize>,
    dropped: Arc<AtomicUsize>,
    forgotten: Arc<AtomicUsize>,
    sessions: JoinSet<()>,
}

impl Server {
    fn new() -> Self {
        Self::with(MAX_WAITING_BYTES, AccessControl::default())
    }

    /// A server with this access.
    fn behind(access: AccessControl) -> Self {
        Self::with(MAX_WAITING_BYTES, access)
    }

    /// A server at which so many bytes of messages may wait.
    fn with_waiting(max: usize) -> Self {
        Self::with(max, AccessControl::default())
    }

    fn with(max: usize, access: AccessControl) -> Self {
        let (handle, link) = link(Waker::none(), Snapshot::default());
        let publisher = Arc::new(Publisher::new(link.events, link.snapshot));
        let registry = Arc::new(Registry::new(Arc::clone(&publisher), Arc::new(SystemClock)));
        let bot = Script::default();
        let (asked, dropped) = (Arc::clone(&bot.asked), Arc::clone(&bot.dropped));
        let forgotten = Arc::clone(&bot.forgotten);
        let chain = Chain::new(vec![GuardedBot::new("Script", Box::new(bot))], Arc::new(SystemClock));
        let context = ServerContext::new(publisher, registry, chain, Limits::default(), EncodingChoice::Auto);
        let context = Arc::new(ServerContext { waiting: Budget::new(max), access, ..context });
        Self { context, handle, asked, dropped, forgotten, sessions: JoinSet::new() }
    }

    /// A client whose pipe holds `pipe` bytes in each direction.
    fn connect(&mut self, pipe: usize) -> Client {
        let (ours, theirs) = tokio::io::duplex(pipe);
        let (reader, writer) = tokio::io::split(theirs);
        let addr = "127.0.0.1:46114".parse().unwrap();
        let guard = self.context.registry.admit(addr, self.context.limits).unwrap();
        self.sessions.spawn(super::run(Arc::clone(&self.context), guard, reader, writer, false));
        Client { stream: BufReader::new(ours) }
    }

    /// A client from `from` that is at the beginning, and may want TLS.
    fn greet(&mut self, from: &str, pipe: usize) -> DuplexStream {
        let (ours, theirs) = tokio::io::duplex(pipe);
        let (reader, writer) = tokio::io::split(theirs);
        let guard = self.context.registry.admit(from.parse().unwrap(), self.context.limits).unwrap();
        self.sessions.spawn(handshake::run(Arc::clone(&self.context), guard, reader, writer));
        ours
    }

    /// Connects a client that has said nothing yet.
    fn meet(&mut self, from: &str) -> Client {
        Client { stream: BufReader::new(self.greet(from, WIDE)) }
    }

    /// Why the next client goes.
    async fn disconnected(&mut self) -> DisconnectReason {
        loop {
            if let Event::Disconnected { reason, .. } = self.handle.next_event().await.unwrap() {
                return reason;
            }
        }
    }

    /// Waits for the next reply of the bot.
    async fn answered(&mut self) {
        while !matches!(self.handle.next_event().await.unwrap(), Event::Answered { .. }) {}
    }

    fn asked(&self) -> usize {
        self.asked.load(Ordering::Relaxed)
    }

    /// The table's row of the first client.
    fn row(&self) -> ClientRow {
        self.context.publisher.publish();
        self.handle.snapshot().clients[&ClientId(1)].clone()
    }

    fn dropped(&self) -> usize {
        self.dropped.load(Ordering::Relaxed)
    }
}

/// The other end of a session.
struct Client {
    stream: BufReader<DuplexStream>,
}

impl Client {
    async fn send(&mut self, bytes: impl AsRef<[u8]>) {
        self.stream.get_mut().write_all(bytes.as_ref()).await.unwrap();
    }

    /// Ends this side.
    async fn half_close(&mut self) {
        self.stream.get_mut().shutdown().await.unwrap();
    }

    async fn line(&mut self) -> String {
        let mut line = String::new();
        self.stream.read_line(&mut line).await.unwrap();
        line
    }

    /// As many bytes as `expected` has.
    async fn expect(&mut self, expected: &str) {
        let mut bytes = vec![0; expected.len()];
        self.stream.read_exact(&mut bytes).await.unwrap();
        assert_eq!(String::from_utf8_lossy(&bytes), expected);
    }

    /// All that comes until the server closes.
    async fn rest(&mut self) -> String {
        let mut rest = String::new();
        self.stream.read_to_string(&mut rest).await.unwrap();
        rest
    }

    async fn record(&mut self) -> ServerRecord {
        ServerRecord::decode(self.line().await.as_bytes()).unwrap()
    }

    async fn say(&mut self, id: u64, text: &str) {
        self.send(common::chat::ClientRecord::Say { id, text: text.to_owned() }.encode()).await;
    }

    async fn cancel(&mut self, id: u64) {
        self.send(common::chat::ClientRecord::Cancel { id }.encode()).await;
    }

    /// Says hello and reads the welcome.
    async fn hello(&mut self) {
        self.send(HELLO).await;
        assert!(matches!(self.record().await, ServerRecord::Welcome { .. }));
    }
}

const HELLO: &str = "{\"type\":\"hello\",\"protocol\":1,\"client\":\"test\"}\n";

/// More than any test sends.
const WIDE: usize = 1 << 24;

/// Milliseconds since `start`, in the time that the test sees.
fn millis(start: Instant) -> u128 {
    start.elapsed().as_millis()
}
