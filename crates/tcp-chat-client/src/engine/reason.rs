//! Why there is no connection, and why there is no answer: data first, words second.

use std::io;
use std::time::Duration;

use common::chat::{ErrorReason, FailReason, PROTOCOL};
use common::net::ConnectError;
use common::text::{cut, escape_line};

/// Longest name or message of a peer that is kept, and that stands in a sentence, in characters.
const MAX_PEER_CHARS: usize = 200;

/// Why there is no connection (any more).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DisconnectReason {
    /// The name has no address.
    NoSuchHost {
        /// The system's words.
        words: String,
    },
    /// No connection came about.
    Unreachable {
        /// Why.
        error: ConnectError,
    },
    /// Nothing came back at all.
    ConnectTimeout {
        /// For how long it was waited.
        wait: Duration,
    },
    /// The server closed instead of answering the hello.
    ClosedAtGreeting,
    /// Records were asked for, and no welcome came.
    NoWelcome {
        /// For how long it was waited.
        wait: Duration,
    },
    /// The server closed the connection.
    Closed,
    /// The connection broke.
    Broken {
        /// Why.
        error: ConnectError,
    },
    /// The server said goodbye: it stops.
    Goodbye {
        /// The server's words.
        message: String,
    },
    /// The server said that the connection is at fault.
    ServerError {
        /// For programs.
        reason: ErrorReason,
        /// The server's words.
        message: String,
    },
    /// A welcome of a protocol that we do not speak.
    UnknownProtocol {
        /// The version that the server speaks.
        protocol: u32,
    },
    /// A record line over the limit.
    RecordTooLong {
        /// Bytes it has.
        len: usize,
        /// Bytes that are allowed.
        max: usize,
    },
    /// A line that is no record.
    BadRecord {
        /// What is wrong with it.
        words: String,
    },
}

impl DisconnectReason {
    /// No connection, because of `error`.
    #[must_use]
    pub fn unreachable(error: &io::Error) -> Self {
        Self::Unreachable { error: error.into() }
    }

    /// A connection that broke, because of `error`.
    #[must_use]
    pub fn broken(error: &io::Error) -> Self {
        Self::Broken { error: error.into() }
    }

    /// The fixed word for programs.
    #[must_use]
    pub fn word(&self) -> &'static str {
        match self {
            Self::NoSuchHost { .. } => "no_such_host",
            Self::Unreachable { error: ConnectError::Refused } => "refused",
            Self::Unreachable { .. } => "unreachable",
            Self::ConnectTimeout { .. } => "connect_timeout",
            Self::ClosedAtGreeting => "closed_at_greeting",
            Self::NoWelcome { .. } => "no_welcome",
            Self::Closed => "closed",
            Self::Broken { .. } => "broken",
            Self::Goodbye { .. } => "goodbye",
            Self::ServerError { .. } => "server_error",
            Self::UnknownProtocol { .. } => "unknown_protocol",
            Self::RecordTooLong { .. } => "record_too_long",
            Self::BadRecord { .. } => "bad_record",
        }
    }

    /// One clause about the server at `address`, for the middle of a sentence.
    #[must_use]
    pub fn clause(&self, address: &str) -> String {
        match self {
            Self::NoSuchHost { words } => {
                format!("the name in {address} cannot be looked up ({})", peer(words))
            }
            Self::Unreachable { error: ConnectError::Refused } => {
                format!("nobody listens at {address}")
            }
            Self::Unreachable { error } => {
                format!("{address} cannot be reached ({})", peer(&error.to_string()))
            }
            Self::ConnectTimeout { wait } => format!("no answer from {address} within {} s", wait.as_secs()),
            Self::ClosedAtGreeting => {
                format!("{address} closed at our hello, a plain server may need --dialect plain")
            }
            Self::NoWelcome { wait } => {
                format!("no welcome from {address} within {} s, it may be a plain server", wait.as_secs())
            }
            Self::Closed => format!("{address} closed the connection"),
            Self::Broken { error } => {
                format!("the connection to {address} broke ({})", peer(&error.to_string()))
            }
            Self::Goodbye { message } => format!("{address} said goodbye ({})", peer(message)),
            Self::ServerError { message, .. } => format!("{address} refused ({})", peer(message)),
            Self::UnknownProtocol { protocol } => {
                format!("{address} speaks protocol {protocol}, this program speaks {PROTOCOL}")
            }
            Self::RecordTooLong { len, max } => {
                format!("{address} sent a record of {len} bytes, the limit is {max}")
            }
            Self::BadRecord { words } => {
                format!("{address} sent something that is no record ({})", peer(words))
            }
        }
    }
}

