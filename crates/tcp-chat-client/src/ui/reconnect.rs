//! What can be done while there is no connection.

use std::time::Duration;

use chrono::{DateTime, FixedOffset, TimeDelta};
use common::tr;
use eframe::egui;

use crate::engine::Target;
use crate::model::Link;

/// What the user wants of the connection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum ReconnectIntent {
    /// The next attempt now.
    Connect(Target),
    /// Another address.
    ChangeServer,
}

/// Below the status line from the first failure on, until there is a connection.
pub(super) fn reconnect_ui(
    ui: &mut egui::Ui,
    link: &Link,
    now: DateTime<FixedOffset>,
) -> Option<ReconnectIntent> {
    if let Link::Waiting { retry_at, .. } = link {
        ui.ctx().request_repaint_after(until_next_second(*retry_at - now));
    }
    let (target, is_waiting) = match link {
        Link::Waiting { reason, .. } | Link::Failed(reason) => (reason.target(), true),
        Link::Connecting { target, attempt } if *attempt > 1 => (target, false),
        _ => return None,
    };
    let mut intent = None;
    ui.horizontal_wrapped(|ui| {
        if ui.add_enabled(is_waiting, egui::Button::new(tr!("tcp-chat-client-try-now"))).clicked() {
            intent = Some(ReconnectIntent::Connect(target.clone()));
        }
        if ui.button(tr!("tcp-chat-client-change-server")).clicked() {
            intent = Some(ReconnectIntent::ChangeServer);
        }
    });
    intent
}

/// When the count changes next.
fn until_next_second(left: TimeDelta) -> Duration {
    Duration::from_millis((u64::try_from(left.num_milliseconds()).unwrap_or(0) % 1000).max(100))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_next_frame_comes_when_the_count_changes() {
        let until = |millis| until_next_second(TimeDelta::milliseconds(millis)).as_millis();
        assert_eq!([3700, 1950, 0, -5000].map(until), [700, 950, 100, 100]);
    }
}
