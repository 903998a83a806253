//! What the user has to know, over the window's content until it is dismissed.

use eframe::egui::{self, Align, Layout};

use super::{live, toned_ui};
use crate::status::Tone;
use crate::tr;

/// Lays out a notice at the top of what is left of the window; `true` where it was dismissed.
pub fn notice_ui(ui: &mut egui::Ui, text: &str) -> bool {
    egui::Panel::top(egui::Id::unique(("notice", text)))
        .show(ui, |ui| {
            ui.with_layout(Layout::right_to_left(Align::Min), |ui| {
                let is_dismissed = ui.button(tr!("notice-dismiss")).clicked();
                ui.with_layout(Layout::left_to_right(Align::Min), |ui| {
                    live(&toned_ui(ui, text, Tone::Bad));
                });
                is_dismissed
            })
            .inner
        })
        .inner
}
