//! A brain as written, made ready to answer.

use std::cmp::Reverse;
use std::collections::{HashMap, HashSet};

use super::error::{BrainError, BrainFault, BrainName};
use super::matcher::Matcher;
use super::pattern::{self, Arrays, Exactness, Part};
use super::source::{self, Block, FIRST_TOPIC, Lined, Source};
use super::template::{self, Names, Piece};
use super::topic::Topic;
use super::words::words;
use super::{Brain, Condition, Test, Trigger};

/// The names that `<call>` knows.
pub(in super::super) type Skills = &'static [&'static str];

/// The signs of a condition; the first that is found counts.
const TESTS: [(&str, Test); 9] = [
    (" == ", Test::Equal),
    (" eq ", Test::Equal),
    (" != ", Test::Unequal),
    (" <> ", Test::Unequal),
    (" ne ", Test::Unequal),
    (" <= ", Test::LessOrEqual),
    (" >= ", Test::MoreOrEqual),
    (" < ", Test::Less),
    (" > ", Test::More),
];

/// A trigger on its way into its topics.
struct Draft<'a> {
    block: &'a Block,
    /// Which of the texts it is from.
    layer: usize,
    weight: u32,
    parts: Vec<Part>,
}

#[derive(Default)]
struct Known {
    values: HashMap<String, String>,
    topics: HashSet<Box<str>>,
    skills: Skills,
}

impl Names for Known {
    fn bot_value(&self, name: &str) -> Option<&str> {
        self.values.get(name).map(String::as_str)
    }

    fn has_topic(&self, name: &str) -> bool {
        name == FIRST_TOPIC || self.topics.contains(name)
    }

    fn has_skill(&self, name: &str) -> bool {
        self.skills.contains(&name)
    }
}

impl Brain {
    /// Reads a brain from `layers`: the triggers of the first come before those of the next, but for a
    /// trigger of `*` alone, which comes last.
    ///
    /// # Errors
    /// The first fault. Its line does not say of which text: all but one should be known to be good.
    pub(in super::super) fn read(layers: &[&str], skills: Skills) -> Result<Self, BrainError> {
        let sources = layers.iter().map(|text| source::read(text)).collect::<Result<Vec<_>, _>>()?;
        if sources.first().is_none_or(|source| source.blocks.is_empty()) {
            return Err(BrainError { line: 1, fault: BrainFault::Empty });
        }
        let mut brain = Self::default();
        let mut known = Known { skills, ..Known::default() };
        known.topics = sources.iter().flat_map(|source| source.topics.keys().cloned()).collect();
        let arrays = brain.define(&sources, &mut known)?;
        let drafts = drafts(&sources, &arrays)?;
        for draft in &drafts {
            brain.triggers.push(trigger(draft, &arrays, &known)?);
        }
        brain.sort(&sources, &drafts, &known)?;
        Ok(brain)
    }

    fn define(&mut self, sources: &[Source], known: &mut Known) -> Result<Arrays, BrainError> {
        let mut arrays = Arrays::new();
        for (kind, name, Lined { line, text }) in sources.iter().rev().flat_map(|s| &s.definitions) {
            match *kind {
                "var" => {
                    known.values.insert(name.clone(), text.clone());
                }
                "person" => {
                    self.person.insert(name.to_lowercase().into(), text.clone());
                }
                "sub" => self.substitutions.push((words(name), words(text))),
                _ => {
                    let items: Vec<&str> = if text.contains('|') {
                        text.split('|').collect()
                    } else {
                        text.split_whitespace().collect()
                    };
                    let items = items.into_iter().map(|item| pattern::parse(item, &Arrays::new()));
                    let items = items.collect::<Result<_, _>>().map_err(|fault| at(*line, fault))?;
                    arrays.insert(name.as_str().into(), items);
                }
            }
        }
        self.substitutions.retain(|(from, _)| !from.is_empty());
        self.substitutions.sort_by_key(|(from, _)| Reverse(from.len()));
        Ok(arrays)
    }

