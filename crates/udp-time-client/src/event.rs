//! What the engine reports.

use std::io;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use bytes::Bytes;
use chrono::{DateTime, FixedOffset};
use common::encoding::{Encoding, EncodingChoice};
use common::engine;
use common::net::{BindError, Reach};
use common::status::Level;
use common::texts::{as_sentence, phrase, rfc3339_micros};
use common::time::{JsonStamp, Reading, Recognised, read_in};
use serde::{Serialize, Serializer};

use crate::engine::{Mark, RowId, SenderRow, Snapshot};
use crate::figures;

#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename = "udp-time-client-event")]
pub enum Event {
    /// Datagrams come from now on. Also told when something about the address has changed: 127.0.0.1 was
    /// taken over, another program came or went.
    Listening(Listening),
    /// The address cannot be listened on. It is tried again every second.
    Error {
        #[serde(serialize_with = "as_sentence")]
        error: BindError,
    },
    Stopped,
    Datagram(Datagram),
}

impl engine::Event for Event {
    fn level(&self) -> Level {
        match self {
            Self::Error { .. } => Level::Error,
            Self::Listening(listening) if listening.note.is_some() => Level::Warning,
            Self::Listening(_) | Self::Stopped | Self::Datagram(_) => Level::Info,
        }
    }

    fn payload_bytes(&self) -> usize {
        match self {
            Self::Datagram(datagram) => datagram.payload.len(),
            _ => 0,
        }
    }

    fn is_printed(&self, _is_json: bool) -> bool {
        !matches!(self, Self::Stopped)
    }
}

/// Where datagrams are heard.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename = "udp-time-client-listening")]
pub struct Listening {
    pub address: SocketAddr,
    /// Whether nobody else gets what is sent to this address.
    #[serde(rename = "exclusive")]
    pub is_exclusive: bool,
    /// Whether another program has taken the same address nevertheless. Only Linux tells.
    #[serde(rename = "rival")]
    pub has_conflict: bool,
    /// How much room the system gave for datagrams that wait.
    #[serde(rename = "receive_buffer_bytes")]
    pub buffer_bytes: usize,
    /// What the address stands for.
    pub place: ListenScope,
    /// Why some datagrams may go elsewhere.
    pub note: Option<ListeningNote>,
}

/// What is listened on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub enum ListenScope {
    /// One address.
    Address { reach: Reach },
    /// All that comes in by one interface.
    Interface { interface: String },
    /// A multicast group, on the interfaces that take part.
    Group { interfaces: Vec<String> },
}

/// Why some datagrams for the address may go to another program.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub enum ListeningNote {
    /// Another program holds 127.0.0.1, and gets what is sent to that address alone, as the original server
    /// does.
    Elsewhere { holder: SocketAddr },
    /// Another program listens on the same port of every network.
    ConflictOnPort { port: u16 },
    /// Another program has taken the same address.
    Conflict { holder: SocketAddr },
    /// The group is joined on this interface, once that is there and up.
    NoInterface { wanted: String },
    /// The group was joined on as many interfaces as the system permits, and not on these.
    NoRoomToJoin { not_joined: Vec<String> },
    /// The group could not be joined on these interfaces, in the system's words.
    NotJoined { not_joined: Vec<String>, reason: String },
}

impl ListeningNote {
    pub(crate) fn not_joined(not_joined: Vec<String>, error: &io::Error) -> Self {
        /// Too many memberships of IPv4 for one socket. Those of IPv6 are out of memory.
        const ENOBUFS: i32 = 105;
        match (error.kind(), error.raw_os_error()) {
            (io::ErrorKind::OutOfMemory, _) => Self::NoRoomToJoin { not_joined },
            (_, Some(ENOBUFS)) if cfg!(target_os = "linux") => Self::NoRoomToJoin { not_joined },
            _ => Self::NotJoined { not_joined, reason: error.to_string() },
        }
    }
}

impl Listening {
    #[must_use]
    pub fn new(
        address: SocketAddr,
        place: ListenScope,
        is_exclusive: bool,
        has_conflict: bool,
        buffer_bytes: usize,
    ) -> Self {
        let note = if !is_exclusive && address.ip() == Ipv4Addr::LOCALHOST {
            Some(ListeningNote::Elsewhere { holder: address })
        } else if has_conflict && address.ip().is_unspecified() {
            Some(ListeningNote::ConflictOnPort { port: address.port() })
        } else {
            has_conflict.then_some(ListeningNote::Conflict { holder: address })
        };
        Self { address, is_exclusive, has_conflict, buffer_bytes, place, note }
    }

