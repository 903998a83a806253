//! What the window shows, without the window.

use chrono::{DateTime, FixedOffset, TimeDelta};
use common::chat::{Dialect, Invitation, MAX_TEXT_BYTES, ServerKey};
use common::localized;
use common::status::{Lamp, Status};
use common::text::is_blank;
use common::texts::{phrase, sentence};
use common::tr;
use serde::Serialize;

use crate::engine::{DisconnectReason, FailedReason, FoundServer, MessageId, Snapshot, Target};
use crate::event::{Connected, Event};
use crate::transcript::{Body, Note, OwnState, Transcript};

/// Messages that may wait for a connection.
const MAX_UNSENT: usize = 100;

/// How many queued messages may be in flight at once after a reconnect.
const MAX_OPEN_OF_UNSENT: usize = 8;

/// How the connection stands.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
#[serde(rename = "tcp-chat-client-link")]
pub(crate) enum Connection {
    /// The user wants none.
    #[default]
    Off,
    Connecting {
        #[serde(rename = "address")]
        target: Target,
        attempt: u32,
    },
    /// A program listens there.
    Reached {
        #[serde(rename = "address")]
        target: Target,
    },
    /// Messages can be sent.
    Online {
        connected: Connected,
        /// Who gave the newest reply, or else who answers, as far as the server says so.
        bot: Option<String>,
    },
    /// The user is asked whether the server has the right key.
    KeyAsked {
        #[serde(rename = "address")]
        target: Target,
        key: ServerKey,
        known: Option<ServerKey>,
    },
    /// The user is asked for the pass phrase.
    PassAsked {
        #[serde(rename = "address")]
        target: Target,
        #[serde(rename = "wrong")]
        is_wrong: bool,
    },
    /// The next attempt begins by itself.
    #[serde(skip)]
    Waiting { reason: DisconnectReason, retry_at: DateTime<FixedOffset> },
    /// No further attempt is made.
    #[serde(untagged)]
    Failed(DisconnectReason),
}

/// Why a text is not sent. The text box keeps it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename = "tcp-chat-client-refusal")]
pub(crate) enum Refusal {
    /// There is nothing in it.
    Blank,
    /// It is an invitation, which holds a pass phrase: for the client, and no bot.
    Invitation,
    /// The server takes shorter ones only.
    TooLong { len: usize, max: usize },
    /// Of a text that was pasted the part that fits is in the text box.
    PasteTooLong { len: usize, max: usize },
    /// Too many messages wait for a connection.
    TooManyUnsent,
    /// The engine has too much to do.
    Busy,
}

localized!(Refusal);

/// What becomes of a new message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Delivery {
    /// It can be sent at once.
    Send(MessageId),
    /// It waits for the connection, or behind those that do.
    Keep(MessageId),
}

/// The connection and the conversation.
#[derive(Debug, Default)]
pub(crate) struct Model {
    connection: Connection,
    transcript: Transcript,
    last_id: u64,
    /// Whether what is written without a connection goes out by itself when there is one.
    is_sending_unsent: bool,
    /// The address that the engine was told to connect to last: what is written now is for the server there.
    wanted: Option<String>,
    snapshot: Snapshot,
}

impl Model {
    pub(crate) fn connection(&self) -> &Connection {
        &self.connection
    }

    /// The servers that announce themselves on the network.
    pub(crate) fn found(&self) -> &[FoundServer] {
        &self.snapshot.found
    }

    /// Why no announcement can be heard, in a sentence.
    pub(crate) fn discovery_error(&self) -> Option<String> {
        let reason = phrase(self.snapshot.discovery_error.as_ref()?);
        Some(tr!("servers-unheard", reason = reason))
    }

    pub(crate) fn set_snapshot(&mut self, snapshot: Snapshot) {
        self.snapshot = snapshot;
    }

    pub(crate) fn transcript(&self) -> &Transcript {
        &self.transcript
    }

    pub(crate) fn transcript_mut(&mut self) -> &mut Transcript {
        &mut self.transcript
    }

    /// Whether what is written from now on without a connection goes out by itself when there is one.
    pub(crate) fn send_unsent(&mut self, is_wanted: bool) {
        self.is_sending_unsent = is_wanted;
    }

    /// The engine was told to connect there.
    pub(crate) fn connects_to(&mut self, target: &Target) {
        self.wanted = Some(target.to_string());
        if !self.is_active() {
            self.connection = Connection::Connecting { target: target.clone(), attempt: 1 };
        }
    }

