//! How good a sender and the network are, from the datagrams alone: times in, figures out.
//!
//! Offsets are the sender's clock less this computer's and hold the time on the way; jitter is that of
//! RFC 3550, section 6.4.1; what is lost is known by number where there is one, else by time.

mod history;
mod offset;
mod pace;
mod sender;
mod sequence;
#[cfg(test)]
mod simulation;
mod timeline;

use std::net::SocketAddr;
use std::sync::Arc;

use chrono::{DateTime, FixedOffset};
use common::text::{cut, escape_line};
use common::time::{Recognised, read, recognise};

pub use history::{History, MAX_POINTS, POINT_US, Point};
pub use offset::Offset;
use sender::Sender;

/// Senders that are remembered; beyond, the one not heard for longest is forgotten.
pub const MAX_SENDERS: usize = 64;

/// Characters of a sender's name that are kept.
const MAX_NAME_CHARS: usize = 40;

/// Bytes of the newest datagram that are kept: more than is ever shown.
const MAX_NEWEST_BYTES: usize = 8001;

/// Without an interval, and with a short one: a sender is silent after this, in microseconds.
const MIN_SILENCE_US: i64 = 2_000_000;

/// A second, in microseconds.
const SECOND_US: i64 = 1_000_000;

/// When a datagram came.
#[derive(Debug, Clone, Copy)]
pub struct Moment {
    /// On a clock that runs evenly, in microseconds since any fixed moment.
    pub at_us: i64,
    /// On this computer's clock.
    pub wall: DateTime<FixedOffset>,
}

/// What one datagram was, among those of its sender.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mark {
    /// Its sender tells too little to say.
    Unknown,
    /// The next, or the first; so many are missing before it.
    InOrder {
        /// Ticks that are missing.
        lost: u64,
    },
    /// A second copy.
    Duplicate,
    /// Later than one that left after it.
    Reordered,
    /// The first after its sender counted anew, or had been off.
    Restarted,
}

impl Mark {
    /// What is wrong with the datagram, as a fixed word; `None` where nothing is, or nobody can say.
    #[must_use]
    pub fn fault(self) -> Option<&'static str> {
        match self {
            Self::Unknown | Self::InOrder { .. } => None,
            Self::Duplicate => Some("duplicate"),
            Self::Reordered => Some("reordered"),
            Self::Restarted => Some("restarted"),
        }
    }

    /// Ticks that are missing before it.
    #[must_use]
    pub fn lost(self) -> u64 {
        if let Self::InOrder { lost } = self { lost } else { 0 }
    }
}

/// What went wrong, in ticks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counts {
    /// Never came.
    pub lost: u64,
    /// Came again.
    pub duplicates: u64,
    /// Came after one that left later.
    pub reordered: u64,
    /// Times that the sender counted anew, or was off.
    pub restarted: u64,
}

/// A clock that was set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ClockSet {
    /// When that was seen.
    pub seen: DateTime<FixedOffset>,
    /// By how much, in microseconds.
    pub by_us: i64,
}

/// The figures of one sender.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Quality {
    /// `None` where its datagrams do not tell.
    pub counts: Option<Counts>,
    /// The sender's clock less this computer's; `None` where its datagrams have no time.
    pub offset: Option<Offset>,
    /// From tick to tick, in microseconds; `None` before the fourth.
    pub interval_us: Option<i64>,
    /// In microseconds.
    pub jitter_us: Option<f64>,
    /// What of the difference between two clocks without zones was taken for that of their zones.
    pub zone_shift_us: i64,
    /// The newest time that the sender's clock was set.
    pub clock_set: Option<ClockSet>,
    /// How often it was.
    pub clock_sets: u64,
    /// The last ten minutes.
    pub history: Arc<History>,
}

/// Tells senders apart for as long as the program runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RowId(pub u64);

/// One sender.
#[derive(Debug, Clone, PartialEq)]
pub struct SenderRow {
    /// Which one.
    pub id: RowId,
    /// The name that it gives itself, as one line.
    pub name: Option<String>,
    /// Where its newest datagram came from.
    pub source: SocketAddr,
    /// Its newest datagram, as one line.
    pub text: String,
    /// Datagrams from it.
    pub received: u64,
    /// When the newest came.
    pub heard: DateTime<FixedOffset>,
    /// The same on the even clock.
    pub heard_us: i64,
    /// Its figures.
    pub quality: Quality,
}

