//! Where to connect.

use common::window::{HostField, port_field_ui};
use eframe::egui::{self, PopupCloseBehavior, containers::menu};

use crate::engine::{Command, DialectChoice, Target};
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

/// Lays out the fields, and a button where they name another server than that of the connection.
pub fn server_ui(ui: &mut egui::Ui, form: &mut ServerForm, model: &Model) -> Option<Command> {
    form.host.ui(ui, "Server");
    port_field_ui(ui, &mut form.port, 1);
    let wanted = form.target().filter(|wanted| model.target().is_some_and(|target| target != wanted))?;
    ui.button("Connect there").clicked().then_some(Command::Connect(wanted))
}

/// The same behind a button, for a window without room.
pub fn server_menu_ui(ui: &mut egui::Ui, form: &mut ServerForm, model: &Model) -> Option<Command> {
    let config = menu::MenuConfig::new().close_behavior(PopupCloseBehavior::CloseOnClickOutside);
    let (_, shown) =
        menu::MenuButton::new("Server...").config(config).ui(ui, |ui| server_ui(ui, form, model));
    shown.and_then(|shown| shown.inner)
}
