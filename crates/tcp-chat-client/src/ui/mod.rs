//! The content of the window.

mod actions;
mod bottom;
mod closing;
mod composer;
mod find_bar;
mod found;
mod history;
mod server;
mod settings;
mod trust;

use std::fmt;
use std::path::Path;
use std::sync::Arc;

use common::chat::{Invitation, InvitationError};
use common::check::Question;
use common::cli::Failure;
use common::config::{Bounded, CommandLine, Store};
use common::status::{Status, Tone};
use common::texts::sentence;
use common::tr;
use common::window::shell::{Engine, Program, quiet};
use common::window::{
    KeyHint, Primary, SaveBar, Window, is_covered, launch, live, notice_ui, primary_button_ui, small_button,
    splitter_ui, toned_ui,
};
use eframe::egui::{self, Button, Key, Modifiers, RichText, UiBuilder, vec2};

use self::bottom::bottom_ui;
use self::closing::Farewell;
use self::composer::{Composer, composer_ui};
use self::find_bar::{HistoryFind, find_bar_ui};
use self::history::{History, history_ui};
use self::server::{ServerAction, ServerForm, is_sought, next_count};
use self::settings::settings_ui;
use self::trust::{TrustAction, TrustForm};
use crate::config::{Args, Config};
use crate::drafts::Drafts;
use crate::engine::{self, Command, DisconnectReason, Snapshot, Target};
use crate::event::Event;
use crate::find::Finder;
use crate::model::{Model, Refusal};

pub const WINDOW: Window = Window {
    app_id: "tcp-chat-client",
    title: "tcp-chat-client-title",
    size: [560.0, 640.0],
    icon: include_bytes!("../../../../packaging/icons/tcp-chat-client.png"),
};

/// Height of the text box: at least, and at most as a part of what there is.
const COMPOSER_MIN_HEIGHT: f32 = 40.0;
const COMPOSER_MAX_PART: f32 = 0.4;

/// What is left between the text box and the buttons, besides the margin of their panel.
const COMPOSER_GAP: f32 = 4.0;

/// Size of the button that sends.
const BUTTON_WIDTH: f32 = 64.0;
const BUTTON_HEIGHT: f32 = 28.0;

/// Lower than this, what one can say stands in a row.
const SUGGESTIONS_HEIGHT: f32 = 240.0;

/// Lower than this, the address of the server stands below the status line, in points.
const MIDDLE_HEIGHT: f32 = 400.0;

/// Opens the window, and connects at once.
///
/// # Errors
/// Where there is no display, or no engine.
pub fn run(line: &CommandLine<Args>) -> Result<(), Failure> {
    let store = Store::of_program(WINDOW.app_id);
    let drafts = store.path().and_then(Path::parent).map(Drafts::of_folder).unwrap_or_default();
    let start = |waker| engine::start(waker, true);
    launch(WINDOW, line, start, |config, engine| ChatClient::new(config, drafts, engine))
}

/// Whether the window closes, or leaves its server.
#[derive(Debug, PartialEq, Eq, Default)]
enum Leaving {
    #[default]
    No,
    /// The user is asked: something would be lost.
    Asked(Farewell),
    /// The window closes, whatever is lost.
    Sure,
}

/// What the window shows, and what is typed into it.
pub struct ChatClient {
    model: Model,
    config: Config,
    form: ServerForm,
    trust: TrustForm,
    /// Why there was no connection when it was tried last.
    why: Option<DisconnectReason>,
    /// The window is high enough for the address in the middle of an empty conversation.
    has_middle: bool,
    history: History,
    finder: Finder,
    find_bar: Option<HistoryFind>,
    save_bar: Option<SaveBar>,
    composer: Composer,
    drafts: Drafts,
    /// Why the draft was not sent, and the draft it was.
    refusal: Option<(Refusal, String)>,
    /// Whether the conversation was cleared, and nothing said since.
    says_cleared: bool,
    leaving: Leaving,
    /// In the last frame the focus was nowhere, or in a dialog.
    was_free: bool,
}

