//! What surrounds a program's content: it owns the engine's handle, and with it the status line, the bottom row, the
//! settings and their file, the list of keys, what is told over the content, and the end.

use std::fmt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use eframe::egui::{self, Color32, Key, Modifiers, Popup, UiBuilder, ViewportCommand, pos2};

use super::check_panel::{CheckPanel, check_dialog_ui};
use super::draw::{Content, Drawing};
use super::fonts::use_system_fonts;
pub use super::program::{Engine, Program};
use super::save_bar::finish_writing;
use super::settings_panel::{
    Dialog, Facts, Reset, SETTINGS_KEY, ZoomField, is_undo_requested, keys_dialog_ui, requested_dialog,
    requested_reset, settings_dialog_ui,
};
pub use super::settings_panel::{bottom_row_ui, quiet};
use super::status_line::Primary;
use super::theme::zoom_percent;
use super::{
    SystemLook, SystemLooks, Window, apply_look, follow_focus, is_covered, missing_font_hint_ui, notice_ui,
    status_line_ui,
};
use crate::config::{
    Baseline, Config as _, Loaded, Look, Settings, SettingsError, Store, WindowPlacement, with_keys,
};
use crate::engine::{Clock, EngineHandle, LocalZoneError, SystemClock, end_after_grace};
use crate::files::SaveSoon;
use crate::status::Status;
use crate::texts::{Language, language, sentence, set_language};
use crate::tr;
use crate::undo::UndoStack;

/// Events that are taken in a frame.
const EVENTS_A_FRAME: usize = 512;

/// What notices leave of the height of the content, in points, before they scroll: a text box.
const CONTENT_HEIGHT: f32 = 48.0;

/// What they have at least, in points: two lines.
const NOTICES_HEIGHT: f32 = 40.0;

/// How long a file that is being written keeps a closed window's process: it ends within the grace.
const WRITING_GRACE: Duration = Duration::from_secs(2);

/// The handle of a program's engine.
type Handle<P> = EngineHandle<<P as Program>::Command, <P as Program>::Event, <P as Program>::Snapshot>;

/// What a reset can be undone to.
struct BeforeReset<C> {
    /// What was reset.
    reset: Reset,
    look: Look,
    config: C,
    baseline: Baseline<C>,
}

/// A program's window with all that surrounds it.
pub struct Shell<P: Program> {
    program: P,
    handle: Handle<P>,
    engine: Engine<P::Command>,
    /// Events that were dropped, as far as the program knows.
    known_drops: u64,
    window: Window,
    look: Look,
    place: WindowPlacement,
    /// The settings' file, where there is one.
    path: Option<PathBuf>,
    saver: SaveSoon<Settings<P::Config>, SettingsError>,
    baseline: Baseline<P::Config>,
    /// Shown until the user dismisses it.
    error: Option<SettingsError>,
    zone_error: Option<LocalZoneError>,
    dialog: Option<Dialog>,
    check: Option<CheckPanel>,
    zoom: ZoomField,
    /// What resets can be undone to, while the settings stay open.
    before_resets: UndoStack<BeforeReset<P::Config>>,
    /// What had the keyboard before the dialog.
    focus: Option<egui::Id>,
    /// The address in the title.
    address: Option<String>,
    /// What draws the window; `None` in a test, which has no fonts of the system and goes on when its window is closed.
    drawing: Option<Drawing>,
    system_looks: SystemLooks,
    /// The look, the desktop's look and the language that the window was given last.
    applied: Option<(Look, SystemLook, Language)>,
    /// Height of the bottom row in the last frame.
    bottom_height: f32,
    /// Whether something was added to the status in the last frame.
    has_notices: bool,
    /// A text was being typed in the last frame: the next Esc leaves its field, and does nothing else.
    was_typing: bool,
}

impl<P: Program> fmt::Debug for Shell<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Shell").field("window", &self.window).finish_non_exhaustive()
    }
}

impl<P: Program> Shell<P> {
    /// Surrounds the program that `create` makes of the settings that the run begins with, for the engine behind
    /// `handle`.
    pub fn new(
        window: Window,
        loaded: Loaded<P::Config>,
        began: P::Config,
        handle: Handle<P>,
        create: impl FnOnce(&P::Config, &mut Engine<P::Command>) -> P,
    ) -> Self {
        Self::with_clock(window, loaded, began, handle, SystemClock, create)
    }

