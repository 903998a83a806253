//! The engine without a window: its events as lines.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use common::cli::{self, Failure, Lines, OutputArgs};
use common::engine::{Flavor, SystemClock, Waker, start};

use crate::engine::{self, Backlog, Command, Event, Listening, Received, Settings, Snapshot};
use crate::json::Line;
use crate::model::counters;
use crate::words::{clock_notes, elsewhere_note, listening_sentence, quality, sender, signed};

/// Listens until Ctrl-C or SIGTERM; tells the quality of each sender every `stats` seconds.
///
/// # Errors
/// Where the address cannot be listened on, the engine cannot be started, or standard output fails
/// otherwise than by being closed.
pub fn run(settings: Settings, output: OutputArgs, stats: Option<u32>) -> Result<(), Failure> {
    let backlog = Arc::new(Backlog::default());
    let shared = Arc::clone(&backlog);
    let run = |link| engine::run(link, SystemClock, shared);
    let mut handle = start("receiver", Flavor::CurrentThread, Waker::none(), Snapshot::default(), run)
        .map_err(Failure::run)?;
    let report = stats.map(|seconds| Command::ReportEvery(Duration::from_secs(seconds.into())));
    for command in report.into_iter().chain([Command::Listen(settings)]) {
        if handle.command(command).is_err() {
            return Err(Failure::run(anyhow::anyhow!("the engine ended before it began")));
        }
    }
    let mut lines = Lines::new(output);
    let mut has_listened = false;
    let mut told_lost = 0;
    let mut printed = Ok(());
    while printed.is_ok() {
        let Some(event) = handle.wait_event() else { break };
        printed = match event {
            Event::CannotListen(error) if !has_listened => {
                handle.stop();
                return Err(Failure::usage(error));
            }
            Event::CannotListen(error) => {
                let error = error.to_string();
                lines.print(&format!("error: {error}"), &Line::Error { error: &error })
            }
            Event::Listening(listening) => {
                has_listened = true;
                lines.print(&listening_text(&listening), &Line::listening(&listening))
            }
            Event::Stopped => Ok(()),
            Event::Waiting => {
                let rows = backlog.take();
                let lost = handle.snapshot().lost;
                let missing = rows.gone() + lost.saturating_sub(std::mem::replace(&mut told_lost, lost));
                print_missing(&mut lines, missing).and_then(|()| print_rows(&mut lines, rows))
            }
            Event::Report => print_report(&mut lines, &handle.snapshot()),
        };
    }
    handle.finish().map_err(Failure::run).and(cli::printed(printed))
}

fn print_rows(lines: &mut Lines, rows: engine::Rows) -> io::Result<()> {
    for received in rows {
        let reading = received.reading();
        lines.add(&text(&received, &reading.shown()), &Line::datagram(&received, &reading))?;
    }
    lines.flush()
}

/// Says how many datagrams are not among the lines, where some are not.
fn print_missing(lines: &mut Lines, count: u64) -> io::Result<()> {
    if count == 0 {
        return Ok(());
    }
    lines.print(&format!("{count} datagrams came too fast to be shown"), &Line::Dropped { count })
}

fn print_report(lines: &mut Lines, snapshot: &Snapshot) -> io::Result<()> {
    for row in snapshot.senders.iter() {
        let mut line = format!("Quality of {}: {}", sender(row), quality(row, snapshot.now_us));
        for note in clock_notes(&row.quality) {
            line.extend(["; ", &note]);
        }
        lines.add(&line, &Line::quality(row, snapshot.now_us))?;
    }
    let mut line = format!("Datagrams: {}", counters(snapshot).replace("   ", ", "));
    if let Some(set) = snapshot.clock_set {
        let at = set.seen.format("%H:%M:%S");
        line = format!("{line}; this computer's clock jumped by {} at {at}", signed(set.by_us));
    }
    lines.add(&line, &Line::counters(snapshot))?;
    lines.flush()
}

