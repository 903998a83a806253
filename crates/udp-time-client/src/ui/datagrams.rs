//! The list of datagrams.

use common::window::LogPane;
use eframe::egui::{Ui, vec2};

/// In a window too small for this the content scrolls.
const MIN_HEIGHT: f32 = 120.0;

/// Lays out the list, `height` high where that is enough.
pub fn datagrams_ui(ui: &mut Ui, log: &mut LogPane, height: f32) {
    let size = vec2(ui.available_width(), height.max(MIN_HEIGHT));
    ui.allocate_ui(size, |ui| {
        ui.set_max_height(size.y);
        log.ui(ui, "Datagrams");
    });
}
