//! The rows at the bottom: where to listen, the counters, the button of the settings.

use common::window::shell::{bottom_row_ui, quiet};
use eframe::egui::Ui;

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
    if ui.available_width() < WIDE {
        let given = fields(ui);
        bottom_row_ui(ui, figures_ui);
        return given;
    }
    let given = bottom_row_ui(ui, fields);
    ui.spacing_mut().item_spacing.y = 2.0;
    figures_ui(ui);
    given
}
