//! The window: drains the engine, lays out the panels.

use std::sync::Arc;

use common::cli::Failure;
use common::engine::{Flavor, SystemClock, start};
use common::net::Host;
use common::settings::Store;
use common::tr;
use common::window::{
    FileKind, HostField, KeyHint, LOG_KEYS, Primary, Program, SaveBar, Window, keyed_status_line_ui,
    launch_program, repaint_waker, room_ui,
};
use eframe::egui::{self, Key, Label, Rect, UiBuilder, vec2};

use crate::cli::Args;
use crate::csv::write_history;
use crate::engine::{self, Backlog, Command, Handle, RowId, Settings, Snapshot};
use crate::kept::{Kept, Remembered};
use crate::model::{Model, counters};
use crate::ui::{Datagrams, QualityWish, bottom_ui, listen_ui, quality_ui, senders_ui};

/// Events taken in a frame.
const EVENTS_A_FRAME: usize = 128;

/// Between the rows of the content: it is what the window is for.
const CONTENT_GAP: f32 = 4.0;

/// In less height the rows at the bottom scroll with the content.
const MIN_PINNED: f32 = 260.0;

const WINDOW: Window = Window {
    app_id: "udp-time-client",
    title: "udp-time-client-title",
    size: [760.0, 480.0],
    icon: include_bytes!("../../../packaging/icons/udp-time-client.png"),
};

/// Opens the window, which listens at once unless the settings say otherwise.
///
/// # Errors
/// Where there is no display, or no engine.
pub fn launch(args: &Args) -> Result<(), Failure> {
    let loaded = Store::of_program(WINDOW.app_id).load::<Kept>();
    let remembered = Remembered::new(&loaded.settings.program, args);
    launch_program(WINDOW, loaded, move |ctx| {
        let backlog = Arc::new(Backlog::default());
        let shared = Arc::clone(&backlog);
        let run = |link| engine::run(link, SystemClock, shared);
        let handle = start("receiver", Flavor::CurrentThread, repaint_waker(ctx), Snapshot::default(), run)?;
        Ok(App::new(handle, backlog, remembered))
    })
}

/// The window's state.
#[derive(Debug)]
pub struct App {
    handle: Handle,
    backlog: Arc<Backlog>,
    model: Model,
    datagrams: Datagrams,
    /// The sender whose quality is shown.
    chosen: Option<RowId>,
    /// Asks for a file for its figures.
    save: Option<SaveBar>,
    listen: HostField,
    port: u16,
    interface: Option<String>,
    /// Where it was told to listen.
    asked: Settings,
    remembered: Remembered,
    /// The engine did not take the last command.
    is_busy: bool,
    /// Of the rows at the bottom, in the last frame.
    bottom_height: f32,
}

impl App {
    /// A window for the engine behind `handle`, which is told to listen; what it hears is in `backlog`.
    #[must_use]
    pub fn new(handle: Handle, backlog: Arc<Backlog>, remembered: impl Into<Remembered>) -> Self {
        let remembered = remembered.into();
        let settings = remembered.settings();
        let mut app = Self {
            handle,
            backlog,
            model: Model::default(),
            datagrams: Datagrams::default(),
            chosen: None,
            save: None,
            listen: HostField::new(&settings.listen),
            port: settings.port,
            interface: settings.interface.clone(),
            asked: settings.clone(),
            remembered,
            is_busy: false,
            bottom_height: 0.0,
        };
        if app.remembered.listens {
            app.listen_at(settings);
        }
        app
    }

    fn send(&mut self, command: Command) {
        self.is_busy = self.handle.command(command).is_err();
    }

    /// What is typed, where that can be used.
    fn settings(&self) -> Option<Settings> {
        let listen: Host = self.listen.host().ok()?;
        let is_group = matches!(listen, Host::Ip(ip) if ip.is_multicast());
        let interface = self.interface.clone().filter(|_| is_group);
        Some(Settings { listen, port: self.port, interface })
    }

