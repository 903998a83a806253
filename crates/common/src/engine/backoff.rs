//! Growing pauses between attempts.

use std::time::Duration;

/// Doubles from `first` to `cap`; what is waited is the last quarter of that, spread at random, so
/// that many clients of one server do not come back in the same instant.
#[derive(Debug, Clone)]
pub struct Backoff {
    first: Duration,
    cap: Duration,
    next: Duration,
    is_spread: bool,
}

impl Backoff {
    /// A fresh row of pauses.
    #[must_use]
    pub fn new(first: Duration, cap: Duration) -> Self {
        Self { first, cap, next: first, is_spread: true }
    }

    /// The longest pauses of [`Self::new`], for a test that has to go the same way each time.
    #[must_use]
    pub fn even(first: Duration, cap: Duration) -> Self {
        Self { is_spread: false, ..Self::new(first, cap) }
    }

    /// The next pause: between three quarters and all of 1, 2, 4, ... times `first`, never above
    /// `cap`.
    pub fn next_pause(&mut self) -> Duration {
        self.pause(if self.is_spread { rand::random_range(0.0..=1.0) } else { 1.0 })
    }

    /// Starts over, after a success.
    pub fn reset(&mut self) {
        self.next = self.first;
    }

    fn pause(&mut self, random: f64) -> Duration {
        let full = self.next;
        self.next = full.saturating_mul(2).min(self.cap);
        full.mul_f64(0.75 + 0.25 * random)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_double_up_to_the_cap_and_start_over() {
        let mut backoff = Backoff::new(Duration::from_millis(500), Duration::from_secs(10));
        let pauses: Vec<f64> = (0..7).map(|_| backoff.pause(1.0).as_secs_f64()).collect();
        assert_eq!(pauses, [0.5, 1.0, 2.0, 4.0, 8.0, 10.0, 10.0]);
        assert_eq!(backoff.pause(0.0), Duration::from_millis(7500));
        backoff.reset();
        assert_eq!(backoff.pause(1.0), Duration::from_millis(500));
    }
}
