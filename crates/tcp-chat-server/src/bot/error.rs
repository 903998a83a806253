//! Why a bot gave no reply, and why a message gets none.

use std::time::Duration;

use common::chat::{FailReason, PlainError};
use common::localized;
use serde::ser::SerializeStructVariant as _;
use serde::{Serialize, Serializer};

use super::{Advice, CodeMeaning, MissingKey, Secret, ServiceFault, SetupFault, UnexpectedBody};

/// Longest words of a service about a failure that are kept, in characters.
const MAX_EXCERPT_CHARS: usize = 200;

/// What one bot did instead of replying.
///
/// A call that is `TimedOut` had no whole answer in time, one that `Stalled` began to stream one. What a
/// service says itself is `Refused`, `QuestionRefused` where it is about this question alone, or a `Code` that is
/// known to mean a failure; `Loading` a model, and `RetryLater` when it names a time, which the bot keeps to;
/// `SaysItFailed` stands for its words where these may repeat what another client has
/// said. A bot that is `Resting`
/// failed too often; one that was `AskedTooOften` was asked as often as its service allows. A question is
/// `QuestionUnfit` where it would lead to another address. `NotReached` and `NotSetUp` are what clients are
/// told: see `Self::for_clients`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub enum BotError {
    Unreachable { reason: ServiceFault, host: String },
    ProxyFailed { proxy: String, reason: ServiceFault },
    TimedOut { after: Duration },
    Stalled { after: Duration },
    CutOff { reason: ServiceFault },
    Status { status: u16 },
    Redirect { status: u16 },
    Refused { text: String },
    QuestionRefused { text: String },
    ContextTooLong { text: String },
    NoSuchModel { text: String, advice: Advice },
    Declined { text: String },
    Filtered,
    SaysItFailed,
    Code { code: i64, meaning: CodeMeaning },
    NoKey(MissingKey),
    BadKey { advice: Advice },
    Quota { advice: Advice },
    Loading,
    RetryLater { error: Box<BotError>, secs: u64 },
    Resting { failures: u32, last: Box<BotError>, secs: u64 },
    AskedTooOften { calls: u32, within: Duration, secs: u64 },
    Setup(SetupFault),
    NotAReply { body: UnexpectedBody },
    NotUnderstood,
    Advert,
    Empty,
    OnlyThought,
    LengthReached,
    TooLong { max: usize },
    QuestionTooLong { len: usize, max: usize },
    QuestionUnfit,
    TooManyCharacters { len: usize, max: usize },
    NotReached,
    NotSetUp,
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

    /// The fixed word for it.
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

    /// The same, where the service says how long it wants to be left alone.
    pub(super) fn retry_after(self, wait: Option<Duration>) -> Self {
        match wait {
            Some(wait) if !wait.is_zero() && !self.is_about_question() => {
                Self::RetryLater { error: Box::new(self), secs: whole_secs(wait) }
            }
            _ => self,
        }
    }

    /// The error itself, and how long the service wants to be left alone.
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

    /// The same without `secret`, which a service may repeat, and no longer than a line can hold.
    pub(super) fn presentable(mut self, secret: Option<&Secret>) -> Self {
        let redacted = |text: &str| secret.map_or_else(|| text.to_owned(), |secret| secret.redact(text));
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
                // They may repeat what another client has said.
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

/// A bot that gave no reply; after one failure too many it is left alone, and rests, for a while.
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

/// With the fixed word on the wire beside what the bot did.
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

/// Why a message gets no reply. `NoReply` has every bot in the order they were asked; a `QueueOverflow` is
/// several messages of a plain client, which gets one answer for all of them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub enum AskError {
    NoBots,
    NoReply { failures: Vec<BotFailure> },
    Cancelled,
    Blank,
    TooLong { len: usize, max: usize },
    Plain { error: PlainError },
    QueueFull { max: usize },
    QueueOverflow { max: usize, count: usize },
    ServerFull { max: usize },
    ServerStops,
    ClientDisconnected,
}

impl AskError {
    /// The fixed word for it: that of the last bot where all failed.
    #[must_use]
    pub fn reason(&self) -> FailReason {
        match self {
            Self::NoBots => FailReason::BotFailed,
            Self::NoReply { failures } => {
                failures.last().map_or(FailReason::BotFailed, |failure| failure.error().reason())
            }
            Self::Cancelled => FailReason::Cancelled,
            Self::Blank => FailReason::Blank,
            Self::TooLong { .. }
            | Self::Plain { error: PlainError::TooLong { .. } | PlainError::BurstTooLong { .. } } => {
                FailReason::TooLong
            }
            // Records clients cannot send such a text.
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
