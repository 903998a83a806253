//! Counts the datagrams that the sockets read, measures their senders, and hands them over.

use std::sync::Arc;
use std::time::Duration;

use bytes::BytesMut;
use chrono::{DateTime, FixedOffset, TimeDelta};
use common::encoding::EncodingChoice;
use common::engine::Clock;
use common::net::BindError;
use tokio::time::{Instant, sleep_until};

use super::Link;
use super::listeners::Listeners;
use super::pairing::{LoopbackCopy, Pairing};
use super::quality::{ClockSet, Moment, RowId, Senders};
use super::socket::{BATCH, Buffer};
use crate::event::{Counters, Datagram, Event};

/// The snapshot is published at most this often.
const PUBLISH_EVERY: Duration = Duration::from_millis(33);

/// Without news the snapshot is published this often, once there are senders.
const PUBLISH_IDLE: Duration = Duration::from_secs(1);

/// So much longer it waits for the next tick after one: a snapshot right before a tick would cost a frame of its own.
const LATE: Duration = Duration::from_millis(50);

/// Many payloads share one allocation of this size.
const PAYLOAD_PIECE_BYTES: usize = 64 << 10;

/// No datagram waits longer than this in the system, in microseconds. A stamp that says so is wrong.
const MAX_WAIT_US: i64 = 10_000_000;

/// The clock of this computer counts as set when it moves by more than this against the monotonic one, in
/// microseconds.
const MIN_STEP_US: i64 = 50_000;

/// The counters and senders, which stay when another address is listened on.
pub(super) struct Receiver {
    steady_zero: Instant,
    pairing: Pairing,
    buffer: Buffer,
    payloads: BytesMut,
    senders: Senders,
    datagrams: Vec<Event>,
    /// How many datagrams each open socket had lost when it was read last.
    lost_before: Vec<u32>,
    counters: Counters,
    /// How text is read.
    encoding: EncodingChoice,
    clock_set: Option<ClockSet>,
    /// The monotonic clock and the wall clock of this computer, as they were read last.
    clocks: Option<(i64, i64)>,
    published: Instant,
    /// What was published last was news.
    was_dirty: bool,
    is_dirty: bool,
}

/// The monotonic clock and the wall clock of this computer at the same moment.
#[derive(Clone, Copy)]
struct Now {
    at: Duration,
    at_us: i64,
    wall: DateTime<FixedOffset>,
}

impl Receiver {
    pub(super) fn new() -> Self {
        let now = Instant::now();
        Self {
            steady_zero: now,
            pairing: Pairing::default(),
            buffer: Buffer::new(),
            payloads: BytesMut::new(),
            senders: Senders::default(),
            datagrams: Vec::with_capacity(BATCH),
            lost_before: Vec::new(),
            counters: Counters::default(),
            encoding: EncodingChoice::Auto,
            clock_set: None,
            clocks: None,
            published: now,
            was_dirty: false,
            is_dirty: false,
        }
    }

    /// New sockets have been opened, whose counts of losses begin at 0.
    pub(super) fn begin(&mut self, encoding: EncodingChoice) {
        self.encoding = encoding;
        self.lost_before.clear();
        self.senders.resume(micros(self.steady_zero.elapsed()), encoding);
        self.is_dirty = true;
    }

    /// Nothing is listened on from now on.
    pub(super) fn end(&mut self) {
        self.senders.pause();
        self.is_dirty = true;
    }

    /// Forgets a sender.
    pub(super) fn remove(&mut self, id: RowId, link: &Link) {
        self.senders.remove(id);
        self.publish(link);
    }

    /// Brings back the sender that was removed last.
    pub(super) fn restore(&mut self, link: &Link) {
        self.senders.restore(micros(self.steady_zero.elapsed()));
        self.publish(link);
    }