    /// Puts the triggers into their topics.
    fn sort(&mut self, sources: &[Source], drafts: &[Draft<'_>], known: &Known) -> Result<(), BrainError> {
        let mut counts: HashMap<Box<str>, usize> = HashMap::new();
        for draft in drafts {
            pattern::each_word(&draft.parts, &mut |word| *counts.entry(word.into()).or_default() += 1);
        }
        let count = |word: &str| counts.get(word).copied().unwrap_or_default();
        for name in known.topics.iter().map(|name| &**name).chain([FIRST_TOPIC]) {
            let from = origins(name, sources, known)?;
            let mut chosen: Vec<(usize, usize)> = drafts
                .iter()
                .enumerate()
                .filter_map(|(index, draft)| Some((*from.get(&*draft.block.topic)?, index)))
                .collect();
            chosen.sort_by_cached_key(|(distance, index)| {
                let draft = drafts.get(*index);
                draft.map(|draft| {
                    let (exact, count) = pattern::exactness(&draft.parts);
                    let is_last = exact == Exactness::Everything;
                    let len = draft.block.trigger.text.chars().count();
                    let order = (exact, Reverse(count), Reverse(len));
                    (Reverse(draft.weight), *distance, is_last, draft.layer, order, draft.block.trigger.line)
                })
            });
            let mut topic = Topic::default();
            for (_, index) in chosen {
                let Some(draft) = drafts.get(index) else { continue };
                if draft.block.previous.is_some() {
                    topic.after_reply.push(index);
                } else {
                    topic.push(index, pattern::needed(&draft.parts, &count).as_deref());
                }
            }
            self.topics.insert(name.into(), topic);
        }
        Ok(())
    }
}

fn at(line: usize, fault: BrainFault) -> BrainError {
    BrainError { line, fault }
}

fn drafts<'a>(sources: &'a [Source], arrays: &Arrays) -> Result<Vec<Draft<'a>>, BrainError> {
    let mut drafts = Vec::new();
    for (layer, source) in sources.iter().enumerate() {
        let mut seen = HashMap::new();
        for block in &source.blocks {
            let line = block.trigger.line;
            let (text, weight) =
                template::split_weight(&block.trigger.text).map_err(|fault| at(line, fault))?;
            let parts = pattern::parse(&text, arrays).map_err(|fault| at(line, fault))?;
            let previous = block.previous.as_ref().map(|previous| &previous.text);
            if let Some(first) = seen.insert((&block.topic, text.to_lowercase(), previous), line) {
                return Err(at(line, BrainFault::Twice(first)));
            }
            drafts.push(Draft { block, layer, weight, parts });
        }
    }
    Ok(drafts)
}

/// The topics whose triggers a topic has, and how far each is inherited from.
fn origins<'a>(
    name: &'a str,
    sources: &'a [Source],
    known: &Known,
) -> Result<HashMap<&'a str, usize>, BrainError> {
    let mut found = HashMap::new();
    let mut open = vec![(name, 0)];
    while let Some((name, distance)) = open.pop() {
        if found.get(name).is_some_and(|known| *known <= distance) {
            continue;
        }
        found.insert(name, distance);
        for head in sources.iter().filter_map(|source| source.topics.get(name)) {
            let inherited = head.inherits.iter().map(|name| (name, distance + 1));
            for (name, distance) in head.includes.iter().map(|name| (name, distance)).chain(inherited) {
                if !known.has_topic(name) {
                    let fault = BrainFault::Unknown { kind: BrainName::Topic, name: name.clone() };
                    return Err(at(head.line, fault));
                }
                open.push((name, distance));
            }
        }
    }
    Ok(found)
}

fn trigger(draft: &Draft<'_>, arrays: &Arrays, known: &Known) -> Result<Trigger, BrainError> {
    let block = draft.block;
    let read = |lined: &Lined| template::parse(&lined.text, known).map_err(|fault| at(lined.line, fault));
    let previous = |lined: &Lined| {
        let parts = pattern::parse(&lined.text, arrays);
        parts.and_then(|parts| Matcher::new(&parts)).map_err(|fault| at(lined.line, fault))
    };
    let conditions = block
        .conditions
        .iter()
        .map(|lined| condition(&lined.text, known).map_err(|fault| at(lined.line, fault)));
    Ok(Trigger {
        matcher: Matcher::new(&draft.parts).map_err(|fault| at(block.trigger.line, fault))?,
        previous: block.previous.as_ref().map(previous).transpose()?,
        redirect: block.redirect.as_ref().map(read).transpose()?.map(|template| template.pieces),
        conditions: conditions.collect::<Result<_, _>>()?,
        replies: block.replies.iter().map(read).collect::<Result<_, _>>()?,
    })
}

fn condition(text: &str, known: &Known) -> Result<Condition, BrainFault> {
    let (comparison, reply) = text.split_once("=>").ok_or(BrainFault::Condition)?;
    let comparison = format!(" {} ", comparison.trim());
    let found = TESTS.iter().find_map(|(sign, kind)| Some((comparison.split_once(sign)?, *kind)));
    let ((left, right), kind) = found.ok_or(BrainFault::Condition)?;
    let read = |text: &str| template::parse(text.trim(), known).map(|template| template.pieces);
    let pieces: [Vec<Piece>; 3] = [read(left)?, read(right)?, read(reply)?];
    let [left, right, reply] = pieces;
    if left.is_empty() || reply.is_empty() {
        return Err(BrainFault::Condition);
    }
    Ok(Condition { left, test: kind, right, reply })
}