    /// Whether there is a connection, or one is being sought.
    pub(crate) fn is_active(&self) -> bool {
        !matches!(self.connection, Connection::Off | Connection::Failed(_))
    }

    /// Whether a message can be sent: not to a server that is just being left.
    pub(crate) fn can_send(&self) -> bool {
        match &self.connection {
            Connection::Reached { target }
            | Connection::Online { connected: Connected { target, .. }, .. } => {
                self.wanted.as_ref().is_none_or(|wanted| *wanted == target.to_string())
            }
            _ => false,
        }
    }

    /// Whether a message in that state can be taken back: a plain server takes back nothing, but
    /// the message may not be there yet.
    pub(crate) fn can_stop(&self, state: &OwnState) -> bool {
        match self.connection {
            Connection::Online { connected: Connected { dialect, .. }, .. } => match dialect {
                Dialect::Records => state.is_open(),
                Dialect::Plain => matches!(state, OwnState::Waiting { .. }),
            },
            _ => false,
        }
    }

    /// The message that is being answered, where it can be taken back: of the open ones the oldest.
    pub(crate) fn being_answered(&self) -> Option<MessageId> {
        let mut open = self.transcript.own().filter(|(.., state)| state.is_open());
        let is_asked = |state: &OwnState| !matches!(state, OwnState::Sending | OwnState::Waiting { .. });
        let first = open.clone().next();
        let (id, _, state) = open.find(|(.., state)| is_asked(state)).or(first)?;
        self.can_stop(state).then_some(id)
    }

    /// Where the connection goes, or went.
    pub(crate) fn target(&self) -> Option<&Target> {
        match &self.connection {
            Connection::Off => None,
            Connection::Connecting { target, .. }
            | Connection::Reached { target }
            | Connection::Online { connected: Connected { target, .. }, .. }
            | Connection::KeyAsked { target, .. }
            | Connection::PassAsked { target, .. } => Some(target),
            Connection::Waiting { reason, .. } | Connection::Failed(reason) => Some(reason.target()),
        }
    }

    /// Longest message that can be sent.
    pub(crate) fn max_text_bytes(&self) -> usize {
        match &self.connection {
            Connection::Online { connected, .. } => connected.max_text_bytes,
            _ => MAX_TEXT_BYTES,
        }
    }

    /// The state of the connection at the time `now`.
    pub(crate) fn status(&self, now: DateTime<FixedOffset>, says_why: bool) -> Status {
        let lamp = match &self.connection {
            Connection::Off => Lamp::Off,
            Connection::Online { .. } => Lamp::On,
            Connection::Failed(_) | Connection::KeyAsked { known: Some(_), .. } => Lamp::Failed,
            Connection::Connecting { .. }
            | Connection::Reached { .. }
            | Connection::Waiting { .. }
            | Connection::KeyAsked { .. }
            | Connection::PassAsked { .. } => Lamp::Waiting,
        };
        let sentence = match &self.connection {
            Connection::Waiting { reason, retry_at } => {
                let seconds = seconds_left(*retry_at - now);
                let reason = if says_why { sentence(reason) } else { sentence(&Connection::Off) };
                let counting = tr!("tcp-chat-client-retry", reason = reason.as_str(), seconds = seconds);
                return Status::new(lamp, counting).counting(reason);
            }
            Connection::Failed(_) if !says_why => sentence(&Connection::Off),
            connection => sentence(connection),
        };
        Status::new(lamp, sentence)
    }

    /// Own messages whose reply is still to come.
    pub(crate) fn open(&self) -> usize {
        self.transcript.own().filter(|(_, _, state)| state.is_open()).count()
    }

    /// Own texts, newest first, without repetitions that follow each other.
    pub(crate) fn earlier_texts(&self) -> impl Iterator<Item = &str> {
        let mut own: Vec<_> = self.transcript.own().map(|(id, text, _)| (id, text)).collect();
        own.sort_by_key(|(id, _)| std::cmp::Reverse(*id));
        let mut newer = None;
        own.into_iter().map(|(_, text)| text).filter(move |text| newer.replace(*text) != Some(*text))
    }

    /// What is to be done with a new message of `text`.
    pub(crate) fn next_message(&self, text: &str) -> Result<Delivery, Refusal> {
        let (len, max) = (text.len(), self.max_text_bytes());
        let id = MessageId(self.last_id + 1);
        if is_blank(text) {
            Err(Refusal::Blank)
        } else if Invitation::is_meant(text) {
            Err(Refusal::Invitation)
        } else if len > max {
            Err(Refusal::TooLong { len, max })
        } else if self.can_send() && self.first_wanted().is_none() {
            Ok(Delivery::Send(id))
        } else if self.unsent().count() < MAX_UNSENT {
            // Behind those that wait already.
            Ok(Delivery::Keep(id))
        } else {
            Err(Refusal::TooManyUnsent)
        }
    }