    /// Like [`Self::new`], with another clock than this computer's.
    pub fn with_clock(
        window: Window,
        loaded: Loaded<P::Config>,
        began: P::Config,
        handle: Handle<P>,
        clock: impl Clock,
        create: impl FnOnce(&P::Config, &mut Engine<P::Command>) -> P,
    ) -> Self {
        let Loaded { settings, error, store } = loaded;
        let (look, place) = (settings.look.clone(), settings.window);
        let zone_error = clock.zone_error();
        let clock = Box::new(clock);
        let mut engine = Engine {
            commands: handle.command_sender(),
            waiting: 0,
            clock,
            is_busy: false,
            has_failed: false,
        };
        let program = create(&began, &mut engine);
        Self {
            program,
            handle,
            engine,
            known_drops: 0,
            window,
            look,
            place,
            path: store.path().map(Path::to_owned),
            saver: SaveSoon::new(settings.clone(), move |settings| store.save(settings)),
            baseline: Baseline::new(settings.program, began),
            error,
            zone_error,
            dialog: None,
            check: None,
            zoom: ZoomField::default(),
            before_resets: UndoStack::default(),
            focus: None,
            address: None,
            drawing: None,
            system_looks: SystemLooks::none(),
            applied: None,
            bottom_height: 0.0,
            has_notices: false,
            was_typing: false,
        }
    }

    /// The window of a test, in the language of its thread: nothing is remembered, and it begins with `config`.
    pub fn for_test(
        window: Window,
        config: P::Config,
        handle: Handle<P>,
        clock: impl Clock,
        create: impl FnOnce(&P::Config, &mut Engine<P::Command>) -> P,
    ) -> Self {
        let look = Look { language: Some(language().tag().to_owned()), ..Look::default() };
        let settings = Settings { look, window: WindowPlacement::default(), program: config.clone() };
        let loaded = Loaded { settings, error: None, store: Store::default() };
        Self::with_clock(window, loaded, config, handle, clock, create)
    }

    /// The window of a process that ends soon after it, whatever the libraries of the window still wait for. The system has fonts for
    /// scripts that the built-in one lacks, and the desktop has a look, for what is left to it.
    pub(super) fn opened(self, ctx: &egui::Context, drawing: Drawing, looks: SystemLooks) -> Self {
        use_system_fonts(ctx, self.look.language());
        looks.wake(ctx);
        Self { drawing: Some(drawing), system_looks: looks, ..self }
    }

    /// The program.
    pub fn program(&self) -> &P {
        &self.program
    }

    /// What the file should say now.
    #[must_use]
    pub fn settings(&mut self) -> Settings<P::Config> {
        let program = self.baseline.kept(self.program.config()).clone();
        Settings { look: self.look.clone(), window: self.place, program }
    }

    /// Follows what was chosen, and the keys that zoom.
    fn apply(&mut self, ctx: &egui::Context) {
        let zoom = zoom_percent(ctx.zoom_factor());
        match &mut self.applied {
            Some((applied, ..)) if zoom != applied.zoom => {
                applied.zoom = zoom;
                self.look.zoom = zoom;
            }
            _ => (),
        }
        let chosen = self.look.language();
        let system = self.system_looks.newest();
        let wanted = (self.look.clone(), system, chosen);
        if self.applied.as_ref() == Some(&wanted) && language() == chosen {
            return;
        }
        let is_other = self.applied.as_ref().is_some_and(|(_, _, language)| *language != chosen);
        if self.drawing.is_some() && is_other {
            use_system_fonts(ctx, chosen);
        }
        set_language(chosen);
        apply_look(ctx, &self.look, system);
        self.address = None;
        self.applied = Some(wanted);
    }

    /// Names the address that the window is about, so that two windows can be told apart.
    fn set_title(&mut self, ctx: &egui::Context) {
        let address = self.program.address().unwrap_or_default();
        if self.address.as_ref() == Some(&address) {
            return;
        }
        let title = self.window.title();
        let title = if address.is_empty() { title.to_owned() } else { format!("{address} - {title}") };
        ctx.send_viewport_cmd(ViewportCommand::Title(title));
        self.address = Some(address);
    }

