//! How much an event matters.

use chrono::{DateTime, FixedOffset};
use common::status::{Level, Tone};
use common::tr;
use common::window::{LogFilter, LogLine, LogPane};

use crate::engine::{DisconnectReason, Event};
use crate::lines;

/// What the log knows a level by: the more it matters, the higher.
fn tag(level: Level) -> u32 {
    match level {
        Level::Info => 0,
        Level::Warning => 1,
        Level::Error => 2,
    }
}

/// The level of an event.
#[must_use]
pub fn level_of(event: &Event) -> Level {
    match event {
        Event::ListenFailed(_) | Event::AcceptFailed { .. } => Level::Error,
        Event::FewDescriptors { .. }
        | Event::BotNotice { .. }
        | Event::Refused { .. }
        | Event::Failed { .. } => Level::Warning,
        Event::Answered { failures, .. } if !failures.is_empty() => Level::Warning,
        Event::Disconnected { reason, .. } => match reason {
            DisconnectReason::ClosedByClient | DisconnectReason::ByUser | DisconnectReason::Stopped => {
                Level::Info
            }
            DisconnectReason::AtFault { .. } | DisconnectReason::SlowReader | DisconnectReason::Broken(_) => {
                Level::Warning
            }
            DisconnectReason::Internal => Level::Error,
        },
        Event::Listening { .. }
        | Event::Connected(_)
        | Event::Asked { .. }
        | Event::Answered { .. }
        | Event::Stopped => Level::Info,
    }
}

/// Adds an event to the window's log, with its time and, where it is none of the usual, its level.
pub(crate) fn log(pane: &mut LogPane, now: DateTime<FixedOffset>, event: &Event) {
    let (text, time) = (lines::text(event), now.format("%H:%M:%S"));
    let level = level_of(event);
    let (text, tone) = match level {
        Level::Info => (text, None),
        Level::Warning => (tr!("tcp-chat-server-level-warning", text = text), Some(Tone::Waiting)),
        Level::Error => (tr!("tcp-chat-server-level-error", text = text), Some(Tone::Bad)),
    };
    pane.add(LogLine { text: &format!("{time}  {text}"), tone, tag: tag(level), time: Some(now) });
}

/// Tells the log that it lacks some events.
pub(crate) fn log_drops(pane: &mut LogPane, now: DateTime<FixedOffset>, count: u64) {
    let (time, level) = (now.format("%H:%M:%S"), Level::Warning);
    let text = tr!("tcp-chat-server-level-warning", text = lines::dropped(count));
    let (text, tone) = (format!("{time}  {text}"), Some(Tone::Waiting));
    pane.add(LogLine { text: &text, tone, tag: tag(level), time: Some(now) });
}

/// Lets through what matters at least as much as `least`.
pub(crate) fn filter(least: Level) -> Option<LogFilter> {
    let least = tag(least);
    (least > 0).then(|| Box::new(move |line: &LogLine<'_>| line.tag >= least) as LogFilter)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bot::{AskError, BotError, BotFailure};
    use crate::engine::{Client, ClientId, Excerpt};
    use std::time::Duration;

    #[test]
    fn what_needs_somebody_stands_out() {
        let client = Client { id: ClientId(1), addr: "127.0.0.1:46114".parse().unwrap() };
        let answered = |failures| Event::Answered {
            client,
            bot: "Built-in".into(),
            text: Excerpt::new("hi"),
            elapsed: Duration::ZERO,
            failures,
        };
        let failure = BotFailure::Failed { bot: "Qingyun".into(), error: BotError::Status { status: 502 } };
        let failed = Event::Failed { client, error: AskError::NoBots.into() };
        let gone = |reason| Event::Disconnected { client, reason };
        for (event, level) in [
            (answered(vec![]), Level::Info),
            (answered(vec![failure]), Level::Warning),
            (failed, Level::Warning),
            (gone(DisconnectReason::ClosedByClient), Level::Info),
            (gone(DisconnectReason::SlowReader), Level::Warning),
            (gone(DisconnectReason::Internal), Level::Error),
            (Event::AcceptFailed { reason: "no descriptors".into() }, Level::Error),
        ] {
            assert_eq!(level_of(&event), level, "{event:?}");
        }
    }

    #[test]
    fn a_level_is_a_word_in_the_log() {
        let mut pane = LogPane::new(10);
        let time = DateTime::parse_from_rfc3339("2026-11-22T14:01:10+01:00").unwrap();
        log(&mut pane, time, &Event::Stopped);
        log(
            &mut pane,
            time + Duration::from_secs(1),
            &Event::AcceptFailed { reason: "no descriptors".into() },
        );
        let lines: Vec<&str> = pane.lines().collect();
        assert_eq!(
            lines,
            [
                "14:01:10  Stopped",
                "14:01:11  Error: No connection can be taken, trying again: no descriptors"
            ]
        );
    }
}
