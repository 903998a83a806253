//! Interval and jitter of one sender.

/// The interval is the median of this many spacings.
const SPACINGS: usize = 15;

/// With fewer spacings the interval is not known.
const MIN_SPACINGS: usize = 3;

#[derive(Debug, Clone, Default)]
pub(super) struct Pace {
    spacings: [i64; SPACINGS],
    noted: usize,
    /// By RFC 3550, section 6.4.1.
    jitter_us: Option<f64>,
}

impl Pace {
    /// Takes in the time between two ticks that followed one another.
    pub(super) fn note_spacing(&mut self, spacing_us: i64) {
        self.spacings[self.noted % SPACINGS] = spacing_us.max(0);
        // The count wraps at twice the length: from the length on it only says which spacing is replaced
        // next.
        self.noted = if self.noted + 1 == 2 * SPACINGS { SPACINGS } else { self.noted + 1 };
    }

    /// The interval, which a lost or a late tick does not change.
    pub(super) fn interval_us(&self) -> Option<i64> {
        let count = self.noted.min(SPACINGS);
        if count < MIN_SPACINGS {
            return None;
        }
        let mut sorted = self.spacings;
        let known = &mut sorted[..count];
        known.sort_unstable();
        Some(known[count / 2].max(1))
    }

    /// Takes in how much longer a tick was on its way than the tick before.
    pub(super) fn note_difference(&mut self, difference_us: i64) {
        #[expect(clippy::cast_precision_loss, reason = "far below 2^52 microseconds")]
        let difference = difference_us.unsigned_abs() as f64;
        let jitter = self.jitter_us.unwrap_or_default();
        self.jitter_us = Some(jitter + (difference - jitter) / 16.0);
    }

    pub(super) fn jitter_us(&self) -> Option<f64> {
        self.jitter_us
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_interval_is_the_middle_one() {
        let mut pace = Pace::default();
        assert_eq!(pace.interval_us(), None);
        for spacing in [1000, 1001, 5000, 999] {
            pace.note_spacing(spacing);
        }
        assert_eq!(pace.interval_us(), Some(1001));
        (0..100).for_each(|_| pace.note_spacing(50));
        assert_eq!(pace.interval_us(), Some(50));
    }

    /// The formula of the RFC, worked out by hand.
    #[test]
    fn jitter_is_that_of_rfc_3550() {
        let mut pace = Pace::default();
        pace.note_difference(1600);
        assert_eq!(pace.jitter_us(), Some(100.0));
        pace.note_difference(-1700);
        assert_eq!(pace.jitter_us(), Some(200.0));
        pace.note_difference(200);
        assert_eq!(pace.jitter_us(), Some(200.0));
    }
}
