//! One connection without its IO: bytes, commands and times in; events and bytes out.

use std::collections::VecDeque;
use std::io;
use std::time::Duration;

use common::chat::{
    ClientRecord, Dialect, ErrorReason, HELLO_WAIT, LineDecoder, LineTooLong, MAX_SERVER_RECORD_BYTES,
    MAX_TEXT_BYTES, MAX_WAITING, PROTOCOL, ServerRecord,
};
use tokio::time::Instant;

use super::plain::{Arrivals, Plain, Said};
use super::reason::{named, short};
use super::{DialectChoice, DisconnectReason, FailedReason, MessageId, Target};
use crate::event::Event;

/// After goodbye the server closes; if it does not, we do.
const GOODBYE_WAIT: Duration = Duration::from_secs(5);

/// Bytes that may wait for a server that does not read.
const MAX_OUTBOX_BYTES: usize = 256 * 1024;

/// Messages that may wait for their answer; beyond that the oldest is given up.
const MAX_OPEN: usize = 1024;

/// How far the two ends have come.
#[derive(Debug)]
enum Phase {
    /// Hello is out: a welcome, or something else, or nothing.
    Guessing {
        until: Instant,
        lines: LineDecoder,
        received: usize,
    },
    /// The server is a plain one: what comes until it pauses answers the hello.
    Swallowing {
        until: Instant,
        arrivals: Arrivals,
        received: usize,
    },
    Records {
        lines: LineDecoder,
        max_text_bytes: usize,
        goodbye: Option<(Instant, String)>,
    },
    Plain(Plain),
}

/// One connection: its dialect, and which messages are open.
#[derive(Debug)]
pub(super) struct Conversation {
    target: Target,
    phase: Phase,
    /// Who gave the newest reply, or was named by the welcome.
    bot: Option<String>,
    /// Not written yet, oldest first: at most [`MAX_WAITING`].
    held: VecDeque<(MessageId, String)>,
    /// Written, and not answered, oldest first: at most [`MAX_OPEN`].
    open: VecDeque<MessageId>,
    /// To be written.
    outbox: VecDeque<u8>,
    events: Vec<Event>,
}

type Step = Result<(), DisconnectReason>;

impl Conversation {
    /// A connection that has just been opened.
    pub(super) fn new(target: &Target, now: Instant) -> Self {
        let lines = LineDecoder::new(MAX_SERVER_RECORD_BYTES);
        let mut conversation = Self {
            target: target.clone(),
            phase: Phase::Guessing { until: now + HELLO_WAIT, lines, received: 0 },
            bot: None,
            held: VecDeque::new(),
            open: VecDeque::new(),
            outbox: VecDeque::new(),
            events: Vec::new(),
        };
        if target.dialect == DialectChoice::Plain {
            conversation.begin_plain(Plain::default(), now);
        } else {
            let client = concat!("tcp-chat-client ", env!("CARGO_PKG_VERSION")).to_owned();
            conversation.write(&ClientRecord::Hello { protocol: PROTOCOL, client });
            conversation.events.push(Event::Reached { target: target.clone() });
        }
        conversation
    }

    /// What has to be written next; empty: nothing.
    pub(super) fn to_write(&self) -> &[u8] {
        self.outbox.as_slices().0
    }

    /// The first `len` bytes of [`Self::to_write`] are written.
    pub(super) fn written(&mut self, len: usize, now: Instant) {
        self.outbox.drain(..len);
        self.pump(now);
    }

    /// What has happened since the last call.
    pub(super) fn take_events(&mut self) -> Vec<Event> {
        std::mem::take(&mut self.events)
    }

    /// When to call [`Self::time_passed`].
    pub(super) fn deadline(&self) -> Option<Instant> {
        match &self.phase {
            Phase::Guessing { until, .. } => Some(*until),
            Phase::Swallowing { until, arrivals, .. } => {
                Some(arrivals.quiet_at().map_or(*until, |at| at.min(*until)))
            }
            Phase::Records { goodbye, .. } => goodbye.as_ref().map(|(until, _)| *until),
            Phase::Plain(plain) => plain.deadline(!self.held.is_empty()),
        }
    }

