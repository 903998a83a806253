//! A log: only the rows in view are laid out, the end is followed until the user scrolls away.
//!
//! Found, selected, copied, saved, cleared by pointer or keyboard; what a million lines cost is
//! what is seen of them.

mod body;
mod columns;
mod find;
mod lines;
mod rows;
mod save;
mod select;
mod sheet;

use std::{fmt, io};

use chrono::NaiveDate;
use eframe::egui::{self, Button, Event, Key, KeyboardShortcut, Modifiers, Response, Ui};

use super::{FileKind, KeyHint, SaveBar, is_covered};
use crate::status::Tone;
use crate::tr;
use body::Body;
pub use columns::{LogColumn, LogWidth};
use find::Find;
use lines::Lines;
pub use lines::LogFilter;
pub use rows::LogLine;
use rows::{DAY, Rows};
use save::save_rows;

/// Text that a log keeps at most, in bytes.
const MAX_BYTES: usize = 128 << 20;

/// The keys of a log, for [`super::shell::Program::keys`].
pub const LOG_KEYS: &[KeyHint] = &[
    ("Ctrl+F", "key-find"),
    ("Ctrl+S", "key-save"),
    ("Ctrl+L", "key-clear"),
    ("Ctrl+A, Ctrl+C", "key-copy"),
    ("PageUp, PageDown", "key-page"),
    ("Home, End", "key-ends"),
    ("Shift+\u{2190} \u{2191} \u{2192} \u{2193}", "key-select"),
];

const FIND: KeyboardShortcut = KeyboardShortcut::new(Modifiers::COMMAND, Key::F);
const SAVE: KeyboardShortcut = KeyboardShortcut::new(Modifiers::COMMAND, Key::S);
const CLEAR: KeyboardShortcut = KeyboardShortcut::new(Modifiers::COMMAND, Key::L);

/// A bounded list of lines and how it is looked at.
pub struct LogPane {
    lines: Lines,
    body: Body,
    /// The day of the newest line.
    day: Option<NaiveDate>,
    /// What Clear took away, to bring it back.
    cleared: Option<Rows>,
    find: Option<Find>,
    save: Option<SaveBar>,
    /// What an empty one says.
    empty: fn() -> &'static str,
    /// What a file of it can be.
    kinds: &'static [FileKind],
    /// The user wants a file that the program writes.
    wants_table: bool,
    /// The columns of its lines, where a line is cells with tabs between them.
    columns: &'static [LogColumn],
}

impl fmt::Debug for LogPane {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LogPane").field("lines", &self.lines).finish_non_exhaustive()
    }
}

impl LogPane {
    /// An empty log that keeps the newest `max_lines`, and no more than 128 MiB of text.
    #[must_use]
    pub fn new(max_lines: usize) -> Self {
        Self {
            lines: Lines::new(Rows::new(max_lines, MAX_BYTES, 0)),
            body: Body::default(),
            day: None,
            cleared: None,
            find: None,
            save: None,
            empty: || tr!("log-empty"),
            kinds: &[FileKind::Text, FileKind::JsonLines],
            wants_table: false,
            columns: &[],
        }
    }

    /// Another text while nothing is in it: what to do about that.
    pub fn set_empty_text(&mut self, empty: fn() -> &'static str) {
        self.empty = empty;
    }

    /// The log for lines that are cells with tabs between them. The program writes JSON lines and tables of them:
    /// see [`Self::takes_table_request`].
    #[must_use]
    pub fn with_columns(self, columns: &'static [LogColumn]) -> Self {
        Self { columns, kinds: &[FileKind::Text, FileKind::JsonLines, FileKind::Csv], ..self }
    }

    /// Whether the user has named a file for JSON lines or a table, which is for [`Self::write_table`] then.
    pub fn takes_table_request(&mut self) -> bool {
        std::mem::take(&mut self.wants_table)
    }

    /// Has `job` write that file, as JSON lines or as a table, on a thread of its own; it gives the count of rows.
    pub fn write_table(
        &mut self,
        ctx: &egui::Context,
        job: impl FnOnce(&mut dyn io::Write, bool) -> io::Result<usize> + Send + 'static,
    ) {
        if let Some(bar) = &mut self.save {
            bar.write(ctx, job);
        }
    }

