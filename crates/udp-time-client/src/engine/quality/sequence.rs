//! Lost, duplicate and reordered ticks, by their numbers.

use super::{Counts, Mark};

/// Ticks behind the newest whose arrival is remembered.
const WINDOW: u64 = 1024;

/// Words of the memory: a bit a tick.
const WORDS: usize = 16;

/// Ticks from behind the window in a row, that mean that the sender counts anew.
const STRANGERS: u32 = 3;

/// The numbers of one sender.
#[derive(Debug, Clone, Default)]
pub(super) struct Sequence {
    first: u64,
    highest: Option<u64>,
    seen: [u64; WORDS],
    strangers: u32,
}

impl Sequence {
    /// Takes in number `seq`; `is_later`: its time lies behind that of every tick before it.
    /// A jump over more than `max_gap` numbers is no loss, but a sender that counts anew.
    pub(super) fn note(&mut self, seq: u64, is_later: bool, max_gap: u64, counts: &mut Counts) -> Mark {
        let Some(highest) = self.highest else {
            self.begin(seq);
            return Mark::InOrder { lost: 0 };
        };
        if seq > highest {
            let gap = seq - highest - 1;
            if gap > max_gap {
                return self.restart(seq, counts);
            }
            self.advance(highest, seq);
            counts.lost += gap;
            return Mark::InOrder { lost: gap };
        }
        if is_later {
            return self.restart(seq, counts);
        }
        if highest - seq >= WINDOW {
            self.strangers += 1;
            if self.strangers == STRANGERS {
                return self.restart(seq, counts);
            }
            counts.reordered += 1;
            return Mark::Reordered;
        }
        if self.is_seen(seq) {
            counts.duplicates += 1;
            return Mark::Duplicate;
        }
        self.set_seen(seq, true);
        if seq > self.first {
            counts.lost = counts.lost.saturating_sub(1);
        }
        counts.reordered += 1;
        Mark::Reordered
    }

    fn begin(&mut self, seq: u64) {
        *self = Self { first: seq, highest: Some(seq), ..Self::default() };
        self.set_seen(seq, true);
    }

    fn restart(&mut self, seq: u64, counts: &mut Counts) -> Mark {
        self.begin(seq);
        counts.restarted += 1;
        Mark::Restarted
    }

    fn advance(&mut self, highest: u64, seq: u64) {
        if seq - highest >= WINDOW {
            self.seen = [0; WORDS];
        } else {
            (highest + 1..seq).for_each(|missing| self.set_seen(missing, false));
        }
        self.set_seen(seq, true);
        self.highest = Some(seq);
        self.strangers = 0;
    }

    fn place(seq: u64) -> (usize, u64) {
        let bit = seq % WINDOW;
        // Below 16: the window's words.
        (usize::try_from(bit / 64).unwrap_or_default(), 1 << (bit % 64))
    }

    fn is_seen(&self, seq: u64) -> bool {
        let (word, mask) = Self::place(seq);
        self.seen[word] & mask != 0
    }

    fn set_seen(&mut self, seq: u64, is_seen: bool) {
        let (word, mask) = Self::place(seq);
        if is_seen {
            self.seen[word] |= mask;
        } else {
            self.seen[word] &= !mask;
        }
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
            sequence.note(*seq, false, 1_000_000, &mut counts);
        }
        counts
    }

    fn check(seqs: &[u64], lost: u64, duplicates: u64, reordered: u64) {
        let expected = Counts { lost, duplicates, reordered, restarted: 0 };
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
            sequence.note(seq, true, 100, &mut counts);
        }
        assert_eq!(counts, Counts { restarted: 1, ..Counts::default() });
        sequence.note(1_000_000, true, 100, &mut counts);
        assert_eq!(counts, Counts { restarted: 2, ..Counts::default() }, "a jump that no loss explains");
    }

    #[test]
    fn numbers_from_long_ago_in_a_row_are_a_restart() {
        assert_eq!(counts(&[5000, 1, 2, 3, 4]).restarted, 1);
        assert_eq!(counts(&[5000, 1, 5001, 2, 5002, 3]).restarted, 0);
    }

    proptest! {
        #[test]
        fn any_numbers_are_counted_without_a_fault(
            notes in prop::collection::vec((any::<u64>(), any::<bool>(), any::<u64>()), 0..200),
        ) {
            let (mut sequence, mut counts) = (Sequence::default(), Counts::default());
            for (seq, is_later, max_gap) in notes {
                sequence.note(seq, is_later, max_gap / 1000, &mut counts);
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
