//! One line of output: text for people, or JSON for programs.

use std::time::Duration;

use common::chat::Dialect;
use common::text::{cut, escape_line};
use serde::Serialize;

use crate::engine::{Event, FailedReason, MessageId};
use crate::stdin::Unusable;
use crate::words;

/// How much of a message stands in a line about it, in characters.
const MAX_QUOTE_CHARS: usize = 60;

/// One line of output; serialises to its JSON form.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub(super) enum Line {
    Connecting {
        address: String,
        attempt: u32,
    },
    Reached {
        address: String,
    },
    Connected {
        address: String,
        dialect: &'static str,
        bot: Option<String>,
        server: Option<String>,
    },
    Retrying {
        address: String,
        reason: &'static str,
        message: String,
        retry_in_ms: u128,
        attempt: u32,
    },
    Disconnected {
        address: String,
    },
    GreetingAnswered {
        bytes: usize,
    },
    Sent {
        id: MessageId,
        text: String,
    },
    Accepted {
        id: MessageId,
        ahead: usize,
    },
    Reply {
        id: Option<MessageId>,
        bot: Option<String>,
        text: String,
        /// Whether people are told who it is: the one before was somebody else.
        #[serde(skip)]
        is_other_bot: bool,
    },
    Failed {
        id: Option<MessageId>,
        text: Option<String>,
        reason: &'static str,
        message: String,
    },
}

impl Line {
    /// The line for an event, if it has one: parts come again in their reply, and what is asked at
    /// once has not waited.
    pub(super) fn of(event: Event) -> Option<Self> {
        Some(match event {
            Event::Connecting { target, attempt } => {
                Self::Connecting { address: target.to_string(), attempt }
            }
            Event::Reached { target } => Self::Reached { address: target.to_string() },
            Event::Connected { target, dialect, bot, server, max_text_bytes: _ } => {
                let dialect = match dialect {
                    Dialect::Records => "records",
                    Dialect::Plain => "plain",
                };
                Self::Connected { address: target.to_string(), dialect, bot, server }
            }
            Event::Retrying { target, reason, retry_in, attempt } => {
                let address = target.to_string();
                let message = reason.clause(&address);
                let retry_in_ms = retry_in.as_millis();
                Self::Retrying { address, reason: reason.word(), message, retry_in_ms, attempt }
            }
            Event::Disconnected { target } => Self::Disconnected { address: target.to_string() },
            Event::GreetingAnswered { bytes } => Self::GreetingAnswered { bytes },
            Event::Accepted { ahead: 0, .. } | Event::Part { .. } => return None,
            Event::Accepted { id, ahead } => Self::Accepted { id, ahead },
            Event::Reply { id, bot, text } => Self::Reply { id, bot, text, is_other_bot: false },
            Event::Failed { id, reason } => Self::failed(id, None, &reason),
        })
    }

    /// There is no reply to `text`.
    pub(super) fn failed(id: MessageId, text: Option<String>, reason: &FailedReason) -> Self {
        Self::Failed { id: Some(id), text, reason: reason.word(), message: reason.words() }
    }

    /// A line of input that cannot be sent.
    pub(super) fn unusable(why: &Unusable) -> Self {
        let reason = match why {
            Unusable::TooLong { .. } => "too_long",
            Unusable::NotUtf8(_) => "not_utf8",
        };
        Self::Failed { id: None, text: None, reason, message: quote(&why.to_string()) }
    }

    /// For people; two lines for a connection that can be used, and where another bot answers.
    pub(super) fn text(&self) -> String {
        match self {
            Self::Connecting { address, attempt } => words::connecting(address, *attempt),
            Self::Reached { address } => words::reached(address),
            Self::Connected { address, dialect, bot, .. } => {
                let dialect = if *dialect == "records" { Dialect::Records } else { Dialect::Plain };
                format!("{}\n{}", words::connected(address, dialect, bot.as_deref()), words::ready())
            }
            Self::Retrying { message, retry_in_ms, .. } => {
                let millis = u64::try_from(*retry_in_ms).unwrap_or(u64::MAX);
                let secs = Duration::from_millis(millis).as_secs_f64();
                format!("Trying again in {secs:.1} s, {message}")
            }
            Self::Disconnected { address } => format!("Disconnected from {address}"),
            Self::GreetingAnswered { bytes } => format!("Not shown: {bytes} bytes that answered our hello"),
            Self::Sent { text, .. } => format!("Client: {}", escape_line(text)),
            Self::Accepted { ahead, .. } => format!("Waiting: {ahead} ahead"),
            Self::Reply { bot: Some(bot), text, is_other_bot: true, .. } => {
                format!("Bot: {}\nServer: {}", words::name(bot), escape_line(text))
            }
            Self::Reply { text, .. } => format!("Server: {}", escape_line(text)),
            Self::Failed { text: Some(text), message, .. } => format!("Failed: {} ({message})", quote(text)),
            Self::Failed { text: None, message, .. } => format!("Failed: {message}"),
        }
    }
}

fn quote(text: &str) -> String {
    let line = escape_line(text);
    match cut(&line, MAX_QUOTE_CHARS) {
        Some(start) => format!("{start}..."),
        None => line.into_owned(),
    }
}
