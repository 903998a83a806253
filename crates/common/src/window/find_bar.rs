//! The row that asks for a text to find, and goes from one place to the next.

use eframe::egui::{self, Button, Ui};

use super::{is_entered, is_left, live, text_field_ui, toned_ui};
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
            let field = text_field_ui(ui, tr!("log-find"), &mut self.text, 160.0, 1000);
            if std::mem::take(&mut self.wants_focus) {
                field.request_focus();
            }
            if is_entered(&field) {
                action.step = Some(!ui.input(|input| input.modifiers.shift));
            }
            let previous = ui.add_enabled(has_found, Button::new(tr!("log-find-previous")));
            let next = ui.add_enabled(has_found, Button::new(tr!("log-find-next")));
            let close = ui.button(tr!("close"));
            if previous.clicked() {
                action.step = Some(false);
            }
            if next.clicked() {
                action.step = Some(true);
            }
            if (previous.clicked() || next.clicked()) && ui.memory(egui::Memory::focused).is_none() {
                // By the pointer, which took the keyboard from the field.
                field.request_focus();
            }
            action.is_closed = close.clicked() || is_left(ui, &[&field, &previous, &next, &close]);
            live(&toned_ui(ui, outcome, Tone::Quiet));
        });
        action
    }
}
