//! The figures against the truth: a sender, a network that loses, doubles, delays and reorders, a receiver.

use chrono::{DateTime, FixedOffset, SecondsFormat, TimeDelta};
use common::time::{Format, JsonStamp, SenderId, Stamp};
use proptest::prelude::*;

use super::*;

/// Random numbers that are the same in every run.
struct Dice(u64);

impl Dice {
    /// At least 0, below `end`.
    fn below(&mut self, end: u64) -> u64 {
        // Xorshift, after Marsaglia.
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % end
    }
}

struct Network {
    loss_percent: u64,
    copies_percent: u64,
    delay_us: std::ops::Range<u64>,
}

const CALM: Network = Network { loss_percent: 0, copies_percent: 0, delay_us: 200..400 };
const WILD: Network = Network { loss_percent: 5, copies_percent: 3, delay_us: 1000..31_000 };

/// A sender and the truth about its clock.
struct Beacon<'a> {
    format: &'a str,
    interval_us: i64,
    ticks: i64,
    /// What its clock is ahead of ours, by the number of the tick.
    ahead_us: &'a dyn Fn(i64) -> i64,
    /// The zone that its clock shows, in seconds, by the number of the tick.
    zone: &'a dyn Fn(i64) -> i32,
}

const BEACON: Beacon<'static> =
    Beacon { format: "json", interval_us: 20_000, ticks: 5000, ahead_us: &|_| 0, zone: &|_| 3600 };

/// A datagram on its way.
struct Arrival {
    at_us: i64,
    sent_us: i64,
    number: i64,
    payload: String,
}

/// The true time when the simulation begins: a whole second.
fn begin() -> DateTime<FixedOffset> {
    DateTime::parse_from_rfc3339("2026-11-22T14:00:00+01:00").unwrap()
}

impl Beacon<'_> {
    fn arrivals(&self, network: &Network, seed: u64) -> Vec<Arrival> {
        let mut dice = Dice(seed);
        let mut arrivals = Vec::new();
        let format: Format = self.format.parse().unwrap();
        for number in 1..=self.ticks {
            let true_us = number * self.interval_us;
            let sent_us = true_us + (self.ahead_us)(number);
            let zone = FixedOffset::east_opt((self.zone)(number)).unwrap();
            let stamp = Stamp {
                time: (begin() + TimeDelta::microseconds(sent_us)).with_timezone(&zone),
                seq: number.unsigned_abs(),
                sender: SenderId(7),
                interval_ms: (self.interval_us / 1000).unsigned_abs(),
            };
            let is_ending = number == 1 || number == self.ticks;
            if !is_ending && dice.below(100) < network.loss_percent {
                continue;
            }
            let copies = if dice.below(100) < network.copies_percent { 2 } else { 1 };
            for _ in 0..copies {
                let span = network.delay_us.end - network.delay_us.start;
                let delay = network.delay_us.start + dice.below(span);
                let at_us = true_us + i64::try_from(delay).unwrap();
                arrivals.push(Arrival { at_us, sent_us, number, payload: format.encode(&stamp) });
            }
        }
        arrivals.sort_by_key(|arrival| arrival.at_us);
        arrivals
    }
}

fn moment(at_us: i64) -> Moment {
    // The system's stamps are finer than those of the datagrams.
    Moment { at_us, wall: begin() + TimeDelta::nanoseconds(at_us * 1000 + at_us % 997) }
}

fn source() -> SocketAddr {
    "10.0.0.7:54012".parse().unwrap()
}

fn listen(arrivals: &[Arrival]) -> SenderRow {
    let mut senders = Senders::default();
    for arrival in arrivals {
        senders.note(source(), moment(arrival.at_us), arrival.payload.as_bytes());
    }
    let rows = senders.rows();
    assert_eq!(rows.len(), 1);
    rows.into_iter().next().unwrap()
}

