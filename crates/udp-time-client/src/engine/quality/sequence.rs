//! Counts lost, duplicate and reordered ticks by their numbers.

use super::{Counts, Mark};

/// For how many ticks before the newest it is remembered whether they came.
const WINDOW: u64 = 1024;

/// Words of the bitmap, which has a bit for each tick.
const WORDS: usize = 16;

/// After this many numbers in a row from outside the window, the sender has restarted.
const RESTART_AFTER: u32 = 3;

/// The numbers of one sender.
#[derive(Debug, Clone, Default)]
pub(super) struct Sequence {
    first: u64,
    highest: Option<u64>,
    seen: [u64; WORDS],
    /// When the ticks that were seen left, on the clock of the sender.
    sent_us: Vec<i64>,
    outside_window: u32,
}

impl Sequence {
    /// Takes in number `seq`, which left at `sent_us`. `is_later` says whether that is later than every tick
    /// before it. A jump over more than `max_gap` numbers is no loss: the sender has restarted.
    pub(super) fn note(
        &mut self,
        seq: u64,
        sent_us: i64,
        is_later: bool,
        max_gap: u64,
        counts: &mut Counts,
    ) -> Mark {
        let Some(highest) = self.highest else {
            self.begin(seq, sent_us);
            return Mark::InOrder { lost: 0 };
        };
        if seq > highest {
            let gap = seq - highest - 1;
            if gap > max_gap {
                return self.restart(seq, sent_us, counts);
            }
            self.advance(highest, seq, sent_us);
            counts.lost += gap;
            return Mark::InOrder { lost: gap };
        }
        if is_later {
            return self.restart(seq, sent_us, counts);
        }
        let is_in_window = highest - seq < WINDOW;
        if is_in_window && let Some(known_us) = self.seen_at(seq) {
            if known_us != sent_us {
                // Another tick has the same number: the sender has restarted, and its clock was set back
                // meanwhile.
                return self.restart(seq, sent_us, counts);
            }
            counts.duplicates += 1;
            return Mark::Duplicate;
        }
        if !is_in_window || seq < self.first {
            self.outside_window += 1;
            if self.outside_window == RESTART_AFTER {
                return self.restart(seq, sent_us, counts);
            }
        }
        if is_in_window {
            self.remember(seq, sent_us);
        }
        if is_in_window && seq > self.first {
            counts.lost = counts.lost.saturating_sub(1);
        }
        counts.reordered += 1;
        Mark::Reordered
    }

    fn begin(&mut self, seq: u64, sent_us: i64) {
        let mut known = std::mem::take(&mut self.sent_us);
        known.resize(64 * WORDS, 0);
        *self = Self { first: seq, highest: Some(seq), sent_us: known, ..Self::default() };
        self.remember(seq, sent_us);
    }

    fn restart(&mut self, seq: u64, sent_us: i64, counts: &mut Counts) -> Mark {
        self.begin(seq, sent_us);
        counts.restarted += 1;
        Mark::Restarted
    }

    fn advance(&mut self, highest: u64, seq: u64, sent_us: i64) {
        if seq - highest >= WINDOW {
            self.seen = [0; WORDS];
        } else {
            (highest + 1..seq).for_each(|missing| self.forget(missing));
        }
        self.remember(seq, sent_us);
        self.highest = Some(seq);
        self.outside_window = 0;
    }

    /// The word and the bit of a number, and its index among the times.
    fn place(seq: u64) -> (usize, u64, usize) {
        // It is below 1024.
        let place = usize::try_from(seq % WINDOW).unwrap_or_default();
        (place / 64, 1 << (place % 64), place)
    }

    /// When the tick of that number left, if it was seen.
    fn seen_at(&self, seq: u64) -> Option<i64> {
        let (word, mask, place) = Self::place(seq);
        self.sent_us.get(place).copied().filter(|_| self.seen[word] & mask != 0)
    }

    fn remember(&mut self, seq: u64, sent_us: i64) {
        let (word, mask, place) = Self::place(seq);
        self.seen[word] |= mask;
        if let Some(known) = self.sent_us.get_mut(place) {
            *known = sent_us;
        }
    }

