//! The engine without a window: its events as lines.

use std::io;
use std::net::{IpAddr, SocketAddr};

use chrono::SecondsFormat;
use common::cli::{self, Failure, Lines, OutputArgs};
use common::engine::{Flavor, SystemClock, Waker, start};
use common::time::{JsonStamp, Recognised};
use serde::Serialize;

use crate::engine::{self, Command, Event, Listening, Received, Settings, Snapshot};
use crate::model::{elsewhere_note, listening_sentence};

/// Listens until Ctrl-C or SIGTERM.
///
/// # Errors
/// Where the address cannot be listened on, the engine cannot be started, or standard output fails
/// otherwise than by being closed.
pub fn run(settings: Settings, output: OutputArgs) -> Result<(), Failure> {
    let run = |link| engine::run(link, SystemClock);
    let mut handle = start("receiver", Flavor::CurrentThread, Waker::none(), Snapshot::default(), run)
        .map_err(Failure::run)?;
    if handle.command(Command::Listen(settings)).is_err() {
        return Err(Failure::run(anyhow::anyhow!("the engine ended before it began")));
    }
    let mut lines = Lines::new(output);
    let mut has_listened = false;
    let mut told = 0;
    let mut printed = Ok(());
    while printed.is_ok() {
        let Some(event) = handle.wait_event() else { break };
        match event {
            Event::CannotListen(error) if !has_listened => {
                handle.stop();
                return Err(Failure::usage(error));
            }
            Event::Listening(_) => has_listened = true,
            _ => (),
        }
        let snapshot = handle.snapshot();
        let missing = snapshot.dropped + snapshot.lost;
        printed = print_missing(&mut lines, missing - told).and_then(|()| print(&mut lines, &event));
        told = missing;
    }
    handle.finish().map_err(Failure::run).and(cli::printed(printed))
}

fn print(lines: &mut Lines, event: &Event) -> io::Result<()> {
    match event {
        Event::Listening(listening) => {
            let line = Line::Listening { address: listening.address, exclusive: listening.is_exclusive };
            lines.print(&listening_text(listening), &line)
        }
        Event::CannotListen(error) => {
            let error = error.to_string();
            lines.print(&format!("error: {error}"), &Line::Error { error: &error })
        }
        Event::Stopped => Ok(()),
        Event::Received(batch) => {
            batch.datagrams.iter().try_for_each(|received| lines.print(&text(received), &json(received)))
        }
    }
}

/// Says how many datagrams are not among the lines, where some are not.
fn print_missing(lines: &mut Lines, count: u64) -> io::Result<()> {
    if count == 0 {
        return Ok(());
    }
    lines.print(&format!("{count} datagrams came too fast to be shown"), &Line::Dropped { count })
}

/// One line of JSON.
#[derive(Debug, Serialize)]
#[serde(tag = "event", rename_all = "snake_case")]
enum Line<'a> {
    Listening {
        address: SocketAddr,
        exclusive: bool,
    },
    Dropped {
        count: u64,
    },
    Error {
        error: &'a str,
    },
    Datagram {
        time_received: String,
        text: &'a str,
        host: IpAddr,
        port: u16,
        bytes: usize,
        format: &'static str,
        #[serde(skip_serializing_if = "Option::is_none")]
        stamp: Option<&'a JsonStamp>,
    },
}

fn listening_text(listening: &Listening) -> String {
    let sentence = listening_sentence(listening);
    match elsewhere_note(listening) {
        Some(note) => format!("{sentence}; {note}"),
        None => sentence,
    }
}

/// Three lines and an empty one, as the original demo shows them.
fn text(Received { reading, source, .. }: &Received) -> String {
    format!("Date time: {}\nHost: {}\nPort: {}\n", reading.shown(), source.ip(), source.port())
}

fn json(received: &Received) -> Line<'_> {
    let Received { time, source, payload, reading } = received;
    let (format, stamp) = match &reading.recognised {
        Recognised::Text(_) => ("text", None),
        Recognised::Rfc3339(_) => ("rfc3339", None),
        Recognised::Json(stamp) => ("json", Some(stamp)),
        Recognised::Other => ("other", None),
    };
    Line::Datagram {
        time_received: time.to_rfc3339_opts(SecondsFormat::Millis, false),
        // What is no UTF-8 can be no JSON string either: escaped, and cut as on the window.
        text: std::str::from_utf8(payload).unwrap_or(&reading.text),
        host: source.ip(),
        port: source.port(),
        bytes: payload.len(),
        format,
        stamp,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use common::time::read;

    fn received(payload: &[u8]) -> Received {
        Received {
            time: chrono::DateTime::parse_from_rfc3339("2022-01-05T03:04:05.001234+01:00").unwrap(),
            source: "10.0.0.7:54012".parse().unwrap(),
            payload: payload.into(),
            reading: read(payload),
        }
    }

    fn json_text(payload: &[u8]) -> String {
        serde_json::to_string(&json(&received(payload))).unwrap()
    }

    #[test]
    fn a_datagram_is_four_lines_whatever_it_holds() {
        assert_eq!(
            text(&received(b"Wed Jan 5 03:04:05 2022")),
            "Date time: Wed Jan 5 03:04:05 2022\nHost: 10.0.0.7\nPort: 54012\n"
        );
        assert_eq!(
            text(&received(b"1\nHost: x\n\xFF")),
            "Date time: 1\\nHost: x\\n\\xFF\nHost: 10.0.0.7\nPort: 54012\n"
        );
    }

    #[test]
    fn json_has_the_raw_text_and_what_was_recognised() {
        assert_eq!(
            json_text(b"a\nb"),
            r#"{"event":"datagram","time_received":"2022-01-05T03:04:05.001+01:00","text":"a\nb","host":"10.0.0.7","port":54012,"bytes":3,"format":"other"}"#
        );
        assert!(json_text(b"Wed Jan 5 03:04:05 2022").ends_with(r#""bytes":23,"format":"text"}"#));
        assert!(json_text(b"\xFFA").contains(r#""text":"\\xFFA""#));
        let stamp =
            br#"{"time":"2022-01-05T03:04:05.000123+01:00","seq":17,"sender":"9f3c2a51","interval_ms":1000}"#;
        let line = json_text(stamp);
        assert!(
            line.ends_with(&format!(r#""format":"json","stamp":{}}}"#, std::str::from_utf8(stamp).unwrap())),
            "{line}"
        );
    }

    #[test]
    fn a_client_without_127_0_0_1_says_so() {
        let address = "127.0.0.1:6666".parse().unwrap();
        let line = |is_exclusive| listening_text(&Listening { address, is_exclusive });
        assert_eq!(line(true), "Listening on 127.0.0.1:6666, this computer only");
        assert_eq!(
            line(false),
            "Listening on 127.0.0.1:6666, this computer only; another program holds 127.0.0.1:6666: \
             a sender that knows only that address is heard there"
        );
    }
}
