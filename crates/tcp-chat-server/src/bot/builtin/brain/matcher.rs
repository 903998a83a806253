//! Comparing a trigger with the words of a text, in a time that both bound.

use std::ops::Range;

use super::error::{BrainFault, PatternFault};
use super::pattern::{Part, Wild};
use super::words::Word;

/// Most steps of one trigger.
const MAX_STEPS: usize = 2000;

/// What a trigger does, step by step.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Step {
    /// Takes this word.
    Word(Box<str>),
    /// Takes a word of this kind.
    Wild(Wild),
    /// Goes on at the first; at the second where that fails.
    Split(usize, usize),
    Jump(usize),
    /// A star begins or ends: twice its number, and one more for the end.
    Mark(usize),
}

/// A trigger, ready to be compared.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Matcher {
    steps: Vec<Step>,
    marks: usize,
}

/// What is still to be tried.
enum Todo {
    Go { step: usize, word: usize },
    Unmark { mark: usize, word: usize },
}

impl Matcher {
    pub(super) fn new(parts: &[Part]) -> Result<Self, BrainFault> {
        let mut matcher = Self::default();
        matcher.sequence(parts, true)?;
        Ok(matcher)
    }

    /// The words that each star takes, where all `words` match; `budget` pays for each step.
    pub(super) fn stars(&self, words: &[Word], budget: &mut usize) -> Option<Vec<Range<usize>>> {
        // No step is tried twice at the same word: so it ends, after steps times words at most.
        let width = words.len() + 1;
        let cells = (self.steps.len() + 1) * width;
        *budget = budget.checked_sub(cells / 64)?;
        let mut is_tried = vec![false; cells];
        let mut marks = vec![0; self.marks];
        let mut todo = vec![Todo::Go { step: 0, word: 0 }];
        while let Some(next) = todo.pop() {
            let (mut step, mut word) = match next {
                Todo::Unmark { mark, word } => {
                    set(&mut marks, mark, word);
                    continue;
                }
                Todo::Go { step, word } => (step, word),
            };
            loop {
                *budget = budget.checked_sub(1)?;
                let tried = is_tried.get_mut(step * width + word)?;
                if std::mem::replace(tried, true) {
                    break;
                }
                match self.steps.get(step) {
                    None if word == words.len() => {
                        let pairs = marks.as_chunks::<2>().0;
                        return Some(pairs.iter().map(|[start, end]| *start..*end).collect());
                    }
                    None => break,
                    Some(Step::Word(wanted)) => match words.get(word) {
                        Some(found) if found.text == *wanted => (step, word) = (step + 1, word + 1),
                        _ => break,
                    },
                    Some(Step::Wild(wild)) => match words.get(word) {
                        Some(found) if wild.takes(found) => (step, word) = (step + 1, word + 1),
                        _ => break,
                    },
                    Some(Step::Split(first, second)) => {
                        todo.push(Todo::Go { step: *second, word });
                        step = *first;
                    }
                    Some(Step::Jump(to)) => step = *to,
                    Some(Step::Mark(mark)) => {
                        let old = marks.get(*mark).copied().unwrap_or_default();
                        todo.push(Todo::Unmark { mark: *mark, word: old });
                        set(&mut marks, *mark, word);
                        step += 1;
                    }
                }
            }
        }
        None
    }

    fn sequence(&mut self, parts: &[Part], has_stars: bool) -> Result<(), BrainFault> {
        for part in parts {
            match part {
                Part::Word(word) => self.push(Step::Word(word.clone()))?,
                Part::Wild(wild) => self.star(has_stars, |matcher| matcher.wild(*wild))?,
                Part::Choice { options, is_optional, is_star } => {
                    self.star(has_stars && *is_star, |matcher| matcher.choice(options, *is_optional))?;
                }
            }
        }
        Ok(())
    }

    fn star(
        &mut self,
        is_star: bool,
        inner: impl FnOnce(&mut Self) -> Result<(), BrainFault>,
    ) -> Result<(), BrainFault> {
        if !is_star {
            return inner(self);
        }
        let mark = self.marks;
        self.marks += 2;
        self.push(Step::Mark(mark))?;
        inner(self)?;
        self.push(Step::Mark(mark + 1))
    }

    /// As few words as will do.
    fn wild(&mut self, wild: Wild) -> Result<(), BrainFault> {
        let start = self.steps.len();
        match wild {
            Wild::Number | Wild::Letters => self.push(Step::Wild(wild)),
            Wild::Any => {
                self.push(Step::Wild(wild))?;
                self.push(Step::Split(start + 2, start))
            }
            Wild::Everything => {
                self.push(Step::Split(start + 3, start + 1))?;
                self.push(Step::Wild(wild))?;
                self.push(Step::Jump(start))
            }
        }
    }

