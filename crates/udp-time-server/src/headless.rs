//! The engine without a window: its events as lines.

use std::io;
use std::net::SocketAddr;

use chrono::SecondsFormat;
use common::cli::{self, Failure, Lines, OutputArgs};
use common::engine::{Flavor, SystemClock, Waker, start};
use common::text::escape_line;
use serde::Serialize;

use crate::engine::{self, Command, Delivery, Destination, Event, Settings, Snapshot, Tick};

/// Sends at once, until Ctrl-C or SIGTERM.
///
/// # Errors
/// Where the engine cannot be started, or standard output fails otherwise than by being closed.
pub fn run(settings: Settings, output: OutputArgs) -> Result<(), Failure> {
    let id = engine::random_sender_id();
    let run = move |link| engine::run(link, SystemClock, id);
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
    Tick { seq: u64, text: &'a str, time: String, destinations: Vec<DeliveryLine> },
    Error { to: String, address: Option<SocketAddr>, error: &'a str },
    Recovered { to: String, address: Option<SocketAddr> },
}

#[derive(Debug, Serialize)]
struct DeliveryLine {
    to: String,
    address: Option<SocketAddr>,
    sent: bool,
    error: Option<String>,
}

impl<'a> Line<'a> {
    fn of(event: &'a Event) -> Option<Self> {
        match event {
            Event::Started(_) | Event::Stopped => None,
            Event::Tick(Tick { text, seq, time, deliveries }) => Some(Self::Tick {
                seq: *seq,
                text,
                time: time.to_rfc3339_opts(SecondsFormat::Millis, false),
                destinations: deliveries.iter().map(DeliveryLine::from).collect(),
            }),
            Event::Destination(Destination { host, address, last_error, .. }) => {
                let (to, address) = (host.to_string(), *address);
                Some(match last_error {
                    Some(error) => Self::Error { to, address, error },
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
    fn from(Delivery { to, address, error }: &Delivery) -> Self {
        Self { to: to.to_string(), address: *address, sent: error.is_none(), error: error.clone() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::DateTime;

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
            deliveries: vec![
                Delivery {
                    to: "localhost".parse().unwrap(),
                    address: Some("127.0.0.1:6666".parse().unwrap()),
                    error: None,
                },
                Delivery { to: "a.b".parse().unwrap(), address: None, error: Some("no".to_owned()) },
            ],
        };
        let (text, json) = both(&Event::Tick(tick));
        assert_eq!(text, r"03:04\n05");
        assert_eq!(
            json,
            r#"{"event":"tick","seq":3,"text":"03:04\n05","time":"2022-01-05T03:04:05.000+01:00","destinations":[{"to":"127.0.0.1","address":"127.0.0.1:6666","sent":true,"error":null},{"to":"a.b","address":null,"sent":false,"error":"no"}]}"#
        );
    }

    #[test]
    fn a_destination_that_fails_looks_like_no_tick() {
        let mut destination = Destination {
            host: "time.example.org".parse().unwrap(),
            address: None,
            sent: 0,
            last_error: Some("the name cannot be looked up (gone)".to_owned()),
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
