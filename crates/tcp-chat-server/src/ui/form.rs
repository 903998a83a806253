//! Where to listen and who answers.

use common::window::{HostField, port_field_ui};
use eframe::egui::Ui;

use super::chain::ChainForm;
use crate::engine::{Limits, Settings};

/// The settings as they are being typed.
#[derive(Debug)]
pub(crate) struct Form {
    host: HostField,
    port: u16,
    /// Who answers.
    pub(crate) chain: ChainForm,
    /// As the command line has them.
    limits: Limits,
}

impl Form {
    pub(crate) fn new(settings: &Settings) -> Self {
        Self {
            host: HostField::new(&settings.host),
            port: settings.port,
            chain: ChainForm::new(&settings.bots),
            limits: settings.limits,
        }
    }

    /// What is typed, where all of it can be used.
    pub(crate) fn settings(&self) -> Option<Settings> {
        Some(Settings {
            host: self.host.host().ok()?,
            port: self.port,
            bots: self.chain.list()?,
            limits: self.limits,
        })
    }

    /// Another port than the one that is typed.
    pub(crate) fn set_port(&mut self, port: u16) {
        self.port = port;
    }
}

/// Lays out the fields; what is wrong is said under them as it is typed.
pub(crate) fn form_ui(ui: &mut Ui, form: &mut Form) {
    ui.horizontal_wrapped(|ui| {
        form.host.ui(ui, "Listen on").on_hover_text("An address, localhost or any");
        port_field_ui(ui, &mut form.port, 0).on_hover_text("0 takes a port that is free");
    });
}
