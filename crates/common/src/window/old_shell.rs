//! What surrounds each program's window: how it looks, what it remembers, its settings and its
//! list of keys.

use std::fmt;
use std::thread::JoinHandle;
use std::time::Duration;

use eframe::egui::{self, Key, KeyboardShortcut, Modifiers, ViewportCommand, pos2};

use super::eframe_adapter::is_on_a_screen;
use super::fonts::use_system_fonts;
use super::settings_panel::{Dialog, keys_dialog_ui, requested_dialog, settings_dialog_ui};
use super::{SystemLook, SystemLooks, Window, apply_look, missing_font_hint_ui, notice_ui};
use crate::config::{Kept, Loaded, Look, Place, Settings, SettingsError, Store};
use crate::engine::end_after_grace;
use crate::texts::{Language, language, sentence, set_language};

/// Changes are saved this long after the last save, in seconds.
const SAVE_PAUSE: f64 = 1.0;

/// Opens the settings, as in most programs.
pub const SETTINGS_KEY: KeyboardShortcut = KeyboardShortcut::new(Modifiers::COMMAND, Key::Comma);

/// Keys, and the key of the message that says what they do.
pub type KeyHint = (&'static str, &'static str);

/// A program whose window remembers.
pub trait Program: eframe::App {
    /// What it keeps in the settings file.
    type Kept: Kept;

    /// What is to be remembered now: asked for in every frame.
    fn kept(&self) -> Self::Kept;

    /// The user wants the defaults back.
    fn reset(&mut self);

    /// Its own rooms of the settings: see [`super::room_ui`].
    fn settings_ui(&mut self, _ui: &mut egui::Ui) {}

    /// Its own keys, for the list under F1.
    fn keys(&self) -> Vec<KeyHint> {
        Vec::new()
    }
}

/// A program's window with all that surrounds it.
pub struct Shell<P: Program> {
    program: P,
    window: Window,
    look: Look,
    place: Place,
    store: Store,
    /// As the file has it.
    saved: Settings<P::Kept>,
    saved_at: f64,
    writer: Option<JoinHandle<Result<(), SettingsError>>>,
    /// Told until it is dismissed.
    error: Option<SettingsError>,
    dialog: Option<Dialog>,
    has_system_fonts: bool,
    ends_process: bool,
    system_looks: SystemLooks,
    /// What is in use of the look.
    applied: Option<(Look, SystemLook, Language)>,
}

/// Room for some 800 letters of 130 pixels: a screen full of Chinese at the largest size.
const MAX_TEXTURE_SIDE: usize = 4096;

impl<P: Program> fmt::Debug for Shell<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Shell").field("window", &self.window).finish_non_exhaustive()
    }
}

impl<P: Program> Shell<P> {
    /// Surrounds `program`, which was made from the settings of `loaded`.
    pub fn new(window: Window, loaded: Loaded<P::Kept>, program: P) -> Self {
        let Loaded { settings, error, store } = loaded;
        let (look, place) = (settings.look.clone(), settings.window);
        Self {
            program,
            window,
            look,
            place,
            store,
            saved: settings,
            saved_at: 0.0,
            writer: None,
            error,
            dialog: None,
            has_system_fonts: false,
            ends_process: false,
            system_looks: SystemLooks::none(),
            applied: None,
        }
    }

    /// With the system's fonts for scripts that the built-in one lacks.
    #[must_use]
    pub fn with_system_fonts(mut self, ctx: &egui::Context) -> Self {
        use_system_fonts(ctx, self.look.language());
        self.has_system_fonts = true;
        self
    }

    /// The process ends soon after it is closed, whatever the libraries of the window still wait for.
    #[must_use]
    pub fn with_end_of_process(mut self) -> Self {
        self.ends_process = true;
        self
    }

    /// Looks as the desktop wants it where that is left to the system.
    #[must_use]
    pub fn with_system_looks(mut self, ctx: &egui::Context, looks: SystemLooks) -> Self {
        looks.wake(ctx);
        self.system_looks = looks;
        self
    }

    /// The program.
    pub fn program(&self) -> &P {
        &self.program
    }

    /// The program, for tests that press what no person can.
    pub fn program_mut(&mut self) -> &mut P {
        &mut self.program
    }

    fn settings(&self) -> Settings<P::Kept> {
        Settings { look: self.look.clone(), window: self.place, program: self.program.kept() }
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
        if self.has_system_fonts && is_other {
            use_system_fonts(ctx, chosen);
        }
        set_language(chosen);
        apply_look(ctx, &self.look, system);
        ctx.send_viewport_cmd(ViewportCommand::Title(self.window.title().to_owned()));
        self.applied = Some(wanted);
    }

