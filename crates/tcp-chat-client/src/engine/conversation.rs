//! One connection without its IO: bytes, commands and times in; events and bytes out.

use std::collections::VecDeque;
use std::io;
use std::time::Duration;

use common::chat::{
    ClientRecord, Dialect, ErrorReason, HELLO_WAIT, LineDecoder, LineTooLong, MAX_SERVER_RECORD_BYTES,
    MAX_TEXT_BYTES, MAX_WAITING, PROTOCOL, SERVER_RECORD_WAIT, ServerRecord, TlsOffer,
};
use common::secret::Hidden;
use tokio::time::Instant;

use super::plain::{Arrivals, Plain, PlainText};
use super::reason::{Ended, named, short};
use super::{DialectChoice, DisconnectReason, FailedReason, MessageId, Target};
use crate::event::{Connected, Event};

/// How long a server may take to close after its goodbye, before we do.
const GOODBYE_WAIT: Duration = Duration::from_secs(5);

/// Bytes of messages that may wait to be written. Escapes of JSON come on top.
pub(super) const MAX_OUTBOX_BYTES: usize = 256 * 1024;

/// Messages that may wait for their reply. When there are more, the oldest is given up.
const MAX_OPEN: usize = 1024;

/// How far the two ends have come.
#[derive(Debug)]
enum Phase {
    /// Hello was sent. A welcome comes, or something else, or nothing.
    AwaitingWelcome {
        until: Instant,
        lines: LineDecoder,
        received: usize,
    },
    /// The server is a plain one. What it sends until it pauses answers the hello.
    SkippingAnswer {
        until: Instant,
        arrivals: Arrivals,
        received: usize,
    },
    Records {
        lines: LineDecoder,
        max_text_bytes: usize,
        /// When the record that was begun has to be whole.
        whole_by: Option<Instant>,
        goodbye: Option<(Instant, DisconnectReason)>,
    },
    Plain(Plain),
}

/// One connection: its dialect, and which messages are open.
#[derive(Debug)]
pub(super) struct Conversation {
    privacy: Privacy,
    target: Target,
    phase: Phase,
    /// Who gave the newest reply, or was named by the welcome.
    bot: Option<String>,
    /// Messages that are not written yet, oldest first: at most [`MAX_WAITING`].
    queued: VecDeque<(MessageId, String)>,
    /// Messages that are written and not answered, oldest first: at most [`MAX_OPEN`].
    open: VecDeque<MessageId>,
    /// The message that the bot thought about last.
    thinking: Option<MessageId>,
    /// Bytes to write.
    outbox: VecDeque<u8>,
    events: Vec<Event>,
}

type Step = Result<(), Ended>;

/// Who else can read what is said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Privacy {
    /// Whoever is on the way.
    None,
    /// Plain, but within this computer.
    ThisComputer,
    /// TLS.
    Encrypted,
}

