//! A network whose servers do what a seed says: they keep the contract, break it, or go, at any moment.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::io;
use std::pin::{Pin, pin};
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use common::chat::{
    ClientRecord, ErrorReason, FailReason, GoodbyeReason, LineDecoder, MAX_RECORD_BYTES, MAX_TEXT_BYTES,
    ServerKey, ServerRecord, TlsOffer,
};
use common::engine::wait_until;
use common::net::ConnectError;
use common::tls::TlsError;
use tokio::io::{
    AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _, DuplexStream, ReadBuf, duplex,
};
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep, timeout_at};

use super::super::network::{CONNECT_WAIT, Network, Stream};
use super::dice::Dice;
use super::{Ended, Privacy};
use crate::engine::{DialectChoice, DisconnectReason, Target};

/// Most that a pipe holds in each direction.
pub(super) const MAX_PIPE: u64 = 70_000;

/// The message with this number: each eighth has the same size.
pub(super) fn question(id: u64) -> String {
    let size = [0, 0, 3, 40, 300, 3000, 16_000, MAX_TEXT_BYTES][usize::try_from(id % 8).unwrap()];
    filled(&format!("<{id}:"), size)
}

/// What a server that keeps the contract answers to it.
pub(super) fn answer(id: u64) -> String {
    let size = if id.is_multiple_of(29) { 70_000 } else { 60 * (id % 5) };
    filled(&format!("re <{id}:"), usize::try_from(size).unwrap())
}

fn filled(begin: &str, size: usize) -> String {
    // With characters of three bytes, which can be cut.
    format!("{begin}{}{}>", "x".repeat(size % 4), "好".repeat(size / 3))
}

/// The number in a question.
fn number_of(text: &str) -> Option<u64> {
    text.strip_prefix('<')?.split_once(':')?.0.parse().ok()
}

/// What becomes of an attempt to connect, or of the server there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Nature {
    /// It keeps the contract.
    Sound,
    /// It says a verdict twice, speaks of messages of nobody, and says what is not known.
    Babbling,
    /// It says what is no record, and answers plain messages out of turn.
    Garbling,
    /// It never reads.
    Deaf,
    /// It takes the connection and does nothing.
    Mute,
    /// It closes, with this record or with none.
    Refusing(Option<Refusal>),
    /// There is none.
    Missing(Missing),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Refusal {
    Idle,
    Pass,
    SentAway,
    Stops,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Missing {
    Refused,
    Silent,
    Unreachable,
    Name,
}

/// What the network does to a connection, at a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fault {
    Close,
    Reset,
    /// The server is gone, and nobody tells.
    HalfOpen,
    /// Nothing passes for a while.
    Partition(Duration),
}

/// All servers, and what they have seen.
pub(super) struct World {
    dice: RefCell<Dice>,
    /// The key of the server that speaks TLS, and whether it wants nothing else.
    tls: Option<TlsOffer>,
    privacy: Privacy,
    /// From then on each server is a sound one, and stays.
    is_well: watch::Sender<bool>,
    /// Numbers of the messages that each server got whole, in order.
    received: RefCell<Vec<Vec<u64>>>,
    /// How many servers did not keep the contract.
    breaches: Cell<usize>,
    servers: RefCell<JoinSet<()>>,
}

impl World {
    pub(super) fn new(dice: &mut Dice) -> Self {
        let key = ServerKey::of_hash([7; 32]);
        let tls = (dice.within(0..4) == 0).then(|| TlsOffer { key, only: dice.one_of(&[true, false]) });
        Self {
            tls,
            privacy: dice.one_of(&[Privacy::None, Privacy::ThisComputer]),
            is_well: watch::Sender::new(false),
            received: RefCell::default(),
            breaches: Cell::default(),
            servers: RefCell::default(),
            dice: RefCell::new(Dice(dice.throw())),
        }
    }

    pub(super) fn heal(&self) {
        self.is_well.send_replace(true);
    }

    /// Numbers of the messages that a server got whole, in the order in which each got them, one connection after the other.
    pub(super) fn received(&self) -> Vec<u64> {
        self.received.borrow().concat()
    }

    /// Whether all servers are on the computer of the client.
    pub(super) fn is_local(&self) -> bool {
        self.privacy == Privacy::ThisComputer
    }

    pub(super) fn breaches(&self) -> usize {
        self.breaches.get()
    }

