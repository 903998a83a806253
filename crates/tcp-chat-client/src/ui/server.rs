//! Where the server is: fields that are there while there is no connection, and whenever they are wanted.

use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, FixedOffset, TimeDelta};
use common::chat::Invitation;
use common::tr;
use common::window::shell::quiet;
use common::window::{HostField, PortField, is_entered, live, open_check, primary_button_ui};
use eframe::egui::{self, Align, Button, Event, Key, Label, Layout, Modifiers, UiBuilder};

use super::found::{ROW_HEIGHT, found_ui};
use crate::config::Config;
use crate::engine::{FoundServer, ServerHost, ServerHostError, Target};
use crate::model::{Connection, Model};

/// Between the fields and why there is no server, in points.
const WHY_GAP: f32 = 12.0;

/// How many of the servers that are heard are seen at a time: in the middle of the window, and above a conversation.
const FOUND_ROWS: u8 = 5;
const FOUND_ROWS_ABOVE: u8 = 2;

/// Above and below them in the middle of the window, in points: what they are, and the button that looks why there is no server.
const AROUND_FOUND: f32 = 72.0;

/// In a lower window one of them is seen, in points.
const LOW: f32 = 320.0;

/// Lower than this, no server that is heard has room beside the text box, in points.
const LOWEST: f32 = 270.0;

/// The fields, which may differ from the connection there is.
#[derive(Debug, Clone)]
pub(super) struct ServerForm {
    host: HostField<ServerHost>,
    port: PortField,
    /// The user asked for the fields, or has typed into them.
    is_open: bool,
    /// The next frame puts the keyboard into the first field.
    wants_focus: bool,
    /// Width of the row in the last frame, by which it is put in the middle.
    width: f32,
}