    /// Notes where the window is; it comes back there unless no screen is there any more.
    fn note_place(&mut self, ctx: &egui::Context, frame: &eframe::Frame) {
        if self.applied.is_none() && !is_on_a_screen(frame) {
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
        if self.writer.as_ref().is_some_and(JoinHandle::is_finished) {
            self.join_writer();
        }
        let settings = self.settings();
        if settings == self.saved {
            return;
        }
        let now = ctx.input(|input| input.time);
        let wait = self.saved_at + SAVE_PAUSE - now;
        if wait > 0.0 || self.writer.is_some() {
            ctx.request_repaint_after(Duration::from_secs_f64(wait.clamp(0.1, SAVE_PAUSE)));
            return;
        }
        self.saved_at = now;
        self.saved = settings.clone();
        let store = self.store.clone();
        let writer = std::thread::Builder::new().name("settings".into());
        self.writer = writer.spawn(move || store.save(&settings)).ok();
    }

    fn join_writer(&mut self) {
        if let Some(Ok(Err(error))) = self.writer.take().map(JoinHandle::join) {
            self.error = Some(error);
        }
    }

    fn keys(&mut self, ui: &egui::Ui) {
        let (is_keys, is_settings) = ui.input_mut(|input| {
            (input.consume_key(Modifiers::NONE, Key::F1), input.consume_shortcut(&SETTINGS_KEY))
        });
        let pressed = match requested_dialog(ui.ctx()) {
            Some(dialog) => Some(dialog),
            None if is_keys => Some(Dialog::Keys),
            None => is_settings.then_some(Dialog::Settings),
        };
        if pressed.is_some() {
            // The same key again closes what it opened.
            self.dialog = if self.dialog == pressed { None } else { pressed };
        }
    }

    fn dialog_ui(&mut self, ui: &egui::Ui) {
        let is_open = match self.dialog {
            None => return,
            Some(Dialog::Keys) => keys_dialog_ui(ui, &self.program.keys()),
            Some(Dialog::Settings) => {
                let path = self.store.path();
                let (look, program) = (&mut self.look, &mut self.program);
                let shown = settings_dialog_ui(ui, look, path, |ui| program.settings_ui(ui));
                if shown.is_reset {
                    self.look = Look::default();
                    self.program.reset();
                }
                shown.is_open
            }
        };
        if !is_open {
            self.dialog = None;
        }
    }
}

impl<P: Program> eframe::App for Shell<P> {
    fn logic(&mut self, ctx: &egui::Context, frame: &mut eframe::Frame) {
        self.note_place(ctx, frame);
        self.apply(ctx);
        self.program.logic(ctx, frame);
        self.save_changes(ctx);
    }

    fn ui(&mut self, ui: &mut egui::Ui, frame: &mut eframe::Frame) {
        self.keys(ui);
        if let Some(error) = &self.error
            && notice_ui(ui, &sentence(error))
        {
            self.error = None;
        }
        missing_font_hint_ui(ui);
        self.program.ui(ui, frame);
        self.dialog_ui(ui);
    }

    /// The toolkit makes the texture of its letters as wide as it may be, 16,384 pixels in software: two
    /// mebibytes, twice, and each row of a letter on a page of its own.
    fn raw_input_hook(&mut self, _ctx: &egui::Context, input: &mut egui::RawInput) {
        input.max_texture_side = input.max_texture_side.map(|side| side.min(MAX_TEXTURE_SIDE));
    }

    /// What panels without a surface of their own lie on: it costs nothing to draw.
    fn clear_color(&self, visuals: &egui::Visuals) -> [f32; 4] {
        visuals.panel_fill.to_normalized_gamma_f32()
    }

    fn on_exit(&mut self, gl: Option<&eframe::glow::Context>) {
        self.join_writer();
        let settings = self.settings();
        if settings != self.saved
            && let Err(error) = self.store.save(&settings)
        {
            crate::cli::report(&error.to_string());
        }
        self.program.on_exit(gl);
        if self.ends_process {
            end_after_grace();
        }
    }
}

#[cfg(test)]
mod tests;

#[expect(clippy::cast_possible_truncation, reason = "points of a screen")]
fn whole(points: f32) -> i32 {
    points.round() as i32
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "at most 500")]
fn zoom_percent(factor: f32) -> u16 {
    (factor * 100.0).round() as u16
}