impl fmt::Debug for ChatClient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ChatClient").field("model", &self.model).finish_non_exhaustive()
    }
}

impl ChatClient {
    /// A window that connects at once, with what `drafts` kept of an earlier run.
    pub fn new(config: &Config, drafts: Drafts, engine: &mut Engine<Command>) -> Self {
        let mut model = Model::default();
        model.send_unsent(config.send_unsent);
        for unsent in &drafts.found().unsent {
            model.restore(unsent.text.clone(), unsent.at, unsent.to.clone());
        }
        let target = config.target();
        let mut client = Self {
            model,
            config: config.clone(),
            form: ServerForm::new(&target),
            trust: TrustForm::default(),
            why: None,
            has_middle: false,
            history: History::default(),
            finder: Finder::default(),
            find_bar: None,
            save_bar: None,
            composer: Composer::new(drafts.found().draft.clone()),
            drafts,
            refusal: None,
            says_cleared: false,
            leaving: Leaving::default(),
            was_free: false,
        };
        client.connect(&target, engine);
        client
    }

    /// The server that the fields name, where one can connect there.
    fn wanted(&self) -> Option<Target> {
        self.form.target(&self.config)
    }

    /// Why the draft is not sent: said until it changes, or could be sent.
    fn notice(&mut self) -> Option<String> {
        self.refusal.take_if(|(_, draft)| *draft != self.composer.draft);
        match &self.refusal {
            Some((Refusal::Blank, _)) => None,
            Some((refusal, _)) if *refusal != Refusal::Invitation => Some(sentence(refusal)),
            _ if Invitation::is_meant(&self.composer.draft) => Some(match self.invited() {
                Ok(_) => sentence(&Refusal::Invitation),
                Err(error) => sentence(&error),
            }),
            _ => {
                let (len, max) = (self.composer.draft.len(), self.model.max_text_bytes());
                (len > max).then(|| sentence(&Refusal::TooLong { len, max }))
            }
        }
    }

    /// The settings with the invitation that was put into the text box.
    fn invited(&self) -> Result<Config, InvitationError> {
        let invitation = self.composer.draft.parse()?;
        self.config.clone().invited(&invitation).ok_or(InvitationError::NoAddress)
    }

    fn can_undo_paste(&self) -> bool {
        matches!(&self.refusal, Some((Refusal::PasteTooLong { .. }, _)))
    }