    fn status_ui(&mut self, ui: &mut egui::Ui) {
        let is_on = self.model.is_on();
        let primary = Primary {
            label: if is_on { tr!("udp-time-client-stop") } else { tr!("udp-time-client-start") },
            is_enabled: is_on || (self.settings().is_some() && !self.model.has_failed()),
        };
        let mut status = self.model.status();
        if self.is_busy && !self.model.has_failed() {
            status = status.busy();
        }
        if keyed_status_line_ui(ui, &status, primary) {
            if is_on {
                self.send(Command::Stop);
            } else {
                self.listen_anew();
            }
        }
    }

    fn notes_ui(&mut self, ui: &mut egui::Ui) {
        let free = self.model.free_port();
        let mut is_wanted = false;
        ui.horizontal_wrapped(|ui| {
            for note in self.model.notes() {
                ui.add(Label::new(note).wrap());
            }
            is_wanted = free.is_some_and(|port| {
                ui.button(tr!("udp-time-client-use-port", port = port.to_string())).clicked()
            });
        });
        if let (true, Some(port)) = (is_wanted, free) {
            self.port = port;
            self.listen_anew();
        }
    }

    fn listen_anew(&mut self) {
        if let Some(settings) = self.settings() {
            self.listen_at(settings);
        }
    }

    fn listen_at(&mut self, settings: Settings) {
        self.asked = settings.clone();
        self.remembered.choose(&settings);
        self.send(Command::Listen(settings));
    }

    fn content_ui(&mut self, ui: &mut egui::Ui) {
        ui.spacing_mut().item_spacing.y = CONTENT_GAP;
        let height = ui.available_height();
        let top = ui.cursor().top();
        let now_us = self.model.snapshot().now_us;
        if let Some(pressed) = senders_ui(ui, self.model.senders(), self.chosen, now_us) {
            self.choose(Some(pressed).filter(|pressed| self.chosen != Some(*pressed)));
        }
        let row = self.chosen.and_then(|chosen| self.model.senders().iter().find(|row| row.id == chosen));
        let is_only = self.chosen.is_some() && self.datagrams.only() == self.chosen;
        match row.and_then(|row| quality_ui(ui, row, is_only, now_us, height)) {
            Some(QualityWish::Save) => self.open_save(ui.ctx()),
            Some(QualityWish::OnlyIts) => {
                let only = self.chosen.filter(|_| !is_only);
                self.datagrams.show_only(only);
            }
            Some(QualityWish::Close) => self.choose(None),
            None => (),
        }
        self.save_row_ui(ui);
        let left = height - (ui.cursor().top() - top);
        self.datagrams.ui(ui, left, self.backlog.waiting());
    }

    /// Shows the quality of this sender, or of none.
    fn choose(&mut self, sender: Option<RowId>) {
        self.chosen = sender;
        self.remembered.quality = sender.is_some();
    }

    fn open_save(&mut self, ctx: &egui::Context) {
        let label = tr!("udp-time-client-save-figures-to");
        let save = self.save.get_or_insert_with(|| SaveBar::of("quality", label, &[FileKind::Csv]));
        save.browse(ctx);
        save.focus();
    }

    fn save_row_ui(&mut self, ui: &mut egui::Ui) {
        let row = self.model.senders().iter().find(|row| Some(row.id) == self.chosen);
        let (Some(save), Some(row)) = (&mut self.save, row) else {
            self.save = None;
            return;
        };
        let wish = save.ui(ui);
        if wish.is_saved {
            let history = Arc::clone(&row.quality.history);
            save.write(ui.ctx(), move |out, _| write_history(out, &history));
        }
        if wish.is_closed {
            self.save = None;
        }
        ui.separator();
    }

    fn bottom_ui(&mut self, ui: &mut egui::Ui) {
        let can_apply = self.model.is_on() && self.settings().is_some_and(|typed| typed != self.asked);
        let Self { listen, port, interface, model, .. } = self;
        let interfaces = Arc::clone(&model.snapshot().interfaces);
        let (figures, hint) = (counters(model.snapshot()), model.buffer_note());
        let is_wanted =
            bottom_ui(ui, figures, hint, |ui| listen_ui(ui, listen, port, interface, &interfaces, can_apply));
        if is_wanted {
            self.listen_anew();
        }
    }
}

