//! Where to listen, who answers, and how much is taken at once.

use common::tr;
use common::window::{HostField, ListenPortField, take_typed};
use eframe::egui::{Button, Ui};

use super::access::AccessForm;
use super::chain::ChainForm;
use super::limit_field::{LimitField, limit_fields};
use crate::config::Config;

/// The keys of the settings that limit how much is taken at once, as a section brings them back.
pub(super) const LIMIT_KEYS: &[&str] = &["max_clients", "max_clients_per_address", "max_bot_calls"];

/// Those of who may come in.
pub(super) const ACCESS_KEYS: &[&str] = &["tls", "allow"];

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
        let mut config = Config { bots: self.chain.list()?, ..known.clone() };
        self.take_fields(&mut config).then_some(config)
    }

    /// Takes what is typed into `config`, each where it can be used; of a key that is typed only where it came from
    /// before.
    pub(crate) fn take_into(&self, config: &mut Config) {
        self.take_fields(config);
        if let Some(bots) = self.chain.kept() {
            config.bots = bots;
        }
    }

    /// Takes over the settings of a section whose keys these are. What is being typed for the rest stays.
    pub(crate) fn reset(&mut self, now: &Config, keys: &[&str]) {
        if keys == LIMIT_KEYS {
            self.limits = limit_fields(&now.limits);
        } else if keys == ACCESS_KEYS {
            self.access.reset(&now.access);
        }
    }

    /// Takes what can be used of all but the bots, and but the access, which is taken as it is typed; says whether all of it can.
    fn take_fields(&self, config: &mut Config) -> bool {
        let mut is_right = take_typed(self.host.host(), &mut config.listen);
        is_right &= take_typed(self.port.port(), &mut config.port);
        for field in &self.limits {
            is_right &= field.take_into(&mut config.limits).is_ok();
        }
        is_right & self.access.networks().is_ok()
    }

    /// Another port than the one that is typed.
    pub(crate) fn set_port(&mut self, port: u16) {
        self.port = ListenPortField::of_port(port);
    }

    /// Lays out the fields for where to listen; what is wrong is said beside them as it is typed.
    pub(crate) fn listen_ui(&mut self, ui: &mut Ui) {
        // With ids of their own: other buttons take their place while the server runs, and would take their keyboard, too.
        ui.push_id("listen", |ui| ui.horizontal_wrapped(|ui| self.fields_ui(ui)));
    }

    fn fields_ui(&mut self, ui: &mut Ui) {
        self.host
            .ui(ui, tr!("tcp-chat-server-listen-on"))
            .on_hover_text(tr!("tcp-chat-server-listen-on-hint"));
        self.port.ui(ui, tr!("address-port")).on_hover_text(tr!("port-hint"));
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
    }

    /// Lays out the fields for how much is taken at once.
    pub(crate) fn limits_ui(&mut self, ui: &mut Ui) {
        self.limits.iter_mut().for_each(|field| field.ui(ui));
    }

    /// Says what is wrong with the limits.
    pub(crate) fn limit_faults_ui(&self, ui: &mut Ui) {
        self.limits.iter().for_each(|field| field.fault_ui(ui));
    }

    /// Says what is wrong with the settings that are not beside the button that starts.
    pub(crate) fn settings_faults_ui(&self, ui: &mut Ui) {
        self.limit_faults_ui(ui);
        self.access.fault_ui(ui);
    }
}