    /// Adds a message that the engine has taken.
    pub(crate) fn push_sending(&mut self, id: MessageId, text: String, at: DateTime<FixedOffset>) {
        self.own(id, text, at, OwnState::Sending);
    }

    /// Adds a message that waits for the connection.
    pub(crate) fn push_unsent(&mut self, id: MessageId, text: String, at: DateTime<FixedOffset>) {
        // The connection that the window begins with is not one that is back.
        let is_first = matches!(self.connection, Connection::Connecting { attempt: 1, .. });
        let is_wanted = self.is_sending_unsent || is_first || self.can_send();
        self.own(id, text, at, OwnState::Unsent { is_wanted });
    }

    /// Adds a message of an earlier run that was not sent, with the address of the server that it was written for.
    /// Where the address is not known, the user is asked.
    pub(crate) fn restore(&mut self, text: String, at: DateTime<FixedOffset>, to: Option<String>) {
        let id = MessageId(self.last_id + 1);
        let is_wanted = self.is_sending_unsent && to.is_some();
        self.own(id, text, at, OwnState::Unsent { is_wanted });
        self.transcript.readdress(id, to);
    }

    fn own(&mut self, id: MessageId, text: String, at: DateTime<FixedOffset>, state: OwnState) {
        let to = self.address();
        self.last_id = id.0;
        self.transcript.push(at, Body::Own { id, text, state, to });
    }

    /// The address of the server that what is written now is for.
    pub(crate) fn address(&self) -> Option<String> {
        self.wanted.clone().or_else(|| self.target().map(Target::to_string))
    }

    /// The messages that were not sent, oldest first.
    pub(crate) fn unsent(&self) -> impl Iterator<Item = (MessageId, &str)> {
        self.transcript.unsent().into_iter().map(|waiting| (waiting.id, waiting.text))
    }