fn marks(arrivals: &[Arrival]) -> Vec<Mark> {
    let mut senders = Senders::default();
    let note =
        |arrival: &Arrival| senders.note(source(), moment(arrival.at_us), arrival.payload.as_bytes()).1;
    arrivals.iter().map(note).collect()
}

/// What comes before the hundredth tick and from tick 500 on: nothing is listened on in between.
fn listen_with_a_gap(arrivals: &[Arrival]) -> (SenderRow, Vec<Mark>) {
    let (mut senders, mut marks, mut is_on) = (Senders::default(), Vec::new(), true);
    for arrival in arrivals {
        let was_on = std::mem::replace(&mut is_on, !(100..500).contains(&arrival.number));
        match (was_on, is_on) {
            (true, false) => senders.pause(),
            (false, true) => senders.resume(arrival.at_us, EncodingChoice::Auto),
            _ => (),
        }
        if is_on {
            marks.push(senders.note(source(), moment(arrival.at_us), arrival.payload.as_bytes()).1);
        } else {
            assert!(!senders.rows()[0].is_silent(arrival.at_us), "nobody listens");
        }
    }
    (senders.rows().remove(0), marks)
}

#[test]
fn what_was_sent_while_nothing_was_listened_on_is_a_gap_and_no_loss() {
    for (format, interval_us) in
        [("json", 20_000), ("rfc3339", 1_000_000), ("text", 1_000_000), ("custom:x", 1_000_000)]
    {
        let arrivals = Beacon { format, interval_us, ticks: 600, ..BEACON }.arrivals(&CALM, 3);
        let (row, marks) = listen_with_a_gap(&arrivals);
        let resumed: Vec<usize> = (0..marks.len()).filter(|at| marks[*at] == Mark::Resumed).collect();
        assert_eq!(resumed, [99], "{format}");
        let counts = (format != "custom:x").then_some(Counts { gaps: 1, ..Counts::default() });
        assert_eq!(row.quality.counts, counts, "{format}");
        let point = row.quality.history.points().filter(|point| point.is_resumed).count();
        assert_eq!(point, 1, "{format}");
        assert!(row.quality.jitter_us.is_some_and(|jitter| jitter < 400.0), "{format}");
        assert!(row.is_silent(row.heard_us + 10_000_000), "{format}: it is waited for again");
    }
}

/// Lost, doubled and late ones, counted with all numbers at hand.
fn truth(arrivals: &[Arrival]) -> Counts {
    let mut seen = std::collections::BTreeSet::new();
    let mut counts = Counts::default();
    for arrival in arrivals {
        let is_late = seen.last().is_some_and(|newest| arrival.number < *newest);
        if !seen.insert(arrival.number) {
            counts.duplicates += 1;
        } else if is_late {
            counts.reordered += 1;
        }
    }
    counts.lost = (seen.last().unwrap() - seen.first().unwrap() + 1).unsigned_abs() - seen.len() as u64;
    counts
}

/// RFC 3550, section 6.4.1, over the first copies.
fn true_jitter(arrivals: &[Arrival]) -> f64 {
    let mut seen = std::collections::BTreeSet::new();
    #[expect(clippy::cast_precision_loss, reason = "some milliseconds")]
    let mut transits = arrivals
        .iter()
        .filter(|arrival| seen.insert(arrival.number))
        .map(|arrival| (arrival.at_us - arrival.sent_us) as f64);
    let mut last = transits.next().unwrap();
    transits.fold(0.0, |jitter, transit| {
        let difference = (transit - last).abs();
        last = transit;
        jitter + (difference - jitter) / 16.0
    })
}

