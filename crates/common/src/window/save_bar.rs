//! The row that asks for a file, which is written on a thread of its own.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use eframe::egui::{self, Align2, Button, Key, Modifiers, TextEdit, Ui};

use super::settings_panel::quiet;
use super::{form_field_ui, is_covered, is_entered, is_left, live, toned_ui};
use crate::files::{WriteError, free_path, write_new, write_whole};
use crate::status::Tone;
use crate::texts::phrase;
use crate::tr;

/// When it is said that a file is being written.
const SAYS_AFTER: Duration = Duration::from_millis(500);

/// How long a file is waited for: a pipe without a reader takes none for ever.
const WAIT: Duration = Duration::from_secs(10);

/// What a file can hold; the end of its name says which.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileKind {
    /// Lines for people.
    Text,
    /// Lines for programs.
    JsonLines,
    /// A table for spreadsheets.
    Csv,
}

impl FileKind {
    /// How names of such files end, the usual one first.
    fn endings(self) -> &'static [&'static str] {
        match self {
            Self::Text => &["txt", "log"],
            Self::JsonLines => &["jsonl", "json", "ndjson"],
            Self::Csv => &["csv"],
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Text => tr!("log-save-text"),
            Self::JsonLines => tr!("log-save-json"),
            Self::Csv => tr!("log-save-csv"),
        }
    }
}

/// The row that asks for a file, and what came of it. A file that is there already is replaced only where the user says so.
#[derive(Debug)]
pub struct SaveBar {
    /// As it is being typed.
    pub(super) path: String,
    /// What such a file can be; one of an unknown name is the first.
    kinds: &'static [FileKind],
    label: &'static str,
    wants_focus: bool,
    dialog: Option<JoinHandle<Chosen>>,
    writer: Option<Writer>,
    /// [`WAIT`], but in tests.
    wait: Duration,
    /// What came of it, in words.
    outcome: String,
    is_failed: bool,
    /// What the user is asked about.
    taken: Option<Taken>,
    /// The user was asked, here or by the system's dialog: holds for the frame.
    replaces: bool,
}

/// What came of the system's dialog.
#[derive(Debug)]
enum Chosen {
    File(PathBuf),
    Nothing,
    /// The system has no such dialog.
    NoDialog,
}

/// A file that is being written.
#[derive(Debug)]
struct Writer {
    file: String,
    began: Instant,
    thread: JoinHandle<Written>,
}

/// A file that is there already, and a name beside it that is free.
#[derive(Debug)]
struct Taken {
    file: String,
    free: PathBuf,
    wants_focus: bool,
}

#[derive(Debug)]
enum Written {
    Done(usize),
    Taken(PathBuf),
    Failed(io::Error),
}

/// The files that threads of this process are writing: a row may be closed before they end, and so may the window.
static WRITING: Mutex<Vec<String>> = Mutex::new(Vec::new());

/// One of them has ended.
static WRITTEN: Condvar = Condvar::new();

/// Notes that a file is being written, until it is dropped.
struct Writing(String);

impl Writing {
    fn begin(file: &str) -> Self {
        writing().push(file.to_owned());
        Self(file.to_owned())
    }
}

impl Drop for Writing {
    fn drop(&mut self) {
        let mut files = writing();
        if let Some(at) = files.iter().position(|file| *file == self.0) {
            files.swap_remove(at);
        }
        WRITTEN.notify_all();
    }
}

fn writing() -> MutexGuard<'static, Vec<String>> {
    WRITING.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Waits for the files that are being written, for at most `wait`; gives those that are not written then.
pub(super) fn finish_writing(wait: Duration) -> Vec<String> {
    let waited = WRITTEN.wait_timeout_while(writing(), wait, |files| !files.is_empty());
    waited.unwrap_or_else(PoisonError::into_inner).0.clone()
}

/// What the user wants of a [`SaveBar`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct SaveAction {
    /// Write the file now: [`SaveBar::write`].
    pub is_saved: bool,
    /// Close the row.
    pub is_closed: bool,
}

impl SaveBar {
    /// Asks for a file named like `title` in the user's home: text, or JSON lines.
    #[must_use]
    pub fn new(title: &str) -> Self {
        Self::of(title, tr!("log-save-file"), &[FileKind::Text, FileKind::JsonLines])
    }

    /// Asks for a file of one of `kinds`, named like `title`; `label` names the field.
    #[must_use]
    pub fn of(title: &str, label: &'static str, kinds: &'static [FileKind]) -> Self {
        let home = etcetera::home_dir().unwrap_or_default();
        let name: String = title.chars().map(|c| if c.is_alphanumeric() { c } else { '-' }).collect();
        let end = kinds.first().and_then(|kind| kind.endings().first()).unwrap_or(&"txt");
        let path = free_path(&home, &format!("{}.{end}", name.to_lowercase())).display().to_string();
        Self {
            path,
            kinds,
            label,
            wants_focus: true,
            dialog: None,
            writer: None,
            wait: WAIT,
            outcome: String::new(),
            is_failed: false,
            taken: None,
            replaces: false,
        }
    }

