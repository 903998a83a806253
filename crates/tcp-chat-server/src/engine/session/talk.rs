//! The one loop of a session: what can happen, and what is done about it.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use common::chat::{MAX_WAITING, ServerRecord};
use common::net::explain_connect;
use futures_util::future::BoxFuture;
use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt as _};
use tokio::time::Instant;

use super::inbox::Inbox;
use super::outbox::Outbox;
use super::queue::{Entry, Queue};
use super::ticket::Ticket;
use super::wishes::Ending;
use super::{WRITE_GRACE, read};
use crate::bot::{AskError, ConversationId, Question, Reply, ReplyStream};
use crate::engine::context::ServerContext;
use crate::engine::registry::ClientGuard;
use crate::engine::{ClientId, ClientState, DisconnectReason};

/// A client that says nothing for this long, and is told nothing, is gone.
pub(super) const IDLE_WAIT: Duration = Duration::from_mins(30);

/// How a bot call ended, and how long it took.
type Outcome = (Result<Reply, AskError>, Duration);

/// A message that is being asked.
pub(super) struct Call {
    pub(super) ticket: Ticket,
    /// The reply while it comes.
    parts: Arc<ReplyStream>,
    /// Some of it went out.
    has_parts: bool,
    outcome: BoxFuture<'static, Outcome>,
}

async fn ask(
    context: Arc<ServerContext>,
    client: ClientId,
    text: String,
    parts: Arc<ReplyStream>,
) -> Outcome {
    // Never closed, so never without.
    let _permit = context.calls.acquire().await.ok();
    context.publisher.set_state(client, ClientState::Asking);
    let started = Instant::now();
    let question = Question { text, conversation: ConversationId(client.0) };
    let result = context.chain.ask(&question, &parts).await;
    (result, started.elapsed())
}

/// What a session knows.
pub(super) struct Session {
    pub(super) context: Arc<ServerContext>,
    pub(super) guard: ClientGuard,
    pub(super) inbox: Inbox,
    pub(super) queue: Queue,
    pub(super) call: Option<Call>,
    pub(super) outbox: Outbox,
    /// The client will say no more; what it said is still answered.
    is_half_closed: bool,
    /// The session is to end.
    pub(super) stopping: Option<Stopping>,
    /// The client is at fault: the outbox is written, then the connection ends.
    pub(super) fault: Option<DisconnectReason>,
    /// When bytes last came or went.
    active_at: Instant,
}

/// The end of a session, on its way.
#[derive(Debug, Clone, Copy)]
pub(super) struct Stopping {
    /// When open questions count as failed.
    pub(super) fail_at: Instant,
    pub(super) ending: Ending,
}

/// What a session waits for.
enum Wake {
    End(Ending),
    Wrote(io::Result<usize>),
    Part(String),
    Answered(Outcome),
    Read(io::Result<Vec<u8>>),
    Time,
}

impl Session {
    pub(super) fn new(context: Arc<ServerContext>, guard: ClientGuard) -> Self {
        Self {
            context,
            guard,
            inbox: Inbox::new(),
            queue: Queue::default(),
            call: None,
            outbox: Outbox::default(),
            is_half_closed: false,
            stopping: None,
            fault: None,
            active_at: Instant::now(),
        }
    }

    /// Drops everything but the client's row in the table, which tells why it goes.
    pub(super) fn end(self, reason: DisconnectReason) -> ClientGuard {
        self.context.chain.forget(ConversationId(self.guard.client.id.0));
        let mut guard = self.guard;
        guard.reason = reason;
        guard
    }

