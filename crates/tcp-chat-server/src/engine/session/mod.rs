//! One client, from its connection to its end.
//!
//! The way of a message: [`Session::wake`] reads bytes, the [`Inbox`] makes [`Request`]s of them,
//! [`Session::handle`] puts them into the [`Queue`], [`Session::advance`] has the bots asked for one after
//! the other, [`Session::answered`] puts the reply into the [`Outbox`], and `wake` writes that.
//!
//! A `say` that cannot be taken (blank, too long, too many waiting, the server stops) is answered with
//! `failed` at once, without `accepted`. What was accepted is answered in the order of the messages, and so
//! is everything that a plain client sends. A fault ends the connection in its turn: what was said before
//! the fault is still answered, so that the outcome does not depend on timing.

mod admission;
mod ending;
mod inbox;
mod outbox;
mod queue;
#[cfg(test)]
mod tests;

use std::io;
use std::mem::MaybeUninit;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use common::chat::{ErrorReason, LineBreak, MAX_TEXT_BYTES, MAX_WAITING, PROTOCOL, ServerRecord};
use common::encoding::Encoding;
use common::engine::{is_overdue, wait_until};
use common::net::ConnectError;
use futures_util::future::BoxFuture;
use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt as _, ReadBuf};
use tokio::time::Instant;

use self::admission::{Admission, PASS_COMMAND, Rejection};
use self::ending::{Ending, Standing, Stopping};
use self::inbox::{Fault, Inbox, Request};
use self::outbox::{Outbox, PlainForm, ReplyTo};
use self::queue::{Queue, QueuedRequest, Text};
use super::budget::Share;
use super::context::ServerContext;
use super::registry::ClientGuard;
use super::{ClientId, ClientState, DisconnectReason, Event, Excerpt};
use crate::bot::{AskError, ConversationId, Piece, Question, Reply, ReplyStream};

pub(super) use self::ending::{ANSWER_GRACE, WRITE_GRACE};
pub(super) use self::outbox::server_line;

/// How long the server waits for the client to close a connection that the server ends: closing while bytes
/// still come would reset the connection, and the client would lose the last words.
pub(super) const LINGER: Duration = Duration::from_millis(300);

/// A client that neither sends nor gets anything for this long is taken to be gone.
pub(super) const IDLE_WAIT: Duration = Duration::from_mins(30);

/// Bytes of a begun message that do not count against the memory of all clients: one that sends little is heard even where
/// others have filled that.
const FREE_INBOX_BYTES: usize = 4096;

/// Most that is read at once.
const READ_BYTES: usize = 16 * 1024;

/// Runs a session until its connection has ended. Nobody else can read the connection where it `is_encrypted`.
/// Dropping the future drops the call to a bot, too.
pub(super) async fn run(
    context: Arc<ServerContext>,
    guard: ClientGuard,
    mut reader: impl AsyncRead + Unpin,
    mut writer: impl AsyncWrite + Unpin,
    is_encrypted: bool,
) {
    let (stop, kick) = (context.stop.clone(), Arc::clone(&guard.kick));
    let ending = async {
        tokio::select! {
            biased;
            () = stop.cancelled() => Ending::Stop,
            () = kick.notified() => Ending::Kick,
        }
    };
    let ending = std::pin::pin!(ending);
    let mut session = Session::new(context, guard, is_encrypted);
    let reason = session.talk(ending, &mut reader, &mut writer).await;
    let is_own_end = matches!(
        reason,
        DisconnectReason::AtFault { .. } | DisconnectReason::Stopped | DisconnectReason::ByUser { .. }
    );
    // The client stays in the table until the connection has ended.
    let _guard = session.into_guard(reason);
    if is_own_end {
        lingering_close(reader, writer).await;
    } else {
        let _late = tokio::time::timeout(LINGER, writer.shutdown()).await.is_err();
    }
}

