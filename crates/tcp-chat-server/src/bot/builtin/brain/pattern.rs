//! A trigger as a tree of parts.

use std::collections::HashMap;

use super::error::{BrainFault, BrainName, PatternFault};
use super::words::words;

/// Brackets within brackets.
const MAX_DEPTH: usize = 4;

/// Lists of words that a trigger can name.
pub(super) type Arrays = HashMap<Box<str>, Vec<Vec<Part>>>;

/// A part of a trigger.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Part {
    /// This word.
    Word(Box<str>),
    /// Words of a kind.
    Wild(Wild),
    /// One of these, or, where `is_optional`, nothing.
    Choice { options: Vec<Vec<Part>>, is_optional: bool, is_star: bool },
}

/// A wildcard; what it takes is a star of the reply.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Wild {
    /// `*`: any words, one at least.
    Any,
    /// A trigger of `*` alone: anything.
    Everything,
    /// `#`: a number.
    Number,
    /// `_`: a word without digits.
    Letters,
}

/// Reads a trigger, without its weight.
pub(super) fn parse(text: &str, arrays: &Arrays) -> Result<Vec<Part>, BrainFault> {
    if text.trim() == "*" {
        return Ok(vec![Part::Wild(Wild::Everything)]);
    }
    let mut reader = Reader { rest: text, arrays };
    let parts = reader.sequence(0)?;
    match reader.rest.chars().next() {
        Some(stray) => Err(BrainFault::Pattern(PatternFault::Stray(stray))),
        None if parts.is_empty() => Err(BrainFault::Pattern(PatternFault::Empty)),
        None => Ok(parts),
    }
}

struct Reader<'a> {
    rest: &'a str,
    arrays: &'a Arrays,
}

impl<'a> Reader<'a> {
    /// Reads up to a bar or a closing bracket, which stay.
    fn sequence(&mut self, depth: usize) -> Result<Vec<Part>, BrainFault> {
        if depth > MAX_DEPTH {
            return Err(BrainFault::Pattern(PatternFault::TooDeep));
        }
        let mut parts = Vec::new();
        loop {
            let literal = self.take_while(|c| !"*#_()[]|@".contains(c));
            parts.extend(words(literal).into_iter().map(|word| Part::Word(word.text)));
            let Some(sign) = self.rest.chars().next() else { return Ok(parts) };
            if matches!(sign, '|' | ')' | ']') {
                return Ok(parts);
            }
            self.rest = self.rest.get(1..).unwrap_or_default();
            parts.push(match sign {
                '*' => Part::Wild(Wild::Any),
                '#' => Part::Wild(Wild::Number),
                '_' => Part::Wild(Wild::Letters),
                '@' => {
                    let name = self.take_while(|c| c.is_alphanumeric() || c == '-');
                    let unknown = || BrainFault::Unknown { kind: BrainName::Array, name: name.to_owned() };
                    let options = self.arrays.get(name).ok_or_else(unknown)?.clone();
                    Part::Choice { options, is_optional: false, is_star: false }
                }
                '(' => self.choice(')', depth)?,
                _ => self.choice(']', depth)?,
            });
        }
    }

    fn choice(&mut self, end: char, depth: usize) -> Result<Part, BrainFault> {
        let mut options = Vec::new();
        loop {
            options.push(self.sequence(depth + 1)?);
            let sign = self.rest.chars().next().ok_or(BrainFault::Pattern(PatternFault::Open))?;
            self.rest = self.rest.get(1..).unwrap_or_default();
            if sign == end {
                let is_optional = end == ']';
                return Ok(Part::Choice { options, is_optional, is_star: !is_optional });
            }
            if sign != '|' {
                return Err(BrainFault::Pattern(PatternFault::Stray(sign)));
            }
        }
    }

    fn take_while(&mut self, is_wanted: impl Fn(char) -> bool) -> &'a str {
        let end = self.rest.find(|c| !is_wanted(c)).unwrap_or(self.rest.len());
        let (taken, rest) = self.rest.split_at(end);
        self.rest = rest;
        taken
    }
}

