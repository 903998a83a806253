//! Saving a log to a file, on a thread of its own.

use std::io;
use std::path::{Path, PathBuf};
use std::thread::JoinHandle;

use eframe::egui::{self, Align2, Button, Key, Label, RichText, TextEdit, Ui};
use serde::Serialize;

use super::rows::Rows;
use super::view::View;
use crate::files::{free_path, write_whole};
use crate::text::escape_json;
use crate::tr;
use crate::window::{Tone, live, tone_color};

/// The row that asks for a file, and what came of it.
#[derive(Debug, Default)]
pub struct SaveBar {
    /// As it is being typed.
    pub(super) path: String,
    wants_focus: bool,
    dialog: Option<JoinHandle<Option<PathBuf>>>,
    writer: Option<JoinHandle<(String, io::Result<usize>)>>,
    /// What came of it, in words.
    outcome: String,
    is_failed: bool,
}

/// What the user wants of a [`SaveBar`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct SaveWish {
    /// Write the file now: [`SaveBar::write`].
    pub is_saved: bool,
    /// Close the row.
    pub is_closed: bool,
}

/// What a line is to a program.
#[derive(Debug, Serialize)]
struct JsonLine<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    time: Option<String>,
    #[serde(skip_serializing_if = "is_zero")]
    tag: u32,
    text: &'a str,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands over references")]
fn is_zero(tag: &u32) -> bool {
    *tag == 0
}

impl SaveBar {
    /// Asks for a file named like `title` in the user's home.
    #[must_use]
    pub fn new(title: &str) -> Self {
        let home = etcetera::home_dir().unwrap_or_default();
        let name: String = title.chars().map(|c| if c.is_alphanumeric() { c } else { '-' }).collect();
        let path = free_path(&home, &format!("{}.txt", name.to_lowercase())).display().to_string();
        Self { path, wants_focus: true, ..Self::default() }
    }

    /// Opens the system's dialog, which gives its answer to `Self::poll`; where there is none,
    /// the field remains.
    pub fn browse(&mut self, ctx: &egui::Context) {
        if self.dialog.is_some() {
            return;
        }
        let (path, ctx) = (PathBuf::from(&self.path), ctx.clone());
        let (title, text, json) = (tr!("log-save-title"), tr!("log-save-text"), tr!("log-save-json"));
        let thread = std::thread::Builder::new().name("save dialog".into());
        let dialog = thread.spawn(move || {
            let mut dialog = rfd::FileDialog::new().set_title(title);
            dialog = dialog.add_filter(text, &["txt", "log"]).add_filter(json, &["jsonl", "json"]);
            if let (Some(folder), Some(name)) = (path.parent(), path.file_name()) {
                dialog = dialog.set_directory(folder).set_file_name(name.to_string_lossy());
            }
            let chosen = dialog.save_file();
            ctx.request_repaint();
            chosen
        });
        self.dialog = dialog.ok();
    }

    /// Puts the keyboard into the row, where it was open already.
    pub fn focus(&mut self) {
        self.wants_focus = true;
    }

    /// Lays out the row, and what came of it.
    pub fn ui(&mut self, ui: &mut Ui) -> SaveWish {
        let mut wish = SaveWish { is_saved: self.poll(), is_closed: false };
        ui.horizontal_wrapped(|ui| {
            let name = ui.label(tr!("log-save-file"));
            let width = (ui.available_width() - 60.0).clamp(120.0, 320.0);
            let field = TextEdit::singleline(&mut self.path)
                .desired_width(width)
                .char_limit(4096)
                .align(Align2::LEFT_CENTER);
            let field = ui.add(field).labelled_by(name.id).on_hover_text(tr!("log-save-hint"));
            if std::mem::take(&mut self.wants_focus) {
                field.request_focus();
            }
            if field.lost_focus() {
                wish.is_saved |= ui.input(|input| input.key_pressed(Key::Enter));
                wish.is_closed |= ui.input(|input| input.key_pressed(Key::Escape));
            }
            wish.is_saved |= ui.add_enabled(!self.is_busy(), Button::new(tr!("log-save-now"))).clicked();
            if ui.add(Button::new(tr!("log-save-browse"))).clicked() {
                self.browse(ui.ctx());
            }
            wish.is_closed |= ui.add(Button::new(tr!("close"))).clicked();
        });
        let tone = if self.is_failed { Tone::Bad } else { Tone::Quiet };
        let outcome = RichText::new(self.outcome.as_str()).color(tone_color(ui, tone));
        live(&ui.add(Label::new(outcome).wrap()));
        wish
    }