impl eframe::App for App {
    fn logic(&mut self, ctx: &egui::Context, _frame: &mut eframe::Frame) {
        if self.handle.is_shutting_down() {
            ctx.send_viewport_cmd(egui::ViewportCommand::Close);
        }
        // What they tell is in the figures and the backlog.
        if self.handle.drain(EVENTS_A_FRAME, |_| ()) {
            ctx.request_repaint();
        }
        if !self.datagrams.is_paused() {
            self.datagrams.add(self.backlog.take());
        }
        if self.handle.has_failed() {
            self.model.set_failed();
        }
        self.model.set_snapshot(self.handle.snapshot());
        if self.chosen.is_none() && self.remembered.quality {
            self.chosen = self.model.senders().first().map(|row| row.id);
        }
        if let Some(listening) = self.model.listening()
            && self.port == 0
        {
            // The system chose.
            self.port = listening.address.port();
            self.asked.port = self.port;
        }
    }

    fn ui(&mut self, ui: &mut egui::Ui, _frame: &mut eframe::Frame) {
        let has_notes = !self.model.notes().is_empty();
        egui::Panel::top("status").show_separator_line(!has_notes).show(ui, |ui| self.status_ui(ui));
        if has_notes {
            egui::Panel::top("note").show(ui, |ui| self.notes_ui(ui));
        }
        egui::CentralPanel::default().show(ui, |ui| {
            // The rows at the bottom are laid out last, so that Tab goes as one reads.
            let all = ui.available_rect_before_wrap();
            if all.height() < MIN_PINNED {
                egui::ScrollArea::vertical().id_salt("content").auto_shrink(false).show(ui, |ui| {
                    self.content_ui(ui);
                    ui.separator();
                    self.bottom_ui(ui);
                });
                return;
            }
            let gap = ui.spacing().item_spacing.y;
            let split = (all.bottom() - self.bottom_height - gap).max(all.top());
            let content = Rect::from_min_max(all.min, egui::pos2(all.right(), split));
            ui.scope_builder(UiBuilder::new().max_rect(content), |ui| {
                ui.set_clip_rect(content.intersect(ui.clip_rect()));
                egui::ScrollArea::vertical()
                    .id_salt("content")
                    .auto_shrink(false)
                    .show(ui, |ui| self.content_ui(ui));
            });
            let rest = Rect::from_min_max(egui::pos2(all.left(), split + gap), all.max);
            let bottom = ui.scope_builder(UiBuilder::new().max_rect(rest), |ui| {
                ui.separator();
                self.bottom_ui(ui);
            });
            let height = bottom.response.rect.height();
            if (height - self.bottom_height).abs() > 0.5 {
                self.bottom_height = height;
                ui.ctx().request_discard("the rows at the bottom have another height");
            }
            ui.advance_cursor_after_rect(Rect::from_min_size(all.min, vec2(all.width(), all.height())));
        });
        // What is open in the content has taken Esc for itself.
        let is_covered = ui.memory(|memory| memory.top_modal_layer().is_some());
        if self.chosen.is_some() && !is_covered && ui.input(|input| input.key_pressed(Key::Escape)) {
            self.choose(None);
        }
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
        self.remembered = Remembered::from(Settings::default());
        self.remembered.start = defaults.start;
        self.choose(None);
        let Settings { listen, port, interface } = Settings::default();
        (self.listen, self.port, self.interface) = (HostField::new(&listen), port, interface);
        if self.model.is_on() {
            self.listen_anew();
        }
    }

    fn settings_ui(&mut self, ui: &mut egui::Ui) {
        room_ui(ui, tr!("udp-time-client-settings-listen"), |ui| {
            ui.checkbox(&mut self.remembered.start, tr!("udp-time-client-start-with-window"));
        });
    }

    fn keys(&self) -> Vec<KeyHint> {
        let own = [("Ctrl+Enter", "udp-time-client-key-start"), ("Enter", "udp-time-client-key-quality")];
        own.into_iter().chain(LOG_KEYS.iter().copied()).collect()
    }
}
