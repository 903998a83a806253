//! Messages that wait for a connection to the server they were written for.

use chrono::{DateTime, FixedOffset};

use super::{Link, MAX_OPEN_OF_UNSENT, Model};
use crate::engine::{MessageId, Target};
use crate::transcript::{Body, OwnState};

impl Model {
    /// The engine was told to connect there.
    pub fn aim(&mut self, target: &Target) {
        self.aim = Some(target.to_string());
    }

    /// The server that what is written now is for.
    pub(super) fn address(&self) -> Option<String> {
        self.aim.clone().or_else(|| self.target().map(Target::to_string))
    }

    /// The messages that were not sent, oldest first.
    pub fn unsent(&self) -> impl Iterator<Item = (MessageId, &str)> {
        self.transcript.unsent().into_iter().map(|waiting| (waiting.id, waiting.text))
    }

    /// The server that an unsent message was written for, where that is not the one of now.
    #[must_use]
    pub fn elsewhere<'a>(&self, body: &'a Body) -> Option<&'a str> {
        let Body::Own { state: OwnState::Unsent { .. }, to: Some(to), .. } = body else { return None };
        self.address().is_some_and(|address| address != *to).then_some(to)
    }

    /// The message waits for the connection.
    pub fn keep(&mut self, id: MessageId, text: String, at: DateTime<FixedOffset>) {
        // The connection that the window begins with is not one that is back.
        let is_first = matches!(self.link, Link::Connecting { attempt: 1, .. });
        let is_wanted = self.is_sending_unsent || is_first || self.can_send();
        self.own(id, text, at, OwnState::Unsent { is_wanted });
    }

    /// A message of an earlier run that was not sent, and the server it was written for. Where that
    /// is not known, the user is asked.
    pub fn restore(&mut self, text: String, at: DateTime<FixedOffset>, to: Option<String>) {
        let id = MessageId(self.last_id + 1);
        let is_wanted = self.is_sending_unsent && to.is_some();
        self.own(id, text, at, OwnState::Unsent { is_wanted });
        self.transcript.readdress(id, to);
    }

    /// The user wants an unsent message to be sent, to the server of now, or not.
    pub fn want(&mut self, id: MessageId, is_wanted: bool) {
        self.change_unsent(id, OwnState::Unsent { is_wanted });
        if is_wanted {
            self.transcript.readdress(id, self.address());
        }
    }

    /// The user does not want to send the message any more.
    pub fn discard(&mut self, id: MessageId) {
        self.change_unsent(id, OwnState::Discarded);
    }

    /// The engine has taken a message that waited.
    pub fn sent(&mut self, id: MessageId) {
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

    /// The message that goes out next of those that waited for the connection, which is there.
    #[must_use]
    pub fn next_unsent(&self) -> Option<(MessageId, &str)> {
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

    /// Whether some of those that waited have not gone out yet: what is new goes behind them.
    pub(super) fn is_draining(&self) -> bool {
        self.first_wanted().is_some()
    }
}