    /// On an address, with nobody else there.
    #[must_use]
    pub fn at(address: SocketAddr, is_exclusive: bool) -> Self {
        Self::new(address, ListenScope::Address { reach: Reach::of(address.ip()) }, is_exclusive, false, 0)
    }

    /// Whether all that is sent to the address comes.
    #[must_use]
    pub fn gets_all(&self) -> bool {
        !matches!(self.note, Some(ListeningNote::Elsewhere { .. }))
    }
}

/// One datagram.
#[derive(Debug, Clone, PartialEq)]
pub struct Datagram {
    /// When it came, by the stamp of the system where there is one.
    pub time: DateTime<FixedOffset>,
    /// Who sent it.
    pub source: SocketAddr,
    pub payload: Bytes,
    pub sender: RowId,
    /// How it fits among the datagrams of its sender.
    pub mark: Mark,
    /// How its text is read.
    pub encoding: EncodingChoice,
}

impl Datagram {
    #[must_use]
    pub fn reading(&self) -> Reading {
        read_in(&self.payload, self.encoding)
    }
}

impl Serialize for Datagram {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct Record<'a> {
            #[serde(serialize_with = "rfc3339_micros")]
            time_received: DateTime<FixedOffset>,
            text: &'a str,
            host: IpAddr,
            port: u16,
            bytes: usize,
            format: &'static str,
            #[serde(skip_serializing_if = "Option::is_none")]
            encoding: Option<Encoding>,
            #[serde(skip_serializing_if = "Option::is_none")]
            mark: Option<&'static str>,
            #[serde(skip_serializing_if = "Option::is_none")]
            lost_before: Option<u64>,
            #[serde(skip_serializing_if = "Option::is_none")]
            stamp: Option<&'a JsonStamp>,
        }
        let reading = self.reading();
        let decoded = self.encoding.decode(&self.payload);
        let (format, stamp) = match &reading.recognised {
            Recognised::Text(_) => ("text", None),
            Recognised::Rfc3339(_) => ("rfc3339", None),
            Recognised::Json(stamp) => ("json", Some(stamp)),
            Recognised::Other => ("other", None),
        };
        let record = Record {
            time_received: self.time,
            // Bytes that are no text cannot stand in JSON: they are escaped, and cut as in the window.
            text: decoded.as_ref().map_or(&reading.text, |(text, _)| text),
            host: self.source.ip(),
            port: self.source.port(),
            bytes: self.payload.len(),
            format,
            encoding: decoded
                .as_ref()
                .map_or(reading.encoding, |(_, encoding)| *encoding)
                .filter(|encoding| *encoding != Encoding::UTF_8),
            mark: self.mark.word(),
            lost_before: Some(self.mark.lost()).filter(|lost| *lost > 0),
            stamp,
        };
        record.serialize(serializer)
    }
}

/// The lines of `--stats`.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename = "udp-time-client-report")]
pub enum Report {
    Quality(Box<QualityReport>),
    Counters(CountersReport),
}

impl engine::Event for Report {}

/// The figures of one sender. What is not known is null.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct QualityReport {
    sender: Option<String>,
    host: IpAddr,
    port: u16,
    received: u64,
    lost: Option<u64>,
    duplicate: Option<u64>,
    reordered: Option<u64>,
    restarted: Option<u64>,
    gaps: Option<u64>,
    offset_low_us: Option<i64>,
    offset_high_us: Option<i64>,
    interval_us: Option<i64>,
    jitter_us: Option<f64>,
    zone_shift_us: i64,
    clock_sets: u64,
    clock_set_by_us: Option<i64>,
    #[serde(serialize_with = "rfc3339_micros")]
    last_heard: DateTime<FixedOffset>,
    silent_since: Option<String>,
    message: String,
}

