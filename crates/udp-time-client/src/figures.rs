//! Figures as people read them, in the window and in headless text.

use std::borrow::Cow;

use common::time::Reading;
use common::tr;

use crate::engine::quality::{Offset, Quality};
use crate::engine::{ClockSet, RECEIVE_BUFFER_BYTES, SenderRow};

const SECOND_US: i64 = 1_000_000;

/// The unit of a plot that shows times up to `largest_us`, with its length in microseconds. It stays while they
/// swing about a second.
pub(crate) fn plot_unit(largest_us: i64, is_coarse: bool) -> (&'static str, f64) {
    let (name, length, _) = match largest_us.unsigned_abs() {
        0..10_000_000 if !is_coarse => unit(0),
        _ => unit(largest_us.saturating_abs().max(SECOND_US)),
    };
    (name, length)
}

/// The unit in which a time is read best, with its length in microseconds and the digits behind the point.
fn unit(us: i64) -> (&'static str, f64, usize) {
    match us.unsigned_abs() {
        0..10_000 => ("ms", 1e3, 2),
        10_000..1_000_000 => ("ms", 1e3, 1),
        1_000_000..120_000_000 => ("s", 1e6, 2),
        120_000_000..7_200_000_000 => ("min", 6e7, 1),
        7_200_000_000..172_800_000_000 => ("h", 3.6e9, 1),
        _ => (tr!("udp-time-client-unit-days"), 8.64e10, 1),
    }
}

#[expect(clippy::cast_precision_loss, reason = "for people")]
pub(crate) fn in_unit(us: i64, unit: f64) -> f64 {
    us as f64 / unit
}

/// A number with its sign, except where it is shown as zero.
fn with_sign(value: f64, digits: usize) -> String {
    let shown = format!("{value:+.digits$}");
    let is_zero = !shown.contains(|c: char| ('1'..='9').contains(&c));
    if is_zero { shown.get(1..).unwrap_or_default().to_owned() } else { shown }
}

/// A time with its sign: `+0.40 ms`.
pub(crate) fn signed(us: i64) -> String {
    let (name, length, digits) = unit(us);
    format!("{} {name}", with_sign(in_unit(us, length), digits))
}

/// A time without a sign: `0.20 ms`.
pub(crate) fn time(us: i64) -> String {
    let (name, length, digits) = unit(us);
    format!("{:.digits$} {name}", in_unit(us, length))
}

pub(crate) fn jitter(us: f64) -> String {
    #[expect(clippy::cast_possible_truncation, reason = "microseconds, below 2^52")]
    time(us.round() as i64)
}

/// An offset as finely as it is known: `+0.40 ms`, or `-0.2 to +0.8 s`.
pub(crate) fn offset(offset: Offset) -> String {
    if offset.is_exact() {
        return signed(offset.low_us);
    }
    let Offset { low_us, high_us, is_coarse } = offset;
    let largest = low_us.saturating_abs().max(high_us.saturating_abs());
    let (name, length, _) = unit(if is_coarse { largest.max(SECOND_US) } else { largest });
    // The width says how many digits mean something.
    let digits = if in_unit(high_us.saturating_sub(low_us), length) < 0.2 { 2 } else { 1 };
    let [low, high] = [low_us, high_us].map(|us| with_sign(in_unit(us, length), digits));
    tr!("udp-time-client-offset-range", low = low, high = high, unit = name)
}

/// How long ago: `now`, `12 s ago`, `2 min ago`.
pub(crate) fn ago(us: i64) -> String {
    let seconds = us / 1_000_000;
    match seconds {
        ..2 => tr!("udp-time-client-now").to_owned(),
        2..120 => tr!("udp-time-client-ago-seconds", count = seconds),
        120..7200 => tr!("udp-time-client-ago-minutes", count = seconds / 60),
        7200..172_800 => tr!("udp-time-client-ago-hours", count = seconds / 3600),
        _ => tr!("udp-time-client-ago-days", count = (seconds / 86_400).to_string()),
    }
}

/// The name of a sender, and where it sends from.
pub(crate) fn sender(row: &SenderRow) -> String {
    match &row.name {
        Some(name) => {
            tr!("udp-time-client-sender-at", name = name.as_str(), source = row.source.to_string())
        }
        None => row.source.to_string(),
    }
}

