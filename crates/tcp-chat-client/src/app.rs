//! The window: drains the engine, lays out the panels.

mod doing;

use std::fmt;

use common::cli::Failure;
use common::engine::{Clock, Flavor, SystemClock, start};
use common::language::InWords as _;
use common::settings::{Choice, Store};
use common::tr;
use common::window::{
    KeyHint, Program, SaveBar, Tone, Window, launch_program, live, open_settings, repaint_waker, tone_color,
};
use eframe::egui::{self, RichText, UiBuilder, ViewportCommand, vec2};

use crate::drafts::Drafts;
use crate::engine::{self, Command, Event, Handle, Target};
use crate::find::Finder;
use crate::kept::Kept;
use crate::model::{Model, Refusal};
use crate::ui::{
    Closing, Composer, FindBar, History, ServerForm, StatusIntent, bottom_ui, closing_ui, composer_ui,
    find_bar_ui, history_ui, rooms_ui, splitter_ui, status_ui,
};

/// Events taken in a frame.
const EVENTS_A_FRAME: usize = 256;

/// As the original demo.
pub const WINDOW: Window = Window {
    app_id: "tcp-chat-client",
    title: "tcp-chat-client-title",
    size: [500.0, 450.0],
    icon: include_bytes!("../../../packaging/icons/tcp-chat-client.png"),
};

/// Height of the text box: at least, and at most as a part of what there is.
const COMPOSER_MIN_HEIGHT: f32 = 40.0;
const COMPOSER_MAX_PART: f32 = 0.4;

/// What is left between the text box and the buttons, besides the margin of their panel.
const COMPOSER_GAP: f32 = 4.0;

/// Opens the window, and connects at once: `target` says where, given what the settings say.
///
/// # Errors
/// Where there is no display, or no engine.
pub fn launch(target: impl FnOnce(Target) -> Target) -> Result<(), Failure> {
    let store = Store::of_program(WINDOW.app_id);
    let drafts = store.path().and_then(std::path::Path::parent).map(Drafts::of_folder).unwrap_or_default();
    let loaded = store.load::<Kept>();
    let kept = loaded.settings.program.clone();
    let of_run = target(kept.target());
    let target = Choice::new(kept.target(), (of_run != kept.target()).then_some(of_run));
    launch_program(WINDOW, loaded, move |ctx| {
        let handle = start("chat", Flavor::CurrentThread, repaint_waker(ctx), (), engine::run)?;
        Ok(App::new(handle, target, kept, drafts, SystemClock))
    })
}

/// Whether the window closes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Leaving {
    #[default]
    No,
    /// The user is asked: something would be lost.
    Asked,
    /// Whatever is lost.
    Sure,
}

/// The window's state.
pub struct App {
    handle: Handle,
    clock: Box<dyn Clock>,
    model: Model,
    kept: Kept,
    target: Choice<Target>,
    form: ServerForm,
    history: History,
    finder: Finder,
    find_bar: Option<FindBar>,
    save_bar: Option<SaveBar>,
    composer: Composer,
    drafts: Drafts,
    /// When the draft was last written, in seconds.
    draft_at: f64,
    /// As it was in the last frame.
    bottom_height: f32,
    /// Why the draft was not sent, and the draft it was.
    refusal: Option<(Refusal, String)>,
    /// The engine did not take the last command of a button.
    is_busy: bool,
    /// Whether the conversation was cleared, and nothing said since.
    says_cleared: bool,
    leaving: Leaving,
    /// Nothing had the keyboard in the last frame.
    was_free: bool,
}

impl fmt::Debug for App {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("App").field("model", &self.model).finish_non_exhaustive()
    }
}