    fn forget(&mut self, seq: u64) {
        let (word, mask, _) = Self::place(seq);
        self.seen[word] &= !mask;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Numbers in the order of arrival, none later than those before it unless it is higher.
    fn counts(seqs: &[u64]) -> Counts {
        let (mut sequence, mut counts) = (Sequence::default(), Counts::default());
        for seq in seqs {
            sequence.note(*seq, 0, false, 1_000_000, &mut counts);
        }
        counts
    }

    fn check(seqs: &[u64], lost: u64, duplicates: u64, reordered: u64) {
        let expected = Counts { lost, duplicates, reordered, ..Counts::default() };
        assert_eq!(counts(seqs), expected, "{seqs:?}");
    }

    #[test]
    fn each_fault_is_told_from_the_others() {
        check(&[1, 2, 3], 0, 0, 0);
        check(&[7, 8, 11], 2, 0, 0);
        check(&[1, 2, 2, 3], 0, 1, 0);
        check(&[1, 3, 2, 4], 0, 0, 1);
        check(&[1, 3, 2, 2], 0, 1, 1);
        check(&[5, 4, 6], 0, 0, 1);
        check(&[1, 5000, 4999], 4997, 0, 1);
        check(&[u64::MAX - 1, u64::MAX, u64::MAX], 0, 1, 0);
    }

    #[test]
    fn a_restart_is_no_loss() {
        let (mut sequence, mut counts) = (Sequence::default(), Counts::default());
        for seq in [998, 999, 1000, 1, 2, 3] {
            sequence.note(seq, 0, true, 100, &mut counts);
        }
        assert_eq!(counts, Counts { restarted: 1, ..Counts::default() });
        sequence.note(1_000_000, 0, true, 100, &mut counts);
        assert_eq!(counts, Counts { restarted: 2, ..Counts::default() }, "a jump that no loss explains");
    }

    #[test]
    fn a_restart_by_a_clock_that_went_back_is_no_copy() {
        let (mut sequence, mut counts) = (Sequence::default(), Counts::default());
        let mut note = |seq, sent_us| sequence.note(seq, sent_us, false, 100, &mut counts);
        (1..=300).for_each(|seq| _ = note(seq, 1_000_000 + 10 * i64::try_from(seq).unwrap()));
        assert_eq!(note(1, 10), Mark::Restarted);
        assert_eq!((note(2, 20), note(2, 20)), (Mark::InOrder { lost: 0 }, Mark::Duplicate));
        assert_eq!(counts, Counts { restarted: 1, duplicates: 1, ..Counts::default() });
    }

    /// Listening began in the middle: none of the numbers was seen before.
    #[test]
    fn numbers_from_before_the_first_in_a_row_are_a_restart() {
        assert_eq!(counts(&[500, 501, 1, 2, 3, 4, 5]).restarted, 1);
        assert_eq!(counts(&[500, 499, 498, 501, 497]).restarted, 0);
    }

    #[test]
    fn numbers_from_long_ago_in_a_row_are_a_restart() {
        assert_eq!(counts(&[5000, 1, 2, 3, 4]).restarted, 1);
        assert_eq!(counts(&[5000, 1, 5001, 2, 5002, 3]).restarted, 0);
    }

    proptest! {
        #[test]
        fn any_numbers_are_counted_without_a_fault(
            notes in prop::collection::vec((any::<u64>(), any::<i64>(), any::<bool>(), any::<u64>()), 0..200),
        ) {
            let (mut sequence, mut counts) = (Sequence::default(), Counts::default());
            for (seq, sent_us, is_later, max_gap) in notes {
                sequence.note(seq, sent_us, is_later, max_gap / 1000, &mut counts);
            }
        }

        /// Within the window the counts are exact, whatever the order.
        #[test]
        fn the_counts_are_those_of_the_network(
            mut ticks in prop::collection::vec(2_u64..200, 1..300),
        ) {
            ticks.insert(0, 1);
            ticks.push(200);
            let counts = counts(&ticks);
            let distinct: std::collections::BTreeSet<_> = ticks.iter().collect();
            prop_assert_eq!(counts.lost, 200 - distinct.len() as u64);
            prop_assert_eq!(counts.duplicates, (ticks.len() - distinct.len()) as u64);
            prop_assert_eq!(counts.restarted, 0);
        }
    }
}