    /// Adds a line; the caller has escaped what a peer sent. Gives its number, which it keeps.
    pub fn add(&mut self, line: LogLine<'_>) -> u64 {
        if let Some(day) = line.time.map(|time| time.date_naive())
            && self.day.replace(day).is_some_and(|before| before != day)
        {
            let text = day.to_string();
            // The line below it is what is new.
            _ = self.lines.push(LogLine { text: &text, tone: Some(Tone::Quiet), tag: DAY, time: None });
        }
        let number = self.lines.rows().end();
        if self.lines.push(line) {
            self.body.note_new();
        }
        // Where rows that came after Clear had to go, those before them are too old, and no longer join on to the rest.
        self.cleared.take_if(|cleared| cleared.end() < self.lines.rows().first());
        number
    }

    /// Adds a line of text alone.
    pub fn push(&mut self, text: impl AsRef<str>) {
        self.add(LogLine { text: text.as_ref(), ..LogLine::default() });
    }

    /// The lines, oldest first, whether they pass the filter or not. One of more than 2,000 bytes
    /// comes in parts.
    #[must_use]
    pub fn lines(&self) -> impl ExactSizeIterator<Item = &str> + DoubleEndedIterator {
        let rows = self.lines.rows();
        (0..rows.len()).map(|index| self.lines.text(rows.first() + index as u64))
    }

    /// Number of the oldest line that is kept.
    #[must_use]
    pub fn first(&self) -> u64 {
        self.lines.rows().first()
    }

    /// The number of the oldest line that is kept, including those that Undo clear would bring back.
    #[must_use]
    pub fn first_kept(&self) -> u64 {
        self.cleared.as_ref().map_or(self.first(), Rows::first)
    }

    /// Shows only the lines that pass; the others are kept.
    pub fn set_filter(&mut self, filter: Option<LogFilter>) {
        self.lines.set_filter(filter);
        self.body.note_filter();
        self.find_anew();
    }

    /// Number of the line that the user chose with a click or the arrow keys.
    #[must_use]
    pub fn chosen(&self) -> Option<u64> {
        let rows = self.lines.rows();
        let chosen = self.body.chosen().filter(|number| rows.get(*number).is_some());
        chosen.map(|number| rows.start_of_line(number))
    }

    /// Chooses a line, or none.
    pub fn choose(&mut self, number: Option<u64>) {
        self.body.choose(number);
    }

    /// Lays out the log in all the space there is, under a `heading`, and with `controls` of the program's own. `title` is its name for those
    /// who do not see it.
    pub fn ui(
        &mut self,
        ui: &mut Ui,
        title: &str,
        heading: impl FnOnce(&mut Ui) -> Response,
        controls: impl FnOnce(&mut Ui),
    ) {
        ui.push_id(title, |ui| {
            self.shortcuts(ui, title);
            self.header_ui(ui, title, heading, controls);
            self.find_ui(ui);
            self.save_ui(ui);
            let is_empty = self.lines.rows().len() == 0;
            let empty = if is_empty { (self.empty)() } else { tr!("log-nothing-passes") };
            self.body.ui(ui, title, &self.lines, self.columns, self.find.as_ref(), empty);
            if self.body.take_left() && self.find.take().is_some() {
                self.body.focus();
            }
        });
    }

    fn clear(&mut self) {
        let empty = self.lines.rows().emptied();
        let taken = self.lines.replace(empty);
        match &mut self.cleared {
            // What was cleared before can come back as well.
            Some(cleared) => cleared.append(&taken),
            None => self.cleared = Some(taken),
        }
        self.forget_places();
    }

    fn undo_clear(&mut self) {
        if let Some(mut cleared) = self.cleared.take() {
            cleared.append(self.lines.rows());
            self.lines.replace(cleared);
            self.forget_places();
        }
    }

    fn forget_places(&mut self) {
        self.body.forget_places();
        self.find_anew();
    }

    fn find_anew(&mut self) {
        if let Some(find) = &mut self.find {
            find.restart();
        }
    }

    /// Whether a key was pressed that works wherever the keyboard is: a log that is not shown comes into view with it.
    #[must_use]
    pub fn is_called(ui: &Ui) -> bool {
        let is_key = |event: &Event| match event {
            Event::Key { key, pressed: true, modifiers, .. } => [FIND, SAVE, CLEAR].iter().any(|shortcut| {
                shortcut.logical_key == *key && modifiers.matches_logically(shortcut.modifiers)
            }),
            _ => false,
        };
        !is_covered(ui) && ui.input(|input| input.events.iter().any(is_key))
    }

    /// Keys that work wherever the keyboard is.
    fn shortcuts(&mut self, ui: &Ui, title: &str) {
        if is_covered(ui) {
            return;
        }
        let pressed = |key| ui.input_mut(|input| input.consume_shortcut(&key));
        if pressed(FIND) {
            self.open_find();
        }
        if pressed(SAVE) {
            self.open_save(ui, title);
        }
        if pressed(CLEAR) && self.lines.rows().len() > 0 {
            self.clear();
        }
    }

