//! The row that asks for a file.

use common::tr;
use common::window::{Tone, live, tone_color};
use eframe::egui::{Label, RichText, TextEdit, Ui};

use crate::save::Save;

/// What the user wants.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wish {
    /// To write the file.
    Write,
    /// To choose one in the system's own dialog.
    Browse,
    /// To save nothing.
    Close,
}

/// Lays out the name of the file and what came of it.
pub fn save_ui(ui: &mut Ui, save: &mut Save, what: &str) -> Option<Wish> {
    let mut wish = None;
    ui.horizontal_wrapped(|ui| {
        let name = ui.label(what);
        let field = ui.add(TextEdit::singleline(&mut save.path).desired_width(240.0)).labelled_by(name.id);
        if field.lost_focus() {
            let (is_enter, is_escape) = ui.input(|input| {
                (input.key_pressed(eframe::egui::Key::Enter), input.key_pressed(eframe::egui::Key::Escape))
            });
            wish = if is_enter { Some(Wish::Write) } else { is_escape.then_some(Wish::Close) };
        }
        ui.add_enabled_ui(!save.is_busy(), |ui| {
            if ui.button(tr!("udp-time-client-save-file")).clicked() {
                wish = Some(Wish::Write);
            }
            if ui.button(tr!("udp-time-client-save-browse")).clicked() {
                wish = Some(Wish::Browse);
            }
        });
        if ui.button(tr!("udp-time-client-save-close")).clicked() {
            wish = Some(Wish::Close);
        }
    });
    let tone = if save.is_failed { Tone::Bad } else { Tone::Good };
    let outcome = RichText::new(&save.outcome).color(tone_color(ui, tone));
    live(&ui.add(Label::new(outcome).wrap()));
    wish
}