/// What has to be said about the clock of a sender beside its offset, in sentences.
pub(crate) fn clock_notes(quality: &Quality) -> Vec<String> {
    let mut notes = Vec::new();
    if quality.zone_shift_us != 0 {
        let shift = signed(quality.zone_shift_us);
        notes.push(tr!("udp-time-client-zone-shift", shift = shift));
    }
    if let Some(set) = quality.clock_set {
        notes.push(tr!(
            "udp-time-client-clock-set",
            by = signed(set.by_us),
            at = set.seen.format("%H:%M:%S").to_string(),
            times = quality.clock_sets.max(1)
        ));
    }
    notes
}

/// The figures of a sender in one line.
pub(crate) fn quality(row: &SenderRow, now_us: i64) -> String {
    let quality = &row.quality;
    let unknown = || tr!("udp-time-client-not-known").to_owned();
    let counts = quality.counts.unwrap_or_default();
    tr!(
        "udp-time-client-quality",
        offset = quality.offset.map_or_else(unknown, offset),
        jitter = quality.jitter_us.map_or_else(unknown, jitter),
        interval = quality.interval_us.map_or_else(unknown, time),
        received = row.received,
        is_counted = if quality.counts.is_some() { "yes" } else { "no" },
        lost = counts.lost,
        duplicate = counts.duplicates,
        reordered = counts.reordered,
        restarted = counts.restarted,
        gaps = counts.gaps,
        is_silent = if row.is_silent(now_us) { "yes" } else { "no" },
        heard = row.heard.format("%H:%M:%S").to_string()
    )
}

/// All that the table can say about a sender, and its whole text.
pub(crate) fn details(row: &SenderRow, now_us: i64) -> String {
    let heard = row.heard.format("%H:%M:%S").to_string();
    let heard = tr!("udp-time-client-heard-at", at = heard);
    [sender(row), quality(row, now_us), heard, payload_text(&row.newest).into_owned()].join("\n")
}

pub(crate) fn own_clock_note(set: &ClockSet) -> String {
    let at = set.seen.format("%H:%M:%S").to_string();
    tr!("udp-time-client-own-clock", by = signed(set.by_us), at = at)
}

/// Says how much room the system gave for datagrams that wait.
pub(crate) fn buffer_note(granted: usize) -> String {
    let (granted, asked) = (granted >> 10, RECEIVE_BUFFER_BYTES >> 10);
    let is_less = if granted < asked { "yes" } else { "no" };
    tr!("udp-time-client-buffer", granted = granted, asked = asked, is_less = is_less)
}

/// The text of a datagram as one line.
pub(crate) fn payload_text(reading: &Reading) -> Cow<'_, str> {
    let Reading { text, cut, len, .. } = reading;
    match (len, cut) {
        (0, _) => tr!("udp-time-client-payload-empty").into(),
        (_, true) => format!("{text}... {}", tr!("udp-time-client-payload-cut", bytes = *len)).into(),
        (_, false) => text.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_have_the_unit_that_people_use() {
        for (us, shown) in [
            (0, "0.00 ms"),
            (400, "+0.40 ms"),
            (-12_345, "-12.3 ms"),
            (-1_200_000, "-1.20 s"),
            (3_600_000_000, "+60.0 min"),
            (86_400_000_000, "+24.0 h"),
            (-864_000_000_000, "-10.0 days"),
        ] {
            assert_eq!(signed(us), shown);
        }
        assert_eq!(jitter(199.7), "0.20 ms");
        assert_eq!(
            [0, 90_000_000, 150_000_000, 7_300_000_000].map(ago),
            ["now", "90 s ago", "2 min ago", "2 h ago"]
        );
    }

    #[test]
    fn an_offset_is_no_finer_than_it_is_known() {
        let shown = |low_us, high_us| offset(Offset { low_us, high_us, is_coarse: high_us - low_us > 1000 });
        assert_eq!(shown(400, 401), "+0.40 ms");
        assert_eq!(shown(-200_000, 800_000), "-0.2 to +0.8 s");
        assert_eq!(shown(-400, 999_600), "0.0 to +1.0 s");
        assert_eq!(shown(-400, 600), "-0.4 to +0.6 ms");
        assert_eq!(shown(-40_000, 20_000), "-0.04 to +0.02 s", "the unit stays where it is known better");
        assert_eq!(shown(-500_000, 1_500_000), "-0.5 to +1.5 s");
    }
}
