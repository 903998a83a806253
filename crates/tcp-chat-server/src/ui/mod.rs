//! The content of the window.

mod bot_settings;
mod bots;
mod chain;
mod client_row;
mod clients;
mod filter;
mod form;
mod key_store;
mod limit_field;
mod log;
mod widgets;

use std::time::Duration;

use chrono::{DateTime, FixedOffset};
use common::cli::Failure;
use common::config::CommandLine;
use common::status::Status;
use common::tr;
use common::window::shell::{Engine, Program, quiet};
use common::window::{
    KeyHint, LOG_KEYS, LogPane, Primary, Window, encoding_ui, launch, live, section_ui, tone_color,
};
use eframe::egui::{self, Label, RichText};

use self::bots::bots_ui;
use self::clients::clients_ui;
use self::filter::filter_ui;
use self::form::Form;
use crate::config::{Args, Config, of_run};
use crate::engine::{self, Command, Snapshot};
use crate::event::Event;
use crate::model::Model;

/// Between two looks at words that count seconds.
const SECOND: Duration = Duration::from_secs(1);

/// Lines that the log keeps.
const LOG_LINES: usize = 10_000;

/// Lowest that the log is laid out, in points: below that the window scrolls.
const MIN_LOG_HEIGHT: f32 = 120.0;

/// Most that the rows of the clients take of what they share with the log.
const ROWS_SHARE: f32 = 0.4;

/// What clients and log have of the window at least, whatever is open above them.
const LOWER_SHARE: f32 = 0.45;
const MIN_LOWER_HEIGHT: f32 = 260.0;

/// Lower than this the content scrolls as a whole, in points.
const LOW: f32 = 400.0;

/// From this width on clients and log stand beside each other, in points.
const WIDE: f32 = 1100.0;

/// What stands above and below the rows of the clients.
const HEADINGS_HEIGHT: f32 = 120.0;

/// But that many points at least: five rows.
const MIN_ROWS_HEIGHT: f32 = 100.0;

/// Narrower than this the window has no room for the limits, in points.
const LIMITS_WIDTH: f32 = 480.0;

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
    let begin = |file: &Config| of_run(line, file).map_err(Failure::usage);
    launch(WINDOW, line.args.output.renderer, begin, |waker| engine::start(waker, None), ChatServer::new)
}

/// What the window shows, and what is typed into it.
#[derive(Debug)]
pub struct ChatServer {
    model: Model,
    /// What is remembered.
    config: Config,
    form: Form,
    log: LogPane,
}

impl ChatServer {
    /// A window that begins with `config`, and listens at once where that says so.
    pub fn new(config: &Config, engine: &mut Engine<Command, Event>) -> Self {
        let mut log = LogPane::new(LOG_LINES);
        log.set_filter(log::filter(config.log_shows));
        if config.start {
            engine.send(Command::Start(config.clone()));
        }
        Self { model: Model::default(), form: Form::new(config), config: config.clone(), log }
    }

    /// What to start with, where all that is typed can be used.
    fn ready(&self) -> Option<Config> {
        self.form.config(&self.config)
    }

    /// The ways out where the port is taken.
    fn taken_port_ui(&mut self, ui: &mut egui::Ui, engine: &mut Engine<Command, Event>) {
        let Some(next) = self.model.taken_port().and_then(|port| port.checked_add(1)) else { return };
        ui.horizontal(|ui| {
            let is_retried = ui.button(tr!("tcp-chat-server-try-again")).clicked();
            let is_moved = ui.button(tr!("tcp-chat-server-use-port", port = next.to_string())).clicked();
            if is_moved {
                self.form.set_port(next);
            }
            if (is_retried || is_moved)
                && let Some(config) = self.ready()
            {
                engine.send(Command::Start(config));
            }
        });
    }

    /// Where to listen and how much is taken: fields, or while they are in use what they say.
    fn form_ui(&mut self, ui: &mut egui::Ui) {
        if !self.model.is_running() {
            self.form.listen_ui(ui);
            // A small window has them in its settings.
            if ui.available_width() >= LIMITS_WIDTH {
                self.form.limits_ui(ui);
            } else {
                self.form.limit_faults_ui(ui);
            }
        } else if let Some(Config { limits, .. }) = self.ready() {
            let words = tr!(
                "tcp-chat-server-limits",
                clients = limits.max_clients.to_string(),
                per_address = limits.max_clients_per_address.to_string(),
                calls = limits.max_bot_calls.to_string()
            );
            ui.add(quiet(ui, words).wrap());
        }
    }

    /// Who is there and what happens, in so many points: beside each other where the window is wide.
    fn room_ui(&mut self, ui: &mut egui::Ui, height: f32) -> Option<Command> {
        let is_running = self.model.is_running();
        if ui.available_width() >= WIDE {
            return ui.columns(2, |columns| {
                let [left, right] = columns else { return None };
                let command = clients_ui(left, self.model.table(), is_running, height - HEADINGS_HEIGHT);
                right.set_max_height(height);
                self.log_ui(right);
                command
            });
        }
        let top = ui.cursor().top();
        let rows = (height * ROWS_SHARE).max(MIN_ROWS_HEIGHT);
        let command = clients_ui(ui, self.model.table(), is_running, rows);
        ui.separator();
        let height = (height - (ui.cursor().top() - top)).max(MIN_LOG_HEIGHT);
        ui.allocate_ui(egui::vec2(ui.available_width(), height), |ui| {
            ui.set_max_height(height);
            self.log_ui(ui);
        });
        command
    }

