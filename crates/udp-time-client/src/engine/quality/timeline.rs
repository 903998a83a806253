//! Lost, duplicate and reordered ticks, by their times, where they have no numbers.

use std::collections::VecDeque;

use super::offset::Judged;
use super::{Counts, Mark, SECOND_US};

/// Times that are remembered, to know a second copy.
const REMEMBERED: usize = 64;

/// Intervals that a tick can be late; beyond, the clock was set back.
const HORIZON: i64 = 64;

/// Ticks that can be missing in a row; beyond, the sender was off.
const MAX_LOST: i64 = 30;

/// The times of one sender, on its own clock.
#[derive(Debug, Clone, Default)]
pub(super) struct Timeline {
    newest: Option<Tick>,
    recent: VecDeque<i64>,
}

/// One tick, in microseconds.
#[derive(Debug, Clone, Copy)]
pub(super) struct Tick {
    /// On the sender's clock.
    pub(super) sent_us: i64,
    /// On a clock that runs evenly.
    pub(super) at_us: i64,
}

impl Timeline {
    /// Takes in a tick of a sender that sends every `interval_us`, in a format whose last digit is
    /// worth `resolution_us`. `judged` is what is thought of its clock.
    pub(super) fn note(
        &mut self,
        tick: Tick,
        interval_us: i64,
        resolution_us: i64,
        judged: Judged,
        counts: &mut Counts,
    ) -> Mark {
        if matches!(judged, Judged::Set { .. } | Judged::Rebased) {
            self.rebase(tick);
            return Mark::InOrder { lost: 0 };
        }
        let Some(newest) = self.newest else {
            self.rebase(tick);
            return Mark::InOrder { lost: 0 };
        };
        let sent = tick.sent_us.saturating_sub(newest.sent_us);
        let passed = tick.at_us.saturating_sub(newest.at_us);
        let horizon = interval_us.saturating_mul(HORIZON);
        if sent > 0 {
            self.newest = Some(tick);
            self.remember(tick.sent_us);
            let is_ahead = matches!(judged, Judged::Suspect { is_ahead: true });
            return Self::gap(sent, passed, interval_us, resolution_us, is_ahead, counts);
        }
        if sent < -horizon {
            // The sender's clock was set back.
            self.rebase(tick);
            return Mark::InOrder { lost: 0 };
        }
        // One that comes at its turn may well be the next, by a clock that was set back: no late one, as far as is known.
        let turns = rounded(passed, interval_us);
        let is_at_turn = matches!(judged, Judged::Suspect { is_ahead: false })
            && turns > 0
            && passed.abs_diff(turns.saturating_mul(interval_us)) <= interval_us.unsigned_abs() / 4;
        let marked = |mark| if is_at_turn { Mark::Unknown } else { mark };
        if self.recent.contains(&tick.sent_us) {
            // A whole interval later it is a clock that reads the same again: coarse, or set back.
            if sent == 0 && passed >= interval_us / 2 {
                self.newest = Some(tick);
                return Mark::InOrder { lost: 0 };
            }
            counts.duplicates += 1;
            return marked(Mark::Duplicate);
        }
        self.remember(tick.sent_us);
        counts.reordered += 1;
        counts.lost = counts.lost.saturating_sub(1);
        marked(Mark::Reordered)
    }

    fn gap(
        sent: i64,
        passed: i64,
        interval_us: i64,
        resolution_us: i64,
        is_ahead: bool,
        counts: &mut Counts,
    ) -> Mark {
        let slots = rounded(sent, interval_us);
        // Two clocks that disagree about a gap: beyond what delays and the last digit explain, the sender's
        // was set, or skips a second.
        let tolerance = if resolution_us.saturating_mul(4) > interval_us {
            resolution_us / 4 * 3
        } else {
            interval_us.saturating_mul(3).max(2 * SECOND_US)
        };
        let is_agreed = !is_ahead && sent.abs_diff(passed) <= tolerance.unsigned_abs();
        let slots = if is_agreed { slots } else { slots.min(rounded(passed, interval_us)) };
        let lost = slots.saturating_sub(1).max(0);
        if lost > MAX_LOST {
            counts.restarted += 1;
            return Mark::Restarted;
        }
        let lost = lost.unsigned_abs();
        counts.lost += lost;
        Mark::InOrder { lost }
    }

    /// Starts over from `tick`.
    fn rebase(&mut self, tick: Tick) {
        self.newest = Some(tick);
        self.recent.clear();
        self.remember(tick.sent_us);
    }

    fn remember(&mut self, sent_us: i64) {
        if self.recent.len() == REMEMBERED {
            self.recent.pop_front();
        }
        self.recent.push_back(sent_us);
    }
}

/// `time` in whole intervals, to the nearest.
fn rounded(time: i64, interval_us: i64) -> i64 {
    time.saturating_add(interval_us / 2) / interval_us.max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Ticks as (sent, at) in milliseconds, every second, of the given resolution.
    fn check(ticks: &[(i64, i64)], resolution_us: i64, expected: Counts) {
        let (mut timeline, mut counts) = (Timeline::default(), Counts::default());
        for (sent, at) in ticks {
            let tick = Tick { sent_us: sent * 1000, at_us: at * 1000 };
            timeline.note(tick, SECOND_US, resolution_us, Judged::Steady, &mut counts);
        }
        assert_eq!(counts, expected, "{ticks:?}");
    }

    #[test]
    fn a_gap_in_both_times_is_a_loss() {
        let lost = |lost| Counts { lost, ..Counts::default() };
        for resolution in [1000, SECOND_US] {
            check(&[(0, 0), (1000, 1000), (4000, 4001)], resolution, lost(2));
            check(&[(0, 600), (2000, 2000)], resolution, lost(1));
        }
    }

    #[test]
    fn the_original_server_skips_a_second_and_loses_none() {
        check(&[(0, 0), (1000, 1001), (3000, 2003)], SECOND_US, Counts::default());
    }

    #[test]
    fn a_sender_that_was_off_is_back() {
        let back = Counts { restarted: 1, ..Counts::default() };
        check(&[(0, 0), (1000, 1000), (301_000, 301_000), (302_000, 302_000)], 1000, back);
    }

    #[test]
    fn copies_and_late_ones_are_told_apart() {
        check(&[(0, 0), (0, 3), (1000, 1000)], SECOND_US, Counts { duplicates: 1, ..Counts::default() });
        let late = [(0, 0), (2000, 2000), (1000, 2100), (3000, 3000)];
        check(&late, 1000, Counts { reordered: 1, ..Counts::default() });
    }
}
