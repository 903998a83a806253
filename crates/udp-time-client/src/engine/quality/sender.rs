//! The quality of one sender, from all that its datagrams tell.

use std::sync::Arc;

use chrono::DateTime;
use common::time::Recognised;

use super::history::History;
use super::offset::{Offset, Tracker, Verdict};
use super::pace::Pace;
use super::sequence::Sequence;
use super::timeline::{Tick, Timeline};
use super::{ClockSet, Counts, Mark, Moment, Quality, SECOND_US};

/// Time zones differ by whole multiples of this.
const ZONE_STEP_US: i64 = 15 * 60 * SECOND_US;

/// How many such steps two time zones differ at most.
const MAX_ZONE_STEPS: i64 = 26 * 4;

/// When a clock is further than this from such a step, it is wrong and not in another zone.
const MAX_ZONE_REST_US: i64 = 60 * SECOND_US;

/// Offsets nearer than this to the usual one are never suspect.
const MIN_THRESHOLD_US: i64 = 100_000;

/// For how long offsets have to agree before a clock counts as set.
const MIN_SPAN_US: i64 = 2 * SECOND_US;

/// A clock whose last digit is worth at most this, in microseconds, tells when a tick left.
const FINE_US: i64 = 1000;

/// How much longer than another a datagram of the same sender is on its way, at most.
const MAX_DELAY_US: i64 = SECOND_US;

/// How many differences may wait until it is clear whether a clock was set.
const MAX_HELD: usize = 64;

/// All that is known of one sender.
#[derive(Debug, Clone, Default)]
pub(super) struct Sender {
    counts: Counts,
    /// Whether losses are known: the sender numbers its ticks, or tells their times finely enough.
    is_counted: bool,
    sequence: Sequence,
    timeline: Timeline,
    tracker: Tracker,
    pace: Pace,
    last: Option<Last>,
    newest_sent_us: Option<i64>,
    /// What has waited since the first suspect offset.
    held: Option<Held>,
    zone_shift_us: i64,
    clock_set: Option<ClockSet>,
    clock_sets: u64,
    /// Nothing was listened on since the last datagram.
    is_resumed: bool,
    history: Arc<History>,
}

/// What the next tick is compared with.
#[derive(Debug, Clone, Copy)]
struct Last {
    at_us: i64,
    /// When it left, where the datagram tells that finely enough.
    sent_us: Option<i64>,
}

/// What waits until it is clear whether a clock was set.
#[derive(Debug, Clone, Default)]
struct Held {
    before: Counts,
    /// What was marked as lost since then, and stays lost.
    lost: u64,
    differences: Vec<i64>,
}

/// The clock of the sender, as a datagram tells it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Clock {
    tick: Tick,
    offset_us: i64,
    /// The worth of its last digit, in microseconds.
    resolution_us: i64,
    /// How much of the difference between the clocks was taken for another time zone.
    zone_shift_us: i64,
    /// The number of the tick, where the sender numbers them.
    seq: Option<u64>,
}

impl Clock {
    /// Reads the sender's clock, where the datagram tells it; `recognised` is what its payload was recognised as.
    pub(super) fn read(recognised: &Recognised, payload: &[u8], moment: Moment) -> Option<Self> {
        // A datagram that was sent twice has to give the same figure twice, so the time of arrival has no
        // part in it.
        let wall_us = moment.wall.timestamp_micros();
        let (sent_us, resolution_us, zone_shift_us) = match recognised {
            Recognised::Json(stamp) => {
                let time = DateTime::parse_from_rfc3339(&stamp.time).ok()?;
                (time.timestamp_micros(), resolution_us(stamp.time.as_bytes()), 0)
            }
            Recognised::Rfc3339(time) => (time.timestamp_micros(), resolution_us(payload), 0),
            Recognised::Text(time) => {
                let zone_us = i64::from(moment.wall.offset().local_minus_utc()).saturating_mul(SECOND_US);
                let as_ours = time.and_utc().timestamp_micros().saturating_sub(zone_us);
                let shift = zone_shift(as_ours.saturating_sub(wall_us));
                (as_ours.saturating_sub(shift), SECOND_US, shift)
            }
            Recognised::Other => return None,
        };
        let seq = if let Recognised::Json(stamp) = recognised { Some(stamp.seq) } else { None };
        let tick = Tick { sent_us, at_us: moment.at_us };
        let offset_us = sent_us.saturating_sub(wall_us);
        Some(Self { tick, offset_us, resolution_us, zone_shift_us, seq })
    }