impl Conversation {
    /// A connection that has just been opened.
    pub(super) fn new(target: &Target, privacy: Privacy, now: Instant) -> Self {
        let lines = LineDecoder::new(MAX_SERVER_RECORD_BYTES);
        let mut conversation = Self {
            target: target.clone(),
            privacy,
            phase: Phase::AwaitingWelcome { until: now + HELLO_WAIT, lines, received: 0 },
            bot: None,
            queued: VecDeque::new(),
            open: VecDeque::new(),
            outbox: VecDeque::new(),
            thinking: None,
            events: Vec::new(),
        };
        if target.dialect == DialectChoice::Plain {
            conversation.begin_plain(Plain::new(target.encoding), now);
        } else {
            let client = concat!("tcp-chat-client ", env!("CARGO_PKG_VERSION")).to_owned();
            let pass = target.trust.pass.as_ref().filter(|_| privacy != Privacy::None);
            let pass = pass.map(|pass| Hidden(pass.reveal().to_owned()));
            conversation.write_record(&ClientRecord::Hello { protocol: PROTOCOL, client, pass });
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
        self.send_next(now);
    }

    /// What has happened since the last call.
    pub(super) fn take_events(&mut self) -> Vec<Event> {
        std::mem::take(&mut self.events)
    }

    /// When to call [`Self::time_passed`].
    pub(super) fn deadline(&self) -> Option<Instant> {
        match &self.phase {
            Phase::AwaitingWelcome { until, .. } => Some(*until),
            Phase::SkippingAnswer { until, arrivals, .. } => {
                Some(arrivals.quiet_at().map_or(*until, |at| at.min(*until)))
            }
            Phase::Records { goodbye, whole_by, .. } => {
                goodbye.as_ref().map(|(until, _)| *until).into_iter().chain(*whole_by).min()
            }
            Phase::Plain(plain) => plain.deadline(!self.queued.is_empty()),
        }
    }

    /// The deadline is over.
    pub(super) fn time_passed(&mut self, now: Instant) -> Step {
        match &mut self.phase {
            Phase::AwaitingWelcome { .. } if self.target.dialect == DialectChoice::Records => {
                let (address, seconds) = (self.target.clone(), HELLO_WAIT.as_secs());
                return Err(DisconnectReason::NoWelcome { address, seconds }.into());
            }
            Phase::AwaitingWelcome { received: 0, .. } => {
                self.begin_plain(Plain::silent(self.target.encoding, now), now);
            }
            Phase::AwaitingWelcome { received: bytes, .. }
            | Phase::SkippingAnswer { received: bytes, .. } => {
                self.events.push(Event::GreetingAnswered { bytes: *bytes });
                self.begin_plain(Plain::new(self.target.encoding), now);
            }
            Phase::Records { whole_by: Some(at), .. } if *at <= now => {
                let (address, seconds) = (self.target.clone(), SERVER_RECORD_WAIT.as_secs());
                return Err(DisconnectReason::UnfinishedRecord { address, seconds }.into());
            }
            Phase::Records { .. } => return Err(self.closed().into()),
            Phase::Plain(plain) => {
                let said = plain.time_passed(now);
                self.tell_plain(said);
                self.send_next(now);
            }
        }
        Ok(())
    }

    /// Bytes have arrived.
    pub(super) fn received(&mut self, bytes: &[u8], now: Instant) -> Step {
        match &mut self.phase {
            Phase::AwaitingWelcome { lines, received, .. } => {
                // No record begins otherwise: this is a plain server, which answers our hello.
                let is_foreign = *received == 0 && bytes.first() != Some(&b'{');
                *received += bytes.len();
                if is_foreign && self.target.dialect == DialectChoice::Auto {
                    self.skip_answer(bytes, now);
                    return Ok(());
                }
                lines.push(bytes);
                self.first_records(bytes, now)?;
            }
            Phase::SkippingAnswer { arrivals, received, .. } => {
                *received += bytes.len();
                // Only the pause matters: whole pieces are let go.
                arrivals.push(bytes, now);
            }
            Phase::Records { lines, .. } => {
                lines.push(bytes);
                self.records(now)?;
            }
            Phase::Plain(plain) => {
                let said = plain.received(bytes, now);
                if let Some(answer) = plain.take_late_answer() {
                    let lines = LineDecoder::new(MAX_SERVER_RECORD_BYTES);
                    self.phase = Phase::AwaitingWelcome { until: now + HELLO_WAIT, lines, received: 0 };
                    return self.received(&answer, now);
                }
                self.tell_plain(said);
            }
        }
        if let Phase::Records { lines, whole_by, .. } = &mut self.phase {
            // A record that was begun earlier keeps its time, until a line feed ends it.
            let known = whole_by.filter(|_| !bytes.contains(&b'\n'));
            *whole_by = lines.is_mid_line().then(|| known.unwrap_or(now + SERVER_RECORD_WAIT));
        }
        Ok(())
    }

    /// The server has closed, or is taken to have.
    pub(super) fn closed(&mut self) -> DisconnectReason {
        let address = self.target.clone();
        match &mut self.phase {
            Phase::AwaitingWelcome { .. } => DisconnectReason::ClosedAtGreeting { address },
            Phase::SkippingAnswer { arrivals, .. } => {
                let said = arrivals.take().unwrap_or_default();
                let refusal = DisconnectReason::refusal(&address, &String::from_utf8_lossy(&said));
                refusal.unwrap_or(DisconnectReason::ClosedAtGreeting { address })
            }
            Phase::Records { goodbye, .. } => match goodbye.take() {
                Some((_, reason)) => reason,
                None => DisconnectReason::Closed { address },
            },
            Phase::Plain(plain) => {
                let said = plain.end_arrival();
                self.tell_plain(said);
                DisconnectReason::Closed { address }
            }
        }
    }

    /// The connection broke. What the server said before still counts.
    pub(super) fn broken(&mut self, error: &io::Error) -> DisconnectReason {
        match self.closed() {
            DisconnectReason::Closed { address } => DisconnectReason::Broken { address, error: error.into() },
            reason => reason,
        }
    }

    /// The connection is over: no reply will come, and no message is sent a second time.
    pub(super) fn fail_all(&mut self) {
        for id in std::mem::take(&mut self.open) {
            self.fail(id, FailedReason::ConnectionLost);
        }
        for (id, _) in std::mem::take(&mut self.queued) {
            self.fail(id, FailedReason::NotConnected);
        }
    }

    /// The user sends a message.
    pub(super) fn send(&mut self, id: MessageId, text: String, now: Instant) {
        if let Phase::Records { max_text_bytes: max, .. } = self.phase
            && text.len() > max
        {
            self.fail(id, FailedReason::TooLong { len: text.len(), max });
        } else if self.queued.len() == MAX_WAITING {
            self.fail(id, FailedReason::Busy);
        } else {
            self.queued.push_back((id, text));
            self.send_next(now);
            if matches!(self.phase, Phase::Plain(_)) && !self.queued.is_empty() {
                let ahead = self.queued.len() - 1 + usize::from(!self.open.is_empty());
                self.events.push(Event::Accepted { id, ahead });
            }
        }
    }

    /// The user takes a message back. A plain server cannot give back what it has.
    pub(super) fn cancel(&mut self, id: MessageId) {
        if let Some(index) = self.queued.iter().position(|(queued, _)| *queued == id) {
            self.queued.remove(index);
            self.fail(id, FailedReason::Cancelled);
        } else if matches!(self.phase, Phase::Records { .. }) && self.open.contains(&id) {
            // Where the server does not even read, nothing is said: the message fails with the connection.
            if self.outbox.len() <= MAX_OUTBOX_BYTES {
                self.write_record(&ClientRecord::Cancel { id: id.0 });
            }
        }
    }

    /// Reads the first records: a welcome opens the conversation, anything else means a plain server, or the end.
    fn first_records(&mut self, segment: &[u8], now: Instant) -> Step {
        let is_auto = self.target.dialect == DialectChoice::Auto;
        while let Phase::AwaitingWelcome { lines, .. } = &mut self.phase {
            let Some(line) = lines.next_line() else { break };
            match decoded(line, &self.target) {
                Ok(ServerRecord::Welcome { protocol: theirs, .. }) if theirs != PROTOCOL => {
                    let address = self.target.clone();
                    return Err(DisconnectReason::UnknownProtocol { address, theirs, ours: PROTOCOL }.into());
                }
                // On this computer nobody listens in.
                Ok(ServerRecord::Welcome { tls: Some(TlsOffer { key, only }), .. })
                    if self.privacy == Privacy::None || only =>
                {
                    return Err(Ended::TlsOffered(key));
                }
                // It came so late that messages went out bare: here they are the beginning of a record.
                Ok(ServerRecord::Welcome { .. }) if !self.open.is_empty() => {
                    let (address, seconds) = (self.target.clone(), HELLO_WAIT.as_secs());
                    return Err(DisconnectReason::LateWelcome { address, seconds }.into());
                }
                Ok(ServerRecord::Welcome { server, bot, max_text_bytes, .. }) => {
                    let max_text_bytes = max_text_bytes.min(MAX_TEXT_BYTES);
                    self.bot = named(&bot);
                    self.connected(Dialect::Records, named(&server), max_text_bytes);
                    self.begin_records(max_text_bytes, now);
                    return self.records(now);
                }
                Ok(ServerRecord::Error { reason, message }) => return Err(self.error(reason, &message)),
                Ok(ServerRecord::Goodbye { reason, message }) => {
                    return Err(DisconnectReason::goodbye(&self.target, reason, &message).into());
                }
                Ok(_) | Err(_) if is_auto => self.skip_answer(segment, now),
                Ok(_) => (),
                Err(reason) => return Err(reason.into()),
            }
        }
        Ok(())
    }

    fn connected(&mut self, dialect: Dialect, server: Option<String>, max_text_bytes: usize) {
        let (target, bot) = (self.target.clone(), self.bot.clone());
        let is_encrypted = self.privacy == Privacy::Encrypted;
        let connected = Connected { target, dialect, bot, server, max_text_bytes, is_encrypted };
        self.events.push(Event::Connected(connected));
    }

    fn begin_records(&mut self, max_text_bytes: usize, now: Instant) {
        let fresh = LineDecoder::new(MAX_SERVER_RECORD_BYTES);
        if let Phase::AwaitingWelcome { lines, .. } = &mut self.phase {
            // It holds what came behind the welcome.
            let lines = std::mem::replace(lines, fresh);
            self.phase = Phase::Records { lines, max_text_bytes, whole_by: None, goodbye: None };
        }
        for (id, text) in std::mem::take(&mut self.queued) {
            self.send(id, text, now);
        }
    }

    fn skip_answer(&mut self, segment: &[u8], now: Instant) {
        let Phase::AwaitingWelcome { received, .. } = self.phase else { return };
        let mut arrivals = Arrivals::default();
        arrivals.push(segment, now);
        self.phase = Phase::SkippingAnswer { until: now + HELLO_WAIT, arrivals, received };
    }

    fn begin_plain(&mut self, plain: Plain, now: Instant) {
        self.phase = Phase::Plain(plain);
        self.connected(Dialect::Plain, None, MAX_TEXT_BYTES);
        self.send_next(now);
    }

    /// Writes what is queued, as far as it is time: to a plain server one message after the other's answer, to another what
    /// there is room for.
    fn send_next(&mut self, now: Instant) {
        while let Phase::Records { goodbye, .. } = &self.phase {
            if goodbye.is_some() {
                return;
            }
            let room = MAX_OUTBOX_BYTES.saturating_sub(self.outbox.len());
            let next = self.queued.pop_front_if(|(_, text)| text.len() <= room);
            let Some((id, text)) = next else { return };
            self.write_record(&ClientRecord::Say { id: id.0, text });
            self.sent(id);
        }
        let Phase::Plain(plain) = &mut self.phase else { return };
        if !plain.is_ready() || !self.outbox.is_empty() {
            return;
        }
        let Some((id, text)) = self.queued.pop_front() else { return };
        plain.message_sent(now);
        self.outbox.extend(plain.encoding().encode(&text).iter());
        self.sent(id);
        self.events.push(Event::Accepted { id, ahead: 0 });
    }

    /// Tells what a plain server said.
    fn tell_plain(&mut self, said: impl IntoIterator<Item = PlainText>) {
        if let Phase::Plain(plain) = &mut self.phase
            && let Some(encoding) = plain.take_encoding()
        {
            self.events.push(Event::Encoding { encoding });
        }
        for text in said {
            let (id, text) = match text {
                PlainText::Greeting(bytes) => {
                    self.events.push(Event::GreetingAnswered { bytes });
                    continue;
                }
                PlainText::Piece(text) => (None, text),
                PlainText::Whole(text) => (self.open.pop_front(), text),
            };
            self.replied(id, None, text);
        }
    }

    /// Reads the records that are whole.
    fn records(&mut self, now: Instant) -> Step {
        while let Phase::Records { lines, goodbye, .. } = &mut self.phase {
            let Some(line) = lines.next_line() else {
                // A record that is too long already may never end.
                if lines.is_over() {
                    return Err(too_long(&self.target).into());
                }
                break;
            };
            match decoded(line, &self.target)? {
                ServerRecord::Accepted { id, ahead } if self.open.contains(&MessageId(id)) => {
                    self.events.push(Event::Accepted { id: MessageId(id), ahead });
                }
                ServerRecord::Thinking { id, .. } if self.open.contains(&MessageId(id)) => {
                    let id = MessageId(id);
                    if self.thinking.replace(id) != Some(id) {
                        self.events.push(Event::Thinking { id });
                    }
                }
                ServerRecord::Part { id, bot, text } if self.open.contains(&MessageId(id)) => {
                    self.events.push(Event::Part { id: MessageId(id), bot: named(&bot), text });
                }
                ServerRecord::Reply { id, bot, text } => {
                    // Text is shown even if it answers nothing.
                    let id = self.take_open(MessageId(id));
                    self.replied(id, named(&bot), text);
                }
                ServerRecord::Failed { id, reason, message } => {
                    if let Some(id) = self.take_open(MessageId(id)) {
                        self.fail(id, FailedReason::of_server(reason, &message));
                    }
                }
                ServerRecord::Error { reason, message } => return Err(self.error(reason, &message)),
                ServerRecord::Goodbye { reason, message } => {
                    let reason = DisconnectReason::goodbye(&self.target, reason, &message);
                    *goodbye = Some((now + GOODBYE_WAIT, reason));
                }
                ServerRecord::Accepted { .. }
                | ServerRecord::Thinking { .. }
                | ServerRecord::Part { .. }
                | ServerRecord::Welcome { .. }
                | ServerRecord::Unknown => (),
            }
        }
        Ok(())
    }

    fn write_record(&mut self, record: &ClientRecord) {
        self.outbox.extend(record.encode().into_bytes());
    }

    fn sent(&mut self, id: MessageId) {
        if self.open.len() == MAX_OPEN
            && let Some(oldest) = self.open.pop_front()
        {
            self.fail(oldest, FailedReason::GivenUp);
        }
        self.open.push_back(id);
    }

    /// Takes a message out of the open ones; `None` where it has its answer already, or is not ours.
    fn take_open(&mut self, id: MessageId) -> Option<MessageId> {
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

    fn error(&self, error: ErrorReason, message: &str) -> Ended {
        match error {
            ErrorReason::PassWanted if self.privacy == Privacy::None => {
                DisconnectReason::PassWithheld { address: self.target.clone() }.into()
            }
            ErrorReason::PassWanted => Ended::PassWanted { is_wrong: false },
            ErrorReason::PassWrong => Ended::PassWanted { is_wrong: true },
            error => {
                let (address, said) = (self.target.clone(), short(message));
                DisconnectReason::ServerError { address, error, said }.into()
            }
        }
    }

    fn fail(&mut self, id: MessageId, reason: FailedReason) {
        self.events.push(Event::Failed { id, reason });
    }
}

fn decoded(line: Result<Vec<u8>, LineTooLong>, server: &Target) -> Result<ServerRecord, DisconnectReason> {
    let line = line.map_err(|LineTooLong { .. }| too_long(server))?;
    ServerRecord::decode(&line).map_err(|error| {
        let refusal = DisconnectReason::refusal(server, &String::from_utf8_lossy(&line));
        let bad = || DisconnectReason::BadRecord { address: server.clone(), why: short(&error.reason) };
        refusal.unwrap_or_else(bad)
    })
}

fn too_long(server: &Target) -> DisconnectReason {
    DisconnectReason::RecordTooLong { address: server.clone(), max: MAX_SERVER_RECORD_BYTES }
}
