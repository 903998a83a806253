//! What the window shows, without the window.

use std::borrow::Cow;
use std::fmt::Write as _;
use std::net::SocketAddr;

use chrono::{DateTime, FixedOffset, Timelike as _};
use common::discovery::Found;
use common::status::{Lamp, Status};
use common::text::cut;
use common::texts::{phrase, sentence};
use common::time::Recognised;
use common::tr;

use crate::config::Config;
use crate::engine::{Mark, SenderRow, Snapshot, State};
use crate::event::{Datagram, Listening};
use crate::figures::{buffer_note, own_clock_note, payload_text, sender};

/// How many characters of a sender's text the table shows. The list shows all of it.
const TABLE_CHARS: usize = 24;

#[derive(Debug, Default)]
pub(crate) struct Model {
    snapshot: Snapshot,
}

impl Model {
    pub(crate) fn set_snapshot(&mut self, snapshot: Snapshot) {
        self.snapshot = snapshot;
    }

    /// Whether there is something to stop.
    pub(crate) fn is_on(&self) -> bool {
        self.snapshot.state != State::Off
    }

    pub(crate) fn listening(&self) -> Option<&Listening> {
        match &self.snapshot.state {
            State::Listening(listening) => Some(listening),
            _ => None,
        }
    }

    pub(crate) fn senders(&self) -> &[SenderRow] {
        &self.snapshot.senders
    }

    /// The time servers that are announced on the network.
    pub(crate) fn announced(&self) -> &[Found] {
        &self.snapshot.announced
    }

    /// Why nobody is found, in a sentence, while somebody is looked for.
    pub(crate) fn deaf(&self) -> Option<String> {
        let reason = self.snapshot.discovery_error.as_ref().filter(|_| self.senders().is_empty())?;
        Some(tr!("servers-unheard", reason = phrase(reason)))
    }

    /// The announced time servers that nothing has come from.
    pub(crate) fn unheard(&self) -> impl Iterator<Item = &Found> {
        self.announced().iter().filter(|found| !self.is_heard(found))
    }

    fn is_heard(&self, found: &Found) -> bool {
        self.senders().iter().any(|row| {
            let ip = row.source.ip().to_canonical();
            // To its own computer a server sends from a loopback address.
            found.has(ip) || ip.is_loopback() && self.is_own(found)
        })
    }

    /// Whether what is announced is on this computer.
    fn is_own(&self, found: &Found) -> bool {
        let addresses = self.snapshot.interfaces.iter().flat_map(|interface| &interface.addresses);
        addresses.map(|address| address.ip).any(|ip| found.has(ip))
    }

    /// Whether an announced time server would be heard at the address that is listened on, if it sends to this computer.
    pub(crate) fn can_hear(&self, found: &Found) -> bool {
        let reaches = |address: SocketAddr| address.port() == found.port && !address.ip().is_loopback();
        self.listening().is_some_and(|listening| reaches(listening.address))
    }

    /// The state in one sentence; whether it can be started is known where things are typed.
    pub(crate) fn status(&self, can_start: bool) -> Status {
        match &self.snapshot.state {
            State::Off if !can_start => Status::new(Lamp::Off, tr!("udp-time-client-stopped-faulty")),
            State::Off => Status::new(Lamp::Off, tr!("udp-time-client-stopped")),
            State::Opening(Config { listen, port, .. }) => {
                let (port, listen) = (port.to_string(), listen.to_string());
                Status::new(Lamp::Waiting, tr!("udp-time-client-opening", port = port, listen = listen))
            }
            State::Listening(listening) => Status::new(Lamp::On, sentence(listening)),
            State::Failed { error, .. } => Status::new(Lamp::Failed, sentence(error)),
        }
    }

    /// Sentences that have to be added to the status.
    pub(crate) fn notes(&self) -> Vec<String> {
        let of_state = match &self.snapshot.state {
            State::Listening(listening) => listening.note.as_ref().map(sentence),
            State::Failed { .. } => Some(tr!("udp-time-client-trying-again").to_owned()),
            State::Off | State::Opening(_) => None,
        };
        let of_clock = self.snapshot.clock_set.as_ref().map(own_clock_note);
        of_state.into_iter().chain(of_clock).collect()
    }

    pub(crate) fn buffer_note(&self) -> Option<String> {
        self.listening().map(|listening| buffer_note(listening.buffer_bytes))
    }

    /// A port that is free, where the wanted one is not.
    pub(crate) fn free_port(&self) -> Option<u16> {
        match self.snapshot.state {
            State::Failed { free_port, .. } => free_port,
            _ => None,
        }
    }

    pub(crate) fn snapshot(&self) -> &Snapshot {
        &self.snapshot
    }
}