    /// Reads the datagrams that wait, up to a batch from each socket.
    pub(super) fn receive(
        &mut self,
        link: &Link,
        clock: &impl Clock,
        listeners: &Listeners,
    ) -> Result<(), BindError> {
        let now = self.now(clock);
        let encoding = self.encoding;
        let Self { pairing, buffer, payloads, senders, datagrams, counters, is_dirty, .. } = self;
        let result = listeners.receive(buffer, |arrival, payload| {
            counters.received += 1;
            let copy = LoopbackCopy::of(arrival.sent_to);
            if copy.is_some_and(|copy| !pairing.is_new(now.at, copy, arrival.source, payload)) {
                // No news: a frame for each would be one more a tick.
                counters.second_copies += 1;
                return;
            }
            *is_dirty = true;
            let moment = now.of(arrival.stamped_ns);
            let (sender, mark) = senders.note(arrival.source, moment, payload);
            if payloads.capacity() < payload.len() {
                *payloads = BytesMut::with_capacity(PAYLOAD_PIECE_BYTES.max(payload.len()));
            }
            payloads.extend_from_slice(payload);
            let payload = payloads.split().freeze();
            let (time, source) = (moment.wall, arrival.source);
            datagrams.push(Event::Datagram(Datagram { time, source, payload, sender, mark, encoding }));
        });
        // 127.0.0.1 may be taken over later, by a further socket.
        self.lost_before.resize(listeners.lost().count(), 0);
        for (lost, before) in listeners.lost().zip(&mut self.lost_before) {
            let count = u64::from(lost.wrapping_sub(std::mem::replace(before, lost)));
            counters.lost_by_system += count;
            *is_dirty |= count > 0;
            link.events.count_dropped(count);
        }
        if !datagrams.is_empty() {
            counters.dropped += link.events.send_burst(datagrams.drain(..));
        }
        if self.is_dirty && self.published.elapsed() >= PUBLISH_EVERY {
            self.publish(link);
        }
        let errors = result?;
        self.counters.errors += errors;
        self.is_dirty |= errors > 0;
        Ok(())
    }

    /// Reads both clocks, and notices when the wall clock was set.
    fn now(&mut self, clock: &impl Clock) -> Now {
        let at = self.steady_zero.elapsed();
        let wall = clock.now();
        let (at_us, wall_us) = (micros(at), wall.timestamp_micros());
        let is_prompt = self.steady_zero.elapsed().saturating_sub(at) < Duration::from_millis(5);
        if is_prompt && let Some((at_before, wall_before)) = self.clocks.replace((at_us, wall_us)) {
            let passed = at_us - at_before;
            let by_us = wall_us - wall_before - passed;
            // While the system corrects its clock, it runs up to 0.05 % faster or slower.
            if by_us.abs() > MIN_STEP_US.max(passed / 1000) {
                self.senders.forget_offsets();
                self.clock_set = Some(ClockSet { seen: wall, by_us });
            }
        }
        Now { at, at_us, wall }
    }

    /// Waits until the snapshot has to be published, also because a sender may have fallen silent.
    pub(super) async fn publish_due(&self) {
        if self.is_dirty {
            sleep_until(self.published + PUBLISH_EVERY).await;
        } else if self.senders.is_empty() {
            std::future::pending::<()>().await;
        } else {
            let late = if self.was_dirty { LATE } else { Duration::ZERO };
            sleep_until(self.published + PUBLISH_IDLE + late).await;
        }
    }

    /// Publishes the snapshot.
    pub(super) fn publish(&mut self, link: &Link) {
        self.was_dirty = std::mem::take(&mut self.is_dirty);
        self.published = Instant::now();
        let Counters { received, second_copies, dropped, .. } = self.counters;
        self.counters.shown = received - second_copies - dropped;
        self.counters.senders_forgotten = self.senders.forgotten();
        let senders = Arc::new(self.senders.rows());
        let now_us = micros(self.steady_zero.elapsed());
        link.snapshot.change(|snapshot| {
            (snapshot.counters, snapshot.clock_set) = (self.counters, self.clock_set);
            (snapshot.senders, snapshot.now_us) = (senders, now_us);
            snapshot.removed = self.senders.removed();
        });
    }
}

impl Now {
    /// When a datagram came, by the stamp of the system where that makes sense.
    fn of(&self, stamped_ns: Option<i64>) -> Moment {
        let Self { at_us, wall, .. } = *self;
        let waited_us =
            stamped_ns.map_or(0, |stamped| wall.timestamp_micros().saturating_sub(stamped / 1000));
        let waited_us = if (0..MAX_WAIT_US).contains(&waited_us) { waited_us } else { 0 };
        Moment { at_us: at_us - waited_us, wall: wall - TimeDelta::microseconds(waited_us) }
    }
}

fn micros(time: Duration) -> i64 {
    i64::try_from(time.as_micros()).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests;
