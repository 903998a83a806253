//! The rows of controls above a log.

use eframe::egui::{self, Align2, Button, Key, KeyboardShortcut, Modifiers, RichText, TextEdit, Ui};

use super::{Field, LogPane, is_covered, rows_id, save_rows};
use crate::tr;
use crate::window::{FileKind, SaveBar, Tone, live, tone_color};

const FIND: KeyboardShortcut = KeyboardShortcut::new(Modifiers::COMMAND, Key::F);
const SAVE: KeyboardShortcut = KeyboardShortcut::new(Modifiers::COMMAND, Key::S);
const CLEAR: KeyboardShortcut = KeyboardShortcut::new(Modifiers::COMMAND, Key::L);

impl LogPane {
    /// Keys that work wherever the keyboard is.
    pub(super) fn shortcuts(&mut self, ui: &Ui, title: &str) {
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
        if pressed(CLEAR) && self.rows.len() > 0 {
            self.clear();
        }
    }

    fn open_find(&mut self) {
        self.find.get_or_insert_default();
        self.focuses = Some(Field::Find);
    }

    fn open_save(&mut self, ui: &Ui, title: &str) {
        let save = self.save.get_or_insert_with(|| SaveBar::of(title, tr!("log-save-file"), self.kinds));
        save.browse(ui.ctx());
        save.focus();
    }

    pub(super) fn header_ui(&mut self, ui: &mut Ui, title: &str, controls: impl FnOnce(&mut Ui)) {
        ui.horizontal_wrapped(|ui| {
            let heading = ui.strong(title);
            // Not a label of its own: the rows must not move when the first line goes.
            if self.rows.dropped() > 0 {
                heading.on_hover_text(tr!("log-gone", count = self.rows.dropped()));
            }
            let follow = Button::new(tr!("log-follow")).selected(self.scroll.is_following);
            if ui.add(follow).on_hover_text(tr!("log-follow-hint")).clicked() {
                if self.scroll.is_following {
                    self.scroll.hold();
                } else {
                    self.follow();
                }
            }
            if !self.scroll.is_following && self.unseen > 0 {
                let label = tr!("log-new", count = self.unseen);
                if ui.add(Button::new(label)).clicked() {
                    self.follow();
                }
            }
            let has_lines = self.rows.len() > 0;
            let lines = self.view.len(&self.rows);
            if ui.add_enabled(has_lines, Button::new(tr!("log-find"))).clicked() {
                self.open_find();
            }
            let copy = ui.add_enabled(has_lines, Button::new(tr!("log-copy")));
            if copy.on_hover_text(self.copy_hint(lines)).clicked() {
                ui.ctx().copy_text(self.text_to_copy());
            }
            if ui.add_enabled(has_lines, Button::new(tr!("log-clear"))).clicked() {
                self.clear();
            }
            if self.cleared.is_some() && ui.add(Button::new(tr!("log-undo-clear"))).clicked() {
                self.undo_clear();
            }
            if ui.add_enabled(has_lines, Button::new(tr!("log-save"))).clicked() {
                self.open_save(ui, title);
            }
            controls(ui);
        });
    }

    fn copy_hint(&self, lines: usize) -> String {
        if self.selection.is_some_and(|selection| !selection.is_empty()) || self.chosen.is_some() {
            tr!("log-copy-selected").to_owned()
        } else {
            tr!("log-copy-hint", count = lines)
        }
    }

    /// The field for what is looked for, while it is open.
    pub(super) fn find_ui(&mut self, ui: &mut Ui) {
        let Some(find) = &mut self.find else { return };
        let has_more = find.go_on(&self.rows, &self.view);
        if has_more {
            ui.ctx().request_repaint();
        }
        let (mut step, mut is_closed) = (None, false);
        ui.horizontal_wrapped(|ui| {
            let name = ui.label(tr!("log-find"));
            let field = TextEdit::singleline(&mut find.text)
                .desired_width(160.0)
                .char_limit(200)
                .align(Align2::LEFT_CENTER);
            let field = ui.add(field).labelled_by(name.id);
            if self.focuses == Some(Field::Find) {
                field.request_focus();
                self.focuses = None;
            }
            if field.lost_focus() {
                let (is_enter, is_escape, is_back) = ui.input(|input| {
                    (input.key_pressed(Key::Enter), input.key_pressed(Key::Escape), input.modifiers.shift)
                });
                if is_enter {
                    step = Some(!is_back);
                    field.request_focus();
                }
                is_closed = is_escape;
            }
            let has_hits = find.len() > 0;
            if ui.add_enabled(has_hits, Button::new(tr!("log-find-previous"))).clicked() {
                step = Some(false);
            }
            if ui.add_enabled(has_hits, Button::new(tr!("log-find-next"))).clicked() {
                step = Some(true);
            }
            is_closed |= ui.add(Button::new(tr!("close"))).clicked();
            let count = match find.current() {
                _ if find.needle().is_empty() => String::new(),
                _ if has_more => tr!("log-find-more", count = find.len()),
                Some((_, place)) => tr!("log-find-at", place = place, count = find.len()),
                None => tr!("log-find-count", count = find.len()),
            };
            live(&ui.label(RichText::new(count).color(tone_color(ui, Tone::Quiet))));
        });
        if let Some(is_forward) = step {
            let from = find.current().map_or(self.scroll.top.number, |(number, _)| number);
            if let Some(number) = find.step(from, is_forward) {
                self.selection = None;
                self.chosen = Some(number);
                self.shows = Some(number);
            }
        }
        if is_closed {
            self.find = None;
            self.focuses = Some(Field::Rows);
        }
    }

    /// The field for the file, while it is open.
    pub(super) fn save_ui(&mut self, ui: &mut Ui) {
        let Some(save) = &mut self.save else { return };
        let wish = save.ui(ui);
        if wish.is_saved {
            if save.kind() == FileKind::Csv {
                self.wants_table = true;
            } else {
                save_rows(save, &self.rows, &self.view, ui.ctx());
            }
        }
        if wish.is_closed {
            self.save = None;
            self.focuses = Some(Field::Rows);
        }
    }

    /// Gives the rows the keyboard where a field that had it has closed.
    pub(super) fn focus_rows(&mut self, ui: &egui::Ui) {
        if self.focuses == Some(Field::Rows) {
            ui.memory_mut(|memory| memory.request_focus(rows_id(ui)));
            self.focuses = None;
        }
    }
}