/// Ends a connection so that the client can still read what was written last. With TLS the goodbye waits behind all that the
/// client does not read.
pub(super) async fn lingering_close(mut reader: impl AsyncRead + Unpin, mut writer: impl AsyncWrite + Unpin) {
    let close = async {
        if writer.shutdown().await.is_ok() {
            while read(&mut reader).await.is_ok_and(|bytes| !bytes.is_empty()) {}
        }
    };
    let _still_open = tokio::time::timeout(LINGER, close).await.is_err();
}

/// Reads what there is, nothing at the end. The buffer is on the stack, so that an idle client has none.
async fn read(reader: &mut (impl AsyncRead + Unpin)) -> io::Result<Vec<u8>> {
    std::future::poll_fn(|cx| {
        let mut space = [const { MaybeUninit::uninit() }; READ_BYTES];
        let mut buffer = ReadBuf::uninit(&mut space);
        Pin::new(&mut *reader).poll_read(cx, &mut buffer).map_ok(|()| buffer.filled().to_vec())
    })
    .await
}

/// A request that runs: the bots are asked, or it waits for a permit to ask them.
struct Running {
    reply_to: ReplyTo,
    /// The reply while it comes.
    parts: Arc<ReplyStream>,
    /// Whether some of the reply went out already.
    has_parts: bool,
    outcome: BoxFuture<'static, Outcome>,
}

/// How the bots' answer turned out, and how long it took.
type Outcome = (Result<Reply, AskError>, Duration);

async fn ask(
    context: Arc<ServerContext>,
    client: ClientId,
    Text { text, share: _share }: Text,
    parts: Arc<ReplyStream>,
) -> Outcome {
    // The semaphore is never closed, so `acquire` cannot fail.
    let _permit = context.calls.acquire().await.ok();
    context.publisher.set_state(client, ClientState::Asking);
    let started = Instant::now();
    let question = Question { text, conversation: ConversationId(client.0) };
    let result = context.chain.ask(&question, &parts).await;
    (result, started.elapsed())
}

/// What a session waits for.
enum Wake {
    End(Ending),
    Wrote(io::Result<usize>),
    Flushed(io::Result<()>),
    Piece(Piece),
    Answered(Outcome),
    Read(io::Result<Vec<u8>>),
    Time,
}

struct Session {
    context: Arc<ServerContext>,
    guard: ClientGuard,
    inbox: Inbox,
    /// The encoding of a plain client that was reported last.
    told_encoding: Encoding,
    /// The share of the memory of all clients that the inbox holds.
    inbox_share: Share,
    queue: Queue,
    running: Option<Running>,
    outbox: Outbox,
    /// The client will say no more; what it said is still answered.
    is_half_closed: bool,
    stopping: Option<Stopping>,
    is_encrypted: bool,
    admission: Admission,
    standing: Standing,
    /// When bytes last came or went.
    active_at: Instant,
}

impl Session {
    fn new(context: Arc<ServerContext>, guard: ClientGuard, is_encrypted: bool) -> Self {
        let active_at = guard.active_at;
        Self {
            is_encrypted,
            admission: Admission::new(&context.access, guard.client.addr.ip(), is_encrypted),
            inbox: Inbox::new(context.encoding),
            inbox_share: context.waiting.share(),
            told_encoding: context.encoding.first(),
            context,
            guard,
            queue: Queue::default(),
            running: None,
            outbox: Outbox::default(),
            is_half_closed: false,
            stopping: None,
            standing: Standing::Good,
            active_at,
        }
    }

    /// Drops everything but the client's place in the table.
    fn into_guard(self, reason: DisconnectReason) -> ClientGuard {
        self.context.chain.forget(ConversationId(self.guard.client.id.0));
        let mut guard = self.guard;
        guard.reason = reason;
        guard
    }

