//! Where to connect, among the settings.

use common::encoding::EncodingChoice;
use common::tr;
use common::window::{HostField, PortField, section_ui};
use eframe::egui;

use crate::config::Config;
use crate::engine::{DialectChoice, Target};
use crate::model::Model;

/// The fields, which may differ from the connection there is.
#[derive(Debug, Clone)]
pub(super) struct ServerForm {
    host: HostField,
    port: PortField,
    dialect: DialectChoice,
    encoding: EncodingChoice,
}

impl ServerForm {
    /// Fields that show `target`.
    pub(super) fn new(target: &Target) -> Self {
        Self {
            host: HostField::new(&target.host),
            port: PortField::of_port(target.port),
            dialect: target.dialect,
            encoding: target.encoding,
        }
    }

    /// What the fields say, if that can be connected to.
    pub(super) fn target(&self) -> Option<Target> {
        let host = self.host.host().ok()?;
        Some(Target { host, port: self.port.port().ok()?, dialect: self.dialect, encoding: self.encoding })
    }
}

const CONNECTION_KEYS: &[&str] = &["server", "port", "dialect", "encoding", "reconnect"];

/// Lays out the settings of the chat client; a target where the user wants to connect there.
pub(super) fn settings_ui(
    ui: &mut egui::Ui,
    form: &mut ServerForm,
    config: &mut Config,
    model: &Model,
) -> Option<Target> {
    let target = section_ui(ui, tr!("tcp-chat-client-room-connection"), CONNECTION_KEYS, |ui| {
        connection_ui(ui, form, config, model)
    });
    section_ui(ui, tr!("tcp-chat-client-room-messages"), &["send_unsent"], |ui| {
        ui.checkbox(&mut config.send_unsent, tr!("tcp-chat-client-send-by-itself"));
    });
    target
}

fn connection_ui(
    ui: &mut egui::Ui,
    form: &mut ServerForm,
    config: &mut Config,
    model: &Model,
) -> Option<Target> {
    ui.horizontal_wrapped(|ui| form.host.ui(ui, tr!("tcp-chat-client-host")));
    ui.horizontal_wrapped(|ui| {
        form.port.ui(ui, tr!("address-port"));
        form.port.fault_ui(ui);
    });
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
    ui.checkbox(&mut config.reconnect, tr!("tcp-chat-client-reconnect"));
    let wanted = form.target();
    let is_other = wanted.as_ref().is_some_and(|wanted| model.target() != Some(wanted));
    let is_wanted = ui
        .add_enabled(is_other || !model.is_active(), egui::Button::new(tr!("tcp-chat-client-connect-there")))
        .clicked();
    wanted.filter(|_| is_wanted)
}
