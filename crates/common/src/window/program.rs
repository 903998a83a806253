//! What a program is to its shell, and the shell to it.

use chrono::{DateTime, FixedOffset};
use eframe::egui;

use super::KeyHint;
use super::status_line::Primary;
use crate::check::Question;
use crate::config::Config;
use crate::engine::{Clock, CommandSender};
use crate::status::Status;

/// What a program puts into its window.
///
/// Each frame the shell calls [`Self::apply`] for what happened, [`Self::set_snapshot`] and [`Self::update`], and then lays out,
/// from top to bottom, status and primary button, notices, content, bottom row, and what lies over them.
pub trait Program: 'static {
    /// Its settings: the file's, the command line's and the form's.
    type Config: Config;
    /// What its engine is asked for.
    type Command: Send + 'static;
    /// What its engine tells.
    type Event: Send + 'static;
    /// The engine's counters and tables; its default is what there is without an engine.
    type Snapshot: Clone + Default + Send + Sync + 'static;

    /// Takes in an event.
    fn apply(&mut self, event: Self::Event, engine: &mut Engine<Self::Command>);

    /// Whether events of bursts are not taken in for now. They wait in the link, which keeps the newest.
    fn is_paused(&self) -> bool {
        false
    }

    /// Takes in the newest counters and tables, once a frame.
    fn set_snapshot(&mut self, snapshot: Self::Snapshot);

    /// Events came faster than they could be shown: so many are missing here.
    fn events_dropped(&mut self, _count: u64, _now: DateTime<FixedOffset>) {}

    /// Once a frame, also of a hidden window, when all that came has been taken in.
    fn update(&mut self, _ctx: &egui::Context, _engine: &mut Engine<Self::Command>) {}

    /// The address that its window is about, for the title bar.
    fn address(&self) -> Option<String> {
        None
    }

    /// What the engine is doing, in one sentence.
    fn status(&self, engine: &Engine<Self::Command>) -> Status;

    /// The one button that starts or ends what the window is for.
    fn primary(&self) -> Primary<'_>;

    /// The primary button was pressed.
    fn press_primary(&mut self, engine: &mut Engine<Self::Command>);

    /// Lays out what has to be added to the status, below it.
    fn notices_ui(&mut self, _ui: &mut egui::Ui, _engine: &mut Engine<Self::Command>) {}

    /// Lays out what the window is for, in all the room that is left.
    fn content_ui(&mut self, ui: &mut egui::Ui, engine: &mut Engine<Self::Command>);

    /// Lays out the bottom row: counters, and the button of the settings (see [`super::shell::bottom_row_ui`]).
    fn bottom_ui(&mut self, ui: &mut egui::Ui, engine: &mut Engine<Self::Command>);

    /// Whether the content has the usual margins, and a line below it. Without them it has the whole width.
    const HAS_FRAME: bool = true;

    /// Whether Ctrl+Enter presses the primary button.
    const HAS_PRIMARY_KEY: bool = true;

    /// Whether the content scrolls as a whole: in less height than this, in points, the bottom row scrolls with it.
    const MIN_PINNED_HEIGHT: Option<f32> = None;

    /// Lays out what lies over the window; after everything else.
    fn overlay_ui(&mut self, _ui: &mut egui::Ui, _engine: &mut Engine<Self::Command>) {}

    /// Esc was pressed, and nothing that was open took it, nor a field in which somebody types.
    fn escape(&mut self, _ctx: &egui::Context) {}

    /// What is to be remembered now: asked for in every frame.
    fn config(&self) -> Self::Config;

    /// Takes over these settings: the user brought the defaults of these keys back, or undid that.
    fn set_config(&mut self, config: Self::Config, keys: &[&str], engine: &mut Engine<Self::Command>);

    /// Lays out its own sections of the settings: see [`super::section_ui`].
    fn settings_ui(&mut self, _ui: &mut egui::Ui, _engine: &mut Engine<Self::Command>) {}

    /// Its own keys, for the list under F1.
    fn keys(&self) -> Vec<KeyHint> {
        Vec::new()
    }

    /// What the panel that checks the network looks into; `None` in a window without that panel.
    fn question(&self) -> Option<Question> {
        None
    }

    /// The program ends whatever is open in its window: by Ctrl-C or SIGTERM.
    fn shutting_down(&mut self) {}

    /// The window is closed.
    fn on_exit(&mut self) {}
}

/// What a program may use of its shell.
#[derive(Debug)]
pub struct Engine<C> {
    pub(super) commands: CommandSender<C>,
    pub(super) waiting: usize,
    pub(super) clock: Box<dyn Clock>,
    /// The engine did not take the last command.
    pub(super) is_busy: bool,
    pub(super) has_failed: bool,
}

impl<C> Engine<C> {
    /// Asks the engine for something; where it cannot take it, the status line says so.
    pub fn send(&mut self, command: C) -> bool {
        self.is_busy = self.commands.send(command).is_err();
        !self.is_busy
    }

    /// Like [`Self::send`], for a program that itself does something about a command that is not taken.
    pub fn try_send(&self, command: C) -> bool {
        self.commands.send(command).is_ok()
    }

    /// How many events of bursts waited when the frame began, while the program is paused.
    #[must_use]
    pub fn waiting(&self) -> usize {
        self.waiting
    }

    /// The time now.
    #[must_use]
    pub fn now(&self) -> DateTime<FixedOffset> {
        self.clock.now()
    }
}
