//! Why there is no connection, and why there is no reply.

use std::io;

use common::chat::{ErrorReason, FailReason, GoodbyeReason, SERVER_LINE, ServerKey};
use common::net::ConnectError;
use common::text::cut;
use common::tls::TlsError;
use serde::Serialize;

use super::Target;

/// Longest name or explanation of a server that is kept, in characters.
const MAX_SAID_CHARS: usize = 200;

/// Why there is no connection (any more).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename = "tcp-chat-client-disconnect")]
pub enum DisconnectReason {
    /// The name has no address.
    NoSuchHost { address: Target, why: String },
    /// No program listens there.
    Refused { address: Target },
    /// No connection came about for another reason.
    Unreachable { address: Target, error: ConnectError },
    /// Nothing came back at all.
    ConnectTimeout { address: Target, seconds: u64 },
    /// The server closed instead of answering the hello.
    ClosedAtGreeting { address: Target },
    /// Records were asked for, and no welcome came.
    NoWelcome { address: Target, seconds: u64 },
    /// A welcome came after the server was taken for a plain one, and was written to as one.
    LateWelcome { address: Target, seconds: u64 },
    /// The server took no connection from us, and said why.
    NotAdmitted { address: Target, said: String },
    /// A pass phrase is wanted where others can read it, and is not said there.
    PassWithheld { address: Target },
    /// The server closed the connection.
    Closed { address: Target },
    /// The connection broke.
    Broken { address: Target, error: ConnectError },
    /// The server said goodbye: it stops.
    Goodbye { address: Target, said: String },
    /// The server's user wants us gone: we do not come back by ourselves.
    SentAway { address: Target, said: String },
    /// The server said that the connection is at fault.
    ServerError { address: Target, error: ErrorReason, said: String },
    /// A welcome of a protocol that we do not speak.
    UnknownProtocol { address: Target, theirs: u32, ours: u32 },
    /// A record over the limit.
    RecordTooLong { address: Target, max: usize },
    /// A record was begun, and its end did not come in time.
    UnfinishedRecord { address: Target, seconds: u64 },
    /// A line that is no record.
    BadRecord { address: Target, why: String },
    /// No encrypted connection came about, and no other is wanted.
    NotEncrypted { address: Target, tls: Box<TlsError> },
    /// Which key the server has is in a file that cannot be read.
    KnownUnreadable { address: Target, why: String },
}

/// Why an attempt to chat with a server is over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Ended {
    /// There is no connection, or it is lost.
    Lost(DisconnectReason),
    /// The server offers TLS with this key, and the connection is plain.
    TlsOffered(ServerKey),
    /// The server has this key, and not the one that it should have.
    OtherKey(ServerKey),
    /// The server wants a pass phrase, or another one.
    PassWanted { is_wrong: bool },
}

impl From<DisconnectReason> for Ended {
    fn from(reason: DisconnectReason) -> Self {
        Self::Lost(reason)
    }
}

impl DisconnectReason {
    /// No connection came about, because of `error`.
    pub(super) fn unreachable(address: &Target, error: &io::Error) -> Self {
        let address = address.clone();
        match ConnectError::from(error) {
            ConnectError::Refused => Self::Refused { address },
            error => Self::Unreachable { address, error },
        }
    }

    /// No encrypted connection came about. A server that takes no connection from us says so before any handshake.
    pub(super) fn not_encrypted(address: &Target, tls: TlsError) -> Self {
        let refusal = if let TlsError::NotTls { said } = &tls { Self::refusal(address, said) } else { None };
        refusal.unwrap_or_else(|| Self::NotEncrypted { address: address.clone(), tls: Box::new(tls) })
    }

    /// What a server of ours says to whom it takes no connection from, where `said` begins like that.
    pub(super) fn refusal(address: &Target, said: &str) -> Option<Self> {
        let said = short(said.lines().next()?.strip_prefix(SERVER_LINE)?);
        Some(Self::NotAdmitted { address: address.clone(), said })
    }

    /// The server said goodbye.
    pub(super) fn goodbye(address: &Target, reason: Option<GoodbyeReason>, said: &str) -> Self {
        let (address, said) = (address.clone(), short(said));
        match reason {
            Some(GoodbyeReason::Disconnected) => Self::SentAway { address, said },
            Some(GoodbyeReason::Unknown) | None => Self::Goodbye { address, said },
        }
    }

