//! Why a bot gave no reply, and why a message gets none.

use std::time::Duration;

use common::chat::{FailReason, PlainError};
use common::localized;
use serde::ser::SerializeStructVariant as _;
use serde::{Serialize, Serializer};

use super::redact::redacted;
use super::{Advice, CodeMeaning, MissingKey, Secret, ServiceFault, SetupFault, UnexpectedBody};

/// Longest words of a service about a failure that are kept, in characters.
const MAX_EXCERPT_CHARS: usize = 200;

/// What one bot did instead of replying.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub enum BotError {
    /// The service cannot be reached.
    Unreachable { reason: ServiceFault, host: String },
    /// The proxy on the way to the service cannot be used.
    ProxyFailed { proxy: String, reason: ServiceFault },
    /// No whole answer came in time.
    TimedOut { after: Duration },
    /// An answer that had begun to stream went no further.
    Stalled { after: Duration },
    /// The connection ended in the middle of the answer.
    CutOff { reason: ServiceFault },
    /// The service answered with a status of HTTP that means a failure.
    Status { status: u16 },
    /// A redirect, which is not followed: the key could get into other hands.
    Redirect { status: u16 },
    /// The service refuses, in its own words.
    Refused { text: String },
    /// The service refuses this question, in its own words.
    QuestionRefused { text: String },
    /// The conversation is longer than the model takes, in the words of the service.
    ContextTooLong { text: String },
    /// The service does not have the model, in its own words.
    NoSuchModel { text: String, advice: Advice },
    /// The model declines to answer, in its own words.
    Declined { text: String },
    /// A filter of the service held the answer back.
    Filtered,
    /// In place of words of the service that may repeat what another client has said.
    SaysItFailed,
    /// A code of the service that is known to mean a failure.
    Code { code: i64, meaning: CodeMeaning },
    /// The bot cannot be asked without a key.
    NoKey(MissingKey),
    /// The service does not accept the key.
    BadKey { advice: Advice },
    /// The quota of the key is used up.
    Quota { advice: Advice },
    /// The service is still loading the model.
    Loading,
    /// The service names a time until which it wants to be left alone, and the bot keeps to it.
    RetryLater { error: Box<BotError>, secs: u64 },
    /// The circuit breaker is open: the bot failed too often.
    Resting { failures: u32, last: Box<BotError>, secs: u64 },
    /// The bot was asked as often as the rate limit of its service allows.
    AskedTooOften { calls: u32, within: Duration, secs: u64 },
    /// The bot is set in a way that it cannot work with.
    Setup(SetupFault),
    /// The answer is not what the service should send.
    NotAReply { body: UnexpectedBody },
    /// The bot does not understand the question.
    NotUnderstood,
    /// The answer is an advertisement.
    Advert,
    /// The reply has no text.
    Empty,
    /// The model thought, and did not reply.
    OnlyThought,
    /// The reply was cut at the length that the service allows.
    LengthReached,
    /// The answer is longer than a reply may be.
    TooLong { max: usize },
    /// The service takes shorter questions only.
    QuestionTooLong { len: usize, max: usize },
    /// The question would change the address of the request.
    QuestionUnfit,
    /// The service takes questions of fewer characters only.
    TooManyCharacters { len: usize, max: usize },
    /// What clients are told in place of `Unreachable` and `ProxyFailed`.
    NotReached,
    /// What clients are told in place of `NoKey` and `Setup`.
    NotSetUp,
}

impl BotError {
    /// Whether the question is to blame, and not the bot.
    pub(super) fn is_about_question(&self) -> bool {
        matches!(
            self,
            Self::QuestionTooLong { .. }
                | Self::QuestionUnfit
                | Self::TooManyCharacters { .. }
                | Self::NotUnderstood
                | Self::QuestionRefused { .. }
                | Self::ContextTooLong { .. }
                | Self::Declined { .. }
                | Self::Filtered
                | Self::OnlyThought
                | Self::LengthReached
                | Self::Status { status: 400 | 413 | 422 }
        )
    }

    /// Whether the bot was not even asked.
    fn is_own_refusal(&self) -> bool {
        matches!(
            self,
            Self::Resting { .. }
                | Self::AskedTooOften { .. }
                | Self::NoKey(_)
                | Self::QuestionUnfit
                | Self::TooManyCharacters { .. }
        )
    }

