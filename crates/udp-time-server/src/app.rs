//! The window: drains the engine, lays out the panels.

use std::time::Duration;

use common::cli::Failure;
use common::engine::{Clock as _, Flavor, SystemClock, start};
use common::window::{Primary, Window, repaint_waker, status_line_ui};
use eframe::egui;

use crate::engine::{self, Command, Handle, Pace, Settings, Snapshot};
use crate::form::Form;
use crate::model::Model;
use crate::ui::{addresses_ui, clock_ui, destinations_ui, settings_ui};

/// Events taken in a frame.
const EVENTS_A_FRAME: usize = 256;

const WINDOW: Window = Window {
    app_id: "udp-time-server",
    title: "udp-time-server-title",
    size: [420.0, 380.0],
    icon: include_bytes!("../../../packaging/icons/udp-time-server.png"),
};

/// Opens the window; sends at once where `starts`.
///
/// # Errors
/// Where there is no display, or no engine.
pub fn launch(settings: Settings, starts: bool) -> Result<(), Failure> {
    common::window::launch(WINDOW, move |ctx| {
        let id = engine::random_sender_id();
        let run = move |link| engine::run(link, SystemClock, id, Pace::Precise);
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
    /// The engine did not take the newest list.
    is_list_unsent: bool,
}

impl App {
    /// A window that shows `settings`, for the engine behind `handle`.
    #[must_use]
    pub fn new(handle: Handle, settings: &Settings) -> Self {
        Self {
            handle,
            model: Model::default(),
            form: Form::new(settings),
            is_busy: false,
            is_list_unsent: false,
        }
    }

    fn send(&mut self, command: Command) {
        self.is_busy = self.handle.command(command).is_err();
    }

    fn status_ui(&mut self, ui: &mut egui::Ui) {
        let can_start = self.form.settings().is_some();
        let is_sending = self.model.is_sending();
        let primary = Primary {
            label: if is_sending { "Stop Server" } else { "Start Server" },
            is_enabled: is_sending || can_start,
        };
        let mut status = self.model.status(can_start);
        if self.is_busy {
            status.sentence.push_str(" (busy, press again)");
        }
        if status_line_ui(ui, &status, primary) {
            if is_sending {
                self.send(Command::Stop);
            } else {
                self.start();
            }
        }
    }

    fn start(&mut self) {
        if let Some(settings) = self.form.settings() {
            self.form.list.take_change();
            self.send(Command::Start(settings));
        }
    }

    fn content_ui(&mut self, ui: &mut egui::Ui) {
        clock_ui(ui, self.model.clock_face().as_ref());
        ui.separator();
        let is_sending = self.model.is_sending();
        // While sending the clock shows what is sent.
        let now = (!is_sending).then(|| SystemClock.now());
        ui.add_enabled_ui(!is_sending, |ui| settings_ui(ui, &mut self.form, now));
        if let Some(now) = now {
            let next = 1000 - u64::from(now.timestamp_subsec_millis().min(999));
            ui.ctx().request_repaint_after(Duration::from_millis(next));
        }
        ui.separator();
        if destinations_ui(ui, &mut self.form.list, &self.model) && !is_sending {
            self.start();
        }
        // Not taken while the engine is busy: tried again with the next frame.
        if is_sending && (self.form.list.take_change() || self.is_list_unsent) {
            let command = Command::SetDestinations(self.form.list.entries());
            self.is_list_unsent = self.handle.command(command).is_err();
        }
        addresses_ui(ui, &self.model.own_addresses());
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
        self.form.list.set_interfaces(self.model.interfaces());
    }

    fn ui(&mut self, ui: &mut egui::Ui, _frame: &mut eframe::Frame) {
        egui::Panel::top("status").show(ui, |ui| self.status_ui(ui));
        egui::CentralPanel::default().show(ui, |ui| {
            egui::ScrollArea::vertical().auto_shrink(false).show(ui, |ui| {
                self.content_ui(ui);
            });
        });
    }

    fn on_exit(&mut self, _gl: Option<&eframe::glow::Context>) {
        self.handle.stop();
    }
}