    /// Opens the system's dialog, which gives its answer to `Self::poll`; where there is none, the row says so, and the field
    /// remains.
    pub fn browse(&mut self, ctx: &egui::Context) {
        // Only a window that the system shows knows this: a dialog belongs to one.
        let has_window = ctx.input(|input| input.viewport().focused.is_some());
        if self.dialog.is_some() || !has_window {
            return;
        }
        let (path, ctx) = (PathBuf::from(&self.path), ctx.clone());
        let title = tr!("log-save-title");
        let kinds: Vec<_> = self.kinds.iter().map(|kind| (kind.name(), kind.endings())).collect();
        let thread = std::thread::Builder::new().name("save dialog".into());
        let dialog = thread.spawn(move || {
            if !has_file_dialog() {
                ctx.request_repaint();
                return Chosen::NoDialog;
            }
            let mut dialog = rfd::FileDialog::new().set_title(title);
            for (name, endings) in kinds {
                dialog = dialog.add_filter(name, endings);
            }
            if let (Some(folder), Some(name)) = (path.parent(), path.file_name()) {
                dialog = dialog.set_directory(folder).set_file_name(name.to_string_lossy());
            }
            let chosen = dialog.save_file();
            ctx.request_repaint();
            chosen.map_or(Chosen::Nothing, Chosen::File)
        });
        self.dialog = dialog.ok();
    }

    /// Puts the keyboard into the row, where it was open already.
    pub fn focus(&mut self) {
        self.wants_focus = true;
    }

    /// What the file that is named would hold.
    #[must_use]
    pub fn kind(&self) -> FileKind {
        let end = Path::new(self.path.trim()).extension().unwrap_or_default();
        let is_of = |kind: &&FileKind| kind.endings().iter().any(|one| end.eq_ignore_ascii_case(one));
        let first = self.kinds.first().copied().unwrap_or(FileKind::Text);
        self.kinds.iter().find(is_of).copied().unwrap_or(first)
    }

    /// Lays out the row, and what came of it.
    pub fn ui(&mut self, ui: &mut Ui) -> SaveAction {
        self.replaces = false;
        let mut action = SaveAction { is_saved: self.poll(ui.ctx()), is_closed: false };
        ui.horizontal_wrapped(|ui| {
            let name = ui.label(self.label);
            let width = (ui.available_width() - 60.0).clamp(120.0, 320.0);
            let field = TextEdit::singleline(&mut self.path)
                .desired_width(width)
                .char_limit(4096)
                .align(Align2::LEFT_CENTER);
            let field = form_field_ui(ui, name.id, "file", field);
            if std::mem::take(&mut self.wants_focus) {
                field.request_focus();
            }
            if field.changed() {
                self.taken = None;
            }
            action.is_saved |= is_entered(&field);
            let can_save = !self.is_busy() && !self.path.trim().is_empty();
            let save = ui.add_enabled(can_save, Button::new(tr!("log-save-now")));
            let browse = ui.add(Button::new(tr!("log-save-browse")));
            let close = ui.add(Button::new(tr!("close")));
            action.is_saved |= save.clicked();
            if browse.clicked() {
                self.browse(ui.ctx());
            }
            if action.is_saved {
                // The keyboard stays in the row, so that Esc closes it.
                field.request_focus();
            }
            action.is_closed = close.clicked() || is_left(ui, &[&field, &save, &browse, &close]);
        });
        if self.taken.is_some() {
            action.is_saved |= self.question_ui(ui);
        } else {
            self.outcome_ui(ui);
        }
        action
    }

    /// Asks what becomes of the file that is there; `true` where it is to be written now.
    fn question_ui(&mut self, ui: &mut Ui) -> bool {
        let Some(taken) = &mut self.taken else { return false };
        let name = taken.free.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let (mut is_replaced, mut is_beside) = (false, false);
        ui.horizontal_wrapped(|ui| {
            let text = tr!("log-save-taken", file = taken.file.as_str());
            live(&toned_ui(ui, text, Tone::Waiting));
            is_replaced = ui.button(tr!("log-save-replace")).clicked();
            let beside = ui.add(Button::new(tr!("log-save-beside", name = name)).truncate());
            // A second Enter loses nothing.
            if std::mem::take(&mut taken.wants_focus) {
                beside.request_focus();
            }
            is_beside = beside.clicked();
        });
        let is_left =
            !is_covered(ui) && ui.input_mut(|input| input.consume_key(Modifiers::NONE, Key::Escape));
        if is_replaced {
            // The field may name another file by now, which nobody was asked about.
            self.path.clone_from(&taken.file);
        }
        if is_beside {
            self.path = taken.free.display().to_string();
        }
        if is_replaced || is_beside || is_left {
            self.taken = None;
            self.wants_focus = true;
        }
        self.replaces |= is_replaced;
        is_replaced || is_beside
    }

