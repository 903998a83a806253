//! Where to listen, who answers, and how much is taken at once.

use common::tr;
use common::window::{HostField, port_field_ui};
use eframe::egui::Ui;

use super::chain::ChainForm;
use super::number::{NumberField, keep_together};
use crate::config::{BotCalls, Clients, Config, Limits};

/// Width of the field of a port, in points.
const PORT_WIDTH: f32 = 64.0;

/// The settings as they are being typed.
#[derive(Debug)]
pub(crate) struct Form {
    host: HostField,
    port: u16,
    /// Who answers.
    pub(crate) chain: ChainForm,
    clients: NumberField<Clients>,
    of_address: NumberField<Clients>,
    calls: NumberField<BotCalls>,
}

impl Form {
    pub(crate) fn new(config: &Config) -> Self {
        let Limits { max_clients, max_clients_per_address, max_bot_calls } = config.limits;
        Self {
            host: HostField::new(&config.listen),
            port: config.port,
            chain: ChainForm::new(&config.bots),
            clients: NumberField::new(max_clients),
            of_address: NumberField::new(max_clients_per_address),
            calls: NumberField::new(max_bot_calls),
        }
    }

    /// What is typed, over `known`, where all of it can be used.
    pub(crate) fn config(&self, known: &Config) -> Option<Config> {
        Some(Config {
            listen: self.host.host().ok()?,
            port: self.port,
            bots: self.chain.list()?,
            limits: Limits {
                max_clients: self.clients.number()?,
                max_clients_per_address: self.of_address.number()?,
                max_bot_calls: self.calls.number()?,
            },
            ..known.clone()
        })
    }

    /// Takes what is typed into `config`, each where it can be used; of a key that is typed only where it came from
    /// before.
    pub(crate) fn take_into(&self, config: &mut Config) {
        if let Ok(listen) = self.host.host() {
            config.listen = listen;
        }
        config.port = self.port;
        let limits = &mut config.limits;
        limits.max_clients = self.clients.number().unwrap_or(limits.max_clients);
        limits.max_clients_per_address = self.of_address.number().unwrap_or(limits.max_clients_per_address);
        limits.max_bot_calls = self.calls.number().unwrap_or(limits.max_bot_calls);
        if let Some(bots) = self.chain.without_typed_keys() {
            config.bots = bots;
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
            self.clients.ui(ui, tr!("tcp-chat-server-max-clients"), tr!("tcp-chat-server-max-clients-hint"));
            let hint = tr!("tcp-chat-server-max-of-address-hint");
            self.of_address.ui(ui, tr!("tcp-chat-server-max-of-address"), hint);
            self.calls.ui(ui, tr!("tcp-chat-server-max-calls"), tr!("tcp-chat-server-max-calls-hint"));
        });
        self.limit_faults_ui(ui);
    }

    /// Says what is wrong with the limits.
    pub(crate) fn limit_faults_ui(&self, ui: &mut Ui) {
        self.clients.fault_ui(ui, tr!("tcp-chat-server-max-clients"));
        self.of_address.fault_ui(ui, tr!("tcp-chat-server-max-of-address"));
        self.calls.fault_ui(ui, tr!("tcp-chat-server-max-calls"));
    }
}
