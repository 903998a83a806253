//! A log: only the rows in view are laid out, the end is followed until the user scrolls away.
//!
//! Found, selected, copied, saved, cleared by pointer or keyboard; what a million lines cost is
//! what is seen of them.

mod body;
mod find;
mod header;
mod keyboard;
mod rows;
mod save;
mod scroll;
mod select;
mod view;

use std::{fmt, io};

use eframe::egui::{self, Id, Ui};

use super::{FileKind, KeyHint, SaveBar, Tone};
use crate::tr;
use find::Find;
pub use rows::LogLine;
use rows::Rows;
use save::save_rows;
use scroll::Scroll;
use select::{Selection, Spot};
pub use view::LogFilter;
use view::View;

/// Text that a log keeps at most, in bytes.
const MAX_BYTES: usize = 128 << 20;

/// The keys of a log, for [`super::Program::keys`].
pub const LOG_KEYS: &[KeyHint] = &[
    ("Ctrl+F", "key-find"),
    ("Ctrl+S", "key-save"),
    ("Ctrl+L", "key-clear"),
    ("Ctrl+A, Ctrl+C", "key-copy"),
    ("PageUp, PageDown", "key-page"),
    ("Home, End", "key-ends"),
    ("Shift+\u{2190} \u{2191} \u{2192} \u{2193}", "key-select"),
];

/// A bounded list of lines and how it is looked at.
pub struct LogPane {
    rows: Rows,
    view: View,
    scroll: Scroll,
    /// Lines that came while the end was out of view.
    unseen: usize,
    selection: Option<Selection>,
    /// The row of the keyboard, and of whoever asks which one is meant.
    chosen: Option<u64>,
    /// To be brought into view, and the keyboard with it.
    shows: Option<u64>,
    /// What the last Clear took away, to bring it back.
    cleared: Option<Rows>,
    find: Option<Find>,
    save: Option<SaveBar>,
    /// What an empty one says.
    empty: fn() -> &'static str,
    /// What a file of it can be.
    kinds: &'static [FileKind],
    /// The user wants the table.
    wants_table: bool,
    /// A field that has just opened takes the keyboard.
    focuses: Option<Field>,
    /// The newest line as a screen reader knows it, and when that was, in seconds.
    spoken: (u64, f64),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Field {
    Find,
    Rows,
}

impl fmt::Debug for LogPane {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LogPane")
            .field("lines", &self.rows.len())
            .field("view", &self.view)
            .finish_non_exhaustive()
    }
}

impl LogPane {
    /// An empty log that keeps the newest `max_lines`, and no more than 128 MiB of text.
    #[must_use]
    pub fn new(max_lines: usize) -> Self {
        Self {
            rows: Rows::new(max_lines, MAX_BYTES, 0),
            view: View::default(),
            scroll: Scroll::new(),
            unseen: 0,
            selection: None,
            chosen: None,
            shows: None,
            cleared: None,
            find: None,
            save: None,
            empty: || tr!("log-empty"),
            kinds: &[FileKind::Text, FileKind::JsonLines],
            wants_table: false,
            focuses: None,
            spoken: (0, 0.0),
        }
    }

    /// The same, with other words while nothing is in it: what to do about that.
    #[must_use]
    pub fn with_empty_text(self, empty: fn() -> &'static str) -> Self {
        Self { empty, ..self }
    }

    /// The same, for what the program can write as a table too: see [`Self::takes_table_wish`].
    #[must_use]
    pub fn with_table(self) -> Self {
        Self { kinds: &[FileKind::Text, FileKind::JsonLines, FileKind::Csv], ..self }
    }

    /// Whether the user has named a file for a table, which is for [`Self::write_table`] then.
    pub fn takes_table_wish(&mut self) -> bool {
        std::mem::take(&mut self.wants_table)
    }

    /// Has `job` write that file, on a thread of its own; it gives the count of rows.
    pub fn write_table(
        &mut self,
        ctx: &egui::Context,
        job: impl FnOnce(&mut dyn io::Write) -> io::Result<usize> + Send + 'static,
    ) {
        if let Some(bar) = &mut self.save {
            bar.write(ctx, |out, _| job(out));
        }
    }

    /// Adds a line; the caller has escaped what a peer sent. Gives its number, which it keeps.
    pub fn add(&mut self, line: LogLine<'_>) -> u64 {
        let number = self.rows.end();
        self.rows.push(line);
        let shown = self.view.note_new(&self.rows, number);
        if !self.scroll.is_following {
            self.unseen += shown.min(1);
        }
        number
    }

    /// Adds a line of text alone.
    pub fn push(&mut self, text: impl AsRef<str>) {
        self.add(LogLine { text: text.as_ref(), ..LogLine::default() });
    }