    /// Takes in what the engine did; `true`: there may be more.
    fn drain(&mut self) -> bool {
        let (program, engine) = (&mut self.program, &mut self.engine);
        let has_more = self.handle.drain(EVENTS_A_FRAME, |event| program.apply(event, engine));
        if !program.is_paused() {
            self.handle.take_burst().into_iter().for_each(|event| program.apply(event, engine));
        }
        let drops = self.handle.dropped();
        let count = drops - std::mem::replace(&mut self.known_drops, drops);
        if count > 0 {
            program.events_dropped(count, engine.now());
        }
        engine.waiting = self.handle.waiting();
        engine.has_failed = self.handle.has_failed();
        // Nothing that a failed engine said last is true any more.
        program.set_snapshot(if engine.has_failed { P::Snapshot::default() } else { self.handle.snapshot() });
        has_more
    }

    /// Notes where the window is; it comes back there unless no screen is there any more.
    fn note_place(&mut self, ctx: &egui::Context, is_on_a_screen: &dyn Fn() -> bool) {
        if self.applied.is_none() && !is_on_a_screen() {
            ctx.send_viewport_cmd(ViewportCommand::OuterPosition(pos2(32.0, 32.0)));
        }
        let zoom = ctx.zoom_factor();
        ctx.input(|input| {
            let viewport = input.viewport();
            self.place.is_maximized = viewport.maximized.unwrap_or(false);
            let is_normal = !self.place.is_maximized
                && !viewport.fullscreen.unwrap_or(false)
                && !viewport.minimized.unwrap_or(false);
            if is_normal {
                let size = viewport.inner_rect.map(|rect| rect.size() * zoom);
                self.place.size = size.map(|size| [whole(size.x), whole(size.y)].map(i32::unsigned_abs));
                let corner = viewport.outer_rect.map(|rect| rect.min * zoom);
                self.place.position = corner.map(|corner| [whole(corner.x), whole(corner.y)]);
            }
        });
    }

    /// Saves what has changed, on a thread of its own: a disk can be slow.
    fn save_changes(&mut self, ctx: &egui::Context) {
        let settings = self.settings();
        let now = ctx.input(|input| input.time);
        if let Some(wait) = self.saver.save(now, |saved| *saved != settings, || settings.clone()) {
            ctx.request_repaint_after(wait);
        }
        if let Some(error) = self.saver.take_error() {
            self.error = Some(error);
        }
    }

    fn keys(&mut self, ui: &egui::Ui) {
        // The toolkit takes the keyboard from what lies under a dialog for a frame longer.
        if self.dialog.is_none()
            && ui.memory(|memory| memory.top_modal_layer().is_none())
            && let Some(id) = self.focus.take()
        {
            ui.memory_mut(|memory| memory.request_focus(id));
        }
        let (is_keys, is_settings) = ui.input_mut(|input| {
            (input.consume_key(Modifiers::NONE, Key::F1), input.consume_shortcut(&SETTINGS_KEY))
        });
        let pressed = match requested_dialog(ui.ctx()) {
            Some(dialog) => Some(dialog),
            None if is_keys => Some(Dialog::Keys),
            None => is_settings.then_some(Dialog::Settings),
        };
        if pressed.is_some() {
            if self.dialog.is_none() {
                self.focus = ui.memory(egui::Memory::focused);
            }
            self.zoom = ZoomField::default();
            // The same key again closes what it opened.
            self.dialog = if self.dialog == pressed { None } else { pressed };
        }
    }