    fn find_ui(&mut self, ui: &mut egui::Ui) {
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

    fn history_ui(&mut self, ui: &mut egui::Ui, engine: &mut Engine<Command>) {
        if self.says_cleared && self.model.transcript().is_cleared() {
            ui.horizontal_wrapped(|ui| {
                let unsent = self.model.transcript().cleared_unsent();
                ui.add(quiet(ui, tr!("tcp-chat-client-cleared", unsent = unsent)));
                if ui.add(small_button(tr!("tcp-chat-client-undo-clear"))).clicked() {
                    self.model.transcript_mut().undo_clear();
                }
            });
        }
        let rect = ui.available_rect_before_wrap();
        if let Some(action) =
            history_ui(ui, &mut self.history, &self.model, &self.finder, engine.now().date_naive())
        {
            self.obey(ui.ctx(), action, engine);
        }
        if self.has_form_in_middle() {
            let why = self.why.as_ref().map(sentence);
            let mut ui = ui.new_child(UiBuilder::new().max_rect(rect).id_salt("server"));
            let action = self.form.middle_ui(&mut ui, &self.model, &self.config, why.as_deref());
            self.obey_server(action, engine);
        }
        if self.model.can_send() && self.model.transcript().is_silent() {
            self.suggestions_ui(&mut ui.new_child(UiBuilder::new().max_rect(rect)), engine);
        }
    }

    /// Whether the address stands in the middle: there is nothing to read yet, and no server to say something to.
    fn has_form_in_middle(&self) -> bool {
        self.has_middle && is_sought(&self.model) && self.model.transcript().entries().len() == 0
    }

    /// Asks what the server may be told, and obeys.
    fn trust_ui(&mut self, ui: &mut egui::Ui, engine: &mut Engine<Command>) {
        let is_free = self.composer.is_at_rest(ui);
        match self.trust.ui(ui, &self.model, is_free) {
            Some(TrustAction::Trust(key)) => _ = engine.send(Command::Trust(key)),
            Some(TrustAction::Pass(pass)) => {
                let Some(mut target) = self.model.target().cloned() else { return };
                Arc::make_mut(&mut target.trust).pass = Some(pass);
                self.choose(&target, engine);
            }
            None => return,
        }
        self.composer.focus();
    }

    fn obey_server(&mut self, action: Option<ServerAction>, engine: &mut Engine<Command>) {
        match action {
            Some(ServerAction::Invited(config)) => {
                self.choose(&config.target(), engine);
            }
            Some(ServerAction::Connect(target)) => self.choose(&target, engine),
            Some(ServerAction::Leave) => self.composer.focus(),
            None => (),
        }
    }

    /// What one can say, in the middle of an empty conversation.
    fn suggestions_ui(&mut self, ui: &mut egui::Ui, engine: &Engine<Command>) {
        let texts = [
            tr!("tcp-chat-client-say-time"),
            tr!("tcp-chat-client-say-roll"),
            tr!("tcp-chat-client-say-help"),
        ];
        let buttons = |ui: &mut egui::Ui| texts.into_iter().filter(|text| ui.button(*text).clicked()).last();
        let is_low = ui.available_height() < SUGGESTIONS_HEIGHT;
        let said = if is_low {
            ui.horizontal_wrapped(buttons).inner
        } else {
            ui.add_space(ui.available_height() / 2.0 - 2.0 * BUTTON_HEIGHT);
            ui.vertical_centered(|ui| {
                toned_ui(ui, tr!("tcp-chat-client-say"), Tone::Quiet);
                ui.add_space(4.0);
                buttons(ui)
            })
            .inner
        };
        let Some(text) = said else { return };
        if let Err(refusal) = self.say(text, engine) {
            self.refusal = Some((refusal, self.composer.draft.clone()));
        }
        self.composer.focus();
    }

    /// The conversation, and below it the text box, which is as high as its text or as the user wants it.
    fn chat_ui(&mut self, ui: &mut egui::Ui, engine: &mut Engine<Command>) {
        let whole = ui.available_rect_before_wrap();
        let most = (whole.height() * COMPOSER_MAX_PART).max(COMPOSER_MIN_HEIGHT);
        #[expect(clippy::cast_precision_loss, reason = "points of a window")]
        let chosen = self.config.composer_height.get() as f32;
        let wanted = chosen.max(self.composer.wanted_height());
        let composer_top = whole.bottom() - wanted.min(most).round();
        let history = whole.with_max_y(composer_top.max(whole.top()));
        let composer = whole.with_min_y(history.bottom());
        let room = |rect, name| UiBuilder::new().max_rect(rect).id_salt(name);

        egui::CentralPanel::default()
            .show(&mut ui.new_child(room(history, "history")), |ui| self.history_ui(ui, engine));
        ui.painter().rect_filled(composer, 0.0, ui.visuals().panel_fill);
        if let Some(top) = splitter_ui(ui, composer) {
            let height = (composer.bottom() - top).clamp(COMPOSER_MIN_HEIGHT, most).round();
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "points of a window")]
            let height = Bounded::nearest(height as u32);
            if std::mem::replace(&mut self.config.composer_height, height) != height {
                ui.ctx().request_repaint();
            }
        }
        let inside = composer.shrink2(vec2(8.0, 0.0)).with_min_y(composer.top() + 8.0);
        let inside = inside.with_max_y(inside.bottom() - COMPOSER_GAP);
        let (text_box, button) = inside.split_left_right_at_x(inside.right() - BUTTON_WIDTH);
        let text_box = text_box.with_max_x(text_box.right() - ui.spacing().item_spacing.x);
        // What belongs to an input method stops nothing.
        let is_free = !self.composer.is_input_method_busy(ui) && !egui::Popup::is_any_open(ui.ctx());
        let entered =
            composer_ui(&mut ui.new_child(room(text_box, "composer")), &mut self.composer, &self.model);
        if entered.is_sent {
            self.send_draft(engine);
        }
        self.send_or_stop_ui(&mut ui.new_child(room(button, "send")), is_free, engine);
        if let Some(len) = entered.cut {
            let max = self.model.max_text_bytes();
            self.refusal = Some((Refusal::PasteTooLong { len, max }, self.composer.draft.clone()));
        }
    }

    /// The button beside the text box: Send, or Stop while an answer comes.
    fn send_or_stop_ui(&mut self, ui: &mut egui::Ui, is_free: bool, engine: &mut Engine<Command>) {
        let rect = ui.max_rect();
        let rect = rect.with_min_y(rect.bottom() - ui.spacing().interact_size.y.max(BUTTON_HEIGHT));
        let is_covered = is_covered(ui);
        if self.model.being_answered().is_none() {
            let word = tr!("tcp-chat-client-send");
            // The thing to do now, unless that is to connect.
            let send = if self.model.can_send() {
                primary_button_ui(ui, word, |ui, button| ui.put(rect, button))
            } else {
                ui.put(rect, Button::new(RichText::new(word).strong()))
            };
            if send.clicked() {
                self.send_draft(engine);
            }
        } else if ui.put(rect, Button::new(tr!("tcp-chat-client-stop"))).on_hover_text("Esc").clicked()
            || (is_free
                && !is_covered
                && ui.input_mut(|input| input.consume_key(Modifiers::NONE, Key::Escape)))
        {
            self.stop(engine);
        }
    }
}

