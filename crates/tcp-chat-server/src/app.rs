//! The window: drains the engine, lays out the panels.

use std::time::Duration;

use common::cli::Failure;
use common::engine::{Clock, Flavor, SystemClock, start};
use common::window::{LogPane, Primary, Window, repaint_waker, status_line_ui};
use eframe::egui;

use crate::cli::Args;
use crate::engine::{self, Command, Event, Handle, Settings, Snapshot};
use crate::model::Model;
use crate::ui::{Form, bots_ui, clients_ui, form_ui};
use crate::{level, lines};

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

const WINDOW: Window = Window {
    app_id: "tcp-chat-server",
    title: "tcp-chat-server-title",
    size: [720.0, 520.0],
    icon: include_bytes!("../../../packaging/icons/tcp-chat-server.png"),
};

/// Opens the window; listens at once where the arguments say so.
///
/// # Errors
/// Where there is no display, or no engine.
pub fn launch(args: &Args) -> Result<(), Failure> {
    let settings = args.settings().map_err(Failure::usage)?;
    let first = args.start.then(|| settings.clone());
    common::window::launch(WINDOW, move |ctx| {
        let run = move |link| engine::run(link, first);
        let handle = start("engine", Flavor::MultiThread, repaint_waker(ctx), Snapshot::default(), run)?;
        Ok(App::new(handle, &settings))
    })
}

/// The window's state.
#[derive(Debug)]
pub struct App {
    handle: Handle,
    model: Model,
    form: Form,
    log: LogPane,
    /// Events that were dropped, as far as the log tells.
    known_drops: u64,
    /// The engine did not take the last command.
    is_busy: bool,
}

impl App {
    /// A window that shows `settings`, for the engine behind `handle`.
    #[must_use]
    pub fn new(handle: Handle, settings: &Settings) -> Self {
        Self {
            handle,
            model: Model::default(),
            form: Form::new(settings),
            log: LogPane::new(LOG_LINES),
            known_drops: 0,
            is_busy: false,
        }
    }

    fn send(&mut self, command: Command) {
        self.is_busy = self.handle.command(command).is_err();
    }

    /// Takes what has happened into the log; `true`: there may be more.
    fn take_events(&mut self) -> bool {
        let time = SystemClock.now().format("%H:%M:%S").to_string();
        let log = &mut self.log;
        let take = |event: Event| level::log(log, &time, &event);
        let has_more = self.handle.drain(EVENTS_A_FRAME, take);
        let drops = self.handle.dropped();
        if drops > self.known_drops {
            self.log.push(format!("{time}  {}", lines::dropped(drops - self.known_drops)));
            self.known_drops = drops;
        }
        has_more
    }

    fn status_ui(&mut self, ui: &mut egui::Ui) {
        let settings = self.form.settings();
        let is_running = self.model.is_running();
        let primary = Primary {
            label: if is_running { "Stop Server" } else { "Start Server" },
            is_enabled: if is_running { !self.model.is_stopping() } else { settings.is_some() },
        };
        let mut status = self.model.status(settings.is_some());
        if self.is_busy {
            status.sentence.push_str(" (busy, press again)");
        }
        if status_line_ui(ui, &status, primary) {
            match settings {
                _ if is_running => self.send(Command::Stop),
                Some(settings) => self.send(Command::Start(settings)),
                None => (),
            }
        }
    }

    /// The ways out where the port is taken.
    fn taken_port_ui(&mut self, ui: &mut egui::Ui) {
        let Some(next) = self.model.taken_port().and_then(|port| port.checked_add(1)) else { return };
        ui.horizontal(|ui| {
            let is_retried = ui.button("Try again").clicked();
            let is_moved = ui.button(format!("Use {next}")).clicked();
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

    fn content_ui(&mut self, ui: &mut egui::Ui) {
        let view_height = ui.available_height();
        let (mut command, mut bot_command) = (None, None);
        egui::ScrollArea::vertical().id_salt("content").auto_shrink(false).show(ui, |ui| {
            ui.add_enabled_ui(!self.model.is_running(), |ui| form_ui(ui, &mut self.form));
            bot_command = bots_ui(ui, &mut self.form.chain, &self.model);
            ui.separator();
            let totals = self.model.totals();
            let rows_height = (view_height * ROWS_SHARE).max(MIN_ROWS_HEIGHT);
            command = clients_ui(ui, self.model.table(), totals, rows_height);
            ui.separator();
            // Whatever is scrolled out of view, the log takes what the rest leaves.
            let used_height = ui.min_rect().height() + ui.spacing().item_spacing.y;
            let height = (view_height - used_height).max(MIN_LOG_HEIGHT);
            let size = egui::vec2(ui.available_width(), height);
            ui.allocate_ui(size, |ui| {
                ui.set_max_height(height);
                self.log.ui(ui, "Log");
            });
        });
        for command in command.into_iter().chain(bot_command) {
            self.send(command);
        }
    }
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
        self.model.set_snapshot(self.handle.snapshot());
    }

    fn ui(&mut self, ui: &mut egui::Ui, _frame: &mut eframe::Frame) {
        egui::Panel::top("status").show(ui, |ui| {
            self.status_ui(ui);
            self.taken_port_ui(ui);
        });
        egui::CentralPanel::default().show(ui, |ui| self.content_ui(ui));
    }

    fn on_exit(&mut self, _gl: Option<&eframe::glow::Context>) {
        self.handle.stop();
    }
}
