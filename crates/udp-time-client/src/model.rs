//! What the window shows, without the window.

use std::fmt::Write as _;

use chrono::Timelike as _;
use common::language::InWords as _;
use common::text::cut;
use common::time::{Recognised, recognise};
use common::tr;
use common::window::{Lamp, Status};

use crate::engine::{Listening, Received, SenderRow, Settings, Snapshot, State};
use crate::words::{buffer_note, elsewhere_note, listening_sentence, mark_words, own_clock_note};

/// Characters of a sender's text in the table; the list has all of it.
const TABLE_CHARS: usize = 32;

/// What the engine said last.
#[derive(Debug, Default)]
pub struct Model {
    snapshot: Snapshot,
    has_failed: bool,
}

impl Model {
    /// Takes in the newest figures.
    pub fn set_snapshot(&mut self, snapshot: Snapshot) {
        self.snapshot = snapshot;
    }

    /// The engine has ended by a fault of its own.
    pub fn set_failed(&mut self) {
        self.has_failed = true;
    }

    /// Whether it has.
    #[must_use]
    pub fn has_failed(&self) -> bool {
        self.has_failed
    }

    /// Whether there is something to stop.
    #[must_use]
    pub fn is_on(&self) -> bool {
        self.snapshot.state != State::Off && !self.has_failed
    }

    /// Where datagrams are heard.
    #[must_use]
    pub fn listening(&self) -> Option<&Listening> {
        match &self.snapshot.state {
            State::Listening(listening) => Some(listening),
            _ => None,
        }
    }

    /// Who sent.
    #[must_use]
    pub fn senders(&self) -> &[SenderRow] {
        &self.snapshot.senders
    }

    /// The state in one sentence.
    #[must_use]
    pub fn status(&self) -> Status {
        if self.has_failed {
            return Status::new(Lamp::Failed, tr!("status-broken"));
        }
        match &self.snapshot.state {
            State::Off => Status::new(Lamp::Off, tr!("udp-time-client-stopped")),
            State::Opening(settings) => {
                let Settings { listen, port, .. } = settings;
                let (port, listen) = (port.to_string(), listen.to_string());
                Status::new(Lamp::Waiting, tr!("udp-time-client-opening", port = port, listen = listen))
            }
            State::Listening(listening) => Status::new(Lamp::On, listening_sentence(listening)),
            State::Failed { error, .. } => Status::new(Lamp::Failed, error.in_words()),
        }
    }

    /// What has to be added to the status.
    #[must_use]
    pub fn notes(&self) -> Vec<String> {
        let of_state = match &self.snapshot.state {
            _ if self.has_failed => None,
            State::Listening(listening) => elsewhere_note(listening).map(|note| capitalised(&note)),
            State::Failed { .. } => Some(tr!("udp-time-client-trying-again").to_owned()),
            _ => None,
        };
        let of_clock = self.snapshot.clock_set.map(own_clock_note);
        of_state.into_iter().chain(of_clock).collect()
    }

    /// How much room the system gave.
    #[must_use]
    pub fn buffer_note(&self) -> Option<String> {
        self.listening().map(|listening| buffer_note(listening.buffer_bytes))
    }

    /// A port that is free, where the one asked for is not.
    #[must_use]
    pub fn free_port(&self) -> Option<u16> {
        match self.snapshot.state {
            State::Failed { free_port, .. } if !self.has_failed => free_port,
            _ => None,
        }
    }

    /// The newest figures.
    #[must_use]
    pub fn snapshot(&self) -> &Snapshot {
        &self.snapshot
    }
}

/// What came, in figures that add up: received is all the others but what the system lost.
#[must_use]
pub fn counters(snapshot: &Snapshot) -> String {
    let Snapshot { received, paired, dropped, lost, errors, forgotten, .. } = snapshot;
    let mut figures = vec![
        (tr!("udp-time-client-count-received"), *received),
        (tr!("udp-time-client-count-shown"), snapshot.shown()),
        (tr!("udp-time-client-count-paired"), *paired),
        (tr!("udp-time-client-count-dropped"), *dropped),
        (tr!("udp-time-client-count-lost"), *lost),
    ];
    let rare = [
        (tr!("udp-time-client-count-errors"), *errors),
        (tr!("udp-time-client-count-forgotten"), *forgotten),
    ];
    figures.extend(rare.into_iter().filter(|(_, count)| *count > 0));
    let figures: Vec<String> = figures
        .into_iter()
        .map(|(name, count)| tr!("udp-time-client-count", name = name, count = count.to_string()))
        .collect();
    figures.join("   ")
}

