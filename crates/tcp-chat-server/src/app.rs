//! The window: drains the engine, lays out the panels.

use std::time::Duration;

use common::cli::Failure;
use common::engine::{Clock, Flavor, SystemClock, start};
use common::settings::Store;
use common::tr;
use common::window::{
    KeyHint, LOG_KEYS, LogPane, Primary, Program, Tone, Window, keyed_status_line_ui, launch_program, live,
    missing_font_hint_ui, repaint_waker, room_ui, settings_button_ui, tone_color,
};
use eframe::egui::{self, Align, Label, Layout, RichText};

use crate::cli::Args;
use crate::engine::{self, Command, Event, Handle, Settings, Snapshot};
use crate::kept::{Kept, Remembered};
use crate::level;
use crate::model::Model;
use crate::ui::{Form, bots_ui, clients_ui, filter_ui};

/// Events taken in a frame.
const EVENTS_A_FRAME: usize = 500;

/// Between two looks at words that count seconds.
const SECOND: Duration = Duration::from_secs(1);

/// Lines that the log keeps.
const LOG_LINES: usize = 10_000;

/// Lowest that the log is laid out, in points: below that the window scrolls.
const MIN_LOG_HEIGHT: f32 = 120.0;

/// Most that the rows of the clients take of the window below its status: the log needs the rest.
const ROWS_SHARE: f32 = 0.3;

/// But that many points at least: five rows.
const MIN_ROWS_HEIGHT: f32 = 100.0;

/// Narrower than this the window has no room for the limits, in points.
const LIMITS_WIDTH: f32 = 480.0;

const WINDOW: Window = Window {
    app_id: "tcp-chat-server",
    title: "tcp-chat-server-title",
    size: [720.0, 520.0],
    icon: include_bytes!("../../../packaging/icons/tcp-chat-server.png"),
};

/// Opens the window; listens at once where the arguments or the settings say so.
///
/// # Errors
/// Where there is no display, or no engine.
pub fn launch(args: &Args) -> Result<(), Failure> {
    let loaded = Store::of_program(WINDOW.app_id).load::<Kept>();
    let remembered = Remembered::new(&loaded.settings.program, args).map_err(Failure::usage)?;
    let is_started = args.start || loaded.settings.program.start;
    let first = is_started.then(|| remembered.settings().clone());
    launch_program(WINDOW, loaded, move |ctx| {
        let run = move |link| engine::run(link, first);
        let handle = start("engine", Flavor::MultiThread, repaint_waker(ctx), Snapshot::default(), run)?;
        Ok(App::new(handle, remembered))
    })
}

/// The window's state.
#[derive(Debug)]
pub struct App {
    handle: Handle,
    clock: Box<dyn Clock>,
    model: Model,
    remembered: Remembered,
    form: Form,
    log: LogPane,
    /// Events that were dropped, as far as the log tells.
    known_drops: u64,
    /// The engine did not take the last command.
    is_busy: bool,
}

impl App {
    /// A window for the engine behind `handle`.
    #[must_use]
    pub fn new(handle: Handle, remembered: impl Into<Remembered>) -> Self {
        let remembered = remembered.into();
        let mut log = LogPane::new(LOG_LINES);
        log.set_filter(level::filter(remembered.log_shows));
        Self {
            handle,
            clock: Box::new(SystemClock),
            model: Model::default(),
            form: Form::new(remembered.settings()),
            remembered,
            log,
            known_drops: 0,
            is_busy: false,
        }
    }

    /// With another clock than this computer's.
    #[must_use]
    pub fn with_clock(mut self, clock: impl Clock) -> Self {
        self.clock = Box::new(clock);
        self
    }

    fn send(&mut self, command: Command) {
        self.is_busy = self.handle.command(command).is_err();
    }

