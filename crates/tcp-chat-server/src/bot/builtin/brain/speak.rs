//! Finding the reply and saying it, within a budget.

use super::matcher::Matcher;
use super::memory::{Memory, cut};
use super::source::FIRST_TOPIC;
use super::template::{Piece, form};
use super::words::{Word, words};
use super::{Brain, Condition, Test, Trigger};

/// Bytes of a text that are looked at.
const MAX_TEXT_BYTES: usize = 4000;

/// Steps that a reply may take, of comparing and of putting it together: 5 ms without optimisation.
const MAX_STEPS: usize = 100_000;

/// Redirects within redirects.
const MAX_DEPTH: usize = 10;

/// Bytes of a reply.
const MAX_REPLY_BYTES: usize = 16 * 1024;

/// What stands for a value that is not known.
pub(super) const UNDEFINED: &str = "undefined";

/// The variable that has the language of the question.
const LANGUAGE: &str = "language";

/// What a brain needs of the world.
pub(in super::super) trait Outside {
    /// A random number below `count`, or 0 where that is 0.
    fn below(&mut self, count: u32) -> u32;

    /// What a skill says.
    fn call(&mut self, skill: &str, arguments: &str) -> Option<String>;

    /// The language of the question: `en` or `zh`.
    fn language(&self) -> &'static str;
}

impl Brain {
    /// The reply to `text`, where there is one.
    pub(in super::super) fn reply(
        &self,
        memory: &mut Memory,
        text: &str,
        outside: &mut dyn Outside,
    ) -> Option<String> {
        self.reply_and_cost(memory, text, outside).0
    }

    /// The reply, and the steps that it took.
    pub(in super::super) fn reply_and_cost(
        &self,
        memory: &mut Memory,
        text: &str,
        outside: &mut dyn Outside,
    ) -> (Option<String>, usize) {
        let text = cut(text, MAX_TEXT_BYTES);
        let mut speaker = Speaker { brain: self, memory, outside, steps: MAX_STEPS, depth: 0 };
        let reply = speaker.answer(text).filter(|reply| !reply.trim().is_empty());
        let cost = MAX_STEPS - speaker.steps;
        memory.said(text, reply.as_deref().unwrap_or_default());
        (reply, cost)
    }

    /// The words of `text` after the substitutions.
    fn words(&self, text: &str) -> Vec<Word> {
        let said = words(text);
        if self.substitutions.is_empty() {
            return said;
        }
        let mut replaced = Vec::with_capacity(said.len());
        let mut rest = said.as_slice();
        while let Some((first, others)) = rest.split_first() {
            let hit = self.substitutions.iter().find(|(from, _)| {
                rest.len() >= from.len() && from.iter().zip(rest).all(|(from, word)| from.text == word.text)
            });
            let Some((from, to)) = hit else {
                replaced.push(first.clone());
                rest = others;
                continue;
            };
            let (taken, others) = rest.split_at(from.len());
            let end = taken.last().map_or(first.place.end, |word| word.place.end);
            let place = first.place.start..end;
            replaced.extend(to.iter().map(|word| Word { text: word.text.clone(), place: place.clone() }));
            rest = others;
        }
        replaced
    }
}

struct Speaker<'a> {
    brain: &'a Brain,
    memory: &'a mut Memory,
    outside: &'a mut dyn Outside,
    steps: usize,
    depth: usize,
}

/// What the wildcards took.
#[derive(Default)]
struct Stars {
    own: Vec<String>,
    previous: Vec<String>,
}

impl<'a> Speaker<'a> {
    /// The reply to `text`; `None`: no trigger matches, or the budget is over.
    fn answer(&mut self, text: &str) -> Option<String> {
        if self.depth > MAX_DEPTH {
            return None;
        }
        let words = self.brain.words(text);
        self.pay(words.len() + 1)?;
        let topic = self.memory.topic.clone();
        for topic in topic.as_deref().into_iter().chain([FIRST_TOPIC]) {
            if let Some((index, trigger, stars)) = self.find(topic, text, &words) {
                return self.speak(index, trigger, &stars);
            }
        }
        None
    }

    /// The first trigger of a topic that matches, and what its wildcards take.
    fn find(&mut self, topic: &str, text: &str, words: &[Word]) -> Option<(usize, &'a Trigger, Stars)> {
        let brain = self.brain;
        let topic = brain.topics.get(topic)?;
        // A redirect is not said by the client: what the bot said before is no matter to it.
        if self.depth == 0 && !self.memory.last_reply.is_empty() && !topic.after_reply.is_empty() {
            let last = self.memory.last_reply.clone();
            let last_words = brain.words(&last);
            for index in &topic.after_reply {
                let Some(trigger) = brain.triggers.get(*index) else { continue };
                let Some(previous) = &trigger.previous else { continue };
                let Some(before) = self.stars(previous, &last, &last_words) else { continue };
                if let Some(own) = self.stars(&trigger.matcher, text, words) {
                    return Some((*index, trigger, Stars { own, previous: before }));
                }
            }
        }
        topic.candidates(words).find_map(|index| {
            let trigger = brain.triggers.get(index)?;
            let own = self.stars(&trigger.matcher, text, words)?;
            Some((index, trigger, Stars { own, previous: Vec::new() }))
        })
    }

