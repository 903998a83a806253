//! Where to listen, who answers, and how much is taken at once.

use common::tr;
use common::window::{HostField, port_field_ui};
use eframe::egui::Ui;

use super::chain::ChainForm;
use super::number::{NumberField, keep_together};
use crate::engine::{Limits, Settings};
use crate::kept::Chosen;

/// Width of the field of a port, in points.
const PORT_WIDTH: f32 = 64.0;

/// The settings as they are being typed.
#[derive(Debug)]
pub(crate) struct Form {
    host: HostField,
    port: u16,
    /// Who answers.
    pub(crate) chain: ChainForm,
    clients: NumberField,
    of_address: NumberField,
    calls: NumberField,
}

impl Form {
    pub(crate) fn new(settings: &Settings) -> Self {
        let Limits { max_clients, max_clients_per_address, max_bot_calls } = settings.limits;
        Self {
            host: HostField::new(&settings.host),
            port: settings.port,
            chain: ChainForm::new(&settings.bots),
            clients: NumberField::new(max_clients, Limits::CLIENTS),
            of_address: NumberField::new(max_clients_per_address, Limits::CLIENTS),
            calls: NumberField::new(max_bot_calls, Limits::BOT_CALLS),
        }
    }

    /// What is typed, where all of it can be used.
    pub(crate) fn settings(&self) -> Option<Settings> {
        Some(Settings {
            host: self.host.host().ok()?,
            port: self.port,
            bots: self.chain.list()?,
            limits: Limits {
                max_clients: self.clients.number()?,
                max_clients_per_address: self.of_address.number()?,
                max_bot_calls: self.calls.number()?,
            },
        })
    }

    /// What is typed, each where it can be used.
    pub(crate) fn chosen(&self) -> Chosen {
        Chosen {
            host: self.host.host().ok(),
            port: self.port,
            limits: [self.clients.number(), self.of_address.number(), self.calls.number()],
            bots: self.chain.list(),
        }
    }

    /// Another port than the one that is typed.
    pub(crate) fn set_port(&mut self, port: u16) {
        self.port = port;
    }

    /// Lays out the fields for where to listen; what is wrong is said beside them as it is typed.
    pub(crate) fn listen_ui(&mut self, ui: &mut Ui) {
        ui.horizontal_wrapped(|ui| {
            self.host
                .ui(ui, tr!("tcp-chat-server-listen-on"))
                .on_hover_text(tr!("tcp-chat-server-listen-on-hint"));
            keep_together(ui, tr!("address-port"), PORT_WIDTH, |ui| {
                port_field_ui(ui, &mut self.port, 0).on_hover_text(tr!("tcp-chat-server-port-hint"));
            });
        });
    }

    /// Lays out the fields for how much is taken at once; what is wrong is said under them as it is
    /// typed.
    pub(crate) fn limits_ui(&mut self, ui: &mut Ui) {
        ui.horizontal_wrapped(|ui| {
            for (field, label, hint) in self.limits() {
                field.ui(ui, label, hint);
            }
        });
        self.limit_faults_ui(ui);
    }

    /// Says what is wrong with the limits.
    pub(crate) fn limit_faults_ui(&mut self, ui: &mut Ui) {
        for (field, label, _) in self.limits() {
            field.fault_ui(ui, label);
        }
    }

    fn limits(&mut self) -> [(&mut NumberField, &'static str, &'static str); 3] {
        [
            (&mut self.clients, tr!("tcp-chat-server-max-clients"), tr!("tcp-chat-server-max-clients-hint")),
            (
                &mut self.of_address,
                tr!("tcp-chat-server-max-of-address"),
                tr!("tcp-chat-server-max-of-address-hint"),
            ),
            (&mut self.calls, tr!("tcp-chat-server-max-calls"), tr!("tcp-chat-server-max-calls-hint")),
        ]
    }
}
