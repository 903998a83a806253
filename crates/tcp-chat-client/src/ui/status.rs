//! The status line: with whom, and if not, why.

use std::time::Duration;

use chrono::{DateTime, FixedOffset, TimeDelta};
use common::tr;
use common::window::{Lamp, Primary, Status, status_line_ui};
use eframe::egui;

use crate::engine::{Command, Target};
use crate::model::{Link, Model};
use crate::words;

/// What the user wants of the connection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StatusIntent {
    /// For the engine.
    Command(Command),
    /// Another address.
    ChangeServer,
}

/// The state in one sentence, at the time `now`.
#[must_use]
pub fn status(link: &Link, now: DateTime<FixedOffset>) -> Status {
    match link {
        Link::Off => Status::new(Lamp::Off, tr!("tcp-chat-client-off")),
        Link::Connecting { target, attempt } => {
            Status::new(Lamp::Waiting, words::connecting(&target.to_string(), *attempt))
        }
        Link::Reached { target } => Status::new(Lamp::Waiting, words::reached(&target.to_string())),
        Link::Online { target, dialect, bot, newest_bot, .. } => {
            let bot = newest_bot.as_deref().or(bot.as_deref());
            Status::new(Lamp::On, words::connected(&target.to_string(), *dialect, bot))
        }
        Link::Waiting { target, reason, retry_at } => {
            let reason = words::lost(&target.to_string(), reason);
            let seconds = seconds_left(*retry_at - now);
            Status::new(Lamp::Waiting, tr!("tcp-chat-client-retry", reason = reason, seconds = seconds))
        }
        Link::Failed { target, reason } => {
            Status::new(Lamp::Failed, words::lost(&target.to_string(), reason))
        }
    }
}

/// Lays out the status line, and what can be done where there is no connection.
pub fn status_ui(
    ui: &mut egui::Ui,
    model: &Model,
    wanted: Option<&Target>,
    now: DateTime<FixedOffset>,
) -> Option<StatusIntent> {
    let is_active = model.is_active();
    let label = if is_active { tr!("tcp-chat-client-disconnect") } else { tr!("tcp-chat-client-connect") };
    let primary = Primary { label, is_enabled: is_active || wanted.is_some() };
    let is_pressed = status_line_ui(ui, &status(model.link(), now), primary);
    if let Link::Waiting { retry_at, .. } = model.link() {
        ui.ctx().request_repaint_after(until_next_second(*retry_at - now));
    }
    if !is_pressed {
        seeking_ui(ui, model.link())
    } else if is_active {
        Some(StatusIntent::Command(Command::Disconnect))
    } else {
        wanted.cloned().map(|wanted| StatusIntent::Command(Command::Connect(wanted)))
    }
}

/// Below the status line from the first failure on, until there is a connection.
fn seeking_ui(ui: &mut egui::Ui, link: &Link) -> Option<StatusIntent> {
    let (target, is_waiting) = match link {
        Link::Waiting { target, .. } | Link::Failed { target, .. } => (target, true),
        Link::Connecting { target, attempt } if *attempt > 1 => (target, false),
        _ => return None,
    };
    let mut intent = None;
    ui.horizontal_wrapped(|ui| {
        if ui.add_enabled(is_waiting, egui::Button::new(tr!("tcp-chat-client-try-now"))).clicked() {
            intent = Some(StatusIntent::Command(Command::Connect(target.clone())));
        }
        if ui.button(tr!("tcp-chat-client-change-server")).clicked() {
            intent = Some(StatusIntent::ChangeServer);
        }
    });
    intent
}

/// Counts 3, 2, 1 and stays there until the attempt begins.
fn seconds_left(left: TimeDelta) -> u64 {
    millis(left).max(1).div_ceil(1000)
}

/// When the count changes next.
fn until_next_second(left: TimeDelta) -> Duration {
    Duration::from_millis((millis(left) % 1000).max(100))
}

fn millis(left: TimeDelta) -> u64 {
    u64::try_from(left.num_milliseconds()).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_seconds_count_down_to_one() {
        let left = |millis| seconds_left(TimeDelta::milliseconds(millis));
        assert_eq!([4000, 3999, 1001, 1000, 1, 0, -5000].map(left), [4, 4, 2, 1, 1, 1, 1]);
    }

    #[test]
    fn the_next_frame_comes_when_the_count_changes() {
        let until = |millis| until_next_second(TimeDelta::milliseconds(millis)).as_millis();
        assert_eq!([3700, 1950, 0, -5000].map(until), [700, 950, 100, 100]);
    }
}
