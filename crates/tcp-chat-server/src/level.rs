//! How much an event matters.

use common::window::{LogPane, Tone};
use serde::Serialize;

use crate::engine::{DisconnectReason, Event};
use crate::lines;

/// How much an event matters to whoever runs the server.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    /// All is well.
    Info,
    /// Somebody got no answer, or one from another bot than the first.
    Warning,
    /// The server cannot do its work.
    Error,
}

impl Level {
    /// The level of an event.
    #[must_use]
    pub fn of(event: &Event) -> Self {
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
                DisconnectReason::AtFault { .. }
                | DisconnectReason::SlowReader
                | DisconnectReason::Broken(_) => Level::Warning,
                DisconnectReason::Internal => Level::Error,
            },
            Event::Listening { .. }
            | Event::Connected(_)
            | Event::Asked { .. }
            | Event::Answered { .. }
            | Event::Stopped => Level::Info,
        }
    }
}

/// Adds an event to the window's log, with its time and, where it is none of the usual, its level.
pub(crate) fn log(pane: &mut LogPane, time: &str, event: &Event) {
    let text = lines::text(event);
    match Level::of(event) {
        Level::Info => pane.push(format!("{time}  {text}")),
        Level::Warning => pane.push_toned(format!("{time}  Warning: {text}"), Tone::Waiting),
        Level::Error => pane.push_toned(format!("{time}  Error: {text}"), Tone::Bad),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::{BotError, BotFailure, Client, ClientId, Excerpt};
    use common::chat::FailReason;
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
        let failure = BotFailure { bot: "Qingyun".into(), error: BotError::Status(502), rests_for: None };
        let failed = Event::Failed { client, reason: FailReason::BotTimeout, message: "late".into() };
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
            assert_eq!(Level::of(&event), level, "{event:?}");
        }
    }

    #[test]
    fn a_level_is_a_word_in_the_log() {
        let mut pane = LogPane::new(10);
        log(&mut pane, "14:01:10", &Event::Stopped);
        log(&mut pane, "14:01:11", &Event::AcceptFailed { reason: "no descriptors".into() });
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
