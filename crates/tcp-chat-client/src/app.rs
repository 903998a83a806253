//! The window: drains the engine, lays out the panels.

use std::fmt;

use common::cli::Failure;
use common::engine::{Clock, Flavor, SystemClock, start};
use common::window::{Tone, Window, repaint_waker, tone_color};
use eframe::egui::{self, Align, Layout, RichText, accesskit, vec2};

use crate::engine::{self, Command, Handle, MessageId, Target};
use crate::model::{Model, Refusal};
use crate::ui::{
    Composer, History, HistoryIntent, ServerForm, composer_ui, history_ui, server_menu_ui, server_ui,
    status_ui,
};
use crate::words;

/// Events taken in a frame.
const EVENTS_A_FRAME: usize = 256;

/// As the original demo.
const WINDOW: Window = Window { app_id: "tcp-chat-client", title: "TCP chat client", size: [500.0, 450.0] };

/// From this width on the fields have room beside the buttons.
const WIDE: f32 = 440.0;

/// Room for the two buttons.
const BUTTONS_WIDTH: f32 = 140.0;

/// Height of the text box: at first, at least, and at most as a part of what there is.
const COMPOSER_HEIGHT: f32 = 100.0;
const COMPOSER_MIN_HEIGHT: f32 = 40.0;
const COMPOSER_MAX_PART: f32 = 0.45;

/// Opens the window, and connects at once.
///
/// # Errors
/// Where there is no display, or no engine.
pub fn launch(target: Target) -> Result<(), Failure> {
    common::window::launch(WINDOW, move |ctx| {
        let handle = start("chat", Flavor::CurrentThread, repaint_waker(ctx), (), engine::run)?;
        Ok(App::new(handle, target, SystemClock))
    })
}

/// The window's state.
pub struct App {
    handle: Handle,
    clock: Box<dyn Clock>,
    model: Model,
    form: ServerForm,
    history: History,
    composer: Composer,
    /// Why the draft was not sent, and the draft it was.
    refusal: Option<(Refusal, String)>,
    /// The engine did not take the last command of a button.
    is_busy: bool,
}

impl fmt::Debug for App {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("App").field("model", &self.model).finish_non_exhaustive()
    }
}

impl App {
    /// A window for the engine behind `handle`, which is asked to connect to `target`.
    #[must_use]
    pub fn new(handle: Handle, target: Target, clock: impl Clock) -> Self {
        let mut app = Self {
            handle,
            clock: Box::new(clock),
            model: Model::default(),
            form: ServerForm::new(&target),
            history: History::default(),
            composer: Composer::default(),
            refusal: None,
            is_busy: false,
        };
        app.command(Command::Connect(target));
        app
    }

    fn command(&mut self, command: Command) {
        self.is_busy = self.handle.command(command).is_err();
    }

    /// Sends `text` as a new message.
    fn say(&mut self, text: &str) -> Result<(), Refusal> {
        let id = self.model.next_message(text)?;
        let command = Command::Send { id, text: text.to_owned() };
        self.handle.command(command).map_err(|_full| Refusal::Busy)?;
        self.model.said(id, text.to_owned(), self.clock.now());
        self.history.follow();
        Ok(())
    }

    /// Sends the draft; one that is not sent stays, with the reason.
    fn send_draft(&mut self) {
        let draft = std::mem::take(&mut self.composer.draft);
        self.refusal = None;
        if let Err(refusal) = self.say(&draft) {
            self.composer.draft.clone_from(&draft);
            self.refusal = Some((refusal, draft));
        }
        self.composer.focus();
    }

    fn try_again(&mut self, id: MessageId) {
        let Some(text) = self.model.transcript().own_text(id).map(str::to_owned) else { return };
        match self.say(&text) {
            Ok(()) => self.model.retried(id),
            // Said under the draft, which stays.
            Err(refusal) => self.refusal = Some((refusal, self.composer.draft.clone())),
        }
    }