    /// How much later this is than `before`, where both are times of the same clock.
    pub(super) fn later_us(self, before: Self) -> Option<i64> {
        let apart_us = self.offset_us.saturating_sub(before.offset_us).saturating_abs();
        let is_same = self.resolution_us == before.resolution_us
            && apart_us <= self.resolution_us.saturating_add(MAX_DELAY_US);
        is_same.then(|| self.tick.sent_us.saturating_sub(before.tick.sent_us))
    }

    fn last(self) -> Last {
        let Self { tick, resolution_us, .. } = self;
        Last { at_us: tick.at_us, sent_us: (resolution_us <= FINE_US).then_some(tick.sent_us) }
    }
}

impl Sender {
    /// Takes in a datagram that came at `moment`, with the clock that it tells.
    pub(super) fn note(&mut self, clock: Option<Clock>, moment: Moment) -> Mark {
        self.zone_shift_us = clock.map_or(self.zone_shift_us, |clock| clock.zone_shift_us);
        let mut mark = match clock {
            Some(clock) => self.note_clock(clock, moment),
            None => self.note_arrival(moment.at_us),
        };
        if std::mem::take(&mut self.is_resumed) {
            self.counts.gaps += 1;
            mark = Mark::Resumed;
        }
        let offset = clock.filter(|_| mark != Mark::Duplicate).map(|clock| {
            let one = Offset::of_one(clock.offset_us, clock.resolution_us);
            if one.is_coarse { one.within(self.tracker.offset()) } else { one }
        });
        let wall_us = moment.wall.timestamp_micros();
        Arc::make_mut(&mut self.history).note(moment.at_us, wall_us, mark, offset, self.pace.jitter_us());
        mark
    }

    fn note_clock(&mut self, clock: Clock, moment: Moment) -> Mark {
        let tick = clock.tick;
        let before = self.counts;
        let interval = self.pace.interval_us();
        let (mark, verdict) = if let Some(seq) = clock.seq {
            let mark = self.note_number(seq, tick, interval);
            if mark == Mark::Duplicate {
                return mark;
            }
            (mark, self.judge(clock, interval))
        } else {
            // Without a number, what looks like a duplicate can be the first tick after the clock was set
            // back.
            let verdict = self.judge(clock, interval);
            (self.note_time(clock, interval, verdict), verdict)
        };
        let difference = if mark == Mark::Duplicate {
            None
        } else {
            let last = self.last.replace(clock.last()).filter(|_| mark != Mark::Restarted);
            last.and_then(|last| self.note_spacing(last, clock, mark))
        };
        self.settle(verdict, before, mark, difference, clock, moment);
        mark
    }

    fn note_number(&mut self, seq: u64, tick: Tick, interval: Option<i64>) -> Mark {
        self.is_counted = true;
        let is_later = self.newest_sent_us.is_some_and(|newest| tick.sent_us > newest);
        let max_gap = self.max_gap(tick, interval);
        let mark = self.sequence.note(seq, tick.sent_us, is_later, max_gap, &mut self.counts);
        let newest = self.newest_sent_us.filter(|_| mark != Mark::Restarted);
        self.newest_sent_us = newest.max(Some(tick.sent_us));
        mark
    }

    fn note_time(&mut self, clock: Clock, interval: Option<i64>, verdict: Verdict) -> Mark {
        let Clock { tick, resolution_us, .. } = clock;
        // When the interval is shorter than the last digit is worth, many ticks tell the same time.
        match interval.filter(|interval| interval.saturating_mul(4) >= resolution_us * 3) {
            Some(interval) => {
                self.is_counted = true;
                self.timeline.note(tick, interval, resolution_us, verdict, &mut self.counts)
            }
            None => Mark::Unknown,
        }
    }