#[test]
fn numbered_ticks_are_counted_exactly_in_a_wild_network() {
    for seed in 1..=5 {
        let arrivals = Beacon { ahead_us: &|_| -1_200_000, ..BEACON }.arrivals(&WILD, seed);
        let row = listen(&arrivals);
        let (quality, truth) = (&row.quality, truth(&arrivals));
        assert_eq!(quality.counts, Some(truth));
        assert!(truth.lost > 200 && truth.reordered > 200 && truth.duplicates > 100, "{truth:?}");
        assert_eq!((row.name.as_deref(), row.received), (Some("00000007"), arrivals.len() as u64));
        let Offset { low_us, high_us, .. } = quality.offset.unwrap();
        assert!((-1_231_000..=-1_200_999).contains(&low_us), "{low_us}");
        assert_eq!(high_us - low_us, 1);
        let (jitter, expected) = (quality.jitter_us.unwrap(), true_jitter(&arrivals));
        assert!((jitter - expected).abs() < 1.0, "{jitter} for {expected}");
        assert!((15_000..25_000).contains(&quality.interval_us.unwrap()), "{quality:?}");
        assert_eq!(quality.clock_sets, 0);
    }
}

#[test]
fn ticks_without_a_number_are_counted_by_their_time() {
    let network = Network { delay_us: 1000..19_000, ..WILD };
    for (format, interval_us) in [("text", 1_000_000), ("rfc3339", 1_000_000), ("rfc3339", 100_000)] {
        for seed in 1..=5 {
            let beacon = Beacon { format, interval_us, ticks: 1000, ..BEACON };
            let arrivals = beacon.arrivals(&network, seed);
            // Until the interval is known, nothing is missed.
            let counts = listen(&arrivals).quality.counts.unwrap();
            let truth = truth(&arrivals);
            assert_eq!(counts.restarted, 0);
            assert!(
                truth.lost.abs_diff(counts.lost) <= 2,
                "{format} {interval_us}: {counts:?} for {truth:?}"
            );
            let duplicates = truth.duplicates.abs_diff(counts.duplicates);
            assert!(duplicates <= 1, "{format} {interval_us}: {counts:?} for {truth:?}");
        }
    }
}

#[test]
fn the_offset_is_as_fine_as_the_format() {
    for (format, resolution_us) in [("text", 1_000_000), ("rfc3339", 1000), ("json", 1)] {
        let beacon = Beacon { format, interval_us: 1_000_000, ticks: 50, ahead_us: &|_| 400_000, ..BEACON };
        let quality = listen(&beacon.arrivals(&CALM, 1)).quality;
        let Offset { low_us, high_us, .. } = quality.offset.unwrap();
        // The way takes 0.2 to 0.4 ms.
        assert!(low_us <= 399_800 && high_us >= 399_600, "{format}: {low_us} {high_us}");
        assert!(high_us - low_us <= resolution_us, "{format}: {low_us} {high_us}");
    }
}

#[test]
fn a_clock_that_is_set_is_named_and_loses_nothing() {
    for (format, by_us) in [
        ("json", 3_600_000_000_i64),
        ("json", -90_000_000),
        ("json", 300_000),
        ("rfc3339", 3_600_000_000),
        ("rfc3339", -90_000_000),
        ("rfc3339", -5_000_000),
        ("rfc3339", 1_500_000),
        ("text", 90_000_000),
        ("text", -7_000_000),
    ] {
        let ahead = move |number| if number > 60 { by_us } else { 0 };
        let beacon = Beacon { format, interval_us: 1_000_000, ticks: 120, ahead_us: &ahead, ..BEACON };
        let arrivals = beacon.arrivals(&CALM, 3);
        let quality = listen(&arrivals).quality;
        assert_eq!(quality.counts, Some(Counts::default()), "{format} {by_us}");
        assert_eq!(quality.clock_sets, 1, "{format} {by_us}");
        let seen = quality.clock_set.unwrap();
        assert!((seen.by_us - by_us).abs() < 1_000_000.min(by_us.abs() / 10), "{format} {by_us}: {seen:?}");
        assert!(quality.jitter_us.unwrap() < 200.0, "{format} {by_us}: {quality:?}");
        assert_eq!(quality.history.points().map(|point| point.lost).sum::<u64>(), 0, "{format} {by_us}");
        for mark in marks(&arrivals) {
            assert!(matches!(mark, Mark::InOrder { lost: 0 } | Mark::Unknown), "{format} {by_us}: {mark:?}");
        }
    }
}

