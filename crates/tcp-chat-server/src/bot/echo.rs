//! The bot that says what it is told: for trying out a connection.

use super::{Asking, Bot, BotKind, Question, ReplyStream};

pub(super) static KIND: BotKind = BotKind {
    word: "echo",
    name: "Echo",
    named_by: None,
    about: "bot-echo",
    options: &[],
    key: None,
    always_answers: true,
    check: |_choice| Ok(()),
    build: |_setup| Box::new(Echo),
};

struct Echo;

impl Bot for Echo {
    fn ask<'a>(&'a self, question: &'a Question, _stream: &'a ReplyStream) -> Asking<'a> {
        Box::pin(async { Ok(question.text.clone()) })
    }
}
