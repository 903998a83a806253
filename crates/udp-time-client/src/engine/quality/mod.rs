//! Measures senders and the network by the datagrams alone, without reading any clock.
//!
//! An offset is the clock of the sender minus the clock of this computer, and includes the delay on the way.
//! Jitter is that of RFC 3550, section 6.4.1. Losses are counted by number where ticks have one, else by
//! time.

mod history;
mod offset;
mod pace;
mod ports;
mod sender;
mod sequence;
#[cfg(test)]
mod simulation;
mod timeline;

use std::collections::BTreeMap;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use chrono::{DateTime, FixedOffset};
use common::encoding::EncodingChoice;
use common::text::{cut, escape_line};
use common::time::{Reading, Recognised, read_in, recognise};
use common::undo::UndoStack;

pub use history::{History, MAX_POINTS, Offsets, POINT_US, Point};
pub use offset::Offset;
use ports::Ports;
use sender::{Clock, Sender};

/// How many senders are remembered. When one more comes, one is forgotten: of the host that has most of them the one
/// that has been silent for longest.
pub const MAX_SENDERS: usize = 64;

/// A sender that has been silent for this long goes before all others, in microseconds: twice the longest interval of
/// our server.
const GONE_US: i64 = 2 * 3600 * SECOND_US;

/// How many characters of a sender's name are kept.
const MAX_NAME_CHARS: usize = 40;

/// How many bytes of the newest datagram are kept: more than are ever shown.
const MAX_NEWEST_BYTES: usize = 8001;

/// No sender counts as silent before this, in microseconds, however short its interval is.
const MIN_SILENCE_US: i64 = 2_000_000;

/// A second, in microseconds.
const SECOND_US: i64 = 1_000_000;

/// When a datagram came.
#[derive(Debug, Clone, Copy)]
pub struct Moment {
    /// In microseconds on a monotonic clock.
    pub at_us: i64,
    /// On this computer's clock.
    pub wall: DateTime<FixedOffset>,
}

/// How a datagram fits among those of its sender.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mark {
    /// Its sender tells too little to know.
    Unknown,
    /// It is the next, or the first.
    InOrder {
        /// How many ticks are missing before it.
        lost: u64,
    },
    Duplicate,
    /// It came after one that left later.
    Reordered,
    /// It is the first after its sender restarted, or had been off.
    Restarted,
    /// It is the first after nothing was listened on here, so that nobody knows what was missed.
    Resumed,
}

impl Mark {
    /// What is unusual about the datagram, as a fixed word.
    #[must_use]
    pub fn word(self) -> Option<&'static str> {
        match self {
            Self::Unknown | Self::InOrder { .. } => None,
            Self::Duplicate => Some("duplicate"),
            Self::Reordered => Some("reordered"),
            Self::Restarted => Some("restarted"),
            Self::Resumed => Some("resumed"),
        }
    }

    /// How many ticks are missing before it.
    #[must_use]
    pub fn lost(self) -> u64 {
        if let Self::InOrder { lost } = self { lost } else { 0 }
    }
}

/// How many ticks went wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counts {
    pub lost: u64,
    pub duplicates: u64,
    pub reordered: u64,
    /// How often the sender restarted, or was off.
    pub restarted: u64,
    /// How often this program did not listen meanwhile.
    pub gaps: u64,
}

/// A clock that was set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ClockSet {
    /// When this program noticed.
    pub seen: DateTime<FixedOffset>,
    pub by_us: i64,
}

/// The quality of one sender.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Quality {
    /// Unknown where its datagrams do not tell.
    pub counts: Option<Counts>,
    /// Unknown where its datagrams tell no time.
    pub offset: Option<Offset>,
    /// Unknown before the fourth tick.
    pub interval_us: Option<i64>,
    pub jitter_us: Option<f64>,
    /// How much of the difference between the clocks was taken for another time zone.
    pub zone_shift_us: i64,
    /// When the clock of the sender was set last.
    pub clock_set: Option<ClockSet>,
    /// How often the clock of the sender was set.
    pub clock_sets: u64,
    pub history: Arc<History>,
}

