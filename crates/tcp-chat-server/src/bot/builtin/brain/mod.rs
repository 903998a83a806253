//! What the built-in bot says: triggers and replies in a text file. Pure: text in, text out.
//!
//! The whole file is checked when it is read, so each fault has its line and none turns up later. What a
//! client says is data: it never becomes a tag. A reply costs at most [`MAX_REDIRECTS`] readings of all
//! triggers.

mod trigger;

use std::cmp::Reverse;
use std::collections::{HashMap, VecDeque};

use serde::Serialize;

use trigger::{Trigger, Words, cut};

/// Bytes of a text that are looked at.
const MAX_TEXT_BYTES: usize = 4000;

/// How often a redirect may lead to another one.
const MAX_REDIRECTS: usize = 10;

pub(super) const MAX_REPLY_BYTES: usize = 16 * 1024;

/// How many triggers of a conversation do not give the reply that they gave last.
const RECENT: usize = 8;

/// Characters of what does not belong into a brain that are shown.
const SHOWN_CHARS: usize = 24;

/// The first fault of a brain; its first line is 1.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct BrainError {
    pub(super) line: usize,
    pub(super) fault: BrainFault,
}

/// What can be wrong with a brain. A tag is what other dialects of the language have in triggers and replies.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub enum BrainFault {
    UnknownLine { word: String },
    UnknownTag { tag: String },
    NoTrigger { sign: char },
    NoReply,
    Repeated { first: usize },
    NoWords,
    Unpaired { sign: char },
    TooDeep,
    Empty,
}

/// What a brain needs of the world.
pub(super) trait Outside {
    /// A random number below `count`, or 0 where that is 0.
    fn below(&mut self, count: usize) -> usize;

    /// What a skill answers to `text`, where that is for one.
    fn skill(&mut self, text: &str) -> Option<String>;
}

/// Triggers and their replies; the first trigger that matches answers.
#[derive(Debug, Default)]
pub(super) struct Brain {
    entries: Vec<Entry>,
}

/// A trigger and what is said to it.
#[derive(Debug)]
struct Entry {
    line: usize,
    /// As written, in lower case.
    text: String,
    trigger: Trigger,
    replies: Vec<Vec<Piece>>,
    /// What is answered instead.
    redirect: Option<Vec<Piece>>,
}

/// A piece of a reply.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Piece {
    Text(String),
    /// What a wildcard of the trigger took; the first is 1.
    Star(usize),
}

/// What is remembered of a conversation: triggers, and the place of the reply that each gave last.
#[derive(Debug, Default)]
pub(super) struct Memory(VecDeque<(usize, usize)>);

impl Memory {
    pub(super) fn bytes(&self) -> usize {
        self.0.len() * size_of::<(usize, usize)>()
    }
}

impl Brain {
    /// Reads a brain from `layers`: the triggers of the first come before those of the next, except that a
    /// trigger of `*` alone comes last.
    pub(super) fn read(layers: &[&str]) -> Result<Self, BrainError> {
        let mut entries = Vec::new();
        for (layer, text) in layers.iter().enumerate() {
            let of_layer = entries_of(text)?;
            if layer == 0 && of_layer.is_empty() {
                return Err(BrainError { line: 1, fault: BrainFault::Empty });
            }
            entries.extend(of_layer.into_iter().map(|entry| (layer, entry)));
        }
        entries.sort_by_key(|(layer, Entry { text, trigger, .. })| {
            let (vagueness, words) = trigger.vagueness();
            (text == "*", *layer, vagueness, Reverse(words), Reverse(text.len()))
        });
        Ok(Self { entries: entries.into_iter().map(|(_, entry)| entry).collect() })
    }

    /// The reply to `text`, where a skill or a trigger has one.
    pub(super) fn reply(&self, memory: &mut Memory, text: &str, outside: &mut dyn Outside) -> Option<String> {
        let mut text = text.to_owned();
        for _ in 0..=MAX_REDIRECTS {
            if let Some(reply) = outside.skill(&text) {
                return Some(reply);
            }
            let words = Words::of(cut(&text, MAX_TEXT_BYTES));
            let mut entries = self.entries.iter().enumerate();
            let (index, entry, stars) =
                entries.find_map(|(index, entry)| Some((index, entry, entry.trigger.stars(&words)?)))?;
            if let Some(redirect) = &entry.redirect {
                text = say(redirect, &stars);
                continue;
            }
            let mut place = outside.below(entry.replies.len());
            if memory.0.contains(&(index, place)) {
                place = (place + 1) % entry.replies.len();
            }
            memory.0.retain(|(known, _)| *known != index);
            memory.0.push_front((index, place));
            memory.0.truncate(RECENT);
            return Some(say(entry.replies.get(place)?, &stars)).filter(|reply| !reply.trim().is_empty());
        }
        None
    }
}

