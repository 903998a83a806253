//! Asking one bot after the other until one answers.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use common::chat::FailReason;
use common::engine::Clock;
use tokio::time::Instant;

use super::guarded::GuardedBot;
use super::{BotError, ConversationId, Question, ReplyStream};

/// Bots in the order they are asked. All replies leave it cleaned.
pub(crate) struct Chain {
    bots: Arc<[GuardedBot]>,
    clock: Arc<dyn Clock>,
}

/// A reply, and who gave it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Reply {
    /// The bot's name.
    pub bot: String,
    /// Its words, cleaned.
    pub text: String,
    /// The time this bot took.
    pub took: Duration,
    /// Who was asked before it.
    pub failures: Vec<BotFailure>,
}

/// A bot that gave no reply.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BotFailure {
    /// Its name.
    pub bot: String,
    /// Why.
    pub error: BotError,
    /// How long it is left alone, where this failure was one too many.
    pub rests_for: Option<Duration>,
}

impl fmt::Display for BotFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.told(&self.error.to_string()))
    }
}

impl BotFailure {
    fn told(&self, why: &str) -> String {
        let Self { bot, error, rests_for } = self;
        let what = if error.is_own_refusal() { "is not asked" } else { "failed" };
        let pause = rests_for.map(|pause| format!("; it is left alone for {} s", pause.as_secs()));
        format!("{bot} {what} ({why}{})", pause.unwrap_or_default())
    }
}

/// No bot gave a reply.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) struct ChainError {
    /// Every bot, in the order they were asked.
    pub failures: Vec<BotFailure>,
}

impl ChainError {
    /// The fixed word for it: that of the last bot asked.
    pub(crate) fn reason(&self) -> FailReason {
        self.failures.last().map_or(FailReason::BotFailed, |failure| failure.error.reason())
    }

    /// What a client is told: nothing of how the server is set up.
    pub(crate) fn for_clients(&self) -> String {
        self.told(|failure| failure.told(&failure.error.for_clients()))
    }

    fn told(&self, words: impl Fn(&BotFailure) -> String) -> String {
        let words: Vec<String> = self.failures.iter().map(words).collect();
        if words.is_empty() { "no bot is set up".to_owned() } else { words.join(", ") }
    }
}

impl fmt::Display for ChainError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.told(BotFailure::to_string))
    }
}

impl Chain {
    /// A chain of bots.
    pub(crate) fn new(bots: Vec<GuardedBot>, clock: Arc<dyn Clock>) -> Self {
        Self { bots: bots.into(), clock }
    }

    /// The bots, in the order they are asked.
    pub(crate) fn bots(&self) -> &Arc<[GuardedBot]> {
        &self.bots
    }

    /// The names, in the order they are asked.
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.bots.iter().map(|guarded| guarded.bot.name())
    }

    /// The models that the service of the first bot offers.
    pub(crate) async fn models(&self) -> Option<Result<Vec<String>, BotError>> {
        Some(self.bots.first()?.models().await)
    }

    /// A conversation is over.
    pub(crate) fn forget(&self, conversation: ConversationId) {
        self.bots.iter().for_each(|guarded| guarded.bot.forget(conversation));
    }

    /// Asks until one answers; what a bot says piece by piece goes into `stream` as it comes, which
    /// joined are the reply.
    ///
    /// # Errors
    /// Where none did.
    pub(crate) async fn ask(&self, question: &Question, stream: &ReplyStream) -> Result<Reply, ChainError> {
        let mut failures = Vec::new();
        for guarded in &*self.bots {
            let started = Instant::now();
            if let Err(failure) = guarded.ask(question, stream, &self.clock).await {
                // What has begun is the reply: another bot's words must not follow.
                if stream.is_begun() {
                    stream.add_note(&format!("[cut: {}]", failure.error.for_clients()));
                }
                failures.push(failure);
            }
            if let Ok(text) = stream.whole() {
                let (bot, took) = (guarded.bot.name().to_owned(), started.elapsed());
                return Ok(Reply { bot, text, took, failures });
            }
            stream.reset();
        }
        Err(ChainError { failures })
    }
}

#[cfg(test)]
#[path = "chain_tests.rs"]
mod tests;
