//! Widgets that several panels about the bots lay out.

use eframe::egui::{Align, Button, Layout, Response, Ui, vec2};

/// Width of a column of labels, in points.
pub(super) const LABEL_WIDTH: f32 = 140.0;

/// Lays out something in a column, so that what follows stands under each other.
pub(super) fn in_column(ui: &mut Ui, width: f32, content: impl FnOnce(&mut Ui) -> Response) -> Response {
    let size = vec2(width, ui.spacing().interact_size.y);
    ui.allocate_ui_with_layout(size, Layout::left_to_right(Align::Center), |ui| {
        ui.set_min_width(width);
        content(ui)
    })
    .inner
}

/// A button whose name for those who do not see it is more than what it shows.
pub(super) fn named(ui: &mut Ui, button: Button<'_>, is_enabled: bool, name: &str) -> Response {
    let response = ui.add_enabled(is_enabled, button);
    ui.ctx().accesskit_node_builder(response.id, |node| node.set_label(name));
    response
}
