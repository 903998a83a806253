//! Where to listen, who answers, and how much is taken at once.

use common::tr;
use common::window::{HostField, ListenPortField};
use eframe::egui::{Button, Ui};

use super::access::AccessForm;
use super::chain::ChainForm;
use super::limit_field::{LimitField, keep_together, limit_fields};
use crate::config::Config;

/// Width of the field of a port, in points.
const PORT_WIDTH: f32 = 64.0;

/// The settings as they are being typed.
#[derive(Debug)]
pub(crate) struct Form {
    host: HostField,
    port: ListenPortField,
    /// Who answers.
    pub(crate) chain: ChainForm,
    limits: Vec<LimitField>,
    /// Who may come in.
    pub(super) access: AccessForm,
}

impl Form {
    pub(crate) fn new(config: &Config) -> Self {
        Self {
            host: HostField::new(&config.listen),
            port: ListenPortField::of_port(config.port),
            chain: ChainForm::new(&config.bots),
            limits: limit_fields(&config.limits),
            access: AccessForm::new(&config.access),
        }
    }

    /// What is typed, over `known`, where all of it can be used.
    pub(crate) fn config(&self, known: &Config) -> Option<Config> {
        let mut limits = known.limits;
        self.limits.iter().try_for_each(|field| field.take_into(&mut limits)).ok()?;
        Some(Config {
            listen: self.host.host().ok()?,
            port: self.port.port().ok()?,
            bots: self.chain.list()?,
            limits,
            ..known.clone()
        })
    }

    /// Takes what is typed into `config`, each where it can be used; of a key that is typed only where it came from
    /// before.
    pub(crate) fn take_into(&self, config: &mut Config) {
        if let Ok(listen) = self.host.host() {
            config.listen = listen;
        }
        if let Ok(port) = self.port.port() {
            config.port = port;
        }
        for field in &self.limits {
            let _taken = field.take_into(&mut config.limits).is_ok();
        }
        if let Some(bots) = self.chain.without_typed_keys() {
            config.bots = bots;
        }
    }

    /// Another port than the one that is typed.
    pub(crate) fn set_port(&mut self, port: u16) {
        self.port = ListenPortField::of_port(port);
    }

    /// Lays out the fields for where to listen; what is wrong is said beside them as it is typed.
    pub(crate) fn listen_ui(&mut self, ui: &mut Ui) {
        ui.horizontal_wrapped(|ui| {
            self.host
                .ui(ui, tr!("tcp-chat-server-listen-on"))
                .on_hover_text(tr!("tcp-chat-server-listen-on-hint"));
            keep_together(ui, tr!("address-port"), PORT_WIDTH, |ui| {
                self.port.ui(ui, tr!("address-port")).on_hover_text(tr!("port-hint"));
            });
            // In words what few know how to type.
            for (reach, host) in [
                (tr!("tcp-chat-server-listen-computer"), "127.0.0.1"),
                (tr!("tcp-chat-server-listen-every"), "any"),
            ] {
                let Ok(host) = host.parse() else { continue };
                let is_set = self.host.host().as_ref() == Ok(&host);
                if ui.add(Button::new(reach).selected(is_set)).clicked() {
                    self.host = HostField::new(&host);
                }
            }
            self.port.fault_ui(ui);
        });
    }

    /// Lays out the fields for how much is taken at once.
    pub(crate) fn limits_ui(&mut self, ui: &mut Ui) {
        self.limits.iter_mut().for_each(|field| field.ui(ui));
    }

    /// Says what is wrong with the limits.
    pub(crate) fn limit_faults_ui(&self, ui: &mut Ui) {
        self.limits.iter().for_each(|field| field.fault_ui(ui));
    }
}
