//! How far the clock of a sender is from that of this computer, and whether it was set.

use std::collections::VecDeque;

/// From how many offsets the range of a coarse clock is narrowed down.
const BOUNDS: usize = 32;

/// A clock is coarse when its last digit is worth at least this, in microseconds.
const COARSE_US: i64 = 100_000;

/// An offset is one figure when its range is at most this wide, in microseconds.
const EXACT_US: i64 = 100;

/// How many offsets in a row have to agree on another value before the clock counts as set.
const AGREEING: u32 = 3;

/// How many offsets it takes to know the usual one.
const KNOWN: i64 = 4;

/// What is known of an offset: the sender's clock less this computer's, in microseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Offset {
    pub low_us: i64,
    /// A clock that shows whole seconds may be nearly one second further.
    pub high_us: i64,
    /// Whether its text tells no more than tenths of a second.
    pub is_coarse: bool,
}

impl Offset {
    /// Whether it is known as finely as anybody wants to read it.
    #[must_use]
    pub fn is_exact(self) -> bool {
        self.high_us.saturating_sub(self.low_us) <= EXACT_US
    }

    /// What a single datagram tells by its offset, which is too little by less than its last digit is worth.
    pub(super) fn of_one(low_us: i64, resolution_us: i64) -> Self {
        Self { low_us, high_us: low_us.saturating_add(resolution_us), is_coarse: resolution_us >= COARSE_US }
    }

    /// The offset that is known already, where this one does not contradict it.
    pub(super) fn within(self, known: Option<Self>) -> Self {
        known.filter(|known| known.low_us < self.high_us && self.low_us < known.high_us).unwrap_or(self)
    }
}

/// What a new offset says about the clock of the sender.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    /// It is as before.
    Steady,
    /// The offset is far off: the tick was late, or the clock was set. The next offsets will tell.
    Suspect {
        /// A late tick is never ahead.
        is_ahead: bool,
    },
    /// The suspect offsets before it came from late ticks.
    Back,
    Set {
        by_us: i64,
    },
    /// The usual offset was not known yet: the first ticks were late.
    Rebased,
}

/// Follows the offset of one sender.
#[derive(Debug, Clone, Default)]
pub(super) struct Tracker {
    usual_us: i64,
    /// How many offsets make up [`Self::usual_us`], up to 16.
    known: i64,
    suspects: Option<Suspects>,
    recent: VecDeque<i64>,
    resolution_us: i64,
}

#[derive(Debug, Clone, Copy)]
struct Suspects {
    usual_us: i64,
    count: u32,
    since_us: i64,
}

impl Tracker {
    /// Takes in an offset at `at_us`. Beyond `threshold_us` it is suspect; the clock counts as set
    /// when that has lasted for `span_us`.
    pub(super) fn note(
        &mut self,
        at_us: i64,
        offset_us: i64,
        resolution_us: i64,
        threshold_us: i64,
        span_us: i64,
    ) -> Verdict {
        self.resolution_us = resolution_us;
        let far = |from: i64| offset_us.saturating_sub(from).saturating_abs() > threshold_us;
        if self.known == 0 || !far(self.usual_us) {
            self.known = (self.known + 1).min(16);
            let moved = offset_us.saturating_sub(self.usual_us);
            self.usual_us = if self.known == 1 { offset_us } else { self.usual_us + moved / self.known };
            self.remember(offset_us);
            return if self.suspects.take().is_some() { Verdict::Back } else { Verdict::Steady };
        }
        let is_ahead = offset_us > self.usual_us;
        let Some(suspects) = self.suspects.as_mut().filter(|suspects| !far(suspects.usual_us)) else {
            self.suspects = Some(Suspects { usual_us: offset_us, count: 1, since_us: at_us });
            return Verdict::Suspect { is_ahead };
        };
        suspects.count += 1;
        let moved = offset_us.saturating_sub(suspects.usual_us);
        suspects.usual_us += moved / i64::from(suspects.count.min(16));
        let Suspects { usual_us, count, since_us } = *suspects;
        if count < AGREEING || at_us.saturating_sub(since_us) < span_us {
            return Verdict::Suspect { is_ahead };
        }
        let (by_us, is_known) = (usual_us.saturating_sub(self.usual_us), self.known >= KNOWN);
        *self = Self { usual_us, known: i64::from(AGREEING), resolution_us, ..Self::default() };
        self.remember(offset_us);
        if is_known { Verdict::Set { by_us } } else { Verdict::Rebased }
    }

