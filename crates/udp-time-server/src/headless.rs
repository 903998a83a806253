//! The engine without a window: its events as lines.

use std::io;
use std::net::SocketAddr;

use chrono::SecondsFormat;
use common::cli::{self, Failure, Lines, OutputArgs};
use common::engine::{Flavor, SystemClock, Waker, start};
use common::text::escape_line;
use serde::Serialize;

use crate::engine::{self, Command, Delivery, Destination, Event, Fault, Pace, Settings, Snapshot, Tick};

/// Sends at once, until Ctrl-C or SIGTERM.
///
/// # Errors
/// Where the engine cannot be started, or standard output fails otherwise than by being closed.
pub fn run(settings: Settings, output: OutputArgs) -> Result<(), Failure> {
    let id = engine::random_sender_id();
    let run = move |link| engine::run(link, SystemClock, id, Pace::Precise);
    let mut handle = start("sender", Flavor::CurrentThread, Waker::none(), Snapshot::default(), run)
        .map_err(Failure::run)?;
    if handle.command(Command::Start(settings)).is_err() {
        return Err(Failure::run(anyhow::anyhow!("the engine ended before it began")));
    }
    let mut lines = Lines::new(output);
    let mut printed = Ok(());
    while printed.is_ok() {
        let Some(event) = handle.wait_event() else { break };
        printed = print(&mut lines, &event);
    }
    handle.finish().map_err(Failure::run).and(cli::printed(printed))
}

fn print(lines: &mut Lines, event: &Event) -> io::Result<()> {
    match Line::of(event) {
        Some(line) => lines.print(&line.text(), &line),
        None => Ok(()),
    }
}

/// One line of output; serialises to its JSON form.
#[derive(Debug, Serialize)]
#[serde(tag = "event", rename_all = "snake_case")]
enum Line<'a> {
    Tick { seq: u64, text: &'a str, time: String, late_us: u64, destinations: Vec<DeliveryLine> },
    Error { to: String, address: Option<SocketAddr>, error: String },
    Recovered { to: String, address: Option<SocketAddr> },
}

#[derive(Debug, Serialize)]
struct DeliveryLine {
    to: String,
    /// The first of them.
    address: Option<SocketAddr>,
    addresses: Vec<SocketAddr>,
    sent: bool,
    error: Option<String>,
}

impl<'a> Line<'a> {
    fn of(event: &'a Event) -> Option<Self> {
        match event {
            Event::Started(_) | Event::Stopped => None,
            Event::Tick(Tick { text, seq, time, late, deliveries }) => Some(Self::Tick {
                seq: *seq,
                text,
                time: time.to_rfc3339_opts(SecondsFormat::Millis, false),
                late_us: u64::try_from(late.as_micros()).unwrap_or(u64::MAX),
                destinations: deliveries.iter().map(DeliveryLine::from).collect(),
            }),
            Event::Destination(Destination { target, addresses, last_error, .. }) => {
                let (to, address) = (target.to_string(), addresses.first().copied());
                Some(match last_error {
                    Some(error) => Self::Error { to, address, error: error.to_string() },
                    None => Self::Recovered { to, address },
                })
            }
        }
    }

    fn text(&self) -> String {
        match self {
            Self::Tick { text, .. } => escape_line(text).into_owned(),
            Self::Error { to, error, .. } => format!("error: {}: {to}", escape_line(error)),
            Self::Recovered { to, .. } => format!("recovered: {to}"),
        }
    }
}

impl From<&Delivery> for DeliveryLine {
    fn from(Delivery { to, addresses, is_sent, error }: &Delivery) -> Self {
        Self {
            to: to.to_string(),
            address: addresses.first().copied(),
            addresses: addresses.to_vec(),
            sent: *is_sent,
            error: error.as_ref().map(Fault::to_string),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;
    use std::time::Duration;

    use chrono::DateTime;

    use crate::engine::Target;

    fn both(event: &Event) -> (String, String) {
        let line = Line::of(event).unwrap();
        (line.text(), serde_json::to_string(&line).unwrap())
    }

    #[test]
    fn a_tick_is_one_line_whatever_the_pattern_holds() {
        let tick = Tick {
            text: "03:04\n05".to_owned(),
            seq: 3,
            time: DateTime::parse_from_rfc3339("2022-01-05T03:04:05.000123+01:00").unwrap(),
            late: Duration::from_micros(123),
            deliveries: vec![
                Delivery {
                    to: Arc::new(Target::this_computer()),
                    addresses: Arc::new(["127.0.0.1:6666".parse().unwrap()]),
                    is_sent: true,
                    error: None,
                },
                Delivery {
                    to: Arc::new("lan".parse().unwrap()),
                    addresses: Arc::new(["10.0.0.255:7".parse().unwrap(), "10.1.0.255:7".parse().unwrap()]),
                    is_sent: true,
                    error: Some(Fault::QueueFull),
                },
                Delivery {
                    to: Arc::new("a.b".parse().unwrap()),
                    addresses: Arc::default(),
                    is_sent: false,
                    error: Some(Fault::QueueFull),
                },
            ],
        };
        let (text, json) = both(&Event::Tick(tick));
        assert_eq!(text, r"03:04\n05");
        assert_eq!(
            json,
            r#"{"event":"tick","seq":3,"text":"03:04\n05","time":"2022-01-05T03:04:05.000+01:00","late_us":123,"destinations":[{"to":"127.0.0.1","address":"127.0.0.1:6666","addresses":["127.0.0.1:6666"],"sent":true,"error":null},{"to":"lan","address":"10.0.0.255:7","addresses":["10.0.0.255:7","10.1.0.255:7"],"sent":true,"error":"the system's send queue is full"},{"to":"a.b","address":null,"addresses":[],"sent":false,"error":"the system's send queue is full"}]}"#
        );
    }

    #[test]
    fn a_destination_that_fails_looks_like_no_tick() {
        let mut destination = Destination {
            target: Arc::new("time.example.org".parse().unwrap()),
            is_on: true,
            addresses: Arc::default(),
            sent: 0,
            last_error: Some(Fault::NoAddress("gone".to_owned())),
        };
        let (text, json) = both(&Event::Destination(destination.clone()));
        assert_eq!(text, "error: the name cannot be looked up (gone): time.example.org");
        assert_eq!(
            json,
            r#"{"event":"error","to":"time.example.org","address":null,"error":"the name cannot be looked up (gone)"}"#
        );
        destination.last_error = None;
        assert_eq!(both(&Event::Destination(destination)).0, "recovered: time.example.org");
    }
}