    /// Takes what has happened into the log; `true`: there may be more.
    fn take_events(&mut self) -> bool {
        let now = self.clock.now();
        let (log, model) = (&mut self.log, &mut self.model);
        let has_more = self.handle.drain(EVENTS_A_FRAME, |event: Event| {
            model.note(&event);
            level::log(log, now, &event);
        });
        let drops = self.handle.dropped();
        if drops > self.known_drops {
            level::log_drops(log, now, drops - self.known_drops);
            self.known_drops = drops;
        }
        has_more
    }

    /// What the one button does now, where it does anything.
    fn primary(&self, settings: Option<Settings>) -> Option<Command> {
        if self.model.has_failed() || self.model.is_stopping() {
            None
        } else if self.model.is_running() {
            Some(Command::Stop)
        } else {
            settings.map(Command::Start)
        }
    }

    fn status_ui(&mut self, ui: &mut egui::Ui) {
        let settings = self.form.settings();
        let mut status = self.model.status(settings.is_some());
        if self.is_busy && !self.model.has_failed() {
            status = status.busy();
        }
        let command = self.primary(settings);
        let is_running = self.model.is_running();
        let label = if is_running { tr!("tcp-chat-server-stop") } else { tr!("tcp-chat-server-start") };
        let is_pressed = keyed_status_line_ui(ui, &status, Primary { label, is_enabled: command.is_some() });
        if let Some(command) = command.filter(|_| is_pressed) {
            self.send(command);
        }
    }

    /// What is wrong although the server runs: it stays until it is not true any more.
    fn notices_ui(&self, ui: &mut egui::Ui) {
        for (words, tone) in self.model.notices() {
            live(&ui.add(Label::new(RichText::new(words).color(tone_color(ui, tone))).wrap()));
        }
    }

    /// The ways out where the port is taken.
    fn taken_port_ui(&mut self, ui: &mut egui::Ui) {
        let Some(next) = self.model.taken_port().and_then(|port| port.checked_add(1)) else { return };
        ui.horizontal(|ui| {
            let is_retried = ui.button(tr!("tcp-chat-server-try-again")).clicked();
            let is_moved = ui.button(tr!("tcp-chat-server-use-port", port = next.to_string())).clicked();
            if is_moved {
                self.form.set_port(next);
            }
            if (is_retried || is_moved)
                && let Some(settings) = self.form.settings()
            {
                self.send(Command::Start(settings));
            }
        });
    }

    /// Where to listen and how much is taken: fields, or while they are in use what they say.
    fn form_ui(&mut self, ui: &mut egui::Ui) {
        if self.model.has_failed() {
            return;
        }
        if !self.model.is_running() {
            self.form.listen_ui(ui);
            // A small window has them in its settings.
            if ui.available_width() >= LIMITS_WIDTH {
                self.form.limits_ui(ui);
            } else {
                self.form.limit_faults_ui(ui);
            }
        } else if let Some(Settings { limits, .. }) = self.form.settings() {
            let words = tr!(
                "tcp-chat-server-limits",
                clients = limits.max_clients.to_string(),
                per_address = limits.max_clients_per_address.to_string(),
                calls = limits.max_bot_calls.to_string()
            );
            ui.add(quiet(ui, words).wrap());
        }
    }

    fn content_ui(&mut self, ui: &mut egui::Ui) {
        let view_height = ui.available_height();
        let (mut command, mut bot_command) = (None, None);
        egui::ScrollArea::vertical().id_salt("content").auto_shrink(false).show(ui, |ui| {
            self.form_ui(ui);
            bot_command = bots_ui(ui, &mut self.form.chain, &self.model);
            ui.separator();
            let rows_height = (view_height * ROWS_SHARE).max(MIN_ROWS_HEIGHT);
            let is_running = self.model.is_running();
            command = clients_ui(ui, self.model.table(), is_running, rows_height);
            ui.separator();
            // Whatever is scrolled out of view, the log takes what the rest leaves.
            let used_height = ui.min_rect().height() + ui.spacing().item_spacing.y;
            let height = (view_height - used_height).max(MIN_LOG_HEIGHT);
            let size = egui::vec2(ui.available_width(), height);
            ui.allocate_ui(size, |ui| {
                ui.set_max_height(height);
                self.log_ui(ui);
            });
        });
        for command in command.into_iter().chain(bot_command) {
            self.send(command);
        }
    }