impl App {
    /// A window for the engine behind `handle`, which is asked to connect to `target`.
    #[must_use]
    pub fn new(
        handle: Handle,
        target: Choice<Target>,
        kept: Kept,
        drafts: Drafts,
        clock: impl Clock,
    ) -> Self {
        let mut model = Model::default();
        model.send_unsent(kept.send_unsent);
        for unsent in &drafts.saved().unsent {
            model.restore(unsent.text.clone(), unsent.at, unsent.to.clone());
        }
        let wanted = target.get().clone();
        let mut app = Self {
            handle,
            clock: Box::new(clock),
            model,
            kept,
            form: ServerForm::new(&wanted),
            target,
            history: History::default(),
            finder: Finder::default(),
            find_bar: None,
            save_bar: None,
            composer: Composer::new(drafts.saved().draft.clone()),
            drafts,
            draft_at: f64::NEG_INFINITY,
            bottom_height: 0.0,
            refusal: None,
            is_busy: false,
            says_cleared: false,
            leaving: Leaving::default(),
            was_free: false,
        };
        app.connect_to(&wanted);
        app
    }

    /// Why the draft is not sent: said until it changes, or could be sent.
    fn notice(&mut self) -> Option<String> {
        self.refusal.take_if(|(_, draft)| *draft != self.composer.draft);
        match &self.refusal {
            Some((Refusal::Blank, _)) => None,
            Some((refusal, _)) => Some(refusal.in_words()),
            None if self.is_busy => Some(tr!("tcp-chat-client-busy").to_owned()),
            None => {
                let (len, max) = (self.composer.draft.len(), self.model.max_text_bytes());
                (len > max).then(|| Refusal::TooLong { len, max }.in_words())
            }
        }
    }

    /// The status line, and below it what looks for something.
    fn top_ui(&mut self, ui: &mut egui::Ui) {
        let wanted = self.form.target();
        let intent = egui::Panel::top("status")
            .show(ui, |ui| status_ui(ui, &self.model, wanted.as_ref(), self.clock.now()))
            .inner;
        match intent {
            Some(StatusIntent::Command(command)) => self.connect(command),
            Some(StatusIntent::ChangeServer) => open_settings(ui.ctx()),
            None => (),
        }
        let Some(bar) = &mut self.find_bar else { return };
        let shown =
            egui::Panel::top("find").show(ui, |ui| find_bar_ui(ui, bar, &mut self.finder, &self.model)).inner;
        if let Some((seq, byte)) = shown.reveal {
            self.history.reveal(seq, byte);
        }
        if shown.is_closed {
            self.close_find();
        }
    }

    fn history_ui(&mut self, ui: &mut egui::Ui) {
        if self.says_cleared && self.model.transcript().is_cleared() {
            ui.horizontal_wrapped(|ui| {
                let text = RichText::new(tr!("tcp-chat-client-cleared")).small();
                ui.label(text.color(tone_color(ui, Tone::Quiet)));
                if ui.small_button(tr!("tcp-chat-client-undo-clear")).clicked() {
                    self.model.transcript_mut().undo_clear();
                }
            });
        }
        if let Some(intent) = history_ui(ui, &mut self.history, &self.model, &self.finder) {
            self.obey(ui.ctx(), intent);
        }
    }

    /// Notice and buttons.
    fn bottom_ui(&mut self, ui: &mut egui::Ui) {
        if let Some(notice) = self.notice() {
            let text = RichText::new(notice).color(tone_color(ui, Tone::Bad));
            live(&ui.add(egui::Label::new(text).wrap()));
        }
        if let Some(intent) = bottom_ui(ui, self.model.transcript().is_cleared()) {
            self.obey_button(ui.ctx(), intent);
        }
    }
}

impl eframe::App for App {
    fn logic(&mut self, ctx: &egui::Context, _frame: &mut eframe::Frame) {
        if self.handle.is_shutting_down() {
            self.leaving = Leaving::Sure;
            ctx.send_viewport_cmd(ViewportCommand::Close);
        }
        let (model, now, does_reconnect) = (&mut self.model, self.clock.now(), self.kept.reconnect);
        let mut is_given_up = false;
        let has_more = self.handle.drain(EVENTS_A_FRAME, |event| {
            let is_retrying = matches!(event, Event::Retrying { .. });
            model.apply(event, now);
            if is_retrying && !does_reconnect {
                model.give_up();
                is_given_up = true;
            }
        });
        if is_given_up {
            self.command(Command::Disconnect);
        }
        self.send_unsent();
        self.save_draft(ctx);
        self.ask_to_close(ctx);
        if has_more {
            ctx.request_repaint();
        }
    }

