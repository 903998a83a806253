//! The bot that says what it is told: for trying out a connection.

use futures_util::future::BoxFuture;

use super::{Bot, BotError, Parts, Question};

pub(super) fn build(_parts: &Parts<'_>) -> Box<dyn Bot> {
    Box::new(Echo)
}

#[derive(Debug)]
struct Echo;

impl Bot for Echo {
    fn name(&self) -> &'static str {
        "Echo"
    }

    fn ask<'a>(&'a self, question: &'a Question) -> BoxFuture<'a, Result<String, BotError>> {
        Box::pin(async { Ok(question.text.clone()) })
    }
}