/// What is lost while a clock is being verdict is counted as it was marked.
#[test]
fn a_loss_beside_a_clock_that_was_set_is_counted_once() {
    for by_us in [1_500_000, -5_000_000] {
        let ahead = move |number| if number > 60 { by_us } else { 0 };
        let beacon =
            Beacon { format: "rfc3339", interval_us: 1_000_000, ticks: 120, ahead_us: &ahead, ..BEACON };
        let mut arrivals = beacon.arrivals(&CALM, 3);
        arrivals.retain(|arrival| ![30, 90].contains(&arrival.number));
        let quality = listen(&arrivals).quality;
        assert_eq!(quality.counts, Some(Counts { lost: 2, ..Counts::default() }), "{by_us}");
        assert_eq!(quality.history.points().map(|point| point.lost).sum::<u64>(), 2, "{by_us}");
    }
}

#[test]
fn daylight_saving_is_neither_an_offset_nor_a_clock_that_was_set() {
    for format in ["text", "rfc3339", "json"] {
        for (before, after) in [(3600, 7200), (7200, 3600), (3600, 20_700)] {
            let zone = move |number| if number > 60 { after } else { before };
            let beacon = Beacon { format, interval_us: 1_000_000, ticks: 120, zone: &zone, ..BEACON };
            let quality = listen(&beacon.arrivals(&CALM, 3)).quality;
            assert_eq!(quality.counts, Some(Counts::default()), "{format}");
            assert_eq!((quality.clock_sets, quality.clock_set), (0, None), "{format}");
            assert!(quality.offset.unwrap().low_us.abs() < 1_000_000, "{format}: {quality:?}");
            let shift = if format == "text" { i64::from(after - 3600) * 1_000_000 } else { 0 };
            assert_eq!(quality.zone_shift_us, shift, "{format}");
        }
    }
}

#[test]
fn a_sender_that_starts_anew_is_no_loss() {
    let mut arrivals = BEACON.arrivals(&CALM, 1);
    let pause_us = 200_000_000;
    for mut again in BEACON.arrivals(&CALM, 2).into_iter().take(100) {
        // Number 1 again, later.
        let later = begin() + TimeDelta::microseconds(pause_us + again.sent_us);
        let stamp =
            Stamp { time: later, seq: again.number.unsigned_abs(), sender: SenderId(7), interval_ms: 20 };
        again.payload = Format::Json.encode(&stamp);
        again.at_us += pause_us;
        arrivals.push(again);
    }
    assert_eq!(listen(&arrivals).quality.counts, Some(Counts { restarted: 1, ..Counts::default() }));
}

/// The sender's computer began with a wrong clock, and its figures go on from there.
#[test]
fn a_sender_that_starts_anew_by_an_earlier_clock_is_no_copy() {
    let first = Beacon { ticks: 400, ..BEACON };
    let mut arrivals = first.arrivals(&CALM, 1);
    let again = Beacon { ahead_us: &|_| -86_400_000_000, ticks: 300, ..BEACON };
    for mut again in again.arrivals(&CALM, 2) {
        again.at_us += 60_000_000;
        arrivals.push(again);
    }
    let quality = listen(&arrivals).quality;
    assert_eq!(quality.counts, Some(Counts { restarted: 1, ..Counts::default() }));
    assert!(quality.offset.unwrap().low_us < -86_000_000_000, "the figures are frozen: {quality:?}");
}

