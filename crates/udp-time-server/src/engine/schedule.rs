//! When to send: at the marks, which are the multiples of the interval by the wall clock.

use std::time::Duration;

use super::Interval;

/// Longest wait between two looks at the wall clock, so that it is noticed soon when somebody sets it.
const MAX_WAIT_MICROS: i64 = 1_000_000;

/// A mark that was missed by more than this is not made up for: the process was stopped.
const MAX_LATE_MICROS: i64 = 1_000_000;

/// A wall clock that jumps by no more than this counts as one that runs evenly: one tick comes that much late, and no mark
/// is skipped or repeated.
const MAX_EVEN_MICROS: i64 = 100_000;

/// One look at both clocks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Moment {
    /// The wall clock: microseconds since the Unix epoch.
    pub wall_micros: i64,
    /// A clock that is never set: microseconds since any fixed point.
    pub steady_micros: i64,
}

/// What to do now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// Wait this long, then ask again.
    Wait(Duration),
    /// Send the tick of this mark (microseconds since the Unix epoch), then ask again.
    Send(i64),
}

/// The marks of one run.
#[derive(Debug, Clone)]
pub struct Schedule {
    interval: i64,
    /// The newest mark for which nothing is left to do: its tick was sent, or never will be.
    mark: i64,
    previous: Moment,
}

impl Schedule {
    /// Starts at `now`: the first mark is the next multiple of the interval.
    #[must_use]
    pub fn new(interval: Interval, now: Moment) -> Self {
        let interval = i64::try_from(interval.duration().as_micros()).unwrap_or(i64::MAX);
        Self { interval, mark: floor(now.wall_micros, interval), previous: now }
    }

    /// What to do at `now`. Never sends before a mark, never twice for one, never several for a gap.
    pub fn step(&mut self, now: Moment) -> Step {
        let current = floor(now.wall_micros, self.interval);
        if self.clock_was_set(now) {
            self.mark = current;
        }
        self.previous = now;
        if current > self.mark {
            self.mark = current;
            if now.wall_micros - current <= MAX_LATE_MICROS {
                return Step::Send(current);
            }
        }
        let wait = (self.mark + self.interval - now.wall_micros).clamp(0, MAX_WAIT_MICROS);
        Step::Wait(Duration::from_micros(wait.unsigned_abs()))
    }

    /// Whether the wall clock was set, or the computer slept, since the last look.
    fn clock_was_set(&self, now: Moment) -> bool {
        let even = MAX_EVEN_MICROS.min(self.interval / 2);
        let wall = now.wall_micros - self.previous.wall_micros;
        let steady = now.steady_micros - self.previous.steady_micros;
        // Many small steps back add up: without the second test the schedule would wait until the old time comes again.
        (wall - steady).abs() > even || now.wall_micros < self.mark - even
    }
}

