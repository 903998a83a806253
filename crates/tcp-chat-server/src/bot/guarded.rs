//! One bot of a chain with what guards it: its circuit breaker, its rate limit, its key.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use chrono::{DateTime, FixedOffset};
use common::engine::Clock;
use tokio::time::Instant;

use super::breaker::{Breaker, Pass, RateLimit};
use super::choice::FoundKey;
use super::error::whole_secs;
use super::{
    Bot, BotError, BotFailure, BotNotice, KeyStoreError, MissingKey, Question, Rate, ReplyStream, Secret,
};

/// How the calls of a bot of the list went, as the window shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BotRow {
    pub name: String,
    /// What is wrong with its settings.
    pub notice: Option<BotNotice>,
    /// Its last call; `None` before the first one.
    pub last: Option<LastCall>,
    /// Whether it is being asked.
    pub is_asked: bool,
    /// When it is asked again, while it is left alone because it failed too often.
    pub again_at: Option<std::time::Instant>,
}

impl BotRow {
    /// Seconds from `now` until it is asked again, where it is left alone.
    pub(crate) fn again_secs(&self, now: std::time::Instant) -> Option<u64> {
        self.again_at.map(|at| whole_secs(at.saturating_duration_since(now)))
    }
}

/// How a bot's last call ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LastCall {
    Answered {
        took: Duration,
    },
    Failed {
        error: BotError,
        /// Since when every call has failed.
        since: DateTime<FixedOffset>,
    },
    /// It was asked and has answered nothing yet: the questions were at fault, or nobody waited for the answers.
    Unanswered,
}

/// A bot, what guards it, and what it did last.
#[derive(Debug)]
pub(crate) struct GuardedBot {
    pub(super) name: String,
    pub(super) bot: Box<dyn Bot>,
    /// Its key, which is redacted in everything that the bot says.
    secret: Option<Secret>,
    /// Why it has no key and so cannot be asked.
    no_key: Option<MissingKey>,
    /// Why the key store, which may hold a key for the bot, gave no answer.
    store_error: Option<KeyStoreError>,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    /// Calls under way.
    calls: usize,
    breaker: Breaker,
    rate_limit: Option<RateLimit>,
    last: Option<LastCall>,
}

/// A call under way. A call that is dropped tells the circuit breaker nothing.
struct Call<'a> {
    bot: &'a GuardedBot,
    pass: Option<Pass>,
}

impl Drop for Call<'_> {
    fn drop(&mut self) {
        let mut state = self.bot.state();
        state.calls -= 1;
        if let Some(pass) = self.pass {
            state.breaker.abandoned(pass);
            state.last.get_or_insert(LastCall::Unanswered);
        }
    }
}

impl GuardedBot {
    /// A bot without a key and without a rate limit.
    pub(crate) fn new(name: &str, bot: Box<dyn Bot>) -> Self {
        let name = name.to_owned();
        Self { name, bot, secret: None, no_key: None, store_error: None, state: Mutex::default() }
    }

    pub(super) fn with_key(mut self, found: FoundKey) -> Self {
        match found {
            Ok((secret, store_error)) => (self.secret, self.store_error) = (secret, store_error),
            Err(missing) => self.no_key = Some(missing),
        }
        self
    }

    pub(super) fn with_rate(self, rate: Option<Rate>) -> Self {
        self.state().rate_limit = rate.map(RateLimit::new);
        self
    }

    /// Asks the bot unless it has to be left alone; the reply goes into `stream`.
    pub(super) async fn ask(
        &self,
        question: &Question,
        stream: &ReplyStream,
        clock: &Arc<dyn Clock>,
    ) -> Result<(), BotFailure> {
        if let Some(reply) = self.bot.local(question) {
            return stream.push(&reply).map_err(|error| self.failure(error, None));
        }
        let started = Instant::now();
        let mut call = self.begin(started).map_err(|error| self.failure(error, None))?;
        let result = self.say(question, stream).await;
        let pass = call.pass.take().unwrap_or(Pass::Usual);
        drop(call);
        let (mut state, now) = (self.state(), Instant::now());
        let (error, retry_after) = match result {
            Ok(()) => {
                state.breaker.succeeded();
                state.last = Some(LastCall::Answered { took: now - started });
                return Ok(());
            }
            Err(error) => error.presentable(self.secret.as_ref()).without_wait(),
        };
        if error.is_about_question() {
            state.breaker.abandoned(pass);
            state.last.get_or_insert(LastCall::Unanswered);
            return Err(self.failure(error, None));
        }
        let rests_for = state.breaker.failed(pass, now, retry_after);
        let since = match state.last {
            Some(LastCall::Failed { since, .. }) => since,
            _ => clock.now(),
        };
        state.last = Some(LastCall::Failed { error: error.clone(), since });
        Err(self.failure(error, rests_for))
    }

    fn begin(&self, now: Instant) -> Result<Call<'_>, BotError> {
        if let Some(missing) = &self.no_key {
            return Err(BotError::NoKey(missing.clone()));
        }
        let mut state = self.state();
        let pass = state.breaker.admit(now).map_err(|wait| {
            let last = match &state.last {
                Some(LastCall::Failed { error, .. }) => error.clone(),
                _ => BotError::Empty,
            };
            let failures = state.breaker.failures();
            BotError::Resting { failures, last: Box::new(last), secs: whole_secs(wait) }
        })?;
        if let Some(rate_limit) = &mut state.rate_limit
            && let Err(wait) = rate_limit.take(now)
        {
            let rate = rate_limit.rate;
            state.breaker.abandoned(pass);
            let secs = whole_secs(wait);
            return Err(BotError::AskedTooOften { calls: rate.calls, within: rate.within, secs });
        }
        state.calls += 1;
        Ok(Call { bot: self, pass: Some(pass) })
    }

    /// The models that its service offers.
    pub(super) async fn models(&self) -> Result<Vec<String>, BotError> {
        self.bot.models().await.map_err(|error| error.presentable(self.secret.as_ref()))
    }

    async fn say(&self, question: &Question, stream: &ReplyStream) -> Result<(), BotError> {
        stream.redact(self.secret.as_ref());
        let rest = self.bot.ask(question, stream).await?;
        stream.push(&rest)?;
        stream.end()?;
        if stream.is_begun() { Ok(()) } else { Err(BotError::Empty) }
    }

    fn failure(&self, error: BotError, rests_for: Option<Duration>) -> BotFailure {
        BotFailure::new(&self.name, error, rests_for)
    }

    pub(crate) fn row(&self) -> BotRow {
        let state = self.state();
        let no_key = self.no_key.clone().map(|reason| BotNotice::NoKey { reason });
        let no_key = no_key.or_else(|| self.store_error.clone().map(|reason| BotNotice::KeyStore { reason }));
        BotRow {
            name: self.name.clone(),
            notice: no_key.or_else(|| self.bot.notice().cloned()),
            last: state.last.clone(),
            is_asked: state.calls > 0,
            again_at: state.breaker.until().map(Instant::into_std),
        }
    }

    // No code panics while it is locked.
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