/// Why a message gets no reply.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FailedReason {
    /// The server says so.
    Server {
        /// For programs.
        reason: FailReason,
        /// The server's words.
        message: String,
    },
    /// The connection ended before the answer came.
    ConnectionLost,
    /// It was not sent: there was no connection.
    NotConnected,
    /// It was not sent: too many messages wait, or the server does not read.
    Busy,
    /// It was not sent: the server takes shorter ones only.
    TooLong {
        /// Bytes it has.
        len: usize,
        /// Bytes that the server takes.
        max: usize,
    },
    /// It was taken back before it was sent.
    TakenBack,
    /// So many were sent since that its answer is not waited for any more.
    GivenUp,
}

impl FailedReason {
    /// Whether the server had its say: no answer is missing.
    #[must_use]
    pub fn is_verdict(&self) -> bool {
        matches!(self, Self::Server { .. } | Self::TakenBack)
    }

    /// The fixed word for programs: those of the contract, and `connection_lost`,
    /// `not_connected`, `busy`, `given_up`.
    #[must_use]
    pub fn word(&self) -> &'static str {
        match self {
            Self::Server { reason, .. } => match reason {
                FailReason::BotUnreachable => "bot_unreachable",
                FailReason::BotTimeout => "bot_timeout",
                FailReason::BotFailed => "bot_failed",
                FailReason::BotTooLong => "bot_too_long",
                FailReason::Cancelled => "cancelled",
                FailReason::TooLong => "too_long",
                FailReason::TooManyWaiting => "too_many_waiting",
                FailReason::NotUtf8 => "not_utf8",
                FailReason::Blank => "blank",
                FailReason::Stopping => "stopping",
                FailReason::Unknown => "unknown",
            },
            Self::ConnectionLost => "connection_lost",
            Self::NotConnected => "not_connected",
            Self::Busy => "busy",
            Self::TooLong { .. } => "too_long",
            Self::TakenBack => "cancelled",
            Self::GivenUp => "given_up",
        }
    }

    /// For people: a clause that stands after "failed", on one line.
    #[must_use]
    pub fn words(&self) -> String {
        match self {
            Self::Server { reason: FailReason::Cancelled, .. } | Self::TakenBack => {
                "stopped by you".to_owned()
            }
            Self::Server { message, .. } if !message.trim().is_empty() => peer(message),
            Self::Server { .. } => "the server gave no reason".to_owned(),
            Self::ConnectionLost => "the connection ended before the answer came".to_owned(),
            Self::NotConnected => "not sent, there was no connection".to_owned(),
            Self::Busy => "not sent, too many messages wait for the server".to_owned(),
            Self::TooLong { len, max } => {
                format!("not sent, it has {len} bytes, the server's limit is {max}")
            }
            Self::GivenUp => "the server never answered it".to_owned(),
        }
    }
}

/// A name or message of a peer, short enough to be kept: many are, and a peer may make them long.
pub(super) fn short(words: String) -> String {
    match cut(&words, MAX_PEER_CHARS) {
        Some(start) => format!("{start}..."),
        None => words,
    }
}

/// The name of a bot or a server, where it has one.
pub(super) fn named(name: String) -> Option<String> {
    (!name.trim().is_empty()).then(|| short(name))
}

/// Words of a peer, fit for a sentence.
pub(crate) fn peer(words: &str) -> String {
    let line = escape_line(words.trim());
    match cut(&line, MAX_PEER_CHARS) {
        Some(start) => format!("{start}..."),
        None => line.into_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clause_names_what_happened_and_the_address() {
        let refused = DisconnectReason::unreachable(&io::ErrorKind::ConnectionRefused.into());
        assert_eq!(refused.clause("127.0.0.1:6666"), "nobody listens at 127.0.0.1:6666");
        assert_eq!(refused.word(), "refused");
        let reset = DisconnectReason::broken(&io::ErrorKind::ConnectionReset.into());
        assert_eq!(
            reset.clause("[::1]:1"),
            "the connection to [::1]:1 broke (the other side broke the connection)"
        );
    }

    #[test]
    fn words_of_a_peer_stay_on_their_line_and_short() {
        let message = format!("a\n\u{1b}[2J{}", "x".repeat(100_000));
        let failed = FailedReason::Server { reason: FailReason::BotFailed, message: message.clone() };
        let goodbye = DisconnectReason::Goodbye { message };
        for words in [failed.words(), goodbye.clause("h:1")] {
            assert!(words.contains(r"a\n\x1B[2Jx") && words.len() < 300, "{words}");
        }
    }

    #[test]
    fn the_words_for_programs_are_those_of_the_contract() {
        for reason in [FailReason::BotTimeout, FailReason::TooManyWaiting, FailReason::Cancelled] {
            let failed = FailedReason::Server { reason, message: String::new() };
            assert_eq!(serde_json::to_value(reason).unwrap(), failed.word());
        }
    }
}
