//! Why a bot gave no reply.

use std::time::Duration;

use common::chat::FailReason;

use super::{Advice, CodeMeaning, MissingKey, Secret, ServiceFault, SetupFault, UnexpectedBody};

/// Longest words of a service about a failure that are shown, in characters.
const MAX_EXCERPT_CHARS: usize = 200;

/// Why a bot gave no reply.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BotError {
    /// No connection to it.
    #[error("{reason}: {host}")]
    Unreachable {
        /// Why.
        reason: ServiceFault,
        /// Name and port of where it should be.
        host: String,
    },
    /// No connection, or no whole answer, within the time it has.
    #[error("no answer within {} s", after.as_secs_f64())]
    TimedOut {
        /// The time it had.
        after: Duration,
    },
    /// A streamed answer that came to a halt.
    #[error("nothing more came within {} s", after.as_secs_f64())]
    Stalled {
        /// The time that the next piece had.
        after: Duration,
    },
    /// The connection broke in mid-answer.
    #[error("the answer broke off: {reason}")]
    CutOff {
        /// Why.
        reason: ServiceFault,
    },
    /// An HTTP status that is not success.
    #[error("the service answered with HTTP status {0}")]
    Status(u16),
    /// An HTTP redirect: not followed.
    #[error("the service wants to send the question elsewhere (HTTP status {0}), which is not followed")]
    Redirect(u16),
    /// The service says that it failed, in its own words.
    #[error("the service says: {0}")]
    Refused(String),
    /// A code of the service that is known to mean a failure.
    #[error("{meaning} (code {code})")]
    Code {
        /// What the service calls it.
        code: i64,
        /// What that means, and what to do.
        meaning: CodeMeaning,
    },
    /// There is no key for a bot that needs one.
    #[error("{0}")]
    NoKey(MissingKey),
    /// The service does not take the key.
    #[error("the service does not accept the key{}", advised(*.0))]
    BadKey(Option<Advice>),
    /// It failed too often, and is left alone for a while.
    #[error("it failed {failures} times in a row, at last: {last}; tried again in {} s", whole_secs(*wait))]
    Resting {
        /// How often.
        failures: u32,
        /// When it is tried again.
        wait: Duration,
        /// How it failed last.
        last: Box<BotError>,
    },
    /// As many calls as the service allows were made by this program.
    #[error("asked {calls} times within {} s, its limit; again in {} s", within.as_secs(), whole_secs(*wait))]
    AskedTooOften {
        /// How many calls.
        calls: u32,
        /// Within how long.
        within: Duration,
        /// When a call is left.
        wait: Duration,
    },
    /// As many calls as the service allows were made.
    #[error("the service's quota is used up{}", advised(*.0))]
    Quota(Option<Advice>),
    /// It is set up wrongly: what to change.
    #[error("{0}")]
    Setup(SetupFault),
    /// Something that is not in the service's format.
    #[error("the service answered {0} instead of a reply")]
    NotAReply(UnexpectedBody),
    /// It says that it has no answer to this.
    #[error("the service has no answer to this")]
    NotUnderstood,
    /// A reply that advertises, and nothing else.
    #[error("the reply is nothing but an advertisement")]
    Advert,
    /// A reply without text.
    #[error("the reply is empty")]
    Empty,
    /// A reply, or what came instead of one, over its limit.
    #[error("the reply is longer than {max} bytes")]
    TooLong {
        /// Bytes that are allowed.
        max: usize,
    },
    /// The question does not fit into the service's request.
    #[error("the question makes a request of {len} bytes, the limit is {max}")]
    QuestionTooLong {
        /// Bytes it takes.
        len: usize,
        /// Bytes that are allowed.
        max: usize,
    },
    /// The question would lead to another address of the service.
    #[error("the question cannot stand in the path of the service's address")]
    QuestionUnfit,
    /// The question has more characters than the service takes.
    #[error("the question has {len} characters, the service takes {max}")]
    TooManyCharacters {
        /// Characters it has.
        len: usize,
        /// Characters that are allowed.
        max: usize,
    },
}

/// What to do about it, where that is known.
fn advised(advice: Option<Advice>) -> String {
    advice.map(|advice| format!(": {advice}")).unwrap_or_default()
}

/// Rounded up: what is not over yet takes at least a second.
fn whole_secs(wait: Duration) -> u64 {
    wait.as_millis().div_ceil(1000).try_into().unwrap_or(u64::MAX)
}

impl BotError {
    /// Whether it tells about the question, not about the bot.
    pub(super) fn is_about_question(&self) -> bool {
        matches!(
            self,
            Self::QuestionTooLong { .. }
                | Self::QuestionUnfit
                | Self::TooManyCharacters { .. }
                | Self::NotUnderstood
        )
    }

    /// Whether the bot was not even asked.
    #[must_use]
    pub fn is_own_refusal(&self) -> bool {
        matches!(
            self,
            Self::Resting { .. }
                | Self::AskedTooOften { .. }
                | Self::NoKey(_)
                | Self::QuestionUnfit
                | Self::TooManyCharacters { .. }
        )
    }

    /// The fixed word for it.
    #[must_use]
    pub fn reason(&self) -> FailReason {
        match self {
            Self::Unreachable { .. } => FailReason::BotUnreachable,
            Self::TimedOut { .. } | Self::Stalled { .. } => FailReason::BotTimeout,
            Self::TooLong { .. } => FailReason::BotTooLong,
            Self::Resting { last, .. } => last.reason(),
            _ => FailReason::BotFailed,
        }
    }

    /// The same without `secret`: a service may repeat what it was sent.
    pub(super) fn without(self, secret: &Secret) -> Self {
        match self {
            Self::Refused(words) => Self::Refused(secret.redact(&words)),
            Self::CutOff { reason } => Self::CutOff { reason: reason.without(secret) },
            Self::Unreachable { reason, host } => {
                Self::Unreachable { reason: reason.without(secret), host: secret.redact(&host) }
            }
            Self::Setup(fault) => Self::Setup(fault.without(secret)),
            other => other,
        }
    }

    /// The same, what a service says cut to what a line can hold.
    pub(super) fn cut(self) -> Self {
        match self {
            Self::Refused(words) => {
                let cut = common::text::cut(&words, MAX_EXCERPT_CHARS).map(str::to_owned);
                Self::Refused(cut.unwrap_or(words))
            }
            other => other,
        }
    }

    /// What a client is told: how the server is set up is none of its business.
    pub(super) fn for_clients(&self) -> String {
        match self {
            Self::Unreachable { .. } => "the bot cannot be reached".to_owned(),
            Self::NoKey(_) | Self::Setup(_) => "the bot is not set up".to_owned(),
            Self::BadKey(_) => Self::BadKey(None).to_string(),
            Self::Quota(_) => Self::Quota(None).to_string(),
            Self::Resting { failures, wait, last } => {
                let (last, wait) = (last.for_clients(), whole_secs(*wait));
                format!("it failed {failures} times in a row, at last: {last}; tried again in {wait} s")
            }
            other => other.to_string(),
        }
    }
}
