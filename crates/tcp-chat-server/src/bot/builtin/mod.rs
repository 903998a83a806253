//! The bot that needs nobody: exact skills, and a talk that stands in a file, in English and Chinese.

mod brain;
mod file;
mod language;
mod skills;
mod sums;

use std::path::Path;
use std::sync::Arc;

use chrono::{DateTime, FixedOffset};
use common::engine::Clock;

use super::conversations::{Conversations, Remembered};
use super::kind::Setup;
use super::{
    Asking, Bot, BotKind, BotNotice, BotOption, ConversationId, Question, ReplyStream, Takes, bot_option,
};
pub use brain::BrainFault;
use brain::{Brain, Memory, Outside};
pub use file::BrainFileError;
use language::Language;
use skills::SkillContext;

static BRAIN: BotOption = bot_option!("brain", Takes::File);

pub(super) static KIND: BotKind = BotKind {
    word: "builtin",
    name: "Built-in",
    named_by: None,
    about: "bot-builtin",
    options: &[&BRAIN],
    key: None,
    always_answers: true,
    check: |_choice| Ok(()),
    build: |setup| Box::new(Builtin::new(setup)),
};

struct Builtin {
    clock: Arc<dyn Clock>,
    brain: Brain,
    /// Why it does not use the brain that was asked for.
    notice: Option<BotNotice>,
    conversations: Conversations<Memory>,
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
        Self { clock: Arc::clone(setup.clock), brain, notice, conversations: Conversations::default() }
    }
}

impl Bot for Builtin {
    fn ask<'a>(&'a self, question: &'a Question, _stream: &'a ReplyStream) -> Asking<'a> {
        Box::pin(async {
            let now = self.clock.now();
            let mut below = |count: usize| if count == 0 { 0 } else { rand::random_range(0..count) };
            let reply = |memory: &mut Memory| answer(&self.brain, memory, &question.text, &now, &mut below);
            Ok(self.conversations.with(question.conversation, reply))
        })
    }

    fn forget(&self, conversation: ConversationId) {
        self.conversations.forget(conversation);
    }

    fn notice(&self) -> Option<&BotNotice> {
        self.notice.as_ref()
    }
}

/// The answer to `question`: the skills' brain has one for what nothing else has an answer to.
fn answer(
    brain: &Brain,
    memory: &mut Memory,
    question: &str,
    now: &DateTime<FixedOffset>,
    below: &mut dyn FnMut(usize) -> usize,
) -> String {
    let language = Language::of(question);
    let mut context = SkillContext { language, now, below };
    let said =
        if ["?", "？"].contains(&question.trim()) { language.pick("help", "帮助") } else { question };
    let reply = brain.reply(memory, said, &mut context);
    let reply = reply.or_else(|| brain.reply(memory, language.pick("no answer", "没有答案"), &mut context));
    reply.unwrap_or_default()
}

impl Remembered for Memory {
    fn bytes(&self) -> usize {
        Memory::bytes(self)
    }
}

impl Outside for SkillContext<'_> {
    fn below(&mut self, count: usize) -> usize {
        (self.below)(count)
    }

    fn skill(&mut self, text: &str) -> Option<String> {
        skills::answer(text, self)
    }
}

#[cfg(test)]
mod invariants;
#[cfg(test)]
mod tests;
