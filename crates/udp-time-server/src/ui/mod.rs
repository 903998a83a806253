//! The content of the window.

mod addresses;
mod clock;
mod destinations;
mod sending;
mod zone;

use std::time::Duration;

use common::cli::Failure;
use common::config::CommandLine;
use common::status::Status;
use common::tr;
use common::window::shell::{Engine, Program, bottom_row_ui, quiet};
use common::window::{KeyHint, Primary, Window, follow_focus, launch, section_ui};
use eframe::egui;

use self::addresses::addresses_ui;
use self::clock::clock_ui;
use self::destinations::destinations_ui;
use self::sending::sending_ui;
use crate::config::{Args, Config};
use crate::engine::{self, Command, Snapshot};
use crate::event::Event;
use crate::form::{Form, Readiness};
use crate::model::{ClockFace, Model};

pub const WINDOW: Window = Window {
    app_id: "udp-time-server",
    title: "udp-time-server-title",
    size: [520.0, 520.0],
    icon: include_bytes!("../../../../packaging/icons/udp-time-server.png"),
};

/// Opens the window.
///
/// # Errors
/// Where there is no display, or no engine.
pub fn run(line: &CommandLine<Args>) -> Result<(), Failure> {
    launch(WINDOW, line, engine::start, TimeServer::new)
}

/// What the window shows, and what is typed into it.
#[derive(Debug)]
pub struct TimeServer {
    model: Model,
    /// What the file keeps: of the form what can be used.
    config: Config,
    form: Form,
    /// The engine did not take the newest list.
    is_list_unsent: bool,
}

impl TimeServer {
    /// A window that begins with `config`, and sends at once where that says so.
    pub fn new(config: &Config, engine: &mut Engine<Command>) -> Self {
        let config = config.clone().with_pattern_of_format();
        let form = Form::new(&config);
        let mut server = Self { model: Model::default(), config, form, is_list_unsent: false };
        if server.config.start {
            server.start(engine);
        }
        server
    }

    fn start(&mut self, engine: &mut Engine<Command>) {
        if let Some(config) = self.form.ready(&self.config) {
            self.form.destinations.take_change();
            engine.send(Command::Start(config));
        }
    }
}

impl Program for TimeServer {
    type Config = Config;
    type Command = Command;
    type Event = Event;
    type Snapshot = Snapshot;

    fn apply(&mut self, event: Event, _engine: &mut Engine<Command>) {
        self.model.apply(event);
    }

    fn set_snapshot(&mut self, snapshot: Snapshot) {
        self.model.set_snapshot(snapshot);
    }

    fn update(&mut self, _ctx: &egui::Context, _engine: &mut Engine<Command>) {
        self.form.destinations.set_interfaces(self.model.interfaces());
        self.form.take_into(&mut self.config);
    }

    fn address(&self) -> Option<String> {
        Some(tr!("udp-time-server-title-port", port = self.config.port.to_string()))
    }

    fn status(&self, _engine: &Engine<Command>) -> Status {
        self.model.status(self.form.readiness(&self.config))
    }

    fn primary(&self) -> Primary<'_> {
        if self.model.is_sending() {
            Primary { label: tr!("udp-time-server-stop"), is_enabled: true, is_end: true }
        } else {
            let is_enabled = self.form.readiness(&self.config) == Readiness::Ready;
            Primary { label: tr!("udp-time-server-start"), is_enabled, is_end: false }
        }
    }

    fn press_primary(&mut self, engine: &mut Engine<Command>) {
        if self.model.is_sending() {
            engine.send(Command::Stop);
        } else {
            self.start(engine);
        }
    }

    fn content_ui(&mut self, ui: &mut egui::Ui, engine: &mut Engine<Command>) {
        let is_sending = self.model.is_sending();
        egui::ScrollArea::vertical().auto_shrink(false).show(ui, |ui| {
            let face = self.model.clock_face().unwrap_or_else(|| {
                // The clock goes on while nothing is sent: one frame a second.
                let now = engine.now();
                let next = 1000 - u64::from(now.timestamp_subsec_millis().min(999));
                ui.ctx().request_repaint_after(Duration::from_millis(next));
                let (time, payload) = self.form.preview(now);
                ClockFace::new(time, payload, false)
            });
            clock_ui(ui, &face);
            ui.separator();
            ui.add_enabled_ui(!is_sending, |ui| sending_ui(ui, &mut self.form));
            ui.separator();
            ui.scope(|ui| destinations_ui(ui, &mut self.form.destinations, &self.model));
            if let Some(announced) = self.model.announced() {
                ui.add(quiet(ui, announced).wrap());
            }
            addresses_ui(ui, &self.model.own_addresses());
            follow_focus(ui);
        });
        // Not taken while the engine is busy: tried again with the next frame.
        if is_sending && (self.form.destinations.take_change() || self.is_list_unsent) {
            let command = Command::SetDestinations(self.form.destinations.entries());
            self.is_list_unsent = !engine.try_send(command);
        }
    }

    fn bottom_ui(&mut self, ui: &mut egui::Ui, _engine: &mut Engine<Command>) {
        bottom_row_ui(ui, |ui| _ = ui.add(quiet(ui, self.model.totals()).truncate()));
    }

    fn config(&self) -> Config {
        self.config.clone()
    }

    /// The fields of the form are on no page: what is typed there stays.
    fn set_config(&mut self, config: Config, _keys: &[&str], _engine: &mut Engine<Command>) {
        self.config = config;
    }

    fn settings_ui(&mut self, ui: &mut egui::Ui, _engine: &mut Engine<Command>) {
        let is_sending = self.model.is_sending();
        // What is in use while sending is not reset then, either.
        let keys: &[&str] = if is_sending { &[] } else { &["start", "announce"] };
        section_ui(ui, tr!("udp-time-server-settings-sending"), keys, |ui| {
            ui.checkbox(&mut self.config.start, tr!("udp-time-server-start-with-window"));
            if is_sending {
                ui.add(quiet(ui, tr!("udp-time-server-settings-in-use")).wrap());
            }
            ui.add_enabled_ui(!is_sending, |ui| {
                let announce = ui.checkbox(&mut self.config.announce, tr!("announce"));
                announce.on_hover_text(tr!("udp-time-server-announce-hint"));
            });
        });
    }

    fn keys(&self) -> Vec<KeyHint> {
        vec![("Ctrl+Enter", "udp-time-server-key-start"), ("Delete", "udp-time-server-key-remove")]
    }
}