    /// What the wildcards take of `text`, as it was written.
    fn stars(&mut self, matcher: &Matcher, text: &str, words: &[Word]) -> Option<Vec<String>> {
        let stars = matcher.stars(words, &mut self.steps)?.into_iter().map(|star| {
            let taken = words.get(star).unwrap_or_default();
            let ends = taken.first().zip(taken.last());
            let place = ends.map(|(first, last)| first.place.start..last.place.end);
            place.and_then(|place| text.get(place)).unwrap_or_default().to_owned()
        });
        Some(stars.collect())
    }

    fn speak(&mut self, index: usize, trigger: &Trigger, stars: &Stars) -> Option<String> {
        if let Some(redirect) = &trigger.redirect {
            let text = self.render(redirect, stars)?;
            return self.redirect(&text);
        }
        for condition in &trigger.conditions {
            if self.holds(condition, stars)? {
                return self.render(&condition.reply, stars);
            }
        }
        let total = trigger.replies.iter().map(|reply| reply.weight).fold(0, u32::saturating_add);
        let mut left = self.outside.below(total);
        let mut place = trigger.replies.iter().position(|reply| match left.checked_sub(reply.weight) {
            Some(rest) => {
                left = rest;
                false
            }
            None => true,
        })?;
        if self.memory.given(index) == Some(place) {
            place = (place + 1) % trigger.replies.len();
        }
        self.memory.give(index, place);
        self.render(&trigger.replies.get(place)?.pieces, stars)
    }

    fn redirect(&mut self, text: &str) -> Option<String> {
        self.depth += 1;
        let reply = self.answer(text);
        self.depth -= 1;
        reply
    }

    fn holds(&mut self, condition: &Condition, stars: &Stars) -> Option<bool> {
        let left = self.render(&condition.left, stars)?.trim().to_lowercase();
        let right = self.render(&condition.right, stars)?.trim().to_lowercase();
        let numbers = left.parse::<i64>().ok().zip(right.parse::<i64>().ok());
        Some(match condition.test {
            Test::Equal => left == right,
            Test::Unequal => left != right,
            Test::Less => numbers.is_some_and(|(left, right)| left < right),
            Test::LessOrEqual => numbers.is_some_and(|(left, right)| left <= right),
            Test::More => numbers.is_some_and(|(left, right)| left > right),
            Test::MoreOrEqual => numbers.is_some_and(|(left, right)| left >= right),
        })
    }

    fn render(&mut self, pieces: &[Piece], stars: &Stars) -> Option<String> {
        let mut out = String::new();
        for piece in pieces {
            self.pay(1)?;
            let said = self.piece(piece, stars)?;
            // What is put in again and again costs as well.
            self.pay(said.len() / 16)?;
            out.push_str(cut(&said, MAX_REPLY_BYTES.saturating_sub(out.len())));
        }
        Some(out)
    }

    fn piece(&mut self, piece: &Piece, stars: &Stars) -> Option<String> {
        let star = |stars: &[String], number: usize| {
            stars.get(number.saturating_sub(1)).map_or_else(|| UNDEFINED.to_owned(), Clone::clone)
        };
        Some(match piece {
            Piece::Text(text) => text.clone(),
            Piece::Star(number) => star(&stars.own, *number),
            Piece::BotStar(number) => star(&stars.previous, *number),
            Piece::Input => self.memory.last_input.to_string(),
            Piece::Reply => self.memory.last_reply.to_string(),
            Piece::Get(name) => self.value(name).to_owned(),
            Piece::Set(name, value) => {
                let value = self.render(value, stars)?;
                self.memory.set(name, &value);
                String::new()
            }
            Piece::Add { name, sign, value } => {
                let value: i64 = self.render(value, stars)?.trim().parse().unwrap_or(0);
                let old: i64 = self.value(name).parse().unwrap_or(0);
                let sum = old.saturating_add(value.saturating_mul(*sign));
                self.memory.set(name, &sum.to_string());
                String::new()
            }
            Piece::Topic(name) => {
                self.memory.topic = (&**name != FIRST_TOPIC).then(|| name.clone());
                String::new()
            }
            Piece::Redirect(text) => {
                let text = self.render(text, stars)?;
                self.redirect(&text).unwrap_or_default()
            }
            Piece::Random(options) => {
                let chosen = self.outside.below(u32::try_from(options.len()).unwrap_or(u32::MAX));
                self.render(options.get(usize::try_from(chosen).ok()?)?, stars)?
            }
            Piece::Form(kind, inner) => {
                let inner = self.render(inner, stars)?;
                form(*kind, &inner, |word| self.brain.person.get(word).cloned())
            }
            Piece::Call(skill, arguments) => {
                let arguments = self.render(arguments, stars)?;
                self.outside.call(skill, arguments.trim()).unwrap_or_default()
            }
        })
    }

    fn value(&self, name: &str) -> &str {
        if name == LANGUAGE { self.outside.language() } else { self.memory.value(name).unwrap_or(UNDEFINED) }
    }

    fn pay(&mut self, steps: usize) -> Option<()> {
        self.steps = self.steps.checked_sub(steps)?;
        Some(())
    }
}