    /// The deadline is over.
    pub(super) fn time_passed(&mut self, now: Instant) -> Step {
        match &mut self.phase {
            Phase::Guessing { .. } if self.target.dialect == DialectChoice::Records => {
                let (address, seconds) = (self.target.clone(), HELLO_WAIT.as_secs());
                return Err(DisconnectReason::NoWelcome { address, seconds });
            }
            Phase::Guessing { received: 0, .. } => self.begin_plain(Plain::silent(now), now),
            Phase::Guessing { received: bytes, .. } | Phase::Swallowing { received: bytes, .. } => {
                self.events.push(Event::GreetingAnswered { bytes: *bytes });
                self.begin_plain(Plain::default(), now);
            }
            Phase::Records { .. } => return Err(self.closed()),
            Phase::Plain(plain) => {
                let said = plain.time_passed(now);
                self.said(said);
                self.pump(now);
            }
        }
        Ok(())
    }

    /// Bytes have arrived.
    pub(super) fn received(&mut self, bytes: &[u8], now: Instant) -> Step {
        match &mut self.phase {
            Phase::Guessing { lines, received, .. } => {
                let is_foreign = *received == 0 && bytes.first() != Some(&b'{');
                *received += bytes.len();
                if is_foreign && self.target.dialect == DialectChoice::Auto {
                    self.begin_swallowing(bytes, now);
                    return Ok(());
                }
                lines.push(bytes);
                self.first_records(bytes, now)
            }
            Phase::Swallowing { arrivals, received, .. } => {
                *received += bytes.len();
                // Only the pause matters: whole pieces are let go.
                arrivals.push(bytes, now);
                Ok(())
            }
            Phase::Records { lines, .. } => {
                lines.push(bytes);
                self.records(now)
            }
            Phase::Plain(plain) => {
                let said = plain.received(bytes, now);
                self.said(said);
                Ok(())
            }
        }
    }

    /// The server has closed, or is taken to have.
    pub(super) fn closed(&mut self) -> DisconnectReason {
        let address = self.target.clone();
        match &mut self.phase {
            Phase::Guessing { .. } | Phase::Swallowing { .. } => {
                DisconnectReason::ClosedAtGreeting { address }
            }
            Phase::Records { goodbye, .. } => match goodbye.take() {
                Some((_, said)) => DisconnectReason::Goodbye { address, said },
                None => DisconnectReason::Closed { address },
            },
            Phase::Plain(plain) => {
                let said = plain.end_arrival();
                self.said(said);
                DisconnectReason::Closed { address }
            }
        }
    }

    /// The connection broke. What came before still counts.
    pub(super) fn broken(&mut self, error: &io::Error) -> DisconnectReason {
        match self.closed() {
            DisconnectReason::Closed { address } => DisconnectReason::Broken { address, error: error.into() },
            reason => reason,
        }
    }

    /// The connection is over: nothing is answered any more, and nothing is sent a second time.
    pub(super) fn fail_all(&mut self) {
        for id in std::mem::take(&mut self.open) {
            self.fail(id, FailedReason::ConnectionLost);
        }
        for (id, _) in std::mem::take(&mut self.held) {
            self.fail(id, FailedReason::NotConnected);
        }
    }

    /// The user says something.
    pub(super) fn say(&mut self, id: MessageId, text: String, now: Instant) {
        if let Phase::Records { max_text_bytes: max, .. } = self.phase {
            if text.len() > max {
                self.fail(id, FailedReason::TooLong { len: text.len(), max });
            } else if self.write(&ClientRecord::Say { id: id.0, text }) {
                self.opened(id);
            } else {
                self.fail(id, FailedReason::Busy);
            }
        } else if self.held.len() == MAX_WAITING {
            self.fail(id, FailedReason::Busy);
        } else {
            self.held.push_back((id, text));
            self.pump(now);
            if matches!(self.phase, Phase::Plain(_)) && !self.held.is_empty() {
                let ahead = self.held.len() - 1 + usize::from(!self.open.is_empty());
                self.events.push(Event::Accepted { id, ahead });
            }
        }
    }

