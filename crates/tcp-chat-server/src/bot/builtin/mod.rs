//! The bot that needs nobody: exact skills, and a talk that stands in a file, in English and Chinese.

mod brain;
mod file;
mod language;
mod memory;
mod skills;
#[cfg(test)]
mod tests;

use std::fmt;
use std::path::Path;
use std::sync::Arc;

use chrono::{DateTime, FixedOffset};
use common::engine::Clock;
use futures_util::future::BoxFuture;

use super::kind::Setup;
use super::{Bot, BotError, BotKind, BotNotice, BotOption, ConversationId, Parts, Question, Takes};
use brain::{Brain, Memory, Outside};
pub use brain::{BrainError, BrainFault, BrainName, PatternFault};
pub use file::BrainFileError;
use language::Language;
use memory::Memories;
use skills::Aids;

static BRAIN: BotOption = BotOption {
    name: "brain",
    about: "RiveScript file that stands in for what it says by itself",
    default: "",
    takes: Takes::File,
};

pub(super) static KIND: BotKind = BotKind {
    word: "builtin",
    about: "needs nobody and knows the time, sums, dice and a little talk",
    options: &[&BRAIN],
    key: None,
    check: |_choice| Ok(()),
    build: |setup| Box::new(Builtin::new(setup)),
};

struct Builtin {
    clock: Arc<dyn Clock>,
    brain: Brain,
    /// Why it does not use the brain that was asked for.
    notice: Option<BotNotice>,
    memories: Memories,
}

impl fmt::Debug for Builtin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Builtin")
    }
}

impl Builtin {
    fn new(setup: &Setup<'_>) -> Self {
        let path = setup.choice.value(&BRAIN);
        let (brain, notice) = if path.is_empty() {
            (file::shipped(), None)
        } else {
            match file::read(Path::new(path)) {
                Ok(brain) => (brain, None),
                Err(fault) => (file::shipped(), Some(BotNotice::Brain { fault, file: path.to_owned() })),
            }
        };
        Self { clock: Arc::clone(setup.clock), brain, notice, memories: Memories::default() }
    }
}

impl Bot for Builtin {
    fn name(&self) -> &'static str {
        "Built-in"
    }

    fn ask<'a>(
        &'a self,
        question: &'a Question,
        _parts: &'a Parts,
    ) -> BoxFuture<'a, Result<String, BotError>> {
        Box::pin(async {
            let now = self.clock.now();
            let mut below = |count: u32| if count == 0 { 0 } else { rand::random_range(0..count) };
            let reply = |memory: &mut Memory| answer(&self.brain, memory, &question.text, &now, &mut below);
            Ok(self.memories.with(question.conversation, reply))
        })
    }

    fn forget(&self, conversation: ConversationId) {
        self.memories.forget(conversation);
    }

    fn notice(&self) -> Option<&BotNotice> {
        self.notice.as_ref()
    }
}

/// The answer to `question`: there always is one.
fn answer(
    brain: &Brain,
    memory: &mut Memory,
    question: &str,
    now: &DateTime<FixedOffset>,
    below: &mut dyn FnMut(u32) -> u32,
) -> String {
    let language = Language::of(question);
    let mut aids = Aids { language, now, below };
    if let Some(reply) = skills::answer(question, &mut aids) {
        return reply;
    }
    let said =
        if ["?", "？"].contains(&question.trim()) { language.pick("help", "帮助") } else { question };
    let reply = brain.reply(memory, said, &mut aids);
    reply.unwrap_or_else(|| {
        let english = "I am only the built-in bot and have no answer to that. Say help to see what I can do.";
        language.pick(english, "我只是内置机器人，这个答不上来。发送“帮助”看看我会什么。").to_owned()
    })
}

impl Outside for Aids<'_> {
    fn below(&mut self, count: u32) -> u32 {
        (self.below)(count)
    }

    fn call(&mut self, skill: &str, arguments: &str) -> Option<String> {
        skills::call(skill, arguments, self)
    }

    fn language(&self) -> &'static str {
        self.language.code()
    }
}