    /// Talks with the client until there is nothing left to say.
    async fn talk(
        &mut self,
        mut ending: Pin<&mut impl Future<Output = Ending>>,
        reader: &mut (impl AsyncRead + Unpin),
        writer: &mut (impl AsyncWrite + Unpin),
    ) -> DisconnectReason {
        loop {
            self.advance();
            if let Some(reason) = self.reason_to_end() {
                return reason;
            }
            let wake = self.wake(ending.as_mut(), reader, writer).await;
            let now = Instant::now();
            match wake {
                Wake::End(ending) => self.stop(ending, now),
                Wake::Wrote(Ok(0)) => {
                    let reason = "the connection takes no more".to_owned();
                    return self.broken(ConnectError::Other { reason });
                }
                Wake::Wrote(Ok(len)) => {
                    self.active_at = now;
                    self.context.publisher.wrote(self.guard.client.id, len);
                    self.outbox.advance(len, now);
                    if !self.is_encrypted {
                        // A socket keeps nothing back: a flush would only be one more turn.
                        self.outbox.flushed();
                    }
                }
                Wake::Flushed(Ok(())) => self.outbox.flushed(),
                // The client ended the connection without TLS's goodbye, as many do. A message without an end may have been
                // cut, and is dropped.
                Wake::Read(Err(error)) if error.kind() == io::ErrorKind::UnexpectedEof => {
                    self.is_half_closed = true;
                    let requests = self.inbox.cut();
                    self.handle(requests, now);
                }
                Wake::Wrote(Err(error)) | Wake::Flushed(Err(error)) | Wake::Read(Err(error)) => {
                    return self.broken(ConnectError::from(&error));
                }
                Wake::Piece(piece) => self.piece(piece, now),
                Wake::Answered(outcome) => self.answered(outcome, now),
                Wake::Read(Ok(bytes)) if bytes.is_empty() => {
                    self.is_half_closed = true;
                    let requests = self.inbox.end();
                    self.handle(requests, now);
                }
                Wake::Read(Ok(bytes)) => {
                    self.active_at = now;
                    self.context.publisher.read(self.guard.client.id, bytes.len());
                    let requests = self.inbox.push(&bytes, now);
                    self.handle(requests, now);
                }
                Wake::Time if self.outbox.deadline().is_some_and(|deadline| now >= deadline) => {
                    return DisconnectReason::SlowReader;
                }
                Wake::Time => {
                    let requests = self.inbox.time_passed(now);
                    self.handle(requests, now);
                    self.standing.time_passed(now);
                    if let Some(stopping) = self.stopping
                        && now >= stopping.close_at()
                    {
                        return stopping.ending.reason(self.inbox.is_records());
                    }
                    if self.idle_deadline().is_some_and(|deadline| now >= deadline) {
                        self.idle();
                    }
                }
            }
        }
    }

    /// Waits for the first of all that can happen.
    async fn wake(
        &mut self,
        ending: Pin<&mut impl Future<Output = Ending>>,
        reader: &mut (impl AsyncRead + Unpin),
        writer: &mut (impl AsyncWrite + Unpin),
    ) -> Wake {
        let is_reading = !self.is_half_closed && !self.outbox.is_full();
        let now = Instant::now();
        let deadlines = [
            self.outbox.deadline(),
            self.outbox.held_until().filter(|until| now < *until),
            // While nothing is read, nobody knows whether the client is quiet.
            self.inbox.deadline().filter(|_| is_reading),
            self.stopping.map(|stopping| stopping.deadline(now)),
            self.standing.deadline(),
            self.idle_deadline(),
        ];
        let deadline = deadlines.into_iter().flatten().min();
        // What a slow reader was not sent yet comes in one piece when it reads again.
        let takes_parts = !self.outbox.is_full();
        let running = async {
            let Some(Running { reply_to, parts, outcome, .. }) = &mut self.running else {
                return std::future::pending().await;
            };
            tokio::select! {
                biased;
                outcome = outcome => Wake::Answered(outcome),
                piece = parts.next(), if takes_parts && matches!(reply_to, ReplyTo::Record(_)) => Wake::Piece(piece),
            }
        };
        let is_due = self.outbox.is_due(now);
        let sending = async {
            if is_due {
                Wake::Wrote(writer.write(self.outbox.front()).await)
            } else {
                Wake::Flushed(writer.flush().await)
            }
        };
        // In this order: a client that never pauses must not keep its answers from going out, and what has
        // arrived comes before the clock says that nothing did.
        tokio::select! {
            biased;
            ending = ending, if self.stopping.is_none() => Wake::End(ending),
            wake = sending, if is_due || self.outbox.is_unflushed() => wake,
            wake = running => wake,
            bytes = read(reader), if is_reading && !is_overdue(deadline) => Wake::Read(bytes),
            () = wait_until(deadline) => Wake::Time,
        }
    }