    /// Why the draft is not sent: said until it changes, or could be sent.
    fn notice(&mut self) -> Option<String> {
        let is_over = |(refusal, draft): &mut (Refusal, String)| {
            *draft != self.composer.draft || (*refusal == Refusal::NotConnected && self.model.can_send())
        };
        self.refusal.take_if(is_over);
        match &self.refusal {
            Some((Refusal::Blank, _)) => None,
            Some((refusal, _)) => Some(words::sentence(&refusal.to_string())),
            None if self.is_busy => Some("Busy, try again".to_owned()),
            None => {
                let (len, max) = (self.composer.draft.len(), self.model.max_text_bytes());
                (len > max).then(|| words::sentence(&Refusal::TooLong { len, max }.to_string()))
            }
        }
    }

    /// Notice, fields, and the demo's two buttons at the right.
    fn bottom_ui(&mut self, ui: &mut egui::Ui) {
        if let Some(notice) = self.notice() {
            let text = RichText::new(notice).color(tone_color(ui, Tone::Bad));
            let label = ui.add(egui::Label::new(text).wrap());
            ui.ctx().accesskit_node_builder(label.id, |node| node.set_live(accesskit::Live::Polite));
        }
        let fields_ui = if ui.available_width() >= WIDE { server_ui } else { server_menu_ui };
        let row = ui.horizontal_top(|ui| {
            // What is wrong with an address wraps, and leaves the buttons where they are.
            let fields_size = vec2(ui.available_width() - BUTTONS_WIDTH, ui.spacing().interact_size.y);
            let rest = Layout::left_to_right(Align::Center).with_main_wrap(true);
            let fields = ui
                .allocate_ui_with_layout(fields_size, rest, |ui| fields_ui(ui, &mut self.form, &self.model));
            let buttons_size = vec2(ui.available_width(), fields_size.y);
            let from_the_right = Layout::right_to_left(Align::Center);
            ui.allocate_ui_with_layout(buttons_size, from_the_right, |ui| self.buttons_ui(ui));
            fields.inner
        });
        let command = row.inner;
        if let Some(command) = command {
            self.command(command);
        }
    }

    fn buttons_ui(&mut self, ui: &mut egui::Ui) {
        if ui.button(RichText::new("Send").strong()).clicked() {
            self.send_draft();
        }
        if ui.button("Close").clicked() {
            ui.ctx().send_viewport_cmd(egui::ViewportCommand::Close);
        }
    }

    fn history_ui(&mut self, ui: &mut egui::Ui) {
        match history_ui(ui, &mut self.history, &self.model) {
            Some(HistoryIntent::Stop(id)) => self.command(Command::Cancel { id }),
            Some(HistoryIntent::TryAgain(id)) => self.try_again(id),
            None => (),
        }
    }
}

impl eframe::App for App {
    fn logic(&mut self, ctx: &egui::Context, _frame: &mut eframe::Frame) {
        if self.handle.is_shutting_down() {
            ctx.send_viewport_cmd(egui::ViewportCommand::Close);
        }
        let (model, now) = (&mut self.model, self.clock.now());
        if self.handle.drain(EVENTS_A_FRAME, |event| model.apply(event, now)) {
            ctx.request_repaint();
        }
    }

    fn ui(&mut self, ui: &mut egui::Ui, _frame: &mut eframe::Frame) {
        let status = egui::Panel::top("status")
            .show(ui, |ui| status_ui(ui, &self.model, &self.form, self.clock.now()));
        if let Some(command) = status.inner {
            self.command(command);
        }
        egui::Panel::bottom("buttons").show_separator_line(false).show(ui, |ui| self.bottom_ui(ui));
        let most = (ui.available_height() * COMPOSER_MAX_PART).max(COMPOSER_MIN_HEIGHT);
        let composer = egui::Panel::bottom("composer")
            .resizable(true)
            .default_size(COMPOSER_HEIGHT)
            .size_range(COMPOSER_MIN_HEIGHT..=most)
            .show(ui, |ui| composer_ui(ui, &mut self.composer));
        if composer.inner {
            self.send_draft();
        }
        egui::CentralPanel::default().show(ui, |ui| self.history_ui(ui));
    }

    fn on_exit(&mut self, _gl: Option<&eframe::glow::Context>) {
        self.handle.stop();
    }
}