    /// Adds a line in the colour of `tone`; its words say the same.
    pub fn push_toned(&mut self, text: impl AsRef<str>, tone: Tone) {
        self.add(LogLine { text: text.as_ref(), tone: Some(tone), ..LogLine::default() });
    }

    /// The lines, oldest first, whether they pass the filter or not. One of more than 2,000 bytes
    /// comes in parts.
    #[must_use]
    pub fn lines(&self) -> impl ExactSizeIterator<Item = &str> + DoubleEndedIterator {
        let first = self.rows.first();
        (0..self.rows.len())
            .map(move |index| self.rows.get(first + index as u64).map_or("", |row| row.line.text))
    }

    /// Number of the oldest line that is kept.
    #[must_use]
    pub fn first(&self) -> u64 {
        self.rows.first()
    }

    /// The same, where those that Undo clear would bring back are kept too.
    #[must_use]
    pub fn first_kept(&self) -> u64 {
        self.cleared.as_ref().map_or(self.rows.first(), Rows::first)
    }

    /// Shows only the lines that pass; the others are kept.
    pub fn set_filter(&mut self, filter: Option<LogFilter>) {
        self.view.set_filter(filter, &self.rows);
        self.unseen = 0;
        if let Some(find) = &mut self.find {
            find.restart();
        }
    }

    /// Number of the line that the user chose with a click or the arrow keys.
    #[must_use]
    pub fn chosen(&self) -> Option<u64> {
        self.chosen
            .filter(|number| self.rows.get(*number).is_some())
            .map(|number| self.rows.start_of_line(number))
    }

    /// Chooses a line, or none.
    pub fn choose(&mut self, number: Option<u64>) {
        self.chosen = number;
        self.shows = number;
    }

    /// Lays out the log under `title`, in all the space there is.
    pub fn ui(&mut self, ui: &mut Ui, title: &str) {
        self.ui_with(ui, title, |_| ());
    }

    /// The same, with `controls` of the program's own beside the log's.
    pub fn ui_with(&mut self, ui: &mut Ui, title: &str, controls: impl FnOnce(&mut Ui)) {
        ui.push_id(title, |ui| {
            self.shortcuts(ui, title);
            self.header_ui(ui, title, controls);
            self.find_ui(ui);
            self.save_ui(ui);
            self.body_ui(ui, title);
        });
    }

    fn clear(&mut self) {
        let empty = self.rows.emptied();
        self.cleared = Some(std::mem::replace(&mut self.rows, empty));
        self.forget_places();
    }

    fn undo_clear(&mut self) {
        if let Some(mut cleared) = self.cleared.take() {
            cleared.append(&self.rows);
            self.rows = cleared;
            self.forget_places();
        }
    }

    fn forget_places(&mut self) {
        self.view.refill(&self.rows);
        self.scroll = Scroll::new();
        self.unseen = 0;
        self.selection = None;
        self.chosen = None;
        if let Some(find) = &mut self.find {
            find.restart();
        }
    }

    fn follow(&mut self) {
        self.scroll.follow();
        self.unseen = 0;
    }

    fn text_to_copy(&self) -> String {
        self.text_to_copy_in(&self.rows, &self.view)
    }

    /// The selection, else the chosen line, else everything that is shown.
    fn text_to_copy_in(&self, rows: &Rows, view: &View) -> String {
        let whole = |first: u64, last: u64| {
            let anchor = Spot { number: first, byte: 0 };
            Selection { anchor, head: Spot { number: last, byte: usize::MAX } }
        };
        let selection = match (self.selection.filter(|selection| !selection.is_empty()), self.chosen()) {
            (Some(selection), _) => selection,
            (None, Some(first)) => {
                let mut last = first;
                while rows.get(last).is_some_and(|row| row.is_continued) {
                    last += 1;
                }
                whole(first, last)
            }
            (None, None) if rows.len() == 0 => return String::new(),
            (None, None) => whole(rows.first(), rows.end() - 1),
        };
        selection.text(rows, view)
    }

    fn select_all_in(&mut self, rows: &Rows, view: &View) {
        let first = view.number(rows, 0);
        let last = view.len(rows).checked_sub(1).and_then(|last| view.number(rows, last));
        if let (Some(first), Some(last)) = (first, last) {
            let byte = rows.get(last).map_or(0, |row| row.line.text.len());
            let anchor = Spot { number: first, byte: 0 };
            self.selection = Some(Selection { anchor, head: Spot { number: last, byte } });
        }
    }
}

/// The rows as one thing to give the keyboard to.
fn rows_id(ui: &Ui) -> Id {
    ui.scope_id().with("rows")
}

/// Whether something lies over the window, and has the keyboard.
fn is_covered(ui: &egui::Ui) -> bool {
    ui.memory(|memory| memory.top_modal_layer().is_some_and(|layer| layer != ui.layer_id()))
}

#[cfg(test)]
mod tests;