    fn remember(&mut self, offset_us: i64) {
        if self.recent.len() == BOUNDS {
            self.recent.pop_front();
        }
        self.recent.push_back(offset_us);
    }

    /// Starts over, after the clock of this computer was set.
    pub(super) fn forget(&mut self) {
        *self = Self::default();
    }

    /// The newest offset. A coarse clock shows too little, by less than its last digit is worth; so its
    /// offset is the range that all recent ones agree on.
    pub(super) fn offset(&self) -> Option<Offset> {
        let newest = *self.recent.back()?;
        let one = Offset::of_one(newest, self.resolution_us);
        if !one.is_coarse {
            return Some(one);
        }
        let low_us = self.recent.iter().copied().max().unwrap_or(newest);
        let high_us = self.recent.iter().copied().min().unwrap_or(newest).saturating_add(self.resolution_us);
        Some(if low_us < high_us { Offset { low_us, high_us, ..one } } else { one })
    }
}

#[cfg(test)]
mod tests {
    use super::super::SECOND_US;
    use super::*;

    fn note(tracker: &mut Tracker, second: i64, offset_ms: i64) -> Verdict {
        tracker.note(second * 1_000_000, offset_ms * 1000, 1, 100_000, 2_000_000)
    }

    #[test]
    fn a_clock_that_was_set_is_told_from_a_late_tick() {
        let mut tracker = Tracker::default();
        for second in 0..10 {
            assert_eq!(note(&mut tracker, second, second % 3), Verdict::Steady);
        }
        assert_eq!(note(&mut tracker, 10, -800), Verdict::Suspect { is_ahead: false });
        assert_eq!(note(&mut tracker, 11, 1), Verdict::Back);
        assert_eq!(note(&mut tracker, 12, 3001), Verdict::Suspect { is_ahead: true });
        // Three that come soon after one another may all be late.
        let soon = tracker.note(12_500_000, 3_000_000, 1, 100_000, 2_000_000);
        assert_eq!(soon, Verdict::Suspect { is_ahead: true });
        assert_eq!(note(&mut tracker, 13, 3000), Verdict::Suspect { is_ahead: true });
        let Verdict::Set { by_us } = note(&mut tracker, 14, 3002) else { panic!("not seen") };
        assert!((2_995_000..3_005_000).contains(&by_us), "{by_us}");
        assert_eq!(note(&mut tracker, 15, 3001), Verdict::Steady);
    }

    #[test]
    fn a_late_start_is_no_clock_that_was_set() {
        let mut tracker = Tracker::default();
        note(&mut tracker, 0, -900);
        (1..3).for_each(|second| _ = note(&mut tracker, second, 0));
        assert_eq!(note(&mut tracker, 3, 0), Verdict::Rebased);
        assert_eq!(note(&mut tracker, 4, 0), Verdict::Steady);
    }

    /// A clock that is 250 ms ahead, read in whole seconds at moments that wander.
    #[test]
    fn whole_seconds_are_a_range_that_narrows_down() {
        let mut tracker = Tracker::default();
        let mut known = Vec::new();
        for tick in 0..20_i64 {
            let at_ms = tick * 1050;
            let shown_ms = (at_ms + 250).div_euclid(1000) * 1000;
            tracker.note(at_ms * 1000, (shown_ms - at_ms) * 1000, 1_000_000, 1_500_000, 2_000_000);
            known.push(tracker.offset().unwrap());
        }
        assert!(known.iter().all(|offset| offset.low_us <= 250_000 && 250_000 < offset.high_us), "{known:?}");
        assert_eq!((known[0].low_us, known[0].high_us), (0, 1_000_000));
        assert!(known[19].high_us - known[19].low_us <= 100_000, "{:?}", known[19]);
    }

    #[test]
    fn what_is_known_is_kept_where_a_new_offset_does_not_contradict_it() {
        let offset = |low_us: i64| Offset::of_one(low_us, SECOND_US);
        let known = Offset { high_us: 600_000, ..offset(500_000) };
        assert_eq!(offset(-300_000).within(Some(known)), known);
        for new in [offset(-500_000), offset(600_000)] {
            assert_eq!((new.within(Some(known)), new.within(None)), (new, new));
        }
    }
}