    /// The user takes a message back. One that a plain server has is out of reach.
    pub(super) fn cancel(&mut self, id: MessageId) {
        if let Some(index) = self.held.iter().position(|(held, _)| *held == id) {
            self.held.remove(index);
            self.fail(id, FailedReason::Cancelled);
        } else if matches!(self.phase, Phase::Records { .. }) && self.open.contains(&id) {
            // A server that does not even read is not told; the message fails with the connection.
            self.write(&ClientRecord::Cancel { id: id.0 });
        }
    }

    /// Whether the first records answer our hello as our server does.
    fn first_records(&mut self, segment: &[u8], now: Instant) -> Step {
        let is_auto = self.target.dialect == DialectChoice::Auto;
        while let Phase::Guessing { lines, .. } = &mut self.phase {
            let Some(line) = lines.next_line() else { break };
            match decoded(line, &self.target) {
                Ok(ServerRecord::Welcome { protocol: theirs, .. }) if theirs != PROTOCOL => {
                    let address = self.target.clone();
                    return Err(DisconnectReason::UnknownProtocol { address, theirs, ours: PROTOCOL });
                }
                Ok(ServerRecord::Welcome { server, bot, max_text_bytes, .. }) => {
                    let max_text_bytes = max_text_bytes.min(MAX_TEXT_BYTES);
                    self.bot = named(&bot);
                    self.connected(Dialect::Records, named(&server), max_text_bytes);
                    self.begin_records(max_text_bytes, now);
                    return self.records(now);
                }
                Ok(ServerRecord::Error { reason, message }) => return Err(self.error(reason, &message)),
                Ok(ServerRecord::Goodbye { message }) => {
                    let (address, said) = (self.target.clone(), short(&message));
                    return Err(DisconnectReason::Goodbye { address, said });
                }
                Ok(_) | Err(_) if is_auto => self.begin_swallowing(segment, now),
                Ok(_) => (),
                Err(reason) => return Err(reason),
            }
        }
        Ok(())
    }

    fn connected(&mut self, dialect: Dialect, server: Option<String>, max_text_bytes: usize) {
        let (target, bot) = (self.target.clone(), self.bot.clone());
        self.events.push(Event::Connected { target, dialect, bot, server, max_text_bytes });
    }

    fn begin_records(&mut self, max_text_bytes: usize, now: Instant) {
        let fresh = LineDecoder::new(MAX_SERVER_RECORD_BYTES);
        if let Phase::Guessing { lines, .. } = &mut self.phase {
            // What came behind the welcome is in there.
            let lines = std::mem::replace(lines, fresh);
            self.phase = Phase::Records { lines, max_text_bytes, goodbye: None };
        }
        for (id, text) in std::mem::take(&mut self.held) {
            self.say(id, text, now);
        }
    }

    fn begin_swallowing(&mut self, segment: &[u8], now: Instant) {
        let Phase::Guessing { received, .. } = self.phase else { return };
        let mut arrivals = Arrivals::default();
        arrivals.push(segment, now);
        self.phase = Phase::Swallowing { until: now + HELLO_WAIT, arrivals, received };
    }

    fn begin_plain(&mut self, plain: Plain, now: Instant) {
        self.phase = Phase::Plain(plain);
        self.connected(Dialect::Plain, None, MAX_TEXT_BYTES);
        self.pump(now);
    }

    /// Writes the next held message to a plain server, if it is time.
    fn pump(&mut self, now: Instant) {
        let Phase::Plain(plain) = &mut self.phase else { return };
        if !plain.is_ready() || !self.outbox.is_empty() {
            return;
        }
        let Some((id, text)) = self.held.pop_front() else { return };
        plain.speak(now);
        self.outbox.extend(text.into_bytes());
        self.opened(id);
        self.events.push(Event::Accepted { id, ahead: 0 });
    }

