//! The content of the window.

mod access;
mod bot_settings;
mod bots;
mod chain;
mod client_row;
mod clients;
mod filter;
mod form;
mod invitation;
mod key_store;
mod limit_field;
mod log;
mod widgets;

use std::time::Duration;

use chrono::{DateTime, FixedOffset};
use common::cli::Failure;
use common::config::CommandLine;
use common::engine::Event as _;
use common::net::{Host, Network};
use common::status::{Level, Status};
use common::tr;
use common::window::shell::{Engine, Program, bottom_row_ui, quiet};
use common::window::{
    KeyHint, LOG_KEYS, LogPane, Primary, Window, encoding_ui, follow_focus, is_covered, launch, live,
    section_ui, toned_ui,
};
use eframe::egui;

use self::access::AccessForm;
use self::bots::bots_ui;
use self::clients::clients_ui;
use self::filter::filter_ui;
use self::form::{ACCESS_KEYS, Form, LIMIT_KEYS};
use self::invitation::invitation_ui;
use crate::config::{Access, Args, Config};
use crate::engine::{self, Command, Snapshot};
use crate::event::Event;
use crate::model::Model;

/// How often texts that count seconds are laid out anew.
const SECOND: Duration = Duration::from_secs(1);

/// Lines that the log keeps.
const LOG_LINES: usize = 10_000;

/// Lower than this the content scrolls as a whole, in points: two bots, and five rows of clients.
const LOW_HEIGHT: f32 = 310.0;

/// The least height of clients and log, in points: their headings and five rows.
const MIN_LISTS_HEIGHT: f32 = 180.0;

/// From this width on clients and log stand beside each other, in points.
const WIDE_WIDTH: f32 = 1100.0;

pub const WINDOW: Window = Window {
    app_id: "tcp-chat-server",
    title: "tcp-chat-server-title",
    size: [860.0, 600.0],
    icon: include_bytes!("../../../../packaging/icons/tcp-chat-server.png"),
};

/// Opens the window.
///
/// # Errors
/// Where there is no display, or no engine, or the command line sets what no bot has.
pub fn run(line: &CommandLine<Args>) -> Result<(), Failure> {
    launch(WINDOW, line, engine::start, ChatServer::new)
}

/// What the window shows, and what is typed into it.
#[derive(Debug)]
pub struct ChatServer {
    model: Model,
    /// The settings, as far as what is typed can be used.
    config: Config,
    form: Form,
    log: LogPane,
    /// Which of clients and log is shown where there is no room for both.
    tab: Tab,
    /// Warnings and errors since the log was shown last.
    unseen: usize,
    /// What the server was started with last, as far as that can keep it from starting.
    started: Option<(Host, u16, Access)>,
    /// The networks that a button let in last, in this run.
    chosen_lan: Vec<Network>,
}

/// The lists that share the room below the bots.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Tab {
    #[default]
    Clients,
    Log,
}

fn start_of(config: &Config) -> (Host, u16, Access) {
    (config.listen.clone(), config.port, config.access.clone())
}

impl ChatServer {
    /// A window that begins with `config`, and listens at once where that says so.
    pub fn new(config: &Config, engine: &mut Engine<Command>) -> Self {
        let mut log = LogPane::new(LOG_LINES);
        log.set_filter(log::filter(config.log_shows));
        if config.start {
            engine.send(Command::Start(config.clone()));
        }
        Self {
            model: Model::default(),
            form: Form::new(config),
            config: config.clone(),
            log,
            tab: Tab::default(),
            unseen: 0,
            started: config.start.then(|| start_of(config)),
            chosen_lan: Vec::new(),
        }
    }

    /// Starts with all that is typed, where that can be used.
    fn start(&mut self, engine: &mut Engine<Command>) {
        if let Some(config) = self.ready() {
            self.started = Some(start_of(&config));
            engine.send(Command::Start(config));
            self.form.chain.close();
        }
    }

    /// What to start with, where all that is typed can be used.
    fn ready(&self) -> Option<Config> {
        self.form.config(&self.config)
    }

    /// Whether what kept the server from starting may be mended.
    fn is_changed(&self, ready: Option<&Config>) -> bool {
        self.started.is_some() && ready.map(start_of) != self.started
    }

