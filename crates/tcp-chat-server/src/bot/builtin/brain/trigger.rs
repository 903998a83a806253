//! A trigger, and the words of a text that it is compared with.

use std::collections::HashMap;
use std::ops::Range;

use unicode_segmentation::UnicodeSegmentation as _;

use super::{BrainFault, unknown_tag};

/// Brackets within brackets.
const MAX_DEPTH: usize = 4;

/// Words of a text that are looked at: a set of the places between them fits into 128 bits.
const MAX_WORDS: usize = 127;

/// The words of a text.
pub(super) struct Words<'a> {
    text: &'a str,
    /// Where each stands in the text.
    places: Vec<Range<usize>>,
    /// Which of the words are this one in lower case: a bit each.
    which: HashMap<String, u128>,
}

impl<'a> Words<'a> {
    pub(super) fn of(text: &'a str) -> Self {
        let (mut places, mut which) = (Vec::new(), HashMap::<String, u128>::new());
        for (word, place) in words(text, MAX_WORDS) {
            *which.entry(word).or_default() |= 1 << places.len();
            places.push(place);
        }
        Self { text, places, which }
    }

    /// The text from the first word of a range to its last, as it is written.
    fn text(&self, words: Range<usize>) -> &'a str {
        let words = self.places.get(words).unwrap_or_default();
        let ends = words.first().zip(words.last());
        ends.and_then(|(first, last)| self.text.get(first.start..last.end)).unwrap_or_default()
    }
}

/// The first words of `text` in lower case, at most `max`, and where they stand: each Chinese character is one by itself.
fn words(text: &str, max: usize) -> Vec<(String, Range<usize>)> {
    // People forget the space after a full stop, which the standard takes for a part of the word then.
    let spaced = text.replace(['.', ':', '_'], " ");
    let words = spaced.unicode_word_indices().flat_map(|(start, word)| {
        let place = start..start + word.len();
        in_full(&word.to_lowercase().replace('’', "'")).map(move |word| (word, place.clone()))
    });
    words.take(max).collect()
}

/// A word with its short forms written out: `what's` is compared as `what is`.
fn in_full(word: &str) -> impl Iterator<Item = String> + use<> {
    let (stem, end) = match word {
        "im" => ("i", "am"),
        "whats" => ("what", "is"),
        "u" => ("you", ""),
        "r" => ("are", ""),
        "thx" | "ty" => ("thanks", ""),
        "today's" => ("today", ""),
        word => {
            let ends = [("n't", "not"), ("'m", "am"), ("'re", "are"), ("'s", "is")];
            let short = ends.iter().find_map(|(end, full)| Some((word.strip_suffix(end)?, *full)));
            short.filter(|(stem, _)| !stem.is_empty()).unwrap_or((word, ""))
        }
    };
    [stem.to_owned(), end.to_owned()].into_iter().filter(|word| !word.is_empty())
}

/// A part of a trigger.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Part {
    Word(String),
    /// Any words, at least one.
    Any,
    /// One of these; what it takes is a star, too.
    Choice(Vec<Trigger>),
    /// One of these, or nothing.
    Optional(Vec<Trigger>),
}

/// What a text has to be like.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Trigger(Vec<Part>);

impl Trigger {
    pub(super) fn read(mut text: &str) -> Result<Self, BrainFault> {
        let trigger = trigger(&mut text, 0)?;
        match text.chars().next() {
            Some(sign) => Err(BrainFault::Unpaired { sign }),
            None if trigger.0.is_empty() => Err(BrainFault::NoWords),
            None => Ok(trigger),
        }
    }

    /// How much is left open: triggers that leave less are tried first. And how many words it needs.
    pub(super) fn vagueness(&self) -> (u8, usize) {
        let each = self.0.iter().map(|part| match part {
            Part::Word(_) => (0, 1),
            Part::Any => (2, 0),
            Part::Choice(options) | Part::Optional(options) => {
                let each = options.iter().map(Self::vagueness);
                let vague = each.clone().map(|(vague, _)| vague).max().unwrap_or_default();
                let words = each.map(|(_, words)| words).min().unwrap_or_default();
                if matches!(part, Part::Optional(_)) { (vague.max(1), 0) } else { (vague, words) }
            }
        });
        each.fold((0, 0), |all, one| (all.0.max(one.0), all.1 + one.1))
    }