    /// The address that an unsent message was written for, where that is not the one of now.
    pub(crate) fn elsewhere<'a>(&self, body: &'a Body) -> Option<&'a str> {
        let Body::Own { state: OwnState::Unsent { .. }, to: Some(to), .. } = body else { return None };
        self.address().is_some_and(|address| address != *to).then_some(to)
    }

    /// The user wants an unsent message to be sent, to the server of now, or not.
    pub(crate) fn want(&mut self, id: MessageId, is_wanted: bool) {
        self.change_unsent(id, OwnState::Unsent { is_wanted });
        if is_wanted {
            self.transcript.readdress(id, self.address());
        }
    }

    /// The user does not want to send the message any more.
    pub(crate) fn discard(&mut self, id: MessageId) {
        self.change_unsent(id, OwnState::Discarded);
    }

    /// The engine has taken a message that waited.
    pub(crate) fn sent(&mut self, id: MessageId) {
        self.change_unsent(id, OwnState::Sending);
    }

    fn change_unsent(&mut self, id: MessageId, state: OwnState) {
        let mut states = self.transcript.own_states();
        if let Some((_, own)) = states.rfind(|(own, _)| *own == id)
            && matches!(own, OwnState::Unsent { .. })
        {
            *own = state;
        }
    }

    /// The unsent message that goes out next, now that there is a connection.
    pub(crate) fn next_unsent(&self) -> Option<(MessageId, &str)> {
        if !self.can_send() || self.open() >= MAX_OPEN_OF_UNSENT {
            return None;
        }
        self.first_wanted()
    }

    fn first_wanted(&self) -> Option<(MessageId, &str)> {
        let address = self.address();
        let mut unsent = self.transcript.unsent().into_iter();
        let first = unsent.find(|waiting| waiting.is_wanted && waiting.to == address.as_deref())?;
        Some((first.id, first.text))
    }

    /// The text of a failed message was sent again.
    pub(crate) fn retried(&mut self, id: MessageId) {
        for (own, state) in self.transcript.own_states() {
            if let OwnState::Failed { is_retried, .. } = state {
                *is_retried |= own == id;
            }
        }
    }

    /// No connection is sought any more.
    pub(crate) fn give_up(&mut self) {
        if let Connection::Waiting { reason, .. } = std::mem::take(&mut self.connection) {
            self.connection = Connection::Failed(reason);
        }
    }

    /// Takes in an event.
    pub(crate) fn apply(&mut self, event: Event, at: DateTime<FixedOffset>) {
        let was_online = matches!(self.connection, Connection::Online { .. });
        match event {
            Event::Connecting { target, attempt } => {
                self.connection = Connection::Connecting { target, attempt }
            }
            Event::Reached { target } => self.connection = Connection::Reached { target },
            Event::Connected(connected) => {
                self.connection = Connection::Online { bot: connected.bot.clone(), connected };
                // A server that was late is ready already, as a plain one.
                if !was_online {
                    self.transcript.push(at, Body::Note(Note::Ready));
                }
            }
            Event::Retrying { reason, retry_in_ms, .. } => {
                if was_online {
                    self.transcript.push(at, Body::Note(Note::Lost(reason.clone())));
                }
                let retry_in = i64::try_from(retry_in_ms).map_or(TimeDelta::zero(), TimeDelta::milliseconds);
                self.connection = Connection::Waiting { reason, retry_at: at + retry_in };
            }
            Event::KeyAsked { target, key, known } => {
                self.connection = Connection::KeyAsked { target, key, known }
            }
            Event::PassAsked { target, is_wrong } => {
                self.connection = Connection::PassAsked { target, is_wrong }
            }
            Event::SentAway { reason } => {
                self.transcript.push(at, Body::Note(Note::Lost(reason.clone())));
                self.connection = Connection::Failed(reason);
            }
            Event::Disconnected { target } => {
                if was_online {
                    self.transcript.push(at, Body::Note(Note::Left { address: target }));
                }
                if !matches!(self.connection, Connection::Failed(_)) {
                    self.connection = Connection::Off;
                }
            }
            Event::Encoding { encoding } => self.transcript.push(at, Body::Note(Note::Encoding { encoding })),
            Event::GreetingAnswered { bytes } => {
                self.transcript.push(at, Body::Note(Note::GreetingAnswered { bytes }));
            }
            Event::Accepted { id, ahead } => {
                let state = if ahead == 0 { OwnState::Asking } else { OwnState::Waiting { ahead } };
                self.transcript.set_state(id, state);
            }
            Event::Thinking { id } => self.transcript.set_state(id, OwnState::Thinking),
            Event::Part { id, bot, text } => {
                self.transcript.set_state(id, OwnState::Answering);
                // Where the server does not say who answers, it is most likely the bot that answered last.
                let bot = bot.or_else(|| match &self.connection {
                    Connection::Online { bot, .. } => bot.clone(),
                    _ => None,
                });
                self.transcript.stream(at, id, bot, text);
            }
            Event::Reply { id, bot, text, .. } => self.replied(at, id, bot, text),
            Event::Failed { id, reason } => self.failed(id, reason),
        }
    }

    fn replied(
        &mut self,
        at: DateTime<FixedOffset>,
        id: Option<MessageId>,
        by: Option<String>,
        text: String,
    ) {
        if let Connection::Online { bot, connected } = &mut self.connection {
            *bot = by.clone().or_else(|| connected.bot.clone());
        }
        match id {
            Some(id) => {
                self.ended(id, OwnState::Answered);
                self.transcript.reply(at, id, by, text);
            }
            None => self.transcript.push(at, Body::Server { bot: by, text, streams_for: None }),
        }
    }

    fn failed(&mut self, id: MessageId, reason: FailedReason) {
        self.ended(
            id,
            match reason {
                // The connection ended just before: it can be sent when there is one.
                FailedReason::NotConnected => OwnState::Unsent { is_wanted: self.is_sending_unsent },
                reason => OwnState::Failed { reason, is_retried: false },
            },
        );
        self.transcript.end_stream(id);
    }

    /// One message is answered or has failed: those behind it move up, as answers come in order.
    fn ended(&mut self, id: MessageId, end: OwnState) {
        self.transcript.set_state(id, end);
        for (own, state) in self.transcript.own_states() {
            match state {
                OwnState::Waiting { ahead: 1 } if own > id => *state = OwnState::Asking,
                OwnState::Waiting { ahead } if own > id => *ahead -= 1,
                _ => (),
            }
        }
    }
}

/// Counts 3, 2, 1 and stays there until the attempt begins.
fn seconds_left(left: TimeDelta) -> u64 {
    u64::try_from(left.num_milliseconds()).unwrap_or(0).max(1).div_ceil(1000)
}

#[cfg(test)]
mod tests;