impl SenderRow {
    /// Whether it should have been heard by `now_us`.
    #[must_use]
    pub fn is_silent(&self, now_us: i64) -> bool {
        let patience = self.quality.interval_us.unwrap_or_default().saturating_mul(3).max(MIN_SILENCE_US);
        now_us.saturating_sub(self.heard_us) > patience
    }
}

/// All senders that are remembered, in the order in which they were first heard.
#[derive(Debug, Default)]
pub struct Senders {
    known: Vec<Known>,
    forgotten: u64,
    next_id: u64,
    /// Where the last one was found: mostly the next one is the same.
    last: usize,
}

#[derive(Debug)]
struct Known {
    id: RowId,
    name: Option<String>,
    source: SocketAddr,
    newest: Vec<u8>,
    newest_len: usize,
    received: u64,
    heard: Moment,
    sender: Sender,
}

impl Senders {
    /// Takes in a datagram that came from `source` at `moment`: gives its sender, and what it was among the datagrams
    /// of that.
    pub fn note(&mut self, source: SocketAddr, moment: Moment, payload: &[u8]) -> (RowId, Mark) {
        self.note_recognised(source, moment, &recognise(payload), payload)
    }

    fn note_recognised(
        &mut self,
        source: SocketAddr,
        moment: Moment,
        recognised: &Recognised,
        payload: &[u8],
    ) -> (RowId, Mark) {
        let name = match recognised {
            Recognised::Json(stamp) => Some(cut(&stamp.sender, MAX_NAME_CHARS).unwrap_or(&stamp.sender)),
            _ => None,
        };
        let index = self.find(source, name).unwrap_or_else(|| self.add(source, name, moment));
        self.last = index;
        let Some(known) = self.known.get_mut(index) else { return (RowId(0), Mark::Unknown) };
        known.source = source;
        known.received += 1;
        known.heard = moment;
        known.newest.clear();
        known.newest.extend_from_slice(payload.get(..MAX_NEWEST_BYTES).unwrap_or(payload));
        known.newest_len = payload.len();
        (known.id, known.sender.note(recognised, payload, moment))
    }

    /// Senders are told apart by their names, and by their addresses where they have none.
    fn find(&self, source: SocketAddr, name: Option<&str>) -> Option<usize> {
        let is_it =
            |known: &Known| known.name.as_deref() == name && (name.is_some() || known.source == source);
        if self.known.get(self.last).is_some_and(is_it) {
            return Some(self.last);
        }
        self.known.iter().position(is_it)
    }

    fn add(&mut self, source: SocketAddr, name: Option<&str>, moment: Moment) -> usize {
        if self.known.len() == MAX_SENDERS {
            let oldest = self.known.iter().enumerate().min_by_key(|(_, known)| known.heard.at_us);
            if let Some(index) = oldest.map(|(index, _)| index) {
                self.known.remove(index);
                self.forgotten += 1;
            }
        }
        let id = RowId(self.next_id);
        self.next_id += 1;
        self.known.push(Known {
            id,
            name: name.map(str::to_owned),
            source,
            newest: Vec::new(),
            newest_len: 0,
            received: 0,
            heard: moment,
            sender: Sender::default(),
        });
        self.known.len() - 1
    }

    /// This computer's clock was set, or it slept.
    pub fn forget_offsets(&mut self) {
        self.known.iter_mut().for_each(|known| known.sender.forget_offsets());
    }

    /// The rows as they stand.
    #[must_use]
    pub fn rows(&self) -> Vec<SenderRow> {
        self.known.iter().map(Known::row).collect()
    }

    /// Whether nobody was heard yet.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.known.is_empty()
    }

    /// Senders that are no longer among the rows.
    #[must_use]
    pub fn forgotten(&self) -> u64 {
        self.forgotten
    }
}

impl Known {
    fn row(&self) -> SenderRow {
        let mut reading = read(&self.newest);
        reading.len = self.newest_len;
        SenderRow {
            id: self.id,
            name: self.name.as_deref().map(|name| escape_line(name).into_owned()),
            source: self.source,
            text: reading.shown(),
            received: self.received,
            heard: self.heard.wall,
            heard_us: self.heard.at_us,
            quality: self.sender.quality(),
        }
    }
}
