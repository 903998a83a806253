//! The window: drains the engine, lays out the panels.

use std::time::Duration;

use common::cli::Failure;
use common::engine::{Clock, Flavor, SystemClock, start};
use common::settings::Store;
use common::tr;
use common::window::{
    KeyHint, Primary, Program, Tone, Window, keyed_status_line_ui, launch_program, repaint_waker, room_ui,
    settings_button_ui, tone_color,
};
use eframe::egui::{self, Align, Color32, Frame, Label, Layout, RichText};

use crate::cli::Args;
use crate::engine::{self, Command, Handle, Pace, Snapshot};
use crate::form::{Form, Readiness};
use crate::kept::{Kept, Remembered};
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

/// Opens the window; sends at once where the arguments or the settings say so.
///
/// # Errors
/// Where there is no display, or no engine.
pub fn launch(args: &Args) -> Result<(), Failure> {
    let loaded = Store::of_program(WINDOW.app_id).load::<Kept>();
    let remembered = Remembered::new(&loaded.settings.program, args);
    let is_started = args.start || remembered.start;
    launch_program(WINDOW, loaded, move |ctx| {
        let id = engine::random_sender_id();
        let run = move |link| engine::run(link, SystemClock, id, Pace::Precise);
        let handle = start("sender", Flavor::CurrentThread, repaint_waker(ctx), Snapshot::default(), run)?;
        let mut app = App::new(handle, remembered);
        if is_started {
            app.start();
        }
        Ok(app)
    })
}

/// The window's state.
#[derive(Debug)]
pub struct App {
    handle: Handle,
    clock: Box<dyn Clock>,
    model: Model,
    form: Form,
    remembered: Remembered,
    /// The engine did not take the last command.
    is_busy: bool,
    /// The engine did not take the newest list.
    is_list_unsent: bool,
}

impl App {
    /// A window that shows `remembered`, for the engine behind `handle`.
    #[must_use]
    pub fn new(handle: Handle, remembered: impl Into<Remembered>) -> Self {
        let remembered = remembered.into();
        Self {
            handle,
            clock: Box::new(SystemClock),
            model: Model::default(),
            form: remembered.form(),
            remembered,
            is_busy: false,
            is_list_unsent: false,
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

    fn status_ui(&mut self, ui: &mut egui::Ui) {
        let readiness = self.form.readiness();
        let is_sending = self.model.is_sending();
        let label = if is_sending { tr!("udp-time-server-stop") } else { tr!("udp-time-server-start") };
        let can_start = readiness == Readiness::Ready && !self.model.has_failed();
        let primary = Primary { label, is_enabled: is_sending || can_start };
        let mut status = self.model.status(readiness);
        if self.is_busy && !self.model.has_failed() {
            status = status.busy();
        }
        if keyed_status_line_ui(ui, &status, primary) {
            if is_sending {
                self.send(Command::Stop);
            } else {
                self.start();
            }
        }
    }

    fn start(&mut self) {
        if let Some(settings) = self.form.settings().filter(|_| !self.model.has_failed()) {
            self.form.list.take_change();
            self.send(Command::Start(settings));
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

    fn content_ui(&mut self, ui: &mut egui::Ui) {
        clock_ui(ui, self.model.clock_face().as_ref());
        ui.separator();
        let is_sending = self.model.is_sending();
        // While sending the clock shows what is sent.
        let now = (!is_sending).then(|| self.clock.now());
        ui.add_enabled_ui(!is_sending, |ui| settings_ui(ui, &mut self.form, now));
        // The preview goes on where somebody looks at it; an idle window costs nothing.
        if let Some(now) = now
            && ui.input(|input| input.focused)
        {
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

fn quiet(ui: &egui::Ui, words: impl Into<String>) -> Label {
    Label::new(RichText::new(words).small().color(tone_color(ui, Tone::Quiet)))
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
        if self.handle.has_failed() {
            self.model.set_failed();
        }
        self.model.set_snapshot(self.handle.snapshot());
        self.form.list.set_interfaces(self.model.interfaces());
        self.remembered.choose(&mut self.form);
    }

    fn ui(&mut self, ui: &mut egui::Ui, _frame: &mut eframe::Frame) {
        // Drawn every second: the window's own surface is enough.
        let side = Frame::side_top_panel(ui.style()).fill(Color32::TRANSPARENT);
        let central = Frame::central_panel(ui.style()).fill(Color32::TRANSPARENT);
        egui::Panel::top("status").frame(side).show(ui, |ui| self.status_ui(ui));
        egui::Panel::bottom("totals").frame(side).show(ui, |ui| self.bottom_ui(ui));
        egui::CentralPanel::default().frame(central).show(ui, |ui| {
            egui::ScrollArea::vertical().auto_shrink(false).show(ui, |ui| {
                self.content_ui(ui);
            });
        });
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
        self.remembered = Remembered::from(&defaults);
        self.form = self.remembered.form();
        self.form.list.set_interfaces(self.model.interfaces());
        self.form.list.note_change();
        if self.model.is_sending() {
            self.start();
        }
    }

    fn settings_ui(&mut self, ui: &mut egui::Ui) {
        let is_sending = self.model.is_sending();
        room_ui(ui, tr!("udp-time-server-settings-sending"), |ui| {
            ui.checkbox(&mut self.remembered.start, tr!("udp-time-server-start-with-window"));
            if is_sending {
                ui.add(quiet(ui, tr!("udp-time-server-settings-in-use")).wrap());
            }
        });
    }

    fn keys(&self) -> Vec<KeyHint> {
        vec![("Ctrl+Enter", "udp-time-server-key-start")]
    }
}