    fn log_ui(&mut self, ui: &mut egui::Ui) {
        let mut shows = self.remembered.log_shows;
        self.log.ui_with(ui, tr!("tcp-chat-server-log"), |ui| filter_ui(ui, &mut shows));
        if shows != self.remembered.log_shows {
            self.remembered.log_shows = shows;
            self.log.set_filter(level::filter(shows));
        }
    }

    fn bottom_ui(&self, ui: &mut egui::Ui) {
        let row = egui::vec2(ui.available_width(), ui.spacing().interact_size.y);
        ui.allocate_ui_with_layout(row, Layout::right_to_left(Align::Center), |ui| {
            settings_button_ui(ui);
            ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                ui.add(quiet(ui, self.model.totals()).truncate());
            });
        });
    }
}

fn quiet(ui: &egui::Ui, words: String) -> Label {
    Label::new(RichText::new(words).small().color(tone_color(ui, Tone::Quiet)))
}

impl eframe::App for App {
    fn logic(&mut self, ctx: &egui::Context, _frame: &mut eframe::Frame) {
        if self.handle.is_shutting_down() {
            ctx.send_viewport_cmd(egui::ViewportCommand::Close);
        }
        if self.take_events() {
            ctx.request_repaint();
        }
        if self.model.counts_seconds() {
            ctx.request_repaint_after(SECOND);
        }
        if self.handle.has_failed() {
            self.model.set_failed();
        } else {
            self.model.set_snapshot(self.handle.snapshot());
        }
        self.remembered.choose(self.form.chosen());
    }

    fn ui(&mut self, ui: &mut egui::Ui, _frame: &mut eframe::Frame) {
        egui::Panel::top("status").show(ui, |ui| {
            self.status_ui(ui);
            self.taken_port_ui(ui);
            self.notices_ui(ui);
        });
        egui::Panel::bottom("totals").show(ui, |ui| {
            missing_font_hint_ui(ui);
            self.bottom_ui(ui);
        });
        egui::CentralPanel::default().show(ui, |ui| self.content_ui(ui));
    }

    fn on_exit(&mut self, _gl: Option<&eframe::glow::Context>) {
        self.handle.stop();
    }
}

impl Program for App {
    type Kept = Kept;

    fn kept(&self) -> Kept {
        self.remembered.kept()
    }

    fn reset(&mut self) {
        let defaults = Kept::default();
        self.remembered = Remembered::from(&defaults.settings());
        self.form = Form::new(self.remembered.settings());
        self.remembered.start = defaults.start;
        self.remembered.log_shows = defaults.log_shows;
        self.log.set_filter(level::filter(defaults.log_shows));
    }

    fn settings_ui(&mut self, ui: &mut egui::Ui) {
        let is_running = self.model.is_running();
        room_ui(ui, tr!("tcp-chat-server-settings-listen"), |ui| {
            ui.checkbox(&mut self.remembered.start, tr!("tcp-chat-server-start-with-window"));
            if is_running {
                ui.add(quiet(ui, tr!("tcp-chat-server-settings-in-use").to_owned()).wrap());
            }
            ui.add_enabled_ui(!is_running, |ui| self.form.listen_ui(ui));
        });
        room_ui(ui, tr!("tcp-chat-server-settings-limits"), |ui| {
            ui.add_enabled_ui(!is_running, |ui| self.form.limits_ui(ui));
        });
    }

    fn keys(&self) -> Vec<KeyHint> {
        let own =
            [("Ctrl+Enter", "tcp-chat-server-key-start"), ("\u{2191}, \u{2193}", "tcp-chat-server-key-rows")];
        own.into_iter().chain(LOG_KEYS.iter().copied()).collect()
    }
}
