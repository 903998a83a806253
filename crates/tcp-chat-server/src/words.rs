//! The server's errors and reasons as its window says them; in English, as its lines do.

use common::language::{InWords, Language, language};
use common::net::ConnectError;
use common::tr;

use crate::engine::{BotError, BotFailure, DisconnectReason, KeyStoreError, Refusal, Trouble};
use common::chat::{ErrorReason, FailReason};

impl InWords for BotError {
    fn in_words(&self) -> String {
        match self {
            Self::Unreachable { reason, host } => format!("{}: {host}", of_network(reason)),
            Self::TimedOut { after } => {
                tr!("tcp-chat-server-bot-timed-out", secs = after.as_secs_f64().to_string())
            }
            Self::Stalled { after } => {
                tr!("tcp-chat-server-bot-stalled", secs = after.as_secs_f64().to_string())
            }
            Self::CutOff { reason } => tr!("tcp-chat-server-bot-cut-off", reason = of_network(reason)),
            Self::Status(status) => tr!("tcp-chat-server-bot-status", status = status.to_string()),
            Self::Redirect(status) => tr!("tcp-chat-server-bot-redirect", status = status.to_string()),
            Self::Refused(words) => tr!("tcp-chat-server-bot-refused", words = words.as_str()),
            Self::Code { code, meaning } => {
                tr!("tcp-chat-server-bot-code", code = code.to_string(), meaning = *meaning)
            }
            Self::NoKey(words) | Self::Setup(words) => words.clone(),
            Self::BadKey(advice) => advised(tr!("tcp-chat-server-bot-bad-key"), advice),
            Self::Quota(advice) => advised(tr!("tcp-chat-server-bot-quota"), advice),
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
            Self::NotAReply(what) => tr!("tcp-chat-server-bot-no-reply", what = *what),
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
    let known = ConnectError::ALL.iter().find(|error| error.to_string() == reason);
    match known {
        Some(error) if language() != Language::ENGLISH => error.in_words(),
        _ => reason.to_owned(),
    }
}

fn advised(words: &str, advice: &str) -> String {
    if advice.is_empty() {
        words.to_owned()
    } else {
        tr!("tcp-chat-server-bot-advice", words = words, advice = advice)
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
mod tests {
    use super::*;
    use common::language::set_language;
    use std::time::Duration;

    fn errors() -> Vec<BotError> {
        let secs = Duration::from_secs(8);
        vec![
            BotError::Unreachable { reason: "nobody listens there".into(), host: "a:1".into() },
            BotError::TimedOut { after: secs },
            BotError::Stalled { after: Duration::from_millis(2500) },
            BotError::CutOff { reason: "gone".into() },
            BotError::Status(502),
            BotError::Redirect(302),
            BotError::Refused("no".into()),
            BotError::Code { code: 4001, meaning: "odd" },
            BotError::NoKey("it has no key".into()),
            BotError::BadKey(""),
            BotError::BadKey("compare it"),
            BotError::Quota(""),
            BotError::Quota("wait"),
            BotError::Resting { failures: 3, wait: secs, last: Box::new(BotError::Empty) },
            BotError::AskedTooOften { calls: 200, within: secs * 75, wait: secs },
            BotError::Setup("no model".into()),
            BotError::NotAReply("a web page"),
            BotError::NotUnderstood,
            BotError::Advert,
            BotError::Empty,
            BotError::TooLong { max: 65_536 },
            BotError::QuestionTooLong { len: 9000, max: 8000 },
            BotError::QuestionUnfit,
            BotError::TooManyCharacters { len: 9, max: 8 },
        ]
    }

    #[test]
    fn windows_and_lines_say_the_same_in_english() {
        for error in errors() {
            assert_eq!(error.in_words(), error.to_string());
            for rests_for in [None, Some(Duration::from_secs(10))] {
                let failure = BotFailure { bot: "Qingyun".into(), error: error.clone(), rests_for };
                assert_eq!(failure.in_words(), failure.to_string());
            }
        }
        for refusal in [Refusal::TooManyClients { max: 7 }, Refusal::TooManyOfAddress { max: 7 }] {
            assert_eq!(refusal.in_words(), refusal.to_string());
        }
        for reason in [
            DisconnectReason::ClosedByClient,
            DisconnectReason::AtFault { reason: ErrorReason::Idle, message: "too quiet".into() },
            DisconnectReason::SlowReader,
            DisconnectReason::Broken("reset".into()),
            DisconnectReason::Stopped,
            DisconnectReason::ByUser,
            DisconnectReason::Internal,
        ] {
            assert_eq!(reason.in_words(), reason.to_string());
        }
    }

    #[test]
    fn what_a_client_is_told_is_english_and_the_window_says_it_in_its_language() {
        let failure = BotFailure { bot: "Qingyun".into(), error: BotError::Status(502), rests_for: None };
        let message = failure.to_string();
        let trouble = Trouble { reason: FailReason::BotFailed, message, failures: vec![failure] };
        assert_eq!(trouble.in_words(), "Qingyun failed (the service answered with HTTP status 502)");
        set_language(Language::of_tag("zh-CN").unwrap());
        assert_eq!(trouble.in_words(), "Qingyun 失败（服务返回 HTTP 状态 502）");
        let blank =
            Trouble { reason: FailReason::Blank, message: "the message is blank".into(), failures: vec![] };
        assert_eq!(blank.in_words(), "消息是空白的");
        let gone = BotError::Unreachable { reason: ConnectError::Refused.to_string(), host: "a:1".into() };
        assert_eq!(gone.in_words(), "对方没有程序在监听: a:1");
    }
}
