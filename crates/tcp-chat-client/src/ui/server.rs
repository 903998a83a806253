//! Where the server is: fields that are there while there is no connection, and whenever they are wanted.

use std::time::Duration;

use chrono::{DateTime, FixedOffset, TimeDelta};
use common::tr;
use common::window::{HostField, PortField};
use eframe::egui::{self, Button, Key, Modifiers};

use crate::config::Config;
use crate::engine::{ServerHost, Target};
use crate::model::{Link, Model};

/// The fields, which may differ from the connection there is.
#[derive(Debug, Clone)]
pub(super) struct ServerForm {
    host: HostField<ServerHost>,
    port: PortField,
    /// The user asked for the fields, or has typed into them.
    is_open: bool,
    /// The next frame puts the keyboard into the first field.
    wants_focus: bool,
}

/// What the user wants of the connection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum ServerIntent {
    Connect(Target),
    /// The fields are not wanted any more.
    Leave,
}

impl ServerForm {
    /// Fields that show `target`.
    pub(super) fn new(target: &Target) -> Self {
        Self {
            host: HostField::new(&target.host),
            port: PortField::of_port(target.port),
            is_open: false,
            wants_focus: false,
        }
    }

    /// What the fields say, if that can be connected to.
    pub(super) fn target(&self, config: &Config) -> Option<Target> {
        Some(Target { host: self.host.host().ok()?, port: self.port.port().ok()?, ..config.target() })
    }

    /// Shows the fields, and gives them the keyboard.
    pub(super) fn open(&mut self) {
        (self.is_open, self.wants_focus) = (true, true);
    }

    /// Lays out the fields below the status line. Where there is no other button that connects, one stands behind them.
    pub(super) fn ui(&mut self, ui: &mut egui::Ui, model: &Model, config: &Config) -> Option<ServerIntent> {
        let is_sought = match model.link() {
            Link::Off | Link::Waiting { .. } | Link::Failed(_) => true,
            Link::Connecting { attempt, .. } => *attempt > 1,
            Link::Reached { .. } | Link::Online { .. } | Link::KeyAsked { .. } | Link::PassAsked { .. } => {
                false
            }
        };
        if !self.is_open && !is_sought {
            return None;
        }
        let target = self.target(config);
        let mut is_wanted = false;
        ui.horizontal_wrapped(|ui| {
            let host = self.host.ui(ui, tr!("tcp-chat-client-host"));
            let port = self.port.ui(ui, tr!("address-port"));
            if std::mem::take(&mut self.wants_focus) {
                host.request_focus();
            }
            self.is_open |= host.changed() || port.changed();
            is_wanted =
                (host.lost_focus() || port.lost_focus()) && ui.input(|input| input.key_pressed(Key::Enter));
            if model.is_active() {
                let is_same = target.is_some() && target.as_ref() == model.target();
                let label = if is_same && is_sought {
                    tr!("tcp-chat-client-try-now")
                } else {
                    tr!("tcp-chat-client-connect")
                };
                let is_useful =
                    target.is_some() && (!is_same || matches!(model.link(), Link::Waiting { .. }));
                is_wanted |= ui.add_enabled(is_useful, Button::new(label)).clicked();
            }
            self.port.fault_ui(ui);
        });
        // What is wrong with it is said beside it.
        self.wants_focus = is_wanted && target.is_none();
        if is_wanted && let Some(target) = target {
            self.is_open = false;
            return Some(ServerIntent::Connect(target));
        }
        let is_left = self.is_open && ui.input_mut(|input| input.consume_key(Modifiers::NONE, Key::Escape));
        if is_left {
            if let Some(target) = model.target() {
                *self = Self::new(target);
            }
            self.is_open = false;
        }
        is_left.then_some(ServerIntent::Leave)
    }
}

/// When the count of `link` changes next.
pub(super) fn next_count(link: &Link, now: DateTime<FixedOffset>) -> Option<Duration> {
    match link {
        Link::Waiting { retry_at, .. } => Some(until_next_second(*retry_at - now)),
        _ => None,
    }
}

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
