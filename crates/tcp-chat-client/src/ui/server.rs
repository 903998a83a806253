//! Where to connect, among the settings.

use common::tr;
use common::window::{HostField, port_field_ui, room_ui};
use eframe::egui;

use crate::engine::{Command, DialectChoice, Target};
use crate::kept::Kept;
use crate::model::Model;

/// The fields, which may differ from the connection there is.
#[derive(Debug, Clone)]
pub struct ServerForm {
    host: HostField,
    port: u16,
    dialect: DialectChoice,
}

impl ServerForm {
    /// Fields that show `target`.
    #[must_use]
    pub fn new(target: &Target) -> Self {
        Self { host: HostField::new(&target.host), port: target.port, dialect: target.dialect }
    }

    /// What the fields say, if that can be connected to.
    #[must_use]
    pub fn target(&self) -> Option<Target> {
        let host = self.host.host().ok()?;
        Some(Target { host, port: self.port, dialect: self.dialect })
    }
}

/// Lays out the rooms of the chat client; a command where another server is wanted.
pub fn rooms_ui(ui: &mut egui::Ui, form: &mut ServerForm, kept: &mut Kept, model: &Model) -> Option<Command> {
    let command =
        room_ui(ui, tr!("tcp-chat-client-room-connection"), |ui| connection_ui(ui, form, kept, model));
    room_ui(ui, tr!("tcp-chat-client-room-messages"), |ui| {
        ui.checkbox(&mut kept.send_unsent, tr!("tcp-chat-client-send-by-itself"));
    });
    command
}

fn connection_ui(
    ui: &mut egui::Ui,
    form: &mut ServerForm,
    kept: &mut Kept,
    model: &Model,
) -> Option<Command> {
    ui.horizontal_wrapped(|ui| form.host.ui(ui, tr!("tcp-chat-client-host")));
    ui.horizontal_wrapped(|ui| port_field_ui(ui, &mut form.port, 1));
    let dialects = [
        (DialectChoice::Auto, tr!("tcp-chat-client-dialect-auto")),
        (DialectChoice::Records, tr!("tcp-chat-client-dialect-records")),
        (DialectChoice::Plain, tr!("tcp-chat-client-dialect-plain")),
    ];
    ui.horizontal_wrapped(|ui| {
        ui.label(tr!("tcp-chat-client-dialect")).on_hover_text(tr!("tcp-chat-client-dialect-hint"));
        for (dialect, name) in dialects {
            ui.radio_value(&mut form.dialect, dialect, name)
                .on_hover_text(tr!("tcp-chat-client-dialect-hint"));
        }
    });
    ui.checkbox(&mut kept.reconnect, tr!("tcp-chat-client-reconnect"));
    let wanted = form.target();
    let is_other = wanted.as_ref().is_some_and(|wanted| model.target() != Some(wanted));
    let is_wanted = ui
        .add_enabled(is_other || !model.is_active(), egui::Button::new(tr!("tcp-chat-client-connect-there")))
        .clicked();
    wanted.filter(|_| is_wanted).map(Command::Connect)
}