impl Program for ChatClient {
    type Config = Config;
    type Command = Command;
    type Event = Event;
    type Snapshot = Snapshot;

    const HAS_FRAME: bool = false;
    // Ctrl+Enter sends.
    const HAS_PRIMARY_KEY: bool = false;

    fn apply(&mut self, event: Event, engine: &mut Engine<Command>) {
        let is_retrying = matches!(event, Event::Retrying { .. });
        match &event {
            Event::Retrying { reason, .. } | Event::SentAway { reason } => self.why = Some(reason.clone()),
            Event::Connected(_) | Event::Disconnected { .. } => self.why = None,
            _ => (),
        }
        self.model.apply(event, engine.now());
        if is_retrying && !self.config.reconnect {
            self.model.give_up();
            engine.send(Command::Disconnect);
        }
    }

    fn set_snapshot(&mut self, snapshot: Snapshot) {
        self.model.set_snapshot(snapshot);
    }

    fn update(&mut self, ctx: &egui::Context, engine: &mut Engine<Command>) {
        self.has_middle = ctx.content_rect().height() >= MIDDLE_HEIGHT;
        if let Some(wait) = next_count(self.model.connection(), engine.now()) {
            ctx.request_repaint_after(wait);
        }
        self.send_unsent(engine);
        self.save_draft(ctx);
        self.ask_to_close(ctx);
    }

    fn address(&self) -> Option<String> {
        self.model.address()
    }

    fn status(&self, engine: &Engine<Command>) -> Status {
        // Why there is no server stands beside its address.
        self.model.status(engine.now(), !self.has_form_in_middle())
    }