    /// Waits until every server has seen the end of its connection.
    pub(super) async fn end(&self) {
        let mut servers = self.servers.take();
        while let Some(ended) = servers.join_next().await {
            ended.unwrap();
        }
    }
}

impl Network for Rc<World> {
    async fn reach(
        &self,
        target: &Target,
        key: Option<ServerKey>,
    ) -> Result<(Box<dyn Stream>, Privacy), Ended> {
        let (mut server, way) = Server::of(self, target);
        sleep(way).await;
        let address = target.clone();
        if let Nature::Missing(missing) = server.nature {
            let reason = match missing {
                Missing::Refused => DisconnectReason::Refused { address },
                Missing::Silent => {
                    sleep(CONNECT_WAIT).await;
                    let seconds = CONNECT_WAIT.as_secs();
                    DisconnectReason::ConnectTimeout { address, seconds }
                }
                Missing::Unreachable => {
                    DisconnectReason::Unreachable { address, error: ConnectError::Broken }
                }
                Missing::Name => DisconnectReason::NoSuchHost { address, why: String::new() },
            };
            return Err(reason.into());
        }
        let privacy = match (key, self.tls) {
            (None, tls) => {
                server.offer = tls;
                self.privacy
            }
            (Some(key), Some(tls)) if key == tls.key => Privacy::Encrypted,
            (Some(_), Some(TlsOffer { key: seen, .. })) => {
                return Err(Ended::OtherKey(seen));
            }
            (Some(_), None) => {
                let tls = Box::new(TlsError::Timeout { seconds: 5 });
                return Err(DisconnectReason::NotEncrypted { address, tls }.into());
            }
        };
        let (ours, theirs) = duplex(server.dice.size(16..MAX_PIPE));
        self.breaches.update(|breaches| breaches + usize::from(!server.keeps_contract()));
        let is_reset = Arc::new(AtomicBool::new(false));
        let wire = Wire { pipe: ours, waiting: 0, is_reset: Arc::clone(&is_reset) };
        self.servers.borrow_mut().spawn_local(server.live(theirs, is_reset));
        Ok((Box::new(wire), privacy))
    }
}

/// The client's end of a connection. One that is reset loses what was on its way.
struct Wire {
    pipe: DuplexStream,
    /// Bytes that were to be written, and were not.
    waiting: usize,
    is_reset: Arc<AtomicBool>,
}

impl Wire {
    fn check(&self) -> io::Result<()> {
        if self.is_reset.load(Ordering::Relaxed) {
            Err(io::ErrorKind::ConnectionReset.into())
        } else {
            Ok(())
        }
    }
}

impl AsyncRead for Wire {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        self.check()?;
        Pin::new(&mut self.pipe).poll_read(cx, buf)
    }
}

impl AsyncWrite for Wire {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        self.check()?;
        let joint = self.waiting.checked_sub(1).and_then(|last| buf.get(last..=self.waiting));
        // A plain server would take both for one.
        assert!(!matches!(joint, Some(b"><" | b"\n<")), "a message joins what waits for a plain server");
        let written = Pin::new(&mut self.pipe).poll_write(cx, buf);
        self.waiting = buf.len() - if let Poll::Ready(Ok(len)) = written { len } else { 0 };
        written
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.pipe).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.pipe).poll_shutdown(cx)
    }
}

/// One server, for one connection.
struct Server {
    world: Rc<World>,
    /// Which connection it is of all.
    number: usize,
    dice: Dice,
    nature: Nature,
    is_plain: bool,
    /// The client was told to speak as this server does.
    is_asked_right: bool,
    fault: Option<(Duration, Fault)>,
    offer: Option<TlsOffer>,
    began: Instant,
    read_pause: Duration,
}