    /// The fixed word on the wire.
    #[must_use]
    pub fn reason(&self) -> FailReason {
        match self {
            Self::Unreachable { .. } | Self::ProxyFailed { .. } => FailReason::BotUnreachable,
            Self::TimedOut { .. } | Self::Stalled { .. } => FailReason::BotTimeout,
            Self::TooLong { .. } => FailReason::BotTooLong,
            Self::Resting { last: error, .. } | Self::RetryLater { error, .. } => error.reason(),
            _ => FailReason::BotFailed,
        }
    }

    /// The error, with how long the service wants to be left alone where it says so.
    pub(super) fn retry_after(self, wait: Option<Duration>) -> Self {
        match wait {
            Some(wait) if !wait.is_zero() && !self.is_about_question() => {
                Self::RetryLater { error: Box::new(self), secs: whole_secs(wait) }
            }
            _ => self,
        }
    }

    /// The error without the time that [`Self::retry_after`] added, and that time.
    pub(super) fn without_wait(self) -> (Self, Option<Duration>) {
        match self {
            Self::RetryLater { error, secs } => (*error, Some(Duration::from_secs(secs))),
            error => (error, None),
        }
    }

    /// What the service says in its own words.
    fn words(&mut self) -> Option<&mut String> {
        match self {
            Self::Refused { text }
            | Self::QuestionRefused { text }
            | Self::ContextTooLong { text }
            | Self::NoSuchModel { text, .. }
            | Self::Declined { text } => Some(text),
            _ => None,
        }
    }

    /// The error without `secret`, which a service may repeat, and no longer than a line can hold.
    pub(super) fn presentable(mut self, secret: Option<&Secret>) -> Self {
        let redacted = |text: &str| redacted(secret, text);
        let without = |fault: ServiceFault| {
            let (said, reason) = (fault.to_string(), redacted(&fault.to_string()));
            if reason == said { fault } else { ServiceFault::Other { reason } }
        };
        if let Some(words) = self.words() {
            // Half a key would not be found: it is redacted before the rest is cut off.
            *words = redacted(words);
            if let Some(start) = common::text::cut(words, MAX_EXCERPT_CHARS).map(str::len) {
                words.truncate(start);
            }
        }
        match self {
            Self::CutOff { reason } => Self::CutOff { reason: without(reason) },
            Self::Unreachable { reason, host } => {
                Self::Unreachable { reason: without(reason), host: redacted(&host) }
            }
            Self::ProxyFailed { proxy, reason } => {
                Self::ProxyFailed { proxy: redacted(&proxy), reason: without(reason) }
            }
            Self::RetryLater { error, secs } => {
                Self::RetryLater { error: Box::new(error.presentable(secret)), secs }
            }
            Self::Setup(fault) => {
                let (said, reason) = (fault.to_string(), redacted(&fault.to_string()));
                Self::Setup(if reason == said { fault } else { SetupFault::Other { reason } })
            }
            other => other,
        }
    }

    /// What a client is told: how the server is set up is none of its business.
    pub(super) fn for_clients(&self) -> Self {
        match self {
            Self::Unreachable { .. } | Self::ProxyFailed { .. } => Self::NotReached,
            Self::NoKey(_) | Self::Setup(_) => Self::NotSetUp,
            Self::BadKey { .. } => Self::BadKey { advice: Advice::None },
            Self::Quota { .. } => Self::Quota { advice: Advice::None },
            Self::NoSuchModel { text, .. } => Self::NoSuchModel { text: text.clone(), advice: Advice::None },
            Self::Resting { failures, last, secs } => {
                let mut last = last.for_clients();
                // These words may repeat what another client has said.
                if last.words().is_some() {
                    last = Self::SaysItFailed;
                }
                Self::Resting { failures: *failures, last: Box::new(last), secs: *secs }
            }
            other => other.clone(),
        }
    }
}

/// Rounded up: what is not over yet takes at least a second.
pub(super) fn whole_secs(wait: Duration) -> u64 {
    wait.as_millis().div_ceil(1000).try_into().unwrap_or(u64::MAX)
}

/// A bot that gave no reply. After one failure too many its circuit breaker opens, and the bot rests for a while.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BotFailure {
    Failed { bot: String, error: BotError },
    FailedAndRests { bot: String, error: BotError, rests_secs: u64 },
    NotAsked { bot: String, error: BotError },
}

