//! Asking one bot after the other until one answers.

use std::fmt;
use std::time::Duration;

use common::chat::FailReason;
use tokio::time::Instant;

use super::clean::clean;
use super::{Bot, BotError, Question};

/// Bots in the order they are asked. All replies leave it cleaned.
#[derive(Debug)]
pub(in crate::engine) struct Chain {
    bots: Vec<Box<dyn Bot>>,
}

/// A reply, and who gave it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::engine) struct Reply {
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
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{bot} failed ({error})")]
pub struct BotFailure {
    /// Its name.
    pub bot: String,
    /// Why.
    pub error: BotError,
}

/// No bot gave a reply.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(in crate::engine) struct ChainError {
    /// Every bot, in the order they were asked.
    pub failures: Vec<BotFailure>,
}

impl ChainError {
    /// The fixed word for it: that of the last bot asked.
    pub(in crate::engine) fn reason(&self) -> FailReason {
        self.failures.last().map_or(FailReason::BotFailed, |failure| failure.error.reason())
    }
}

impl fmt::Display for ChainError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.failures.is_empty() {
            return f.write_str("no bot is set up");
        }
        for (index, failure) in self.failures.iter().enumerate() {
            let separator = if index == 0 { "" } else { ", " };
            write!(f, "{separator}{failure}")?;
        }
        Ok(())
    }
}

impl Chain {
    /// A chain of `bots`.
    pub(in crate::engine) fn new(bots: Vec<Box<dyn Bot>>) -> Self {
        Self { bots }
    }

    /// The names, in the order they are asked.
    pub(in crate::engine) fn names(&self) -> impl Iterator<Item = &str> {
        self.bots.iter().map(|bot| bot.name())
    }

    /// Asks until one answers.
    ///
    /// # Errors
    /// Where none did.
    pub(in crate::engine) async fn ask(&self, question: &Question) -> Result<Reply, ChainError> {
        let mut failures = Vec::new();
        for bot in &self.bots {
            let started = Instant::now();
            match bot.ask(question).await.and_then(|text| clean(&text)) {
                Ok(text) => {
                    let (bot, took) = (bot.name().to_owned(), started.elapsed());
                    return Ok(Reply { bot, text, took, failures });
                }
                Err(error) => failures.push(BotFailure { bot: bot.name().to_owned(), error }),
            }
        }
        Err(ChainError { failures })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures_util::future::BoxFuture;

    #[derive(Debug)]
    struct Fixed(&'static str, Result<&'static str, BotError>);

    impl Bot for Fixed {
        fn name(&self) -> &str {
            self.0
        }

        fn ask<'a>(&'a self, _question: &'a Question) -> BoxFuture<'a, Result<String, BotError>> {
            Box::pin(async { self.1.clone().map(str::to_owned) })
        }
    }

    async fn ask(bots: [Fixed; 2]) -> Result<Reply, ChainError> {
        let chain = Chain::new(bots.into_iter().map(|bot| Box::new(bot) as Box<dyn Bot>).collect());
        chain.ask(&Question { text: "hello".to_owned() }).await
    }

    #[tokio::test]
    async fn the_next_bot_answers_and_the_failure_is_told() {
        let reply =
            ask([Fixed("One", Err(BotError::Status(502))), Fixed("Two", Ok("hi\u{7}"))]).await.unwrap();
        assert_eq!((reply.bot.as_str(), reply.text.as_str()), ("Two", "hi"));
        assert_eq!(reply.failures, [BotFailure { bot: "One".into(), error: BotError::Status(502) }]);
        let reply = ask([Fixed("One", Ok("hi")), Fixed("Two", Ok("ho"))]).await.unwrap();
        assert_eq!((reply.bot.as_str(), reply.failures.len()), ("One", 0));
    }

    #[tokio::test]
    async fn a_reply_that_cannot_be_cleaned_is_a_failure_too() {
        let reply = ask([Fixed("One", Ok("\u{7}\n")), Fixed("Two", Ok("hi"))]).await.unwrap();
        assert_eq!(reply.failures, [BotFailure { bot: "One".into(), error: BotError::Empty }]);
    }

    #[tokio::test]
    async fn when_all_fail_each_is_named() {
        let timed_out = BotError::TimedOut { after: Duration::from_secs(8) };
        let error =
            ask([Fixed("One", Err(timed_out)), Fixed("Two", Err(BotError::Empty))]).await.unwrap_err();
        assert_eq!(error.to_string(), "One failed (no answer within 8 s), Two failed (the reply is empty)");
        assert_eq!(error.reason(), FailReason::BotFailed);
    }
}