/// Words of which a text needs one to match all `parts`; `None`: it needs none for sure.
pub(super) fn needed<'a>(parts: &'a [Part], count: &impl Fn(&str) -> usize) -> Option<Vec<&'a str>> {
    parts
        .iter()
        .filter_map(|part| match part {
            Part::Word(word) => Some(vec![&**word]),
            Part::Choice { options, is_optional: false, .. } => {
                let each: Option<Vec<_>> = options.iter().map(|parts| needed(parts, count)).collect();
                each.map(|each| each.concat())
            }
            Part::Wild(_) | Part::Choice { .. } => None,
        })
        .min_by_key(|words| words.iter().map(|word| count(word)).sum::<usize>())
}

/// Calls `seen` with every word.
pub(super) fn each_word(parts: &[Part], seen: &mut impl FnMut(&str)) {
    for part in parts {
        match part {
            Part::Word(word) => seen(word),
            Part::Wild(_) => (),
            Part::Choice { options, .. } => options.iter().for_each(|parts| each_word(parts, seen)),
        }
    }
}

/// How exact a trigger is; the least is tried first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Exactness {
    Words,
    Optional,
    Letters,
    Number,
    Any,
    Everything,
}

/// How exact `parts` are, and how many words they take at least.
pub(super) fn exactness(parts: &[Part]) -> (Exactness, usize) {
    let mut worst = (Exactness::Words, 0);
    for part in parts {
        let (exact, count) = match part {
            Part::Word(_) => (Exactness::Words, 1),
            Part::Wild(Wild::Any) => (Exactness::Any, 0),
            Part::Wild(Wild::Number) => (Exactness::Number, 0),
            Part::Wild(Wild::Letters) => (Exactness::Letters, 0),
            Part::Wild(Wild::Everything) => (Exactness::Everything, 0),
            Part::Choice { options, is_optional, .. } => {
                let each = options.iter().map(|parts| exactness(parts));
                let exact = each.clone().map(|(exact, _)| exact).max().unwrap_or(Exactness::Words);
                let count = each.map(|(_, count)| count).min().unwrap_or(0);
                if *is_optional { (exact.max(Exactness::Optional), 0) } else { (exact, count) }
            }
        };
        worst = (worst.0.max(exact), worst.1 + count);
    }
    worst
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_trigger_that_is_not_one_says_why() {
        use PatternFault::{Empty, Open, Stray, TooDeep};
        for (text, fault) in [
            ("", Empty),
            ("?!", Empty),
            ("(a|b", Open),
            ("[a", Open),
            ("a)", Stray(')')),
            ("a|b", Stray('|')),
            ("(a]", Stray(']')),
            ("[[[[[a]]]]]", TooDeep),
        ] {
            assert_eq!(parse(text, &Arrays::new()), Err(BrainFault::Pattern(fault)), "{text}");
        }
        let unknown = BrainFault::Unknown { kind: BrainName::Array, name: "colors".into() };
        assert_eq!(parse("i like @colors", &Arrays::new()), Err(unknown));
    }

    #[test]
    fn the_rarest_words_that_a_text_must_have_are_known() {
        let count = |word: &str| word.len();
        for (text, words) in [
            ("hello there", Some(&["hello"][..])),
            ("* is (hot|cold)", Some(&["is"])),
            ("(hot|cold) *", Some(&["hot", "cold"])),
            ("[please] *", None),
            ("(hot|*)", None),
            ("*", None),
        ] {
            let parts = parse(text, &Arrays::new()).unwrap();
            assert_eq!(needed(&parts, &count).as_deref(), words, "{text}");
        }
    }

    #[test]
    fn exact_triggers_come_first() {
        let order =
            ["hello there", "hello", "hello [there]", "hello _", "hello #", "hello my *", "hello *", "*"];
        let keys = order.map(|text| {
            let (exact, count) = exactness(&parse(text, &Arrays::new()).unwrap());
            (exact, std::cmp::Reverse(count))
        });
        assert!(keys.is_sorted(), "{keys:?}");
    }
}