/// Identifies a sender for as long as the program runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RowId(pub u64);

/// One sender.
#[derive(Debug, Clone, PartialEq)]
pub struct SenderRow {
    pub id: RowId,
    /// The name that it gives itself, as one line.
    pub name: Option<String>,
    /// Where its newest datagram came from.
    pub source: SocketAddr,
    /// Its newest datagram.
    pub newest: Reading,
    pub received: u64,
    /// When its newest datagram came.
    pub heard: DateTime<FixedOffset>,
    /// `heard` on the monotonic clock.
    pub heard_us: i64,
    /// From when on the next one is waited for, which is never while nothing is listened on.
    pub awaited_us: i64,
    pub quality: Quality,
}

impl SenderRow {
    /// Whether it should have been heard by `now_us`.
    #[must_use]
    pub fn is_silent(&self, now_us: i64) -> bool {
        let patience = self.quality.interval_us.unwrap_or_default().saturating_mul(3).max(MIN_SILENCE_US);
        now_us.saturating_sub(self.awaited_us) > patience
    }
}

/// All senders that are remembered, in the order in which they were first heard.
#[derive(Debug, Default)]
pub struct Senders {
    known: Vec<Known>,
    /// How their text is read.
    encoding: EncodingChoice,
    /// Those that the user removed, and their places.
    removed: UndoStack<(usize, Known)>,
    forgotten: u64,
    next_id: u64,
    /// The index of the last sender: the next datagram is mostly from the same one.
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
    awaited_us: i64,
    /// What the newest datagram tells.
    clock: Option<Clock>,
    ports: Ports,
    sender: Sender,
}