    /// The server that the connection was for.
    #[must_use]
    pub fn target(&self) -> &Target {
        match self {
            Self::NoSuchHost { address, .. }
            | Self::Refused { address }
            | Self::Unreachable { address, .. }
            | Self::ConnectTimeout { address, .. }
            | Self::ClosedAtGreeting { address }
            | Self::NoWelcome { address, .. }
            | Self::LateWelcome { address, .. }
            | Self::NotAdmitted { address, .. }
            | Self::PassWithheld { address }
            | Self::Closed { address }
            | Self::Broken { address, .. }
            | Self::Goodbye { address, .. }
            | Self::SentAway { address, .. }
            | Self::ServerError { address, .. }
            | Self::UnknownProtocol { address, .. }
            | Self::RecordTooLong { address, .. }
            | Self::UnfinishedRecord { address, .. }
            | Self::BadRecord { address, .. }
            | Self::NotEncrypted { address, .. }
            | Self::KnownUnreadable { address, .. } => address,
        }
    }
}

/// Why a message gets no reply.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename = "tcp-chat-client-failed")]
pub enum FailedReason {
    /// The server says so, and may say more.
    Server { reason: FailReason, said: String },
    /// The user took it back.
    Cancelled,
    /// The connection ended before the reply came.
    ConnectionLost,
    /// It was not sent: there was no connection.
    NotConnected,
    /// It was not sent: too many messages wait, or the server does not read.
    Busy,
    /// It was not sent: the server takes shorter ones only.
    TooLong { len: usize, max: usize },
    /// It was not sent: it was a line of standard input that is no text.
    NotUtf8,
    /// Too many messages were sent after it: its reply is not waited for any more.
    GivenUp,
}

impl FailedReason {
    /// What a server says about a message.
    pub(super) fn of_server(reason: FailReason, said: &str) -> Self {
        match reason {
            FailReason::Cancelled => Self::Cancelled,
            reason => Self::Server { reason, said: short(said) },
        }
    }

    /// Whether no reply is missing: the server said that there is none, or nobody wants one any more.
    #[must_use]
    pub fn is_verdict(&self) -> bool {
        matches!(self, Self::Server { .. } | Self::Cancelled)
    }
}

/// What a server said, short enough to be kept: it may say much, and often.
pub(super) fn short(said: &str) -> String {
    let said = said.trim();
    cut(said, MAX_SAID_CHARS).map_or_else(|| said.to_owned(), |start| format!("{start}..."))
}

/// The name of a bot or a server, where it has one.
pub(super) fn named(name: &str) -> Option<String> {
    (!name.trim().is_empty()).then(|| short(name))
}

#[cfg(test)]
mod tests {
    use super::*;
    use common::texts::{Language, english, sentence, set_language};

    fn target(host: &str) -> Target {
        Target { host: host.parse().unwrap(), ..Target::default() }
    }

    #[test]
    fn a_reason_names_what_happened_and_the_address() {
        let address = target("127.0.0.1");
        let refused = DisconnectReason::unreachable(&address, &io::ErrorKind::ConnectionRefused.into());
        assert_eq!(refused, DisconnectReason::Refused { address });
        assert_eq!(english(&refused), "no server at 127.0.0.1:6666");
        let error = ConnectError::Broken;
        assert_eq!(
            english(&DisconnectReason::Broken { address: target("::1"), error }),
            "the connection to [::1]:6666 broke (the other side broke the connection)"
        );
    }

    #[test]
    fn what_a_server_says_stays_on_one_line_and_short() {
        let said = short(&format!("a\n\u{1b}[2J{}", "x".repeat(100_000)));
        let (address, error) = (Target::default(), ErrorReason::Idle);
        let refused = DisconnectReason::ServerError { address, error, said: said.clone() };
        let failed = FailedReason::of_server(FailReason::BotFailed, &said);
        for text in [english(&failed), english(&refused)] {
            assert!(text.contains(r"a\n\x1B[2Jx") && text.len() < 300, "{text}");
        }
    }

    #[test]
    fn a_failure_reads_like_a_sentence_in_both_languages() {
        let failed = |said: &str| sentence(&FailedReason::of_server(FailReason::BotTimeout, said));
        let said = "the bot did not answer within 8 s";
        assert_eq!(failed(said), "the bot did not answer within 8 s");
        assert_eq!(failed(" "), "the bot did not answer in time");
        set_language(Language::of_tag("zh-CN").unwrap());
        assert_eq!(failed(said), "机器人没有及时回答（the bot did not answer within 8 s）");
        assert_eq!(failed(""), "机器人没有及时回答");
    }
}
