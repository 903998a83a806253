//! What the window and the lines say, in the language of the thread: the lines' is English.

use chrono::{DateTime, Datelike as _, FixedOffset};
use common::chat::{Dialect, FailReason};
use common::language::InWords;
use common::text::{cut, escape_line};
use common::tr;

use crate::engine::{DisconnectReason, FailedReason, peer};
use crate::model::Refusal;
use crate::transcript::{Body, Note, OwnState};

/// Longest name of a bot that is shown, in characters.
const MAX_NAME_CHARS: usize = 40;

/// On connecting, as the original demo has it.
#[must_use]
pub fn ready() -> &'static str {
    tr!("tcp-chat-client-ready")
}

/// An attempt to connect.
#[must_use]
pub fn connecting(address: &str, attempt: u32) -> String {
    match attempt {
        1 => tr!("tcp-chat-client-connecting", address = address),
        _ => tr!("tcp-chat-client-connecting-again", address = address, attempt = attempt),
    }
}

/// Somebody listens, and has not said anything yet.
#[must_use]
pub fn reached(address: &str) -> String {
    tr!("tcp-chat-client-reached", address = address)
}

/// A connection that can be used.
#[must_use]
pub fn connected(address: &str, dialect: Dialect, bot: Option<&str>) -> String {
    match (dialect, bot) {
        (_, Some(bot)) => tr!("tcp-chat-client-connected-bot", address = address, bot = name(bot)),
        (Dialect::Plain, None) => tr!("tcp-chat-client-connected-plain", address = address),
        (Dialect::Records, None) => tr!("tcp-chat-client-connected", address = address),
    }
}

/// The name of a bot, on one line and not too long.
#[must_use]
pub fn name(bot: &str) -> String {
    let line = escape_line(bot.trim());
    cut(&line, MAX_NAME_CHARS).unwrap_or(&line).to_owned()
}

/// What happened to the connection.
#[must_use]
pub fn note(note: &Note) -> String {
    match note {
        Note::Ready => ready().to_owned(),
        Note::Lost(address, reason) => lost(address, reason),
        Note::Left(address) => tr!("tcp-chat-client-left", address = address.as_str()),
    }
}

/// Why there is no connection to the address: a sentence.
#[must_use]
pub fn lost(address: &str, reason: &DisconnectReason) -> String {
    match reason {
        DisconnectReason::NoSuchHost { words } => {
            tr!("tcp-chat-client-no-such-host", address = address, reason = peer(words))
        }
        DisconnectReason::Unreachable { error: common::net::ConnectError::Refused } => {
            tr!("tcp-chat-client-refused", address = address)
        }
        DisconnectReason::Unreachable { error } => {
            tr!("tcp-chat-client-unreachable", address = address, reason = peer(&error.in_words()))
        }
        DisconnectReason::ConnectTimeout { wait } => {
            tr!("tcp-chat-client-connect-timeout", address = address, seconds = wait.as_secs())
        }
        DisconnectReason::ClosedAtGreeting => {
            tr!("tcp-chat-client-closed-at-greeting", address = address)
        }
        DisconnectReason::NoWelcome { wait } => {
            tr!("tcp-chat-client-no-welcome", address = address, seconds = wait.as_secs())
        }
        DisconnectReason::Closed => tr!("tcp-chat-client-closed", address = address),
        DisconnectReason::Broken { error } => {
            tr!("tcp-chat-client-broken", address = address, reason = peer(&error.in_words()))
        }
        DisconnectReason::Goodbye { message } => {
            tr!("tcp-chat-client-goodbye", address = address, message = peer(message))
        }
        DisconnectReason::ServerError { message, .. } => {
            tr!("tcp-chat-client-server-error", address = address, message = peer(message))
        }
        DisconnectReason::UnknownProtocol { protocol } => tr!(
            "tcp-chat-client-unknown-protocol",
            address = address,
            theirs = *protocol,
            ours = common::chat::PROTOCOL
        ),
        DisconnectReason::RecordTooLong { len, max } => {
            tr!("tcp-chat-client-record-too-long", address = address, bytes = *len, limit = *max)
        }
        DisconnectReason::BadRecord { words } => {
            tr!("tcp-chat-client-bad-record", address = address, reason = peer(words))
        }
    }
}

impl InWords for FailedReason {
    fn in_words(&self) -> String {
        match self {
            Self::Server { reason: FailReason::Cancelled, .. } | Self::TakenBack => {
                tr!("tcp-chat-client-failed-stopped").to_owned()
            }
            Self::Server { reason, message } => server_failed(*reason, message),
            Self::ConnectionLost => tr!("tcp-chat-client-failed-lost").to_owned(),
            Self::NotConnected => tr!("tcp-chat-client-failed-offline").to_owned(),
            Self::Busy => tr!("tcp-chat-client-failed-busy").to_owned(),
            Self::TooLong { len, max } => {
                tr!("tcp-chat-client-failed-too-long", bytes = *len, limit = *max)
            }
            Self::GivenUp => tr!("tcp-chat-client-failed-given-up").to_owned(),
        }
    }
}