    /// Does at once what can be done at once; the rest waits for its turn.
    fn handle(&mut self, requests: Vec<Request>, now: Instant) {
        if !self.inbox_share.set(self.inbox.held().saturating_sub(FREE_INBOX_BYTES)) {
            self.end_for(ErrorReason::ServerFull, self.server_full().to_string());
            self.inbox_share.set(0);
        }
        let encoding = self.inbox.encoding();
        if std::mem::replace(&mut self.told_encoding, encoding) != encoding {
            let client = self.guard.client;
            self.context.publisher.tell(Event::Encoding { client, encoding });
        }
        for request in requests {
            match request {
                Request::Hello { pass } => {
                    let pass = pass.as_ref().map(|pass| pass.0.as_str());
                    match self.admission.hello(&self.context.access, pass, now) {
                        Ok(()) => self.welcome(now),
                        Err(rejection) => return self.reject(rejection),
                    }
                }
                // A pass phrase that is not wanted, or is said once more, is for no bot and no log.
                Request::Say { reply_to: ReplyTo::Plain(_), text: Ok(text) }
                    if self.admission.is_admitted() && text.trim_start().starts_with(PASS_COMMAND) => {}
                Request::Say { text, .. } if !self.admission.is_admitted() => {
                    let (text, is_records) = (text.unwrap_or_default(), self.inbox.is_records());
                    let said = self.admission.say(&self.context.access, text.trim(), is_records, now);
                    if let Err(rejection) = said {
                        return self.reject(rejection);
                    }
                }
                Request::Say { reply_to, .. } if self.is_open(reply_to) => {
                    let message = "a message with this id still waits for its answer".to_owned();
                    return self.end_for(ErrorReason::DuplicateId, message);
                }
                Request::Say { reply_to, text: Ok(text) } => match self.stopping {
                    Some(Stopping { ending, .. }) => self.refuse(reply_to, ending.error(), now),
                    None => self.accept(reply_to, text, now),
                },
                Request::Say { reply_to, text: Err(error) } => self.refuse(reply_to, error, now),
                Request::Cancel { id } => self.cancel(ReplyTo::Record(id), now),
                Request::Fault(fault) => self.blame(fault),
            }
            // Before the next one, so that the limits do not depend on how many messages came together.
            self.advance();
        }
    }

    fn welcome(&mut self, now: Instant) {
        let welcome = ServerRecord::Welcome {
            protocol: PROTOCOL,
            server: concat!(env!("CARGO_PKG_NAME"), " ", env!("CARGO_PKG_VERSION")).to_owned(),
            bot: self.context.chain.names().next().unwrap_or_default().to_owned(),
            max_text_bytes: MAX_TEXT_BYTES,
            tls: self.context.access.offer().filter(|_| !self.is_encrypted),
        };
        self.outbox.push(welcome.encode(), now);
    }

    fn accept(&mut self, reply_to: ReplyTo, text: String, now: Instant) {
        let excerpt = Excerpt::new(&text);
        let ahead = self.queue.to_ask() + usize::from(self.running.is_some());
        let mut share = self.context.waiting.share();
        if !share.set(text.len()) {
            return self.refuse(reply_to, self.server_full(), now);
        }
        let text = Text { text, share };
        if self.queue.push(QueuedRequest { reply_to, text: Ok(text) }) {
            self.context.publisher.asked(self.guard.client, excerpt, self.queue.len());
            if let ReplyTo::Record(id) = reply_to {
                self.outbox.push_soon(ServerRecord::Accepted { id, ahead }.encode(), now);
            }
        } else if let ReplyTo::Record(_) = reply_to {
            self.fail(reply_to, AskError::QueueFull { max: MAX_WAITING }, now);
        }
    }