/// Writes a datagram as a row of the list: its cells, with tabs between them. In the text of the sender they are escaped.
pub(crate) fn write_row(row: &mut String, datagram: &Datagram) {
    let Datagram { time, source, payload, mark, .. } = datagram;
    // There can be hundreds of thousands of rows a second: a pattern of chrono takes too long.
    let (hour, minute, second) = (time.hour(), time.minute(), time.second());
    let millis = time.nanosecond() / 1_000_000 % 1000;
    let (reading, bytes) = (datagram.reading(), payload.len());
    // Writing to a String cannot fail.
    let _ok = write!(
        row,
        "{hour:02}:{minute:02}:{second:02}.{millis:03}\t{source}\t{}\t{bytes}",
        payload_text(&reading)
    );
    let note = mark_words(*mark);
    if !note.is_empty() {
        row.push('\t');
        row.push_str(&note);
    }
}

/// How a datagram fits among those of its sender. Empty where nothing is wrong.
fn mark_words(mark: Mark) -> Cow<'static, str> {
    match mark {
        Mark::Unknown | Mark::InOrder { lost: 0 } => "".into(),
        Mark::InOrder { lost } => tr!("udp-time-client-mark-lost", count = lost.to_string()).into(),
        Mark::Duplicate => tr!("udp-time-client-mark-duplicate").into(),
        Mark::Reordered => tr!("udp-time-client-mark-late").into(),
        Mark::Restarted => tr!("udp-time-client-mark-restarted").into(),
        Mark::Resumed => tr!("udp-time-client-mark-resumed").into(),
    }
}

/// What a sender is called in the table: its host, with its port where `all` have another of that host, and with its
/// own name where one has the same port. A name that is announced for its host, by whomever, stands in front.
pub(crate) fn table_name(row: &SenderRow, all: &[SenderRow], announced: &[Found]) -> String {
    let others = |is_alike: fn(&SenderRow, &SenderRow) -> bool| {
        all.iter().any(|other| other.id != row.id && is_alike(other, row))
    };
    let source = if others(|other, row| other.source.ip() == row.source.ip()) {
        row.source.to_string()
    } else {
        row.source.ip().to_string()
    };
    let source = match announced.iter().find(|found| found.has(row.source.ip())) {
        Some(found) => {
            let name = cut(&found.name, TABLE_CHARS).unwrap_or(&found.name);
            tr!("udp-time-client-sender-announced", name = name, source = source)
        }
        None => source,
    };
    match (&row.name, &row.newest.recognised) {
        (Some(_), _) if others(|other, row| other.source == row.source) => sender(row),
        (_, Recognised::Text(_)) => tr!("udp-time-client-sender-text", source = source),
        _ => source,
    }
}

