//! The window: drains the engine, lays out the panels.

use std::fmt;

use common::cli::Failure;
use common::engine::{Clock, Flavor, SystemClock, start};
use common::window::{Tone, Window, repaint_waker, tone_color};
use eframe::egui::{
    self, Align, Align2, Button, CursorIcon, Layout, Rect, RichText, Sense, UiBuilder, accesskit, vec2,
};

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
const WINDOW: Window = Window {
    app_id: "tcp-chat-client",
    title: "tcp-chat-client-title",
    size: [500.0, 450.0],
    icon: include_bytes!("../../../packaging/icons/tcp-chat-client.png"),
};

/// From this width on the fields have room beside the buttons.
const WIDE: f32 = 440.0;

/// Width of a button, and room for the two.
const BUTTON_WIDTH: f32 = 60.0;
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
    composer_height: f32,
    /// As it was in the last frame.
    bottom_height: f32,
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
            composer_height: COMPOSER_HEIGHT,
            bottom_height: 0.0,
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
        // Before the fields: Tab goes on from the text box to what is done with it.
        let row = ui.available_rect_before_wrap();
        self.buttons_ui(&mut ui.new_child(UiBuilder::new().max_rect(row)));
        // What is wrong with an address wraps, and leaves the buttons where they are.
        let size = vec2(row.width() - BUTTONS_WIDTH, ui.spacing().interact_size.y);
        let wrapping = Layout::left_to_right(Align::Center).with_main_wrap(true);
        let fields =
            ui.allocate_ui_with_layout(size, wrapping, |ui| fields_ui(ui, &mut self.form, &self.model));
        if let Some(command) = fields.inner {
            self.command(command);
        }
    }

    /// Lays out the buttons at the upper right corner.
    fn buttons_ui(&mut self, ui: &mut egui::Ui) {
        let (spacing, size) = (ui.spacing().item_spacing.x, vec2(BUTTON_WIDTH, ui.spacing().interact_size.y));
        let send = Align2::RIGHT_TOP.align_size_within_rect(size, ui.max_rect());
        let close = send.translate(vec2(-size.x - spacing, 0.0));
        if ui.put(close, Button::new("Close")).clicked() {
            ui.ctx().send_viewport_cmd(egui::ViewportCommand::Close);
        }
        if ui.put(send, Button::new(RichText::new("Send").strong())).clicked() {
            self.send_draft();
        }
    }

    /// The height of the text box follows the line above it, which only the pointer gets hold of: a
    /// panel's own one would be a stop for Tab that is not to be seen.
    fn splitter_ui(&mut self, ui: &mut egui::Ui, composer: Rect, most: f32) {
        let line = Rect::from_x_y_ranges(composer.x_range(), composer.top()..=composer.top());
        let grip = line.expand2(vec2(0.0, ui.style().interaction.resize_grab_radius_side));
        let response = ui.interact(grip, ui.scope_id().with("splitter"), Sense::DRAG);
        let is_moved = response.dragged() || response.drag_stopped();
        if let Some(pointer) = response.interact_pointer_pos().filter(|_| is_moved) {
            let height = (composer.bottom() - pointer.y).clamp(COMPOSER_MIN_HEIGHT, most);
            if (height - std::mem::replace(&mut self.composer_height, height)).abs() > 0.0 {
                ui.ctx().request_repaint();
            }
        }
        if response.hovered() || response.dragged() {
            let widgets = &ui.visuals().widgets;
            let style = if response.dragged() { widgets.active } else { widgets.hovered };
            ui.painter().hline(composer.x_range(), composer.top(), style.fg_stroke);
            ui.ctx().set_cursor_icon(CursorIcon::ResizeVertical);
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
        // From top to bottom, as Tab goes: the panels at the bottom come last, and have their room.
        let whole = ui.available_rect_before_wrap();
        let above_buttons = whole.with_max_y((whole.bottom() - self.bottom_height).max(whole.top()));
        let most = (above_buttons.height() * COMPOSER_MAX_PART).max(COMPOSER_MIN_HEIGHT);
        let composer_top = above_buttons.bottom() - self.composer_height.min(most).round();
        let history = above_buttons.with_max_y(composer_top.max(whole.top()));
        let composer = above_buttons.with_min_y(history.bottom());
        let room = |rect, name| UiBuilder::new().max_rect(rect).id_salt(name);

        egui::CentralPanel::default()
            .show(&mut ui.new_child(room(history, "history")), |ui| self.history_ui(ui));
        let is_enter = egui::Panel::bottom("composer")
            .resizable(false)
            .exact_size(composer.height())
            .show(&mut ui.new_child(room(composer, "composer")), |ui| composer_ui(ui, &mut self.composer));
        if is_enter.inner {
            self.send_draft();
        }
        let bottom =
            egui::Panel::bottom("buttons").show_separator_line(false).show(ui, |ui| self.bottom_ui(ui));
        self.splitter_ui(ui, composer, most);
        let height = bottom.response.rect.height();
        if (height - std::mem::replace(&mut self.bottom_height, height)).abs() > 0.5 {
            ui.ctx().request_discard("the rows at the bottom have another height");
        }
    }

    fn on_exit(&mut self, _gl: Option<&eframe::glow::Context>) {
        self.handle.stop();
    }
}
