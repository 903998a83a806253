//! Asking one bot after the other until one answers.

use std::sync::Arc;
use std::time::Duration;

use common::engine::Clock;
use tokio::time::Instant;

use super::guarded::GuardedBot;
use super::{AskError, BotError, BotFailure, ConversationId, Question, ReplyStream};

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
    /// The bots that were asked before it.
    pub failures: Vec<BotFailure>,
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
    pub(crate) async fn ask(&self, question: &Question, stream: &ReplyStream) -> Result<Reply, AskError> {
        let mut failures = Vec::new();
        for guarded in &*self.bots {
            let started = Instant::now();
            if let Err(failure) = guarded.ask(question, stream, &self.clock).await {
                // What has begun is the reply: another bot's words must not follow.
                if stream.is_begun() {
                    stream.add_note(&format!("[cut: {}]", failure.clone().for_clients().error()));
                }
                failures.push(failure);
            }
            if let Ok(text) = stream.whole() {
                let (bot, took) = (guarded.bot.name().to_owned(), started.elapsed());
                return Ok(Reply { bot, text, took, failures });
            }
            stream.reset();
        }
        Err(if failures.is_empty() { AskError::NoBots } else { AskError::NoReply { failures } })
    }
}

#[cfg(test)]
#[path = "chain_tests.rs"]
mod tests;
