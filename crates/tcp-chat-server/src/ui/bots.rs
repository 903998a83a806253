//! Who answers, and how well.

use common::window::tone_color;
use eframe::egui::{Label, RichText, Ui};

use crate::model::Model;

/// Lays out a line for each bot of the chain.
pub(crate) fn bots_ui(ui: &mut Ui, model: &Model) {
    // Lines of text, not of controls.
    ui.spacing_mut().interact_size.y = 0.0;
    for (index, (name, words, tone)) in model.bots().enumerate() {
        ui.horizontal_wrapped(|ui| {
            ui.label(if index == 0 { "Bot" } else { "then" });
            ui.strong(name);
            ui.add(Label::new(RichText::new(words).color(tone_color(ui, tone))).wrap());
        });
    }
}