fn floor(micros: i64, interval: i64) -> i64 {
    micros - micros.rem_euclid(interval)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const SECOND: i64 = 1_000_000;

    /// Two clocks that run together until one is set.
    struct Manual {
        now: Moment,
        schedule: Schedule,
        interval: i64,
        /// (mark, time of sending)
        sent: Vec<(i64, i64)>,
    }

    impl Manual {
        fn new(interval: &str, wall_micros: i64) -> Self {
            let interval: Interval = interval.parse().unwrap();
            let now = Moment { wall_micros, steady_micros: 5 };
            let schedule = Schedule::new(interval, now);
            let interval = i64::try_from(interval.duration().as_micros()).unwrap();
            Self { now, schedule, interval, sent: Vec::new() }
        }

        fn set(&mut self, by_micros: i64) {
            self.now.wall_micros += by_micros;
        }

        fn pass(&mut self, micros: i64) {
            self.now.wall_micros += micros;
            self.now.steady_micros += micros;
        }

        /// Asks until the schedule waits; the wait itself ends `late` after it should.
        fn turn(&mut self, late: i64) {
            loop {
                match self.schedule.step(self.now) {
                    Step::Send(mark) => {
                        assert_eq!(mark % self.interval, 0, "not aligned");
                        assert!(mark <= self.now.wall_micros, "early");
                        self.sent.push((mark, self.now.wall_micros));
                    }
                    Step::Wait(wait) => {
                        assert!(wait <= Duration::from_secs(1));
                        return self.pass(i64::try_from(wait.as_micros()).unwrap() + late);
                    }
                }
            }
        }

        fn run_until(&mut self, wall_micros: i64, mut late: impl FnMut() -> i64) {
            while self.now.wall_micros < wall_micros {
                self.turn(late());
            }
        }

        fn marks(&self) -> Vec<i64> {
            self.sent.iter().map(|(mark, _)| *mark).collect()
        }
    }

    /// 2026-11-22 13:03:27.4 UTC.
    const START: i64 = 1_795_352_607_400_000;

    #[test]
    fn a_day_has_every_second_once_whatever_the_wake_ups() {
        let mut manual = Manual::new("1", START);
        let mut turns = 0_i64;
        // Late by 0 to 0.75 s, in no order.
        manual.run_until(START + 86_400 * SECOND, || {
            turns += 1;
            (turns * 7919) % 751 * 1000
        });
        let marks = manual.marks();
        assert!(marks.len() >= 86_399, "{}", marks.len());
        assert!(marks.windows(2).all(|pair| pair[1] == pair[0] + SECOND), "skipped or repeated");
        assert_eq!(marks[0], START + SECOND * 6 / 10);
    }

    #[test]
    fn a_late_wake_up_past_several_marks_sends_one() {
        let mut manual = Manual::new("50ms", START);
        manual.turn(0);
        manual.turn(170_000);
        manual.turn(0);
        let late = manual.now.wall_micros;
        manual.run_until(late + SECOND, || 0);
        let marks = manual.marks();
        assert_eq!(marks[1] - marks[0], 200_000, "the newest mark, and only that");
        assert!(marks.windows(2).skip(1).all(|pair| pair[1] == pair[0] + 50_000));
    }

    #[test]
    fn after_a_step_it_waits_for_the_next_multiple() {
        for step in
            [-3600 * SECOND, -2_300_000, -1_200_000, 1_200_000, 2_300_000, 3600 * SECOND, 86_400 * SECOND]
        {
            let mut manual = Manual::new("1", START);
            manual.run_until(START + 10 * SECOND, || 0);
            let before = manual.sent.len();
            // In the middle of a wait.
            manual.pass(-300_000);
            manual.set(step);
            let stepped = manual.now.wall_micros;
            manual.run_until(stepped + 10 * SECOND, || 1000);
            let after = &manual.sent[before..];
            assert_eq!(after[0].0, floor(stepped, SECOND) + SECOND, "step {step}");
            assert!(after.windows(2).all(|pair| pair[1].0 == pair[0].0 + SECOND), "step {step}");
            assert!(after.iter().all(|(mark, at)| at - mark <= 2000), "step {step}: not on the mark");
        }
    }

    #[test]
    fn a_step_across_a_mark_of_a_long_interval_does_not_send_it_late() {
        let mut manual = Manual::new("1h", START);
        manual.turn(0);
        manual.set(1800 * SECOND);
        manual.run_until(START + 7200 * SECOND, || 0);
        let four_o_clock = floor(START, 3600 * SECOND) + 3600 * SECOND;
        // 13:03 to 13:33 by the step: 14:00 and 15:00 come, at their time.
        assert_eq!(manual.marks(), [four_o_clock, four_o_clock + 3600 * SECOND]);
        let mut manual = Manual::new("1h", START);
        manual.turn(0);
        manual.set(3600 * SECOND);
        manual.run_until(START + 7200 * SECOND, || 0);
        assert_eq!(manual.marks(), [four_o_clock + 3600 * SECOND], "14:00 was stepped over");
    }

    #[test]
    fn a_small_step_back_repeats_no_mark_and_small_ones_add_up() {
        let mut manual = Manual::new("1", START);
        manual.run_until(START + 3 * SECOND, || 0);
        manual.turn(0);
        manual.set(-50_000);
        let so_far = manual.now.wall_micros;
        manual.run_until(so_far + 5 * SECOND, || 0);
        assert!(manual.marks().windows(2).all(|pair| pair[1] == pair[0] + SECOND));
        // Also where the step leads back across a mark that was just sent.
        let Step::Send(mark) = manual.schedule.step(manual.now) else { panic!("it is time") };
        manual.sent.push((mark, manual.now.wall_micros));
        manual.set(-50_000);
        manual.run_until(mark + 3 * SECOND, || 0);
        assert!(manual.marks().windows(2).all(|pair| pair[1] == pair[0] + SECOND), "sent twice");
        // A clock that is pulled back for ever still ticks.
        let before = manual.sent.len();
        for _ in 0..100 {
            (0..3).for_each(|_| manual.turn(0));
            manual.set(-90_000);
        }
        assert!(manual.sent.len() - before > 100, "{}", manual.sent.len() - before);
    }

    #[test]
    fn small_steps_back_that_add_up_do_not_silence_it() {
        let mut manual = Manual::new("1", START);
        manual.run_until(START + 3 * SECOND, || 0);
        let before = manual.sent.len();
        // Each is too small to be a step by itself; together they are 18 marks.
        for _ in 0..200 {
            manual.set(-90_000);
            assert_ne!(manual.schedule.step(manual.now), Step::Send(floor(manual.now.wall_micros, SECOND)));
        }
        let back = manual.now.wall_micros;
        manual.run_until(back + 5 * SECOND, || 0);
        let next = floor(back, SECOND) + SECOND;
        let expected: Vec<i64> = (0..4).map(|n| next + n * SECOND).collect();
        assert_eq!(manual.marks()[before..], expected, "it waits until the old time comes again");
    }

    #[test]
    fn a_stopped_process_lets_an_old_mark_go() {
        let mark = floor(START, 3600 * SECOND) + 3600 * SECOND;
        for (late, sent) in [(SECOND, &[mark][..]), (SECOND + 1, &[]), (1800 * SECOND, &[])] {
            let mut manual = Manual::new("1h", START);
            manual.turn(0);
            manual.pass(mark + late - manual.now.wall_micros);
            manual.turn(0);
            assert_eq!(manual.marks(), sent, "{late}");
        }
    }

    proptest! {
        #[test]
        fn never_early_never_twice_never_a_burst(
            interval in 50_u64..5000,
            turns in prop::collection::vec((0_i64..300_000, prop::option::weighted(0.05, -5_000_000_i64..5_000_000)), 1..200),
        ) {
            let mut manual = Manual::new(&format!("{interval}ms"), START);
            for (late, step) in turns {
                let before = manual.sent.len();
                manual.turn(late);
                prop_assert!(manual.sent.len() - before <= 1, "a burst");
                if let Some(step) = step {
                    manual.set(step);
                    manual.sent.clear();
                }
                prop_assert!(manual.marks().windows(2).all(|pair| pair[0] < pair[1]), "sent twice");
            }
        }
    }
}
