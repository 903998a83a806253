//! The last ten minutes of one sender, for a plot. However fast it sends, there are as many points.

use std::collections::VecDeque;

use super::{Mark, Offset};

/// The time that one point stands for, in microseconds.
pub const POINT_US: i64 = 500_000;

/// How many points are kept: ten minutes.
pub const MAX_POINTS: i64 = 1200;

/// What came within [`POINT_US`].
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Point {
    /// When it began, on a monotonic clock.
    pub at_us: i64,
    /// When its newest tick came, in microseconds of the Unix epoch.
    pub wall_us: i64,
    pub received: u64,
    /// Ticks that were lost before these.
    pub lost: u64,
    /// Whether nothing was listened on before these.
    pub is_resumed: bool,
    pub offset: Option<Offsets>,
    /// The jitter after the newest tick.
    pub jitter_us: Option<f64>,
}

/// Lowest, highest and newest of the offsets of a point.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Offsets {
    pub low_us: i64,
    pub high_us: i64,
    pub newest: Offset,
}

#[derive(Debug, Clone, Default, PartialEq)]
pub struct History {
    points: VecDeque<Point>,
}

impl History {
    pub(super) fn note(
        &mut self,
        at_us: i64,
        wall_us: i64,
        mark: Mark,
        offset: Option<Offset>,
        jitter_us: Option<f64>,
    ) {
        let begin = at_us.div_euclid(POINT_US) * POINT_US;
        if self.points.back().is_none_or(|newest| newest.at_us != begin) {
            while self.points.front().is_some_and(|oldest| begin - oldest.at_us >= POINT_US * MAX_POINTS) {
                self.points.pop_front();
            }
            let (received, lost, is_resumed, offset) = (0, 0, false, None);
            let point = Point { at_us: begin, wall_us, received, lost, is_resumed, offset, jitter_us };
            self.points.push_back(point);
        }
        let Some(point) = self.points.back_mut() else { return };
        point.received += 1;
        point.lost += mark.lost();
        point.is_resumed |= mark == Mark::Resumed;
        point.wall_us = wall_us;
        point.jitter_us = jitter_us;
        if let Some(newest) = offset {
            let Offset { low_us, high_us, .. } = newest;
            let known = point.offset.unwrap_or(Offsets { low_us, high_us, newest });
            point.offset = Some(Offsets {
                low_us: known.low_us.min(low_us),
                high_us: known.high_us.max(high_us),
                newest,
            });
        }
    }

    /// The points, oldest first.
    #[must_use]
    pub fn points(&self) -> impl ExactSizeIterator<Item = &Point> {
        self.points.iter()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ten_minutes_are_kept_at_any_rate() {
        let mut history = History::default();
        for tick in 0..20_000_i64 {
            history.note(
                tick * 50_000,
                tick,
                Mark::InOrder { lost: u64::from(tick == 19_995) },
                Some(Offset::of_one(tick % 10, 1)),
                Some(1.0),
            );
        }
        assert_eq!(history.points().len(), 1200);
        let newest = history.points().last().unwrap();
        let Offsets { low_us, high_us, newest: offset } = newest.offset.unwrap();
        assert_eq!((newest.received, newest.lost, low_us, high_us, offset.low_us), (10, 1, 0, 10, 9));
        history.note(10_000_000_000, 0, Mark::Unknown, None, None);
        assert_eq!(history.points().len(), 1, "what is old is gone");
    }
}