/// Writes a datagram as a row of the list. The sender's own text comes last: it can look like whatever follows.
pub fn write_row(row: &mut String, received: &Received) {
    let (time, source) = (received.time, received.source);
    // Written by hand: there can be hundreds of thousands a second, and a pattern takes its time.
    let (hour, minute, second) = (time.hour(), time.minute(), time.second());
    let millis = time.nanosecond() / 1_000_000 % 1000;
    let reading = received.reading();
    let (host, port) = (tr!("udp-time-client-row-host"), tr!("udp-time-client-row-port"));
    // Writing to a String cannot fail.
    let _ok = write!(
        row,
        "{hour:02}:{minute:02}:{second:02}.{millis:03}  {host} {}  {port} {}  ",
        source.ip(),
        source.port()
    );
    let mark = mark_words(received.mark);
    if !mark.is_empty() {
        row.push_str(&mark);
        row.push_str("  ");
    }
    row.push_str(tr!("udp-time-client-row-time"));
    row.push(' ');
    row.push_str(&reading.shown());
}

/// A sender's text, short enough for the table: of our own JSON the time alone.
#[must_use]
pub fn table_text(row: &SenderRow) -> String {
    let text = match recognise(row.text.as_bytes()) {
        Recognised::Json(stamp) => stamp.time,
        _ => row.text.clone(),
    };
    match cut(&text, TABLE_CHARS) {
        Some(start) => format!("{start}..."),
        None => text,
    }
}

fn capitalised(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().into_iter().flat_map(char::to_uppercase).chain(chars).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::quality::{Heard, Senders, Told};
    use crate::engine::{Mark, RowId};
    use common::net::BindError;

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
            (
                model(State::Opening(Settings::default())),
                Lamp::Waiting,
                "Opening port 6666 of 127.0.0.1",
                None,
            ),
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
                    "Another program holds 127.0.0.1:6666: a sender that knows only that address is heard there",
                ),
            ),
            (
                listening("0.0.0.0:6666", false),
                Lamp::On,
                "Listening on 0.0.0.0:6666, every network of this computer",
                None,
            ),
            (
                model(State::Failed { error: taken, free_port: None }),
                Lamp::Failed,
                "The port is taken by another program, stop that or use another port: [::1]:6666",
                Some("Trying again every second"),
            ),
        ] {
            assert_eq!(model.status(), Status::new(lamp, sentence));
            assert_eq!(model.notes(), note.map(str::to_owned).into_iter().collect::<Vec<_>>());
        }
    }

    #[test]
    fn whatever_a_sender_says_fits_the_table() {
        let time = format!("2026-11-22T14:03:27.{}Z", "0".repeat(1000));
        let json = format!(r#"{{"time":"{time}","seq":1,"sender":"9f","interval_ms":1000}}"#);
        let mut senders = Senders::default();
        for (port, text) in [json, "x".repeat(1000), "short".to_owned()].iter().enumerate() {
            let heard = Heard {
                at_us: 0,
                wall: chrono::DateTime::default(),
                source: ([127, 0, 0, 1], u16::try_from(port).unwrap()).into(),
                told: Told::Nothing,
            };
            senders.note(&heard, text.as_bytes());
        }
        let shown: Vec<String> = senders.rows().iter().map(table_text).collect();
        let x = format!("{}...", "x".repeat(TABLE_CHARS));
        assert_eq!(shown, ["2026-11-22T14:03:27.000000000000...", x.as_str(), "short"]);
    }

    #[test]
    fn a_row_names_all_that_the_demo_names() {
        let payload = b"Sun Nov 22 14:03:27 2026";
        let received = Received {
            time: chrono::DateTime::parse_from_rfc3339("2026-11-22T14:03:27.001+01:00").unwrap(),
            source: "127.0.0.1:54012".parse().unwrap(),
            payload: payload[..].into(),
            sender: RowId(0),
            mark: Mark::Unknown,
        };
        let mut row = String::new();
        write_row(&mut row, &received);
        assert_eq!(row, "14:03:27.001  Host: 127.0.0.1  Port: 54012  Date time: Sun Nov 22 14:03:27 2026");
    }

    #[test]
    fn every_datagram_is_accounted_for() {
        let mut snapshot = Snapshot { received: 6, paired: 2, dropped: 1, ..Snapshot::default() };
        let shown = "Received 6   Shown 3   Second copies 2   Not shown 1   Lost by the system 0";
        assert_eq!(counters(&snapshot), shown);
        snapshot.errors = 4;
        assert_eq!(counters(&snapshot), format!("{shown}   Errors 4"));
    }
}
