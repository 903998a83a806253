//! The server's errors and reasons as its window says them; in English, as its lines do.

mod reasons;
mod settings;

use common::chat::{ErrorReason, FailReason};
use common::language::{InWords, Language, language};
use common::net::ConnectError;
use common::tr;

use crate::bot::{Advice, BotError, BotFailure, KeyStoreError};
use crate::engine::{DisconnectReason, Refusal, Trouble};

impl InWords for BotError {
    fn in_words(&self) -> String {
        match self {
            Self::Unreachable { reason, host } => {
                tr!("tcp-chat-server-bot-unreachable", reason = reason.in_words(), host = host.as_str())
            }
            Self::TimedOut { after } => {
                tr!("tcp-chat-server-bot-timed-out", secs = after.as_secs_f64().to_string())
            }
            Self::Stalled { after } => {
                tr!("tcp-chat-server-bot-stalled", secs = after.as_secs_f64().to_string())
            }
            Self::CutOff { reason } => tr!("tcp-chat-server-bot-cut-off", reason = reason.in_words()),
            Self::Status(status) => tr!("tcp-chat-server-bot-status", status = status.to_string()),
            Self::Redirect(status) => tr!("tcp-chat-server-bot-redirect", status = status.to_string()),
            Self::Refused(words) => tr!("tcp-chat-server-bot-refused", words = words.as_str()),
            Self::Code { code, meaning } => {
                tr!("tcp-chat-server-bot-code", code = code.to_string(), meaning = meaning.in_words())
            }
            Self::NoKey(missing) => missing.in_words(),
            Self::Setup(fault) => fault.in_words(),
            Self::BadKey(advice) => advised(tr!("tcp-chat-server-bot-bad-key"), *advice),
            Self::Quota(advice) => advised(tr!("tcp-chat-server-bot-quota"), *advice),
            Self::Resting { failures, wait, last } => tr!(
                "tcp-chat-server-bot-resting",
                failures = *failures,
                last = last.in_words(),
                secs = whole_secs(*wait)
            ),
            Self::AskedTooOften { calls, within, wait } => tr!(
                "tcp-chat-server-bot-asked-too-often",
                calls = calls.to_string(),
                within = within.as_secs().to_string(),
                secs = whole_secs(*wait)
            ),
            Self::NotAReply(what) => tr!("tcp-chat-server-bot-no-reply", what = what.in_words()),
            Self::NotUnderstood => tr!("tcp-chat-server-bot-not-understood").to_owned(),
            Self::Advert => tr!("tcp-chat-server-bot-advert").to_owned(),
            Self::Empty => tr!("tcp-chat-server-bot-empty").to_owned(),
            Self::TooLong { max } => tr!("tcp-chat-server-bot-too-long", max = max.to_string()),
            Self::QuestionTooLong { len, max } => {
                tr!("tcp-chat-server-bot-question-too-long", len = len.to_string(), max = max.to_string())
            }
            Self::QuestionUnfit => tr!("tcp-chat-server-bot-question-unfit").to_owned(),
            Self::TooManyCharacters { len, max } => {
                tr!("tcp-chat-server-bot-too-many-characters", len = len.to_string(), max = max.to_string())
            }
        }
    }
}

impl InWords for KeyStoreError {
    fn in_words(&self) -> String {
        match self {
            Self::Missing(reason) => tr!("tcp-chat-server-key-store-missing", reason = reason.as_str()),
            Self::Locked => tr!("tcp-chat-server-key-store-locked").to_owned(),
            Self::Late { after } => {
                tr!("tcp-chat-server-key-store-late", secs = after.as_secs().to_string())
            }
            Self::Unusable => tr!("tcp-chat-server-key-store-unusable").to_owned(),
            Self::Failed(reason) => tr!("tcp-chat-server-key-store-failed", reason = reason.as_str()),
        }
    }
}