impl Server {
    /// A server, and how long the way to it is.
    fn of(world: &Rc<World>, target: &Target) -> (Self, Duration) {
        let mut dice = Dice(world.dice.borrow_mut().throw());
        let mut received = world.received.borrow_mut();
        received.push(Vec::new());
        let number = received.len() - 1;
        let is_well = *world.is_well.borrow();
        let plain_is_meant = match target.dialect {
            // What offers TLS speaks records.
            DialectChoice::Auto => dice.one_of(&[true, false]) && world.tls.is_none(),
            DialectChoice::Records => false,
            DialectChoice::Plain => true,
        };
        let is_asked_right = is_well || target.dialect == DialectChoice::Auto || dice.within(0..8) > 0;
        let is_plain = plain_is_meant == is_asked_right;
        let nature = match dice.within(0..24) {
            _ if is_well => Nature::Sound,
            0..10 => Nature::Sound,
            10..12 => Nature::Babbling,
            12..14 => Nature::Garbling,
            14 => Nature::Deaf,
            15 => Nature::Mute,
            16..19 => {
                let refusals = [None, Some(Refusal::Idle), Some(Refusal::Stops)];
                Nature::Refusing(dice.one_of(&refusals))
            }
            19 => Nature::Refusing(Some(dice.one_of(&[Refusal::Pass, Refusal::SentAway]))),
            _ => Nature::Missing(dice.one_of(&[
                Missing::Refused,
                Missing::Silent,
                Missing::Unreachable,
                Missing::Name,
            ])),
        };
        let fault = (!is_well && dice.within(0..4) > 0).then(|| {
            let at = dice.within(0..20_000);
            let partition = Fault::Partition(Duration::from_millis(dice.within(0..40_000)));
            let fault = dice.one_of(&[Fault::Close, Fault::Reset, Fault::HalfOpen, partition]);
            (Duration::from_millis(at), fault)
        });
        let way = Duration::from_millis(dice.one_of(&[0, 1, 80, 900]));
        let read_pause = Duration::from_millis(dice.one_of(&[0, 0, 1, 15]));
        let (world, offer, began) = (Rc::clone(world), None, Instant::now() + way);
        let server =
            Self { world, number, dice, nature, is_plain, is_asked_right, fault, offer, began, read_pause };
        (server, way)
    }

    /// Whether nothing breaks the contract on this connection, silence in the middle of a text neither.
    fn keeps_contract(&self) -> bool {
        let has_pause = matches!(self.fault, Some((_, Fault::Partition(_) | Fault::HalfOpen)));
        self.nature == Nature::Sound && self.is_asked_right && !has_pause
    }

    /// Whether the connection can stay when all is well again.
    fn is_sound(&self) -> bool {
        self.keeps_contract() && self.fault.is_none()
    }

    /// Serves until the fault comes, the client is gone, or all is well again.
    async fn live(mut self, pipe: DuplexStream, is_reset: Arc<AtomicBool>) {
        let mut is_well = self.world.is_well.subscribe();
        let stays = self.is_sound() && (*is_well.borrow() || self.dice.one_of(&[true, false]));
        let (fault, began) = (self.fault, self.began);
        let served = async {
            let mut serving = pin!(self.serve(pipe));
            if let Some((at, fault)) = fault {
                if timeout_at(began + at, &mut serving).await.is_ok() {
                    return;
                }
                match fault {
                    Fault::Close => return,
                    Fault::Reset => return is_reset.store(true, Ordering::Relaxed),
                    Fault::HalfOpen => std::future::pending().await,
                    Fault::Partition(time) => sleep(time).await,
                }
            }
            // Where the client is gone first, nothing can be written.
            let _gone = serving.await.is_err();
        };
        tokio::select! {
            biased;
            () = served => (),
            // Whoever is back after a restart knows nothing of earlier connections.
            _ = is_well.wait_for(|is_well| *is_well && !stays) => is_reset.store(true, Ordering::Relaxed),
        }
    }

    async fn serve(&mut self, pipe: DuplexStream) -> io::Result<()> {
        match self.nature {
            Nature::Mute | Nature::Missing(_) => {
                let _held = pipe;
                std::future::pending().await
            }
            Nature::Deaf => self.flood(pipe).await,
            Nature::Refusing(refusal) => self.refuse(pipe, refusal).await,
            _ if self.is_plain => self.serve_plain(pipe).await,
            _ => self.serve_records(pipe).await,
        }
    }

    /// Writes, cut anywhere.
    async fn write(&mut self, pipe: &mut DuplexStream, bytes: impl AsRef<[u8]>) -> io::Result<()> {
        // What a plain server writes with a longer pause is two answers.
        let between = if self.is_plain || self.keeps_contract() { 20 } else { 400 };
        for (piece, pause) in self.dice.pieces(bytes.as_ref(), between, 0) {
            pipe.write_all(&piece).await?;
            sleep(pause).await;
        }
        Ok(())
    }