    fn choice(&mut self, options: &[Vec<Part>], is_optional: bool) -> Result<(), BrainFault> {
        let mut ends = Vec::new();
        for (index, parts) in options.iter().enumerate() {
            let split = self.steps.len();
            let is_last = index + 1 == options.len() && !is_optional;
            if !is_last {
                self.push(Step::Split(split + 1, split))?;
            }
            self.sequence(parts, false)?;
            if !is_last {
                ends.push(self.steps.len());
                self.push(Step::Jump(split))?;
                let next = self.steps.len();
                self.set(split, Step::Split(split + 1, next));
            }
        }
        let end = self.steps.len();
        for jump in ends {
            self.set(jump, Step::Jump(end));
        }
        Ok(())
    }

    fn push(&mut self, step: Step) -> Result<(), BrainFault> {
        if self.steps.len() >= MAX_STEPS {
            return Err(BrainFault::Pattern(PatternFault::TooLong));
        }
        self.steps.push(step);
        Ok(())
    }

    fn set(&mut self, index: usize, step: Step) {
        if let Some(slot) = self.steps.get_mut(index) {
            *slot = step;
        }
    }
}

fn set(marks: &mut [usize], mark: usize, word: usize) {
    if let Some(slot) = marks.get_mut(mark) {
        *slot = word;
    }
}

impl Wild {
    fn takes(self, word: &Word) -> bool {
        match self {
            Self::Any | Self::Everything => true,
            Self::Number => word.text.chars().all(|c| c.is_numeric() || c == '.'),
            Self::Letters => !word.text.chars().any(char::is_numeric),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::pattern::{Arrays, parse};
    use super::super::words::words;
    use super::*;
    use proptest::prelude::*;

    fn stars(trigger: &str, text: &str) -> Option<Vec<String>> {
        let colors = ["red", "light blue"].map(|color| parse(color, &Arrays::new()).unwrap());
        let arrays = Arrays::from([("colors".into(), colors.to_vec())]);
        let matcher = Matcher::new(&parse(trigger, &arrays).unwrap()).unwrap();
        let words = words(text);
        let text = |star: Range<usize>| {
            let words = &words[star];
            words.iter().map(|word| &*word.text).collect::<Vec<_>>().join(" ")
        };
        Some(matcher.stars(&words, &mut 100_000)?.into_iter().map(text).collect())
    }

    #[test]
    fn a_trigger_takes_what_it_says() {
        for (trigger, text, expected) in [
            ("hello", "Hello!", Some(&[][..])),
            ("hello", "hello there", None),
            ("hello", "hellos", None),
            ("my name is *", "My name is Tom Jones.", Some(&["tom jones"])),
            ("my name is *", "my name is", None),
            ("* or *", "tea or coffee or milk", Some(&["tea", "coffee or milk"])),
            ("[*] hello [*]", "hello", Some(&[])),
            ("[*] hello [*]", "well, hello my friend", Some(&[])),
            ("i am # years [old]", "I am 25 years", Some(&["25"])),
            ("i am # years [old]", "I am x years old", None),
            ("_ said", "she said", Some(&["she"])),
            ("_ said", "3 said", None),
            ("(who|what) are you", "what are you?", Some(&["what"])),
            ("i [really|truly] like @colors", "I truly like light blue", Some(&[])),
            ("i like (@colors)", "i like red", Some(&["red"])),
            ("i like @colors", "i like light", None),
            ("我叫*", "我叫小明！", Some(&["小 明"])),
            ("我#岁", "我 25 岁", Some(&["25"])),
            ("[*]你好[*]", "老师你好呀", Some(&[])),
            ("*", "", Some(&[""])),
            ("*", "anything at all", Some(&["anything at all"])),
        ] {
            let expected = expected.map(|stars| stars.iter().map(ToString::to_string).collect());
            assert_eq!(stars(trigger, text), expected, "{trigger} / {text}");
        }
    }

    #[test]
    fn a_hostile_pair_costs_steps_times_words() {
        let matcher = Matcher::new(&parse(&"* a ".repeat(100), &Arrays::new()).unwrap()).unwrap();
        let mut budget = 1_000_000;
        assert_eq!(matcher.stars(&words(&"a ".repeat(199)), &mut budget), None);
        assert!(1_000_000 - budget < 150_000, "{budget}");
        assert_eq!(matcher.stars(&words(&"a ".repeat(201)), &mut 10), None, "the budget is over");
    }

    proptest! {
        #[test]
        fn any_trigger_and_any_text_agree_or_not(
            trigger in "([ab*#_ ]|\\([ab*]\\|[ab]\\)|\\[[ab*]{1,2}\\]){1,12}",
            text in "[ab1 ]{0,40}",
        ) {
            if let Ok(parts) = parse(&trigger, &Arrays::new()) {
                let words = words(&text);
                let matcher = Matcher::new(&parts).unwrap();
                for star in matcher.stars(&words, &mut 1_000_000).unwrap_or_default() {
                    prop_assert!(words.get(star).is_some());
                }
            }
        }
    }
}
