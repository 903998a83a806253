//! The rows at the bottom: where to listen, the counters, the button of the settings.

use common::tr;
use common::window::settings_button_ui;
use common::window::shell::quiet;
use eframe::egui::{Align, Layout, TextStyle, Ui, vec2};

/// In less width the button of the settings stands beside the figures, not beside the fields.
const WIDE: f32 = 560.0;

/// Lays out `fields`, the button of the settings and the figures. `hint` explains the figures.
pub(super) fn bottom_ui<R>(
    ui: &mut Ui,
    figures: String,
    hint: Option<String>,
    fields: impl FnOnce(&mut Ui) -> R,
) -> R {
    let figures = quiet(ui, figures).wrap();
    let figures_ui = |ui: &mut Ui| {
        let figures = ui.add(figures);
        if let Some(hint) = hint {
            figures.on_hover_text(hint);
        }
    };
    let row = vec2(ui.available_width(), ui.spacing().interact_size.y);
    if row.x < WIDE {
        let given = fields(ui);
        ui.allocate_ui_with_layout(row, Layout::right_to_left(Align::Center), |ui| {
            settings_button_ui(ui);
            ui.with_layout(Layout::left_to_right(Align::Center), figures_ui);
        });
        return given;
    }
    let given = ui.horizontal(|ui| {
        let left = row.x - settings_width(ui) - ui.spacing().item_spacing.x;
        let given = ui.allocate_ui(vec2(left, row.y), |ui| {
            ui.set_width(left);
            fields(ui)
        });
        settings_button_ui(ui);
        given.inner
    });
    ui.spacing_mut().item_spacing.y = 2.0;
    figures_ui(ui);
    given.inner
}

/// The width of the button. It has to be known before, as the button is laid out last: Tab goes as one reads.
fn settings_width(ui: &Ui) -> f32 {
    let font = TextStyle::Button.resolve(ui.style());
    let text = ui.painter().layout_no_wrap(tr!("settings-open").to_owned(), font, ui.visuals().text_color());
    text.size().x.ceil() + 2.0 * ui.spacing().button_padding.x + 1.0
}