impl BotFailure {
    pub(super) fn new(bot: &str, error: BotError, rests_for: Option<Duration>) -> Self {
        let bot = bot.to_owned();
        match rests_for {
            Some(pause) => Self::FailedAndRests { bot, error, rests_secs: pause.as_secs() },
            None if error.is_own_refusal() => Self::NotAsked { bot, error },
            None => Self::Failed { bot, error },
        }
    }

    #[must_use]
    pub fn bot(&self) -> &str {
        let (Self::Failed { bot, .. } | Self::FailedAndRests { bot, .. } | Self::NotAsked { bot, .. }) = self;
        bot
    }

    #[must_use]
    pub fn error(&self) -> &BotError {
        let (Self::Failed { error, .. } | Self::FailedAndRests { error, .. } | Self::NotAsked { error, .. }) =
            self;
        error
    }

    pub(super) fn for_clients(mut self) -> Self {
        let (Self::Failed { error, .. } | Self::FailedAndRests { error, .. } | Self::NotAsked { error, .. }) =
            &mut self;
        *error = error.for_clients();
        self
    }
}

/// The fixed word on the wire stands beside what the bot did.
impl Serialize for BotFailure {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let (variant, rests_secs) = match self {
            Self::Failed { .. } => ("Failed", None),
            Self::FailedAndRests { rests_secs, .. } => ("FailedAndRests", Some(rests_secs)),
            Self::NotAsked { .. } => ("NotAsked", None),
        };
        let mut fields = serializer.serialize_struct_variant("BotFailure", 0, variant, 4)?;
        fields.serialize_field("bot", self.bot())?;
        fields.serialize_field("reason", &self.error().reason())?;
        fields.serialize_field("error", self.error())?;
        if let Some(secs) = rests_secs {
            fields.serialize_field("rests_secs", secs)?;
        }
        fields.end()
    }
}

/// Why a message gets no reply.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub enum AskError {
    /// The list of bots is empty.
    NoBots,
    /// All bots failed, in the order in which they were asked.
    NoReply { failures: Vec<BotFailure> },
    /// The client took the message back.
    Cancelled,
    /// The message has no text.
    Blank,
    /// The message is too long.
    TooLong { len: usize, max: usize },
    /// The bytes of a plain client are no message.
    Plain { error: PlainError },
    /// Too many messages of this client wait.
    QueueFull { max: usize },
    /// Several messages of a plain client found its queue full: it gets one answer for all of them.
    QueueOverflow { max: usize, count: usize },
    /// The messages of all clients together take as much memory as they may.
    ServerFull { max: usize },
    /// The server stops.
    ServerStops,
    /// The server's user disconnects the client.
    ClientDisconnected,
}

impl AskError {
    /// The fixed word on the wire: that of the last bot where all failed.
    #[must_use]
    pub fn reason(&self) -> FailReason {
        match self {
            Self::NoBots => FailReason::BotFailed,
            Self::NoReply { failures } => {
                failures.last().map_or(FailReason::BotFailed, |failure| failure.error().reason())
            }
            Self::Cancelled => FailReason::Cancelled,
            Self::Blank => FailReason::Blank,
            Self::TooLong { .. } | Self::Plain { error: PlainError::BurstTooLong { .. } } => {
                FailReason::TooLong
            }
            // A client that speaks records cannot send bytes like these.
            Self::Plain { error: PlainError::NotUtf8 { .. } | PlainError::NotInEncoding { .. } } => {
                FailReason::NotUtf8
            }
            Self::QueueFull { .. } | Self::QueueOverflow { .. } | Self::ServerFull { .. } => {
                FailReason::TooManyWaiting
            }
            Self::ServerStops | Self::ClientDisconnected => FailReason::Stopping,
        }
    }

    /// What the client is told, in English: nothing of how the server is set up.
    #[must_use]
    pub fn for_clients(&self) -> String {
        match self {
            Self::NoReply { failures } => {
                let failures = failures.iter().cloned().map(BotFailure::for_clients).collect();
                Self::NoReply { failures }.to_string()
            }
            other => other.to_string(),
        }
    }
}

localized!(BotError, BotFailure, AskError);