    fn open_find(&mut self) {
        self.find.get_or_insert_default().bar.focus();
    }

    fn open_save(&mut self, ui: &Ui, title: &str) {
        let save = self.save.get_or_insert_with(|| SaveBar::of(title, tr!("log-save-file"), self.kinds));
        save.browse(ui.ctx());
        save.focus();
    }

    fn header_ui(
        &mut self,
        ui: &mut Ui,
        title: &str,
        heading: impl FnOnce(&mut Ui) -> Response,
        controls: impl FnOnce(&mut Ui),
    ) {
        ui.horizontal_wrapped(|ui| {
            let heading = heading(ui);
            // Not a label of its own: the rows must not move when the first line goes.
            if self.lines.rows().dropped() > 0 {
                heading.on_hover_text(tr!("log-gone", count = self.lines.rows().dropped()));
            }
            let follow = Button::new(tr!("log-follow")).selected(self.body.is_following());
            if ui.add(follow).on_hover_text(tr!("log-follow-hint")).clicked() {
                if self.body.is_following() {
                    self.body.hold();
                } else {
                    self.body.follow();
                }
            }
            let has_lines = self.lines.rows().len() > 0;
            if ui.add_enabled(has_lines, Button::new(tr!("log-find"))).clicked() {
                self.open_find();
            }
            let copy = ui.add_enabled(has_lines, Button::new(tr!("log-copy")));
            if copy.on_hover_text(self.copy_hint()).clicked() {
                ui.ctx().copy_text(self.body.text_to_copy(&self.lines));
            }
            let clear = ui.add_enabled(has_lines, Button::new(tr!("log-clear")));
            if clear.clicked() {
                self.clear();
                self.keep_focus(&clear);
            }
            if ui.add_enabled(has_lines, Button::new(tr!("log-save"))).clicked() {
                self.open_save(ui, title);
            }
            controls(ui);
            // These come and go, behind the buttons that stay: those do not move under the pointer.
            if self.cleared.is_some() {
                let undo = ui.add(Button::new(tr!("log-undo-clear")));
                if undo.clicked() {
                    self.undo_clear();
                    self.keep_focus(&undo);
                }
            }
            if !self.body.is_following() && self.body.unseen() > 0 {
                let label = tr!("log-new", count = self.body.unseen());
                let new = ui.add(Button::new(label));
                if new.clicked() {
                    self.body.follow();
                    self.keep_focus(&new);
                }
            }
        });
    }

    /// Gives the rows the keyboard that a button has, which goes or rests once it is pressed.
    fn keep_focus(&mut self, button: &Response) {
        if button.has_focus() {
            self.body.focus();
        }
    }

    fn copy_hint(&self) -> String {
        if self.body.has_part() {
            tr!("log-copy-selected").to_owned()
        } else {
            tr!("log-copy-hint", count = self.lines.len())
        }
    }

    /// The row that asks for a text, while it is open.
    fn find_ui(&mut self, ui: &mut Ui) {
        let Some(find) = &mut self.find else { return };
        let has_more = find.go_on(&self.lines);
        if has_more {
            ui.ctx().request_repaint();
        }
        let outcome = match find.current() {
            _ if find.needle().is_empty() => String::new(),
            _ if has_more => tr!("log-find-more", count = find.len()),
            Some((_, place)) => tr!("log-find-at", place = place, count = find.len()),
            None => tr!("log-find-count", count = find.len()),
        };
        let action = find.bar.ui(ui, find.len() > 0, &outcome);
        if let Some(is_forward) = action.step {
            let from = find.current().map_or(self.body.top(), |(number, _)| number);
            if let Some(number) = find.step(from, is_forward) {
                self.body.go_to(number);
            }
        }
        if action.is_closed {
            self.find = None;
            self.body.focus();
        }
    }

    /// The row that asks for a file, while it is open.
    fn save_ui(&mut self, ui: &mut Ui) {
        let Some(save) = &mut self.save else { return };
        let action = save.ui(ui);
        if action.is_saved {
            if save.kind() == FileKind::Csv || save.kind() == FileKind::JsonLines && !self.columns.is_empty()
            {
                self.wants_table = true;
            } else {
                save_rows(save, &self.lines, ui.ctx());
            }
        }
        if action.is_closed {
            self.save = None;
            self.body.focus();
        }
    }
}

#[cfg(test)]
mod tests;
