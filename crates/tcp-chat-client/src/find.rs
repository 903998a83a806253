//! What was looked for in the conversation, and where it is.

use std::collections::VecDeque;
use std::ops::Range;

use crate::transcript::Transcript;

/// Bytes that are searched at a time: a frame must not wait for them.
const MAX_BYTES_A_STEP: usize = 256 * 1024;

/// Places that are kept: nobody looks at more.
const MAX_FOUND: usize = 10_000;

/// A place in an entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// The entry.
    pub seq: u64,
    /// Its bytes.
    pub range: Range<usize>,
}

/// Finds a text in the entries, newest first, a bit at a time.
#[derive(Debug, Default)]
pub struct Finder {
    query: String,
    /// In lower case, character by character.
    needle: Vec<char>,
    /// In the order of the conversation.
    found: VecDeque<Found>,
    current: Option<usize>,
    /// The entries that were searched.
    searched: Range<u64>,
}

impl Finder {
    /// Looks for another text; the newest place is the current one.
    pub fn look_for(&mut self, query: &str) {
        if query != self.query {
            let needle = query.chars().map(lower).collect();
            *self = Self { query: query.to_owned(), needle, ..Self::default() };
        }
    }

    /// How many places are found so far.
    #[must_use]
    pub fn count(&self) -> usize {
        self.found.len()
    }

    /// Which of them is the current one, from 1 on, and where it is.
    #[must_use]
    pub fn current(&self) -> Option<(usize, &Found)> {
        let index = self.current?;
        Some((index + 1, self.found.get(index)?))
    }

    /// Makes the next place, or the one before, the current one; around the ends.
    pub fn step(&mut self, is_forward: bool) {
        let count = self.found.len();
        self.current = self.current.filter(|_| count > 0).map(|at| match (is_forward, at) {
            (true, at) => (at + 1) % count,
            (false, 0) => count - 1,
            (false, at) => at - 1,
        });
    }

    /// The places within some bytes of an entry, and whether each is the current one.
    pub fn within(&self, seq: u64, bytes: &Range<usize>) -> impl Iterator<Item = (Range<usize>, bool)> {
        let from = self.found.partition_point(|found| (found.seq, found.range.end) <= (seq, bytes.start));
        let bytes = bytes.clone();
        let here = self.found.range(from..).enumerate();
        here.map_while(move |(index, found)| {
            let range = found.range.start.max(bytes.start)..found.range.end.min(bytes.end);
            let is_here = found.seq == seq && range.start < range.end;
            is_here.then(|| (range, self.current == Some(from + index)))
        })
    }

    /// Searches on; whether there is more to search.
    pub fn search(&mut self, transcript: &Transcript) -> bool {
        if self.needle.is_empty() {
            return false;
        }
        self.forget(transcript);
        let mut budget = MAX_BYTES_A_STEP;
        // What is new comes first, then what is older, from the newest on.
        while self.searched.end < transcript.total() {
            if budget == 0 {
                return true;
            }
            let seq = self.searched.end;
            self.searched.end += 1;
            let places = self.places(transcript, seq, &mut budget);
            self.found.extend(places);
        }
        let last = self.found.len().checked_sub(1);
        self.current = last.and_then(|last| self.current.map(|current| current.min(last)));
        while self.searched.start > transcript.first() && self.found.len() < MAX_FOUND {
            if budget == 0 {
                return true;
            }
            self.searched.start -= 1;
            let places = self.places(transcript, self.searched.start, &mut budget);
            self.current = self.current.map(|current| current + places.len());
            places.into_iter().rev().for_each(|found| self.found.push_front(found));
            if self.current.is_none() {
                self.current = self.found.len().checked_sub(1);
            }
        }
        false
    }

    /// Entries that are gone, and those that still grow.
    fn forget(&mut self, transcript: &Transcript) {
        let first = transcript.first();
        if self.searched.is_empty() {
            self.found.clear();
            self.searched = transcript.total()..transcript.total();
        }
        while self.found.front().is_some_and(|found| found.seq < first) {
            self.found.pop_front();
            self.current = self.current.and_then(|current| current.checked_sub(1));
        }
        self.searched.start = self.searched.start.max(first);
        // The newest may have grown.
        if let Some(newest) = self.searched.end.checked_sub(1).filter(|newest| *newest >= self.searched.start)
        {
            while self.found.back().is_some_and(|found| found.seq == newest) {
                self.found.pop_back();
            }
            self.searched.end = newest;
        }
    }