    fn primary(&self) -> Primary<'_> {
        if self.model.is_active() {
            Primary { label: tr!("tcp-chat-client-disconnect"), is_enabled: true, is_end: true }
        } else {
            Primary {
                label: tr!("tcp-chat-client-connect"),
                is_enabled: self.wanted().is_some(),
                is_end: false,
            }
        }
    }

    fn press_primary(&mut self, engine: &mut Engine<Command>) {
        if self.model.is_active() {
            self.leave(Farewell::Server, engine);
        } else if let Some(target) = self.wanted() {
            self.choose(&target, engine);
        }
    }

    fn notices_ui(&mut self, ui: &mut egui::Ui, engine: &mut Engine<Command>) {
        if let Some(error) = &self.drafts.error
            && notice_ui(ui, &sentence(error))
        {
            self.drafts.error = None;
        }
        self.trust_ui(ui, engine);
        if !self.has_form_in_middle() {
            let action = self.form.ui(ui, &self.model, &self.config);
            self.obey_server(action, engine);
        }
    }

    fn content_ui(&mut self, ui: &mut egui::Ui, engine: &mut Engine<Command>) {
        self.keys_of_window(ui, engine);
        self.find_ui(ui);
        self.save_ui(ui);
        self.chat_ui(ui, engine);
    }

    fn bottom_ui(&mut self, ui: &mut egui::Ui, engine: &mut Engine<Command>) {
        if let Some(notice) = self.notice() {
            if let Ok(config) = self.invited() {
                ui.horizontal_wrapped(|ui| {
                    live(&toned_ui(ui, notice, Tone::Bad));
                    if ui.button(tr!("tcp-chat-client-connect")).clicked() {
                        self.obey_server(Some(ServerAction::Invited(config)), engine);
                    }
                });
            } else if self.can_undo_paste() {
                ui.horizontal_wrapped(|ui| {
                    live(&toned_ui(ui, notice, Tone::Bad));
                    if ui.button(tr!("tcp-chat-client-undo-paste")).clicked() {
                        self.refusal = None;
                        self.composer.undo_paste();
                        self.composer.focus();
                    }
                });
            } else {
                live(&toned_ui(ui, notice, Tone::Bad));
            }
        }
        if let Some(action) = bottom_ui(ui, self.model.transcript().is_cleared()) {
            self.obey_button(ui.ctx(), action);
        }
    }

    fn overlay_ui(&mut self, ui: &mut egui::Ui, engine: &mut Engine<Command>) {
        self.leaving_ui(ui, engine);
        self.keep_focus(ui);
    }

    fn config(&self) -> Config {
        self.config.clone()
    }

    fn set_config(&mut self, config: Config, _keys: &[&str], _engine: &mut Engine<Command>) {
        self.model.send_unsent(config.send_unsent);
        self.config = config;
    }

    fn settings_ui(&mut self, ui: &mut egui::Ui, _engine: &mut Engine<Command>) {
        settings_ui(ui, &mut self.config);
        self.model.send_unsent(self.config.send_unsent);
    }

    fn keys(&self) -> Vec<KeyHint> {
        vec![
            ("Enter, Ctrl+Enter", "tcp-chat-client-key-send"),
            ("Shift+Enter", "tcp-chat-client-key-break"),
            ("Esc", "tcp-chat-client-key-stop"),
            ("\u{2191}, \u{2193}", "tcp-chat-client-key-recall"),
            ("Ctrl+F, F3, Shift+F3", "tcp-chat-client-key-find"),
            ("Ctrl+S", "tcp-chat-client-key-save"),
            ("Ctrl+L", "tcp-chat-client-key-clear"),
            ("Ctrl+\u{2191}, Ctrl+\u{2193}", "tcp-chat-client-key-walk"),
            ("Home, End", "tcp-chat-client-key-ends"),
            ("PageUp, PageDown", "key-page"),
            ("Ctrl+C", "tcp-chat-client-key-copy"),
            ("Enter", "tcp-chat-client-key-act"),
            ("\u{2191}, \u{2193}", "key-splitter"),
        ]
    }

    fn question(&self) -> Option<Question> {
        // What is typed is what the user wonders about.
        let target = self.wanted().unwrap_or_else(|| self.config.target());
        Some(self.config.clone().with_target(&target).question(None))
    }

    fn shutting_down(&mut self) {
        self.leaving = Leaving::Sure;
    }

    fn on_exit(&mut self) {
        self.save_draft_now();
    }
}
