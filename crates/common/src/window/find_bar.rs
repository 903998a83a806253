//! The row that asks for a text to find, and goes from one place to the next.

use eframe::egui::{Align2, Button, Key, Label, RichText, TextEdit, Ui};

use super::{live, tone_color};
use crate::status::Tone;
use crate::tr;

/// The row, open.
#[derive(Debug)]
pub struct FindBar {
    /// What is looked for.
    pub text: String,
    wants_focus: bool,
}

/// What the user wants of a [`FindBar`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct FindAction {
    /// Go to the next place, or (`false`) to the one before.
    pub step: Option<bool>,
    /// Close the row.
    pub is_closed: bool,
}

impl Default for FindBar {
    fn default() -> Self {
        Self { text: String::new(), wants_focus: true }
    }
}

impl FindBar {
    /// Puts the keyboard there.
    pub fn focus(&mut self) {
        self.wants_focus = true;
    }

    /// Lays out the row; `outcome` says what was found, `has_found` whether there is something to go to.
    pub fn ui(&mut self, ui: &mut Ui, has_found: bool, outcome: &str) -> FindAction {
        let mut action = FindAction::default();
        ui.horizontal_wrapped(|ui| {
            let name = ui.label(tr!("log-find"));
            let field = TextEdit::singleline(&mut self.text)
                .desired_width(160.0)
                .char_limit(1000)
                .align(Align2::LEFT_CENTER);
            let field = ui.add(field).labelled_by(name.id);
            if std::mem::take(&mut self.wants_focus) {
                field.request_focus();
            }
            if field.lost_focus() {
                let (is_enter, is_escape, is_back) = ui.input(|input| {
                    (input.key_pressed(Key::Enter), input.key_pressed(Key::Escape), input.modifiers.shift)
                });
                if is_enter {
                    action.step = Some(!is_back);
                    field.request_focus();
                }
                action.is_closed = is_escape;
            }
            if ui.add_enabled(has_found, Button::new(tr!("log-find-previous"))).clicked() {
                action.step = Some(false);
            }
            if ui.add_enabled(has_found, Button::new(tr!("log-find-next"))).clicked() {
                action.step = Some(true);
            }
            action.is_closed |= ui.button(tr!("close")).clicked();
            let outcome = RichText::new(outcome).color(tone_color(ui, Tone::Quiet));
            live(&ui.add(Label::new(outcome).wrap()));
        });
        action
    }
}