    fn places(&self, transcript: &Transcript, seq: u64, budget: &mut usize) -> Vec<Found> {
        let Some(entry) = transcript.entry(seq) else { return Vec::new() };
        let text = entry.body.text();
        *budget = budget.saturating_sub(text.len() + 1);
        let found = places(&text, &self.needle).take(MAX_FOUND);
        found.map(|range| Found { seq, range }).collect()
    }
}

/// Where `needle` is in the text, in upper or lower case, without overlaps.
fn places(text: &str, needle: &[char]) -> impl Iterator<Item = Range<usize>> {
    let mut end = 0;
    text.char_indices().filter_map(move |(start, _)| {
        let rest = text.get(start.max(end)..).filter(|_| start >= end)?;
        let mut chars = rest.chars();
        for wanted in needle {
            if lower(chars.next()?) != *wanted {
                return None;
            }
        }
        end = text.len() - chars.as_str().len();
        Some(start..end)
    })
}

fn lower(c: char) -> char {
    c.to_lowercase().next().unwrap_or(c)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::transcript::Body;
    use chrono::DateTime;

    fn push(transcript: &mut Transcript, text: &str) {
        let at = DateTime::parse_from_rfc3339("2026-11-22T14:01:00+01:00").unwrap();
        transcript.push(at, Body::Server { bot: None, text: text.to_owned(), streams_for: None });
    }

    fn found(finder: &Finder) -> Vec<(u64, Range<usize>)> {
        finder.found.iter().map(|found| (found.seq, found.range.clone())).collect()
    }

    #[test]
    fn places_are_found_in_either_case_and_do_not_overlap() {
        let at = |text, query: &str| {
            places(text, &query.chars().map(lower).collect::<Vec<_>>()).collect::<Vec<_>>()
        };
        assert_eq!(at("Hello hELLO", "hello"), [0..5, 6..11]);
        assert_eq!(at("aaaa", "aa"), [0..2, 2..4]);
        assert_eq!(at("Ünï 好的ünï", "ÜN"), [0..3, 12..15]);
        assert_eq!(at("Ünï 好的好", "好").len(), 2);
        assert_eq!(at("a", "ab"), Vec::<Range<usize>>::new());
    }

    #[test]
    fn the_newest_place_is_the_current_one_and_steps_go_around() {
        let mut transcript = Transcript::default();
        for text in ["x a x", "b", "x"] {
            push(&mut transcript, text);
        }
        let mut finder = Finder::default();
        finder.look_for("x");
        assert!(!finder.search(&transcript));
        assert_eq!(found(&finder), [(0, 0..1), (0, 4..5), (2, 0..1)]);
        assert_eq!(finder.current().map(|(index, found)| (index, found.seq)), Some((3, 2)));
        finder.step(true);
        assert_eq!(finder.current().map(|(index, _)| index), Some(1));
        finder.step(false);
        finder.step(false);
        assert_eq!(finder.current().map(|(index, _)| index), Some(2));
        assert_eq!(finder.within(0, &(3..5)).collect::<Vec<_>>(), [(4..5, true)]);
        assert_eq!(finder.within(0, &(0..4)).collect::<Vec<_>>(), [(0..1, false)]);
        // What comes is found, and the current place stays.
        push(&mut transcript, "xx");
        finder.search(&transcript);
        assert_eq!(finder.count(), 5);
        assert_eq!(finder.current().map(|(index, found)| (index, found.seq)), Some((2, 0)));
        transcript.clear();
        finder.search(&transcript);
        assert_eq!(finder.count(), 0);
    }

    #[test]
    fn a_long_conversation_is_searched_a_bit_at_a_time() {
        let mut transcript = Transcript::default();
        (0..40).for_each(|_| push(&mut transcript, &("hay\n".repeat(14_000) + "needle")));
        let mut finder = Finder::default();
        finder.look_for("NEEDLE");
        let mut steps = 1;
        while finder.search(&transcript) {
            steps += 1;
        }
        assert!((5..20).contains(&steps), "{steps}");
        assert_eq!((finder.count(), finder.current().map(|(index, _)| index)), (40, Some(40)));
    }
}