    /// A plain server said something.
    fn said(&mut self, said: impl IntoIterator<Item = Said>) {
        for said in said {
            let (id, text) = match said {
                Said::Greeting(bytes) => {
                    self.events.push(Event::GreetingAnswered { bytes });
                    continue;
                }
                Said::Piece(text) => (None, text),
                Said::Whole(text) => (self.open.pop_front(), text),
            };
            self.replied(id, None, text);
        }
    }

    /// Reads the records that are whole.
    fn records(&mut self, now: Instant) -> Step {
        while let Phase::Records { lines, goodbye, .. } = &mut self.phase {
            let Some(line) = lines.next_line() else { break };
            match decoded(line, &self.target)? {
                ServerRecord::Accepted { id, ahead } if self.open.contains(&MessageId(id)) => {
                    self.events.push(Event::Accepted { id: MessageId(id), ahead });
                }
                ServerRecord::Part { id, text } if self.open.contains(&MessageId(id)) => {
                    self.events.push(Event::Part { id: MessageId(id), text });
                }
                ServerRecord::Reply { id, bot, text } => {
                    // Text is shown even if it answers nothing.
                    let id = self.close(MessageId(id));
                    self.replied(id, named(&bot), text);
                }
                ServerRecord::Failed { id, reason, message } => {
                    if let Some(id) = self.close(MessageId(id)) {
                        self.fail(id, FailedReason::of_server(reason, &message));
                    }
                }
                ServerRecord::Error { reason, message } => return Err(self.error(reason, &message)),
                ServerRecord::Goodbye { message } => *goodbye = Some((now + GOODBYE_WAIT, short(&message))),
                ServerRecord::Accepted { .. }
                | ServerRecord::Part { .. }
                | ServerRecord::Welcome { .. }
                | ServerRecord::Unknown => (),
            }
        }
        Ok(())
    }

    /// Queues a record; `false`, and nothing done, where too much waits for a server that does not
    /// read.
    fn write(&mut self, record: &ClientRecord) -> bool {
        let line = record.encode();
        let has_room = self.outbox.len() + line.len() <= MAX_OUTBOX_BYTES;
        if has_room {
            self.outbox.extend(line.into_bytes());
        }
        has_room
    }

    fn opened(&mut self, id: MessageId) {
        if self.open.len() == MAX_OPEN
            && let Some(oldest) = self.open.pop_front()
        {
            self.fail(oldest, FailedReason::GivenUp);
        }
        self.open.push_back(id);
    }

    /// The message has its verdict; `None` where it had one, or is not ours.
    fn close(&mut self, id: MessageId) -> Option<MessageId> {
        let index = self.open.iter().position(|open| *open == id)?;
        self.open.remove(index)
    }

    fn replied(&mut self, id: Option<MessageId>, bot: Option<String>, text: String) {
        let is_other_bot = bot.is_some() && bot != self.bot;
        if is_other_bot {
            self.bot.clone_from(&bot);
        }
        self.events.push(Event::Reply { id, bot, text, is_other_bot });
    }

    fn error(&self, error: ErrorReason, message: &str) -> DisconnectReason {
        DisconnectReason::ServerError { address: self.target.clone(), error, said: short(message) }
    }

    fn fail(&mut self, id: MessageId, reason: FailedReason) {
        self.events.push(Event::Failed { id, reason });
    }
}

fn decoded(line: Result<Vec<u8>, LineTooLong>, server: &Target) -> Result<ServerRecord, DisconnectReason> {
    let address = || server.clone();
    let line = line.map_err(|LineTooLong { len, max }| DisconnectReason::RecordTooLong {
        address: address(),
        len,
        max,
    })?;
    ServerRecord::decode(&line)
        .map_err(|error| DisconnectReason::BadRecord { address: address(), why: short(&error.reason) })
}
