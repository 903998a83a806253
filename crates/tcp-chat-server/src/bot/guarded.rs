//! One bot of a chain, and how it does.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use chrono::{DateTime, FixedOffset};
use common::engine::Clock;
use tokio::time::Instant;

use super::breaker::{Allowance, Breaker, MAX_FAILURES, Pass};
use super::choice::FoundKey;
use super::error::whole_secs;
use super::{
    Bot, BotError, BotFailure, BotNotice, KeyStoreError, MissingKey, Question, Rate, ReplyStream, Secret,
};

/// A bot and how it did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BotRow {
    /// Its name.
    pub name: String,
    /// What is wrong with its settings.
    pub notice: Option<BotNotice>,
    /// Its last call; `None`: it was not asked yet.
    pub last: Option<LastCall>,
    /// It is left alone until then, as it failed too often.
    pub again_at: Option<std::time::Instant>,
}

/// How a bot's last call ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LastCall {
    /// With a reply.
    Answered {
        /// The time it took.
        took: Duration,
    },
    /// Without one.
    Failed {
        /// Why.
        error: BotError,
        /// Since when every call has failed.
        since: DateTime<FixedOffset>,
    },
}

/// A bot, what protects it, and what it did last.
#[derive(Debug)]
pub(crate) struct GuardedBot {
    pub(super) bot: Box<dyn Bot>,
    /// Its key, which no failure may name.
    secret: Option<Secret>,
    /// Why it cannot be asked: it has no key.
    no_key: Option<MissingKey>,
    /// Why it has perhaps not the key that is kept for it.
    key_trouble: Option<KeyStoreError>,
    rate: Option<Rate>,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    breaker: Breaker,
    allowance: Option<Allowance>,
    last: Option<LastCall>,
}

/// A call under way; one that is dropped tells nothing about the bot.
struct Call<'a> {
    bot: &'a GuardedBot,
    pass: Option<Pass>,
}

impl Drop for Call<'_> {
    fn drop(&mut self) {
        if let Some(pass) = self.pass {
            self.bot.state().breaker.abandoned(pass);
        }
    }
}

impl GuardedBot {
    /// A bot that anybody may ask at any time.
    pub(crate) fn new(bot: Box<dyn Bot>) -> Self {
        Self { bot, secret: None, no_key: None, key_trouble: None, rate: None, state: Mutex::default() }
    }

    pub(super) fn with_key(mut self, found: FoundKey) -> Self {
        match found {
            Ok((secret, trouble)) => (self.secret, self.key_trouble) = (secret, trouble),
            Err(missing) => self.no_key = Some(missing),
        }
        self
    }

    pub(super) fn with_rate(mut self, rate: Option<Rate>) -> Self {
        self.rate = rate;
        self.state().allowance = rate.map(Allowance::new);
        self
    }

    /// Asks, where the bot may be asked; its words go into `stream`.
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
        let (mut state, now) = (self.state(), Instant::now());
        let error = match result {
            Ok(()) => {
                state.breaker.succeeded();
                state.last = Some(LastCall::Answered { took: now - started });
                return Ok(());
            }
            Err(error) => error.presentable(self.secret.as_ref()),
        };
        if error.is_about_question() {
            state.breaker.abandoned(pass);
            return Err(self.failure(error, None));
        }
        let rests_for = state.breaker.failed(pass, now);
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
            BotError::Resting { failures: MAX_FAILURES, last: Box::new(last), secs: whole_secs(wait) }
        })?;
        if let (Some(allowance), Some(rate)) = (&mut state.allowance, self.rate)
            && let Err(wait) = allowance.take(now)
        {
            state.breaker.abandoned(pass);
            let secs = whole_secs(wait);
            return Err(BotError::AskedTooOften { calls: rate.calls, within: rate.within, secs });
        }
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
        BotFailure::new(self.bot.name(), error, rests_for)
    }

    /// How it does.
    pub(crate) fn row(&self) -> BotRow {
        let state = self.state();
        let no_key = self.no_key.clone().map(|reason| BotNotice::NoKey { reason });
        let no_key = no_key.or_else(|| self.key_trouble.clone().map(|reason| BotNotice::KeyStore { reason }));
        BotRow {
            name: self.bot.name().to_owned(),
            notice: no_key.or_else(|| self.bot.notice().cloned()),
            last: state.last.clone(),
            again_at: state.breaker.until().map(Instant::into_std),
        }
    }

    // No code panics within.
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
