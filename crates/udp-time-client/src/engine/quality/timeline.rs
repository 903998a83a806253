//! Counts lost, duplicate and reordered ticks of a sender that does not number them, by their times.

use std::collections::VecDeque;

use super::offset::Verdict;
use super::{Counts, Mark, SECOND_US};

/// How many times are remembered, to recognise a duplicate.
const REMEMBERED: usize = 64;

/// How many intervals late a tick can be. When it is later, the clock of its sender was set back.
const HORIZON: i64 = 64;

/// How many ticks in a row can be lost. When more are missing, the sender was off.
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
    /// On a monotonic clock.
    pub(super) at_us: i64,
}

impl Timeline {
    /// Takes in a tick of a sender that sends every `interval_us`, in a format whose last digit is
    /// worth `resolution_us`. `verdict` is what its offset says about its clock.
    pub(super) fn note(
        &mut self,
        tick: Tick,
        interval_us: i64,
        resolution_us: i64,
        verdict: Verdict,
        counts: &mut Counts,
    ) -> Mark {
        if matches!(verdict, Verdict::Set { .. } | Verdict::Rebased) {
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
            let is_ahead = matches!(verdict, Verdict::Suspect { is_ahead: true });
            return Self::gap(sent, passed, interval_us, resolution_us, is_ahead, counts);
        }
        if sent < -horizon {
            // The sender's clock was set back.
            self.rebase(tick);
            return Mark::InOrder { lost: 0 };
        }
        // A tick that comes when the next one is due may be that one, told by a clock that was set back.
        // Nobody can say yet whether it is a late one.
        let turns = rounded(passed, interval_us);
        let is_at_turn = matches!(verdict, Verdict::Suspect { is_ahead: false })
            && turns > 0
            && passed.abs_diff(turns.saturating_mul(interval_us)) <= interval_us.unsigned_abs() / 4;
        let marked = |mark| if is_at_turn { Mark::Unknown } else { mark };
        if self.recent.contains(&tick.sent_us) {
            // The same time half an interval later is no duplicate: the clock is coarse, or was set back.
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
        // When the two clocks disagree about the gap by more than delays and the last digit explain, the
        // clock of the sender was set, or it skips a second.
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
            timeline.note(tick, SECOND_US, resolution_us, Verdict::Steady, &mut counts);
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
        check(&[(0, 0), (32_000, 32_000)], 1000, back);
        check(&[(0, 0), (31_000, 31_000)], 1000, Counts { lost: 30, ..Counts::default() });
    }

    #[test]
    fn copies_and_late_ones_are_told_apart() {
        check(&[(0, 0), (0, 3), (1000, 1000)], SECOND_US, Counts { duplicates: 1, ..Counts::default() });
        let late = [(0, 0), (2000, 2000), (1000, 2100), (3000, 3000)];
        check(&late, 1000, Counts { reordered: 1, ..Counts::default() });
    }
}
