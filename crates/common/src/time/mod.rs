//! Time datagrams: how a tick is written, and how any datagram is read.
//!
//! The contract is `docs/protocol.md`, part 1.
#![cfg_attr(
    not(test),
    warn(clippy::indexing_slicing, clippy::arithmetic_side_effects, clippy::as_conversions)
)]

mod format;
mod reading;

pub use format::{Format, FormatError, MAX_DATAGRAM_BYTES, Pattern, SenderId, Stamp};
pub use reading::{JsonStamp, MAX_SHOWN_CHARS, Reading, Recognised, read, read_in, recognise};

/// Qt's text date (`Qt::TextDate`) in English, `Wed Jan 5 03:04:05 2022`: the day is not padded.
const QT_TEXT_DATE: &str = "%a %b %-d %H:%M:%S %Y";

/// The text date as C's `ctime` and `date` write it, `Wed Jan  5 03:04:05 2022`: the day has two places.
const C_TEXT_DATE: &str = "%a %b %e %H:%M:%S %Y";
