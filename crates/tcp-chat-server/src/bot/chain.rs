//! Asking one bot after the other until one answers.

use std::sync::Arc;

use common::engine::Clock;

use super::guarded::GuardedBot;
use super::{AskError, BotError, BotFailure, ConversationId, Question, ReplyStream};

/// Bots in the order they are asked. Every reply that it gives is sanitized.
pub(crate) struct Chain {
    bots: Arc<[GuardedBot]>,
    clock: Arc<dyn Clock>,
}

/// A reply, and which bot gave it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Reply {
    pub bot: String,
    /// Sanitized.
    pub text: String,
    /// The bots that were asked before it.
    pub failures: Vec<BotFailure>,
}

impl Chain {
    pub(crate) fn new(bots: Vec<GuardedBot>, clock: Arc<dyn Clock>) -> Self {
        Self { bots: bots.into(), clock }
    }

    pub(crate) fn bots(&self) -> &Arc<[GuardedBot]> {
        &self.bots
    }

    /// The names, in the order they are asked.
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.bots.iter().map(|guarded| guarded.name.as_str())
    }

    /// The models that the service of the first bot offers.
    pub(crate) async fn models(&self) -> Option<Result<Vec<String>, BotError>> {
        Some(self.bots.first()?.models().await)
    }

    /// A conversation is over.
    pub(crate) fn forget(&self, conversation: ConversationId) {
        self.bots.iter().for_each(|guarded| guarded.bot.forget(conversation));
    }

    /// Asks one bot after the other until one answers. The pieces of a reply go into `stream` as they come;
    /// joined they are the reply.
    pub(crate) async fn ask(&self, question: &Question, stream: &ReplyStream) -> Result<Reply, AskError> {
        let mut failures = Vec::new();
        for guarded in &*self.bots {
            stream.begin(&guarded.name);
            if let Err(failure) = guarded.ask(question, stream, &self.clock).await {
                // A reply that has begun stays the reply: words of another bot must not follow.
                if stream.is_begun() {
                    stream.add_note(&format!("[cut: {}]", failure.clone().for_clients().error()));
                }
                failures.push(failure);
            }
            if let Some(text) = stream.whole() {
                return Ok(Reply { bot: guarded.name.clone(), text, failures });
            }
        }
        Err(if failures.is_empty() { AskError::NoBots } else { AskError::NoReply { failures } })
    }
}

#[cfg(test)]
mod tests;