/// Accounts for every datagram since the start of the program. The two copies of a datagram count as two.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
#[serde(rename = "udp-time-client-counters")]
pub struct Counters {
    pub received: u64,
    /// Of those received: handed over to be shown.
    pub shown: u64,
    /// Of those received: second copies, which are not shown.
    pub second_copies: u64,
    /// Of those received: dropped before they were shown, as newer ones needed the room.
    pub dropped: u64,
    /// Thrown away by the system as its receive buffer was full. Only Linux tells.
    pub lost_by_system: u64,
    /// Errors that the system reported instead of a datagram.
    pub errors: u64,
    pub senders_forgotten: u64,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct CountersReport {
    #[serde(flatten)]
    counters: Counters,
    message: String,
}

/// The figures of each sender, and the counters.
#[must_use]
pub fn reports(snapshot: &Snapshot, _dropped: u64) -> Vec<Report> {
    let of_senders =
        snapshot.senders.iter().map(|row| Report::Quality(Box::new(quality(row, snapshot.now_us))));
    of_senders.chain([Report::Counters(counters(snapshot))]).collect()
}

#[must_use]
pub fn quality(row: &SenderRow, now_us: i64) -> QualityReport {
    let quality = &row.quality;
    let counts = quality.counts;
    let notes = figures::clock_notes(quality);
    let parts = std::iter::once(figures::quality(row, now_us)).chain(notes).collect::<Vec<_>>();
    QualityReport {
        sender: row.name.clone(),
        host: row.source.ip(),
        port: row.source.port(),
        received: row.received,
        lost: counts.map(|counts| counts.lost),
        duplicate: counts.map(|counts| counts.duplicates),
        reordered: counts.map(|counts| counts.reordered),
        restarted: counts.map(|counts| counts.restarted),
        gaps: counts.map(|counts| counts.gaps),
        offset_low_us: quality.offset.map(|offset| offset.low_us),
        offset_high_us: quality.offset.map(|offset| offset.high_us),
        interval_us: quality.interval_us,
        // More digits would mean nothing.
        jitter_us: quality.jitter_us.map(|jitter| (jitter * 10.0).round() / 10.0),
        zone_shift_us: quality.zone_shift_us,
        clock_sets: quality.clock_sets,
        clock_set_by_us: quality.clock_set.map(|set| set.by_us),
        last_heard: row.heard,
        silent_since: row
            .is_silent(now_us)
            .then(|| row.heard.to_rfc3339_opts(chrono::SecondsFormat::Micros, false)),
        message: format!("{}: {}", figures::sender(row), parts.join("; ")),
    }
}

fn counters(snapshot: &Snapshot) -> CountersReport {
    let counters = snapshot.counters;
    let clock_note = snapshot.clock_set.as_ref().map(figures::own_clock_note);
    let parts: Vec<String> = std::iter::once(phrase(&counters)).chain(clock_note).collect();
    CountersReport { counters, message: parts.join("; ") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use common::headless::json;
    use common::texts::english;

    fn datagram(payload: &[u8], mark: Mark) -> Event {
        Event::Datagram(Datagram {
            time: DateTime::parse_from_rfc3339("2022-01-05T03:04:05.001234+01:00").unwrap(),
            source: "10.0.0.7:54012".parse().unwrap(),
            payload: payload.to_vec().into(),
            sender: RowId(0),
            mark,
            encoding: EncodingChoice::Auto,
        })
    }

    fn json_of(payload: &[u8], mark: Mark) -> String {
        json(&datagram(payload, mark)).unwrap()
    }

    const IN_ORDER: Mark = Mark::InOrder { lost: 0 };

    #[test]
    fn a_datagram_is_four_lines_whatever_it_holds() {
        let large = [b'a'; 9000];
        let cut = format!("{}... (cut, 9000 bytes in all)", "a".repeat(2000));
        for (payload, shown) in [
            (&b"Wed Jan 5 03:04:05 2022"[..], "Wed Jan 5 03:04:05 2022"),
            (b"1\nHost: x\n\xFF", r"1\nHost: x\n\xFF"),
            (b"", "(empty datagram)"),
            (&large, &cut),
        ] {
            let lines = english(&datagram(payload, IN_ORDER));
            assert_eq!(lines, format!("Date time: {shown}\nHost: 10.0.0.7\nPort: 54012\n"));
        }
    }

    #[test]
    fn json_has_the_raw_text_and_what_was_recognised() {
        assert_eq!(
            json_of(b"a\nb", IN_ORDER),
            r#"{"event":"datagram","time_received":"2022-01-05T03:04:05.001234+01:00","text":"a\nb","host":"10.0.0.7","port":54012,"bytes":3,"format":"other","level":"info"}"#
        );
        let text = json_of(b"Wed Jan 5 03:04:05 2022", IN_ORDER);
        assert!(text.contains(r#""bytes":23,"format":"text""#), "{text}");
        assert!(json_of(b"\xFFA", IN_ORDER).contains(r#""text":"\\xFFA""#));
        let stamp =
            br#"{"time":"2022-01-05T03:04:05.000123+01:00","seq":17,"sender":"9f3c2a51","interval_ms":1000}"#;
        let line = json_of(stamp, Mark::Reordered);
        let stamp = std::str::from_utf8(stamp).unwrap();
        assert!(json_of(b"x", Mark::Resumed).contains(r#""mark":"resumed","#));
        assert!(line.contains(&format!(r#""format":"json","mark":"reordered","stamp":{stamp},"#)), "{line}");
        assert!(json_of(b"x", Mark::InOrder { lost: 3 }).contains(r#""lost_before":3,"#));
    }

    #[test]
    fn json_has_the_text_in_the_encoding_that_it_names() {
        let json_in = |encoding: &str, payload: &[u8]| {
            let Event::Datagram(datagram) = datagram(payload, IN_ORDER) else { unreachable!() };
            json(&Event::Datagram(Datagram { encoding: encoding.parse().unwrap(), ..datagram })).unwrap()
        };
        let line = json_in("windows-1252", "é".as_bytes());
        assert!(line.contains(r#""text":"Ã©""#) && line.contains(r#""encoding":"windows-1252""#), "{line}");
        let long = "好\n".repeat(3000);
        let line = json_in("auto", &Encoding::GB18030.encode(&long));
        assert!(
            line.contains(&format!(r#""text":"{}""#, "好\\n".repeat(3000))),
            "raw and whole in any encoding"
        );
        let late = [vec![b'x'; 9000], Encoding::GB18030.encode("好好好").into_owned()].concat();
        assert!(
            json_in("auto", &late).contains(r#""encoding":"gb18030""#),
            "it shows behind what a window shows"
        );
        assert!(json_in("utf-8", b"\xFFA").contains(r#""text":"\\xFFA""#));
    }

    #[test]
    fn where_it_listens_is_one_sentence_with_what_is_to_know() {
        let address = |text: &str| text.parse::<SocketAddr>().unwrap();
        let group = |interfaces: &[&str]| {
            let interfaces = interfaces.iter().map(|name| (*name).to_owned()).collect();
            Listening {
                place: ListenScope::Group { interfaces },
                ..Listening::at(address("239.255.66.66:6666"), true)
            }
        };
        let on_interface = Listening {
            place: ListenScope::Interface { interface: "eth0".to_owned() },
            ..Listening::at(address("0.0.0.0:6666"), true)
        };
        let conflict = |text: &str| {
            let place = ListenScope::Address { reach: Reach::of(address(text).ip()) };
            Listening::new(address(text), place, true, true, 0)
        };
        for (listening, sentence) in [
            (
                Listening::at(address("127.0.0.1:6666"), true),
                "Listening on 127.0.0.1:6666, this computer only",
            ),
            (on_interface, "Listening on eth0, port 6666, this network"),
            (group(&[]), "Group 239.255.66.66:6666 is waiting for a network"),
            (group(&["eth0", "lo"]), "Listening to group 239.255.66.66:6666 on eth0, lo"),
            (
                Listening::at(address("127.0.0.1:6666"), false),
                "Listening on 127.0.0.1:6666, this computer only; another program holds 127.0.0.1:6666: \
                 datagrams for that address alone go there, not here",
            ),
            (
                conflict("10.0.0.7:6666"),
                "Listening on 10.0.0.7:6666, this network; another program has taken 10.0.0.7:6666 \
                 too: datagrams for that address reach the one started last",
            ),
        ] {
            assert_eq!(english(&Event::Listening(listening)), sentence);
        }
        let any = english(&Event::Listening(conflict("0.0.0.0:6666")));
        assert!(any.contains("; another program listens on port 6666 too"), "{any}");
    }

    #[test]
    fn every_datagram_is_accounted_for() {
        let mut counters =
            Counters { received: 6, shown: 3, second_copies: 2, dropped: 1, ..Counters::default() };
        let shown = "6 received · 2 duplicates merged · 1 not shown";
        assert_eq!(english(&counters), shown);
        counters.errors = 4;
        assert_eq!(english(&counters), format!("{shown} · 4 errors"));
        let report = reports(&Snapshot { counters, ..Snapshot::default() }, 0).pop().unwrap();
        assert_eq!(english(&report), format!("Datagrams: {shown} · 4 errors"));
        let line = json(&report).unwrap();
        assert!(
            line.starts_with(r#"{"event":"counters","received":6,"shown":3,"second_copies":2,"#),
            "{line}"
        );
    }

    #[test]
    fn each_kind_of_line_is_in_the_manual() {
        let manual = include_str!("../../../docs/time.md");
        let mut listening = Listening::at("127.0.0.1:6666".parse().unwrap(), true);
        listening.buffer_bytes = 32 << 20;
        let address = "127.0.0.1:6666".parse().unwrap();
        for event in [Event::Listening(listening), Event::Error { error: BindError::PortTaken { address } }] {
            let line = json(&event).unwrap();
            assert!(manual.contains(&line), "{line}");
        }
    }
}