    fn log_ui(&mut self, ui: &mut egui::Ui) {
        let mut shows = self.config.log_shows;
        self.log.ui_with(ui, tr!("tcp-chat-server-log"), |ui| filter_ui(ui, &mut shows));
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

    fn apply(&mut self, event: Event, engine: &mut Engine<Command, Event>) {
        self.model.note(&event);
        log::log(&mut self.log, engine.now(), &event);
    }

    fn events_dropped(&mut self, count: u64, now: DateTime<FixedOffset>) {
        log::log_drops(&mut self.log, now, count);
    }

    fn set_snapshot(&mut self, snapshot: Snapshot) {
        self.model.set_snapshot(snapshot);
        self.form.take_into(&mut self.config);
    }

    fn update(&mut self, ctx: &egui::Context, _engine: &mut Engine<Command, Event>) {
        if self.model.counts_seconds() {
            ctx.request_repaint_after(SECOND);
        }
    }

    fn address(&self) -> Option<String> {
        self.model.address().map(|address| address.to_string())
    }

    fn status(&self, _engine: &Engine<Command, Event>) -> Status {
        self.model.status(self.ready().is_some())
    }

    fn primary(&self) -> Primary<'_> {
        if self.model.is_running() {
            Primary { label: tr!("tcp-chat-server-stop"), is_enabled: !self.model.is_stopping() }
        } else {
            Primary { label: tr!("tcp-chat-server-start"), is_enabled: self.ready().is_some() }
        }
    }

    fn press_primary(&mut self, engine: &mut Engine<Command, Event>) {
        if self.model.is_running() {
            engine.send(Command::Stop);
        } else if let Some(config) = self.ready() {
            engine.send(Command::Start(config));
        }
    }

    fn notices_ui(&mut self, ui: &mut egui::Ui, engine: &mut Engine<Command, Event>) {
        self.taken_port_ui(ui, engine);
        // What is wrong although the server runs: it stays until it is not true any more.
        for (words, tone) in self.model.notices() {
            live(&ui.add(Label::new(RichText::new(words).color(tone_color(ui, tone))).wrap()));
        }
    }

    fn content_ui(&mut self, ui: &mut egui::Ui, engine: &mut Engine<Command, Event>) {
        let (mut command, mut bot_command) = (None, None);
        let height = ui.available_height();
        let lower = (height * LOWER_SHARE).max(MIN_LOWER_HEIGHT);
        // A low window scrolls as a whole; elsewhere the settings of bots scroll by themselves.
        let is_low = height < LOW;
        let upper = if is_low { f32::INFINITY } else { height - lower };
        egui::ScrollArea::vertical().id_salt("content").auto_shrink([false, !is_low]).max_height(upper).show(
            ui,
            |ui| {
                self.form_ui(ui);
                bot_command = bots_ui(ui, &mut self.form.chain, &self.model);
                if is_low {
                    ui.separator();
                    command = self.room_ui(ui, MIN_LOWER_HEIGHT);
                }
            },
        );
        if !is_low {
            ui.separator();
            command = self.room_ui(ui, ui.available_height());
        }
        for command in command.into_iter().chain(bot_command) {
            engine.send(command);
        }
    }

    fn counters(&self) -> String {
        self.model.totals()
    }

    fn config(&self) -> Config {
        self.config.clone()
    }

    fn set_config(&mut self, config: Config, _engine: &mut Engine<Command, Event>) {
        self.form = Form::new(&config);
        self.log.set_filter(log::filter(config.log_shows));
        self.config = config;
    }

    fn settings_ui(&mut self, ui: &mut egui::Ui, _engine: &mut Engine<Command, Event>) {
        let is_running = self.model.is_running();
        let keys = |keys: &'static [&'static str]| if is_running { &[] } else { keys };
        section_ui(
            ui,
            tr!("tcp-chat-server-settings-listen"),
            keys(&["start", "listen", "port", "encoding"]),
            |ui| {
                ui.checkbox(&mut self.config.start, tr!("tcp-chat-server-start-with-window"));
                if is_running {
                    ui.add(quiet(ui, tr!("tcp-chat-server-settings-in-use")).wrap());
                }
                ui.add_enabled_ui(!is_running, |ui| {
                    self.form.listen_ui(ui);
                    encoding_ui(ui, &mut self.config.encoding);
                });
            },
        );
        let limits = keys(&["max_clients", "max_clients_per_address", "max_bot_calls"]);
        section_ui(ui, tr!("tcp-chat-server-settings-limits"), limits, |ui| {
            ui.add_enabled_ui(!is_running, |ui| self.form.limits_ui(ui));
        });
    }

    fn keys(&self) -> Vec<KeyHint> {
        let own =
            [("Ctrl+Enter", "tcp-chat-server-key-start"), ("\u{2191}, \u{2193}", "tcp-chat-server-key-rows")];
        own.into_iter().chain(LOG_KEYS.iter().copied()).collect()
    }
}
