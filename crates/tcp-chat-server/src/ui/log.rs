//! Events as rows of the log.

use chrono::{DateTime, FixedOffset};
use common::engine::Event as _;
use common::status::{Level, Tone};
use common::texts::sentence;
use common::tr;
use common::window::{LogFilter, LogLine, LogPane};

use crate::event::Event;

/// Adds an event to the window's log, with its time and, where it is none of the usual, its level.
pub(super) fn log(pane: &mut LogPane, now: DateTime<FixedOffset>, event: &Event) {
    add(pane, now, event.level(), sentence(event));
}

/// Tells the log that it lacks some events.
pub(super) fn log_drops(pane: &mut LogPane, now: DateTime<FixedOffset>, count: u64) {
    add(pane, now, Level::Warning, tr!("headless-event-dropped", count = count));
}

fn add(pane: &mut LogPane, now: DateTime<FixedOffset>, level: Level, text: String) {
    let (text, tone) = match level {
        Level::Info => (text, None),
        Level::Warning => (tr!("tcp-chat-server-level-warning", text = text), Some(Tone::Waiting)),
        Level::Error => (tr!("tcp-chat-server-level-error", text = text), Some(Tone::Bad)),
    };
    let text = format!("{}  {text}", now.format("%H:%M:%S"));
    pane.add(LogLine { text: &text, tone, tag: level as u32, time: Some(now) });
}

/// Lets through what matters at least as much as `least`.
pub(super) fn filter(least: Level) -> Option<LogFilter> {
    (least > Level::Info).then(|| Box::new(move |line: &LogLine<'_>| line.tag >= least as u32) as LogFilter)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn a_level_is_a_word_in_the_log() {
        let mut pane = LogPane::new(10);
        let time = DateTime::parse_from_rfc3339("2026-11-22T14:01:10+01:00").unwrap();
        log(&mut pane, time, &Event::Stopped);
        log(
            &mut pane,
            time + Duration::from_secs(1),
            &Event::AcceptFailed { message: "no descriptors".into() },
        );
        let lines: Vec<&str> = pane.lines().collect();
        assert_eq!(
            lines,
            ["14:01:10  Stopped", "14:01:11  Error: Cannot accept connections, trying again: no descriptors"]
        );
    }
}
