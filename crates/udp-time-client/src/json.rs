//! Datagrams and figures as lines of JSON, for programs: headless, and in saved files.

use std::net::{IpAddr, SocketAddr};

use chrono::{DateTime, FixedOffset, SecondsFormat};
use common::time::{JsonStamp, Reading, Recognised};
use serde::Serialize;

use crate::engine::{Listening, Mark, Received, SenderRow, Snapshot};

/// One line of JSON.
#[derive(Debug, Serialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum Line<'a> {
    /// Datagrams come from now on, or come otherwise.
    Listening {
        /// The address.
        address: SocketAddr,
        /// Whether nobody else gets what is sent to it.
        exclusive: bool,
        /// Whether another program has taken it all the same.
        rival: bool,
        /// Room that the system gave.
        receive_buffer_bytes: usize,
    },
    /// Datagrams that are not among the lines.
    Dropped {
        /// How many.
        count: u64,
    },
    /// What is wrong.
    Error {
        /// In words.
        error: &'a str,
    },
    /// A datagram.
    Datagram {
        /// When it came.
        time_received: String,
        /// Its bytes as text.
        text: &'a str,
        /// Its sender's address.
        host: IpAddr,
        /// Its sender's port.
        port: u16,
        /// Its size.
        bytes: usize,
        /// What it was recognised as.
        format: &'static str,
        /// What it was among those of its sender.
        #[serde(skip_serializing_if = "Option::is_none")]
        mark: Option<&'static str>,
        /// Ticks that are missing before it.
        #[serde(skip_serializing_if = "is_zero")]
        lost_before: u64,
        /// What it says, where it is JSON of our form.
        #[serde(skip_serializing_if = "Option::is_none")]
        stamp: Option<&'a JsonStamp>,
    },
    /// The figures of one sender.
    Quality(Figures<'a>),
    /// Every datagram accounted for.
    Counters {
        /// All that came.
        received: u64,
        /// Of these: handed over to be shown.
        shown: u64,
        /// Of these: second copies.
        second_copies: u64,
        /// Of these: too many to be shown.
        dropped: u64,
        /// Thrown away by the system, before they came.
        lost_by_system: u64,
        /// Told by the system in place of a datagram.
        errors: u64,
        /// Senders that had to be forgotten.
        senders_forgotten: u64,
    },
}

/// The figures of one sender; what is not known is null.
#[derive(Debug, Serialize)]
pub struct Figures<'a> {
    sender: Option<&'a str>,
    host: IpAddr,
    port: u16,
    received: u64,
    lost: Option<u64>,
    duplicate: Option<u64>,
    reordered: Option<u64>,
    restarted: Option<u64>,
    offset_low_us: Option<i64>,
    offset_high_us: Option<i64>,
    interval_us: Option<i64>,
    jitter_us: Option<f64>,
    zone_shift_us: i64,
    clock_sets: u64,
    clock_set_by_us: Option<i64>,
    last_heard: String,
    silent_since: Option<String>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands over a reference")]
fn is_zero(count: &u64) -> bool {
    *count == 0
}

impl<'a> Line<'a> {
    /// Where datagrams are heard.
    #[must_use]
    pub fn listening(listening: &Listening) -> Self {
        Self::Listening {
            address: listening.address,
            exclusive: listening.is_exclusive,
            rival: listening.has_rival,
            receive_buffer_bytes: listening.buffer_bytes,
        }
    }

    /// A datagram, and what was read in it.
    #[must_use]
    pub fn datagram(received: &'a Received, reading: &'a Reading) -> Self {
        let Received { time, source, payload, mark, .. } = received;
        let (format, stamp) = match &reading.recognised {
            Recognised::Text(_) => ("text", None),
            Recognised::Rfc3339(_) => ("rfc3339", None),
            Recognised::Json(stamp) => ("json", Some(stamp)),
            Recognised::Other => ("other", None),
        };
        let (mark, lost_before) = match mark {
            Mark::Unknown => (None, 0),
            Mark::InOrder { lost } => (None, *lost),
            Mark::Duplicate => (Some("duplicate"), 0),
            Mark::Reordered => (Some("reordered"), 0),
            Mark::Restarted => (Some("restarted"), 0),
        };
        Self::Datagram {
            time_received: rfc3339(*time),
            // What is no UTF-8 can be no JSON string either: escaped, and cut as on the window.
            text: std::str::from_utf8(payload).unwrap_or(&reading.text),
            host: source.ip(),
            port: source.port(),
            bytes: payload.len(),
            format,
            mark,
            lost_before,
            stamp,
        }
    }

    /// The figures of a sender at `now_us` on the even clock.
    #[must_use]
    pub fn quality(row: &'a SenderRow, now_us: i64) -> Self {
        let quality = &row.quality;
        let counts = quality.counts;
        Self::Quality(Figures {
            sender: row.name.as_deref(),
            host: row.source.ip(),
            port: row.source.port(),
            received: row.received,
            lost: counts.map(|counts| counts.lost),
            duplicate: counts.map(|counts| counts.duplicates),
            reordered: counts.map(|counts| counts.reordered),
            restarted: counts.map(|counts| counts.restarted),
            offset_low_us: quality.offset.map(|offset| offset.low_us),
            offset_high_us: quality.offset.map(|offset| offset.high_us),
            interval_us: quality.interval_us,
            // No digits that mean nothing.
            jitter_us: quality.jitter_us.map(|jitter| (jitter * 10.0).round() / 10.0),
            zone_shift_us: quality.zone_shift_us,
            clock_sets: quality.clock_sets,
            clock_set_by_us: quality.clock_set.map(|set| set.by_us),
            last_heard: rfc3339(row.heard),
            silent_since: row.is_silent(now_us).then(|| rfc3339(row.heard)),
        })
    }

    /// The counters.
    #[must_use]
    pub fn counters(snapshot: &Snapshot) -> Self {
        Self::Counters {
            received: snapshot.received,
            shown: snapshot.shown(),
            second_copies: snapshot.paired,
            dropped: snapshot.dropped,
            lost_by_system: snapshot.lost,
            errors: snapshot.errors,
            senders_forgotten: snapshot.forgotten,
        }
    }
}

fn rfc3339(time: DateTime<FixedOffset>) -> String {
    time.to_rfc3339_opts(SecondsFormat::Micros, false)
}