    fn welcome(&mut self) -> String {
        let (server, bot, max_text_bytes) = ("s".to_owned(), "b".to_owned(), MAX_TEXT_BYTES);
        let welcome = ServerRecord::Welcome { protocol: 1, server, bot, max_text_bytes, tls: self.offer };
        // A record of a later protocol may come with it.
        welcome.encode() + self.dice.one_of(&["", "{\"type\":\"wave\"}\n"])
    }

    async fn flood(&mut self, mut pipe: DuplexStream) -> io::Result<()> {
        let welcome = self.welcome();
        self.write(&mut pipe, welcome).await?;
        for _ in 0..self.dice.within(0..200) {
            let text = "flood".repeat(self.dice.size(0..200));
            let reply = ServerRecord::Reply { id: u64::MAX, bot: String::new(), text };
            pipe.write_all(reply.encode().as_bytes()).await?;
        }
        std::future::pending().await
    }

    async fn refuse(&mut self, mut pipe: DuplexStream, refusal: Option<Refusal>) -> io::Result<()> {
        if self.dice.one_of(&[true, false]) {
            let welcome = self.welcome();
            self.write(&mut pipe, welcome).await?;
            sleep(Duration::from_millis(self.dice.within(0..3000))).await;
        }
        let message = "as the seed wants it".to_owned();
        let record = match refusal {
            None => return Ok(()),
            Some(Refusal::Idle) => ServerRecord::Error { reason: ErrorReason::Idle, message },
            Some(Refusal::Pass) => ServerRecord::Error { reason: ErrorReason::PassWanted, message },
            Some(Refusal::SentAway) => {
                ServerRecord::Goodbye { reason: Some(GoodbyeReason::Disconnected), message }
            }
            Some(Refusal::Stops) => ServerRecord::Goodbye { reason: None, message },
        };
        self.write(&mut pipe, record.encode()).await
    }

    async fn serve_records(&mut self, mut pipe: DuplexStream) -> io::Result<()> {
        let mut lines = LineDecoder::new(MAX_RECORD_BYTES);
        let mut buffer = vec![0; 4096];
        let mut waiting: VecDeque<u64> = VecDeque::new();
        let mut answer_at = None;
        loop {
            let mut said = String::new();
            tokio::select! {
                biased;
                read = pipe.read(&mut buffer) => {
                    let len = read?;
                    if len == 0 {
                        return Ok(());
                    }
                    lines.push(&buffer[..len]);
                    while let Some(line) = lines.next_line() {
                        match ClientRecord::decode(&line.unwrap()) {
                            Ok(ClientRecord::Hello { .. }) => said.push_str(&self.welcome()),
                            Ok(ClientRecord::Say { id, text }) => {
                                assert_eq!(text, question(id), "the text of {id}");
                                self.world.received.borrow_mut()[self.number].push(id);
                                said.push_str(&ServerRecord::Accepted { id, ahead: waiting.len() }.encode());
                                waiting.push_back(id);
                            }
                            Ok(ClientRecord::Cancel { id }) => {
                                if let Some(index) = waiting.iter().position(|one| *one == id) {
                                    waiting.remove(index);
                                    let (reason, message) = (FailReason::Cancelled, String::new());
                                    said.push_str(&ServerRecord::Failed { id, reason, message }.encode());
                                }
                            }
                            Ok(ClientRecord::Unknown) | Err(_) => {
                                let (reason, message) = (ErrorReason::BadRecord, String::new());
                                let error = ServerRecord::Error { reason, message }.encode();
                                return self.write(&mut pipe, error).await;
                            }
                        }
                    }
                    sleep(self.read_pause).await;
                }
                () = wait_until(answer_at), if !waiting.is_empty() => {
                    answer_at = None;
                    if let Some(id) = waiting.pop_front() {
                        said = self.records_about(id);
                    }
                }
            }
            self.write(&mut pipe, said).await?;
            let thinks = Duration::from_millis(self.dice.one_of(&[0, 0, 10, 800, 5000]));
            answer_at = answer_at.or((!waiting.is_empty()).then(|| Instant::now() + thinks));
        }
    }