    fn dialog_ui(&mut self, ui: &egui::Ui) {
        self.check.take_if(|_| self.dialog != Some(Dialog::Check));
        let is_open = match self.dialog {
            None => return,
            Some(Dialog::Keys) => keys_dialog_ui(ui, &self.program.keys()),
            Some(Dialog::Check) => check_dialog_ui(ui, &mut self.check, || self.program.question()),
            Some(Dialog::Settings) => {
                let Self { look, zoom, program, engine, path, before_resets, drawing, .. } = self;
                let facts = Facts {
                    drawing: drawing.as_ref(),
                    path: path.as_deref(),
                    can_check: program.question().is_some(),
                    last_reset: before_resets.last().map(|before| before.reset),
                };
                let is_open =
                    settings_dialog_ui(ui, look, zoom, &facts, |ui| program.settings_ui(ui, engine));
                if let Some(reset) = requested_reset(ui.ctx()) {
                    self.reset(reset);
                } else if is_undo_requested(ui.ctx()) {
                    self.undo_reset();
                }
                is_open
            }
        };
        if !is_open {
            self.dialog = None;
            self.before_resets = UndoStack::default();
            ui.ctx().request_repaint();
        }
    }

    /// Brings the defaults of a section back, in the file too.
    fn reset(&mut self, reset: Reset) {
        let config = self.program.config();
        let (look, baseline) = (self.look.clone(), self.baseline.clone());
        self.before_resets.push(BeforeReset { reset, look, config: config.clone(), baseline });
        match reset {
            Reset::Look => self.look = Look::default(),
            Reset::Keys(keys) => {
                let before = config;
                let mut config = with_keys(&before, &P::Config::default(), keys);
                config.keep_unwritten(&before);
                self.baseline.follow(&config, keys);
                self.program.set_config(config, keys, &mut self.engine);
            }
        }
    }

    /// Brings the defaults of these keys of the program's settings back.
    pub fn reset_keys(&mut self, keys: &'static [&'static str]) {
        self.reset(Reset::Keys(keys));
    }

    fn undo_reset(&mut self) {
        let Some(BeforeReset { reset, look, config, baseline }) = self.before_resets.pop() else { return };
        let Reset::Keys(keys) = reset else {
            self.look = look;
            return;
        };
        self.baseline = baseline;
        let now = self.program.config();
        let mut back = with_keys(&now, &config, keys);
        back.keep_unwritten(&now);
        if back != now {
            self.program.set_config(back, keys, &mut self.engine);
        }
    }

    fn status_ui(&mut self, ui: &mut egui::Ui) {
        let mut status = self.program.status(&self.engine);
        if self.engine.has_failed {
            status = Status::broken();
        } else if self.engine.is_busy {
            status = status.busy();
        }
        let primary = self.program.primary();
        let is_enabled = primary.is_enabled && !self.engine.has_failed;
        let primary = Primary { is_enabled, ..primary };
        // Where there are no notices, they take no height.
        let gap = std::mem::take(&mut ui.spacing_mut().item_spacing.y);
        if status_line_ui(ui, &status, primary, P::HAS_PRIMARY_KEY) {
            self.program.press_primary(&mut self.engine);
        }
        let left = ui.ctx().content_rect().bottom() - ui.cursor().top() - self.bottom_height;
        let height = (left - CONTENT_HEIGHT).max(NOTICES_HEIGHT);
        let notices = egui::ScrollArea::vertical().id_salt("notices").auto_shrink([false, true]);
        // A panel that is as high as its content offers none.
        let notices = notices.max_height(height).min_scrolled_height(height).show(ui, |ui| {
            ui.spacing_mut().item_spacing.y = gap;
            if self.has_notices {
                ui.add_space(gap);
            }
            let top = ui.cursor().top();
            self.program.notices_ui(ui, &mut self.engine);
            follow_focus(ui);
            ui.min_rect().bottom() > top
        });
        if std::mem::replace(&mut self.has_notices, notices.inner) != notices.inner {
            ui.ctx().request_discard("there are notices, or none any more");
        }
    }

    /// The content and below it the bottom row, which is laid out last, so that Tab goes as one reads.
    fn body_ui(&mut self, ui: &mut egui::Ui) {
        // The window's own surface is enough, and costs nothing to draw.
        let side = egui::Frame::side_top_panel(ui.style()).fill(Color32::TRANSPARENT);
        let margins = if P::HAS_FRAME { egui::Frame::central_panel(ui.style()) } else { egui::Frame::NONE };
        let central = egui::CentralPanel::default().frame(margins.fill(Color32::TRANSPARENT));
        let (program, engine) = (&mut self.program, &mut self.engine);
        let whole = ui.available_rect_before_wrap();
        let scroll = egui::ScrollArea::vertical().id_salt("body").auto_shrink(false);
        if P::MIN_PINNED_HEIGHT.is_some_and(|min| whole.height() < min) {
            central.show(ui, |ui| {
                scroll.show(ui, |ui| {
                    program.content_ui(ui, engine);
                    ui.separator();
                    program.bottom_ui(ui, engine);
                    follow_focus(ui);
                });
            });
            return;
        }
        let content = whole.with_max_y((whole.bottom() - self.bottom_height).max(whole.top()));
        let mut upper = ui.new_child(UiBuilder::new().max_rect(content).id_salt("content"));
        central.show(&mut upper, |ui| match P::MIN_PINNED_HEIGHT {
            Some(_) => _ = scroll.show(ui, |ui| program.content_ui(ui, engine)),
            None => program.content_ui(ui, engine),
        });
        let bottom = egui::Panel::bottom("bottom").frame(side).show_separator_line(P::HAS_FRAME);
        let bottom = bottom.show(ui, |ui| program.bottom_ui(ui, engine));
        let height = bottom.response.rect.height();
        if (height - std::mem::replace(&mut self.bottom_height, height)).abs() > 0.5 {
            ui.ctx().request_discard("the bottom row has another height");
        }
    }

    /// The window is closed: saves what is not saved yet, and ends the engine.
    pub fn on_exit(&mut self) {
        // Before anything else: a disk can be slow, and everything below may wait for one.
        if self.drawing.is_some() {
            end_after_grace();
        }
        self.handle.shut_down();
        let settings = self.settings();
        if let Err(error) = self.saver.save_now(|saved| *saved != settings, || settings.clone()) {
            crate::cli::report(&error.to_string());
        }
        self.program.on_exit();
        // Files that the user named, and that are being written.
        for file in finish_writing(WRITING_GRACE) {
            let reason = tr!("log-save-closed");
            crate::cli::report(&tr!("log-not-saved", reason = reason, file = file));
        }
        self.handle.stop();
    }
}