    /// What the server itself says to a plain client, which may have said nothing yet.
    fn server_line(&self, message: &str) -> Vec<u8> {
        PlainForm { line_break: Some(LineBreak::Lf), encoding: self.inbox.encoding() }.server_line(message)
    }

    fn server_full(&self) -> AskError {
        AskError::ServerFull { max: self.context.waiting.max() }
    }

    /// A plain client reads its answers in the order of its messages; a records client knows them by id.
    fn refuse(&mut self, reply_to: ReplyTo, error: AskError, now: Instant) {
        match reply_to {
            ReplyTo::Record(_) => self.fail(reply_to, error, now),
            ReplyTo::Plain(_) => _ = self.queue.push(QueuedRequest { reply_to, text: Err(error) }),
        }
    }

    fn cancel(&mut self, reply_to: ReplyTo, now: Instant) {
        if self.running.as_ref().is_some_and(|running| running.reply_to == reply_to) {
            self.running = None;
            self.context.publisher.set_state(self.guard.client.id, ClientState::Idle);
            self.fail(reply_to, AskError::Cancelled, now);
        } else {
            self.queue.cancel(reply_to);
        }
    }

    /// Has the bots asked the next question, and answers what needs no bot.
    fn advance(&mut self) {
        let now = Instant::now();
        let too_late = self.stopping.filter(|stopping| now >= stopping.fail_at);
        if let Some(stopping) = too_late
            && let Some(running) = self.running.take()
        {
            self.fail(running.reply_to, stopping.ending.error(), now);
        }
        while self.running.is_none() && !self.outbox.is_full() {
            match (self.queue.pop(), too_late) {
                (Some(QueuedRequest { reply_to, text: Err(error) }), _) => self.fail(reply_to, error, now),
                (Some(QueuedRequest { reply_to, .. }), Some(stopping)) => {
                    self.fail(reply_to, stopping.ending.error(), now);
                }
                (Some(QueuedRequest { reply_to, text: Ok(text) }), None) => self.start(reply_to, text),
                (None, _) => {
                    let Standing::AtFault(Fault { reason, message }) = &self.standing else { break };
                    let (reason, message) = (*reason, message.clone());
                    let last = if self.inbox.is_records() {
                        ServerRecord::Error { reason, message: message.clone() }.encode().into_bytes()
                    } else {
                        self.server_line(&message)
                    };
                    self.outbox.push(last, now);
                    self.standing = Standing::Told(DisconnectReason::AtFault { reason, message });
                }
            }
        }
    }

    fn start(&mut self, reply_to: ReplyTo, text: Text) {
        let client = self.guard.client.id;
        self.context.publisher.turn(client, self.queue.len());
        let parts = Arc::new(ReplyStream::default());
        let outcome = Box::pin(ask(Arc::clone(&self.context), client, text, Arc::clone(&parts)));
        self.running = Some(Running { reply_to, parts, has_parts: false, outcome });
    }

    /// The next piece of a reply that comes piece by piece, or of what is thought before it.
    fn piece(&mut self, piece: Piece, now: Instant) {
        if let Some(Running { reply_to: ReplyTo::Record(id), has_parts, parts, .. }) = &mut self.running {
            let id = *id;
            let record = match piece {
                Piece::Thought(text) => ServerRecord::Thinking { id, text },
                Piece::Reply(text) => {
                    let is_first = !std::mem::replace(has_parts, true);
                    let bot = if is_first { parts.bot() } else { String::new() };
                    ServerRecord::Part { id, bot, text }
                }
            };
            self.outbox.push(record.encode(), now);
        }
    }

    fn answered(&mut self, (result, elapsed): Outcome, now: Instant) {
        // A reply that came as a whole has no parts; one that came in pieces has a last one.
        let streamed = self.running.as_ref().filter(|running| running.has_parts);
        if let Some(text) = streamed.and_then(|running| running.parts.take()) {
            self.piece(Piece::Reply(text), now);
        }
        let Some(Running { reply_to, .. }) = self.running.take() else { return };
        match result {
            Ok(reply) => {
                self.context.publisher.answered(self.guard.client, &reply, elapsed);
                self.outbox.push(reply_to.reply(reply.bot, reply.text), now);
            }
            Err(error) => {
                self.context.publisher.set_state(self.guard.client.id, ClientState::Idle);
                self.fail(reply_to, error, now);
            }
        }
    }