    fn ui(&mut self, ui: &mut egui::Ui, _frame: &mut eframe::Frame) {
        self.keys_of_window(ui);
        self.top_ui(ui);
        self.save_ui(ui);
        // From top to bottom, as Tab goes: the panels at the bottom come last, and have their room.
        let whole = ui.available_rect_before_wrap();
        let above_buttons = whole.with_max_y((whole.bottom() - self.bottom_height).max(whole.top()));
        let most = (above_buttons.height() * COMPOSER_MAX_PART).max(COMPOSER_MIN_HEIGHT);
        let wanted = self.kept.composer_height().max(self.composer.wanted_height());
        let composer_top = above_buttons.bottom() - wanted.min(most).round();
        let history = above_buttons.with_max_y(composer_top.max(whole.top()));
        let composer = above_buttons.with_min_y(history.bottom());
        let room = |rect, name| UiBuilder::new().max_rect(rect).id_salt(name);

        egui::CentralPanel::default()
            .show(&mut ui.new_child(room(history, "history")), |ui| self.history_ui(ui));
        ui.painter().rect_filled(composer, 0.0, ui.visuals().panel_fill);
        let inside = composer.shrink2(vec2(8.0, 0.0)).with_min_y(composer.top() + 8.0);
        let inside = inside.with_max_y(inside.bottom() - COMPOSER_GAP);
        if composer_ui(&mut ui.new_child(room(inside, "composer")), &mut self.composer, &self.model) {
            self.send_draft();
        }
        let bottom =
            egui::Panel::bottom("buttons").show_separator_line(false).show(ui, |ui| self.bottom_ui(ui));
        if let Some(top) = splitter_ui(ui, composer) {
            let height = (composer.bottom() - top).clamp(COMPOSER_MIN_HEIGHT, most);
            let before = self.kept.composer_height;
            self.kept.set_composer_height(height);
            if self.kept.composer_height != before {
                ui.ctx().request_repaint();
            }
        }
        let height = bottom.response.rect.height();
        if (height - std::mem::replace(&mut self.bottom_height, height)).abs() > 0.5 {
            ui.ctx().request_discard("the rows at the bottom have another height");
        }
        if self.leaving == Leaving::Asked {
            match closing_ui(ui, self.model.open(), self.lost_unsent()) {
                Some(Closing::Close) => {
                    self.leaving = Leaving::Sure;
                    ui.ctx().send_viewport_cmd(ViewportCommand::Close);
                }
                Some(Closing::Stay) => self.leaving = Leaving::No,
                None => (),
            }
        }
        self.keep_focus(ui);
    }

    fn on_exit(&mut self, _gl: Option<&eframe::glow::Context>) {
        self.handle.stop();
        self.save_draft_now();
    }
}

impl Program for App {
    type Kept = Kept;

    fn kept(&self) -> Kept {
        self.kept.clone().with_target(self.target.kept())
    }

    fn reset(&mut self) {
        self.kept = Kept::default();
        self.form = ServerForm::new(&self.kept.target());
        self.target = Choice::new(self.kept.target(), None);
        self.model.send_unsent(self.kept.send_unsent);
    }

    fn settings_ui(&mut self, ui: &mut egui::Ui) {
        let command = rooms_ui(ui, &mut self.form, &mut self.kept, &self.model);
        self.model.send_unsent(self.kept.send_unsent);
        if let Some(command) = command {
            self.connect(command);
        }
    }

    fn keys(&self) -> Vec<KeyHint> {
        vec![
            ("Enter", "tcp-chat-client-key-send"),
            ("Shift+Enter", "tcp-chat-client-key-break"),
            ("\u{2191}, \u{2193}", "tcp-chat-client-key-recall"),
            ("Ctrl+F, F3, Shift+F3", "tcp-chat-client-key-find"),
            ("Ctrl+S", "tcp-chat-client-key-save"),
            ("Ctrl+L", "tcp-chat-client-key-clear"),
            ("Ctrl+\u{2191}, Ctrl+\u{2193}", "tcp-chat-client-key-walk"),
            ("Home, End", "tcp-chat-client-key-ends"),
            ("Ctrl+C", "tcp-chat-client-key-copy"),
            ("Enter", "tcp-chat-client-key-act"),
        ]
    }
}