#[test]
fn what_has_no_time_is_no_time_to_compare_with() {
    let times = Beacon { format: "rfc3339", interval_us: 1_000_000, ticks: 60, ..BEACON };
    let mut arrivals = times.arrivals(&CALM, 1);
    for arrival in arrivals.iter_mut().skip(20).step_by(7) {
        "unknown".clone_into(&mut arrival.payload);
    }
    let quality = listen(&arrivals).quality;
    assert!(quality.jitter_us.unwrap() < 1000.0, "{quality:?}");
}

#[test]
fn text_of_unknown_form_has_interval_and_jitter_alone() {
    let beacon = Beacon { format: "custom:%H Uhr %M", interval_us: 1_000_000, ticks: 500, ..BEACON };
    let network = Network { loss_percent: 2, copies_percent: 0, delay_us: 1000..9000 };
    let arrivals = beacon.arrivals(&network, 4);
    let quality = listen(&arrivals).quality;
    assert_eq!((quality.counts, quality.offset), (None, None));
    assert!((995_000..1_005_000).contains(&quality.interval_us.unwrap()), "{quality:?}");
    let (jitter, expected) = (quality.jitter_us.unwrap(), true_jitter(&arrivals));
    assert!((jitter - expected).abs() < 1500.0, "{jitter} for {expected}");
}

#[test]
fn twenty_equal_texts_a_second_are_no_duplicates() {
    let beacon = Beacon { format: "text", interval_us: 50_000, ticks: 1000, ..BEACON };
    let quality = listen(&beacon.arrivals(&CALM, 4)).quality;
    assert_eq!(quality.counts, None, "nobody can tell");
    assert!(quality.jitter_us.unwrap() < 1000.0, "{quality:?}");
    let Offset { low_us, high_us, .. } = quality.offset.unwrap();
    assert!(low_us <= 0 && high_us >= -400 && high_us - low_us < 60_000, "{low_us} {high_us}");
}

#[test]
fn this_computers_clock_is_not_the_senders() {
    let beacon = Beacon { format: "rfc3339", interval_us: 1_000_000, ticks: 60, ..BEACON };
    let arrivals = beacon.arrivals(&CALM, 1);
    let mut senders = Senders::default();
    for (index, arrival) in arrivals.iter().enumerate() {
        let mut moment = moment(arrival.at_us);
        if index >= 30 {
            moment.wall += TimeDelta::hours(2);
        }
        if index == 30 {
            senders.forget_offsets();
        }
        senders.note(source(), moment, arrival.payload.as_bytes());
    }
    let quality = senders.rows().remove(0).quality;
    assert_eq!((quality.clock_sets, quality.counts), (0, Some(Counts::default())));
    assert!((quality.offset.unwrap().low_us + 7_200_000_000).abs() < 10_000, "{quality:?}");
}

#[test]
fn senders_are_told_apart_and_the_oldest_is_forgotten() {
    let mut senders = Senders::default();
    for port in 1..=64_i64 {
        let source = ([10, 0, 0, 7], u16::try_from(port).unwrap()).into();
        assert_eq!(senders.note(source, moment(port), b"a"), (RowId(port.unsigned_abs() - 1), Mark::Unknown));
    }
    assert_eq!(senders.note(([10, 0, 0, 7], 1).into(), moment(100), b"b\n").0, RowId(0));
    let json = r#"{"time":"2026-11-22T14:00:00.000000+01:00","seq":1,"sender":"x\ny","interval_ms":50}"#;
    let (id, mark) = senders.note(source(), moment(101), json.as_bytes());
    assert_eq!((id, mark), (RowId(64), Mark::InOrder { lost: 0 }));
    let rows = senders.rows();
    assert_eq!((rows.len(), senders.forgotten()), (MAX_SENDERS, 1));
    assert_eq!((rows[0].id, rows[0].received, rows[0].newest.text.as_str()), (RowId(0), 2, r"b\n"));
    assert!(rows.iter().all(|row| row.id != RowId(1)), "the oldest");
    let newest = rows.last().unwrap();
    assert_eq!(newest.name.as_deref(), Some(r"x\ny"));
    assert!(!newest.is_silent(2_000_000) && newest.is_silent(2_000_200));
    // By its name, wherever it sends from.
    let moved = "[::1]:9".parse().unwrap();
    assert_eq!(senders.note(moved, moment(102), json.as_bytes()), (RowId(64), Mark::Duplicate));
}

