//! The line between two parts of a window, which can be dragged.

use eframe::egui::{self, CursorIcon, Rect, Sense, vec2};

/// Lays out the line above `below`, and returns where it was dragged to. Only the pointer gets hold of it: the line of a panel
/// of the toolkit would also be a stop for Tab, and look like none.
#[must_use]
pub fn splitter_ui(ui: &egui::Ui, below: Rect) -> Option<f32> {
    let line = Rect::from_x_y_ranges(below.x_range(), below.top()..=below.top());
    let grip = line.expand2(vec2(0.0, ui.style().interaction.resize_grab_radius_side));
    let response = ui.interact(grip, ui.scope_id().with("splitter"), Sense::DRAG);
    ui.painter().hline(below.x_range(), below.top(), ui.visuals().widgets.noninteractive.bg_stroke);
    if response.hovered() || response.dragged() {
        let widgets = &ui.visuals().widgets;
        let style = if response.dragged() { widgets.active } else { widgets.hovered };
        ui.painter().hline(below.x_range(), below.top(), style.fg_stroke);
        ui.ctx().set_cursor_icon(CursorIcon::ResizeVertical);
    }
    let is_moved = response.dragged() || response.drag_stopped();
    response.interact_pointer_pos().filter(|_| is_moved).map(|pointer| pointer.y)
}
