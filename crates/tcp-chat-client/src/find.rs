//! What was looked for in the conversation, and where it is.

use std::collections::VecDeque;
use std::ops::Range;

use common::text::Needle;

use crate::transcript::{Body, Entry, Transcript};

/// Bytes that are searched at a time: a frame must not wait for them.
const MAX_BYTES_A_STEP: usize = 256 * 1024;

/// Most matches that are kept.
const MAX_FOUND: usize = 10_000;

/// A place in an entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Found {
    /// The entry.
    pub seq: u64,
    /// Its bytes.
    pub range: Range<usize>,
}

/// An entry that grew when it was searched, and how far it had come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Growing {
    seq: u64,
    len: usize,
    revision: u32,
}

/// Finds a text in the entries, newest first, a bit at a time.
#[derive(Debug, Default)]
pub(crate) struct Finder {
    query: String,
    needle: Needle,
    /// In the order of the conversation.
    found: VecDeque<Found>,
    current: Option<usize>,
    /// The entries that were searched.
    searched: Range<u64>,
    /// Those of them that were streaming.
    growing: Vec<Growing>,
    /// There is more to search.
    is_busy: bool,
}

impl Finder {
    /// Looks for another text; the newest place is the current one.
    pub(crate) fn look_for(&mut self, query: &str) {
        if query != self.query {
            *self = Self { query: query.to_owned(), needle: Needle::new(query), ..Self::default() };
        }
    }

    /// How many places are found so far.
    pub(crate) fn count(&self) -> usize {
        self.found.len()
    }

    /// Which of them is the current one, from 1 on, and where it is.
    pub(crate) fn current(&self) -> Option<(usize, &Found)> {
        let index = self.current?;
        Some((index + 1, self.found.get(index)?))
    }

    /// Whether not everything is searched yet.
    pub(crate) fn is_busy(&self) -> bool {
        self.is_busy
    }

    /// Makes the next place, or the one before, the current one; around the ends.
    pub(crate) fn step(&mut self, is_forward: bool) {
        let count = self.found.len();
        self.current = self.current.filter(|_| count > 0).map(|at| match (is_forward, at) {
            (true, at) => (at + 1) % count,
            (false, 0) => count - 1,
            (false, at) => at - 1,
        });
    }