#[test]
fn a_host_that_floods_the_table_wipes_out_its_own_senders_alone() {
    let mut senders = Senders::default();
    let mut note = |host: u8, at_us: i64, name: &str| {
        let json =
            format!(r#"{{"time":"2026-11-22T14:00:00Z","seq":1,"sender":"{name}","interval_ms":1000}}"#);
        senders.note(([10, 0, 0, host], 6).into(), moment(at_us), json.as_bytes()).0
    };
    let first: Vec<RowId> = (1..=40).map(|host| note(host, 0, &host.to_string())).collect();
    let mut at_us = 0;
    for fresh in 0..1000 {
        at_us += 5000;
        note(77, at_us, &format!("fresh {fresh}"));
        // One that is heard now and then, and two of one host.
        note(40, at_us, "40 too");
    }
    // What comes from elsewhere takes the place of one of the flood, too.
    note(78, at_us, "78");
    let again: Vec<RowId> = (1..=40).map(|host| note(host, at_us, &host.to_string())).collect();
    assert_eq!(first, again, "each is the row that it was");
    assert_eq!(senders.rows().len(), MAX_SENDERS);
}

#[test]
fn where_all_hosts_have_one_row_the_longest_silent_goes_and_before_it_who_is_gone() {
    let mut senders = Senders::default();
    let mut note = |host: u8, port: u16, at_us: i64| {
        senders.note(([10, 0, 0, host], port).into(), moment(at_us), b"a").0
    };
    // Two of the first host are alive, the others have been gone for long.
    let rows: Vec<RowId> = (2..=63).map(|host| note(host, 1, 0)).collect();
    let alive = [note(1, 1, GONE_US), note(1, 2, GONE_US)];
    let newcomer = note(64, 1, GONE_US + 1);
    assert_eq!([note(1, 1, GONE_US + 2), note(1, 2, GONE_US + 2)], alive);
    assert_eq!(note(64, 1, GONE_US + 2), newcomer);
    assert_eq!(note(3, 1, GONE_US + 3), rows[1]);
    let forgotten = note(2, 1, GONE_US + 4);
    assert!(!rows.contains(&forgotten), "the one that had been silent for longest");
}

/// What a table shows of times in whole seconds, each as (port, second, milliseconds of arrival): ports and counts.
fn table(ticks: &[(u16, u32, i64)]) -> Vec<(u16, u64)> {
    let mut senders = Senders::default();
    for (port, second, at_ms) in ticks {
        let text = format!("Sun Nov 22 14:{:02}:{:02} 2026\n", second / 60, second % 60);
        senders.note(([10, 0, 0, 7], *port).into(), moment(at_ms * 1000), text.as_bytes());
    }
    senders.rows().iter().map(|row| (row.source.port(), row.received)).collect()
}

#[test]
fn a_sender_with_a_new_port_for_each_datagram_is_one() {
    let script: Vec<_> =
        (0..60_u16).map(|tick| (30_000 + tick, tick.into(), i64::from(tick) * 1000 + 300)).collect();
    assert_eq!(table(&script), [(30_059, 60)]);
    let mut with_chance = script.clone();
    (with_chance[20].0, with_chance[31].0) = (with_chance[18].0, with_chance[30].0);
    assert_eq!(table(&with_chance), [(30_059, 60)], "the system gave a port twice");
    let with_gap: Vec<_> = script.iter().copied().filter(|tick| !(10..50).contains(&tick.1)).collect();
    assert_eq!(table(&with_gap), [(30_059, 20)]);
    // Its losses are counted, as those of any other.
    let mut senders = Senders::default();
    for number in (0..30).filter(|number| *number != 20) {
        let time = begin() + TimeDelta::seconds(number);
        let text = Format::Rfc3339.encode(&Stamp { time, seq: 0, sender: SenderId(0), interval_ms: 0 });
        let port = 40_000 + u16::try_from(number).unwrap();
        senders.note(([10, 0, 0, 7], port).into(), moment(number * SECOND_US), text.as_bytes());
    }
    assert_eq!(senders.rows().remove(0).quality.counts, Some(Counts { lost: 1, ..Counts::default() }));
}

#[test]
fn two_senders_of_one_host_that_keep_their_ports_are_two() {
    for (second_ms, lag) in [(0, 0), (400, 0), (1000, 1), (1700, 1)] {
        let of_both = (0..30_u32).flat_map(|tick| {
            let at_ms = i64::from(tick) * 2000;
            [(7, tick * 2, at_ms), (8, tick * 2 + lag, at_ms + second_ms)]
        });
        let rows = table(&of_both.collect::<Vec<_>>());
        let mut ports: Vec<_> = rows.iter().map(|(port, _)| *port).collect();
        ports.sort_unstable();
        assert_eq!(ports, [7, 8], "{second_ms} ms apart: {rows:?}");
        assert!(rows.iter().all(|(_, received)| (29..=31).contains(received)), "{rows:?}");
    }
    // One of them beside a script.
    let mixed: Vec<_> = (0..60_u16)
        .flat_map(|tick| {
            let (second, at_ms) = (u32::from(tick), i64::from(tick) * 1000);
            [(30_000 + tick, second, at_ms), (7, second, at_ms + 5)]
        })
        .collect();
    assert_eq!(table(&mixed), [(30_059, 60), (7, 60)]);
}

#[test]
fn hosts_and_clocks_that_differ_are_not_one_sender() {
    let mut senders = Senders::default();
    for (host, port, text) in [
        (1, 1, "Sun Nov 22 14:00:00 2026"),
        (2, 2, "Sun Nov 22 14:00:01 2026"),
        (1, 3, "Sun Nov 22 14:00:07 2026"),
        (1, 4, "2026-11-22T14:00:01.000+01:00"),
        (1, 5, "no time"),
        (1, 6, "no time"),
    ] {
        let at_us = i64::from(port) * 300_000;
        senders.note(([10, 0, 0, host], port).into(), moment(at_us), text.as_bytes());
    }
    assert_eq!(senders.rows().len(), 6);
}

proptest! {
    #[test]
    fn whatever_comes_is_taken_in(
        datagrams in prop::collection::vec((any::<i64>(), 0_usize..5, any::<i64>(), any::<u64>(), 0_i64..2_000_000), 0..80),
    ) {
        let mut senders = Senders::default();
        let mut at_us = 0;
        for (time, form, wall, seq, passed) in datagrams {
            at_us += passed;
            let time = DateTime::from_timestamp_micros(time / 50).unwrap_or_default().fixed_offset();
            let wall = DateTime::from_timestamp_micros(wall / 50).unwrap_or_default().fixed_offset();
            let time_text = time.to_rfc3339_opts(SecondsFormat::Micros, false);
            let stamp = JsonStamp { time: time_text, seq, sender: "x".to_owned(), interval_ms: 50 };
            let (recognised, payload) = match form {
                0 => (Recognised::Other, "x"),
                1 => (Recognised::Text(time.naive_utc()), "x"),
                2 => (Recognised::Rfc3339(time), ".000"),
                3 => (Recognised::Rfc3339(time), ".000000"),
                _ => (Recognised::Json(stamp), "x"),
            };
            senders.note_recognised(source(), Moment { at_us, wall }, &recognised, payload.as_bytes());
            assert!(!senders.rows().is_empty());
        }
    }
}