    /// Lays out what the user can do where the port is taken.
    fn taken_port_ui(&mut self, ui: &mut egui::Ui, engine: &mut Engine<Command>) {
        let Some(next) = self.model.taken_port().and_then(|port| port.checked_add(1)) else { return };
        if self.is_changed(self.ready().as_ref()) {
            return;
        }
        ui.horizontal(|ui| {
            let is_retried = ui.button(tr!("tcp-chat-server-try-again")).clicked();
            let is_moved = ui.button(tr!("tcp-chat-server-use-port", port = next.to_string())).clicked();
            if is_moved {
                self.form.set_port(next);
            }
            if is_retried || is_moved {
                self.start(engine);
            }
        });
    }

    /// Lays out where to listen; while the server listens, what clients need to connect.
    fn address_ui(&mut self, ui: &mut egui::Ui) -> Option<Command> {
        if self.model.is_running() {
            return invitation_ui(ui, &self.model, &self.chosen_lan);
        }
        self.form.listen_ui(ui);
        // They are in the settings dialog, but nothing starts while one of them is wrong.
        if !is_covered(ui) {
            self.form.settings_faults_ui(ui);
        }
        None
    }

    /// Lays out clients and log in all the height there is: beside each other where the window is wide, else as tabs.
    fn lists_ui(&mut self, ui: &mut egui::Ui) -> Option<Command> {
        if LogPane::is_called(ui) {
            self.tab = Tab::Log;
        }
        if ui.ctx().content_rect().width() >= WIDE_WIDTH {
            self.unseen = 0;
            return ui.columns(2, |columns| {
                let [left, right] = columns else { return None };
                left.horizontal(|ui| {
                    ui.strong(tr!("tcp-chat-server-clients", count = self.model.table().len()))
                });
                let command = clients_ui(left, self.model.table());
                self.log_ui(right, |ui| ui.strong(tr!("tcp-chat-server-log")));
                command
            });
        }
        let mut tab = self.tab;
        let clients = tr!("tcp-chat-server-clients", count = self.model.table().len());
        let log = if self.unseen == 0 {
            tr!("tcp-chat-server-log").to_owned()
        } else {
            tr!("tcp-chat-server-log-unseen", count = self.unseen)
        };
        let tabs = |ui: &mut egui::Ui| {
            let clients = ui.selectable_value(&mut tab, Tab::Clients, clients);
            clients | ui.selectable_value(&mut tab, Tab::Log, log)
        };
        let command = if self.tab == Tab::Log {
            self.unseen = 0;
            self.log_ui(ui, |ui| {
                let shown = tabs(ui);
                ui.separator();
                shown
            });
            None
        } else {
            ui.horizontal_wrapped(tabs);
            clients_ui(ui, self.model.table())
        };
        self.tab = tab;
        command
    }

    fn log_ui(&mut self, ui: &mut egui::Ui, heading: impl FnOnce(&mut egui::Ui) -> egui::Response) {
        let mut shows = self.config.log_shows;
        self.log.ui(ui, tr!("tcp-chat-server-log"), heading, |ui| filter_ui(ui, &mut shows));
        if shows != self.config.log_shows {
            self.config.log_shows = shows;
            self.log.set_filter(log::filter(shows));
        }
    }
}

impl Program for ChatServer {
    type Config = Config;
    type Command = Command;
    type Event = Event;
    type Snapshot = Snapshot;

    fn apply(&mut self, event: Event, engine: &mut Engine<Command>) {
        self.model.note(&event);
        self.unseen += usize::from(event.level() > Level::Info);
        log::log(&mut self.log, engine.now(), &event);
    }

    fn events_dropped(&mut self, count: u64, now: DateTime<FixedOffset>) {
        log::log_drops(&mut self.log, now, count);
    }

    fn set_snapshot(&mut self, snapshot: Snapshot) {
        self.model.set_snapshot(snapshot);
    }

    fn update(&mut self, ctx: &egui::Context, engine: &mut Engine<Command>) {
        self.model.set_today(engine.now().date_naive());
        self.form.take_into(&mut self.config);
        if self.model.counts_seconds() {
            ctx.request_repaint_after(SECOND);
        }
    }

    fn address(&self) -> Option<String> {
        self.model.client_address().map(|address| address.to_string())
    }

    fn status(&self, _engine: &Engine<Command>) -> Status {
        let ready = self.ready();
        self.model.status(ready.is_some(), self.is_changed(ready.as_ref()))
    }

