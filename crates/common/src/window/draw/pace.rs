//! When the next frame is drawn.

use std::time::{Duration, Instant};

/// Between two frames where the screen does not tell how often it shows one.
const FRAME: Duration = Duration::from_nanos(16_666_667);

/// Frames are drawn when they are wanted, and no more of them than the screen shows.
#[derive(Debug)]
pub(super) struct Pace {
    /// How long a frame is on the screen.
    pause: Duration,
    /// When the next frame is wanted.
    wanted: Option<Instant>,
    /// When the frame that is being drawn was due.
    due: Option<Instant>,
    /// When the last frame was drawn.
    drawn: Option<Instant>,
}

impl Pace {
    /// Wants the first frame now, on a screen that shows so many frames in a thousand seconds.
    pub(super) fn new(now: Instant, rate: Option<u32>) -> Self {
        let pause = rate.filter(|rate| *rate > 0).map_or(FRAME, |rate| Duration::from_secs(1000) / rate);
        Self { pause, wanted: Some(now), due: None, drawn: None }
    }

    /// Wants a frame at `when`, or at the time that is wanted already.
    pub(super) fn want(&mut self, when: Instant) {
        self.wanted = Some(self.wanted.map_or(when, |wanted| wanted.min(when)));
    }

    /// When the frame that is wanted may be drawn.
    pub(super) fn next(&self) -> Option<Instant> {
        self.wanted.map(|wanted| wanted.max(self.drawn.map_or(wanted, |drawn| drawn + self.pause)))
    }

    /// The frame that is wanted is under way: it is drawn now, or when the compositor calls for it.
    pub(super) fn begin(&mut self) {
        self.due = self.next();
        self.wanted = None;
    }

    /// The frame that was begun is drawn at `now`. Where the wait for it ended a little late, the frames that follow come in
    /// time all the same; those that were missed are not made up for.
    pub(super) fn drawn(&mut self, now: Instant) {
        let due = self.due.take().filter(|due| *due <= now && now < *due + self.pause);
        self.drawn = Some(due.unwrap_or(now));
    }

    pub(super) fn has_drawn(&self) -> bool {
        self.drawn.is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// How many frames are drawn in a second by somebody who always wants another one and always comes so late.
    fn frames(late: Duration) -> u32 {
        let start = Instant::now();
        let mut pace = Pace::new(start, None);
        let (mut now, mut count) = (start, 0);
        while now < start + Duration::from_secs(1) {
            pace.begin();
            pace.drawn(now);
            count += 1;
            pace.want(now);
            now = pace.next().unwrap() + late;
        }
        count
    }

    #[test]
    fn waits_that_end_late_cost_no_frames() {
        assert_eq!(frames(Duration::ZERO), 60);
        assert_eq!(frames(Duration::from_millis(3)), 60);
        assert!(frames(FRAME * 2) <= 30, "frames that were missed were made up for");
    }

    #[test]
    fn no_frame_comes_before_the_screen_shows_the_last_one() {
        let start = Instant::now();
        let mut pace = Pace::new(start, Some(50_000));
        let pause = Duration::from_millis(20);
        pace.begin();
        assert!(pace.next().is_none() && !pace.has_drawn());
        pace.drawn(start);
        pace.want(start + pause * 3);
        assert_eq!(pace.next(), Some(start + pause * 3));
        pace.want(start);
        assert_eq!(pace.next(), Some(start + pause));
        // Asked for by an event, before it was due.
        pace.begin();
        pace.drawn(start + pause / 2);
        pace.want(start);
        assert_eq!(pace.next(), Some(start + pause / 2 + pause));
    }
}
