//! The window: drains the engine, lays out the panels.

use std::sync::Arc;

use common::cli::Failure;
use common::engine::{Flavor, SystemClock, start};
use common::net::Host;
use common::window::{HostField, LogPane, Primary, Tone, Window, repaint_waker, status_line_ui, tone_color};
use eframe::egui::{self, Label, RichText};

use crate::engine::{self, Backlog, Command, Handle, Settings, Snapshot};
use crate::model::{Model, counters, row};
use crate::ui::{address_ui, datagrams_ui, senders_ui};

/// Events (each a batch of up to 128 datagrams) taken in a frame.
const EVENTS_A_FRAME: usize = 128;

/// Datagrams that the list keeps.
const MAX_ROWS: usize = 10_000;

const WINDOW: Window = Window {
    app_id: "udp-time-client",
    title: "udp-time-client-title",
    size: [760.0, 480.0],
    icon: include_bytes!("../../../packaging/icons/udp-time-client.png"),
};

/// Opens the window, which listens at once.
///
/// # Errors
/// Where there is no display, or no engine.
pub fn launch(settings: Settings) -> Result<(), Failure> {
    common::window::launch(WINDOW, move |ctx| {
        let backlog = Arc::new(Backlog::default());
        let shared = Arc::clone(&backlog);
        let run = |link| engine::run(link, SystemClock, shared);
        let handle = start("receiver", Flavor::CurrentThread, repaint_waker(ctx), Snapshot::default(), run)?;
        Ok(App::new(handle, backlog, settings))
    })
}

/// The window's state.
#[derive(Debug)]
pub struct App {
    handle: Handle,
    backlog: Arc<Backlog>,
    model: Model,
    log: LogPane,
    listen: HostField,
    port: u16,
    /// Where it was told to listen.
    asked: Settings,
    /// The engine did not take the last command.
    is_busy: bool,
}

impl App {
    /// A window for the engine behind `handle`, which is told to listen.
    #[must_use]
    pub fn new(handle: Handle, backlog: Arc<Backlog>, settings: Settings) -> Self {
        let (listen, port) = (HostField::new(&settings.listen), settings.port);
        let log = LogPane::new(MAX_ROWS);
        let (model, asked) = (Model::default(), settings.clone());
        let mut app = Self { handle, backlog, model, log, listen, port, asked, is_busy: false };
        app.listen_at(settings);
        app
    }

    fn send(&mut self, command: Command) {
        self.is_busy = self.handle.command(command).is_err();
    }

    /// What is typed, where that can be used.
    fn settings(&self) -> Option<Settings> {
        let listen: Host = self.listen.host().ok()?;
        Some(Settings { listen, port: self.port, interface: self.asked.interface.clone() })
    }

    fn status_ui(&mut self, ui: &mut egui::Ui) {
        let is_on = self.model.is_on();
        let primary = Primary {
            label: if is_on { "Stop" } else { "Start" },
            is_enabled: is_on || self.settings().is_some(),
        };
        let mut status = self.model.status();
        if self.is_busy {
            status.sentence.push_str(" (busy, press again)");
        }
        match status_line_ui(ui, &status, primary) {
            true if is_on => self.send(Command::Stop),
            true => self.listen_anew(),
            false => (),
        }
    }

    fn listen_anew(&mut self) {
        if let Some(settings) = self.settings() {
            self.listen_at(settings);
        }
    }

    fn listen_at(&mut self, settings: Settings) {
        self.asked = settings.clone();
        self.send(Command::Listen(settings));
    }

    fn bottom_ui(&mut self, ui: &mut egui::Ui) {
        let can_apply = self.model.is_on() && self.settings().is_some_and(|typed| typed != self.asked);
        if address_ui(ui, &mut self.listen, &mut self.port, can_apply) {
            self.listen_anew();
        }
        let quiet = tone_color(ui, Tone::Quiet);
        ui.add(Label::new(RichText::new(counters(self.model.snapshot())).small().color(quiet)).wrap());
    }
}

impl eframe::App for App {
    fn logic(&mut self, ctx: &egui::Context, _frame: &mut eframe::Frame) {
        if self.handle.is_shutting_down() {
            ctx.send_viewport_cmd(egui::ViewportCommand::Close);
        }
        let log = &mut self.log;
        // What they tell is in the figures and the backlog.
        let has_more = self.handle.drain(EVENTS_A_FRAME, |_| ());
        self.backlog.take().all().iter().for_each(|received| log.push(row(received)));
        if has_more {
            ctx.request_repaint();
        }
        self.model.set_snapshot(self.handle.snapshot());
        if let Some(listening) = self.model.listening()
            && self.port == 0
        {
            // The system chose.
            self.port = listening.address.port();
            self.asked.port = self.port;
        }
    }

    fn ui(&mut self, ui: &mut egui::Ui, _frame: &mut eframe::Frame) {
        let note = self.model.note();
        egui::Panel::top("status").show_separator_line(note.is_none()).show(ui, |ui| self.status_ui(ui));
        if let Some(note) = note {
            egui::Panel::top("note").show(ui, |ui| ui.add(Label::new(note).wrap()));
        }
        egui::Panel::bottom("address").show(ui, |ui| self.bottom_ui(ui));
        egui::CentralPanel::default().show(ui, |ui| {
            let height = ui.available_height();
            egui::ScrollArea::vertical().id_salt("content").auto_shrink(false).show(ui, |ui| {
                let top = ui.cursor().top();
                senders_ui(ui, self.model.senders());
                let left = height - (ui.cursor().top() - top);
                datagrams_ui(ui, &mut self.log, left);
            });
        });
    }

    fn on_exit(&mut self, _gl: Option<&eframe::glow::Context>) {
        self.handle.stop();
    }
}
