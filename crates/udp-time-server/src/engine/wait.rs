//! The last milliseconds before a mark.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

/// How the wait for a mark ends.
///
/// Tokio's timer counts whole milliseconds and rounds up: a tick would be late by 0.1 to 2 ms, 1.4 ms at the median.
/// The system's own sleep is late by less than 0.1 ms. So [`Pace::Precise`] lets tokio wait until shortly before
/// the mark, and sleeps for the rest. That holds the engine's thread, which has nothing else to do
/// then: names are looked up on others, and nothing is received. A timer of the kernel (timerfd) was as good
/// as this, and is there on one system only. A sleep of a given length, not until a time of the wall clock:
/// a clock that is set back during it would hold the thread for as long.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pace {
    /// On the mark.
    Precise,
    /// By tokio's timer alone: for tests, whose time does not pass by itself.
    Timer,
}

/// How long before a mark the system's sleep begins: what tokio may be late by. On Windows its timer is that of
/// the system's ticks, 15.6 ms.
const LEAD: Duration = Duration::from_millis(if cfg!(windows) { 20 } else { 3 });

/// A sleep that is too long by less than this is good enough.
const TOLERATED: Duration = Duration::from_micros(500);

/// The longest head start, beside a tenth of the interval: for so long a core is kept busy before a tick.
const MAX_HEAD_START: Duration = Duration::from_millis(8);

/// How many sleeps are remembered.
const REMEMBERED: usize = 100;

/// Waits for marks, and learns how late the system wakes it.
///
/// Where other programs keep every core busy, a thread without realtime scheduling wakes up some milliseconds late: the
/// turn of another thread has to end first. Once awake it keeps the core for a while. So where sleeps were too long lately,
/// the next ones end earlier by about as much, and the thread spins for the rest. On a machine that keeps up it never spins. Doing
/// the same for tokio's sleep made things worse: the system wakes a thread later that has spent much time awake.
#[derive(Debug)]
pub(super) struct Wait {
    pace: Pace,
    overshoots: VecDeque<Duration>,
}

impl Wait {
    pub(super) fn new(pace: Pace) -> Self {
        Self { pace, overshoots: VecDeque::with_capacity(REMEMBERED) }
    }

    /// How long before a mark [`Self::hold`] takes over, where marks are `interval` apart.
    pub(super) fn lead(&self, interval: Duration) -> Duration {
        match self.pace {
            Pace::Precise => LEAD + self.head_start(interval),
            Pace::Timer => Duration::ZERO,
        }
    }

    /// Holds the thread for `pause`, until the mark.
    pub(super) fn hold(&mut self, pause: Duration, interval: Duration) {
        let begun = Instant::now();
        let asleep = pause.saturating_sub(self.head_start(interval));
        if !asleep.is_zero() {
            #[expect(clippy::disallowed_methods, reason = "what is waited for is a time: see Pace")]
            std::thread::sleep(asleep);
            self.slept(begun.elapsed().saturating_sub(asleep));
        }
        while begun.elapsed() < pause {
            std::hint::spin_loop();
        }
    }

    fn slept(&mut self, too_long_by: Duration) {
        if self.overshoots.len() == REMEMBERED {
            self.overshoots.pop_front();
        }
        self.overshoots.push_back(too_long_by);
    }

    /// How early to wake up before a mark: 1.25 times the worst oversleep of the remembered ones.
    fn head_start(&self, interval: Duration) -> Duration {
        let longest = self.overshoots.iter().max().copied().unwrap_or_default();
        if longest < TOLERATED {
            Duration::ZERO
        } else {
            (longest * 5 / 4).min(MAX_HEAD_START).min(interval / 10)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    #[test]
    fn a_machine_that_is_late_gets_a_head_start_and_one_that_keeps_up_none() {
        let mut wait = Wait::new(Pace::Precise);
        assert_eq!(wait.lead(SECOND), LEAD);
        wait.slept(Duration::from_micros(499));
        assert_eq!(wait.lead(SECOND), LEAD, "good enough");
        wait.slept(Duration::from_millis(4));
        assert_eq!(wait.lead(SECOND), LEAD + Duration::from_millis(5));
        assert_eq!(
            wait.lead(Duration::from_millis(40)),
            LEAD + Duration::from_millis(4),
            "a tenth of the interval"
        );
        wait.slept(Duration::from_millis(90));
        assert_eq!(wait.lead(SECOND), LEAD + MAX_HEAD_START);
        for _ in 1..REMEMBERED {
            wait.slept(Duration::ZERO);
        }
        assert_eq!(wait.lead(SECOND), LEAD + MAX_HEAD_START, "the longest is still remembered");
        wait.slept(Duration::ZERO);
        assert_eq!(wait.lead(SECOND), LEAD, "it keeps up again");
        wait.slept(TOLERATED);
        assert_eq!(wait.lead(SECOND), LEAD + TOLERATED * 5 / 4);
    }

    #[test]
    fn it_holds_until_the_mark_and_not_less() {
        let mut wait = Wait::new(Pace::Precise);
        wait.slept(Duration::from_millis(2));
        // A pause within the head start of 2.5 ms is not slept through.
        for (pause, sleeps) in [(4, 1), (1, 0), (0, 0)] {
            let (pause, begun) = (Duration::from_millis(pause), Instant::now());
            let before = wait.overshoots.len();
            wait.hold(pause, SECOND);
            assert!(begun.elapsed() >= pause);
            assert_eq!(wait.overshoots.len() - before, sleeps, "{pause:?}");
        }
    }

    #[test]
    fn tokio_alone_waits_where_time_does_not_pass_by_itself() {
        let mut wait = Wait::new(Pace::Timer);
        wait.slept(Duration::from_millis(4));
        assert_eq!(wait.lead(SECOND), Duration::ZERO);
    }
}