    /// What is said about a message, up to its end.
    fn records_about(&mut self, id: u64) -> String {
        let mut said = String::new();
        let mut say = |record: ServerRecord| said.push_str(&record.encode());
        let text = answer(id);
        if self.nature == Nature::Babbling {
            say(ServerRecord::Unknown);
            say(ServerRecord::Accepted { id: id + 1, ahead: 3 });
            say(ServerRecord::Part { id: u64::MAX, bot: String::new(), text: "nobody's".to_owned() });
        }
        if self.nature == Nature::Garbling && self.dice.within(0..3) == 0 {
            return self
                .dice
                .one_of(&["what?\n", "{}\n", "{\"type\":\"reply\",\"id\":1}\n", "\u{7}\n"])
                .to_owned();
        }
        if self.dice.one_of(&[true, false]) {
            say(ServerRecord::Thinking { id, text: String::new() });
        }
        let mut parts = self.dice.within(0..4);
        let mut rest = text.as_str();
        while let (1.., Some((at, _))) = (parts, rest.char_indices().nth(self.dice.size(1..200))) {
            let (part, after) = rest.split_at(at);
            say(ServerRecord::Part { id, bot: String::new(), text: part.to_owned() });
            (parts, rest) = (parts - 1, after);
        }
        if !*self.world.is_well.borrow() && self.dice.within(0..5) == 0 {
            say(ServerRecord::Failed { id, reason: FailReason::BotFailed, message: String::new() });
        } else {
            say(ServerRecord::Reply { id, bot: String::new(), text });
        }
        if self.nature == Nature::Babbling {
            say(ServerRecord::Reply { id, bot: "twice".to_owned(), text: "again".to_owned() });
            say(ServerRecord::Failed { id, reason: FailReason::Blank, message: String::new() });
        }
        said
    }

    /// One message after the other, as the original server does.
    async fn serve_plain(&mut self, mut pipe: DuplexStream) -> io::Result<()> {
        let mut bytes = Vec::new();
        let mut buffer = vec![0; 4096];
        let mut is_greeted = false;
        loop {
            let len = pipe.read(&mut buffer).await?;
            if len == 0 {
                return Ok(());
            }
            bytes.extend_from_slice(&buffer[..len]);
            sleep(self.read_pause).await;
            loop {
                let end = if bytes.first() == Some(&b'{') { b'\n' } else { b'>' };
                let Some(at) = bytes.iter().position(|byte| *byte == end) else { break };
                let rest = bytes.split_off(at + 1);
                let text = std::mem::replace(&mut bytes, rest);
                let text = String::from_utf8_lossy(&text);
                match number_of(&text) {
                    Some(id) => self.answer_plain(&mut pipe, id, &text).await?,
                    None if is_greeted => (),
                    None => {
                        is_greeted = true;
                        self.answer_hello(&mut pipe).await?;
                    }
                }
            }
        }
    }

    /// Answers a hello that it does not understand: soon, or after the client has taken it to be silent, or never.
    async fn answer_hello(&mut self, pipe: &mut DuplexStream) -> io::Result<()> {
        let thinks = Duration::from_millis(self.dice.one_of(&[0, 100, 1300, 2200, 4000]));
        sleep(thinks).await;
        let late = self.began.elapsed().as_millis();
        if self.dice.within(0..3) > 0 && matches!(late, 0..1600 | 2100..4500) {
            let said = self.dice.one_of(&["What?", "{", "{\"type\":\"hello\"}\n", "好"]);
            self.write(pipe, said).await?;
        }
        sleep(Duration::from_millis(30)).await;
        Ok(())
    }

    async fn answer_plain(&mut self, pipe: &mut DuplexStream, id: u64, text: &str) -> io::Result<()> {
        assert_eq!(text, question(id), "the text of {id}");
        self.world.received.borrow_mut()[self.number].push(id);
        sleep(Duration::from_millis(self.dice.one_of(&[30, 30, 500, 4000, 12_000]))).await;
        if self.keeps_contract() {
            self.write(pipe, answer(id)).await?;
        } else {
            for _ in 0..self.dice.within(0..3) {
                let noise = ["hm", "\u{feff}\r\n", "{\"type\":\"welcome\",\"protocol\":1}\n"];
                let noise = self.dice.one_of(&noise);
                self.write(pipe, noise).await?;
                sleep(Duration::from_millis(self.dice.within(0..60))).await;
            }
        }
        // Then a pause, as two answers without one are one.
        sleep(Duration::from_millis(30)).await;
        Ok(())
    }
}