/// A reason of the network's, which engines have in English.
fn of_network(reason: &str) -> String {
    let all = [
        ConnectError::Refused,
        ConnectError::Broken,
        ConnectError::TimedOut,
        ConnectError::NoNetwork,
        ConnectError::NoComputer,
        ConnectError::NotPermitted,
    ];
    let known = all.iter().find(|error| error.to_string() == reason);
    match known {
        Some(error) if language() != Language::ENGLISH => error.in_words(),
        _ => reason.to_owned(),
    }
}

fn advised(words: &str, advice: Option<Advice>) -> String {
    match advice {
        Some(advice) => tr!("tcp-chat-server-bot-advice", words = words, advice = advice.in_words()),
        None => words.to_owned(),
    }
}

fn whole_secs(wait: std::time::Duration) -> String {
    wait.as_millis().div_ceil(1000).to_string()
}

impl InWords for BotFailure {
    fn in_words(&self) -> String {
        let Self { bot, error, rests_for } = self;
        let why = error.in_words();
        let why = match rests_for {
            Some(pause) => tr!("tcp-chat-server-bot-rests", why = why, secs = pause.as_secs().to_string()),
            None => why,
        };
        if error.is_own_refusal() {
            tr!("tcp-chat-server-bot-not-asked", bot = bot.as_str(), why = why)
        } else {
            tr!("tcp-chat-server-bot-failed", bot = bot.as_str(), why = why)
        }
    }
}

impl InWords for Trouble {
    /// In English what the client was told.
    fn in_words(&self) -> String {
        if language() == Language::ENGLISH {
            return self.message.clone();
        }
        if !self.failures.is_empty() {
            let failures: Vec<String> = self.failures.iter().map(InWords::in_words).collect();
            return failures.join(tr!("tcp-chat-server-between"));
        }
        let words = match self.reason {
            FailReason::Cancelled => tr!("tcp-chat-server-failed-cancelled"),
            FailReason::TooLong => tr!("tcp-chat-server-failed-too-long"),
            FailReason::TooManyWaiting => tr!("tcp-chat-server-failed-too-many"),
            FailReason::NotUtf8 => tr!("tcp-chat-server-failed-not-utf8"),
            FailReason::Blank => tr!("tcp-chat-server-failed-blank"),
            FailReason::Stopping => tr!("tcp-chat-server-failed-stopping"),
            FailReason::BotUnreachable
            | FailReason::BotTimeout
            | FailReason::BotFailed
            | FailReason::BotTooLong
            | FailReason::Unknown => &self.message,
        };
        words.to_owned()
    }
}

impl InWords for Refusal {
    fn in_words(&self) -> String {
        match self {
            Self::TooManyClients { max } => {
                tr!("tcp-chat-server-refused-too-many", max = max.to_string())
            }
            Self::TooManyOfAddress { max } => {
                tr!("tcp-chat-server-refused-of-address", max = max.to_string())
            }
        }
    }
}

impl InWords for DisconnectReason {
    fn in_words(&self) -> String {
        let words = match self {
            Self::ClosedByClient => tr!("tcp-chat-server-gone-closed"),
            Self::AtFault { message, .. } if language() == Language::ENGLISH => message,
            Self::AtFault { reason, message } => match reason {
                ErrorReason::UnknownProtocol => tr!("tcp-chat-server-fault-protocol"),
                ErrorReason::RecordTooLong => tr!("tcp-chat-server-fault-too-long"),
                ErrorReason::BadRecord => tr!("tcp-chat-server-fault-bad"),
                ErrorReason::DuplicateId => tr!("tcp-chat-server-fault-duplicate"),
                ErrorReason::UnfinishedRecord => tr!("tcp-chat-server-fault-unfinished"),
                ErrorReason::Idle => tr!("tcp-chat-server-fault-idle"),
                ErrorReason::TooManyClients | ErrorReason::Unknown => message,
            },
            Self::SlowReader => tr!("tcp-chat-server-gone-slow"),
            Self::Broken(reason) => return of_network(reason),
            Self::Stopped => tr!("tcp-chat-server-gone-stopped"),
            Self::ByUser => tr!("tcp-chat-server-gone-by-user"),
            Self::Internal => tr!("tcp-chat-server-gone-internal"),
        };
        words.to_owned()
    }
}

#[cfg(test)]
mod tests;