/// The time in the newest datagram of a sender, in the zone of this computer where its text names one; else its text, cut.
pub(crate) fn table_time(row: &SenderRow) -> String {
    let here = |time: DateTime<FixedOffset>| time.with_timezone(row.heard.offset()).naive_local();
    let time = match &row.newest.recognised {
        Recognised::Json(stamp) => DateTime::parse_from_rfc3339(&stamp.time).ok().map(here),
        Recognised::Rfc3339(time) => Some(here(*time)),
        Recognised::Text(time) => Some(*time),
        Recognised::Other => None,
    };
    match time {
        Some(time) if time.date() == row.heard.date_naive() => time.format("%H:%M:%S").to_string(),
        Some(time) => time.format("%Y-%m-%d %H:%M:%S").to_string(),
        None => {
            let text = payload_text(&row.newest);
            cut(&text, TABLE_CHARS).map_or_else(|| text.to_string(), |start| format!("{start}..."))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::RowId;
    use crate::engine::quality::{Moment, Senders};
    use common::encoding::EncodingChoice;
    use common::net::{BindError, Interface, InterfaceAddress, InterfaceKind};

    fn model(state: State) -> Model {
        let mut model = Model::default();
        model.set_snapshot(Snapshot { state, ..Snapshot::default() });
        model
    }

    fn listening(address: &str, is_exclusive: bool) -> Model {
        model(State::Listening(Listening::at(address.parse().unwrap(), is_exclusive)))
    }

    #[test]
    fn each_state_is_a_sentence() {
        let taken = BindError::PortTaken { address: "[::1]:6666".parse().unwrap() };
        for (model, lamp, sentence, note) in [
            (model(State::Off), Lamp::Off, "Stopped, press Start", None),
            (model(State::Opening(Config::default())), Lamp::Waiting, "Opening port 6666 of 127.0.0.1", None),
            (
                listening("127.0.0.1:6666", true),
                Lamp::On,
                "Listening on 127.0.0.1:6666, this computer only",
                None,
            ),
            (
                listening("127.0.0.1:6666", false),
                Lamp::On,
                "Listening on 127.0.0.1:6666, this computer only",
                Some(
                    "Another program holds 127.0.0.1:6666: datagrams for that address alone go there, not here",
                ),
            ),
            (listening("0.0.0.0:6666", false), Lamp::On, "Listening on 0.0.0.0:6666, every network", None),
            (
                model(State::Failed { error: taken, free_port: None }),
                Lamp::Failed,
                "Port 6666 of ::1 is in use by another program, stop that one or use another port",
                Some("Trying again every second"),
            ),
        ] {
            assert_eq!(model.status(true), Status::new(lamp, sentence));
            assert_eq!(model.notes(), note.map(str::to_owned).into_iter().collect::<Vec<_>>());
        }
    }

    #[test]
    fn an_announced_server_of_this_computer_is_heard_by_its_loopback_address() {
        let mut senders = Senders::default();
        let wall = DateTime::parse_from_rfc3339("2026-11-22T14:03:27.001+01:00").unwrap();
        let moment = Moment { at_us: 0, wall };
        senders.note("127.0.0.1:1".parse().unwrap(), moment, b"Sun Nov 22 14:03:27 2026");
        let found = |host: &str| Found {
            name: "here".to_owned(),
            host: host.parse().unwrap(),
            others: Vec::new(),
            port: 6666,
            is_encrypted: false,
            key_half: None,
            wants_pass: false,
        };
        let address = InterfaceAddress { ip: "192.0.2.2".parse().unwrap(), prefix: 24, broadcast: None };
        let interface = Interface {
            name: "eth0".to_owned(),
            index: 2,
            kind: InterfaceKind::Wired,
            is_up: true,
            is_multicast: true,
            addresses: vec![address],
        };
        let mut model = Model::default();
        model.set_snapshot(Snapshot {
            senders: senders.rows().into(),
            announced: vec![found("192.0.2.2"), found("192.0.2.3")].into(),
            interfaces: vec![interface].into(),
            ..Snapshot::default()
        });
        let unheard: Vec<_> = model.unheard().map(Found::address).collect();
        assert_eq!(unheard, ["192.0.2.3:6666"]);
    }

    #[test]
    fn whatever_a_sender_says_fits_the_table() {
        let json =
            |time: &str| format!(r#"{{"time":"{time}","seq":1,"sender":"{time}","interval_ms":1000}}"#);
        let mut senders = Senders::default();
        for (source, text) in [
            ("10.0.0.7:1", json("2026-11-22T13:03:27.000001Z")),
            ("10.0.0.8:1", "2026-11-23T14:03:27+01:00".to_owned()),
            ("10.0.0.9:1", "Sun Nov 22 14:03:27 2026".to_owned()),
            ("10.0.0.9:2", "x".repeat(1000)),
            ("10.0.0.9:2", json("2026-11-22T14:03:27Z")),
        ] {
            let wall = DateTime::parse_from_rfc3339("2026-11-22T14:03:27.001+01:00").unwrap();
            senders.note(source.parse().unwrap(), Moment { at_us: 0, wall }, text.as_bytes());
        }
        let rows = senders.rows();
        let announced = [Found {
            name: "a clock with quite a long name".to_owned(),
            host: "10.0.0.8".parse().unwrap(),
            others: Vec::new(),
            port: 6666,
            is_encrypted: false,
            key_half: None,
            wants_pass: false,
        }];
        let shown: Vec<_> =
            rows.iter().map(|row| (table_name(row, &rows, &announced), table_time(row))).collect();
        let shown: Vec<_> = shown.iter().map(|(name, time)| (name.as_str(), time.as_str())).collect();
        let x = format!("{}...", "x".repeat(TABLE_CHARS));
        assert_eq!(
            shown,
            [
                ("10.0.0.7", "14:03:27"),
                ("a clock with quite a lon (10.0.0.8)", "2026-11-23 14:03:27"),
                ("10.0.0.9:1 (text)", "14:03:27"),
                ("10.0.0.9:2", x.as_str()),
                ("2026-11-22T14:03:27Z at 10.0.0.9:2", "15:03:27"),
            ]
        );
    }

    #[test]
    fn a_row_names_all_that_the_demo_names() {
        let payload = b"Sun Nov 22 14:03:27 2026";
        let received = Datagram {
            time: chrono::DateTime::parse_from_rfc3339("2026-11-22T14:03:27.001+01:00").unwrap(),
            source: "127.0.0.1:54012".parse().unwrap(),
            payload: payload[..].into(),
            sender: RowId(0),
            mark: Mark::Unknown,
            encoding: EncodingChoice::Auto,
        };
        let mut row = String::new();
        write_row(&mut row, &received);
        assert_eq!(row, "14:03:27.001\t127.0.0.1:54012\tSun Nov 22 14:03:27 2026\t24");
        row.clear();
        write_row(
            &mut row,
            &Datagram { mark: Mark::InOrder { lost: 2 }, payload: b"a\tb"[..].into(), ..received },
        );
        assert_eq!(row, "14:03:27.001\t127.0.0.1:54012\ta\\tb\t3\t2 lost before");
    }
}