/// What the user wants of the connection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum ServerAction {
    Connect(Target),
    /// An invitation was typed or pasted in place of an address: these settings come of it.
    Invited(Config),
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
            width: 0.0,
        }
    }

    /// Host and port as they are typed, the port in its field or behind the host.
    fn typed(&self) -> Option<(ServerHost, u16)> {
        match self.host.host() {
            Ok(host) => Some((host, self.port.port().ok()?)),
            Err(ServerHostError::WithPort { host, port }) => Some((host.parse().ok()?, port)),
            Err(_) => None,
        }
    }

    /// What the fields say, if that can be connected to.
    pub(super) fn target(&self, config: &Config) -> Option<Target> {
        let ((host, port), known) = (self.typed()?, config.target());
        // What is trusted, and told, is one server's.
        let is_same = host == known.host && port == known.port;
        let trust = if is_same { Arc::clone(&known.trust) } else { Arc::default() };
        Some(Target { host, port, trust, ..known })
    }

    /// The settings that come of an invitation, where one stands in place of an address.
    fn invited(&self, config: &Config) -> Option<Config> {
        let invitation = self.host.text().parse::<Invitation>().ok()?;
        config.clone().invited(&invitation)
    }

    /// Whether what is typed, which may be an invitation, stands for `target`.
    pub(super) fn names(&self, target: &Target, config: &Config) -> bool {
        let named = self.invited(config).map(|config| config.target()).or_else(|| self.target(config));
        named.as_ref() == Some(target)
    }

    /// Shows the fields, and gives them the keyboard.
    pub(super) fn open(&mut self) {
        (self.is_open, self.wants_focus) = (true, true);
    }

    /// Lays out the fields in the middle of `ui`, below what is said about the server.
    pub(super) fn middle_ui(
        &mut self,
        ui: &mut egui::Ui,
        model: &Model,
        config: &Config,
        why: Option<&str>,
    ) -> Option<ServerAction> {
        let room = ui.available_rect_before_wrap();
        let left = (room.center().x - self.width / 2.0).max(room.left());
        let (above, below) = room.split_top_bottom_at_fraction(0.5);
        // There all the while, so that nothing moves when the next attempt is made.
        let above = above.with_max_y(above.bottom() - WHY_GAP);
        let sentence = UiBuilder::new().max_rect(above).layout(Layout::bottom_up(Align::Center));
        live(&ui.new_child(sentence.id_salt("why")).add(Label::new(why.unwrap_or_default()).wrap()));
        let row = UiBuilder::new().max_rect(below.with_min_x(left)).id_salt("row");
        let mut row = ui.new_child(row);
        let (shown, width) = self.row_ui(&mut row, model, config, true);
        row.set_max_width(width);
        let room = below.bottom() - row.min_rect().bottom() - AROUND_FOUND;
        let fits = |rows: &u8| ROW_HEIGHT * f32::from(*rows) <= room;
        self.found_ui(&mut row, model, (1..=FOUND_ROWS).rev().find(fits).unwrap_or(1));
        let below = below.with_min_y(row.min_rect().bottom() + WHY_GAP);
        let centered = UiBuilder::new().max_rect(below).layout(Layout::top_down(Align::Center));
        check_ui(&mut ui.new_child(centered.id_salt("check")), model);
        if (std::mem::replace(&mut self.width, width) - width).abs() > 0.5 {
            ui.ctx().request_discard("the fields of the server have another width");
        }
        shown
    }

    /// Lays out the fields, where they are wanted.
    pub(super) fn ui(&mut self, ui: &mut egui::Ui, model: &Model, config: &Config) -> Option<ServerAction> {
        if !self.is_open && !is_sought(model) {
            return None;
        }
        let action = self.row_ui(ui, model, config, false).0;
        if action.is_none() {
            let height = ui.ctx().content_rect().height();
            // In the lowest window there is room for them or for the text box: they are for whoever asked for the fields.
            if height >= LOWEST || self.is_open {
                self.found_ui(ui, model, if height < LOW { 1 } else { FOUND_ROWS_ABOVE });
            }
        }
        action
    }

    /// The servers that are heard on the network. A press on one fills the fields; nothing is said to it before the user connects.
    fn found_ui(&mut self, ui: &mut egui::Ui, model: &Model, rows: u8) {
        let is_chosen = |FoundServer { found, .. }: &FoundServer| {
            self.host.text() == found.host.to_string() && self.port.port() == Ok(found.port)
        };
        if let Some(error) = model.discovery_error() {
            ui.add(quiet(ui, error).wrap());
        }
        if let Some(FoundServer { found, .. }) = found_ui(ui, model.found(), is_chosen, rows) {
            self.host = HostField::new(&found.host);
            self.port = PortField::of_port(found.port);
            // Enter connects.
            (self.is_open, self.wants_focus) = (true, true);
        }
    }

    /// Label and field of server and port. Where there is no other button that connects, one stands behind them.
    fn row_ui(
        &mut self,
        ui: &mut egui::Ui,
        model: &Model,
        config: &Config,
        is_in_middle: bool,
    ) -> (Option<ServerAction>, f32) {
        let is_sought = is_sought(model);
        let (mut target, mut invited) = (None, None);
        let (mut is_wanted, mut is_left, mut is_pasted) = (false, false, false);
        let row = ui.horizontal_wrapped(|ui| {
            let host = self.host.ui(ui, tr!("tcp-chat-client-host"));
            let port = self.port.ui(ui, tr!("address-port"));
            if std::mem::take(&mut self.wants_focus) {
                host.request_focus();
            }
            self.is_open |= host.changed() || port.changed();
            is_wanted = is_entered(&host) || is_entered(&port);
            // One that is typed is followed when it is whole.
            is_pasted = host.changed()
                && ui.input(|input| input.events.iter().any(|event| matches!(event, Event::Paste(_))));
            (target, invited) = (self.target(config), self.invited(config));
            if model.is_active() {
                let is_same = target.is_some() && target.as_ref() == model.target();
                let label = if is_same && is_sought {
                    tr!("tcp-chat-client-try-now")
                } else {
                    tr!("tcp-chat-client-connect")
                };
                let is_useful = invited.is_some()
                    || target.is_some()
                        && (!is_same || matches!(model.connection(), Connection::Waiting { .. }));
                let add = |ui: &mut egui::Ui, button: Button<'_>| ui.add_enabled(is_useful, button);
                // The thing to do now, where there is no server.
                let button =
                    if is_sought { primary_button_ui(ui, label, add) } else { add(ui, Button::new(label)) };
                is_wanted |= button.clicked();
                is_left = button.lost_focus();
            }
            is_left |= host.lost_focus() || port.lost_focus();
            self.port.fault_ui(ui);
            if !is_in_middle {
                check_ui(ui, model);
            }
        });
        let width = row.response.rect.width();
        if is_pasted || is_wanted {
            if let Some(config) = invited {
                self.is_open = false;
                return (Some(ServerAction::Invited(config)), width);
            }
            if let Err(ServerHostError::WithPort { host, port }) = self.host.host() {
                (self.host, self.port) = (HostField::new(&host), PortField::of_port(port));
            }
        }
        // What is wrong with it is said beside it.
        self.wants_focus = is_wanted && target.is_none();
        if is_wanted && let Some(target) = target {
            self.is_open = false;
            return (Some(ServerAction::Connect(target)), width);
        }
        // Elsewhere it is another's key.
        let is_left =
            is_left && self.is_open && ui.input_mut(|input| input.consume_key(Modifiers::NONE, Key::Escape));
        if is_left {
            if let Some(target) = model.target() {
                *self = Self { width: self.width, ..Self::new(target) };
            }
            self.is_open = false;
        }
        (is_left.then_some(ServerAction::Leave), width)
    }
}

/// Lays out the way to find out why there is no server, where there is none.
fn check_ui(ui: &mut egui::Ui, model: &Model) {
    if is_sought(model) && ui.button(tr!("check-open")).clicked() {
        open_check(ui.ctx());
    }
}

/// Whether there is no server, as far as is known.
pub(super) fn is_sought(model: &Model) -> bool {
    match model.connection() {
        Connection::Off | Connection::Waiting { .. } | Connection::Failed(_) => true,
        Connection::Connecting { attempt, .. } => *attempt > 1,
        Connection::Reached { .. }
        | Connection::Online { .. }
        | Connection::KeyAsked { .. }
        | Connection::PassAsked { .. } => false,
    }
}

/// When the count of seconds in the status changes next.
pub(super) fn next_count(connection: &Connection, now: DateTime<FixedOffset>) -> Option<Duration> {
    match connection {
        Connection::Waiting { retry_at, .. } => Some(until_next_second(*retry_at - now)),
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