    fn fail(&mut self, reply_to: ReplyTo, error: AskError, now: Instant) {
        self.outbox.push(reply_to.failed(&error), now);
        self.context.publisher.failed(self.guard.client, error);
    }

    /// The session is to end: what is asked gets the grace, nothing new is taken.
    fn stop(&mut self, ending: Ending, now: Instant) {
        if matches!(self.standing, Standing::Rejected(_)) {
            // What it guessed does not matter any more.
            self.standing = Standing::Good;
        }
        if !matches!(self.standing, Standing::Good) {
            // The client has its last words, or will get them.
        } else if self.inbox.is_records() {
            self.outbox.push(ending.goodbye().encode(), now);
        } else {
            // What waits for its quiet gap was said before the stop.
            let requests = self.inbox.end();
            self.handle(requests, now);
            // Where a question is open, its answer tells the client why.
            if ending == Ending::Kick && !self.is_busy() {
                self.outbox.push(self.server_line(&ending.error().to_string()), now);
            }
        }
        self.stopping = Some(Stopping::new(ending, now));
    }

    /// The client said nothing for too long.
    fn idle(&mut self) {
        let message = format!("nothing was said for {} minutes", IDLE_WAIT.as_secs() / 60);
        self.end_for(ErrorReason::Idle, message);
    }

    /// Reads no more, and ends the connection for this fault once everything that was said is answered.
    fn end_for(&mut self, reason: ErrorReason, message: String) {
        self.inbox.ignore();
        self.blame(Fault { reason, message });
    }

    /// The client may not talk. A connection has one guess: nothing after it is read.
    fn reject(&mut self, rejection: Rejection) {
        self.inbox.ignore();
        if matches!(self.standing, Standing::Good) {
            self.standing = Standing::Rejected(rejection);
        }
    }

    /// Of several faults the first counts.
    fn blame(&mut self, fault: Fault) {
        if matches!(self.standing, Standing::Good) {
            self.standing = Standing::AtFault(fault);
        }
    }

    fn broken(&self, network: ConnectError) -> DisconnectReason {
        // A client that has closed both ways at once looks half-closed until it is written to. One that has said
        // nothing only looked whether somebody listens: a port scanner, a health check.
        if self.is_half_closed || !self.inbox.has_heard() {
            DisconnectReason::ClosedByClient
        } else {
            DisconnectReason::Broken { network }
        }
    }

    /// Whether a record with this id was not answered yet.
    fn is_open(&self, reply_to: ReplyTo) -> bool {
        let is_running = self.running.as_ref().is_some_and(|running| running.reply_to == reply_to);
        matches!(reply_to, ReplyTo::Record(_)) && (is_running || self.queue.contains(reply_to))
    }

    /// Whether the client is still to be answered.
    fn is_busy(&self) -> bool {
        self.running.is_some() || !self.queue.is_empty() || self.standing.is_open()
    }

    /// When the client has said nothing for too long; `None` while anything else is to be done.
    fn idle_deadline(&self) -> Option<Instant> {
        let has_work =
            self.is_busy() || self.stopping.is_some() || matches!(self.standing, Standing::Told(_));
        (!has_work).then_some(self.active_at + IDLE_WAIT)
    }

    fn reason_to_end(&self) -> Option<DisconnectReason> {
        if !self.outbox.is_sent() {
            return None;
        }
        match (&self.standing, self.stopping) {
            (Standing::Told(reason), _) => Some(reason.clone()),
            _ if self.is_busy() => None,
            (_, Some(stopping)) => Some(stopping.ending.reason(self.inbox.is_records())),
            (_, None) => self.is_half_closed.then_some(DisconnectReason::ClosedByClient),
        }
    }
}
