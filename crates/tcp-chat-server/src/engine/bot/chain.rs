//! Asking one bot after the other until one answers.

use std::fmt;
use std::time::Duration;

use common::chat::FailReason;
use tokio::time::Instant;

use super::{Bot, BotError, ConversationId, Parts, Question, Secret};

/// Bots in the order they are asked. All replies leave it cleaned.
#[derive(Debug)]
pub(in crate::engine) struct Chain {
    links: Vec<Link>,
}

/// A bot of a chain.
#[derive(Debug)]
pub(in crate::engine) struct Link {
    pub(in crate::engine) bot: Box<dyn Bot>,
    /// Its key, which no failure may name.
    pub(in crate::engine) secret: Option<Secret>,
    /// Why it cannot be asked: it has no key.
    pub(in crate::engine) no_key: Option<BotError>,
}

impl Link {
    /// The bot's reply, cleaned.
    async fn ask(&self, question: &Question, parts: &Parts) -> Result<(), BotError> {
        if let Some(error) = &self.no_key {
            return Err(error.clone());
        }
        let rest = self.bot.ask(question, parts).await?;
        parts.push(&rest)?;
        if parts.is_begun() { Ok(()) } else { Err(BotError::Empty) }
    }
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
    /// A chain of bots.
    pub(in crate::engine) fn new(links: Vec<Link>) -> Self {
        Self { links }
    }

    /// The names, in the order they are asked.
    pub(in crate::engine) fn names(&self) -> impl Iterator<Item = &str> {
        self.links.iter().map(|link| link.bot.name())
    }

    /// What is wrong with the settings of each, in words.
    pub(in crate::engine) fn notices(&self) -> impl Iterator<Item = Option<String>> {
        self.links.iter().map(|link| {
            let no_key = link.no_key.as_ref().map(ToString::to_string);
            no_key.or_else(|| link.bot.notice().map(str::to_owned))
        })
    }

    /// A conversation is over.
    pub(in crate::engine) fn forget(&self, conversation: ConversationId) {
        self.links.iter().for_each(|link| link.bot.forget(conversation));
    }

    /// Asks until one answers; what a bot says piece by piece goes into `parts` as it comes, which
    /// joined are the reply.
    ///
    /// # Errors
    /// Where none did.
    pub(in crate::engine) async fn ask(
        &self,
        question: &Question,
        parts: &Parts,
    ) -> Result<Reply, ChainError> {
        let mut failures = Vec::new();
        for link in &self.links {
            let started = Instant::now();
            let outcome = link.ask(question, parts).await;
            let bot = link.bot.name().to_owned();
            if let Err(error) = outcome {
                let error = link.secret.iter().fold(error, BotError::without);
                // What has begun is the reply: another bot's words must not follow.
                if parts.is_begun() {
                    parts.add_note(&format!("[cut: {error}]"));
                }
                failures.push(BotFailure { bot: bot.clone(), error });
            }
            if let Ok(text) = parts.whole() {
                return Ok(Reply { bot, text, took: started.elapsed(), failures });
            }
            parts.reset();
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

    /// Says this, then fails.
    #[derive(Debug)]
    struct Breaking(&'static str);

    impl Bot for Breaking {
        fn name(&self) -> &'static str {
            "Breaking"
        }

        fn ask<'a>(
            &'a self,
            _question: &'a Question,
            parts: &'a Parts,
        ) -> BoxFuture<'a, Result<String, BotError>> {
            Box::pin(async {
                parts.push(self.0)?;
                Err(BotError::Status(500))
            })
        }
    }

    impl Bot for Fixed {
        fn name(&self) -> &str {
            self.0
        }

        fn ask<'a>(
            &'a self,
            _question: &'a Question,
            _parts: &'a Parts,
        ) -> BoxFuture<'a, Result<String, BotError>> {
            Box::pin(async { self.1.clone().map(str::to_owned) })
        }
    }

    fn link(bot: impl Bot + 'static) -> Link {
        Link { bot: Box::new(bot), secret: None, no_key: None }
    }

    fn question() -> Question {
        Question { text: "hello".to_owned(), conversation: ConversationId(1) }
    }

    async fn ask(bots: [Fixed; 2]) -> Result<Reply, ChainError> {
        Chain::new(bots.into_iter().map(link).collect()).ask(&question(), &Parts::default()).await
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

    #[tokio::test]
    async fn what_has_begun_is_cut_and_never_mixed() {
        let parts = Parts::default();
        let chain = Chain::new(vec![link(Breaking("half a\n")), link(Fixed("Two", Ok("hi")))]);
        let reply = chain.ask(&question(), &parts).await.unwrap();
        let text = "half a\n[cut: the service answered with HTTP status 500]";
        assert_eq!((reply.bot.as_str(), reply.text.as_str(), reply.failures.len()), ("Breaking", text, 1));
        assert_eq!(parts.take().as_deref(), Some(text));
        // White space alone is no beginning.
        let parts = Parts::default();
        let chain = Chain::new(vec![link(Breaking(" \n")), link(Fixed("Two", Ok("hi")))]);
        assert_eq!(chain.ask(&question(), &parts).await.unwrap().text, "hi");
        assert_eq!(parts.take().as_deref(), Some("hi"));
    }

    #[tokio::test]
    async fn no_failure_names_the_key() {
        let bot = Fixed("One", Err(BotError::Refused("bad key sk-1".into())));
        let chain = Chain::new(vec![Link { bot: Box::new(bot), secret: Secret::new("sk-1"), no_key: None }]);
        let error = chain.ask(&question(), &Parts::default()).await.unwrap_err();
        assert_eq!(error.to_string(), "One failed (the service says: bad key (secret))");
    }
}