    fn judge(&mut self, clock: Clock, interval: Option<i64>) -> Verdict {
        let Clock { tick, offset_us, resolution_us, .. } = clock;
        let span_us = interval.unwrap_or(SECOND_US).saturating_mul(2).max(MIN_SPAN_US);
        let threshold_us = self.threshold_us(resolution_us);
        self.tracker.note(tick.at_us, offset_us, resolution_us, threshold_us, span_us)
    }

    /// How many numbers can be missing after the time that has passed.
    fn max_gap(&self, tick: Tick, interval: Option<i64>) -> u64 {
        let (Some(last), Some(interval)) = (self.last, interval) else { return 1000 };
        let passed = tick.at_us.saturating_sub(last.at_us).max(0);
        (passed / interval).unsigned_abs().saturating_mul(2).saturating_add(16)
    }

    fn threshold_us(&self, resolution_us: i64) -> i64 {
        #[expect(clippy::cast_possible_truncation, reason = "microseconds, below 2^52")]
        let jitter = self.pace.jitter_us().unwrap_or_default() as i64;
        jitter.saturating_mul(8).max(resolution_us.saturating_mul(3) / 2).max(MIN_THRESHOLD_US)
    }

    /// Takes in the time since the last tick, and returns how much longer this one was on its way.
    fn note_spacing(&mut self, last: Last, clock: Clock, mark: Mark) -> Option<i64> {
        let Clock { tick, resolution_us, .. } = clock;
        let passed = tick.at_us.saturating_sub(last.at_us);
        let ticks = match mark {
            Mark::InOrder { lost } => i64::try_from(lost).ok()?.saturating_add(1),
            Mark::Unknown => 1,
            _ => 0,
        };
        if ticks > 0 {
            self.pace.note_spacing(passed / ticks);
        }
        if resolution_us <= FINE_US {
            return last.sent_us.map(|sent_us| passed.saturating_sub(tick.sent_us.saturating_sub(sent_us)));
        }
        // The clock is too coarse to tell when the tick left: it is taken to have left when it was due.
        let interval = self.pace.interval_us()?;
        let ticks = if mark == Mark::Unknown { turns(passed, interval) } else { ticks };
        (ticks > 0).then(|| passed.saturating_sub(interval.saturating_mul(ticks)))
    }

    fn settle(
        &mut self,
        verdict: Verdict,
        before: Counts,
        mark: Mark,
        difference: Option<i64>,
        clock: Clock,
        moment: Moment,
    ) {
        match verdict {
            Verdict::Steady => (),
            Verdict::Suspect { .. } => {
                let held = self.held.get_or_insert_with(|| Held { before, ..Held::default() });
                held.lost = held.lost.saturating_add(mark.lost());
                if held.differences.len() < MAX_HELD {
                    held.differences.extend(difference);
                }
                return;
            }
            Verdict::Back => {
                let held = self.held.take().unwrap_or_default();
                for difference in held.differences {
                    self.pace.note_difference(difference);
                }
            }
            Verdict::Set { .. } | Verdict::Rebased => {
                let held = self.held.take().unwrap_or_default();
                // The first difference is the step of the clock.
                for difference in held.differences.into_iter().skip(1) {
                    self.pace.note_difference(difference);
                }
                if clock.seq.is_none() {
                    self.counts = Counts { lost: held.before.lost.saturating_add(held.lost), ..held.before };
                }
                (self.newest_sent_us, self.last) = (Some(clock.tick.sent_us), Some(clock.last()));
                if let Verdict::Set { by_us } = verdict {
                    self.clock_set = Some(ClockSet { seen: moment.wall, by_us });
                    self.clock_sets += 1;
                }
            }
        }
        if let Some(difference) = difference {
            self.pace.note_difference(difference);
        }
    }

    /// Takes in a datagram that tells no time: only interval and jitter are known.
    fn note_arrival(&mut self, at_us: i64) -> Mark {
        let last = self.last.replace(Last { at_us, sent_us: None });
        if let Some(last) = last {
            let passed = at_us.saturating_sub(last.at_us);
            self.pace.note_spacing(passed);
            if let Some(interval) = self.pace.interval_us() {
                let turns = turns(passed, interval);
                self.pace.note_difference(passed.saturating_sub(interval.saturating_mul(turns)));
            }
        }
        Mark::Unknown
    }