    /// The places within some bytes of an entry, and whether each is the current one.
    pub(crate) fn within(
        &self,
        seq: u64,
        bytes: &Range<usize>,
    ) -> impl Iterator<Item = (Range<usize>, bool)> {
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
    pub(crate) fn search(&mut self, transcript: &Transcript) -> bool {
        self.is_busy = !self.needle.is_empty() && self.search_some(transcript);
        // Wherever the current place went: as long as there are places, one of them is the current one.
        let last = self.found.len().checked_sub(1);
        self.current = last.map(|last| self.current.map_or(last, |current| current.min(last)));
        self.is_busy
    }

    fn search_some(&mut self, transcript: &Transcript) -> bool {
        self.forget(transcript);
        let mut budget = MAX_BYTES_A_STEP;
        // What has changed and what is new come first, then what is older, from the newest on.
        if !self.search_growing(transcript, &mut budget) {
            return true;
        }
        while self.searched.end < transcript.total() {
            if budget == 0 {
                return true;
            }
            let seq = self.searched.end;
            self.searched.end += 1;
            let places = self.places(transcript, seq, &mut budget);
            self.found.extend(places);
            let over = self.found.len().saturating_sub(MAX_FOUND);
            self.found.drain(..over);
            self.current = self.current.map(|current| current.saturating_sub(over));
        }
        while self.searched.start > transcript.first() && self.found.len() < MAX_FOUND {
            if budget == 0 {
                return true;
            }
            self.searched.start -= 1;
            let places = self.places(transcript, self.searched.start, &mut budget);
            self.current = self.current.map(|current| current + places.len());
            places.into_iter().rev().for_each(|found| self.found.push_front(found));
        }
        false
    }

    /// Searches those again that were streaming and have changed; `false` where not all were reached.
    fn search_growing(&mut self, transcript: &Transcript, budget: &mut usize) -> bool {
        let growing = std::mem::take(&mut self.growing);
        for (index, seen) in growing.iter().enumerate() {
            if *budget == 0 {
                self.growing.extend(growing.iter().skip(index));
                return false;
            }
            let Some(entry) = transcript.entry(seen.seq) else { continue };
            if growing_now(entry) == Some(*seen) {
                self.growing.push(*seen);
                continue;
            }
            let places = self.places(transcript, seen.seq, budget);
            let from = self.found.partition_point(|found| found.seq < seen.seq);
            let to = self.found.partition_point(|found| found.seq <= seen.seq);
            let behind = self.found.split_off(to);
            self.found.truncate(from);
            // The current place is the same one, further on where it stands behind.
            self.current = self.current.map(|current| match current {
                current if current >= to => current - to + from + places.len(),
                current => current.min((from + places.len()).saturating_sub(1)),
            });
            self.found.extend(places);
            self.found.extend(behind);
        }
        true
    }

    /// Lets go of entries that are gone.
    fn forget(&mut self, transcript: &Transcript) {
        let first = transcript.first();
        self.searched.start = self.searched.start.max(first);
        if self.searched.is_empty() {
            self.found.clear();
            self.current = None;
            self.growing.clear();
            self.searched = transcript.total()..transcript.total();
        }
        while self.found.front().is_some_and(|found| found.seq < first) {
            self.found.pop_front();
            self.current = self.current.map(|current| current.saturating_sub(1));
        }
    }

    fn places(&mut self, transcript: &Transcript, seq: u64, budget: &mut usize) -> Vec<Found> {
        let Some(entry) = transcript.entry(seq) else { return Vec::new() };
        self.growing.extend(growing_now(entry));
        let text = entry.body.text();
        *budget = budget.saturating_sub(text.len() + 1);
        let found = self.needle.find_all(&text).take(MAX_FOUND);
        found.map(|range| Found { seq, range }).collect()
    }
}

/// How far a streaming entry has come; `None` where it is whole.
fn growing_now(entry: &Entry) -> Option<Growing> {
    match &entry.body {
        Body::Server { text, streams_for: Some(_), .. } => {
            Some(Growing { seq: entry.seq, len: text.len(), revision: entry.revision })
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::MessageId;
    use crate::transcript::MAX_ENTRIES;
    use chrono::{DateTime, FixedOffset};

    fn at() -> DateTime<FixedOffset> {
        DateTime::parse_from_rfc3339("2026-11-22T14:01:00+01:00").unwrap()
    }

    fn push(transcript: &mut Transcript, text: &str) {
        transcript.push(at(), Body::Server { bot: None, text: text.to_owned(), streams_for: None });
    }

    fn found(finder: &Finder) -> Vec<(u64, Range<usize>)> {
        finder.found.iter().map(|found| (found.seq, found.range.clone())).collect()
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
    fn looking_for(query: &str, transcript: &Transcript) -> Finder {
        let mut finder = Finder::default();
        finder.look_for(query);
        assert!(!finder.search(transcript));
        finder
    }

    fn place(finder: &Finder) -> Option<(usize, u64)> {
        finder.current().map(|(index, found)| (index, found.seq))
    }

    #[test]
    fn what_comes_later_is_found_and_walked_through() {
        let mut transcript = Transcript::default();
        push(&mut transcript, "a");
        let mut finder = looking_for("x", &transcript);
        assert_eq!(place(&finder), None);
        push(&mut transcript, "x");
        push(&mut transcript, "x");
        assert!(!finder.search(&transcript));
        assert_eq!(place(&finder), Some((2, 2)));
        finder.step(false);
        assert_eq!(place(&finder), Some((1, 1)));
        // So it is behind what was cleared away.
        transcript.clear();
        finder.search(&transcript);
        assert_eq!(place(&finder), None);
        push(&mut transcript, "x");
        finder.search(&transcript);
        assert_eq!(place(&finder), Some((1, 3)));
    }

    #[test]
    fn the_next_place_is_the_current_one_where_that_was_dropped() {
        let mut transcript = Transcript::default();
        (0..3).for_each(|_| push(&mut transcript, "x"));
        let mut finder = looking_for("x", &transcript);
        finder.step(true);
        assert_eq!(place(&finder), Some((1, 0)));
        (0..MAX_ENTRIES - 2).for_each(|_| push(&mut transcript, "y"));
        finder.search(&transcript);
        assert_eq!((finder.count(), place(&finder)), (2, Some((1, 1))));
        finder.step(true);
        assert_eq!(place(&finder), Some((2, 2)));
    }

    #[test]
    fn a_reply_that_grows_above_others_is_searched_again() {
        let mut transcript = Transcript::default();
        transcript.stream(at(), MessageId(1), None, "x".to_owned());
        push(&mut transcript, "x");
        let mut finder = looking_for("x", &transcript);
        assert_eq!(place(&finder), Some((2, 1)));
        transcript.stream(at(), MessageId(1), None, " x".to_owned());
        finder.search(&transcript);
        assert_eq!(found(&finder), [(0, 0..1), (0, 2..3), (1, 0..1)]);
        assert_eq!(place(&finder), Some((3, 1)), "the current place is another one");
        transcript.reply(at(), MessageId(1), None, "a whole x".to_owned());
        finder.search(&transcript);
        assert_eq!(found(&finder), [(0, 8..9), (1, 0..1)]);
        assert_eq!(place(&finder), Some((2, 1)));
    }

    #[test]
    fn long_texts_that_come_meanwhile_do_not_stop_the_search() {
        let mut transcript = Transcript::default();
        push(&mut transcript, "needle");
        let mut finder = looking_for("needle", &transcript);
        (0..3).for_each(|_| push(&mut transcript, &("needle".to_owned() + &"x".repeat(MAX_BYTES_A_STEP))));
        let steps = (0..10).take_while(|_| finder.search(&transcript)).count();
        assert_eq!((steps < 10, finder.count(), place(&finder)), (true, 4, Some((1, 0))));
    }

    #[test]
    fn only_so_many_places_are_kept_also_of_what_comes() {
        let mut transcript = Transcript::default();
        let mut finder = looking_for("x", &transcript);
        for _ in 0..3 {
            push(&mut transcript, &"x".repeat(6000));
            finder.search(&transcript);
        }
        assert_eq!(finder.count(), MAX_FOUND);
        assert_eq!(finder.current().map(|(index, _)| index), Some(1), "it was dropped, the next is current");
        assert_eq!(finder.within(2, &(0..6000)).count(), 6000);
    }
}