fn say(pieces: &[Piece], stars: &[&str]) -> String {
    let mut said = String::new();
    for piece in pieces {
        let piece = match piece {
            Piece::Text(text) => text,
            Piece::Star(number) => stars.get(number - 1).copied().unwrap_or_default(),
        };
        said.push_str(cut(piece, MAX_REPLY_BYTES - said.len()));
    }
    said
}

fn entries_of(text: &str) -> Result<Vec<Entry>, BrainError> {
    let mut entries: Vec<Entry> = Vec::new();
    let mut first_lines = HashMap::new();
    for (line, sign, text) in commands(text)? {
        let at = |fault| BrainError { line, fault };
        if sign == '+' {
            let (trigger, text) = (Trigger::read(&text).map_err(at)?, text.to_lowercase());
            if let Some(first) = first_lines.insert(text.clone(), line) {
                return Err(at(BrainFault::Repeated { first }));
            }
            entries.push(Entry { line, text, trigger, replies: Vec::new(), redirect: None });
            continue;
        }
        let entry = entries.last_mut().ok_or_else(|| at(BrainFault::NoTrigger { sign }))?;
        match pieces(&text).map_err(at)? {
            pieces if sign == '@' => entry.redirect = Some(pieces),
            pieces => entry.replies.push(pieces),
        }
    }
    match entries.iter().find(|entry| entry.redirect.is_none() && entry.replies.is_empty()) {
        Some(entry) => Err(BrainError { line: entry.line, fault: BrainFault::NoReply }),
        None => Ok(entries),
    }
}

/// Line, sign and text of each command: comments are gone, and continued lines (`^`) are one.
fn commands(text: &str) -> Result<Vec<(usize, char, String)>, BrainError> {
    let mut commands: Vec<(usize, char, String)> = Vec::new();
    for (index, line) in text.trim_start_matches('\u{feff}').lines().enumerate() {
        let at = |fault| BrainError { line: index + 1, fault };
        let line = line.split_once(" // ").map_or(line, |(line, _comment)| line).trim();
        let mut characters = line.chars();
        let Some(sign) = characters.next() else { continue };
        let text = characters.as_str().trim();
        match sign {
            '/' if text.starts_with('/') => (),
            // Files of RiveScript begin so, and a simple one is a brain.
            '!' if text.starts_with("version") => (),
            '+' | '-' | '@' => commands.push((index + 1, sign, text.to_owned())),
            '^' => commands.last_mut().ok_or_else(|| at(BrainFault::NoTrigger { sign }))?.2.push_str(text),
            sign => {
                let count = if matches!(sign, '!' | '>' | '<') { 2 } else { 1 };
                let word = line.split_whitespace().take(count).collect::<Vec<_>>().join(" ");
                return Err(at(BrainFault::UnknownLine { word: shown(&word) }));
            }
        }
    }
    Ok(commands)
}

/// A reply with its tags, read once: what a client says is put in as text and never read as tags.
fn pieces(text: &str) -> Result<Vec<Piece>, BrainFault> {
    let (mut pieces, mut said) = (Vec::new(), String::new());
    let mut characters = text.chars();
    while let Some(c) = characters.next() {
        match c {
            '\\' => said.push(characters.next().map_or('\\', |c| if c == 'n' { '\n' } else { c })),
            '<' | '{' => {
                let tag = characters.as_str().split_once('>').filter(|_| c == '<');
                let star = tag.and_then(|(tag, rest)| Some((star_number(tag)?, rest)));
                let (number, rest) = star.ok_or_else(|| unknown_tag(c, characters.as_str()))?;
                pieces.extend([Piece::Text(std::mem::take(&mut said)), Piece::Star(number)]);
                characters = rest.chars();
            }
            c => said.push(c),
        }
    }
    pieces.push(Piece::Text(said));
    Ok(pieces)
}

fn star_number(tag: &str) -> Option<usize> {
    match tag.strip_prefix("star")? {
        "" => Some(1),
        number => number.parse().ok().filter(|number| *number > 0),
    }
}

/// The fault of a tag that begins with `sign`; `rest` is what follows it.
fn unknown_tag(sign: char, rest: &str) -> BrainFault {
    let end = [('<', '>'), ('{', '}')].iter().find(|(start, _)| *start == sign).map_or(' ', |(_, end)| *end);
    let tag = rest.split_inclusive(end).next().unwrap_or_default();
    BrainFault::UnknownTag { tag: shown(format!("{sign}{tag}").trim_end()) }
}

fn shown(text: &str) -> String {
    common::text::cut(text, SHOWN_CHARS).unwrap_or(text).to_owned()
}

#[cfg(test)]
mod tests;