    /// Talks with the client until there is nothing left to say.
    pub(super) async fn talk(
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
                Wake::Wrote(Ok(0)) => return self.broken("the connection takes no more".to_owned()),
                Wake::Wrote(Ok(len)) => {
                    self.active_at = now;
                    self.context.publisher.wrote(self.guard.client.id, len);
                    self.outbox.advance(len, now);
                }
                Wake::Wrote(Err(error)) | Wake::Read(Err(error)) => {
                    return self.broken(explain_connect(&error));
                }
                Wake::Part(text) => self.part(text, now),
                Wake::Answered(outcome) => self.answered(outcome, now),
                Wake::Read(Ok(bytes)) if bytes.is_empty() => {
                    self.is_half_closed = true;
                    let wishes = self.inbox.end();
                    self.grant(wishes, now);
                }
                Wake::Read(Ok(bytes)) => {
                    self.active_at = now;
                    self.context.publisher.read(self.guard.client.id, bytes.len());
                    let wishes = self.inbox.push(&bytes, now);
                    self.grant(wishes, now);
                }
                Wake::Time if self.outbox.deadline().is_some_and(|deadline| now >= deadline) => {
                    return DisconnectReason::SlowReader;
                }
                Wake::Time => {
                    let wishes = self.inbox.time_passed(now);
                    self.grant(wishes, now);
                    if let Some(stopping) = self.stopping
                        && now >= stopping.fail_at + WRITE_GRACE
                    {
                        return stopping.ending.reason();
                    }
                    if self.idle_deadline().is_some_and(|deadline| now >= deadline) {
                        self.idle(now);
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
            // While nothing is read the client is not quiet: it is not heard.
            self.inbox.deadline().filter(|_| is_reading),
            self.stopping.map(
                |Stopping { fail_at, .. }| {
                    if now < fail_at { fail_at } else { fail_at + WRITE_GRACE }
                },
            ),
            self.idle_deadline(),
        ];
        let deadline = deadlines.into_iter().flatten().min();
        // What a slow reader has not been sent comes in one piece when it reads again.
        let takes_parts = !self.outbox.is_full();
        let call = async {
            let Some(Call { ticket, parts, outcome, .. }) = &mut self.call else {
                return std::future::pending().await;
            };
            tokio::select! {
                biased;
                outcome = outcome => Wake::Answered(outcome),
                text = parts.next(), if takes_parts && matches!(ticket, Ticket::Record(_)) => Wake::Part(text),
            }
        };
        let time = async {
            match deadline {
                Some(deadline) => tokio::time::sleep_until(deadline).await,
                None => std::future::pending().await,
            }
        };
        // In this order: a client that never pauses must not keep its answers from going out, and
        // what has arrived comes before the clock says that nothing did.
        tokio::select! {
            biased;
            ending = ending, if self.stopping.is_none() => Wake::End(ending),
            wrote = writer.write(self.outbox.front()), if self.outbox.is_due(now) => Wake::Wrote(wrote),
            wake = call => wake,
            bytes = read(reader), if is_reading => Wake::Read(bytes),
            () = time => Wake::Time,
        }
    }

    /// Whether a message waits for its answer.
    pub(super) fn is_open(&self) -> bool {
        self.call.is_some() || !self.queue.is_empty()
    }

    /// When the client has said nothing for too long; not while anything else is to be done.
    fn idle_deadline(&self) -> Option<Instant> {
        let is_busy =
            self.is_open() || !self.outbox.is_empty() || self.stopping.is_some() || self.fault.is_some();
        (!is_busy).then_some(self.active_at + IDLE_WAIT)
    }

    /// Why the session is over, if it is.
    fn reason_to_end(&self) -> Option<DisconnectReason> {
        if !self.outbox.is_empty() {
            return None;
        }
        match &self.fault {
            Some(reason) => Some(reason.clone()),
            None if self.is_open() => None,
            None => match self.stopping {
                Some(stopping) => Some(stopping.ending.reason()),
                None => self.is_half_closed.then_some(DisconnectReason::ClosedByClient),
            },
        }
    }

    fn broken(&self, reason: String) -> DisconnectReason {
        // A client that has closed both ways at once looks half-closed until it is written to.
        if self.is_half_closed { DisconnectReason::ClosedByClient } else { DisconnectReason::Broken(reason) }
    }

    /// Answers what can be answered at once, and asks the next message.
    pub(super) fn advance(&mut self) {
        let now = Instant::now();
        let too_late = self.stopping.filter(|stopping| now >= stopping.fail_at);
        if let Some(stopping) = too_late
            && let Some(call) = self.call.take()
        {
            self.fail(call.ticket, stopping.ending.ask_error(), now);
        }
        while self.call.is_none() && self.fault.is_none() && !self.outbox.is_full() {
            let Some(entry) = self.queue.pop() else { break };
            match entry {
                Entry::Ask { ticket, text } => {
                    if let Some(stopping) = too_late {
                        self.fail(ticket, stopping.ending.ask_error(), now);
                        continue;
                    }
                    self.context.publisher.turn(self.guard.client.id, self.queue.len());
                    let parts = Arc::new(ReplyStream::default());
                    let outcome =
                        ask(Arc::clone(&self.context), self.guard.client.id, text, Arc::clone(&parts));
                    self.call = Some(Call { ticket, parts, has_parts: false, outcome: Box::pin(outcome) });
                }
                Entry::Refused { ticket, error } => self.fail(ticket, error, now),
                Entry::Overflow { ticket, count } => {
                    self.fail(ticket, AskError::QueueOverflow { max: MAX_WAITING, count }, now);
                }
                Entry::Fault { reason, message } => {
                    let record = ServerRecord::Error { reason, message: message.clone() };
                    self.outbox.push(&record.encode(), now);
                    self.fault = Some(DisconnectReason::AtFault { reason, message });
                }
            }
        }
    }

    /// A piece of the reply; where all came at once there are none.
    fn part(&mut self, text: String, now: Instant) {
        if let Some(Call { ticket: Ticket::Record(id), has_parts, .. }) = &mut self.call {
            *has_parts = true;
            let id = *id;
            self.outbox.push(&ServerRecord::Part { id, text }.encode(), now);
        }
    }

    fn answered(&mut self, (result, elapsed): Outcome, now: Instant) {
        if let Some(text) =
            self.call.as_ref().filter(|call| call.has_parts).and_then(|call| call.parts.take())
        {
            self.part(text, now);
        }
        let Some(call) = self.call.take() else { return };
        match result {
            Ok(reply) => {
                self.context.publisher.answered(self.guard.client, &reply, elapsed);
                self.outbox.push(&call.ticket.reply(reply.bot, reply.text), now);
            }
            Err(error) => {
                self.context.publisher.set_state(self.guard.client.id, ClientState::Idle);
                self.fail(call.ticket, error, now);
            }
        }
    }

    /// Answers with a failure.
    pub(super) fn fail(&mut self, ticket: Ticket, error: AskError, now: Instant) {
        self.outbox.push(&ticket.failed(error.reason(), &error.for_clients()), now);
        self.context.publisher.failed(self.guard.client, error);
    }
}