    /// Nothing was listened on: ticks are counted anew from the next one on.
    pub(super) fn resume(&mut self) {
        (self.sequence, self.timeline) = (Sequence::default(), Timeline::default());
        (self.last, self.newest_sent_us) = (None, None);
        self.is_resumed = true;
    }

    /// The clock of this computer was set, so that no offset can be compared with those before.
    pub(super) fn forget_offsets(&mut self) {
        self.tracker.forget();
        self.held = None;
        self.last = None;
    }

    pub(super) fn quality(&self) -> Quality {
        Quality {
            counts: self.is_counted.then_some(self.counts),
            offset: self.tracker.offset(),
            interval_us: self.pace.interval_us(),
            jitter_us: self.pace.jitter_us(),
            zone_shift_us: self.zone_shift_us,
            clock_set: self.clock_set,
            clock_sets: self.clock_sets,
            history: Arc::clone(&self.history),
        }
    }
}

/// How many whole intervals have passed, at least one.
fn turns(passed: i64, interval: i64) -> i64 {
    (passed.saturating_add(interval / 2) / interval.max(1)).max(1)
}

/// How much of the difference between two clocks comes from their time zones.
fn zone_shift(apart_us: i64) -> i64 {
    let steps = apart_us.saturating_add(ZONE_STEP_US / 2).div_euclid(ZONE_STEP_US);
    let shift = steps.saturating_mul(ZONE_STEP_US);
    let is_zone = steps.abs() <= MAX_ZONE_STEPS && apart_us.saturating_sub(shift).abs() <= MAX_ZONE_REST_US;
    if is_zone { shift } else { 0 }
}

/// The worth of the last digit behind the point, in microseconds: a second where there is none.
fn resolution_us(time: &[u8]) -> i64 {
    let Some(point) = time.iter().position(|byte| *byte == b'.') else { return SECOND_US };
    let digits = time.iter().skip(point + 1).take_while(|byte| byte.is_ascii_digit()).count();
    (0..digits.min(6)).fold(SECOND_US, |worth, _| worth / 10)
}

#[cfg(test)]
mod tests {
    use super::*;
    use common::time::recognise;

    #[test]
    fn a_clock_is_read_as_finely_as_its_text_says() {
        let moment = Moment { at_us: 0, wall: DateTime::default() };
        let read = |payload: &[u8]| Clock::read(&recognise(payload), payload, moment);
        for (payload, us) in [
            (&b"2022-01-05T03:04:05+01:00"[..], SECOND_US),
            (b"2022-01-05T03:04:05.5Z", 100_000),
            (b"2022-01-05T03:04:05.000+01:00", 1000),
            (b"2022-01-05T03:04:05.123456789+01:00", 1),
            (b"Wed Jan 5 03:04:05 2022", SECOND_US),
        ] {
            let clock = read(payload).unwrap();
            assert_eq!((clock.resolution_us, clock.seq), (us, None));
        }
        let json =
            br#"{"time":"2022-01-05T03:04:05.000123+01:00","seq":17,"sender":"9f","interval_ms":1000}"#;
        let clock = read(json).unwrap();
        assert_eq!((clock.resolution_us, clock.seq), (1, Some(17)));
        assert!(read(b"12:00").is_none());
    }

    #[test]
    fn time_zones_are_quarters_of_an_hour_and_26_hours_apart_at_most() {
        let minutes = |minutes: i64| minutes * 60 * SECOND_US;
        for (apart_us, shift_us) in [
            (minutes(26 * 60), minutes(26 * 60)),
            (minutes(-26 * 60), minutes(-26 * 60)),
            (minutes(26 * 60 + 15), 0),
            (minutes(330) - 60 * SECOND_US, minutes(330)),
            (minutes(330) + 61 * SECOND_US, 0),
            (10 * SECOND_US, 0),
        ] {
            assert_eq!(zone_shift(apart_us), shift_us, "{apart_us}");
        }
    }
}