    /// Where it can start so as to end at one of `ends`: places between words, a bit each.
    fn starts(&self, ends: u128, words: &Words<'_>) -> u128 {
        self.0.iter().rev().fold(ends, |ends, part| part.starts(ends, words))
    }

    /// What the wildcards and the choices take, each as few words as possible, where all words match.
    pub(super) fn stars<'a>(&self, words: &Words<'a>) -> Option<Vec<&'a str>> {
        let len = words.places.len();
        if len == 0 && self.0 == [Part::Any] {
            // Alone, this wildcard is for everything.
            return Some(vec![""]);
        }
        if self.starts(1 << len, words) & 1 == 0 {
            return None;
        }
        // Where each part can end so that the rest matches, the last part first.
        let mut all_ends = vec![1 << len];
        for part in self.0.iter().skip(1).rev() {
            all_ends.push(part.starts(*all_ends.last()?, words));
        }
        let (mut stars, mut at) = (Vec::new(), 0);
        for (part, ends) in self.0.iter().zip(all_ends.into_iter().rev()) {
            let is_end = |end: &usize| part.starts(ends & (1 << end), words) & (1 << at) != 0;
            let end = (at..=len).find(is_end)?;
            if matches!(part, Part::Any | Part::Choice(_)) {
                stars.push(words.text(at..end));
            }
            at = end;
        }
        Some(stars)
    }
}

impl Part {
    fn starts(&self, ends: u128, words: &Words<'_>) -> u128 {
        match self {
            _ if ends == 0 => 0,
            Self::Word(word) => (ends >> 1) & words.which.get(word).copied().unwrap_or_default(),
            Self::Any => u128::MAX >> 1 >> ends.leading_zeros(),
            Self::Choice(options) => options.iter().fold(0, |all, one| all | one.starts(ends, words)),
            Self::Optional(options) => options.iter().fold(ends, |all, one| all | one.starts(ends, words)),
        }
    }
}

/// Reads up to a bar or a closing bracket, which stay.
fn trigger(rest: &mut &str, depth: usize) -> Result<Trigger, BrainFault> {
    if depth > MAX_DEPTH {
        return Err(BrainFault::TooDeep);
    }
    let mut parts = Vec::new();
    loop {
        let end = rest.find(|c| "*()[]|#_@<>{}".contains(c)).unwrap_or(rest.len());
        let (literal, tail) = rest.split_at(end);
        parts.extend(words(literal, usize::MAX).into_iter().map(|(word, _)| Part::Word(word)));
        *rest = tail;
        let mut characters = tail.chars();
        let Some(sign) = characters.next().filter(|sign| !matches!(sign, '|' | ')' | ']')) else {
            return Ok(Trigger(parts));
        };
        *rest = characters.as_str();
        parts.push(match sign {
            '*' => Part::Any,
            '(' => Part::Choice(options(rest, '(', ')', depth)?),
            '[' => Part::Optional(options(rest, '[', ']', depth)?),
            sign => return Err(unknown_tag(sign, rest)),
        });
    }
}

fn options(rest: &mut &str, open: char, close: char, depth: usize) -> Result<Vec<Trigger>, BrainFault> {
    let mut options = Vec::new();
    loop {
        options.push(trigger(rest, depth + 1)?);
        let mut characters = rest.chars();
        let sign = characters.next();
        *rest = characters.as_str();
        match sign {
            Some('|') => (),
            Some(sign) if sign == close => return Ok(options),
            sign => return Err(BrainFault::Unpaired { sign: sign.unwrap_or(open) }),
        }
    }
}

/// The beginning of `text`, whole characters in `max` bytes.
pub(super) fn cut(text: &str, max: usize) -> &str {
    text.get(..text.floor_char_boundary(max)).unwrap_or_default()
}