    fn outcome_ui(&self, ui: &mut Ui) {
        if self.outcome.is_empty() && self.kinds.len() > 1 {
            let hint = if self.kinds.contains(&FileKind::Csv) {
                tr!("log-save-hint-table")
            } else {
                tr!("log-save-hint")
            };
            ui.add(quiet(ui, hint).wrap());
            return;
        }
        let tone = if self.is_failed { Tone::Bad } else { Tone::Quiet };
        live(&toned_ui(ui, self.outcome.as_str(), tone));
    }

    /// Takes what the threads have to say; `true` where the dialog named a file.
    fn poll(&mut self, ctx: &egui::Context) -> bool {
        if let Some(Writer { file, thread, .. }) = self.writer.take_if(|writer| writer.thread.is_finished())
            && let Ok(written) = thread.join()
        {
            self.is_failed = matches!(written, Written::Failed(_));
            match written {
                Written::Done(count) => self.outcome = tr!("log-saved", count = count, file = file),
                Written::Taken(free) => self.taken = Some(Taken { file, free, wants_focus: true }),
                Written::Failed(error) => {
                    self.outcome =
                        tr!("log-not-saved", reason = phrase(&WriteError::from(error)), file = file);
                }
            }
        }
        if let Some(Writer { file, began, .. }) = &self.writer {
            let waited = began.elapsed();
            if waited >= self.wait {
                // It may still be written, one day.
                self.is_failed = true;
                self.outcome = tr!("log-save-slow", secs = self.wait.as_secs(), file = file);
                self.writer = None;
            } else if waited >= SAYS_AFTER {
                tr!("log-saving").clone_into(&mut self.outcome);
                ctx.request_repaint_after(self.wait.saturating_sub(waited));
            } else {
                ctx.request_repaint_after(SAYS_AFTER.saturating_sub(waited));
            }
        }
        if self.is_busy() {
            return false;
        }
        let ended = self.dialog.take_if(|dialog| dialog.is_finished());
        match ended.and_then(|dialog| dialog.join().ok()) {
            Some(Chosen::File(path)) => {
                self.path = path.display().to_string();
                self.taken = None;
                // The dialog has asked.
                self.replaces = true;
                true
            }
            Some(Chosen::NoDialog) => {
                tr!("log-save-no-dialog").clone_into(&mut self.outcome);
                (self.is_failed, self.wants_focus) = (true, true);
                false
            }
            Some(Chosen::Nothing) | None => false,
        }
    }

    fn is_busy(&self) -> bool {
        self.writer.is_some()
    }

    /// Has `job` write the file that is named, on a thread of its own. It is told whether JSON lines are
    /// wanted, and gives the count of lines. Where a file is there already that the user was not asked about,
    /// the row asks first.
    pub fn write(
        &mut self,
        ctx: &egui::Context,
        job: impl FnOnce(&mut dyn io::Write, bool) -> io::Result<usize> + Send + 'static,
    ) {
        if self.is_busy() || self.path.trim().is_empty() {
            return;
        }
        self.outcome.clear();
        self.is_failed = false;
        let began = Instant::now();
        let (file, ctx) = (self.path.trim().to_owned(), ctx.clone());
        let (is_json, replaces) = (self.kind() == FileKind::JsonLines, self.replaces);
        let path = PathBuf::from(&file);
        let thread = std::thread::Builder::new().name("save".into());
        let writing = Writing::begin(&file);
        let thread = thread.spawn(move || {
            let written = write(&path, replaces, |out| job(out, is_json));
            drop(writing);
            ctx.request_repaint();
            written
        });
        self.writer = thread.ok().map(|thread| Writer { file, began, thread });
    }
}

#[cfg(target_os = "linux")]
use super::portal::has_file_dialog;

/// Elsewhere the system has one.
#[cfg(not(target_os = "linux"))]
fn has_file_dialog() -> bool {
    true
}

fn write(path: &Path, replaces: bool, job: impl FnOnce(&mut dyn io::Write) -> io::Result<usize>) -> Written {
    let written = if replaces { write_whole(path, job) } else { write_new(path, job) };
    match written {
        Ok(count) => Written::Done(count),
        Err(error) if !replaces && error.kind() == io::ErrorKind::AlreadyExists => {
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            Written::Taken(free_path(path.parent().unwrap_or(Path::new("")), &name))
        }
        Err(error) => Written::Failed(error),
    }
}

#[cfg(test)]
mod tests;