    fn primary(&self) -> Primary<'_> {
        if self.model.is_running() {
            Primary {
                label: tr!("tcp-chat-server-stop"),
                is_enabled: !self.model.is_stopping(),
                is_end: true,
            }
        } else {
            Primary { label: tr!("tcp-chat-server-start"), is_enabled: self.ready().is_some(), is_end: false }
        }
    }

    fn press_primary(&mut self, engine: &mut Engine<Command>) {
        if self.model.is_running() {
            engine.send(Command::Stop);
        } else {
            self.start(engine);
        }
    }

    fn notices_ui(&mut self, ui: &mut egui::Ui, engine: &mut Engine<Command>) {
        self.taken_port_ui(ui, engine);
        // What is wrong although the server runs: it stays until it is not true any more.
        for (words, tone) in self.model.notices() {
            live(&toned_ui(ui, words, tone));
        }
    }

    fn content_ui(&mut self, ui: &mut egui::Ui, engine: &mut Engine<Command>) {
        let mut commands = [const { None }; 3];
        let height = ui.available_height();
        // A low window scrolls as a whole; elsewhere the bots scroll by themselves.
        let is_low = height < LOW_HEIGHT;
        let upper = if is_low { f32::INFINITY } else { height - MIN_LISTS_HEIGHT };
        egui::ScrollArea::vertical().id_salt("content").auto_shrink([false, !is_low]).max_height(upper).show(
            ui,
            |ui| {
                commands[0] = self.address_ui(ui);
                commands[1] = bots_ui(ui, &mut self.form.chain, &self.model);
                if is_low {
                    ui.separator();
                    ui.allocate_ui(egui::vec2(ui.available_width(), MIN_LISTS_HEIGHT), |ui| {
                        ui.set_max_height(MIN_LISTS_HEIGHT);
                        commands[2] = self.lists_ui(ui);
                    });
                }
                follow_focus(ui);
            },
        );
        if !is_low {
            ui.separator();
            commands[2] = self.lists_ui(ui);
        }
        for command in commands.into_iter().flatten() {
            if let Command::Allow(networks) = &command {
                self.config.access.allow.clone_from(networks);
                self.chosen_lan.clone_from(networks);
                self.form.access = AccessForm::new(&self.config.access);
            }
            engine.send(command);
        }
    }

    fn bottom_ui(&mut self, ui: &mut egui::Ui, _engine: &mut Engine<Command>) {
        bottom_row_ui(ui, |ui| {
            ui.add(quiet(ui, self.model.counters()).truncate()).on_hover_text(self.model.totals());
        });
    }

    fn config(&self) -> Config {
        self.config.clone()
    }

    fn set_config(&mut self, config: Config, keys: &[&str], _engine: &mut Engine<Command>) {
        self.form.reset(&config, keys);
        self.log.set_filter(log::filter(config.log_shows));
        self.config = config;
    }

    fn settings_ui(&mut self, ui: &mut egui::Ui, engine: &mut Engine<Command>) {
        let is_running = self.model.is_running();
        let keys = |keys: &'static [&'static str]| if is_running { &[] } else { keys };
        section_ui(
            ui,
            tr!("tcp-chat-server-settings-listen"),
            keys(&["start", "announce", "encoding"]),
            |ui| {
                ui.checkbox(&mut self.config.start, tr!("tcp-chat-server-start-with-window"));
                if is_running {
                    ui.add(quiet(ui, tr!("tcp-chat-server-settings-in-use")).wrap());
                }
                ui.add_enabled_ui(!is_running, |ui| {
                    let announce = ui.checkbox(&mut self.config.announce, tr!("announce"));
                    announce.on_hover_text(tr!("tcp-chat-server-announce-hint"));
                    encoding_ui(ui, &mut self.config.encoding);
                });
            },
        );
        let access = keys(ACCESS_KEYS);
        section_ui(ui, tr!("tcp-chat-server-settings-access"), access, |ui| {
            if is_running {
                ui.add(quiet(ui, tr!("tcp-chat-server-settings-in-use")).wrap());
            }
            let form = |ui: &mut egui::Ui| self.form.access.ui(ui, &mut self.config.access);
            if ui.add_enabled_ui(!is_running, form).inner {
                engine.send(Command::ForgetPass);
            }
        });
        let limits = keys(LIMIT_KEYS);
        section_ui(ui, tr!("tcp-chat-server-settings-limits"), limits, |ui| {
            ui.add_enabled_ui(!is_running, |ui| self.form.limits_ui(ui));
            self.form.limit_faults_ui(ui);
        });
    }

    fn keys(&self) -> Vec<KeyHint> {
        let own =
            [("Ctrl+Enter", "tcp-chat-server-key-start"), ("\u{2191}, \u{2193}", "tcp-chat-server-key-rows")];
        own.into_iter().chain(LOG_KEYS.iter().copied()).collect()
    }
}
