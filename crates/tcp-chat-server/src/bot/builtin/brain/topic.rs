//! The triggers of a topic, in the order they are tried, and found by their words.

use std::collections::HashMap;

use super::words::Word;

/// The triggers of a topic.
#[derive(Debug, Default)]
pub(super) struct Topic {
    /// Those that ask for a reply before them.
    pub(super) after_reply: Vec<usize>,
    /// The others, the first that matches counts.
    order: Vec<usize>,
    /// Places in `order` of triggers that need the word.
    by_word: HashMap<Box<str>, Vec<usize>>,
    /// Places in `order` of triggers that may need none.
    always: Vec<usize>,
}

impl Topic {
    /// Adds a trigger as the last one; a text needs one of the words `needed` to match.
    pub(super) fn push(&mut self, trigger: usize, needed: Option<&[&str]>) {
        let place = self.order.len();
        self.order.push(trigger);
        let Some(needed) = needed else {
            self.always.push(place);
            return;
        };
        for word in needed {
            self.by_word.entry((*word).into()).or_default().push(place);
        }
    }

    /// The triggers that may match `words`, in the order they are tried.
    pub(super) fn candidates(&self, words: &[Word]) -> impl Iterator<Item = usize> {
        let found = words.iter().filter_map(|word| self.by_word.get(&word.text)).flatten();
        let mut places: Vec<usize> = found.chain(&self.always).copied().collect();
        places.sort_unstable();
        places.dedup();
        places.into_iter().filter_map(|place| self.order.get(place).copied())
    }
}

#[cfg(test)]
mod tests {
    use super::super::words::words;
    use super::*;

    #[test]
    fn only_what_can_match_is_tried_and_in_order() {
        let mut topic = Topic::default();
        topic.push(7, Some(&["hot", "cold"]));
        topic.push(5, Some(&["rain"]));
        topic.push(9, None);
        topic.push(2, Some(&["cold"]));
        assert_eq!(topic.candidates(&words("cold, cold and hot")).collect::<Vec<_>>(), [7, 9, 2]);
        assert_eq!(topic.candidates(&words("")).collect::<Vec<_>>(), [9]);
    }
}