impl Senders {
    /// Takes in a datagram that came from `source` at `moment`. Returns its sender, and how it fits among the
    /// datagrams of that sender.
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
        let clock = Clock::read(recognised, payload, moment);
        let index = self.find(source, name, clock).unwrap_or_else(|| self.add(source, name, moment));
        self.last = index;
        let Some(known) = self.known.get_mut(index) else { return (RowId(0), Mark::Unknown) };
        if known.later_us(clock) != Some(0) {
            known.ports.note(source.port());
        }
        known.source = source;
        known.received += 1;
        known.heard = moment;
        known.awaited_us = moment.at_us;
        known.clock = clock;
        known.newest.clear();
        known.newest.extend_from_slice(payload.get(..MAX_NEWEST_BYTES).unwrap_or(payload));
        known.newest_len = payload.len();
        (known.id, known.sender.note(clock, moment))
    }

    /// A sender with a name is known by its name, any other by its address, or by its host and the run of its times
    /// where it has sent each of them from another port.
    fn find(&self, source: SocketAddr, name: Option<&str>, clock: Option<Clock>) -> Option<usize> {
        let is_it = |known: &Known| known.is(source, name);
        if self.known.get(self.last).is_some_and(is_it) {
            return Some(self.last);
        }
        let goes_on = |known: &Known| {
            name.is_none()
                && known.name.is_none()
                && known.source.ip() == source.ip()
                && known.goes_on(source.port(), clock)
        };
        self.known.iter().position(is_it).or_else(|| self.known.iter().position(goes_on))
    }

    fn add(&mut self, source: SocketAddr, name: Option<&str>, moment: Moment) -> usize {
        // One that was removed and sends again is there again, so that there is nothing to undo.
        self.removed.retain(|(_, known)| !known.is(source, name));
        if self.known.len() == MAX_SENDERS {
            self.forget_one(source.ip(), moment.at_us);
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
            awaited_us: moment.at_us,
            clock: None,
            ports: Ports::default(),
            sender: Sender::default(),
        });
        self.known.len() - 1
    }

    /// Makes room for a sender of `host`.
    fn forget_one(&mut self, host: IpAddr, now_us: i64) {
        let mut rows = BTreeMap::from([(host, 1)]);
        for known in &self.known {
            *rows.entry(known.source.ip()).or_insert(0) += 1;
        }
        let rank = |(_, known): &(usize, &Known)| {
            let silent_us = now_us.saturating_sub(known.heard.at_us);
            (silent_us > GONE_US, rows.get(&known.source.ip()).copied(), silent_us)
        };
        if let Some((index, _)) = self.known.iter().enumerate().rev().max_by_key(rank) {
            self.known.remove(index);
            self.forgotten += 1;
        }
    }

    /// Forgets the sender `id`, until it sends again or is brought back.
    pub fn remove(&mut self, id: RowId) {
        if let Some(index) = self.known.iter().position(|known| known.id == id) {
            self.removed.push((index, self.known.remove(index)));
        }
    }

    /// Where the sender that was removed last sent from.
    #[must_use]
    pub fn removed(&self) -> Option<SocketAddr> {
        self.removed.last().map(|(_, known)| known.source)
    }

    /// Brings back the sender that was removed last, with its figures.
    pub fn restore(&mut self, now_us: i64) {
        if let Some((index, known)) = self.removed.pop() {
            if self.known.len() == MAX_SENDERS {
                self.forget_one(known.source.ip(), now_us);
            }
            self.known.insert(index.min(self.known.len()), known);
        }
    }

    fn all_mut(&mut self) -> impl Iterator<Item = &mut Known> {
        self.known.iter_mut().chain(self.removed.iter_mut().map(|(_, known)| known))
    }

    /// Nothing is listened on from now on: who is not heard is not silent for that.
    pub fn pause(&mut self) {
        self.all_mut().for_each(|known| known.awaited_us = i64::MAX);
    }

    /// Something is listened on again, at `at_us`, whose text is read in `encoding`. What was sent before was not lost
    /// on the way.
    pub fn resume(&mut self, at_us: i64, encoding: EncodingChoice) {
        self.encoding = encoding;
        for known in self.all_mut() {
            known.awaited_us = at_us;
            known.sender.resume();
        }
    }

    /// The clock of this computer was set, or the computer slept.
    pub fn forget_offsets(&mut self) {
        self.all_mut().for_each(|known| known.sender.forget_offsets());
    }

    #[must_use]
    pub fn rows(&self) -> Vec<SenderRow> {
        self.known.iter().map(|known| known.row(self.encoding)).collect()
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.known.is_empty()
    }

    /// How many senders were forgotten.
    #[must_use]
    pub fn forgotten(&self) -> u64 {
        self.forgotten
    }
}

impl Known {
    fn is(&self, source: SocketAddr, name: Option<&str>) -> bool {
        self.name.as_deref() == name && (name.is_some() || self.source == source)
    }

    fn later_us(&self, clock: Option<Clock>) -> Option<i64> {
        clock?.later_us(self.clock?)
    }

    /// Whether a datagram of the same host from another port is the next of this sender.
    fn goes_on(&self, port: u16, clock: Option<Clock>) -> bool {
        // Where ticks are more frequent than their text can tell, several have the same time.
        let least_us = i64::from(!self.ports.is_full());
        self.later_us(clock).is_some_and(|later_us| later_us >= least_us) && self.ports.can_go_on(port)
    }

    fn row(&self, encoding: EncodingChoice) -> SenderRow {
        let mut reading = read_in(&self.newest, encoding);
        reading.len = self.newest_len;
        SenderRow {
            id: self.id,
            name: self.name.as_deref().map(|name| escape_line(name).into_owned()),
            source: self.source,
            newest: reading,
            received: self.received,
            heard: self.heard.wall,
            heard_us: self.heard.at_us,
            awaited_us: self.awaited_us,
            quality: self.sender.quality(),
        }
    }
}