    /// Takes what the threads have to say; `true` where the dialog named a file.
    fn poll(&mut self) -> bool {
        if let Some(writer) = self.writer.take_if(|writer| writer.is_finished())
            && let Ok((file, result)) = writer.join()
        {
            self.is_failed = result.is_err();
            self.outcome = match result {
                Ok(count) => tr!("log-saved", count = count, file = file),
                Err(error) => tr!("log-not-saved", reason = error.to_string(), file = file),
            };
        }
        let chosen =
            self.dialog.take_if(|dialog| dialog.is_finished()).and_then(|dialog| dialog.join().ok()?);
        if let Some(path) = chosen {
            self.path = path.display().to_string();
            return true;
        }
        false
    }

    fn is_busy(&self) -> bool {
        self.writer.is_some()
    }

    /// Has `job` write the file that is named, on a thread of its own. It is told whether JSON lines are
    /// wanted, and gives the count of lines.
    pub fn write(
        &mut self,
        ctx: &egui::Context,
        job: impl FnOnce(&mut dyn io::Write, bool) -> io::Result<usize> + Send + 'static,
    ) {
        if self.is_busy() || self.path.trim().is_empty() {
            return;
        }
        let (file, ctx) = (self.path.trim().to_owned(), ctx.clone());
        let thread = std::thread::Builder::new().name("save".into());
        let writer = thread.spawn(move || {
            let result = write(Path::new(&file), job);
            ctx.request_repaint();
            (file, result)
        });
        self.writer = writer.ok();
    }

    /// Writes the rows that are shown.
    pub(super) fn write_rows(&mut self, rows: &Rows, view: &View, ctx: &egui::Context) {
        let rows = rows.clone();
        let numbers: Option<Vec<u64>> = view
            .is_filtered()
            .then(|| (0..view.len(&rows)).filter_map(|index| view.number(&rows, index)).collect());
        self.write(ctx, move |out, is_json| write_rows(out, is_json, &rows, numbers));
    }
}

/// JSON lines where the name of the file ends so.
fn write(path: &Path, job: impl FnOnce(&mut dyn io::Write, bool) -> io::Result<usize>) -> io::Result<usize> {
    let is_json = path.extension().is_some_and(|extension| {
        ["json", "jsonl", "ndjson"].iter().any(|json| extension.eq_ignore_ascii_case(json))
    });
    write_whole(path, |out| job(out, is_json))
}

fn write_rows(
    out: &mut dyn io::Write,
    is_json: bool,
    rows: &Rows,
    numbers: Option<Vec<u64>>,
) -> io::Result<usize> {
    let numbers = numbers.unwrap_or_else(|| (rows.first()..rows.end()).collect());
    let mut count = 0;
    let mut text = String::new();
    for row in numbers.into_iter().filter_map(|number| rows.get(number)) {
        if !row.is_continuation {
            text.clear();
        }
        text.push_str(row.line.text);
        if row.is_continued {
            continue;
        }
        count += 1;
        if is_json {
            let time = row.line.time.map(|time| time.to_rfc3339());
            let json = serde_json::to_string(&JsonLine { time, tag: row.line.tag, text: &text })?;
            writeln!(out, "{}", escape_json(&json))?;
        } else {
            writeln!(out, "{text}")?;
        }
    }
    Ok(count)
}

#[cfg(test)]
mod tests {
    use super::super::rows::LogLine;
    use super::*;

    #[test]
    fn text_and_json_lines_are_written_whole() {
        let folder = tempfile::tempdir().unwrap();
        let mut rows = Rows::new(usize::MAX, usize::MAX, 0);
        let long = "x".repeat(5000);
        rows.push(LogLine { text: &long, ..LogLine::default() });
        let time = chrono::DateTime::parse_from_rfc3339("2026-11-22T14:03:27+01:00").ok();
        rows.push(LogLine { text: "好\"", tag: 3, time, tone: None });
        let saved = |name: &str, numbers| {
            let path = folder.path().join(name);
            let count = write(&path, |out, is_json| write_rows(out, is_json, &rows, numbers)).unwrap();
            (count, std::fs::read_to_string(path).unwrap())
        };
        assert_eq!(saved("a.txt", None), (2, format!("{long}\n好\"\n")));
        let json = r#"{"time":"2026-11-22T14:03:27+01:00","tag":3,"text":"好\""}"#;
        assert_eq!(saved("a.jsonl", Some(vec![3])), (1, format!("{json}\n")));
    }
}
