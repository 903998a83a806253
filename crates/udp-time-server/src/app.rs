//! The window: drains the engine, lays out the panels.

use common::cli::Failure;
use common::engine::{Flavor, SystemClock, start};
use common::window::{Primary, Window, repaint_waker, status_line_ui};
use eframe::egui;

use crate::engine::{self, Command, Handle, Settings, Snapshot};
use crate::model::{Form, Model};
use crate::ui::{clock_ui, destinations_ui, settings_ui};

/// Events taken in a frame.
const EVENTS_A_FRAME: usize = 256;

const WINDOW: Window =
    Window { app_id: "udp-time-server", title: "udp-time-server-title", size: [420.0, 380.0] };

/// Opens the window; sends at once where `starts`.
///
/// # Errors
/// Where there is no display, or no engine.
pub fn launch(settings: Settings, starts: bool) -> Result<(), Failure> {
    common::window::launch(WINDOW, move |ctx| {
        let id = engine::random_sender_id();
        let run = move |link| engine::run(link, SystemClock, id);
        let handle = start("sender", Flavor::CurrentThread, repaint_waker(ctx), Snapshot::default(), run)?;
        let mut app = App::new(handle, &settings);
        if starts {
            app.send(Command::Start(settings));
        }
        Ok(app)
    })
}

/// The window's state.
#[derive(Debug)]
pub struct App {
    handle: Handle,
    model: Model,
    form: Form,
    /// The engine did not take the last command.
    is_busy: bool,
}

impl App {
    /// A window that shows `settings`, for the engine behind `handle`.
    #[must_use]
    pub fn new(handle: Handle, settings: &Settings) -> Self {
        Self { handle, model: Model::default(), form: Form::new(settings), is_busy: false }
    }

    fn send(&mut self, command: Command) {
        self.is_busy = self.handle.command(command).is_err();
    }

    fn status_ui(&mut self, ui: &mut egui::Ui) {
        let settings = self.form.settings();
        let is_sending = self.model.is_sending();
        let primary = Primary {
            label: if is_sending { "Stop Server" } else { "Start Server" },
            is_enabled: is_sending || settings.is_some(),
        };
        let mut status = self.model.status(settings.is_some());
        if self.is_busy {
            status.sentence.push_str(" (busy, press again)");
        }
        if status_line_ui(ui, &status, primary) {
            match settings {
                _ if is_sending => self.send(Command::Stop),
                Some(settings) => self.send(Command::Start(settings)),
                None => (),
            }
        }
    }
}

impl eframe::App for App {
    fn logic(&mut self, ctx: &egui::Context, _frame: &mut eframe::Frame) {
        if self.handle.is_shutting_down() {
            ctx.send_viewport_cmd(egui::ViewportCommand::Close);
        }
        let model = &mut self.model;
        if self.handle.drain(EVENTS_A_FRAME, |event| model.apply(event)) {
            ctx.request_repaint();
        }
        self.model.set_snapshot(self.handle.snapshot());
    }

    fn ui(&mut self, ui: &mut egui::Ui, _frame: &mut eframe::Frame) {
        egui::Panel::top("status").show(ui, |ui| self.status_ui(ui));
        egui::CentralPanel::default().show(ui, |ui| {
            egui::ScrollArea::vertical().auto_shrink(false).show(ui, |ui| {
                clock_ui(ui, self.model.clock_face().as_ref());
                ui.separator();
                ui.add_enabled_ui(!self.model.is_sending(), |ui| settings_ui(ui, &mut self.form));
                destinations_ui(ui, self.model.destinations());
            });
        });
    }

    fn on_exit(&mut self, _gl: Option<&eframe::glow::Context>) {
        self.handle.stop();
    }
}