fn listening_text(listening: &Listening) -> String {
    let sentence = listening_sentence(listening);
    match elsewhere_note(listening) {
        Some(note) => format!("{sentence}; {note}"),
        None => sentence,
    }
}

/// Three lines and an empty one, as the original demo shows them.
fn text(Received { source, .. }: &Received, shown: &str) -> String {
    format!("Date time: {shown}\nHost: {}\nPort: {}\n", source.ip(), source.port())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::{Mark, RowId};

    fn received(payload: &[u8]) -> Received {
        Received {
            time: chrono::DateTime::parse_from_rfc3339("2022-01-05T03:04:05.001234+01:00").unwrap(),
            source: "10.0.0.7:54012".parse().unwrap(),
            payload: payload.to_vec().into(),
            sender: RowId(0),
            mark: Mark::InOrder { lost: 0 },
        }
    }

    fn json_text(received: &Received) -> String {
        serde_json::to_string(&Line::datagram(received, &received.reading())).unwrap()
    }

    #[test]
    fn a_datagram_is_four_lines_whatever_it_holds() {
        let text = |payload: &[u8]| text(&received(payload), &received(payload).reading().shown());
        assert_eq!(
            text(b"Wed Jan 5 03:04:05 2022"),
            "Date time: Wed Jan 5 03:04:05 2022\nHost: 10.0.0.7\nPort: 54012\n"
        );
        assert_eq!(
            text(b"1\nHost: x\n\xFF"),
            "Date time: 1\\nHost: x\\n\\xFF\nHost: 10.0.0.7\nPort: 54012\n"
        );
    }

    #[test]
    fn json_has_the_raw_text_and_what_was_recognised() {
        assert_eq!(
            json_text(&received(b"a\nb")),
            r#"{"event":"datagram","time_received":"2022-01-05T03:04:05.001234+01:00","text":"a\nb","host":"10.0.0.7","port":54012,"bytes":3,"format":"other"}"#
        );
        assert!(json_text(&received(b"Wed Jan 5 03:04:05 2022")).ends_with(r#""bytes":23,"format":"text"}"#));
        assert!(json_text(&received(b"\xFFA")).contains(r#""text":"\\xFFA""#));
        let stamp =
            br#"{"time":"2022-01-05T03:04:05.000123+01:00","seq":17,"sender":"9f3c2a51","interval_ms":1000}"#;
        let mut late = received(stamp);
        late.mark = Mark::Reordered;
        let line = json_text(&late);
        let stamp = std::str::from_utf8(stamp).unwrap();
        assert!(
            line.ends_with(&format!(r#""format":"json","mark":"reordered","stamp":{stamp}}}"#)),
            "{line}"
        );
        late.mark = Mark::InOrder { lost: 3 };
        assert!(json_text(&late).contains(r#""lost_before":3,"#));
    }

    #[test]
    fn each_kind_of_line_is_in_the_manual() {
        let manual = include_str!("../../../docs/time.md");
        for line in [
            Line::Listening {
                address: "127.0.0.1:6666".parse().unwrap(),
                exclusive: true,
                rival: false,
                receive_buffer_bytes: 32 << 20,
            },
            Line::Dropped { count: 12 },
            Line::Error { error: "..." },
        ] {
            let line = serde_json::to_string(&line).unwrap();
            assert!(manual.contains(&line), "{line}");
        }
    }

    #[test]
    fn a_client_without_127_0_0_1_says_so() {
        let address = "127.0.0.1:6666".parse().unwrap();
        let line = |is_exclusive| listening_text(&Listening::at(address, is_exclusive));
        assert_eq!(line(true), "Listening on 127.0.0.1:6666, this computer only");
        assert_eq!(
            line(false),
            "Listening on 127.0.0.1:6666, this computer only; another program holds 127.0.0.1:6666: \
             a sender that knows only that address is heard there"
        );
        let rival = Listening { has_rival: true, ..Listening::at("0.0.0.0:6666".parse().unwrap(), false) };
        assert!(listening_text(&rival).contains("the one that began last"));
    }
}