impl<P: Program> Content for Shell<P> {
    /// Takes in what happened and saves what was changed: once a frame, also of a hidden window.
    fn logic(&mut self, ctx: &egui::Context, is_on_a_screen: &dyn Fn() -> bool) {
        self.note_place(ctx, is_on_a_screen);
        self.apply(ctx);
        if self.handle.is_shutting_down() {
            self.program.shutting_down();
            ctx.send_viewport_cmd(ViewportCommand::Close);
        }
        if self.drain() {
            ctx.request_repaint();
        }
        self.program.update(ctx, &mut self.engine);
        self.set_title(ctx);
        self.save_changes(ctx);
    }

    fn ui(&mut self, ui: &mut egui::Ui) {
        super::live::name_window(ui, self.window.title());
        // A menu closes by itself, and leaves the key to whoever asks for it.
        let is_escape_taken = self.was_typing || Popup::is_any_open(ui.ctx());
        self.keys(ui);
        if let Some(error) = &self.error
            && notice_ui(ui, &sentence(error))
        {
            self.error = None;
        }
        if let Some(error) = &self.zone_error
            && notice_ui(ui, &sentence(error))
        {
            self.zone_error = None;
        }
        missing_font_hint_ui(ui);
        let side = egui::Frame::side_top_panel(ui.style()).fill(Color32::TRANSPARENT);
        egui::Panel::top("status").frame(side).show(ui, |ui| self.status_ui(ui));
        self.body_ui(ui);
        self.program.overlay_ui(ui, &mut self.engine);
        if !is_escape_taken
            && !is_covered(ui)
            && ui.input_mut(|input| input.consume_key(Modifiers::NONE, Key::Escape))
        {
            self.program.escape(ui.ctx());
        }
        self.dialog_ui(ui);
        self.was_typing = ui.ctx().text_edit_focused();
    }

    fn on_exit(&mut self) {
        Self::on_exit(self);
    }
}

#[expect(clippy::cast_possible_truncation, reason = "points of a screen")]
fn whole(points: f32) -> i32 {
    points.round() as i32
}

#[cfg(test)]
mod tests;
