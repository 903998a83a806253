//! When a bot is not called for a while: its circuit breaker, and the rate limit of its service. Pure: the time is an
//! argument.

use std::collections::VecDeque;
use std::time::Duration;

use tokio::time::Instant;

use super::Rate;

/// Failures in a row after which a bot is left alone.
pub(super) const MAX_FAILURES: u32 = 3;

/// How long a bot is left alone at first; each failed try doubles it.
const FIRST_PAUSE: Duration = Duration::from_secs(10);

/// How long a bot is left alone at most.
const LONGEST_PAUSE: Duration = Duration::from_mins(5);

/// How long a bot is left alone at most because its service asked for it.
pub(super) const LONGEST_RETRY_AFTER: Duration = Duration::from_hours(1);

/// A circuit breaker: a bot that keeps failing is not called for a while.
#[derive(Debug, Default)]
pub(super) struct Breaker {
    /// How many calls failed in a row.
    failures: u32,
    rest: Option<Rest>,
}

#[derive(Debug, Clone, Copy)]
struct Rest {
    until: Instant,
    pause: Duration,
    /// Whether a call is under way that finds out how the bot does.
    is_trying: bool,
}

/// A call that may be made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Pass {
    Usual,
    /// The one call after a pause: it finds out whether the bot answers again.
    Trial,
}

impl Breaker {
    /// Whether the bot may be asked now; if not, how long to wait.
    pub(super) fn admit(&mut self, now: Instant) -> Result<Pass, Duration> {
        let Some(rest) = &mut self.rest else { return Ok(Pass::Usual) };
        if now < rest.until {
            return Err(rest.until - now);
        }
        if std::mem::replace(&mut rest.is_trying, true) {
            // The trial ends within the bot's own deadlines.
            return Err(Duration::from_secs(1));
        }
        Ok(Pass::Trial)
    }

    /// A call ended with a reply.
    pub(super) fn succeeded(&mut self) {
        *self = Self::default();
    }

    /// A call failed; the service may want to be left alone for so long. Returns how long the bot is left alone
    /// from now on, if this failure is what begins the pause.
    pub(super) fn failed(
        &mut self,
        pass: Pass,
        now: Instant,
        retry_after: Option<Duration>,
    ) -> Option<Duration> {
        let retry_after = retry_after.map(|wait| wait.min(LONGEST_RETRY_AFTER));
        self.failures = self.failures.saturating_add(1);
        let pause = match (&mut self.rest, pass) {
            (Some(rest), Pass::Trial) => (rest.pause * 2).min(LONGEST_PAUSE),
            // The call began before the bot was left alone.
            (Some(rest), Pass::Usual) => {
                rest.until = rest.until.max(now + retry_after.unwrap_or_default());
                return None;
            }
            (None, _) if self.failures < MAX_FAILURES && retry_after.is_none() => return None,
            (None, _) => FIRST_PAUSE,
        };
        let rests_for = retry_after.unwrap_or(pause);
        self.rest = Some(Rest { until: now + rests_for, pause, is_trying: false });
        Some(rests_for)
    }

    /// How often the bot has failed in a row.
    pub(super) fn failures(&self) -> u32 {
        self.failures
    }

    /// A call ended without telling anything about the bot.
    pub(super) fn abandoned(&mut self, pass: Pass) {
        if let (Pass::Trial, Some(rest)) = (pass, &mut self.rest) {
            rest.is_trying = false;
        }
    }

    /// Until when the bot is left alone.
    pub(super) fn until(&self) -> Option<Instant> {
        self.rest.map(|rest| rest.until)
    }
}

/// Counts calls against the rate limit of a service.
#[derive(Debug)]
pub(super) struct RateLimit {
    pub(super) rate: Rate,
    /// When the newest calls were made: at most as many as the limit allows.
    calls: VecDeque<Instant>,
}

impl RateLimit {
    pub(super) fn new(rate: Rate) -> Self {
        Self { rate, calls: VecDeque::new() }
    }