/// The server's words stand in a sentence of this language.
fn server_failed(reason: FailReason, message: &str) -> String {
    let why = match reason {
        FailReason::BotUnreachable => tr!("tcp-chat-client-failed-bot-unreachable"),
        FailReason::BotTimeout => tr!("tcp-chat-client-failed-bot-timeout"),
        FailReason::BotFailed | FailReason::BotTooLong => tr!("tcp-chat-client-failed-bot"),
        FailReason::TooManyWaiting => tr!("tcp-chat-client-failed-busy"),
        FailReason::Stopping => tr!("tcp-chat-client-failed-stopping"),
        FailReason::TooLong
        | FailReason::NotUtf8
        | FailReason::Blank
        | FailReason::Cancelled
        | FailReason::Unknown => tr!("tcp-chat-client-failed-refused"),
    };
    if message.trim().is_empty() {
        return why.to_owned();
    }
    let (reason, message) = (why, peer(message));
    tr!("tcp-chat-client-failed-message", reason = reason, message = message)
}

impl InWords for OwnState {
    fn in_words(&self) -> String {
        match self {
            Self::Unsent { is_wanted: false } => tr!("tcp-chat-client-state-unsent").to_owned(),
            Self::Unsent { is_wanted: true } => tr!("tcp-chat-client-state-wanted").to_owned(),
            Self::Discarded => tr!("tcp-chat-client-state-discarded").to_owned(),
            Self::Sending => tr!("tcp-chat-client-state-sending").to_owned(),
            Self::Waiting(ahead) => tr!("tcp-chat-client-state-waiting", ahead = *ahead),
            Self::Asking => tr!("tcp-chat-client-state-asking").to_owned(),
            Self::Answering => tr!("tcp-chat-client-state-answering").to_owned(),
            Self::Answered => tr!("tcp-chat-client-state-answered").to_owned(),
            Self::Failed { reason, .. } => {
                tr!("tcp-chat-client-state-failed", reason = reason.in_words())
            }
        }
    }
}

impl InWords for Refusal {
    fn in_words(&self) -> String {
        match self {
            Self::Blank => tr!("tcp-chat-client-refusal-blank").to_owned(),
            Self::TooLong { len, max } => {
                tr!("tcp-chat-client-refusal-too-long", bytes = *len, limit = *max)
            }
            Self::TooManyUnsent => tr!("tcp-chat-client-refusal-too-many").to_owned(),
            Self::Busy => tr!("tcp-chat-client-refusal-busy").to_owned(),
        }
    }
}

/// Who said it.
#[must_use]
pub fn speaker(body: &Body) -> &'static str {
    match body {
        Body::Server { .. } => tr!("tcp-chat-client-server"),
        Body::Own { .. } | Body::Note(_) => tr!("tcp-chat-client-client"),
    }
}

/// A day as a heading.
#[must_use]
pub fn day(at: &DateTime<FixedOffset>) -> String {
    tr!(
        "date-day",
        weekday = at.weekday().number_from_monday(),
        day = at.day(),
        month = at.month(),
        year = at.year().to_string()
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use common::language::{Language, set_language};

    #[test]
    fn a_connection_says_who_answers() {
        let address = "127.0.0.1:6666";
        let records = connected(address, Dialect::Records, Some("Qingyun"));
        assert_eq!(records, "Connected to 127.0.0.1:6666, Qingyun answers");
        let plain = connected(address, Dialect::Plain, None);
        assert_eq!(plain, "Connected to 127.0.0.1:6666, a plain server");
        let hostile = connected(address, Dialect::Records, Some(&format!("a\nb{}", "x".repeat(1000))));
        assert!(
            hostile.starts_with(r"Connected to 127.0.0.1:6666, a\nbx") && hostile.len() < 100,
            "{hostile}"
        );
    }

    #[test]
    fn a_failure_reads_like_a_sentence_in_both_languages() {
        let failed = |message: &str| {
            let reason = FailedReason::Server { reason: FailReason::BotTimeout, message: message.into() };
            OwnState::Failed { reason, is_retried: false }.in_words()
        };
        let server = "the bot did not answer within 8 s";
        assert_eq!(failed(server), "failed, the bot did not answer within 8 s");
        assert_eq!(failed(" "), "failed, the bot did not answer in time");
        set_language(Language::of_tag("zh-CN").unwrap());
        assert_eq!(failed(server), "失败：机器人没有及时回答（the bot did not answer within 8 s）");
        assert_eq!(failed(""), "失败：机器人没有及时回答");
    }

    #[test]
    fn a_day_is_a_heading_in_both_languages() {
        let at = DateTime::parse_from_rfc3339("2026-11-22T14:01:00+01:00").unwrap();
        assert_eq!(day(&at), "Sunday 22 November 2026");
        set_language(Language::of_tag("zh-CN").unwrap());
        assert_eq!(day(&at), "2026年11月22日 星期日");
    }

    #[test]
    fn the_lines_and_the_window_say_the_same_of_a_lost_connection() {
        let reasons = [
            DisconnectReason::NoSuchHost { words: "w".into() },
            DisconnectReason::unreachable(&std::io::ErrorKind::ConnectionRefused.into()),
            DisconnectReason::unreachable(&std::io::ErrorKind::HostUnreachable.into()),
            DisconnectReason::ConnectTimeout { wait: std::time::Duration::from_secs(5) },
            DisconnectReason::ClosedAtGreeting,
            DisconnectReason::Closed,
            DisconnectReason::Goodbye { message: "m".into() },
            DisconnectReason::UnknownProtocol { protocol: 2 },
            DisconnectReason::RecordTooLong { len: 2, max: 1 },
            DisconnectReason::BadRecord { words: "w".into() },
        ];
        for reason in reasons {
            let (line, window) = (reason.clause("h:1"), lost("h:1", &reason));
            if reason == DisconnectReason::ClosedAtGreeting {
                continue;
            }
            assert_eq!(line.to_lowercase(), window.to_lowercase());
        }
    }
}
