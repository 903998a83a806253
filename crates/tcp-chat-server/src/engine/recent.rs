//! How much happened in the last seconds.

const SLOTS: usize = 10;

/// How many seconds count as recent.
pub(super) const RECENT_SECS: u64 = SLOTS as u64;

/// A count for each of the last seconds.
#[derive(Debug, Default)]
pub(super) struct Recent {
    /// Second `s` is in slot `s % RECENT_SECS`.
    counts: [u64; SLOTS],
    newest_sec: u64,
}

impl Recent {
    /// Counts one more in second `sec`, which never goes back.
    pub(super) fn add(&mut self, sec: u64) {
        self.forget(sec);
        *self.slot(sec) += 1;
    }

    /// The sum over the last seconds, `sec` included.
    pub(super) fn count(&mut self, sec: u64) -> u64 {
        self.forget(sec);
        self.counts.iter().sum()
    }

    fn forget(&mut self, sec: u64) {
        let passed = sec.saturating_sub(self.newest_sec).min(RECENT_SECS);
        for step in 0..passed {
            *self.slot(sec - step) = 0;
        }
        self.newest_sec = self.newest_sec.max(sec);
    }

    fn slot(&mut self, sec: u64) -> &mut u64 {
        &mut self.counts[(sec % RECENT_SECS) as usize]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_older_than_ten_seconds_is_forgotten() {
        let mut recent = Recent::default();
        for (sec, expected) in [(3, 1), (3, 2), (4, 3), (12, 4)] {
            recent.add(sec);
            assert_eq!(recent.count(sec), expected);
        }
        for (sec, expected) in [(12, 4), (13, 2), (14, 1), (21, 1), (22, 0), (5000, 0)] {
            assert_eq!(recent.count(sec), expected, "in second {sec}");
        }
    }
}