    /// Counts a call; where the limit is reached, returns how long to wait.
    pub(super) fn take(&mut self, now: Instant) -> Result<(), Duration> {
        let Rate { calls, within } = self.rate;
        while self.calls.front().is_some_and(|made| now >= *made + within) {
            self.calls.pop_front();
        }
        match self.calls.front() {
            Some(oldest) if self.calls.len() >= calls as usize => Err(*oldest + within - now),
            _ => {
                self.calls.push_back(now);
                Ok(())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(start: Instant, secs: u64) -> Instant {
        start + Duration::from_secs(secs)
    }

    #[test]
    fn after_three_failures_the_pause_doubles_up_to_five_minutes() {
        let (mut breaker, start) = (Breaker::default(), Instant::now());
        for pause in [None, None, Some(Duration::from_secs(10))] {
            let pass = breaker.admit(start).unwrap();
            assert_eq!((pass, breaker.failed(pass, start, None)), (Pass::Usual, pause));
        }
        let mut now = start;
        let mut pause = 10;
        for next in [20, 40, 80, 160, 300, 300] {
            assert_eq!(breaker.admit(now), Err(Duration::from_secs(pause)));
            assert_eq!(breaker.until(), Some(at(now, pause)));
            now = at(now, pause);
            assert_eq!(breaker.admit(now), Ok(Pass::Trial));
            assert_eq!(breaker.failed(Pass::Trial, now, None), Some(Duration::from_secs(next)));
            pause = next;
        }
        assert_eq!(breaker.admit(at(now, 300)), Ok(Pass::Trial));
        breaker.succeeded();
        assert_eq!((breaker.until(), breaker.admit(at(now, 300))), (None, Ok(Pass::Usual)));
        // And it counts from the beginning.
        assert_eq!(breaker.failed(Pass::Usual, now, None), None);
        assert_eq!(breaker.failed(Pass::Usual, now, None), None);
        assert_eq!(breaker.failed(Pass::Usual, now, None), Some(Duration::from_secs(10)));
    }

    #[test]
    fn a_success_between_failures_keeps_it_closed() {
        let (mut breaker, now) = (Breaker::default(), Instant::now());
        for _ in 0..10 {
            assert_eq!(breaker.failed(Pass::Usual, now, None), None);
            assert_eq!(breaker.failed(Pass::Usual, now, None), None);
            breaker.succeeded();
        }
    }

    #[test]
    fn one_call_alone_finds_out() {
        let (mut breaker, start) = (Breaker::default(), Instant::now());
        (0..3).for_each(|_| _ = breaker.failed(Pass::Usual, start, None));
        // Calls that were under way when the third one failed change nothing.
        assert_eq!(breaker.failed(Pass::Usual, at(start, 5), None), None);
        let now = at(start, 10);
        assert_eq!(breaker.admit(now), Ok(Pass::Trial));
        assert!(breaker.admit(now).is_err());
        // The client that asked is gone: the next call finds out how the bot does.
        breaker.abandoned(Pass::Trial);
        assert_eq!(breaker.admit(now), Ok(Pass::Trial));
    }

    #[test]
    fn a_service_is_left_alone_for_as_long_as_it_wants() {
        let secs = |secs| Some(Duration::from_secs(secs));
        let (mut breaker, start) = (Breaker::default(), Instant::now());
        assert_eq!(breaker.failed(Pass::Usual, start, secs(2)), secs(2));
        assert_eq!((breaker.admit(at(start, 1)).is_err(), breaker.failures()), (true, 1));
        // Another call that was under way: the later time counts.
        assert_eq!(breaker.failed(Pass::Usual, start, secs(4)), None);
        assert_eq!(breaker.failed(Pass::Usual, start, secs(1)), None);
        assert_eq!(breaker.until(), Some(at(start, 4)));
        assert_eq!(breaker.admit(at(start, 4)), Ok(Pass::Trial));
        assert_eq!(breaker.failed(Pass::Trial, at(start, 4), secs(90_000)), secs(3600));
        assert_eq!(breaker.admit(at(start, 4 + 3600)), Ok(Pass::Trial));
        assert_eq!(breaker.failed(Pass::Trial, at(start, 5000), None), secs(40), "as after any failure");
        breaker.succeeded();
        assert_eq!(breaker.failures(), 0);
    }

    #[test]
    fn an_allowance_comes_back_call_by_call() {
        let start = Instant::now();
        let mut allowance = RateLimit::new(Rate { calls: 2, within: Duration::from_mins(1) });
        assert_eq!(allowance.take(start), Ok(()));
        assert_eq!(allowance.take(at(start, 20)), Ok(()));
        assert_eq!(allowance.take(at(start, 30)), Err(Duration::from_secs(30)));
        assert_eq!(allowance.take(at(start, 60)), Ok(()));
        assert_eq!(allowance.take(at(start, 60)), Err(Duration::from_secs(20)));
        assert_eq!(allowance.take(at(start, 80)), Ok(()));
    }
}
